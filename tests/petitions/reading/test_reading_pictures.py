"""Pictures are PNGs in every language, hold every letter and every word, and their QR code leads to the petition."""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime, timedelta

import pytest
import segno
from PIL import Image

from bot.db import Database
from bot.delivery.messages import Painting
from bot.i18n import LANGUAGES, Language, translator
from bot.petitions.reading.pictures import PosterWords, draw_growth, draw_poster, petition_painters
from bot.petitions.rules import State
from bot.petitions.service import PetitionMissing, Petitions
from tests.petitions.reading.making import KAZAKH_TITLE, person, petition_in

BOT = "halyq_uni_bot"
FIRST = date(2026, 3, 1)
TITLES = [KAZAKH_TITLE, "Жарық", "Ж" * 140, "$5 и 6$ за \\проезд_^{", "<b>&amp;"]


def picture(content: bytes) -> Image.Image:
    """The picture, wholly decoded."""
    opened = Image.open(io.BytesIO(content))
    assert opened.format == "PNG"
    opened.load()
    return opened


def poster(title: str, link: str = f"https://t.me/{BOT}?start=p_12_Ab3dE5gH1j") -> PosterWords:
    """A poster with the longest of everything."""
    return PosterWords(
        title=title,
        number="№ 9 999 999 петиция",
        body="Жауап беретін орган: Солтүстік Қазақстан облысының Ғабит Мүсірепов атындағы ауданының әкімдігі",
        deadline="Қол қою мерзімі: 25.05.2027",
        call="Сканерлеңіз, оқыңыз, қол қойыңыз",
        note="Бұл қол осы ботта ғана есептеледі. Заңды күші бар қол epetition.kz сайтында ЭЦҚ-мен қойылады.",
        link=link,
    )


def margins_are_white(drawn: Image.Image, *, below: float = 0.0) -> None:
    """Nothing reaches the left or right edge, so nothing is clipped there."""
    grey = drawn.convert("L")
    width, height = grey.size
    top = int(height * below)
    for x in (0, 2, width - 3, width - 1):
        column = grey.crop((x, top, x + 1, height))
        assert column.getextrema() == (255, 255)


def test_the_longest_title_is_as_long_as_a_title_can_be() -> None:
    assert len(KAZAKH_TITLE) == 140
    assert set("әғқңөұүһі") <= set(KAZAKH_TITLE.casefold()) | {"һ"}


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_growth_is_drawn_in_every_language(language: Language, title: str) -> None:
    points = [(FIRST + timedelta(days=3 * index), index**2 + 1) for index in range(25)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter the font lacks is a warning
        drawn = picture(
            draw_growth(points, 2500, title, "577 / 2 500 қол", FIRST + timedelta(days=90), translator(language))
        )
    assert drawn.size[0] > drawn.size[1] > 500
    margins_are_white(drawn)


@pytest.mark.parametrize(
    ("points", "needed"),
    [
        ([], None),
        ([], 50),
        ([(FIRST, 1)], 50),
        ([(FIRST, 1)], 1),
        ([(FIRST, 3), (FIRST + timedelta(days=1), 0)], None),
        ([(FIRST, 1), (FIRST + timedelta(days=400), 2_000_000)], 50_000),
    ],
)
def test_growth_is_drawn_however_little_or_much_there_is(points: list[tuple[date, int]], needed: int | None) -> None:
    for until in (FIRST - timedelta(days=5), FIRST, FIRST + timedelta(days=500)):
        picture(draw_growth(points, needed, "Жарық", "1 / 50 қолдаушы", until, translator("kk")))


@pytest.mark.parametrize("title", TITLES)
def test_a_poster_is_drawn_and_its_code_leads_to_the_petition(title: str) -> None:
    words = poster(title)
    drawn = picture(draw_poster(words)).convert("L")
    margins_are_white(drawn, below=0.1)
    assert drawn.size[1] > drawn.size[0] > 800
    matrix = [[bool(dark) for dark in row] for row in segno.make(words.link, error="m", micro=False).matrix]
    assert code_in(drawn, len(matrix)) == matrix


def code_in(drawn: Image.Image, modules: int) -> list[list[bool]]:
    """The QR code of a poster, read at the middle of each of its modules; around it is a quiet zone of four."""
    width, height = drawn.size
    # The widest black stretch of rows below the words: from the first black pixel of its top left corner.
    black = drawn.point(lambda value: 255 if value < 30 else 0)
    left, top, right, bottom = black.crop((0, int(height * 0.34), width, int(height * 0.8))).getbbox() or (0, 0, 0, 0)
    top, bottom = top + int(height * 0.34), bottom + int(height * 0.34)
    assert abs((right - left) - (bottom - top)) <= 2, "the code is square"
    size = (right - left) / modules
    quiet = int(size * 4)
    around = drawn.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
    inner = Image.new("L", (right - left, bottom - top), 255)
    around.paste(inner, (quiet, quiet))
    assert around.getextrema() == (255, 255), "the quiet zone is empty"
    return [
        [
            drawn.getpixel((int(left + (x + 0.5) * size), int(top + (y + 0.5) * size))) < 128  # type: ignore[operator]
            for x in range(modules)
        ]
        for y in range(modules)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
async def test_painters_draw_a_petition_in_every_state(
    sqlite: Database, petitions: Petitions, now: datetime, state: State, language: Language
) -> None:
    painters = petition_painters(petitions)
    async with sqlite.transaction() as session:
        author = await person(session, 1, now)
        petition = await petition_in(session, petitions, author, state, now, title=KAZAKH_TITLE)
        painting = Painting(petition.id, language, translator(language), now + timedelta(days=3), BOT)
        for kind, painter in painters.items():
            drawn = await painter(session, painting)
            assert drawn.file_name == f"petition-{petition.id}-{kind}.png"
            picture(drawn.content)
        with pytest.raises(PetitionMissing):
            await painters["growth"](session, Painting(999, language, translator(language), now, BOT))

"""Every step in every language fits into a message, and each of its buttons fits and leads somewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.i18n import LANGUAGES, Language, translator
from bot.language.clean import personal_data
from bot.law.forbidden import check, points_on
from bot.law.naming import article_words
from bot.petitions.models import Draft
from bot.petitions.rules import DraftStep
from bot.petitions.writing import views
from bot.petitions.writing.rules import STEPS, TEXT_STEPS, Page, Problem
from bot.petitions.writing.service import Writing
from bot.places.tree import Kind
from bot.residents.models import Resident
from bot.screen import CALLBACK_DATA_BYTES, Screen, Tap

MakeAuthor = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
LARGEST = 2**53
PERSONAL = "8 701 234 56 78, a@b.kz, https://a.kz, 😀, 900101300017"


def fits(screen: Screen) -> None:
    """A message that Telegram takes."""
    assert 0 < views.shown_length(screen.text) <= views.MESSAGE_CHARACTERS
    assert screen.rows, "a screen always leads on"
    for row in screen.rows:
        for button in row:
            assert button.text
            if button.tap is not None:
                packed = button.tap.pack()
                assert len(packed.encode()) <= CALLBACK_DATA_BYTES
                assert Tap.read(packed) == button.tap
            else:
                assert button.url or button.copy
            assert button.copy is None or len(button.copy) <= 256


def largest_draft(place_key: str, body_key: str, now: datetime) -> Draft:
    """A draft as long as one can be, full of characters that HTML escapes."""
    return Draft(
        id=LARGEST,
        author_id=1,
        step=DraftStep.REVIEW,
        version=2**31,
        language="kk",
        title="<&" * 70,
        ask="a&" * 250,
        why="Ж" * 3000,
        place_key=place_key,
        body_key=body_key,
        warned=True,
        petition_id=None,
        created_at=now,
        updated_at=now,
    )


def pages(writing: Writing, author: Resident, now: datetime, step: DraftStep) -> list[Page]:
    """The step at the largest draft, once as a new petition and once as a correction, and at an empty one."""
    gazetteer = writing.petitions.gazetteer
    longest = max(gazetteer, key=lambda place: len(place.name_ru) + len(place.name_kk))
    body = "office" if longest.kind in {Kind.CITY_DISTRICT_INNER, Kind.CITY_DISTRICT} else "akimat"
    draft = largest_draft(longest.key, f"{body}:{longest.key}", now)
    draft.step = step
    new = writing.page(draft, author, now)
    draft.petition_id = LARGEST
    correction = writing.page(draft, author, now)
    empty = replace(new, title=None, ask=None, why=None, place=None, body=None)
    return [new, correction, empty]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_fits_into_a_message(writing: Writing, now: datetime, language: Language, step: DraftStep) -> None:
    t = translator(language)
    for place_key in (None, "kz-almaty-oblast/talgar-district"):
        author = Resident(id=1, language=language, place_key=place_key)
        for page in pages(writing, author, now, step):
            fits(views.draft_screen(t, page, points=points_on(page.today)))
            fits(views.cancel_screen(t, page))
            fits(views.why_screen(t, page))
            fits(views.confirm_screen(t, page))
            notice = views.join(views.split_notice(t, why_over=21), views.shouting_notice(t))
            problems = [
                Problem("too_long", 1234),
                Problem("too_short", 20),
                Problem("not_text"),
                Problem("personal", found=tuple(personal_data(PERSONAL)), mended=True),
                Problem("personal", found=tuple(personal_data(PERSONAL)), mended=False),
            ]
            for problem in problems if step in TEXT_STEPS else []:
                fits(views.draft_screen(t, page, problem=problem, notice=notice))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_warning_names_the_point_its_article_and_what_to_ask_instead(
    writing: Writing, now: datetime, language: Language
) -> None:
    author = Resident(id=1, language=language, place_key=None)
    page = pages(writing, author, now, DraftStep.REVIEW)[0]
    hits = check("Требуем отставки министра. Изменить Конституцию. Сломался лифт в доме.", page.today)
    assert len(hits) >= 2
    warned = views.draft_screen(translator(language), replace(page, warning=hits))
    fits(warned)
    for hit in hits[: views.HITS_SHOWN]:
        if hit.point is not None:
            assert article_words(translator(language), hit.point.article.rpartition("(")[0]) in warned.text
    first, second = warned.rows[0][0].tap, warned.rows[1][0].tap
    assert isinstance(first, views.StepTap)
    assert isinstance(second, views.StepTap)
    assert (first.go, second.go) == ("change", "warned"), "it warns, and never blocks"


@pytest.mark.parametrize("language", LANGUAGES)
def test_bodies_are_offered_with_the_signatures_that_oblige_them(
    writing: Writing, now: datetime, language: Language
) -> None:
    t = translator(language)
    author = Resident(id=1, language=language, place_key=None)
    page = pages(writing, author, now, DraftStep.BODY)[0]
    talgar = writing.petitions.gazetteer.get("kz-almaty-oblast/talgar-district")
    assert talgar is not None
    draft = largest_draft(talgar.key, f"akimat:{talgar.key}", now)
    draft.step = DraftStep.BODY
    page = writing.page(draft, author, now)
    screen = views.draft_screen(t, replace(page, body=None))
    assert t.number(2500) in screen.rows[0][0].text
    suggested = views.draft_screen(t, replace(page, body=None, suggested="government"))
    assert isinstance(suggested.rows[0][0].tap, views.DraftBodyTap)
    assert suggested.rows[0][0].tap.kind == "government"


def test_a_body_without_a_known_population_says_so(writing: Writing, now: datetime) -> None:
    t = translator("en")
    author = Resident(id=1, language="en", place_key=None)
    unknown = next(place for place in writing.petitions.gazetteer if place.population is None)
    draft = largest_draft(unknown.key, "government", now)
    draft.step = DraftStep.BODY
    page = writing.page(draft, author, now)
    assert any(choice.threshold.votes is None for choice in page.bodies)
    texts = [button.text for row in views.draft_screen(t, page).rows for button in row]
    assert any(t.plain("threshold not known") in text for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_comes_after_the_draft_fits_too(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, now: datetime, language: Language
) -> None:
    t = translator(language)
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = largest_draft("kz-almaty-oblast/talgar-district", "government", now)
        draft.author_id = author.id
        session.add(draft)
        petition = await writing.hand_in(session, draft, author, now)
        link = f"https://t.me/a_bot_with_a_long_name?start=p_{petition.id}_{petition.access_key}"
        opened = views.opened_screen(t, petition, link)
        assert link in opened.text
        drafts = [largest_draft("x", "y", now) for _ in range(5)]
        for screen in (
            opened,
            views.corrected_screen(t, petition),
            views.drafts_screen(t, drafts, full=True),
            views.kept_screen(t, draft.id),
            views.discarded_screen(t),
            views.gone_screen(t),
            views.already_screen(t, petition.id),
            views.not_returned_screen(t, petition.id),
            views.private_screen(t, "a_bot"),
        ):
            fits(screen)

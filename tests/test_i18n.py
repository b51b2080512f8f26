"""Words, numbers, dates and order in three languages."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import i18n
from bot.i18n import LANGUAGES, CatalogueMissing, Html, Language, as_language, bold, kazakh_order, safe, translator
from tests.catalogues import extracted, problems

KAZAKH_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_complete(language: Language) -> None:
    assert problems(language, extracted()) == []


@pytest.mark.parametrize(
    ("language", "number", "written"),
    [
        ("kk", 999, "999"),
        ("kk", 1000, "1\u00a0000"),
        ("kk", 1_234_567, "1\u00a0234\u00a0567"),
        ("ru", 999, "999"),
        ("ru", 1000, "1\u00a0000"),
        ("ru", 20_000_000, "20\u00a0000\u00a0000"),
        ("en", 999, "999"),
        ("en", 1000, "1,000"),
        ("en", 1_234_567, "1,234,567"),
    ],
)
def test_numbers_are_grouped_as_the_language_does(language: Language, number: int, written: str) -> None:
    assert translator(language).number(number) == written
    assert translator(language)("{count} of {all}", count=number, all="x") == f"{written} of x"


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.integers(-(10**12), 10**12), share=st.floats(0, 2))
def test_a_number_never_breaks_over_two_lines(language: Language, number: int, share: float) -> None:
    t = translator(language)
    for written in (t.number(number), t.percent(share)):
        assert not set(written) & {" ", "\u202f", "\u2009"}
    assert int("".join(filter(str.isdigit, t.number(number)))) == abs(number)


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("kk", "07.03.2026", "08.03.2026, 01:05"),
        ("ru", "07.03.2026", "08.03.2026, 01:05"),
        ("en", "7 March 2026", "8 March 2026, 01:05"),
    ],
)
def test_dates_are_written_as_people_do_and_instants_in_local_time(language: Language, day: str, moment: str) -> None:
    t = translator(language)
    late = datetime(2026, 3, 7, 20, 5, tzinfo=UTC)
    assert t.date(date(2026, 3, 7)) == day
    assert t.date_time(late) == moment
    assert t.date(late) == moment.partition(",")[0]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("kk", ["1 күн", "2 күн", "5 күн", "11 күн", "21 күн", "1\u00a0000 күн"]),
        ("ru", ["1 день", "2 дня", "5 дней", "11 дней", "21 день", "1\u00a0000 дней"]),
        ("en", ["1 day", "2 days", "5 days", "11 days", "21 days", "1,000 days"]),
    ],
)
def test_plurals_follow_the_number(language: Language, forms: list[str]) -> None:
    t = translator(language)
    numbers = (1, 2, 5, 11, 21, 1000)
    assert [t.plural("{count} day", "{count} days", number) for number in numbers] == forms
    assert [t.plain_plural("{count} day", "{count} days", number) for number in numbers] == forms


@pytest.mark.parametrize(("language", "written"), [("kk", "а, ә, б"), ("ru", "а, ә и б"), ("en", "а, ә, and б")])
def test_lists_are_joined_as_the_language_does(language: Language, written: str) -> None:
    assert translator(language).all_of(["а", "ә", "б"]) == written


def test_kazakh_letters_stand_where_the_alphabet_has_them() -> None:
    letters = list(KAZAKH_ALPHABET)
    random.Random(1).shuffle(letters)
    assert sorted(letters, key=kazakh_order) == list(KAZAKH_ALPHABET)
    assert sorted(map(str.upper, letters), key=kazakh_order) == list(KAZAKH_ALPHABET.upper())
    towns = [
        "Өскемен",
        "Орал",
        "Қарағанды",
        "Көкшетау",
        "Ақтөбе",
        "Әйтеке би",
        "Шымкент",
        "Ұзынкөл",
        "Үшарал",
        "2-ауыл",
    ]
    assert sorted(towns, key=kazakh_order) == [
        "2-ауыл",
        "Ақтөбе",
        "Әйтеке би",
        "Көкшетау",
        "Қарағанды",
        "Орал",
        "Өскемен",
        "Ұзынкөл",
        "Үшарал",
        "Шымкент",
    ]


@given(st.text())
def test_inserted_words_can_never_become_markup(words: str) -> None:
    t = translator("en")
    for shown in (t("<b>{words}</b>", words=words).removeprefix("<b>").removesuffix("</b>"), safe(words)):
        assert "<" not in shown
        assert ">" not in shown
        assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == words
    assert t.plain("{words}", words=words) == words


def test_what_is_markup_already_stays_so() -> None:
    t = translator("en")
    assert t("{a} {b}", a=bold("<x>"), b="<i>") == "<b>&lt;x&gt;</b> &lt;i&gt;"
    assert t("{a}", a=Html("<i>1</i>")) == "<i>1</i>"


def test_braces_in_somebodys_words_are_only_braces() -> None:
    assert translator("kk")("{words}", words="{other} {0} %s") == "{other} {0} %s"


@pytest.mark.parametrize(
    ("code", "language"), [("ru-RU", "ru"), ("KK", "kk"), ("en-GB", "en"), ("de", "kk"), (None, "kk"), ("", "kk")]
)
def test_a_telegram_language_means_one_of_ours(code: str | None, language: Language) -> None:
    assert as_language(code) == language


def test_a_catalogue_that_was_not_compiled_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "LOCALES", tmp_path / "locales")
    with pytest.raises(CatalogueMissing, match=r"'kk'.*locales/.*make setup"):
        translator("kk", "Asia/Oral")
    makefile = (Path(i18n.__file__).parent.parent / "Makefile").read_text(encoding="utf-8")
    assert "\nsetup:" in makefile

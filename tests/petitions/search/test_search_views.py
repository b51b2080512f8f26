"""Screens of searching: they fit, escape what people typed, and always lead somewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.i18n import LANGUAGES, Html, Language, translator
from bot.petitions.models import Petition
from bot.petitions.reading.views import FindTap
from bot.petitions.rules import State
from bot.petitions.search import views
from bot.petitions.search.queries import Found, FoundPetition
from bot.petitions.search.rules import DIMENSIONS, NEAR, Filters, Standing
from bot.petitions.search.shelves import shelves
from bot.petitions.search.views import Value
from bot.petitions.writing.views import NewTap
from bot.residents.views import PlaceTap
from bot.screen import CALLBACK_DATA_BYTES, Screen
from tests.petitions.reading.making import GAZETTEER, KAZAKH_TITLE, TALGAR

TODAY = date(2026, 11, 25)
ALL_FILTERS = Filters(place=TALGAR, body="government", standing="with_body", shelf="utilities", language="kk")
NAMES = {TALGAR: "Талғар ауданы <&> " * 4, "government": "Үкімет"}


def _petition(number: int) -> Petition:
    return Petition(
        id=number,
        state=State.PUBLISHED,
        title=KAZAKH_TITLE,
        signature_count=49_999,
        threshold_votes=50_000 + number % 2,
        closes_on=TODAY,
        place_key=TALGAR,
        language="kk",
        supporters_needed=50,
    )


def _found(count: int, **changes: object) -> Found:
    shown = [
        FoundPetition(_petition(2**60 + number), Html("…<u>мектеп</u> &lt;b&gt;" + "а" * 100), 1.0)
        for number in range(count)
    ]
    whole = Found(
        "<мектеп> & " * 400, ALL_FILTERS, 23, 99_999, 120, shown, frozenset(["мектеп"]), {"<x>": "мектеп"}, False
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def _fits(screen: Screen) -> None:
    assert 0 < len(screen.text) <= 4096
    assert screen.rows
    for row in screen.rows:
        assert 1 <= len(row) <= 8
        for button in row:
            assert 0 < len(button.text) <= 80
            if button.tap is not None:
                assert len(button.tap.pack().encode()) <= CALLBACK_DATA_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_screens_fit(language: Language) -> None:
    t = translator(language)
    talgar = GAZETTEER.get(TALGAR)
    assert talgar is not None
    full = views.found_screen(t, _found(5), {TALGAR: talgar}, NAMES, TODAY, start=NewTap())
    _fits(full)
    assert "<мектеп>" not in full.text
    wider = [(name, 10**6) for name in (*DIMENSIONS, "")]
    _fits(views.found_screen(t, _found(0, total=0, reachable=0), {}, NAMES, TODAY, start=NewTap(), wider=wider))
    _fits(views.narrow_screen(t, "<&" * 2000, 10**6, ALL_FILTERS, NAMES))
    for name in DIMENSIONS:
        values = [Value(f"{index:09}", "Жетісу облысы Сарқан ауданы " * 3, 10**6) for index in range(300)]
        _fits(views.values_screen(t, name, values, is_set=True))
        _fits(views.values_screen(t, name, [], is_set=False))
    for is_near in (True, False):
        _fits(views.topics_screen(t, dict.fromkeys(shelves(), 10**6), talgar, is_near=is_near, ask_place=PlaceTap()))
        _fits(views.topics_screen(t, {}, None, is_near=is_near, ask_place=PlaceTap()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_every_filter_has_a_name(language: Language) -> None:
    t = translator(language)
    values: dict[str, list[str]] = {
        "standing": [standing.value for standing in Standing],
        "shelf": list(shelves()),
        "language": list(LANGUAGES),
        "place": [NEAR, TALGAR],
        "body": ["government"],
    }
    assert set(values) == set(DIMENSIONS) == set(views.DIMENSIONS)
    for name, codes in values.items():
        names = [views.value_name(t, name, code, NAMES) for code in codes]
        assert len(set(names)) == len(codes)
        assert "—" not in names


def test_the_place_in_the_pages_is_said_and_only_where_there_are_several(now: datetime) -> None:
    t = translator("en")
    several = views.found_screen(t, _found(5, page=1, reachable=12, total=12), {}, NAMES, TODAY, start=NewTap())
    assert "Page 2 of 3" in several.text
    assert "Add a word" not in several.text
    assert "Add a word" in views.found_screen(t, _found(5), {}, NAMES, TODAY, start=NewTap()).text
    one = views.found_screen(t, _found(5, page=0, reachable=5, total=5), {}, NAMES, TODAY, start=NewTap())
    assert "Page" not in one.text
    assert [button.text for button in one.rows[1]] == ["⚙️ Filters: 5"]


def test_nothing_found_says_so_and_leads_on() -> None:
    t = translator("en")
    nothing = views.found_screen(
        t, _found(0, total=0, reachable=0, filters=Filters(), meant={}), {}, {}, TODAY, start=NewTap()
    )
    assert "Nothing found" in nothing.text
    taps = [button.tap for row in nothing.rows for button in row]
    assert NewTap() in taps
    assert FindTap() in taps

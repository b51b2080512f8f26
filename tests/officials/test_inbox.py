"""An official finds what is addressed to the body, what waits for an answer first, and nobody else's."""

from __future__ import annotations

import gettext
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.db import Database
from bot.i18n import Translator
from bot.law.calendar import WorkingCalendar
from bot.officials.views import inbox_screen
from bot.petitions.queries import Addressed, addressed_to
from bot.petitions.service import Petitions
from bot.places.bodies import body_by_key
from bot.places.tree import Gazetteer, shipped_places
from bot.training.seed import seed

GAZETTEER = Gazetteer(shipped_places())
TALGAR = "akimat:kz-almaty-oblast/talgar-district"
KARAGANDA = "akimat:kz-karaganda-oblast/karaganda-city"
KYZYLORDA = "akimat:kz-kyzylorda-oblast/kyzylorda-city"


async def _nobody(_: object) -> list[int]:
    return []


@pytest.fixture
async def seeded(database: Database, now: datetime) -> Database:
    petitions = Petitions(GAZETTEER, b"pepper of the inbox tests, long enough", WorkingCalendar(), _nobody)
    async with database.transaction() as session:
        await seed(session, petitions, [], now)
    return database


async def test_only_public_petitions_to_the_body_are_shown(seeded: Database) -> None:
    async with seeded.reading() as session:
        found = await addressed_to(session, [TALGAR], page=0, size=5)
    assert len(found.petitions) == 1, "the one that still gathers supporters is not public"
    assert {petition.body_key for petition in found.petitions} == {TALGAR}


async def test_what_waits_for_an_answer_comes_first_and_pages_do_not_overlap(seeded: Database) -> None:
    keys = [TALGAR, KYZYLORDA, KARAGANDA]
    async with seeded.reading() as session:
        whole = await addressed_to(session, keys, page=0, size=5)
        pages = [await addressed_to(session, keys, page=page, size=1) for page in range(3)]
    assert [petition.body_key for petition in whole.petitions] == [KARAGANDA, TALGAR, KYZYLORDA]
    assert [page.petitions[0].id for page in pages] == [petition.id for petition in whole.petitions]
    assert [page.has_next for page in pages] == [True, True, False]


async def test_the_inbox_names_the_bodies_and_the_day_an_answer_is_due(seeded: Database) -> None:
    t = Translator("en", gettext.NullTranslations(), ZoneInfo("Asia/Almaty"))
    async with seeded.reading() as session:
        found = await addressed_to(session, [KARAGANDA], page=0, size=5)
    body = body_by_key(GAZETTEER, KARAGANDA)
    assert body is not None
    screen = inbox_screen(t, [body], found, {}, date(2026, 11, 25))
    assert "Akimat of Karaganda city" in screen.text
    assert "Answer by:" in screen.text
    empty = inbox_screen(t, [body], await _none(seeded), {}, date(2026, 11, 25))
    assert "Nothing is addressed" in empty.text


async def _none(database: Database) -> Addressed:
    async with database.reading() as session:
        return await addressed_to(session, ["akimat:nowhere"], page=0, size=5)

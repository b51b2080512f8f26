"""Who is addressed: filters, samples, strata."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audience.queries import by_language, count, drawn
from bot.audience.rules import Audience, allotted
from bot.audience.views import audience_lines, topics_in_order, topics_screen
from bot.db import Database
from bot.i18n import kazakh_order, translator
from bot.language.fold import fold
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident
from bot.routing.knowledge import subject_names

GAZETTEER = Gazetteer(shipped_places())
OBLAST = "kz-almaty-oblast"
TALGAR = "kz-almaty-oblast/talgar-district"
ELSEWHERE = next(place.key for place in GAZETTEER.roots() if place.key != OBLAST)


async def _people(session: AsyncSession, now: datetime, homes: dict[str | None, int], language: str = "kk") -> None:
    number = 1000 * (len((await session.scalars(select(Resident.id))).all()) + 1)
    for home, amount in homes.items():
        for _ in range(amount):
            number += 1
            session.add(Resident(telegram_id=number, language=language, place_key=home, created_at=now, seen_at=now))
    await session.flush()


async def test_a_unit_takes_in_everything_that_belongs_to_it(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        await _people(session, now, {OBLAST: 2, TALGAR: 3, ELSEWHERE: 5, None: 1})
        assert (await count(session, GAZETTEER, Audience(OBLAST))).matching == 5
        assert (await count(session, GAZETTEER, Audience(TALGAR))).matching == 3
        assert (await count(session, GAZETTEER, Audience())).matching == 11


async def test_nobody_who_blocked_the_bot_or_left_is_counted(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        await _people(session, now, {TALGAR: 3})
        one, other, _ = (await session.scalars(select(Resident))).all()
        one.unreachable_since = now
        other.telegram_id, other.erased_at = None, now
        await session.flush()
        assert (await count(session, GAZETTEER, Audience())).matching == 1


async def test_language_and_consent_narrow_it(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        await _people(session, now, {TALGAR: 2}, "kk")
        await _people(session, now, {TALGAR: 3}, "ru")
        first = (await session.scalars(select(Resident).where(Resident.language == "ru"))).first()
        assert first is not None
        first.agrees_to_surveys = True
        await session.flush()
        assert (await count(session, GAZETTEER, Audience(languages=("ru",)))).matching == 3
        assert (await count(session, GAZETTEER, Audience(agreed_only=True))).matching == 1
        assert await by_language(session, GAZETTEER, Audience(TALGAR)) == {"kk": 2, "ru": 3}


async def test_a_sample_by_unit_draws_from_each_in_proportion(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        await _people(session, now, {TALGAR: 60, OBLAST: 30, None: 10})
        audience = Audience(sample=20, stratified=True)
        chosen = (await session.execute(await drawn(session, GAZETTEER, audience))).all()
        assert Counter(row.place_key for row in chosen) == {TALGAR: 12, OBLAST: 6, None: 2}
        assert len({row.id for row in chosen}) == 20


async def test_a_simple_sample_has_its_size_and_is_not_always_the_same(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        await _people(session, now, {TALGAR: 60})
        audience = Audience(sample=20)
        draws = [
            frozenset(row.id for row in (await session.execute(await drawn(session, GAZETTEER, audience))).all())
            for _ in range(3)
        ]
        assert {len(one) for one in draws} == {20}
        assert len(set(draws)) > 1
        assert (await count(session, GAZETTEER, audience)).drawn == 20


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 500), min_size=1, max_size=12), st.data())
def test_shares_of_a_sample_add_up_and_never_exceed_the_people(people: dict[str, int], data: st.DataObject) -> None:
    total = sum(people.values())
    sample = data.draw(st.integers(1, max(1, total)))
    shares = allotted(people, sample)
    assert sum(shares.values()) == min(sample, total)
    for unit, number in shares.items():
        assert 0 <= number <= people[unit]
        if total:
            assert abs(number - sample * people[unit] / total) < 1 or sample >= total


def test_an_audience_survives_storage() -> None:
    audience = Audience(TALGAR, ("kk", "en"), ("roads",), agreed_only=True, sample=400, stratified=True, rest_days=14)
    assert Audience.from_json(audience.as_json()) == audience
    assert Audience.from_json({}) == Audience()


@pytest.mark.parametrize("row", [{"languages": ["de"]}, {"sample": 0}, {"sample": "ten"}, {"rest_days": True}])
def test_a_broken_audience_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Audience.from_json(row)


def test_topics_stand_in_the_order_of_their_names_and_are_found_by_a_part_of_them() -> None:
    subjects = subject_names()
    named = [subjects[slug]["kk"] for slug in topics_in_order("kk", subjects)]
    assert named == sorted(named, key=kazakh_order)
    slug = next(iter(subjects))
    t = translator("kk")
    found = topics_screen(t, "s", 1, Audience(), subjects, 0, typed=fold(subjects[slug]["kk"]).upper())
    assert f"⬜️ {subjects[slug]['kk']}" in [button.text for row in found.rows for button in row]
    nothing = topics_screen(t, "s", 1, Audience(), subjects, 0, typed="ъъъ")
    assert [button.text for row in nothing.rows for button in row] == [t.plain("All topics"), t.plain("‹ Back")]


def test_no_language_ticked_is_said_to_be_any() -> None:
    lines = audience_lines(translator("en"), GAZETTEER, Audience(), {})
    assert "Language: any" in lines

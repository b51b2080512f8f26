"""The sandbox's official has a day's work: about thirty petitions in three languages, some overdue, nobody told."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.db import Database
from bot.delivery.models import Delivery, DeliveryState
from bot.language.clean import personal_data
from bot.law.calendar import WorkingCalendar
from bot.law.forbidden import Certainty, check
from bot.officials.decisions.queries import decision
from bot.officials.decisions.service import Decisions
from bot.officials.queries import inbox
from bot.officials.rules import Section
from bot.officials.service import Officials
from bot.petitions.models import Petition
from bot.petitions.rules import State
from bot.petitions.service import Petitions
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident, Role, RoleGrant
from bot.residents.staff.service import Staff
from bot.training import inbox as training
from bot.training.inbox import AKIMAT, fill_inbox

ENTRIES: list[dict[str, Any]] = tomllib.loads(
    (Path(training.__file__).parent / "data" / "inbox.toml").read_text(encoding="utf-8")
)["petition"]


async def _nobody(session: Any) -> list[int]:
    return []


async def test_an_officials_inbox_is_filled_at_every_stage_and_nobody_is_told(sqlite: Database, now: datetime) -> None:
    petitions = Petitions(
        Gazetteer(shipped_places()), b"pepper of the training ground, long enough", WorkingCalendar(), _nobody
    )
    decisions = Decisions(Officials(petitions, Staff(frozenset()), lambda text, place: []))
    async with sqlite.transaction() as session:
        official = Resident(telegram_id=7, language="kk", created_at=now, seen_at=now)
        session.add(official)
        await session.flush()
        session.add(RoleGrant(resident_id=official.id, role=Role.OFFICIAL, body_key=AKIMAT, granted_at=now))
        await session.flush()
        assert await fill_inbox(session, decisions, AKIMAT, now) == len(ENTRIES)
    async with sqlite.reading() as session:
        found = await inbox(
            session,
            [AKIMAT],
            Section.WAITING,
            mine_of=[official.id],
            mine=False,
            body=-1,
            page=0,
            today=petitions.today(now),
        )
        assert found.counts[Section.NEW] == 5
        assert 3 <= found.counts[Section.OVERDUE] <= 6
        assert found.counts[Section.WORK] >= 8
        assert (found.counts[Section.DONE], found.counts[Section.COMING]) == (3, 4)
        assert found.mine_count == 2
        assert {petition.language for petition in await session.scalars(select(Petition))} == {"kk", "ru", "en"}
        decided = await session.scalar(select(Petition.id).where(Petition.state == State.DECIDED))
        assert decided is not None
        assert await decision(session, decided) is not None
        waiting = select(func.count()).where(Delivery.state == DeliveryState.WAITING)
        assert await session.scalar(waiting) == 0
        assert await petitions.recount(session) == {}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["title"])
def test_a_text_of_the_inbox_passes_what_every_petition_passes(entry: dict[str, Any], now: datetime) -> None:
    whole = "\n".join((entry["title"], entry["ask"], entry["why"]))
    assert personal_data(whole) == []
    hits = check(whole, now.date())
    assert [hit for hit in hits if hit.point is not None and hit.certainty is Certainty.LIKELY] == []
    assert len(entry["title"]) <= 140

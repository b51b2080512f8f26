"""A petition that waits for a moderator, and moderators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.law.calendar import WorkingCalendar
from bot.petitions.appeals.service import Appeals
from bot.petitions.models import Draft, Petition
from bot.petitions.moderation.service import Moderation
from bot.petitions.reports.service import Reports
from bot.petitions.rules import Action, Actor, DraftStep
from bot.petitions.service import Petitions
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident, Role
from bot.residents.rules import phone_hash
from bot.residents.staff.service import Staff

PEPPER = b"pepper of the tests, long enough to be one"
GAZETTEER = Gazetteer(shipped_places())
TALGAR = "kz-almaty-oblast/talgar-district"


async def _no_moderators(session: AsyncSession) -> list[int]:
    return []


@pytest.fixture
def petitions() -> Petitions:
    """The petitions service."""
    return Petitions(GAZETTEER, PEPPER, WorkingCalendar(), _no_moderators)


@pytest.fixture
def reports(petitions: Petitions) -> Reports:
    """The reports service: three reports hide a petition."""
    return Reports(petitions, PEPPER, 3)


@pytest.fixture
def appeals(petitions: Petitions) -> Appeals:
    """The appeals service, which finds moderators and admins by their roles."""
    staff = Staff(frozenset())

    async def moderators(session: AsyncSession) -> list[int]:
        return await staff.holders(session, Role.MODERATOR)

    async def admins(session: AsyncSession) -> list[int]:
        return await staff.holders(session, Role.ADMIN)

    return Appeals(petitions, moderators, admins)


@pytest.fixture
def moderation(petitions: Petitions, reports: Reports, appeals: Appeals) -> Moderation:
    """The moderation service, with the real audit trail."""
    return Moderation(petitions, Staff(frozenset()).audit, reports, appeals)


async def _make(session: AsyncSession, number: int, now: datetime) -> Resident:
    resident = Resident(
        telegram_id=number,
        language="en",
        phone_hash=phone_hash(PEPPER, f"+7701{number:07d}"),
        phone_confirmed_at=now,
        created_at=now,
        seen_at=now,
    )
    session.add(resident)
    await session.flush()
    return resident


@pytest.fixture
def make_resident() -> Callable[[AsyncSession, int, datetime], Awaitable[Resident]]:
    """Makes residents with a confirmed phone."""
    return _make


@pytest.fixture
def make_waiting(petitions: Petitions) -> Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]:
    """Makes petitions that wait for a moderator."""

    async def make(session: AsyncSession, author: Resident, now: datetime) -> Petition:
        draft = Draft(
            author_id=author.id,
            step=DraftStep.REVIEW,
            language="ru",
            title="Остановка у школы на улице Абая",
            ask="Просим построить остановку с навесом у школы.",
            why="Дети идут до ближайшей остановки целый километр.",
            place_key=TALGAR,
            body_key=f"akimat:{TALGAR}",
            created_at=now,
            updated_at=now,
        )
        session.add(draft)
        await session.flush()
        petition = await petitions.open(session, draft, author, now)
        return await petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)

    return make

"""An author, the service they write with, and a way to answer steps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.law.calendar import WorkingCalendar
from bot.petitions.service import Petitions
from bot.petitions.writing.service import Writing
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident
from bot.residents.rules import phone_hash

PEPPER = b"pepper of the tests, long enough to be one"
GAZETTEER = Gazetteer(shipped_places())


async def _no_moderators(session: AsyncSession) -> list[int]:
    return []


@pytest.fixture
def petitions() -> Petitions:
    """The petitions service, with nobody to moderate."""
    return Petitions(GAZETTEER, PEPPER, WorkingCalendar(), _no_moderators)


@pytest.fixture
def writing(petitions: Petitions) -> Writing:
    """The writing service, without a router of bodies."""
    return Writing(petitions)


async def _make(session: AsyncSession, number: int, now: datetime) -> Resident:
    resident = Resident(
        telegram_id=number,
        language="ru",
        place_key="kz-almaty-oblast/talgar-district",
        phone_hash=phone_hash(PEPPER, f"+7701{number:07d}"),
        phone_confirmed_at=now,
        citizen_stated_at=now,
        created_at=now,
        seen_at=now,
    )
    session.add(resident)
    await session.flush()
    return resident


@pytest.fixture
def make_author() -> Callable[[AsyncSession, int, datetime], Awaitable[Resident]]:
    """Makes confirmed residents of Talgar district."""
    return _make

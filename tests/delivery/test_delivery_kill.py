"""kill -9 at any moment of a fan-out: nobody is missed, and few are told twice."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot.db import Database
from bot.delivery.models import DeliveryState
from bot.delivery.outbox import tell_each
from bot.delivery.sender import IN_FLIGHT
from bot.residents.models import Resident
from tests.delivery.delivering import LIFTED, SmallTelegram, add_people, states

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 1000
KILLED_AT = (180, 430, 700)
PATIENCE = 60


@asynccontextmanager
async def sender_process(
    database_url: str, telegram: SmallTelegram, ahead: float
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A sender of its own, a while ahead of time so that leases of the one before it are over."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.delivery.sender_process",
        database_url,
        telegram.base,
        str(ahead),
        str(LIFTED),
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until_told(telegram: SmallTelegram, enough: Callable[[], bool]) -> None:
    """Wait until the calls that arrived are enough."""
    arrived = asyncio.Event()
    telegram.after = lambda: arrived.set() if enough() else None
    async with asyncio.timeout(PATIENCE):
        if not enough():
            await arrived.wait()


async def test_killed_three_times_nobody_is_missed_and_few_are_told_twice(
    database: Database, database_url: str, telegram: SmallTelegram
) -> None:
    now = datetime.now(UTC)
    await add_people(database, PEOPLE, now)
    async with database.transaction() as session:
        await tell_each(session, select(Resident.id), kind="note", reference=1, now=now, cause="news:1")
    for number, count in enumerate(KILLED_AT):
        async with sender_process(database_url, telegram, ahead=60 * number) as process:
            await until_told(telegram, lambda count=count: len(telegram.calls) >= count)  # type: ignore[misc]
            process.kill()
    async with sender_process(database_url, telegram, ahead=60 * len(KILLED_AT)) as process:
        await until_told(telegram, lambda: len(telegram.told) >= PEOPLE)
        process.terminate()
        assert await process.wait() == 0
    assert set(telegram.told) == set(range(1001, 1001 + PEOPLE))
    twice = Counter(telegram.told.values())
    assert sum((times - 1) * people for times, people in twice.items()) <= IN_FLIGHT * len(KILLED_AT)
    assert await states(database) == {DeliveryState.SENT: PEOPLE}

"""kill -9 at any moment of a fan-out: nobody is missed, and few are told twice."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.delivery.models import DeliveryState
from bot.delivery.outbox import tell_each
from bot.delivery.sender import IN_FLIGHT
from bot.residents.models import Resident
from tests.delivery.delivering import LIFTED, SmallTelegram, add_people, states

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
OVER_THE_LEASE = 60
"""Seconds by which each sender is ahead of the one before, whose leases have run out then."""


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


async def until_told(telegram: SmallTelegram, enough: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until the calls that arrived are enough."""
    arrived = asyncio.Event()
    telegram.after = lambda: arrived.set() if enough() else None
    async with asyncio.timeout(patience):
        if not enough():
            await arrived.wait()


def resident_kilobytes(process: asyncio.subprocess.Process) -> int:
    """The memory a process holds now."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("the process is gone")


async def fan_out_under_fire(
    database: Database,
    database_url: str,
    telegram: SmallTelegram,
    people: int,
    killed_at: Sequence[int],
    patience: float = PATIENCE,
) -> tuple[int, int]:
    """Tell so many people, kill the sender each time so many calls have arrived, and look at what came of it.

    Returns the kilobytes of the last sender after its first thousand messages, and at its end.
    """
    now = datetime.now(UTC)
    await add_people(database, people, now)
    async with database.transaction() as session:
        await tell_each(session, select(Resident.id), kind="note", reference=1, now=now, cause="news:1")
    for number, count in enumerate(killed_at):
        before = telegram.told.copy()
        async with sender_process(database_url, telegram, ahead=OVER_THE_LEASE * number) as process:
            await until_told(telegram, lambda count=count: len(telegram.calls) >= count, patience)  # type: ignore[misc]
            process.kill()
        again = sum(telegram.told[chat] - times for chat, times in before.items())
        assert again <= IN_FLIGHT, f"kill {number} repeats at most what was on its way"
    async with sender_process(database_url, telegram, ahead=OVER_THE_LEASE * len(killed_at)) as process:
        warm = min(len(telegram.told) + 1000, people)
        await until_told(telegram, lambda: len(telegram.told) >= warm, patience)
        at_first = resident_kilobytes(process)
        await until_told(telegram, lambda: len(telegram.told) >= people, patience)
        at_last = resident_kilobytes(process)
        process.terminate()
        assert await process.wait() == 0
    assert set(telegram.told) == set(range(1001, 1001 + people))
    twice = Counter(telegram.told.values())
    assert sum((times - 1) * people for times, people in twice.items()) <= IN_FLIGHT * len(killed_at)
    assert await states(database) == {DeliveryState.SENT: people}
    return at_first, at_last


async def test_killed_three_times_nobody_is_missed_and_few_are_told_twice(
    database: Database, database_url: str, telegram: SmallTelegram
) -> None:
    await fan_out_under_fire(database, database_url, telegram, 1000, (180, 430, 700))


@pytest.mark.chaos
async def test_killed_ten_times_at_random_during_a_fan_out_to_5000_nobody_is_missed(
    database: Database, database_url: str, telegram: SmallTelegram
) -> None:
    """Ten moments drawn anew at each run; a failure names the seed."""
    seed = random.SystemRandom().randrange(10**6)
    killed_at = sorted(random.Random(seed).sample(range(1, 4_800), 10))
    print(f"seed {seed}: killed at {killed_at}")
    await fan_out_under_fire(database, database_url, telegram, 5_000, killed_at)
    repeated = sum(times - 1 for times in telegram.told.values())
    print(f"told twice: {repeated} of at most {IN_FLIGHT * len(killed_at)}")


@pytest.mark.chaos
async def test_a_fan_out_to_100000_with_kills_and_429s_misses_nobody_in_flat_memory(
    database: Database, database_url: str, telegram: SmallTelegram
) -> None:
    """Ten kills in the first half, a storm of 429s and 500s all the way, and the last sender alone with the rest."""
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    killed_at = sorted(chance.sample(range(1, 50_000), 10))
    for number in chance.sample(range(1, 100_000), 120):
        telegram.storms[number] = chance.choice(("429 briefly", "500", "gateway", "reset"))
    print(f"seed {seed}: killed at {killed_at}")
    at_first, at_last = await fan_out_under_fire(database, database_url, telegram, 100_000, killed_at, 1800)
    repeated = sum(times - 1 for times in telegram.told.values())
    print(f"told twice: {repeated} of at most {IN_FLIGHT * len(killed_at)}; memory {at_first} then {at_last} kB")
    assert not any(number < 90_000 for number in telegram.storms)
    assert at_last - at_first < 16_000

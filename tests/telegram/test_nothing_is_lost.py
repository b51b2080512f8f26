"""Protects the promise that nothing said to the bot is lost or done twice, whenever its process dies."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.db import Database
from bot.telegram.models import InboxState, InboxUpdate
from tests.telegram.counting_bot import counted
from tests.telegram.fake_telegram import TOKEN, FakeTelegram, message

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = 50
UPDATES = 500
KILLS = 10
MALFORMED = 123
APOLOGY = "Something broke on our side. Your text is saved; please try again."


class Nursery:
    """Starts counting bots, one after the other."""

    def __init__(self, process: subprocess.Popen[str], *arguments: str) -> None:
        self._process = process
        self._arguments = arguments
        self.child: int | None = None

    async def start(self) -> None:
        """Start a bot."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(self._arguments) + "\n")
        self._process.stdin.flush()
        self.child = await self._read()

    async def ended(self) -> int:
        """The exit code of the bot, or minus the signal that ended it."""
        return await self._read()

    async def _read(self) -> int:
        assert self._process.stdout is not None
        return int(await asyncio.to_thread(self._process.stdout.readline))

    def kill(self, number: signal.Signals) -> None:
        """Send the running bot a signal; from then on it does not count as running, whatever it still says."""
        if self.child is not None:
            os.kill(self.child, number)
            self.child = None


@pytest.fixture(scope="module")
def process() -> Iterator[subprocess.Popen[str]]:
    """The process that has everything imported and forks bots."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("counting_bot.py"))],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        yield started


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """A Telegram with 500 messages of 50 people waiting, one of which is malformed."""
    fake = FakeTelegram()
    await fake.start()
    for number in range(1, UPDATES + 1):
        raw = message(number, 1000 + number % PEOPLE, f"words {number}")
        if number == MALFORMED:
            raw["message"]["text"] = ["not", "text"]
        fake.give(raw)
    yield fake
    await fake.stop()


@pytest.fixture
async def nursery(
    database: Database, database_url: str, telegram: FakeTelegram, process: subprocess.Popen[str]
) -> AsyncIterator[Nursery]:
    """Where counting bots of this database are started."""
    async with database.engine.begin() as connection:
        await connection.run_sync(counted.metadata.create_all)
        await connection.execute(delete(counted))
    opened = Nursery(process, database_url, telegram.base, TOKEN)
    yield opened
    if opened.child is not None:
        opened.kill(signal.SIGKILL)
        await opened.ended()


def answered(telegram: FakeTelegram) -> set[tuple[int, str]]:
    """Who was answered what."""
    return {(params["chat_id"], params["text"]) for params in telegram.sent()}


def expected() -> set[tuple[int, str]]:
    """What everybody must have been answered in the end."""
    return {
        (1000 + number % PEOPLE, APOLOGY if number == MALFORMED else f"counted words {number}")
        for number in range(1, UPDATES + 1)
    }


async def states(database: Database) -> Counter[InboxState]:
    """How many updates are in which state."""
    async with database.reading() as session:
        return Counter(await session.scalars(select(InboxUpdate.state)))


async def effects(database: Database) -> Counter[str]:
    """How often each message had its effect."""
    async with database.reading() as session:
        return Counter((await session.execute(select(counted.c.words))).scalars())


async def test_killed_ten_times_every_update_takes_effect_once_and_is_answered(
    database: Database, telegram: FakeTelegram, nursery: Nursery
) -> None:
    chance = random.Random(20261125)
    kill_at = sorted(chance.sample(range(3, UPDATES - 50), KILLS))
    seen = 0
    complete = asyncio.Event()

    def watch(method: str, params: dict[str, Any]) -> None:
        nonlocal seen
        seen += 1
        if kill_at and seen >= kill_at[0] and nursery.child is not None:
            kill_at.pop(0)
            nursery.kill(signal.SIGKILL)
        if answered(telegram) == expected():
            complete.set()

    telegram.before_answer = watch
    for _ in range(KILLS):
        await nursery.start()
        assert await nursery.ended() == -signal.SIGKILL
    await nursery.start()
    async with asyncio.timeout(60):
        await complete.wait()
    nursery.kill(signal.SIGTERM)
    assert await nursery.ended() == 0

    once = Counter(f"words {number}" for number in range(1, UPDATES + 1) if number != MALFORMED)
    assert await effects(database) == once
    assert await states(database) == {InboxState.DONE: UPDATES - 1, InboxState.SET_ASIDE: 1}
    for person in range(1000, 1000 + PEOPLE):
        told = [params["text"] for params in telegram.sent() if params["chat_id"] == person]
        first = list(dict.fromkeys(told))
        assert first == sorted(first, key=lambda text: MALFORMED if text == APOLOGY else int(text.split()[-1])), (
            f"answers to {person} are out of order"
        )
    async with database.reading() as session:
        kept = await session.scalars(select(InboxUpdate.update_id).where(InboxUpdate.payload.is_not(None)))
        assert list(kept) == [MALFORMED], "only what was set aside keeps its content"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_asked_to_stop_the_bot_ends_within_three_seconds_and_leaves_nothing_half_done(
    database: Database, telegram: FakeTelegram, nursery: Nursery, number: signal.Signals
) -> None:
    asked_at = 0.0

    def watch(method: str, params: dict[str, Any]) -> None:
        nonlocal asked_at
        if len(telegram.sent()) >= 100 and not asked_at:
            asked_at = time.monotonic()
            nursery.kill(number)

    telegram.before_answer = watch
    await nursery.start()
    assert await nursery.ended() == 0
    assert time.monotonic() - asked_at < 3

    now = await states(database)
    assert now[InboxState.ANSWERING] == 0, "every committed answer was sent"
    assert sum((await effects(database)).values()) == now[InboxState.DONE]
    assert len(answered(telegram)) == now[InboxState.DONE] + now[InboxState.SET_ASIDE]

"""What the world does to a sender: a storm with a locked database, and a restart in the quiet hours."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.api import BotApi
from bot.delivery.gate import Due, Hold, PutOff
from bot.delivery.models import DeliveryState
from bot.delivery.outbox import tell, tell_each
from bot.delivery.queries import outbox_pace, outbox_report
from bot.residents.models import Resident
from tests.delivery.delivering import MovedClock, SmallTelegram, add_people, make_sender, rows, states

LOCKED_SECONDS = 0.5


async def test_a_storm_and_a_locked_database_lose_and_repeat_nothing(
    database: Database, database_url: str, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    """429s, 500s, 502s, resets, people who blocked the bot, and in the middle nobody may write."""
    await add_people(database, 60, now)
    telegram.blocked = {1010, 1020, 1030}
    telegram.faults = [
        fault for number in range(90) for fault in (("", "429", "500", "", "reset", "gateway")[number * 7919 % 6],)
    ]
    async with database.transaction() as session:
        await tell_each(session, select(Resident.id), kind="note", reference=1, now=now, cause="news:1")
    begun, locked = asyncio.Event(), asyncio.Event()
    telegram.after = lambda: begun.set() if len(telegram.calls) >= 10 else None

    async def lock() -> None:
        await begun.wait()
        other = Database(database_url)
        async with other.engine.connect() as connection:
            if other.is_sqlite:
                await connection.execute(text("SELECT 1"))
            else:
                await connection.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
            locked.set()
            # How long the fault lasts; nothing waits for it to be over.
            await asyncio.sleep(LOCKED_SECONDS)
            await connection.rollback()
        await other.close()

    async def send() -> None:
        sender = make_sender(database, api, clock)
        for _ in range(500):
            await sender.drain()
            counted = await states(database)
            if not counted[DeliveryState.WAITING] and not counted[DeliveryState.CLAIMED]:
                return
            await clock.sleep(60)
        raise AssertionError(await states(database))

    await asyncio.gather(lock(), send())
    assert locked.is_set()
    assert telegram.told == Counter(set(range(1001, 1061)) - telegram.blocked)
    assert await states(database) == {DeliveryState.SENT: 57, DeliveryState.SKIPPED: 3}


async def test_quiet_hours_and_a_time_to_come_outlive_a_restart(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    """What the gate put off, and what was queued for later, waits for its hour in the database, not in a process."""
    await add_people(database, 3, now)
    morning, evening = now + timedelta(hours=8), now + timedelta(hours=12)
    asked: list[int] = []

    async def quiet(session: AsyncSession, due: Sequence[Due], at: datetime) -> Mapping[int, Hold]:
        asked.extend(each.resident_id for each in due)
        return {each.id: PutOff(morning) for each in due if at < morning and each.resident_id != 3}

    async with database.transaction() as session:
        for resident_id in (1, 2, 3):
            await tell(session, kind="note", resident_id=resident_id, reference=1, now=now)
        await tell(session, kind="note", resident_id=1, reference=2, now=now, not_before=evening)

    async def a_process() -> set[int]:
        """A sender that starts, sends what it may, and is gone; what it told."""
        before = telegram.told.copy()
        sender = make_sender(database, api, clock)
        sender._gate = quiet
        await sender.drain()
        return set(telegram.told - before)

    assert await a_process() == {1003}
    assert await a_process() == set()
    assert sorted(asked) == [1, 2, 3], "what is put off is not asked about before its hour"
    clock.moment = morning - timedelta(minutes=1)
    assert await a_process() == set()
    clock.moment = morning + timedelta(seconds=1)
    assert await a_process() == {1001, 1002}
    clock.moment = evening - timedelta(minutes=1)
    assert await a_process() == set()
    clock.moment = evening + timedelta(seconds=1)
    assert await a_process() == {1001}
    assert telegram.told == Counter({1001: 2, 1002: 1, 1003: 1})


async def test_the_report_says_how_fast_it_goes_and_what_was_given_up_lately(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 10, now)
    async with database.transaction() as session:
        await tell_each(session, select(Resident.id), kind="note", reference=1, now=now, cause="news:1")
        await tell(session, kind="note", resident_id=1, reference=2, now=now, not_before=now + timedelta(hours=1))
    telegram.faults = ["html"]
    await make_sender(database, api, clock).drain()
    async with database.reading() as session:
        report, pace = await outbox_report(session, clock.now()), await outbox_pace(session, clock.now())
        assert (report.due, report.later, report.failed) == (0, 1, 1)
        assert pace.per_minute == pytest.approx(9 / 5)
        assert pace.failed_lately == 1
        later = await outbox_pace(session, clock.now() + timedelta(days=2))
        assert (later.per_minute, later.failed_lately) == (0, 0)
    assert len(await rows(database)) == 11

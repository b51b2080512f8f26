"""Live messages: many moves, few edits, and the last state is what everybody sees."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.api import BotApi
from bot.delivery.live import LiveWorker
from bot.delivery.messages import LiveShow
from bot.delivery.models import LiveMessage
from bot.delivery.outbox import refresh
from bot.delivery.pace import Pace
from bot.residents.models import Resident
from bot.screen import Screen
from tests.delivery.delivering import BOT, LIFTED, MovedClock, SmallTelegram, add_people, translators


@pytest.fixture
async def counted(database: Database) -> AsyncIterator[None]:
    """A table with one number that moves."""
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE moving (number INTEGER NOT NULL)"))
        await session.execute(text("INSERT INTO moving VALUES (0)"))
    yield
    async with database.transaction() as session:
        await session.execute(text("DROP TABLE moving"))


async def show_number(session: AsyncSession, show: LiveShow) -> Screen | None:
    """The number, until it is negative."""
    number = await session.scalar(text("SELECT number FROM moving"))
    return None if number is None or number < 0 else Screen(f"{number}")


def make_worker(database: Database, api: BotApi, clock: MovedClock, rate: float = LIFTED) -> LiveWorker:
    return LiveWorker(
        database,
        api,
        Pace(database, BOT, rate=rate, clock=clock),
        live_renderers={"number": show_number},
        bot_username="halyq_bot",
        translators=translators,
        clock=clock,
    )


async def add_live(database: Database, now: datetime, **changes: Any) -> None:
    row = {
        "kind": "number",
        "reference": 1,
        "chat_id": 1001,
        "message_id": 5,
        "language": "kk",
        "shown_at": now - timedelta(minutes=1),
        **changes,
    }
    async with database.transaction() as session:
        session.add(LiveMessage(**row))


async def move(database: Database, number: int, now: datetime) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE moving SET number = :number"), {"number": number})
        await refresh(session, kind="number", reference=1, now=now)


async def live_rows(database: Database) -> list[LiveMessage]:
    async with database.reading() as session:
        return list((await session.scalars(select(LiveMessage).order_by(LiveMessage.id))).all())


async def settle(worker: LiveWorker, clock: MovedClock) -> None:
    """Let time pass until nothing is due any more."""
    for _ in range(40):
        if not await worker.refresh_due():
            await clock.sleep(1)


@pytest.mark.usefixtures("counted")
async def test_a_hundred_moves_cause_few_edits_and_the_last_state_shows(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_live(database, now)
    worker = make_worker(database, api, clock)
    for number in range(1, 101):
        await move(database, number, clock.now())
        await worker.refresh_due()
        await clock.sleep(0.1)
    await settle(worker, clock)
    assert telegram.edits[-1]["text"] == "100"
    # On PostgreSQL the worker's own waiting moves the clock as well.
    assert 3 <= len(telegram.edits) <= 12
    (row,) = await live_rows(database)
    assert (row.refresh_at, row.leased_until) == (None, None)


@pytest.mark.usefixtures("counted")
async def test_edits_of_one_message_keep_their_distance(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_live(database, now)
    await add_live(database, now, chat_id=-500, message_id=1)
    await add_live(database, now, chat_id=-500, message_id=2)
    await add_live(database, now, chat_id=None, message_id=None, inline_message_id="abc")
    at: dict[str, list[datetime]] = {}

    def note() -> None:
        params = telegram.edits[-1]
        where = str(params.get("inline_message_id") or f"{params['chat_id']}:{params['message_id']}")
        at.setdefault(where, []).append(clock.now())

    telegram.after = note
    worker = make_worker(database, api, clock)
    for number in range(1, 120):
        await move(database, number, clock.now())
        await worker.refresh_due()
        await clock.sleep(0.5)
    await settle(worker, clock)

    def shortest(moments: list[datetime]) -> float:
        ordered = sorted(moments)
        return min((b - a).total_seconds() for a, b in itertools.pairwise(ordered))

    assert shortest(at["1001:5"]) >= 3
    assert shortest(at["abc"]) >= 5
    assert shortest(at["-500:1"]) >= 5
    # Telegram allows 20 messages a minute in one group.
    assert shortest(at["-500:1"] + at["-500:2"]) >= 3
    assert {params["text"] for params in telegram.edits[-4:]} == {"119"}


@pytest.mark.usefixtures("counted")
async def test_a_move_during_an_edit_is_not_lost(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_live(database, now)
    worker = make_worker(database, api, clock)
    moving: list[asyncio.Task[None]] = []

    def move_meanwhile() -> None:
        if len(telegram.edits) == 1:
            moving.append(asyncio.create_task(move(database, 2, clock.now())))

    telegram.after = move_meanwhile
    await move(database, 1, now)
    await worker.refresh_due()
    await moving[0]
    await settle(worker, clock)
    assert [params["text"] for params in telegram.edits] == ["1", "2"]


@pytest.mark.usefixtures("counted")
async def test_what_shows_already_is_not_edited(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_live(database, now)
    worker = make_worker(database, api, clock)
    for _ in range(3):
        await move(database, 7, clock.now())
        await settle(worker, clock)
    assert len(telegram.edits) == 1


@pytest.mark.parametrize("fault", ["no message", "no chat", "403", "moved"])
@pytest.mark.usefixtures("counted")
async def test_a_message_that_is_gone_is_forgotten(
    fault: str, database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)
    await add_live(database, now, resident_id=1)
    telegram.faults = [fault]
    await move(database, 1, now)
    await make_worker(database, api, clock).refresh_due()
    assert await live_rows(database) == []
    async with database.reading() as session:
        unreachable = await session.scalar(select(Resident.unreachable_since).where(Resident.id == 1))
    assert (unreachable is not None) is (fault == "403")


@pytest.mark.parametrize("fault", ["429", "500", "reset", "gateway", "same", "html"])
@pytest.mark.usefixtures("counted")
async def test_an_edit_that_did_not_get_through_is_made_later(
    fault: str, database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_live(database, now)
    telegram.faults = [fault]
    worker = make_worker(database, api, clock)
    await move(database, 1, now)
    await settle(worker, clock)
    if fault in {"same", "html"}:
        assert telegram.edits == []
    else:
        assert [params["text"] for params in telegram.edits] == ["1"]
    await move(database, 2, clock.now())
    await settle(worker, clock)
    assert telegram.edits[-1]["text"] == "2"


@pytest.mark.usefixtures("counted")
async def test_what_has_nothing_left_to_show_is_forgotten(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_live(database, now)
    await move(database, -1, now)
    await make_worker(database, api, clock).refresh_due()
    assert (await live_rows(database), telegram.edits) == ([], [])


@pytest.mark.usefixtures("counted")
async def test_a_dead_workers_message_is_edited_when_its_lease_ends(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_live(database, now)
    await move(database, 1, now)
    await make_worker(database, api, clock)._take(clock.now())
    peer = make_worker(database, api, clock)
    assert await peer.refresh_due() == 0
    await clock.sleep(31)
    await settle(peer, clock)
    assert [params["text"] for params in telegram.edits] == ["1"]


@pytest.mark.usefixtures("counted")
async def test_an_edit_never_writes_over_what_a_tap_has_put_there(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_live(database, now)
    await move(database, 1, now)
    worker = make_worker(database, api, clock)
    (held,) = await worker._take(clock.now())
    async with database.transaction() as session:
        await session.execute(update(LiveMessage).values(shown_at=clock.now(), shown_hash="the tap's"))
    await worker._edit(held, {"chat_id": 1001, "message_id": 5, "text": "old"}, "hash")
    assert telegram.edits == []
    (row,) = await live_rows(database)
    assert (row.leased_until, row.refresh_at) == (None, clock.now())


@pytest.mark.usefixtures("counted")
async def test_two_workers_make_one_edit(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    for number in range(8):
        await add_live(database, now, chat_id=2000 + number)
    await move(database, 1, now)
    workers = [make_worker(database, api, clock, rate=28) for _ in range(2)]
    await asyncio.gather(*(worker.refresh_due() for worker in workers))
    await settle(workers[0], clock)
    assert sorted(params["chat_id"] for params in telegram.edits) == [2000 + number for number in range(8)]

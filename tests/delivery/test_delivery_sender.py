"""Nobody is missed, nobody is told twice: the sender on both databases, against a Bot API with faults."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.db import Database
from bot.delivery.api import BotApi
from bot.delivery.models import Budget, Delivery, DeliveryState, LiveMessage
from bot.delivery.outbox import tell, tell_each
from bot.delivery.queries import outbox_report
from bot.delivery.sender import GIVE_UP_AFTER, IN_FLIGHT, Sender, take_over
from bot.residents.models import Resident
from tests.delivery.delivering import (
    CallsAtWork,
    MovedClock,
    SmallTelegram,
    add_people,
    make_sender,
    rows,
    states,
)

EVERYBODY = select(Resident.id).where(Resident.erased_at.is_(None))


async def tell_everybody(
    database: Database, now: datetime, *, kind: str = "note", cause: str = "news:1", repeatable: bool = True
) -> int:
    async with database.transaction() as session:
        return await tell_each(session, EVERYBODY, kind=kind, reference=1, now=now, cause=cause, repeatable=repeatable)


async def drain_through(sender_count: int, database: Database, api: BotApi, clock: MovedClock) -> None:
    """Send until nothing waits, however often Telegram says to come back later."""
    senders = [make_sender(database, CallsAtWork(api, clock), clock) for _ in range(sender_count)]

    async def drain(sender: Sender) -> None:
        with clock.at_work():
            await sender.drain()

    for _ in range(500):
        await asyncio.gather(*map(drain, senders))
        counted = await states(database)
        if not counted[DeliveryState.WAITING] and not counted[DeliveryState.CLAIMED]:
            return
        await clock.sleep(60)
    raise AssertionError(await states(database))


async def test_the_same_cause_tells_a_person_once(database: Database, now: datetime) -> None:
    await add_people(database, 3, now)
    for _ in range(2):
        async with database.transaction() as session:
            await tell(session, kind="note", resident_id=1, reference=5, now=now, cause="decided:5")
    assert await tell_everybody(database, now, cause="decided:5") == 2
    assert await tell_everybody(database, now, cause="decided:5") == 0
    assert sorted(row.key for row in await rows(database)) == ["decided:5:1", "decided:5:2", "decided:5:3"]


async def test_a_fan_out_to_5000_tells_each_once(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 5000, now)
    assert await tell_everybody(database, now) == 5000
    await make_sender(database, api, clock).drain()
    assert telegram.told == Counter(range(1001, 6001))
    assert await states(database) == {DeliveryState.SENT: 5000}
    assert all(row.message_id and row.finished_at for row in await rows(database))


async def test_each_reads_it_in_the_own_language_with_its_picture(
    sqlite: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(sqlite, 3, now)
    await tell_everybody(sqlite, now)
    await drain_through(1, sqlite, api, clock)
    assert {params["text"] for _, params in telegram.calls} == {"kk 1", "ru 1", "en 1"}
    await tell_everybody(sqlite, clock.now(), kind="poster", cause="poster:1")
    await clock.sleep(2)
    await drain_through(1, sqlite, api, clock)
    assert {(method, params["photo"]) for method, params in telegram.calls[3:]} == {
        ("sendPhoto", ("poster.png", language.encode())) for language in ("kk", "ru", "en")
    }


async def test_urgent_ones_go_first_and_none_before_its_time(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 3, now)
    later = now + timedelta(hours=8)
    async with database.transaction() as session:
        await tell(session, kind="note", resident_id=1, reference=1, now=now, priority=9)
        await tell(session, kind="note", resident_id=2, reference=2, now=now, priority=0)
        await tell(session, kind="note", resident_id=3, reference=3, now=now, priority=0, not_before=later)
    sender = make_sender(database, api, clock, rate=28)
    await sender.drain()
    assert [params["chat_id"] for _, params in telegram.calls] == [1002, 1001]
    clock.moment = later
    await sender.drain()
    assert [params["chat_id"] for _, params in telegram.calls] == [1002, 1001, 1003]


async def test_a_picture_for_many_is_drawn_and_uploaded_once_and_then_called_by_its_name(
    sqlite: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock
) -> None:
    await add_people(sqlite, 45, clock.now())
    await tell_everybody(sqlite, clock.now(), kind="poster", cause="poster:1")
    sender = make_sender(sqlite, api, clock, rate=5)
    await sender.drain()
    assert len(telegram.told) == 45
    uploads = [params["photo"] for _, params in telegram.calls if isinstance(params["photo"], tuple)]
    names = {params["photo"] for _, params in telegram.calls if isinstance(params["photo"], str)}
    assert len(uploads) < 20
    assert len(names) == 3, "one for each language"

    await clock.sleep(1)
    telegram.calls.clear()
    telegram.faults = ["no file"]
    await tell_everybody(sqlite, clock.now(), kind="poster", cause="poster:2")
    while (await states(sqlite))[DeliveryState.WAITING]:
        await sender.drain()
        await clock.sleep(60)
    assert set(telegram.told.values()) == {2}, "a name that Telegram no longer knows is no reason to give up"


async def test_one_chat_gets_no_two_deliveries_in_one_second(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 2, now)
    async with database.transaction() as session:
        for number in range(4):
            await tell(session, kind="note", resident_id=1, reference=number, now=now)
        await tell(session, kind="note", resident_id=2, reference=9, now=now, priority=9)
    at: list[datetime] = []
    telegram.after = lambda: at.append(clock.now())
    await drain_through(2, database, api, clock)
    assert telegram.told == {1001: 4, 1002: 1}
    first = [moment for moment, (_, params) in zip(at, telegram.calls, strict=True) if params["chat_id"] == 1001]
    assert all((after - before).total_seconds() >= 1 for before, after in itertools.pairwise(first))


async def test_nothing_is_sent_to_whom_it_no_longer_concerns(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 4, now)
    async with database.transaction() as session:
        await session.execute(update(Resident).where(Resident.id == 1).values(unreachable_since=now))
        await session.execute(update(Resident).where(Resident.id == 2).values(telegram_id=None, erased_at=now))
        for person in (1, 2, 4):
            await tell(session, kind="note", resident_id=person, reference=1, now=now)
        await tell(session, kind="note", resident_id=3, reference=1, now=now, params={"silent": True})
    await make_sender(database, api, clock).drain()
    assert telegram.told == {1004: 1}
    assert await states(database) == {DeliveryState.SENT: 1, DeliveryState.SKIPPED: 3}


async def test_whoever_blocked_the_bot_is_marked_and_left_alone(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 2, now)
    telegram.blocked = {1001}
    await tell_everybody(database, now)
    sender = make_sender(database, api, clock)
    await sender.drain()
    await tell_everybody(database, now, cause="news:2")
    await clock.sleep(2)
    await sender.drain()
    assert telegram.told == {1002: 2}
    async with database.reading() as session:
        assert await session.scalar(select(Resident.unreachable_since).where(Resident.id == 1)) is not None
    assert await states(database) == {DeliveryState.SENT: 2, DeliveryState.SKIPPED: 2}


@pytest.mark.parametrize("fault", ["html", "moved", "409"])
async def test_a_message_telegram_refuses_fails_loudly_and_at_once(
    fault: str, sqlite: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(sqlite, 1, now)
    telegram.faults = [fault]
    await tell_everybody(sqlite, now)
    await make_sender(sqlite, api, clock).drain()
    (row,) = await rows(sqlite)
    assert (row.state, row.attempts, bool(row.error)) == (DeliveryState.FAILED, 0, True)
    async with sqlite.reading() as session:
        report = await outbox_report(session, clock.now())
    assert (report.failed, report.is_well, report.last_failures[0][1]) == (1, False, "note")


async def test_a_renderer_with_a_fault_keeps_nobody_else_waiting_and_is_given_up(
    sqlite: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(sqlite, 2, now)
    async with sqlite.transaction() as session:
        await tell(session, kind="broken", resident_id=1, reference=1, now=now, priority=0)
        await tell(session, kind="note", resident_id=2, reference=1, now=now)
    await drain_through(1, sqlite, api, clock)
    assert telegram.told == {1002: 1}
    assert [row.state for row in await rows(sqlite)] == [DeliveryState.FAILED, DeliveryState.SENT]


async def test_a_telegram_that_stays_away_is_given_up_after_hours_not_seconds(
    sqlite: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(sqlite, 1, now)
    telegram.faults = ["500"] * 100
    await tell_everybody(sqlite, now)
    await drain_through(1, sqlite, api, clock)
    (row,) = await rows(sqlite)
    assert row.state is DeliveryState.FAILED
    assert len(telegram.faults) == 100 - GIVE_UP_AFTER
    assert clock.now() - now > timedelta(hours=3)


async def test_a_message_that_may_have_arrived_repeats_only_if_its_kind_may(
    sqlite: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(sqlite, 1, now)
    telegram.faults = ["reset"]
    await tell_everybody(sqlite, now, cause="broadcast:1", repeatable=False)
    await drain_through(1, sqlite, api, clock)
    assert await states(sqlite) == {DeliveryState.SKIPPED: 1}
    telegram.faults = ["reset"]
    await tell_everybody(sqlite, clock.now(), cause="decided:1", repeatable=True)
    await drain_through(1, sqlite, api, clock)
    assert telegram.told == {1001: 1}


async def test_a_storm_of_faults_loses_and_repeats_nothing(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 300, now)
    telegram.blocked = {1007, 1008}
    telegram.faults = [
        fault for number in range(400) for fault in (("", "429", "500", "reset", "gateway", "401")[number * 7919 % 6],)
    ]
    await tell_everybody(database, now)
    await drain_through(2, database, api, clock)
    assert telegram.told == Counter(set(range(1001, 1301)) - telegram.blocked)
    assert await states(database) == {DeliveryState.SENT: 298, DeliveryState.SKIPPED: 2}


async def test_a_429_stops_every_worker_until_it_is_over(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 20, now)
    await tell_everybody(database, now)
    telegram.faults = ["429"]
    at: list[datetime] = []
    telegram.after = lambda: at.append(clock.now())
    first, second = (make_sender(database, api, clock, rate=28) for _ in range(2))
    await first.drain()
    async with database.reading() as session:
        until = await session.scalar(select(Budget.paused_until))
        waiting = await session.scalar(
            select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.WAITING)
        )
    assert waiting or all(moment >= now + timedelta(seconds=7) for moment in at[1:])
    await second.drain()
    await first.drain()
    assert until is None or until >= now + timedelta(seconds=7)
    assert all(moment >= now + timedelta(seconds=7) for moment in at)
    assert telegram.told == Counter(range(1001, 1021))


async def test_two_senders_never_claim_the_same_delivery(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 600, now)
    await tell_everybody(database, now)
    senders = [make_sender(database, api, clock) for _ in range(3)]
    claims = await asyncio.gather(*(sender._claim([5], clock.now()) for sender in senders))
    ids = [row.id for claimed, _ in claims for row in claimed]
    assert len(ids) == len(set(ids)) == 600
    people = [row.resident_id for claimed, _ in claims for row in claimed]
    assert len(people) == len(set(people))


async def test_work_of_several_senders_adds_up_to_each_message_once(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 900, now)
    await tell_everybody(database, now)
    await drain_through(3, database, api, clock)
    assert telegram.told == Counter(range(1001, 1901))


async def test_a_dead_workers_rows_go_on_when_its_lease_ends(database: Database, now: datetime) -> None:
    await add_people(database, 3, now)
    async with database.transaction() as session:
        for number, (state, repeatable) in enumerate(
            [
                (DeliveryState.CLAIMED, False),
                (DeliveryState.SENDING, True),
                (DeliveryState.SENDING, False),
            ],
            start=1,
        ):
            await tell(session, kind="note", resident_id=number, reference=1, now=now, repeatable=repeatable)
            await session.execute(
                update(Delivery)
                .where(Delivery.resident_id == number)
                .values(state=state, worker="dead", leased_until=now + timedelta(seconds=30))
            )
    async with database.transaction() as session:
        await take_over(session, now + timedelta(seconds=29))
    assert DeliveryState.WAITING not in await states(database)
    async with database.transaction() as session:
        await take_over(session, now + timedelta(seconds=31))
    assert [row.state for row in await rows(database)] == [
        DeliveryState.WAITING,
        DeliveryState.WAITING,
        DeliveryState.SKIPPED,
    ]


async def test_a_worker_that_overslept_its_lease_sends_nothing(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 5, now)
    await tell_everybody(database, now)
    sleeper = make_sender(database, api, clock)
    await sleeper._fetch()
    clock.moment += timedelta(seconds=31)
    peer = make_sender(database, api, clock)
    await peer.drain()
    await sleeper.drain()
    assert telegram.told == Counter(range(1001, 1006))


async def test_stopping_lets_calls_arrive_and_hands_the_rest_back(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 500, now)
    await tell_everybody(database, now)
    stop = asyncio.Event()
    telegram.after = lambda: stop.set() if len(telegram.calls) >= 50 else None
    await make_sender(database, api, clock).run(stop)
    counted = await states(database)
    assert counted[DeliveryState.SENT] == len(telegram.calls) < 500
    assert counted[DeliveryState.WAITING] == 500 - len(telegram.calls)
    await make_sender(database, api, clock).drain()
    assert telegram.told == Counter(range(1001, 1501))


async def test_never_more_than_thirty_are_on_their_way(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 300, now)
    await tell_everybody(database, now)
    sender = make_sender(database, api, clock)
    most = 0

    def look() -> None:
        nonlocal most
        most = max(most, sender._on_their_way)

    telegram.after = look
    await sender.drain()
    assert 1 < most <= IN_FLIGHT


async def test_a_delivered_card_is_kept_up_to_date(
    database: Database, api: BotApi, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)
    await tell_everybody(database, now, kind="card", cause="card:1")
    await make_sender(database, api, clock).drain()
    async with database.reading() as session:
        live = (await session.scalars(select(LiveMessage))).one()
    assert (live.kind, live.reference, live.chat_id, live.resident_id) == ("count", 1, 1001, 1)
    assert live.refresh_at is not None


async def test_the_report_says_how_the_outbox_stands(database: Database, now: datetime) -> None:
    await add_people(database, 3, now)
    async with database.transaction() as session:
        for person in (1, 2):
            await tell(session, kind="note", resident_id=person, reference=1, now=now)
        await tell(session, kind="note", resident_id=3, reference=1, now=now, not_before=now + timedelta(days=1))
        await session.execute(
            update(Delivery)
            .where(Delivery.resident_id == 1)
            .values(state=DeliveryState.CLAIMED, leased_until=now + timedelta(seconds=30))
        )
    async with database.reading() as session:
        report = await outbox_report(session, now + timedelta(minutes=2))
    assert (report.due, report.later, report.in_hand, report.abandoned) == (1, 1, 0, 1)
    assert report.oldest_due_seconds == 120
    assert report.is_well

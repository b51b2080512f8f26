"""Sender, live messages and jobs run as one and stop as one; what is held about a person can be shown and erased."""

from __future__ import annotations

import asyncio
from datetime import datetime, time

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.api import BotApi
from bot.delivery.held import OutboxHolder
from bot.delivery.messages import LiveShow
from bot.delivery.models import Delivery, DeliveryState, LiveMessage
from bot.delivery.outbox import tell
from bot.delivery.pace import Pace
from bot.delivery.schedule import daily
from bot.delivery.workers import Words, Workers
from bot.screen import Screen
from tests.delivery.delivering import (
    BOT,
    RENDERERS,
    MovedClock,
    SmallTelegram,
    add_people,
    paint,
    rows,
    translators,
)


async def show_more(session: AsyncSession, show: LiveShow) -> Screen | None:
    """What a card shows a moment later."""
    return Screen("card, one more")


async def test_a_job_tells_a_person_and_the_card_is_kept_up_to_date_until_asked_to_stop(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)

    async def send_card(session: AsyncSession, moment: datetime) -> str:
        await tell(session, kind="card", resident_id=1, reference=1, now=moment)
        return "1 card"

    workers = Workers(
        database,
        api,
        Pace(database, BOT, clock=clock),
        Words(RENDERERS, {"count": show_more}, {"poster": paint}, translators),
        bot_username="halyq_bot",
        jobs=[daily("card", time(9), send_card)],
        clock=clock,
    )
    stop = asyncio.Event()
    telegram.after = lambda: stop.set() if telegram.edits else None
    async with asyncio.timeout(30):
        await workers.run(stop)
    assert [(method, params["text"]) for method, params in telegram.calls] == [
        ("sendMessage", "card"),
        ("editMessageText", "card, one more"),
    ]


async def test_erasing_a_person_stops_and_forgets_what_was_for_them(
    database: Database, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 2, now)
    holder = OutboxHolder()
    async with database.transaction() as session:
        for person in (1, 2):
            await tell(session, kind="note", resident_id=person, reference=4, now=now, params={"word": "x"})
        session.add(
            LiveMessage(
                kind="count",
                reference=4,
                chat_id=1001,
                message_id=3,
                resident_id=1,
                language="kk",
                shown_at=now,
            )
        )
    async with database.reading() as session:
        assert await holder.held(session, 1) == {"deliveries": 1, "live messages": 1}
        (told,) = (await holder.export(session, 1))["deliveries"]
    assert (told["kind"], told["reference"], told["state"]) == ("note", 4, "waiting")
    async with database.transaction() as session:
        await holder.erase(session, 1, now)
    first, second = await rows(database)
    assert (first.state, first.params) == (DeliveryState.SKIPPED, {})
    assert (second.state, second.params) == (DeliveryState.WAITING, {"word": "x"})
    async with database.reading() as session:
        assert await holder.held(session, 1) == {"deliveries": 1, "live messages": 0}


async def test_what_waits_moves_to_a_new_account_and_what_was_sent_stays(database: Database, now: datetime) -> None:
    await add_people(database, 2, now)
    async with database.transaction() as session:
        await tell(session, kind="note", resident_id=1, reference=1, now=now)
        await tell(session, kind="note", resident_id=1, reference=2, now=now)
        await session.execute(
            update(Delivery).where(Delivery.reference == 1).values(state=DeliveryState.SENT, finished_at=now)
        )
        await OutboxHolder().move(session, 1, 2, now)
    async with database.reading() as session:
        moved = await session.execute(select(Delivery.reference, Delivery.resident_id).order_by(Delivery.reference))
        assert [tuple(row) for row in moved] == [(1, 1), (2, 2)]

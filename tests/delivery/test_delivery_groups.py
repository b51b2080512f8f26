"""What goes to a group: in the group's language, on to its new id, and at nobody's personal cost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.db import Database
from bot.delivery.api import BotApi
from bot.delivery.models import DeliveryState, LiveMessage
from bot.delivery.outbox import tell
from bot.residents.models import Resident
from tests.delivery.delivering import MovedClock, SmallTelegram, add_people, make_sender, rows

GROUP = -4001


async def tell_group(database: Database, now: datetime, kind: str = "card", cause: str = "new:1") -> None:
    async with database.transaction() as session:
        await tell(
            session,
            kind=kind,
            resident_id=1,
            chat_id=GROUP,
            reference=1,
            cause=cause,
            params={"language": "ru"},
            now=now,
        )


async def test_a_group_is_told_in_its_language_once_and_its_card_is_nobodys_own(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)
    await tell_group(database, now)
    await tell_group(database, now)
    await make_sender(database, api, clock).drain()
    assert telegram.told == {GROUP: 1}
    async with database.reading() as session:
        live = (await session.scalars(select(LiveMessage))).one()
        assert (live.chat_id, live.resident_id, live.language) == (GROUP, None, "ru")


async def test_a_group_that_moved_is_followed_with_everything_that_waits(
    database: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)
    await tell_group(database, now, "note")
    await tell_group(database, now, "note", "new:2")
    telegram.faults = ["moved"]
    sender = make_sender(database, api, clock)
    for _ in range(4):
        await sender.drain()
        await clock.sleep(2)
    assert telegram.told == {-100500: 2}
    assert {row.state for row in await rows(database)} == {DeliveryState.SENT}


async def test_a_group_without_the_bot_makes_nobody_unreachable(
    sqlite: Database, api: BotApi, telegram: SmallTelegram, clock: MovedClock, now: datetime
) -> None:
    await add_people(sqlite, 1, now)
    telegram.blocked = {GROUP}
    await tell_group(sqlite, now, "note")
    await make_sender(sqlite, api, clock).drain()
    (row,) = await rows(sqlite)
    assert row.state is DeliveryState.SKIPPED
    async with sqlite.reading() as session:
        assert await session.scalar(select(Resident.unreachable_since).where(Resident.id == 1)) is None

"""A broadcast from its confirmation to its report, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.broadcasts.models import Broadcast, BroadcastState
from bot.broadcasts.service import KIND, BroadcastMoved, Broadcasts
from bot.db import Database
from bot.delivery.gate import Due, PutOff
from bot.delivery.models import Delivery, DeliveryState
from bot.delivery.progress import progress
from bot.notifications.rules import Quiet
from bot.notifications.service import Notifications
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident
from bot.residents.staff.service import Staff

GAZETTEER = Gazetteer(shipped_places())


@pytest.fixture
def broadcasts() -> Broadcasts:
    """The service at ten messages a second."""
    return Broadcasts(GAZETTEER, Staff(frozenset()).audit, 10)


async def _people(session: AsyncSession, amount: int, now: datetime) -> Sequence[Resident]:
    for number in range(1, amount + 1):
        session.add(Resident(telegram_id=number, language="kk", created_at=now, seen_at=now))
    await session.flush()
    return (await session.scalars(select(Resident).order_by(Resident.id))).all()


async def _ready(session: AsyncSession, broadcasts: Broadcasts, owner: Resident, now: datetime) -> Broadcast:
    made = await broadcasts.begin(session, owner, now)
    broadcasts.set_text(made, "kk", "Ертең су болмайды", now)
    await broadcasts.ask_number(session, made, now)
    return made


async def _states(session: AsyncSession) -> dict[DeliveryState, int]:
    rows: Any = await session.execute(
        select(Delivery.state, func.count()).where(Delivery.kind == KIND).group_by(Delivery.state)
    )
    return dict(rows.all())


async def test_everybody_gets_it_once_and_the_owner_a_report(
    database: Database, broadcasts: Broadcasts, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 5, now)
        made = await _ready(session, broadcasts, owner, now)
        assert made.counted == 5
        await broadcasts.confirm(session, made, owner, now)
        assert await _states(session) == {DeliveryState.WAITING: 5}
        assert await broadcasts.look_after(session, now) == "0 started, 0 ended"
        await session.execute(
            update(Delivery).where(Delivery.kind == KIND).values(state=DeliveryState.SENT, finished_at=now)
        )
        later = now + timedelta(minutes=1)
        assert await broadcasts.look_after(session, later) == "0 started, 1 ended"
        assert await broadcasts.look_after(session, later) == "0 started, 0 ended"
        told = (await session.scalars(select(Delivery).where(Delivery.kind == "broadcast_done"))).all()
        assert [row.resident_id for row in told] == [owner.id]
        assert made.state is BroadcastState.DONE


async def test_a_second_confirmation_sends_nothing(database: Database, broadcasts: Broadcasts, now: datetime) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 3, now)
        made = await _ready(session, broadcasts, owner, now)
        await broadcasts.confirm(session, made, owner, now)
        with pytest.raises(BroadcastMoved):
            await broadcasts.confirm(session, made, owner, now)
        assert await _states(session) == {DeliveryState.WAITING: 3}


async def test_a_pause_holds_what_waits_and_a_resume_lets_it_go(
    database: Database, broadcasts: Broadcasts, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 4, now)
        made = await _ready(session, broadcasts, owner, now)
        await broadcasts.confirm(session, made, owner, now)
        first = (await session.scalars(select(Delivery).where(Delivery.kind == KIND))).first()
        assert first is not None
        first.state, first.leased_until = DeliveryState.SENDING, now + timedelta(seconds=30)
        await session.flush()
        await broadcasts.pause(session, made, now)
        assert await _states(session) == {DeliveryState.HELD: 3, DeliveryState.SENDING: 1}
        # The one on its way met an error and waits again: the clock holds it too.
        await session.execute(update(Delivery).where(Delivery.id == first.id).values(state=DeliveryState.WAITING))
        await broadcasts.look_after(session, now)
        assert await _states(session) == {DeliveryState.HELD: 4}
        await broadcasts.resume(session, made, now)
        assert await _states(session) == {DeliveryState.WAITING: 4}


async def test_a_stop_tells_nobody_else(database: Database, broadcasts: Broadcasts, now: datetime) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 4, now)
        made = await _ready(session, broadcasts, owner, now)
        await broadcasts.confirm(session, made, owner, now)
        await broadcasts.pause(session, made, now)
        assert await broadcasts.stop(session, made, owner, now) == 4
        assert await _states(session) == {DeliveryState.SKIPPED: 4}
        stand = await progress(session, kind=KIND, reference=made.id, now=now)
        assert (stand.called_off, stand.unreachable, stand.done) == (4, 0, 0), "nobody was out of reach: it was stopped"
        assert (await broadcasts.look_after(session, now)) == "0 started, 0 ended"


async def test_one_broadcast_a_day_to_a_person_unless_it_is_urgent(
    database: Database, broadcasts: Broadcasts, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 4, now)
        await broadcasts.confirm(session, await _ready(session, broadcasts, owner, now), owner, now)
        second = await _ready(session, broadcasts, owner, now)
        assert second.counted == 0
        assert await broadcasts.readers(session, second, now) == {}, "nobody who gets nothing is counted as a reader"
        broadcasts.set_urgent(second, True, now)
        await broadcasts.ask_number(session, second, now)
        assert second.counted == 4
        broadcasts.set_urgent(second, False, now)
        tomorrow = now + timedelta(days=1)
        await broadcasts.ask_number(session, second, tomorrow)
        assert second.counted == 4


async def test_a_scheduled_one_starts_at_its_time_and_can_be_called_off(
    database: Database, broadcasts: Broadcasts, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 2, now)
        made = await _ready(session, broadcasts, owner, now)
        broadcasts.schedule(made, now + timedelta(hours=2), now)
        await broadcasts.confirm(session, made, owner, now)
        other = await _ready(session, broadcasts, owner, now)
        broadcasts.schedule(other, now + timedelta(hours=2), now)
        await broadcasts.confirm(session, other, owner, now)
        await broadcasts.discard(session, other, now)
        await broadcasts.look_after(session, now + timedelta(hours=1))
        assert await _states(session) == {}
        await broadcasts.look_after(session, now + timedelta(hours=3))
        assert await _states(session) == {DeliveryState.WAITING: 2}


@pytest.mark.parametrize("urgent", [False, True])
async def test_at_night_it_waits_for_the_end_of_the_quiet_hours_unless_it_is_urgent(
    database: Database, broadcasts: Broadcasts, now: datetime, urgent: bool
) -> None:
    night = now.replace(hour=18)
    people = Notifications(GAZETTEER, quiet=Quiet(time(22), time(8)), topics_of=lambda subject: ())
    async with database.transaction() as session:
        owner, *_ = await _people(session, 1, night)
        made = await _ready(session, broadcasts, owner, night)
        broadcasts.set_urgent(made, urgent, night)
        await broadcasts.ask_number(session, made, night)
        await broadcasts.confirm(session, made, owner, night)
        row = (await session.scalars(select(Delivery).where(Delivery.kind == KIND))).one()
        assert row.not_before <= night
        due = Due(row.id, row.kind, row.resident_id, row.reference, row.params)
        holds = await people.gate(session, [due], night)
    assert holds == ({} if urgent else {row.id: PutOff((night + timedelta(days=1)).replace(hour=3))})


async def test_progress_tells_what_is_done_and_when_it_ends(
    database: Database, broadcasts: Broadcasts, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 10, now)
        made = await _ready(session, broadcasts, owner, now)
        await broadcasts.confirm(session, made, owner, now)
        ids = (await session.scalars(select(Delivery.id).where(Delivery.kind == KIND).order_by(Delivery.id))).all()
        values = {"state": DeliveryState.SENT, "finished_at": now - timedelta(minutes=1)}
        await session.execute(update(Delivery).where(Delivery.id.in_(ids[:4])).values(**values))
        stand = await progress(session, kind=KIND, reference=made.id, now=now)
        assert (stand.total, stand.sent, stand.left, stand.per_minute) == (10, 4, 6, 4.0)
        assert stand.ends_at == now + timedelta(minutes=1.5)

"""Never more than 30 in any second, whoever asks, and answers first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.db import Database
from bot.delivery.models import Budget
from bot.delivery.pace import BURST, RATE, Bucket, Pace, Urgency
from tests.delivery.delivering import BOT, MovedClock

START = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
MOST_IN_A_SECOND = 30


def most_in_a_second(moments: Sequence[datetime]) -> int:
    """The largest number of moments in any second, its first instant counted and its last one not."""
    ordered = sorted(moments)
    most, first = 0, 0
    for index, moment in enumerate(ordered):
        while moment - ordered[first] >= timedelta(seconds=1):
            first += 1
        most = max(most, index - first + 1)
    return most


requests = st.lists(
    st.tuples(
        st.floats(0, 0.4),
        st.integers(1, 40),
        st.sampled_from(Urgency),
        st.booleans(),
    ),
    min_size=1,
    max_size=150,
)


@given(requests)
@settings(deadline=None)
def test_no_second_ever_holds_more_than_thirty(asked: list[tuple[float, int, Urgency, bool]]) -> None:
    bucket = Bucket(BURST, START)
    now = START
    moments: list[datetime] = []
    for pause, count, urgency, in_advance in asked:
        now += timedelta(seconds=pause)
        bucket, taken = bucket.take(now, count, urgency, rate=RATE, burst=BURST, in_advance=in_advance)
        assert all(moment >= now for moment in taken.moments)
        moments += taken.moments
    assert most_in_a_second(moments) <= MOST_IN_A_SECOND


@given(
    st.lists(
        st.tuples(st.floats(0, 0.1), st.floats(-0.03, 0.03), st.sampled_from(Urgency)),
        min_size=30,
        max_size=200,
    )
)
@settings(deadline=None)
def test_clocks_that_differ_a_little_are_granted_no_more(asked: list[tuple[float, float, Urgency]]) -> None:
    bucket = Bucket(BURST, START)
    now = START
    moments: list[datetime] = []
    for pause, skew, urgency in asked:
        now += timedelta(seconds=pause)
        bucket, taken = bucket.take(now + timedelta(seconds=skew), 5, urgency, rate=RATE, burst=BURST)
        moments += taken.moments
    assert most_in_a_second(moments) <= MOST_IN_A_SECOND


@given(st.integers(1, 20), st.integers(0, 100))
def test_an_answer_takes_a_moment_before_any_delivery_may(answers: int, milliseconds: int) -> None:
    bucket = Bucket(BURST, START)
    now = START + timedelta(milliseconds=milliseconds)
    bucket, taken = bucket.take(now, answers, Urgency.ANSWER, rate=RATE, burst=BURST)
    assert len(taken.moments) == answers
    _, later = bucket.take(now, 1, Urgency.DELIVERY, rate=RATE, burst=BURST)
    if later.moments:
        assert max(taken.moments) <= now
    else:
        assert now + timedelta(seconds=later.wait) >= max(taken.moments)


def test_deliveries_leave_what_answers_need_within_a_moment() -> None:
    bucket = Bucket(BURST, START)
    now = START
    waits = []
    for number in range(280):
        now += timedelta(seconds=1 / RATE)
        bucket, _ = bucket.take(now, 30, Urgency.DELIVERY, rate=RATE, burst=BURST)
        if number % 6 == 0:
            bucket, taken = bucket.take(now, 1, Urgency.ANSWER, rate=RATE, burst=BURST)
            waits.append((taken.moments[0] - now).total_seconds())
    assert max(waits) <= 1 / RATE + 1e-6


def test_an_edit_waits_while_deliveries_take_what_there_is() -> None:
    bucket = Bucket(1.2, START)
    _, edit = bucket.take(START, 1, Urgency.EDIT, rate=RATE, burst=BURST)
    _, delivery = bucket.take(START, 1, Urgency.DELIVERY, rate=RATE, burst=BURST)
    assert (len(edit.moments), len(delivery.moments)) == (0, 1)


def test_after_a_pause_nothing_saved_up_goes_out_at_once() -> None:
    until = START + timedelta(seconds=60)
    bucket = Bucket(BURST, START, paused_until=until)
    _, taken = bucket.take(START + timedelta(seconds=59), 5, Urgency.ANSWER, rate=RATE, burst=BURST)
    assert taken == type(taken)(wait=1.0)
    bucket, taken = bucket.take(until, 5, Urgency.DELIVERY, rate=RATE, burst=BURST)
    assert taken.moments == ()
    _, taken = bucket.take(until, 2, Urgency.ANSWER, rate=RATE, burst=BURST)
    assert [round((moment - until).total_seconds() * RATE) for moment in taken.moments] == [1, 2]


def test_a_budget_counted_by_a_clock_far_ahead_stops_nobody() -> None:
    bucket = Bucket(0.0, START + timedelta(hours=1))
    bucket, _ = bucket.take(START, 1, Urgency.DELIVERY, rate=RATE, burst=BURST)
    _, taken = bucket.take(START + timedelta(seconds=1), 1, Urgency.DELIVERY, rate=RATE, burst=BURST)
    assert len(taken.moments) == 1


async def test_two_workers_on_one_budget_keep_the_pace_together(database: Database, clock: MovedClock) -> None:
    paces = [Pace(database, BOT, clock=clock) for _ in range(2)]
    moments: list[datetime] = []
    for step in range(300):
        pace = paces[step % 2]
        urgency = (Urgency.DELIVERY, Urgency.ANSWER, Urgency.DELIVERY, Urgency.EDIT)[step % 4]
        async with database.transaction() as session:
            taken = await pace.draw(session, 1 + step % 3, urgency)
        moments += taken.moments
        clock.moment += timedelta(milliseconds=11 + step % 23)
    assert len(moments) > 100
    assert most_in_a_second(moments) <= MOST_IN_A_SECOND


async def test_deliveries_alone_reach_the_full_rate(sqlite: Database, clock: MovedClock, now: datetime) -> None:
    pace = Pace(sqlite, BOT, clock=clock)
    moments: list[datetime] = []
    while clock.now() < now + timedelta(seconds=10):
        async with sqlite.transaction() as session:
            taken = await pace.draw(session, 6, Urgency.DELIVERY)
        moments += taken.moments
        # The timer wakes late, as timers do.
        clock.moment += timedelta(seconds=taken.wait + 0.004)
    assert len(moments) >= 275
    assert most_in_a_second(moments) <= MOST_IN_A_SECOND


async def test_answers_that_ask_together_share_a_transaction(
    database: Database, clock: MovedClock, now: datetime
) -> None:
    pace = Pace(database, BOT, clock=clock)
    began = 0
    transaction = database.transaction

    def counted() -> object:
        nonlocal began
        began += 1
        return transaction()

    database.transaction = counted  # type: ignore[method-assign, assignment]
    await asyncio.gather(*(pace.take() for _ in range(28)))
    assert began <= 3
    assert (clock.now() - now).total_seconds() >= 25 / RATE


async def test_a_pause_stops_answers_and_deliveries_of_every_worker(
    database: Database, clock: MovedClock, now: datetime
) -> None:
    first, second = (Pace(database, BOT, clock=clock) for _ in range(2))
    await first.pause(30)
    await first.pause(5)
    async with database.reading() as session:
        assert await session.scalar(select(Budget.paused_until)) == now + timedelta(seconds=30)
    assert not await second.turn(Urgency.DELIVERY, until=now + timedelta(seconds=20))
    await second.take()
    assert clock.now() >= now + timedelta(seconds=30)


@pytest.mark.parametrize("rate", [28.0, 5_000.0])
async def test_a_pause_set_by_another_process_stops_answers_even_without_a_pace(
    rate: float, sqlite: Database, clock: MovedClock, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        session.add(Budget(bot_id=BOT, tokens=2.0, counted_at=now, paused_until=now + timedelta(seconds=9)))
    await Pace(sqlite, BOT, rate=rate, clock=clock).take()
    assert clock.now() >= now + timedelta(seconds=9)


async def test_a_moment_missed_by_much_is_lost(sqlite: Database, clock: MovedClock, now: datetime) -> None:
    pace = Pace(sqlite, BOT, clock=clock)
    assert pace.is_timely(now - timedelta(milliseconds=20))
    assert not pace.is_timely(now - timedelta(milliseconds=60))

"""Jobs: once for each date or hour, whoever runs them; nothing is missed by a day without any worker."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.models import Delivery, JobRun
from bot.delivery.outbox import tell
from bot.delivery.schedule import Job, Scheduler, daily, every, forget_runs, monthly
from tests.delivery.delivering import MovedClock, add_people


async def remind(session: AsyncSession, now: datetime) -> str:
    """Queues one message each time it runs."""
    await tell(session, kind="note", resident_id=1, reference=1, now=now, cause=f"remind:{now.timestamp()}")
    return "1 reminded"


async def run_count(database: Database) -> tuple[int, int]:
    """How often a job ran, and how many messages came of it."""
    async with database.reading() as session:
        runs = await session.scalar(select(func.count()).select_from(JobRun))
        told = await session.scalar(select(func.count()).select_from(Delivery))
    return runs or 0, told or 0


async def test_a_daily_job_runs_once_a_day_however_many_workers_look(
    database: Database, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)
    schedulers = [Scheduler(database, [daily("remind", time(9), remind)], clock=clock) for _ in range(3)]
    for day in range(1, 4):
        for _ in range(4):
            await asyncio.gather(*(scheduler.run_due() for scheduler in schedulers))
            await clock.sleep(60)
        assert await run_count(database) == (day, day)
        await clock.sleep(24 * 3600 - 240)


async def test_a_restart_does_not_run_it_again_and_a_lost_day_is_caught_up(
    database: Database, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)
    jobs = [daily("remind", time(9), remind)]
    await Scheduler(database, jobs, clock=clock).run_due()
    await Scheduler(database, jobs, clock=clock).run_due()
    assert await run_count(database) == (1, 1)
    clock.moment += timedelta(days=2, hours=13)
    await Scheduler(database, jobs, clock=clock).run_due()
    assert await run_count(database) == (2, 2)
    async with database.reading() as session:
        keys = (await session.scalars(select(JobRun.key).order_by(JobRun.key))).all()
        result = await session.scalar(select(JobRun.result).limit(1))
    assert (list(keys), result) == (["2026-11-25", "2026-11-27"], "1 reminded")


async def test_a_failing_job_leaves_no_trace_and_is_tried_again_a_minute_later(
    database: Database, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)
    tries: list[datetime] = []

    async def fails_twice(session: AsyncSession, moment: datetime) -> str:
        tries.append(moment)
        done = await remind(session, moment)
        if len(tries) <= 2:
            raise ValueError("not yet")
        return done

    scheduler = Scheduler(database, [daily("shaky", time(9), fails_twice), every("sound", 60, remind)], clock=clock)
    for _ in range(20):
        await scheduler.run_due()
        await clock.sleep(15)
    assert [(moment - now).total_seconds() for moment in tries] == [0, 60, 120]
    assert await run_count(database) == (2, 2)


@pytest.mark.parametrize(
    ("local", "daily_key", "hourly_key"),
    [
        ((8, 59), "2026-11-24", "2026-11-25T08:00"),
        ((9, 0), "2026-11-25", "2026-11-25T09:00"),
        ((23, 59), "2026-11-25", "2026-11-25T23:00"),
    ],
)
def test_a_day_begins_at_its_local_hour(local: tuple[int, int], daily_key: str, hourly_key: str, now: datetime) -> None:
    moment = now.replace(hour=0, minute=0) - timedelta(hours=5) + timedelta(hours=local[0], minutes=local[1])
    assert daily("a", time(9), remind).key(moment) == daily_key
    assert every("b", 60, remind).key(moment) == hourly_key


def test_parts_that_do_not_fill_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="7 minutes"):
        every("odd", 7, remind)


def test_two_jobs_of_one_name_are_refused(sqlite: Database) -> None:
    jobs: Sequence[Job] = [every("same", 60, remind), daily("same", time(9), remind)]
    with pytest.raises(ValueError, match="same"):
        Scheduler(sqlite, jobs)


async def test_it_stops_when_asked(sqlite: Database, clock: MovedClock, now: datetime) -> None:
    await add_people(sqlite, 1, now)
    stop = asyncio.Event()

    async def last(session: AsyncSession, moment: datetime) -> str:
        stop.set()
        return "done"

    await Scheduler(sqlite, [every("last", 60, last)], clock=clock).run(stop)
    assert await run_count(sqlite) == (1, 0)


async def test_runs_of_long_ago_are_forgotten_and_no_job_runs_again_for_it(
    database: Database, clock: MovedClock, now: datetime
) -> None:
    await add_people(database, 1, now)
    jobs = [monthly("remind", 1, time(9), remind)]
    await Scheduler(database, jobs, clock=clock).run_due()
    clock.moment += timedelta(days=27)
    async with database.transaction() as session:
        session.add(JobRun(name="look", key="then", ran_at=now - timedelta(days=63)))
    async with database.transaction() as session:
        assert await forget_runs(session, now) == 1
    await Scheduler(database, jobs, clock=clock).run_due()
    async with database.reading() as session:
        assert "look" not in (await session.scalars(select(JobRun.name))).all()

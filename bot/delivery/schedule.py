"""Scheduled work: each job runs once for each of its dates or hours, whoever runs it and whenever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database, insert_ignoring
from bot.delivery import metrics
from bot.delivery.clock import Clock, SystemClock
from bot.delivery.models import JobRun

log: Final = structlog.get_logger("bot.delivery.schedule")

LOOK_SECONDS: Final = 15.0
RETRY: Final = timedelta(minutes=1)
KEPT: Final = timedelta(days=62)
"""How long it is known what came of a run: longer than the longest time between two runs of a job."""

Run = Callable[[AsyncSession, datetime], Awaitable[str]]
"""Does a job's work in the given transaction; returns what came of it in a few words. It must be short, since
SQLite lets nobody else write meanwhile: what takes long goes into the outbox."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is due once for each value of `key`, e.g. once for each local date."""

    name: str
    key: Callable[[datetime], str]
    """What the job is due for at an instant; it stays the same until the job is due again."""
    run: Run


def daily(name: str, at: time, run: Run, zone: str = "Asia/Almaty") -> Job:
    """A job for every day from that local time on. After a day without any worker it runs when one starts."""
    local = ZoneInfo(zone)

    def key(now: datetime) -> str:
        here = now.astimezone(local)
        day = here.date() if here.time() >= at else here.date() - timedelta(days=1)
        return day.isoformat()

    return Job(name, key, run)


def monthly(name: str, day: int, at: time, run: Run, zone: str = "Asia/Almaty") -> Job:
    """A job for every month from that day and local time on; `day` is one that every month has."""
    local = ZoneInfo(zone)

    def key(now: datetime) -> str:
        here = now.astimezone(local)
        begun = (here.day, here.time()) >= (day, at)
        month = here.date() if begun else here.date().replace(day=1) - timedelta(days=1)
        return f"{month.year}-{month.month:02}"

    return Job(name, key, run)


def every(name: str, minutes: int, run: Run, zone: str = "Asia/Almaty") -> Job:
    """A job for every so many minutes of the local day; 60 means on the hour.

    Raises:
        ValueError: a day does not divide into such parts.
    """
    if minutes < 1 or 24 * 60 % minutes:
        raise ValueError(f"a day does not divide into parts of {minutes} minutes")
    local = ZoneInfo(zone)

    def key(now: datetime) -> str:
        here = now.astimezone(local)
        passed = (here.hour * 60 + here.minute) // minutes * minutes
        return f"{here.date().isoformat()}T{passed // 60:02}:{passed % 60:02}"

    return Job(name, key, run)


async def forget_runs(session: AsyncSession, now: datetime) -> int:
    """Delete what came of runs long ago; a job of every minute leaves half a million rows a year. Returns how many."""
    gone = await session.execute(delete(JobRun).where(JobRun.ran_at < now - KEPT).returning(JobRun.key))
    return len(gone.all())


class Scheduler:
    """Runs jobs when they are due. Any number of them do no more than one does."""

    def __init__(self, database: Database, jobs: Sequence[Job], *, clock: Clock | None = None) -> None:
        names = [job.name for job in jobs]
        if len(set(names)) != len(names):
            raise ValueError(f"two jobs have one name: {sorted(names)}")
        self._database = database
        self._jobs = tuple(jobs)
        self._clock = clock or SystemClock()
        self._done: dict[str, str] = {}
        self._rests_until: dict[str, datetime] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Run jobs as they become due, until asked to stop."""
        while not stop.is_set():
            await self.run_due()
            await self._clock.wait(stop, LOOK_SECONDS)

    async def run_due(self) -> None:
        """Run what is due and has not run. A job that fails is logged and tried again a minute later."""
        for job in self._jobs:
            now = self._clock.now()
            key = job.key(now)
            rests_until = self._rests_until.get(job.name)
            if self._done.get(job.name) == key or (rests_until is not None and now < rests_until):
                continue
            try:
                await self._run_once(job, key, now)
            except (SQLAlchemyError, OSError) as error:
                log.error("job failed: the database did not work", job=job.name, error=type(error).__name__)
                self._failed(job, now)
            except Exception:
                log.exception("job failed", job=job.name, key=key)
                self._failed(job, now)
            else:
                self._done[job.name] = key

    def _failed(self, job: Job, now: datetime) -> None:
        metrics.JOBS.labels(job.name, "failed").inc()
        self._rests_until[job.name] = now + RETRY

    async def _run_once(self, job: Job, key: str, now: datetime) -> None:
        async with self._database.reading() as session:
            this = (JobRun.name == job.name, JobRun.key == key)
            if await session.scalar(select(JobRun.key).where(*this)) is not None:
                return
        async with self._database.transaction() as session:
            # Whoever inserts the row does the work; a second worker waits here for the first one's commit.
            row = {"name": job.name, "key": key, "ran_at": now}
            inserted = await session.execute(insert_ignoring(session, JobRun, [row]).returning(JobRun.key))
            if inserted.first() is None:
                return
            result = await job.run(session, now)
            await session.execute(update(JobRun).where(*this).values(result=result))
        metrics.JOBS.labels(job.name, "done").inc()
        log.info("job done", job=job.name, key=key, result=result)

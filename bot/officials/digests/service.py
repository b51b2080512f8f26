"""Use cases of officials' digests: queueing what is due, schedules.

Methods work inside the caller's transaction and never commit.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.delivery.outbox import tell
from bot.officials.digests.models import DigestSchedule
from bot.officials.digests.queries import speakers
from bot.officials.digests.rules import Schedule, due, is_weekly_day
from bot.officials.models import Absence
from bot.petitions.service import Petitions
from bot.places.bodies import body_by_key

DIGEST: Final = "official_digest"
WEEKLY: Final = "official_week"


class Digests:
    """Use cases of officials' digests."""

    def __init__(self, petitions: Petitions) -> None:
        self.petitions = petitions
        self.zone = ZoneInfo(petitions.zone)

    async def queue_due(self, session: AsyncSession, now: datetime) -> int:
        """Queue the digests that are due and not queued yet. Returns how many people have one due today.

        The day is part of the delivery's key: however often and by however many workers this runs, each person gets
        one digest a day. After a morning without a bot it comes late the same day; on another day it is not made up.
        """
        schedules = {row.resident_id: _schedule(row) for row in await session.scalars(select(DigestSchedule))}
        away = set(await session.scalars(select(Absence.resident_id).where(Absence.ended_at.is_(None))))
        told = 0
        for speaker in await speakers(session):
            schedule = schedules.get(speaker.resident_id) or Schedule()
            day = due(now, schedule, self.petitions.calendar, self.zone)
            if day is None or speaker.resident_id in away:
                continue
            await self._queue(session, DIGEST, speaker.resident_id, day, now)
            if speaker.is_head and schedule.weekly and is_weekly_day(day, schedule, self.petitions.calendar):
                await self._queue(session, WEEKLY, speaker.resident_id, day, now)
            told += 1
        return told

    @staticmethod
    async def _queue(session: AsyncSession, kind: str, resident_id: int, day: date, now: datetime) -> None:
        await tell(
            session,
            kind=kind,
            resident_id=resident_id,
            reference=resident_id,
            cause=f"{kind}:{day.isoformat()}",
            params={"day": day.isoformat()},
            priority=4,
            now=now,
        )

    def places(self, body_keys: Collection[str]) -> set[str]:
        """Keys of the territory of some bodies; empty for the Government and its ministries, whose territory is the
        whole country: its petitions are many, and few are theirs."""
        found: set[str] = set()
        for key in body_keys:
            body = body_by_key(self.petitions.gazetteer, key)
            if body is not None and body.place is not None:
                found.update(self.petitions.gazetteer.subtree(body.place.key))
        return found

    # --- schedules ----------------------------------------------------------------------------------------------

    async def schedule(self, session: AsyncSession, resident_id: int) -> Schedule:
        """When somebody's digest comes."""
        row = await session.get(DigestSchedule, resident_id)
        return _schedule(row) if row is not None else Schedule()

    async def set_schedule(self, session: AsyncSession, resident_id: int, schedule: Schedule, now: datetime) -> None:
        """Let somebody's digest come at other times from now on."""
        values: dict[str, Any] = {
            "hour": schedule.hour,
            "weekdays": sum(1 << weekday for weekday in schedule.weekdays),
            "tells_empty": schedule.tells_empty,
            "weekly": schedule.weekly,
            "updated_at": now,
        }
        await session.execute(insert_ignoring(session, DigestSchedule, [{"resident_id": resident_id, **values}]))
        await session.execute(update(DigestSchedule).where(DigestSchedule.resident_id == resident_id).values(values))

    # --- what a person leaves behind ----------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """Nothing that is counted: a schedule is a setting."""
        return {}

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """The schedule of the digest."""
        row = await session.get(DigestSchedule, resident_id)
        if row is None:
            return {}
        schedule = _schedule(row)
        return {
            "official_digest": {
                "hour": schedule.hour,
                "weekdays": sorted(schedule.weekdays),
                "tells_empty": schedule.tells_empty,
                "weekly": schedule.weekly,
            }
        }

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Forget the schedule."""
        await session.execute(delete(DigestSchedule).where(DigestSchedule.resident_id == resident_id))

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Roles stay with their account, and the schedule with them."""


def _schedule(row: DigestSchedule) -> Schedule:
    return Schedule(
        row.hour,
        frozenset(weekday for weekday in range(7) if row.weekdays >> weekday & 1),
        row.tells_empty,
        row.weekly,
    )

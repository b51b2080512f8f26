"""Reporting a petition, and what comes of it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.petitions.models import Petition
from bot.petitions.reports.models import PetitionReport
from bot.petitions.reports.queries import open_count
from bot.petitions.reports.rules import NOTE_MAX, ReportKind, ReportOutcome, found_in, reports_needed
from bot.petitions.rules import REPORTABLE, Action, Actor, NotAllowed
from bot.petitions.service import Petitions
from bot.residents.models import Resident
from bot.residents.rules import reporter_key


class ReportResult(enum.Enum):
    """What came of a report."""

    FILED = "filed"
    BEFORE = "before"
    """The person reported the petition before and waits for a moderator."""
    HEARD = "heard"
    """The person reported it before, and a moderator has kept it."""
    CLOSED = "closed"
    """It is out of sight already, or not open for reports."""


class NoteWrong(ValueError):
    """The line is too long (`args[0]` is by how many characters) or holds what is nobody's business (0)."""


class Reports:
    """Use cases of readers who report. `least` is how many reports hide a petition, at least."""

    def __init__(self, petitions: Petitions, pepper: bytes, least: int) -> None:
        self._petitions = petitions
        self._pepper = pepper
        self._least = least

    async def earlier(self, session: AsyncSession, number: int, resident: Resident) -> ReportResult | None:
        """What became of an earlier report of the same person; None when there is none."""
        row = (
            await session.execute(
                select(PetitionReport.closed_at).where(
                    PetitionReport.petition_id == number,
                    PetitionReport.reporter_key == self._key(number, resident),
                )
            )
        ).one_or_none()
        if row is None:
            return None
        return ReportResult.BEFORE if row[0] is None else ReportResult.HEARD

    async def file(
        self,
        session: AsyncSession,
        number: int,
        resident: Resident,
        kind: ReportKind,
        note: str | None,
        now: datetime,
    ) -> ReportResult:
        """Report a petition as a confirmed resident; enough open reports hide it.

        The petition's row is locked first, so two reports at the same moment are counted one after the other.

        Raises:
            PetitionMissing: no petition has this number.
            NotAllowed: the resident has no confirmed phone, or wrote the petition.
            NoteWrong: see there.
        """
        words = " ".join((note or "").split()) or None
        if words is not None and (len(words) > NOTE_MAX or found_in(words)):
            raise NoteWrong(max(len(words) - NOTE_MAX, 0))
        petition = await self._petitions.get(session, number, lock=True)
        if petition.author_id == resident.id:
            raise NotAllowed("nobody reports their own petition")
        before = await self.earlier(session, number, resident)
        if before is not None:
            return before
        if petition.state not in REPORTABLE or petition.hidden_since is not None:
            return ReportResult.CLOSED
        row = {
            "petition_id": number,
            "resident_id": resident.id,
            "reporter_key": self._key(number, resident),
            "kind": kind,
            "note": words,
            "at": now,
        }
        await session.execute(insert_ignoring(session, PetitionReport, [row]))
        if await open_count(session, number) >= reports_needed(self._least, petition.signature_count):
            await self._petitions.change(session, petition, Action.HIDE, Actor.READERS, None, now)
        return ReportResult.FILED

    async def close(self, session: AsyncSession, number: int, outcome: ReportOutcome, now: datetime) -> int:
        """A moderator has decided about what was reported. Returns how many reports are closed."""
        done: Any = await session.execute(
            update(PetitionReport)
            .where(PetitionReport.petition_id == number, PetitionReport.closed_at.is_(None))
            .values(closed_at=now, outcome=outcome)
            .execution_options(synchronize_session=False)
        )
        return int(done.rowcount)

    def _key(self, number: int, resident: Resident) -> str:
        if resident.phone_hash is None:
            raise NotAllowed("only a resident with a confirmed phone reports")
        return reporter_key(self._pepper, number, resident.phone_hash)

    # --- what a person leaves behind --------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How many reports are the person's."""
        counted = select(func.count()).where(PetitionReport.resident_id == resident_id)
        return {"reports": int(await session.scalar(counted) or 0)}

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """What the person reported."""
        rows = await session.scalars(select(PetitionReport).where(PetitionReport.resident_id == resident_id))
        return {
            "reports": [
                {"petition": row.petition_id, "kind": row.kind.value, "note": row.note, "at": row.at.isoformat()}
                for row in rows
            ]
        }

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Reports stay as counts; the words go."""
        await session.execute(
            update(PetitionReport)
            .where(PetitionReport.resident_id == resident_id)
            .values(resident_id=None, note=None)
            .execution_options(synchronize_session=False)
        )

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Give the reports of one account to another account of the same person."""
        await session.execute(
            update(PetitionReport)
            .where(PetitionReport.resident_id == source_id)
            .values(resident_id=target_id)
            .execution_options(synchronize_session=False)
        )


def is_reportable(petition: Petition) -> bool:
    """Whether readers may report a petition at this moment."""
    return petition.state in REPORTABLE and petition.hidden_since is None

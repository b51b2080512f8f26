"""Reading reports; never who made them."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.reports.models import PetitionReport
from bot.petitions.reports.rules import NOTES_SHOWN, Reported


async def reported(session: AsyncSession, number: int) -> Reported | None:
    """The open reports about a petition; None when there are none."""
    is_open = (PetitionReport.petition_id == number, PetitionReport.closed_at.is_(None))
    rows = await session.execute(
        select(PetitionReport.kind, func.count()).where(*is_open).group_by(PetitionReport.kind)
    )
    by_kind = {kind: int(count) for kind, count in rows}
    if not by_kind:
        return None
    notes = await session.scalars(
        select(PetitionReport.note)
        .where(*is_open, PetitionReport.note.is_not(None))
        .order_by(PetitionReport.id.desc())
        .limit(NOTES_SHOWN)
    )
    ordered = dict(sorted(by_kind.items(), key=lambda entry: -entry[1]))
    return Reported(sum(by_kind.values()), ordered, tuple(note for note in notes if note))


async def open_count(session: AsyncSession, number: int) -> int:
    """How many open reports there are about a petition."""
    counted = select(func.count()).where(PetitionReport.petition_id == number, PetitionReport.closed_at.is_(None))
    return int(await session.scalar(counted) or 0)

"""Reading drafts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.models import Draft
from bot.petitions.writing.rules import OPEN_STEPS


async def open_drafts(session: AsyncSession, resident_id: int) -> list[Draft]:
    """What a person is writing at present, the one touched last first."""
    found = await session.scalars(
        select(Draft)
        .where(Draft.author_id == resident_id, Draft.step.in_(OPEN_STEPS))
        .order_by(Draft.updated_at.desc(), Draft.id.desc())
    )
    return list(found.all())

"""What delivering needs to know of a person: where, in which language, and whether at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import column, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import BigKey, UtcDateTime

# The outbox lies below the capabilities, so it knows four columns of the table and not its model.
residents = table(
    "residents",
    column("id", BigKey),
    column("telegram_id", BigKey),
    column("language"),
    column("unreachable_since", UtcDateTime()),
)


async def mark_unreachable(session: AsyncSession, resident_ids: Collection[int], now: datetime) -> None:
    """Remember that the bot cannot write to these people; the inbox clears it when they write."""
    if resident_ids:
        await session.execute(
            update(residents)
            .where(residents.c.id.in_(resident_ids), residents.c.unreachable_since.is_(None))
            .values(unreachable_since=now)
        )

"""What the outbox holds about a person: deliveries to them, and messages in their chat kept up to date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.gate import DIGEST_KIND
from bot.delivery.models import Delivery, DeliveryState, LiveMessage


class OutboxHolder:
    """Export, erasure and moving of one person's rows."""

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """What was or is to be told to the person."""
        rows = await session.execute(
            select(Delivery.kind, Delivery.reference, Delivery.state, Delivery.created_at, Delivery.finished_at)
            .where(Delivery.resident_id == resident_id)
            .order_by(Delivery.id)
        )
        return {
            "deliveries": [
                {
                    "kind": row.kind,
                    "reference": row.reference,
                    "state": row.state.value,
                    "queued_at": row.created_at.isoformat(),
                    "finished_at": row.finished_at.isoformat() if row.finished_at else None,
                }
                for row in rows
            ]
        }

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Tell the person nothing more, and forget what was told and where. Keys stay: they hold no more than
        the number of the empty shell."""
        await session.execute(delete(LiveMessage).where(LiveMessage.resident_id == resident_id))
        await session.execute(
            update(Delivery)
            .where(
                Delivery.resident_id == resident_id,
                Delivery.state.in_((DeliveryState.WAITING, DeliveryState.GATHERED)),
            )
            .values(state=DeliveryState.SKIPPED, finished_at=now, error="the person had their data deleted")
        )
        await session.execute(
            update(Delivery).where(Delivery.resident_id == resident_id).values(params={}, message_id=None)
        )

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """What waits for the old account goes to the new one; the old chat's messages are edited no more.

        What was gathered for a digest waits again, for the new account's choices.
        """
        await session.execute(delete(LiveMessage).where(LiveMessage.resident_id == source_id))
        await session.execute(
            update(Delivery)
            .where(
                Delivery.resident_id == source_id,
                Delivery.kind == DIGEST_KIND,
                Delivery.state == DeliveryState.WAITING,
            )
            .values(state=DeliveryState.SKIPPED, finished_at=now, error="the account was moved")
        )
        await session.execute(
            update(Delivery)
            .where(
                Delivery.resident_id == source_id,
                Delivery.state == DeliveryState.GATHERED,
                Delivery.not_before > now,
            )
            .values(state=DeliveryState.WAITING, not_before=now, finished_at=None)
        )
        await session.execute(
            update(Delivery)
            .where(Delivery.resident_id == source_id, Delivery.state == DeliveryState.WAITING)
            .values(resident_id=target_id)
        )

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How many rows there are of each kind."""
        deliveries = await session.scalar(
            select(func.count()).select_from(Delivery).where(Delivery.resident_id == resident_id)
        )
        live = await session.scalar(
            select(func.count()).select_from(LiveMessage).where(LiveMessage.resident_id == resident_id)
        )
        return {"deliveries": deliveries or 0, "live messages": live or 0}

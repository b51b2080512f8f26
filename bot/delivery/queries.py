"""Reads of the outbox: how it stands, for `doctor` and for the gauges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import Budget, Delivery, DeliveryState, LiveMessage

FAILURES_SHOWN: Final = 5

RATE_MINUTES: Final = 5
"""The present rate is what was sent in so many minutes."""

FAILED_LATELY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OutboxReport:
    """How the outbox stands at one moment."""

    due: int
    """Deliveries that could be sent now."""
    later: int
    """Deliveries whose hour has not come."""
    oldest_due_seconds: float
    in_hand: int
    """Deliveries a worker holds."""
    abandoned: int
    """Deliveries whose worker did not come back in time; another one takes them over."""
    failed: int
    last_failures: tuple[tuple[int, str, str], ...]
    """Id, kind and error of the latest deliveries that were given up."""
    paused_until: datetime | None
    live_due: int
    """Live messages that are out of date."""

    @property
    def is_well(self) -> bool:
        """Whether nobody needs to look: nothing given up, nothing due for over a quarter of an hour."""
        return not self.failed and self.oldest_due_seconds < timedelta(minutes=15).total_seconds()


@dataclass(frozen=True, slots=True)
class OutboxPace:
    """What the outbox has lately done."""

    per_minute: float
    failed_lately: int
    """Given up within a day."""


async def outbox_pace(session: AsyncSession, now: datetime) -> OutboxPace:
    """What was sent and given up lately; reads more than `outbox_report`, so it is for people who ask."""

    async def count(state: DeliveryState, lately: timedelta) -> int:
        counted = select(func.count()).where(Delivery.state == state, Delivery.finished_at > now - lately)
        return int(await session.scalar(counted) or 0)

    sent = await count(DeliveryState.SENT, timedelta(minutes=RATE_MINUTES))
    return OutboxPace(sent / RATE_MINUTES, await count(DeliveryState.FAILED, FAILED_LATELY))


async def outbox_report(session: AsyncSession, now: datetime) -> OutboxReport:
    """Count what waits, what is held, what was given up."""
    waiting = Delivery.state == DeliveryState.WAITING
    held = Delivery.state.in_((DeliveryState.CLAIMED, DeliveryState.SENDING))
    due, oldest = (
        await session.execute(
            select(func.count(), func.min(Delivery.not_before)).where(waiting, Delivery.not_before <= now)
        )
    ).one()
    later = await session.scalar(select(func.count()).select_from(Delivery).where(waiting, Delivery.not_before > now))
    in_hand = await session.scalar(select(func.count()).select_from(Delivery).where(held, Delivery.leased_until >= now))
    abandoned = await session.scalar(
        select(func.count()).select_from(Delivery).where(held, Delivery.leased_until < now)
    )
    given_up = Delivery.state == DeliveryState.FAILED
    failed = await session.scalar(select(func.count()).select_from(Delivery).where(given_up))
    failures = await session.execute(
        select(Delivery.id, Delivery.kind, Delivery.error)
        .where(given_up)
        .order_by(Delivery.id.desc())
        .limit(FAILURES_SHOWN)
    )
    paused_until = await session.scalar(select(func.max(Budget.paused_until)))
    live_due = await session.scalar(select(func.count()).select_from(LiveMessage).where(LiveMessage.refresh_at <= now))
    return OutboxReport(
        due=due,
        later=later or 0,
        oldest_due_seconds=(now - oldest).total_seconds() if oldest is not None else 0.0,
        in_hand=in_hand or 0,
        abandoned=abandoned or 0,
        failed=failed or 0,
        last_failures=tuple((row.id, row.kind, row.error or "") for row in failures),
        paused_until=paused_until if paused_until is not None and paused_until > now else None,
        live_due=live_due or 0,
    )

"""How far a fan-out has come, and pausing, resuming and stopping it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import Delivery, DeliveryState

RATE_WINDOW: Final = timedelta(minutes=2)
"""The pace of a fan-out is what it did in so long a time."""

CALLED_OFF: Final = "called off before its turn"
"""What is noted at deliveries that were dropped; other skipped ones met somebody who cannot be reached."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A fan-out at one moment."""

    total: int
    sent: int
    unreachable: int
    """Skipped: blocked the bot, or gone."""
    called_off: int
    """Not told, since the fan-out was stopped."""
    failed: int
    held: int
    left: int
    """Waiting or on their way."""
    per_minute: float
    ends_at: datetime | None
    """When it will be done at this pace; None: nothing left, paused, or not begun."""

    @property
    def done(self) -> int:
        """How many have been dealt with, one way or another."""
        return self.sent + self.unreachable + self.failed

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any more."""
        return not self.left and not self.held


async def progress(session: AsyncSession, *, kind: str, reference: int, now: datetime) -> Progress:
    """Count the deliveries of one kind and reference."""
    mine = (Delivery.kind == kind, Delivery.reference == reference)
    rows = await session.execute(select(Delivery.state, func.count()).where(*mine).group_by(Delivery.state))
    counts = {state: int(number) for state, number in rows}
    called_off = await session.scalar(
        select(func.count())
        .select_from(Delivery)
        .where(*mine, Delivery.state == DeliveryState.SKIPPED, Delivery.error == CALLED_OFF)
    )
    lately = await session.scalar(
        select(func.count())
        .select_from(Delivery)
        .where(*mine, Delivery.state == DeliveryState.SENT, Delivery.finished_at > now - RATE_WINDOW)
    )
    begun = await session.scalar(
        select(func.min(Delivery.finished_at)).where(*mine, Delivery.state == DeliveryState.SENT)
    )
    span = min(RATE_WINDOW, now - begun) if begun is not None else RATE_WINDOW
    minutes = max(span.total_seconds(), 1.0) / 60
    per_minute = int(lately or 0) / minutes
    left = sum(counts.get(state, 0) for state in (DeliveryState.WAITING, DeliveryState.CLAIMED, DeliveryState.SENDING))
    ends = now + timedelta(minutes=left / per_minute) if left and per_minute else None
    return Progress(
        total=sum(counts.values()),
        sent=counts.get(DeliveryState.SENT, 0),
        unreachable=counts.get(DeliveryState.SKIPPED, 0) - int(called_off or 0),
        called_off=int(called_off or 0),
        failed=counts.get(DeliveryState.FAILED, 0),
        held=counts.get(DeliveryState.HELD, 0),
        left=left,
        per_minute=per_minute,
        ends_at=ends,
    )


async def hold(session: AsyncSession, *, kind: str, reference: int) -> int:
    """Let what waits wait on; what is on its way arrives. Returns how many are held."""
    return await _turn(session, kind, reference, (DeliveryState.WAITING,), {"state": DeliveryState.HELD})


async def release(session: AsyncSession, *, kind: str, reference: int) -> int:
    """Let what was held go on."""
    return await _turn(session, kind, reference, (DeliveryState.HELD,), {"state": DeliveryState.WAITING})


async def drop(session: AsyncSession, *, kind: str, reference: int, now: datetime) -> int:
    """Tell nobody else. Returns how many are no longer told."""
    values = {"state": DeliveryState.SKIPPED, "finished_at": now, "error": CALLED_OFF}
    return await _turn(session, kind, reference, (DeliveryState.WAITING, DeliveryState.HELD), values)


async def _turn(
    session: AsyncSession, kind: str, reference: int, sources: tuple[DeliveryState, ...], values: dict[str, Any]
) -> int:
    done: Any = await session.execute(
        update(Delivery)
        .where(Delivery.kind == kind, Delivery.reference == reference, Delivery.state.in_(sources))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


def minutes_for(people: int, rate: float) -> int:
    """Minutes, rounded up, that so many messages take at `rate` a second."""
    return max(1, math.ceil(people / max(rate, 0.1) / 60)) if people else 0

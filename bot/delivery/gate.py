"""Before a due delivery is sent: does its person wish to hear of it now, later, among others, or not at all?

What people chose is another capability's; it is asked through a gate that `bot.bootstrap` hands in. The gate is asked
at the moment of sending, so whoever queued the message, whenever, the present choice holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

DIGEST_KIND: Final = "news_digest"
"""Kind of the delivery that tells what was gathered for one person."""


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose turn has come."""

    id: int
    kind: str
    resident_id: int
    reference: int
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PutOff:
    """It waits until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Gathered:
    """It is told in the digest of that time; the gate has queued the digest."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Unwanted:
    """It is not told; why, for whoever looks into the outbox."""

    why: str


Hold = PutOff | Gathered | Unwanted

Gate = Callable[[AsyncSession, Sequence[Due], datetime], Awaitable[Mapping[int, Hold]]]
"""Says of due deliveries, by id, which are not to be sent now; the others are. Works in the sender's transaction."""

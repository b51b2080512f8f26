"""What the editor of an audience needs of whoever's audience it is: a broadcast's or a survey's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.audience.queries import Counted
from bot.audience.rules import Audience
from bot.screen import Tap


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What an audience means in numbers, as its editor tells them."""

    counted: Counted
    minutes: int
    """How long the sending takes at the present pace, rounded up."""
    margin: float | None = None
    """The "±" to expect, as a share; for surveys."""
    response: float | None = None
    """The share of answers the margin was reckoned with."""


class AudienceHolder(Protocol):
    """Something that is sent to an audience and may still be edited."""

    is_survey: bool

    async def audience(self, session: AsyncSession, number: int) -> Audience | None:
        """The audience as it stands; None when it can no longer be edited."""
        ...

    async def set_audience(self, session: AsyncSession, number: int, audience: Audience, now: datetime) -> None:
        """Keep an edited audience."""
        ...

    async def reckon(self, session: AsyncSession, number: int, audience: Audience, now: datetime) -> Reckoned:
        """Count it."""
        ...

    def back(self, number: int) -> Tap:
        """Where the editor leads back to."""
        ...


AudienceHolders = Mapping[str, AudienceHolder]
"""By the letter that stands for them in buttons: "b" a broadcast, "s" a survey."""

"""Time as the workers of this capability see it, so that tests can move it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Protocol

from bot.db import utcnow


class Clock(Protocol):
    """What a worker asks of time."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until the event is set, but not longer than that; says whether it is set."""
        ...


class SystemClock:
    """The machine's own clock. Workers on several machines need theirs in step to some milliseconds (NTP)."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return utcnow()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until the event is set, but not longer than that; says whether it is set."""
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True

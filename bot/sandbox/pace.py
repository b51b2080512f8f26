"""How fast Telegram lets a bot write, and the refusal when it is faster."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

from bot.sandbox.errors import too_many


@dataclass(frozen=True, slots=True)
class Pace:
    """The allowed speed; None lifts a limit."""

    per_second: int | None = 30
    """Messages in any one second, all chats together."""
    chat_per_second: float | None = 1.0
    """Messages a second in one private chat, sustained."""
    chat_burst: int = 3
    """Messages at once in one private chat after a rest."""
    group_per_minute: int | None = 20
    """Messages and edits in any one minute in one group."""


STRICT: Final = Pace()
"""What Telegram tells developers of bots to keep to."""

FRIENDLY: Final = Pace(chat_per_second=10.0, chat_burst=60, group_per_minute=300)
"""Telegram's overall speed, and so much per chat that nobody clicking by hand meets the limit."""

UNLIMITED: Final = Pace(per_second=None, chat_per_second=None, group_per_minute=None)
"""No limit: tests and benchmarks of something else."""


class Pacer:
    """Counts what was sent and refuses what comes too fast. A refused call does not count.

    Moments are seconds of the sandbox's clock.
    """

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._all: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._chats: dict[int, tuple[float, float]] = {}

    def spend(self, now: float, chat: int | None, *, group: bool, edit: bool = False) -> None:
        """Count one message (or edit) to a chat; `chat` is None for messages sent through inline mode.

        Raises:
            ApiError: too fast (429 with retry_after).
        """
        pace = self.pace
        wait = 0.0
        if pace.per_second is not None:
            wait = max(wait, _window(self._all, now, pace.per_second, 1.0))
        minute: deque[float] | None = None
        tokens: float | None = None
        if chat is not None and group and pace.group_per_minute is not None:
            minute = self._groups.setdefault(chat, deque())
            wait = max(wait, _window(minute, now, pace.group_per_minute, 60.0))
        elif chat is not None and not group and not edit and pace.chat_per_second is not None:
            left, since = self._chats.get(chat, (float(pace.chat_burst), now))
            tokens = min(float(pace.chat_burst), left + max(0.0, now - since) * pace.chat_per_second)
            if tokens < 1.0:
                wait = max(wait, (1.0 - tokens) / pace.chat_per_second)
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        if pace.per_second is not None:
            self._all.append(now)
        if minute is not None:
            minute.append(now)
        if chat is not None and tokens is not None:
            self._chats[chat] = (tokens - 1.0, now)


def _window(times: deque[float], now: float, limit: int, seconds: float) -> float:
    """How long to wait until one more fits into the window."""
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= limit else 0.0

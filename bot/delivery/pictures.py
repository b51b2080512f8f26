"""Pictures of the last minutes: what many people get is drawn once and given to Telegram once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.delivery.messages import Drawn
from bot.screen import Picture

KEPT: Final = timedelta(minutes=5)
"""How old a picture may be; what it shows may have moved on since."""
MOST: Final = 64


@dataclass(slots=True)
class _Known:
    drawn: Drawn
    at: datetime
    file_id: str | None = None


class Pictures:
    """What one sender has drawn lately, and Telegram's own name for what it has uploaded."""

    def __init__(self) -> None:
        self._known: dict[Picture, _Known] = {}

    async def get(self, picture: Picture, now: datetime, draw: Callable[[], Awaitable[Drawn]]) -> Drawn | str:
        """The name Telegram knows a picture by, else the picture, drawn now unless it was lately."""
        known = self._known.get(picture)
        if known is None or now - known.at > KEPT:
            known = _Known(await draw(), now)
            self._known.pop(picture, None)
            self._known[picture] = known
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
        return known.file_id or known.drawn

    def uploaded(self, picture: Picture, message: Any) -> None:
        """Learn Telegram's name for a picture from the message that carried it."""
        known = self._known.get(picture)
        if known is not None and known.file_id is None and isinstance(message, Mapping):
            sizes = message.get("photo") or [message.get("document") or {}]
            known.file_id = sizes[-1].get("file_id")

    def forget(self, picture: Picture) -> None:
        """Draw it anew next time: Telegram does not take its own name for it."""
        self._known.pop(picture, None)

"""How a queued delivery becomes a message and how a picture is drawn: registries `bot.bootstrap` fills."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import Language, Translator
from bot.screen import Screen


@dataclass(frozen=True, slots=True)
class Telling:
    """One delivery whose turn has come: what is to be said, to whom, in which language."""

    kind: str
    reference: int
    params: dict[str, Any]
    resident_id: int
    t: Translator
    now: datetime
    bot_username: str
    in_group: bool = False
    """Whether it goes to a group, where everybody reads it, and not to the person."""

    def link(self, parameter: str) -> str:
        """A deep link to this bot that starts it with a parameter."""
        return f"https://t.me/{self.bot_username}?start={parameter}"


Renderer = Callable[[AsyncSession, Telling], Awaitable[Screen | None]]
"""Writes the message from what is stored now; None when there is nothing left to say."""


@dataclass(frozen=True, slots=True)
class LiveShow:
    """A message that is to be brought up to date: what it shows, and in whose private chat."""

    kind: str
    reference: int
    resident_id: int | None
    t: Translator
    now: datetime
    bot_username: str

    def link(self, parameter: str) -> str:
        """A deep link to this bot that starts it with a parameter."""
        return f"https://t.me/{self.bot_username}?start={parameter}"


LiveRenderer = Callable[[AsyncSession, LiveShow], Awaitable[Screen | None]]
"""Writes what the message is to show now; None when there is nothing left that would move."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An image or file, ready to be sent."""

    content: bytes
    file_name: str


@dataclass(frozen=True, slots=True)
class Painting:
    """What is to be drawn: `reference` is the id of the petition … that the picture's kind speaks of."""

    reference: int
    language: Language
    t: Translator
    now: datetime
    bot_username: str

    def link(self, parameter: str) -> str:
        """A deep link to this bot that starts it with a parameter."""
        return f"https://t.me/{self.bot_username}?start={parameter}"


Painter = Callable[[AsyncSession, Painting], Awaitable[Drawn]]
"""Draws one kind of `bot.screen.Picture`."""


def shown_hash(text: str, reply_markup: dict[str, Any] | None) -> str:
    """SHA-256, in hex, of what a message shows; equal for two screens exactly when editing one into the other
    would change nothing. A missing keyboard and one without buttons show the same."""
    buttons = (reply_markup or {}).get("inline_keyboard") or []
    shown = json.dumps([text, buttons], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()

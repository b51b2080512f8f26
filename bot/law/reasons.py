"""The catalogue of reasons for rejecting a petition that a new bot starts with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.i18n import Language
from bot.law.rules import DATA

BOT_RULE: Final = "bot"
"""Stands instead of an article where a reason is a rule of this bot, not of the Code."""

REPETITION: Final = "same_subject"
"""Code of the reason that there is a petition on the same subject (art. 90-2(4)(3)): its author has to read which."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a petition was rejected (art. 90-2(6) asks for the reason)."""

    code: str
    position: int
    """Place in the list a moderator sees, from 1."""
    article: str
    """An article of the Code, or `BOT_RULE`."""
    texts: Mapping[Language, str]

    def text(self, language: Language) -> str:
        """The reason as its author reads it."""
        return self.texts[language]


@cache
def default_reasons() -> tuple[Reason, ...]:
    """The reasons, in the order they are offered."""
    content = tomllib.loads((DATA / "reasons.toml").read_text(encoding="utf-8"))
    return tuple(
        Reason(entry["code"], position, entry["article"], entry["text"])
        for position, entry in enumerate(content["reason"], start=1)
    )

"""The consent to processing of personal data, as dated and versioned text in three languages (Law 94-V art. 8)."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from bot.i18n import Html, Language, Translator

_FILE: Final = Path(__file__).parent / "data" / "consent.toml"
_UNKNOWN: Final = "—"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of the consent. A text that people agreed to is never edited: a change is a new version."""

    version: str
    valid_from: date
    summaries: dict[Language, str]
    texts: dict[Language, str]

    def summary(self, t: Translator, *, operator: str) -> Html:
        """The few lines shown above the button that agrees, as Telegram HTML."""
        return t(self.summaries[t.language], operator=operator)

    def full(self, t: Translator, *, operator: str, bin_number: str, contact: str) -> Html:
        """The whole text with the operator's name, BIN and contact put in, as Telegram HTML."""
        # The catalogues do not hold this text, so the translator only fills it in.
        return t(
            self.texts[t.language],
            operator=operator,
            bin=bin_number or _UNKNOWN,
            contact=contact or _UNKNOWN,
            version=self.version,
            date=t.date(self.valid_from),
        )


def consent_hash(text: str) -> str:
    """SHA-256 of a consent text as it was shown, in hex: what proves later which words were agreed to."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def consent_texts() -> tuple[ConsentText, ...]:
    """Every version, oldest first."""
    with _FILE.open("rb") as file:
        versions = tomllib.load(file)["versions"]
    found = [
        ConsentText(
            version=row["version"],
            valid_from=row["valid_from"],
            summaries={language: words["summary"].strip() for language, words in row["words"].items()},
            texts={language: words["full"].strip() for language, words in row["words"].items()},
        )
        for row in versions
    ]
    return tuple(sorted(found, key=lambda text: text.valid_from))


def consent_on(day: date) -> ConsentText:
    """The version in force on a day; before the first one, the first."""
    texts = consent_texts()
    return next((text for text in reversed(texts) if text.valid_from <= day), texts[0])


def consent_of_version(version: str) -> ConsentText | None:
    """A version somebody agreed to."""
    return next((text for text in consent_texts() if text.version == version), None)

"""Topics residents browse by: shelves that gather the subjects of the competence router."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot.i18n import LANGUAGES, Language

DATA: Final = Path(__file__).resolve().parent / "data" / "shelves.toml"
OTHER: Final = "other"
"""The shelf of petitions in which the router saw no subject."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One topic."""

    slug: str
    names: Mapping[Language, str]
    subjects: frozenset[str]

    def name(self, language: Language) -> str:
        """The name as residents see it."""
        return self.names[language]


@cache
def shelves() -> Mapping[str, Shelf]:
    """All shelves by their slugs, in the order of the data."""
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["shelf"]
    return {
        entry["slug"]: Shelf(
            entry["slug"],
            {language: entry["names"][language] for language in LANGUAGES},
            frozenset(entry["subjects"]),
        )
        for entry in entries
    }


@cache
def _by_subject() -> Mapping[str, str]:
    return {subject: shelf.slug for shelf in shelves().values() for subject in shelf.subjects}


def shelf_of(subject: str | None) -> str:
    """Slug of the shelf a subject stands on."""
    return _by_subject().get(subject or "", OTHER)

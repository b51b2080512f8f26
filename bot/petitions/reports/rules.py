"""What a reader can report, and how many reports hide a petition."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.language.clean import Found, personal_data

NOTE_MAX: Final = 200
"""Characters of the line a reader may add."""

NOTES_SHOWN: Final = 5
"""Lines of readers a moderator sees on the petition's screen, the newest."""

SIGNATURES_PER_REPORT: Final = 100
"""A petition that many support is not hidden by a few who do not: one report a so many signatures is needed."""


class ReportKind(enum.Enum):
    """What is wrong with a petition, in a reader's eyes."""

    PERSONAL = "personal"
    """It tells about a person what is nobody's business."""
    INSULT = "insult"
    FALSE = "false"
    FORBIDDEN = "forbidden"
    SPAM = "spam"
    OTHER = "other"


class ReportOutcome(enum.Enum):
    """What the moderator decided about the petition that was reported."""

    KEPT = "kept"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Reported:
    """The open reports about one petition. Who reported is not among them."""

    count: int
    by_kind: Mapping[ReportKind, int]
    notes: tuple[str, ...]


def reports_needed(least: int, signatures: int) -> int:
    """How many open reports hide a petition: `least`, or more where many have signed it."""
    return max(least, signatures // SIGNATURES_PER_REPORT, 1)


def found_in(note: str) -> list[Found]:
    """What of a note is nobody's business: phone numbers, IINs, addresses, links."""
    return [found for found in personal_data(note) if found.kind != "emoji"]

"""The moderators' clock, their sections and what they may do."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.i18n import Language
from bot.law.calendar import WorkingCalendar
from bot.petitions.rules import Action, State

LOCK: Final = timedelta(minutes=15)
"""How long an opened petition is kept for one moderator."""

NEAR_DAYS: Final = 3
"""Working days left from which a petition counts as near its term."""

COMMENT_MAX: Final = 1000
"""Characters of a moderator's comment to the author."""

REASON_MAX: Final = 300
"""Characters of a reason in the catalogue, in each language."""

ARTICLE_MAX: Final = 60


class Section(enum.Enum):
    """Parts of the queue."""

    WAITING = "waiting"
    SUPPORTED = "supported"
    REJECTED = "rejected"


SECTION_STATE: Final[dict[Section, State]] = {
    Section.WAITING: State.MODERATION,
    Section.SUPPORTED: State.SUPPORTED,
    Section.REJECTED: State.REJECTED,
}

ACTIONS: Final[dict[State, tuple[Action, ...]]] = {
    State.MODERATION: (Action.APPROVE, Action.RETURN, Action.REJECT),
    State.REJECTED: (Action.RESTORE,),
    State.SUPPORTED: (Action.SEND,),
}
"""What a moderator may do with a petition in a state."""


class Clock(enum.Enum):
    """How near the term of moderation (art. 90-2(5)) is."""

    CALM = "calm"
    NEAR = "near"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Left:
    """Working days until the term, or since it when it is overdue."""

    clock: Clock
    days: int


def time_left(calendar: WorkingCalendar, today: date, due: date) -> Left:
    """Where the moderation clock stands on a day."""
    if today > due:
        return Left(Clock.OVERDUE, max(calendar.days_left(due, today), 1))
    days = calendar.days_left(today, due)
    return Left(Clock.NEAR if days <= NEAR_DAYS else Clock.CALM, days)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One petition in the queue."""

    number: int
    title: str
    left: Left | None
    """None outside moderation."""
    locked_until: datetime | None
    """While a colleague has it open."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of one section, with how much every section holds."""

    section: Section
    page: int
    pages: int
    petitions: tuple[Waiting, ...]
    counts: dict[Section, int]


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A reason of the catalogue as somebody reads it."""

    code: str
    texts: dict[Language, str]
    article: str
    active: bool

    def text(self, language: Language) -> str:
        """The reason in a language; while that is not written, in the first that is."""
        return self.texts[language] or next((text for text in self.texts.values() if text), self.code)

    @property
    def is_whole(self) -> bool:
        """Whether it is written in every language."""
        return all(self.texts.values())

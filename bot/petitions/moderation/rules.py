"""The moderators' clock, their sections and what they may do."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.i18n import Language
from bot.law.calendar import WorkingCalendar
from bot.petitions.rules import REPORTABLE, Action, State

LOCK: Final = timedelta(minutes=15)
"""How long an opened petition is kept for one moderator."""

NEAR_DAYS: Final = 3
"""Working days left from which a petition counts as near its term."""

REVIEW_DAYS: Final = 3
"""Working days in which a petition that readers' reports hid should be looked at: the bot's own rule."""

APPEAL_DAYS: Final = 10
"""Working days in which an appeal should be decided: the bot's own rule."""

COMMENT_MIN: Final = 10
"""Characters a comment to the author has at least: one word tells nobody what to mend. The bot's own rule."""

COMMENT_MAX: Final = 1000
"""Characters of a moderator's comment to the author."""

REASON_MAX: Final = 300
"""Characters of a reason in the catalogue, in each language."""

ARTICLE_MAX: Final = 60


class Section(enum.Enum):
    """Parts of the queue."""

    WAITING = "waiting"
    REPORTED = "reported"
    APPEALS = "appeals"
    SUPPORTED = "supported"
    REJECTED = "rejected"


def section_of(state: State, *, is_hidden: bool) -> Section:
    """The part of the queue somebody comes from who has looked at a petition in a state."""
    if state is State.SUPPORTED and not is_hidden:
        return Section.SUPPORTED
    if state is State.REJECTED:
        return Section.REJECTED
    return Section.REPORTED if is_hidden else Section.WAITING


def actions_for(
    state: State, *, was_public: bool, is_hidden: bool, is_reported: bool, is_appealed: bool
) -> tuple[Action, ...]:
    """What a moderator may do with a petition: in a state, published before or not, out of sight, with open reports,
    with an open appeal that is theirs to decide."""
    if state is State.MODERATION:
        return (Action.APPROVE, Action.RETURN, Action.READDRESS, Action.REJECT)
    if state is State.REJECTED:
        take_back = Action.REINSTATE if was_public else Action.RESTORE
        return (take_back, Action.UPHOLD) if is_appealed else (take_back,)
    if state not in REPORTABLE:
        return ()
    send = (Action.SEND, Action.READDRESS) if state is State.SUPPORTED and not is_hidden else ()
    return (*send, Action.KEEP, Action.REJECT) if is_hidden or is_reported else send


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
    """None where no term runs."""
    locked_until: datetime | None
    """While a colleague has it open."""
    since: datetime | None
    """When it was supported or rejected, where no term runs."""
    reason: ReasonText | None
    """Why it was rejected."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of one section, with how much every section holds."""

    section: Section
    page: int
    pages: int
    petitions: tuple[Waiting, ...]
    counts: dict[Section, int]
    flags: int = 0
    """How many petitions were signed in a way that somebody should look at."""


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


_NAMED: Final = re.compile(r"(?:№|#|\bp_|\bномер\w*|\bнөмір\w*|\bnumber)\s*(\d{1,9})", re.IGNORECASE)


def named_petition(text: str) -> int | None:
    """The number of the petition that a comment names: «№ 12», «номер 12», a link with "p_12"; None when it names
    none."""
    found = _NAMED.search(text)
    return int(found[1]) if found is not None else None

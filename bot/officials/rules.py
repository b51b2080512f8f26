"""The official's work as pure rules: sections of the inbox, reminders, what a decision needs, dates people type."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.i18n import LANGUAGES, Language
from bot.law.calendar import WorkingCalendar
from bot.petitions.rules import Outcome, State


class Section(enum.Enum):
    """Parts of an inbox."""

    WAITING = "wait"
    """What the body has to act on: sent to it or under consideration."""
    OVERDUE = "late"
    NEW = "new"
    """Sent and not registered yet."""
    WORK = "work"
    """Registered, under consideration, in time."""
    COMING = "near"
    """Public and not there yet, those nearest to their threshold first."""
    DONE = "done"


AWAITED: Final = (State.SENT, State.CONSIDERING)
"""States in which the body has to act."""

SEEN: Final = frozenset({State.PUBLISHED, State.SUPPORTED, State.SENT, State.CONSIDERING, State.DECIDED, State.EXPIRED})
"""States in which officials of the body see a petition in their inbox."""


class Step(enum.Enum):
    """What an official does with a petition."""

    REGISTER = "register"
    NOT_OURS = "not_ours"
    ASSIGN = "assign"
    DISCUSSION = "discussion"
    GROUP = "working_group"
    DECISION = "decision"
    CORRECTION = "correction"


STEPS: Final[Mapping[State, tuple[Step, ...]]] = {
    State.SENT: (Step.REGISTER, Step.NOT_OURS, Step.ASSIGN),
    State.CONSIDERING: (Step.DECISION, Step.DISCUSSION, Step.GROUP, Step.ASSIGN),
    State.DECIDED: (Step.CORRECTION,),
}
"""What officials may do with a petition in a state."""


class AnnouncementKind(enum.Enum):
    """What a body announces while it considers a petition (art. 90-5(2))."""

    DISCUSSION = "discussion"
    GROUP = "working_group"


class DraftKind(enum.Enum):
    """What an official is writing about a petition."""

    DISCUSSION = "discussion"
    GROUP = "working_group"
    DECISION = "decision"
    CORRECTION = "correction"


# --- the clock ------------------------------------------------------------------------------------------

MARKS: Final = (10, 5, 2, 0)
"""Working days left at which the body is reminded of its answer."""

HEAD_FROM: Final = 2
"""Working days left from which the head of the body is reminded too."""

UNREGISTERED_MARKS: Final = (1, 3)
"""Working days since a petition was sent at which the body is reminded to register it; the head at the last."""

LATE_STEP: Final = 5
"""Working days between two reminders of an answer that is overdue."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that is due: `mark` names it, so that each is sent once however often it is looked for."""

    mark: str
    to_heads: bool


def answer_reminder(calendar: WorkingCalendar, today: date, due: date) -> Reminder | None:
    """The reminder of an answer that is due on a day: the latest mark passed, so missed ones collapse into one.

    None while more working days are left than the first mark.
    """
    if today > due:
        late = max(calendar.days_left(due, today), 1)
        return Reminder(f"late{(late - 1) // LATE_STEP}", to_heads=True)
    left = calendar.days_left(today, due)
    passed = [mark for mark in MARKS if left <= mark]
    if not passed:
        return None
    mark = min(passed)
    return Reminder(str(mark), to_heads=mark <= HEAD_FROM)


def registration_reminder(calendar: WorkingCalendar, today: date, sent: date) -> Reminder | None:
    """The reminder that a petition sent on a day is not registered yet; None when it is fresh."""
    since = calendar.days_left(sent, today)
    passed = [mark for mark in UNREGISTERED_MARKS if since >= mark]
    if not passed:
        return None
    last = UNREGISTERED_MARKS[-1]
    if since >= last + LATE_STEP:
        return Reminder(f"unregistered{last}.{(since - last) // LATE_STEP}", to_heads=True)
    return Reminder(f"unregistered{max(passed)}", to_heads=max(passed) == last)


# --- the public discussion ------------------------------------------------------------------------------

WORDS_MAX: Final = 300
"""Characters of a place or a link."""

GROUP_MAX: Final = 1500
"""Characters of the list of a working group's members."""

FIRST_HOUR: Final = time(8, 0)
LAST_HOUR: Final = time(21, 0)
"""Nobody is invited to a discussion at night."""


class MomentWrong(ValueError):
    """The moment of a discussion cannot be used; `args[0]` says why: "day", "time", "hours", "early", "late"."""


def check_moment(moment: datetime, earliest: date, due: date, today: date) -> None:
    """Refuse a discussion before the notice is over, after the answer is due, or at night.

    Raises:
        MomentWrong: "hours", "early" or "late".
    """
    if not FIRST_HOUR <= moment.time() <= LAST_HOUR:
        raise MomentWrong("hours")
    if moment.date() < earliest:
        raise MomentWrong("early")
    if today <= due < moment.date() and earliest <= due:
        raise MomentWrong("late")


def proposed_days(calendar: WorkingCalendar, earliest: date, due: date, count: int = 4) -> list[date]:
    """Working days a discussion may be on: the first ones after the notice, not after the answer is due."""
    days: list[date] = []
    day = earliest
    while len(days) < count and (day <= due or not days):
        if calendar.is_working(day):
            days.append(day)
        day += timedelta(days=1)
    return days


# --- decisions ------------------------------------------------------------------------------------------

PARTS: Final = ("summary", "reasons", "facts", "law")
"""What a decision says in each of its languages, in the order it is asked for."""

LONGEST: Final[Mapping[str, int]] = {
    "summary": 500,
    "reasons": 3500,
    "facts": 2000,
    "law": 1000,
    "note": 500,
}
"""Characters of each part; "note" is what a correction changes."""

SHORTEST: Final[Mapping[str, int]] = {"summary": 20, "reasons": 100, "facts": 30, "law": 10, "note": 10}
"""Characters below which a part cannot be what the law asks for (art. 90-6(2): reasoned, with law and facts)."""

DOCUMENTS_MAX: Final = 5
DOCUMENT_BYTES: Final = 20 * 1024 * 1024
"""What a phone on a village line can still load."""

DOCUMENT_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}

Texts = Mapping[str, Mapping[str, str]]
"""Language -> part -> words."""


class DocumentWrong(ValueError):
    """A document cannot be attached; `args[0]` says why: "type", "size", "many", "twice"."""


def check_document(mime: str, name: str, size: int, count: int) -> None:
    """Let PDF, JPEG and PNG of a bearable size through, when type and name agree.

    Raises:
        DocumentWrong: "type", "size", or "many" when `count` are attached already.
    """
    endings = DOCUMENT_TYPES.get(mime.lower())
    if endings is None or not name.lower().endswith(endings):
        raise DocumentWrong("type")
    if not 0 < size <= DOCUMENT_BYTES:
        raise DocumentWrong("size")
    if count >= DOCUMENTS_MAX:
        raise DocumentWrong("many")


@dataclass(frozen=True, slots=True)
class Lack:
    """What a decision lacks before it may be published: a part, and the language it lacks in."""

    part: str
    """"outcome", "language", "note", or one of `PARTS`."""
    language: Language | None = None


def languages_asked(petition_language: str) -> tuple[Language, ...]:
    """Languages of which a decision needs one at least: the state language or the petition's (art. 90-6(2))."""
    return tuple(language for language in LANGUAGES if language in {"kk", petition_language})


def begun(texts: Texts) -> tuple[Language, ...]:
    """Languages in which anything is written."""
    return tuple(language for language in LANGUAGES if any(texts.get(language, {}).values()))


def lacks(outcome: Outcome | None, texts: Texts, petition_language: str, *, is_correction: bool) -> tuple[Lack, ...]:
    """Everything a decision still lacks; a language that is begun has to be finished."""
    found: list[Lack] = []
    if outcome is None:
        found.append(Lack("outcome"))
    written = begun(texts)
    if not set(written) & set(languages_asked(petition_language)):
        found.append(Lack("language"))
    parts = (*PARTS, "note") if is_correction else PARTS
    for language in written:
        for part in parts:
            if len(texts[language].get(part, "")) < SHORTEST[part]:
                found.append(Lack(part, language))
    return tuple(found)


def next_part(texts: Texts, language: str, *, is_correction: bool) -> str | None:
    """The first part not written in a language; None when it is whole."""
    parts = (*PARTS, "note") if is_correction else PARTS
    return next((part for part in parts if not texts.get(language, {}).get(part)), None)


def best_language(available: Collection[str], wanted: str, petition_language: str) -> Language:
    """In which of the languages there are somebody reads a decision: their own, the petition's, Kazakh, any."""
    for language in (wanted, petition_language, *LANGUAGES):
        if language in available:
            return next(one for one in LANGUAGES if one == language)
    return "kk"


PAGE: Final = 3400
"""Characters of a decision on one screen; Telegram allows 4096, and there is a head."""


def pages_of(text: str, limit: int = PAGE) -> list[str]:
    """A text in pieces of at most `limit` characters, cut between lines or words where there are any."""
    pieces: list[str] = []
    rest = text
    while len(rest) > limit:
        cut = max(rest.rfind("\n", 0, limit), 0)
        if cut < limit // 2:
            cut = max(rest.rfind(" ", 0, limit), 0)
        if cut < limit // 2:
            cut = limit
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    pieces.append(rest)
    return pieces


def share_of(count: int, needed: int | None) -> int | None:
    """Whole percent of the threshold; None when that is not known."""
    return None if not needed else count * 100 // needed


def turn(keys: Sequence[str], index: int) -> tuple[str, ...]:
    """The bodies an inbox shows: one of them, or all when the index names none."""
    return (keys[index],) if 0 <= index < len(keys) else tuple(keys)

"""When somebody is told of an event: kinds of events, ways of being told, quiet hours, digests. Pure functions."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SETTLE: Final = timedelta(minutes=1)
"""What happens so shortly before a digest waits for the next one: the transaction that gathers it may still be open
when the digest is written."""

DAYS_OF_WEEK: Final = 7
_HOURS: Final = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2})")


class Event(enum.Enum):
    """A kind of event of which one may hear at once, in a digest, or not at all."""

    MINE = "mine"
    """Whatever happens to a petition of one's own."""
    SIGNED = "signed"
    FOLLOWED = "followed"
    MILESTONES = "milestones"
    """How the count of a petition grows that one signed or follows."""
    DISCUSSIONS = "discussions"
    """Public discussions of draft decisions (art. 90-5(2))."""
    DECISIONS = "decisions"
    NEW = "new"
    """New petitions in the places and on the topics one follows."""


class Mode(enum.Enum):
    """How one hears of a kind of event."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


DEFAULTS: Final[Mapping[Event, Mode]] = {
    Event.MINE: Mode.AT_ONCE,
    Event.SIGNED: Mode.AT_ONCE,
    Event.FOLLOWED: Mode.AT_ONCE,
    Event.MILESTONES: Mode.NEVER,
    Event.DISCUSSIONS: Mode.AT_ONCE,
    Event.DECISIONS: Mode.AT_ONCE,
    Event.NEW: Mode.DAILY,
}


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the local day in which nobody is written to; they may run over midnight."""

    start: time
    end: time

    def covers(self, at: time) -> bool:
        """Whether a time of day is quiet. Equal ends mean that no time is."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody chose, or what holds for everybody who chose nothing."""

    modes: Mapping[Event, Mode] = field(default_factory=lambda: DEFAULTS)
    quiet: Quiet | None = field(default_factory=lambda: Quiet(time(22), time(8)))
    digest_at: time = time(19)
    digest_weekday: int = 0
    """Of the weekly digest; 0 is Monday."""
    one_message: bool = False
    """One message for each petition, kept up to date, instead of one for each event."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How deliveries of one kind are told."""

    event: Event | None = None
    """None: by what the petition is to the person."""
    is_petitions: bool = True
    """Whether its reference is a petition's number."""
    is_essential: bool = False
    """Whether the author hears of it in any case: silence makes it come with the daily digest."""
    is_straight: bool = False
    """Whether it is told at any hour and whatever was chosen."""
    is_told_beside: bool = False
    """Whether it is told besides the one message that is kept up to date."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Told now."""


@dataclass(frozen=True, slots=True)
class Later:
    """Told by itself, when the quiet hours are over."""

    until: datetime


@dataclass(frozen=True, slots=True)
class InDigest:
    """Told with others at that time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """Not told."""


Verdict = AtOnce | Later | InDigest | Never


def quiet_until(now: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end in which an instant lies; None when it lies in none."""
    local = now.astimezone(zone)
    if quiet is None or not quiet.covers(local.time()):
        return None
    day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
    return datetime.combine(day, quiet.end, zone)


def next_digest(now: datetime, wishes: Wishes, zone: ZoneInfo, *, weekly: bool) -> datetime:
    """When the next digest comes that an event of now still gets into; never within the quiet hours."""
    earliest = now + SETTLE
    # Yesterday's digest too: quiet hours may have moved it to this morning.
    day = earliest.astimezone(zone).date() - timedelta(days=1)
    while True:
        if not weekly or day.weekday() == wishes.digest_weekday:
            at = datetime.combine(day, wishes.digest_at, zone)
            at = quiet_until(at, wishes.quiet, zone) or at
            if at >= earliest:
                return at
        day += timedelta(days=1)


def verdict(kind: Kind, relation: Event | None, wishes: Wishes, now: datetime, zone: ZoneInfo) -> Verdict:
    """When somebody is told of an event.

    Args:
        relation: MINE, SIGNED or FOLLOWED as the petition is to the person; None for an event of no petition, or of
            one that is nothing to them any more: such an event only keeps to the quiet hours.
    """
    if kind.is_straight:
        return AtOnce()
    event = kind.event if kind.event is not None else relation
    if event is Event.MILESTONES and relation is Event.MINE:
        # How their own petition grows is what authors want to hear most.
        event = Event.MINE
    mode = wishes.modes.get(event, DEFAULTS[event]) if event is not None else Mode.AT_ONCE
    if mode is Mode.NEVER:
        if not (kind.is_essential and relation is Event.MINE):
            return Never()
        mode = Mode.DAILY
    if mode is Mode.AT_ONCE:
        until = quiet_until(now, wishes.quiet, zone)
        return Later(until) if until is not None else AtOnce()
    return InDigest(next_digest(now, wishes, zone, weekly=mode is Mode.WEEKLY))


def read_quiet(text: str) -> Quiet | None:
    """Quiet hours as they are written in the settings, e.g. "22:00-08:00"; None for "none".

    Raises:
        ValueError: it is neither; the message says how to write it.
    """
    if text.strip().casefold() in {"none", "off", "-"}:
        return None
    written = _HOURS.fullmatch(text.strip())
    try:
        if written is not None:
            return Quiet(time.fromisoformat(written[1]), time.fromisoformat(written[2]))
    except ValueError:
        pass
    raise ValueError(f"{text!r} are no quiet hours; write 22:00-08:00, or none")

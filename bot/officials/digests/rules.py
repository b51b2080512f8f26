"""When an official's digest comes. Pure functions."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.law.calendar import WorkingCalendar

_DATA: Final = Path(__file__).resolve().parent / "data" / "digests.toml"
SATURDAY: Final = 5
_WORKING_WEEK: Final = frozenset(range(SATURDAY))
_LOOK_BACK: Final = 31
"""Days in which there surely was a digest before, whatever the holidays."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of this room."""

    near_percent: int
    named: int
    decisions: int
    subjects: int
    growth_days: int
    hour: int
    weekdays: tuple[int, ...]
    chart_weeks: int


@cache
def numbers() -> Numbers:
    """The numbers as the data has them."""
    content = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return Numbers(**{**content, "weekdays": tuple(content["weekdays"])})


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one official's digest comes."""

    hour: int = field(default_factory=lambda: numbers().hour)
    weekdays: frozenset[int] = field(default_factory=lambda: frozenset(numbers().weekdays))
    """0 is Monday; empty: no digest."""
    tells_empty: bool = False
    """Whether a day without anything gets one line."""
    weekly: bool = True
    """Whether a head gets the overview of the week."""


def is_due_day(day: date, weekdays: Collection[int], calendar: WorkingCalendar) -> bool:
    """Whether a digest comes on a day: on the chosen days of the week, without days off. Who chose the whole working
    week also has one on a Saturday that is worked instead of another day."""
    if day.weekday() in weekdays:
        return day.weekday() >= SATURDAY or calendar.is_working(day)
    return day.weekday() >= SATURDAY and calendar.is_working(day) and set(weekdays) >= _WORKING_WEEK


def due(now: datetime, schedule: Schedule, calendar: WorkingCalendar, zone: ZoneInfo) -> date | None:
    """The day whose digest is due: today from the hour on, until the day is over. What was missed yesterday is not
    made up for: today's digest says it all."""
    local = now.astimezone(zone)
    if local.time() < time(schedule.hour) or not is_due_day(local.date(), schedule.weekdays, calendar):
        return None
    return local.date()


def last_before(day: date, schedule: Schedule, calendar: WorkingCalendar, zone: ZoneInfo) -> datetime:
    """When the digest before that of a day came: what is newer is news."""
    for back in range(1, _LOOK_BACK):
        earlier = day - timedelta(days=back)
        if is_due_day(earlier, schedule.weekdays, calendar):
            return datetime.combine(earlier, time(schedule.hour), zone)
    return datetime.combine(day - timedelta(days=1), time(schedule.hour), zone)


def is_weekly_day(day: date, schedule: Schedule, calendar: WorkingCalendar) -> bool:
    """Whether the overview of the week comes on a day: on the first working day of the week on which a digest comes."""
    monday = day - timedelta(days=day.weekday())
    days = (monday + timedelta(days=ahead) for ahead in range(7))
    first = next((one for one in days if is_due_day(one, schedule.weekdays, calendar)), None)
    return first == day

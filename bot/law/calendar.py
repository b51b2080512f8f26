"""Working days of Kazakhstan: the five-day week, public holidays and the days off the Government moves."""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import holidays

_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)
_OFF: Final = "off"
_WORKING: Final = "working"
_EXAMPLE: Final = "off = [2027-05-10] and working = [2027-05-15], dates without quotes"


class DaysOffWrong(ValueError):
    """The file of moved days cannot be used; the message names the file, the entry and how to mend it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Days the Government moved for one year or more (Labour Code art. 85(3)); they win over the calendar."""

    off: frozenset[date] = field(default_factory=frozenset)
    """Weekdays that nobody works."""
    working: frozenset[date] = field(default_factory=frozenset)
    """Days off that are worked instead."""


def read_days_off(path: Path | None) -> Moved:
    """The moved days of a TOML file with the lists `off` and `working`; none without a file.

    Raises:
        DaysOffWrong: the file is missing, is not TOML, or has an entry that is not a usable date.
    """
    if path is None:
        return Moved()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DaysOffWrong(
            f"{path}: cannot be read ({error.strerror}); correct DAYS_OFF_FILE or leave it empty"
        ) from None
    except UnicodeDecodeError:
        raise DaysOffWrong(f"{path}: is not a text in UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise DaysOffWrong(f"{path}: is not TOML ({error}); it should look like {_EXAMPLE}") from None
    unknown = sorted(set(content) - {_OFF, _WORKING})
    if unknown:
        raise DaysOffWrong(
            f"{path}: nothing is called {unknown[0]!r} here; use {_OFF!r} for moved days off "
            f"and {_WORKING!r} for days worked instead"
        )
    off, working = (_dates(path, name, content.get(name, [])) for name in (_OFF, _WORKING))
    if both := sorted(off & working):
        raise DaysOffWrong(f"{path}: {both[0]} stands under both {_OFF!r} and {_WORKING!r}; remove one of them")
    # A public holiday under `off`, or a worked Saturday that is known already, is let through: a newer
    # release of the calendar may have learnt the same decree.
    for day in sorted(off):
        if day.weekday() >= _SATURDAY:
            raise DaysOffWrong(f"{path}: {_OFF}: {day} is a {day:%A} anyway; remove it or correct the date")
    usual = WorkingCalendar()
    for day in sorted(working):
        if day.weekday() < _SATURDAY and usual.is_working(day):
            raise DaysOffWrong(f"{path}: {_WORKING}: {day} is a working {day:%A} anyway; remove it or correct the date")
    return Moved(off, working)


def _dates(path: Path, name: str, entries: object) -> frozenset[date]:
    if not isinstance(entries, list):
        raise DaysOffWrong(f"{path}: {name} is not a list; it should look like {_EXAMPLE}")
    for position, entry in enumerate(entries, start=1):
        if not isinstance(entry, date) or isinstance(entry, datetime):
            raise DaysOffWrong(
                f"{path}: {name}: entry {position} is {entry!r}, not a date; write it as 2027-05-10, without quotes"
            )
        if entries.index(entry) != position - 1:
            raise DaysOffWrong(f"{path}: {name}: {entry} stands there twice; remove one of them")
    return frozenset(entries)


class WorkingCalendar:
    """Which days count as working days, and terms counted in them.

    A term begins on the day after its start (art. 76(2)), so it ends on a working day by itself (art. 76(5)).
    """

    def __init__(self, moved: Moved | None = None) -> None:
        self._moved = moved or Moved()
        self._public = holidays.country_holidays("KZ")

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        if day in self._moved.off:
            return False
        if day in self._moved.working:
            return True
        # Asking for the day also loads its year, without which the worked Saturdays are not known yet.
        is_holiday = day in self._public
        return day in self._public.weekend_workdays if day.weekday() >= _SATURDAY else not is_holiday

    def last_day(self, start: date, days: int) -> date:
        """The last day of a term of so many working days; the day after `start` is day 1 at the earliest.

        Raises:
            ValueError: a term cannot have fewer than 0 days.
        """
        if days < 0:
            raise ValueError(f"a term cannot have {days} days")
        day = start
        while days:
            day += _ONE_DAY
            days -= self.is_working(day)
        return day

    def days_left(self, today: date, last: date) -> int:
        """Working days after today up to and including the last day; 0 on the last day and afterwards."""
        return sum(self.is_working(today + timedelta(days=ahead)) for ahead in range(1, (last - today).days + 1))


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later (or earlier, when negative); the last day of a shorter month.

    The six months of collection are calendar months (art. 90-3(2)).
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def local_date(moment: datetime, zone: str = "Asia/Almaty") -> date:
    """The date people in that zone see when an instant passes.

    Raises:
        ValueError: the instant has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone, so its local date is unknown")
    return moment.astimezone(ZoneInfo(zone)).date()

"""The day and the time of day somebody writes: «07.12 15:00», «ертең сағат 10-да», «5 декабря в 3»."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from babel.dates import get_day_names, get_month_names

from bot.language.fold import fold

_DATE: Final = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?(?!\d)")
_ISO_DATE: Final = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NAMED_DATE: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|-?(?:го|е|i|ші|шы|ының|інің))?\s+([^\W\d_]{3,})(?:\s+(\d{4}))?"
)
_TIME: Final = re.compile(r"(?<![\d.:/-])(\d{1,2})[:.\-](\d{2})(?![\d.:/]|-\d)")
_HOUR: Final = re.compile(r"(?<![\d.:/])(\d{1,2})(?![\d.:/])(?!-\d)")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_AT_NIGHT: Final = re.compile(r"утра|ночи|таңғы|тангы|түнгі|тунги|\bam\b", re.IGNORECASE)

_DAYS_AHEAD: Final = {
    "бүгін": 0, "сегодня": 0, "today": 0,
    "ертең": 1, "завтра": 1, "tomorrow": 1,
    "бүрсігүні": 2, "послезавтра": 2,
}  # fmt: skip
_AFTERNOON_BEFORE: Final = 8
"""A bare hour before this one is meant in the afternoon: «в 3» is 15:00."""


class MomentUnread(ValueError):
    """No day ("day") or no time of day ("time") can be read; `args[0]` says which."""


def read_moment(text: str, today: date, usual: time | None = None) -> datetime:
    """The local day and time that are meant, without a time zone; a day without a year is the next such one, one
    without a time of day is meant at the `usual` one, if there is one.

    Raises:
        MomentUnread: "day" without a real day, "time" without a real time of day.
    """
    day, rest = _day(text, today)
    exact = _TIME.search(rest)
    clock = exact or _HOUR.search(rest)
    if clock is None and usual is not None:
        return datetime.combine(day, usual)
    if clock is None:
        raise MomentUnread("time")
    hour = int(clock[1])
    if exact is None and 0 < hour < _AFTERNOON_BEFORE and _AT_NIGHT.search(rest) is None:
        hour += 12
    try:
        return datetime.combine(day, time(hour, int(clock[2]) if exact is not None else 0))
    except ValueError:
        raise MomentUnread("time") from None


def read_day(text: str, today: date) -> date:
    """The day that is meant, without a time of day.

    Raises:
        MomentUnread: "day".
    """
    return _day(text, today)[0]


def _day(text: str, today: date) -> tuple[date, str]:
    """The day, and the text without it."""
    iso = _ISO_DATE.search(text)
    if iso is not None:
        return _real(int(iso[1]), int(iso[2]), int(iso[3])), _without(text, iso)
    usual = next((one for one in _DATE.finditer(text) if 1 <= int(one[2]) <= 12), None)
    if usual is not None:
        return _next(today, int(usual[2]), int(usual[1]), usual[3]), _without(text, usual)
    for named in _NAMED_DATE.finditer(text):
        month = _meant(named[2], _months())
        if month is not None:
            return _next(today, month, int(named[1]), named[3]), _without(text, named)
    for word in _WORD.finditer(text):
        ahead = next((days for said, days in _DAYS_AHEAD.items() if fold(said) == fold(word[0])), None)
        if ahead is None and (weekday := _meant(word[0], _weekdays())) is not None:
            ahead = (weekday - today.weekday() - 1) % 7 + 1
        if ahead is not None:
            return today + timedelta(days=ahead), _without(text, word)
    raise MomentUnread("day")


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise MomentUnread("day") from None


def _next(today: date, month: int, day: int, year: str | None) -> date:
    if year is not None:
        return _real(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for candidate in (today.year, today.year + 1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise MomentUnread("day")


def _meant(word: str, names: dict[str, int]) -> int | None:
    """What a name stands for; its ending may be another: «сәрсенбіде», «в среду», «желтоқсанның»."""
    said = fold(word)
    if said in names:
        return names[said]
    # «жұма» is too short to lose its last letter: «жұмада», «жұмаға».
    stems = {name[:-1] if len(name) > 4 else name: number for name, number in names.items() if len(name) > 3}
    return next((number for stem, number in stems.items() if said.startswith(stem)), None)


@cache
def _months() -> dict[str, int]:
    return {
        fold(name): number
        for locale in ("kk", "ru", "en")
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, locale).items()
    }


@cache
def _weekdays() -> dict[str, int]:
    return {
        fold(name): number
        for locale in ("kk", "ru", "en")
        for number, name in get_day_names("wide", locale=locale).items()
    }

"""Terms are counted in the working days of Kazakhstan, and the days the Government moves are obeyed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.law.calendar import DaysOffWrong, Moved, WorkingCalendar, local_date, months_after, read_days_off

CALENDAR = WorkingCalendar()
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 3, 2), 20, date(2026, 4, 3)),
        (date(2026, 10, 12), 20, date(2026, 11, 10)),
        (date(2026, 11, 23), 15, date(2026, 12, 14)),
        (date(2026, 11, 23), 20, date(2026, 12, 22)),
        (date(2026, 11, 23), 40, date(2027, 1, 22)),
        (date(2026, 12, 7), 40, date(2027, 2, 5)),
        (date(2027, 3, 1), 20, date(2027, 4, 5)),
    ],
)
def test_terms_end_on_the_known_days(start: date, days: int, last: date) -> None:
    assert CALENDAR.last_day(start, days) == last
    assert CALENDAR.days_left(start, last) == days


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 9),  # 8 March was a Sunday
        date(2026, 3, 24),
        date(2026, 3, 25),
        date(2026, 5, 11),
        date(2026, 10, 26),
        date(2027, 3, 15),  # Constitution Day since 2027
        date(2025, 1, 3),  # moved by the Government
    ],
)
def test_days_off_are_not_worked(day: date) -> None:
    assert not CALENDAR.is_working(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 8, 31),  # 30 August is no holiday any more
        date(2024, 5, 4),  # a Saturday worked instead
        date(2026, 1, 8),  # Christmas on a working day is not moved to the next
    ],
)
def test_these_days_are_worked(day: date) -> None:
    assert WorkingCalendar().is_working(day)


@given(DAYS, st.integers(1, 60))
def test_last_day_is_the_inverse_of_days_left(start: date, days: int) -> None:
    last = CALENDAR.last_day(start, days)
    assert CALENDAR.is_working(last)
    assert CALENDAR.days_left(start, last) == days
    assert CALENDAR.days_left(last, last) == 0


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_a_longer_term_does_not_end_earlier(start: date, shorter: int, more: int) -> None:
    assert CALENDAR.last_day(start, shorter + more) == CALENDAR.last_day(CALENDAR.last_day(start, shorter), more)


def test_nothing_is_left_of_a_term_that_is_over() -> None:
    assert CALENDAR.days_left(date(2026, 11, 25), date(2026, 11, 20)) == 0


def test_a_term_of_no_days_ends_where_it_starts() -> None:
    assert CALENDAR.last_day(date(2026, 11, 28), 0) == date(2026, 11, 28)
    with pytest.raises(ValueError, match="a term cannot have -1 days"):
        CALENDAR.last_day(date(2026, 11, 28), -1)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_months_add_up_from_the_middle_of_a_month(day: date, first: int, second: int) -> None:
    day = day.replace(day=min(day.day, 28))
    assert months_after(months_after(day, first), second) == months_after(day, first + second)


def test_an_instant_is_dated_as_people_in_almaty_see_it() -> None:
    assert local_date(datetime(2026, 11, 25, 18, 59, tzinfo=UTC)) == date(2026, 11, 25)
    assert local_date(datetime(2026, 11, 25, 19, 0, tzinfo=UTC)) == date(2026, 11, 26)
    with pytest.raises(ValueError, match="has no time zone"):
        local_date(datetime(2026, 11, 25, 12, 0))


def test_moved_days_win_over_the_calendar(tmp_path: Path) -> None:
    path = tmp_path / "days.toml"
    path.write_text("off = [2027-05-06]\nworking = [2027-05-15]\n")
    moved = WorkingCalendar(read_days_off(path))
    assert not moved.is_working(date(2027, 5, 6))
    assert moved.is_working(date(2027, 5, 15))
    assert moved.is_working(date(2027, 5, 5))


@given(DAYS, st.integers(1, 40), st.frozensets(DAYS, max_size=5))
def test_more_days_off_never_shorten_a_term(start: date, days: int, off: frozenset[date]) -> None:
    assert WorkingCalendar(Moved(off=off)).last_day(start, days) >= CALENDAR.last_day(start, days)


def test_no_file_means_no_moved_days() -> None:
    assert read_days_off(None) == Moved()


def test_a_decree_the_calendar_knows_already_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "days.toml"
    path.write_text("off = [2025-01-03]\nworking = [2025-01-05]\n")
    moved = WorkingCalendar(read_days_off(path))
    assert all(
        moved.is_working(day) == WorkingCalendar().is_working(day) for day in (date(2025, 1, 3), date(2025, 1, 5))
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("off = [", "is not TOML"),
        ("free = [2027-05-06]", "nothing is called 'free' here; use 'off' for moved days off and 'working'"),
        ("off = 2027-05-06", "off is not a list; it should look like off = [2027-05-10]"),
        (
            'off = [2027-05-06, "2027-05-10"]',
            "off: entry 2 is '2027-05-10', not a date; write it as 2027-05-10, without",
        ),
        ("off = [2027-05-06T10:00:00]", "off: entry 1 is datetime.datetime"),
        ("off = [2027-05-06, 2027-05-06]", "off: 2027-05-06 stands there twice; remove one"),
        ("off = [2027-05-08]", "off: 2027-05-08 is a Saturday anyway; remove it or correct the date"),
        ("working = [2027-05-05]", "working: 2027-05-05 is a working Wednesday anyway; remove it or correct"),
        ("off = [2027-05-06]\nworking = [2027-05-06]", "2027-05-06 stands under both 'off' and 'working'; remove one"),
    ],
)
def test_a_broken_file_says_what_to_mend(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "days.toml"
    path.write_text(content)
    with pytest.raises(DaysOffWrong) as caught:
        read_days_off(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_cannot_be_read_says_which_setting_to_correct(tmp_path: Path) -> None:
    with pytest.raises(DaysOffWrong, match=r"days\.toml: cannot be read .*; correct DAYS_OFF_FILE"):
        read_days_off(tmp_path / "days.toml")
    wrong = tmp_path / "cp1251.toml"
    wrong.write_bytes("# қосымша".encode("utf-16"))
    with pytest.raises(DaysOffWrong, match="is not a text in UTF-8"):
        read_days_off(wrong)


def test_every_year_ahead_can_be_counted_in() -> None:
    assert CALENDAR.last_day(date(2034, 12, 20), 20) > date(2034, 12, 20) + timedelta(days=20)

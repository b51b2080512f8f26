"""A typed day and time is read as people write it, or refused with the reason."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.moment import MomentUnread, read_day, read_moment

TODAY = date(2026, 11, 25)
"""A Wednesday."""


@given(
    day=st.dates(TODAY, TODAY + timedelta(days=300)),
    hour=st.times(time(0), time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0)),
    shape=st.sampled_from(["%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%H:%M %d.%m.%Y", "%d/%m/%y, %H:%M", "%d.%m %H:%M"]),
)
def test_a_date_is_read_however_it_is_usually_written(day: date, hour: time, shape: str) -> None:
    moment = datetime.combine(day, hour)
    assert read_moment(moment.strftime(shape), TODAY) == moment


@given(text=st.text(max_size=40))
def test_any_text_is_a_date_or_a_clear_refusal(text: str) -> None:
    with suppress(MomentUnread):
        assert read_moment(text, TODAY).tzinfo is None


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("завтра в 3", (11, 26), (15, 0)),
        ("ертең сағат 10-да", (11, 26), (10, 0)),
        ("ертен 15:30", (11, 26), (15, 30)),
        ("tomorrow 18.00", (11, 26), (18, 0)),
        ("сегодня в 19", (11, 25), (19, 0)),
        ("послезавтра, 9:00", (11, 27), (9, 0)),
        ("бүрсігүні 11:00", (11, 27), (11, 0)),
        ("в пятницу в 14:00", (11, 27), (14, 0)),
        ("сәрсенбіде 14:00", (12, 2), (14, 0)),
        ("сенбі күні 12", (11, 28), (12, 0)),
        ("5 декабря в 10", (12, 5), (10, 0)),
        ("5 желтоқсан 16:00", (12, 5), (16, 0)),
        ("5 December 18:30", (12, 5), (18, 30)),
        ("жұмада 14:00", (11, 27), (14, 0)),
        ("завтра в 6 утра", (11, 26), (6, 0)),
        ("ертең 11:30-да", (11, 26), (11, 30)),
    ],
)
def test_days_are_understood_in_words(text: str, day: tuple[int, int], hour: tuple[int, int]) -> None:
    assert read_moment(text, TODAY) == datetime(2026, *day, *hour)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("скоро", "day"),
        ("31.02.2026 15:00", "day"),
        ("07.12.2026", "time"),
        ("завтра", "time"),
        ("07.12.2026 25:00", "time"),
        ("5 мячей в 10", "day"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(MomentUnread, match=why):
        read_moment(text, TODAY)


def test_a_day_without_a_year_is_the_next_one() -> None:
    assert read_day("5.01", TODAY) == date(2027, 1, 5)
    assert read_day("25.11", TODAY) == TODAY
    assert read_day("3 мая", TODAY) == date(2027, 5, 3)
    assert read_day("до 5 марта", TODAY) == date(2027, 3, 5)

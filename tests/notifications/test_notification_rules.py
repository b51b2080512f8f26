"""Quiet hours over midnight, digests at their hour, and what is told in any case."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notifications.kinds import KINDS
from bot.notifications.rules import (
    DEFAULTS,
    SETTLE,
    AtOnce,
    Event,
    InDigest,
    Kind,
    Later,
    Mode,
    Never,
    Quiet,
    Wishes,
    next_digest,
    quiet_until,
    read_quiet,
    verdict,
)

ALMATY = ZoneInfo("Asia/Almaty")
moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(ALMATY))
hours = st.integers(0, 23).map(time)
quiets = st.builds(Quiet, hours, hours)
wishes = st.builds(
    Wishes,
    modes=st.fixed_dictionaries({event: st.sampled_from(Mode) for event in Event}),
    quiet=st.none() | quiets,
    digest_at=hours,
    digest_weekday=st.integers(0, 6),
)
relations = st.sampled_from((None, Event.MINE, Event.SIGNED, Event.FOLLOWED))


@given(moments, quiets)
def test_after_the_quiet_hours_nothing_is_quiet_and_they_last_less_than_a_day(now: datetime, quiet: Quiet) -> None:
    until = quiet_until(now, quiet, ALMATY)
    if until is None:
        assert not quiet.covers(now.timetz().replace(tzinfo=None))
        return
    assert now < until <= now + timedelta(days=1)
    assert until.astimezone(ALMATY).time() == quiet.end
    assert not quiet.covers(quiet.end)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(21, 59), None),
        (time(22, 0), "next 08:00"),
        (time(23, 59), "next 08:00"),
        (time(0, 0), "same 08:00"),
        (time(7, 59), "same 08:00"),
        (time(8, 0), None),
    ],
)
def test_the_night_runs_over_midnight(at: time, expected: str | None) -> None:
    day = datetime(2026, 11, 25, tzinfo=ALMATY)
    now = datetime.combine(day.date(), at, ALMATY)
    until = quiet_until(now, Quiet(time(22), time(8)), ALMATY)
    if expected is None:
        assert until is None
    else:
        ahead = 1 if expected.startswith("next") else 0
        assert until == day + timedelta(days=ahead, hours=8)


@given(moments, wishes, st.booleans())
def test_a_digest_comes_soon_at_its_hour_and_never_in_the_quiet_hours(
    now: datetime, chosen: Wishes, weekly: bool
) -> None:
    at = next_digest(now, chosen, ALMATY, weekly=weekly)
    assert at >= now + SETTLE
    assert at <= now + SETTLE + timedelta(days=8 if weekly else 2)
    assert quiet_until(at, chosen.quiet, ALMATY) is None
    local = at.astimezone(ALMATY)
    if chosen.quiet is None or not chosen.quiet.covers(chosen.digest_at):
        assert local.time() == chosen.digest_at
        assert not weekly or local.weekday() == chosen.digest_weekday


@given(moments, wishes)
def test_events_of_one_time_come_in_one_digest(now: datetime, chosen: Wishes) -> None:
    at = next_digest(now, chosen, ALMATY, weekly=False)
    later = at - SETTLE - timedelta(seconds=1)
    if later > now:
        assert next_digest(later, chosen, ALMATY, weekly=False) == at


@given(moments, wishes)
def test_a_decision_about_ones_own_petition_is_told_whatever_was_chosen(now: datetime, chosen: Wishes) -> None:
    assert not isinstance(verdict(KINDS["petition_decided"], Event.MINE, chosen, now, ALMATY), Never)


@given(moments, wishes, relations, st.sampled_from(sorted(KINDS)))
def test_nothing_is_told_by_itself_in_the_quiet_hours(
    now: datetime, chosen: Wishes, relation: Event | None, name: str
) -> None:
    kind = KINDS[name]
    said = verdict(kind, relation, chosen, now, ALMATY)
    if isinstance(said, AtOnce):
        assert kind.is_straight or quiet_until(now, chosen.quiet, ALMATY) is None
    elif isinstance(said, Later):
        assert said.until > now


@pytest.mark.parametrize(
    ("mode", "said"), [(Mode.DAILY, InDigest), (Mode.WEEKLY, InDigest), (Mode.NEVER, Never), (Mode.AT_ONCE, AtOnce)]
)
def test_each_relation_has_a_choice_of_its_own(mode: Mode, said: type) -> None:
    noon = datetime(2026, 11, 25, 12, tzinfo=ALMATY)
    chosen = Wishes({**DEFAULTS, Event.FOLLOWED: mode})
    assert isinstance(verdict(Kind(), Event.FOLLOWED, chosen, noon, ALMATY), said)
    assert isinstance(verdict(Kind(), Event.SIGNED, chosen, noon, ALMATY), AtOnce)


def test_authors_hear_of_milestones_others_only_if_they_wish() -> None:
    noon = datetime(2026, 11, 25, 12, tzinfo=ALMATY)
    assert isinstance(verdict(KINDS["milestone"], Event.MINE, Wishes(), noon, ALMATY), AtOnce)
    assert isinstance(verdict(KINDS["milestone"], Event.SIGNED, Wishes(), noon, ALMATY), Never)


@pytest.mark.parametrize("text", ["22-8", "nine", "22:00", "25:00-08:00", "22:00-08:00-09:00"])
def test_quiet_hours_that_are_none_are_refused_with_the_way_to_write_them(text: str) -> None:
    with pytest.raises(ValueError, match="write 22:00-08:00, or none"):
        read_quiet(text)


def test_quiet_hours_are_read() -> None:
    assert read_quiet("21:30-07:00") == Quiet(time(21, 30), time(7))
    assert read_quiet("none") is None

"""Rules of the official's work: reminders that collapse, dates people type, what a decision needs."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from bot.law.calendar import WorkingCalendar
from bot.officials.rules import (
    DOCUMENT_BYTES,
    DOCUMENTS_MAX,
    LATE_STEP,
    MARKS,
    PARTS,
    SHORTEST,
    DocumentWrong,
    Lack,
    MomentWrong,
    answer_reminder,
    best_language,
    check_document,
    check_moment,
    lacks,
    pages_of,
    proposed_days,
    registration_reminder,
)
from bot.petitions.rules import Outcome

CALENDAR = WorkingCalendar()
TODAY = date(2026, 11, 25)
DAYS = st.dates(date(2026, 1, 1), date(2027, 6, 1))


@given(due=DAYS, days=st.integers(0, 60))
def test_looking_every_day_or_seldom_gives_each_reminder_a_name_of_its_own(due: date, days: int) -> None:
    """Marks only fall while time passes, so what a stopped bot missed is said once, by the last mark passed."""
    day = due - timedelta(days=days)
    seen = [answer_reminder(CALENDAR, day + timedelta(days=ahead), due) for ahead in range(days + 1)]
    marks = [int(one.mark) for one in seen if one is not None]
    assert marks == sorted(marks, reverse=True)
    assert set(marks) <= set(MARKS)
    assert marks[-1] == 0, "the last day is always said"
    last = seen[-1]
    assert last is not None
    assert last.to_heads


@given(due=DAYS, late=st.integers(1, 60))
def test_an_overdue_answer_is_reminded_of_every_fifth_working_day_and_to_the_head(due: date, late: int) -> None:
    today = due + timedelta(days=late)
    reminder = answer_reminder(CALENDAR, today, due)
    assert reminder is not None
    assert reminder.to_heads
    worked = max(CALENDAR.days_left(due, today), 1)
    assert reminder.mark == f"late{(worked - 1) // LATE_STEP}"


def test_the_head_hears_only_of_what_is_nearly_late() -> None:
    due = date(2026, 12, 24)
    first = answer_reminder(CALENDAR, date(2026, 12, 9), due)
    assert first is not None
    assert (first.mark, first.to_heads) == ("10", False)
    assert answer_reminder(CALENDAR, date(2026, 12, 1), due) is None


@given(sent=DAYS, days=st.integers(0, 40))
def test_what_is_not_registered_is_reminded_of_after_a_day_then_to_the_head(sent: date, days: int) -> None:
    today = sent + timedelta(days=days)
    worked = CALENDAR.days_left(sent, today)
    reminder = registration_reminder(CALENDAR, today, sent)
    if worked < 1:
        assert reminder is None
    else:
        assert reminder is not None
        assert reminder.to_heads == (worked >= 3)


def test_a_discussion_is_neither_too_early_nor_too_late_nor_at_night() -> None:
    earliest, due = date(2026, 11, 30), date(2026, 12, 24)
    check_moment(datetime(2026, 11, 30, 8), earliest, due, TODAY)
    check_moment(datetime(2026, 12, 24, 21), earliest, due, TODAY)
    for moment, why in (
        (datetime(2026, 11, 29, 15), "early"),
        (datetime(2026, 12, 25, 15), "late"),
        (datetime(2026, 12, 1, 7, 59), "hours"),
    ):
        with pytest.raises(MomentWrong, match=why):
            check_moment(moment, earliest, due, TODAY)
    check_moment(datetime(2026, 12, 25, 15), earliest, date(2026, 11, 20), TODAY)


@given(earliest=DAYS, ahead=st.integers(0, 40))
def test_proposed_days_are_working_days_within_the_term(earliest: date, ahead: int) -> None:
    due = earliest + timedelta(days=ahead)
    days = proposed_days(CALENDAR, earliest, due)
    assert days
    assert all(CALENDAR.is_working(day) and day >= earliest for day in days)
    assert all(day <= due for day in days[1:])


def _written(language: str, **changed: str) -> dict[str, dict[str, str]]:
    return {language: {part: "x" * SHORTEST[part] for part in PARTS} | changed}


@given(
    outcome=st.sampled_from([None, *Outcome]),
    language=st.sampled_from(LANGUAGES),
    petition_language=st.sampled_from(LANGUAGES),
    left_out=st.sets(st.sampled_from(PARTS)),
)
def test_a_decision_is_whole_exactly_when_the_law_is_satisfied(
    outcome: Outcome | None, language: str, petition_language: str, left_out: set[str]
) -> None:
    texts = _written(language, **dict.fromkeys(left_out, ""))
    found = lacks(outcome, texts, petition_language, is_correction=False)
    counts = language in {"kk", petition_language} and left_out != set(PARTS)
    assert (found == ()) == (outcome is not None and counts and not left_out)
    if left_out != set(PARTS):
        assert {lack.part for lack in found} >= left_out, "each missing part is named"


def test_a_second_language_that_is_begun_has_to_be_finished_and_a_correction_says_what_it_changes() -> None:
    texts = _written("kk") | {"ru": {"summary": "x" * 30}}
    found = lacks(Outcome.PARTLY, texts, "ru", is_correction=False)
    assert found == (Lack("reasons", "ru"), Lack("facts", "ru"), Lack("law", "ru"))
    assert lacks(Outcome.PARTLY, _written("kk"), "ru", is_correction=True) == (Lack("note", "kk"),)


@given(text=st.text(min_size=1, max_size=9000), limit=st.integers(20, 3400))
def test_pages_hold_the_whole_text_in_order(text: str, limit: int) -> None:
    pages = pages_of(text, limit)
    assert all(len(page) <= limit for page in pages)
    assert "".join("".join(pages).split()) == "".join(text.split())


def test_documents_are_let_through_by_type_name_size_and_number() -> None:
    check_document("application/pdf", "Шешім.PDF", 1000, 0)
    for mime, name, size, count, why in (
        ("application/pdf", "decision.exe", 1000, 0, "type"),
        ("application/zip", "decision.zip", 1000, 0, "type"),
        ("image/jpeg", "scan.jpg", DOCUMENT_BYTES + 1, 0, "size"),
        ("image/jpeg", "scan.jpg", 0, 0, "size"),
        ("image/png", "scan.png", 1000, DOCUMENTS_MAX, "many"),
    ):
        with pytest.raises(DocumentWrong, match=why):
            check_document(mime, name, size, count)


@pytest.mark.parametrize(
    ("there", "wanted", "petition", "chosen"),
    [
        ({"kk", "ru"}, "ru", "kk", "ru"),
        ({"kk", "ru"}, "en", "ru", "ru"),
        ({"kk"}, "ru", "ru", "kk"),
        (set(), "ru", "ru", "kk"),
    ],
)
def test_everybody_reads_the_language_that_suits_them_best(
    there: set[str], wanted: str, petition: str, chosen: str
) -> None:
    assert best_language(there, wanted, petition) == chosen

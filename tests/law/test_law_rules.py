"""The numbers of the petition are those of the Code, on the day they are asked for."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.law.calendar import WorkingCalendar
from bot.law.reasons import default_reasons
from bot.law.rules import (
    NoRulesYet,
    Number,
    Order,
    PetitionRules,
    Term,
    ThresholdKey,
    ThresholdRule,
    rule_sets,
    rules_on,
    threshold,
)
from bot.petitions import rules as petition_rules

NOW = rules_on(date(2026, 11, 25))
G, OM, OA, DM, DA = ThresholdKey
LOCAL = st.sampled_from([OM, OA, DM, DA])
POPULATIONS = st.integers(1, 3_000_000)
ARTICLE = re.compile(r"\d+(-\d+)?(\(\d+\))*")


@pytest.mark.parametrize(
    ("population", "akimat", "maslikhat"),
    [
        (2_347_924, 23_480, 46_959),  # Almaty
        (2_148_658, 21_487, 42_974),  # Turkistan oblast
        (1_638_233, 16_383, 32_765),  # Astana
        (1_596_331, 15_964, 31_927),  # Almaty oblast
        (1_293_648, 12_937, 25_873),  # Shymkent
        (1_215_373, 12_154, 24_308),  # Zhambyl oblast
        (1_131_287, 11_313, 22_626),  # Karaganda oblast
        (595_676, 5_957, 11_914),  # Abai oblast
        (514_156, 5_142, 10_284),  # North Kazakhstan oblast
        (218_993, 2_190, 4_380),  # Ulytau oblast
    ],
)
def test_oblasts_and_big_cities_need_one_and_two_percent(population: int, akimat: int, maslikhat: int) -> None:
    assert threshold(NOW, OA, population).votes == akimat
    assert threshold(NOW, OM, population).votes == maslikhat


@pytest.mark.parametrize(
    ("key", "population", "votes", "percent"),
    [
        (DM, 50_001, 5_000, None),
        (DM, 50_000, 5_000, 10),
        (DM, 49_001, 4_901, 10),
        (DA, 50_001, 2_500, None),
        (DA, 50_000, 2_500, 5),
        (DA, 49_001, 2_451, 5),
        (DA, 1, 1, 5),
    ],
)
def test_districts_have_a_share_up_to_fifty_thousand_people(
    key: ThresholdKey, population: int, votes: int, percent: int | None
) -> None:
    found = threshold(NOW, key, population)
    assert (found.votes, found.percent, found.population) == (votes, percent, population)
    assert found.article == "90-3(4)"


def test_the_government_needs_fifty_thousand_whatever_the_population() -> None:
    assert threshold(NOW, G, None) == threshold(NOW, G, 20_000_000)
    assert threshold(NOW, G, None).votes == 50_000


@given(LOCAL, POPULATIONS, st.integers(0, 100_000))
def test_more_people_never_lower_a_threshold(key: ThresholdKey, population: int, more: int) -> None:
    fewer_votes, more_votes = threshold(NOW, key, population).votes, threshold(NOW, key, population + more).votes
    assert fewer_votes is not None
    assert more_votes is not None
    assert 0 < fewer_votes <= more_votes


@given(LOCAL, POPULATIONS)
def test_a_share_is_rounded_up_never_down(key: ThresholdKey, population: int) -> None:
    found = threshold(NOW, key, population)
    if found.percent is not None:
        assert found.votes is not None
        assert (found.votes - 1) * 100 < population * found.percent <= found.votes * 100


@pytest.mark.parametrize("key", [DM, DA])
def test_nothing_jumps_at_fifty_thousand_people(key: ThresholdKey) -> None:
    assert threshold(NOW, key, 50_000).votes == threshold(NOW, key, 50_001).votes


@given(LOCAL, POPULATIONS)
def test_the_maslikhat_needs_twice_what_the_akimat_does_or_one_less(key: ThresholdKey, population: int) -> None:
    for akimat, maslikhat in ((OA, OM), (DA, DM)):
        local, council = threshold(NOW, akimat, population).votes, threshold(NOW, maslikhat, population).votes
        assert local is not None
        assert council is not None
        assert council in {2 * local, 2 * local - 1}


@pytest.mark.parametrize(("key", "percent", "at_most"), [(OM, 2, None), (OA, 1, None), (DM, 10, 5_000), (DA, 5, 2_500)])
def test_without_a_population_no_number_is_invented(key: ThresholdKey, percent: int, at_most: int | None) -> None:
    found = threshold(NOW, key, None)
    assert (found.votes, found.percent, found.at_most) == (None, percent, at_most)


@pytest.mark.parametrize("population", [0, -5])
def test_an_impossible_population_is_refused(population: int) -> None:
    with pytest.raises(ValueError, match=f"a population of {population} cannot be"):
        threshold(NOW, DM, population)


def test_ten_days_for_supporters_became_twenty() -> None:
    assert rules_on(date(2024, 4, 4)).supporters_term.days == 10
    assert rules_on(date(2026, 2, 28)).supporters_term.days == 10
    assert rules_on(date(2026, 2, 28)).supporters_term_written.days == 20
    assert rules_on(date(2026, 3, 1)).supporters_term.days == 20
    assert NOW.supporters_needed.value == 50


def test_a_second_petition_within_a_year_is_a_newer_rule() -> None:
    assert rules_on(date(2026, 2, 28)).repeat_term is None
    assert NOW.repeat_term is not None
    assert NOW.repeat_term.months == 12


def test_there_were_no_petitions_before_april_2024() -> None:
    with pytest.raises(NoRulesYet, match="no petitions on 2024-04-03; they exist since 2024-04-04"):
        rules_on(date(2024, 4, 3))


def test_a_computed_day_is_marked_as_not_verified() -> None:
    assert [rules.valid_from_verified for rules in rule_sets()] == [True, False]


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: str(rules.valid_from))
def test_every_number_has_its_article_and_confidence(rules: PetitionRules) -> None:
    values = [getattr(rules, field.name) for field in fields(PetitionRules)]
    terms = [value for value in values if isinstance(value, Term)]
    numbers: list[Term | Number | ThresholdRule] = [*terms, rules.supporters_needed, *rules.thresholds.values()]
    assert len(terms) >= 12
    for number in numbers:
        assert ARTICLE.fullmatch(number.article)
        assert number.confidence in {"V", "I", "M"}
    for term in terms:
        assert (term.days is None) != (term.months is None)
        assert term.days is None or term.working
    assert set(rules.thresholds) == set(ThresholdKey)


def test_terms_end_in_working_days_or_calendar_months() -> None:
    working = WorkingCalendar()
    start = date(2026, 11, 23)
    assert NOW.supporters_term.end(start, working) == date(2026, 12, 22)
    assert NOW.consideration(G).end(start, working) == date(2027, 1, 22)
    assert NOW.consideration(DM).end(start, working) == date(2026, 12, 22)
    assert NOW.collection_term.end(start, working) == date(2027, 5, 23)
    calendar_days = Term(days=3, months=None, working=False, article="1", confidence="V")
    assert calendar_days.end(start, working) == start + timedelta(days=3)


def test_petitions_speak_of_the_same_order_as_the_law() -> None:
    assert petition_rules.Order is Order


def test_default_reasons_are_complete_in_three_languages() -> None:
    reasons = default_reasons()
    assert [reason.position for reason in reasons] == list(range(1, len(reasons) + 1))
    assert len({reason.code for reason in reasons}) == len(reasons)
    for reason in reasons:
        assert len(reason.code) <= 40
        assert reason.article == "bot" or ARTICLE.fullmatch(reason.article)
        assert len({reason.text("kk"), reason.text("ru"), reason.text("en")}) == 3
        assert all(reason.text(language).endswith(".") for language in reason.texts)

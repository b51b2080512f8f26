"""What a survey says, as numbers: counts, weighted shares with margins, and what is too small to be shown.

A question that fewer than the minimum answered shows nothing. A cell with fewer people than the minimum is hidden,
and where one hidden cell could be found by subtraction, the next smallest is hidden with it.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from bot.surveys.results.weighting import Floats, Margin, Mean, Share, Weighted, mean, rake, share
from bot.surveys.rules import COUNTED, OTHER, Form, Question, QuestionKind, Value, asked

LESS: Final = 0.75
"""A group is said to have answered less when its share among the answers is below so much of its share in the
population."""

BY_PLACE_LEAST: Final = 20
"""Answers from a unit below which its own result would only mislead."""

SCALE_BARS: Final = 11
"""A scale of at most so many points is shown point by point."""
NUMBER_BARS: Final = 8
"""About so many bars show how numbers spread."""


@dataclass(frozen=True, slots=True)
class Respondent:
    """One finished answer set."""

    language: str
    place: str | None
    """The unit by which results are divided: the one below the survey's territory."""
    age: str | None
    sex: str | None
    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Population:
    """What is known of those the survey speaks for."""

    margins: tuple[Margin, ...] = ()
    """Named "place", "age", "sex"."""
    people: int | None = None
    """How many live in the territory; None: not known, or so many that it does not matter."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One choice, or one point of a scale."""

    code: str
    count: int | None
    """How many people chose it; None: too few to be shown."""
    raw: float | None
    """Share of those who answered the question, unweighted."""
    weighted: Share | None

    @property
    def is_hidden(self) -> bool:
        """Whether too few chose it, or its number would give a hidden one away."""
        return self.count is None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The answers to one question."""

    question: Question
    answered: int
    cells: tuple[Cell, ...] = ()
    mean: Mean | None = None
    """Of scales and numbers, weighted."""
    median: float | None = None
    first_places: bool = False
    """The cells count who ranked each option first."""
    ranks: Mapping[str, float] = field(default_factory=dict)
    """Weighted mean rank by option, 1 is the best; of rankings."""
    is_hidden: bool = False
    """Fewer people than the minimum answered."""


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """The results of a survey."""

    asked: int
    """People who were asked; those who came by themselves are not among them."""
    finished: int
    minimum: int
    weighting: Weighted
    fewer: tuple[tuple[str, str], ...]
    """(margin, category) of groups that answered less than their share of the population."""
    questions: tuple[QuestionResult, ...]
    by_place: Mapping[str, tuple[QuestionResult, ...]]
    """Units with enough answers."""

    @property
    def is_weighted(self) -> bool:
        """Whether any margin could be used."""
        return bool(self.weighting.used)

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few answers to show anything."""
        return self.finished < self.minimum


def survey_result(
    form: Form, respondents: Sequence[Respondent], population: Population, *, asked_people: int, minimum: int
) -> SurveyResult:
    """Count and weigh the finished answers of a survey."""
    traits = [{"place": one.place, "age": one.age, "sex": one.sex} for one in respondents]
    weighting = rake(traits, population.margins)
    standing = [standing_answers(form, one.answers) for one in respondents]
    results = tuple(
        question_result(question, standing, weighting.weights, minimum, population.people)
        for question in form.questions
    )
    by_place: dict[str, tuple[QuestionResult, ...]] = {}
    groups: dict[str, list[int]] = {}
    for index, one in enumerate(respondents):
        if one.place is not None:
            groups.setdefault(one.place, []).append(index)
    enough = {place: members for place, members in groups.items() if len(members) >= max(BY_PLACE_LEAST, minimum)}
    if len(enough) > 1:
        for place, members in sorted(enough.items()):
            own = [standing[index] for index in members]
            by_place[place] = tuple(
                question_result(question, own, weighting.weights[members], minimum) for question in form.questions
            )
    return SurveyResult(
        asked=asked_people,
        finished=len(respondents),
        minimum=minimum,
        weighting=weighting,
        fewer=_fewer(traits, population.margins),
        questions=results,
        by_place=by_place,
    )


def standing_answers(form: Form, answers: Mapping[str, Value]) -> Mapping[str, Value]:
    """Only answers to questions that the person's other answers lead to."""
    shown = {question.code for question in asked(form, answers)}
    return {code: value for code, value in answers.items() if code in shown}


def _fewer(traits: Sequence[Mapping[str, str | None]], margins: Sequence[Margin]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for margin in margins:
        have = Counter(one[margin.name] for one in traits if one.get(margin.name) in margin.people)
        known, total = sum(have.values()), sum(margin.people.values())
        if known < len(traits) / 2 or not known or not total:
            continue
        found += [
            (margin.name, category)
            for category, people in margin.people.items()
            if people and have[category] / known < LESS * people / total
        ]
    return tuple(found)


def question_result(
    question: Question,
    answers: Sequence[Mapping[str, Value]],
    weights: Floats,
    minimum: int,
    population: int | None = None,
) -> QuestionResult:
    """The result of one question over answer sets and their weights, in the same order."""
    given = [
        (index, value)
        for index, one in enumerate(answers)
        if (value := one.get(question.code)) is not None and not value.get("skipped")
    ]
    if len(given) < minimum:
        return QuestionResult(question, len(given), is_hidden=True)
    own = weights[[index for index, _ in given]]
    values = [value for _, value in given]
    if question.kind not in COUNTED:
        return QuestionResult(question, len(given))
    if question.kind in {QuestionKind.SCALE, QuestionKind.NUMBER}:
        return _of_numbers(question, values, own, minimum, population)
    is_ranking = question.kind is QuestionKind.RANKING
    chosen = [set(value.get("choice", ())[:1] if is_ranking else value.get("choice", ())) for value in values]
    codes = [option.code for option in question.options] + ([OTHER] if question.has_other else [])
    may_be_subtracted = question.kind is not QuestionKind.MULTIPLE
    cells = _cells(codes, chosen, own, minimum, population, complementary=may_be_subtracted)
    ranks: dict[str, float] = {}
    if is_ranking:
        for code in codes:
            places = np.array([_place(value.get("choice", ()), code, len(codes)) for value in values])
            ranks[code] = float(np.average(places, weights=own))
    return QuestionResult(question, len(given), cells, first_places=is_ranking, ranks=ranks)


def _place(order: Sequence[str], code: str, options: int) -> float:
    """The rank given; what was left out shares the places that remain."""
    return float(order.index(code) + 1) if code in order else (len(order) + 1 + options) / 2


def _of_numbers(
    question: Question, values: Sequence[Value], weights: Floats, minimum: int, population: int | None
) -> QuestionResult:
    numbers = np.array([float(value["number"]) for value in values])
    cells: tuple[Cell, ...] = ()
    least, most = question.least, question.most
    if question.kind is QuestionKind.SCALE and least is not None and most is not None:
        points = range(round(least), round(most) + 1)
        if len(points) <= SCALE_BARS:
            chosen = [{str(round(number))} for number in numbers]
            codes = [str(point) for point in points]
            cells = _cells(codes, chosen, weights, minimum, population, complementary=True)
    else:
        bars = number_bars(numbers)
        chosen = [{next(one.code for one in bars if one.low <= number < one.high)} for number in numbers]
        cells = _cells([one.code for one in bars], chosen, weights, minimum, population, complementary=True)
    return QuestionResult(question, len(values), cells, mean(numbers, weights), _median(numbers, weights))


@dataclass(frozen=True, slots=True)
class NumberBar:
    """Numbers that are counted together: from `low` to below `high`."""

    code: str
    """"7", "10:19", ":10" for below ten, "60:" for sixty and more."""
    low: float
    high: float


def number_bars(numbers: Floats) -> tuple[NumberBar, ...]:
    """How numbers are put together for a picture: one by one where few are different, else in round steps between the
    5th and the 95th of a hundred; what lies outside is counted below and above, so that one odd number does not
    squeeze all others into one bar."""
    are_whole = bool(np.all(numbers == np.floor(numbers)))
    different = np.unique(numbers)
    if are_whole and len(different) <= NUMBER_BARS:
        return tuple(NumberBar(f"{number:.0f}", float(number), float(number) + 1) for number in different)
    low, high = (float(one) for one in np.quantile(numbers, (0.05, 0.95)))
    step = _round_step((high - low) / (NUMBER_BARS - 2), least=1.0 if are_whole else 0.0)
    first = math.floor(low / step) * step
    edges = [first + step * turn for turn in range(math.floor((high - first) / step) + 2)]
    bars = [NumberBar(_span(edge, after, is_whole=are_whole), edge, after) for edge, after in itertools.pairwise(edges)]
    if different[0] < edges[0]:
        bars.insert(0, NumberBar(f":{edges[0]:.10g}", -math.inf, edges[0]))
    if different[-1] >= edges[-1]:
        bars.append(NumberBar(f"{edges[-1]:.10g}:", edges[-1], math.inf))
    return tuple(bars)


def _span(low: float, high: float, *, is_whole: bool) -> str:
    last = high - 1 if is_whole else high
    return f"{low:.10g}" if last == low else f"{low:.10g}:{last:.10g}"


def _round_step(width: float, *, least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below a width."""
    if width <= least:
        return least or 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= width - 1e-9)


def _median(numbers: Floats, weights: Floats) -> float:
    order = np.argsort(numbers, kind="stable")
    passed = np.cumsum(weights[order])
    return float(numbers[order][int(np.searchsorted(passed, passed[-1] / 2))])


def _cells(
    codes: Sequence[str],
    chosen: Sequence[set[str]],
    weights: Floats,
    minimum: int,
    population: int | None,
    *,
    complementary: bool,
) -> tuple[Cell, ...]:
    counts = {code: sum(code in one for one in chosen) for code in codes}
    hidden = {code for code, count in counts.items() if 0 < count < minimum}
    if complementary and len(hidden) == 1:
        others = sorted((count, code) for code, count in counts.items() if code not in hidden and count)
        if others:
            hidden.add(others[0][1])
    total = len(chosen)
    return tuple(
        Cell(code, None, None, None)
        if code in hidden
        else Cell(
            code,
            counts[code],
            counts[code] / total,
            share(np.array([code in one for one in chosen]), weights, population),
        )
        for code in codes
    )

"""Results say what was answered, hide what is too small, and recover a known population."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import translator
from bot.surveys.results.exports import told_by_enough
from bot.surveys.results.pictures import chart_of
from bot.surveys.results.rules import Population, Respondent, number_bars, question_result, survey_result
from bot.surveys.results.views import cell_line, meaning_line
from bot.surveys.results.weighting import Margin
from bot.surveys.rules import Form, Option, Question, QuestionKind, ShowIf

YES_NO = Question(
    "bus",
    QuestionKind.SINGLE,
    {"kk": "Автобус керек пе?"},
    (Option("yes", {"kk": "Иә"}), Option("no", {"kk": "Жоқ"}), Option("unsure", {"kk": "Білмеймін"})),
)
WHY = Question("why", QuestionKind.TEXT, {"kk": "Неге?"}, show_if=ShowIf("bus", ("no",)))
SCALE = Question("roads", QuestionKind.SCALE, {"kk": "Жолдар"}, least=1, most=5)


def _form(*questions: Question) -> Form:
    return Form(("kk",), {"kk": "Сауалнама"}, {}, {}, questions)


def _answers(**counts: int) -> list[dict[str, Any]]:
    return [{"bus": {"choice": [code]}} for code, count in counts.items() for _ in range(count)]


def _people(answers: Sequence[dict[str, Any]], **traits: str) -> list[Respondent]:
    return [Respondent("kk", traits.get("place"), traits.get("age"), traits.get("sex"), one) for one in answers]


def test_nothing_is_shown_of_a_question_that_few_answered() -> None:
    found = question_result(YES_NO, _answers(yes=3, no=1), np.ones(4), 5)
    assert found.is_hidden
    assert found.cells == ()


def test_a_small_cell_is_hidden_together_with_the_one_that_would_give_it_away() -> None:
    found = question_result(YES_NO, _answers(yes=40, no=20, unsure=2), np.ones(62), 5)
    assert {cell.code: cell.count for cell in found.cells} == {"yes": 40, "no": None, "unsure": None}


def test_two_small_cells_hide_each_other_and_nothing_else() -> None:
    found = question_result(YES_NO, _answers(yes=40, no=3, unsure=2), np.ones(45), 5)
    assert {cell.code: cell.count for cell in found.cells} == {"yes": 40, "no": None, "unsure": None}


@given(st.lists(st.sampled_from(["yes", "no", "unsure"]), min_size=5, max_size=60), st.integers(2, 10))
def test_no_hidden_cell_can_be_found_by_subtraction(chosen: list[str], minimum: int) -> None:
    found = question_result(YES_NO, [{"bus": {"choice": [one]}} for one in chosen], np.ones(len(chosen)), minimum)
    if found.is_hidden:
        return
    hidden = [cell for cell in found.cells if cell.is_hidden]
    for cell in found.cells:
        assert cell.count is None or cell.count == 0 or cell.count >= minimum
    if len(hidden) == 1:
        # Only where everybody chose the same small … which the minimum for the question rules out.
        left = len(chosen) - sum(cell.count or 0 for cell in found.cells)
        assert left >= minimum


def test_answers_to_questions_that_no_longer_follow_do_not_count() -> None:
    people = _people([{"bus": {"choice": ["yes"]}, "why": {"text": "ескі жауап"}} for _ in range(6)])
    found = survey_result(_form(YES_NO, WHY), people, Population(), asked_people=10, minimum=5)
    assert found.questions[1].answered == 0


def test_a_scale_has_a_mean_a_median_and_its_points() -> None:
    answers = [{"roads": {"number": number}} for number in [1] * 10 + [3] * 10 + [5] * 20]
    found = question_result(SCALE, answers, np.ones(40), 5)
    assert found.mean is not None
    assert found.mean.value == pytest.approx(3.5)
    assert found.median == 3.0
    assert [cell.count for cell in found.cells] == [10, 0, 10, 0, 20]


def test_a_ranking_counts_first_places_and_mean_ranks() -> None:
    options = tuple(Option(code, {"kk": code}) for code in ("a", "b", "c"))
    ranking = Question("order", QuestionKind.RANKING, {"kk": "?"}, options)
    answers = [{"order": {"choice": ["a", "b", "c"]}}] * 6 + [{"order": {"choice": ["b"]}}] * 6
    found = question_result(ranking, answers, np.ones(12), 5)
    assert [cell.count for cell in found.cells] == [6, 6, 0]
    assert found.ranks == {"a": (1 * 6 + 2.5 * 6) / 12, "b": 1.5, "c": (3 * 6 + 2.5 * 6) / 12}


def test_who_answered_less_is_said() -> None:
    people = _people(_answers(yes=10), age="18-24") + _people(_answers(no=40), age="60+")
    margin = Margin("age", {"18-24": 500, "60+": 500})
    found = survey_result(_form(YES_NO), people, Population((margin,)), asked_people=200, minimum=5)
    assert found.fewer == (("age", "18-24"),)
    yes = found.questions[0].cells[0]
    assert yes.raw == pytest.approx(0.2)
    assert yes.weighted is not None
    assert yes.weighted.value == pytest.approx(0.5, abs=0.01)


def test_units_with_few_answers_have_no_result_of_their_own() -> None:
    people = (
        _people(_answers(yes=30), place="a") + _people(_answers(no=25), place="b") + _people(_answers(no=4), place="c")
    )
    found = survey_result(_form(YES_NO), people, Population(), asked_people=100, minimum=5)
    assert set(found.by_place) == {"a", "b"}


def test_the_truth_of_a_synthetic_population_is_within_the_stated_margin() -> None:
    """A town of 40,000 in three districts, two ages and sexes whose opinions and willingness to answer differ.

    300 surveys of 600 asked each: the weighted 95 % interval holds the truth in at least 93 of 100.
    """
    chance = np.random.default_rng(20261125)
    size = 40_000
    place = chance.choice(["a", "b", "c"], size=size, p=[0.5, 0.3, 0.2])
    age = chance.choice(["18-24", "25-34", "60+"], size=size, p=[0.2, 0.5, 0.3])
    sex = chance.choice(["f", "m"], size=size, p=[0.53, 0.47])
    favour = 0.25 + 0.2 * (place == "b") + 0.3 * (age == "18-24") - 0.1 * (sex == "m")
    wants = chance.random(size) < favour
    answers_when_asked = 0.3 + 0.35 * (age == "60+") + 0.1 * (sex == "f")
    margins = tuple(
        Margin(name, {str(one): int((values == one).sum()) for one in np.unique(values)})
        for name, values in (("place", place), ("age", age), ("sex", sex))
    )
    truth, held = float(wants.mean()), 0
    for _ in range(300):
        asked = chance.choice(size, 600, replace=False)
        answered = asked[chance.random(600) < answers_when_asked[asked]]
        people = [
            Respondent(
                "kk",
                str(place[one]),
                str(age[one]),
                str(sex[one]),
                {"bus": {"choice": ["yes" if wants[one] else "no"]}},
            )
            for one in answered
        ]
        population = Population(margins, size)
        found = survey_result(_form(YES_NO), people, population, asked_people=600, minimum=5)
        interval = found.questions[0].cells[0].weighted
        assert interval is not None
        held += interval.low <= truth <= interval.high
    assert held >= 0.93 * 300


def test_no_file_holds_what_too_few_people_said() -> None:
    form = _form(YES_NO, WHY)
    said = [{"bus": {"choice": ["yes"]}} for _ in range(9)]
    people = _people([*said, {"bus": {"choice": ["no"]}, "why": {"text": "Абай көшесі 15"}}])
    found = survey_result(form, people, Population(), asked_people=10, minimum=5)
    assert [question.code for question in told_by_enough(form, found).questions] == ["bus"]
    few = survey_result(form, people[:4], Population(), asked_people=10, minimum=5)
    with pytest.raises(LookupError):
        told_by_enough(form, few)


def test_while_a_choice_is_hidden_none_is_said_to_lead() -> None:
    found = question_result(YES_NO, _answers(yes=40, no=2), np.ones(42), 5)
    assert any(cell.weighted is None for cell in found.cells)
    assert meaning_line(translator("en"), found) is None


@given(
    st.lists(st.integers(-1000, 10_000), min_size=1, max_size=200)
    | st.lists(st.integers(-1000, 10**8).map(lambda one: one / 10_000), min_size=1, max_size=200)
)
def test_every_number_is_counted_in_one_bar_and_bars_are_few(numbers: list[float]) -> None:
    bars = number_bars(np.array(numbers, dtype=float))
    assert all(sum(one.low <= number < one.high for one in bars) == 1 for number in numbers)
    assert len(bars) <= 11
    assert len({one.code for one in bars}) == len(bars)


def test_numbers_have_a_picture_and_one_odd_answer_does_not_squeeze_the_others() -> None:
    people = Question("people", QuestionKind.NUMBER, {"kk": "Үйде неше адам?"}, whole=True)
    counts = {1: 10, 2: 20, 3: 25, 4: 20, 5: 12, 6: 8, 7: 6, 8: 5, 9: 5, 2_000_000: 5}
    given = [{"people": {"number": number}} for number, count in counts.items() for _ in range(count)]
    found = question_result(people, given, np.ones(len(given)), 5)
    assert sum(cell.count or 0 for cell in found.cells) == len(given)
    chart = chart_of(translator("kk"), found, "")
    assert chart is not None
    labels = [bar.label for bar in chart.bars]
    assert len(labels) >= 5
    assert labels[-1].startswith("≥ ")
    few = question_result(people, given[:40], np.ones(40), 5)
    assert [cell.code for cell in few.cells] == ["1", "2", "3"]


def test_no_margin_reaches_below_nothing_or_above_all() -> None:
    found = question_result(YES_NO, _answers(yes=60), np.ones(60), 5)
    line = cell_line(translator("en"), found, found.cells[0])
    assert "100% (" in line
    assert "±" not in line
    middle = question_result(YES_NO, _answers(yes=30, no=30), np.ones(60), 5)
    assert "50% ±" in cell_line(translator("en"), middle, middle.cells[0])

"""Weights match the population, and intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipfn import ipfn

from bot.surveys.results.weighting import Margin, design_effect, expected_margin, interval, mean, rake, share


def _people(counts: dict[tuple[str, str], int]) -> list[dict[str, str | None]]:
    return [{"age": age, "sex": sex} for (age, sex), count in counts.items() for _ in range(count)]


def test_weights_bring_the_sample_to_every_margin() -> None:
    people = _people({("young", "m"): 30, ("young", "f"): 50, ("old", "m"): 80, ("old", "f"): 40})
    done = rake(people, [Margin("age", {"young": 600, "old": 400}), Margin("sex", {"m": 480, "f": 520})])
    young = sum(weight for weight, one in zip(done.weights, people, strict=True) if one["age"] == "young")
    women = sum(weight for weight, one in zip(done.weights, people, strict=True) if one["sex"] == "f")
    assert young / len(people) == pytest.approx(0.6, abs=1e-4)
    assert women / len(people) == pytest.approx(0.52, abs=1e-4)
    assert done.used == ("age", "sex")
    assert done.largest_gap < 1e-4


def test_a_closed_form_is_met_where_one_margin_is_enough() -> None:
    """Post-stratification by one margin: weight = population share / sample share."""
    people = _people({("young", "m"): 25, ("old", "m"): 75})
    done = rake(people, [Margin("age", {"young": 0.5, "old": 0.5})])
    assert done.weights[0] == pytest.approx(2.0)
    assert done.weights[-1] == pytest.approx(2 / 3)
    assert done.design_effect == pytest.approx(100 * (25 * 4 + 75 * 4 / 9) / 100**2)
    assert done.effective_n == pytest.approx(75.0)


def test_an_independent_library_finds_the_same_weights() -> None:
    """ipfn's iterative proportional fitting of the table of cells, against our raking of people."""
    counts = {("young", "m"): 30, ("young", "f"): 50, ("old", "m"): 80, ("old", "f"): 40}
    ages, sexes = {"young": 0.6, "old": 0.4}, {"m": 0.48, "f": 0.52}
    table = np.array([[counts[age, sex] for sex in sexes] for age in ages], dtype=float)
    total = table.sum()
    wanted = [np.array(list(ages.values())) * total, np.array(list(sexes.values())) * total]
    fitted = ipfn.ipfn(table.copy(), wanted, [[0], [1]], convergence_rate=1e-9).iteration()
    people = _people(counts)
    done = rake(people, [Margin("age", ages), Margin("sex", sexes)])
    for row, age in enumerate(ages):
        for column, sex in enumerate(sexes):
            ours = next(w for w, one in zip(done.weights, people, strict=True) if one == {"age": age, "sex": sex})
            assert ours == pytest.approx(fitted[row, column] / counts[age, sex], rel=1e-4)


def test_one_voice_is_never_worth_more_than_the_limit() -> None:
    people = _people({("young", "m"): 1, ("old", "m"): 199})
    done = rake(people, [Margin("age", {"young": 0.5, "old": 0.5})])
    assert done.weights.max() <= 5.0 * (1 + 1e-5)
    assert done.largest_gap > 0.4, "what trimming left unmatched is told"


def test_a_margin_that_is_hardly_known_is_left_out_and_said() -> None:
    people = [{"age": "young", "sex": None} for _ in range(60)] + [{"age": "old", "sex": "f"} for _ in range(40)]
    done = rake(people, [Margin("age", {"young": 1, "old": 1}), Margin("sex", {"m": 1, "f": 1})])
    assert done.used == ("age",)
    assert done.left_out == ("sex",)


def test_nobody_and_no_margins_are_no_accident() -> None:
    assert rake([], []).effective_n == 0
    done = rake(_people({("young", "m"): 3}), [])
    assert list(done.weights) == [1, 1, 1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), min_size=1, max_size=80),
    st.tuples(*[st.integers(1, 1000)] * 3),
    st.tuples(*[st.integers(1, 1000)] * 2),
)
def test_weights_are_positive_have_mean_one_and_never_enlarge_the_sample(
    people: list[tuple[str, str]], ages: tuple[int, ...], sexes: tuple[int, ...]
) -> None:
    done = rake(
        [{"age": age, "sex": sex} for age, sex in people],
        [Margin("age", dict(zip("abc", ages, strict=True))), Margin("sex", dict(zip("xy", sexes, strict=True)))],
    )
    assert done.weights.min() > 0
    assert done.weights.mean() == pytest.approx(1.0)
    assert done.effective_n <= len(people) + 1e-6


@given(st.floats(0, 1), st.floats(2, 5000))
def test_an_interval_holds_its_share_and_stays_between_nothing_and_all(value: float, size: float) -> None:
    found = interval(value, size)
    assert 0 <= found.low <= value <= found.high <= 1


def test_everybody_answered_leaves_no_doubt() -> None:
    assert interval(0.3, 200, population=200, answered=200).margin == 0


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """95 % intervals of 2,000 samples of 300 with weights of design effect 1.2 hold the truth in 93 to 97 of 100."""
    chance = np.random.default_rng(7)
    truth, held = 0.27, 0
    for _ in range(2000):
        weights = chance.choice([0.5, 1.0, 1.8], size=300)
        chosen = chance.random(300) < truth
        found = share(chosen, weights)
        held += found.low <= truth <= found.high
    assert 0.93 <= held / 2000 <= 0.97


def test_a_mean_is_weighted_and_has_an_interval() -> None:
    found = mean(np.array([0.0, 10.0]), np.array([3.0, 1.0]))
    assert found.value == pytest.approx(2.5)
    assert found.low < 2.5 < found.high


def test_equal_weights_cost_nothing() -> None:
    assert design_effect(np.ones(10)) == 1.0


def test_the_margin_to_expect_shrinks_with_the_sample_and_is_honest_about_silence() -> None:
    assert expected_margin(1000, response=1.0, effect=1.0) == pytest.approx(0.031, abs=0.001)
    assert expected_margin(1000, response=0.2) > expected_margin(1000, response=0.5)
    assert expected_margin(10, response=0.01) == 1.0

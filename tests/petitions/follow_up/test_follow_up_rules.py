"""Shares that add up and expose nobody; a line why without personal data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.petitions.follow_up.rules import numbers, shares, why_problem

counts = st.lists(st.integers(0, 10_000), min_size=2, max_size=3)


@given(counts)
def test_shares_are_together_exactly_a_hundred(found: list[int]) -> None:
    said = shares(found, numbers().shares_from)
    if sum(found) < numbers().shares_from:
        assert said is None, "few answers would show whose they are"
    else:
        assert said is not None
        assert sum(said) == 100
        assert all(abs(share - count * 100 / sum(found)) < 1 for share, count in zip(said, found, strict=True))


def test_nothing_is_no_share() -> None:
    assert shares((0, 0), 0) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Жол жөнделмеді, тек уәде берілді", None),
        ("Ответ хороший 👍", None),
        ("   ", "empty"),
        ("а" * 201, "long"),
        ("Звоните +7 701 123 45 67", "phone"),
        ("ИИН 900101300017 не помог", "iin"),
        ("пишите на abc@mail.kz", "email"),
        ("смотрите www.example.kz", "link"),
    ],
)
def test_a_line_why_holds_no_personal_data(text: str, problem: str | None) -> None:
    assert why_problem(text) == problem

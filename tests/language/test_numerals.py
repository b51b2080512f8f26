"""A number is read out of a short answer, in figures or in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.numerals import number_said


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5 адам", 5),
        ("бес", 5),
        ("бес адам", 5),
        ("нас 4", 4),
        ("4 чел.", 4),
        ("четверо", 4),
        ("нас четверо", 4),
        ("five people", 5),
        ("төртеуміз", None),
        ("отыз бес", 35),
        ("сорок два года", 42),
        ("twenty five", 25),
        ("жиырма", 20),
        ("он бес", 15),
        ("bes adam", 5),
        ("1 200 000 теңге", 1_200_000),
        ("2,5 сағат", 2.5),
        ("-3", -3),
        ("от 3 до 5", None),
        ("3-5", None),
        ("2 3", None),
        ("көп", None),
        ("бес алты", None),
        ("", None),
    ],
)
def test_one_number_is_read_and_two_are_not_guessed_from(text: str, number: float | None) -> None:
    assert number_said(text) == number


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_none(text: str) -> None:
    assert number_said(text) is None or isinstance(number_said(text), float)

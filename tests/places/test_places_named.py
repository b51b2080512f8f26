"""A written list of texts with the units they name judges the finder: how often it is right, how often not."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.places.finder import candidates, find, named
from bot.places.tree import Gazetteer, shipped_places

GAZETTEER = Gazetteer(shipped_places())
LIST = Path(__file__).with_name("named_units.csv")
NEAR = 0.02


@dataclass(frozen=True, slots=True)
class Written:
    """A text and what it names: of each set one unit; where several are fair they are namesakes."""

    text: str
    units: tuple[frozenset[str], ...]


def written() -> list[Written]:
    with LIST.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [Written(row["text"], tuple(frozenset(units.split("|")) for units in row["units"].split())) for row in rows]


def best(text: str) -> set[str]:
    """The units that come first: several where the text alone does not decide."""
    found = find(GAZETTEER, text)
    return {match.place.key for match in found if match.score >= found[0].score - NEAR}


def test_the_list_is_long_enough_and_names_units_that_are_there() -> None:
    rows = written()
    assert len(rows) >= 200
    assert len({row.text for row in rows}) == len(rows)
    assert sum(not row.units for row in rows) >= 60
    assert [key for row in rows for units in row.units for key in units if key not in GAZETTEER] == []


def test_units_named_are_found_first() -> None:
    rows = [row for row in written() if row.units]
    missed = [row.text for row in rows if not all(units & best(row.text) for units in row.units)]
    assert len(missed) <= 0.03 * len(rows), missed


def test_the_one_meant_is_among_those_named() -> None:
    rows = [row for row in written() if row.units]
    wrong = []
    for row in rows:
        match = named(GAZETTEER, row.text)
        if match is None or match.place.key not in frozenset().union(*row.units):
            wrong.append(row.text)
    assert len(wrong) <= 0.03 * len(rows), wrong


def test_hardly_anything_else_is_taken_for_a_unit() -> None:
    rows = [row for row in written() if not row.units]
    taken = [row.text for row in rows if find(GAZETTEER, row.text)]
    assert len(taken) <= 0.08 * len(rows), taken


@pytest.mark.parametrize(
    ("text", "home", "keys"),
    [
        (
            "Алматыда автобус аз",
            None,
            [
                "kz-almaty-city",
                "kz-almaty-oblast",
                "kz-astana-city/almaty-inner",
                "kz-aktobe-oblast/aktobe-city/almaty-inner",
            ],
        ),
        ("Алматыда автобус аз", "kz-almaty-city/medeu-inner", ["kz-almaty-city"]),
        ("Алматы облысында автобус аз", None, ["kz-almaty-oblast"]),
        ("Алматы қаласында автобус аз", None, ["kz-almaty-city"]),
        ("Астананың Алматы ауданы", None, ["kz-astana-city/almaty-inner"]),
        (
            "Талғарда су жоқ",
            None,
            ["kz-almaty-oblast/talgar-district/talgar-town", "kz-almaty-oblast/talgar-district"],
        ),
        ("Шымкентте су жоқ", None, ["kz-shymkent-city"]),
        ("бізге су керек", None, []),
    ],
)
def test_namesakes_are_a_question_unless_the_text_or_the_home_decides(
    text: str, home: str | None, keys: list[str]
) -> None:
    found = [place.key for place in candidates(GAZETTEER, text, home)]
    assert found[:1] == keys[:1]
    assert set(found) == set(keys)

"""What people say after a decision, and how it is counted. Pure functions."""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from bot.language.clean import personal_data

_DATA: Final = Path(__file__).resolve().parent / "data" / "follow_up.toml"
_WHOLE: Final = 100


class Deed(enum.Enum):
    """Whether what a decision promised was done, as somebody who lives there sees it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class PhotoState(enum.Enum):
    """What a moderator said of a photo."""

    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of this room."""

    shares_from: int
    ask_after_months: int
    ask_within_days: int
    why_characters: int


@cache
def numbers() -> Numbers:
    """The numbers as the data has them."""
    return Numbers(**tomllib.loads(_DATA.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class AnswerCheck:
    """What signers say of a decision and of what became of it, and what one viewer may add."""

    satisfied: int
    """People who say that the decision answers the question."""
    unsatisfied: int
    deeds: Mapping[Deed, int]
    photos: int
    """Photos that everybody may see."""
    is_asked: bool
    """Whether people were asked already if it was done."""
    may_answer: bool
    own: bool | None = None
    """What the viewer said of the decision."""
    own_why: str | None = None
    own_deed: Deed | None = None
    may_tell_deed: bool = False

    @property
    def answers(self) -> int:
        """How many said anything of the decision."""
        return self.satisfied + self.unsatisfied

    @property
    def told(self) -> int:
        """How many said whether it was done."""
        return sum(self.deeds.values())

    def for_everybody(self) -> AnswerCheck:
        """The same without the viewer."""
        return AnswerCheck(self.satisfied, self.unsatisfied, self.deeds, self.photos, self.is_asked, may_answer=False)


def shares(counts: Sequence[int], least: int) -> tuple[int, ...] | None:
    """Whole percent of each count, together exactly 100; None while fewer than `least` people answered.

    What is left by rounding down goes to the largest remainders, the first of equal ones.
    """
    total = sum(counts)
    if total < max(least, 1):
        return None
    floors = [count * _WHOLE // total for count in counts]
    order = sorted(range(len(counts)), key=lambda index: (-(counts[index] * _WHOLE % total), index))
    for index in order[: _WHOLE - sum(floors)]:
        floors[index] += 1
    return tuple(floors)


Problem = Literal["empty", "long", "iin", "phone", "link", "email"]


def why_problem(text: str) -> Problem | None:
    """What keeps a line from being stored: nothing in it, too long, or personal data; None: nothing."""
    if not text.strip():
        return "empty"
    if len(text.strip()) > numbers().why_characters:
        return "long"
    for found in personal_data(text):
        if found.kind != "emoji":
            return found.kind
    return None

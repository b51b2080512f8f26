"""How similar two petitions are, across languages, and when the law calls the second one a repetition.

A text becomes a vector: its concepts of `bot.language.concepts` and its subjects, which are the same in every
language, and the stems of its rare words. Rare traits count more. The vector has length one, so that the product of two
is between 0 and 1 however long the texts are.
"""

from __future__ import annotations

import enum
import itertools
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from bot.language.concepts import lexicon
from bot.language.patterns import Word, sentences
from bot.language.stem import stem
from bot.law.calendar import WorkingCalendar
from bot.law.rules import PetitionRules
from bot.petitions.rules import State
from bot.places.tree import Gazetteer
from bot.routing.features import read as read_wish

COUNTS: Final = Path(__file__).resolve().parent / "data" / "counts.json"
"""In how many of a few thousand wishes each concept and each frequent word stands; `python -m benchmarks.twins.counts`
writes it."""
WORD: Final = "="
"""What the name of a trait begins with when it is a word's stem and no concept."""

TITLE: Final = 2.0
ASK: Final = 1.5
WHY: Final = 0.5
"""How much a word says about the matter, by where it stands: reasons wander."""
SUBJECT: Final = "?"
"""What the name of a trait begins with when it is a subject of the router."""
CONCEPTS_SHARE: Final = 0.55
SUBJECTS_SHARE: Final = 0.25
WORDS_SHARE: Final = 0.2
"""How much of two texts' likeness rests on what they mean, on their subjects, and on the very words."""
SUBJECTS_READ: Final = 4
MOST_SCORE: Final = 3.0
MOST_WORDS: Final = 16
MARKER: Final = "#"
"""What the name of a trait begins with when it is a number or a street's name."""
SEAL: Final = "~"
"""What the name of the row begins with that says what the others were made from."""
MOST_MARKERS: Final = 6
MARKER_WEIGHT: Final = 0.05
_STREET_AFTER_NAME: Final = re.compile("коше|дангыл|street$|avenue$")
_STREET_BEFORE_NAME: Final = re.compile("улиц[аеуы]|ул|проспект[ае]?|пр")
RARE_WORD: Final = 4.0
"""A word that is more frequent says nothing by itself."""
SHORTEST_WORD: Final = 4
MOST_TRAITS: Final = 48
RAREST: Final = 2
"""In how many of the counted wishes a word stands that stands in none."""

SAME_SUBJECT: Final = 0.1
"""Added when the router gives both the same subject."""

LEAST: Final = 0.24
"""Below this score two petitions are not called similar."""
LEAST_OF_BEST: Final = 0.4
"""What scores less than this share of the best is not worth showing beside it."""
LIKELY_TWIN: Final = 0.62
"""From this likeness on, two petitions of one place and subject are about one matter: set on the development half of
the judged pairs (benchmarks/twins)."""


class Nearness(enum.Enum):
    """How the places of two petitions agree."""

    SAME = "same"
    PARENT = "parent"
    """The other is about a larger unit that this one lies in."""
    CHILD = "child"
    NONE = "none"
    UNKNOWN = "unknown"
    """The writer has not said yet which place it is about, nor where they live."""


PLACE_SHARE: Final = {
    Nearness.SAME: 1.0,
    Nearness.PARENT: 0.85,
    Nearness.CHILD: 0.85,
    Nearness.NONE: 0.6,
    Nearness.UNKNOWN: 0.85,
}
"""What is left of the score by how far the places agree."""


@cache
def _counts() -> tuple[int, Mapping[str, int]]:
    stored = json.loads(COUNTS.read_text(encoding="utf-8"))
    return stored["texts"], stored["counts"]


@cache
def rarity(trait: str) -> float:
    """Inverse document frequency of a trait, 0 for one in every text."""
    texts, counts = _counts()
    return math.log(texts / max(counts.get(trait, RAREST), 1))


def traits(title: str, ask: str = "", why: str = "") -> dict[str, float]:
    """The vector of a petition: traits with their weights, the heaviest first, of length one; empty for empty words."""
    shares: dict[str, float] = {}
    names: dict[str, float] = {}
    marks: set[str] = set()
    for text, share in ((title, TITLE), (ask, ASK), (why, WHY)):
        meanings = lexicon().read(text)
        for slug, count in meanings.concepts.items():
            shares[slug] = shares.get(slug, 0.0) + share * (1.0 + math.log(count))
        if share != WHY:
            marks.update(markers(text))
            for word in itertools.chain.from_iterable(sentences(text)):
                for key in word_keys(word):
                    names[key] = max(names.get(key, 0.0), share)
    subjects = {
        f"{SUBJECT}{hit.slug}": min(hit.score, MOST_SCORE)
        for hit in read_wish("\n".join((title, ask))).subjects[:SUBJECTS_READ]
    }
    concepts = {slug: math.sqrt(share) * weight for slug, share in shares.items() if (weight := rarity(slug)) > 0}
    others = {key: math.sqrt(share) * weight for key, share in names.items() if (weight := rarity(key)) > RARE_WORD}
    return _unit(
        {
            **_scaled(concepts, CONCEPTS_SHARE),
            **_scaled(subjects, SUBJECTS_SHARE),
            **_scaled(dict(sorted(others.items(), key=lambda one: -one[1])[:MOST_WORDS]), WORDS_SHARE),
            **dict.fromkeys(sorted(marks)[:MOST_MARKERS], MARKER_WEIGHT),
        }
    )


def _scaled(vector: Mapping[str, float], share: float) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {trait: value / length * math.sqrt(share) for trait, value in vector.items()} if length else {}


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    kept = sorted(vector.items(), key=lambda one: (-one[1], one[0]))[:MOST_TRAITS]
    length = math.sqrt(sum(value * value for _, value in kept))
    return {trait: value / length for trait, value in kept} if length else {}


def word_keys(word: Word) -> tuple[str, ...]:
    """The traits of a word as such; a name in Latin letters is the one in Cyrillic too."""
    return tuple(
        dict.fromkeys(
            f"{WORD}{stem(spelling)}"
            for spelling in word.spellings
            if len(spelling) >= SHORTEST_WORD and not spelling.isdecimal()
        )
    )


def markers(text: str) -> set[str]:
    """What tells one thing from another of its kind: a number (of a route, a school, a house), a street's name."""
    found = set()
    for sentence in sentences(text):
        for at, word in enumerate(sentence):
            if word.written.isdecimal():
                found.add(f"{MARKER}{int(word.written)}")
            elif _STREET_AFTER_NAME.match(word.spellings[0]) and at > 0:
                found.add(_street(sentence[at - 1]))
            elif _STREET_BEFORE_NAME.fullmatch(word.spellings[0]) and at + 1 < len(sentence):
                found.add(_street(sentence[at + 1]))
    return found - {MARKER}


def _street(word: Word) -> str:
    """A street's name as far as its endings leave it alone; none unless written with a capital letter."""
    name = word.spellings[-1]
    return f"{MARKER}{name[: max(len(name) - 2, 3)][:5]}" if word.written[:1].isupper() else MARKER


def same_markers(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two vectors tell of the same number or street, or neither tells of any."""
    first, second = ({trait for trait in traits if trait.startswith(MARKER)} for traits in (one, other))
    return not first.isdisjoint(second) if first or second else True


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How much two vectors have in common, 0 to 1."""
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[trait] for trait, weight in one.items() if trait in other)


def nearness(gazetteer: Gazetteer, own: str | None, other: str) -> Nearness:
    """How the places of two petitions agree, by their keys; `own` is None while it is not known."""
    if own is None:
        return Nearness.UNKNOWN
    if own == other:
        return Nearness.SAME
    if any(place.key == other for place in gazetteer.parents(own)):
        return Nearness.PARENT
    if any(place.key == own for place in gazetteer.parents(other)):
        return Nearness.CHILD
    return Nearness.NONE


@dataclass(frozen=True, slots=True)
class Similar:
    """How another petition is similar."""

    like: float
    """What the words alone have in common, 0 to 1."""
    score: float
    same_subject: bool
    nearness: Nearness
    same_thing: bool = True
    """The same number or street, or none in both."""


def is_repetition(how: Similar) -> bool:
    """Whether two petitions have the same subject in the sense of art. 90-2(4)(3), as far as words tell."""
    return how.same_subject and how.same_thing and how.nearness is Nearness.SAME and how.like >= LIKELY_TWIN


def is_same_matter(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """`is_repetition` for the vectors of two petitions that share place and subject."""
    return likeness(one, other) >= LIKELY_TWIN and same_markers(one, other)


LIVE: Final = frozenset({State.PUBLISHED, State.SUPPORTED, State.SENT, State.CONSIDERING})
"""States of a petition in free access that is not decided yet."""


def bars(law: PetitionRules, state: State, decided_on: date | None, today: date, working_days: WorkingCalendar) -> bool:
    """Whether a petition in this state bars a second one on the same subject (art. 90-2(4)(3)): it is in free access
    undecided, or it was decided within the term of the law in force today, where that has one."""
    if state in LIVE:
        return True
    if state is not State.DECIDED or decided_on is None or law.repeat_term is None:
        return False
    return today <= law.repeat_term.end(decided_on, working_days)


def score(like: float, *, same_subject: bool, nearness: Nearness) -> float:
    """How similar two petitions are, from what their words, subjects and places have in common."""
    return (like + (SAME_SUBJECT if same_subject else 0.0)) * PLACE_SHARE[nearness]

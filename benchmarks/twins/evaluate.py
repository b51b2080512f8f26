"""Finds each judged petition's twin among two thousand others and looks at what is called a legal repetition."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.twins.corpus import Pair, judged_same, matters, pairs
from benchmarks.twins.pool import Text, distractors
from bot.petitions.twins.rules import (
    LEAST,
    LEAST_OF_BEST,
    Similar,
    is_repetition,
    nearness,
    same_markers,
    score,
    traits,
)
from bot.places.tree import Gazetteer, shipped_places
from bot.routing.router import Router

GENERATED: Final = 800
WISHES: Final = 1200
FIRST: Final = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One judged petition as a query, and where its twin was found."""

    pair: Pair
    query: Text
    twin: Text
    rank: int | None
    """Counted from 0 among the petitions that are no twins; None: not found at all."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Two petitions that were called one matter."""

    query: Text
    other: Text
    like: float
    right: bool | None
    """None: nobody has judged them."""


class Bench:
    """All petitions of the trial with their vectors."""

    def __init__(self) -> None:
        gazetteer = Gazetteer(shipped_places())
        router = Router(gazetteer)
        self.pairs = pairs()
        self.matter = matters(self.pairs)
        places = sorted({text.place for text in self.matter})
        self.pool = list(dict.fromkeys((*self.matter, *distractors(places, GENERATED, WISHES))))
        self.subject = {text: router.route(f"{text.title}\n{text.ask}", text.place).subject for text in self.pool}
        self.near = {
            (one, other): nearness(gazetteer, one, other)
            for one in {text.place for text in self.matter}
            for other in {text.place for text in self.pool}
        }
        self.same = judged_same()
        self.vectors: Mapping[Text, Mapping[str, float]] = {}
        self.read()

    def read(self) -> None:
        """Make the vectors anew, after a change of the rules' numbers."""
        self.vectors = {text: traits(text.title, text.ask) for text in self.pool}
        self.holding: dict[str, list[tuple[Text, float]]] = defaultdict(list)
        for text, vector in self.vectors.items():
            for trait, weight in vector.items():
                self.holding[trait].append((text, weight))

    def similar(self, query: Text, *, title_only: bool = False) -> list[tuple[Text, Similar]]:
        """What is similar to a petition, best first."""
        likes: dict[Text, float] = defaultdict(float)
        vector = traits(query.title) if title_only else self.vectors[query]
        for trait, weight in vector.items():
            for text, other in self.holding[trait]:
                likes[text] += weight * other
        found = []
        for text, like in likes.items():
            if text == query:
                continue
            same = self.subject[query] is not None and self.subject[query] == self.subject[text]
            near = self.near[query.place, text.place]
            thing = same_markers(vector, self.vectors[text])
            found.append((text, Similar(like, score(like, same_subject=same, nearness=near), same, near, thing)))
        floor = max(LEAST, LEAST_OF_BEST * max((how.score for _, how in found), default=0.0))
        return sorted((one for one in found if one[1].score >= floor), key=lambda one: -one[1].score)

    def is_same(self, one: Text, other: Text) -> bool | None:
        """Whether two petitions are one matter; None when nobody said so and nobody denied it."""
        if one.place != other.place:
            return False
        if any(one in group and other in group for group in self.same):
            return True
        if one in self.matter and other in self.matter:
            return self.matter[one] == self.matter[other]
        return None

    def cases(self, half: str, *, title_only: bool = False) -> tuple[list[Case], list[Flag]]:
        """Every petition of a half as a query, and all flags raised on the way."""
        cases: list[Case] = []
        flags: dict[frozenset[Text], Flag] = {}
        for pair in self.pairs:
            if pair.half != half:
                continue
            for query, twin in ((pair.one, pair.other), (pair.other, pair.one)):
                found = self.similar(query, title_only=title_only)
                for text, how in found:
                    if is_repetition(how):
                        flags[frozenset({query, text})] = Flag(query, text, how.like, self.is_same(query, text))
                if pair.twins:
                    others = [text for text, _ in found if text == twin or not self.is_same(query, text)]
                    cases.append(Case(pair, query, twin, others.index(twin) if twin in others else None))
        return cases, list(flags.values())


def shares(cases: Sequence[Case]) -> dict[str, tuple[int, int]]:
    """How many twins are among the first five, of how many, by pair of languages and by kind."""
    hit: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in cases:
        kind = "across languages" if case.pair.crosses else "same language"
        heard = "voices of the router's judges" if case.pair.voice == "press_and_square" else "own voices"
        for name in (kind, f"{kind}, {heard}", case.pair.languages):
            total[name] += 1
            hit[name] += case.rank is not None and case.rank < FIRST
    return {name: (hit[name], total[name]) for name in sorted(total)}

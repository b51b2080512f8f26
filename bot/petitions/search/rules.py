"""How found petitions are ranked, filtered and counted out in pages: pure functions and value types."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

from bot.petitions.rules import PUBLIC, State
from bot.places.tree import Gazetteer


class Standing(enum.StrEnum):
    """Where a petition stands, as coarse as somebody who searches cares."""

    OPEN = "open"
    """It can be signed by everybody."""
    WITH_BODY = "with_body"
    DECIDED = "decided"
    CLOSED = "closed"
    """Signing ended below the threshold."""
    HIDDEN = "hidden"
    """Not public: only its author finds it."""


_STANDINGS: Final[dict[State, Standing]] = {
    State.PUBLISHED: Standing.OPEN,
    State.SUPPORTED: Standing.OPEN,
    State.SENT: Standing.WITH_BODY,
    State.CONSIDERING: Standing.WITH_BODY,
    State.DECIDED: Standing.DECIDED,
    State.EXPIRED: Standing.CLOSED,
}


def standing_of(state: State, *, is_hidden: bool = False) -> Standing:
    """The standing that a state amounts to; `is_hidden`: a moderator took it out of sight."""
    return _STANDINGS[state] if state in PUBLIC and not is_hidden else Standing.HIDDEN


# --- filters ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What the found petitions are narrowed to; None: not narrowed."""

    place: str | None = None
    """Key of a place: it and all that lies in it. `NEAR`: around the person's own place."""
    body: str | None = None
    standing: str | None = None
    shelf: str | None = None
    language: str | None = None

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the filters that are on."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) is not None)

    def to_json(self) -> dict[str, str]:
        """As stored with a person."""
        return {name: getattr(self, name) for name in self.active}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Filters:
        """As stored with a person; what an older release stored and this one does not know is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: str(value) for name, value in (stored or {}).items() if name in known})

    def without(self, name: str) -> Filters:
        """The same without one filter."""
        return replace(self, **{name: None})


NEAR: Final = "near"
DIMENSIONS: Final = tuple(field.name for field in fields(Filters))


# --- ranking ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much when found petitions are put in order. One petition's score is the sum."""

    words: float = 12.0
    """All words of the query; rare words have the larger share in it."""
    title: float = 3.0
    """All of them in the title."""
    kin: float = 0.5
    """Share of a word's worth when only a word of the same meaning in another language is there."""
    near: float = 4.0
    standing: float = 2.0
    fresh: float = 1.5
    growing: float = 1.5


WEIGHTS: Final = Weights()
FRESH_DAYS: Final = 45.0
"""After so many days a petition is worth 1/e of a new one's freshness."""
GROWING_DAILY: Final = 1_000.0
"""Signatures a day that count in full; below, their logarithm does."""
_WORTH_OF_STANDING: Final = {
    Standing.OPEN: 1.0,
    Standing.WITH_BODY: 0.6,
    Standing.DECIDED: 0.5,
    Standing.CLOSED: 0.0,
    Standing.HIDDEN: 0.6,
}


class Facts(NamedTuple):
    """What ranking looks at in one petition."""

    words: float
    """Share of the query's worth that the petition holds, 0 to 1."""
    title: float
    """The same for its title."""
    nearness: float
    """0 to 1, see `nearness`."""
    standing: Standing
    age_days: float
    """Since its publication."""
    signatures: int


def score(facts: Facts, weights: Weights = WEIGHTS) -> float:
    """How high a petition stands among those found; the larger, the higher."""
    age = max(facts.age_days, 0.0)
    daily = facts.signatures / max(age, 1.0)
    return (
        weights.words * facts.words
        + weights.title * facts.title
        + weights.near * facts.nearness
        + weights.standing * _WORTH_OF_STANDING[facts.standing]
        + weights.fresh * math.exp(-age / FRESH_DAYS)
        + weights.growing * min(math.log1p(daily) / math.log1p(GROWING_DAILY), 1.0)
    )


def nearness(gazetteer: Gazetteer, place_key: str, own: str | None) -> float:
    """How near a petition's place is to a person's own: their place and all within it 1, the places it lies in a
    little less, level by level, then what shares such a place with it; the country is near nobody."""
    if own is None or gazetteer.get(own) is None or gazetteer.get(place_key) is None:
        return 0.0
    if gazetteer.is_within(place_key, own):
        return 1.0
    above = [place.key for place in gazetteer.parents(own)][:-1]
    for up, parent in enumerate(above, start=1):
        if place_key == parent:
            return 1.0 - 0.1 * up
        if gazetteer.is_within(place_key, parent):
            return 0.5 - 0.1 * up
    return 0.0


def worth(documents: int, most: int) -> float:
    """How much a word tells, from how many petitions hold it and how many the commonest word is in."""
    return math.log((most + 2) / (documents + 1)) + 0.2


# --- pages --------------------------------------------------------------------------------------------------------


def pages_of(total: int, size: int) -> int:
    """How many pages a number of entries takes; an empty list has one."""
    return max(-(-total // size), 1)


def page_within(page: int, total: int, size: int) -> int:
    """The page, or the nearest there is, counted from 0."""
    return min(max(page, 0), pages_of(total, size) - 1)

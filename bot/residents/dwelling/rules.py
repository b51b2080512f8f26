"""Which units somebody means who types where they live."""

from __future__ import annotations

from typing import Final

from bot.places.finder import find
from bot.places.tree import Gazetteer, Kind, Place

CANDIDATES: Final = 8
"""How many units are offered when several may be meant."""

_CLEARLY_LESS: Final = 0.15
"""A unit whose score is so much below the best one's was named only to say where that one lies."""


def units_meant(gazetteer: Gazetteer, text: str) -> list[Place]:
    """The units a typed name may mean, likeliest first; the republic is never one of them."""
    found = [match for match in find(gazetteer, text, limit=CANDIDATES) if match.place.kind is not Kind.REPUBLIC]
    return [match.place for match in found if match.score > found[0].score - _CLEARLY_LESS]

"""Petitions like a wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.models import Petition
from bot.petitions.search.queries import Search
from bot.petitions.twins.service import Twin, Twins

SHOWN: Final = 3
"""Petitions under a wish."""
PAGE: Final = 5
"""Petitions on a page of all that are like it."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Petitions like a text, the likest first."""

    petitions: Sequence[Petition]
    page: int
    has_next: bool
    twins: Mapping[int, Twin] = field(default_factory=dict)
    """What makes some of them similar, by number."""


async def similar_petitions(
    session: AsyncSession,
    search: Search,
    text: str,
    place_key: str | None,
    now: datetime,
    *,
    page: int | None = None,
    twins: Twins | None = None,
) -> Alike:
    """The few public petitions most like a text, those near a place first; with `page`, a page of all of them.

    `twins` finds those that say the same, in any language; they stand before those that share words only.
    """
    size = SHOWN if page is None else PAGE
    found = await search.find(session, text, now, own_place=place_key, page=page or 0, size=size, as_text=True)
    has_next = found.reachable > (found.page + 1) * size
    by_words = [one.petition for one in found.petitions]
    if twins is None or page is not None:
        return Alike(by_words, found.page, has_next)
    same = {twin.petition.id: twin for twin in await twins.similar(session, text, place_key, now, limit=SHOWN)}
    petitions = [twin.petition for twin in same.values()]
    petitions += [petition for petition in by_words if petition.id not in same]
    return Alike(petitions[:SHOWN], found.page, has_next, same)

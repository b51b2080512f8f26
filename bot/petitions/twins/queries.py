"""Finding similar petitions: candidates by their rarest common traits, then their likeness in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.models import Petition
from bot.petitions.rules import State
from bot.petitions.twins.models import PetitionTrait
from bot.petitions.twins.rules import LIVE, SEAL, SUBJECT, rarity

ASKED_NEAR: Final = 16
"""Heaviest traits of a text by which candidates near by are found."""
ASKED_ANYWHERE: Final = 6
RARE: Final = 3.5
"""Rarity from which a trait leads to candidates in the whole country: one of thirty petitions has it, or fewer."""
CANDIDATES: Final = 80
LOOKED_AT: Final = 300
"""Petitions of any state that are looked at; those that the reader may not see are left out afterwards."""
MOST_PLACES: Final = 300
"""More places than a large oblast has are the country: there only rare traits lead anywhere."""
GROUP: Final = 60
"""Petitions of one place and subject that are compared with each other; the newest, where there are more."""
GROUPS: Final = 400


async def candidates(
    session: AsyncSession, vector: Mapping[str, float], places: Collection[str] | None, states: Collection[State]
) -> list[int]:
    """Numbers of the petitions that have most in common with a vector; bounded work however many petitions there are.

    `places`: keys among which to look; None: anywhere, by rare traits only.
    """
    heaviest = sorted(vector, key=lambda trait: (-vector[trait], trait))
    if places is None or len(places) > MOST_PLACES:
        asked = [trait for trait in heaviest if rarity(trait) >= RARE and not trait.startswith(SUBJECT)][
            :ASKED_ANYWHERE
        ]
        where: list[ColumnElement[bool]] = []
    else:
        asked, where = heaviest[:ASKED_NEAR], [PetitionTrait.place_key.in_(places)]
    if not asked:
        return []
    common = _common({trait: vector[trait] for trait in asked}).label("common")
    # The traits alone first, and few petitions by them: else a planner may begin with all petitions of a state.
    best = (
        select(PetitionTrait.petition_id, common)
        .where(PetitionTrait.trait.in_(asked), *where)
        .group_by(PetitionTrait.petition_id)
        .order_by(common.desc(), PetitionTrait.petition_id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    found = await session.scalars(
        select(best.c.petition_id)
        .join(Petition, Petition.id == best.c.petition_id)
        .where(Petition.state.in_(states), Petition.hidden_since.is_(None))
        .order_by(best.c.common.desc(), best.c.petition_id.desc())
        .limit(CANDIDATES)
    )
    return list(found)


def _common(vector: Mapping[str, float]) -> ColumnElement[float]:
    return func.sum(PetitionTrait.weight * case(dict(vector), value=PetitionTrait.trait, else_=0.0))


async def vectors(session: AsyncSession, numbers: Collection[int]) -> dict[int, dict[str, float]]:
    """The traits of petitions, by number."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    rows = await session.execute(
        select(PetitionTrait.petition_id, PetitionTrait.trait, PetitionTrait.weight).where(
            PetitionTrait.petition_id.in_(numbers)
        )
    )
    for number, trait, weight in rows:
        if not trait.startswith(SEAL):
            found[number][trait] = weight
    return dict(found)


async def by_number(session: AsyncSession, numbers: Collection[int]) -> dict[int, Petition]:
    """Petitions by number."""
    found = await session.scalars(select(Petition).where(Petition.id.in_(numbers)))
    return {petition.id: petition for petition in found}


async def groups_of_one_matter(session: AsyncSession) -> list[Sequence[int]]:
    """Numbers of the petitions in free access and undecided that share place and subject, group by group, the largest
    groups first."""
    among = (Petition.state.in_(LIVE), Petition.hidden_since.is_(None), Petition.subject.is_not(None))
    shared = (
        select(Petition.place_key, Petition.subject)
        .where(*among)
        .group_by(Petition.place_key, Petition.subject)
        .having(func.count() > 1)
        .order_by(func.count().desc(), Petition.place_key, Petition.subject)
        .limit(GROUPS)
        .subquery()
    )
    rows = await session.execute(
        select(Petition.place_key, Petition.subject, Petition.id)
        .join(shared, (shared.c.place_key == Petition.place_key) & (shared.c.subject == Petition.subject))
        .where(*among)
        .order_by(Petition.id.desc())
    )
    groups: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for place_key, subject, number in rows:
        groups[place_key, subject].append(number)
    return [numbers[:GROUP] for numbers in groups.values()]

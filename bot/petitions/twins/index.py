"""Keeping the traits of petitions: of one that changes, of all at start, and what differs from the texts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

import bot.language
import bot.routing
from bot.db import Database, locked_alone
from bot.petitions.models import Petition
from bot.petitions.twins import rules
from bot.petitions.twins.models import TRAIT_LENGTH, PetitionTrait
from bot.petitions.twins.rules import SEAL, traits

BATCH: Final = 500
"""Petitions whose traits are made in one transaction when the table is filled."""
_LANGUAGE: Final = Path(bot.language.__file__).parent
_ROUTING: Final = Path(bot.routing.__file__).parent


@cache
def rules_version() -> str:
    """Changes with whatever traits are made from; rows of another version are made anew at start."""
    digest = hashlib.sha256()
    for file in (
        *sorted(_LANGUAGE.glob("*.py")),
        *sorted((_LANGUAGE / "data").glob("*.*")),
        _ROUTING / "features.py",
        _ROUTING / "data" / "subjects.toml",
        Path(rules.__file__),
        rules.COUNTS,
    ):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def seal(petition: Any) -> str:
    """What the rows of a petition were made from, as the trait of its seal. `petition` has `text_hash`, `place_key`."""
    made_from = f"{rules_version()}\n{petition.text_hash}\n{petition.place_key}"
    return SEAL + hashlib.sha256(made_from.encode()).hexdigest()[:24]


async def put(session: AsyncSession, petition: Any) -> None:
    """Write a petition's traits as its text is now; in the transaction that changes it, after a flush."""
    await session.execute(delete(PetitionTrait).where(PetitionTrait.petition_id == petition.id))
    await _insert(session, [petition])


async def _insert(session: AsyncSession, petitions: Sequence[Any]) -> None:
    rows = [
        {"petition_id": petition.id, "trait": trait, "place_key": petition.place_key, "weight": round(weight, 5)}
        for petition in petitions
        for trait, weight in {
            seal(petition): 0.0,
            **{
                trait[:TRAIT_LENGTH]: weight
                for trait, weight in traits(petition.title, petition.ask, petition.why).items()
            },
        }.items()
    ]
    if rows:
        await session.execute(insert(PetitionTrait), rows)


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs between the petitions and their traits."""

    petitions: int
    stale: tuple[int, ...]
    """Petitions without traits, or with traits of another text, place or version of the rules."""


async def examine(session: AsyncSession) -> Drift:
    """Compare every petition with its seal."""
    sealed = await session.execute(
        select(PetitionTrait.petition_id, PetitionTrait.trait).where(PetitionTrait.trait.startswith(SEAL))
    )
    seals = {row.petition_id: row.trait for row in sealed}
    petitions = (await session.execute(select(Petition.id, Petition.text_hash, Petition.place_key))).all()
    stale = tuple(row.id for row in petitions if seals.get(row.id) != seal(row))
    return Drift(len(petitions), stale)


MENDING: Final = 726550
"""Number of the lock under which rows are made anew."""


async def mend(database: Database) -> Drift:
    """Make whatever is out of date anew, some hundred petitions a transaction. Returns what differed before."""
    async with database.reading() as session:
        drift = await examine(session)
    for start in range(0, len(drift.stale), BATCH):
        numbers = drift.stale[start : start + BATCH]
        async with database.transaction() as session:
            # Two workers that start together find the same rows; one after the other they write the same.
            await locked_alone(session, MENDING)
            await session.execute(delete(PetitionTrait).where(PetitionTrait.petition_id.in_(numbers)))
            chosen = select(
                Petition.id, Petition.text_hash, Petition.place_key, Petition.title, Petition.ask, Petition.why
            ).where(Petition.id.in_(numbers))
            await _insert(session, (await session.execute(chosen)).all())
    return drift

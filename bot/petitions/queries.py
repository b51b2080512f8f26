"""Reads of petitions for other capabilities."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.models import Follow, Petition, Signature
from bot.petitions.rules import Relation


async def relations(session: AsyncSession, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Relation]:
    """What petitions are to people, by (petition, resident): the closest relation of each; pairs without any are
    left out."""
    if not pairs:
        return {}
    petitions, people = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    found: dict[tuple[int, int], Relation] = {}
    sought = (
        (
            Relation.FOLLOWER,
            select(Follow.petition_id, Follow.resident_id).where(
                Follow.petition_id.in_(petitions), Follow.resident_id.in_(people)
            ),
        ),
        (
            Relation.SIGNER,
            select(Signature.petition_id, Signature.resident_id).where(
                Signature.petition_id.in_(petitions),
                Signature.resident_id.in_(people),
                Signature.withdrawn_at.is_(None),
            ),
        ),
        (
            Relation.AUTHOR,
            select(Petition.id, Petition.author_id).where(Petition.id.in_(petitions), Petition.author_id.in_(people)),
        ),
    )
    for relation, chosen in sought:
        for petition_id, resident_id in await session.execute(chosen):
            if resident_id is not None:
                found[petition_id, resident_id] = relation
    return found

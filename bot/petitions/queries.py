"""Reads of petitions for other capabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.models import Petition
from bot.petitions.rules import State

_AWAITED_FIRST: Final = (
    State.CONSIDERING,
    State.SENT,
    State.SUPPORTED,
    State.PUBLISHED,
    State.DECIDED,
    State.EXPIRED,
)
"""What waits for the body comes before what may still reach it and what is over."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """One page of the petitions addressed to some bodies."""

    page: int
    """Counted from 0."""
    petitions: Sequence[Petition]
    has_next: bool


async def addressed_to(session: AsyncSession, body_keys: Sequence[str], *, page: int, size: int) -> Addressed:
    """Public petitions addressed to these bodies: by what they wait for, then by due date, then by count."""
    page = max(page, 0)
    order = case(*((Petition.state == state, index) for index, state in enumerate(_AWAITED_FIRST)))
    found = (
        await session.scalars(
            select(Petition)
            .where(Petition.body_key.in_(body_keys), Petition.state.in_(_AWAITED_FIRST))
            .order_by(order, Petition.due_on, Petition.signature_count.desc(), Petition.id)
            .offset(page * size)
            .limit(size + 1)
        )
    ).all()
    return Addressed(page, found[:size], has_next=len(found) > size)

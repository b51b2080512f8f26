"""Counting an audience and drawing from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, and_, func, literal, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audience.rules import Audience, allotted
from bot.petitions.models import Follow, Petition, Signature
from bot.places.tree import Gazetteer
from bot.residents.models import Resident


@dataclass(frozen=True, slots=True)
class Counted:
    """How large an audience is at this moment."""

    matching: int
    """Reachable people who fit."""
    drawn: int
    """How many of them are addressed."""
    by_place: dict[str | None, int]
    """Those who fit, by the unit they chose."""
    left_out: int = 0
    """Who would fit besides, but said no or heard from the bot lately."""
    sample: int | None = None
    """How many were to be drawn; None: everybody."""


def matching(gazetteer: Gazetteer, audience: Audience, *, but: Sequence[Select[int]] = ()) -> Select[int]:
    """Ids of the reachable people who fit, before any drawing; `but` selects ids to leave out."""
    chosen = select(Resident.id).where(
        Resident.telegram_id.is_not(None), Resident.unreachable_since.is_(None), Resident.erased_at.is_(None)
    )
    if audience.place_key is not None and audience.place_key != gazetteer.republic.key:
        chosen = chosen.where(Resident.place_key.in_(gazetteer.subtree(audience.place_key)))
    if audience.languages:
        chosen = chosen.where(Resident.language.in_(audience.languages))
    if audience.agreed_only:
        chosen = chosen.where(Resident.agrees_to_surveys.is_(True))
    if audience.subjects:
        about = select(Petition.id).where(Petition.subject.in_(audience.subjects))
        signed = select(Signature.resident_id).where(
            Signature.petition_id.in_(about), Signature.withdrawn_at.is_(None), Signature.resident_id.is_not(None)
        )
        followed = select(Follow.resident_id).where(Follow.petition_id.in_(about))
        chosen = chosen.where(Resident.id.in_(union(signed, followed)))
    for left_out in but:
        chosen = chosen.where(Resident.id.not_in(left_out))
    return chosen


async def count(
    session: AsyncSession, gazetteer: Gazetteer, audience: Audience, *, but: Sequence[Select[int]] = ()
) -> Counted:
    """How many people fit and how many of them are addressed."""
    people = matching(gazetteer, audience, but=but).subquery()
    rows = await session.execute(
        select(Resident.place_key, func.count())
        .where(Resident.id.in_(select(people.c.id)))
        .group_by(Resident.place_key)
    )
    by_place = {place: int(number) for place, number in rows}
    total = sum(by_place.values())
    left_out = 0
    if but:
        everybody = select(func.count()).select_from(matching(gazetteer, audience).subquery())
        left_out = int(await session.scalar(everybody) or 0) - total
    addressed = total if audience.sample is None else min(audience.sample, total)
    return Counted(total, addressed, by_place, left_out, audience.sample)


async def by_language(
    session: AsyncSession, gazetteer: Gazetteer, audience: Audience, *, but: Sequence[Select[int]] = ()
) -> dict[str, int]:
    """How many of those who fit read in each language."""
    people = matching(gazetteer, audience, but=but).subquery()
    rows = await session.execute(
        select(Resident.language, func.count()).where(Resident.id.in_(select(people.c.id))).group_by(Resident.language)
    )
    return {language: int(number) for language, number in rows}


async def drawn(
    session: AsyncSession, gazetteer: Gazetteer, audience: Audience, *, but: Sequence[Select[int]] = ()
) -> Select[Any]:
    """(id, place key) of those who are addressed: everybody who fits, or a random sample of them.

    The sample is drawn by the database at the moment the statement runs: run it once, into a table.
    """
    chosen = matching(gazetteer, audience, but=but).subquery()
    people = cast("Select[Any]", select(Resident.id, Resident.place_key).join(chosen, chosen.c.id == Resident.id))
    if audience.sample is None:
        return people
    if not audience.stratified:
        return people.order_by(func.random()).limit(audience.sample)
    counted = await count(session, gazetteer, audience, but=but)
    shares = allotted({place or "": number for place, number in counted.by_place.items()}, audience.sample)
    ranked = select(
        Resident.id,
        Resident.place_key,
        func.row_number().over(partition_by=Resident.place_key, order_by=func.random()).label("turn"),
    ).join(chosen, chosen.c.id == Resident.id)
    turns = ranked.subquery()
    fits = [
        and_(func.coalesce(turns.c.place_key, literal("")) == place, turns.c.turn <= number)
        for place, number in shares.items()
        if number
    ]
    return cast("Select[Any]", select(turns.c.id, turns.c.place_key).where(or_(*fits) if fits else literal(1) == 0))

"""Numbers about signing; never who signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import seconds_between
from bot.petitions.annulment.models import SigningFlag
from bot.petitions.annulment.rules import YOUNG_MINUTES, Watch, Window
from bot.petitions.models import Annulment, Petition, Signature
from bot.petitions.rules import OPEN_FOR_WITHDRAWAL
from bot.residents.models import Resident

_STANDING = Signature.withdrawn_at.is_(None)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag in the moderators' list."""

    id: int
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Bands:
    """The standing signatures of a window by how old their accounts were when they signed."""

    total: int
    younger: tuple[int, ...]
    """How many were younger than each of `YOUNG_MINUTES`; each counts those before it too."""
    from_place: int
    """How many live in the petition's own place, as far as they said."""


def in_window(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Signatures of a span of time, the end not included."""
    return and_(Signature.signed_at >= start, Signature.signed_at < end)


def younger_than(session: AsyncSession, minutes: int) -> ColumnElement[bool]:
    """Signatures whose account was younger than so many minutes when it signed. One whose number came to another
    account later than it signed is not among them."""
    age = seconds_between(session, Resident.created_at, Signature.signed_at)
    return exists().where(Resident.id == Signature.resident_id, age >= 0, age < minutes * 60)


async def busy(session: AsyncSession, start: datetime, end: datetime, least: int) -> list[int]:
    """Petitions open for signing that got so many signatures in a span of time."""
    rows = await session.scalars(
        select(Signature.petition_id)
        .join(Petition, Petition.id == Signature.petition_id)
        .where(Petition.state.in_(OPEN_FOR_WITHDRAWAL), in_window(start, end), _STANDING)
        .group_by(Signature.petition_id)
        .having(func.count() >= least)
        .order_by(Signature.petition_id)
    )
    return list(rows)


async def window_of(
    session: AsyncSession, petition: Petition, start: datetime, end: datetime, numbers: Watch
) -> Window:
    """What a petition got in a span of time, against what it usually gets."""
    fresh_minutes = int(numbers.fresh_age / timedelta(minutes=1))
    counted = (
        await session.execute(
            select(func.count(), func.sum(case((younger_than(session, fresh_minutes), 1), else_=0))).where(
                Signature.petition_id == petition.id, in_window(start, end), _STANDING
            )
        )
    ).one()
    since = max(start - numbers.usual, petition.opened_at)
    before = await session.scalar(
        select(func.count()).where(Signature.petition_id == petition.id, in_window(since, start), _STANDING)
    )
    spans = (start - since) / (end - start)
    usual = int(before or 0) / spans if spans > 0 else 0.0
    return Window(int(counted[0]), int(counted[1] or 0), usual)


async def bands(session: AsyncSession, petition: Petition, start: datetime, end: datetime) -> Bands:
    """The window by the age of accounts."""
    local = exists().where(
        Resident.id == Signature.resident_id,
        or_(Resident.place_key == petition.place_key, Resident.place_key.like(f"{petition.place_key}/%")),
    )
    row = (
        await session.execute(
            select(
                func.count(),
                func.sum(case((local, 1), else_=0)),
                *(func.sum(case((younger_than(session, minutes), 1), else_=0)) for minutes in YOUNG_MINUTES),
            ).where(Signature.petition_id == petition.id, in_window(start, end), _STANDING)
        )
    ).one()
    return Bands(int(row[0]), tuple(int(count or 0) for count in row[2:]), int(row[1] or 0))


async def chosen_count(session: AsyncSession, number: int, chosen: ColumnElement[bool]) -> int:
    """How many standing signatures of a petition a choice means."""
    counted = select(func.count()).where(Signature.petition_id == number, _STANDING, chosen)
    return int(await session.scalar(counted) or 0)


async def open_flags(session: AsyncSession, limit: int) -> Sequence[FlagLine]:
    """What waits for a moderator, oldest first."""
    rows = await session.execute(
        select(SigningFlag.id, Petition.id, Petition.title)
        .join(Petition, Petition.id == SigningFlag.petition_id)
        .where(SigningFlag.closed_at.is_(None))
        .order_by(SigningFlag.id)
        .limit(limit)
    )
    return [FlagLine(*row) for row in rows]


async def flags_open(session: AsyncSession) -> int:
    """How many flags wait for a moderator."""
    counted = select(func.count()).select_from(SigningFlag).where(SigningFlag.closed_at.is_(None))
    return int(await session.scalar(counted) or 0)


async def last_annulments(session: AsyncSession, limit: int) -> Sequence[Annulment]:
    """What was annulled last, newest first."""
    return (await session.scalars(select(Annulment).order_by(Annulment.id.desc()).limit(limit))).all()

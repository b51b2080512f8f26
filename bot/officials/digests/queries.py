"""What a digest says: reads over the petitions of some bodies and of their territory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.officials.digests.rules import numbers
from bot.petitions.follow_up.queries import deeds_of, opinions
from bot.petitions.follow_up.rules import Deed
from bot.petitions.models import Petition, PetitionEvent, Signature
from bot.petitions.rules import Action, State
from bot.residents.models import Resident, Role, RoleGrant

SHEET_ROWS: Final = 4_000
"""Petitions in a table at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section: those named, and how many there are in all."""

    petitions: Sequence[Petition]
    count: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What signers say of one decision."""

    petition: Petition
    satisfied: int
    unsatisfied: int
    deeds: Mapping[Deed, int]


@dataclass(frozen=True, slots=True)
class Grown:
    """A subject with its signatures of the last days and of as many days before."""

    subject: str
    signatures: int
    before: int


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a digest says."""

    overdue: Part
    awaiting: Part
    supported: Part
    near: Part
    new: Part
    judged: Sequence[Judged]
    grown: Sequence[Grown]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is new."""
        return not any(part.count for part in (self.overdue, self.awaiting, self.supported, self.near, self.new))


@dataclass(frozen=True, slots=True)
class Speaker:
    """An official who may get digests."""

    resident_id: int
    body_keys: tuple[str, ...]
    is_head: bool


async def speakers(session: AsyncSession, resident_id: int | None = None) -> list[Speaker]:
    """Everybody who speaks for a body, with the bodies; or one person only."""
    chosen = (
        select(RoleGrant.resident_id, RoleGrant.body_key, RoleGrant.is_head)
        .join(Resident, Resident.id == RoleGrant.resident_id)
        .where(RoleGrant.role == Role.OFFICIAL, RoleGrant.revoked_at.is_(None), Resident.erased_at.is_(None))
        .order_by(RoleGrant.resident_id, RoleGrant.id)
    )
    if resident_id is not None:
        chosen = chosen.where(RoleGrant.resident_id == resident_id)
    bodies: dict[int, list[str]] = {}
    heads: set[int] = set()
    for person, body_key, is_head in await session.execute(chosen):
        if body_key is not None and body_key not in bodies.setdefault(person, []):
            bodies[person].append(body_key)
        if is_head:
            heads.add(person)
    return [Speaker(person, tuple(keys), person in heads) for person, keys in bodies.items()]


def _ours(body_keys: Collection[str]) -> Any:
    return Petition.body_key.in_(body_keys)


def _here(body_keys: Collection[str], places: Collection[str]) -> Any:
    """Addressed to the bodies, or about their territory."""
    return or_(_ours(body_keys), Petition.place_key.in_(places)) if places else _ours(body_keys)


_SEEN: Final = Petition.hidden_since.is_(None)


async def _part(session: AsyncSession, chosen: Any, *order: Any) -> Part:
    count = await session.scalar(select(func.count()).select_from(Petition).where(chosen)) or 0
    if not count:
        return Part((), 0)
    found = await session.scalars(select(Petition).where(chosen).order_by(*order).limit(numbers().named))
    return Part(found.all(), count)


async def contents(
    session: AsyncSession,
    body_keys: Collection[str],
    places: Collection[str],
    *,
    since: datetime,
    today: date,
    now: datetime,
) -> Contents:
    """What a digest says to somebody who speaks for these bodies, whose territory is these places.

    `since` is when the last one came.
    """
    ours = _ours(body_keys)
    late = and_(ours, Petition.state == State.CONSIDERING, Petition.due_on < today)
    waits = and_(
        ours, or_(Petition.state == State.SENT, and_(Petition.state == State.CONSIDERING, Petition.due_on >= today))
    )
    near = and_(
        ours,
        _SEEN,
        Petition.state == State.PUBLISHED,
        Petition.threshold_votes > 0,
        Petition.signature_count * 100 >= Petition.threshold_votes * numbers().near_percent,
    )
    new = and_(
        _here(body_keys, places),
        _SEEN,
        Petition.state.in_((State.PUBLISHED, State.SUPPORTED)),
        Petition.published_at > since,
    )
    return Contents(
        await _part(session, late, Petition.due_on, Petition.id),
        await _part(session, waits, func.coalesce(Petition.due_on, date.max), Petition.sent_at, Petition.id),
        await _part(
            session, and_(ours, _SEEN, Petition.state == State.SUPPORTED), Petition.supported_at.desc(), Petition.id
        ),
        await _part(
            session,
            near,
            (Petition.signature_count * 1000 / func.nullif(Petition.threshold_votes, 0)).desc(),
            Petition.id,
        ),
        await _part(session, new, Petition.published_at.desc(), Petition.id.desc()),
        await judged(session, body_keys, numbers().decisions),
        await grown(session, body_keys, places, now),
    )


async def judged(session: AsyncSession, body_keys: Collection[str], size: int) -> list[Judged]:
    """The last decisions of the bodies with what signers say of them."""
    found = (
        await session.scalars(
            select(Petition)
            .where(_ours(body_keys), Petition.state == State.DECIDED)
            .order_by(Petition.decided_at.desc(), Petition.id.desc())
            .limit(size)
        )
    ).all()
    ids = [petition.id for petition in found]
    said, deeds = await opinions(session, ids), await deeds_of(session, ids)
    return [Judged(one, *said.get(one.id, (0, 0)), deeds.get(one.id, {})) for one in found]


async def grown(
    session: AsyncSession, body_keys: Collection[str], places: Collection[str], now: datetime
) -> list[Grown]:
    """The subjects with the most new signatures of the last days, the most first."""
    span = timedelta(days=numbers().growth_days)

    async def counted(begin: datetime, end: datetime) -> dict[str, int]:
        rows = await session.execute(
            select(Petition.subject, func.count())
            .join(Signature, Signature.petition_id == Petition.id)
            .where(
                _here(body_keys, places),
                _SEEN,
                Petition.published_at.is_not(None),
                Petition.subject.is_not(None),
                Signature.withdrawn_at.is_(None),
                Signature.signed_at > begin,
                Signature.signed_at <= end,
            )
            .group_by(Petition.subject)
        )
        return {subject: int(count) for subject, count in rows if subject is not None}

    recent = await counted(now - span, now)
    before = await counted(now - 2 * span, now - span)
    most = sorted(recent.items(), key=lambda one: (-one[1], one[0]))[: numbers().subjects]
    return [Grown(subject, count, before.get(subject, 0)) for subject, count in most]


async def everything(session: AsyncSession, body_keys: Collection[str]) -> list[Petition]:
    """All public petitions of the bodies for the table: what waits first, by due date."""
    states = (State.CONSIDERING, State.SENT, State.SUPPORTED, State.PUBLISHED, State.DECIDED)
    found = await session.scalars(
        select(Petition)
        .where(_ours(body_keys), _SEEN, Petition.state.in_(states))
        .order_by(func.coalesce(Petition.due_on, date.max), Petition.signature_count.desc(), Petition.id)
        .limit(SHEET_ROWS)
    )
    rank = {state: index for index, state in enumerate(states)}
    return sorted(found.all(), key=lambda petition: rank[petition.state])


@dataclass(frozen=True, slots=True)
class Week:
    """What happened to the petitions of some bodies in one week."""

    monday: date
    came: int
    """Petitions sent to the bodies."""
    decided: int
    signatures: int
    """New signatures under petitions addressed to the bodies."""


async def weeks(
    session: AsyncSession, body_keys: Collection[str], last_monday: date, count: int, zone: ZoneInfo
) -> list[Week]:
    """The weeks before a Monday, oldest first."""
    first = last_monday - timedelta(weeks=count)
    begin = datetime.combine(first, datetime.min.time(), zone)
    end = datetime.combine(last_monday, datetime.min.time(), zone)
    came, done, signed = [0] * count, [0] * count, [0] * count

    def slot(moment: datetime) -> int:
        return (moment.astimezone(zone).date() - first).days // 7

    events = await session.execute(
        select(PetitionEvent.at, PetitionEvent.action)
        .join(Petition, Petition.id == PetitionEvent.petition_id)
        .where(
            func.coalesce(PetitionEvent.body_key, Petition.body_key).in_(body_keys),
            PetitionEvent.at >= begin,
            PetitionEvent.at < end,
            PetitionEvent.action.in_((Action.SEND.value, Action.DECIDE.value)),
        )
    )
    for at, action in events:
        (came if action == Action.SEND.value else done)[slot(at)] += 1
    for week in range(count):
        start = datetime.combine(first + timedelta(weeks=week), datetime.min.time(), zone)
        signed[week] = (
            await session.scalar(
                select(func.count())
                .select_from(Signature)
                .join(Petition, Petition.id == Signature.petition_id)
                .where(
                    _ours(body_keys),
                    Signature.withdrawn_at.is_(None),
                    Signature.signed_at >= start,
                    Signature.signed_at < start + timedelta(weeks=1),
                )
            )
            or 0
        )
    return [Week(first + timedelta(weeks=week), came[week], done[week], signed[week]) for week in range(count)]

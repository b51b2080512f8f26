"""Reads for cards, lists and pictures; nothing here changes anything."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.language.search import query_terms
from bot.petitions import rules
from bot.petitions.models import Follow, Petition, RejectionReason, Signature
from bot.petitions.rules import State

PAGE_SIZE: Final = 5
"""Entries of a list on one screen."""

MOST_TERMS: Final = 8
"""A longer query is a text, not a search; its first words stand for it."""

MOST_TERMS_OF_WISH: Final = 16

LAST_NUMBER: Final = 2**63 - 1
"""The largest number a petition can have; a forged button may carry any."""

LAST_PAGE: Final = 9_999


class ListKind(enum.Enum):
    """The lists a resident can page through."""

    NEAR = "near"
    POPULAR = "popular"
    NEW = "new"
    CLOSING = "closing"
    ANSWERED = "answered"
    WORDS = "words"
    """Found by the words somebody searched for."""
    WISH = "wish"
    """Petitions like what somebody wrote."""
    MINE = "mine"
    SIGNED = "signed"
    FOLLOWED = "followed"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a resident, possibly staff, possibly with the key of the direct link."""

    resident_id: int | None = None
    is_staff: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """All a card shows: the petition and what it is to the viewer."""

    petition: Petition
    receipt: str | None
    """Number of the viewer's standing signature."""
    follows: bool
    is_author: bool
    reason: RejectionReason | None
    key: str | None
    """Key of the direct link while the petition is not public."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list."""

    kind: ListKind
    page: int
    """Counted from 0."""
    petitions: Sequence[Petition]
    has_next: bool
    words: str | None = None


_receipt: Final = (
    select(Signature.receipt)
    .where(
        Signature.petition_id == Petition.id,
        Signature.resident_id == bindparam("viewer"),
        Signature.withdrawn_at.is_(None),
    )
    .order_by(Signature.id)
    .limit(1)
    .scalar_subquery()
)
_follows: Final = exists().where(Follow.petition_id == Petition.id, Follow.resident_id == bindparam("viewer"))
# Every tap on a card asks this: one statement, built once.
_CARD: Final = select(Petition, _receipt, _follows).where(Petition.id == bindparam("number"))
_CARD_LOCKED: Final = _CARD.with_for_update(of=Petition).execution_options(populate_existing=True)


async def card(session: AsyncSession, number: int, viewer: Viewer, *, lock: bool = False) -> Card | None:
    """A petition as this viewer may see it; None when there is none or it is not for them yet.

    Before publication only those read it who have the direct link, signed it, wrote it, or are staff (art. 90-2(7)).
    `lock` holds the petition's row until the transaction ends.
    """
    if not 0 < number <= LAST_NUMBER:
        return None
    sought = {"number": number, "viewer": viewer.resident_id}
    found = (await session.execute(_CARD_LOCKED if lock else _CARD, sought)).one_or_none()
    if found is None:
        return None
    petition: Petition = found[0]
    receipt: str | None = found[1]
    follows = bool(found[2])
    is_author = viewer.resident_id is not None and petition.author_id == viewer.resident_id
    # What was public once stays readable by its number: a petition withdrawn later says so.
    is_public = petition.state in rules.PUBLIC or petition.published_at is not None
    invited = viewer.key == petition.access_key
    if not (is_public or invited or receipt or follows or is_author or viewer.is_staff):
        return None
    reason = None
    if petition.reason_code is not None:
        reason = await session.get(RejectionReason, petition.reason_code)
    key = None if is_public else petition.access_key
    return Card(petition, receipt, follows, is_author, reason, key)


def _chosen(kind: ListKind, viewer: Viewer, places: Mapping[str, int]) -> Select[Any]:
    chosen = select(Petition)
    open_now = Petition.state.in_((State.PUBLISHED, State.SUPPORTED))
    match kind:
        case ListKind.NEAR:
            nearness = case(dict(places), value=Petition.place_key)
            return chosen.where(open_now, Petition.place_key.in_(places)).order_by(
                nearness, Petition.signature_count.desc(), Petition.id.desc()
            )
        case ListKind.POPULAR:
            return chosen.where(open_now).order_by(Petition.signature_count.desc(), Petition.id.desc())
        case ListKind.NEW:
            return chosen.where(open_now).order_by(Petition.published_at.desc(), Petition.id.desc())
        case ListKind.CLOSING:
            return chosen.where(Petition.state == State.PUBLISHED).order_by(Petition.closes_on, Petition.id)
        case ListKind.ANSWERED:
            return chosen.where(Petition.state == State.DECIDED).order_by(
                Petition.decided_at.desc(), Petition.id.desc()
            )
        case ListKind.MINE:
            return chosen.where(Petition.author_id == viewer.resident_id).order_by(Petition.id.desc())
        case ListKind.SIGNED:
            # Two accounts of one person that became one may hold two signatures under one petition.
            signed = (
                select(Signature.petition_id, func.max(Signature.signed_at).label("at"))
                .where(Signature.resident_id == viewer.resident_id, Signature.withdrawn_at.is_(None))
                .group_by(Signature.petition_id)
                .subquery()
            )
            return chosen.join(signed, signed.c.petition_id == Petition.id).order_by(
                signed.c.at.desc(), Petition.id.desc()
            )
        case ListKind.FOLLOWED:
            return (
                chosen.join(Follow, Follow.petition_id == Petition.id)
                .where(Follow.resident_id == viewer.resident_id)
                .order_by(Follow.since.desc(), Petition.id.desc())
            )
        case ListKind.WORDS | ListKind.WISH:
            raise ValueError("a search by words has a query of its own")


async def listing(
    session: AsyncSession,
    kind: ListKind,
    viewer: Viewer,
    *,
    page: int = 0,
    size: int = PAGE_SIZE,
    places: Mapping[str, int] | None = None,
    words: str | None = None,
) -> Listed:
    """One page of a list, or the last page when it has become shorter than that.

    `places`: keys near the viewer and how far each is, 0 being the nearest; `words`: what to search for.
    """
    page = min(max(page, 0), LAST_PAGE)
    if kind in {ListKind.WORDS, ListKind.WISH}:
        chosen = _search(words or "", is_wish=kind is ListKind.WISH)
        if chosen is None:
            return Listed(kind, 0, (), has_next=False, words=words)
    elif kind is ListKind.NEAR and not places:
        return Listed(kind, 0, (), has_next=False)
    else:
        chosen = _chosen(kind, viewer, places or {})
    found = (await session.scalars(chosen.offset(page * size).limit(size + 1))).all()
    if page > 0 and not found:
        count = await session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery()))
        page = max(int(count or 0) - 1, 0) // size
        found = (await session.scalars(chosen.offset(page * size).limit(size + 1))).all()
    return Listed(kind, page, found[:size], has_next=len(found) > size, words=words)


def _search(words: str, *, is_wish: bool) -> Select[Any] | None:
    """Public petitions that hold the words: most words first, then those that are open, then the larger ones.

    A wish tells a story, of which a petition like it shares a few words; somebody who searches names what they mean.
    """
    terms = list(dict.fromkeys(query_terms(words)))[: MOST_TERMS_OF_WISH if is_wish else MOST_TERMS]
    if not terms:
        return None
    hits = [Petition.search_key.contains(f" {term} ", autoescape=True) for term in terms]
    matched = sum((case((hit, 1), else_=0) for hit in hits[1:]), case((hits[0], 1), else_=0))
    least = min(len(terms), max(2, len(terms) // 4 if is_wish else (len(terms) + 1) // 2))
    is_open = case((Petition.state.in_((State.PUBLISHED, State.SUPPORTED)), 0), else_=1)
    return (
        select(Petition)
        .where(Petition.state.in_(rules.PUBLIC), or_(*hits), matched >= least)
        .order_by(matched.desc(), is_open, Petition.signature_count.desc(), Petition.id.desc())
    )


async def counts_of_mine(session: AsyncSession, resident_id: int) -> dict[ListKind, int]:
    """How many petitions the resident wrote, signed and follows."""
    counted = {
        ListKind.MINE: select(func.count()).where(Petition.author_id == resident_id),
        ListKind.SIGNED: select(func.count(Signature.petition_id.distinct())).where(
            Signature.resident_id == resident_id, Signature.withdrawn_at.is_(None)
        ),
        ListKind.FOLLOWED: select(func.count()).where(Follow.resident_id == resident_id),
    }
    row = (await session.execute(select(*(chosen.scalar_subquery() for chosen in counted.values())))).one()
    return {kind: int(count) for kind, count in zip(counted, row, strict=True)}


async def counts_by_state(session: AsyncSession) -> dict[State, int]:
    """How many petitions stand in each state."""
    rows = await session.execute(select(Petition.state, func.count()).group_by(Petition.state))
    return {state: int(count) for state, count in rows}


async def growth(session: AsyncSession, number: int, zone: str) -> list[tuple[date, int]]:
    """Signatures standing at the end of each local day on which the count moved, oldest first."""
    local = ZoneInfo(zone)
    moves: dict[date, int] = {}
    rows = await session.execute(
        select(Signature.signed_at, Signature.withdrawn_at).where(Signature.petition_id == number)
    )
    for signed_at, withdrawn_at in rows:
        _count(moves, signed_at, local, 1)
        if withdrawn_at is not None:
            _count(moves, withdrawn_at, local, -1)
    points: list[tuple[date, int]] = []
    total = 0
    for day in sorted(moves):
        total += moves[day]
        points.append((day, total))
    return points


def _count(moves: dict[date, int], at: datetime, zone: ZoneInfo, by: int) -> None:
    day = at.astimezone(zone).date()
    moves[day] = moves.get(day, 0) + by


async def live_key(session: AsyncSession, number: int) -> str | None:
    """The key of a petition's direct link, for messages that show it already."""
    found: str | None = await session.scalar(select(Petition.access_key).where(Petition.id == number))
    return found

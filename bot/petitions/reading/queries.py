"""Reads for cards, lists and pictures; nothing here changes anything."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.officials.decisions.queries import summaries
from bot.officials.models import Announcement
from bot.officials.queries import announced, officials_of
from bot.officials.rules import AnnouncementKind
from bot.petitions import rules
from bot.petitions.follow_up.queries import answer_check
from bot.petitions.follow_up.rules import AnswerCheck
from bot.petitions.models import Annulment, Follow, Petition, RejectionReason, Signature
from bot.petitions.rules import State

PAGE_SIZE: Final = 5
"""Entries of a list on one screen."""

CLOSING_SOON: Final = timedelta(days=14)
"""How near the last day of signing is of what "closes soon"."""

MOST_COUNTED: Final = 1_000
"""Entries of a list that are counted for "page 2 of 7"; nobody turns so many pages."""

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
class Annulled:
    """What its owner is told of an annulled signature."""

    receipt: str
    ground: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """What a body announced and decided about a petition."""

    discussion: Announcement | None = None
    group: Announcement | None = None
    summaries: Mapping[str, str] = field(default_factory=dict)
    """The decision in short, by language."""
    has_official: bool = True
    """Whether somebody speaks for the body in the bot."""


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
    is_staff: bool = False
    annulled: Annulled | None = None
    """That the viewer's signature was judged invalid."""
    check: AnswerCheck | None = None
    """Once it is decided: what signers say of the answer."""
    work: Work | None = None
    """Once the body has it: what it announced and decided."""

    @property
    def is_veiled(self) -> bool:
        """Whether the petition is out of sight for this viewer: reported or rejected after it was public."""
        return self.petition.hidden_since is not None and not (self.is_author or self.is_staff)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list."""

    kind: ListKind
    page: int
    """Counted from 0."""
    petitions: Sequence[Petition]
    has_next: bool
    words: str | None = None
    pages: int | None = None
    """How many pages there are; None when they are more than are counted."""

    @classmethod
    def of(
        cls,
        kind: ListKind,
        page: int,
        petitions: Sequence[Petition],
        total: int,
        *,
        size: int = PAGE_SIZE,
        words: str | None = None,
    ) -> Listed:
        """One page of a list of so many."""
        pages = max(-(-total // size), 1)
        return cls(kind, page, petitions, has_next=page + 1 < pages, words=words, pages=pages)


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
_annulled: Final = (
    select(Signature.id)
    .where(
        Signature.petition_id == Petition.id,
        Signature.resident_id == bindparam("viewer"),
        Signature.annulment_id.is_not(None),
    )
    .limit(1)
    .scalar_subquery()
)
_follows: Final = exists().where(Follow.petition_id == Petition.id, Follow.resident_id == bindparam("viewer"))
# Every tap on a card asks this: one statement, built once.
_CARD: Final = select(Petition, _receipt, _follows, _annulled).where(Petition.id == bindparam("number"))
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
    annulled = await _annulled_of(session, found[3]) if found[3] is not None and receipt is None else None
    if not (is_public or invited or receipt or follows or is_author or annulled or viewer.is_staff):
        return None
    reason = None
    if petition.reason_code is not None:
        reason = await session.get(RejectionReason, petition.reason_code)
    key = None if is_public else petition.access_key
    check = None
    if petition.state is State.DECIDED:
        may_answer = receipt is not None or is_author
        check = await answer_check(session, petition.id, viewer.resident_id, may_answer=may_answer)
    work = await _work(session, petition)
    return Card(petition, receipt, follows, is_author, reason, key, viewer.is_staff, annulled, check, work)


async def _work(session: AsyncSession, petition: Petition) -> Work | None:
    if petition.state is State.DECIDED:
        return Work(summaries=await summaries(session, petition.id))
    if petition.state not in {State.SENT, State.CONSIDERING}:
        return None
    has_official = bool(await officials_of(session, petition.body_key))
    if petition.state is State.SENT:
        return Work(has_official=has_official)
    return Work(
        await announced(session, petition.id, AnnouncementKind.DISCUSSION),
        await announced(session, petition.id, AnnouncementKind.GROUP),
        has_official=has_official,
    )


async def _annulled_of(session: AsyncSession, signature_id: int) -> Annulled | None:
    row = (
        await session.execute(
            select(Signature.receipt, Annulment.ground, Annulment.made_at)
            .join(Annulment, Annulment.id == Signature.annulment_id)
            .where(Signature.id == signature_id, Annulment.cleared_at.is_(None))
        )
    ).one_or_none()
    return Annulled(*row) if row is not None else None


def _chosen(kind: ListKind, viewer: Viewer, places: Mapping[str, int], today: date | None) -> Select[Any]:
    chosen = select(Petition)
    open_now = and_(Petition.state.in_((State.PUBLISHED, State.SUPPORTED)), Petition.hidden_since.is_(None))
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
            last = (today or date.max - CLOSING_SOON) + CLOSING_SOON
            return chosen.where(
                Petition.state == State.PUBLISHED, Petition.hidden_since.is_(None), Petition.closes_on <= last
            ).order_by(Petition.closes_on, Petition.id)
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
        case ListKind.WORDS:
            raise ValueError(f"{kind.value}: words are looked for by bot.petitions.search")


async def listing(
    session: AsyncSession,
    kind: ListKind,
    viewer: Viewer,
    *,
    page: int = 0,
    size: int = PAGE_SIZE,
    places: Mapping[str, int] | None = None,
    today: date | None = None,
) -> Listed:
    """One page of a list, or the last page when it has become shorter than that.

    `places`: keys near the viewer and how far each is, 0 being the nearest; `today`: from which it is counted whether a
    petition closes soon.
    """
    page = min(max(page, 0), LAST_PAGE)
    if kind is ListKind.NEAR and not places:
        return Listed(kind, 0, (), has_next=False, pages=1)
    chosen = _chosen(kind, viewer, places or {}, today)
    found = (await session.scalars(chosen.offset(page * size).limit(size + 1))).all()
    if page == 0 and len(found) <= size:
        return Listed(kind, 0, found, has_next=False, pages=1)
    numbers = chosen.with_only_columns(Petition.id).order_by(None).limit(MOST_COUNTED + 1).subquery()
    count = int(await session.scalar(select(func.count()).select_from(numbers)) or 0)
    if not found:
        page = max(count - 1, 0) // size
        found = (await session.scalars(chosen.offset(page * size).limit(size + 1))).all()
    pages = max(-(-count // size), 1) if count <= MOST_COUNTED else None
    return Listed(kind, page, found[:size], has_next=len(found) > size, pages=pages)


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

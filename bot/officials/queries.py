"""Reads about bodies and their inboxes: who speaks for one, what waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.language.fold import words
from bot.language.search import stems_of
from bot.officials.models import Absence, Announcement, Desk, GroupInbox, OfficialDraft
from bot.officials.rules import AWAITED, SEEN, AnnouncementKind, DraftKind, Section
from bot.petitions.models import Petition, PetitionEvent
from bot.petitions.rules import State
from bot.residents.models import Resident, Role, RoleGrant

PER_PAGE: Final = 5
MOST_TITLED: Final = 50


# --- people ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who speaks for a body."""

    resident_id: int
    telegram_id: int | None
    is_head: bool
    name: str | None
    """How they sign at work; None: not told."""
    away_until: date | None
    deputy_id: int | None


async def colleagues(session: AsyncSession, body_keys: Sequence[str]) -> list[Colleague]:
    """Who speaks for any of these bodies, stand-ins too, each once; heads first."""
    found = await session.execute(
        select(
            RoleGrant.resident_id,
            Resident.telegram_id,
            func.max(case((RoleGrant.is_head, 1), else_=0)),
            func.max(Desk.name),
            func.max(Absence.until),
            func.max(Absence.deputy_id),
        )
        .join(Resident, Resident.id == RoleGrant.resident_id)
        .outerjoin(Desk, Desk.resident_id == RoleGrant.resident_id)
        .outerjoin(Absence, and_(Absence.resident_id == RoleGrant.resident_id, Absence.ended_at.is_(None)))
        .where(RoleGrant.role == Role.OFFICIAL, RoleGrant.body_key.in_(body_keys), RoleGrant.revoked_at.is_(None))
        .group_by(RoleGrant.resident_id, Resident.telegram_id)
        .order_by(func.max(case((RoleGrant.is_head, 1), else_=0)).desc(), RoleGrant.resident_id)
    )
    return [Colleague(row[0], row[1], bool(row[2]), row[3], row[4], row[5]) for row in found]


def _present(people: Sequence[Colleague]) -> list[int]:
    """Those who are not away; all, when everybody is."""
    there = [one.resident_id for one in people if one.away_until is None]
    return there or [one.resident_id for one in people]


async def officials_of(session: AsyncSession, body_key: str) -> list[int]:
    """Ids of the residents who act for a body now: its officials and stand-ins, without those who are away."""
    return _present(await colleagues(session, [body_key]))


async def heads_of(session: AsyncSession, body_key: str) -> list[int]:
    """Ids of the heads of a body; of a head who is away, of the deputy."""
    heads = [one for one in await colleagues(session, [body_key]) if one.is_head]
    return sorted({one.deputy_id if one.deputy_id is not None else one.resident_id for one in heads})


async def responsible(session: AsyncSession, petition: Petition) -> list[int]:
    """Whom a petition waits for: the colleague it is assigned to (or the deputy), else everybody of the body."""
    people = await colleagues(session, [petition.body_key])
    for one in people:
        if one.resident_id == petition.assigned_to:
            return [one.deputy_id if one.deputy_id is not None else one.resident_id]
    return _present(people)


async def stands_in_for(session: AsyncSession, resident_id: int) -> tuple[int, ...]:
    """Ids of the absent officials whose deputy this is."""
    found = await session.scalars(
        select(Absence.resident_id).where(Absence.deputy_id == resident_id, Absence.ended_at.is_(None))
    )
    return tuple(found.all())


async def desk_name(session: AsyncSession, resident_id: int | None) -> str | None:
    """How somebody signs at work."""
    if resident_id is None:
        return None
    name: str | None = await session.scalar(select(Desk.name).where(Desk.resident_id == resident_id))
    return name


async def desk_names(session: AsyncSession, resident_ids: Sequence[int | None]) -> dict[int, str | None]:
    """How these people sign at work, those who do."""
    found = await session.execute(
        select(Desk.resident_id, Desk.name).where(Desk.resident_id.in_({one for one in resident_ids if one}))
    )
    return {row[0]: row[1] for row in found}


async def absence_of(session: AsyncSession, resident_id: int) -> Absence | None:
    """The absence somebody is on."""
    return await session.scalar(select(Absence).where(Absence.resident_id == resident_id, Absence.ended_at.is_(None)))


# --- petitions ------------------------------------------------------------------------------------------


async def waiting(session: AsyncSession, body_keys: Sequence[str]) -> list[Petition]:
    """Petitions on which these bodies have to act, by the day the answer is due, those not registered after them."""
    found = await session.scalars(
        select(Petition)
        .where(Petition.body_key.in_(body_keys), Petition.state.in_(AWAITED))
        .order_by(case((Petition.due_on.is_(None), 1), else_=0), Petition.due_on, Petition.sent_at, Petition.id)
    )
    return list(found.all())


async def titled(session: AsyncSession, body_keys: Sequence[str], text: str) -> list[Petition]:
    """Petitions these bodies see whose titles have every word of a text, in any form and spelling, or its beginning;
    what waits first, the newest on top."""
    wanted = [(word, set(stems_of(word))) for word in words(text)]
    rows = await session.execute(
        select(Petition.id, Petition.title)
        .where(Petition.body_key.in_(body_keys), Petition.state.in_(SEEN))
        .order_by(case((Petition.state.in_(AWAITED), 0), else_=1), Petition.id.desc())
    )
    found = [number for number, title in rows if wanted and _has_all(words(title), wanted)][:MOST_TITLED]
    petitions = {one.id: one for one in await session.scalars(select(Petition).where(Petition.id.in_(found)))}
    return [petitions[number] for number in found]


def _has_all(title: Sequence[str], wanted: Sequence[tuple[str, set[str]]]) -> bool:
    stems = {stem for word in title for stem in stems_of(word)}
    return all(own & stems or any(word.startswith(one) for word in title) for one, own in wanted)


async def bodies_without_officials(session: AsyncSession) -> list[tuple[str, int]]:
    """Bodies that have to act and for which nobody speaks in the bot, with how many petitions wait."""
    spoken_for = select(RoleGrant.body_key).where(RoleGrant.role == Role.OFFICIAL, RoleGrant.revoked_at.is_(None))
    found = await session.execute(
        select(Petition.body_key, func.count())
        .where(Petition.state.in_(AWAITED), Petition.body_key.not_in(spoken_for))
        .group_by(Petition.body_key)
        .order_by(func.count().desc(), Petition.body_key)
    )
    return [(key, int(count)) for key, count in found]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of one section of an inbox, with how much every section holds."""

    section: Section
    mine: bool
    body: int
    """Index of the body shown; -1: all."""
    page: int
    pages: int
    petitions: Sequence[Petition]
    counts: dict[Section, int]
    mine_count: int
    """How many of the section are assigned to the reader."""


def _in_section(section: Section, today: date) -> Any:
    late = and_(Petition.state == State.CONSIDERING, Petition.due_on < today)
    match section:
        case Section.WAITING:
            return Petition.state.in_(AWAITED)
        case Section.OVERDUE:
            return late
        case Section.NEW:
            return Petition.state == State.SENT
        case Section.WORK:
            return and_(Petition.state == State.CONSIDERING, Petition.due_on >= today)
        case Section.COMING:
            return and_(Petition.state.in_((State.PUBLISHED, State.SUPPORTED)), Petition.hidden_since.is_(None))
        case Section.DONE:
            return Petition.state == State.DECIDED


def _ordered(chosen: Select[Any], section: Section) -> Select[Any]:
    if section is Section.DONE:
        return chosen.order_by(Petition.decided_at.desc(), Petition.id.desc())
    if section is Section.COMING:
        needed = func.coalesce(func.nullif(Petition.threshold_votes, 0), 1_000_000_000)
        # The share in per mille, as whole numbers, so both databases order alike.
        return chosen.order_by(
            case((Petition.state == State.SUPPORTED, 0), else_=1),
            (Petition.signature_count * 1000 / needed).desc(),
            Petition.id,
        )
    # The day of sending stands for the due date while nothing is registered: old ones do not hide behind new ones.
    return chosen.order_by(
        case((Petition.due_on.is_(None), 1), else_=0), Petition.due_on, Petition.sent_at, Petition.id
    )


async def inbox(
    session: AsyncSession,
    body_keys: Sequence[str],
    section: Section,
    *,
    mine_of: Sequence[int],
    mine: bool,
    body: int,
    page: int,
    today: date,
    size: int = PER_PAGE,
) -> Inbox:
    """One page of a section, counted from 0; a page behind the last is the last.

    `mine_of` are the reader and the absent officials the reader stands in for.
    """
    of_body = Petition.body_key.in_(body_keys)
    sums = [func.sum(case((_in_section(one, today), 1), else_=0)) for one in Section]
    is_mine = Petition.assigned_to.in_(mine_of)
    of_mine = func.sum(case((and_(_in_section(section, today), is_mine), 1), else_=0))
    row = (await session.execute(select(*sums, of_mine).where(of_body, Petition.state.in_(SEEN)))).one()
    counts = {one: int(row[index] or 0) for index, one in enumerate(Section)}
    mine_count = int(row[len(counts)] or 0)
    total = mine_count if mine else counts[section]
    pages = max(-(-total // size), 1)
    page = min(max(page, 0), pages - 1)
    chosen = select(Petition).where(of_body, _in_section(section, today))
    if mine:
        chosen = chosen.where(is_mine)
    found = (await session.scalars(_ordered(chosen, section).limit(size).offset(page * size))).all()
    return Inbox(section, mine, body, page, pages, found, counts, mine_count)


async def history(session: AsyncSession, number: int) -> list[PetitionEvent]:
    """What happened to a petition, oldest first."""
    found = await session.scalars(
        select(PetitionEvent).where(PetitionEvent.petition_id == number).order_by(PetitionEvent.id)
    )
    return list(found.all())


async def last_event(session: AsyncSession, number: int) -> PetitionEvent | None:
    """What happened to a petition last."""
    return await session.scalar(
        select(PetitionEvent).where(PetitionEvent.petition_id == number).order_by(PetitionEvent.id.desc()).limit(1)
    )


async def was_done(session: AsyncSession, number: int, action: str) -> bool:
    """Whether something of this kind happened to a petition."""
    found = await session.scalar(
        select(PetitionEvent.id).where(PetitionEvent.petition_id == number, PetitionEvent.action == action).limit(1)
    )
    return found is not None


async def announced(session: AsyncSession, number: int, kind: AnnouncementKind) -> Announcement | None:
    """The announcement of a kind that holds for a petition."""
    return await session.scalar(
        select(Announcement)
        .where(Announcement.petition_id == number, Announcement.kind == kind)
        .order_by(Announcement.id.desc())
        .limit(1)
    )


async def announcement(session: AsyncSession, announcement_id: int) -> Announcement | None:
    """One announcement."""
    return await session.get(Announcement, announcement_id)


async def open_draft(session: AsyncSession, number: int, kind: DraftKind) -> OfficialDraft | None:
    """The open draft of a kind about a petition."""
    return await session.scalar(
        select(OfficialDraft).where(
            OfficialDraft.petition_id == number, OfficialDraft.kind == kind, OfficialDraft.closed_at.is_(None)
        )
    )


# --- group chats ----------------------------------------------------------------------------------------


async def groups_of(session: AsyncSession, body_key: str) -> list[GroupInbox]:
    """Group chats that are bound to a body."""
    found = await session.scalars(
        select(GroupInbox)
        .where(GroupInbox.body_key == body_key, GroupInbox.unbound_at.is_(None))
        .order_by(GroupInbox.id)
    )
    return list(found.all())


async def groups_of_all(session: AsyncSession, body_keys: Sequence[str]) -> list[GroupInbox]:
    """Group chats that are bound to any of these bodies."""
    found = await session.scalars(
        select(GroupInbox)
        .where(GroupInbox.body_key.in_(body_keys), GroupInbox.unbound_at.is_(None))
        .order_by(GroupInbox.id)
    )
    return list(found.all())


async def group_of_chat(session: AsyncSession, chat_id: int) -> GroupInbox | None:
    """The binding of a chat, proposed or standing."""
    return await session.scalar(
        select(GroupInbox).where(GroupInbox.chat_id == chat_id, GroupInbox.unbound_at.is_(None))
    )

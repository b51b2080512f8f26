"""Reading what waits for moderators."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.law.calendar import WorkingCalendar, local_date
from bot.petitions.models import Petition, PetitionEvent, RejectionReason
from bot.petitions.moderation.rules import (
    SECTION_STATE,
    Queue,
    ReasonText,
    Section,
    Waiting,
    time_left,
)
from bot.petitions.rules import Action, State

PER_PAGE: Final = 6

_ORDER: Final[dict[Section, tuple[Any, ...]]] = {
    # What is due first is oldest or overdue; a petition handed in again waits as long as a new one.
    Section.WAITING: (Petition.moderation_due, Petition.moderation_since, Petition.id),
    Section.SUPPORTED: (Petition.supported_at, Petition.id),
    Section.REJECTED: (Petition.ended_at.desc(), Petition.id.desc()),
}


async def queue(
    session: AsyncSession,
    section: Section,
    page: int,
    *,
    moderator_id: int,
    calendar: WorkingCalendar,
    zone: str,
    now: datetime,
) -> Queue:
    """One page of a section, counted from 0; a page behind the last is the last."""
    counts = dict.fromkeys(Section, 0)
    counted = await session.execute(
        select(Petition.state, func.count()).where(Petition.state.in_(SECTION_STATE.values())).group_by(Petition.state)
    )
    by_state = {row[0]: row[1] for row in counted}
    counts = {one: by_state.get(SECTION_STATE[one], 0) for one in Section}
    pages = max(-(-counts[section] // PER_PAGE), 1)
    page = min(max(page, 0), pages - 1)
    found = await session.scalars(
        select(Petition)
        .where(Petition.state == SECTION_STATE[section])
        .order_by(*_ORDER[section])
        .limit(PER_PAGE)
        .offset(page * PER_PAGE)
    )
    today = local_date(now, zone)
    rows = []
    for petition in found:
        is_locked = (
            petition.locked_by not in {None, moderator_id}
            and petition.locked_until is not None
            and petition.locked_until > now
        )
        is_waiting = section is Section.WAITING and petition.moderation_due is not None
        rows.append(
            Waiting(
                petition.id,
                petition.title,
                time_left(calendar, today, petition.moderation_due) if is_waiting and petition.moderation_due else None,
                petition.locked_until if is_locked else None,
            )
        )
    return Queue(section, page, pages, tuple(rows), counts)


async def waiting_count(session: AsyncSession) -> int:
    """How many petitions wait for a moderator."""
    counted = select(func.count()).where(Petition.state == State.MODERATION)
    return int(await session.scalar(counted) or 0)


async def others_of_place(session: AsyncSession, petition: Petition, limit: int = 5) -> list[Petition]:
    """Other petitions about the same place, public or under way, newest first: perhaps the same subject."""
    found = await session.scalars(
        select(Petition)
        .where(
            Petition.place_key == petition.place_key,
            Petition.id != petition.id,
            Petition.state.not_in((State.REJECTED, State.LAPSED, State.WITHDRAWN)),
        )
        .order_by(Petition.opened_at.desc(), Petition.id.desc())
        .limit(limit)
    )
    return list(found.all())


async def last_return(session: AsyncSession, number: int) -> str | None:
    """What a moderator wrote when the petition was returned last."""
    note: str | None = await session.scalar(
        select(PetitionEvent.note)
        .where(PetitionEvent.petition_id == number, PetitionEvent.action == Action.RETURN.value)
        .order_by(PetitionEvent.id.desc())
        .limit(1)
    )
    return note


def _as_text(row: RejectionReason) -> ReasonText:
    return ReasonText(
        row.code,
        {"kk": row.text_kk, "ru": row.text_ru, "en": row.text_en},
        row.article,
        row.active,
    )


async def reasons(session: AsyncSession, *, active_only: bool) -> list[ReasonText]:
    """The catalogue in its order."""
    wanted = select(RejectionReason).order_by(RejectionReason.position, RejectionReason.code)
    if active_only:
        wanted = wanted.where(RejectionReason.active)
    return [_as_text(row) for row in await session.scalars(wanted)]


async def reason(session: AsyncSession, code: str | None) -> ReasonText | None:
    """One reason of the catalogue; also one that is not offered any more."""
    row = await session.get(RejectionReason, code) if code else None
    return _as_text(row) if row else None

"""Reading what waits for moderators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.law.calendar import WorkingCalendar, local_date
from bot.petitions.annulment.models import SigningFlag
from bot.petitions.annulment.queries import flags_open
from bot.petitions.appeals.models import PetitionAppeal
from bot.petitions.models import Petition, PetitionEvent, RejectionReason
from bot.petitions.moderation.rules import (
    APPEAL_DAYS,
    REVIEW_DAYS,
    Left,
    Queue,
    ReasonText,
    Section,
    Waiting,
    time_left,
)
from bot.petitions.reports.models import PetitionReport
from bot.petitions.rules import REPORTABLE, Action, State

PER_PAGE: Final = 6

_IS_REPORTED: Final = exists().where(PetitionReport.petition_id == Petition.id, PetitionReport.closed_at.is_(None))
_IS_APPEALED: Final = exists().where(
    PetitionAppeal.petition_id == Petition.id,
    PetitionAppeal.filed_at.is_not(None),
    PetitionAppeal.decided_at.is_(None),
)
_APPEALED_AT: Final = select(PetitionAppeal.filed_at).where(PetitionAppeal.petition_id == Petition.id).scalar_subquery()
_WITHIN: Final[dict[Section, ColumnElement[bool]]] = {
    Section.WAITING: Petition.state == State.MODERATION,
    Section.REPORTED: and_(Petition.state.in_(REPORTABLE), _IS_REPORTED),
    Section.APPEALS: and_(Petition.state == State.REJECTED, _IS_APPEALED),
    Section.SUPPORTED: and_(Petition.state == State.SUPPORTED, Petition.hidden_since.is_(None)),
    Section.REJECTED: and_(Petition.state == State.REJECTED, ~_IS_APPEALED),
}

_ORDER: Final[dict[Section, tuple[Any, ...]]] = {
    # What is due first is oldest or overdue; a petition handed in again waits as long as a new one.
    Section.WAITING: (Petition.moderation_due, Petition.moderation_since, Petition.id),
    # What is out of sight costs its author days.
    Section.REPORTED: (case((Petition.hidden_since.is_(None), 1), else_=0), Petition.hidden_since, Petition.id),
    Section.APPEALS: (_APPEALED_AT, Petition.id),
    Section.SUPPORTED: (Petition.supported_at, Petition.id),
    Section.REJECTED: (Petition.ended_at.desc(), Petition.id.desc()),
}


def _within(section: Section, moderator_id: int) -> ColumnElement[bool]:
    """What is in a section for a moderator: no appeal that somebody else has to decide."""
    if section is not Section.APPEALS:
        return _WITHIN[section]
    theirs = exists().where(
        PetitionAppeal.petition_id == Petition.id,
        or_(PetitionAppeal.rejected_by == moderator_id, PetitionAppeal.author_id == moderator_id),
    )
    return and_(_WITHIN[section], ~theirs)


def _count(section: Section, moderator_id: int) -> ScalarSelect[int]:
    return select(func.count()).select_from(Petition).where(_within(section, moderator_id)).scalar_subquery()


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
    counted = (await session.execute(select(*(_count(one, moderator_id) for one in Section)))).one()
    counts = {one: int(count) for one, count in zip(Section, counted, strict=True)}
    pages = max(-(-counts[section] // PER_PAGE), 1)
    page = min(max(page, 0), pages - 1)
    found = await session.execute(
        select(Petition, _APPEALED_AT, RejectionReason)
        .outerjoin(RejectionReason, RejectionReason.code == Petition.reason_code)
        .where(_within(section, moderator_id))
        .order_by(*_ORDER[section])
        .limit(PER_PAGE)
        .offset(page * PER_PAGE)
    )
    today = local_date(now, zone)
    rows = []
    for petition, appealed_at, reason in found:
        is_locked = (
            petition.locked_by not in {None, moderator_id}
            and petition.locked_until is not None
            and petition.locked_until > now
        )
        rows.append(
            Waiting(
                petition.id,
                petition.title,
                left_of(petition, appealed_at if section is Section.APPEALS else None, calendar, zone, today),
                petition.locked_until if is_locked else None,
                {Section.SUPPORTED: petition.supported_at, Section.REJECTED: petition.ended_at}.get(section),
                _as_text(reason) if reason is not None and section is Section.REJECTED else None,
            )
        )
    return Queue(section, page, pages, tuple(rows), counts, await flags_open(session))


def left_of(
    petition: Petition, appealed_at: datetime | None, calendar: WorkingCalendar, zone: str, today: date
) -> Left | None:
    """How long a petition may still wait for its moderator; None where no term runs."""
    if appealed_at is not None:
        return time_left(calendar, today, calendar.last_day(local_date(appealed_at, zone), APPEAL_DAYS))
    if petition.state is State.MODERATION and petition.moderation_due is not None:
        return time_left(calendar, today, petition.moderation_due)
    if petition.state in REPORTABLE and petition.hidden_since is not None:
        return time_left(calendar, today, calendar.last_day(local_date(petition.hidden_since, zone), REVIEW_DAYS))
    return None


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


async def open_flag(session: AsyncSession, number: int) -> SigningFlag | None:
    """The flag of suspicious signing of a petition that nobody has settled yet."""
    return await session.scalar(
        select(SigningFlag).where(SigningFlag.petition_id == number, SigningFlag.closed_at.is_(None))
    )

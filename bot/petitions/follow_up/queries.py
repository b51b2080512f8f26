"""Reads of what people said after decisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import Delivery
from bot.petitions.follow_up.models import AnswerOpinion, DeedReport
from bot.petitions.follow_up.rules import AnswerCheck, Deed, PhotoState

WAS_IT_DONE = "was_it_done"
"""Kind of the delivery that asks whether a promise was kept; its reference is the petition."""


async def answer_check(session: AsyncSession, number: int, resident_id: int | None, *, may_answer: bool) -> AnswerCheck:
    """What was said of one decided petition, as this viewer sees it."""
    satisfied, unsatisfied = (await opinions(session, [number])).get(number, (0, 0))
    deeds = (await deeds_of(session, [number])).get(number, {})
    shown = await session.scalar(
        select(func.count())
        .select_from(DeedReport)
        .where(DeedReport.petition_id == number, DeedReport.photo_state == PhotoState.SHOWN)
    )
    asked = await session.scalar(
        select(Delivery.id).where(Delivery.kind == WAS_IT_DONE, Delivery.reference == number).limit(1)
    )
    own = own_deed = None
    may_tell = False
    if resident_id is not None:
        own = await session.scalar(
            select(AnswerOpinion).where(AnswerOpinion.petition_id == number, AnswerOpinion.resident_id == resident_id)
        )
        own_deed = await session.scalar(
            select(DeedReport.deed).where(DeedReport.petition_id == number, DeedReport.resident_id == resident_id)
        )
        may_tell = asked is not None and await was_asked(session, number, resident_id)
    return AnswerCheck(
        satisfied,
        unsatisfied,
        deeds,
        shown or 0,
        asked is not None,
        may_answer,
        own.answers if own is not None else None,
        own.why if own is not None else None,
        own_deed,
        may_tell,
    )


async def was_asked(session: AsyncSession, number: int, resident_id: int) -> bool:
    """Whether this person was asked if a promise was kept."""
    found = await session.scalar(
        select(Delivery.id)
        .where(Delivery.kind == WAS_IT_DONE, Delivery.reference == number, Delivery.resident_id == resident_id)
        .limit(1)
    )
    return found is not None


async def opinions(session: AsyncSession, numbers: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many say of each petition's decision that it answers the question, and how many that it does not."""
    rows = await session.execute(
        select(
            AnswerOpinion.petition_id,
            func.sum(case((AnswerOpinion.answers, 1), else_=0)),
            func.count(),
        )
        .where(AnswerOpinion.petition_id.in_(numbers))
        .group_by(AnswerOpinion.petition_id)
    )
    return {number: (int(yes), int(total) - int(yes)) for number, yes, total in rows}


async def deeds_of(session: AsyncSession, numbers: Collection[int]) -> dict[int, dict[Deed, int]]:
    """How many say of each petition that what was promised was done, in part, or not."""
    rows = await session.execute(
        select(DeedReport.petition_id, DeedReport.deed, func.count())
        .where(DeedReport.petition_id.in_(numbers))
        .group_by(DeedReport.petition_id, DeedReport.deed)
    )
    found: dict[int, dict[Deed, int]] = {}
    for number, deed, count in rows:
        found.setdefault(number, {})[deed] = int(count)
    return found


async def reasons_given(session: AsyncSession, number: int, size: int) -> Sequence[tuple[bool, str]]:
    """The newest lines in which people say why, for the body: whether it answers, and the words."""
    rows = await session.execute(
        select(AnswerOpinion.answers, AnswerOpinion.why)
        .where(AnswerOpinion.petition_id == number, AnswerOpinion.why.is_not(None))
        .order_by(AnswerOpinion.at.desc(), AnswerOpinion.id.desc())
        .limit(size)
    )
    return [(answers, why or "") for answers, why in rows]


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of what was done, or not."""

    id: int
    petition_id: int
    file_id: str
    deed: Deed
    index: int
    """Counted from 0 among those of the same list."""
    count: int


async def shown_photo(session: AsyncSession, number: int, index: int) -> Photo | None:
    """One of the photos of a petition that everybody may see, oldest first; the last one behind the last."""
    return await _photo(session, (DeedReport.petition_id == number, DeedReport.photo_state == PhotoState.SHOWN), index)


async def waiting_photo(session: AsyncSession) -> Photo | None:
    """The photo that waits longest for a moderator."""
    return await _photo(session, (DeedReport.photo_state == PhotoState.WAITING,), 0)


async def _photo(session: AsyncSession, chosen: tuple[Any, ...], index: int) -> Photo | None:
    count = await session.scalar(select(func.count()).select_from(DeedReport).where(*chosen)) or 0
    if not count:
        return None
    index = min(max(index, 0), count - 1)
    row = (
        await session.scalars(select(DeedReport).where(*chosen).order_by(DeedReport.id).offset(index).limit(1))
    ).first()
    if row is None or row.photo_id is None:
        return None
    return Photo(row.id, row.petition_id, row.photo_id, row.deed, index, count)

"""Which surveys somebody sees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.places.tree import Gazetteer
from bot.residents.models import Resident
from bot.surveys.models import Survey, SurveyInvitation
from bot.surveys.rules import SurveyState


async def open_for(
    session: AsyncSession, gazetteer: Gazetteer, resident: Resident, now: datetime, *, page: int, size: int
) -> tuple[list[Survey], bool]:
    """Surveys the person may answer, paused ones too, those that end first on top; and whether there are more.

    Drawn samples are seen by who was drawn; the others by everybody in their territory.
    """
    invited = exists(
        select(SurveyInvitation.survey_id).where(
            SurveyInvitation.survey_id == Survey.id, SurveyInvitation.resident_id == resident.id
        )
    )
    line: list[str] = []
    if resident.place_key is not None and gazetteer.get(resident.place_key) is not None:
        line = [resident.place_key, *(place.key for place in gazetteer.parents(resident.place_key))]
    here = or_(Survey.place_key.is_(None), Survey.place_key.in_(line))
    found = await session.scalars(
        select(Survey)
        .where(
            Survey.state.in_((SurveyState.OPEN, SurveyState.PAUSED)),
            or_(Survey.closes_at.is_(None), Survey.closes_at > now),
            or_(invited, and_(here, Survey.audience["sample"].as_integer().is_(None))),
        )
        .order_by(Survey.closes_at.is_(None), Survey.closes_at, Survey.id.desc())
        .offset(page * size)
        .limit(size + 1)
    )
    rows = list(found)
    return rows[:size], len(rows) > size


async def with_results(session: AsyncSession, *, page: int, size: int) -> tuple[list[Survey], bool]:
    """Published surveys that are over, the latest first; and whether there are more."""
    found = await session.scalars(
        select(Survey)
        .where(Survey.state == SurveyState.CLOSED, Survey.publish.is_(True))
        .order_by(Survey.closed_at.desc(), Survey.id.desc())
        .offset(page * size)
        .limit(size + 1)
    )
    rows = list(found)
    return rows[:size], len(rows) > size

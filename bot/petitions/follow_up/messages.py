"""What is told after a decision: whether it was done, and to moderators, that a photo waits."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Renderer, Telling
from bot.petitions.follow_up import views
from bot.petitions.follow_up.models import DeedReport
from bot.petitions.follow_up.queries import WAS_IT_DONE
from bot.petitions.follow_up.rules import PhotoState
from bot.petitions.models import Petition
from bot.petitions.reading.views import OpenPetitionTap
from bot.petitions.rules import State
from bot.screen import Screen


async def was_it_done(session: AsyncSession, telling: Telling) -> Screen | None:
    """To signers who live there, some months after the petition was satisfied."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state is not State.DECIDED:
        return None
    back = OpenPetitionTap(petition.id)
    return views.was_it_done_screen(telling.t, petition.id, petition.title, None, back)


async def photo_waiting(session: AsyncSession, telling: Telling) -> Screen | None:
    """To moderators; nothing when a colleague has looked at it meanwhile."""
    report = await session.get(DeedReport, telling.reference)
    if report is None or report.photo_state is not PhotoState.WAITING:
        return None
    return views.photo_waiting_screen(telling.t, report.petition_id)


FOLLOW_UP_RENDERERS: Final[dict[str, Renderer]] = {WAS_IT_DONE: was_it_done, "photo_waiting": photo_waiting}
"""The messages of this room, by kind of delivery."""

"""From a draft to the petitions like it, for the handlers of writing and of twins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import Translator
from bot.petitions.models import Draft, Petition
from bot.petitions.service import Petitions
from bot.petitions.twins import views
from bot.petitions.twins.service import Twins
from bot.places.tree import Place
from bot.residents.models import Resident
from bot.screen import Screen


def places_of(petitions: Petitions, *found: Petition) -> dict[str, Place]:
    """The places of petitions, by key."""
    known = {petition.place_key: petitions.gazetteer.get(petition.place_key) for petition in found}
    return {key: place for key, place in known.items() if place is not None}


async def draft_twins(
    session: AsyncSession,
    twins: Twins | None,
    t: Translator,
    draft: Draft,
    author: Resident,
    now: datetime,
    *,
    is_last: bool,
) -> Screen | None:
    """Petitions like a draft, before its author goes on (`is_last`: opens it); None when there are none.

    A draft that corrects a petition is past that: it has supporters.
    """
    if twins is None or draft.petition_id is not None:
        return None
    found = await twins.of_draft(session, draft, author, now)
    if not found:
        return None
    places = places_of(twins.petitions, *(twin.petition for twin in found))
    today = twins.petitions.today(now)
    return views.draft_twins_screen(t, draft.id, draft.version, found, places, today, is_last=is_last)

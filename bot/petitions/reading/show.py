"""From a petition's number to its card, for handlers, live messages and other rooms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import Translator
from bot.petitions.models import Petition
from bot.petitions.reading import views
from bot.petitions.reading.queries import Card, Viewer, card
from bot.petitions.rules import State
from bot.petitions.service import Petitions
from bot.petitions.writing.views import CorrectTap
from bot.places.bodies import Body, body_by_key
from bot.screen import Screen


async def petition_screen(
    session: AsyncSession,
    petitions: Petitions,
    t: Translator,
    number: int,
    viewer: Viewer,
    now: datetime,
    *,
    bot_username: str,
    in_group: bool = False,
) -> Screen | None:
    """A petition's card as this viewer may see it; None when there is none, or not for them."""
    found = await card(session, number, viewer)
    if found is None:
        return None
    return screen_of(petitions, t, found, now, bot_username=bot_username, in_group=in_group)


def body_of(petitions: Petitions, petition: Petition) -> Body | None:
    """The body a petition is addressed to; None when its place is no longer in the list of places."""
    return body_by_key(petitions.gazetteer, petition.body_key)


def screen_of(
    petitions: Petitions, t: Translator, found: Card, now: datetime, *, bot_username: str, in_group: bool
) -> Screen:
    """The card of a petition that was found, for a private chat or for a group."""
    petition = found.petition
    place = petitions.gazetteer.get(petition.place_key)
    body = body_of(petitions, petition)
    today = petitions.today(now)
    is_open = petitions.is_open(petition, now)
    if in_group:
        return views.group_card_screen(
            t, found, place, body, today, petitions.calendar, is_open=is_open, bot_username=bot_username
        )
    correct = CorrectTap(petition.id) if found.is_author and petition.state is State.RETURNED else None
    return views.card_screen(t, found, place, body, today, petitions.calendar, is_open=is_open, correct=correct)

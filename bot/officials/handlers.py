"""The inbox of officials: what they tap and type."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.officials import views
from bot.officials.views import InboxTap
from bot.petitions.queries import addressed_to
from bot.petitions.service import Petitions
from bot.places.bodies import body_by_key
from bot.residents.views import MenuTap
from bot.telegram.answers import Answer
from bot.telegram.context import Here, InPrivate, TapIs

router = Router(name="officials")


async def _inbox(here: Here, petitions: Petitions, page: int) -> Answer:
    if not here.body_keys:
        return here.show(views.not_official_screen(here.t))
    here.resident.expecting = None
    gazetteer = petitions.gazetteer
    bodies = [body for key in here.body_keys if (body := body_by_key(gazetteer, key)) is not None]
    addressed = await addressed_to(here.session, here.body_keys, page=page, size=views.PAGE_SIZE)
    known = {petition.place_key: gazetteer.get(petition.place_key) for petition in addressed.petitions}
    places = {key: place for key, place in known.items() if place is not None}
    return here.show(views.inbox_screen(here.t, bodies, addressed, places, petitions.today(here.now)))


@router.message(Command("inbox"), InPrivate())
async def inbox_command(message: Message, here: Here, petitions: Petitions) -> Answer:
    """/inbox."""
    return await _inbox(here, petitions, 0)


@router.callback_query(F.data == MenuTap(to="inbox").pack(), InPrivate())
async def inbox_from_menu(query: CallbackQuery, here: Here, petitions: Petitions) -> Answer:
    """The button in the main menu."""
    return await _inbox(here, petitions, 0)


@router.callback_query(TapIs(InboxTap), InPrivate())
async def inbox_page(query: CallbackQuery, here: Here, tap: InboxTap, petitions: Petitions) -> Answer:
    """A page of the inbox."""
    return await _inbox(here, petitions, tap.page)

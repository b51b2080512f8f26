"""/place: asking where somebody lives, by name, from the list or by location."""

from __future__ import annotations

from typing import Final

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.i18n import Html
from bot.places.bodies import bodies_of
from bot.places.finder import nearest
from bot.residents.dwelling import views
from bot.residents.dwelling.rules import units_meant
from bot.residents.dwelling.views import BrowseTap, ChooseTap, LocateTap
from bot.residents.service import Residents
from bot.residents.views import PlaceTap, cancelled_note
from bot.screen import Screen
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, InPrivate, TapIs

router = Router(name="dwelling")

EXPECTED: Final = "place"

LONGEST_NAME: Final = 60
"""Text longer than this that names no unit is no answer to where somebody lives."""


def _expect(here: Here) -> None:
    """Let the next plain text name the place; what waits for the place, "place:…", goes on waiting."""
    if (here.resident.expecting or "").partition(":")[0] != EXPECTED:
        here.resident.expecting = EXPECTED


def _ask(here: Here, residents: Residents, note: Html | None = None) -> Screen:
    _expect(here)
    return views.ask_screen(here.t, residents.place_of(here.resident), note)


@router.message(Command("place"), InPrivate())
async def place_command(message: Message, here: Here, residents: Residents) -> Answer:
    """/place: asks where the person lives."""
    here.resident.expecting = None
    return here.send(_ask(here, residents))


@router.callback_query(TapIs(PlaceTap), InPrivate())
async def ask(query: CallbackQuery, here: Here, residents: Residents) -> Answer:
    """Asks where the person lives."""
    return here.show(_ask(here, residents))


@router.callback_query(TapIs(BrowseTap), InPrivate())
async def browse(query: CallbackQuery, here: Here, residents: Residents, tap: BrowseTap) -> Answer:
    """A page of the list; a unit that no longer exists leads to the top of it."""
    _expect(here)
    within = residents.gazetteer.by_kato(tap.kato) if tap.kato is not None else None
    return here.show(views.browse_screen(here.t, residents.gazetteer, within, tap.page))


@router.callback_query(TapIs(ChooseTap), InPrivate())
async def choose(query: CallbackQuery, here: Here, residents: Residents, tap: ChooseTap) -> Answer:
    """The place is chosen: who answers for it."""
    gazetteer = residents.gazetteer
    place = gazetteer.by_kato(tap.kato)
    if place is None:
        return here.show(_ask(here, residents))
    residents.choose_place(here.resident, place)
    return here.show(views.chosen_screen(here.t, gazetteer, place, bodies_of(gazetteer, place.key)))


@router.callback_query(TapIs(LocateTap), InPrivate())
async def locate(query: CallbackQuery, here: Here) -> Answer:
    """Asks for the location with Telegram's own button."""
    _expect(here)
    return here.show(views.locate_screen(here.t))


@router.message(Expects(EXPECTED), F.text & ~F.text.startswith("/"))
async def typed(message: Message, here: Here, residents: Residents) -> Answer:
    """A typed name: one unit is confirmed, several are offered."""
    text = message.text or ""
    if text == here.t.plain("Cancel"):
        here.resident.expecting = None
        left = Screen(cancelled_note(here.t, was=EXPECTED), remove_below=True)
        return here.send(left) + here.send(_ask(here, residents))
    gazetteer = residents.gazetteer
    found = units_meant(gazetteer, text)
    if not found and len(text) > LONGEST_NAME:
        # Nobody's place is called like that: the person has gone on and says something else.
        here.resident.expecting = None
        raise SkipHandler
    if not found:
        return here.send(_ask(here, residents, views.not_found_note(here.t, text)))
    if len(found) == 1:
        return here.send(views.candidate_screen(here.t, gazetteer, found[0]))
    return here.send(views.candidates_screen(here.t, gazetteer, found))


async def _for_the_place(message: Message, here: Here) -> bool:
    """A location is about the place somebody lives in unless something else asked for one."""
    return here.is_private and (here.resident.expecting or EXPECTED).partition(":")[0] == EXPECTED


@router.message(F.location, _for_the_place)
async def located(message: Message, here: Here, residents: Residents) -> Answer:
    """A shared location: the nearest unit, as a guess. The location itself is not stored."""
    thanks = here.send(views.located_screen(here.t))
    if message.location is None:
        return thanks
    gazetteer = residents.gazetteer
    near = nearest(gazetteer, message.location.latitude, message.location.longitude)
    if near is None:
        return thanks + here.send(_ask(here, residents))
    return thanks + here.send(views.guess_screen(here.t, gazetteer, near))

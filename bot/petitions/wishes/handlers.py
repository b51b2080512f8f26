"""A wish in plain words, and the buttons under its answer."""

from __future__ import annotations

import re
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.language.greeting import is_greeting
from bot.petitions.reading.handlers import PLAIN_TEXT, named_petition, show_card
from bot.petitions.reading.views import BackTap, greeting_screen
from bot.petitions.search.queries import Search
from bot.petitions.service import Petitions
from bot.petitions.wishes import views
from bot.petitions.wishes.models import Wish
from bot.petitions.wishes.service import Wishes, WishGone
from bot.petitions.wishes.similar import similar_petitions
from bot.petitions.wishes.views import (
    AlikeEntryTap,
    AlikeTap,
    AnswerWishTap,
    ElsewhereTap,
    OthersTap,
    PickTap,
    StartWishTap,
    WishPlaceTap,
    WishTap,
    WishUnitTap,
)
from bot.petitions.writing.handlers import start
from bot.petitions.writing.service import Writing
from bot.petitions.writing.views import NewTap
from bot.places.bodies import body_by_code
from bot.places.finder import names_alone
from bot.places.tree import Gazetteer, Place
from bot.residents.dwelling.handlers import EXPECTED as PLACE_EXPECTED
from bot.residents.dwelling.rules import units_meant
from bot.residents.dwelling.views import ChooseTap, ask_screen, browse_screen
from bot.residents.service import Residents
from bot.residents.views import HomeTap
from bot.telegram.answers import Answer
from bot.telegram.context import Here, InPrivate, TapIs

router = Router(name="petitions.wishes")
"""Buttons under wishes; goes in before places and lists, whose buttons lead back to a wish when one waits."""
texts = Router(name="petitions.wishes.texts")
"""Plain text that nobody else expected; goes in after every other router."""

_LIST: Final = re.compile(r"w=(\d{1,18})(?:\.(\d{1,4}))?")
"""What `Resident.last_list` holds while a card was opened from a wish, or from a page of what is like it."""
_PLACE: Final = re.compile(rf"{PLACE_EXPECTED}:w(\d{{1,18}})")
"""What `Resident.expecting` holds while a place is chosen for a wish."""


async def _screen(here: Here, wishes: Wishes, search: Search, wish: Wish, toast: str | None = None) -> Answer:
    judged = wishes.judge(wish, here.resident, here.now, here.language)
    near = judged.place.key if judged.place is not None else here.resident.place_key
    similar = await similar_petitions(here.session, search, wish.text, near, here.now, twins=wishes.twins)
    places = _places(wishes.petitions, [petition.place_key for petition in similar.petitions])
    here.resident.expecting = None
    screen = views.wish_screen(here.t, judged, similar, places, wishes.petitions.today(here.now))
    return here.show(screen, toast)


def _places(petitions: Petitions, keys: list[str]) -> dict[str, Place]:
    known = {key: petitions.gazetteer.get(key) for key in keys}
    return {key: place for key, place in known.items() if place is not None}


async def _wish(here: Here, wishes: Wishes, number: int) -> Wish | Answer:
    """The wish of a button, or the answer to a button of one that is gone."""
    try:
        return await wishes.get(here.session, number, here.resident)
    except WishGone:
        return here.show(views.gone_screen(here.t))


@texts.message(InPrivate(), F.caption)
@texts.message(InPrivate(), PLAIN_TEXT)
async def written(message: Message, here: Here, petitions: Petitions, wishes: Wishes, search: Search) -> Answer:
    """Any text that nobody else expected is a wish: whose matter it is, petitions like it, and where to go."""
    text = message.text or message.caption or ""
    named = await named_petition(here, petitions, text)
    if named is not None:
        return named
    if is_greeting(text):
        return here.show(greeting_screen(here.t, HomeTap(), NewTap()))
    if not any(character.isalpha() for character in text):
        return here.show(views.wordless_screen(here.t))
    if names_alone(petitions.gazetteer, text) and (places := units_meant(petitions.gazetteer, text)):
        # The filter by place, which the buttons set, is to narrow nothing else.
        here.resident.last_words, here.resident.last_filters = None, None
        return here.show(views.places_named_screen(here.t, petitions.gazetteer, places, here.resident.place_key))
    return await _screen(here, wishes, search, await wishes.note(here.session, here.resident, text, here.now))


@router.callback_query(TapIs(WishTap), InPrivate())
async def show(query: CallbackQuery, here: Here, tap: WishTap, wishes: Wishes, search: Search) -> Answer:
    """The wish again."""
    wish = await _wish(here, wishes, tap.wish)
    return wish if isinstance(wish, Answer) else await _screen(here, wishes, search, wish)


@router.callback_query(TapIs(AnswerWishTap), InPrivate())
async def answer(query: CallbackQuery, here: Here, tap: AnswerWishTap, wishes: Wishes, search: Search) -> Answer:
    """The answer to the one question settles it; Back asks again."""
    wish = await _wish(here, wishes, tap.wish)
    if isinstance(wish, Answer):
        return wish
    wishes.answer(wish, tap.answer)
    return await _screen(here, wishes, search, wish)


@router.callback_query(TapIs(WishUnitTap), InPrivate())
async def unit_meant(
    query: CallbackQuery, here: Here, tap: WishUnitTap, wishes: Wishes, search: Search, gazetteer: Gazetteer
) -> Answer:
    """Which of several units of one name it is about."""
    wish = await _wish(here, wishes, tap.wish)
    if isinstance(wish, Answer):
        return wish
    place = gazetteer.by_kato(tap.kato)
    if place is not None:
        wishes.mean(wish, place)
    return await _screen(here, wishes, search, wish)


@router.callback_query(TapIs(OthersTap), InPrivate())
async def others(query: CallbackQuery, here: Here, tap: OthersTap, wishes: Wishes) -> Answer:
    """«Not this body»."""
    wish = await _wish(here, wishes, tap.wish)
    if isinstance(wish, Answer):
        return wish
    return here.show(views.others_screen(here.t, wishes.judge(wish, here.resident, here.now, here.language)))


@router.callback_query(TapIs(PickTap), InPrivate())
async def pick(
    query: CallbackQuery, here: Here, tap: PickTap, wishes: Wishes, search: Search, gazetteer: Gazetteer
) -> Answer:
    """A body chosen against the proposal."""
    wish = await _wish(here, wishes, tap.wish)
    if isinstance(wish, Answer):
        return wish
    wishes.pick(wish, body_by_code(gazetteer, tap.body) if tap.body else None)
    return await _screen(here, wishes, search, wish)


@router.callback_query(TapIs(ElsewhereTap), InPrivate())
async def elsewhere(query: CallbackQuery, here: Here, tap: ElsewhereTap, wishes: Wishes) -> Answer:
    """Whom to ask instead."""
    wish = await _wish(here, wishes, tap.wish)
    if isinstance(wish, Answer):
        return wish
    return here.show(views.elsewhere_screen(here.t, wishes.judge(wish, here.resident, here.now, here.language)))


@router.callback_query(TapIs(StartWishTap), InPrivate())
async def begin(
    query: CallbackQuery, here: Here, tap: StartWishTap, wishes: Wishes, writing: Writing, residents: Residents
) -> Answer:
    """A petition with the words of the wish, and with what is settled of it."""
    wish = await _wish(here, wishes, tap.wish)
    if isinstance(wish, Answer):
        return wish
    wanted = wishes.wanted(wishes.judge(wish, here.resident, here.now, here.language))
    return await start(here, writing, residents, text=wish.text, fresh=True, wanted=wanted)


# --- where the person lives ---------------------------------------------------------------------------------------


@router.callback_query(TapIs(WishPlaceTap), InPrivate())
async def ask_place(
    query: CallbackQuery, here: Here, tap: WishPlaceTap, wishes: Wishes, residents: Residents
) -> Answer:
    """Where does the person live; who is known to live in a district, in which part of it."""
    wish = await _wish(here, wishes, tap.wish)
    if isinstance(wish, Answer):
        return wish
    here.resident.expecting = f"{PLACE_EXPECTED}:w{wish.id}"
    current = residents.place_of(here.resident)
    if current is not None and residents.gazetteer.children(current.key):
        return here.show(browse_screen(here.t, residents.gazetteer, current, 0))
    return here.show(ask_screen(here.t, current))


async def _for_a_wish(query: CallbackQuery, here: Here) -> bool | dict[str, int]:
    waiting = _PLACE.fullmatch(here.resident.expecting or "")
    return {"waiting": int(waiting[1])} if waiting is not None else False


@router.callback_query(TapIs(ChooseTap), InPrivate(), _for_a_wish)
async def take_place(
    query: CallbackQuery,
    here: Here,
    tap: ChooseTap,
    waiting: int,
    wishes: Wishes,
    search: Search,
    residents: Residents,
) -> Answer:
    """The place is chosen: back to the wish that waits for it."""
    place = residents.gazetteer.by_kato(tap.kato)
    here.resident.expecting = None
    if place is None:
        return here.show(ask_screen(here.t, residents.place_of(here.resident)))
    residents.choose_place(here.resident, place)
    wish = await _wish(here, wishes, waiting)
    if isinstance(wish, Answer):
        return wish
    return await _screen(here, wishes, search, wish, views.place_taken_toast(here.t, place))


# --- petitions like it --------------------------------------------------------------------------------------------


async def _alike(here: Here, wishes: Wishes, search: Search, number: int, page: int) -> Answer:
    wish = await _wish(here, wishes, number)
    if isinstance(wish, Answer):
        return wish
    similar = await similar_petitions(
        here.session, search, wish.text, here.resident.place_key, here.now, page=max(page, 0)
    )
    places = _places(wishes.petitions, [petition.place_key for petition in similar.petitions])
    return here.show(views.alike_screen(here.t, wish.id, similar, places, wishes.petitions.today(here.now)))


@router.callback_query(TapIs(AlikeTap), InPrivate())
async def alike(query: CallbackQuery, here: Here, tap: AlikeTap, wishes: Wishes, search: Search) -> Answer:
    """A page of all petitions like the wish."""
    return await _alike(here, wishes, search, tap.wish, tap.page)


@router.callback_query(TapIs(AlikeEntryTap), InPrivate())
async def open_alike(query: CallbackQuery, here: Here, tap: AlikeEntryTap, petitions: Petitions) -> Answer:
    """The card of a petition like the wish."""
    here.resident.last_list = f"w={tap.wish}" if tap.page is None else f"w={tap.wish}.{tap.page}"
    return await show_card(here, petitions, tap.number)


async def _from_a_wish(query: CallbackQuery, here: Here) -> bool | dict[str, re.Match[str]]:
    origin = _LIST.fullmatch(here.resident.last_list or "")
    return {"origin": origin} if origin is not None else False


@router.callback_query(TapIs(BackTap), InPrivate(), _from_a_wish)
async def back(query: CallbackQuery, here: Here, origin: re.Match[str], wishes: Wishes, search: Search) -> Answer:
    """From a card back to the wish, or to the page of petitions like it."""
    if origin[2] is not None:
        return await _alike(here, wishes, search, int(origin[1]), int(origin[2]))
    wish = await _wish(here, wishes, int(origin[1]))
    return wish if isinstance(wish, Answer) else await _screen(here, wishes, search, wish)

"""Searching: words typed after /find or on its screen, filters, topics. Goes before the handlers of reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiogram import F, Router
from aiogram.filters import BaseFilter, Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.petitions.reading import views as reading_views
from bot.petitions.reading.handlers import LONGEST_WORDS, PLAIN_TEXT, WORDS_EXPECTED, named_petition, show_ways
from bot.petitions.reading.queries import ListKind
from bot.petitions.reading.views import BackTap, FindTap, ListTap, TopicsTap, WordsTap
from bot.petitions.search import views
from bot.petitions.search.queries import Found, Search
from bot.petitions.search.rules import NEAR, Filters, Standing
from bot.petitions.search.shelves import shelves
from bot.petitions.search.views import DimensionTap, NarrowTap, TopicTap, Value, ValueTap
from bot.petitions.service import Petitions
from bot.petitions.writing.views import NewTap
from bot.places.bodies import body_by_code, body_by_key, body_code
from bot.places.tree import Gazetteer
from bot.residents.views import MenuTap, PlaceTap
from bot.screen import Button, Screen, rows
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, InPrivate, TapIs

router = Router(name="petitions.search")


class _LastListIsFound(BaseFilter):
    """Lets through whose last list was of found petitions."""

    async def __call__(self, query: CallbackQuery, here: Here) -> bool:
        return (here.resident.last_list or "").partition(".")[0] == ListKind.WORDS.value


# --- words ------------------------------------------------------------------------------------------------------


@router.message(Command("find"), InPrivate())
async def find_command(
    message: Message, here: Here, command: CommandObject, petitions: Petitions, search: Search
) -> Answer:
    """/find, with or without words."""
    if command.args:
        return await _search(here, petitions, search, command.args)
    return show_ways(here, petitions)


@router.message(Command("find"))
async def find_in_group(message: Message, here: Here) -> Answer:
    """/find in a group is led to the private chat."""
    t = here.t
    button = Button(t.plain("🔎 Find"), url=here.link("find"))
    return here.show(Screen(t("Searching goes best in our own chat."), rows(button)))


@router.message(CommandStart(deep_link=True, magic=F.args == "find"), InPrivate())
async def start_find(message: Message, here: Here, petitions: Petitions) -> Answer:
    """The link from a group."""
    return show_ways(here, petitions)


@router.callback_query(TapIs(FindTap), InPrivate())
async def find_tap(query: CallbackQuery, here: Here, petitions: Petitions) -> Answer:
    """The ways of finding."""
    return show_ways(here, petitions)


@router.callback_query(TapIs(MenuTap), F.data == MenuTap(to="find").pack(), InPrivate())
async def find_from_menu(query: CallbackQuery, here: Here, petitions: Petitions) -> Answer:
    """The main menu's button."""
    return show_ways(here, petitions)


@router.callback_query(TapIs(WordsTap), InPrivate())
async def ask_words(query: CallbackQuery, here: Here) -> Answer:
    """Ask for words."""
    here.resident.expecting = WORDS_EXPECTED
    return here.show(reading_views.ask_words_screen(here.t))


@router.message(Expects(WORDS_EXPECTED), PLAIN_TEXT)
async def words_typed(message: Message, here: Here, petitions: Petitions, search: Search) -> Answer:
    """Words to search for."""
    return await _search(here, petitions, search, message.text or "")


async def _search(here: Here, petitions: Petitions, search: Search, words: str) -> Answer:
    named = await named_petition(here, petitions, words)
    if named is not None:
        return named
    here.resident.last_words = words[:LONGEST_WORDS]
    here.resident.last_filters = None
    return await _show(here, petitions, search, 0)


# --- pages ------------------------------------------------------------------------------------------------------


@router.callback_query(TapIs(ListTap), F.data.startswith(f"{ListTap.prefix}:{ListKind.WORDS.value}:"), InPrivate())
async def turn_page(query: CallbackQuery, here: Here, tap: ListTap, petitions: Petitions, search: Search) -> Answer:
    """A page of what was found."""
    return await _show(here, petitions, search, tap.page)


@router.callback_query(TapIs(BackTap), _LastListIsFound(), InPrivate())
async def back_to_found(query: CallbackQuery, here: Here, petitions: Petitions, search: Search) -> Answer:
    """From a card back to what was found."""
    page = (here.resident.last_list or "").partition(".")[2]
    return await _show(here, petitions, search, int(page) if page.isdecimal() else 0)


def _asked(here: Here) -> dict[str, Any]:
    """Who asks, and under which filters."""
    filters = Filters.from_json(here.resident.last_filters)
    if filters.place == NEAR and here.resident.place_key is None:
        filters = filters.without("place")
    return {"viewer_id": here.resident.id, "own_place": here.resident.place_key, "filters": filters}


async def _show(here: Here, petitions: Petitions, search: Search, page: int) -> Answer:
    words, asked = here.resident.last_words or "", _asked(here)
    filters: Filters = asked["filters"]
    if not words.strip() and not filters.active:
        return show_ways(here, petitions)
    found = await search.find(here.session, words, here.now, page=page, **asked)
    here.resident.last_list = f"{ListKind.WORDS.value}.{found.page}"
    here.resident.expecting = WORDS_EXPECTED
    wider = await _wider(here, search, found, asked) if not found.petitions and filters.active else []
    gazetteer = petitions.gazetteer
    places = {one.petition.place_key: gazetteer.get(one.petition.place_key) for one in found.petitions}
    return here.show(
        views.found_screen(
            here.t,
            found,
            {key: place for key, place in places.items() if place is not None},
            _names(here, gazetteer, filters),
            petitions.today(here.now),
            start=NewTap(),
            wider=wider,
        )
    )


async def _wider(here: Here, search: Search, found: Found, asked: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Filters without which something would be found, with how much."""
    filters = found.filters
    offered = {name: filters.without(name) for name in filters.active}
    if len(offered) > 1:
        offered[""] = Filters()
    if not found.words.strip():
        offered = {name: other for name, other in offered.items() if other.active}
    counted = [
        (name, await search.total(here.session, found.words, here.now, **{**asked, "filters": other}))
        for name, other in offered.items()
    ]
    return [(name, count) for name, count in counted if count]


def _names(here: Here, gazetteer: Gazetteer, filters: Filters) -> dict[str, str]:
    """Names of the place and the body that are filtered by."""
    names = {}
    place = gazetteer.get(filters.place) if filters.place is not None else None
    if place is not None:
        names[place.key] = place.name(here.language)
    body = body_by_key(gazetteer, filters.body) if filters.body is not None else None
    if body is not None:
        names[body.key] = body.name_cap(here.language)
    return names


# --- filters ----------------------------------------------------------------------------------------------------


@router.callback_query(TapIs(NarrowTap), InPrivate())
async def show_filters(query: CallbackQuery, here: Here, petitions: Petitions, search: Search) -> Answer:
    """The filters."""
    return await _show_filters(here, petitions, search)


async def _show_filters(here: Here, petitions: Petitions, search: Search) -> Answer:
    words, asked = here.resident.last_words or "", _asked(here)
    total = await search.total(here.session, words, here.now, **asked)
    names = _names(here, petitions.gazetteer, asked["filters"])
    return here.show(views.narrow_screen(here.t, words, total, asked["filters"], names))


@router.callback_query(TapIs(DimensionTap), InPrivate())
async def show_values(
    query: CallbackQuery, here: Here, tap: DimensionTap, petitions: Petitions, search: Search
) -> Answer:
    """The values of one filter."""
    if tap.name not in views.DIMENSIONS:
        return await _show_filters(here, petitions, search)
    asked = _asked(here)
    filters: Filters = asked["filters"]
    counts = await search.counts(here.session, here.resident.last_words or "", here.now, tap.name, **asked)
    match tap.name:
        case "place":
            values = _places(here, petitions.gazetteer, counts, filters.place)
        case "body":
            bodies = ((key, body_by_key(petitions.gazetteer, key)) for key in counts)
            values = [
                Value(body_code(body), body.name_cap(here.language), counts[key])
                for key, body in bodies
                if body is not None
            ]
        case name:
            values = [Value(key, views.value_name(here.t, name, key, {}), count) for key, count in counts.items()]
    values = values if tap.name == "place" else sorted(values, key=lambda value: (-value.count, value.name))
    return here.show(views.values_screen(here.t, tap.name, values, is_set=getattr(filters, tap.name) is not None))


def _places(here: Here, gazetteer: Gazetteer, counts: Mapping[str, int], chosen: str | None) -> list[Value]:
    """What lies around the person, then the units within the place that is chosen, those with most petitions first."""
    values = []
    own = here.resident.place_key
    if own is not None and gazetteer.get(own) is not None:
        near = {own, *gazetteer.subtree(own), *(place.key for place in gazetteer.parents(own)[:-1])}
        values.append(Value(NEAR, here.t.plain("📍 Near me"), sum(counts.get(key, 0) for key in near)))
    at = chosen if chosen is not None and gazetteer.get(chosen) is not None else gazetteer.republic.key
    totals: dict[str, int] = {}
    for key, count in counts.items():
        if gazetteer.get(key) is not None:
            for unit in (key, *(place.key for place in gazetteer.parents(key))):
                totals[unit] = totals.get(unit, 0) + count
    above = [place for place in gazetteer.parents(at) if place is not gazetteer.republic][:1]
    units = sorted(
        (place for place in gazetteer.children(at) if totals.get(place.key)),
        key=lambda place: (-totals[place.key], place.key),
    )
    return values + [
        Value(place.kato, place.name(here.language), totals.get(place.key, 0)) for place in (*above, *units)
    ]


@router.callback_query(TapIs(ValueTap), InPrivate())
async def choose_value(query: CallbackQuery, here: Here, tap: ValueTap, petitions: Petitions, search: Search) -> Answer:
    """Narrow to a value, or no more."""
    filters = Filters.from_json(here.resident.last_filters)
    if tap.name == "":
        filters = Filters()
    elif tap.name in views.DIMENSIONS:
        value = _value(petitions.gazetteer, tap.name, tap.value)
        if value is not None or tap.value == "":
            filters = replace(filters, **{tap.name: value})
    here.resident.last_filters = filters.to_json() or None
    return await _show(here, petitions, search, 0)


def _value(gazetteer: Gazetteer, name: str, code: str) -> str | None:
    """The value a button means; None when there is none such any more."""
    match name:
        case "place" if code == NEAR:
            return NEAR
        case "place":
            place = gazetteer.by_kato(code)
            return place.key if place is not None else None
        case "body":
            body = body_by_code(gazetteer, code)
            return body.key if body is not None else None
        case "standing":
            return code if code in {standing.value for standing in Standing} else None
        case "shelf":
            return code if code in shelves() else None
        case _:
            return code if code in reading_views.LANGUAGE_OF_TEXT else None


# --- topics -----------------------------------------------------------------------------------------------------


@router.callback_query(TapIs(TopicsTap), InPrivate())
async def show_topics(query: CallbackQuery, here: Here, tap: TopicsTap, petitions: Petitions, search: Search) -> Answer:
    """The topics with how many petitions are open on each."""
    own = here.resident.place_key
    is_near = tap.scope == "near" and own is not None
    filters = Filters(place=NEAR if is_near else None, standing=Standing.OPEN.value)
    counts = await search.counts(here.session, "", here.now, "shelf", own_place=own, filters=filters)
    place = petitions.gazetteer.get(own) if own is not None else None
    here.resident.last_list = None
    return here.show(views.topics_screen(here.t, counts, place, is_near=is_near, ask_place=PlaceTap()))


@router.callback_query(TapIs(TopicTap), InPrivate())
async def show_topic(query: CallbackQuery, here: Here, tap: TopicTap, petitions: Petitions, search: Search) -> Answer:
    """The open petitions of one topic."""
    if tap.shelf not in shelves():
        return show_ways(here, petitions)
    place = NEAR if tap.scope == "near" and here.resident.place_key is not None else None
    here.resident.last_words = None
    here.resident.last_filters = Filters(place=place, standing=Standing.OPEN.value, shelf=tap.shelf).to_json()
    return await _show(here, petitions, search, 0)

"""/notifications: what a person taps and types to choose what to hear of."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.i18n import Html
from bot.notifications import views
from bot.notifications.messages import pinned_screen
from bot.notifications.models import InterestKind
from bot.notifications.rules import DAYS_OF_WEEK, Event, Mode
from bot.notifications.service import Notifications
from bot.notifications.views import (
    HOURS,
    DigestDayTap,
    DigestHourTap,
    EventTap,
    ModeTap,
    NotifyTap,
    OneMessageTap,
    PlaceInterestTap,
    QuietTap,
    TopicInterestTap,
)
from bot.petitions.reading.handlers import show_card, viewer_of
from bot.petitions.reading.queries import card
from bot.petitions.reading.views import PinTap
from bot.petitions.search.shelves import OTHER, shelves
from bot.petitions.service import Petitions
from bot.places.finder import find
from bot.residents.views import MenuTap, group_screen
from bot.telegram.answers import Answer, Call, pin_call
from bot.telegram.context import Expects, Here, InPrivate, TapIs

router = Router(name="notifications")

EXPECTED: Final = "follow_place"
CANDIDATES: Final = 6
CLEARLY_LESS: Final = 0.15
"""A unit found with so much less certainty than the best one was not meant."""
LONGEST_NAME: Final = 60
MOST_INTERESTS: Final = 20
"""Places and topics one person can follow; all of them stay on one screen."""


async def _main(here: Here, notifications: Notifications, toast: str | None = None) -> Answer:
    here.resident.expecting = None
    wishes = await notifications.wishes(here.session, here.resident.id)
    followed = len(await notifications.interests(here.session, here.resident.id))
    return here.show(views.main_screen(here.t, wishes, followed), toast)


@router.message(Command("notifications"), InPrivate())
async def notifications_command(message: Message, here: Here, notifications: Notifications) -> Answer:
    """/notifications."""
    return await _main(here, notifications)


@router.callback_query(F.data == MenuTap(to="notifications").pack(), InPrivate())
async def notifications_from_settings(query: CallbackQuery, here: Here, notifications: Notifications) -> Answer:
    """The button in the settings."""
    return await _main(here, notifications)


@router.message(Command("notifications"))
async def notifications_in_group(message: Message, here: Here) -> Answer:
    """/notifications in a group is led to the private chat."""
    return here.show(group_screen(here.t, here.link("menu")))


@router.callback_query(TapIs(NotifyTap), InPrivate())
async def go(query: CallbackQuery, here: Here, tap: NotifyTap, notifications: Notifications) -> Answer:
    """From screen to screen."""
    here.resident.expecting = None
    wishes = await notifications.wishes(here.session, here.resident.id)
    match tap.to:
        case "quiet":
            return here.show(views.quiet_screen(here.t, wishes.quiet))
        case "digest":
            return here.show(views.digest_screen(here.t, wishes))
        case "one":
            return here.show(views.one_message_screen(here.t, on=wishes.one_message))
        case "interests":
            return await _interests(here, notifications)
        case "topics":
            return await _topics(here, notifications)
        case "place":
            here.resident.expecting = EXPECTED
            return here.show(views.ask_place_screen(here.t))
        case _:
            return await _main(here, notifications)


@router.callback_query(TapIs(EventTap), InPrivate())
async def ask_mode(query: CallbackQuery, here: Here, tap: EventTap, notifications: Notifications) -> Answer:
    """The ways of hearing of a kind of event."""
    try:
        event = Event(tap.event)
    except ValueError:
        return await _main(here, notifications)
    wishes = await notifications.wishes(here.session, here.resident.id)
    return here.show(views.event_screen(here.t, event, wishes))


@router.callback_query(TapIs(ModeTap), InPrivate())
async def choose_mode(query: CallbackQuery, here: Here, tap: ModeTap, notifications: Notifications) -> Answer:
    """A way is chosen."""
    try:
        event, mode = Event(tap.event), Mode(tap.mode)
    except ValueError:
        return await _main(here, notifications)
    await notifications.set_mode(here.session, here.resident.id, event, mode, here.now)
    return await _main(here, notifications, here.t.plain("Saved."))


@router.callback_query(TapIs(QuietTap), InPrivate())
async def choose_quiet(query: CallbackQuery, here: Here, tap: QuietTap, notifications: Notifications) -> Answer:
    """The quiet hours are moved, or switched off."""
    hours = None
    if tap.start is not None and tap.end is not None:
        hours = (tap.start % HOURS, tap.end % HOURS)
    await notifications.set_quiet(here.session, here.resident.id, hours, here.now)
    wishes = await notifications.wishes(here.session, here.resident.id)
    return here.show(views.quiet_screen(here.t, wishes.quiet), here.t.plain("Saved."))


@router.callback_query(TapIs(DigestHourTap), InPrivate())
async def choose_hour(query: CallbackQuery, here: Here, tap: DigestHourTap, notifications: Notifications) -> Answer:
    """The hour of digests is chosen."""
    await notifications.set_digest(here.session, here.resident.id, here.now, hour=tap.hour % HOURS)
    wishes = await notifications.wishes(here.session, here.resident.id)
    return here.show(views.digest_screen(here.t, wishes), here.t.plain("Saved."))


@router.callback_query(TapIs(DigestDayTap), InPrivate())
async def choose_day(query: CallbackQuery, here: Here, tap: DigestDayTap, notifications: Notifications) -> Answer:
    """The day of the weekly digest is chosen."""
    await notifications.set_digest(here.session, here.resident.id, here.now, weekday=tap.weekday % DAYS_OF_WEEK)
    wishes = await notifications.wishes(here.session, here.resident.id)
    return here.show(views.digest_screen(here.t, wishes), here.t.plain("Saved."))


@router.callback_query(TapIs(OneMessageTap), InPrivate())
async def choose_one_message(
    query: CallbackQuery, here: Here, tap: OneMessageTap, notifications: Notifications
) -> Answer:
    """One message for each petition, or one for each event."""
    await notifications.set_one_message(here.session, here.resident.id, here.now, on=bool(tap.on))
    return await _main(here, notifications, here.t.plain("Saved."))


# --- places and topics ------------------------------------------------------------------------------------------------


async def _interests(
    here: Here, notifications: Notifications, note: Html | None = None, toast: str | None = None
) -> Answer:
    gazetteer = notifications.gazetteer
    followed = await notifications.interests(here.session, here.resident.id)
    keys = [one.key for one in followed if one.kind is InterestKind.PLACE]
    places = [place for key in keys if (place := gazetteer.get(key)) is not None]
    topics = [
        (one.key, shelves()[one.key].name(here.language))
        for one in followed
        if one.kind is InterestKind.TOPIC and one.key in shelves()
    ]
    home = here.resident.place_key
    chain = [gazetteer.get(home), *gazetteer.parents(home)] if home is not None and home in gazetteer else []
    offered = [place for place in chain if place is not None and place.parent_key is not None and place.key not in keys]
    return here.show(views.interests_screen(here.t, places, topics, offered, note), toast)


async def _topics(here: Here, notifications: Notifications, toast: str | None = None) -> Answer:
    followed = [
        one.key
        for one in await notifications.interests(here.session, here.resident.id)
        if one.kind is InterestKind.TOPIC
    ]
    topics = [(slug, shelf.name(here.language)) for slug, shelf in shelves().items() if slug != OTHER]
    return here.show(views.topics_screen(here.t, topics, followed), toast)


async def _has_room(here: Here, notifications: Notifications) -> bool:
    return len(await notifications.interests(here.session, here.resident.id)) < MOST_INTERESTS


def _full(here: Here) -> str:
    return here.t.plain("That is as much as one can follow. End something first.")


@router.callback_query(TapIs(PlaceInterestTap), InPrivate())
async def follow_place(query: CallbackQuery, here: Here, tap: PlaceInterestTap, notifications: Notifications) -> Answer:
    """A place is followed, or no longer."""
    here.resident.expecting = None
    place = notifications.gazetteer.by_kato(tap.kato)
    if place is None:
        return await _interests(here, notifications)
    if tap.on and not await _has_room(here, notifications):
        return here.toast(_full(here), alert=True)
    await notifications.set_interest(
        here.session, here.resident.id, InterestKind.PLACE, place.key, here.now, on=bool(tap.on)
    )
    toast = (
        here.t.plain("You will hear of new petitions there.") if tap.on else here.t.plain("You no longer follow it.")
    )
    return await _interests(here, notifications, toast=toast)


@router.callback_query(TapIs(TopicInterestTap), InPrivate())
async def follow_topic(query: CallbackQuery, here: Here, tap: TopicInterestTap, notifications: Notifications) -> Answer:
    """A topic is followed, or no longer."""
    if tap.topic not in shelves():
        return await _topics(here, notifications)
    if tap.on and not await _has_room(here, notifications):
        return here.toast(_full(here), alert=True)
    await notifications.set_interest(
        here.session, here.resident.id, InterestKind.TOPIC, tap.topic, here.now, on=bool(tap.on)
    )
    return await _topics(here, notifications, here.t.plain("Saved."))


@router.message(Expects(EXPECTED), F.text & ~F.text.startswith("/"))
async def place_typed(message: Message, here: Here, notifications: Notifications) -> Answer:
    """The name of a place to follow."""
    text = message.text or ""
    gazetteer = notifications.gazetteer
    found = [match for match in find(gazetteer, text, limit=CANDIDATES) if match.place.parent_key is not None]
    meant = [match.place for match in found if match.score > found[0].score - CLEARLY_LESS]
    if not meant and len(text) > LONGEST_NAME:
        # Nobody's place is called like that: the person has gone on and says something else.
        here.resident.expecting = None
        raise SkipHandler
    if not meant:
        return here.send(views.ask_place_screen(here.t, views.not_found_note(here.t, text)))
    if len(meant) > 1:
        labels = [(place.kato, gazetteer.label(place.key, here.language)) for place in meant]
        return here.send(views.candidates_screen(here.t, labels))
    here.resident.expecting = None
    if not await _has_room(here, notifications):
        return await _interests(here, notifications, Html(_full(here)))
    place = meant[0]
    await notifications.set_interest(here.session, here.resident.id, InterestKind.PLACE, place.key, here.now, on=True)
    note = here.t("✅ You follow: {place}", place=place.name(here.language))
    return await _interests(here, notifications, note)


# --- one message for each petition ------------------------------------------------------------------------------------


@router.callback_query(TapIs(PinTap), InPrivate())
async def pin(query: CallbackQuery, here: Here, tap: PinTap, petitions: Petitions) -> Answer:
    """A card becomes the one message about its petition, or an ordinary card again."""
    tapped = here.tapped
    viewer = viewer_of(here, tap.key)
    found = await card(here.session, tap.number, viewer)
    if found is None or tapped is None or tapped.chat_id is None or tapped.message_id is None or tap.on == 0:
        shown = await show_card(here, petitions, tap.number, tap.key)
        if tapped is None or tapped.message_id is None:
            return shown
        address = {"chat_id": tapped.chat_id, "message_id": tapped.message_id}
        return shown + Answer((Call("unpinChatMessage", address),))
    if tap.on == 2:
        # The pinned message stays what it is; the card goes below, where the person is.
        return here.toast() + await show_card(_beside(here), petitions, tap.number, tap.key)
    if not (found.receipt or found.is_author or found.follows):
        await petitions.follow(here.session, tap.number, here.resident, here.now)
    screen = await pinned_screen(
        here.session, petitions, here.t, tap.number, viewer, here.now, bot_username=here.bot_username
    )
    if screen is None:
        return await show_card(here, petitions, tap.number, tap.key)
    toast = here.t.plain("Pinned. From now on this message tells you what happens; decisions come besides.")
    return here.show(screen, toast) + Answer((pin_call(tapped.chat_id, tapped.message_id),))


def _beside(here: Here) -> Here:
    return replace(here, callback_id=None, tapped=None)

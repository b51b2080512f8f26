"""Greeting, main menu, language, settings, help, cancelling, confirming a phone, privacy.

`router` goes before the other capabilities' routers, `last_router` after all of them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.i18n import LANGUAGES, Html, Language, as_language, translator
from bot.language.greeting import asked_language
from bot.residents import views
from bot.residents.consent import consent_of_version
from bot.residents.rules import PhoneOutcome, kazakh_number
from bot.residents.service import CONFIRMING, MoveOutOfDate, Residents
from bot.residents.views import (
    CitizenTap,
    ConsentTap,
    GoTap,
    HelpTap,
    HomeTap,
    LanguageTap,
    MoveTap,
    PrivacyTap,
)
from bot.screen import Screen
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, InPrivate, TapIs
from bot.telegram.menu import menu_call

router = Router(name="residents")
last_router = Router(name="residents_last")

_OTHERS_PARAMETER = re.compile(r"[a-z]{1,2}_.+|find")
"""Start parameters of petitions, surveys and invitations: whoever owns one answers it."""

_PLAIN_TEXT = F.text & ~F.text.startswith("/")


def _home(here: Here, residents: Residents, *, first: bool = False, note: Html | None = None) -> Screen:
    place = residents.place_of(here.resident)
    return views.home_screen(
        here.t,
        place=place.name(here.language) if place is not None else None,
        language_chosen=here.resident.language_chosen,
        roles=here.roles,
        first=first and place is None,
        note=note,
    )


def _menu(here: Here) -> Answer:
    """The command menu of the person, in the present language and for the present roles."""
    if here.resident.telegram_id is None or not here.is_private:
        return Answer()
    return Answer((menu_call(here.resident.telegram_id, here.roles, here.t),))


def _without_tap(here: Here) -> Here:
    """For a second message in one answer: a tap is answered only once."""
    return replace(here, callback_id=None, tapped=None)


# --- start, menu, help, cancel ------------------------------------------------------------------------------


@router.message(Command("cancel"), InPrivate())
async def cancel(message: Message, here: Here, residents: Residents) -> Answer:
    """/cancel: nothing is expected any more; says what was left and what is kept."""
    return _cancel(here, residents)


@router.message(_PLAIN_TEXT, InPrivate())
async def cancel_in_words(message: Message, here: Here, residents: Residents) -> Answer:
    """The word on the Cancel button, in any language, typed or sent by a button that is still on the screen."""
    said = (message.text or "").strip().casefold()
    if said not in {translator(language, residents.zone).plain("Cancel").casefold() for language in LANGUAGES}:
        raise SkipHandler
    return _cancel(here, residents)


def _cancel(here: Here, residents: Residents) -> Answer:
    was = here.resident.expecting.partition(":")[0] if here.resident.expecting else None
    here.resident.expecting = None
    note = views.cancelled_note(here.t, was=was)
    if was in {CONFIRMING, "place"}:
        # Only a message of its own can take the buttons below the writing field away.
        return here.send(Screen(note, remove_below=True)) + here.send(_home(here, residents))
    return here.send(_home(here, residents, note=note))


@router.message(CommandStart(), InPrivate())
async def start(message: Message, here: Here, residents: Residents, command: CommandObject) -> Answer:
    """/start, also with a parameter that is nobody's: the greeting or the main menu."""
    if command.args and _OTHERS_PARAMETER.fullmatch(command.args):
        raise SkipHandler
    here.resident.expecting = None
    # Telegram takes a menu of somebody's own only once the person has opened the chat, so it is set again here.
    menu = _menu(here) if here.roles else Answer()
    return here.send(_home(here, residents, first=True)) + menu


@last_router.message(CommandStart(), InPrivate())
async def start_nowhere(message: Message, here: Here, residents: Residents) -> Answer:
    """/start with a parameter that nobody answered."""
    return here.send(_home(here, residents, note=views.link_dead_note(here.t)))


@router.callback_query(TapIs(HomeTap), InPrivate())
async def home(query: CallbackQuery, here: Here, residents: Residents) -> Answer:
    """The main menu. Whatever was being asked is left; drafts are kept."""
    here.resident.expecting = None
    return here.show(_home(here, residents))


@router.message(Command("help"), InPrivate())
async def help_command(message: Message, here: Here) -> Answer:
    """/help: its first page."""
    return here.send(views.help_screen(here.t, 0, here.roles))


@router.callback_query(TapIs(HelpTap), InPrivate())
async def help_page(query: CallbackQuery, here: Here, tap: HelpTap) -> Answer:
    """A page of the help."""
    return here.show(views.help_screen(here.t, tap.page, here.roles))


# --- language and settings ----------------------------------------------------------------------------------


@router.message(Command("language"), InPrivate())
async def language_command(message: Message, here: Here) -> Answer:
    """/language: three buttons."""
    return here.send(views.language_screen(here.t))


@router.message(_PLAIN_TEXT, InPrivate())
async def language_in_words(message: Message, here: Here, residents: Residents) -> Answer:
    """«Қазақша», «на русском, пожалуйста»: spoken from now on, unless the person is writing something of their own."""
    asked = asked_language(message.text or "")
    if asked is None or (here.resident.expecting or "place").partition(":")[0] != "place":
        raise SkipHandler
    residents.choose_language(here.resident, asked)
    here = replace(here, t=translator(asked, residents.zone))
    return here.send(views.language_screen(here.t)) + _menu(here)


@router.callback_query(TapIs(LanguageTap), InPrivate())
async def language_chosen(query: CallbackQuery, here: Here, residents: Residents, tap: LanguageTap) -> Answer:
    """Another language: the same screen at once in it, and the command menu too."""
    language: Language = as_language(tap.language, here.language)
    residents.choose_language(here.resident, language)
    here = replace(here, t=translator(language, residents.zone))
    if tap.back == "home":
        return here.show(_home(here, residents, first=True)) + _menu(here)
    return here.show(views.language_screen(here.t)) + _menu(here)


@router.message(Command("settings"), InPrivate())
async def settings_command(message: Message, here: Here, residents: Residents) -> Answer:
    """/settings."""
    return here.send(await _settings(here, residents))


async def _settings(here: Here, residents: Residents) -> Screen:
    return views.settings_screen(
        here.t,
        await residents.stored(here.session, here.resident),
        confirmed=await residents.is_confirmed(here.session, here.resident),
    )


@router.callback_query(TapIs(GoTap), InPrivate())
async def go(query: CallbackQuery, here: Here, residents: Residents, tap: GoTap) -> Answer:
    """Language, settings, privacy, or on to confirming."""
    if tap.to == "language":
        return here.show(views.language_screen(here.t))
    if tap.to == "privacy":
        return here.show(await _privacy(here, residents))
    if tap.to == "confirm":
        confirming = await residents.begin_confirming(here.session, here.resident, GoTap("settings"), here.now)
        return here.show(views.confirming_screen(here.t, confirming, back=GoTap("settings")))
    return here.show(await _settings(here, residents))


# --- confirming ---------------------------------------------------------------------------------------------


@router.callback_query(TapIs(ConsentTap), InPrivate())
async def consent(query: CallbackQuery, here: Here, residents: Residents, tap: ConsentTap) -> Answer:
    """Read the consent text, or agree to it. If text or language changed since it was shown, it is shown anew."""
    confirming = await residents.confirming(here.session, here.resident, here.now)
    if tap.do in {"full", "text"}:
        stored = await residents.stored(here.session, here.resident)
        agreed = consent_of_version(stored.consent_version) if stored.consent_version else None
        shown = replace(confirming, consent=agreed) if agreed is not None else confirming
        return here.show(
            views.consent_text_screen(
                here.t,
                shown,
                agreed=stored.consent_version is not None,
                from_privacy=tap.do == "text",
            )
        )
    read = (confirming.consent.version, here.language)
    if tap.do == "agree" and (tap.version, tap.language) == read:
        await residents.agree(here.session, here.resident, here.t, here.now)
        confirming = await residents.confirming(here.session, here.resident, here.now)
    return here.show(views.confirming_screen(here.t, confirming))


@router.callback_query(TapIs(CitizenTap), InPrivate())
async def citizen(query: CallbackQuery, here: Here, residents: Residents, tap: CitizenTap) -> Answer:
    """A citizen goes on to the phone; anybody else hears what works without signing."""
    if tap.answer != "yes":
        here.resident.expecting = None
        return here.show(views.citizen_no_screen(here.t))
    if not await residents.state_citizenship(here.session, here.resident, here.now):
        return here.show(views.confirming_screen(here.t, await residents.confirming(here.session, here.resident)))
    confirming = await residents.confirming(here.session, here.resident, here.now)
    if confirming.missing != "phone":
        return here.show(views.confirming_screen(here.t, confirming))
    if confirming.then is None:
        confirming = await residents.begin_confirming(here.session, here.resident, HomeTap(), here.now)
    asked = _without_tap(here).send(views.confirming_screen(here.t, confirming))
    return here.show(views.citizen_yes_screen(here.t)) + asked


@router.message(F.contact, InPrivate())
async def contact(message: Message, here: Here, residents: Residents) -> Answer:
    """A shared contact: only the person's own, sent by Telegram's button and not forwarded, confirms a number."""
    confirming = await residents.confirming(here.session, here.resident, here.now)
    given, sender = message.contact, message.from_user
    if given is None or sender is None or given.user_id != sender.id or message.forward_origin is not None:
        problem = views.not_own_contact_problem(here.t)
        if confirming.missing == "phone":
            return here.send(views.phone_screen(here.t, problem))
        return here.send(views.confirming_screen(here.t, confirming))
    result = await residents.confirm_phone(here.session, here.resident, given.phone_number, here.now)
    thanks = here.send(views.thanks_screen(here.t))
    if result.outcome is PhoneOutcome.TAKEN and result.offer is not None:
        return thanks + here.send(views.taken_screen(here.t, result.offer))
    if result.outcome is PhoneOutcome.NOT_YET:
        return thanks + here.send(views.confirming_screen(here.t, confirming))
    here.resident.expecting = None
    if result.outcome is PhoneOutcome.NOT_KAZAKH:
        refused = Screen(views.not_kazakh_note(here.t), remove_below=True)
        return here.send(refused) + here.send(_home(here, residents))
    if result.outcome is PhoneOutcome.ALREADY:
        known = Screen(views.already_confirmed_note(here.t), remove_below=True)
        return here.send(known) + here.send(_home(here, residents))
    return thanks + here.send(views.confirmed_screen(here.t, confirming.then))


@router.message(Expects(CONFIRMING), _PLAIN_TEXT)
async def typed_while_confirming(message: Message, here: Here, residents: Residents) -> Answer:
    """Text where a button was asked for: a typed number is kindly refused.

    Before the number is asked for, the buttons are under a message and other text means what it always means.
    """
    text = message.text or ""
    confirming = await residents.confirming(here.session, here.resident, here.now)
    if confirming.missing == "phone":
        return here.send(views.phone_screen(here.t, views.typed_number_problem(here.t)))
    if kazakh_number(text) is None:
        raise SkipHandler
    return here.send(views.confirming_screen(here.t, confirming))


@router.callback_query(TapIs(MoveTap), InPrivate())
async def move(query: CallbackQuery, here: Here, residents: Residents, tap: MoveTap) -> Answer:
    """Move a number from another account: first what moves, then it moves."""
    session, resident = here.session, here.resident
    try:
        if not tap.sure:
            offer = await residents.move_offer(session, resident, tap.source, tap.until, tap.proof, here.now)
            return here.show(views.move_screen(here.t, offer))
        confirming = await residents.confirming(session, resident, here.now)
        await residents.move_here(session, resident, tap.source, tap.until, tap.proof, here.now)
    except MoveOutOfDate:
        return here.show(views.move_late_screen(here.t))
    resident.expecting = None
    return here.show(views.confirmed_screen(here.t, confirming.then))


# --- privacy ------------------------------------------------------------------------------------------------


async def _privacy(here: Here, residents: Residents) -> Screen:
    stored = await residents.stored(here.session, here.resident)
    return views.privacy_screen(here.t, stored, residents.operator, here.roles)


@router.message(Command("privacy"), InPrivate())
async def privacy_command(message: Message, here: Here, residents: Residents) -> Answer:
    """/privacy: what is stored, and the rights over it."""
    return here.send(await _privacy(here, residents))


@router.callback_query(TapIs(PrivacyTap), InPrivate())
async def privacy(query: CallbackQuery, here: Here, residents: Residents, tap: PrivacyTap) -> Answer:
    """Export, withdrawal of the consent, deletion; the last two are asked about first."""
    if tap.do == "export":
        return here.show(views.export_screen(here.t, here.resident.id))
    if tap.do == "withdraw" and tap.sure:
        await residents.withdraw_consent(here.session, here.resident, here.now)
        return here.show(_home(here, residents, note=views.withdrawn_note(here.t)))
    if tap.do == "delete" and tap.sure:
        telegram_id = here.resident.telegram_id
        await residents.erase(here.session, here.resident, here.now)
        answer = here.show(views.erased_screen(here.t))
        if telegram_id is None:
            return answer
        return answer + Answer((menu_call(telegram_id, frozenset(), here.t),))
    stored = await residents.stored(here.session, here.resident)
    if tap.do == "withdraw":
        return here.show(views.withdraw_screen(here.t, stored))
    return here.show(views.delete_screen(here.t, stored))


# --- groups -------------------------------------------------------------------------------------------------


@router.message(CommandStart(), ~InPrivate())
async def start_in_group(message: Message, here: Here, command: CommandObject) -> Answer:
    """/start in a group, unless its parameter is somebody else's."""
    if command.args and _OTHERS_PARAMETER.fullmatch(command.args):
        raise SkipHandler
    return here.send(views.group_screen(here.t, here.link("menu")))


@router.message(Command("help", "language", "place", "settings", "privacy", "cancel", "admin", "surveys"), ~InPrivate())
@last_router.message(CommandStart(), ~InPrivate())
async def command_in_group(message: Message, here: Here) -> Answer:
    """A command in a group gets one line and the way to the private chat."""
    return here.send(views.group_screen(here.t, here.link("menu")))


@router.callback_query(TapIs(HomeTap))
@router.callback_query(TapIs(HelpTap))
@router.callback_query(TapIs(GoTap))
async def tapped_in_group(query: CallbackQuery, here: Here) -> Answer:
    """A button of one's own matters in a group leads to the private chat."""
    return here.lead("menu")

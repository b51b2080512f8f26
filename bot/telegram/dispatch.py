"""The dispatcher: every capability's routers in order, and last the answers to what none of them took."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from aiogram import Dispatcher, F, Router
from aiogram.types import CallbackQuery, Message

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, rows
from bot.telegram.answers import Answer
from bot.telegram.context import Here, InPrivate


def build_dispatcher(routers: Iterable[Router], services: Mapping[str, Any] | None = None) -> Dispatcher:
    """A dispatcher that asks the routers in order. Handlers get the services by parameter name."""
    # Without aiogram's FSM: forms are rows of their own, and an update's transaction is the inbox's.
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.workflow_data.update(services or {})
    for router in routers:
        # A router is a module's own object; a second dispatcher in one process (two bots, tests) takes it
        # over.
        router._parent_router = None
        dispatcher.include_router(router)
    dispatcher.include_router(_last_router())
    logging.getLogger("aiogram.event").setLevel(logging.WARNING)
    return dispatcher


def _last_router() -> Router:
    router = Router(name="last")
    router.callback_query.register(old_button)
    router.message.register(unknown_command, InPrivate(), F.text.startswith("/"))
    router.message.register(unknown_words, InPrivate(), F.text, F.via_bot.is_(None))
    router.message.register(not_words, InPrivate(), F.content_type.in_(WORDLESS))
    router.message.register(unknown_command_in_group, F.text.startswith("/"))
    return router


WORDLESS = frozenset(
    {
        "animation",
        "audio",
        "contact",
        "dice",
        "document",
        "location",
        "photo",
        "poll",
        "sticker",
        "story",
        "venue",
        "video",
        "video_note",
        "voice",
    }
)
"""What people send instead of words; what Telegram itself reports into a chat is none of it."""


def _home(t: Translator) -> Rows:
    from bot.residents.views import home_button

    return rows(home_button(t))


async def old_button(query: CallbackQuery, here: Here) -> Answer:
    """A tap that no handler takes: a button of an older release, or one that was cut or forged."""
    text = here.t.plain("That button is out of date. Here is where things stand:")
    if not here.is_private:
        return here.toast(here.t.plain("That button is out of date."), alert=True)
    return here.show(Screen(here.t("That button is out of date. Here is where things stand:"), _home(here.t)), text)


async def unknown_command(message: Message, here: Here) -> Answer:
    """A command the bot does not have."""
    return here.show(Screen(here.t("I do not know this command. Everything I can do is in the menu."), _home(here.t)))


async def unknown_words(message: Message, here: Here) -> Answer:
    """Words that nobody expected and no capability understood."""
    text = here.t("I did not understand that. Tell me in a sentence or two what should change where you live.")
    return here.show(Screen(text, _home(here.t)))


async def not_words(message: Message, here: Here) -> Answer:
    """A voice message, a sticker, a picture where none was asked for."""
    return here.show(Screen(here.t("I can only read words for now. Please write it as text."), _home(here.t)))


async def unknown_command_in_group(message: Message, here: Here) -> Answer:
    """In a group the bot speaks only when spoken to by name."""
    command = (message.text or "").split(maxsplit=1)[0]
    if command.partition("@")[2].casefold() != here.bot_username.casefold():
        return Answer()
    button = Button(here.t.plain("Open the bot"), url=f"https://t.me/{here.bot_username}")
    return here.show(Screen(here.t("I do not know this command. Please write to me directly."), rows(button)))

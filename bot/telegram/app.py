"""Updates in, wired together: the poller, the inbox and the answers of one bot until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

import structlog
from aiogram import Bot, Dispatcher

from bot.db import Database, utcnow
from bot.delivery.messages import Painter
from bot.i18n import Language, Translator, translator
from bot.telegram.answering import Answering, Api, Pace
from bot.telegram.inbox import Inbox, Residents
from bot.telegram.menu import refresh_menus
from bot.telegram.polling import Caller, Poller, Stopped

log: Final = structlog.get_logger("bot.telegram.app")

DRAIN_SECONDS: Final = 2.3
"""How long running handlers and answers may take to end after the signal to stop; with closing the database
and the connections a stop stays under three seconds."""


@dataclass(frozen=True, slots=True)
class Updates:
    """What handling updates needs of the rest of the bot."""

    database: Database
    api: Api
    bot: Bot
    dispatcher: Dispatcher
    residents: Residents
    services: Mapping[str, Any] = field(default_factory=dict)
    """What handlers get by parameter name beyond the dispatcher's own services."""
    painters: Mapping[str, Painter] = field(default_factory=dict)
    pace: Pace | None = None
    translate: Callable[[Language], Translator] = translator
    default_language: Language = "kk"
    clock: Callable[[], datetime] = utcnow
    bot_username: str | None = None
    """Asked of Telegram when it is not known."""


def stop_on_signals(stop: asyncio.Event) -> None:
    """Let SIGTERM and Ctrl-C end the process in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


async def learn_username(api: Api, stop: asyncio.Event) -> str:
    """The bot's name, as soon as Telegram can be asked.

    Raises:
        TokenWrong: Telegram does not know the token.
        Stopped: told to stop before there was an answer.
    """
    me = await Caller(api, stop).call("getMe", {})
    return str(me["username"])


def allowed_updates(dispatcher: Dispatcher) -> list[str]:
    """The kinds of updates to ask Telegram for: those with a handler, and the news that somebody blocked the
    bot."""
    return sorted({*dispatcher.resolve_used_update_types(), "my_chat_member"})


async def run_updates(app: Updates, stop: asyncio.Event) -> None:
    """Handle updates until `stop` is set, then end within three seconds; what is not done by then stays
    stored.

    Raises:
        TokenWrong: Telegram does not know the token.
    """
    try:
        username = app.bot_username or await learn_username(app.api, stop)
    except Stopped:
        return
    answering = Answering(
        app.api,
        app.database,
        app.painters,
        bot_username=username,
        translate=app.translate,
        pace=app.pace,
        clock=app.clock,
    )
    inbox = Inbox(
        app.database,
        app.bot,
        app.dispatcher,
        app.residents,
        answering,
        bot_username=username,
        translate=app.translate,
        services=app.services,
        default_language=app.default_language,
        clock=app.clock,
    )
    left = await inbox.recover(everybodys=True)
    log.info("bot is up", username=username, left_from_before=left)
    # Everything loaded so far stays: not looking at it again in every collection doubles the updates a
    # second.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    poller = Poller(app.api, inbox, stop, allowed_updates=allowed_updates(app.dispatcher))
    handling = asyncio.create_task(inbox.run())
    polling = asyncio.create_task(poller.run())
    menus = asyncio.create_task(refresh_menus(app.api, app.database, app.translate, app.default_language, app.clock()))
    menus.add_done_callback(partial(_note_menus))
    try:
        done, _ = await asyncio.wait({handling, polling}, return_when=asyncio.FIRST_COMPLETED)
        await inbox.drain(DRAIN_SECONDS)
        for task in done:
            task.result()
    finally:
        for task in (handling, polling, menus):
            task.cancel()
        await asyncio.gather(handling, polling, menus, return_exceptions=True)
    log.info("bot is down")


def _note_menus(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("command menus not set", error=type(error).__name__)

"""Long polling: updates are fetched, stored, and only then confirmed by asking for the next ones."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, Final, TypeVar

import structlog

from bot.delivery.api import ApiError, Conflict, TooMany, Unauthorized
from bot.telegram.answering import Api, growing_pauses
from bot.telegram.inbox import DONE_KEPT, Inbox, next_offset

log: Final = structlog.get_logger("bot.telegram.polling")

POLL_SECONDS: Final = 25
"""How long Telegram holds a request open while there is nothing new."""

UPDATES_AT_ONCE: Final = 100
"""Telegram's limit for one answer."""

Result = TypeVar("Result")


class TokenWrong(RuntimeError):
    """Telegram does not know the token; the message says what to do."""

    def __init__(self) -> None:
        super().__init__("Telegram does not accept BOT_TOKEN. Copy it anew from @BotFather (/mybots, then API Token).")


class Stopped(Exception):
    """The process was asked to stop while something was waited for."""


async def unless_stopped(work: Coroutine[Any, Any, Result], stop: asyncio.Event) -> Result:
    """Wait for something that may be given up half-way. Raises Stopped when asked to stop meanwhile."""
    task = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
    if task.cancelled():
        raise Stopped
    return task.result()


class Caller:
    """Makes calls the bot cannot do without: says once what is wrong and tries until it works or is told to
    stop."""

    def __init__(self, api: Api, stop: asyncio.Event) -> None:
        self.api = api
        self.stop = stop
        self._trouble: type[Exception] | None = None
        self._pauses: Iterator[float] = growing_pauses()

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a call.

        Raises:
            TokenWrong: Telegram does not know the token.
            Stopped: the process is asked to stop.
        """
        while True:
            if self.stop.is_set():
                raise Stopped
            try:
                result = await unless_stopped(self.api.call(method, params), self.stop)
            except Unauthorized:
                raise TokenWrong from None
            except ApiError as error:
                self._note(error)
                pause = next(self._pauses)
                if isinstance(error, TooMany):
                    pause = max(pause, error.retry_after)
                await unless_stopped(asyncio.sleep(pause), self.stop)
                continue
            if self._trouble is not None:
                log.info("telegram answers again")
                self._trouble = None
                self._pauses = growing_pauses()
            return result

    def _note(self, error: ApiError) -> None:
        if self._trouble is type(error):
            return
        self._trouble = type(error)
        if isinstance(error, Conflict):
            log.error("another process takes this bot's updates; stop it, or wait for it: a bot has one reader")
        else:
            log.warning("telegram does not answer, trying again", method=error.method, why=error.reason)


class Poller:
    """Fetches updates for an inbox until told to stop."""

    def __init__(self, api: Api, inbox: Inbox, stop: asyncio.Event, *, allowed_updates: Sequence[str]) -> None:
        self.inbox = inbox
        self.stop = stop
        self.allowed_updates = list(allowed_updates)
        self._caller = Caller(api, stop)
        self._next: int | None = None
        self._heard_at = inbox.clock()

    async def run(self) -> None:
        """Poll; returns when told to stop. What was fetched and not yet stored stays with Telegram.

        Raises:
            TokenWrong: Telegram does not know the token.
        """
        try:
            await self._caller.call("deleteWebhook", {})
            async with self.inbox.database.reading() as session:
                self._next = await next_offset(session, self.inbox.bot.id, self._heard_at)
            while True:
                await unless_stopped(self.inbox.wait_for_room(), self.stop)
                await self._poll_once()
        except Stopped:
            return

    async def _poll_once(self) -> None:
        if self.inbox.clock() - self._heard_at > DONE_KEPT:
            self._next = None
        params = {
            "timeout": POLL_SECONDS,
            "limit": UPDATES_AT_ONCE,
            "allowed_updates": self.allowed_updates,
            "offset": self._next,
        }
        updates = await self._caller.call("getUpdates", params)
        if updates:
            await self.inbox.take(updates)
            self._heard_at = self.inbox.clock()
            self._next = max(raw["update_id"] for raw in updates) + 1

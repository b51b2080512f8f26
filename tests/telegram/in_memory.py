"""An inbox for tests: a Bot API in memory, people without names, words in English."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiogram import Bot, Router
from sqlalchemy import select

from bot.db import Database
from bot.delivery.api import Refused
from bot.residents.models import Resident
from bot.telegram.answering import Answering, Files
from bot.telegram.dispatch import build_dispatcher
from bot.telegram.inbox import Inbox
from bot.telegram.models import InboxUpdate
from tests.telegram.counting_bot import SomeResidents, english
from tests.telegram.fake_telegram import TOKEN, USERNAME


class MemoryApi:
    """Remembers calls; answers them, or fails them as told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.files: list[Files | None] = []
        self.fails: dict[str, list[Exception]] = {}
        self.gives: dict[str, list[Any]] = {}
        self.before_call: Callable[[str], None] = lambda method: None

    async def call(self, method: str, params: dict[str, Any], files: Files | None = None) -> Any:
        """Make a call."""
        self.calls.append((method, dict(params)))
        self.files.append(files)
        self.before_call(method)
        if self.fails.get(method):
            raise self.fails[method].pop(0)
        if self.gives.get(method):
            return self.gives[method].pop(0)
        if method == "getUpdates":
            await asyncio.Event().wait()
        return {"message_id": 100 + len(self.calls)} if method.startswith("send") else True

    def sent(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        """The parameters of every call of a method."""
        return [params for name, params in self.calls if name == method]

    @property
    def texts(self) -> list[str]:
        """The texts of all new messages."""
        return [params["text"] for params in self.sent()]


def refused(description: str) -> Refused:
    """What Telegram says to a call it will not do."""
    return Refused("method", 400, f"Bad Request: {description}")


def make_inbox(
    database: Database,
    api: MemoryApi,
    now: datetime,
    routers: Sequence[Router] = (),
    *,
    clock: Callable[[], datetime] | None = None,
    worker: str | None = None,
) -> Inbox:
    """An inbox over a database, not running yet."""
    answering = Answering(api, database, {}, bot_username=USERNAME, translate=english, clock=clock or (lambda: now))
    return Inbox(
        database,
        Bot(TOKEN),
        build_dispatcher(routers),
        SomeResidents(),
        answering,
        bot_username=USERNAME,
        translate=english,
        clock=clock or (lambda: now),
        worker=worker,
    )


@asynccontextmanager
async def running(inbox: Inbox) -> AsyncIterator[Inbox]:
    """The inbox, handling until the block ends."""
    task = asyncio.create_task(inbox.run())
    try:
        yield inbox
    finally:
        await inbox.drain(2)
        await task


async def handle(inbox: Inbox, *raw_updates: dict[str, Any]) -> None:
    """Let these updates arrive and wait until all are done."""
    async with running(inbox):
        await inbox.take(list(raw_updates))
        async with asyncio.timeout(20):
            await inbox.wait_until_idle()


async def row(database: Database, update_id: int) -> InboxUpdate:
    """The row of an update."""
    async with database.reading() as session:
        return (await session.scalars(select(InboxUpdate).where(InboxUpdate.update_id == update_id))).one()


async def resident(database: Database, telegram_id: int) -> Resident:
    """The row of a person."""
    async with database.reading() as session:
        return (await session.scalars(select(Resident).where(Resident.telegram_id == telegram_id))).one()

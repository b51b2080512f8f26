"""Protects polling: stored before confirmed, trouble said once, a wrong token ends it, stopping is at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.db import Database
from bot.delivery.api import Conflict, Unauthorized, Unreachable
from bot.telegram import polling
from bot.telegram.app import Updates, allowed_updates, run_updates
from bot.telegram.dispatch import build_dispatcher
from bot.telegram.models import InboxUpdate
from bot.telegram.polling import Poller, TokenWrong
from tests.telegram.counting_bot import SomeResidents, counting_router, english
from tests.telegram.fake_telegram import message
from tests.telegram.in_memory import MemoryApi, make_inbox


@pytest.fixture
def api() -> MemoryApi:
    """A Bot API in memory."""
    return MemoryApi()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""

    def nothing() -> Iterator[float]:
        while True:
            yield 0.0

    monkeypatch.setattr(polling, "growing_pauses", nothing)


async def poll(database: Database, api: MemoryApi, now: datetime, *, until_polls: int) -> None:
    """Poll until so many requests for updates were made."""
    stop = asyncio.Event()
    polls = 0

    def count(method: str) -> None:
        nonlocal polls
        polls += method == "getUpdates"
        if polls == until_polls:
            stop.set()

    api.before_call = count
    async with asyncio.timeout(10):
        await Poller(api, make_inbox(database, api, now), stop, allowed_updates=["message"]).run()


async def test_updates_are_confirmed_only_after_they_are_stored(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    api.gives["getUpdates"] = [[message(6, 5, "a"), message(7, 5, "b")]]
    await poll(database, api, now, until_polls=2)
    assert [params["offset"] for params in api.sent("getUpdates")] == [None, 8]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(InboxUpdate)) == 2


async def test_a_new_process_goes_on_where_the_last_one_was(sqlite: Database, api: MemoryApi, now: datetime) -> None:
    api.gives["getUpdates"] = [[message(6, 5, "a")]]
    await poll(sqlite, api, now, until_polls=2)
    again = MemoryApi()
    await poll(sqlite, again, now, until_polls=1)
    assert again.calls[0][0] == "deleteWebhook"
    assert again.sent("getUpdates")[0]["offset"] == 7


@pytest.mark.parametrize(
    ("error", "level", "words"),
    [
        (Conflict("getUpdates", "terminated by other getUpdates request"), "error", "another process"),
        (Unreachable("getUpdates", "no connection", maybe_done=False), "warning", "does not answer"),
    ],
)
async def test_trouble_is_said_once_and_so_is_its_end(
    sqlite: Database, api: MemoryApi, now: datetime, error: Exception, level: str, words: str
) -> None:
    api.fails["getUpdates"] = [error] * 5
    api.gives["getUpdates"] = [[message(6, 5, "a")]]
    with capture_logs() as logs:
        await poll(sqlite, api, now, until_polls=7)
    assert [entry["log_level"] for entry in logs] == [level, "info"]
    assert words in logs[0]["event"]


async def test_a_wrong_token_ends_the_process_with_a_hint(sqlite: Database, api: MemoryApi, now: datetime) -> None:
    api.fails["getMe"] = [Unauthorized("getMe", "Unauthorized")]
    app = Updates(
        database=sqlite,
        api=api,
        bot=make_inbox(sqlite, api, now).bot,
        dispatcher=build_dispatcher([counting_router()]),
        residents=SomeResidents(),
        translate=english,
    )
    with pytest.raises(TokenWrong, match="@BotFather"):
        await run_updates(app, asyncio.Event())


def test_only_updates_somebody_handles_are_asked_for() -> None:
    asked = allowed_updates(build_dispatcher([counting_router()]))
    assert asked == ["callback_query", "message", "my_chat_member"]

"""What the tests of delivering share: a small Bot API with faults, a moved clock, people, renderers."""

from __future__ import annotations

import asyncio
import gettext
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from aiohttp import BodyPartReader, web
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.api import BotApi
from bot.delivery.messages import Drawn, Painting, Telling
from bot.delivery.models import Delivery, DeliveryState
from bot.delivery.pace import Pace
from bot.delivery.sender import Api, Sender
from bot.i18n import Language, Translator
from bot.residents.models import Resident
from bot.screen import Live, Picture, Screen

BOT = 7
TOKEN = "7:secret-token"
LIFTED = 10_000.0


class MovedClock:
    """Time that passes only when somebody waits for it, and then at once.

    It stands still while one of those sharing it is at work: a peer's call or transaction that is slow by the
    machine's clock must not outlast its lease by this one.
    """

    def __init__(self, now: datetime) -> None:
        self.moment = now
        self._sleepers: list[datetime] = []
        self._at_work = 0
        self._calls = 0

    @contextmanager
    def calling(self) -> Iterator[None]:
        """A call within takes none of this time, whoever waits."""
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """What is done within takes none of this time, unless all who are at work wait."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        until = self.moment + timedelta(seconds=seconds)
        self._sleepers.append(until)
        await asyncio.sleep(0)
        while self._calls or until > min(self._sleepers):
            await asyncio.sleep(0)
        self._sleepers.remove(until)
        self.moment = max(self.moment, until)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        # Answers of the local server get the chance to come first, as they would in that time.
        self._at_work -= 1
        try:
            while not event.is_set():
                try:
                    async with asyncio.timeout(min(seconds, 0.05)):
                        await event.wait()
                except TimeoutError:
                    if self._at_work <= 0 and not self._calls:
                        self.moment += timedelta(seconds=seconds)
                        break
        finally:
            self._at_work += 1
        return event.is_set()


class CallsAtWork:
    """A client whose calls take none of a moved clock's time."""

    def __init__(self, api: BotApi, clock: MovedClock) -> None:
        self._api = api
        self._clock = clock

    async def call(self, method: str, params: dict[str, Any], files: dict[str, tuple[str, bytes]] | None = None) -> Any:
        with self._clock.calling():
            return await self._api.call(method, params, files)


class ShiftedClock:
    """The machine's clock, some time ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True


class SmallTelegram:
    """Carries out what the sender calls, or fails as told: one fault a call, before it has any effect."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: list[str] = []
        self.storms: dict[int, str] = {}
        """Faults by the number of the call that meets them, counted from 1; for long runs."""
        self.told: Counter[int] = Counter()
        """How many messages each chat got."""
        self.asked = 0
        """Calls that came, those that failed among them."""
        self.blocked: set[int] = set()
        self.after: Callable[[], None] = lambda: None
        self.base = ""
        self._numbers = itertools.count(1)

    @property
    def edits(self) -> list[dict[str, Any]]:
        """Edits that were carried out, in order."""
        return [params for method, params in self.calls if method == "editMessageText"]

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator[Self]:
        """A server on a port of its own."""
        telegram = cls()
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", telegram._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        telegram.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield telegram
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            params = await request.json()
        else:
            params = {}
            async for part in await request.multipart():
                assert isinstance(part, BodyPartReader)
                assert part.name is not None
                if part.filename:
                    params[part.name] = (part.filename, bytes(await part.read()))
                else:
                    text = await part.text()
                    params[part.name] = int(text) if part.name == "chat_id" else text
        self.asked += 1
        fault = self.faults.pop(0) if self.faults else self.storms.pop(self.asked, "")
        if fault == "reset":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault == "gateway":
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if fault:
            return _error(*_FAULTS[fault])
        if params.get("chat_id") in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        self.calls.append((method, params))
        if method.startswith("send"):
            self.told[int(params["chat_id"])] += 1
        self.after()
        message = {"message_id": next(self._numbers), "chat": {"id": params.get("chat_id")}}
        if method == "sendPhoto":
            message["photo"] = [{"file_id": "small"}, {"file_id": f"photo-{len(self.calls)}"}]
        return web.json_response({"ok": True, "result": message})


_FAULTS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "429": (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
    "429 briefly": (429, "Too Many Requests: retry after 1", {"retry_after": 1}),
    "403": (403, "Forbidden: bot was blocked by the user", {}),
    "500": (500, "Internal Server Error", {}),
    "401": (401, "Unauthorized", {}),
    "409": (409, "Conflict: terminated by other getUpdates request", {}),
    "html": (400, "Bad Request: can't parse entities: unclosed tag", {}),
    "no chat": (400, "Bad Request: chat not found", {}),
    "no file": (400, "Bad Request: wrong file identifier/HTTP URL specified", {}),
    "no message": (400, "Bad Request: message to edit not found", {}),
    "same": (400, "Bad Request: message is not modified: specified new message content is the same", {}),
    "moved": (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -100500}),
    "bare 404": (404, "Not Found", {}),
}


def _error(code: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=code)


def translators(language: Language) -> Translator:
    """English words for everybody; the language is the one asked for."""
    return Translator(language, gettext.NullTranslations(), ZoneInfo("Asia/Almaty"))


async def note(session: AsyncSession, telling: Telling) -> Screen | None:
    """A plain message that says what it is about."""
    if telling.params.get("silent"):
        return None
    return Screen(f"{telling.t.language} {telling.reference}")


async def card(session: AsyncSession, telling: Telling) -> Screen | None:
    """A message that moves."""
    return Screen("card", live=Live("count", telling.reference))


async def poster(session: AsyncSession, telling: Telling) -> Screen | None:
    """A message with a picture."""
    return Screen("poster", picture=Picture("poster", telling.reference, telling.t.language))


async def broken(session: AsyncSession, telling: Telling) -> Screen | None:
    """A renderer with a fault."""
    raise KeyError("broken")


async def paint(session: AsyncSession, painting: Painting) -> Drawn:
    """A picture of few bytes."""
    return Drawn(f"{painting.language}".encode(), "poster.png")


RENDERERS = {"note": note, "card": card, "poster": poster, "broken": broken}


def make_sender(
    database: Database,
    api: Api,
    clock: Any,
    *,
    rate: float = LIFTED,
    lease: timedelta = timedelta(seconds=30),
) -> Sender:
    """A sender of the one bot of these tests."""
    return Sender(
        database,
        api,
        Pace(database, BOT, rate=rate, clock=clock),
        renderers=RENDERERS,
        painters={"poster": paint},
        bot_username="halyq_bot",
        translators=translators,
        clock=clock,
        lease=lease,
    )


async def add_people(database: Database, count: int, now: datetime) -> None:
    """Residents 1 … count, in private chats 1001 …, with languages in turn."""
    people = [
        {
            "id": number,
            "telegram_id": 1000 + number,
            "language": ("kk", "ru", "en")[number % 3],
            "language_chosen": True,
            "created_at": now,
            "seen_at": now,
        }
        for number in range(1, count + 1)
    ]
    async with database.transaction() as session:
        await session.execute(insert(Resident), people)


async def rows(database: Database) -> list[Delivery]:
    """All deliveries, in order."""
    async with database.reading() as session:
        return list((await session.scalars(select(Delivery).order_by(Delivery.id))).all())


async def states(database: Database) -> Counter[DeliveryState]:
    """How many deliveries are in each state."""
    return Counter(row.state for row in await rows(database))

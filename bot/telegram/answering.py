"""Sending answers: the stored calls go out, what Telegram says is understood, what follows from it is
kept."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol, cast

import structlog
from sqlalchemy import Table, bindparam, delete, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database, upsert, utcnow
from bot.delivery.api import Blocked, MigratedTo, Refused, TooMany, Unauthorized, Unreachable
from bot.delivery.messages import Painter, Painting, shown_hash
from bot.delivery.models import LiveMessage
from bot.i18n import Language, Translator, as_language
from bot.residents.models import Resident
from bot.telegram.answers import Call, LivePlace, pin_call

log: Final = structlog.get_logger("bot.telegram.answering")

CALLS_AT_ONCE: Final = 30
"""How many calls are on their way to Telegram at the same time."""

LONGEST_PAUSE_SECONDS: Final = 30.0
"""Pauses between attempts grow up to this while the network is away."""

NEW_MESSAGE_METHODS: Final = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
"""Methods that put a new message into a chat; Telegram's pace counts these."""

NOTHING_LEFT_TO_DO: Final = (
    "message is not modified",
    "query is too old",
    "query id is invalid",
    "message to delete not found",
)
"""Refusals that mean what was wanted is so already, or can no longer matter."""

NOT_EDITABLE: Final = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message_id_invalid",
)
"""Refusals that mean the words have to go into a new message."""

Params = dict[str, Any]
Files = dict[str, tuple[str, bytes]]


class Api(Protocol):
    """What is needed of `bot.delivery.api.BotApi`."""

    async def call(self, method: str, params: Params, files: Files | None = None) -> Any:
        """Make one Bot API call and return its result."""


class Pace(Protocol):
    """The pace that answers share with every other sender of the bot."""

    async def take(self) -> None:
        """Wait until one more message may go out."""

    async def pause(self, seconds: float) -> None:
        """Tell every sender that Telegram wants nothing for so long."""


@dataclass(slots=True)
class Outcome:
    """What follows from sending one answer; written down in the next transaction of the inbox."""

    screens: list[tuple[int, int]] = field(default_factory=list)
    """Resident id, and the id of the message that is the resident's screen now."""
    own_screens: list[tuple[int, int]] = field(default_factory=list)
    """The same by Telegram id, where an edit became a new message."""
    live: list[Params] = field(default_factory=list)
    """Rows of messages to be kept up to date."""
    gone: list[Params] = field(default_factory=list)
    """Addresses of messages that cannot be edited any more."""
    unreachable: list[int] = field(default_factory=list)
    """Telegram ids of people who blocked the bot."""
    refused: str | None = None
    """Why a call was turned down for good, if one was."""

    @property
    def is_about_messages(self) -> bool:
        """Whether it says which messages a chat has now."""
        return bool(self.screens or self.own_screens or self.live or self.gone)


def growing_pauses(first: float = 0.5, longest: float = LONGEST_PAUSE_SECONDS) -> Iterator[float]:
    """Seconds to wait before each next attempt: doubling, spread by a quarter so that processes do not beat
    in step."""
    pause = first
    while True:
        yield pause * random.uniform(0.75, 1.25)
        pause = min(pause * 2, longest / 1.25)


def outline(description: str) -> str:
    """What kind of refusal it is, without the part of Telegram's sentence that may quote the message."""
    return re.sub(r"[\"“].*", "", ":".join(description.split(":")[:2])).strip()[:120]


class Answering:
    """Makes the calls of answers until each is done with, and notes what follows."""

    def __init__(
        self,
        api: Api,
        database: Database,
        painters: Mapping[str, Painter],
        *,
        bot_username: str,
        translate: Callable[[Language], Translator],
        pace: Pace | None = None,
        clock: Callable[[], datetime] = utcnow,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.api = api
        self.database = database
        self.painters = painters
        self.bot_username = bot_username
        self.translate = translate
        self.pace = pace
        self.clock = clock
        self.sleep = sleep
        self._lines = asyncio.Semaphore(CALLS_AT_ONCE)
        self._offline = False

    async def send(self, calls: Sequence[Call]) -> Outcome:
        """Make the calls in order. Returns when every one is done, refused, or its chat is closed to the
        bot."""
        outcome = Outcome()
        closed: set[Any] = set()
        for call in calls:
            if call.params.get("chat_id") in closed:
                continue
            if await self._send(call, outcome):
                closed.add(call.params.get("chat_id"))
        return outcome

    async def _send(self, call: Call, outcome: Outcome) -> bool:
        """Make one call. Returns whether its chat turned out to be closed to the bot."""
        method, params = call.method, dict(call.params)
        files = None
        if call.picture is not None:
            files = await self._draw(call)
            if files is None:
                method, params = "sendMessage", {**params, "text": params["caption"]}
                del params["caption"]
        pauses = growing_pauses()
        became_new = False
        while True:
            try:
                if method in NEW_MESSAGE_METHODS:
                    await self._take_turn()
                async with self._lines:
                    result = await self.api.call(method, params, files)
            except TooMany as error:
                log.warning("telegram asked to wait", seconds=error.retry_after)
                await self._stop_everybody(error.retry_after)
                await self.sleep(error.retry_after)
                continue
            except MigratedTo as error:
                params["chat_id"] = error.chat_id
                continue
            except (Unreachable, Unauthorized) as error:
                self._note_offline(error)
                await self.sleep(next(pauses))
                continue
            except Blocked:
                chat = params.get("chat_id")
                if isinstance(chat, int) and chat > 0:
                    outcome.unreachable.append(chat)
                return True
            except Refused as error:
                self._note_online()
                said = error.description.lower()
                if any(known in said for known in NOTHING_LEFT_TO_DO):
                    return False
                if error.is_chat_gone:
                    return True
                if method == "editMessageText" and any(known in said for known in NOT_EDITABLE):
                    outcome.gone.append(address_of(params))
                    if "chat_id" not in params:
                        return False
                    params.pop("message_id")
                    method, became_new = "sendMessage", True
                    continue
                outcome.refused = f"{method}: {error.description}"
                log.error("call refused", method=method, code=error.code, why=outline(error.description))
                return False
            self._note_online()
            if method in NEW_MESSAGE_METHODS and isinstance(result, dict) and "message_id" in result:
                self._note_sent(call, params, result["message_id"], outcome, became_new=became_new)
                if call.pin:
                    await self._send(pin_call(params["chat_id"], result["message_id"]), outcome)
            return False

    async def _take_turn(self) -> None:
        """Wait for the shared pace; while its row cannot be had the answer goes out without."""
        if self.pace is not None:
            try:
                await self.pace.take()
            except SQLAlchemyError as error:
                log.warning("pace not kept", error=type(error).__name__)

    async def _stop_everybody(self, seconds: float) -> None:
        if self.pace is not None:
            try:
                await self.pace.pause(seconds)
            except SQLAlchemyError as error:
                log.warning("other senders not told to wait", error=type(error).__name__)

    async def _draw(self, call: Call) -> Files | None:
        """The picture of a call as files to upload; None when it cannot be drawn, and the words go out
        alone."""
        picture = call.picture
        if picture is None:
            return None
        language = as_language(picture.language)
        painting = Painting(
            reference=picture.reference,
            language=language,
            t=self.translate(language),
            now=self.clock(),
            bot_username=self.bot_username,
        )
        try:
            async with self.database.reading() as session:
                drawn = await self.painters[picture.kind](session, painting)
        except Exception as error:
            log.error("picture not drawn", kind=picture.kind, error=type(error).__name__)
            return None
        return {"document" if picture.as_document else "photo": (drawn.file_name, drawn.content)}

    def _note_sent(self, call: Call, params: Params, message_id: int, outcome: Outcome, *, became_new: bool) -> None:
        chat = params["chat_id"]
        if call.screen_of is not None:
            outcome.screens.append((call.screen_of, message_id))
        elif became_new and isinstance(chat, int) and chat > 0:
            outcome.own_screens.append((chat, message_id))
        if call.live is not None and "text" in params:
            outcome.live.append(live_row(call.live, {"chat_id": chat, "message_id": message_id}, params, self.clock()))

    def _note_offline(self, error: Exception) -> None:
        if not self._offline:
            self._offline = True
            log.warning("telegram cannot be reached, answers wait", error=type(error).__name__)

    def _note_online(self) -> None:
        if self._offline:
            self._offline = False
            log.info("telegram can be reached again")


def address_of(params: Params) -> Params:
    """The address of the message that a call's parameters name, all three parts of it."""
    return {
        "chat_id": params.get("chat_id"),
        "message_id": params.get("message_id"),
        "inline_message_id": params.get("inline_message_id"),
    }


def live_row(live: LivePlace, address: Params, params: Params, now: datetime) -> Params:
    """The row of a message that is to be kept up to date, showing what `params` says."""
    return {
        **address_of(address),
        "kind": live.kind,
        "reference": live.reference,
        "language": live.language,
        "resident_id": live.resident_id,
        "shown_hash": shown_hash(params["text"], params.get("reply_markup")),
        "shown_at": now,
        # What is shown may have moved while the message was on its way, before there was a row to mark: a
        # first look settles it and costs no edit when nothing has.
        "refresh_at": now,
    }


_live: Final = cast(Table, LiveMessage.__table__)
_residents: Final = cast(Table, Resident.__table__)

_LIVE_COLUMNS: Final = (
    "chat_id",
    "message_id",
    "inline_message_id",
    "kind",
    "reference",
    "language",
    "resident_id",
    "shown_hash",
    "shown_at",
    "refresh_at",
)
_LIVE_CHANGES: Final = ["kind", "reference", "language", "resident_id", "shown_hash", "shown_at"]
_FORGET_IN_CHAT: Final = delete(_live).where(
    _live.c.chat_id == bindparam("at_chat"), _live.c.message_id == bindparam("at_message")
)
_FORGET_INLINE: Final = delete(_live).where(_live.c.inline_message_id == bindparam("at_inline"))
_SCREEN: Final = (
    update(_residents).where(_residents.c.id == bindparam("whose")).values(screen_message_id=bindparam("message"))
)
_OWN_SCREEN: Final = (
    update(_residents)
    .where(_residents.c.telegram_id == bindparam("whose"))
    .values(screen_message_id=bindparam("message"))
)
_UNREACHABLE: Final = (
    update(_residents)
    .where(_residents.c.telegram_id == bindparam("whose"), _residents.c.unreachable_since.is_(None))
    .values(unreachable_since=bindparam("since"))
)
_REACHABLE: Final = (
    update(_residents).where(_residents.c.telegram_id == bindparam("whose")).values(unreachable_since=None)
)


async def note_edits(session: AsyncSession, calls: Iterable[Call], now: datetime) -> None:
    """Write down, before they are made, which messages the calls turn into something live and which into
    something else: from the commit on nobody's refresh may write over what the person is about to see."""
    live: dict[tuple[Any, ...], Params] = {}
    gone: dict[tuple[Any, ...], Params] = {}
    for call in calls:
        if not call.method.startswith(("editMessage", "deleteMessage")):
            continue
        address = address_of(call.params)
        key = tuple(address.values())
        live.pop(key, None)
        gone.pop(key, None)
        if call.live is not None and "text" in call.params:
            live[key] = live_row(call.live, address, call.params, now)
        else:
            gone[key] = address
    await _forget(session, list(gone.values()))
    await _keep_live(session, list(live.values()))


async def note_outcomes(session: AsyncSession, outcomes: Iterable[Outcome], now: datetime) -> None:
    """Write down what followed from sent answers."""
    gone: list[Params] = []
    live: list[Params] = []
    screens: list[Params] = []
    own_screens: list[Params] = []
    unreachable: list[Params] = []
    for outcome in outcomes:
        gone += outcome.gone
        live += outcome.live
        screens += [{"whose": whose, "message": message} for whose, message in outcome.screens]
        own_screens += [{"whose": whose, "message": message} for whose, message in outcome.own_screens]
        unreachable += [{"whose": whose, "since": now} for whose in outcome.unreachable]
    await _forget(session, gone)
    await _keep_live(session, live)
    connection = await session.connection()
    for statement, rows in (
        (_SCREEN, screens),
        (_OWN_SCREEN, own_screens),
        (_UNREACHABLE, unreachable),
    ):
        if rows:
            await connection.execute(statement, rows)


async def note_reachable(session: AsyncSession, telegram_id: int, now: datetime, *, reachable: bool) -> None:
    """Write down that a person blocked the bot, or lets it write again. An unknown person stays unknown."""
    connection = await session.connection()
    if reachable:
        await connection.execute(_REACHABLE, {"whose": telegram_id})
    else:
        await connection.execute(_UNREACHABLE, {"whose": telegram_id, "since": now})


async def _forget(session: AsyncSession, addresses: list[Params]) -> None:
    if not addresses:
        return
    in_chats = [
        {"at_chat": address["chat_id"], "at_message": address["message_id"]}
        for address in addresses
        if address["inline_message_id"] is None
    ]
    inline = [
        {"at_inline": address["inline_message_id"]} for address in addresses if address["inline_message_id"] is not None
    ]
    connection = await session.connection()
    if in_chats:
        await connection.execute(_FORGET_IN_CHAT, in_chats)
    if inline:
        await connection.execute(_FORGET_INLINE, inline)


async def _keep_live(session: AsyncSession, rows: list[Params]) -> None:
    if not rows:
        return
    connection = await session.connection()
    for key in (["chat_id", "message_id"], ["inline_message_id"]):
        placed = [row for row in rows if row[key[0]] is not None]
        if placed:
            holes: Params = {name: bindparam(name) for name in _LIVE_COLUMNS}
            await connection.execute(upsert(session, LiveMessage, holes, key, _LIVE_CHANGES), placed)

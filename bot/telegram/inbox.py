"""The inbox: an update is stored before Telegram hears it was received, and is done when its effect and
answer are.

An update's effect and its answer are committed together; only then is the answer sent, from what was stored.
So a process may die at any moment: before that commit the update is handled anew, after it the stored answer
is sent. Nothing takes effect twice; at worst an answer that was on its way arrives twice.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, cast

import structlog
from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, ChatMemberUpdated, ChosenInlineResult, Message, Update, User
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError
from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, null, or_, select, update
from sqlalchemy import Update as Change
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.db import Database, insert_ignoring, upsert, utcnow
from bot.i18n import N_, Language, Translator, as_language
from bot.residents.models import Resident, Role
from bot.telegram.answering import (
    Answering,
    Outcome,
    growing_pauses,
    note_edits,
    note_outcomes,
    note_reachable,
)
from bot.telegram.answers import Answer, Call, ChatKind, MessageAddress, toast_call
from bot.telegram.context import Here
from bot.telegram.faults import describe, is_the_databases_fault, where
from bot.telegram.models import InboxState, InboxUpdate, PollingOffset
from bot.telegram.raw import chat_key, chat_of, language_of, person_of, tap_of

log: Final = structlog.get_logger("bot.telegram.inbox")

ATTEMPTS: Final = 3
"""How often a handler may fail on one update before it is set aside."""

LEASE: Final = timedelta(seconds=30)
"""How long an update stays with the worker that took it, unless that worker renews it."""

DONE_KEPT: Final = timedelta(days=2)
"""How long a done update is remembered. Telegram redelivers for one day."""

SET_ASIDE_KEPT: Final = timedelta(days=30)
"""How long an update that could not be handled is kept, with what the person wrote, for somebody to look
at."""

CHATS_AT_ONCE: Final = 16
"""How many transactions run side by side where the database lets several writers in."""

CHATS_IN_A_TRANSACTION: Final = 64
"""How many updates, each of another chat, share one transaction where writers queue anyway."""

BACKLOG: Final = 500
"""How many updates may be in hand before no more are asked for."""

LINGER_SECONDS: Final = 0.05
"""How long "this one is done" waits for company before it gets a transaction of its own. If the process dies
meanwhile, an answer is sent again."""

OUR_FAULT: Final = N_("Something broke on our side. Your text is saved; please try again.")


class Residents(Protocol):
    """What the inbox asks the residents' service."""

    async def arrive(
        self, session: AsyncSession, *, telegram_id: int, telegram_language: str | None, now: datetime
    ) -> Resident:
        """The resident behind a Telegram id, made when new."""

    async def roles_of(self, session: AsyncSession, resident: Resident) -> tuple[frozenset[Role], tuple[str, ...]]:
        """The roles a resident holds, and the bodies an official speaks for."""


@dataclass(slots=True)
class Item:
    """One update in hand."""

    update_id: int
    payload: dict[str, Any]
    attempts: int = 0
    answer: tuple[Call, ...] | None = None
    """The committed answer, once only sending is left."""
    error: str | None = None
    """Set together with `answer`: that is an apology then, and the update ends up set aside."""
    key: int = field(init=False)
    parsed: Update | None = field(init=False, default=None)
    pauses: Iterator[float] = field(init=False)

    def __post_init__(self) -> None:
        self.key = chat_key(self.payload)
        self.pauses = growing_pauses(0.02, 5.0)


@dataclass(slots=True)
class Finished:
    """An update whose answer is sent, to be written down as done, or as set aside with an error."""

    item: Item
    outcome: Outcome
    error: str | None
    holds_chat: bool
    """Whether the chat's next update waits until this is written down: it may replace what is on the screen, and
    what the screen was must not be noted after what it became."""


_inbox: Final = cast(Table, InboxUpdate.__table__)
_THIS: Final = (_inbox.c.bot_id == bindparam("of_bot"), _inbox.c.update_id == bindparam("of_update"))
_UNDONE: Final = _inbox.c.state.in_((InboxState.WAITING, InboxState.ANSWERING))
_OVER: Final[dict[str, Any]] = {
    "answer": null(),
    "done_at": bindparam("at"),
    "worker": null(),
    "leased_until": null(),
}
_ANSWERED: Final = (
    update(_inbox)
    .where(*_THIS)
    .values(
        state=InboxState.ANSWERING,
        answer=bindparam("calls"),
        attempts=bindparam("failures"),
        error=bindparam("why"),
    )
)
_FAILED: Final = update(_inbox).where(*_THIS).values(attempts=bindparam("failures"), error=bindparam("why"))
_DONE: Final = update(_inbox).where(*_THIS).values(state=InboxState.DONE, payload=null(), error=null(), **_OVER)
_SET_ASIDE: Final = update(_inbox).where(*_THIS).values(state=InboxState.SET_ASIDE, error=bindparam("why"), **_OVER)


_STORED: Final = (
    "bot_id",
    "update_id",
    "chat_key",
    "state",
    "payload",
    "attempts",
    "received_at",
    "worker",
    "leased_until",
)


def this_worker() -> str:
    """A name no other worker has: host, process, and a random part for processes that follow one another."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(4)}"


async def store(
    session: AsyncSession,
    bot_id: int,
    raw_updates: Sequence[dict[str, Any]],
    now: datetime,
    *,
    worker: str | None = None,
) -> list[dict[str, Any]]:
    """Store updates and move the polling offset past them. Returns those that were not known yet, in order.

    Once this is committed Telegram may be told that they were received. With `worker` they are its own for a
    lease.
    """
    numbered = {raw["update_id"]: raw for raw in raw_updates if isinstance(raw.get("update_id"), int)}
    if not numbered:
        return []
    known = set(
        await session.scalars(
            select(InboxUpdate.update_id).where(
                InboxUpdate.bot_id == bot_id,
                InboxUpdate.update_id.between(min(numbered), max(numbered)),
            )
        )
    )
    new = {number: numbered[number] for number in sorted(numbered) if number not in known}
    connection = await session.connection()
    if new:
        holes: dict[str, Any] = {name: bindparam(name) for name in _STORED}
        rows = [
            {
                "bot_id": bot_id,
                "update_id": number,
                "chat_key": chat_key(raw),
                "state": InboxState.WAITING,
                "payload": raw,
                "attempts": 0,
                "received_at": now,
                "worker": worker,
                "leased_until": now + LEASE if worker else None,
            }
            for number, raw in new.items()
        ]
        await connection.execute(insert_ignoring(session, InboxUpdate, [holes]), rows)
    offset = {"bot_id": bot_id, "next_update_id": max(numbered) + 1}
    await session.execute(upsert(session, PollingOffset, offset, ["bot_id"]))
    return list(new.values())


async def next_offset(session: AsyncSession, bot_id: int, now: datetime) -> int | None:
    """The update to ask Telegram for first; None after two quiet days.

    Telegram starts numbering anew after a quiet week, perhaps lower, and an offset from before would then
    confirm, and lose, updates nobody has seen. Without one it hands over everything unconfirmed, of one day
    at most.
    """
    newest = await session.scalar(
        select(InboxUpdate.received_at)
        .where(InboxUpdate.bot_id == bot_id)
        .order_by(InboxUpdate.update_id.desc())
        .limit(1)
    )
    if newest is None or newest < now - DONE_KEPT:
        return None
    return await session.scalar(select(PollingOffset.next_update_id).where(PollingOffset.bot_id == bot_id))


async def prune(session: AsyncSession, now: datetime) -> int:
    """Delete what is long done, and what was set aside a month ago. Returns how many rows went."""
    result: Any = await session.execute(
        delete(InboxUpdate).where(
            or_(
                (InboxUpdate.state == InboxState.DONE) & (InboxUpdate.done_at < now - DONE_KEPT),
                (InboxUpdate.state == InboxState.SET_ASIDE) & (InboxUpdate.done_at < now - SET_ASIDE_KEPT),
            )
        )
    )
    return int(result.rowcount)


def _stored(row: InboxUpdate) -> Item:
    """An update as it was left, to go on from there."""
    item = Item(row.update_id, row.payload or {}, attempts=row.attempts)
    if row.state is InboxState.ANSWERING:
        item.error = row.error
        try:
            item.answer = tuple(Call.from_json(call) for call in row.answer or ())
        except (KeyError, TypeError) as error:
            item.answer, item.error = (), f"the stored answer cannot be read: {describe(error)}"
    return item


class Inbox:
    """Handles stored updates: in order per chat, many chats side by side, each update once."""

    def __init__(
        self,
        database: Database,
        bot: Bot,
        dispatcher: Dispatcher,
        residents: Residents,
        answering: Answering,
        *,
        bot_username: str,
        translate: Callable[[Language], Translator],
        services: Mapping[str, Any] | None = None,
        default_language: Language = "kk",
        clock: Callable[[], datetime] = utcnow,
        worker: str | None = None,
    ) -> None:
        self.database = database
        self.bot = bot
        self.dispatcher = dispatcher
        self.residents = residents
        self.answering = answering
        self.bot_username = bot_username
        self.translate = translate
        self.services = dict(services or {})
        self.default_language = default_language
        self.clock = clock
        self.worker = worker or this_worker()
        # SQLite has one writer, so updates of many chats share a transaction. PostgreSQL has many, and there
        # every update gets its own: two transactions that each touch several petitions could wait for each
        # other.
        self._lanes = 1 if database.is_sqlite else CHATS_AT_ONCE
        self._most = CHATS_IN_A_TRANSACTION if database.is_sqlite else 1
        self._in_hand: dict[int, Item] = {}
        self._queues: dict[int, deque[Item]] = {}
        self._ready: deque[int] = deque()
        """Chats whose first update may be handled now."""
        self._work = asyncio.Event()
        self._finished: list[Finished] = []
        self._some_finished = asyncio.Event()
        self._keeping_books = asyncio.Lock()
        self._moved = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._running: list[asyncio.Task[None]] = []
        self._stopping = False
        self._is_database_away = False

    # Coming in

    async def take(self, raw_updates: Sequence[dict[str, Any]]) -> None:
        """Store updates and queue those that are new. When this returns Telegram may be told they were
        received."""
        pauses = growing_pauses(0.05)
        while True:
            try:
                async with self.database.transaction() as session:
                    new = await store(session, self.bot.id, raw_updates, self.clock(), worker=self.worker)
                break
            except Exception as error:
                if not is_the_databases_fault(error):
                    raise
                self._note_database_away(error)
                await asyncio.sleep(next(pauses))
        for raw in new:
            self._queue(Item(raw["update_id"], raw))

    async def recover(self, *, everybodys: bool = False) -> int:
        """Go on with what was left undone: by this worker, by workers whose lease has ended, or,
        `everybodys`, by any other, which only the one process that polls may say. Returns how many updates
        that are."""
        now = self.clock()
        known = set(self._in_hand)
        left = [_inbox.c.bot_id == self.bot.id, _UNDONE]
        if not everybodys:
            left.append(
                or_(
                    _inbox.c.worker == self.worker,
                    _inbox.c.leased_until.is_(None),
                    _inbox.c.leased_until < now,
                )
            )
        async with self.database.reading() as session:
            found = set(await session.scalars(select(_inbox.c.update_id).where(*left)))
        if not found - known:
            return 0
        async with self.database.transaction() as session:
            await session.execute(self._unlocked(*left).values(worker=self.worker, leased_until=now + LEASE))
            rows = await session.scalars(
                select(InboxUpdate)
                .where(
                    InboxUpdate.bot_id == self.bot.id,
                    InboxUpdate.worker == self.worker,
                    InboxUpdate.state.in_((InboxState.WAITING, InboxState.ANSWERING)),
                )
                .order_by(InboxUpdate.update_id)
            )
            items = [_stored(row) for row in rows if row.update_id not in known]
        for item in items:
            self._queue(item)
        return len(items)

    def _queue(self, item: Item) -> None:
        if item.update_id in self._in_hand:
            return
        self._in_hand[item.update_id] = item
        queue = self._queues.get(item.key)
        if queue is not None:
            queue.append(item)
        else:
            self._queues[item.key] = deque([item])
            self._make_ready(item.key)

    def _make_ready(self, key: int) -> None:
        self._ready.append(key)
        self._work.set()

    async def wait_for_room(self) -> None:
        """Wait until there are few enough updates in hand to ask for more."""
        while len(self._in_hand) >= BACKLOG:
            self._moved.clear()
            await self._moved.wait()

    async def wait_until_idle(self) -> None:
        """Wait until every update in hand is written down as done or set aside."""
        while self._in_hand:
            self._moved.clear()
            await self._moved.wait()

    # Running

    async def run(self) -> None:
        """Handle what is queued until `drain` is called."""
        self._running = [asyncio.create_task(self._lane()) for _ in range(self._lanes)]
        helpers = [asyncio.create_task(self._write_down()), asyncio.create_task(self._keep_leases())]
        tasks = [*self._running, *helpers]
        try:
            # Only draining ends a lane, and nothing ends a helper.
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            await asyncio.gather(*self._running)
        finally:
            # A transaction that is cancelled half-way may leave its connection, and so its lock, for later.
            async with self._keeping_books:
                for task in tasks:
                    task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def drain(self, seconds: float) -> None:
        """Begin nothing new and wait, so long at most, for what is being handled and sent. The rest stays
        stored."""
        self._stopping = True
        self._work.set()
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while unfinished := {task for task in (*self._running, *self._sending) if not task.done()}:
            left = end - loop.time()
            if left <= 0:
                for task in unfinished:
                    task.cancel()
                await asyncio.gather(*unfinished, return_exceptions=True)
                break
            await asyncio.wait(unfinished, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        await self._flush()

    async def _lane(self) -> None:
        while True:
            await self._work.wait()
            if self._stopping:
                return
            if not self._ready:
                self._work.clear()
                continue
            heads = min(self._most, len(self._ready))
            await self._handle([self._queues[self._ready.popleft()][0] for _ in range(heads)])

    async def _handle(self, items: list[Item]) -> None:
        """Bring each of these updates, all of different chats, one step further."""
        parsed: list[Item] = []
        for item in items:
            if item.answer is not None:
                self._send(item)
            elif problem := self._parse(item):
                await self._set_aside(item, problem)
            else:
                parsed.append(item)
        if not parsed:
            return
        if len(parsed) > 1:
            try:
                await self._transact(parsed)
            except Exception as error:
                # One of them, or the database, spoils it for all: now each alone, and who fails then is to
                # blame.
                log.info("shared transaction undone", updates=len(parsed), error=type(error).__name__)
            else:
                return
        for item in parsed:
            try:
                await self._transact([item])
            except Exception as error:
                await self._failed(item, error)

    def _parse(self, item: Item) -> str | None:
        """Parse an update; returns why it cannot be, without its contents."""
        if item.parsed is None:
            try:
                item.parsed = Update.model_validate(item.payload, context={"bot": self.bot})
            except ValidationError as error:
                fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
                return f"cannot be parsed: {', '.join(fields)[:500]}"
        return None

    async def _transact(self, items: list[Item]) -> None:
        """Handle updates in one transaction: all of it is committed, answers included, or nothing."""
        now = self.clock()
        finished = self._take_finished()
        handled: list[tuple[Item, tuple[Call, ...]]] = []
        try:
            async with (
                self.database.brief_transaction() as connection,
                AsyncSession(connection, expire_on_commit=False) as session,
            ):
                await self._note_finished(session, finished, now)
                held: set[int] = set((await connection.execute(self._mine(items))).scalars())
                for item in items:
                    if item.update_id in held:
                        answer = await self._feed(session, item, now)
                        if session.new or session.dirty or session.deleted:
                            await session.flush()
                        # Nothing that one handler loaded may pass for fresh with the next.
                        session.expunge_all()
                        handled.append((item, answer.calls))
                await note_edits(session, [call for _, calls in handled for call in calls], now)
                await self._note_handled(connection, handled, now)
        except BaseException:
            self._finished[:0] = finished
            self._some_finished.set()
            raise
        self._note_database_back()
        self._written(finished)
        answers = {item.update_id: calls for item, calls in handled}
        for item in items:
            # Not held: it was finished, or taken over, by another worker, or by a commit whose success went
            # unheard.
            if calls := answers.get(item.update_id):
                item.answer = calls
                self._send(item)
            else:
                self._step_aside(item)
                self._forget(item)

    def _mine(self, items: Sequence[Item]) -> Select[Any]:
        """Those of the updates that are still waiting, and still this worker's; held until the transaction ends."""
        return (
            select(_inbox.c.update_id)
            .where(
                _inbox.c.bot_id == self.bot.id,
                _inbox.c.update_id.in_([item.update_id for item in items]),
                _inbox.c.state == InboxState.WAITING,
                _inbox.c.worker == self.worker,
            )
            .with_for_update()
        )

    async def _note_handled(
        self, connection: AsyncConnection, handled: list[tuple[Item, tuple[Call, ...]]], now: datetime
    ) -> None:
        answered = [
            {
                **self._row(item),
                "calls": [call.as_json() for call in calls],
                "failures": item.attempts,
                "why": None,
            }
            for item, calls in handled
            if calls
        ]
        silent = [{**self._row(item), "at": now} for item, calls in handled if not calls]
        if answered:
            await connection.execute(_ANSWERED, answered)
        if silent:
            await connection.execute(_DONE, silent)

    def _row(self, item: Item) -> dict[str, Any]:
        return {"of_bot": self.bot.id, "of_update": item.update_id}

    # One update

    async def _feed(self, session: AsyncSession, item: Item, now: datetime) -> Answer:
        """Find out who did what where and let a handler answer. Raises what the handler raises."""
        parsed = item.parsed
        if parsed is None:
            raise ValueError("an update is handled before it is parsed")
        try:
            event = parsed.event
        except UpdateTypeLookupError:
            return Answer()
        person = getattr(event, "from_user", None) or getattr(event, "user", None)
        if not isinstance(person, User) or person.is_bot:
            return Answer()
        if isinstance(event, ChatMemberUpdated) and event.chat.type == "private":
            is_blocked = event.new_chat_member.status == "kicked"
            await note_reachable(session, person.id, now, reachable=not is_blocked)
            return Answer()
        resident = await self.residents.arrive(
            session, telegram_id=person.id, telegram_language=person.language_code, now=now
        )
        roles, body_keys = await self.residents.roles_of(session, resident)
        chat, tapped, callback_id = _place_of(event)
        kind: ChatKind = "private" if chat is not None and chat.type == "private" else "group"
        here = Here(
            session=session,
            resident=resident,
            roles=roles,
            body_keys=body_keys,
            t=self.translate(as_language(resident.language, self.default_language)),
            now=now,
            bot_username=self.bot_username,
            chat_id=chat.id if chat is not None else None,
            chat_kind=kind,
            tapped=tapped,
            callback_id=callback_id,
            first_name=person.first_name,
        )
        answer = await self.dispatcher.feed_update(self.bot, parsed, here=here, **self.services)
        if answer is None or answer is UNHANDLED:
            return Answer()
        if not isinstance(answer, Answer):
            raise TypeError(f"a handler returned {type(answer).__name__} instead of an Answer")
        return answer

    async def _failed(self, item: Item, error: Exception) -> None:
        """Its transaction was undone: try again soon, or apologise and set it aside."""
        if is_the_databases_fault(error):
            self._note_database_away(error)
            self._try_again(item)
            return
        item.attempts += 1
        log.error(
            "handler failed",
            update_id=item.update_id,
            attempt=item.attempts,
            error=type(error).__name__,
            where=where(error),
        )
        if item.attempts >= ATTEMPTS:
            await self._set_aside(item, describe(error))
            return
        row = {**self._row(item), "failures": item.attempts, "why": describe(error)}
        try:
            async with self.database.brief_transaction() as connection:
                await connection.execute(_FAILED, row)
        except Exception as database_error:
            self._note_database_away(database_error)
        self._try_again(item)

    async def _set_aside(self, item: Item, error: str) -> None:
        """Store an apology as the answer; where nobody is to be told, set the update aside at once."""
        log.error("update is set aside", update_id=item.update_id, attempts=item.attempts)
        now = self.clock()
        row = {**self._row(item), "why": error}
        try:
            async with self.database.transaction() as session:
                calls = await self._apology(session, item)
                connection = await session.connection()
                if calls:
                    stored = [call.as_json() for call in calls]
                    await connection.execute(_ANSWERED, {**row, "calls": stored, "failures": item.attempts})
                else:
                    await connection.execute(_SET_ASIDE, {**row, "at": now})
        except Exception as database_error:
            self._note_database_away(database_error)
            item.attempts = min(item.attempts, ATTEMPTS - 1)
            self._try_again(item)
            return
        if calls:
            item.answer, item.error = calls, error
            self._send(item)
        else:
            self._step_aside(item)
            self._forget(item)

    async def _apology(self, session: AsyncSession, item: Item) -> tuple[Call, ...]:
        """What tells the person, in their language; nothing where it would only disturb a group."""
        chat, person, tap = chat_of(item.payload), person_of(item.payload), tap_of(item.payload)
        language: str | None = None
        if person is not None:
            language = await session.scalar(select(Resident.language).where(Resident.telegram_id == person))
        words = self.translate(as_language(language or language_of(item.payload), self.default_language)).plain(
            OUR_FAULT
        )
        calls: list[Call] = []
        is_private = chat is not None and chat > 0
        if tap is not None:
            calls.append(toast_call(tap) if is_private else toast_call(tap, words, alert=True))
        if is_private:
            calls.append(Call("sendMessage", {"chat_id": chat, "text": words}))
        return tuple(calls)

    def _try_again(self, item: Item) -> None:
        asyncio.get_running_loop().call_later(next(item.pauses), self._make_ready, item.key)

    # Going out

    def _send(self, item: Item) -> None:
        task = asyncio.create_task(self._answer(item))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _answer(self, item: Item) -> None:
        """Send a committed answer, then let the next update of the chat go on: at once, or, when there is
        something about the chat's messages to write down, after that."""
        outcome, error = Outcome(), item.error
        try:
            outcome = await self.answering.send(item.answer or ())
            if error is None and outcome.refused is not None:
                error = outcome.refused
                async with self.database.reading() as session:
                    apology = await self._apology(session, item)
                await self.answering.send(apology)
        except Exception as problem:
            log.error(
                "answer not sent",
                update_id=item.update_id,
                error=type(problem).__name__,
                where=where(problem),
            )
            error = error or describe(problem)
        holds_chat = outcome.is_about_messages
        self._finished.append(Finished(item, outcome, error, holds_chat))
        self._some_finished.set()
        if not holds_chat:
            self._step_aside(item)

    def _step_aside(self, item: Item) -> None:
        """Let the next update of the chat go on."""
        queue = self._queues[item.key]
        queue.popleft()
        if queue:
            self._make_ready(item.key)
        else:
            del self._queues[item.key]

    def _written(self, finished: Sequence[Finished]) -> None:
        for entry in finished:
            if entry.holds_chat:
                self._step_aside(entry.item)
            self._forget(entry.item)

    def _forget(self, item: Item) -> None:
        self._in_hand.pop(item.update_id, None)
        self._moved.set()

    def _take_finished(self) -> list[Finished]:
        taken, self._finished = self._finished, []
        self._some_finished.clear()
        return taken

    async def _note_finished(self, books: AsyncSession, finished: Sequence[Finished], now: datetime) -> None:
        if not finished:
            return
        await note_outcomes(books, [entry.outcome for entry in finished], now)
        connection = await books.connection()
        done = [{**self._row(entry.item), "at": now} for entry in finished if entry.error is None]
        aside = [
            {**self._row(entry.item), "at": now, "why": entry.error} for entry in finished if entry.error is not None
        ]
        if done:
            await connection.execute(_DONE, done)
        if aside:
            await connection.execute(_SET_ASIDE, aside)

    async def _write_down(self) -> None:
        """Write down what is finished when no transaction of a handler has come to take it along."""
        while True:
            await self._some_finished.wait()
            await asyncio.sleep(LINGER_SECONDS)
            if not self._ready:
                await self._flush()

    async def _flush(self) -> None:
        async with self._keeping_books:
            finished = self._take_finished()
            if not finished:
                return
            try:
                async with self.database.transaction() as books:
                    await self._note_finished(books, finished, self.clock())
            except BaseException as error:
                if is_the_databases_fault(error):
                    self._note_database_away(error)
                elif isinstance(error, Exception):
                    log.error("outcome not written", error=type(error).__name__, where=where(error))
                    # What followed from sending is lost, such as a row to keep a card fresh; that it was sent is
                    # not.
                    finished = [replace(entry, outcome=Outcome()) for entry in finished]
                self._finished[:0] = finished
                self._some_finished.set()
                if not isinstance(error, Exception):
                    raise
                return
            self._note_database_back()
            self._written(finished)

    # Keeping

    async def _keep_leases(self) -> None:
        """Renew what is in hand; go on with what workers that ended left behind."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            async with self._keeping_books:
                try:
                    await self._renew()
                    await self.recover()
                except Exception as error:
                    self._note_database_away(error)

    async def _renew(self) -> None:
        if self._in_hand:
            async with self.database.transaction() as session:
                mine = (_inbox.c.bot_id == self.bot.id, _inbox.c.worker == self.worker, _UNDONE)
                await session.execute(self._unlocked(*mine).values(leased_until=self.clock() + LEASE))

    def _unlocked(self, *which: ColumnElement[bool]) -> Change:
        """A change of many updates but those that a transaction holds just now: each of the two would wait for the
        other, and what is held is being handled. There is a next time soon."""
        free = select(_inbox.c.update_id).where(*which).with_for_update(skip_locked=True)
        return update(_inbox).where(_inbox.c.bot_id == self.bot.id, _inbox.c.update_id.in_(free))

    def _note_database_away(self, error: BaseException) -> None:
        if not self._is_database_away:
            self._is_database_away = True
            log.warning("database trouble, trying again", error=type(error).__name__, where=where(error))

    def _note_database_back(self) -> None:
        if self._is_database_away:
            self._is_database_away = False
            log.info("database answers again")


def _place_of(event: Any) -> tuple[Any, MessageAddress | None, str | None]:
    """The chat of an event, the message that was tapped, and the id by which the tap is answered."""
    if isinstance(event, CallbackQuery):
        message = event.message
        if message is None:
            return None, MessageAddress(inline_message_id=event.inline_message_id), event.id
        # Only words can be edited into other words; whatever else a message holds is answered with a new one.
        is_wordless = isinstance(message, Message) and message.text is None
        address = MessageAddress(message.chat.id, message.message_id, has_picture=is_wordless)
        return message.chat, address, event.id
    if isinstance(event, ChosenInlineResult) and event.inline_message_id is not None:
        return None, MessageAddress(inline_message_id=event.inline_message_id), None
    return getattr(event, "chat", None), None, None

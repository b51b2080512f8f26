"""The sender: takes due deliveries by priority under a lease, keeps to the pace, loses nothing.

A delivery is claimed (surely not sent), marked as being sent in a committed transaction, and only then sent.
So after a crash at any moment nobody is missed, and at most the messages that were on their way go out twice.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog
from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.db import Database, insert_ignoring
from bot.delivery import metrics
from bot.delivery.api import (
    CALL_SECONDS,
    ApiError,
    Blocked,
    MigratedTo,
    Refused,
    TooMany,
    Unauthorized,
    Unreachable,
)
from bot.delivery.clock import Clock, SystemClock
from bot.delivery.gate import Due, Gate, Gathered, PutOff
from bot.delivery.messages import Drawn, Painter, Painting, Renderer, Telling, shown_hash
from bot.delivery.models import Delivery, DeliveryState, LiveMessage
from bot.delivery.pace import Pace, Urgency
from bot.delivery.people import mark_unreachable, residents
from bot.delivery.pictures import Pictures
from bot.delivery.queries import outbox_report
from bot.i18n import Language, Translator, as_language, translator
from bot.screen import Picture
from bot.telegram.answers import Call, LivePlace, pin_call, send_call

log: Final = structlog.get_logger("bot.delivery.sender")

LEASE: Final = timedelta(seconds=30)
"""How long a worker may keep a delivery before a peer takes it over; longer than the longest call by far."""

IN_FLIGHT: Final = 30
"""Most messages on their way at once, so most that can arrive twice after a crash."""

CLAIM: Final = 6
"""Deliveries claimed at once at Telegram's pace; few, so that an urgent one need not wait behind many."""

LOOK_PAST: Final = 200
"""Deliveries looked at in one go after a look of which all were put off: at the beginning of the quiet hours a
broadcast's many rows must not keep one waiting that may go."""

CLAIM_LIFTED: Final = 200
"""Deliveries claimed at once where no pace is kept."""

GIVE_UP_AFTER: Final = 16
"""Attempts at a delivery while Telegram cannot be reached; with the growing pauses about five hours."""

RENDER_ATTEMPTS: Final = 5
"""Attempts at a delivery whose message cannot be written."""

LONGEST_PAUSE: Final = timedelta(hours=1)
PER_CHAT: Final = timedelta(seconds=1)
"""Telegram lets about one message a second into one chat."""

POLL_SECONDS: Final = 0.5
TROUBLE_SECONDS: Final = 1.0
HOUSEKEEPING: Final = timedelta(seconds=5)
GAUGES: Final = timedelta(seconds=15)
PRIORITIES: Final = range(10)

Translators = Callable[[Language], Translator]


class Api(Protocol):
    """What is needed of `bot.delivery.api.BotApi`."""

    def call(
        self, method: str, params: dict[str, Any], files: dict[str, tuple[str, bytes]] | None = None
    ) -> Awaitable[Any]:
        """Make one Bot API call and return its result."""
        ...


def worker_name() -> str:
    """A name no other worker has, now or after a restart; at most 40 characters."""
    return f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(4)}"


def retry_pause(attempts: int) -> timedelta:
    """How long a delivery rests after that many failed attempts: 2, 4, 8 … seconds, an hour at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)) * random.uniform(0.8, 1.2), LONGEST_PAUSE)


_deliveries: Final = Delivery.metadata.tables[Delivery.__tablename__]

_HELD: Final = (DeliveryState.CLAIMED, DeliveryState.SENDING)

_DUE_PRIORITIES: Final = select(
    *(
        exists(
            select(Delivery.id).where(
                Delivery.state == DeliveryState.WAITING,
                Delivery.priority == priority,
                Delivery.not_before <= bindparam("now"),
            )
        ).label(f"p{priority}")
        for priority in PRIORITIES
    )
)
"""Which priorities have anything due: ten looks into the index, whatever the length of the queue."""

_other = aliased(Delivery)
_DUE: Final = (
    select(
        Delivery.id,
        Delivery.kind,
        Delivery.resident_id,
        Delivery.reference,
        Delivery.params,
        Delivery.repeatable,
        Delivery.attempts,
        Delivery.chat_id,
        residents.c.telegram_id,
        residents.c.language,
        residents.c.unreachable_since,
    )
    .join(residents, residents.c.id == Delivery.resident_id)
    .where(
        Delivery.state == DeliveryState.WAITING,
        Delivery.priority == bindparam("priority"),
        Delivery.not_before <= bindparam("now"),
        ~exists(
            select(_other.id).where(
                _other.resident_id == Delivery.resident_id,
                _other.finished_at.is_(None),
                _other.state.in_(_HELD),
            )
        ),
        ~exists(
            select(_other.id).where(
                _other.resident_id == Delivery.resident_id,
                _other.finished_at > bindparam("rested"),
                _other.state == DeliveryState.SENT,
            )
        ),
    )
    .order_by(Delivery.not_before, Delivery.id)
    .limit(bindparam("room"))
    .with_for_update(of=Delivery, skip_locked=True)
)
"""What is due at one priority, leaving out people who are being written to or were within the last second."""

_CLAIM: Final = (
    update(_deliveries)
    .where(_deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=DeliveryState.CLAIMED, worker=bindparam("by_worker"), leased_until=bindparam("until_lease"))
)
_SKIP_SILENT: Final = (
    update(_deliveries)
    .where(_deliveries.c.id == bindparam("row"))
    .values(state=DeliveryState.SKIPPED, finished_at=bindparam("at"), error="the person cannot be reached")
)
_PUT_OFF: Final = update(_deliveries).where(_deliveries.c.id == bindparam("row")).values(not_before=bindparam("until"))
_GATHER: Final = (
    update(_deliveries)
    .where(_deliveries.c.id == bindparam("row"))
    .values(state=DeliveryState.GATHERED, not_before=bindparam("until"), finished_at=bindparam("at"))
)
_UNWANTED: Final = (
    update(_deliveries)
    .where(_deliveries.c.id == bindparam("row"))
    .values(state=DeliveryState.SKIPPED, finished_at=bindparam("at"), error=bindparam("why"))
)
_MARK: Final = (
    update(_deliveries)
    .where(
        _deliveries.c.id.in_(bindparam("ids", expanding=True)),
        _deliveries.c.worker == bindparam("me"),
        _deliveries.c.state == DeliveryState.CLAIMED,
        _deliveries.c.leased_until > bindparam("now"),
    )
    .values(state=DeliveryState.SENDING, leased_until=bindparam("until_lease"))
    .returning(_deliveries.c.id)
)
"""The step after which a message may have arrived. It fails for rows that a peer has taken over meanwhile."""

_SENT: Final = (
    update(_deliveries)
    .where(
        _deliveries.c.id == bindparam("row"),
        or_(*(_deliveries.c.state == state for state in (*_HELD, DeliveryState.WAITING))),
    )
    .values(
        state=DeliveryState.SENT,
        message_id=bindparam("message"),
        finished_at=bindparam("at"),
        leased_until=None,
        error=None,
    )
)
"""Holds even when a peer has taken the row over: the message is there, so nobody needs to send it."""

_mine: Final = (
    _deliveries.c.id == bindparam("row"),
    _deliveries.c.worker == bindparam("me"),
    # Not in_(): its list cannot be part of a statement that runs once for each row.
    or_(*(_deliveries.c.state == state for state in _HELD)),
)
_END: Final = (
    update(_deliveries)
    .where(*_mine)
    .values(
        state=bindparam("ended", type_=_deliveries.c.state.type),
        error=bindparam("why"),
        finished_at=bindparam("at"),
        leased_until=None,
    )
)
_AGAIN: Final = (
    update(_deliveries)
    .where(*_mine)
    .values(
        state=DeliveryState.WAITING,
        not_before=bindparam("not_earlier"),
        attempts=bindparam("tried"),
        error=bindparam("why"),
        worker=None,
        leased_until=None,
    )
)
_RELEASE: Final = (
    update(_deliveries)
    .where(
        _deliveries.c.id.in_(bindparam("ids", expanding=True)),
        _deliveries.c.worker == bindparam("me"),
        _deliveries.c.state == DeliveryState.CLAIMED,
    )
    .values(state=DeliveryState.WAITING, worker=None, leased_until=None)
)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A claimed delivery whose message is written."""

    id: int
    kind: str
    resident_id: int
    chat_id: int
    attempts: int
    repeatable: bool
    call: Call
    files: dict[str, tuple[str, bytes]] | None
    """What is uploaded; None when there is nothing, or Telegram has it already."""


@dataclass(slots=True)
class _Notes:
    """What came of deliveries and is not written down yet."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)
    again: list[dict[str, Any]] = field(default_factory=list)
    live: list[dict[str, Any]] = field(default_factory=list)
    unreachable: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    """Groups that became supergroups: their id before, and now."""
    pause_until: datetime | None = None
    returned: int = 0
    """How many of them were on their way."""

    def __bool__(self) -> bool:
        return bool(self.sent or self.ended or self.again or self.pause_until)


class Sender:
    """Sends what is due in the outbox. Any number of them, in any number of processes, share the work."""

    def __init__(
        self,
        database: Database,
        api: Api,
        pace: Pace,
        *,
        renderers: Mapping[str, Renderer],
        painters: Mapping[str, Painter],
        bot_username: str,
        translators: Translators = translator,
        clock: Clock | None = None,
        lease: timedelta = LEASE,
        gate: Gate | None = None,
    ) -> None:
        self.worker: Final = worker_name()
        self._database = database
        self._api = api
        self._pace = pace
        self._renderers = renderers
        self._painters = painters
        self._pictures = Pictures()
        self._bot_username = bot_username
        self._translators = translators
        self._clock = clock or SystemClock()
        self._lease = lease
        self._gate = gate
        self._claim_size = CLAIM_LIFTED if pace.is_lifted else max(CLAIM, int(pace.rate / 5))
        self._look = self._claim_size
        """How many due deliveries the next claim looks at."""
        self._ready: deque[_Ready] = deque()
        self._notes = _Notes()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._on_their_way = 0
        self._awake = asyncio.Event()
        self._token_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._unreached = 0
        self._hold_until: datetime | None = None
        self._looks_at: datetime | None = None
        self._reclaims_at: datetime | None = None
        self._gauges_at: datetime | None = None

    def nudge(self) -> None:
        """Look for due deliveries at once instead of at the next poll."""
        self._looks_at = None
        self._awake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until asked to stop; then let what is on its way arrive, and hand the rest back."""
        watcher = asyncio.create_task(self._wake_on(stop))
        try:
            while not stop.is_set():
                if not await self._round_safely():
                    await self._clock.wait(self._awake, POLL_SECONDS)
        finally:
            watcher.cancel()
            await self._finish()

    async def drain(self) -> None:
        """Send all that may go now, and return when there is nothing more.

        Unlike `run`, which tries again, it raises what the database raises.
        """
        self._looks_at = None
        while await self._round():
            pass
        await self._finish()

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._awake.set()

    async def _round_safely(self) -> bool:
        try:
            return await self._round()
        except (SQLAlchemyError, OSError) as error:
            log.error("outbox: the database did not work, trying again", error=type(error).__name__)
            await self._clock.sleep(TROUBLE_SECONDS)
            return True
        except Exception:
            log.exception("outbox: a round broke, trying again")
            await self._clock.sleep(TROUBLE_SECONDS)
            return True

    async def _round(self) -> bool:
        """One turn: write down what came back, start what may go, or wait. Says whether anything is left."""
        self._awake.clear()
        now = self._clock.now()
        await self._keep_house(now)
        is_low = len(self._ready) <= self._claim_size // 3
        if is_low and (self._looks_at is None or now >= self._looks_at) and not await self._fetch():
            self._looks_at = self._clock.now() + timedelta(seconds=POLL_SECONDS)
        room = self._room(self._clock.now())
        if room or self._is_worth_writing():
            await self._turn_over(room)
        if self._awake.is_set() or self._is_worth_writing() or self._room(self._clock.now()):
            # What this round started gets its first step before the next one.
            await asyncio.sleep(0)
            return True
        if not self._ready and not self._tasks:
            return self._looks_at is None
        await self._clock.wait(self._awake, self._pause_length(self._clock.now()))
        return True

    def _is_worth_writing(self) -> bool:
        """Whether enough has come back for a transaction: half of what is on its way. The other half keeps the
        line busy meanwhile."""
        return bool(self._notes) and self._notes.returned >= len(self._tasks)

    def _pause_length(self, now: datetime) -> float:
        """Seconds until there may be something to do without anything coming back."""
        moments = [now + timedelta(seconds=POLL_SECONDS)]
        if self._looks_at is not None and len(self._ready) <= self._claim_size // 3:
            moments.append(self._looks_at)
        if self._ready:
            moments += [moment for moment in (self._token_at, self._hold_until) if moment and moment > now]
        return max((min(moments) - now).total_seconds(), 0.001)

    def _room(self, now: datetime) -> int:
        """How many of the ready messages may be started now, as far as this worker alone can tell."""
        if not self._ready or (self._token_at is not None and now < self._token_at):
            return 0
        if self._hold_until is not None and now < self._hold_until:
            return 0
        if len(self._tasks) > IN_FLIGHT // 2 and not self._is_worth_writing():
            return 0
        most = IN_FLIGHT if self._hold_until is None else 1
        return max(0, min(len(self._ready), most - self._on_their_way + self._notes.returned))

    async def _keep_house(self, now: datetime) -> None:
        if self._reclaims_at is None or now >= self._reclaims_at:
            async with self._database.transaction() as session:
                await take_over(session, now, besides=tuple(self._tasks))
            self._reclaims_at = now + min(HOUSEKEEPING, self._lease / 2)
        if self._gauges_at is None or now >= self._gauges_at:
            async with self._database.reading() as session:
                report = await outbox_report(session, now)
            metrics.QUEUE.set(report.due)
            metrics.OLDEST.set(report.oldest_due_seconds)
            metrics.FAILED.set(report.failed)
            metrics.IN_HAND.set(report.in_hand)
            metrics.LATER.set(report.later)
            metrics.LIVE_DUE.set(report.live_due)
            metrics.PAUSED.set(1 if report.paused_until else 0)
            self._gauges_at = now + GAUGES

    async def _fetch(self) -> bool:
        """Claim due deliveries and write their messages. Says whether there were any."""
        now = self._clock.now()
        if self._pause_is_long() or (self._hold_until is not None and now < self._hold_until):
            return False
        async with self._database.reading() as session:
            flags = (await session.execute(_DUE_PRIORITIES, {"now": now})).one()
        due = [priority for priority in PRIORITIES if flags[priority]]
        if not due:
            return False
        rows, moved = await self._claim(due, now)
        await self._write(rows)
        return bool(rows) or moved

    def _pause_is_long(self) -> bool:
        return self._pace.pause_left() > self._lease.total_seconds() / 3

    async def _claim(self, due: Sequence[int], now: datetime) -> tuple[list[Any], bool]:
        """Claim what is due. Says also whether rows that are not to be sent now were moved out of the way."""
        claimed: list[Any] = []
        silent: list[dict[str, Any]] = []
        async with self._database.transaction() as session:
            await self._pace.lock(session)
            people: set[int] = set()
            for priority in due:
                room = self._look - len(claimed)
                if room <= 0:
                    break
                found = await session.execute(
                    _DUE, {"priority": priority, "now": now, "rested": now - PER_CHAT, "room": room}
                )
                for row in found:
                    is_silent = row.telegram_id is None or row.unreachable_since is not None
                    if is_silent and row.chat_id is None:
                        silent.append({"row": row.id, "at": now})
                    elif row.resident_id not in people:
                        people.add(row.resident_id)
                        claimed.append(row)
            looked = len(claimed)
            if self._gate is not None and claimed:
                claimed = await self._let_through(session, self._gate, claimed, now)
            held_back = looked - len(claimed)
            claimed = claimed[: self._claim_size]
            self._look = max(self._claim_size, LOOK_PAST) if held_back and not claimed else self._claim_size
            connection = await session.connection()
            if claimed:
                await connection.execute(
                    _CLAIM,
                    {
                        "ids": [row.id for row in claimed],
                        "by_worker": self.worker,
                        "until_lease": self._clock.now() + self._lease,
                    },
                )
            if silent:
                await connection.execute(_SKIP_SILENT, silent)
        metrics.DELIVERIES.labels("skipped").inc(len(silent))
        return claimed, bool(silent) or held_back > 0

    @staticmethod
    async def _let_through(session: AsyncSession, gate: Gate, rows: Sequence[Any], now: datetime) -> list[Any]:
        """Ask the gate about rows and do as it says; returns those that go on."""
        # What goes to a group is no matter of one person's choices.
        due = [Due(row.id, row.kind, row.resident_id, row.reference, row.params) for row in rows if row.chat_id is None]
        holds = await gate(session, due, now) if due else {}
        if not holds:
            return list(rows)
        put_off, gathered, unwanted = [], [], []
        for row_id, hold in holds.items():
            if isinstance(hold, PutOff):
                put_off.append({"row": row_id, "until": hold.until})
            elif isinstance(hold, Gathered):
                gathered.append({"row": row_id, "until": hold.at, "at": now})
            else:
                unwanted.append({"row": row_id, "why": hold.why, "at": now})
        connection = await session.connection()
        for statement, changes in ((_PUT_OFF, put_off), (_GATHER, gathered), (_UNWANTED, unwanted)):
            if changes:
                await connection.execute(statement, changes)
        metrics.DELIVERIES.labels("skipped").inc(len(unwanted))
        metrics.DELIVERIES.labels("gathered").inc(len(gathered))
        return [row for row in rows if row.id not in holds]

    async def _write(self, rows: Sequence[Any]) -> None:
        """Turn claimed rows into ready messages. What has nothing to say, or cannot be written, is noted."""
        if not rows:
            return
        async with self._database.reading() as session:
            for row in rows:
                now = self._clock.now()
                try:
                    ready = await self._write_one(session, row, now)
                except Exception as error:
                    # Whatever a renderer meets must not keep the others waiting.
                    await session.rollback()
                    log.exception("outbox: a message could not be written", kind=row.kind, delivery=row.id)
                    why = f"could not be written: {type(error).__name__}"
                    self._try_again(row.id, row.kind, row.attempts, RENDER_ATTEMPTS, why, now)
                    continue
                if ready is None:
                    self._end(row.id, DeliveryState.SKIPPED, "nothing left to say", now)
                else:
                    self._ready.append(ready)

    async def _write_one(self, session: AsyncSession, row: Any, now: datetime) -> _Ready | None:
        is_group = row.chat_id is not None
        chat_id = row.chat_id if is_group else row.telegram_id
        # A group has a language of its own, whoever brought the bot there.
        spoken = row.params.get("language", row.language) if is_group else row.language
        t = self._translators(as_language(spoken))
        telling = Telling(
            kind=row.kind,
            reference=row.reference,
            params=row.params,
            resident_id=row.resident_id,
            t=t,
            now=now,
            bot_username=self._bot_username,
            in_group=is_group,
        )
        screen = await self._renderers[row.kind](session, telling)
        if screen is None:
            return None
        live = None
        if screen.live is not None:
            live = LivePlace(screen.live.kind, screen.live.reference, t.language, None if is_group else row.resident_id)
        call = send_call(screen, chat_id, screen_of=None, live=live)
        files = None
        if screen.picture is not None:
            files = await self._pictured(session, call, screen.picture, now)
        return _Ready(row.id, row.kind, row.resident_id, chat_id, row.attempts, row.repeatable, call, files)

    async def _pictured(
        self, session: AsyncSession, call: Call, picture: Picture, now: datetime
    ) -> dict[str, tuple[str, bytes]] | None:
        """What to upload with a call; nothing where Telegram has the picture, whose name there is put in the call."""

        async def draw() -> Drawn:
            language = as_language(picture.language)
            painting = Painting(picture.reference, language, self._translators(language), now, self._bot_username)
            return await self._painters[picture.kind](session, painting)

        found = await self._pictures.get(picture, now, draw)
        field = "document" if picture.as_document else "photo"
        if isinstance(found, str):
            call.params[field] = found
            return None
        return {field: (found.file_name, found.content)}

    async def _turn_over(self, room: int) -> None:
        """One transaction: write down what came back, draw from the pace, mark what is to go. Then send."""
        notes, self._notes = self._notes, _Notes()
        now = self._clock.now()
        started: list[tuple[_Ready, datetime]] = []
        taken_off = 0
        wait = 0.0
        lease_end = now + self._lease
        try:
            async with self._database.transaction() as session:
                if notes:
                    await self._record(session, notes)
                if room:
                    impatient = self._asked_at is not None and now - self._asked_at >= PER_CHAT
                    taken = await self._pace.draw(
                        session, 1 if impatient else room, Urgency.DELIVERY, in_advance=impatient
                    )
                    wait = taken.wait
                    taken_off = len(taken.moments)
                    if taken.moments:
                        lease_end = self._clock.now() + self._lease
                        first = [self._ready[index] for index in range(taken_off)]
                        started = await self._mark(session, first, taken.moments, lease_end)
        except BaseException:
            self._put_back(notes)
            raise
        self._on_their_way -= notes.returned
        if taken_off:
            self._asked_at = self._token_at = None
            for _ in range(taken_off):
                self._ready.popleft()
        elif room:
            self._asked_at = self._asked_at or now
            self._token_at = self._clock.now() + timedelta(seconds=wait)
            if self._pause_is_long():
                await self._release()
        for message, moment in started:
            self._on_their_way += 1
            self._tasks[message.id] = asyncio.create_task(self._send(message, moment, lease_end))

    async def _mark(
        self,
        session: AsyncSession,
        messages: Sequence[_Ready],
        moments: Sequence[datetime],
        lease_end: datetime,
    ) -> list[tuple[_Ready, datetime]]:
        connection = await session.connection()
        marked = await connection.execute(
            _MARK,
            {
                "ids": [message.id for message in messages],
                "me": self.worker,
                "now": self._clock.now(),
                "until_lease": lease_end,
            },
        )
        still_ours = {row.id for row in marked}
        return [
            (message, moment) for message, moment in zip(messages, moments, strict=True) if message.id in still_ours
        ]

    async def _send(self, message: _Ready, moment: datetime, lease_end: datetime) -> None:
        """Make one call and note what came of it. Never raises."""
        latest = lease_end - timedelta(seconds=CALL_SECONDS)
        try:
            ahead = (moment - self._clock.now()).total_seconds()
            if ahead > 0 and moment < latest:
                await self._clock.sleep(ahead)
            timely = moment < latest and self._pace.is_timely(moment)
            if not timely and self._pace.pause_left() == 0:
                timely = await self._pace.turn(Urgency.DELIVERY, until=latest)
            now = self._clock.now()
            if not timely or now >= latest:
                self._put_off(message, now + timedelta(seconds=self._pace.pause_left()), "its turn passed")
                return
            result = await self._api.call(message.call.method, message.call.params, message.files)
            self._arrived(message, result, self._clock.now())
            if message.call.pin:
                await self._pin(message, result)
        except ApiError as error:
            self._not_sent(message, error, self._clock.now())
        except Exception as error:
            log.exception("outbox: sending broke", kind=message.kind, delivery=message.id)
            why = f"sending broke: {type(error).__name__}"
            self._try_again(message.id, message.kind, message.attempts, RENDER_ATTEMPTS, why, self._clock.now())
        finally:
            self._notes.returned += 1
            self._tasks.pop(message.id, None)
            if self._is_worth_writing():
                self._awake.set()

    async def _pin(self, message: _Ready, result: Any) -> None:
        """Pin what was just sent. A message that cannot be pinned has arrived all the same."""
        if not isinstance(result, dict) or "message_id" not in result:
            return
        call = pin_call(message.chat_id, result["message_id"])
        try:
            await self._api.call(call.method, call.params)
        except ApiError as error:
            log.warning("outbox: a message was not pinned", kind=message.kind, error=str(error))

    def _arrived(self, message: _Ready, result: Any, now: datetime) -> None:
        self._reached()
        if message.call.picture is not None and message.files is not None:
            self._pictures.uploaded(message.call.picture, result)
        message_id = result.get("message_id") if isinstance(result, dict) else None
        self._notes.sent.append({"row": message.id, "message": message_id, "at": now})
        metrics.SENT.inc()
        live = message.call.live
        if live is not None and message_id is not None:
            params = message.call.params
            self._notes.live.append(
                {
                    "kind": live.kind,
                    "reference": live.reference,
                    "language": live.language,
                    "resident_id": live.resident_id,
                    "chat_id": message.chat_id,
                    "message_id": message_id,
                    "shown_hash": shown_hash(params["text"], params.get("reply_markup")),
                    "shown_at": now,
                    # It may have moved since it was written, when there was no row yet to mark.
                    "refresh_at": now,
                }
            )

    def _not_sent(self, message: _Ready, error: ApiError, now: datetime) -> None:
        if isinstance(error, Unreachable):
            self._not_reached(now)
            if error.maybe_done and not message.repeatable:
                self._end(message.id, DeliveryState.SKIPPED, f"may have arrived: {error}", now)
                return
            self._try_again(message.id, message.kind, message.attempts, GIVE_UP_AFTER, str(error), now)
            return
        if isinstance(error, Unauthorized):
            self._not_reached(now)
            log.critical("outbox: Telegram does not accept the bot's token", error=str(error))
            self._put_off(message, now + timedelta(seconds=TROUBLE_SECONDS), str(error))
            return
        self._reached()
        if isinstance(error, TooMany):
            until = now + timedelta(seconds=error.retry_after)
            log.warning("outbox: Telegram asked to wait", seconds=error.retry_after)
            metrics.DELIVERIES.labels("too_many").inc()
            self._pace.saw_pause(until)
            if self._notes.pause_until is None or until > self._notes.pause_until:
                self._notes.pause_until = until
            self._put_off(message, until, str(error))
        elif isinstance(error, MigratedTo) and message.chat_id < 0:
            self._notes.moved[message.chat_id] = error.chat_id
            self._put_off(message, now, str(error))
        elif isinstance(error, Blocked) or (isinstance(error, Refused) and error.is_chat_gone):
            if message.chat_id > 0:
                self._notes.unreachable.add(message.resident_id)
            self._end(message.id, DeliveryState.SKIPPED, str(error), now)
        elif message.call.picture is not None and message.files is None:
            self._pictures.forget(message.call.picture)
            self._try_again(message.id, message.kind, message.attempts, RENDER_ATTEMPTS, str(error), now)
        else:
            self._end(message.id, DeliveryState.FAILED, str(error), now, kind=message.kind)

    def _reached(self) -> None:
        self._unreached = 0
        self._hold_until = None

    def _not_reached(self, now: datetime) -> None:
        """After a few failures in a row try one message at a time, more and more rarely: a Telegram that is
        away shall not use up everybody's attempts."""
        self._unreached += 1
        if self._unreached >= 3:
            self._hold_until = now + timedelta(seconds=min(0.25 * 2 ** min(self._unreached - 3, 7), 30))

    def _put_off(self, message: _Ready, not_before: datetime, why: str) -> None:
        """Let a message wait that was surely not sent, at no cost to its attempts."""
        self._notes.again.append(
            {
                "row": message.id,
                "me": self.worker,
                "not_earlier": not_before,
                "tried": message.attempts,
                "why": why,
            }
        )

    def _try_again(self, delivery_id: int, kind: str, attempts: int, most: int, why: str, now: datetime) -> None:
        if attempts + 1 >= most:
            self._end(delivery_id, DeliveryState.FAILED, f"given up after {most} attempts: {why}", now, kind=kind)
            return
        metrics.DELIVERIES.labels("again").inc()
        self._notes.again.append(
            {
                "row": delivery_id,
                "me": self.worker,
                "not_earlier": now + retry_pause(attempts + 1),
                "tried": attempts + 1,
                "why": why,
            }
        )

    def _end(self, delivery_id: int, state: DeliveryState, why: str, now: datetime, *, kind: str | None = None) -> None:
        if state is DeliveryState.FAILED:
            log.error("outbox: a delivery failed for good", delivery=delivery_id, kind=kind, error=why)
        metrics.DELIVERIES.labels(state.value).inc()
        self._notes.ended.append({"row": delivery_id, "me": self.worker, "ended": state, "why": why, "at": now})

    async def _record(self, session: AsyncSession, notes: _Notes) -> None:
        connection = await session.connection()
        for statement, rows in ((_SENT, notes.sent), (_END, notes.ended), (_AGAIN, notes.again)):
            if rows:
                await connection.execute(statement, rows)
        if notes.live:
            await session.execute(insert_ignoring(session, LiveMessage, notes.live))
        await mark_unreachable(session, notes.unreachable, self._clock.now())
        for before, after in notes.moved.items():
            await session.execute(
                update(Delivery).where(Delivery.chat_id == before, Delivery.finished_at.is_(None)).values(chat_id=after)
            )
        if notes.pause_until is not None:
            await self._pace.stop_until(session, notes.pause_until)

    def _put_back(self, notes: _Notes) -> None:
        """Keep notes for the next transaction when this one failed."""
        newer = self._notes
        self._notes = notes
        notes.sent += newer.sent
        notes.ended += newer.ended
        notes.again += newer.again
        notes.live += newer.live
        notes.unreachable |= newer.unreachable
        notes.moved |= newer.moved
        notes.returned += newer.returned
        if newer.pause_until is not None:
            notes.pause_until = max(newer.pause_until, notes.pause_until or newer.pause_until)

    async def _release(self) -> None:
        """Hand claimed deliveries back, so that others need not wait for the lease to end."""
        if not self._ready:
            return
        ids = [message.id for message in self._ready]
        async with self._database.transaction() as session:
            connection = await session.connection()
            await connection.execute(_RELEASE, {"ids": ids, "me": self.worker})
        self._ready.clear()

    async def _finish(self) -> None:
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
        if self._notes:
            await self._turn_over(0)
        await self._release()


async def take_over(session: AsyncSession, now: datetime, *, besides: Sequence[int] = ()) -> None:
    """Free deliveries of workers that did not come back before their lease ended.

    Claimed ones were surely not sent and wait again. Of those whose call had begun, the repeatable ones wait
    again; the others may have arrived and are left at that. `besides` are rows the caller itself is sending.
    """
    abandoned = (_deliveries.c.leased_until < now, _deliveries.c.id.not_in(besides))
    free = {"state": DeliveryState.WAITING, "worker": None, "leased_until": None}
    sending = _deliveries.c.state == DeliveryState.SENDING
    await session.execute(
        update(_deliveries).where(_deliveries.c.state == DeliveryState.CLAIMED, *abandoned).values(free)
    )
    await session.execute(update(_deliveries).where(sending, *abandoned, _deliveries.c.repeatable).values(free))
    await session.execute(
        update(_deliveries)
        .where(sending, *abandoned, ~_deliveries.c.repeatable)
        .values(
            state=DeliveryState.SKIPPED,
            leased_until=None,
            finished_at=now,
            error="may have arrived: its worker was stopped while sending",
        )
    )

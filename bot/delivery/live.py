"""Live messages: what shows a petition's count is edited when the count has moved, once for many moves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery import metrics
from bot.delivery.api import CALL_SECONDS, ApiError, Blocked, MigratedTo, Refused, TooMany, Unreachable
from bot.delivery.clock import Clock, SystemClock
from bot.delivery.messages import LiveRenderer, LiveShow, shown_hash
from bot.delivery.models import LiveMessage
from bot.delivery.pace import Pace, Urgency
from bot.delivery.people import mark_unreachable
from bot.delivery.sender import LEASE, POLL_SECONDS, TROUBLE_SECONDS, Api, Translators
from bot.i18n import as_language, translator
from bot.telegram.answers import MessageAddress, edit_call

log: Final = structlog.get_logger("bot.delivery.live")

PRIVATE_REST: Final = timedelta(seconds=3)
"""Time between two edits of one message in a private chat."""

PUBLIC_REST: Final = timedelta(seconds=5)
"""Time between two edits of one message in a group or sent through inline mode."""

GROUP_REST: Final = timedelta(seconds=3)
"""Time between edits of different messages in one group: Telegram allows 20 a minute."""

CHAT_REST: Final = timedelta(seconds=1)
"""Time between edits of different messages in one private chat."""

SETTLE_SECONDS: Final = 0.2
"""Longer than a transaction that asks for a refresh takes."""

AT_ONCE: Final = 10
"""Most edits under way at once."""

AFTER_TROUBLE: Final = timedelta(seconds=10)
"""When an edit that found no Telegram is tried again."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A row this worker holds, as it was when it was taken."""

    id: int
    kind: str
    reference: int
    address: MessageAddress
    resident_id: int | None
    language: str
    shown_hash: str
    shown_at: datetime
    lease_end: datetime


class LiveWorker:
    """Edits live messages that are out of date. Any number of them share the work.

    While a row is held its `refresh_at` is empty, so a refresh asked for during the edit leaves its mark
    there and is seen afterwards.
    """

    def __init__(
        self,
        database: Database,
        api: Api,
        pace: Pace,
        *,
        live_renderers: Mapping[str, LiveRenderer],
        bot_username: str,
        translators: Translators = translator,
        clock: Clock | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._api = api
        self._pace = pace
        self._renderers = live_renderers
        self._bot_username = bot_username
        self._translators = translators
        self._clock = clock or SystemClock()
        self._lease = lease

    async def run(self, stop: asyncio.Event) -> None:
        """Keep messages up to date until asked to stop."""
        while not stop.is_set():
            try:
                held = await self.refresh_due()
            except (SQLAlchemyError, OSError) as error:
                log.error("live: the database did not work, trying again", error=type(error).__name__)
                await self._clock.wait(stop, TROUBLE_SECONDS)
                continue
            except Exception:
                log.exception("live: a round broke, trying again")
                await self._clock.wait(stop, TROUBLE_SECONDS)
                continue
            if not held:
                await self._clock.wait(stop, max(POLL_SECONDS, self._pace.pause_left()))

    async def refresh_due(self) -> int:
        """Bring one batch of messages up to date. Returns how many were looked at."""
        if self._pace.pause_left() > 0:
            return 0
        now = self._clock.now()
        async with self._database.reading() as session:
            if await session.scalar(select(LiveMessage.id).where(_is_due(now)).limit(1)) is None:
                return 0
        held = await self._take(now)
        if not held:
            return 0
        if not self._database.is_sqlite:
            # A transaction that found these rows marked already, and so did not mark them again, may commit
            # what it changed only now. (On SQLite it has: there is one writer at a time.)
            await self._clock.sleep(SETTLE_SECONDS)
        changed: list[tuple[_Held, dict[str, Any], str]] = []
        async with self._database.reading() as session:
            for row in held:
                written = await self._write(session, row)
                if written is not None:
                    changed.append((row, *written))
        results = await asyncio.gather(*(self._edit(*each) for each in changed), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(held)

    async def _take(self, now: datetime) -> list[_Held]:
        """Hold rows that are due and whose chat has rested; move the others on to when it will have."""
        async with self._database.transaction() as session:
            await self._pace.lock(session)
            rows = (
                await session.scalars(
                    select(LiveMessage)
                    .where(_is_due(now))
                    .order_by(LiveMessage.refresh_at)
                    .limit(AT_ONCE)
                    .with_for_update(skip_locked=True)
                )
            ).all()
            chats = await _last_edits(session, [row.chat_id for row in rows if row.chat_id is not None], now)
            taken: list[_Held] = []
            lease_end = self._clock.now() + self._lease
            for row in rows:
                due_at = _rested_at(row, chats)
                if due_at > now:
                    row.refresh_at, row.leased_until = due_at, None
                    continue
                if row.chat_id is not None:
                    chats[row.chat_id] = now
                row.refresh_at, row.leased_until = None, lease_end
                taken.append(
                    _Held(
                        row.id,
                        row.kind,
                        row.reference,
                        MessageAddress(row.chat_id, row.message_id, row.inline_message_id),
                        row.resident_id,
                        row.language,
                        row.shown_hash,
                        row.shown_at,
                        lease_end,
                    )
                )
        return taken

    async def _write(self, session: AsyncSession, row: _Held) -> tuple[dict[str, Any], str] | None:
        """The call that brings a message up to date and the hash of what it shows; None: none is needed."""
        show = LiveShow(
            row.kind,
            row.reference,
            row.resident_id,
            self._translators(as_language(row.language)),
            self._clock.now(),
            self._bot_username,
        )
        try:
            screen = await self._renderers[row.kind](session, show)
        except Exception:
            await session.rollback()
            log.exception("live: a message could not be written", kind=row.kind, reference=row.reference)
            await self._let_go(row, refresh_at=self._clock.now() + AFTER_TROUBLE)
            metrics.EDITS.labels("again").inc()
            return None
        if screen is None:
            await self._forget(row)
            return None
        params = edit_call(screen, row.address).params
        shown = shown_hash(params["text"], params["reply_markup"])
        if shown == row.shown_hash:
            metrics.EDITS.labels("same").inc()
            await self._let_go(row)
            return None
        return params, shown

    async def _edit(self, row: _Held, params: dict[str, Any], shown: str) -> None:
        latest = row.lease_end - timedelta(seconds=CALL_SECONDS)
        if not await self._pace.turn(Urgency.EDIT, until=latest) or not await self._is_still(row):
            await self._let_go(row, refresh_at=self._clock.now())
            return
        try:
            await self._api.call("editMessageText", params)
        except Refused as error:
            if error.is_not_modified:
                await self._shown(row, shown)
            elif error.is_message_gone or error.is_chat_gone:
                await self._forget(row)
            else:
                log.error("live: an edit was refused", kind=row.kind, reference=row.reference, error=str(error))
                metrics.EDITS.labels("refused").inc()
                await self._let_go(row)
        except MigratedTo:
            # Messages from before the move cannot be edited in the new chat.
            await self._forget(row)
        except Blocked:
            await self._forget(row, blocked=True)
        except TooMany as error:
            log.warning("live: Telegram asked to wait", seconds=error.retry_after)
            await self._pace.pause(error.retry_after)
            await self._let_go(row, refresh_at=self._clock.now() + timedelta(seconds=error.retry_after))
            metrics.EDITS.labels("again").inc()
        except (Unreachable, ApiError) as error:
            log.warning("live: an edit did not get through", error=str(error))
            await self._let_go(row, refresh_at=self._clock.now() + AFTER_TROUBLE)
            metrics.EDITS.labels("again").inc()
        else:
            metrics.EDITS.labels("edited").inc()
            await self._shown(row, shown)

    async def _is_still(self, row: _Held) -> bool:
        """Whether the message still shows what it did: an answer to a tap may have made it something else."""
        async with self._database.reading() as session:
            found = await session.scalar(select(LiveMessage.id).where(*_unchanged(row)))
        return found is not None

    async def _shown(self, row: _Held, shown: str) -> None:
        async with self._database.transaction() as session:
            now = self._clock.now()
            kept: Any = await session.execute(
                update(LiveMessage).where(*_unchanged(row)).values(shown_hash=shown, shown_at=now, leased_until=None)
            )
            if kept.rowcount == 0:
                # An answer to a tap edited it at the same time, and which edit came last is unknown.
                await session.execute(
                    update(LiveMessage)
                    .where(LiveMessage.id == row.id)
                    .values(shown_hash="", refresh_at=now, leased_until=None)
                )

    async def _let_go(self, row: _Held, *, refresh_at: datetime | None = None) -> None:
        """Give a row back; a refresh asked for meanwhile stays as it is."""
        async with self._database.transaction() as session:
            await session.execute(
                update(LiveMessage)
                .where(LiveMessage.id == row.id, LiveMessage.leased_until == row.lease_end)
                .values(leased_until=None, refresh_at=func.coalesce(LiveMessage.refresh_at, refresh_at))
            )

    async def _forget(self, row: _Held, *, blocked: bool = False) -> None:
        metrics.EDITS.labels("gone").inc()
        async with self._database.transaction() as session:
            await session.execute(delete(LiveMessage).where(*_unchanged(row)))
            if blocked and row.resident_id is not None:
                await mark_unreachable(session, [row.resident_id], self._clock.now())


def _is_due(now: datetime) -> Any:
    return or_(
        and_(
            LiveMessage.refresh_at <= now,
            or_(LiveMessage.leased_until.is_(None), LiveMessage.leased_until <= now),
        ),
        LiveMessage.leased_until <= now,
    )


def _unchanged(row: _Held) -> tuple[Any, ...]:
    return (
        LiveMessage.id == row.id,
        LiveMessage.leased_until == row.lease_end,
        LiveMessage.kind == row.kind,
        LiveMessage.reference == row.reference,
        LiveMessage.shown_at == row.shown_at,
    )


async def _last_edits(session: AsyncSession, chats: Sequence[int], now: datetime) -> dict[int, datetime]:
    """When each chat last had a live message edited; now, while a worker is editing one."""
    if not chats:
        return {}
    found = await session.execute(
        select(LiveMessage.chat_id, func.max(LiveMessage.shown_at), func.max(LiveMessage.leased_until))
        .where(LiveMessage.chat_id.in_(chats))
        .group_by(LiveMessage.chat_id)
    )
    return {
        chat: now if leased_until is not None and leased_until > now else shown_at
        for chat, shown_at, leased_until in found
        if chat is not None
    }


def _rested_at(row: LiveMessage, chats: Mapping[int, datetime]) -> datetime:
    """When the message may be edited next, by its own rest and its chat's."""
    if row.chat_id is None:
        return row.shown_at + PUBLIC_REST
    is_group = row.chat_id < 0
    own = row.shown_at + (PUBLIC_REST if is_group else PRIVATE_REST)
    return max(own, chats[row.chat_id] + (GROUP_REST if is_group else CHAT_REST))

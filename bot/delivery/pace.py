"""The pace all workers of one bot share, so that Telegram never sees more than 30 messages in any second."""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database, insert_ignoring
from bot.delivery.clock import Clock, SystemClock
from bot.delivery.models import Budget

RATE: Final = 28.0
"""Messages a second. With BURST they add up to Telegram's 30 in the worst second."""

BURST: Final = 2.0

FASTEST_RATE: Final = 1_000.0
"""Telegram grants no bot more than this, not even for payment; a higher rate means that no pace is kept."""

PATIENCE_SECONDS: Final = 1.0
"""Whoever waited this long for a free moment queues like an answer, so that nobody starves."""

CLOCK_LEAP: Final = timedelta(seconds=60)
"""A budget counted further ahead than this was counted by a wrong clock."""

TRIES: Final = 8


class Urgency(enum.Enum):
    """Who goes first. The value is how many tokens must be there before one is taken."""

    ANSWER = 0.0
    """Answers to what a person just did do not wait for a token: they take the next moments in advance, and
    everybody else waits until those are paid for. So 5/s and more are theirs at any time."""
    DELIVERY = 1.0
    EDIT = 1.5


@dataclass(frozen=True, slots=True)
class Taken:
    """What a request got: the moments at which it may call, or how long to wait before it asks again."""

    moments: tuple[datetime, ...] = ()
    wait: float = 0.0
    """Seconds; 0 when something was granted."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket at one instant. Fewer than no tokens: the next moments are promised already."""

    tokens: float
    counted_at: datetime
    paused_until: datetime | None = None

    def at(self, now: datetime, rate: float, burst: float) -> Self:
        """The bucket at a later instant; never one that turned back."""
        counted = self.counted_at
        if counted - now > CLOCK_LEAP:
            return replace(self, tokens=0.0, counted_at=now)
        elapsed = (now - counted).total_seconds()
        if elapsed <= 0:
            return self
        return replace(self, tokens=min(burst, self.tokens + elapsed * rate), counted_at=now)

    def take(
        self,
        now: datetime,
        count: int,
        urgency: Urgency,
        *,
        rate: float,
        burst: float,
        in_advance: bool = False,
    ) -> tuple[Self, Taken]:
        """Take up to `count` tokens.

        Answers, and whoever asks `in_advance`, get all of them at once with the moments they are good for;
        others get those that are there now.
        """
        if self.paused_until is not None:
            if now < self.paused_until:
                return self, Taken(wait=(self.paused_until - now).total_seconds())
            # What would have been saved up during the pause is not handed out in one go after it.
            rested = replace(
                self,
                tokens=min(self.tokens, 0.0),
                counted_at=max(self.counted_at, self.paused_until),
                paused_until=None,
            )
            return rested.take(now, count, urgency, rate=rate, burst=burst, in_advance=in_advance)
        bucket = self.at(now, rate, burst)
        if urgency is Urgency.ANSWER or in_advance:
            left = bucket.tokens - count
            moments = tuple(
                bucket.counted_at + timedelta(seconds=max(0.0, -(bucket.tokens - number) / rate))
                for number in range(1, count + 1)
            )
            return replace(bucket, tokens=left), Taken(moments)
        granted = min(count, int(bucket.tokens - urgency.value + 1))
        if granted <= 0 or bucket.counted_at > now:
            behind = max(0.0, (bucket.counted_at - now).total_seconds())
            return bucket, Taken(wait=max(behind + (urgency.value - bucket.tokens) / rate, 0.001))
        return replace(bucket, tokens=bucket.tokens - granted), Taken((now,) * granted)


class Pace:
    """The shared bucket in the bot's row of `budgets`.

    With a rate above FASTEST_RATE no pace is kept; a 429 still stops everybody.
    """

    def __init__(
        self,
        database: Database,
        bot_id: int,
        *,
        rate: float = RATE,
        burst: float = BURST,
        clock: Clock | None = None,
    ) -> None:
        self.bot_id = bot_id
        self.rate = rate
        self.burst = burst
        self.is_lifted = rate > FASTEST_RATE
        self._database = database
        self._clock = clock or SystemClock()
        # A call made this much after its moment still leaves at most one more in the worst second.
        self._lateness = max(0.9 / rate, 0.02)
        self._paused_until: datetime | None = None
        self._looked_at: datetime | None = None
        self._asking: list[asyncio.Future[datetime]] = []
        self._granting: asyncio.Task[None] | None = None

    async def lock(self, session: AsyncSession) -> None:
        """Hold the budget until the transaction ends. Whoever claims does this first, so that claims come one
        after the other and each sees what the ones before it took."""
        await self._read(session, lock=True)

    async def draw(self, session: AsyncSession, count: int, urgency: Urgency, *, in_advance: bool = False) -> Taken:
        """Take up to `count` moments in the caller's transaction; they count once it commits."""
        if self.is_lifted:
            now = self._clock.now()
            if self._has_to_look(now):
                await self._read(session, lock=False)
            waiting = self.pause_left()
            return Taken(wait=waiting) if waiting else Taken((now,) * count)
        before = await self._read(session, lock=True)
        # Read off the clock only now: the lock may have taken its time.
        now = self._clock.now()
        after, taken = before.take(now, count, urgency, rate=self.rate, burst=self.burst, in_advance=in_advance)
        if taken.moments:
            await session.execute(
                update(Budget)
                .where(Budget.bot_id == self.bot_id)
                .values(tokens=after.tokens, counted_at=after.counted_at, paused_until=after.paused_until)
            )
        return taken

    async def stop_until(self, session: AsyncSession, until: datetime) -> None:
        """Stop every worker of this bot until then, as a 429 asks."""
        await self._read(session, lock=True)
        self.saw_pause(until)
        await session.execute(
            update(Budget)
            .where(
                Budget.bot_id == self.bot_id,
                (Budget.paused_until.is_(None)) | (Budget.paused_until < until),
            )
            .values(paused_until=until)
        )

    async def pause(self, seconds: float) -> None:
        """Stop every worker of this bot for that many seconds, in a transaction of its own."""
        until = self._clock.now() + timedelta(seconds=seconds)
        async with self._database.transaction() as session:
            await self.stop_until(session, until)

    async def take(self) -> None:
        """Wait until an answer to what a person just did may be sent; call Telegram at once afterwards.

        Takes go first, and all that ask at the same time share one small transaction.
        """
        if self.is_lifted:
            await self._wait_out_pause()
            return
        for _ in range(TRIES):
            if self.is_timely(await self._wait_for(self._ask())):
                return

    async def turn(self, urgency: Urgency, *, until: datetime) -> bool:
        """Wait until one call of this urgency may be made; call Telegram at once afterwards.

        Returns False, with nothing to be called, when that would not be before `until`.
        """
        if self.is_lifted and self.pause_left() == 0:
            return self._clock.now() < until
        asked_at = self._clock.now()
        tries = 0
        while True:
            impatient = (self._clock.now() - asked_at).total_seconds() >= PATIENCE_SECONDS
            async with self._database.transaction() as session:
                taken = await self.draw(session, 1, urgency, in_advance=impatient)
            now = self._clock.now()
            next_at = taken.moments[0] if taken.moments else now + timedelta(seconds=taken.wait)
            if next_at >= until:
                return False
            if not taken.moments:
                await self._clock.sleep(taken.wait)
                continue
            tries += 1
            await self._sleep_until(next_at)
            if self.is_timely(next_at) or tries >= TRIES:
                return self._clock.now() < until

    def is_timely(self, moment: datetime) -> bool:
        """Whether a call for this moment may still be made; a moment missed by more is lost."""
        now = self._clock.now()
        if self._paused_until is not None and now < self._paused_until:
            return False
        return self.is_lifted or (now - moment).total_seconds() <= self._lateness

    def saw_pause(self, until: datetime | None) -> None:
        """Keep to a pause in this process from now on; `stop_until` tells the others."""
        if until is not None and (self._paused_until is None or until > self._paused_until):
            self._paused_until = until

    def pause_left(self) -> float:
        """Seconds until the pause ends that this process knows of; 0 when there is none."""
        now = self._clock.now()
        if self._paused_until is None or now >= self._paused_until:
            return 0.0
        return (self._paused_until - now).total_seconds()

    async def _read(self, session: AsyncSession, *, lock: bool) -> Bucket:
        query = select(Budget.tokens, Budget.counted_at, Budget.paused_until).where(Budget.bot_id == self.bot_id)
        if lock:
            query = query.with_for_update()
        row = (await session.execute(query)).one_or_none()
        if row is None:
            fresh = {"bot_id": self.bot_id, "tokens": 0.0, "counted_at": self._clock.now()}
            await session.execute(insert_ignoring(session, Budget, [fresh]))
            row = (await session.execute(query)).one()
        self.saw_pause(row.paused_until)
        return Bucket(row.tokens, row.counted_at, row.paused_until)

    def _has_to_look(self, now: datetime) -> bool:
        """Without a pace to keep, a look at the budget once a second is enough to learn of a pause."""
        if self._looked_at is not None and (now - self._looked_at).total_seconds() < 1:
            return False
        self._looked_at = now
        return True

    async def _sleep_until(self, moment: datetime) -> None:
        ahead = (moment - self._clock.now()).total_seconds()
        if ahead > 0:
            await self._clock.sleep(ahead)

    def _ask(self) -> asyncio.Future[datetime]:
        asked: asyncio.Future[datetime] = asyncio.get_running_loop().create_future()
        self._asking.append(asked)
        if self._granting is None or self._granting.done():
            self._granting = asyncio.create_task(self._grant())
        return asked

    async def _wait_for(self, asked: asyncio.Future[datetime]) -> datetime:
        moment = await asked
        await self._sleep_until(moment)
        return moment

    async def _grant(self) -> None:
        """Serve all who ask, batch after batch, until nobody does."""
        while self._asking:
            batch = [asked for asked in self._asking if not asked.done()]
            self._asking = []
            if not batch:
                return
            try:
                async with self._database.transaction() as session:
                    taken = await self.draw(session, len(batch), Urgency.ANSWER)
            except Exception as error:
                for asked in batch:
                    if not asked.done():
                        asked.set_exception(error)
                continue
            if not taken.moments:
                self._asking = batch + self._asking
                await self._clock.sleep(taken.wait)
                continue
            for asked, moment in zip(batch, taken.moments, strict=True):
                if not asked.done():
                    asked.set_result(moment)

    async def _wait_out_pause(self) -> None:
        if self._has_to_look(self._clock.now()):
            async with self._database.reading() as session:
                self.saw_pause(await session.scalar(select(Budget.paused_until).where(Budget.bot_id == self.bot_id)))
        while (left := self.pause_left()) > 0:
            await self._clock.sleep(left)

"""Making and sending broadcasts. Methods work inside the caller's transaction and never commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audience import queries as people
from bot.audience.editing import Reckoned
from bot.audience.rules import Audience
from bot.broadcasts.models import Broadcast, BroadcastState
from bot.broadcasts.rules import BroadcastTap, LinkButton, text_in
from bot.delivery.models import Delivery
from bot.delivery.outbox import refresh, tell, tell_each
from bot.delivery.progress import drop, hold, minutes_for, progress, release
from bot.places.tree import Gazetteer
from bot.residents.models import Resident
from bot.screen import Tap

KIND: Final = "broadcast"
LIVE_KIND: Final = "broadcast"
PRIORITY: Final = 8
"""After everything that concerns one person."""

EDITABLE: Final = frozenset({BroadcastState.DRAFT})
GOING: Final = frozenset({BroadcastState.RUNNING, BroadcastState.PAUSED})

Audit = Callable[..., Awaitable[None]]


class BroadcastMoved(ValueError):
    """The button was made for an earlier state; `broadcast` is how it is now."""

    def __init__(self, broadcast: Broadcast) -> None:
        super().__init__(f"broadcast {broadcast.id} is at version {broadcast.version}")
        self.broadcast = broadcast


class BroadcastMissing(LookupError):
    """There is no such broadcast."""


class Broadcasts:
    """Use cases on broadcasts. `rate` is how many messages a second the sender may send."""

    is_survey: Final = False

    def __init__(self, gazetteer: Gazetteer, audit: Audit, rate: float, zone: str = "Asia/Almaty") -> None:
        self.gazetteer = gazetteer
        self.zone = zone
        self._audit = audit
        self._rate = rate

    # --- making -----------------------------------------------------------------------------------------

    async def begin(self, session: AsyncSession, owner: Resident, now: datetime) -> Broadcast:
        """A new draft, or the owner's empty one."""
        drafts = await session.scalars(
            select(Broadcast).where(Broadcast.owner_id == owner.id, Broadcast.state == BroadcastState.DRAFT)
        )
        empty = next((draft for draft in drafts if not draft.texts and not draft.attachment), None)
        if empty is not None:
            return empty
        draft = Broadcast(
            owner_id=owner.id,
            state=BroadcastState.DRAFT,
            version=1,
            texts={},
            attachment={},
            buttons={},
            audience={},
            urgent=False,
            created_at=now,
            updated_at=now,
        )
        session.add(draft)
        await session.flush()
        return draft

    async def get(self, session: AsyncSession, number: int, *, version: int | None = None) -> Broadcast:
        """A broadcast, held until the transaction ends.

        Raises:
            BroadcastMissing: there is none.
            BroadcastMoved: `version` is not the present one.
        """
        broadcast = await session.get(Broadcast, number, with_for_update=True, populate_existing=True)
        if broadcast is None or broadcast.state is BroadcastState.DISCARDED:
            raise BroadcastMissing(number)
        if version is not None and version != broadcast.version:
            raise BroadcastMoved(broadcast)
        return broadcast

    def set_text(self, broadcast: Broadcast, language: str, html: str | None, now: datetime) -> None:
        """Keep the text in a language; None takes it away."""
        texts = {**broadcast.texts, language: html}
        broadcast.texts = {one: text for one, text in texts.items() if text}
        self._touch(broadcast, now)

    def attach(self, broadcast: Broadcast, attachment: dict[str, str], now: datetime) -> None:
        """Send a photo or a document along; empty takes it away."""
        broadcast.attachment = attachment
        self._touch(broadcast, now)

    def add_button(self, broadcast: Broadcast, button: LinkButton, now: datetime) -> None:
        """One more button under the message."""
        rows = [*broadcast.buttons.get("rows", ()), {"url": button.url, "words": button.words}]
        broadcast.buttons = {"rows": rows}
        self._touch(broadcast, now)

    def clear_buttons(self, broadcast: Broadcast, now: datetime) -> None:
        """No buttons."""
        broadcast.buttons = {}
        self._touch(broadcast, now)

    def set_urgent(self, broadcast: Broadcast, urgent: bool, now: datetime) -> None:
        """Whether it goes out at night too, and to people who got another one today."""
        broadcast.urgent = urgent
        self._touch(broadcast, now)

    def schedule(self, broadcast: Broadcast, moment: datetime | None, now: datetime) -> None:
        """When it is to start; None: as soon as it is confirmed."""
        broadcast.starts_at = moment
        self._touch(broadcast, now)

    async def discard(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> None:
        """Throw a draft away, or call a scheduled one off."""
        if broadcast.state not in {BroadcastState.DRAFT, BroadcastState.SCHEDULED}:
            raise BroadcastMoved(broadcast)
        broadcast.state = BroadcastState.DISCARDED
        self._touch(broadcast, now)

    @staticmethod
    def _touch(broadcast: Broadcast, now: datetime) -> None:
        broadcast.version += 1
        broadcast.updated_at = now
        broadcast.counted = None

    # --- its audience -----------------------------------------------------------------------------------

    async def audience(self, session: AsyncSession, number: int) -> Audience | None:
        """The audience of a draft; None when it is no draft."""
        broadcast = await session.get(Broadcast, number)
        if broadcast is None or broadcast.state not in EDITABLE:
            return None
        return Audience.from_json(broadcast.audience)

    async def set_audience(self, session: AsyncSession, number: int, audience: Audience, now: datetime) -> None:
        """Keep an edited audience."""
        broadcast = await self.get(session, number)
        broadcast.audience = audience.as_json()
        self._touch(broadcast, now)

    async def reckon(self, session: AsyncSession, number: int, audience: Audience, now: datetime) -> Reckoned:
        """How many people it goes to and how long that takes."""
        broadcast = await self.get(session, number)
        left_out = self._left_out(broadcast, now)
        counted = await people.count(session, self.gazetteer, audience, but=left_out)
        return Reckoned(counted, minutes_for(counted.drawn, self._rate))

    def back(self, number: int) -> Tap:
        """From the audience to the broadcast."""
        return BroadcastTap(number, None, "show")

    def _left_out(self, broadcast: Broadcast, now: datetime) -> tuple[Select[int], ...]:
        """Who got, or is getting, another broadcast today; nobody when it is urgent."""
        if broadcast.urgent:
            return ()
        here = ZoneInfo(self.zone)
        start = (broadcast.starts_at or now).astimezone(here).replace(hour=0, minute=0, second=0, microsecond=0)
        today = select(Broadcast.id).where(Broadcast.started_at >= start.astimezone(now.tzinfo))
        return (select(Delivery.resident_id).where(Delivery.kind == KIND, Delivery.reference.in_(today)),)

    # --- sending ----------------------------------------------------------------------------------------

    async def ask_number(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> Reckoned:
        """Count once more and remember the number that its owner has to type."""
        reckoned = await self.reckon(session, broadcast.id, Audience.from_json(broadcast.audience), now)
        broadcast.counted = reckoned.counted.drawn
        return reckoned

    async def confirm(self, session: AsyncSession, broadcast: Broadcast, owner: Resident, now: datetime) -> None:
        """Start it, or let the clock start it at its time."""
        if broadcast.state is not BroadcastState.DRAFT or text_in(broadcast.texts, "kk") is None:
            raise BroadcastMoved(broadcast)
        counted = broadcast.counted
        broadcast.version += 1
        broadcast.updated_at = now
        if broadcast.starts_at is not None and broadcast.starts_at > now:
            broadcast.state = BroadcastState.SCHEDULED
        else:
            await self._start(session, broadcast, now)
        await self._audit(
            session,
            actor_id=owner.id,
            action="broadcast_confirm",
            subject=f"broadcast:{broadcast.id}",
            details={"people": counted or 0, "urgent": broadcast.urgent},
            now=now,
        )

    async def _start(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> None:
        audience = Audience.from_json(broadcast.audience)
        left_out = self._left_out(broadcast, now)
        chosen = (await people.drawn(session, self.gazetteer, audience, but=left_out)).subquery()
        broadcast.state = BroadcastState.RUNNING
        broadcast.started_at = now
        await session.flush()
        await tell_each(
            session,
            select(chosen.c.id),
            kind=KIND,
            reference=broadcast.id,
            cause=f"{KIND}:{broadcast.id}",
            params={"urgent": True} if broadcast.urgent else {},
            priority=PRIORITY,
            now=now,
        )
        await refresh(session, kind=LIVE_KIND, reference=broadcast.id, now=now)

    async def pause(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> None:
        """Hold what is not on its way yet."""
        if broadcast.state is not BroadcastState.RUNNING:
            raise BroadcastMoved(broadcast)
        broadcast.state = BroadcastState.PAUSED
        await self._moved(session, broadcast, now)
        await hold(session, kind=KIND, reference=broadcast.id)

    async def resume(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> None:
        """Go on."""
        if broadcast.state is not BroadcastState.PAUSED:
            raise BroadcastMoved(broadcast)
        broadcast.state = BroadcastState.RUNNING
        await self._moved(session, broadcast, now)
        await release(session, kind=KIND, reference=broadcast.id)

    async def stop(self, session: AsyncSession, broadcast: Broadcast, owner: Resident, now: datetime) -> int:
        """End it; returns how many are no longer told."""
        if broadcast.state not in GOING:
            raise BroadcastMoved(broadcast)
        broadcast.state = BroadcastState.STOPPED
        broadcast.ended_at = now
        await self._moved(session, broadcast, now)
        left = await drop(session, kind=KIND, reference=broadcast.id, now=now)
        await self._audit(
            session,
            actor_id=owner.id,
            action="broadcast_stop",
            subject=f"broadcast:{broadcast.id}",
            details={"untold": left},
            now=now,
        )
        return left

    async def _moved(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> None:
        broadcast.version += 1
        broadcast.updated_at = now
        await session.flush()
        await refresh(session, kind=LIVE_KIND, reference=broadcast.id, now=now)

    # --- the clock --------------------------------------------------------------------------------------

    async def look_after(self, session: AsyncSession, now: datetime) -> str:
        """Start what is due, bring progress messages up to date, report what is over."""
        due = await session.scalars(
            select(Broadcast)
            .where(Broadcast.state == BroadcastState.SCHEDULED, Broadcast.starts_at <= now)
            .with_for_update()
        )
        started = 0
        for broadcast in due.all():
            await self._start(session, broadcast, now)
            broadcast.version += 1
            started += 1
        ended = 0
        going = await session.scalars(select(Broadcast).where(Broadcast.state.in_(GOING)).with_for_update())
        for broadcast in going.all():
            if broadcast.state is BroadcastState.PAUSED:
                # What was on its way and came back meanwhile.
                await hold(session, kind=KIND, reference=broadcast.id)
            elif (await progress(session, kind=KIND, reference=broadcast.id, now=now)).is_over:
                broadcast.state = BroadcastState.DONE
                broadcast.ended_at = now
                broadcast.version += 1
                ended += 1
                if broadcast.owner_id is not None:
                    await tell(
                        session, kind="broadcast_done", resident_id=broadcast.owner_id, reference=broadcast.id, now=now
                    )
            await refresh(session, kind=LIVE_KIND, reference=broadcast.id, now=now)
        return f"{started} started, {ended} ended"

    async def drafts_and_sent(self, session: AsyncSession, *, page: int, size: int) -> tuple[list[Broadcast], bool]:
        """Broadcasts, the latest first, and whether there are more."""
        found = await session.scalars(
            select(Broadcast)
            .where(Broadcast.state != BroadcastState.DISCARDED)
            .order_by(Broadcast.id.desc())
            .offset(page * size)
            .limit(size + 1)
        )
        rows = list(found)
        return rows[:size], len(rows) > size

    async def readers(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> dict[str, int]:
        """How many of the audience read in each language, before any sample is drawn."""
        audience = Audience.from_json(broadcast.audience).everybody()
        return await people.by_language(session, self.gazetteer, audience, but=self._left_out(broadcast, now))

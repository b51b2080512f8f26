"""The broadcast itself, the report of its end, and its progress kept up to date."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.broadcasts.models import Broadcast, BroadcastState
from bot.broadcasts.service import KIND, LIVE_KIND
from bot.broadcasts.views import done_screen, message_screen, progress_screen
from bot.delivery.messages import LiveRenderer, LiveShow, Renderer, Telling
from bot.delivery.progress import progress
from bot.screen import Screen


async def _broadcast(session: AsyncSession, telling: Telling) -> Screen | None:
    broadcast = await session.get(Broadcast, telling.reference)
    if broadcast is None or broadcast.state is BroadcastState.STOPPED:
        return None
    return message_screen(broadcast, telling.t.language)


async def _done(session: AsyncSession, telling: Telling) -> Screen | None:
    broadcast = await session.get(Broadcast, telling.reference)
    if broadcast is None:
        return None
    stand = await progress(session, kind=KIND, reference=broadcast.id, now=telling.now)
    return done_screen(telling.t, broadcast, stand)


async def _progress(session: AsyncSession, show: LiveShow) -> Screen | None:
    broadcast = await session.get(Broadcast, show.reference)
    if broadcast is None or broadcast.state in {BroadcastState.DISCARDED, BroadcastState.DRAFT}:
        return None
    stand = await progress(session, kind=KIND, reference=broadcast.id, now=show.now)
    return progress_screen(show.t, broadcast, stand)


BROADCAST_RENDERERS: dict[str, Renderer] = {KIND: _broadcast, "broadcast_done": _done}
BROADCAST_LIVE_RENDERERS: dict[str, LiveRenderer] = {LIVE_KIND: _progress}

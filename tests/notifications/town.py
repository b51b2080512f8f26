"""Petitions wired to the choices of people, and a sender whose messages end in a list."""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.live import LiveWorker
from bot.delivery.messages import Renderer, Telling
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.i18n import Language, Translator
from bot.law.calendar import WorkingCalendar
from bot.notifications.messages import pinned_renderer, renderers
from bot.notifications.rules import Quiet
from bot.notifications.service import PINNED, Notifications
from bot.officials.digests.messages import digest_painters, digest_renderers
from bot.officials.digests.service import Digests
from bot.petitions.follow_up.messages import FOLLOW_UP_RENDERERS
from bot.petitions.follow_up.service import FollowUp
from bot.petitions.messages import lifecycle_renderers
from bot.petitions.models import Petition
from bot.petitions.moderation.messages import MODERATION_RENDERERS
from bot.petitions.reading.views import numbered
from bot.petitions.search.shelves import shelf_of
from bot.petitions.service import Petitions
from bot.screen import Screen
from tests.delivery.delivering import BOT, LIFTED, MovedClock
from tests.petitions.reading.making import GAZETTEER, PEPPER
from tests.telegram.in_memory import MemoryApi

ALMATY = ZoneInfo("Asia/Almaty")


def english(language: Language) -> Translator:
    """Words in English, whatever the person reads."""
    return Translator("en", gettext.NullTranslations(), ALMATY)


async def _nobody(_: object) -> list[int]:
    return []


async def _decided(session: AsyncSession, telling: Telling) -> Screen | None:
    """Stands for the words about a decision, which need a published one."""
    petition = await session.get(Petition, telling.reference)
    return Screen(f"Decided: satisfied.\n\n{numbered(petition)}") if petition is not None else None


@dataclass(slots=True)
class Town:
    """The services of one bot, and what it has sent."""

    database: Database
    notifications: Notifications = field(init=False)
    petitions: Petitions = field(init=False)
    follow_up: FollowUp = field(init=False)
    digests: Digests = field(init=False)
    api: MemoryApi = field(default_factory=MemoryApi)

    def __post_init__(self) -> None:
        self.notifications = Notifications(
            GAZETTEER, quiet=Quiet(time(22), time(8)), topics_of=lambda subject: (shelf_of(subject),)
        )
        self.petitions = Petitions(GAZETTEER, PEPPER, WorkingCalendar(), _nobody, listeners=self.notifications)
        self.follow_up = FollowUp(self.petitions, _nobody)
        self.digests = Digests(self.petitions)

    def renderers(self) -> dict[str, Renderer]:
        """How each kind of delivery is written."""
        everybodys: dict[str, Renderer] = {
            "petition_decided": _decided,
            **lifecycle_renderers(self.petitions),
            **MODERATION_RENDERERS,
            **FOLLOW_UP_RENDERERS,
            **digest_renderers(self.digests),
        }
        return renderers(self.notifications, self.petitions, everybodys)

    def sender(self, at: datetime) -> Sender:
        """A sender of its own, as after a restart, at that moment."""
        clock = MovedClock(at)
        return Sender(
            self.database,
            self.api,
            Pace(self.database, BOT, rate=LIFTED, clock=clock),
            renderers=self.renderers(),
            painters=digest_painters(self.digests),
            bot_username="halyq_bot",
            translators=english,
            clock=clock,
            gate=self.notifications.gate,
        )

    async def send(self, at: datetime, rounds: int = 1) -> list[tuple[int, str]]:
        """Send all that may go at that moment, in rounds two seconds apart; returns the chat and the text of each new
        message."""
        before = len(self.api.calls)
        for again in range(rounds):
            # A second message into one chat goes out a second later.
            await self.sender(at + timedelta(seconds=2 * again)).drain()
        return [
            (params["chat_id"], params.get("text") or params.get("caption", ""))
            for method, params in self.api.calls[before:]
            if method.startswith("send")
        ]

    async def edit(self, at: datetime) -> list[dict[str, Any]]:
        """Bring live messages up to date at that moment; returns the edits."""
        clock = MovedClock(at)
        before = len(self.api.calls)
        worker = LiveWorker(
            self.database,
            self.api,
            Pace(self.database, BOT, rate=LIFTED, clock=clock),
            live_renderers={PINNED: pinned_renderer(self.petitions)},
            bot_username="halyq_bot",
            translators=english,
            clock=clock,
        )
        await worker.refresh_due()
        return [params for method, params in self.api.calls[before:] if method == "editMessageText"]

"""The workers of this capability as one: sender, live messages, scheduled jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.db import Database
from bot.delivery.clock import Clock, SystemClock
from bot.delivery.gate import Gate
from bot.delivery.live import LiveWorker
from bot.delivery.messages import LiveRenderer, Painter, Renderer
from bot.delivery.pace import Pace
from bot.delivery.schedule import Job, Scheduler
from bot.delivery.sender import Api, Sender, Translators
from bot.i18n import translator


@dataclass(frozen=True, slots=True)
class Words:
    """How this capability's rows become messages: filled by `bot.bootstrap`."""

    renderers: Mapping[str, Renderer]
    live_renderers: Mapping[str, LiveRenderer]
    painters: Mapping[str, Painter]
    translators: Translators = translator


@dataclass(slots=True)
class Workers:
    """Sender, live worker and scheduler of one process. Several processes may run them on one database."""

    database: Database
    api: Api
    pace: Pace
    words: Words
    bot_username: str
    jobs: Sequence[Job] = ()
    clock: Clock = field(default_factory=SystemClock)
    gate: Gate | None = None
    """Asks people's choices before a message goes out."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then let what is on its way arrive, and write down what came of it."""
        sender = Sender(
            self.database,
            self.api,
            self.pace,
            renderers=self.words.renderers,
            painters=self.words.painters,
            bot_username=self.bot_username,
            translators=self.words.translators,
            clock=self.clock,
            gate=self.gate,
        )
        live = LiveWorker(
            self.database,
            self.api,
            self.pace,
            live_renderers=self.words.live_renderers,
            bot_username=self.bot_username,
            translators=self.words.translators,
            clock=self.clock,
        )
        scheduler = Scheduler(self.database, self.jobs, clock=self.clock)
        async with asyncio.TaskGroup() as group:
            group.create_task(sender.run(stop), name="sender")
            group.create_task(live.run(stop), name="live messages")
            group.create_task(scheduler.run(stop), name="scheduler")

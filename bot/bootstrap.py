"""Where objects meet: the only place that knows every capability."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.db import Database
from bot.i18n import Html, Translator

if TYPE_CHECKING:
    from aiogram import Router as Handlers

    from bot.delivery.messages import LiveRenderer, LiveShow, Painter, Renderer
    from bot.delivery.schedule import Job
    from bot.petitions.moderation.service import Moderation
    from bot.petitions.service import Petitions
    from bot.petitions.writing.service import Writing
    from bot.places.tree import Gazetteer
    from bot.residents.service import Residents
    from bot.routing.router import Router
    from bot.screen import Screen

MODEL_MODULES = (
    "bot.residents.models",
    "bot.places.models",
    "bot.petitions.models",
    "bot.delivery.models",
    "bot.telegram.models",
)


def load_models() -> None:
    """Import every table, so that metadata is whole."""
    for name in MODEL_MODULES:
        importlib.import_module(name)


@dataclass(frozen=True, slots=True)
class App:
    """The capabilities of one process, wired to each other."""

    settings: Settings
    database: Database
    gazetteer: Gazetteer
    residents: Residents
    petitions: Petitions
    writing: Writing
    moderation: Moderation
    router: Router

    @property
    def services(self) -> dict[str, Any]:
        """What handlers get by parameter name."""
        return {
            "gazetteer": self.gazetteer,
            "residents": self.residents,
            "petitions": self.petitions,
            "writing": self.writing,
            "moderation": self.moderation,
            "competence": self.router,
        }

    def renderers(self) -> dict[str, Renderer]:
        """How each kind of delivery is written."""
        from bot.petitions.messages import lifecycle_renderers
        from bot.petitions.moderation.messages import MODERATION_RENDERERS
        from bot.residents.messages import renderers

        return {
            **renderers(self.gazetteer),
            **lifecycle_renderers(self.petitions),
            **MODERATION_RENDERERS,
        }

    def live_renderers(self) -> dict[str, LiveRenderer]:
        """How each kind of message that is kept up to date is written."""
        from bot.petitions.reading.queries import Viewer, live_key
        from bot.petitions.reading.show import petition_screen
        from bot.petitions.rules import LIVE_KIND

        async def petition(session: AsyncSession, show: LiveShow) -> Screen | None:
            return await petition_screen(
                session,
                self.petitions,
                show.t,
                show.reference,
                # The message shows the petition already, so the direct link was known where it is.
                Viewer(show.resident_id, key=await live_key(session, show.reference)),
                show.now,
                bot_username=show.bot_username,
                in_group=show.resident_id is None,
            )

        return {LIVE_KIND: petition}

    def painters(self) -> dict[str, Painter]:
        """How each kind of picture or file is drawn."""
        from bot.petitions.reading.pictures import petition_painters
        from bot.residents.messages import painters

        return {**petition_painters(self.petitions), **painters(self.residents)}

    def jobs(self) -> Sequence[Job]:
        """What the clock does."""
        from bot.delivery.schedule import daily, every
        from bot.telegram.inbox import prune

        zone = self.settings.timezone

        async def close(session: AsyncSession, now: datetime) -> str:
            return f"{await self.petitions.close_due(session, now)} ended"

        async def recount(session: AsyncSession, now: datetime) -> str:
            return f"{len(await self.petitions.recount(session))} differ"

        async def tidy(session: AsyncSession, now: datetime) -> str:
            return f"{await prune(session, now)} pruned"

        return (
            daily("close petitions", time(0, 1), close, zone),
            daily("count signatures again", time(3, 0), recount, zone),
            every("prune the inbox", 60, tidy, zone),
        )

    def routers(self) -> list[Handlers]:
        """Handlers in the order in which they are asked."""
        from bot.officials import handlers as officials
        from bot.petitions.moderation import handlers as moderation
        from bot.petitions.reading import handlers as reading
        from bot.petitions.signing import handlers as signing
        from bot.petitions.writing import handlers as writing
        from bot.residents import handlers as residents
        from bot.residents.dwelling import handlers as dwelling
        from bot.residents.staff import handlers as staff

        return [
            residents.router,
            dwelling.router,
            staff.router,
            signing.router,
            reading.router,
            writing.router,
            moderation.router,
            officials.router,
            reading.wishes,
            residents.last_router,
        ]


async def prepare(database: Database, now: datetime) -> Gazetteer:
    """Bring a database up to date, seed what every bot needs, and read the places.

    Raises:
        DatabaseUnfit: Kazakh text would not work on it.
    """
    from bot.migrate import migrate
    from bot.petitions.moderation.service import seed_reasons
    from bot.places.service import load, seed

    await database.check()
    await migrate(database)
    async with database.transaction() as session:
        await seed(session, now)
        await seed_reasons(session)
    async with database.reading() as session:
        return await load(session)


def build_app(settings: Settings, database: Database, gazetteer: Gazetteer) -> App:
    """Wire the capabilities.

    Raises:
        SettingsWrong: PostgreSQL without PEPPER.
        DaysOffWrong: the file with moved days off cannot be used.
    """
    from bot.delivery.held import OutboxHolder
    from bot.law.calendar import WorkingCalendar, read_days_off
    from bot.petitions.moderation.service import Moderation
    from bot.petitions.reading.queries import counts_by_state
    from bot.petitions.reading.views import state_count_line
    from bot.petitions.service import Petitions
    from bot.petitions.writing.service import Writing
    from bot.residents.rules import Operator
    from bot.residents.service import Residents
    from bot.routing.router import Router as CompetenceRouter

    pepper = settings.pepper_bytes()
    calendar = WorkingCalendar(read_days_off(settings.days_off_file))

    async def moderators(session: AsyncSession) -> list[int]:
        return await residents.moderators(session)

    async def petition_numbers(session: AsyncSession, t: Translator) -> Sequence[Html]:
        return [state_count_line(t, state, count) for state, count in (await counts_by_state(session)).items()]

    router = CompetenceRouter(gazetteer)

    def suggest_body(text: str, place_key: str) -> str | None:
        return router.route(text, place_key).body_key

    def subject_of(text: str, place_key: str) -> str | None:
        return router.route(text, place_key).subject

    petitions = Petitions(gazetteer, pepper, calendar, moderators, settings.timezone, subject_of)
    residents = Residents(
        pepper,
        settings.admins,
        gazetteer,
        Operator(settings.operator_name, settings.operator_bin, settings.operator_contact),
        settings.default_language,
        holders=(petitions, OutboxHolder()),
        statistics=(petition_numbers,),
        zone=settings.timezone,
    )
    return App(
        settings=settings,
        database=database,
        gazetteer=gazetteer,
        residents=residents,
        petitions=petitions,
        writing=Writing(petitions, suggest_body),
        moderation=Moderation(petitions, residents.audit),
        router=router,
    )

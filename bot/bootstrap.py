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

    from bot.broadcasts.service import Broadcasts
    from bot.delivery.messages import LiveRenderer, LiveShow, Painter, Renderer
    from bot.delivery.schedule import Job
    from bot.notifications.service import Notifications
    from bot.officials.decisions.service import Decisions
    from bot.officials.digests.service import Digests
    from bot.officials.groups.service import Groups
    from bot.officials.service import Officials
    from bot.petitions.annulment.service import Annulments
    from bot.petitions.appeals.service import Appeals
    from bot.petitions.follow_up.service import FollowUp
    from bot.petitions.moderation.service import Moderation
    from bot.petitions.reports.service import Reports
    from bot.petitions.search.queries import Search
    from bot.petitions.service import Petitions
    from bot.petitions.twins.service import Twins
    from bot.petitions.wishes.service import Wishes
    from bot.petitions.writing.service import Writing
    from bot.places.tree import Gazetteer
    from bot.residents.service import Residents
    from bot.routing.router import Router
    from bot.screen import Screen
    from bot.surveys.answering.service import Answering
    from bot.surveys.service import Surveys

MODEL_MODULES = (
    "bot.residents.models",
    "bot.places.models",
    "bot.petitions.models",
    "bot.petitions.wishes.models",
    "bot.petitions.reports.models",
    "bot.petitions.appeals.models",
    "bot.petitions.annulment.models",
    "bot.petitions.search.models",
    "bot.petitions.twins.models",
    "bot.petitions.follow_up.models",
    "bot.delivery.models",
    "bot.notifications.models",
    "bot.telegram.models",
    "bot.officials.models",
    "bot.officials.digests.models",
    "bot.surveys.models",
    "bot.broadcasts.models",
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
    search: Search
    writing: Writing
    wishes: Wishes
    moderation: Moderation
    twins: Twins
    reports: Reports
    appeals: Appeals
    annulments: Annulments
    router: Router
    notifications: Notifications
    follow_up: FollowUp
    digests: Digests
    officials: Officials
    decisions: Decisions
    groups: Groups
    broadcasts: Broadcasts
    answering: Answering
    surveys: Surveys

    @property
    def services(self) -> dict[str, Any]:
        """What handlers get by parameter name."""
        return {
            "gazetteer": self.gazetteer,
            "residents": self.residents,
            "petitions": self.petitions,
            "search": self.search,
            "writing": self.writing,
            "wishes": self.wishes,
            "moderation": self.moderation,
            "twins": self.twins,
            "reports": self.reports,
            "appeals": self.appeals,
            "annulments": self.annulments,
            "notifications": self.notifications,
            "follow_up": self.follow_up,
            "digests": self.digests,
            "officials": self.officials,
            "decisions": self.decisions,
            "groups": self.groups,
            "broadcasts": self.broadcasts,
            "answering": self.answering,
            "surveys": self.surveys,
            "audiences": {"b": self.broadcasts, "s": self.surveys},
        }

    def renderers(self) -> dict[str, Renderer]:
        """How each kind of delivery is written."""
        from bot.broadcasts.messages import BROADCAST_RENDERERS
        from bot.notifications.messages import renderers as with_notifications
        from bot.officials.decisions.messages import decision_renderers
        from bot.officials.digests.messages import digest_renderers
        from bot.officials.messages import official_renderers
        from bot.petitions.annulment.messages import ANNULMENT_RENDERERS
        from bot.petitions.follow_up.messages import FOLLOW_UP_RENDERERS
        from bot.petitions.messages import lifecycle_renderers
        from bot.petitions.moderation.messages import MODERATION_RENDERERS
        from bot.petitions.twins.messages import twin_renderers
        from bot.residents.messages import renderers
        from bot.surveys.building.messages import survey_renderers
        from bot.surveys.results.messages import RESULTS_KIND, results_renderer

        everybodys: dict[str, Renderer] = {
            **renderers(self.gazetteer),
            **lifecycle_renderers(self.petitions),
            **MODERATION_RENDERERS,
            **twin_renderers(self.twins),
            **FOLLOW_UP_RENDERERS,
            **digest_renderers(self.digests),
            **ANNULMENT_RENDERERS,
            **official_renderers(self.officials),
            **decision_renderers(self.petitions),
            **BROADCAST_RENDERERS,
            RESULTS_KIND: results_renderer(self.gazetteer),
            **survey_renderers(self.surveys),
        }
        return with_notifications(self.notifications, self.petitions, everybodys)

    def live_renderers(self) -> dict[str, LiveRenderer]:
        """How each kind of message that is kept up to date is written."""
        from bot.broadcasts.messages import BROADCAST_LIVE_RENDERERS
        from bot.notifications.messages import pinned_renderer
        from bot.notifications.service import PINNED
        from bot.officials.messages import case_live_renderer
        from bot.officials.service import CASE_KIND
        from bot.petitions.reading.queries import Viewer, live_key
        from bot.petitions.reading.show import petition_screen
        from bot.petitions.rules import LIVE_KIND
        from bot.surveys.building.messages import survey_live_renderers

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

        return {
            LIVE_KIND: petition,
            PINNED: pinned_renderer(self.petitions),
            CASE_KIND: case_live_renderer(self.officials),
            **BROADCAST_LIVE_RENDERERS,
            **survey_live_renderers(self.surveys),
        }

    def painters(self) -> dict[str, Painter]:
        """How each kind of picture or file is drawn."""
        from bot.officials.digests.messages import digest_painters
        from bot.petitions.reading.pictures import petition_painters
        from bot.residents.messages import painters
        from bot.routing.knowledge import subject_names
        from bot.surveys.building.messages import survey_file_painters
        from bot.surveys.results.messages import survey_painters

        return {
            **petition_painters(self.petitions),
            **painters(self.residents),
            **digest_painters(self.digests),
            **survey_file_painters(self.surveys),
            **survey_painters(self.gazetteer, lambda text: self.router.route(text).subject, subject_names()),
        }

    def jobs(self) -> Sequence[Job]:
        """What the clock does."""
        from bot.delivery.schedule import daily, every, forget_runs, monthly
        from bot.petitions.search.index import tidy as tidy_index
        from bot.telegram.inbox import prune

        zone = self.settings.timezone

        async def close(session: AsyncSession, now: datetime) -> str:
            return f"{await self.petitions.close_due(session, now)} ended"

        async def recount(session: AsyncSession, now: datetime) -> str:
            return f"{len(await self.petitions.recount(session))} differ"

        async def watch(session: AsyncSession, now: datetime) -> str:
            return f"{await self.annulments.look(session, now)} flagged"

        async def tell_officials(session: AsyncSession, now: datetime) -> str:
            return f"{await self.digests.queue_due(session, now)} due today"

        async def ask_whether_done(session: AsyncSession, now: datetime) -> str:
            return f"{await self.follow_up.ask_due(session, now)} asked"

        async def remind(session: AsyncSession, now: datetime) -> str:
            return f"{await self.officials.remind(session, now)} reminded"

        async def end_absences(session: AsyncSession, now: datetime) -> str:
            return f"{await self.officials.end_absences(session, now)} ended"

        async def tell_clusters(session: AsyncSession, now: datetime) -> str:
            moderators = await self.residents.moderators(session)
            day = self.petitions.today(now)
            return f"{await self.twins.tell_clusters(session, moderators, day.year * 100 + day.month, now)} groups"

        async def tidy(session: AsyncSession, now: datetime) -> str:
            return f"{await prune(session, now)} pruned"

        async def tidy_words(session: AsyncSession, _: datetime) -> str:
            return await tidy_index(session)

        async def forget(session: AsyncSession, now: datetime) -> str:
            return f"{await forget_runs(session, now)} forgotten"

        return (
            every("broadcasts", 1, self.broadcasts.look_after, zone),
            every("surveys", 1, self.surveys.look_after, zone),
            daily("close petitions", time(0, 1), close, zone),
            daily("count signatures again", time(3, 0), recount, zone),
            daily("end absences", time(0, 5), end_absences, zone),
            daily("remind bodies", time(9, 0), remind, zone),
            every("officials' digests", 5, tell_officials, zone),
            daily("ask whether promises were kept", time(10, 0), ask_whether_done, zone),
            every("look at signing", 10, watch, zone),
            monthly("look for likely twins", 1, time(10, 0), tell_clusters, zone),
            every("prune the inbox", 60, tidy, zone),
            daily("tidy the search index", time(3, 30), tidy_words, zone),
            daily("forget old runs of jobs", time(3, 45), forget, zone),
        )

    def routers(self) -> list[Handlers]:
        """Handlers in the order in which they are asked."""
        from bot.audience import handlers as audience
        from bot.broadcasts import handlers as broadcasts
        from bot.notifications import handlers as notifications
        from bot.officials import handlers as officials
        from bot.officials.decisions import handlers as decisions
        from bot.officials.digests import handlers as digests
        from bot.officials.groups import handlers as groups
        from bot.petitions.annulment import handlers as annulment
        from bot.petitions.appeals import handlers as appeals
        from bot.petitions.follow_up import handlers as follow_up
        from bot.petitions.moderation import handlers as moderation
        from bot.petitions.moderation import log_handlers as moderation_log
        from bot.petitions.reading import handlers as reading
        from bot.petitions.reports import handlers as reports
        from bot.petitions.search import handlers as searching
        from bot.petitions.signing import handlers as signing
        from bot.petitions.twins import handlers as twins
        from bot.petitions.wishes import handlers as wishes
        from bot.petitions.writing import handlers as writing
        from bot.residents import handlers as residents
        from bot.residents.dwelling import handlers as dwelling
        from bot.residents.staff import handlers as staff
        from bot.surveys.answering import handlers as answering
        from bot.surveys.building import handlers as building
        from bot.surveys.results import handlers as results

        return [
            groups.router,
            residents.router,
            wishes.router,
            dwelling.router,
            staff.router,
            notifications.router,
            follow_up.router,
            signing.router,
            searching.router,
            answering.links,
            # Before the cards: from one that a case led to, Back leads to the case.
            officials.router,
            reading.router,
            writing.router,
            moderation.router,
            moderation_log.router,
            twins.router,
            reports.router,
            appeals.router,
            annulment.router,
            digests.router,
            decisions.router,
            broadcasts.router,
            audience.router,
            building.router,
            answering.router,
            results.router,
            wishes.texts,
            residents.last_router,
        ]


async def prepare(database: Database, now: datetime) -> Gazetteer:
    """Bring a database up to date, seed what every bot needs, and read the places.

    Raises:
        DatabaseUnfit: Kazakh text would not work on it.
    """
    from bot.migrate import migrate
    from bot.petitions.moderation.service import seed_reasons
    from bot.petitions.search.index import fill_if_old
    from bot.petitions.twins.index import mend as mend_traits
    from bot.places.service import load, seed

    await database.check()
    await migrate(database)
    async with database.transaction() as session:
        await seed(session, now)
        await seed_reasons(session)
    async with database.reading() as session:
        gazetteer = await load(session)
    await fill_if_old(database, gazetteer, now)
    await mend_traits(database)
    return gazetteer


def build_app(settings: Settings, database: Database, gazetteer: Gazetteer) -> App:
    """Wire the capabilities.

    Raises:
        SettingsWrong: PostgreSQL without PEPPER.
        DaysOffWrong: the file with moved days off cannot be used.
    """
    from bot.broadcasts.service import Broadcasts
    from bot.delivery.held import OutboxHolder
    from bot.law.calendar import WorkingCalendar, read_days_off
    from bot.notifications.rules import read_quiet
    from bot.notifications.service import Notifications
    from bot.officials.decisions.service import Decisions
    from bot.officials.digests.service import Digests
    from bot.officials.groups.service import Groups
    from bot.officials.service import Officials
    from bot.petitions.annulment.service import Annulments
    from bot.petitions.appeals.service import Appeals
    from bot.petitions.competence import Competence
    from bot.petitions.follow_up.service import FollowUp
    from bot.petitions.moderation.service import Moderation
    from bot.petitions.reading.queries import counts_by_state
    from bot.petitions.reading.views import state_count_line
    from bot.petitions.reports.service import Reports
    from bot.petitions.search.queries import Search
    from bot.petitions.search.shelves import shelf_of
    from bot.petitions.service import Petitions
    from bot.petitions.twins.service import Twins
    from bot.petitions.wishes.service import Wishes
    from bot.petitions.writing.service import Writing
    from bot.places.bodies import BodyKind
    from bot.residents.models import Role
    from bot.residents.rules import Operator
    from bot.residents.service import Residents
    from bot.residents.staff.service import Staff
    from bot.routing.router import Router as CompetenceRouter
    from bot.surveys.answering.service import Answering
    from bot.surveys.service import Surveys

    pepper = settings.pepper_bytes()
    calendar = WorkingCalendar(read_days_off(settings.days_off_file))

    async def moderators(session: AsyncSession) -> list[int]:
        return await residents.moderators(session)

    async def admins(session: AsyncSession) -> list[int]:
        return await residents.staff.holders(session, Role.ADMIN)

    async def petition_numbers(session: AsyncSession, t: Translator) -> Sequence[Html]:
        counts = await counts_by_state(session)
        head = Html(f"<b>{t('Petitions by state')}</b>")
        return [head, *(state_count_line(t, state, count) for state, count in counts.items())]

    router = CompetenceRouter(gazetteer)
    competence = Competence(gazetteer, router)

    def subject_of(text: str, place_key: str) -> str | None:
        return router.route(text, place_key).subject

    notifications = Notifications(
        gazetteer,
        settings.timezone,
        quiet=read_quiet(settings.quiet_hours),
        topics_of=lambda subject: (shelf_of(subject),),
    )
    petitions = Petitions(gazetteer, pepper, calendar, moderators, settings.timezone, subject_of, notifications)
    twins = Twins(petitions, subject_of)
    wishes = Wishes(petitions, competence, twins)
    reports = Reports(petitions, pepper, settings.reports_to_hide)
    appeals = Appeals(petitions, moderators, admins)
    follow_up = FollowUp(petitions, moderators)

    def bodies_meant(text: str, place_key: str) -> list[str]:
        meant = router.route(text, place_key)
        ministry = f"{BodyKind.MINISTRY.value}:{meant.ministry}" if meant.ministry is not None else None
        return [key for key in (ministry, meant.body_key) if key is not None]

    staff = Staff(settings.admins)
    officials = Officials(petitions, staff, bodies_meant)
    digests = Digests(petitions)
    answering = Answering(gazetteer, pepper, settings.timezone)
    residents = Residents(
        pepper,
        settings.admins,
        gazetteer,
        Operator(settings.operator_name, settings.operator_bin, settings.operator_contact),
        settings.default_language,
        holders=(
            petitions,
            wishes,
            reports,
            appeals,
            OutboxHolder(),
            notifications,
            follow_up,
            digests,
            officials,
            answering,
        ),
        statistics=(petition_numbers,),
        zone=settings.timezone,
    )
    return App(
        settings=settings,
        database=database,
        gazetteer=gazetteer,
        residents=residents,
        petitions=petitions,
        search=Search(gazetteer),
        writing=Writing(petitions, competence, twins),
        twins=twins,
        wishes=wishes,
        moderation=Moderation(petitions, residents.audit, reports, appeals, competence, twins),
        reports=reports,
        appeals=appeals,
        annulments=Annulments(petitions, residents.audit, moderators),
        router=router,
        notifications=notifications,
        follow_up=follow_up,
        officials=officials,
        decisions=Decisions(officials),
        groups=Groups(staff),
        digests=digests,
        broadcasts=Broadcasts(gazetteer, residents.audit, settings.send_rate, settings.timezone),
        answering=answering,
        surveys=Surveys(
            gazetteer, answering, residents.audit, settings.send_rate, settings.timezone, notifications.followers_of
        ),
    )

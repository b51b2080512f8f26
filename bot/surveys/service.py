"""Making, sending, reminding and closing surveys. Methods work inside the caller's transaction and never commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audience import queries as people
from bot.audience.editing import Reckoned
from bot.audience.rules import Audience
from bot.broadcasts.models import Broadcast
from bot.broadcasts.service import KIND as BROADCAST
from bot.delivery.models import Delivery
from bot.delivery.outbox import refresh, tell, tell_each
from bot.delivery.progress import drop, hold, minutes_for, progress, release
from bot.i18n import LANGUAGES, Language
from bot.law.calendar import local_date
from bot.places.tree import Gazetteer
from bot.residents.models import Resident
from bot.screen import Tap
from bot.surveys.answering.service import Answering
from bot.surveys.building.files import SurveyFile
from bot.surveys.building.rules import BuildTap, Stand, next_code
from bot.surveys.models import AnswerSet, Survey, SurveyInvitation, SurveyQuestion
from bot.surveys.results.messages import RESULTS_KIND
from bot.surveys.results.queries import form_of
from bot.surveys.results.weighting import expected_margin
from bot.surveys.rules import (
    Form,
    FormProblem,
    Question,
    QuestionKind,
    SurveyState,
    Words,
    form_problems,
    question_from_json,
    question_to_json,
)

ASKED: Final = "survey_asked"
REMINDED: Final = "survey_reminder"
REPORTED: Final = "survey_report"
LIVE_KIND: Final = "survey"
PRIORITY: Final = 8
USUAL_RESPONSE: Final = 0.3
"""The share of answers to expect before any survey has been held."""
GOING: Final = frozenset({SurveyState.OPEN, SurveyState.PAUSED})
BATCH: Final = 500

Audit = Callable[..., Awaitable[None]]


class PlaceFollowers(Protocol):
    """Who follows a place, for telling published results."""

    def __call__(self, place_key: str) -> Select[Any]:
        """Ids of residents who follow the place or what it lies in."""
        ...


class SurveyMissing(LookupError):
    """There is no such survey."""


class SurveyMoved(ValueError):
    """The button was made for an earlier state; `survey` is how it is now."""

    def __init__(self, survey: Survey) -> None:
        super().__init__(f"survey {survey.id} is at version {survey.version}")
        self.survey = survey


class FormUnfit(ValueError):
    """The form cannot be sent; `problems` says why."""

    def __init__(self, problems: Sequence[FormProblem]) -> None:
        super().__init__(", ".join(problem.kind for problem in problems))
        self.problems = tuple(problems)


def _plain(words: Words) -> dict[str, Any]:
    return {str(language): text for language, text in words.items()}


class Surveys:
    """Use cases of those who make surveys. `rate` is how many messages a second the sender may send."""

    is_survey: Final = True

    def __init__(
        self,
        gazetteer: Gazetteer,
        answering: Answering,
        audit: Audit,
        rate: float,
        zone: str = "Asia/Almaty",
        followers: PlaceFollowers | None = None,
    ) -> None:
        self.gazetteer = gazetteer
        self.answering = answering
        self.zone = zone
        self._audit = audit
        self._rate = rate
        self._followers = followers

    # --- making -----------------------------------------------------------------------------------------

    async def begin(self, session: AsyncSession, owner_id: int | None, now: datetime) -> Survey:
        """A new draft, or the owner's empty one."""
        drafts = await session.scalars(
            select(Survey).where(Survey.owner_id == owner_id, Survey.state == SurveyState.DRAFT)
        )
        for draft in drafts.all():
            if not draft.title and not await self.questions(session, draft.id):
                return draft
        survey = Survey(
            owner_id=owner_id,
            state=SurveyState.DRAFT,
            version=1,
            languages=",".join(LANGUAGES),
            title={},
            intro={},
            thanks={},
            audience={},
            publish=True,
            min_cell=5,
            created_at=now,
            updated_at=now,
        )
        session.add(survey)
        await session.flush()
        return survey

    async def get(self, session: AsyncSession, number: int, *, version: int | None = None) -> Survey:
        """A survey, held until the transaction ends.

        Raises:
            SurveyMissing: there is none.
            SurveyMoved: `version` is not the present one.
        """
        survey = await session.get(Survey, number, with_for_update=True, populate_existing=True)
        if survey is None or survey.state is SurveyState.DISCARDED:
            raise SurveyMissing(number)
        if version is not None and version != survey.version:
            raise SurveyMoved(survey)
        return survey

    @staticmethod
    async def questions(session: AsyncSession, number: int) -> list[Question]:
        """The questions in order."""
        rows = await session.scalars(
            select(SurveyQuestion).where(SurveyQuestion.survey_id == number).order_by(SurveyQuestion.position)
        )
        return [question_from_json(row.definition) for row in rows]

    async def set_words(self, survey: Survey, field: str, language: Language, text: str | None, now: datetime) -> None:
        """Keep the title, the intro or the thanks in a language; None takes it away."""
        words: Mapping[str, Any] = {**getattr(survey, field), language: text}
        setattr(survey, field, {one: said for one, said in words.items() if said})
        self._touch(survey, now)

    async def set_questions(
        self, session: AsyncSession, survey: Survey, questions: Sequence[Question], now: datetime
    ) -> None:
        """Replace the questions of a draft."""
        if survey.state is not SurveyState.DRAFT:
            raise SurveyMoved(survey)
        await session.execute(delete(SurveyQuestion).where(SurveyQuestion.survey_id == survey.id))
        session.add_all(
            SurveyQuestion(survey_id=survey.id, position=position, definition=question_to_json(question))
            for position, question in enumerate(questions)
        )
        self._touch(survey, now)
        await session.flush()

    async def add_question(self, session: AsyncSession, survey: Survey, kind: QuestionKind, now: datetime) -> int:
        """A new question at the end; returns its position."""
        questions = await self.questions(session, survey.id)
        fresh = Question(next_code(questions), kind, {}, whole=kind is QuestionKind.NUMBER)
        if kind is QuestionKind.SCALE:
            fresh = replace(fresh, least=1, most=5)
        await self.set_questions(session, survey, [*questions, fresh], now)
        return len(questions)

    async def change_question(
        self, session: AsyncSession, survey: Survey, position: int, question: Question, now: datetime
    ) -> None:
        """Replace one question."""
        questions = await self.questions(session, survey.id)
        if not 0 <= position < len(questions):
            raise SurveyMoved(survey)
        questions[position] = question
        await self.set_questions(session, survey, questions, now)

    async def import_file(self, session: AsyncSession, file: SurveyFile, owner_id: int | None, now: datetime) -> Survey:
        """A draft made from a file."""
        survey = await self.begin(session, owner_id, now)
        form = file.form
        survey.languages = ",".join(form.languages)
        survey.title, survey.intro, survey.thanks = _plain(form.title), _plain(form.intro), _plain(form.thanks)
        survey.audience, survey.place_key = file.audience.as_json(), file.audience.place_key
        survey.opens_at, survey.closes_at = file.opens_at, file.closes_at
        survey.quota, survey.remind_after_days = file.quota, file.remind_after_days
        survey.publish, survey.series, survey.min_cell = file.publish, file.series, file.min_cell
        await self.set_questions(session, survey, form.questions, now)
        return survey

    async def as_file(self, session: AsyncSession, survey: Survey) -> SurveyFile:
        """A survey as `bot.surveys.building.files` writes it, to be used again: without dates that are over."""
        is_begun = survey.opened_at is not None
        return SurveyFile(
            form=await form_of(session, survey),
            audience=Audience.from_json(survey.audience),
            opens_at=None if is_begun else survey.opens_at,
            closes_at=None if survey.state is SurveyState.CLOSED else survey.closes_at,
            quota=survey.quota,
            remind_after_days=survey.remind_after_days,
            publish=survey.publish,
            series=survey.series,
            min_cell=survey.min_cell,
        )

    async def copy(self, session: AsyncSession, survey: Survey, owner_id: int, now: datetime) -> Survey:
        """A draft like an earlier survey, in the same series, so that results are shown over time."""
        survey.series = survey.series or f"survey-{survey.id}"
        file = await self.as_file(session, survey)
        fresh = Survey(
            owner_id=owner_id,
            state=SurveyState.DRAFT,
            languages=survey.languages,
            created_at=now,
            updated_at=now,
            title={},
        )
        session.add(fresh)
        await session.flush()
        form = file.form
        fresh.title, fresh.intro, fresh.thanks = _plain(form.title), _plain(form.intro), _plain(form.thanks)
        fresh.audience, fresh.place_key = dict(survey.audience), survey.place_key
        fresh.quota, fresh.remind_after_days = survey.quota, survey.remind_after_days
        fresh.publish, fresh.series, fresh.min_cell = survey.publish, survey.series, survey.min_cell
        await self.set_questions(session, fresh, form.questions, now)
        return fresh

    def set_option(self, survey: Survey, now: datetime, **values: Any) -> None:
        """Change dates, quota, reminder, publishing or languages of a draft."""
        for name, value in values.items():
            setattr(survey, name, value)
        self._touch(survey, now)

    async def discard(self, session: AsyncSession, survey: Survey, now: datetime) -> None:
        """Throw a draft away.

        Raises:
            SurveyMoved: it is no draft any more.
        """
        if survey.state is not SurveyState.DRAFT:
            raise SurveyMoved(survey)
        survey.state = SurveyState.DISCARDED
        self._touch(survey, now)

    @staticmethod
    def _touch(survey: Survey, now: datetime) -> None:
        survey.version += 1
        survey.updated_at = now

    # --- its audience -----------------------------------------------------------------------------------

    async def audience(self, session: AsyncSession, number: int) -> Audience | None:
        """The audience of a draft; None when it is no draft."""
        survey = await session.get(Survey, number)
        if survey is None or survey.state is not SurveyState.DRAFT:
            return None
        return Audience.from_json(survey.audience)

    async def set_audience(self, session: AsyncSession, number: int, audience: Audience, now: datetime) -> None:
        """Keep an edited audience."""
        survey = await self.get(session, number)
        survey.audience, survey.place_key = audience.as_json(), audience.place_key
        self._touch(survey, now)

    async def reckon(self, session: AsyncSession, number: int, audience: Audience, now: datetime) -> Reckoned:
        """How many people are asked, how long that takes, and how exact the answer can be."""
        survey = await self.get(session, number)
        counted = await people.count(session, self.gazetteer, audience, but=self._left_out(survey, audience, now))
        response = await self.usual_response(session)
        place = self.gazetteer.get(audience.place_key) if audience.place_key is not None else self.gazetteer.republic
        population = place.population if place is not None else None
        margin = expected_margin(counted.drawn, population, response, fewest=survey.min_cell)
        return Reckoned(counted, minutes_for(counted.drawn, self._rate), margin, response)

    def back(self, number: int) -> Tap:
        """From the audience to the survey."""
        return BuildTap(number, None, "show", None, None)

    async def usual_response(self, session: AsyncSession) -> float:
        """The share of people asked who answered in earlier surveys; 0.3 before there was one."""
        over = select(Survey.id).where(Survey.state == SurveyState.CLOSED)
        asked = await session.scalar(
            select(func.count())
            .select_from(SurveyInvitation)
            .where(SurveyInvitation.survey_id.in_(over), SurveyInvitation.drawn.is_(True))
        )
        finished = await session.scalar(
            select(func.count())
            .select_from(AnswerSet)
            .where(AnswerSet.survey_id.in_(over), AnswerSet.finished_on.is_not(None), AnswerSet.is_test.is_(False))
        )
        if not asked or asked < 50:
            return USUAL_RESPONSE
        return min(1.0, max(0.01, int(finished or 0) / int(asked)))

    def _left_out(self, survey: Survey, audience: Audience, now: datetime) -> tuple[Select[int], ...]:
        """Who said no to surveys, who was asked lately, and who got a broadcast or another survey today."""
        said_no = select(Resident.id).where(Resident.agrees_to_surveys.is_(False))
        here = ZoneInfo(self.zone)
        start = (survey.opens_at or now).astimezone(here).replace(hour=0, minute=0, second=0, microsecond=0)
        since = start.astimezone(now.tzinfo)
        sent = select(Broadcast.id).where(Broadcast.started_at >= since)
        told = select(Delivery.resident_id).where(Delivery.kind == BROADCAST, Delivery.reference.in_(sent))
        today = start.date()
        asked_today = select(SurveyInvitation.resident_id).where(
            SurveyInvitation.asked_on >= today,
            SurveyInvitation.drawn.is_(True),
            SurveyInvitation.survey_id != survey.id,
        )
        found = [said_no, told, asked_today]
        if audience.rest_days is not None:
            since_day = local_date(now, self.zone) - timedelta(days=audience.rest_days)
            found.append(
                select(SurveyInvitation.resident_id).where(
                    SurveyInvitation.asked_on > since_day, SurveyInvitation.drawn.is_(True)
                )
            )
        return tuple(found)

    # --- sending ----------------------------------------------------------------------------------------

    async def problems(self, session: AsyncSession, survey: Survey) -> tuple[FormProblem, ...]:
        """What is wrong with the form, warnings included."""
        return form_problems(await form_of(session, survey))

    async def confirm(self, session: AsyncSession, survey: Survey, owner_id: int, now: datetime) -> None:
        """Open it, or let the clock open it at its time.

        Raises:
            FormUnfit: the form cannot be sent.
            SurveyMoved: it is no draft any more.
        """
        if survey.state is not SurveyState.DRAFT:
            raise SurveyMoved(survey)
        wrong = [one for one in await self.problems(session, survey) if not one.is_warning]
        if wrong:
            raise FormUnfit(wrong)
        self._touch(survey, now)
        if survey.opens_at is not None and survey.opens_at > now:
            survey.state = SurveyState.SCHEDULED
        else:
            await self._open(session, survey, now)
        await self._audit(
            session,
            actor_id=owner_id,
            action="survey_confirm",
            subject=f"survey:{survey.id}",
            details={"audience": survey.audience},
            now=now,
        )

    async def call_off(self, session: AsyncSession, survey: Survey, admin_id: int, now: datetime) -> None:
        """Make a draft again of a survey that waits for its start.

        Raises:
            SurveyMoved: it does not wait any more.
        """
        if survey.state is not SurveyState.SCHEDULED:
            raise SurveyMoved(survey)
        survey.state = SurveyState.DRAFT
        self._touch(survey, now)
        await self._audit(
            session,
            actor_id=admin_id,
            action="survey_call_off",
            subject=f"survey:{survey.id}",
            details={},
            now=now,
        )

    async def _open(self, session: AsyncSession, survey: Survey, now: datetime) -> None:
        audience = Audience.from_json(survey.audience)
        left_out = self._left_out(survey, audience, now)
        drawn = (await people.drawn(session, self.gazetteer, audience, but=left_out)).subquery()
        survey.state = SurveyState.OPEN
        survey.opened_at = now
        await session.flush()
        today = local_date(now, self.zone)
        # Drawn once, into the table: what is sent goes to these people and no others.
        await session.execute(
            insert(SurveyInvitation).from_select(
                ["survey_id", "resident_id", "place_key", "drawn", "asked_on"],
                select(
                    literal(survey.id),
                    drawn.c.id,
                    drawn.c.place_key,
                    literal(True),
                    literal(today, SurveyInvitation.asked_on.type),
                ),
            )
        )
        await tell_each(
            session,
            select(SurveyInvitation.resident_id).where(SurveyInvitation.survey_id == survey.id),
            kind=ASKED,
            reference=survey.id,
            priority=PRIORITY,
            now=now,
        )
        await refresh(session, kind=LIVE_KIND, reference=survey.id, now=now)

    async def pause(self, session: AsyncSession, survey: Survey, now: datetime) -> None:
        """Ask nobody else and take no answers for now."""
        await self._turn(session, survey, SurveyState.OPEN, SurveyState.PAUSED, now)
        await hold(session, kind=ASKED, reference=survey.id)

    async def resume(self, session: AsyncSession, survey: Survey, now: datetime) -> None:
        """Go on asking and answering."""
        await self._turn(session, survey, SurveyState.PAUSED, SurveyState.OPEN, now)
        await release(session, kind=ASKED, reference=survey.id)

    async def _turn(
        self, session: AsyncSession, survey: Survey, source: SurveyState, target: SurveyState, now: datetime
    ) -> None:
        if survey.state is not source:
            raise SurveyMoved(survey)
        survey.state = target
        self._touch(survey, now)
        await session.flush()
        await refresh(session, kind=LIVE_KIND, reference=survey.id, now=now)

    async def close(self, session: AsyncSession, survey: Survey, now: datetime) -> int:
        """End it and tell the results to those who took part, to followers of the place when they are published,
        and to its owner. Returns how many are told.

        Raises:
            SurveyMoved: it is not open.
        """
        if survey.state not in GOING:
            raise SurveyMoved(survey)
        survey.state = SurveyState.CLOSED
        survey.closed_at = now
        self._touch(survey, now)
        await session.flush()
        await drop(session, kind=ASKED, reference=survey.id, now=now)
        await drop(session, kind=REMINDED, reference=survey.id, now=now)
        await refresh(session, kind=LIVE_KIND, reference=survey.id, now=now)
        told = 0
        took_part = await self._who(session, survey, finished=True)
        for start in range(0, len(took_part), BATCH):
            batch = took_part[start : start + BATCH]
            told += await tell_each(
                session,
                select(Resident.id).where(Resident.id.in_(batch)),
                kind=RESULTS_KIND,
                reference=survey.id,
                priority=PRIORITY,
                now=now,
            )
        if survey.publish and survey.place_key is not None and self._followers is not None:
            told += await tell_each(
                session,
                self._followers(survey.place_key),
                kind=RESULTS_KIND,
                reference=survey.id,
                priority=PRIORITY,
                now=now,
            )
        if survey.owner_id is not None:
            await tell(session, kind=REPORTED, resident_id=survey.owner_id, reference=survey.id, now=now)
        return told

    async def _who(self, session: AsyncSession, survey: Survey, *, finished: bool) -> list[int]:
        """Residents with an invitation whose key has (or has not) handed answers in. Only the pepper joins them, here
        and in memory; nothing of it is written."""
        keys = set(
            await session.scalars(
                select(AnswerSet.respondent).where(
                    AnswerSet.survey_id == survey.id, AnswerSet.finished_on.is_not(None), AnswerSet.is_test.is_(False)
                )
            )
        )
        invited = await session.scalars(
            select(SurveyInvitation.resident_id)
            .where(SurveyInvitation.survey_id == survey.id)
            .order_by(SurveyInvitation.resident_id)
        )
        return [one for one in invited if (self.answering.key(survey.id, one) in keys) is finished]

    async def remind(self, session: AsyncSession, survey: Survey, now: datetime) -> int:
        """Remind, once, those who were asked and have not handed answers in. Returns how many."""
        survey.reminded_at = now
        silent = await self._who(session, survey, finished=False)
        told = 0
        for start in range(0, len(silent), BATCH):
            batch = silent[start : start + BATCH]
            told += await tell_each(
                session,
                select(Resident.id).where(Resident.id.in_(batch), Resident.agrees_to_surveys.is_not(False)),
                kind=REMINDED,
                reference=survey.id,
                priority=PRIORITY,
                now=now,
            )
        return told

    # --- the clock --------------------------------------------------------------------------------------

    async def look_after(self, session: AsyncSession, now: datetime) -> str:
        """Open what is due, close what is over or has its quota, remind, bring progress messages up to date."""
        opened = closed = reminded = 0
        due = await session.scalars(
            select(Survey).where(Survey.state == SurveyState.SCHEDULED, Survey.opens_at <= now).with_for_update()
        )
        for survey in due.all():
            await self._open(session, survey, now)
            self._touch(survey, now)
            opened += 1
        going = await session.scalars(select(Survey).where(Survey.state.in_(GOING)).with_for_update())
        for survey in going.all():
            is_over = survey.closes_at is not None and survey.closes_at <= now
            if not is_over and survey.quota is not None:
                is_over = await self.answering.finished(session, survey) >= survey.quota
            if is_over:
                await self.close(session, survey, now)
                closed += 1
                continue
            if survey.state is SurveyState.PAUSED:
                await hold(session, kind=ASKED, reference=survey.id)
            elif self._reminder_is_due(survey, now):
                reminded += await self.remind(session, survey, now)
            await refresh(session, kind=LIVE_KIND, reference=survey.id, now=now)
        return f"{opened} opened, {closed} closed, {reminded} reminded"

    @staticmethod
    def _reminder_is_due(survey: Survey, now: datetime) -> bool:
        if survey.remind_after_days is None or survey.reminded_at is not None or survey.opened_at is None:
            return False
        return now >= survey.opened_at + timedelta(days=survey.remind_after_days)

    # --- looking ----------------------------------------------------------------------------------------

    async def listed(self, session: AsyncSession, *, page: int, size: int) -> tuple[list[Survey], bool]:
        """Surveys, the latest first, and whether there are more."""
        found = await session.scalars(
            select(Survey)
            .where(Survey.state != SurveyState.DISCARDED)
            .order_by(Survey.id.desc())
            .offset(page * size)
            .limit(size + 1)
        )
        rows = list(found)
        return rows[:size], len(rows) > size

    async def stand(self, session: AsyncSession, survey: Survey, now: datetime) -> Stand:
        """How far the asking and the answering are."""
        sets = await session.execute(
            select(AnswerSet.finished_on.is_not(None), func.count())
            .where(AnswerSet.survey_id == survey.id, AnswerSet.is_test.is_(False))
            .group_by(AnswerSet.finished_on.is_not(None))
        )
        counts = {bool(done): int(number) for done, number in sets}
        return Stand(
            await progress(session, kind=ASKED, reference=survey.id, now=now),
            begun=sum(counts.values()),
            finished=counts.get(True, 0),
        )

    async def form(self, session: AsyncSession, survey: Survey) -> Form:
        """The form of a survey."""
        return await form_of(session, survey)

"""Answering a survey. Methods work inside the caller's transaction and never commit.

Who answers is known here only as a key that needs the pepper; nothing that is stored joins a person to an answer.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audience.rules import Audience
from bot.db import insert_ignoring
from bot.law.calendar import local_date
from bot.places.tree import Gazetteer
from bot.residents.models import Resident
from bot.surveys.answering.rules import (
    AGE,
    DONE,
    REVIEW,
    SEX,
    Problem,
    after,
    before,
    choice_problem,
    first_open,
    is_answered,
    joined,
    ranked,
    read_text,
    toggled,
    without_own_words,
)
from bot.surveys.models import AnswerSet, Demographics, Survey, SurveyAnswer, SurveyInvitation
from bot.surveys.results.queries import form_of
from bot.surveys.rules import AGE_BANDS, SEXES, Form, Question, QuestionKind, SurveyState, Value, respondent_key

EXPECTS: Final = "survey"
"""What `resident.expecting` begins with while a question may be answered by writing: "survey:<id>"."""


class Closed(enum.Enum):
    """Why somebody cannot answer a survey."""

    MISSING = "missing"
    NOT_YET = "not_yet"
    PAUSED = "paused"
    OVER = "over"
    NOT_FOR_YOU = "not_for_you"
    """It is for another territory."""
    NO_PLACE = "no_place"
    """It is for a territory, and where they live is not known."""
    SAMPLE = "sample"
    """It is answered by people drawn at random."""


class NotAnswerable(ValueError):
    """The survey cannot be answered by this person now; `reason` says why."""

    def __init__(self, reason: Closed, survey: Survey | None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.survey = survey


@dataclass(frozen=True, slots=True)
class Sheet:
    """A respondent's answers and where they are."""

    survey: Survey
    form: Form
    answer_set: AnswerSet
    answers: Mapping[str, Value]
    problem: Problem | None = None
    """Why the last answer was not taken."""
    was_cleaned: bool = False

    @property
    def at(self) -> str:
        """The code of the question, or where else: AGE, SEX, REVIEW, DONE."""
        return self.answer_set.at_question or REVIEW

    @property
    def question(self) -> Question | None:
        """The question the respondent is at."""
        return self.form.question(self.at)

    @property
    def has_begun(self) -> bool:
        """Whether anything is answered yet."""
        return bool(self.answers)


def _following(form: Form, answers: Mapping[str, Value], code: str) -> str:
    """The next question; where all are done, the review at once, so that who changes one answer is not led through
    all others again."""
    return REVIEW if first_open(form, answers) == REVIEW else after(form, answers, code)


def _in_words(form: Form, code: str, value: Value) -> dict[str, Any]:
    """An answer with the words of its question and of the options chosen, for people who know no codes."""
    question = form.question(code)
    if question is None:
        return {"answer": value}
    options = {option.code: dict(option.words) for option in question.options}
    chosen = [options[one] for one in value.get("choice", ()) if one in options]
    return {"question": dict(question.words), "answer": value, **({"chosen": chosen} if chosen else {})}


class Answering:
    """Use cases of respondents."""

    def __init__(self, gazetteer: Gazetteer, pepper: bytes, zone: str = "Asia/Almaty") -> None:
        self.gazetteer = gazetteer
        self._pepper = pepper
        self._zone = zone

    def key(self, survey_id: int, resident_id: int, *, is_test: bool = False) -> str:
        """Under which key a person's answers are kept; a maker's trial has another one."""
        return respondent_key(self._pepper, survey_id, -resident_id if is_test else resident_id)

    # --- may they ---------------------------------------------------------------------------------------

    async def answerable(self, session: AsyncSession, number: int, resident: Resident, now: datetime) -> Survey:
        """The survey, if this person may answer it now.

        Raises:
            NotAnswerable: they may not.
        """
        survey = await session.get(Survey, number)
        if survey is None or survey.state in {SurveyState.DRAFT, SurveyState.DISCARDED}:
            raise NotAnswerable(Closed.MISSING, None)
        if survey.state is SurveyState.SCHEDULED:
            raise NotAnswerable(Closed.NOT_YET, survey)
        if survey.state is SurveyState.CLOSED or (survey.closes_at is not None and survey.closes_at <= now):
            raise NotAnswerable(Closed.OVER, survey)
        if survey.state is SurveyState.PAUSED:
            raise NotAnswerable(Closed.PAUSED, survey)
        invited = await session.get(SurveyInvitation, (survey.id, resident.id))
        if invited is not None:
            return survey
        if Audience.from_json(survey.audience).sample is not None:
            raise NotAnswerable(Closed.SAMPLE, survey)
        place = survey.place_key
        if place is not None and resident.place_key is None:
            raise NotAnswerable(Closed.NO_PLACE, survey)
        if place is not None and not self.gazetteer.is_within(resident.place_key or "", place):
            raise NotAnswerable(Closed.NOT_FOR_YOU, survey)
        return survey

    # --- the sheet --------------------------------------------------------------------------------------

    async def open(
        self, session: AsyncSession, number: int, resident: Resident, now: datetime, *, is_test: bool = False
    ) -> Sheet:
        """Where the person is in a survey; begins it when they have not yet.

        Raises:
            NotAnswerable: they may not answer it.
        """
        if is_test:
            survey = await session.get(Survey, number)
            if survey is None:
                raise NotAnswerable(Closed.MISSING, None)
        else:
            survey = await self.answerable(session, number, resident, now)
        form = await form_of(session, survey)
        key = self.key(number, resident.id, is_test=is_test)
        today = local_date(now, self._zone)
        if not is_test:
            came = {
                "survey_id": number,
                "resident_id": resident.id,
                "place_key": resident.place_key,
                "drawn": False,
                "asked_on": today,
            }
            await session.execute(insert_ignoring(session, SurveyInvitation, [came]))
        known = await session.get(Demographics, resident.id)
        row = {
            "survey_id": number,
            "respondent": key,
            "version": 1,
            "at_question": first_open(form, {}),
            "language": resident.language,
            "place_key": resident.place_key,
            "age_band": known.age_band if known is not None else None,
            "sex": known.sex if known is not None else None,
            "is_test": is_test,
            "begun_on": today,
        }
        await session.execute(insert_ignoring(session, AnswerSet, [row]))
        return await self.sheet(session, number, resident, is_test=is_test, form=form)

    async def sheet(
        self,
        session: AsyncSession,
        number: int,
        resident: Resident,
        *,
        is_test: bool = False,
        form: Form | None = None,
    ) -> Sheet:
        """The person's answers, held until the transaction ends.

        Raises:
            NotAnswerable: nothing is begun.
        """
        survey = await session.get(Survey, number)
        key = (number, self.key(number, resident.id, is_test=is_test))
        answer_set = await session.get(AnswerSet, key, with_for_update=True, populate_existing=True)
        if survey is None or answer_set is None:
            raise NotAnswerable(Closed.MISSING, survey)
        rows = await session.scalars(
            select(SurveyAnswer).where(SurveyAnswer.survey_id == number, SurveyAnswer.respondent == key[1])
        )
        answers = {row.question: row.value for row in rows}
        return Sheet(survey, form or await form_of(session, survey), answer_set, answers)

    async def begin_test(
        self, session: AsyncSession, number: int, resident: Resident, now: datetime, language: str | None = None
    ) -> Sheet:
        """A fresh trial for its maker, as readers of a language see it; what an earlier trial said is thrown away."""
        await self._forget(session, number, self.key(number, resident.id, is_test=True))
        sheet = await self.open(session, number, resident, now, is_test=True)
        sheet.answer_set.language = language or resident.language
        await session.flush()
        return sheet

    @staticmethod
    async def _forget(session: AsyncSession, number: int, key: str) -> None:
        own = (SurveyAnswer.survey_id == number, SurveyAnswer.respondent == key)
        await session.execute(delete(SurveyAnswer).where(*own))
        await session.execute(delete(AnswerSet).where(AnswerSet.survey_id == number, AnswerSet.respondent == key))

    # --- answers ----------------------------------------------------------------------------------------

    async def typed(self, session: AsyncSession, sheet: Sheet, text: str, resident: Resident) -> Sheet:
        """Take what was written as the answer to the present question."""
        question = sheet.question
        if question is None:
            return sheet
        read = read_text(question, text, sheet.answer_set.respondent)
        if read.value is None:
            return replace(sheet, problem=read.problem)
        value, stays = read.value, "other" in read.value
        if question.kind is QuestionKind.MULTIPLE:
            value, stays = joined(question, sheet.answers.get(question.code), value), True
            if choice_problem(question, value["choice"]) == "more":
                return replace(sheet, problem="more")
        elif question.kind is QuestionKind.RANKING:
            value = ranked(question, sheet.answers.get(question.code), value)
            stays = len(value["choice"]) < len(question.options)
        if stays:
            # What was understood is shown before it goes on: own words may have been meant for an option, and of
            # several there may be more to come.
            answers = await self._keep(session, sheet, question, value)
            kept = await self._move(session, sheet, answers, question.code)
            return replace(kept, was_cleaned=read.was_cleaned)
        taken = await self.take(session, sheet, question, value, resident)
        return replace(taken, was_cleaned=read.was_cleaned)

    async def take(
        self, session: AsyncSession, sheet: Sheet, question: Question, value: Value, resident: Resident
    ) -> Sheet:
        """Keep a whole answer and go on."""
        answers = await self._keep(session, sheet, question, value)
        return await self._go(session, sheet, answers, _following(sheet.form, answers, question.code), resident)

    async def toggle(
        self, session: AsyncSession, sheet: Sheet, question: Question, code: str, resident: Resident
    ) -> Sheet:
        """Choose or unchoose an option of a multiple choice, or rank the next one; a ranking that is whole goes on."""
        value = toggled(question, sheet.answers.get(question.code), code)
        most = question.most if question.kind is QuestionKind.MULTIPLE else None
        if most is not None and len(value["choice"]) > most:
            return replace(sheet, problem="more")
        if question.kind is QuestionKind.RANKING and len(value["choice"]) == len(question.options):
            return await self.take(session, sheet, question, value, resident)
        answers = await self._keep(session, sheet, question, value)
        return await self._move(session, sheet, answers, question.code)

    async def unsay(self, session: AsyncSession, sheet: Sheet, question: Question) -> Sheet:
        """Take one's own words back from a multiple choice; what is ticked stays."""
        answers = await self._keep(session, sheet, question, without_own_words(sheet.answers.get(question.code)))
        return await self._move(session, sheet, answers, question.code)

    async def undo(self, session: AsyncSession, sheet: Sheet, question: Question) -> Sheet:
        """Take the last rank back."""
        chosen = list((sheet.answers.get(question.code) or {}).get("choice", ()))
        answers = await self._keep(session, sheet, question, {"choice": chosen[:-1]})
        return await self._move(session, sheet, answers, question.code)

    async def skip(self, session: AsyncSession, sheet: Sheet, resident: Resident) -> Sheet:
        """Leave a question that may be left without an answer."""
        question = sheet.question
        if question is None or question.required:
            return sheet
        answers = await self._keep(session, sheet, question, {"skipped": True})
        return await self._go(session, sheet, answers, _following(sheet.form, answers, question.code), resident)

    async def forward(self, session: AsyncSession, sheet: Sheet, resident: Resident) -> Sheet:
        """Go on with the answer that stands; without one, stay and say so."""
        question = sheet.question
        if question is None:
            return await self._go(session, sheet, sheet.answers, first_open(sheet.form, sheet.answers), resident)
        if not is_answered(question, sheet.answers.get(question.code)):
            problem: Problem = "fewer" if sheet.answers.get(question.code, {}).get("choice") else "pick"
            return replace(sheet, problem=problem)
        return await self._go(
            session, sheet, sheet.answers, _following(sheet.form, sheet.answers, question.code), resident
        )

    async def back(self, session: AsyncSession, sheet: Sheet) -> Sheet:
        """One question back; from the review and the questions about oneself to the last one."""
        previous = AGE if sheet.at == SEX else before(sheet.form, sheet.answers, sheet.at)
        return await self._move(session, sheet, sheet.answers, previous or sheet.at)

    async def review(self, session: AsyncSession, sheet: Sheet) -> Sheet:
        """To all answers, to change some."""
        return await self._move(session, sheet, sheet.answers, REVIEW)

    async def about(self, session: AsyncSession, sheet: Sheet) -> Sheet:
        """To the two questions about oneself, to change or take back what was told."""
        return await self._move(session, sheet, sheet.answers, AGE)

    async def withdraw(self, session: AsyncSession, sheet: Sheet) -> None:
        """Take a person's answers back; that they were asked stays."""
        await self._forget(session, sheet.survey.id, sheet.answer_set.respondent)

    async def edit(self, session: AsyncSession, sheet: Sheet, index: int) -> Sheet:
        """To one question of the form, to change its answer."""
        if not 0 <= index < len(sheet.form.questions):
            return sheet
        return await self._move(session, sheet, sheet.answers, sheet.form.questions[index].code)

    async def tell_age(
        self, session: AsyncSession, sheet: Sheet, resident: Resident, band: str | None, now: datetime
    ) -> Sheet:
        """Keep the age band with the person's consent to weigh by it; None: they would rather not say."""
        row = await self._demographics(session, resident, now)
        kept = band if band in AGE_BANDS else None
        row.age_band = sheet.answer_set.age_band = kept
        row.agreed_at = now if row.age_band or row.sex else None
        return await self._move(session, sheet, sheet.answers, SEX)

    async def tell_sex(
        self, session: AsyncSession, sheet: Sheet, resident: Resident, sex: str | None, now: datetime
    ) -> Sheet:
        """Keep the sex; as with the age."""
        row = await self._demographics(session, resident, now)
        kept = sex if sex in SEXES else None
        row.sex = sheet.answer_set.sex = kept
        row.agreed_at = now if row.age_band or row.sex else None
        return await self._move(session, sheet, sheet.answers, REVIEW)

    @staticmethod
    async def _demographics(session: AsyncSession, resident: Resident, now: datetime) -> Demographics:
        row = await session.get(Demographics, resident.id)
        if row is None:
            row = Demographics(resident_id=resident.id, asked_at=now)
            session.add(row)
            await session.flush()
        return row

    async def finish(self, session: AsyncSession, sheet: Sheet, now: datetime) -> Sheet:
        """Hand the answers in; where something required is open, go there instead."""
        open_at = first_open(sheet.form, sheet.answers)
        if open_at != REVIEW:
            return await self._move(session, sheet, sheet.answers, open_at)
        sheet.answer_set.finished_on = sheet.answer_set.finished_on or local_date(now, self._zone)
        return await self._move(session, sheet, sheet.answers, DONE)

    async def _keep(self, session: AsyncSession, sheet: Sheet, question: Question, value: Value) -> Mapping[str, Value]:
        key = (sheet.survey.id, sheet.answer_set.respondent, question.code)
        row = await session.get(SurveyAnswer, key)
        if row is None:
            session.add(SurveyAnswer(survey_id=key[0], respondent=key[1], question=key[2], value=value))
        else:
            row.value = value
        await session.flush()
        return {**sheet.answers, question.code: value}

    async def _go(
        self, session: AsyncSession, sheet: Sheet, answers: Mapping[str, Value], to: str, resident: Resident
    ) -> Sheet:
        """Move on; before the review the two questions about oneself, to whom they were never put."""
        if to == REVIEW and not sheet.answer_set.is_test:
            to = first_open(sheet.form, answers)
            if to == REVIEW and await session.get(Demographics, resident.id) is None:
                to = AGE
        return await self._move(session, sheet, answers, to)

    @staticmethod
    async def _move(session: AsyncSession, sheet: Sheet, answers: Mapping[str, Value], to: str) -> Sheet:
        sheet.answer_set.at_question = to
        sheet.answer_set.version += 1
        await session.flush()
        return Sheet(sheet.survey, sheet.form, sheet.answer_set, answers)

    # --- what a person leaves behind --------------------------------------------------------------------

    async def finished(self, session: AsyncSession, survey: Survey) -> int:
        """How many have handed their answers in."""
        return int(
            await session.scalar(
                select(func.count())
                .select_from(AnswerSet)
                .where(
                    AnswerSet.survey_id == survey.id,
                    AnswerSet.finished_on.is_not(None),
                    AnswerSet.is_test.is_(False),
                )
            )
            or 0
        )

    async def _own(self, session: AsyncSession, resident_id: int) -> list[AnswerSet]:
        invited = await session.scalars(
            select(SurveyInvitation.survey_id).where(SurveyInvitation.resident_id == resident_id)
        )
        found = [await session.get(AnswerSet, (number, self.key(number, resident_id))) for number in invited]
        return [one for one in found if one is not None]

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How many surveys a person answered, and whether age or sex is known."""
        told = await session.get(Demographics, resident_id)
        is_told = told is not None and bool(told.age_band or told.sex)
        return {"surveys": len([one async for one in self._answered(session, resident_id)]), "about": int(is_told)}

    async def _answered(self, session: AsyncSession, resident_id: int) -> AsyncIterator[AnswerSet]:
        """Answer sets of a person in which anything is answered; one that was only opened holds nothing."""
        for one in await self._own(session, resident_id):
            answer = select(SurveyAnswer.question).where(
                SurveyAnswer.survey_id == one.survey_id, SurveyAnswer.respondent == one.respondent
            )
            if await session.scalar(answer.limit(1)) is not None:
                yield one

    async def told(self, session: AsyncSession, resident_id: int) -> tuple[str | None, str | None]:
        """The age band and the sex a person told; None: not told."""
        row = await session.get(Demographics, resident_id)
        return (row.age_band, row.sex) if row is not None else (None, None)

    async def forget_about(self, session: AsyncSession, resident_id: int) -> None:
        """Forget age and sex, in answers to surveys that are not over too; that they were asked stays, so that they
        are not asked again."""
        row = await session.get(Demographics, resident_id)
        if row is not None:
            row.age_band = row.sex = row.agreed_at = None
        for one in await self._own(session, resident_id):
            survey = await session.get(Survey, one.survey_id)
            if survey is not None and survey.state is not SurveyState.CLOSED:
                one.age_band = one.sex = None
        await session.flush()

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """What a person answered, for their own export."""
        told = await session.get(Demographics, resident_id)
        surveys = []
        for one in await self._own(session, resident_id):
            rows = await session.scalars(
                select(SurveyAnswer).where(
                    SurveyAnswer.survey_id == one.survey_id, SurveyAnswer.respondent == one.respondent
                )
            )
            survey = await session.get_one(Survey, one.survey_id)
            form = await form_of(session, survey)
            given = {row.question: row.value for row in rows}
            order = [question.code for question in form.questions if question.code in given]
            handed_in = one.finished_on.isoformat() if one.finished_on is not None else None
            surveys.append(
                {
                    "survey": one.survey_id,
                    "title": survey.title,
                    "handed_in": handed_in,
                    "answers": [_in_words(form, code, given[code]) for code in order],
                }
            )
        about = {"age": told.age_band, "sex": told.sex} if told is not None else {}
        return {"surveys": surveys, "about me": about}

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Forget a person: answers to surveys still open go; those of closed ones stay, which nobody can join to
        anybody once the invitation is gone."""
        for one in await self._own(session, resident_id):
            survey = await session.get(Survey, one.survey_id)
            if survey is not None and survey.state is not SurveyState.CLOSED:
                await self._forget(session, one.survey_id, one.respondent)
        await session.execute(delete(SurveyInvitation).where(SurveyInvitation.resident_id == resident_id))
        await session.execute(delete(Demographics).where(Demographics.resident_id == resident_id))

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Give a person's answers to their other account; where that one answered too, its answers stand."""
        for one in await self._own(session, source_id):
            key = self.key(one.survey_id, target_id)
            if await session.get(AnswerSet, (one.survey_id, key)) is not None:
                await self._forget(session, one.survey_id, one.respondent)
                continue
            copied = AnswerSet(
                survey_id=one.survey_id,
                respondent=key,
                version=one.version + 1,
                at_question=one.at_question,
                language=one.language,
                place_key=one.place_key,
                age_band=one.age_band,
                sex=one.sex,
                is_test=False,
                begun_on=one.begun_on,
                finished_on=one.finished_on,
            )
            rows = (
                await session.scalars(
                    select(SurveyAnswer).where(
                        SurveyAnswer.survey_id == one.survey_id, SurveyAnswer.respondent == one.respondent
                    )
                )
            ).all()
            values = [(row.question, row.value) for row in rows]
            await self._forget(session, one.survey_id, one.respondent)
            session.add(copied)
            await session.flush()
            for question, value in values:
                session.add(SurveyAnswer(survey_id=one.survey_id, respondent=key, question=question, value=value))
        await session.flush()
        invited = (
            await session.scalars(select(SurveyInvitation).where(SurveyInvitation.resident_id == source_id))
        ).all()
        for row in invited:
            moved = {
                "survey_id": row.survey_id,
                "resident_id": target_id,
                "place_key": row.place_key,
                "drawn": row.drawn,
                "asked_on": row.asked_on,
            }
            await session.execute(insert_ignoring(session, SurveyInvitation, [moved]))
        await session.execute(delete(SurveyInvitation).where(SurveyInvitation.resident_id == source_id))
        await session.execute(delete(Demographics).where(Demographics.resident_id == source_id))

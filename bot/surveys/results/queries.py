"""Reading the answers of a survey and what is known of the people it speaks for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, cast

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import LANGUAGES
from bot.places.tree import Gazetteer
from bot.surveys.models import (
    AnswerSet,
    PopulationMargin,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
)
from bot.surveys.results.rules import Population, Respondent, SurveyResult, standing_answers, survey_result
from bot.surveys.results.weighting import Margin
from bot.surveys.rules import Form, SurveyState, Value, Words, question_from_json

LARGE: Final = 100_000
"""Above so many people the finite population correction changes nothing that anybody sees."""

READABLE: Final = (SurveyState.OPEN, SurveyState.PAUSED, SurveyState.CLOSED)


async def form_of(session: AsyncSession, survey: Survey) -> Form:
    """The form of a survey."""
    rows = await session.scalars(
        select(SurveyQuestion).where(SurveyQuestion.survey_id == survey.id).order_by(SurveyQuestion.position)
    )
    return Form(
        languages=tuple(language for language in LANGUAGES if language in survey.languages.split(",")),
        title=cast("Words", survey.title),
        intro=cast("Words", survey.intro),
        thanks=cast("Words", survey.thanks),
        questions=tuple(question_from_json(row.definition) for row in rows),
    )


def unit_below(gazetteer: Gazetteer, place_key: str | None, territory: str | None) -> str | None:
    """The part of a territory somebody lives in: the unit right below it; None outside it or directly in it."""
    top = territory or gazetteer.republic.key
    current = gazetteer.get(place_key) if place_key is not None else None
    if current is None or current.key == top:
        return None
    line = [current, *gazetteer.parents(current.key)]
    for one, above in pairwise(line):
        if above.key == top:
            return one.key
    return None


async def respondents(session: AsyncSession, gazetteer: Gazetteer, survey: Survey) -> list[Respondent]:
    """Every finished answer set; the maker's trials are none."""
    answers: dict[str, dict[str, Value]] = {}
    for row in await session.scalars(select(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id)):
        answers.setdefault(row.respondent, {})[row.question] = row.value
    sets = await session.scalars(
        select(AnswerSet)
        .where(AnswerSet.survey_id == survey.id, AnswerSet.finished_on.is_not(None), AnswerSet.is_test.is_(False))
        .order_by(AnswerSet.respondent)
    )
    return [
        Respondent(
            one.language,
            unit_below(gazetteer, one.place_key, survey.place_key),
            one.age_band,
            one.sex,
            answers.get(one.respondent, {}),
        )
        for one in sets
    ]


async def photos(session: AsyncSession, survey: Survey, code: str) -> list[str]:
    """Telegram's ids of the photos sent as answers to a question, in the order of keys, which says nothing of who sent
    which; trials and what is not handed in are left out."""
    own = AnswerSet.survey_id == SurveyAnswer.survey_id, AnswerSet.respondent == SurveyAnswer.respondent
    values = await session.scalars(
        select(SurveyAnswer.value)
        .join(AnswerSet, and_(*own))
        .where(
            SurveyAnswer.survey_id == survey.id,
            SurveyAnswer.question == code,
            AnswerSet.finished_on.is_not(None),
            AnswerSet.is_test.is_(False),
        )
        .order_by(SurveyAnswer.respondent)
    )
    return [value["photo"] for value in values if value.get("photo")]


async def words(session: AsyncSession, gazetteer: Gazetteer, survey: Survey, form: Form, code: str) -> list[str]:
    """What was answered to a question in people's own words, in the order of keys, which says nothing of who wrote
    which."""
    given = [
        standing_answers(form, one.answers).get(code) or {} for one in await respondents(session, gazetteer, survey)
    ]
    return [str(text) for value in given if (text := value.get("text") or value.get("other"))]


async def population(session: AsyncSession, gazetteer: Gazetteer, survey: Survey) -> Population:
    """The margins to weigh to: people by unit from the places, age and sex from what an admin loaded for the
    territory or, when there is nothing for it, for what it lies in."""
    territory = gazetteer.get(survey.place_key) if survey.place_key is not None else None
    top = territory or gazetteer.republic
    units = {
        child.key: float(child.population) for child in gazetteer.children(top.key) if child.population is not None
    }
    margins = [Margin("place", units)] if len(units) > 1 else []
    line = [top, *gazetteer.parents(top.key)]
    rows = (
        await session.scalars(
            select(PopulationMargin).where(PopulationMargin.place_key.in_([place.key for place in line]))
        )
    ).all()
    for dimension in ("age", "sex"):
        for place in line:
            known = {
                row.category: float(row.people)
                for row in rows
                if row.place_key == place.key and row.dimension == dimension
            }
            if len(known) > 1:
                margins.append(Margin(dimension, known))
                break
    people = top.population if top.population is not None and top.population < LARGE else None
    return Population(tuple(margins), people)


async def result_of(
    session: AsyncSession, gazetteer: Gazetteer, survey: Survey, form: Form | None = None
) -> SurveyResult:
    """The results of a survey as they stand."""
    asked = await session.scalar(
        select(func.count())
        .select_from(SurveyInvitation)
        .where(SurveyInvitation.survey_id == survey.id, SurveyInvitation.drawn.is_(True))
    )
    return survey_result(
        form or await form_of(session, survey),
        await respondents(session, gazetteer, survey),
        await population(session, gazetteer, survey),
        asked_people=int(asked or 0),
        minimum=survey.min_cell,
    )


async def series_of(session: AsyncSession, survey: Survey) -> Sequence[Survey]:
    """The surveys of a tracker in order of time, this one among them; itself alone when it is repeated nowhere."""
    if survey.series is None:
        return (survey,)
    found: Any = await session.scalars(
        select(Survey)
        .where(Survey.series == survey.series, Survey.state.in_(READABLE), Survey.opened_at.is_not(None))
        .order_by(Survey.opened_at)
    )
    return cast("Sequence[Survey]", found.all())


async def load_margins(
    session: AsyncSession, rows: Sequence[tuple[str, str, str, int]], *, year: int, source: str
) -> int:
    """Keep margins (place key, "age" or "sex", category, people), replacing what a place had of that dimension."""
    for place_key, dimension in {(row[0], row[1]) for row in rows}:
        old = await session.scalars(
            select(PopulationMargin).where(
                PopulationMargin.place_key == place_key, PopulationMargin.dimension == dimension
            )
        )
        for one in old.all():
            await session.delete(one)
    await session.flush()
    session.add_all(
        PopulationMargin(
            place_key=place_key, dimension=dimension, category=category, people=people, year=year, source=source
        )
        for place_key, dimension, category, people in rows
    )
    await session.flush()
    return len(rows)

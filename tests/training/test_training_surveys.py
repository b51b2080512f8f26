"""The surveys of the training ground can be answered and read."""

from __future__ import annotations

from datetime import datetime

from bot.db import Database
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.staff.service import Staff
from bot.surveys.answering.service import Answering
from bot.surveys.models import Survey
from bot.surveys.results.queries import result_of
from bot.surveys.rules import SurveyState
from bot.surveys.service import Surveys
from bot.training.surveys import RESPONDENTS, seed_surveys

GAZETTEER = Gazetteer(shipped_places())


async def test_one_survey_is_open_and_one_has_results_of_several_units(database: Database, now: datetime) -> None:
    answering = Answering(GAZETTEER, b"pepper of the training tests, long enough")
    surveys = Surveys(GAZETTEER, answering, Staff(frozenset()).audit, 10)
    async with database.transaction() as session:
        assert await seed_surveys(session, surveys, now) == 2
        first, over = [await session.get_one(Survey, number) for number in (1, 2)]
        assert first.state is SurveyState.OPEN
        assert not [one for one in await surveys.problems(session, first) if not one.is_warning]
        result = await result_of(session, GAZETTEER, over)
    assert result.finished == RESPONDENTS
    assert result.is_weighted
    assert not any(one.is_hidden for one in result.questions)
    assert result.by_place

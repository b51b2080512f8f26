"""Two surveys for the training ground: one to answer, one with results to read."""

from __future__ import annotations

import random
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.law.calendar import local_date
from bot.surveys.building.files import read_survey
from bot.surveys.models import AnswerSet, Survey, SurveyAnswer
from bot.surveys.rules import AGE_BANDS, SEXES, SurveyState
from bot.surveys.service import Surveys

_FOLDER: Final = Path(__file__).parent / "data" / "surveys"
RESPONDENTS: Final = 260
OPEN_DAYS: Final = 10


async def seed_surveys(session: AsyncSession, surveys: Surveys, now: datetime) -> int:
    """Make both surveys; nobody is told anything. Returns how many were made."""
    is_open = await _made(session, surveys, "open", now)
    is_open.state, is_open.opened_at = SurveyState.OPEN, now
    is_open.closes_at = now + timedelta(days=OPEN_DAYS)
    over = await _made(session, surveys, "closed", now)
    over.state, over.opened_at, over.closed_at = SurveyState.CLOSED, now - timedelta(days=12), now - timedelta(days=2)
    await session.flush()
    await _answer(session, surveys, over, now)
    return 2


async def _made(session: AsyncSession, surveys: Surveys, name: str, now: datetime) -> Survey:
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return await surveys.import_file(session, read_survey(text, surveys.gazetteer, now, surveys.zone), None, now)


async def _answer(session: AsyncSession, surveys: Surveys, survey: Survey, now: datetime) -> None:
    """Answers as neighbours of different districts and ages would give them."""
    chance = random.Random(2026)
    districts = [place.key for place in surveys.gazetteer.children(survey.place_key or "")]
    day = local_date(now - timedelta(days=3), surveys.zone)
    sets: list[AnswerSet] = []
    answers: list[SurveyAnswer] = []
    for _ in range(RESPONDENTS):
        key = secrets.token_hex(32)
        place = chance.choices(districts, [3, *([1] * (len(districts) - 1))])[0]
        age = chance.choices(AGE_BANDS, [1, 2, 4, 5, 6, 5])[0]
        sets.append(
            AnswerSet(
                survey_id=survey.id,
                respondent=key,
                language=chance.choices(("kk", "ru"), [3, 2])[0],
                place_key=place,
                age_band=age if chance.random() < 0.9 else None,
                sex=chance.choices(SEXES, [3, 2])[0] if chance.random() < 0.9 else None,
                begun_on=day,
                finished_on=day,
            )
        )
        is_remote = districts.index(place) % 3 == 0
        quality = chance.choices(("good", "fair", "bad", "none"), [2, 4, 3, 2] if is_remote else [4, 4, 2, 0.3])[0]
        order = ["pipes", "filter", "village"]
        chance.shuffle(order)
        given: dict[str, dict[str, Any]] = {
            "quality": {"choice": [quality]},
            "first": {"choice": ["village", *[one for one in order if one != "village"]] if is_remote else order},
            "hours": {"number": 0 if quality == "none" else chance.choice((6, 12, 18, 24, 24, 24))},
        }
        answers += [
            SurveyAnswer(survey_id=survey.id, respondent=key, question=code, value=value)
            for code, value in given.items()
        ]
    session.add_all(sets)
    await session.flush()
    session.add_all(answers)
    await session.flush()

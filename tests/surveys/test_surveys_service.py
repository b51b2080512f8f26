"""Sending, reminding and closing surveys on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audience.rules import Audience
from bot.broadcasts.service import Broadcasts
from bot.db import Database
from bot.delivery.models import Delivery, DeliveryState
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident
from bot.residents.staff.service import Staff
from bot.surveys.answering.queries import open_for
from bot.surveys.answering.service import Answering
from bot.surveys.building.files import read_survey
from bot.surveys.models import Survey, SurveyInvitation
from bot.surveys.results.messages import RESULTS_KIND
from bot.surveys.rules import SurveyState
from bot.surveys.service import ASKED, REMINDED, REPORTED, FormUnfit, SurveyMoved, Surveys

GAZETTEER = Gazetteer(shipped_places())
TALGAR = "kz-almaty-oblast/talgar-district"
FILE = """
title: {kk: Ауызсу}
questions:
  - kind: single
    text: {kk: "Су қандай?"}
    options: [{kk: Жақсы}, {kk: Нашар}]
"""


@pytest.fixture
def answering() -> Answering:
    """The respondents' side."""
    return Answering(GAZETTEER, b"pepper of the survey tests, long enough")


@pytest.fixture
def surveys(answering: Answering) -> Surveys:
    """The makers' side, at ten messages a second, without followers."""
    return Surveys(GAZETTEER, answering, Staff(frozenset()).audit, 10)


async def _people(session: AsyncSession, amount: int, now: datetime) -> Sequence[Resident]:
    session.add_all(
        Resident(telegram_id=number, language="kk", place_key=TALGAR, created_at=now, seen_at=now)
        for number in range(1, amount + 1)
    )
    await session.flush()
    return (await session.scalars(select(Resident).order_by(Resident.id))).all()


async def _draft(session: AsyncSession, surveys: Surveys, owner: Resident, now: datetime, **options: object) -> Survey:
    file = replace(read_survey(FILE, GAZETTEER, now), audience=Audience(TALGAR), closes_at=now + timedelta(days=5))
    survey = await surveys.import_file(session, file, owner.id, now)
    surveys.set_option(survey, now, **options)
    return survey


async def _told(session: AsyncSession, kind: str) -> list[int]:
    rows = await session.scalars(select(Delivery.resident_id).where(Delivery.kind == kind))
    return sorted(rows)


async def _answer(session: AsyncSession, answering: Answering, survey: Survey, person: Resident, now: datetime) -> None:
    sheet = await answering.open(session, survey.id, person, now)
    sheet = await answering.typed(session, sheet, "1", person)
    if sheet.at == "_age":
        sheet = await answering.tell_age(session, sheet, person, None, now)
        sheet = await answering.tell_sex(session, sheet, person, None, now)
    await answering.finish(session, sheet, now)


async def test_a_survey_is_opened_answered_reminded_of_and_closed(
    database: Database, surveys: Surveys, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        people = await _people(session, 6, now)
        survey = await _draft(session, surveys, people[0], now, remind_after_days=2)
        await surveys.confirm(session, survey, people[0].id, now)
        assert survey.state is SurveyState.OPEN
        assert len(await _told(session, ASKED)) == 6
        for person in people[1:3]:
            await _answer(session, answering, survey, person, now)
        await answering.open(session, survey.id, people[3], now)
        assert await surveys.look_after(session, now + timedelta(days=1)) == "0 opened, 0 closed, 0 reminded"
        assert await surveys.look_after(session, now + timedelta(days=2)) == "0 opened, 0 closed, 4 reminded"
        assert await surveys.look_after(session, now + timedelta(days=3)) == "0 opened, 0 closed, 0 reminded"
        assert await _told(session, REMINDED) == sorted(one.id for one in (people[0], *people[3:]))
        assert await surveys.look_after(session, now + timedelta(days=5)) == "0 opened, 1 closed, 0 reminded"
        assert await _told(session, RESULTS_KIND) == sorted(person.id for person in people[1:3])
        assert await _told(session, REPORTED) == [people[0].id]
        waiting = await session.scalar(
            select(func.count())
            .select_from(Delivery)
            .where(Delivery.kind.in_((ASKED, REMINDED)), Delivery.state == DeliveryState.WAITING)
        )
        assert waiting == 0, "nobody is asked by a survey that is over"


async def test_a_sample_is_drawn_once_and_asked(database: Database, surveys: Surveys, now: datetime) -> None:
    async with database.transaction() as session:
        people = await _people(session, 40, now)
        survey = await _draft(session, surveys, people[0], now)
        await surveys.set_audience(session, survey.id, Audience(TALGAR, sample=12), now)
        reckoned = await surveys.reckon(session, survey.id, Audience(TALGAR, sample=12), now)
        assert (reckoned.counted.drawn, reckoned.counted.matching) == (12, 40)
        assert reckoned.margin is not None
        await surveys.confirm(session, survey, people[0].id, now)
        invited = (await session.scalars(select(SurveyInvitation.resident_id))).all()
        assert len(invited) == 12
        assert await _told(session, ASKED) == sorted(invited)


async def test_a_quota_ends_it(database: Database, surveys: Surveys, answering: Answering, now: datetime) -> None:
    async with database.transaction() as session:
        people = await _people(session, 4, now)
        survey = await _draft(session, surveys, people[0], now, quota=2)
        await surveys.confirm(session, survey, people[0].id, now)
        await _answer(session, answering, survey, people[1], now)
        assert await surveys.look_after(session, now) == "0 opened, 0 closed, 0 reminded"
        await _answer(session, answering, survey, people[2], now)
        assert await surveys.look_after(session, now) == "0 opened, 1 closed, 0 reminded"
        assert survey.state is SurveyState.CLOSED


async def test_nobody_who_said_no_was_asked_lately_or_got_a_broadcast_today_is_asked(
    database: Database, surveys: Surveys, now: datetime
) -> None:
    async with database.transaction() as session:
        people = await _people(session, 5, now)
        people[0].agrees_to_surveys = False
        first = await _draft(session, surveys, people[1], now)
        await surveys.set_audience(session, first.id, Audience(TALGAR, sample=2), now)
        await surveys.confirm(session, first, people[1].id, now)
        asked = set(await _told(session, ASKED))
        assert people[0].id not in asked
        tomorrow = now + timedelta(days=1)
        second = await _draft(session, surveys, people[1], tomorrow)
        reckoned = await surveys.reckon(session, second.id, Audience(TALGAR, rest_days=7), tomorrow)
        assert (reckoned.counted.matching, reckoned.counted.left_out) == (2, 3)
        same_day = await surveys.reckon(session, second.id, Audience(TALGAR), now)
        assert same_day.counted.matching == 2
        broadcasts = Broadcasts(GAZETTEER, Staff(frozenset()).audit, 10)
        made = await broadcasts.begin(session, people[1], tomorrow)
        broadcasts.set_text(made, "kk", "Хабар", tomorrow)
        await broadcasts.confirm(session, made, people[1], tomorrow)
        after_broadcast = await surveys.reckon(session, second.id, Audience(TALGAR), tomorrow)
        assert after_broadcast.counted.matching == 0


async def test_an_unfit_form_asks_nobody(database: Database, surveys: Surveys, now: datetime) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 2, now)
        survey = await surveys.begin(session, owner.id, now)
        with pytest.raises(FormUnfit):
            await surveys.confirm(session, survey, owner.id, now)
        assert await _told(session, ASKED) == []


async def test_a_second_confirmation_asks_nobody_again(database: Database, surveys: Surveys, now: datetime) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 3, now)
        survey = await _draft(session, surveys, owner, now)
        await surveys.confirm(session, survey, owner.id, now)
        with pytest.raises(SurveyMoved):
            await surveys.confirm(session, survey, owner.id, now)
        with pytest.raises(SurveyMoved):
            await surveys.set_questions(session, survey, [], now)
        assert len(await _told(session, ASKED)) == 3


async def test_a_scheduled_survey_opens_at_its_time_and_a_pause_holds_it(
    database: Database, surveys: Surveys, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 3, now)
        survey = await _draft(session, surveys, owner, now, opens_at=now + timedelta(hours=1))
        await surveys.confirm(session, survey, owner.id, now)
        assert await _told(session, ASKED) == []
        await surveys.look_after(session, now + timedelta(hours=1))
        assert len(await _told(session, ASKED)) == 3
        await surveys.pause(session, survey, now)
        states = (await session.scalars(select(Delivery.state).where(Delivery.kind == ASKED))).all()
        assert set(states) == {DeliveryState.HELD}
        await surveys.resume(session, survey, now)
        await surveys.close(session, survey, now)
        states = (await session.scalars(select(Delivery.state).where(Delivery.kind == ASKED))).all()
        assert set(states) == {DeliveryState.SKIPPED}


async def test_a_survey_called_off_before_its_start_is_a_draft_again_and_asks_nobody(
    database: Database, surveys: Surveys, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 3, now)
        survey = await _draft(session, surveys, owner, now, opens_at=now + timedelta(hours=1))
        await surveys.confirm(session, survey, owner.id, now)
        await surveys.call_off(session, survey, owner.id, now)
        await surveys.look_after(session, now + timedelta(hours=2))
        assert (survey.state, await _told(session, ASKED)) == (SurveyState.DRAFT, [])
        assert len(await surveys.questions(session, survey.id)) == 1
        await surveys.confirm(session, survey, owner.id, now)
        await surveys.look_after(session, now + timedelta(hours=2))
        assert len(await _told(session, ASKED)) == 3
        with pytest.raises(SurveyMoved):
            await surveys.call_off(session, survey, owner.id, now)


async def test_a_paused_survey_stays_in_the_list_of_those_it_asks(
    database: Database, surveys: Surveys, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, asked, *_ = await _people(session, 3, now)
        survey = await _draft(session, surveys, owner, now)
        await surveys.confirm(session, survey, owner.id, now)
        await surveys.pause(session, survey, now)
        found, _ = await open_for(session, GAZETTEER, asked, now, page=0, size=5)
        assert [(one.id, one.state) for one in found] == [(survey.id, SurveyState.PAUSED)]


async def test_no_margin_is_promised_of_fewer_answers_than_are_shown(
    database: Database, surveys: Surveys, now: datetime
) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 20, now)
        survey = await _draft(session, surveys, owner, now)
        audience = Audience(TALGAR)
        # Three in ten answer where no survey has told better: six of twenty, two of seven.
        enough = (await surveys.reckon(session, survey.id, audience, now)).margin
        assert enough is not None
        assert enough < 1.0
        few = replace(audience, sample=7)
        assert (await surveys.reckon(session, survey.id, few, now)).margin == 1.0


async def test_a_repeated_survey_shares_its_series(database: Database, surveys: Surveys, now: datetime) -> None:
    async with database.transaction() as session:
        owner, *_ = await _people(session, 1, now)
        survey = await _draft(session, surveys, owner, now)
        await surveys.confirm(session, survey, owner.id, now)
        await surveys.close(session, survey, now)
        again = await surveys.copy(session, survey, owner.id, now)
        assert again.state is SurveyState.DRAFT
        assert again.series == survey.series is not None
        assert [one.code for one in await surveys.questions(session, again.id)] == ["q1"]

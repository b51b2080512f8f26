"""Results as they are read, drawn and written out."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import Painting, Telling
from bot.i18n import LANGUAGES, translator
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident
from bot.screen import Screen
from bot.surveys.building.rules import BuildTap
from bot.surveys.models import AnswerSet, PopulationMargin, Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion
from bot.surveys.results import exports, views
from bot.surveys.results.messages import results_renderer, survey_painters
from bot.surveys.results.queries import form_of, photos, population, respondents, result_of, unit_below, words
from bot.surveys.rules import Option, Question, QuestionKind, SurveyState, question_to_json, respondent_key

GAZETTEER = Gazetteer(shipped_places())
OBLAST = "kz-almaty-oblast"
TALGAR = "kz-almaty-oblast/talgar-district"
OTHER_DISTRICT = next(place.key for place in GAZETTEER.children(OBLAST) if place.key != TALGAR and place.population)
WATER = Question(
    "water",
    QuestionKind.SINGLE,
    {"kk": "Ауызсу сапасы қандай?", "ru": "Какое качество воды?", "en": "How is the water?"},
    (
        Option("good", {"kk": "Жақсы", "ru": "Хорошее", "en": "Good"}),
        Option("bad", {"kk": "Нашар, сарғыш түсті", "ru": "Плохое", "en": "Bad"}),
    ),
    has_other=True,
)
WORDS = Question("words", QuestionKind.TEXT, {"kk": "Тағы не айтасыз?", "ru": "Что ещё?", "en": "Anything else?"})


async def make_survey(
    session: AsyncSession,
    now: datetime,
    answers: Sequence[tuple[str, dict[str, Any]]],
    *,
    state: SurveyState = SurveyState.CLOSED,
    series: str | None = None,
) -> Survey:
    """A survey of Almaty oblast with finished answers: (place, answers)."""
    survey = Survey(
        owner_id=None,
        state=state,
        languages="kk,ru,en",
        title={"kk": "Ауызсу", "ru": "Вода", "en": "Water"},
        place_key=OBLAST,
        series=series,
        opened_at=now,
        closed_at=now + timedelta(days=7),
        created_at=now,
        updated_at=now,
        audience={"place": OBLAST},
    )
    session.add(survey)
    await session.flush()
    for position, question in enumerate((WATER, WORDS)):
        session.add(SurveyQuestion(survey_id=survey.id, position=position, definition=question_to_json(question)))
    for number, (place, given) in enumerate(answers):
        key = respondent_key(b"pepper", survey.id, number)
        session.add(
            AnswerSet(
                survey_id=survey.id,
                respondent=key,
                language="kk",
                place_key=place,
                begun_on=date(2026, 11, 25),
                finished_on=date(2026, 11, 25),
            )
        )
        await session.flush()
        for code, value in given.items():
            session.add(SurveyAnswer(survey_id=survey.id, respondent=key, question=code, value=value))
    await session.flush()
    return survey


GIVEN: list[tuple[str, dict[str, Any]]] = [
    *((TALGAR, {"water": {"choice": ["good"]}}) for _ in range(25)),
    *((OTHER_DISTRICT, {"water": {"choice": ["bad"]}, "words": {"text": "=cmd|' /C calc'!A1"}}) for _ in range(25)),
]


async def test_answers_are_weighed_to_the_people_of_the_units(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        survey = await make_survey(session, now, GIVEN)
        result = await result_of(session, GAZETTEER, survey)
        known = await population(session, GAZETTEER, survey)
    units = known.margins[0].people
    share = units[TALGAR] / (units[TALGAR] + units[OTHER_DISTRICT])
    good = result.questions[0].cells[0]
    assert good.raw == pytest.approx(0.5)
    assert good.weighted is not None
    assert good.weighted.value == pytest.approx(share, abs=1e-3)
    assert result.is_weighted


async def test_margins_of_what_a_place_lies_in_are_used_when_it_has_none(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        survey = await make_survey(session, now, GIVEN)
        for category, people in (("18-24", 10), ("60+", 20)):
            session.add(
                PopulationMargin(
                    place_key=GAZETTEER.republic.key,
                    dimension="age",
                    category=category,
                    people=people,
                    year=2026,
                    source="s",
                )
            )
        await session.flush()
        known = await population(session, GAZETTEER, survey)
    assert {margin.name: dict(margin.people) for margin in known.margins}["age"] == {"18-24": 10.0, "60+": 20.0}


async def test_those_who_came_by_themselves_are_not_among_those_asked(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        survey = await make_survey(session, now, GIVEN)
        for number in (1, 2, 3):
            person = Resident(telegram_id=number, language="kk", created_at=now, seen_at=now)
            session.add(person)
            await session.flush()
            session.add(
                SurveyInvitation(
                    survey_id=survey.id, resident_id=person.id, drawn=number != 3, asked_on=date(2026, 11, 25)
                )
            )
        await session.flush()
        assert (await result_of(session, GAZETTEER, survey)).asked == 2


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_of_results_fits_one_message_in_every_language(
    sqlite: Database, now: datetime, language: Any
) -> None:
    t = translator(language)
    async with sqlite.transaction() as session:
        survey = await make_survey(session, now, GIVEN)
        form = await form_of(session, survey)
        result = await result_of(session, GAZETTEER, survey, form)
    screen = views.results_screen(t, GAZETTEER, survey, form, result, 0, is_staff=True, is_tracked=True)
    assert len(screen.text) < 1500
    assert WATER.words[language] in screen.text
    assert "±" in screen.text
    assert len(views.places_screen(t, GAZETTEER, survey, form, result, 0).text) < 4096
    own_words = views.results_screen(t, GAZETTEER, survey, form, result, 1, is_staff=False, is_tracked=False)
    assert "=cmd" not in own_words.text


async def test_few_answers_show_nothing_at_all(sqlite: Database, now: datetime) -> None:
    t = translator("en")
    async with sqlite.transaction() as session:
        survey = await make_survey(session, now, GIVEN[:4])
        form = await form_of(session, survey)
        result = await result_of(session, GAZETTEER, survey, form)
    screen = views.results_screen(t, GAZETTEER, survey, form, result, 0, is_staff=False, is_tracked=False)
    assert "Fewer than 5 people answered" in screen.text
    assert "%" not in screen.text


async def test_who_took_part_gets_the_picture_and_what_it_says_unless_too_few_answered(
    sqlite: Database, now: datetime
) -> None:
    render = results_renderer(GAZETTEER)
    async with sqlite.transaction() as session:
        enough = await make_survey(session, now, GIVEN[:40])
        few = await make_survey(session, now, GIVEN[:4])

        async def told(survey: Survey) -> Screen:
            screen = await render(session, Telling("survey_results", survey.id, {}, 1, translator("en"), now, "a_bot"))
            assert screen is not None
            return screen

        screen = await told(enough)
        assert screen.picture == views.picture_of(enough, 0, "en")
        assert "How is the water?" in screen.text
        assert "Good" in screen.text
        assert await told(enough) is screen, "it is reckoned once for all"
        too_few = await told(few)
        assert too_few.picture is None
        assert "so nothing is shown" in too_few.text
        labels = [button.text for row in too_few.rows for button in row]
        assert "See the results" not in labels, "there are none to see"


async def test_staff_see_the_photos_that_were_handed_in_and_no_others(sqlite: Database, now: datetime) -> None:
    given = [(TALGAR, {"words": {"photo": f"photo-{number}"}}) for number in range(6)]
    async with sqlite.transaction() as session:
        survey = await make_survey(session, now, given)
        sets = (await session.scalars(_sets(survey).order_by(AnswerSet.respondent))).all()
        sets[0].finished_on, sets[1].is_test = None, True
        await session.flush()
        found = await photos(session, survey, "words")
        own = (await session.scalars(select(SurveyAnswer).order_by(SurveyAnswer.respondent))).all()
    assert found == [row.value["photo"] for row in own[2:]]
    screen = views.photo_screen(translator("en"), survey, 1, 9, found)
    assert screen.attachment is not None
    assert screen.attachment.file_id == found[-1], "a page past the last is the last"


async def test_staff_read_open_answers_page_by_page_and_only_those_handed_in(sqlite: Database, now: datetime) -> None:
    given = [(TALGAR, {"words": {"text": f"жауап {number}"}}) for number in range(9)]
    async with sqlite.transaction() as session:
        survey = await make_survey(session, now, given)
        sets = (await session.scalars(_sets(survey).order_by(AnswerSet.respondent))).all()
        sets[0].finished_on, sets[1].is_test = None, True
        await session.flush()
        form = await form_of(session, survey)
        found = await words(session, GAZETTEER, survey, form, "words")
        result = await result_of(session, GAZETTEER, survey, form)
    assert len(found) == 7
    t = translator("en")
    first, last = (views.words_screen(t, survey, form, 1, page, found) for page in (0, 99))
    assert sum(text in first.text for text in found) == 6
    assert sum(text in last.text for text in found) == 1
    for is_staff in (True, False):
        screen = views.results_screen(t, GAZETTEER, survey, form, result, 1, is_staff=is_staff, is_tracked=False)
        assert ("💬 Read them" in [button.text for row in screen.rows for button in row]) is is_staff


async def test_pictures_files_and_the_report_are_made(database: Database, now: datetime) -> None:
    painters = survey_painters(GAZETTEER, lambda text: "water", {"water": {"kk": "Су", "ru": "Вода", "en": "Water"}})
    async with database.transaction() as session:
        first = await make_survey(session, now - timedelta(days=30), GIVEN, series="water")
        survey = await make_survey(session, now, GIVEN[:40], series="water")
        assert first.id != survey.id

        async def made(kind: str, reference: int) -> bytes:
            painting = Painting(reference, "kk", translator("kk"), now, "a_bot")
            return (await painters[kind](session, painting)).content

        picture = await made(views.QUESTION_PICTURE, survey.id * views.QUESTIONS)
        assert picture.startswith(b"\x89PNG")
        assert (await made(views.TRACKER_PICTURE, survey.id * views.QUESTIONS)).startswith(b"\x89PNG")
        report = await made(views.REPORT, survey.id)
        assert report.startswith(b"%PDF")
        assert len(re.findall(rb"/Type /Page\b", report)) == 2, "a page for each question, open ones too"
        csv = (await made(views.ANSWERS_CSV, survey.id)).decode("utf-8-sig")
        assert "'=cmd" in csv
        assert ",=cmd" not in csv
        book = load_workbook(io.BytesIO(await made(views.SHEET, survey.id)))
        keys = {row.respondent for row in (await session.scalars(_sets(survey))).all()}
    assert [sheet.title for sheet in book] == ["Нәтижелер", "Жауаптар", "Ашық жауаптар"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert not keys & {str(cell.value) for cell in cells}, "no file says whose answers they are"


def _sets(survey: Survey) -> Any:
    return select(AnswerSet).where(AnswerSet.survey_id == survey.id)


async def test_answers_stand_in_an_order_that_says_nothing(sqlite: Database, now: datetime) -> None:
    async with sqlite.transaction() as session:
        survey = await make_survey(session, now, GIVEN)
        form = await form_of(session, survey)
        people = await respondents(session, GAZETTEER, survey)
    orders = {
        tuple(row[6] for row in exports.answer_rows(translator("en"), GAZETTEER, form, people, [1.0] * len(people)))
        for _ in range(4)
    }
    assert len(orders) > 1


def test_the_unit_below_a_territory_is_found() -> None:
    assert unit_below(GAZETTEER, TALGAR, OBLAST) == TALGAR
    assert unit_below(GAZETTEER, TALGAR, None) == OBLAST
    assert unit_below(GAZETTEER, OBLAST, OBLAST) is None
    assert unit_below(GAZETTEER, TALGAR, "kz-astana") is None
    assert unit_below(GAZETTEER, None, None) is None


async def test_a_survey_with_too_few_answers_says_so_once_and_one_that_ended_early_says_when(
    sqlite: Database, now: datetime
) -> None:
    t = translator("en")
    async with sqlite.transaction() as session:
        few = await make_survey(session, now, GIVEN[:4])
        form = await form_of(session, few)
        result = await result_of(session, GAZETTEER, few, form)
        screen = views.results_screen(t, GAZETTEER, few, form, result, 0, is_staff=True, is_tracked=False)
        enough = await make_survey(session, now, GIVEN[:40])
        enough.closes_at = now + timedelta(days=9)
        await session.flush()
        render = results_renderer(GAZETTEER)
        told = await render(session, Telling("survey_results", enough.id, {}, 1, t, now, "a_bot"))
    assert [button.text for row in screen.rows for button in row] == ["‹ Back"], "there is nothing to leaf through"
    assert told is not None
    assert "It ended earlier than planned" in told.text


async def test_an_admin_comes_back_to_the_survey_and_others_to_the_list(sqlite: Database, now: datetime) -> None:
    async with sqlite.transaction() as session:
        survey = await make_survey(session, now, GIVEN)
        form = await form_of(session, survey)
        result = await result_of(session, GAZETTEER, survey, form)
    for is_admin, to in ((True, BuildTap), (False, views.SurveysTap)):
        screen = views.results_screen(
            translator("en"), GAZETTEER, survey, form, result, 0, is_staff=True, is_tracked=False, is_admin=is_admin
        )
        assert isinstance(screen.rows[-1][-1].tap, to)

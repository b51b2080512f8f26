"""Answering on both databases: one set a person, nothing lost, nobody found."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.i18n import LANGUAGES, Language, translator
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident
from bot.screen import Screen
from bot.surveys.answering.rules import AGE, DONE, REVIEW
from bot.surveys.answering.service import Answering, Closed, NotAnswerable
from bot.surveys.answering.views import answer_words, sheet_screen, stopped_screen, withdraw_screen
from bot.surveys.models import AnswerSet, Demographics, Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion
from bot.surveys.rules import Option, Question, QuestionKind, SurveyState, question_to_json

GAZETTEER = Gazetteer(shipped_places())
PEPPER = b"pepper of the survey tests, long enough"
OBLAST = "kz-almaty-oblast"
TALGAR = "kz-almaty-oblast/talgar-district"
QUESTIONS = (
    Question(
        "need",
        QuestionKind.SINGLE,
        {"kk": "Не керек?"},
        (Option("roads", {"kk": "Жол"}), Option("water", {"kk": "Су"})),
        required=True,
    ),
    Question("words", QuestionKind.TEXT, {"kk": "Тағы?"}),
)


@pytest.fixture
def answering() -> Answering:
    """The service."""
    return Answering(GAZETTEER, PEPPER)


async def _survey(session: AsyncSession, now: datetime, **parts: object) -> Survey:
    values: dict[str, object] = {
        "owner_id": None,
        "state": SurveyState.OPEN,
        "languages": "kk",
        "title": {"kk": "Не керек"},
        "place_key": OBLAST,
        "audience": {"place": OBLAST},
        "opened_at": now,
        "closes_at": now + timedelta(days=3),
        "created_at": now,
        "updated_at": now,
        **parts,
    }
    survey = Survey(**values)
    session.add(survey)
    await session.flush()
    for position, question in enumerate(QUESTIONS):
        session.add(SurveyQuestion(survey_id=survey.id, position=position, definition=question_to_json(question)))
    await session.flush()
    return survey


async def _person(session: AsyncSession, number: int, now: datetime, place: str | None = TALGAR) -> Resident:
    person = Resident(telegram_id=number, language="kk", place_key=place, created_at=now, seen_at=now)
    session.add(person)
    await session.flush()
    return person


async def _answer_all(
    session: AsyncSession, answering: Answering, survey: Survey, person: Resident, now: datetime
) -> None:
    sheet = await answering.open(session, survey.id, person, now)
    sheet = await answering.typed(session, sheet, "су", person)
    sheet = await answering.typed(session, sheet, "Жол да керек", person)
    if sheet.at == AGE:
        sheet = await answering.tell_age(session, sheet, person, "25-34", now)
        sheet = await answering.tell_sex(session, sheet, person, None, now)
    assert sheet.at == REVIEW
    sheet = await answering.finish(session, sheet, now)
    assert sheet.at == DONE


async def test_a_person_answers_stops_comes_back_and_changes_an_answer(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        sheet = await answering.open(session, survey.id, person, now)
        sheet = await answering.typed(session, sheet, "2", person)
        assert sheet.at == "words"
    async with database.transaction() as session:
        person = await session.get_one(Resident, person.id)
        sheet = await answering.open(session, survey.id, person, now + timedelta(days=2))
        assert sheet.at == "words"
        assert sheet.answers["need"] == {"choice": ["water"]}
        sheet = await answering.back(session, sheet)
        sheet = await answering.typed(session, sheet, "Жол", person)
        sheet = await answering.skip(session, sheet, person)
        assert sheet.at == AGE
        sheet = await answering.tell_age(session, sheet, person, None, now)
        sheet = await answering.tell_sex(session, sheet, person, "f", now)
        await answering.finish(session, sheet, now)
        assert await answering.finished(session, survey) == 1
        told = await session.get_one(Demographics, person.id)
        assert (told.age_band, told.sex) == (None, "f")


async def test_back_from_the_questions_about_oneself_lets_what_was_told_be_taken_back(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        sheet = await answering.open(session, survey.id, person, now)
        sheet = await answering.typed(session, sheet, "2", person)
        sheet = await answering.skip(session, sheet, person)
        sheet = await answering.back(session, sheet)
        assert sheet.at == "words"
        sheet = await answering.skip(session, sheet, person)
        sheet = await answering.tell_age(session, sheet, person, "25-34", now)
        sheet = await answering.back(session, sheet)
        assert sheet.at == AGE
        sheet = await answering.tell_age(session, sheet, person, None, now)
        sheet = await answering.tell_sex(session, sheet, person, None, now)
        told = await session.get_one(Demographics, person.id)
        assert (told.age_band, told.agreed_at, sheet.answer_set.age_band) == (None, None, None)
        sheet = await answering.back(session, sheet)
        assert sheet.at == "words"


async def test_what_is_told_of_oneself_is_asked_once_and_used_again(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        person = await _person(session, 1, now)
        await _answer_all(session, answering, await _survey(session, now), person, now)
        second = await _survey(session, now)
        sheet = await answering.open(session, second.id, person, now)
        sheet = await answering.typed(session, sheet, "1", person)
        sheet = await answering.skip(session, sheet, person)
        assert sheet.at == REVIEW
        assert sheet.answer_set.age_band == "25-34"


@pytest.mark.parametrize(
    ("parts", "place", "reason"),
    [
        ({"state": SurveyState.CLOSED, "closed_at": datetime(2026, 11, 25)}, TALGAR, Closed.OVER),
        ({"state": SurveyState.PAUSED}, TALGAR, Closed.PAUSED),
        ({"state": SurveyState.DRAFT, "opened_at": None}, TALGAR, Closed.MISSING),
        ({}, "kz-astana", Closed.NOT_FOR_YOU),
        ({}, None, Closed.NO_PLACE),
        ({"audience": {"place": OBLAST, "sample": 5}}, TALGAR, Closed.SAMPLE),
    ],
)
async def test_who_may_not_answer_is_told_why_and_leaves_nothing(
    sqlite: Database, answering: Answering, now: datetime, parts: dict[str, object], place: str | None, reason: Closed
) -> None:
    if "closed_at" in parts:
        parts = {**parts, "closed_at": now}
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now, **parts), await _person(session, 1, now, place)
        with pytest.raises(NotAnswerable) as refused:
            await answering.open(session, survey.id, person, now)
        assert refused.value.reason is reason
        assert await session.scalar(select(func.count()).select_from(AnswerSet)) == 0


async def test_a_makers_trial_is_never_counted_and_can_be_repeated(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        for _ in range(2):
            sheet = await answering.begin_test(session, survey.id, person, now)
            sheet = await answering.typed(session, sheet, "1", person)
            sheet = await answering.skip(session, sheet, person)
            assert sheet.at == REVIEW
            await answering.finish(session, sheet, now)
        assert await answering.finished(session, survey) == 0
        await _answer_all(session, answering, survey, person, now)
        assert await answering.finished(session, survey) == 1


async def test_nothing_in_the_database_joins_a_person_to_an_answer(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        survey = await _survey(session, now)
        people = [await _person(session, number, now) for number in range(1, 6)]
        for person in people:
            await _answer_all(session, answering, survey, person, now)
        keys = (await session.scalars(select(AnswerSet.respondent))).all()
        assert len(set(keys)) == 5
        ids = {str(person.id) for person in people} | {str(person.telegram_id) for person in people}
        assert not ids & set(keys)
        columns = {column.name for column in AnswerSet.__table__.columns} | {
            column.name for column in SurveyAnswer.__table__.columns
        }
        assert not columns & {"resident_id", "telegram_id", "at", "created_at", "answered_at"}
        other = Answering(GAZETTEER, b"another pepper, long enough to be one")
        assert not {other.key(survey.id, person.id) for person in people} & set(keys)


async def test_erasing_takes_answers_to_open_surveys_and_every_invitation(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        person = await _person(session, 1, now)
        is_open, over = await _survey(session, now), await _survey(session, now)
        for survey in (is_open, over):
            await _answer_all(session, answering, survey, person, now)
        over.state, over.closed_at = SurveyState.CLOSED, now
        await session.flush()
        assert await answering.held(session, person.id) == {"surveys": 2, "about": 1}
        exported = await answering.export(session, person.id)
        assert {"choice": ["water"]} in [one["answer"] for one in exported["surveys"][0]["answers"]]
        await answering.erase(session, person.id, now)
        left = (await session.scalars(select(AnswerSet.survey_id))).all()
        assert left == [over.id]
        assert await session.scalar(select(func.count()).select_from(SurveyInvitation)) == 0
        assert await session.scalar(select(func.count()).select_from(Demographics)) == 0


async def test_answers_move_with_a_number_to_another_account(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        old, new = await _person(session, 1, now), await _person(session, 2, now)
        survey = await _survey(session, now)
        await _answer_all(session, answering, survey, old, now)
        await answering.move(session, old.id, new.id, now)
        sheet = await answering.sheet(session, survey.id, new)
        assert sheet.answers["need"] == {"choice": ["water"]}
        assert await answering.finished(session, survey) == 1


async def test_three_hundred_people_at_once_lose_no_answer(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        survey = await _survey(session, now)
        people = [await _person(session, number, now) for number in range(1, 301)]
        session.add_all(Demographics(resident_id=person.id, asked_at=now) for person in people)

    # As many transactions at once as the inbox lets run; each person's two taps follow each other.
    room = asyncio.Semaphore(16)

    async def respond(person: Resident, turn: int) -> None:
        async with room, database.transaction() as session:
            mine = await session.get_one(Resident, person.id)
            sheet = await answering.open(session, survey.id, mine, now)
            await answering.typed(session, sheet, "1" if turn % 3 else "2", mine)
        async with room, database.transaction() as session:
            mine = await session.get_one(Resident, person.id)
            sheet = await answering.sheet(session, survey.id, mine)
            sheet = await answering.skip(session, sheet, mine)
            await answering.finish(session, sheet, now)

    await asyncio.gather(*(respond(person, turn) for turn, person in enumerate(people)))
    async with database.reading() as session:
        assert await answering.finished(session, survey) == 300
        rows = (await session.scalars(select(SurveyAnswer).where(SurveyAnswer.question == "need"))).all()
    assert sum(row.value == {"choice": ["water"]} for row in rows) == 100
    assert len(rows) == 300


async def test_who_gave_a_number_away_is_told_that_it_was_taken_out_wherever_the_answer_led(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        sheet = await answering.open(session, survey.id, person, now)
        sheet = await answering.typed(session, sheet, "1", person)
        sheet = await answering.typed(session, sheet, "Звоните 8 701 123 45 67", person)
        assert sheet.at == AGE, "the last question: no question's screen follows"
        assert "A part of your last answer was taken out" in sheet_screen(translator("en"), sheet).text
        assert "701" not in str(sheet.answers)


async def test_a_ranking_that_is_half_written_waits_for_the_rest(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        await _ask(session, Question("rank", QuestionKind.RANKING, {"kk": "Маңызы?"}, _NEEDS))
        sheet = await answering.open(session, survey.id, person, now)
        sheet = await answering.typed(session, sheet, "су", person)
        assert (sheet.at, sheet.answers["rank"]) == ("rank", {"choice": ["b"]})
        sheet = await answering.typed(session, sheet, "су, жол, жарық", person)
        assert (sheet.at, sheet.answers["rank"]) == ("words", {"choice": ["b", "a", "c"]})


async def _ask(session: AsyncSession, question: Question) -> None:
    row = (await session.scalars(select(SurveyQuestion).where(SurveyQuestion.position == 0))).one()
    row.definition = question_to_json(question)
    await session.flush()


_NEEDS = tuple(Option(code, {"kk": name}) for code, name in (("a", "Жол"), ("b", "Су"), ("c", "Жарық")))


async def test_several_options_may_be_written_one_after_the_other(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        await _ask(session, Question("needs", QuestionKind.MULTIPLE, {"kk": "Не керек?"}, _NEEDS, least=2, most=2))
        sheet = await answering.open(session, survey.id, person, now)
        sheet = await answering.typed(session, sheet, "су", person)
        assert (sheet.at, sheet.problem) == ("needs", None), "there may be more to come"
        sheet = await answering.typed(session, sheet, "жол", person)
        assert (sheet.at, sheet.answers["needs"]) == ("needs", {"choice": ["a", "b"]})
        assert "☑️ Жол" in _labels(sheet_screen(translator("kk"), sheet))
        too_many = await answering.typed(session, sheet, "жарық", person)
        assert too_many.problem == "more"
        sheet = await answering.forward(session, sheet, person)
        assert (sheet.at, sheet.answers["needs"]) == ("words", {"choice": ["a", "b"]})


async def test_words_that_are_no_option_are_shown_as_ones_own_before_it_goes_on(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        await _ask(session, Question("needs", QuestionKind.SINGLE, {"kk": "Не керек?"}, _NEEDS, has_other=True))
        sheet = await answering.open(session, survey.id, person, now)
        sheet = await answering.typed(session, sheet, "сұрақты түсінбедім", person)
        assert sheet.at == "needs"
        assert "In your words: сұрақты түсінбедім" in sheet_screen(translator("en"), sheet).text
        sheet = await answering.typed(session, sheet, "жол", person)
        assert (sheet.at, sheet.answers["needs"]) == ("words", {"choice": ["a"]})


async def test_who_handed_in_and_looks_again_is_not_told_to_go_on(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        sheet = await answering.open(session, survey.id, person, now)
        assert "Go on" in _labels(stopped_screen(translator("en"), sheet))
        sheet.answer_set.finished_on = now.date()
        assert "Change my answers" in _labels(stopped_screen(translator("en"), sheet))


def _labels(screen: Screen) -> list[str]:
    return [button.text for row in screen.rows for button in row]


async def test_own_words_can_be_taken_back_from_a_multiple_choice(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        needs = Question("needs", QuestionKind.MULTIPLE, {"kk": "Не керек?"}, _NEEDS, has_other=True)
        await _ask(session, needs)
        sheet = await answering.open(session, survey.id, person, now)
        sheet = await answering.typed(session, await answering.typed(session, sheet, "су", person), "саябақ", person)
        assert sheet.answers["needs"] == {"choice": ["b", "other"], "other": "саябақ"}
        assert "☑️ саябақ" in _labels(sheet_screen(translator("kk"), sheet))
        sheet = await answering.unsay(session, sheet, needs)
        assert sheet.answers["needs"] == {"choice": ["b"]}


async def test_who_takes_their_answers_back_is_asked_first_and_leaves_none(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        await _answer_all(session, answering, survey, person, now)
        sheet = await answering.sheet(session, survey.id, person)
        assert "2 answers of yours are deleted." in withdraw_screen(translator("en"), sheet).text
        await answering.withdraw(session, sheet)
        assert await answering.finished(session, survey) == 0
        assert await session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0
        again = await answering.open(session, survey.id, person, now)
        assert (again.at, again.answers) == ("need", {})


async def test_the_review_tells_age_and_sex_and_lets_them_be_changed(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        await _answer_all(session, answering, survey, person, now)
        sheet = await answering.review(session, await answering.sheet(session, survey.id, person))
        assert "25–34" in sheet_screen(translator("kk"), sheet).text
        sheet = await answering.about(session, sheet)
        sheet = await answering.tell_age(session, sheet, person, None, now)
        sheet = await answering.tell_sex(session, sheet, person, None, now)
        assert sheet.at == REVIEW
        assert "25–34" not in sheet_screen(translator("kk"), sheet).text


async def test_age_and_sex_can_be_forgotten_alone_and_are_not_asked_again(
    database: Database, answering: Answering, now: datetime
) -> None:
    async with database.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        await _answer_all(session, answering, survey, person, now)
        assert await answering.held(session, person.id) == {"surveys": 1, "about": 1}
        await answering.forget_about(session, person.id)
        assert await answering.held(session, person.id) == {"surveys": 1, "about": 0}
        answer_set = (await session.scalars(select(AnswerSet))).one()
        assert (answer_set.age_band, answer_set.sex) == (None, None)
        other = await _survey(session, now)
        sheet = await answering.open(session, other.id, person, now)
        sheet = await answering.typed(session, sheet, "су", person)
        assert (await answering.skip(session, sheet, person)).at == REVIEW


async def test_ones_own_export_says_answers_in_words(sqlite: Database, answering: Answering, now: datetime) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        await _answer_all(session, answering, survey, person, now)
        (held,) = (await answering.export(session, person.id))["surveys"]
        assert held["title"] == {"kk": "Не керек"}
        assert [one["question"] for one in held["answers"]] == [{"kk": "Не керек?"}, {"kk": "Тағы?"}], "as asked"
        assert held["answers"][0]["chosen"] == [{"kk": "Су"}]
        assert held["handed_in"] == "2026-11-25"


def _said(kazakh: str, russian: str, english: str) -> dict[Language, str]:
    return {"kk": kazakh, "ru": russian, "en": english}


_ROAD, _WATER = (
    Option("road", _said("Жол", "Дорога", "Road")),
    Option("water", _said("Ауызсу", "Питьевая вода", "Drinking water")),
)
_KINDS: dict[QuestionKind, tuple[Question, dict[Language, str]]] = {
    question.kind: (question, answers)
    for question, answers in (
        (
            Question("single", QuestionKind.SINGLE, _said("Қайсысы?", "Что?", "Which?"), (_ROAD, _WATER)),
            _said("ауызсу", "питьевая вода", "drinking water"),
        ),
        (
            Question("multiple", QuestionKind.MULTIPLE, _said("Қайсылары?", "Какие?", "Which ones?"), (_ROAD, _WATER)),
            _said("жол және ауызсу", "дорога и питьевая вода", "road and drinking water"),
        ),
        (
            Question(
                "scale",
                QuestionKind.SCALE,
                _said("Баға?", "Оценка?", "Mark?"),
                least=1,
                most=5,
                least_words=_said("нашар", "плохо", "bad"),
                most_words=_said("жақсы", "хорошо", "good"),
            ),
            _said("4", "4", "4"),
        ),
        (
            Question("number", QuestionKind.NUMBER, _said("Нешеу?", "Сколько?", "How many?"), least=0, most=9),
            _said("2,5", "2,5", "2.5"),
        ),
        (
            Question("ranking", QuestionKind.RANKING, _said("Реті?", "Порядок?", "Order?"), (_ROAD, _WATER)),
            _said("ауызсу, жол", "питьевая вода, дорога", "drinking water, road"),
        ),
        (
            Question("text", QuestionKind.TEXT, _said("Тағы?", "Ещё?", "What else?")),
            _said("Саябақ керек", "Нужен парк", "A park is needed"),
        ),
        (Question("photo", QuestionKind.PHOTO, _said("Сурет?", "Фото?", "Photo?")), {}),
        (Question("location", QuestionKind.LOCATION, _said("Қай жерде?", "Где?", "Where?")), {}),
    )
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(QuestionKind), ids=lambda kind: kind.value)
async def test_every_kind_of_question_is_asked_answered_and_reviewed_in_every_language(
    sqlite: Database, answering: Answering, now: datetime, kind: QuestionKind, language: Language
) -> None:
    question, typed = _KINDS[kind]
    t = translator(language)
    async with sqlite.transaction() as session:
        survey = await _survey(session, now, languages="kk,ru,en", place_key=None, audience={})
        person = await _person(session, 1, now)
        person.language = language
        await _ask(session, question)
        sheet = await answering.open(session, survey.id, person, now)
        asked = sheet_screen(t, sheet)
        assert question.words[language] in asked.text
        labels = " ".join(_labels(asked))
        assert all(option.words[language] in labels for option in question.options)
        if kind in {QuestionKind.PHOTO, QuestionKind.LOCATION}:
            refused = await answering.typed(session, sheet, "мұнда", person)
            assert refused.problem == kind.value, "words are no photo and no place"
            value = {"photo": "file"} if kind is QuestionKind.PHOTO else {"lat": 43.3, "lon": 77.2}
            sheet = await answering.take(session, sheet, question, value, person)
        else:
            sheet = await answering.typed(session, sheet, typed[language], person)
            if sheet.at == question.code:
                sheet = await answering.forward(session, sheet, person)
        assert sheet.at == "words", "it goes on to the next question"
        sheet = await answering.review(session, await answering.skip(session, sheet, person))
        answer = answer_words(t, question, sheet.answers[question.code])
        expected = {"photo": "📷", "location": "📍", "scale": "4"}.get(kind.value) or typed[language]
        assert _plain(answer) == _plain(expected)
        assert answer in sheet_screen(t, sheet).text


def _plain(text: str) -> str:
    """The words alone: what stands between options is the screen's matter."""
    return " ".join(re.findall(r"[\w📷📍.,]+", re.sub(r", |›| және | и | and ", " ", text))).casefold()


async def test_a_survey_that_was_only_opened_is_none_that_was_answered(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        sheet = await answering.open(session, survey.id, person, now)
        assert (await answering.held(session, person.id))["surveys"] == 0
        await answering.typed(session, sheet, "су", person)
        assert (await answering.held(session, person.id))["surveys"] == 1


async def test_thanks_of_a_survey_that_is_over_promise_no_change(
    sqlite: Database, answering: Answering, now: datetime
) -> None:
    t = translator("en")
    async with sqlite.transaction() as session:
        survey, person = await _survey(session, now), await _person(session, 1, now)
        await _answer_all(session, answering, survey, person, now)
        sheet = await answering.sheet(session, survey.id, person)
        assert "You can change your answers until" in sheet_screen(t, sheet).text
        survey.state, survey.closed_at = SurveyState.CLOSED, now
        over = sheet_screen(t, sheet)
    assert "You can change your answers" not in over.text
    assert "Change my answers" not in _labels(over)

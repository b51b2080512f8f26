"""Results of surveys: what people tap."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.places.bodies import body_by_key
from bot.places.tree import Gazetteer
from bot.residents.models import Role
from bot.surveys.models import Survey
from bot.surveys.results import views
from bot.surveys.results.queries import form_of, photos, result_of, series_of, words
from bot.surveys.results.views import PhotoTap, ResultsTap, WordsTap
from bot.surveys.rules import Form, SurveyState
from bot.telegram.answers import Answer
from bot.telegram.context import Here, InPrivate, TapIs

router = Router(name="survey results")

_FILES = {"xlsx": views.SHEET, "csv": views.ANSWERS_CSV, "pdf": views.REPORT}


def is_staff(here: Here, gazetteer: Gazetteer, survey: Survey) -> bool:
    """Whether the person may read everything of a survey: an admin, or an official of the territory or of what it
    lies in."""
    if here.is_any(Role.ADMIN):
        return True
    territory = survey.place_key or gazetteer.republic.key
    for key in here.body_keys:
        body = body_by_key(gazetteer, key)
        place = body.place.key if body is not None and body.place is not None else gazetteer.republic.key
        if body is not None and gazetteer.is_within(territory, place):
            return True
    return False


@router.callback_query(TapIs(ResultsTap), InPrivate())
async def results(query: CallbackQuery, here: Here, tap: ResultsTap, gazetteer: Gazetteer) -> Answer:
    """A page of results, a picture, a file."""
    survey = await here.session.get(Survey, tap.survey)
    if survey is None or survey.opened_at is None:
        return here.show(views.nothing_screen(here.t))
    staff = is_staff(here, gazetteer, survey)
    if not staff and not (survey.publish and survey.state is SurveyState.CLOSED):
        return here.show(views.nothing_screen(here.t))
    form = await form_of(here.session, survey)
    if tap.do in _FILES:
        if not staff:
            return here.toast()
        if (await result_of(here.session, gazetteer, survey, form)).is_hidden:
            return _few(here, survey)
        return here.send(views.file_screen(here.t, survey, _FILES[tap.do]))
    index = min(max(tap.question, 0), len(form.questions) - 1)
    if tap.do in {"picture", "tracker"}:
        return here.send(views.picture_screen(here.t, survey, index, tracker=tap.do == "tracker"))
    result = await result_of(here.session, gazetteer, survey, form)
    if tap.do == "places":
        return here.show(views.places_screen(here.t, gazetteer, survey, form, result, index))
    tracked = len(await series_of(here.session, survey)) > 1
    screen = views.results_screen(
        here.t,
        gazetteer,
        survey,
        form,
        result,
        index,
        is_staff=staff,
        is_tracked=tracked,
        is_admin=here.is_any(Role.ADMIN),
    )
    return here.show(screen)


async def _read_by_staff(here: Here, gazetteer: Gazetteer, number: int, index: int) -> tuple[Survey, Form, int] | None:
    """A survey, its form and one of its questions, for those who read single answers; None for anybody else."""
    survey = await here.session.get(Survey, number)
    if survey is None or not is_staff(here, gazetteer, survey):
        return None
    form = await form_of(here.session, survey)
    return survey, form, min(max(index, 0), len(form.questions) - 1)


@router.callback_query(TapIs(WordsTap), InPrivate())
async def own_words(query: CallbackQuery, here: Here, tap: WordsTap, gazetteer: Gazetteer) -> Answer:
    """Answers in people's own words, for staff."""
    opened = await _read_by_staff(here, gazetteer, tap.survey, tap.question)
    if opened is None:
        return here.show(views.nothing_screen(here.t))
    survey, form, index = opened
    found = await words(here.session, gazetteer, survey, form, form.questions[index].code)
    if len(found) < survey.min_cell:
        return _few(here, survey)
    return here.show(views.words_screen(here.t, survey, form, index, tap.page, found))


@router.callback_query(TapIs(PhotoTap), InPrivate())
async def photo(query: CallbackQuery, here: Here, tap: PhotoTap, gazetteer: Gazetteer) -> Answer:
    """A photo sent as an answer, for staff."""
    opened = await _read_by_staff(here, gazetteer, tap.survey, tap.question)
    if opened is None:
        return here.show(views.nothing_screen(here.t))
    survey, form, index = opened
    found = await photos(here.session, survey, form.questions[index].code)
    if len(found) < survey.min_cell:
        return _few(here, survey)
    return here.send(views.photo_screen(here.t, survey, index, tap.photo, found))


def _few(here: Here, survey: Survey) -> Answer:
    few = here.t.plain("Fewer than {count} people answered, so nothing is shown.", count=survey.min_cell)
    return here.toast(few, alert=True)

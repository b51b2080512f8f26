"""What people are told of a survey: that they are asked, once reminded; and its maker, how it goes and ended."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Drawn, LiveRenderer, LiveShow, Painter, Painting, Renderer, Telling
from bot.i18n import Html
from bot.screen import Button, Picture, Screen, rows
from bot.surveys.answering.views import intro_screen
from bot.surveys.building.files import write_survey
from bot.surveys.building.views import stand_screen
from bot.surveys.models import Survey
from bot.surveys.results.queries import form_of
from bot.surveys.results.views import ResultsTap
from bot.surveys.rules import SurveyState, words_in
from bot.surveys.service import ASKED, LIVE_KIND, REMINDED, REPORTED, Surveys

SURVEY_FILE = "survey_yaml"


def survey_renderers(surveys: Surveys) -> dict[str, Renderer]:
    """The messages of a survey's life, by kind of delivery."""

    async def asked(session: AsyncSession, telling: Telling) -> Screen | None:
        survey = await session.get(Survey, telling.reference)
        if survey is None or survey.state not in {SurveyState.OPEN, SurveyState.PAUSED}:
            return None
        note = None
        if telling.kind == REMINDED:
            note = telling.t("You were asked and have not answered yet. It is not too late:")
        return intro_screen(telling.t, survey, await form_of(session, survey), note=note, is_told=True)

    async def report(session: AsyncSession, telling: Telling) -> Screen | None:
        survey = await session.get(Survey, telling.reference)
        if survey is None:
            return None
        t, form = telling.t, await form_of(session, survey)
        stand = await surveys.stand(session, survey, telling.now)
        title = words_in(form.title, t.language, form.languages)
        said = [
            t("🏁 The survey «{title}» is over.", title=title),
            t("Asked: {sent} of {total}", sent=t.number(stand.asked.sent), total=t.number(stand.asked.total)),
            t("Began: {begun}, answered: {finished}", begun=t.number(stand.begun), finished=t.number(stand.finished)),
        ]
        return Screen(Html("\n".join(said)), rows(Button(t.plain("📊 Results"), ResultsTap(survey.id, 0, "show"))))

    return {ASKED: asked, REMINDED: asked, REPORTED: report}


def survey_live_renderers(surveys: Surveys) -> dict[str, LiveRenderer]:
    """How a survey goes, kept up to date in its maker's chat."""

    async def stand(session: AsyncSession, show: LiveShow) -> Screen | None:
        survey = await session.get(Survey, show.reference)
        if survey is None or survey.state in {SurveyState.DRAFT, SurveyState.DISCARDED}:
            return None
        form = await form_of(session, survey)
        return stand_screen(show.t, survey, form, await surveys.stand(session, survey, show.now))

    return {LIVE_KIND: stand}


def survey_file_painters(surveys: Surveys) -> dict[str, Painter]:
    """How a survey is written into a file."""

    async def yaml(session: AsyncSession, painting: Painting) -> Drawn:
        survey = await session.get(Survey, painting.reference)
        if survey is None:
            raise LookupError(f"there is no survey {painting.reference}")
        text = write_survey(await surveys.as_file(session, survey), surveys.zone)
        return Drawn(text.encode(), f"survey-{survey.id}.yaml")

    return {SURVEY_FILE: yaml}


def file_picture(survey: Survey, language: str) -> Picture:
    """The YAML file of a survey, as a document."""
    return Picture(SURVEY_FILE, survey.id, language, as_document=True)

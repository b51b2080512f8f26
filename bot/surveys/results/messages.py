"""Results that are told and drawn: the message to those who took part, pictures, sheets, the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Drawn, Painter, Painting, Renderer, Telling
from bot.i18n import Html, Language, Translator
from bot.places.tree import Gazetteer
from bot.screen import Button, Screen, rows
from bot.surveys.models import Survey
from bot.surveys.results import exports, pictures, views
from bot.surveys.results.queries import form_of, respondents, result_of, series_of
from bot.surveys.results.rules import QuestionResult
from bot.surveys.results.views import ResultsTap
from bot.surveys.rules import words_in

RESULTS_KIND = "survey_results"
SAID_AGAIN: Final = timedelta(minutes=5)
"""How long the words of a survey that is over serve for the next person."""
SURVEYS_SAID: Final = 30


def results_renderer(gazetteer: Gazetteer) -> Renderer:
    """The message that a survey is over, to those who took part and who follow the place."""
    said: dict[tuple[int, Language], tuple[datetime, Screen]] = {}

    async def render(session: AsyncSession, telling: Telling) -> Screen | None:
        # Reckoning it anew for each of thousands would take minutes.
        key = (telling.reference, telling.t.language)
        if key in said and telling.now - said[key][0] < SAID_AGAIN:
            return said[key][1]
        survey = await session.get(Survey, telling.reference)
        if survey is None:
            return None
        screen = await _over(session, gazetteer, survey, telling.t)
        while len(said) >= SURVEYS_SAID:
            del said[next(iter(said))]
        said[key] = (telling.now, screen)
        return screen

    return render


async def _over(session: AsyncSession, gazetteer: Gazetteer, survey: Survey, t: Translator) -> Screen:
    """That a survey is over, with the picture of its first question that has one and a line of what it says."""
    form = await form_of(session, survey)
    result = await result_of(session, gazetteer, survey, form)
    index = next((at for at, one in enumerate(result.questions) if one.cells and not one.is_hidden), None)
    said: list[str] = [
        t("📊 The survey is over: <b>{title}</b>", title=words_in(form.title, t.language, form.languages))
    ]
    picture = None
    if index is not None and not result.is_hidden:
        first = result.questions[index]
        picture = views.picture_of(survey, index, t.language)
        question = words_in(first.question.words, t.language, form.languages)
        said += ["", t("{question}", question=question), views.meaning_line(t, first) or ""]
    said += ["", *views.reach_lines(t, gazetteer, result)[:1]]
    see = Button(t.plain("See the results"), ResultsTap(survey.id, index or 0, "show"))
    return Screen(Html("\n".join(said)), rows(see), picture=picture)


async def _survey(session: AsyncSession, reference: int) -> Survey:
    survey = await session.get(Survey, reference)
    if survey is None:
        raise LookupError(f"there is no survey {reference}")
    return survey


async def question_picture(session: AsyncSession, painting: Painting, gazetteer: Gazetteer) -> Drawn:
    """The bars of one question.

    Raises:
        LookupError: there is no such survey, or nothing to draw.
    """
    number, index = divmod(painting.reference, views.QUESTIONS)
    survey = await _survey(session, number)
    form = await form_of(session, survey)
    result = await result_of(session, gazetteer, survey, form)
    caption = views.caption_of(painting.t, gazetteer, survey, form, result)
    chart = pictures.chart_of(painting.t, result.questions[index], caption)
    if chart is None or result.is_hidden:
        raise LookupError("too few answers to draw")
    return Drawn(pictures.png(pictures.draw_bars(chart, painting.t)), f"survey-{number}-{index + 1}.png")


async def tracker_picture(session: AsyncSession, painting: Painting, gazetteer: Gazetteer) -> Drawn:
    """One question over the surveys of its series."""
    number, index = divmod(painting.reference, views.QUESTIONS)
    survey = await _survey(session, number)
    t = painting.t
    form = await form_of(session, survey)
    code = form.questions[index].code
    points: dict[str, list[pictures.Point]] = {}
    last: QuestionResult | None = None
    for one in await series_of(session, survey):
        result = await result_of(session, gazetteer, one)
        own = next((each for each in result.questions if each.question.code == code), None)
        if own is None or own.is_hidden or result.is_hidden or one.opened_at is None:
            continue
        last = own
        for cell in own.cells:
            if cell.weighted is not None:
                share = cell.weighted
                point = pictures.Point(t.date(one.opened_at), share.value, share.low, share.high)
                points.setdefault(cell.code, []).append(point)
    if last is None:
        raise LookupError("too few answers to draw")
    names = _names(last, t.language, t)
    lines = [(names.get(option, option), series) for option, series in points.items()]
    title = words_in(form.questions[index].words, t.language, form.languages)
    caption = t.plain("The bands are 95 % margins.")
    return Drawn(pictures.png(pictures.draw_tracker(title, lines, caption)), f"tracker-{number}-{index + 1}.png")


def _names(result: QuestionResult, language: Language, t: Translator) -> Mapping[str, str]:
    return {cell.code: pictures.option_name(result, cell.code, language, t) for cell in result.cells}


def survey_painters(
    gazetteer: Gazetteer, subject_of: exports.SubjectOf, subject_names: Mapping[str, Mapping[Language, str]]
) -> dict[str, Painter]:
    """How pictures and files of results are made."""

    async def question(session: AsyncSession, painting: Painting) -> Drawn:
        return await question_picture(session, painting, gazetteer)

    async def tracker(session: AsyncSession, painting: Painting) -> Drawn:
        return await tracker_picture(session, painting, gazetteer)

    async def xlsx(session: AsyncSession, painting: Painting) -> Drawn:
        survey = await _survey(session, painting.reference)
        form = await form_of(session, survey)
        result = await result_of(session, gazetteer, survey, form)
        shown = exports.told_by_enough(form, result)
        people = await respondents(session, gazetteer, survey)

        def named(text: str) -> str | None:
            slug = subject_of(text)
            return subject_names[slug][painting.language] if slug in subject_names and slug is not None else None

        book = exports.workbook(painting.t, gazetteer, shown, people, result, named)
        return Drawn(book, f"survey-{survey.id}.xlsx")

    async def csv(session: AsyncSession, painting: Painting) -> Drawn:
        survey = await _survey(session, painting.reference)
        form = await form_of(session, survey)
        result = await result_of(session, gazetteer, survey, form)
        people = await respondents(session, gazetteer, survey)
        weights = result.weighting.weights.tolist()
        shown = exports.told_by_enough(form, result)
        rows = exports.answer_rows(painting.t, gazetteer, shown, people, weights)
        return Drawn(exports.as_csv(rows), f"survey-{survey.id}.csv")

    async def report(session: AsyncSession, painting: Painting) -> Drawn:
        survey = await _survey(session, painting.reference)
        form = await form_of(session, survey)
        result = await result_of(session, gazetteer, survey, form)
        caption = views.caption_of(painting.t, gazetteer, survey, form, result)
        charts = [pictures.chart_of(painting.t, one, caption) for one in result.questions]
        figures: Sequence[Any] = [
            pictures.draw_bars(chart, painting.t) for chart in charts if chart is not None and not result.is_hidden
        ]
        if not figures:
            empty = pictures.Chart(words_in(form.title, painting.language, form.languages), (), caption, "")
            figures = [pictures.draw_bars(empty, painting.t)]
        title = words_in(form.title, painting.language, form.languages)
        return Drawn(pictures.pdf(figures, title), f"survey-{survey.id}.pdf")

    return {
        views.QUESTION_PICTURE: question,
        views.TRACKER_PICTURE: tracker,
        views.SHEET: xlsx,
        views.ANSWERS_CSV: csv,
        views.REPORT: report,
    }

"""Results that are told and drawn: the message to those who took part, pictures, sheets, the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Drawn, Painter, Painting, Renderer, Telling
from bot.i18n import Html, Language, Translator
from bot.places.tree import Gazetteer
from bot.screen import Button, Screen, rows
from bot.surveys.models import Survey
from bot.surveys.results import exports, pictures, views
from bot.surveys.results.queries import form_of, respondents, result_of, series_of
from bot.surveys.results.rules import QuestionResult, Respondent, SurveyResult
from bot.surveys.results.views import ResultsTap, SurveysTap
from bot.surveys.rules import Form, QuestionKind, words_in

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
    shown = (at for at, one in enumerate(result.questions) if any(cell.weighted is not None for cell in one.cells))
    index = next(shown, None)
    see = Button(t.plain("See the results"), ResultsTap(survey.id, index or 0, "show"))
    said: list[str] = [
        t("📊 The survey is over: <b>{title}</b>", title=words_in(form.title, t.language, form.languages))
    ]
    picture = None
    if index is not None and not result.is_hidden:
        first = result.questions[index]
        picture = views.picture_of(survey, index, t.language)
        question = words_in(first.question.words, t.language, form.languages)
        said += ["", t("{question}", question=question), views.meaning_line(t, first) or ""]
    if survey.closes_at is not None and survey.closed_at is not None and survey.closed_at < survey.closes_at:
        said.append(t("It ended earlier than planned, {moment}.", moment=t.date_time(survey.closed_at)))
    said += ["", *views.reach_lines(t, gazetteer, result)[:1]]
    if result.is_hidden:
        said.append(t("Fewer than {count} people answered, so nothing is shown.", count=result.minimum))
        return Screen(Html("\n".join(said)), rows(Button(t.plain("Surveys"), SurveysTap("open", 0))))
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
    chart = _chart(painting.t, result.questions[index], caption)
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
    means = form.questions[index].kind is QuestionKind.NUMBER
    series = [one for one in await series_of(session, survey) if one.opened_at is not None]
    days = [t.date(one.opened_at) for one in series if one.opened_at is not None]
    # Two surveys of one day are told apart by the hour.
    when = t.date_time if len(set(days)) < len(days) else t.date
    for one in series:
        result = await result_of(session, gazetteer, one)
        own = next((each for each in result.questions if each.question.code == code), None)
        if own is None or own.is_hidden or result.is_hidden or one.opened_at is None:
            continue
        last = own
        shares = {cell.code: cell.weighted for cell in own.cells} if not means else {"": own.mean}
        for option, share in shares.items():
            if share is not None:
                point = pictures.Point(when(one.opened_at), share.value, share.low, share.high)
                points.setdefault(option, []).append(point)
    if last is None:
        raise LookupError("too few answers to draw")
    names = {"": t.plain("mean")} if means else _names(last, t.language, t)
    lines = [(names.get(option, option), series) for option, series in points.items()]
    title = words_in(form.questions[index].words, t.language, form.languages)
    caption = t.plain("The bands are 95 % margins.")
    figure = pictures.draw_tracker(title, lines, caption, t, are_shares=not means)
    return Drawn(pictures.png(figure), f"tracker-{number}-{index + 1}.png")


def _names(result: QuestionResult, language: Language, t: Translator) -> Mapping[str, str]:
    return {cell.code: pictures.option_name(result, cell.code, language, t) for cell in result.cells}


def _chart(t: Translator, own: QuestionResult, caption: str) -> pictures.Chart | None:
    """The bars of a question with what they mean below; None when it has none."""
    meaning = views.meaning_line(t, own)
    said = caption if meaning is None else f"{unescape(meaning).rstrip('.')}. {caption}"
    return pictures.chart_of(t, own, said)


def _page(
    t: Translator,
    form: Form,
    result: SurveyResult,
    own: QuestionResult,
    people: Sequence[Respondent],
    subject_of: exports.SubjectOf,
    caption: str,
) -> Any:
    """The page of one question in the report: its bars and what they mean, or how many open answers are about what."""
    chart = _chart(t, own, caption)
    if chart is not None:
        return pictures.draw_bars(chart, t)
    title = words_in(own.question.words, t.language, form.languages)
    if own.is_hidden:
        few = t.plain("Fewer than {count} people answered, so nothing is shown.", count=result.minimum)
        return pictures.draw_words(title, [few], caption)
    about = Counter(one.subject for one in exports.open_answers(form, own.question, people, subject_of))
    told_of = [(subject, count) for subject, count in about.most_common() if subject and count >= result.minimum]
    lines = [t.plain("Answers: {finished}", finished=own.answered)]
    lines += [f"{subject}: {t.number(count)}" for subject, count in told_of]
    rest = sum(about.values()) - sum(count for _, count in told_of)
    if rest and told_of:
        lines.append(t.plain("Other topics: {count}", count=rest))
    return pictures.draw_words(title, lines, caption)


def survey_painters(
    gazetteer: Gazetteer, subject_of: exports.SubjectOf, subject_names: Mapping[str, Mapping[Language, str]]
) -> dict[str, Painter]:
    """How pictures and files of results are made."""

    def named_in(language: Language) -> exports.SubjectOf:
        def named(text: str) -> str | None:
            slug = subject_of(text)
            return subject_names[slug][language] if slug in subject_names and slug is not None else None

        return named

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

        book = exports.workbook(painting.t, gazetteer, shown, people, result, named_in(painting.language))
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
        title = words_in(form.title, painting.language, form.languages)
        if result.is_hidden:
            few = painting.t.plain("Fewer than {count} people answered, so nothing is shown.", count=result.minimum)
            return Drawn(pictures.pdf([pictures.draw_words(title, [few], caption)], title), f"survey-{survey.id}.pdf")
        people = await respondents(session, gazetteer, survey)
        named = named_in(painting.language)
        figures = [_page(painting.t, form, result, one, people, named, caption) for one in result.questions]
        return Drawn(pictures.pdf(figures, title), f"survey-{survey.id}.pdf")

    return {
        views.QUESTION_PICTURE: question,
        views.TRACKER_PICTURE: tracker,
        views.SHEET: xlsx,
        views.ANSWERS_CSV: csv,
        views.REPORT: report,
    }

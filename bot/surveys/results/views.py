"""Results as people read them in the chat: a question a page, shares with margins, and what they mean in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.i18n import N_, Html, Language, Translator
from bot.places.tree import Gazetteer
from bot.screen import Attachment, Button, Picture, Screen, Tap, rows
from bot.surveys.building.rules import BuildTap
from bot.surveys.models import Survey
from bot.surveys.results.pictures import option_name
from bot.surveys.results.rules import Cell, QuestionResult, SurveyResult
from bot.surveys.rules import OTHER, Form, QuestionKind, SurveyState, age_words, words_in

QUESTION_PICTURE: Final = "survey_question"
TRACKER_PICTURE: Final = "survey_tracker"
SHEET: Final = "survey_xlsx"
ANSWERS_CSV: Final = "survey_csv"
REPORT: Final = "survey_pdf"
"""Kinds of pictures and files. The first two refer to `survey * QUESTIONS + question index`, the rest to the survey."""

QUESTIONS: Final = 100
BAR: Final = 8
UNITS_SHOWN: Final = 8
GROUPS_SHOWN: Final = 4
WORDS_A_PAGE: Final = 6
WORDS_CHARACTERS: Final = 500


class ResultsTap(Tap, prefix="sr"):
    """Show the results of a survey: the question with this index, counted from 0. `do` is "show", "picture",
    "places", "tracker", "xlsx", "csv" or "pdf"."""

    survey: int
    question: int
    do: str


class PhotoTap(Tap, prefix="sp"):
    """Show staff a photo that was sent as an answer: the question with this index, the photo with that one."""

    survey: int
    question: int
    photo: int


class WordsTap(Tap, prefix="swd"):
    """Show staff what was answered to the question with this index in people's own words; pages from 0."""

    survey: int
    question: int
    page: int


class SurveysTap(Tap, prefix="sl"):
    """Show the surveys: "open" ones for the person, or "results" of those that are over; pages from 0."""

    section: str
    page: int


MARGIN_NAMES: Final = {"place": N_("unit"), "age": N_("age"), "sex": N_("sex")}
SEX_NAMES: Final = {"f": N_("women"), "m": N_("men")}


def points(share: float) -> int:
    """A share in whole percentage points; a margin that is there is never told as nothing."""
    return max(1, round(share * 100)) if share > 0 else 0


def cell_line(t: Translator, result: QuestionResult, cell: Cell) -> Html:
    """One choice with its bar, share and margin."""
    name = option_name(result, cell.code, t.language, t)
    if cell.weighted is None:
        return t("{name}: <i>not shown</i>", name=name)
    filled = round(cell.weighted.value * BAR)
    bar = "▰" * filled + "▱" * (BAR - filled)
    share = t.percent(cell.weighted.value)
    if result.question.kind in {QuestionKind.NUMBER, QuestionKind.SCALE}:
        # A number behind a share and its margin would be read as another one of them.
        named, behind = f"{t('{name}', name=name)}: ", ""
    else:
        named, behind = "", f" {t('{name}', name=name)}"
    if cell.weighted.margin <= 0:
        return Html(f"{named}{bar} {share}{behind}")
    low, high = cell.weighted.value - cell.weighted.margin, cell.weighted.value + cell.weighted.margin
    if low < 0 or high > 1:
        # No share is below nothing or above all: where ± would say so, the interval itself is told.
        ends = f"{round(cell.weighted.low * 100)}–{round(cell.weighted.high * 100)}"
        return Html(f"{named}{bar} {share} ({ends}){behind}")
    return Html(f"{named}{bar} {share} ±{points(cell.weighted.margin)}{behind}")


def meaning_line(t: Translator, result: QuestionResult) -> Html | None:
    """What the answers say, or that they are too close to say it."""
    if result.is_hidden:
        return None
    if result.mean is not None:
        half = (result.mean.high - result.mean.low) / 2
        return t("Mean: {mean} (±{margin})", mean=t.tenths(result.mean.value), margin=t.tenths(half))
    if any(cell.weighted is None for cell in result.cells):
        # What is not shown may be the largest: it is hidden also so that a small one cannot be worked out.
        return None
    shown = sorted(result.cells, key=lambda cell: -_value(cell))
    if not shown:
        return None
    name = option_name(result, shown[0].code, t.language, t)
    if len(shown) > 1 and shown[1].weighted is not None and shown[0].weighted is not None:
        second = option_name(result, shown[1].code, t.language, t)
        if shown[1].weighted.high >= shown[0].weighted.low:
            return t("Too close to say which leads: «{first}» or «{second}».", first=name, second=second)
    if result.first_places:
        return t("Most often in the first place: «{name}».", name=name)
    return t("Chosen most often: «{name}».", name=name)


def _value(cell: Cell) -> float:
    return cell.weighted.value if cell.weighted is not None else -1.0


def reach_lines(t: Translator, gazetteer: Gazetteer, result: SurveyResult) -> list[Html]:
    """Who answered and who did not, plainly."""
    found: list[Html] = []
    if result.asked and result.finished > result.asked:
        found.append(
            t(
                "Answers: {finished}, also by people who came by a link; people asked: {asked}",
                finished=t.number(result.finished),
                asked=t.number(result.asked),
            )
        )
    elif result.asked:
        share = min(1.0, result.finished / result.asked)
        found.append(
            t(
                "People asked: {asked}, answered: {finished} ({share})",
                finished=t.number(result.finished),
                asked=t.number(result.asked),
                share=t.percent(share),
            )
        )
    else:
        found.append(t("Answers: {finished}", finished=t.number(result.finished)))
    if result.is_hidden:
        return found
    groups = [_category(t, gazetteer, margin, category) for margin, category in result.fewer]
    if groups:
        over = len(groups) - GROUPS_SHOWN
        named = groups if over < 2 else groups[:GROUPS_SHOWN]
        if over >= 2:
            named = [*named, t.plain_plural("{count} more", "{count} more", over)]
        found.append(t("Answered less than their share: {groups}", groups=t.all_of(named)))
    if result.is_weighted:
        names = t.all_of([t.plain(MARGIN_NAMES[name]) for name in result.weighting.used])
        found.append(
            t(
                "Adjusted to who lives there ({margins}); as exact as {count} random answers",
                margins=names,
                count=t.number(round(result.weighting.effective_n)),
            )
        )
    else:
        found.append(t("Not weighted: they are the shares of those who answered, no more"))
    found.append(t("People chose themselves whether to answer; the ± does not cover that."))
    return found


def _category(t: Translator, gazetteer: Gazetteer, margin: str, category: str) -> str:
    if margin == "place":
        place = gazetteer.get(category)
        return place.name(t.language) if place is not None else category
    return t.plain(SEX_NAMES[category]) if margin == "sex" and category in SEX_NAMES else age_words(category)


def caption_of(t: Translator, gazetteer: Gazetteer, survey: Survey, form: Form, result: SurveyResult) -> str:
    """What stands below a picture, in plain words."""
    from html import unescape

    when = [t.date(moment) for moment in (survey.opened_at, survey.closed_at) if moment is not None]
    told = [words_in(form.title, t.language, form.languages), " – ".join(when)]
    told += [unescape(line) for line in reach_lines(t, gazetteer, result)]
    return ". ".join(part.rstrip(".") for part in told if part)


def results_screen(
    t: Translator,
    gazetteer: Gazetteer,
    survey: Survey,
    form: Form,
    result: SurveyResult,
    index: int,
    *,
    is_staff: bool,
    is_tracked: bool,
    is_admin: bool = False,
) -> Screen:
    """One question's results."""
    count = len(form.questions)
    index = min(max(index, 0), count - 1)
    own = result.questions[index]
    title = words_in(form.title, t.language, form.languages)
    head = f"📊 <b>{t('{title}', title=title)}</b>"
    if survey.state is not SurveyState.CLOSED:
        head += f"\n{t('⏳ Not over yet: the numbers still move.')}"
    question = t(
        "{number} of {count}. {question}",
        number=index + 1,
        count=count,
        question=words_in(own.question.words, t.language, form.languages),
    )
    body: list[Html | str] = [Html(head), ""]
    if not result.is_hidden:
        body.append(Html(f"<b>{question}</b>"))
    if result.is_hidden or own.is_hidden:
        body.append(t("Fewer than {count} people answered, so nothing is shown.", count=result.minimum))
    elif own.question.kind in {QuestionKind.TEXT, QuestionKind.PHOTO, QuestionKind.LOCATION}:
        body.append(t("Answers in people's own words or pictures: {count}. Staff read them.", count=own.answered))
    else:
        if own.first_places:
            body.append(t("<i>The share of people who put it in the first place:</i>"))
        body += [cell_line(t, own, cell) for cell in own.cells]
        meaning = meaning_line(t, own)
        if meaning is not None:
            body += ["", Html(f"<b>{meaning}</b>")]
    body += ["", *reach_lines(t, gazetteer, result)]

    def tap(do: str, question: int = index) -> ResultsTap:
        return ResultsTap(survey.id, question, do)

    has_numbers = bool(own.cells) and not result.is_hidden
    has_photos = is_staff and own.question.kind is QuestionKind.PHOTO and own.answered and not own.is_hidden
    is_open_words = own.question.kind is QuestionKind.TEXT and own.answered and not own.is_hidden
    is_other = any(cell.code == OTHER and cell.count for cell in own.cells)
    has_words = is_staff and not result.is_hidden and (is_open_words or is_other)
    files = [Button("XLSX", tap("xlsx")), Button("CSV", tap("csv")), Button("PDF", tap("pdf"))]
    staff = files if is_staff and not result.is_hidden else []
    pages = count if not result.is_hidden else 1
    back = BuildTap(survey.id, None, "show", None, None) if is_admin else SurveysTap("results", 0)
    return Screen(
        Html("\n".join(body)),
        rows(
            [
                *([Button("‹", tap("show", index - 1))] if index and pages > 1 else []),
                *([Button("›", tap("show", index + 1))] if index + 1 < pages else []),
            ],
            [
                *([Button(t.plain("🖼 Picture"), tap("picture"))] if has_numbers else []),
                *([Button(t.plain("🖼 Photos"), PhotoTap(survey.id, index, 0))] if has_photos else []),
                *([Button(t.plain("💬 Read them"), WordsTap(survey.id, index, 0))] if has_words else []),
                *([Button(t.plain("By unit"), tap("places"))] if has_numbers and result.by_place else []),
                *([Button(t.plain("📈 Over time"), tap("tracker"))] if has_numbers and is_tracked else []),
            ],
            staff,
            Button(t.plain("‹ Back"), back),
        ),
    )


def places_screen(
    t: Translator, gazetteer: Gazetteer, survey: Survey, form: Form, result: SurveyResult, index: int
) -> Screen:
    """One question, unit by unit, where enough people answered."""
    question = form.questions[index]
    lines: list[Html | str] = [
        Html(f"<b>{t('{question}', question=words_in(question.words, t.language, form.languages))}</b>")
    ]
    for key, results in list(result.by_place.items())[:UNITS_SHOWN]:
        own, place = results[index], gazetteer.get(key)
        name = place.name(t.language) if place is not None else key
        lines += ["", Html(f"<b>{t('{name}', name=name)}</b> ({t.number(own.answered)})")]
        if own.is_hidden:
            lines.append(t("Fewer than {count} people answered, so nothing is shown.", count=result.minimum))
        else:
            lines += [cell_line(t, own, cell) for cell in own.cells]
    lines += ["", t("Units with fewer answers are left out.")]
    return Screen(Html("\n".join(lines)), rows(Button(t.plain("‹ Back"), ResultsTap(survey.id, index, "show"))))


def picture_screen(t: Translator, survey: Survey, index: int, *, tracker: bool = False) -> Screen:
    """The picture of one question, or of it over time."""
    return Screen(
        Html(""),
        rows(Button(t.plain("‹ Back"), ResultsTap(survey.id, index, "show"))),
        picture=picture_of(survey, index, t.language, tracker=tracker),
    )


def picture_of(survey: Survey, index: int, language: Language, *, tracker: bool = False) -> Picture:
    """The picture of one question, or of it over time."""
    return Picture(TRACKER_PICTURE if tracker else QUESTION_PICTURE, survey.id * QUESTIONS + index, language)


def photo_screen(t: Translator, survey: Survey, index: int, photo: int, found: Sequence[str]) -> Screen:
    """One of the photos sent as answers."""
    photo = min(max(photo, 0), len(found) - 1)
    return Screen(
        t(
            "Photo {number} of {count}. Whoever sent it did so for this survey only.",
            number=photo + 1,
            count=len(found),
        ),
        rows(
            [
                *([Button("‹", PhotoTap(survey.id, index, photo - 1))] if photo else []),
                *([Button("›", PhotoTap(survey.id, index, photo + 1))] if photo + 1 < len(found) else []),
            ],
            Button(t.plain("‹ Back"), ResultsTap(survey.id, index, "show")),
        ),
        attachment=Attachment("photo", found[photo]),
    )


def words_screen(t: Translator, survey: Survey, form: Form, index: int, page: int, found: Sequence[str]) -> Screen:
    """A page of answers in people's own words."""
    last = (len(found) - 1) // WORDS_A_PAGE
    page = min(max(page, 0), last)
    shown = found[page * WORDS_A_PAGE : (page + 1) * WORDS_A_PAGE]
    question = words_in(form.questions[index].words, t.language, form.languages)
    said = [Html(f"<b>{t('{question}', question=question)}</b>"), t("{page} of {pages}", page=page + 1, pages=last + 1)]
    for text in shown:
        short = text if len(text) <= WORDS_CHARACTERS else text[: WORDS_CHARACTERS - 1].rstrip() + "…"
        said += [Html(""), t("«{text}»", text=short)]
    return Screen(
        Html("\n".join(said)),
        rows(
            [
                *([Button("‹", WordsTap(survey.id, index, page - 1))] if page else []),
                *([Button("›", WordsTap(survey.id, index, page + 1))] if page < last else []),
            ],
            Button(t.plain("‹ Back"), ResultsTap(survey.id, index, "show")),
        ),
    )


def file_screen(t: Translator, survey: Survey, kind: str) -> Screen:
    """A file for staff."""
    said = t(
        "Answers carry numbers drawn for this file only. What people wrote themselves may still tell who they are: "
        "do not pass it on."
    )
    return Screen(said, picture=Picture(kind, survey.id, t.language, as_document=True))


def nothing_screen(t: Translator) -> Screen:
    """There is no such survey, or its results are not for this person."""
    return Screen(t("These results are not public."), rows(Button(t.plain("‹ Back"), SurveysTap("results", 0))))

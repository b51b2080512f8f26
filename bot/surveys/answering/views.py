"""A survey as its respondents see it: an intro, a question at a time, a review, thanks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from bot.i18n import N_, Html, Translator
from bot.residents.views import GoTap, PlaceTap, home_button
from bot.screen import Button, Screen, Tap, rows
from bot.surveys.answering.rules import (
    AGE,
    DONE,
    REVIEW,
    SEX,
    Problem,
    before,
    first_open,
    is_answered,
    ordered,
    place_in,
    scale_points,
)
from bot.surveys.answering.service import Closed, Sheet
from bot.surveys.building.rules import BuildTap
from bot.surveys.models import Survey
from bot.surveys.results.views import ResultsTap, SurveysTap
from bot.surveys.rules import (
    AGE_BANDS,
    LONGEST_OPEN_ANSWER,
    OTHER,
    SEXES,
    WITH_OPTIONS,
    Form,
    Question,
    QuestionKind,
    SurveyState,
    Value,
    age_words,
    asked,
    words_in,
)

SEX_BUTTONS: Final = {"f": N_("Woman"), "m": N_("Man")}
BAR: Final = 10
OwnProgress = Literal["new", "begun", "done"]
_PROGRESS_MARKS: Final[dict[OwnProgress, str]] = {"new": "🗳 ", "begun": "✍️ ", "done": "✅ "}
POINTS_A_ROW: Final = 6
SHORT_OPTION: Final = 14
REVIEW_CHARACTERS: Final = 60
PAGE: Final = 6


class SurveyTap(Tap, prefix="sv"):
    """Show a survey's beginning, or where the person is in it."""

    survey: int


class StepTap(Tap, prefix="sq"):
    """Do something at a step of a survey, from a screen made at `version` of the answers: "pick", "toggle", "point"
    with an option's or point's number, "next", "back", "skip", "undo", "unsay" one's own words, "stop", "edit" a
    question, "age", "sex", "about" to change these two, "finish", "withdraw" all answers. `test` is 1 in its maker's
    trial."""

    survey: int
    version: int
    do: str
    arg: int | None
    test: int


class AgreeTap(Tap, prefix="sgr"):
    """Whether the person may be asked in surveys: 1 or 0; `survey` is the one it is said at, 0: at none."""

    survey: int
    agreed: int


class ForgetTap(Tap, prefix="sfg"):
    """Forget the person's age and sex."""


PROBLEMS: Final[dict[Problem, str]] = {
    "pick": N_("Please tap one of the answers, or write it as it stands there."),
    "number": N_("Please write a number, for example 12."),
    "range": N_("That is outside the limits."),
    "whole": N_("Please write a whole number."),
    "too_long": N_("That is too long: at most {count} characters."),
    "empty": N_("Please write a few words."),
    "words": N_("Please say it without phone numbers, e-mail addresses and links."),
    "photo": N_("Please send a photo here, as a photo and not as a file."),
    "location": N_("Please send a location here: 📎, then «Location»."),
    "fewer": N_("Please choose a few more."),
    "more": N_("At most {count} may be chosen, so nothing was added: take one away first."),
    "age": N_("Please tap your age, or write how many years old you are."),
    "sex": N_("Please tap one of the answers."),
    "review": N_("To submit your answers, tap “Submit”. To change one, write its number."),
}

_CLOSED: Final[dict[Closed, str]] = {
    Closed.MISSING: N_("There is no such survey."),
    Closed.NOT_YET: N_("This survey has not begun yet."),
    Closed.PAUSED: N_("This survey is paused. Please come back later."),
    Closed.OVER: N_("This survey is over. Thank you for your interest."),
    Closed.NO_PLACE: N_(
        "This survey is for people who live in one place. Tell me where you live, then open the survey again."
    ),
    Closed.NOT_FOR_YOU: N_(
        "This survey is for people who live in another place. If you have moved, change your place."
    ),
    Closed.SAMPLE: N_("This survey is answered by people drawn at random, and you are not among them this time."),
}


def _joined(*lines: Html | str | None) -> Html:
    return Html("\n".join(line for line in lines if line is not None))


def title_of(t: Translator, form: Form) -> Html:
    """The title in the reader's language."""
    return t("{title}", title=words_in(form.title, t.language, form.languages))


def intro_screen(
    t: Translator,
    survey: Survey,
    form: Form,
    *,
    note: Html | None = None,
    sheet: Sheet | None = None,
    is_told: bool = False,
    is_test: bool = False,
) -> Screen:
    """What it is about and how long it takes, before anything is asked; also what those who are asked are told
    (`is_told`), from where Back would lead nowhere. `sheet` is what the person has answered so far."""
    intro = words_in(form.intro, t.language, form.languages)
    count = len(form.questions)
    how_many = t.plural("{count} question", "{count} questions", count)
    if any(question.show_if is not None for question in form.questions):
        how_many = t.plural("At most {count} question", "At most {count} questions", count)
    when = t("Open until {date}", date=t.date_time(survey.closes_at)) if survey.closes_at is not None else None
    label, begun = t.plain("Answer"), sheet if sheet is not None and sheet.has_begun else None
    if begun is not None and begun.answer_set.finished_on is not None:
        label = t.plain("Change my answers")
    elif begun is not None:
        label = t.plain("Continue where I left off")
    return Screen(
        _joined(
            t("🧪 A trial: it is not counted.") if is_test else None,
            note,
            f"🗳 <b>{title_of(t, form)}</b>",
            "" if intro else None,
            t("{text}", text=intro) if intro else None,
            "",
            how_many,
            when,
            t("Your answers are kept apart from your name: nobody can see who said what."),
        ),
        rows(
            Button(label, StepTap(survey.id, 0, "start", None, int(is_test))),
            _withdrawing(t, begun) if begun is not None else None,
            _to_draft(t, survey) if is_test else None,
            Button(t.plain("Do not ask me in surveys"), AgreeTap(survey.id, 0)) if is_told else None,
            None if is_told or is_test else Button(t.plain("‹ Back"), SurveysTap("open", 0)),
        ),
    )


def _withdrawing(t: Translator, sheet: Sheet) -> Button:
    return Button(
        t.plain("🗑 Withdraw my answers"), StepTap(sheet.survey.id, sheet.answer_set.version, "withdraw", None, 0)
    )


def withdraw_screen(t: Translator, sheet: Sheet) -> Screen:
    """Asked before somebody's answers go."""
    version, survey = sheet.answer_set.version, sheet.survey.id
    shown = asked(sheet.form, sheet.answers)
    count = sum(not sheet.answers.get(one.code, {"skipped": True}).get("skipped") for one in shown)
    counted = sheet.answer_set.finished_on is not None
    return Screen(
        _joined(
            f"<b>{t('Withdraw your answers?')}</b>",
            t.plural("{count} answer of yours is deleted.", "{count} answers of yours are deleted.", count),
            t("They are no longer counted.") if counted else None,
            t("While the survey is open you can answer it anew."),
        ),
        rows(
            Button(t.plain("Yes, withdraw them"), StepTap(survey, version, "withdraw_sure", None, 0)),
            Button(t.plain("‹ Back"), SurveyTap(survey)),
        ),
    )


def withdrawn_screen(t: Translator, survey: Survey) -> Screen:
    """Somebody's answers are gone."""
    return Screen(
        t("Your answers are deleted."),
        rows(
            Button(t.plain("Answer anew"), SurveyTap(survey.id)),
            Button(t.plain("Surveys"), SurveysTap("open", 0)),
            home_button(t),
        ),
    )


def group_card(t: Translator, survey: Survey, form: Form, link: str) -> Screen:
    """A survey in a group: what it is about, and the way to the private chat."""
    intro = words_in(form.intro, t.language, form.languages)
    when = t("Open until {date}", date=t.date_time(survey.closes_at)) if survey.closes_at is not None else None
    return Screen(
        _joined(f"🗳 <b>{title_of(t, form)}</b>", t("{text}", text=intro) if intro else None, when),
        rows(Button(t.plain("Answer"), url=link)),
    )


def closed_screen(t: Translator, survey: Survey | None, reason: Closed, *, was_left_unfinished: bool = False) -> Screen:
    """Why it cannot be answered; with the results where there are any, and that answers begun were never handed in."""
    has_results = survey is not None and survey.publish and survey.state is SurveyState.CLOSED
    see = Button(t.plain("See the results"), ResultsTap(survey.id, 0, "show")) if survey and has_results else None
    place = Button(t.plain("My place"), PlaceTap()) if reason in {Closed.NOT_FOR_YOU, Closed.NO_PLACE} else None
    again = Button(t.plain("Open the survey"), SurveyTap(survey.id)) if survey and reason is Closed.NO_PLACE else None
    unfinished = None
    if was_left_unfinished and reason is Closed.OVER:
        unfinished = t("You had begun but not handed your answers in, so they are not counted.")
    return Screen(
        _joined(t(_CLOSED[reason]), unfinished),
        rows(see, place, again, Button(t.plain("Surveys"), SurveysTap("open", 0)), home_button(t)),
    )


def answer_words(t: Translator, question: Question, value: Value | None, languages: Sequence[str] = ()) -> str:
    """An answer in words, short."""
    if not value or value.get("skipped"):
        return "—"
    if "number" in value:
        number = value["number"]
        return str(number).replace(".", ",") if t.language != "en" else str(number)
    if "choice" in value:
        names = {option.code: words_in(option.words, t.language) for option in question.options}
        said = [
            value.get("other") or t.plain("Other") if code == OTHER else names.get(code, code)
            for code in value["choice"]
        ]
        text = " › ".join(said) if question.kind is QuestionKind.RANKING else ", ".join(said)
    else:
        text = str(value.get("text") or ("📷" if "photo" in value else "📍"))
    return clipped(text)


def _hint(t: Translator, question: Question) -> Html | None:
    kind = question.kind
    if kind is QuestionKind.MULTIPLE:
        least, most = question.least, question.most
        how_many = t("Choose all that fit, then press “Next”.")
        if least is not None and most is not None:
            how_many = t("Choose from {least} to {most}, then press “Next”.", least=int(least), most=int(most))
        elif most is not None:
            how_many = t("Choose at most {most}, then press “Next”.", most=int(most))
        return Html(f"{how_many} {t('None fits? Write your own answer.')}") if question.has_other else how_many
    if kind is QuestionKind.RANKING:
        return t("Tap in order: the most important first.")
    if kind is QuestionKind.SCALE:
        ends = [
            f"{point:g} = {words_in(words, t.language)}"
            for point, words in ((question.least or 0, question.least_words), (question.most or 0, question.most_words))
            if words_in(words, t.language)
        ]
        return t("{ends}", ends=", ".join(ends)) if ends else None
    if kind is QuestionKind.NUMBER:
        least, most = question.least, question.most
        if least is not None and most is not None:
            return _within(t, question, least, most)
        return t("Please write a whole number.") if question.whole else t("Write a number.")
    if kind is QuestionKind.TEXT:
        return t("Write in your own words, without names, phone numbers and your home address.")
    if kind is QuestionKind.PHOTO:
        return t("Send a photo.")
    if kind is QuestionKind.LOCATION:
        return t("Send a location: 📎, then «Location».")
    return t("None fits? Write your own answer.") if question.has_other else None


def _within(t: Translator, question: Question, least: float, most: float) -> Html:
    within = t("Write a number from {least} to {most}.", least=t.number(least), most=t.number(most))
    return t("{within} Whole numbers only.", within=within) if question.whole else within


def clipped(text: str) -> str:
    """The beginning of a text, for a button or a line of the review."""
    return text if len(text) <= REVIEW_CHARACTERS else text[: REVIEW_CHARACTERS - 1].rstrip() + "…"


def _options(t: Translator, sheet: Sheet, question: Question, is_test: int) -> list[list[Button]]:
    """The buttons that answer, laid out so that short ones share a line."""
    version, survey = sheet.answer_set.version, sheet.survey.id
    value = sheet.answers.get(question.code) or {}
    chosen = list(value.get("choice", ()))
    if question.kind is QuestionKind.SCALE:
        buttons = [
            Button(
                f"• {point}" if value.get("number") == point else str(point),
                StepTap(survey, version, "point", point, is_test),
            )
            for point in scale_points(question)
        ]
        if len(buttons) <= POINTS_A_ROW:
            return [buttons]
        half = -(-len(buttons) // 2)
        return [buttons[:half], buttons[half:]]
    lines: list[list[Button]] = []
    shown = [
        (index, option.code, words_in(option.words, t.language, sheet.form.languages))
        for index, option in ordered(question, sheet.answer_set.respondent)
    ]
    for index, code, text in shown:
        if question.kind is QuestionKind.MULTIPLE:
            button = Button(
                f"{'☑️' if code in chosen else '⬜️'} {text}", StepTap(survey, version, "toggle", index, is_test)
            )
        elif question.kind is QuestionKind.RANKING:
            mark = f"{chosen.index(code) + 1}. " if code in chosen else ""
            button = Button(f"{mark}{text}", StepTap(survey, version, "toggle", index, is_test))
        else:
            button = Button(f"{'✓ ' if code in chosen else ''}{text}", StepTap(survey, version, "pick", index, is_test))
        if len(text) <= SHORT_OPTION and lines and len(lines[-1]) == 1 and len(lines[-1][0].text) <= SHORT_OPTION + 3:
            lines[-1].append(button)
        else:
            lines.append([button])
    if question.kind is QuestionKind.MULTIPLE and value.get("other"):
        lines.append([Button(f"☑️ {clipped(value['other'])}", StepTap(survey, version, "unsay", None, is_test))])
    return lines


def _problem(t: Translator, question: Question, problem: Problem) -> Html:
    """Why what was written is not taken; with the limits where there are any."""
    least, most = question.least, question.most
    is_number = question.kind in {QuestionKind.SCALE, QuestionKind.NUMBER}
    if is_number and problem in {"number", "range"} and least is not None and most is not None:
        return _within(t, question, least, most)
    counts = {"too_long": LONGEST_OPEN_ANSWER, "more": int(most or 0)}
    return t(PROBLEMS[problem], count=counts[problem]) if problem in counts else t(PROBLEMS[problem])


_MARKED: Final = frozenset({*WITH_OPTIONS, QuestionKind.SCALE})
"""Kinds whose buttons show what is chosen."""
_HINT_IS_PROBLEM: Final = frozenset({QuestionKind.NUMBER, QuestionKind.PHOTO, QuestionKind.LOCATION})
"""Kinds that ask for the same in the hint and when something else came."""


def question_screen(t: Translator, sheet: Sheet, question: Question) -> Screen:
    """One question with its progress line and everything one can do."""
    is_test = int(sheet.answer_set.is_test)
    version, survey = sheet.answer_set.version, sheet.survey.id

    def step(do: str, arg: int | None = None) -> StepTap:
        return StepTap(survey, version, do, arg, is_test)

    number, count = place_in(sheet.form, sheet.answers, question.code)
    filled = round((number - 1) / max(count, 1) * BAR)
    value = sheet.answers.get(question.code)
    said: list[Html | str | None] = [
        t("🧪 A trial: it is not counted.") if is_test else None,
        f"{'▰' * filled}{'▱' * (BAR - filled)} {number}/{count}",
        "",
        f"<b>{t('{question}', question=words_in(question.words, t.language, sheet.form.languages))}</b>",
    ]
    hint = _hint(t, question)
    if hint is not None and not (sheet.problem is not None and question.kind in _HINT_IS_PROBLEM):
        said.append(f"<i>{hint}</i>")
    if value and not value.get("skipped") and question.kind not in _MARKED:
        said += ["", t("Your answer: {answer}", answer=answer_words(t, question, value))]
    if value and value.get("other"):
        said += ["", t("In your words: {answer}", answer=value["other"])]
        if question.kind is QuestionKind.SINGLE:
            said.append(t("If that is what you mean, press “Next”. If not, choose one of the answers."))
    if sheet.problem is not None:
        said += ["", f"⚠️ {_problem(t, question, sheet.problem)}"]
    done = is_answered(question, value) and not (value or {}).get("skipped")
    moving: list[Button] = []
    if before(sheet.form, sheet.answers, question.code) is not None:
        moving.append(Button(t.plain("‹ Back"), step("back")))
    if question.kind is QuestionKind.RANKING and value and value.get("choice"):
        moving.append(Button(t.plain("↩︎ Undo"), step("undo")))
    if done:
        moving.append(Button(t.plain("Next ›"), step("next")))
    elif not question.required:
        moving.append(Button(t.plain("Skip ›"), step("skip")))
    # Who came from all answers to change one goes back to them.
    whole = (
        Button(t.plain("All my answers"), step("review")) if first_open(sheet.form, sheet.answers) == REVIEW else None
    )
    return Screen(
        _joined(*said),
        rows(
            *_options(t, sheet, question, is_test),
            moving,
            whole,
            _to_draft(t, sheet.survey) if is_test else Button(t.plain("Later"), step("stop")),
        ),
    )


def _unread(t: Translator, sheet: Sheet) -> list[Html | str]:
    """Why what was written at a step that is no question was not taken."""
    return ["", Html(f"⚠️ {t(PROBLEMS[sheet.problem])}")] if sheet.problem is not None else []


def age_screen(t: Translator, sheet: Sheet) -> Screen:
    """The age band, with what it is for."""
    version, survey = sheet.answer_set.version, sheet.survey.id
    bands = [Button(age_words(band), StepTap(survey, version, "age", index, 0)) for index, band in enumerate(AGE_BANDS)]
    return Screen(
        _joined(
            f"<b>{t('How old are you?')}</b>",
            t(
                "Two last taps, if you like: with age and sex the result fits all residents better. "
                "They are kept for later surveys too and asked only once; /privacy deletes them."
            ),
            *_unread(t, sheet),
        ),
        rows(
            bands[:3],
            bands[3:],
            Button(t.plain("I would rather not say"), StepTap(survey, version, "age", None, 0)),
            _leaving(t, sheet),
        ),
    )


def sex_screen(t: Translator, sheet: Sheet) -> Screen:
    """The sex."""
    version, survey = sheet.answer_set.version, sheet.survey.id
    return Screen(
        _joined(f"<b>{t('Your sex:')}</b>", *_unread(t, sheet)),
        rows(
            [
                Button(t.plain(SEX_BUTTONS[sex]), StepTap(survey, version, "sex", index, 0))
                for index, sex in enumerate(SEXES)
            ],
            Button(t.plain("I would rather not say"), StepTap(survey, version, "sex", None, 0)),
            _leaving(t, sheet),
        ),
    )


def _about(t: Translator, age: str | None, sex: str | None) -> str:
    told = (age_words(age) if age is not None else None, t.plain(SEX_BUTTONS[sex]) if sex is not None else None)
    return ", ".join(one for one in told if one is not None)


def about_screen(t: Translator, age: str | None, sex: str | None) -> Screen:
    """What is known of somebody's age and sex, for /privacy."""
    back = Button(t.plain("‹ Back"), GoTap("privacy"))
    if age is None and sex is None:
        said = t(
            "Your age and sex are not kept, and no survey asks for them again. To tell them all the same, choose "
            "“Age and sex” below the answers you hand in."
        )
        return Screen(said, rows(back))
    return Screen(
        _joined(
            t("You told: <b>{about}</b>.", about=_about(t, age, sex)),
            t("With it the results of surveys fit all residents better. Officials never see whose it is."),
        ),
        rows(Button(t.plain("🗑 Forget it"), ForgetTap()), back),
    )


def _leaving(t: Translator, sheet: Sheet) -> list[Button]:
    """One step back, or away from the survey for a while."""
    version, survey, is_test = sheet.answer_set.version, sheet.survey.id, int(sheet.answer_set.is_test)
    return [
        Button(t.plain("‹ Back"), StepTap(survey, version, "back", None, is_test)),
        _to_draft(t, sheet.survey) if is_test else Button(t.plain("Later"), StepTap(survey, version, "stop", None, 0)),
    ]


def review_screen(t: Translator, sheet: Sheet) -> Screen:
    """All answers before they are handed in; each can be changed."""
    is_test = int(sheet.answer_set.is_test)
    version, survey = sheet.answer_set.version, sheet.survey.id
    shown = asked(sheet.form, sheet.answers)
    said: list[Html | str] = [
        *([t("🧪 A trial: it is not counted.")] if is_test else []),
        Html(f"<b>{t('Your answers')}</b>"),
        "",
    ]
    for number, question in enumerate(shown, start=1):
        text = words_in(question.words, t.language, sheet.form.languages)
        short = clipped(text)
        answer = answer_words(t, question, sheet.answers.get(question.code))
        line = (
            t("{number}. {question} <b>{answer}</b>", number=number, question=short, answer=answer)
            if short.endswith(("?", "!", ".", ":", "…"))
            else t("{number}. {question}: <b>{answer}</b>", number=number, question=short, answer=answer)
        )
        said.append(line)
    told = sheet.answer_set
    about = _about(t, told.age_band, told.sex)
    if about:
        said.append(t("About you: <b>{about}</b>", about=about))
    is_counted = told.finished_on is not None
    said += ["", t("To change one, tap its number."), *_unread(t, sheet)]
    if is_counted:
        said.append(t("Your answers are handed in and counted; a change counts at once."))
    positions = {question.code: index for index, question in enumerate(sheet.form.questions)}
    numbers = [
        Button(str(number), StepTap(survey, version, "edit", positions[question.code], is_test))
        for number, question in enumerate(shown, start=1)
    ]
    lines = [numbers[start : start + POINTS_A_ROW] for start in range(0, len(numbers), POINTS_A_ROW)]
    return Screen(
        Html("\n".join(said)),
        rows(
            *lines,
            None if is_test else Button(t.plain("Age and sex"), StepTap(survey, version, "about", None, 0)),
            Button(
                t.plain("✅ Done") if is_counted else t.plain("✅ Submit"),
                StepTap(survey, version, "finish", None, is_test),
            ),
            _leaving(t, sheet),
            None if is_test else _withdrawing(t, sheet),
        ),
    )


def _to_draft(t: Translator, survey: Survey) -> Button:
    """From a trial back to what is being made."""
    return Button(t.plain("‹ To the draft"), BuildTap(survey.id, None, "show", None, None))


def thanks_screen(t: Translator, sheet: Sheet, *, may_ask_again: bool) -> Screen:
    """Thanks, when the results come, and whether one may be asked again."""
    survey = sheet.survey
    thanks = words_in(sheet.form.thanks, t.language, sheet.form.languages) or t.plain("Thank you!")
    when = t("You can change your answers until the survey is over; then the results are sent to you.")
    if survey.state is SurveyState.CLOSED:
        when = t("The survey is over.")
    elif survey.closes_at is not None:
        when = t(
            "You can change your answers until {date}; then the results are sent to you.",
            date=t.date_time(survey.closes_at),
        )
    asking: list[Button] = []
    question = None
    if may_ask_again:
        question = t("May we ask you in other surveys too?")
        asking = [
            Button(t.plain("Yes, ask me"), AgreeTap(survey.id, 1)),
            Button(t.plain("No"), AgreeTap(survey.id, 0)),
        ]
    return Screen(
        _joined(
            t("🧪 A trial: it is not counted.") if sheet.answer_set.is_test else None,
            f"✅ <b>{t('{thanks}', thanks=thanks)}</b>",
            when,
            "" if question else None,
            question,
        ),
        rows(
            asking,
            Button(
                t.plain("Change my answers"),
                StepTap(survey.id, sheet.answer_set.version, "review", None, int(sheet.answer_set.is_test)),
            )
            if survey.state is not SurveyState.CLOSED
            else None,
            _to_draft(t, survey) if sheet.answer_set.is_test else None,
            Button(t.plain("Surveys"), SurveysTap("open", 0)),
            home_button(t),
        ),
    )


def stopped_screen(t: Translator, sheet: Sheet) -> Screen:
    """What is answered is kept."""
    go_on = StepTap(sheet.survey.id, 0, "start", None, int(sheet.answer_set.is_test))
    if sheet.answer_set.finished_on is not None:
        text, label = t("Your answers are handed in and counted."), t.plain("Change my answers")
    else:
        text, label = t("Kept, but not handed in yet. You can go on at the same place."), t.plain("Go on")
        if sheet.survey.closes_at is not None:
            text = _joined(text, t("Open until {date}", date=t.date_time(sheet.survey.closes_at)))
    return Screen(
        text,
        rows(
            Button(label, go_on),
            Button(t.plain("Surveys"), SurveysTap("open", 0)),
            home_button(t),
        ),
    )


def sheet_screen(t: Translator, sheet: Sheet, *, may_ask_again: bool = False) -> Screen:
    """Where the respondent is, and whether something personal was taken out of what they said last."""
    screen = _screen_at(t, sheet, may_ask_again=may_ask_again)
    if not sheet.was_cleaned:
        return screen
    note = t(
        "A part of your last answer was taken out: phone numbers, IINs, numbers of flats, e-mail addresses and links "
        "are not kept."
    )
    return replace(screen, text=_joined(note, "", screen.text))


def _screen_at(t: Translator, sheet: Sheet, *, may_ask_again: bool) -> Screen:
    if sheet.at == DONE:
        return thanks_screen(t, sheet, may_ask_again=may_ask_again)
    if sheet.at == AGE:
        return age_screen(t, sheet)
    if sheet.at == SEX:
        return sex_screen(t, sheet)
    question = sheet.question
    if sheet.at == REVIEW or question is None:
        return review_screen(t, sheet)
    return question_screen(t, sheet, question)


def surveys_screen(
    t: Translator,
    section: str,
    found: Sequence[tuple[Survey, Form, OwnProgress]],
    page: int,
    *,
    has_next: bool,
    is_asked: bool,
    note: Html | None = None,
) -> Screen:
    """Open surveys for the person with how far they are in each, or those with results."""
    is_open = section == "open"
    empty = t("No survey is open for you right now.") if is_open else t("No survey has results yet.")
    turning = [
        *([Button("‹", SurveysTap(section, page - 1))] if page else []),
        *([Button("›", SurveysTap(section, page + 1))] if has_next else []),
    ]
    other = (
        Button(t.plain("📊 Results"), SurveysTap("results", 0))
        if is_open
        else Button(t.plain("🗳 Open surveys"), SurveysTap("open", 0))
    )
    lines: list[Html | str | None] = [f"<b>{t('Surveys') if is_open else t('Results of surveys')}</b>"]
    if not found:
        lines.append(empty)
    buttons = []
    for survey, form, progress in found:
        name = words_in(form.title, t.language, form.languages)
        mark = _PROGRESS_MARKS[progress] if is_open else "📊 "
        if not is_open and survey.closed_at is not None:
            name = f"{clipped(name)} · {t.date(survey.closed_at)}"
        if is_open and survey.state is SurveyState.PAUSED:
            mark = "⏸ "
        tap: Tap = SurveyTap(survey.id) if is_open else ResultsTap(survey.id, 0, "show")
        buttons.append(Button(f"{mark}{name}", tap))
    asking = None
    if is_open and not is_asked:
        lines += ["", t("You are not asked in surveys.")]
        asking = Button(t.plain("Ask me again"), AgreeTap(0, 1))
    elif is_open:
        asking = Button(t.plain("Do not ask me in surveys"), AgreeTap(0, 0))
    return Screen(_joined(note, "" if note else None, *lines), rows(*buttons, turning, other, asking, home_button(t)))

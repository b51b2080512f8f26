"""What the maker of a survey sees: the list, the form being built, one question, confirming, how it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.audience.editing import Reckoned
from bot.audience.rules import Audience
from bot.audience.views import AudienceTap, audience_lines, reckoned_lines
from bot.i18n import LANGUAGE_NAMES, LANGUAGES, N_, Html, Language, Translator
from bot.places.tree import Gazetteer
from bot.residents.views import StaffTap
from bot.screen import Button, Live, Screen, Tap, rows
from bot.surveys.building.files import FileProblem
from bot.surveys.building.rules import PROBLEMS, BuildTap, DatesProblem, Stand, WordsProblem, answer_codes
from bot.surveys.models import Survey
from bot.surveys.results.views import ResultsTap
from bot.surveys.rules import (
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    OTHER,
    WITH_OPTIONS,
    Form,
    FormPart,
    FormProblem,
    Question,
    QuestionKind,
    SurveyState,
    words_in,
)

PAGE: Final = 8
NAME_CHARACTERS: Final = 38
FILE_PROBLEMS: Final = 12
MOST_CONDITIONS: Final = 60
"""Buttons of conditions: Telegram takes a hundred."""
LIVE_KIND: Final = "survey"


class BuildListTap(Tap, prefix="ss"):
    """The surveys of the administration, a page counted from 0; "new" begins one, "poll" a quick poll, "file" tells
    how to send a file."""

    do: str
    page: int


KINDS: Final[dict[QuestionKind, str]] = {
    QuestionKind.SINGLE: N_("One answer"),
    QuestionKind.MULTIPLE: N_("Several answers"),
    QuestionKind.SCALE: N_("Scale"),
    QuestionKind.NUMBER: N_("Number"),
    QuestionKind.RANKING: N_("Ranking"),
    QuestionKind.TEXT: N_("Own words"),
    QuestionKind.PHOTO: N_("Photo"),
    QuestionKind.LOCATION: N_("Location"),
}
STATES: Final[dict[SurveyState, str]] = {
    SurveyState.DRAFT: N_("draft"),
    SurveyState.SCHEDULED: N_("scheduled"),
    SurveyState.OPEN: N_("open"),
    SurveyState.PAUSED: N_("paused"),
    SurveyState.CLOSED: N_("over"),
}
_MARKS: Final[dict[SurveyState, str]] = {
    SurveyState.DRAFT: "📝",
    SurveyState.SCHEDULED: "🗓",
    SurveyState.OPEN: "🗳",
    SurveyState.PAUSED: "⏸",
    SurveyState.CLOSED: "📊",
}
WORDS_PROBLEMS: Final[dict[WordsProblem, str]] = {
    "empty": N_("Words are needed here."),
    "question_too_long": N_("The question is too long: at most {question} characters."),
    "option_too_long": N_("An option is too long: at most {option} characters."),
    "too_few": N_("Write the question in the first line and at least two options below, each in its own line."),
    "too_many": N_("These are too many options: at most {options}."),
    "other_count": N_("The other language has {have} options. Write the same ones here, in the same order."),
    "alike": N_("Two options are alike."),
}
_PARTS: Final[dict[FormPart, str]] = {
    "title": N_("the title"),
    "intro": N_("the introduction"),
    "thanks": N_("the thanks"),
}
FIELDS: Final = {"title": N_("Name of the survey"), "intro": N_("Introduction"), "thanks": N_("Thanks at the end")}


def _joined(*lines: Html | str | None) -> Html:
    return Html("\n".join(line for line in lines if line is not None))


def short(text: str) -> str:
    """The beginning of a text, for a button."""
    return text if len(text) <= NAME_CHARACTERS else text[: NAME_CHARACTERS - 1].rstrip() + "…"


def list_screen(
    t: Translator, found: Sequence[tuple[Survey, Form]], page: int, *, has_next: bool, note: Html | None = None
) -> Screen:
    """All surveys."""
    turning = [
        *([Button("‹", BuildListTap("show", page - 1))] if page else []),
        *([Button("›", BuildListTap("show", page + 1))] if has_next else []),
    ]
    return Screen(
        _joined(
            note,
            "" if note else None,
            f"<b>{t('Surveys')}</b>",
            t("Nobody has been asked anything yet.") if not found else None,
        ),
        rows(
            [
                Button(t.plain("➕ New survey"), BuildListTap("new", 0)),
                Button(t.plain("⚡ Quick poll"), BuildListTap("poll", 0)),
            ],
            Button(t.plain("📄 From a file"), BuildListTap("file", 0)),
            *(
                Button(
                    f"{_MARKS[survey.state]} "
                    + (short(words_in(form.title, t.language, form.languages)) or t.plain("No title yet"))
                    + (f" · {t.date(survey.opened_at)}" if survey.opened_at is not None else ""),
                    BuildTap(survey.id, None, "show", None, None),
                )
                for survey, form in found
            ),
            turning,
            Button(t.plain("‹ Back"), StaffTap("menu", 0)),
        ),
    )


def file_screen(t: Translator, note: Html | None = None) -> Screen:
    """How a survey comes from a file."""
    return Screen(
        _joined(
            note,
            "" if note else None,
            t("Paste the survey as YAML here. It becomes a draft; nobody is asked yet."),
        ),
        rows(Button(t.plain("‹ Back"), BuildListTap("show", 0))),
    )


def file_problems(t: Translator, problems: Sequence[FileProblem]) -> Html:
    """Why a file was not taken: everything that was found, with its line."""
    lines = [t("<b>Not taken.</b> Put these right and send it again:")]
    for one in problems[:FILE_PROBLEMS]:
        what = t(one.message, **one.details)
        lines.append(
            t("Line {line}, {where}: {what}", line=one.line, where=one.where, what=what)
            if one.where
            else t("Line {line}: {what}", line=one.line, what=what)
        )
    over = len(problems) - FILE_PROBLEMS
    return Html("\n".join([*lines, *([t.plural("…and {count} more", "…and {count} more", over)] if over > 0 else [])]))


def poll_screen(t: Translator, note: Html | None = None) -> Screen:
    """How a quick poll is written."""
    return Screen(
        _joined(
            note,
            "" if note else None,
            f"<b>{t('Quick poll')}</b>",
            t("Write the question in the first line and the options below, each in its own line."),
            t("It is open for three days. Next you choose the place and confirm."),
        ),
        rows(Button(t.plain("‹ Back"), BuildListTap("show", 0))),
    )


def problem_line(t: Translator, form: Form, problem: FormProblem) -> Html:
    """One thing that is wrong, in words."""
    positions = {question.code: index + 1 for index, question in enumerate(form.questions)}
    number = positions.get(problem.question or "", 0)
    if problem.kind == "missing_language":
        where = t.plain("question {number}", number=number) if problem.question else t.plain(_PARTS[problem.part])
        language = LANGUAGE_NAMES[problem.language] if problem.language is not None else ""
        return t(PROBLEMS[problem.kind], language=language, where=where)
    if problem.kind == "too_many_questions":
        return t(PROBLEMS[problem.kind], count=MOST_QUESTIONS)
    if problem.kind in {"no_title", "no_questions"}:
        return t(PROBLEMS[problem.kind])
    return t(PROBLEMS[problem.kind], number=number)


def _problem_lines(t: Translator, form: Form, mark: str, problems: Sequence[FormProblem], most: int) -> list[Html]:
    """The first of them, and how many there are besides."""
    shown = [Html(f"{mark} {problem_line(t, form, problem)}") for problem in problems[:most]]
    over = len(problems) - len(shown)
    return [*shown, t.plural("…and {count} more", "…and {count} more", over)] if over else shown


def draft_screen(
    t: Translator,
    gazetteer: Gazetteer,
    survey: Survey,
    form: Form,
    problems: Sequence[FormProblem],
    reckoned: Reckoned,
    subjects: Mapping[str, Mapping[Language, str]],
    note: Html | None = None,
) -> Screen:
    """A survey being made: its words, questions, audience and dates, and what is still wrong."""

    def tap(do: str, arg: int | None = None, sub: str | None = None) -> BuildTap:
        return BuildTap(survey.id, survey.version, do, arg, sub)

    title = words_in(form.title, t.language, form.languages)
    audience = Audience.from_json(survey.audience)
    said: list[Html | str | None] = [
        note,
        "" if note else None,
        f"📝 <b>{t('{title}', title=title or t.plain('No title yet'))}</b>",
        None if title else t("Write the title: it can be typed right here."),
        t("Languages: {languages}", languages=t.all_of([LANGUAGE_NAMES[one] for one in form.languages])),
        "",
    ]
    for number, question in enumerate(form.questions, start=1):
        words = words_in(question.words, t.language, form.languages) or "—"
        said.append(
            t(
                "{number}. {question} <i>({kind})</i>",
                number=number,
                question=short(words),
                kind=", ".join(_traits(t, form, question)),
            )
        )
    if form.questions:
        said.append("")
    for field in ("intro", "thanks"):
        words = words_in(getattr(form, field), t.language, form.languages)
        if words:
            said.append(t("{field}: {text}", field=t.plain(FIELDS[field]), text=short(" ".join(words.split()))))
    said += [
        *audience_lines(t, gazetteer, audience, subjects),
        *reckoned_lines(t, reckoned, is_survey=True),
        "",
        _dates(t, survey),
    ]
    wrong = [problem for problem in problems if not problem.is_warning]
    warnings = [problem for problem in problems if problem.is_warning]
    said += _problem_lines(t, form, "❌", wrong, 5)
    said += _problem_lines(t, form, "⚠️", warnings, 5)
    if len(form.languages) == 1:
        said.append(t("⚠️ Only in {language}: everybody is asked in it", language=LANGUAGE_NAMES[form.languages[0]]))
    numbers = [Button(str(index + 1), tap("question", index)) for index in range(len(form.questions))]
    return Screen(
        _joined(*said),
        rows(
            [Button(t.plain(name), tap("words", None, field)) for field, name in FIELDS.items()],
            *(numbers[start : start + 8] for start in range(0, len(numbers), 8)),
            Button(t.plain("➕ Add a question"), tap("add")) if len(form.questions) < MOST_QUESTIONS else None,
            [
                Button(t.plain("Who is asked"), AudienceTap("s", survey.id, "show", None)),
                Button(t.plain("Dates and more"), tap("options")),
            ],
            [
                Button(f"{'☑️' if one in form.languages else '⬜️'} {LANGUAGE_NAMES[one]}", tap("language", None, one))
                for one in LANGUAGES
            ],
            [
                Button(t.plain("👁 Try it: {language}", language=LANGUAGE_NAMES[one]), tap("try", None, one))
                for one in form.languages
                if form.questions
            ],
            Button(t.plain("📤 Ask everybody…"), tap("confirm")) if not wrong else None,
            [Button(t.plain("📄 File"), tap("file")), Button(t.plain("🗑 Discard"), tap("discard"))],
            Button(t.plain("‹ Back"), BuildListTap("show", 0)),
        ),
    )


def _traits(t: Translator, form: Form, question: Question) -> list[str]:
    """What a question is like, in a few words."""
    found = [t.plain(KINDS[question.kind])]
    if question.required:
        found.append(t.plain("required"))
    if question.show_if is not None:
        found.append(t.plain("only if {condition}", condition=_condition(t, form, question)))
    return found


def _end(t: Translator, survey: Survey) -> Html:
    if survey.closed_at is not None:
        return t("Ended: {moment}", moment=t.date_time(survey.closed_at))
    return t("Ends: {moment}", moment=t.date_time(survey.closes_at)) if survey.closes_at else t("No end date yet")


def _start(t: Translator, survey: Survey) -> Html | None:
    if survey.opened_at is not None:
        return t("🗓 Began: {moment}", moment=t.date_time(survey.opened_at))
    return t("🗓 Starts: {moment}", moment=t.date_time(survey.opens_at)) if survey.opens_at else None


def _reminder(t: Translator, survey: Survey) -> Html | None:
    if survey.remind_after_days is None:
        return None
    if survey.reminded_at is not None:
        return t("Reminded: {moment}", moment=t.date_time(survey.reminded_at))
    is_over = survey.state is SurveyState.CLOSED
    return None if is_over else t("Reminder once, day {count}", count=survey.remind_after_days)


def _dates(t: Translator, survey: Survey) -> Html:
    is_over = survey.state is SurveyState.CLOSED
    parts = [
        _start(t, survey),
        _end(t, survey),
        t.plural("Ends after {count} answer", "Ends after {count} answers", survey.quota)
        if survey.quota and not is_over
        else None,
        _reminder(t, survey),
        t("Results are published") if survey.publish else t("Results stay with the staff and those who took part"),
        t("One of a series: shown over time") if survey.series else None,
    ]
    return Html(". ".join(str(part) for part in parts if part))


def _question_screen(
    t: Translator,
    survey: Survey,
    text: Html,
    *more: Button,
    note: Html | None = None,
    to: tuple[str, str | None] = ("show", None),
) -> Screen:
    """A question to its maker; `to` is what Back does, with its detail."""
    back = Button(t.plain("‹ Back"), BuildTap(survey.id, survey.version, to[0], None, to[1]))
    return Screen(_joined(note, "" if note else None, text), rows(*more, back))


def field_screen(t: Translator, survey: Survey, form: Form, field: str, note: Html | None = None) -> Screen:
    """The title, the intro or the thanks, in every language."""
    words: Mapping[Language, str] = getattr(form, field)
    said: list[Html | str | None] = [note, "" if note else None, f"<b>{t(FIELDS[field])}</b>"]
    said += [
        t("{language}: {text}", language=LANGUAGE_NAMES[one], text=words.get(one) or "—") for one in form.languages
    ]
    return Screen(
        _joined(*said),
        rows(
            [
                Button(
                    f"{'✅' if words.get(one) else '✏️'} {LANGUAGE_NAMES[one]}",
                    BuildTap(survey.id, survey.version, "write", None, f"{field}.{one}"),
                )
                for one in form.languages
            ],
            Button(t.plain("‹ Back"), BuildTap(survey.id, survey.version, "show", None, None)),
        ),
    )


def write_screen(t: Translator, survey: Survey, field: str, language: Language, note: Html | None = None) -> Screen:
    """Asks for words in one language."""
    text = t("{field}, {language}: write the text.", field=t.plain(FIELDS[field]), language=LANGUAGE_NAMES[language])
    return _question_screen(t, survey, text, note=note, to=("words", field))


def kinds_screen(t: Translator, survey: Survey) -> Screen:
    """What kind of question."""
    buttons = [
        Button(t.plain(name), BuildTap(survey.id, survey.version, "kind", None, kind.value))
        for kind, name in KINDS.items()
    ]
    return Screen(
        t("How is the new question answered?"),
        rows(
            *(buttons[start : start + 2] for start in range(0, len(buttons), 2)),
            Button(t.plain("‹ Back"), BuildTap(survey.id, survey.version, "show", None, None)),
        ),
    )


def question_screen(t: Translator, survey: Survey, form: Form, position: int, note: Html | None = None) -> Screen:
    """One question with everything that can be changed."""
    question = form.questions[position]

    def tap(do: str, sub: str | None = None) -> BuildTap:
        return BuildTap(survey.id, survey.version, do, position, sub)

    head = t("Question {number}: {kind}", number=position + 1, kind=t.plain(KINDS[question.kind]))
    said: list[Html | str | None] = [note, "" if note else None, f"<b>{head}</b>"]
    for language in form.languages:
        words = question.words.get(language)
        said.append(t("{language}: {text}", language=LANGUAGE_NAMES[language], text=words or "—"))
        if words or any(option.words.get(language) for option in question.options):
            said += [t("  • {option}", option=option.words.get(language) or "…") for option in question.options]
    if question.least is not None or question.most is not None:
        said.append(t("From {least} to {most}", least=t.number(question.least or 0), most=t.number(question.most or 0)))
    for language in form.languages:
        low, high = question.least_words.get(language), question.most_words.get(language)
        if low and high:
            said.append(t("{language}: {low} – {high}", language=LANGUAGE_NAMES[language], low=low, high=high))
    if question.show_if is not None:
        said.append(t("Asked only if: {condition}", condition=_condition(t, form, question)))

    def flag(name: str, label: str) -> Button:
        return Button(f"{'☑️' if getattr(question, name) else '⬜️'} {t.plain(label)}", tap("flag", name))

    has_options = question.kind in WITH_OPTIONS
    may_have_other = question.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
    has_limits = question.kind in {QuestionKind.SCALE, QuestionKind.NUMBER, QuestionKind.MULTIPLE}
    return Screen(
        _joined(*said),
        rows(
            [
                Button(f"{'✅' if question.words.get(one) else '✏️'} {LANGUAGE_NAMES[one]}", tap("ask", one))
                for one in form.languages
            ],
            [flag("required", N_("Must be answered")), *([flag("shuffled", N_("Shuffled"))] if has_options else [])],
            [
                *([flag("has_other", N_("Own answer"))] if may_have_other else []),
                *([flag("whole", N_("Whole numbers"))] if question.kind is QuestionKind.NUMBER else []),
                *([Button(t.plain("Limits"), tap("limits"))] if has_limits else []),
                *([Button(t.plain("Only if…"), tap("if"))] if position else []),
            ],
            [
                *([Button("⬆️", tap("up"))] if position else []),
                *([Button("⬇️", tap("down"))] if position + 1 < len(form.questions) else []),
                Button(t.plain("Copy"), tap("copy")),
                Button(t.plain("🗑 Delete"), tap("drop")),
            ],
            Button(t.plain("‹ Back"), BuildTap(survey.id, survey.version, "show", None, None)),
        ),
    )


def _condition(t: Translator, form: Form, question: Question) -> str:
    condition = question.show_if
    if condition is None:
        return "—"
    target = form.question(condition.question)
    number = next((index + 1 for index, one in enumerate(form.questions) if one.code == condition.question), 0)
    names = {option.code: words_in(option.words, t.language) for option in target.options} if target else {}
    names[OTHER] = t.plain("Own answer")
    values = [names.get(code, code) for code in condition.values]
    if values:
        return f"{number}: {', '.join(f'«{value}»' for value in values)}"
    least, most = (t.number(one) if one is not None else "…" for one in (condition.least, condition.most))
    return f"{number}: {least}" if least == most else f"{number}: {least}–{most}"


def ask_screen(
    t: Translator, survey: Survey, question: Question, position: int, language: Language, note: Html | None = None
) -> Screen:
    """Asks for the words of a question in one language."""
    if question.kind in WITH_OPTIONS:
        text = t(
            "Question {number}, {language}: write the question in the first line and the options below, each in its "
            "own line.",
            number=position + 1,
            language=LANGUAGE_NAMES[language],
        )
    else:
        text = t("Question {number}, {language}: write it.", number=position + 1, language=LANGUAGE_NAMES[language])
    other = next((one for one in LANGUAGES if one != language and question.words.get(one)), None)
    return _question_screen(
        t,
        survey,
        _joined(
            text,
            _lines_of(t, question, other) if other is not None else None,
            t("Now, to copy and change:") if question.words.get(language) else None,
            _lines_of(t, question, language) if question.words.get(language) else None,
        ),
        note=note,
    )


def _lines_of(t: Translator, question: Question, language: Language) -> Html:
    lines = [question.words[language], *(option.words.get(language, "…") for option in question.options)]
    return t("<pre>{text}</pre>", text="\n".join(lines))


def limits_screen(t: Translator, survey: Survey, question: Question, position: int, note: Html | None = None) -> Screen:
    """Asks for limits."""
    said: list[Html | str] = [
        t(
            "Write the limits, for example: {example}",
            example="0-10" if question.kind is not QuestionKind.MULTIPLE else "1-3",
        )
    ]
    if question.kind is QuestionKind.SCALE:
        said += [
            t("The ends may have labels, a line for each language:"),
            Html("<pre>1-5\nkk: нашар - жақсы\nru: плохо - хорошо\nen: bad - good</pre>"),
        ]
    has_limits = question.least is not None or question.most is not None
    free = None
    if has_limits and question.kind is not QuestionKind.SCALE:
        free = Button(t.plain("No limits"), BuildTap(survey.id, survey.version, "limits", position, "none"))
    back = Button(t.plain("‹ Back"), BuildTap(survey.id, survey.version, "question", position, None))
    return Screen(_joined(note, "" if note else None, *said), rows(free, back))


def limits_note(t: Translator, question: Question) -> Html:
    """Why limits were not taken."""
    if question.kind is QuestionKind.SCALE:
        return t("I cannot read these limits. A scale has at most eleven points.")
    if question.kind is QuestionKind.MULTIPLE:
        return t(
            "Write the fewest and the most answers that may be chosen, the smaller first: {example}. "
            "There are {count} in all.",
            example="1-3",
            count=len(question.options) + question.has_other,
        )
    return t("Write the smallest and the largest number, the smaller first: {example}", example="0-120")


def drop_screen(t: Translator, survey: Survey, form: Form, position: int) -> Screen:
    """Asks whether to delete a question, with what that changes."""
    question = form.questions[position]
    depend = sum(one.show_if is not None and one.show_if.question == question.code for one in form.questions)
    said = t("Delete question {number}?", number=position + 1)
    words = words_in(question.words, t.language, form.languages)
    after = t.plural(
        "{count} question that depends on it will always be asked.",
        "{count} questions that depend on it will always be asked.",
        depend,
    )
    return Screen(
        Html("\n".join([f"<b>{said}</b>", t("{question}", question=words), *([after] if depend else [])])),
        rows(
            Button(t.plain("🗑 Delete"), BuildTap(survey.id, survey.version, "drop", position, "sure")),
            Button(t.plain("‹ Back"), BuildTap(survey.id, survey.version, "question", position, None)),
        ),
    )


def conditions_screen(
    t: Translator, survey: Survey, form: Form, position: int, found: Sequence[tuple[int, Question]]
) -> Screen:
    """Which earlier answers a question depends on."""
    condition = form.questions[position].show_if
    buttons = []
    for index, question in found:
        chosen = set(condition.values) if condition is not None and condition.question == question.code else set()
        words = short(words_in(question.words, t.language, form.languages))
        if not question.options:
            label = f"{index + 1}: {words}"
            buttons.append(Button(label, BuildTap(survey.id, survey.version, "when", position, f"{index}.")))
            continue
        names = {one.code: words_in(one.words, t.language, form.languages) for one in question.options}
        for number, code in enumerate(answer_codes(question)):
            name = names.get(code) or t.plain("Own answer")
            label = f"{'☑️' if code in chosen else '⬜️'} {index + 1}: {short(name)}"
            buttons.append(Button(label, BuildTap(survey.id, survey.version, "when", position, f"{index}.{number}")))
    text = t("After which answers is question {number} asked? Any one of those ticked is enough.", number=position + 1)
    if not found:
        text = t("No earlier question has options or numbers.")
    return Screen(
        text,
        rows(
            *buttons[:MOST_CONDITIONS],
            Button(t.plain("Always"), BuildTap(survey.id, survey.version, "when", position, "-")),
            Button(t.plain("‹ Back"), BuildTap(survey.id, survey.version, "question", position, None)),
        ),
    )


def numbers_screen(
    t: Translator, survey: Survey, form: Form, position: int, index: int, note: Html | None = None
) -> Screen:
    """After which numbers a question is asked."""
    words = words_in(form.questions[index].words, t.language, form.languages)
    text = t(
        "After which answers to “{question}” is question {number} asked? Write two numbers or one: {example}",
        question=words,
        number=position + 1,
        example="0-6",
    )
    back = Button(t.plain("‹ Back"), BuildTap(survey.id, survey.version, "if", position, None))
    return Screen(_joined(note, "" if note else None, text), rows(back))


def options_screen(t: Translator, survey: Survey, note: Html | None = None) -> Screen:
    """Dates, quota, reminder, publishing."""

    def tap(do: str, sub: str | None = None) -> BuildTap:
        return BuildTap(survey.id, survey.version, do, None, sub)

    return Screen(
        _joined(note, "" if note else None, f"<b>{t('Dates and more')}</b>", _dates(t, survey)),
        rows(
            [Button(t.plain("Start"), tap("set", "opens")), Button(t.plain("End"), tap("set", "closes"))],
            [Button(t.plain("Quota"), tap("set", "quota")), Button(t.plain("Reminder"), tap("set", "remind"))],
            Button(f"{'☑️' if survey.publish else '⬜️'} {t.plain('Publish the results')}", tap("publish")),
            Button(t.plain("‹ Back"), tap("show")),
        ),
    )


_SET: Final = {
    "opens": N_("When does it start? Write the day and the time, for example: {example}"),
    "closes": N_("When does it end? Write the day and the time, for example: {example}"),
    "quota": N_("After how many answers does it end by itself? Write a number."),
    "remind": N_("After how many days are those reminded, once, who have not answered? Write a number."),
}
_UNSET: Final = {
    "opens": N_("At once after confirming"),
    "closes": N_("Without an end date"),
    "quota": N_("No quota"),
    "remind": N_("No reminder"),
}


def set_screen(t: Translator, survey: Survey, what: str, now: datetime, note: Html | None = None) -> Screen:
    """Asks for a date or a number."""
    soon = now + timedelta(days=7)
    text = t(_SET[what], example=f"{soon:%d.%m} 18:00") if what in {"opens", "closes"} else t(_SET[what])
    unset = Button(t.plain(_UNSET[what]), BuildTap(survey.id, survey.version, "unset", None, what))
    return _question_screen(t, survey, text, unset, note=note, to=("options", None))


def dates_note(
    t: Translator, what: str, problem: DatesProblem, opens: datetime, closes: datetime | None, days: int | None
) -> Html:
    """Why dates do not fit together, seen from the one that was set last."""
    end = t.date_time(closes) if closes is not None else ""
    if problem == "reminder":
        return t(
            "The survey ends on {end}, and the reminder would come on {day}: choose fewer days or a later end.",
            end=end,
            day=t.date(opens + timedelta(days=days or 0)),
        )
    if what == "opens":
        return t("The start must come before the end, {moment}.", moment=end)
    return t("The end must come after the start, {moment}.", moment=t.date_time(opens))


def words_note(t: Translator, problem: WordsProblem, question: Question | None = None) -> Html:
    """Why words were not taken for a question."""
    limits = {"question": LONGEST_QUESTION, "option": LONGEST_OPTION, "options": MOST_OPTIONS}
    if question is not None:
        limits["have"] = len(question.options)
    return t(
        WORDS_PROBLEMS[problem],
        **{name: count for name, count in limits.items() if f"{{{name}}}" in WORDS_PROBLEMS[problem]},
    )


def confirm_screen(
    t: Translator,
    gazetteer: Gazetteer,
    survey: Survey,
    form: Form,
    problems: Sequence[FormProblem],
    reckoned: Reckoned,
    subjects: Mapping[str, Mapping[Language, str]],
    note: Html | None = None,
) -> Screen:
    """What will happen to whom, and the number that has to be typed."""
    warnings = [problem for problem in problems if problem.is_warning]
    moment = t.date_time(survey.opens_at) if survey.opens_at is not None else t.plain("at once")
    text = _joined(
        f"<b>{t('Ask these people?')}</b>",
        t("{title}", title=words_in(form.title, t.language, form.languages)),
        t("Start: {moment}", moment=moment),
        *audience_lines(t, gazetteer, Audience.from_json(survey.audience), subjects),
        *reckoned_lines(t, reckoned, is_survey=True),
        None
        if reckoned.counted.drawn
        else t("⚠️ Nobody is written to: only people who come by the link or from /surveys answer."),
        _dates(t, survey),
        *_problem_lines(t, form, "⚠️", warnings, 3),
        t("The form cannot be changed afterwards."),
        "",
        t("To confirm, write the number of people: <code>{count}</code>", count=reckoned.counted.drawn),
    )
    return _question_screen(t, survey, text, note=note)


def _what_ends(t: Translator, survey: Survey, stand: Stand) -> Html:
    """What happens when a survey ends: to whom its results go, and what can no longer be done."""
    if stand.finished < survey.min_cell:
        goes = t("Fewer than {count} people answered, so no results are shown.", count=survey.min_cell)
    elif survey.publish and survey.place_key is not None:
        goes = t("The results go to those who answered and to followers of the place, and are published.")
    elif survey.publish:
        goes = t("The results go to those who answered, and are published.")
    else:
        goes = t("The results go to those who answered and to the staff.")
    return _joined(
        t(
            "End the survey now? {finished} have answered; {begun} began and have not finished.",
            finished=t.number(stand.finished),
            begun=t.number(stand.begun - stand.finished),
        ),
        goes,
        t("It cannot be opened again; «Repeat it» makes a new one."),
    )


def sure_screen(t: Translator, survey: Survey, do: str, stand: Stand | None = None) -> Screen:
    """Asked before a draft goes or a survey ends."""
    text = t("Throw this survey away? Nobody has been asked.")
    label = t.plain("Yes, discard it")
    if do == "close" and stand is not None:
        text = _what_ends(t, survey, stand)
        label = t.plain("Yes, end it")
    return _question_screen(
        t, survey, text, Button(label, BuildTap(survey.id, survey.version, f"{do}_sure", None, None))
    )


def stand_screen(t: Translator, survey: Survey, form: Form, stand: Stand) -> Screen:
    """How the asking and the answering go, kept up to date in place."""

    def tap(do: str) -> BuildTap:
        return BuildTap(survey.id, survey.version, do, None, None)

    asked = stand.asked
    title = words_in(form.title, t.language, form.languages)
    said: list[Html | str | None] = [
        f"{_MARKS[survey.state]} <b>{t('{title}', title=title)}</b> · {t(STATES[survey.state])}",
        _dates(t, survey),
    ]
    if survey.state is not SurveyState.SCHEDULED:
        share = asked.done / asked.total if asked.total else 0.0
        filled = round(share * 10)
        going = [
            f"{'▰' * filled}{'▱' * (10 - filled)} {t.percent(share)}",
            t("Asked: {sent} of {total}", sent=t.number(asked.sent), total=t.number(asked.total)),
        ]
        said += [
            "",
            *(going if asked.total else [t("Nobody was written to: people come by the link or from the list.")]),
            t("Could not be reached: {count}", count=t.number(asked.unreachable)) if asked.unreachable else None,
            t("Failed: {count}", count=t.number(asked.failed)) if asked.failed else None,
            t("Done at about {moment}", moment=t.date_time(asked.ends_at)) if asked.ends_at else None,
            t("Began: {begun}, answered: {finished}", begun=t.number(stand.begun), finished=t.number(stand.finished)),
        ]
    buttons: list[Button] = []
    if survey.state is SurveyState.OPEN:
        buttons = [Button(t.plain("⏸ Pause"), tap("pause")), Button(t.plain("🏁 End it"), tap("close"))]
    elif survey.state is SurveyState.PAUSED:
        buttons = [Button(t.plain("▶️ Resume"), tap("resume")), Button(t.plain("🏁 End it"), tap("close"))]
    elif survey.state is SurveyState.SCHEDULED:
        buttons = [Button(t.plain("Call it off"), tap("call_off"))]
    has_results = survey.opened_at is not None
    return Screen(
        _joined(*said),
        rows(
            buttons,
            Button(t.plain("📊 Results"), ResultsTap(survey.id, 0, "show")) if has_results else None,
            [
                *([Button(t.plain("🔁 Repeat it"), tap("again"))] if survey.state is SurveyState.CLOSED else []),
                Button(t.plain("📄 File"), tap("file")),
            ],
            Button(t.plain("‹ Back"), BuildListTap("show", 0)),
        ),
        live=Live(LIVE_KIND, survey.id),
    )

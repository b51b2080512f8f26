"""What a survey is, without storage: its questions in up to three languages, which of them are asked, what counts as
an answer, and who stands behind an answer set only for whoever knows the pepper."""

from __future__ import annotations

import enum
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bot.i18n import LANGUAGES, Language

MOST_QUESTIONS: Final = 30
MOST_OPTIONS: Final = 12
LONGEST_OPTION: Final = 60
"""Characters of an option: what a button shows on a phone."""
LONGEST_QUESTION: Final = 300
LONGEST_OPEN_ANSWER: Final = 1000
OTHER: Final = "other"
"""Code of the option that is answered in one's own words."""

AGE_BANDS: Final = ("14-17", "18-24", "25-34", "35-44", "45-59", "60+")
SEXES: Final = ("f", "m")
"""Categories of the two demographic questions, and of the margins an admin loads."""


def age_words(band: str) -> str:
    """An age band as it is printed: 25–34."""
    return band.replace("-", "–")


class SurveyState(enum.Enum):
    """How far a survey has come."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    DISCARDED = "discarded"


class QuestionKind(enum.Enum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    NUMBER = "number"
    RANKING = "ranking"
    TEXT = "text"
    PHOTO = "photo"
    LOCATION = "location"


WITH_OPTIONS: Final = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.RANKING})
COUNTED: Final = frozenset({*WITH_OPTIONS, QuestionKind.SCALE, QuestionKind.NUMBER})
"""Kinds whose answers are numbers in the results; the others are read."""

Words = Mapping[Language, str]
"""The same words in the languages of the survey."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `code` is what is stored and exported."""

    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class ShowIf:
    """Ask a question only after certain answers to an earlier one: a choice among `values`, or a number in
    [`least`, `most`]."""

    question: str
    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `code` is unique in the survey and names the column of exports."""

    code: str
    kind: QuestionKind
    words: Words
    options: tuple[Option, ...] = ()
    required: bool = False
    shuffled: bool = False
    has_other: bool = False
    """An option to answer in one's own words; only with single and multiple choice."""
    least: float | None = None
    """Smallest number, first point of a scale, fewest choices."""
    most: float | None = None
    whole: bool = False
    """Only whole numbers answer it, as of people or children; a scale's points always are."""
    least_words: Words = field(default_factory=dict)
    """Label of a scale's first point."""
    most_words: Words = field(default_factory=dict)
    show_if: ShowIf | None = None


Value = dict[str, Any]
"""An answer as stored: {"choice": [codes], "other": text} | {"number": n} | {"text": t} | {"photo": file id} |
{"lat": x, "lon": y} | {"skipped": true}. A ranking is {"choice": codes from the best down}."""

ProblemKind = Literal[
    "no_title",
    "no_questions",
    "too_many_questions",
    "no_words",
    "question_too_long",
    "no_options",
    "too_many_options",
    "option_too_long",
    "options_alike",
    "code_twice",
    "limits",
    "show_if_unknown",
    "show_if_later",
    "missing_language",
]


FormPart = Literal["title", "intro", "thanks"]


@dataclass(frozen=True, slots=True)
class FormProblem:
    """What keeps a form from being sent, or (`is_warning`) what its maker should know."""

    kind: ProblemKind
    question: str | None = None
    """Code of the question it is about."""
    language: Language | None = None
    is_warning: bool = False
    part: FormPart = "title"
    """What of the form it is about, where it is about no question."""


@dataclass(frozen=True, slots=True)
class Form:
    """The words of a survey: title, intro and thanks, and its questions in order."""

    languages: tuple[Language, ...]
    title: Words
    intro: Words
    thanks: Words
    questions: tuple[Question, ...]

    def question(self, code: str) -> Question | None:
        """A question by its code."""
        return next((one for one in self.questions if one.code == code), None)


def words_in(words: Words, language: Language, languages: Sequence[Language] = LANGUAGES) -> str:
    """Words in a language, else in the first of the survey's languages that has them, else nothing."""
    for one in (language, *languages):
        if words.get(one):
            return words[one]
    return ""


def form_problems(form: Form) -> tuple[FormProblem, ...]:
    """Everything that is wrong with a form; a missing translation is a warning unless no language has the words."""
    found: list[FormProblem] = []
    first = form.languages[0] if form.languages else "kk"
    parts: tuple[tuple[FormPart, Words], ...] = (("title", form.title), ("intro", form.intro), ("thanks", form.thanks))
    if not words_in(form.title, first, form.languages):
        found.append(FormProblem("no_title"))
    if not form.questions:
        found.append(FormProblem("no_questions"))
    if len(form.questions) > MOST_QUESTIONS:
        found.append(FormProblem("too_many_questions"))
    found += [
        FormProblem("missing_language", None, language, is_warning=True, part=part)
        for language in form.languages
        for part, words in parts
        if any(words.values()) and not words.get(language)
    ]
    seen: dict[str, Question] = {}
    for question in form.questions:
        found += _question_problems(question, form.languages)
        if question.code in seen:
            found.append(FormProblem("code_twice", question.code))
        if question.show_if is not None and question.show_if.question not in seen:
            is_known = form.question(question.show_if.question) is not None
            found.append(FormProblem("show_if_later" if is_known else "show_if_unknown", question.code))
        elif question.show_if is not None:
            target = seen[question.show_if.question]
            codes = {option.code for option in target.options} | ({OTHER} if target.has_other else set())
            if target.kind not in COUNTED or not set(question.show_if.values) <= (codes or {*question.show_if.values}):
                found.append(FormProblem("show_if_unknown", question.code))
        seen[question.code] = question
    return tuple(found)


def _question_problems(question: Question, languages: Sequence[Language]) -> list[FormProblem]:
    found: list[FormProblem] = []
    code = question.code
    if not any(question.words.values()):
        found.append(FormProblem("no_words", code))
    if any(len(text) > LONGEST_QUESTION for text in question.words.values()):
        found.append(FormProblem("question_too_long", code))
    if question.kind in WITH_OPTIONS:
        if len(question.options) < 2:
            found.append(FormProblem("no_options", code))
        if len(question.options) > MOST_OPTIONS:
            found.append(FormProblem("too_many_options", code))
        if any(len(text) > LONGEST_OPTION for option in question.options for text in option.words.values()):
            found.append(FormProblem("option_too_long", code))
        codes = [option.code for option in question.options]
        for language in languages:
            texts = [option.words[language].casefold() for option in question.options if option.words.get(language)]
            if len(set(texts)) < len(texts) or len(set(codes)) < len(codes):
                found.append(FormProblem("options_alike", code, language))
                break
    if not limits_fit(question):
        found.append(FormProblem("limits", code))
    if question.kind is QuestionKind.SCALE and (question.least is None or question.most is None):
        found.append(FormProblem("limits", code))
    for language in languages:
        options = (option.words for option in question.options)
        said = [question.words, *options, question.least_words, question.most_words]
        if any(any(words.values()) and not words.get(language) for words in said):
            found.append(FormProblem("missing_language", code, language, is_warning=True))
    return found


def limits_fit(question: Question) -> bool:
    """Whether the limits of a question leave room for an answer."""
    least, most = question.least, question.most
    if question.kind is not QuestionKind.MULTIPLE:
        return least is None or most is None or least < most
    choices = len(question.options) + question.has_other
    return (least is None or 0 <= least <= choices) and (most is None or max(least or 0, 1) <= most <= choices)


def is_shown(question: Question, answers: Mapping[str, Value]) -> bool:
    """Whether a question is asked after these answers; a skipped or hidden earlier question shows nothing."""
    condition = question.show_if
    if condition is None:
        return True
    answer = answers.get(condition.question)
    if not answer or answer.get("skipped"):
        return False
    if condition.values:
        return bool(set(answer.get("choice", ())) & set(condition.values))
    number = answer.get("number")
    if number is None:
        return False
    return (condition.least is None or number >= condition.least) and (
        condition.most is None or number <= condition.most
    )


def asked(form: Form, answers: Mapping[str, Value]) -> tuple[Question, ...]:
    """The questions that this person is asked, in order, by what is answered so far.

    An answer to a question that is no longer shown does not count for later conditions.
    """
    standing: dict[str, Value] = {}
    shown: list[Question] = []
    for question in form.questions:
        if is_shown(question, standing):
            shown.append(question)
            if question.code in answers:
                standing[question.code] = answers[question.code]
    return tuple(shown)


def respondent_key(pepper: bytes, survey_id: int, resident_id: int) -> str:
    """Who answered one survey, in hex (HMAC-SHA256 under the pepper): the same person is the same within a survey
    and an unrelated one in the next; without the pepper no answer leads to a person."""
    return hmac.new(pepper, f"respondent:{survey_id}:{resident_id}".encode(), hashlib.sha256).hexdigest()


# --- storage as JSON ------------------------------------------------------------------------------------------


def question_to_json(question: Question) -> dict[str, Any]:
    """A question as it is stored and written to files."""
    row: dict[str, Any] = {"code": question.code, "kind": question.kind.value, "words": dict(question.words)}
    if question.options:
        row["options"] = [{"code": option.code, "words": dict(option.words)} for option in question.options]
    for name in ("required", "shuffled", "has_other", "whole"):
        if getattr(question, name):
            row[name] = True
    for name in ("least", "most"):
        if getattr(question, name) is not None:
            row[name] = getattr(question, name)
    for name in ("least_words", "most_words"):
        if getattr(question, name):
            row[name] = dict(getattr(question, name))
    if question.show_if is not None:
        condition = question.show_if
        row["show_if"] = {"question": condition.question}
        if condition.values:
            row["show_if"]["values"] = list(condition.values)
        for name in ("least", "most"):
            if getattr(condition, name) is not None:
                row["show_if"][name] = getattr(condition, name)
    return row


def question_from_json(row: Mapping[str, Any]) -> Question:
    """A stored question.

    Raises:
        KeyError, ValueError: the row was not written by `question_to_json`.
    """
    condition = row.get("show_if")
    return Question(
        code=row["code"],
        kind=QuestionKind(row["kind"]),
        words=dict(row["words"]),
        options=tuple(Option(one["code"], dict(one["words"])) for one in row.get("options", ())),
        required=bool(row.get("required")),
        shuffled=bool(row.get("shuffled")),
        has_other=bool(row.get("has_other")),
        whole=bool(row.get("whole")),
        least=row.get("least"),
        most=row.get("most"),
        least_words=dict(row.get("least_words", {})),
        most_words=dict(row.get("most_words", {})),
        show_if=None
        if condition is None
        else ShowIf(
            condition["question"], tuple(condition.get("values", ())), condition.get("least"), condition.get("most")
        ),
    )

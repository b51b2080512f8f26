"""Reading what the maker of a survey writes in the chat: pure functions."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot.delivery.progress import Progress
from bot.i18n import LANGUAGES, N_, Language
from bot.screen import Tap
from bot.surveys.rules import (
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    OTHER,
    WITH_OPTIONS,
    Form,
    Option,
    ProblemKind,
    Question,
    QuestionKind,
    ShowIf,
    limits_fit,
)


class BuildTap(Tap, prefix="su"):
    """Do something with a survey made up to `version` (None: whatever it is now): with the question at position
    `arg`, in the language or with the detail `sub`."""

    survey: int
    version: int | None
    do: str
    arg: int | None
    sub: str | None


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a survey is."""

    asked: Progress
    begun: int
    finished: int


PROBLEMS: Final[dict[ProblemKind, str]] = {
    "no_title": N_("There is no title."),
    "no_questions": N_("There are no questions."),
    "too_many_questions": N_("There are too many questions: at most {count}."),
    "no_words": N_("Question {number} has no words."),
    "question_too_long": N_("Question {number} is too long."),
    "no_options": N_("Question {number} needs at least two options."),
    "too_many_options": N_("Question {number} has too many options."),
    "option_too_long": N_("Question {number}: an option is too long."),
    "options_alike": N_("Question {number}: two options are alike."),
    "code_twice": N_("Question {number} has the code of another one."),
    "limits": N_("Question {number}: the limits do not fit."),
    "show_if_unknown": N_("Question {number}: its condition names an answer that is not there."),
    "show_if_later": N_("Question {number}: its condition is about a later question."),
    "missing_language": N_("Not in {language}: {where}"),
}
"""What is wrong with a form, in words."""

WordsProblem = Literal["empty", "question_too_long", "option_too_long", "too_few", "too_many", "other_count", "alike"]


def read_question(question: Question, language: Language, text: str) -> Question | WordsProblem:
    """A question with its words in a language: the first line asks, each further line is an option.

    An option whose words are there already keeps its code and its words in other languages, wherever it stands now.
    As many new lines as options are left over are their words, in their order; else a new line is the words of the
    option left over that it is most like, or a new option, and the options still left over go. While an option has no
    words in this language the lines must be as many as the options.
    """
    lines = [line.strip(" \t-•–—") for line in text.strip().splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        return "empty"
    asking, *listed = lines
    if question.kind not in WITH_OPTIONS:
        asking, listed = " ".join(lines), []
    if len(asking) > LONGEST_QUESTION:
        return "question_too_long"
    words = {**question.words, language: asking}
    if question.kind not in WITH_OPTIONS:
        return replace(question, words=words)
    if any(len(option) > LONGEST_OPTION for option in listed):
        return "option_too_long"
    if len(listed) < 2:
        return "too_few"
    if len(listed) > MOST_OPTIONS:
        return "too_many"
    if len({option.casefold() for option in listed}) < len(listed):
        return "alike"
    if len(question.options) != len(listed) and any(not option.words.get(language) for option in question.options):
        return "other_count"
    return replace(question, words=words, options=_options(question.options, language, listed))


def _options(before: Sequence[Option], language: Language, listed: Sequence[str]) -> tuple[Option, ...]:
    by_words = {option.words[language].casefold(): option for option in before if option.words.get(language)}
    kept = {said: by_words.get(said.casefold()) for said in listed}
    over = [option for option in before if option not in kept.values()]
    fresh = [said for said in listed if kept[said] is None]
    if len(fresh) == len(over):
        kept |= dict(zip(fresh, over, strict=True))
    else:
        kept |= _reworded(language, fresh, over)
    codes = (code for number in itertools.count(1) if (code := f"o{number}") not in {option.code for option in before})
    return tuple(
        Option(option.code, {**option.words, language: said})
        if (option := kept[said]) is not None
        else Option(next(codes), {language: said})
        for said in listed
    )


REWORDED: Final = 75
"""How alike, of 100, a new line must be to an option's words to be those words anew."""


def _reworded(language: Language, fresh: Sequence[str], over: Sequence[Option]) -> dict[str, Option]:
    left = {option.code: (option.words.get(language) or "").casefold() for option in over}
    by_code = {option.code: option for option in over}
    found: dict[str, Option] = {}
    for said in fresh:
        best = process.extractOne(said.casefold(), left, scorer=fuzz.ratio, score_cutoff=REWORDED)
        if best is not None:
            found[said] = by_code[best[2]]
            del left[best[2]]
    return found


def is_said_in(question: Question, language: Language) -> bool:
    """Whether a question and all its options have words in a language."""
    return all(words.get(language) for words in (question.words, *(option.words for option in question.options)))


def next_code(questions: Sequence[Question]) -> str:
    """A code no question has yet: q1, q2 …"""
    taken = {question.code for question in questions}
    number = len(questions) + 1
    while f"q{number}" in taken:
        number += 1
    return f"q{number}"


_LIMITS: Final = re.compile(r"(-?\d{1,9})\s*[-–—.…]+\s*(-?\d{1,9})")


def read_limits(question: Question, text: str) -> Question | None:
    """A question with its limits, "0-10"; labels of a scale's ends may follow in further lines, for its first and
    last point, in each language: "kk: нашар - жақсы". None: it cannot be read, or they do not fit the question."""
    first, *more = [line.strip() for line in text.strip().splitlines() if line.strip()] or [""]
    found = _LIMITS.fullmatch(first)
    if found is None:
        return None
    least, most = int(found[1]), int(found[2])
    if question.kind is not QuestionKind.SCALE and more:
        return None
    if question.kind is QuestionKind.MULTIPLE:
        limited = replace(question, least=least, most=most)
        return limited if limits_fit(limited) else None
    if least >= most or (question.kind is QuestionKind.SCALE and most - least > 10):
        return None
    lows: dict[Language, str] = {}
    highs: dict[Language, str] = {}
    for line in more:
        name, _, ends = line.partition(":")
        language = next((one for one in LANGUAGES if one == name.strip().lower()), None)
        low, dash, high = re.sub(r"\s[-–—]\s", "\0", ends, count=1).partition("\0")
        if language is None or not dash or not low.strip() or not high.strip():
            return None
        lows[language], highs[language] = low.strip(), high.strip()
    # What is written in another language stands until it is written anew.
    return replace(
        question,
        least=least,
        most=most,
        least_words={**question.least_words, **lows},
        most_words={**question.most_words, **highs},
    )


def read_poll(text: str, language: Language) -> Question | WordsProblem:
    """A quick poll: the question in the first line, its options below."""
    return read_question(Question("q1", QuestionKind.SINGLE, {}), language, text)


USUAL_END: Final = time(21)
"""When a survey ends on a day without a time, local time: while most people are awake."""
DatesProblem = Literal["order", "reminder"]


def dates_problem(
    opens: datetime | None, closes: datetime | None, remind_after_days: int | None, now: datetime
) -> DatesProblem | None:
    """Whether a survey that opens then (None: now) would end before it begins ("order"), or before its reminder."""
    if closes is None:
        return None
    start = opens or now
    if closes <= start:
        return "order"
    if remind_after_days is not None and start + timedelta(days=remind_after_days) >= closes:
        return "reminder"
    return None


def read_condition(text: str, target: Question) -> ShowIf | None:
    """The numbers after which a question is asked, "0-6" or "5"; None: they cannot be read."""
    found = _LIMITS.fullmatch(text.strip())
    if found is not None:
        least, most = int(found[1]), int(found[2])
    elif text.strip().isdecimal() and len(text.strip()) < 10:
        least = most = int(text)
    else:
        return None
    return ShowIf(target.code, (), least, most) if least <= most else None


POLL_DAYS: Final = 3


def poll_end(now: datetime, zone: str) -> datetime:
    """When a quick poll begun now ends: in the evening, three days on; UTC."""
    local = now.astimezone(ZoneInfo(zone)) + timedelta(days=POLL_DAYS)
    return datetime.combine(local.date(), USUAL_END, local.tzinfo).astimezone(UTC)


def moved(questions: Sequence[Question], position: int, by: int) -> list[Question]:
    """The questions with one moved up (-1) or down (1); a move that would put a question before the one it depends
    on is not made."""
    order = list(questions)
    to = position + by
    if not (0 <= position < len(order) and 0 <= to < len(order)):
        return order
    order[position], order[to] = order[to], order[position]
    seen: set[str] = set()
    for question in order:
        if question.show_if is not None and question.show_if.question not in seen:
            return list(questions)
        seen.add(question.code)
    return order


def without(questions: Sequence[Question], position: int) -> list[Question]:
    """The questions without one; what depended on it is always asked."""
    gone = questions[position].code
    return [
        replace(question, show_if=None)
        if question.show_if is not None and question.show_if.question == gone
        else question
        for index, question in enumerate(questions)
        if index != position
    ]


def conditions_for(form: Form, position: int) -> list[tuple[int, Question]]:
    """Earlier questions that a question may depend on, with their positions."""
    return [
        (index, question)
        for index, question in enumerate(form.questions[:position])
        if question.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.SCALE, QuestionKind.NUMBER}
    ]


def with_condition(question: Question, target: Question, code: str) -> Question:
    """A question with one answer more or less among those to `target` after which it is asked; an answer to another
    question takes the place of all before."""
    before = question.show_if
    values = set(before.values) if before is not None and before.question == target.code else set()
    chosen = tuple(one for one in answer_codes(target) if (one in values) != (one == code))
    return replace(question, show_if=ShowIf(target.code, chosen) if chosen else None)


def answer_codes(question: Question) -> list[str]:
    """The codes of everything that can be chosen as the answer to a question, one's own words last."""
    return [*(option.code for option in question.options), *([OTHER] if question.has_other else [])]


def flipped(question: Question, flag: str) -> Question:
    """A question with "required", "shuffled", "has_other" or "whole" turned."""
    if flag == "required":
        return replace(question, required=not question.required)
    if flag == "shuffled":
        return replace(question, shuffled=not question.shuffled)
    if flag == "has_other":
        return replace(question, has_other=not question.has_other)
    if flag == "whole":
        return replace(question, whole=not question.whole)
    return question

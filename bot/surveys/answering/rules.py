"""Reading an answer, and finding the way through a form: pure functions."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from rapidfuzz import fuzz, process

from bot.language.clean import personal_data
from bot.language.fold import fold
from bot.language.latin import has_latin, readings
from bot.language.numerals import number_said
from bot.surveys.rules import (
    AGE_BANDS,
    LONGEST_OPEN_ANSWER,
    OTHER,
    WITH_OPTIONS,
    Form,
    Option,
    Question,
    QuestionKind,
    Value,
    asked,
)

AGE, SEX, REVIEW, DONE = "_age", "_sex", "_review", "_done"
"""Where a respondent may be besides at a question."""

ALIKE: Final = 84
"""How alike, of 100, a typed word must be to an option to be taken for it."""
CUT: Final = "…"
"""What stands where something personal was."""
APART: Final = 6
"""By how much it must be more like that option than like the next."""

Problem = Literal[
    "pick",
    "number",
    "range",
    "whole",
    "too_long",
    "empty",
    "photo",
    "location",
    "fewer",
    "more",
    "words",
    "age",
    "sex",
    "review",
]


@dataclass(frozen=True, slots=True)
class Read:
    """What came of an answer: a value, or why it was not taken."""

    value: Value | None = None
    problem: Problem | None = None
    was_cleaned: bool = False
    """Somebody's number, address or the like was taken out of the words."""


def ordered(question: Question, respondent: str) -> tuple[tuple[int, Option], ...]:
    """The options with their positions in the form, shuffled for this respondent if the question says so; the same
    every time for the same one."""
    options = list(enumerate(question.options))
    if question.shuffled:
        options.sort(key=lambda one: hashlib.sha256(f"{respondent}:{question.code}:{one[0]}".encode()).digest())
    return tuple(options)


def age_band(text: str) -> str | None:
    """The age band of somebody who writes how old they are; None when that cannot be told."""
    said = number_said(text)
    age = int(said) if said is not None and said.is_integer() else 0
    for band in AGE_BANDS:
        first, _, last = band.rstrip("+").partition("-")
        if int(first) <= age <= int(last or 120):
            return band
    return None


_SEX_WORDS: Final = {
    "f": ("әйел", "қыз", "женщина", "женский", "жен", "ж", "woman", "female", "f"),
    "m": ("ер", "еркек", "ер адам", "ұл", "мужчина", "мужской", "муж", "м", "man", "male", "m"),
}


def sex_said(text: str) -> str | None:
    """The sex of somebody who writes it, "f" or "m"; None when that cannot be told."""
    word = fold(text.strip().rstrip("."))
    spelled = {word, *(map(fold, readings(word)) if has_latin(word) else ())}
    return next((sex for sex, names in _SEX_WORDS.items() if spelled & set(map(fold, names))), None)


_LIKE_IIN: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_FLAT: Final = re.compile(
    r"\b(?:пәтер|патер|квартира|кв|apartment|apt|flat)\b\.?\s*(?:№\s*)?\d{1,4}\w?\b"
    r"|(?<!\d)\d{1,4}\s*-?\s*(?:ші|шы)?\s*(?:пәтер|патер|кв\b|квартир)\w*(?!\.?\s*№?\s*\d)",
    re.IGNORECASE,
)
"""The number of a flat. A street and a house may be what an answer is about, «Абай 15-тің жаны»; a flat is a home."""


def screened(text: str) -> tuple[str, bool]:
    """Open words without numbers, addresses and links that lead to somebody, and whether anything was taken out."""
    whole = " ".join(text.split())
    # An IIN that is mistyped by a digit leads to somebody all the same.
    words = _FLAT.sub(CUT, _LIKE_IIN.sub(CUT, whole))
    was_cleaned = words != whole
    # Cutting one out may bring two halves of another together, so it is looked at until it is clean.
    while found := [one for one in personal_data(words) if one.kind != "emoji"]:
        was_cleaned = True
        for one in reversed(found):
            words = f"{words[: one.start]}{CUT}{words[one.end :]}"
    return ("" if words.strip(f" {CUT}.,;:") == "" else words), was_cleaned


_WORDLESS: Final[Mapping[QuestionKind, Problem]] = {
    QuestionKind.TEXT: "empty",
    QuestionKind.SCALE: "number",
    QuestionKind.NUMBER: "number",
    QuestionKind.PHOTO: "photo",
    QuestionKind.LOCATION: "location",
}
"""What is asked for where something without words comes; else one of the options."""


def read_text(question: Question, text: str, respondent: str = "") -> Read:
    """An answer that was typed, whatever the question's buttons. A number means the option in the order in which this
    respondent is shown them."""
    said = text.strip()
    if not said:
        return Read(problem=_WORDLESS.get(question.kind, "pick"))
    if question.kind in {QuestionKind.SCALE, QuestionKind.NUMBER}:
        return read_number(question, said)
    if question.kind is QuestionKind.TEXT:
        return _read_words(said)
    if question.kind is QuestionKind.PHOTO:
        return Read(problem="photo")
    if question.kind is QuestionKind.LOCATION:
        return Read(problem="location")
    return _read_choice(replace(question, options=tuple(option for _, option in ordered(question, respondent))), said)


def _read_words(said: str) -> Read:
    if len(said) > LONGEST_OPEN_ANSWER:
        return Read(problem="too_long")
    words, was_cleaned = screened(said)
    return Read({"text": words}, was_cleaned=was_cleaned) if words else Read(problem="words")


def _ends(question: Question) -> Question:
    """The labelled ends of a scale as options, so that somebody may answer in the words that stand there."""
    ends = ((question.least, question.least_words), (question.most, question.most_words))
    options = tuple(Option(f"{point:g}", words) for point, words in ends if point is not None and words)
    return replace(question, kind=QuestionKind.SINGLE, options=options)


def read_number(question: Question, said: str) -> Read:
    """A number within the limits; a scale, and a question that says so, takes whole ones only."""
    number = number_said(said)
    if number is None:
        end = match_option(_ends(question), said) if question.kind is QuestionKind.SCALE else None
        if end is None:
            return Read(problem="number")
        number = float(end)
    if (question.whole or question.kind is QuestionKind.SCALE) and not number.is_integer():
        return Read(problem="whole")
    if (question.least is not None and number < question.least) or (
        question.most is not None and number > question.most
    ):
        return Read(problem="range")
    return Read({"number": int(number) if number.is_integer() else number})


_BETWEEN: Final = re.compile(r"[,;>\n]+|\s+(?=\d+\b)|\s+(?:және|жане|мен|пен|бен|и|and)\s+", re.IGNORECASE)
"""What stands between several options that are written."""


def _read_choice(question: Question, said: str) -> Read:
    whole = match_option(question, said)
    if whole is not None:
        codes = [whole]
    elif question.kind is QuestionKind.SINGLE:
        return read_other(question, said)
    else:
        parts = [part for part in _BETWEEN.split(said) if part.strip()]
        found = [match_option(question, part) for part in parts]
        named = [code for code in found if code is not None]
        if len(named) < len(parts) and (in_a_row := _in_a_row(question, said.split())) is not None:
            named = in_a_row
        elif len(named) < len(parts):
            if question.kind is not QuestionKind.MULTIPLE or not named:
                return read_other(question, said) if question.kind is QuestionKind.MULTIPLE else Read(problem="pick")
            rest = [part.strip() for part, code in zip(parts, found, strict=True) if code is None]
            own = read_other(question, ", ".join(rest))
            return own if own.value is None else replace(own, value=joined(question, {"choice": named}, own.value))
        codes = list(dict.fromkeys(named))
    return Read({"choice": codes})


def _in_a_row(question: Question, words: Sequence[str]) -> list[str] | None:
    """The options named one after the other with nothing between them, «жол су жарық»; None when a word is left
    over, which may be what the words are about."""
    named: list[str] = []
    start = 0
    while start < len(words):
        spans = [
            (*named_one, end)
            for end in range(len(words), start, -1)
            if (named_one := _named(question, " ".join(words[start:end]))) is not None
        ]
        if not spans:
            return None
        # Not the longest: with another option's word behind it a name is still like itself.
        code, _, start = max(spans, key=lambda span: span[1])
        named.append(code)
    return named


def read_other(question: Question, said: str) -> Read:
    """The answer in one's own words to a question with options, if it has room for one; numbers alone are none."""
    if not question.has_other or not any(character.isalpha() for character in said):
        return Read(problem="pick")
    words = _read_words(said)
    if words.value is None:
        return words
    return Read({"choice": [OTHER], "other": words.value["text"]}, was_cleaned=words.was_cleaned)


_YES_AND_NO: Final = tuple(
    frozenset(map(fold, listed.split())) for listed in ("иә ия ие да ага yes yeah", "жоқ жок нет неа no nope")
)


def match_option(question: Question, said: str) -> str | None:
    """The option somebody means who types its number or its words, in any of the languages, with typos."""
    named = _named(question, said)
    return named[0] if named is not None else None


def _named(question: Question, said: str) -> tuple[str, float] | None:
    """The same with how alike they are, of 100."""
    word = fold(said.strip().rstrip(".)"))
    if word.isdigit():
        index = int(word) - 1
        return (question.options[index].code, 100) if 0 <= index < len(question.options) else None
    names: dict[str, str] = {}
    for option in question.options:
        for text in option.words.values():
            names.setdefault(fold(text), option.code)
    # Kazakh in Latin letters too: «zhok» is «жоқ».
    for spelled in (word, *(map(fold, readings(word)) if has_latin(word) else ())):
        if spelled in names:
            return names[spelled], 100
        for alike in _YES_AND_NO:
            meant = {code for name, code in names.items() if name in alike} if spelled in alike else set()
            if len(meant) == 1:
                return meant.pop(), 100
    if len(word) < 3:
        return None
    close = process.extract(word, list(names), scorer=fuzz.ratio, limit=4, score_cutoff=ALIKE - APART)
    if not close or close[0][1] < ALIKE:
        return None
    best = names[close[0][0]]
    rivals = [score for name, score, _ in close[1:] if names[name] != best]
    return (best, close[0][1]) if not rivals or close[0][1] - rivals[0] >= APART else None


def choice_problem(question: Question, codes: Sequence[str]) -> Problem | None:
    """Whether too few or too many were chosen."""
    if not codes:
        return "pick"
    if question.least is not None and len(codes) < question.least:
        return "fewer"
    if question.most is not None and len(codes) > question.most:
        return "more"
    return None


def scale_points(question: Question) -> tuple[int, ...]:
    """The points of a scale, from the first to the last."""
    return tuple(range(math.ceil(question.least or 0), math.floor(question.most or 0) + 1))


def toggled(question: Question, value: Value | None, code: str) -> Value:
    """A multiple choice with one option more or less; a ranking with one option next, or taken out."""
    chosen = list((value or {}).get("choice", ()))
    if code in chosen:
        chosen.remove(code)
    else:
        chosen.append(code)
    if question.kind is QuestionKind.MULTIPLE:
        order = [option.code for option in question.options] + [OTHER]
        chosen.sort(key=order.index)
    kept: Value = {"choice": chosen}
    if OTHER in chosen and value is not None and value.get("other"):
        kept["other"] = value["other"]
    return kept


def joined(question: Question, before: Value | None, said: Value) -> Value:
    """What is chosen of a multiple choice once something more is written: what was ticked stays ticked."""
    codes = {*(before or {}).get("choice", ()), *said["choice"]}
    value: Value = {"choice": [code for code in (*(one.code for one in question.options), OTHER) if code in codes]}
    own = [part for one in (before or {}, said) for part in str(one.get("other") or "").split("; ") if part]
    if OTHER in codes and own:
        value["other"] = "; ".join(dict.fromkeys(own))[:LONGEST_OPEN_ANSWER]
    return value


def ranked(question: Question, before: Value | None, said: Value) -> Value:
    """A ranking once more of it is written: what was left out before comes behind; a whole one, or one that names
    something again, is a new order."""
    placed, named = list((before or {}).get("choice", ())), list(said["choice"])
    is_rest = len(named) < len(question.options) and not set(placed) & set(named)
    return {"choice": [*placed, *named] if is_rest else named}


def without_own_words(value: Value | None) -> Value:
    """What is chosen, without what was written in one's own words."""
    return {"choice": [code for code in (value or {}).get("choice", ()) if code != OTHER]}


def is_answered(question: Question, value: Value | None) -> bool:
    """Whether a question is done: answered as it asks, or skipped where that is allowed."""
    if value is None:
        return False
    if value.get("skipped"):
        return not question.required
    if question.kind is QuestionKind.MULTIPLE:
        return choice_problem(question, value.get("choice", ())) is None
    if question.kind in WITH_OPTIONS:
        return bool(value.get("choice"))
    return True


def first_open(form: Form, answers: Mapping[str, Value]) -> str:
    """The first question that is asked and not done; REVIEW when all are."""
    for question in asked(form, answers):
        if not is_answered(question, answers.get(question.code)):
            return question.code
    return REVIEW


def after(form: Form, answers: Mapping[str, Value], code: str) -> str:
    """Where a respondent goes from a question: the next one that is asked, answered before or not; REVIEW at the
    end."""
    codes = [question.code for question in asked(form, answers)]
    if code not in codes:
        return first_open(form, answers)
    index = codes.index(code) + 1
    return codes[index] if index < len(codes) else REVIEW


def before(form: Form, answers: Mapping[str, Value], code: str) -> str | None:
    """The question before; None at the first."""
    codes = [question.code for question in asked(form, answers)]
    if code not in codes:
        return codes[-1] if codes else None
    index = codes.index(code) - 1
    return codes[index] if index >= 0 else None


def place_in(form: Form, answers: Mapping[str, Value], code: str) -> tuple[int, int]:
    """(which question this is, how many there are), by what is answered so far; counted from 1."""
    codes = [question.code for question in asked(form, answers)]
    return (codes.index(code) + 1 if code in codes else len(codes), len(codes))

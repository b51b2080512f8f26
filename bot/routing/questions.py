"""The one question that tells two bodies apart, for when both remain likely; its words are in `data/questions.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.i18n import LANGUAGES, Language
from bot.routing.knowledge import DATA, Answerer, knowledge

FILE: Final = "questions.toml"
BODIES: Final = tuple(sorted(body.value for body in Answerer))
PAIRS: Final = tuple(f"{one}|{other}" for one in BODIES for other in BODIES if one < other)
"""What a decision names its question by: two bodies in alphabetical order."""
ANSWER_CHARACTERS: Final = 48
"""More of a button is not seen on a phone."""

Words = Mapping[Language, str]


class QuestionsWrong(ValueError):
    """The data cannot be used; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what each answer means."""

    text: Words
    answers: tuple[tuple[str, Words], ...]
    """Body and button of each answer."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The words of all questions."""

    pairs: Mapping[str, Words]
    answers: Mapping[str, Words]
    """By body, where no theme says it better."""
    of_subject: Mapping[str, Mapping[str, Words]]
    """By subject and body."""

    def ask(self, pair: str, subject: str | None) -> Question:
        """The question between two bodies, in the words of the subject where there are some.

        Raises:
            KeyError: it is no pair of bodies.
        """
        own = self.of_subject.get(subject or "", {})
        answers = tuple((body, own.get(body) or self.answers[body]) for body in pair.split("|"))
        return Question(self.pairs[pair], answers)


def _words(entry: object, where: str, longest: int | None = None) -> Words:
    if not isinstance(entry, dict) or set(entry) != set(LANGUAGES):
        raise QuestionsWrong(f"{FILE}: {where}: must have {', '.join(LANGUAGES)} and nothing else")
    for language, text in entry.items():
        if not isinstance(text, str) or not text.strip():
            raise QuestionsWrong(f"{FILE}: {where}.{language}: must be a text and not empty")
        if longest is not None and len(text) > longest:
            raise QuestionsWrong(f"{FILE}: {where}.{language}: a button has {longest} characters, this has {len(text)}")
    return entry


def load(folder: Path = DATA) -> Questions:
    """The questions in a folder.

    Raises:
        QuestionsWrong: something in them is not as it must be.
    """
    try:
        written: Mapping[str, Any] = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise QuestionsWrong(f"{FILE}: {error}") from None
    for table, wanted in (("pair", PAIRS), ("answer", BODIES)):
        if set(written.get(table, {})) != set(wanted):
            raise QuestionsWrong(f"{FILE}: {table}: must have {', '.join(wanted)} and nothing else")
    subjects = knowledge().subjects
    of_subject: dict[str, Mapping[str, Words]] = {}
    for name, theme in written.get("theme", {}).items():
        where = f"theme.{name}"
        if set(theme) != {"subjects", *BODIES}:
            raise QuestionsWrong(f"{FILE}: {where}: must have subjects, {', '.join(BODIES)} and nothing else")
        answers = {body: _words(theme[body], f"{where}.{body}", ANSWER_CHARACTERS) for body in BODIES}
        for slug in theme["subjects"]:
            if slug not in subjects:
                raise QuestionsWrong(f"{FILE}: {where}: there is no subject «{slug}»")
            if slug in of_subject:
                raise QuestionsWrong(f"{FILE}: {where}: «{slug}» has a theme already")
            of_subject[slug] = answers
    return Questions(
        {pair: _words(written["pair"][pair], f"pair.{pair}") for pair in PAIRS},
        {body: _words(written["answer"][body], f"answer.{body}", ANSWER_CHARACTERS) for body in BODIES},
        of_subject,
    )


@cache
def questions() -> Questions:
    """The questions that come with the bot."""
    return load()

"""Subjects a petition may not have, by date, and a first look for them in a draft by word rules.

The look only warns: whether a petition is admissible is decided by the authorised body (art. 90-2(5)). It
errs on the side of silence, because a false alarm keeps people from a petition they may make.
"""

from __future__ import annotations

import enum
import itertools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bot.i18n import Language
from bot.language.patterns import NEAR, Patterns, Sentence, When, sentences
from bot.law.rules import DATA, Confidence, NoRulesYet


class Channel(enum.Enum):
    """Where a matter goes instead of a petition."""

    APPEAL = "appeal"
    """An individual appeal (жолданым, обращение), e.g. on eOtinish.kz."""
    SERVICE_109 = "109"
    POLICE_102 = "102"
    RESCUE_112 = "112"
    COURT = "court"
    OTHER = "other"


class Certainty(enum.Enum):
    """How sure the look is."""

    LIKELY = "likely"
    RISK = "risk"
    """The wording of the law may reach it; tell, do not dissuade."""


@dataclass(frozen=True, slots=True)
class ForbiddenPoint:
    """One point of the list of art. 90-2(3)."""

    number: int
    article: str
    confidence: Confidence
    valid_from: date
    subjects: frozenset[str]
    texts: Mapping[Language, str]
    plain_texts: Mapping[Language, str]

    def text(self, language: Language) -> str:
        """The act's wording (kk, ru) or our translation of it (en)."""
        return self.texts[language]

    def plain(self, language: Language) -> str:
        """Our short wording, for people."""
        return self.plain_texts[language]


@dataclass(frozen=True, slots=True)
class ForbiddenHit:
    """What the look found in a text."""

    point: ForbiddenPoint | None
    """None: not forbidden, but not a matter for a petition."""
    words: tuple[str, ...]
    """The author's own words that it was found by."""
    channel: Channel
    certainty: Certainty
    code: str
    """Name of the word rule."""
    advice: Mapping[Language, str]

    def safer(self, language: Language) -> str:
        """What to ask instead, or where to go."""
        return self.advice[language]


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    subject: str | None
    channel: Channel
    certainty: Certainty
    whens: tuple[When, ...]
    advice: Mapping[Language, str]


@cache
def _lists() -> tuple[tuple[date, tuple[ForbiddenPoint, ...]], ...]:
    content = tomllib.loads((DATA / "forbidden_subjects.toml").read_text(encoding="utf-8"))
    found = [
        (
            entry["valid_from"],
            tuple(
                ForbiddenPoint(
                    number=point["number"],
                    article=f"90-2(3)({point['number']})",
                    confidence=entry["confidence"],
                    valid_from=entry["valid_from"],
                    subjects=frozenset(point["subjects"]),
                    texts=point["text"],
                    plain_texts=point["plain"],
                )
                for point in entry["point"]
            ),
        )
        for entry in content["list"]
    ]
    return tuple(sorted(found, key=lambda dated: dated[0]))


def points_on(day: date) -> tuple[ForbiddenPoint, ...]:
    """The forbidden subjects on a day, by their numbers.

    Raises:
        NoRulesYet: the day is before petitions existed.
    """
    in_force = [points for valid_from, points in _lists() if valid_from <= day]
    if not in_force:
        raise NoRulesYet(f"there were no petitions on {day}; they exist since {_lists()[0][0]}")
    return in_force[-1]


def point_on(number: int, day: date) -> int | None:
    """The number that a point of the last list has in the list of another day; None when it was not, or is no longer,
    in force then.

    Raises:
        NoRulesYet: the day is before petitions existed.
    """
    last = next((point for point in points_on(date.max) if point.number == number), None)
    then = points_on(day)
    return next((point.number for point in then if last is not None and point.subjects & last.subjects), None)


@cache
def _rules() -> tuple[tuple[_Rule, ...], Patterns, Mapping[int, frozenset[int]]]:
    """The rules, their patterns, and for each pattern the rules in question when a text has it."""
    content = tomllib.loads((DATA / "subject_rules.toml").read_text(encoding="utf-8"))
    patterns = Patterns()

    def condition(data: Mapping[str, Any]) -> When:
        return When(
            tuple(frozenset(map(patterns.add, group)) for group in data["all"]),
            frozenset(map(patterns.add, data.get("unless", ()))),
            data.get("near", NEAR),
        )

    rules = tuple(
        _Rule(
            code=entry["code"],
            subject=entry.get("subject"),
            channel=Channel(entry["channel"]),
            certainty=Certainty(entry["certainty"]),
            whens=tuple(condition(when) for when in entry["when"]),
            advice=entry["safer"],
        )
        for entry in content["rule"]
    )
    in_question: dict[int, set[int]] = {}
    for number, rule in enumerate(rules):
        for when in rule.whens:
            # The smallest group is found in the fewest texts.
            for word in min(when.every, key=len):
                in_question.setdefault(word, set()).add(number)
    return rules, patterns, {word: frozenset(numbers) for word, numbers in in_question.items()}


def check(text: str, day: date) -> tuple[ForbiddenHit, ...]:
    """What in a draft may be forbidden on that day, or needs no petition; the surest and weightiest first.

    Reads Kazakh (also typed plainly or in Latin letters), Russian and English, one sentence at a time.

    Raises:
        NoRulesYet: the day is before petitions existed.
    """
    return check_sentences(sentences(text), day)


def check_sentences(read: Sequence[Sentence], day: date) -> tuple[ForbiddenHit, ...]:
    """The same for a text that is read already.

    Raises:
        NoRulesYet: the day is before petitions existed.
    """
    point_of = {subject: point for point in points_on(day) for subject in point.subjects}
    rules, patterns, in_question = _rules()
    marked = [(sentence, patterns.spans(sentence)) for sentence in read]
    found = {number for _, spans in marked for word in spans for number in in_question.get(word, ())}
    hits = []
    for rule in map(rules.__getitem__, sorted(found)):
        if rule.subject is not None and rule.subject not in point_of:
            continue
        for when, (sentence, spans) in itertools.product(rule.whens, marked):
            places = when.places(spans)
            if places is not None:
                point = point_of[rule.subject] if rule.subject is not None else None
                words = tuple(sentence[place].written for place in places)
                hits.append(ForbiddenHit(point, words, rule.channel, rule.certainty, rule.code, rule.advice))
                break
    return tuple(sorted(hits, key=lambda hit: hit.certainty is Certainty.RISK))

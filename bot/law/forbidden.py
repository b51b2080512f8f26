"""Subjects a petition may not have, by date, and a first look for them in a draft by word rules.

The look only warns: whether a petition is admissible is decided by the authorised body (art. 90-2(5)). It
errs on the side of silence, because a false alarm keeps people from a petition they may make.
"""

from __future__ import annotations

import enum
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from bot.i18n import Language
from bot.language.fold import fold
from bot.language.latin import has_latin, to_cyrillic
from bot.law.rules import DATA, Confidence, NoRulesYet

NEAR: Final = 9
"""The parts of a word rule stand within so many words: farther apart they rarely speak of one thing."""

_SENTENCE_END: Final = re.compile(r"[.!?…;\n]+")
_WORD: Final = re.compile(r"[^\W_]+")
_PATTERN_WORD: Final = re.compile(r"[^\W_]+\*?")


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
class _Word:
    """A word of a text: as its author wrote it, and the folded spellings it may be found by."""

    written: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of a pattern."""

    start: str
    whole: bool

    def fits(self, word: _Word) -> bool:
        return any(
            spelling == self.start if self.whole else spelling.startswith(self.start) for spelling in word.spellings
        )


_Pattern = tuple[_Part, ...]
_Span = tuple[int, int]
"""First word, and the word after the last."""


@dataclass(frozen=True, slots=True)
class _When:
    """One condition of a rule; patterns stand here by their number."""

    every: tuple[frozenset[int], ...]
    unless: frozenset[int]
    near: int
    """Within how many words the patterns must stand."""


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    subject: str | None
    channel: Channel
    certainty: Certainty
    whens: tuple[_When, ...]
    advice: Mapping[Language, str]


class _Patterns:
    """All patterns of all rules, found in one walk over a sentence instead of one walk each."""

    def __init__(self) -> None:
        self._numbers: dict[_Pattern, int] = {}
        self._whole: dict[str, list[_Pattern]] = {}
        self._starts: dict[str, list[_Pattern]] = {}

    def number(self, written: str) -> int:
        """The number of a pattern as it is written in the data."""
        pattern = tuple(
            _Part(fold(part.rstrip("*")), not part.endswith("*")) for part in _PATTERN_WORD.findall(written)
        )
        if pattern not in self._numbers:
            self._numbers[pattern] = len(self._numbers)
            by_first = self._whole if pattern[0].whole else self._starts
            by_first.setdefault(pattern[0].start, []).append(pattern)
        return self._numbers[pattern]

    def spans(self, sentence: Sequence[_Word]) -> dict[int, list[_Span]]:
        """Where each pattern stands in a sentence; those that do not are left out."""
        found: dict[int, list[_Span]] = {}
        for at, word in enumerate(sentence):
            for pattern in self._beginning(word):
                rest = sentence[at : at + len(pattern)]
                if len(rest) == len(pattern) and all(part.fits(word) for part, word in zip(pattern, rest, strict=True)):
                    found.setdefault(self._numbers[pattern], []).append((at, at + len(pattern)))
        return found

    def _beginning(self, word: _Word) -> Iterator[_Pattern]:
        for spelling in word.spellings:
            yield from self._whole.get(spelling, ())
            for length in range(1, len(spelling) + 1):
                yield from self._starts.get(spelling[:length], ())


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


@cache
def _rules() -> tuple[tuple[_Rule, ...], _Patterns]:
    content = tomllib.loads((DATA / "subject_rules.toml").read_text(encoding="utf-8"))
    patterns = _Patterns()

    def condition(data: Mapping[str, Any]) -> _When:
        return _When(
            tuple(frozenset(map(patterns.number, group)) for group in data["all"]),
            frozenset(map(patterns.number, data.get("unless", ()))),
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
    return rules, patterns


def _read(sentence: str) -> tuple[_Word, ...]:
    found = []
    for match in _WORD.finditer(sentence):
        written = match.group()
        spellings = [fold(written)]
        if has_latin(written):
            spellings.append(fold(to_cyrillic(written)))
        found.append(_Word(written, tuple(spellings)))
    return tuple(found)


def _found(when: _When, spans: Mapping[int, Sequence[_Span]]) -> tuple[int, ...] | None:
    """The places of the words by which a condition holds in a sentence; None when it does not."""
    if not when.unless.isdisjoint(spans) or any(group.isdisjoint(spans) for group in when.every):
        return None
    groups = [sorted(span for number in group & spans.keys() for span in spans[number]) for group in when.every]
    for begin in sorted({first for group in groups for first, _ in group}):
        near = [
            next((span for span in group if span[0] >= begin and span[1] <= begin + when.near), None)
            for group in groups
        ]
        if None not in near:
            return tuple(sorted({place for span in near if span for place in range(*span)}))
    return None


def check(text: str, day: date) -> tuple[ForbiddenHit, ...]:
    """What in a draft may be forbidden on that day, or needs no petition; the surest and weightiest first.

    Reads Kazakh (also typed plainly or in Latin letters), Russian and English, one sentence at a time.

    Raises:
        NoRulesYet: the day is before petitions existed.
    """
    point_of = {subject: point for point in points_on(day) for subject in point.subjects}
    rules, patterns = _rules()
    sentences = [_read(sentence) for sentence in _SENTENCE_END.split(text)]
    marked = [(sentence, patterns.spans(sentence)) for sentence in sentences]
    hits = []
    for rule in rules:
        if rule.subject is not None and rule.subject not in point_of:
            continue
        for when, (sentence, spans) in itertools.product(rule.whens, marked):
            places = _found(when, spans)
            if places is not None:
                point = point_of[rule.subject] if rule.subject is not None else None
                words = tuple(sentence[place].written for place in places)
                hits.append(ForbiddenHit(point, words, rule.channel, rule.certainty, rule.code, rule.advice))
                break
    return tuple(sorted(hits, key=lambda hit: hit.certainty is Certainty.RISK))

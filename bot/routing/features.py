"""What the words of a wish say: its subject, what is asked for, how wide it is, whether it is forbidden."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from bot.language.patterns import Sentence, Span, When, sentences
from bot.law.forbidden import ForbiddenHit, check_sentences
from bot.routing.knowledge import AskKind, Knowledge, Matcher, knowledge

TOGETHER: Final = 2.0
"""Score of words that mean a subject together."""
APART: Final = 0.8
"""Score of the same words far apart or in two sentences."""
LATER_WORD: Final = 0.7
"""Each further word of a subject adds this share of what the one before added, so that long texts win nothing."""
SUBJECTS_KEPT: Final = 12


@dataclass(frozen=True, slots=True)
class SubjectHit:
    """A subject that a text may be about."""

    slug: str
    score: float
    """About 1 for one word of the subject's own, 2 and more for words that mean it together."""
    words: tuple[str, ...]
    """The author's words that say so."""


@dataclass(frozen=True, slots=True)
class AskHit:
    """A kind of ask that a text may be."""

    kind: AskKind
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says; the best first in every list, and empty lists for a text that says nothing known."""

    subjects: tuple[SubjectHit, ...]
    asks: tuple[AskHit, ...]
    forbidden: tuple[ForbiddenHit, ...]
    levels: Mapping[str, tuple[str, ...]]
    """The author's words by cue: republic, region, city, district, village, street, yard."""
    personal: tuple[str, ...]
    """The author's words about themselves alone."""
    word_count: int


_Uses = Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Index:
    """Turned round: from a pattern to the matchers it belongs to, so that only those in question are looked at."""

    matchers: tuple[Matcher, ...]
    by_word: _Uses
    by_first: tuple[tuple[tuple[int, When], ...], ...]
    """For each pattern, the combinations of whose first group it is, with the number of their matcher."""


@cache
def _index() -> _Index:
    known = knowledge()
    matchers = (
        *(subject.matcher for subject in known.subjects.values()),
        *known.kinds.values(),
        *known.levels.values(),
        known.personal,
    )
    by_word: dict[int, list[int]] = {}
    by_first: list[list[tuple[int, When]]] = [[] for _ in range(len(known.patterns))]
    for number, matcher in enumerate(matchers):
        for word in matcher.words:
            by_word.setdefault(word, []).append(number)
        for when in matcher.together:
            # The smallest group is found in the fewest texts.
            for word in min(when.every, key=len):
                by_first[word].append((number, when))
    return _Index(
        matchers,
        {word: tuple(numbers) for word, numbers in by_word.items()},
        tuple(map(tuple, by_first)),
    )


@dataclass(slots=True)
class _Found:
    """What speaks for one matcher."""

    scores: list[float]
    words: dict[str, None]

    def score(self) -> float:
        return sum(score * LATER_WORD**place for place, score in enumerate(sorted(self.scores, reverse=True)))


def _matched(known: Knowledge, read: Sequence[Sentence]) -> dict[int, _Found]:
    """What speaks for each matcher, by its number in the index."""
    index = _index()
    marked = [(sentence, known.patterns.spans(sentence)) for sentence in read]
    everywhere = dict.fromkeys(itertools.chain.from_iterable(spans for _, spans in marked))
    found: dict[int, _Found] = {}
    combinations: dict[int, tuple[int, When]] = {}
    for pattern in everywhere:
        where = None
        for number in index.by_word.get(pattern, ()):
            where = where or _written(pattern, marked)
            into = found.setdefault(number, _Found([], {}))
            into.scores.append(known.weights[pattern])
            into.words.update(where)
        for number, when in index.by_first[pattern]:
            combinations[id(when)] = (number, when)
    for number, when in combinations.values():
        if any(group.isdisjoint(everywhere) for group in when.every):
            continue
        into = found.setdefault(number, _Found([], {}))
        for sentence, spans in marked:
            places = when.places(spans)
            if places is not None:
                into.scores.append(TOGETHER)
                into.words.update(dict.fromkeys(sentence[place].written for place in places))
                break
        else:
            into.scores.append(APART)
    return found


def _written(pattern: int, marked: Iterable[tuple[Sentence, Mapping[int, Sequence[Span]]]]) -> dict[str, None]:
    return {
        sentence[place].written: None
        for sentence, spans in marked
        for first, last in spans.get(pattern, ())
        for place in range(first, last)
    }


def read(text: str, day: date = date.max) -> Reading:
    """What a text says.

    `day`: which list of forbidden subjects is in force; the last one known unless told.

    Raises:
        NoRulesYet: the day is before petitions existed.
    """
    known = knowledge()
    read_sentences = sentences(text)
    found = _matched(known, read_sentences)
    kinds, levels = len(known.subjects), len(known.subjects) + len(known.kinds)
    personal = levels + len(known.levels)
    subjects = [
        SubjectHit(slug, hit.score(), tuple(hit.words))
        for number, slug in enumerate(known.subjects)
        if (hit := found.get(number)) is not None
    ]
    asks = [
        AskHit(kind, hit.score(), tuple(hit.words))
        for number, kind in enumerate(known.kinds, start=kinds)
        if (hit := found.get(number)) is not None
    ]
    return Reading(
        subjects=tuple(sorted(subjects, key=lambda hit: -hit.score)[:SUBJECTS_KEPT]),
        asks=tuple(sorted(asks, key=lambda hit: -hit.score)),
        forbidden=check_sentences(read_sentences, day),
        levels={
            cue: tuple(hit.words)
            for number, cue in enumerate(known.levels, start=levels)
            if (hit := found.get(number)) is not None
        },
        personal=tuple(found[personal].words) if personal in found else (),
        word_count=sum(map(len, read_sentences)),
    )

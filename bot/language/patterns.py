"""The pattern language of the data files: which words of a text mean what, in any spelling of the languages.

A pattern is a word or several in a row: «аким» is that word only, «министр*» any word that begins so, «ыстық су*»
two words, the second only by its beginning. Case does not matter, Kazakh typed plainly or in Latin letters is found
by its proper spelling. Patterns are added once and then all found in one walk over a sentence, so thousands of them
cost little more than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.language.fold import fold, words
from bot.language.identify import guess_language
from bot.language.latin import has_latin, readings

NEAR: Final = 9
"""Patterns that together mean one thing stand within so many words: farther apart they rarely do."""

_SENTENCE_END: Final = re.compile(r"[.!?…;\n]+")
_WORD: Final = re.compile(r"[^\W_]+")
_PATTERN: Final = re.compile(r"[^\W_]+\*?(?:[ '-][^\W_]+\*?)*")
_PART: Final = re.compile(r"[^\W_]+\*?")


class PatternWrong(ValueError):
    """Something is written that is no pattern; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as its author wrote it, and the folded spellings it may be found by."""

    written: str
    spellings: tuple[str, ...]


Sentence = tuple[Word, ...]
Span = tuple[int, int]
"""First word of a sentence, and the word after the last."""
Part = tuple[str, bool]
"""A folded word of a pattern, and whether it is the whole word."""


def sentences(text: str) -> tuple[Sentence, ...]:
    """The words of a text, sentence by sentence; a sentence without a word is left out."""
    # An English text holds Kazakh names at most, and their likeliest reading is enough.
    most = 1 if has_latin(text) and guess_language(text) == "en" else None
    return tuple(read for sentence in _SENTENCE_END.split(text) if (read := _read(sentence, most)))


def _read(sentence: str, most: int | None) -> Sentence:
    written = _WORD.findall(sentence)
    folded = words(sentence)
    if len(written) != len(folded):
        # An invisible character inside a word: folded whole the sentence has other words than it shows.
        folded = [fold(word) for word in written]
    return tuple(
        Word(word, (spelling, *readings(word)[:most]) if has_latin(word) else (spelling,))
        for word, spelling in zip(written, folded, strict=True)
    )


def parts(pattern: str) -> tuple[Part, ...]:
    """The words of a pattern.

    Raises:
        PatternWrong: it is not one.
    """
    if _PATTERN.fullmatch(pattern) is None:
        raise PatternWrong(f"«{pattern}» is no pattern: words, each with a * at most at its end")
    return tuple((part.rstrip("*"), not part.endswith("*")) for part in _PART.findall(fold(pattern)))


class Patterns:
    """Many patterns, found in a sentence in one walk. Equal ones share a number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Part, ...], int] = {}
        self._whole: dict[str, list[tuple[int, tuple[Part, ...]]]] = {}
        self._starts: dict[str, list[tuple[int, tuple[Part, ...]]]] = {}
        self._longest = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def lengths(self) -> tuple[int, ...]:
        """How many words each pattern has, by its number."""
        return tuple(map(len, self._numbers))

    def add(self, pattern: str) -> int:
        """The number of a pattern, which `spans` finds from now on.

        Raises:
            PatternWrong: it is not one.
        """
        read = parts(pattern)
        if read not in self._numbers:
            number = self._numbers[read] = len(self._numbers)
            (start, whole), rest = read[0], read[1:]
            (self._whole if whole else self._starts).setdefault(start, []).append((number, rest))
            if not whole:
                self._longest = max(self._longest, len(start))
        return self._numbers[read]

    def spans(self, sentence: Sentence) -> dict[int, list[Span]]:
        """Where each pattern stands in a sentence, by its number; those that do not are left out."""
        found: dict[int, list[Span]] = {}
        for at, word in enumerate(sentence):
            for number, rest in self._beginning(word):
                if not rest:
                    found.setdefault(number, []).append((at, at + 1))
                elif _follow(rest, sentence[at + 1 : at + 1 + len(rest)]):
                    found.setdefault(number, []).append((at, at + 1 + len(rest)))
        return found

    def _beginning(self, word: Word) -> Iterator[tuple[int, tuple[Part, ...]]]:
        for spelling in word.spellings:
            yield from self._whole.get(spelling, ())
            for length in range(1, min(len(spelling), self._longest) + 1):
                if (begun := self._starts.get(spelling[:length])) is not None:
                    yield from begun


def _follow(rest: Sequence[Part], after: Sentence) -> bool:
    return len(rest) == len(after) and all(
        any(spelling == start if whole else spelling.startswith(start) for spelling in word.spellings)
        for (start, whole), word in zip(rest, after, strict=True)
    )


@dataclass(frozen=True, slots=True)
class When:
    """A condition on one sentence; patterns stand here by their numbers."""

    every: tuple[frozenset[int], ...]
    """Of each of these sets a pattern is there, all within `near` words."""
    unless: frozenset[int] = frozenset()
    """None of these is anywhere in the sentence."""
    near: int = NEAR

    def places(self, spans: Mapping[int, Sequence[Span]]) -> tuple[int, ...] | None:
        """The places of the words by which the condition holds in a sentence; None when it does not."""
        found = spans.keys()
        if not self.unless.isdisjoint(found) or any(group.isdisjoint(found) for group in self.every):
            return None
        groups = [sorted(span for number in group & found for span in spans[number]) for group in self.every]
        for begin in sorted({first for group in groups for first, _ in group}):
            near = [
                next((span for span in group if span[0] >= begin and span[1] <= begin + self.near), None)
                for group in groups
            ]
            if None not in near:
                return tuple(sorted({place for span in near if span for place in range(*span)}))
        return None

"""Words of the same meaning in the other languages, among the stems that petitions hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from bot.language.concepts import lexicon
from bot.language.fold import words as words_of
from bot.language.search import stems_of

MOST_KIN: Final = 12
"""Stems that are looked for in place of one word."""
LONGEST_CUT: Final = 2
"""Letters that a stem is shorter than the word of a concept."""
SHORTEST: Final = 3


class Kin:
    """Which stems share a meaning, for the stems of one vocabulary."""

    def __init__(self, documents: Mapping[str, int]) -> None:
        known = sorted(documents)
        self._documents = documents
        self._stems: dict[str, frozenset[str]] = {}
        self._meanings: dict[str, list[str]] = {}
        for concept in lexicon().concepts.values():
            if concept.is_loose:
                continue
            stems = frozenset(stem for pattern in concept.patterns for stem in _stems(pattern, known, documents))
            self._stems[concept.slug] = stems
            for stem in stems:
                self._meanings.setdefault(stem, []).append(concept.slug)

    def of(self, word: str, stems: Sequence[str]) -> tuple[str, ...]:
        """The other stems of the meaning that a word or its stems have; of many, those that most petitions hold."""
        meanings = {
            *_meanings_of(word),
            *(meaning for stem in stems for meaning in self._meanings.get(stem, ())),
        }
        found = {stem for meaning in meanings for stem in self._stems.get(meaning, ())}.difference(stems)
        return tuple(sorted(found, key=lambda one: (-self._documents.get(one, 0), one))[:MOST_KIN])


@lru_cache(maxsize=20_000)
def _meanings_of(word: str) -> tuple[str, ...]:
    return tuple(lexicon().read(word).concepts)


def _stems(pattern: str, known: list[str], documents: Mapping[str, int]) -> Iterable[str]:
    """The stems a pattern of one word stands for; a pattern of several words has none of its own.

    Stemming all of thousands of patterns would take seconds; only what lacks a letter or two of a pattern's word may be
    its stem.
    """
    found = words_of(pattern)
    if len(found) != 1:
        return
    word = found[0]
    if pattern.endswith("*"):
        at = bisect_left(known, word)
        while at < len(known) and known[at].startswith(word):
            yield known[at]
            at += 1
    for cut in range(min(LONGEST_CUT, len(word) - SHORTEST) + 1):
        stem = word[: len(word) - cut]
        if stem in documents and (cut == 0 or stem in stems_of(word)):
            yield stem
            return
    if word in documents:
        yield word

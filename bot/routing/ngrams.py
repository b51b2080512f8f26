"""A text as hashed pieces of its words, as the router's model reads it: the same in training and at run time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from zlib import crc32

import numpy as np

from bot.language.fold import words
from bot.language.latin import has_latin, readings
from bot.language.stem import stem

BUCKETS: Final = 1 << 17
"""How many different pieces are told apart; two that share a bucket blur a little."""

SHORTEST: Final = 2
LONGEST: Final = 5
"""Lengths of the pieces of a word, its edges included."""

MOST_WORDS: Final = 400
"""Words of a text that are read; what a petition is about stands in its beginning."""


Buckets = np.ndarray[Any, Any]
Weighed = tuple[Buckets, np.ndarray[Any, Any]]
"""Buckets, each once, and how much each weighs."""


def bucket(piece: str) -> int:
    """The bucket of a piece; the same in every process."""
    return crc32(piece.encode()) % BUCKETS


@lru_cache(maxsize=50_000)
def _pieces(word: str) -> Buckets:
    edged = f"<{word}>"
    found = [
        bucket(edged[start : start + length])
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(edged) - length + 1)
    ]
    return np.array(found, dtype=np.int64)


@lru_cache(maxsize=50_000)
def _spellings(word: str) -> tuple[str, ...]:
    """A Latin word is read as English and as Kazakh, so that Latin Kazakh shares its pieces with Cyrillic."""
    return tuple(dict.fromkeys((word, readings(word)[0]))) if has_latin(word) else (word,)


@lru_cache(maxsize=50_000)
def _stems(word: str) -> tuple[str, str]:
    """The stem of a word, and that of its Kazakh reading; the same but for a Latin word."""
    spelled = _spellings(word)
    return stem(spelled[0]), stem(spelled[-1])


def letters(text: str) -> Weighed:
    """Pieces of the folded words with a damped count, of length one as a vector."""
    found = [_pieces(spelling) for word in words(text)[:MOST_WORDS] for spelling in _spellings(word[:40])]
    return _damped(np.concatenate(found) if found else np.empty(0, dtype=np.int64))


def stems(text: str) -> Weighed:
    """Stems and pairs of neighbouring stems, of length one as a vector."""
    found = [_stems(word) for word in words(text)[:MOST_WORDS]]
    plain, kazakh = [one for one, _ in found], [one for _, one in found]
    names = [f"s {stem}" for stem in {*plain, *kazakh}]
    names += [f"p {one} {other}" for one, other in {*pairwise(plain), *pairwise(kazakh)}]
    return _damped(np.array([bucket(name) for name in names], dtype=np.int64))


def marks(found: Mapping[str, float]) -> Weighed:
    """What rules found in a text (subjects, kinds of ask), each as a piece of its own."""
    return (
        np.array([bucket(f"m {name}") for name in found], dtype=np.int64),
        np.fromiter(found.values(), dtype=np.float32, count=len(found)),
    )


def _damped(found: Buckets) -> Weighed:
    places, counts = np.unique(found, return_counts=True)
    values = 1.0 + np.log(counts)
    return places, (values / (np.sqrt(values @ values) or 1.0)).astype(np.float32)

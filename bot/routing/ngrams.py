"""A text as hashed pieces of its words, as the router's model reads it: the same in training and at run time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zlib import crc32

from bot.language.fold import fold, words
from bot.language.search import query_terms

BUCKETS: Final = 1 << 17
"""How many different pieces are told apart; two that share a bucket blur a little."""

SHORTEST: Final = 2
LONGEST: Final = 5
"""Lengths of the pieces of a word, its edges included."""

MOST_WORDS: Final = 400
"""Words of a text that are read; what a petition is about stands in its beginning."""


def bucket(piece: str) -> int:
    """The bucket of a piece; the same in every process."""
    return crc32(piece.encode()) % BUCKETS


@lru_cache(maxsize=50_000)
def _pieces(word: str) -> tuple[int, ...]:
    edged = f"<{word}>"
    return tuple(
        bucket(edged[start : start + length])
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(edged) - length + 1)
    )


def letters(text: str) -> dict[int, float]:
    """Pieces of the folded words with a damped count, of length one as a vector."""
    counts: Counter[int] = Counter()
    for word in words(fold(text))[:MOST_WORDS]:
        counts.update(_pieces(word[:40]))
    return _damped(counts)


def stems(text: str) -> dict[int, float]:
    """Stems and pairs of neighbouring stems with a damped count, of length one as a vector."""
    found = query_terms(text)[:MOST_WORDS]
    counts = Counter(bucket(f"s {stem}") for stem in found)
    counts.update(bucket(f"p {one} {other}") for one, other in pairwise(found))
    return _damped(counts)


def marks(names: Iterable[str]) -> dict[int, float]:
    """What rules found in a text (subjects, kinds of ask), each as a piece of its own."""
    return {bucket(f"m {name}"): 1.0 for name in names}


def _damped(counts: Counter[int]) -> dict[int, float]:
    values = {piece: 1.0 + math.log(count) for piece, count in counts.items()}
    length = math.sqrt(sum(value * value for value in values.values()))
    return {piece: value / length for piece, value in values.items()} if length else {}

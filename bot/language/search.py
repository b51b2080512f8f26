"""The stems that texts are found by, and those of a query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.language.fold import words
from bot.language.latin import has_latin, readings
from bot.language.stem import stem

# Words too common to look for, folded.
_STOP_WORDS: Final = frozenset(
    (  # noqa: SIM905 - seventy short literals would be harder to read
        "и в на с со по о об от до из за к ко у для не но а или что как это мы я вы он она они "
        "наш наша наше наши нам "
        "мен пен бен жане да де та те ма ме ушин бул осы сол биз сиз "
        "the a an of in on at to for and or is are be we our i it this that with"
    ).split()
)


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a query and the stems by which it may stand in a text."""

    word: str
    """As typed, folded."""
    stems: tuple[str, ...]
    """Several for a Latin word, which may be English or Kazakh."""


def query_words(text: str) -> list[QueryWord]:
    """The words to look for, each stem once, in the query's order; words too common to help are left out, even if
    nothing remains."""
    found: dict[tuple[str, ...], QueryWord] = {}
    for word in words(text):
        stems = stems_of(word)
        if word not in _STOP_WORDS and stems:
            found.setdefault(stems, QueryWord(word, stems))
    return list(found.values())


def stems_of(word: str) -> tuple[str, ...]:
    """The stems of a folded word: a Latin one is read as English and as Kazakh."""
    return tuple(_unique((stem(word), *_as_kazakh(word))))


def is_telling(word: str) -> bool:
    """Whether a folded word is not among those too common to look for."""
    return word not in _STOP_WORDS


def _as_kazakh(word: str) -> list[str]:
    if not has_latin(word):
        return []
    return [stem(kazakh) for reading in readings(word) for kazakh in words(reading)]


def _unique(terms: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(term for term in terms if term)

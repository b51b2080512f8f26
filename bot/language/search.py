"""Keys to find petitions by: the stems of a text in one line, and the stems of a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.language.fold import words
from bot.language.identify import guess_language
from bot.language.latin import has_latin, readings
from bot.language.stem import is_listed, stem

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
    """A word of a query and the stems by which it may stand in a key."""

    word: str
    """As typed, folded."""
    stems: tuple[str, ...]
    """Several for a Latin word, which may be English or Kazakh."""


def search_key(*texts: str) -> str:
    """The stems of the texts, each once, between spaces and with a space at both ends.

    A Latin word stands there as English and as Kazakh, so `f" {term} "` finds it either way.
    """
    stems = dict.fromkeys(found for text in texts for found in _key_stems(text) if found)
    return f" {' '.join(stems)} " if stems else " "


def _key_stems(text: str) -> Iterator[str]:
    # An English text holds Kazakh names at most, and their likeliest reading is enough.
    most = 1 if has_latin(text) and guess_language(text) == "en" else None
    for word in words(text):
        yield stem(word)
        yield from _as_kazakh(word, most)


def query_terms(text: str) -> list[str]:
    """The stems to look for, each once, in the query's order; words too common to help are left
    out if others remain."""
    found = words(text)
    telling = [word for word in found if word not in _STOP_WORDS] or found
    if has_latin(text) and guess_language(text) not in {"ru", "en"}:
        return list(_unique(_likeliest(word) for word in telling))
    return list(_unique(stem(word) for word in telling))


def query_words(text: str) -> list[QueryWord]:
    """The words to look for, each stem once, in the query's order; words too common to help are left out, even if
    nothing remains. Unlike in `query_terms` a Latin word keeps both of its readings."""
    found: dict[tuple[str, ...], QueryWord] = {}
    for word in words(text):
        stems = stems_of(word)
        if word not in _STOP_WORDS and stems:
            found.setdefault(stems, QueryWord(word, stems))
    return list(found.values())


def stems_of(word: str) -> tuple[str, ...]:
    """The stems under which a folded word stands in a key."""
    return tuple(_unique((stem(word), *_as_kazakh(word))))


def is_telling(word: str) -> bool:
    """Whether a folded word is not among those too common to look for."""
    return word not in _STOP_WORDS


def _as_kazakh(word: str, most: int | None = None) -> list[str]:
    if not has_latin(word):
        return []
    return [stem(kazakh) for reading in readings(word)[:most] for kazakh in words(reading)]


def _likeliest(word: str) -> str:
    found = _as_kazakh(word) or [stem(word)]
    return next((one for one in found if is_listed(one)), found[0])


def _unique(terms: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(term for term in terms if term)

"""Keys to find petitions by: the stems of a text in one line, and the stems of a query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.language.fold import words
from bot.language.identify import guess_language
from bot.language.latin import has_latin, to_cyrillic
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


def search_key(*texts: str) -> str:
    """The stems of the texts, each once, between spaces and with a space at both ends.

    A Latin word stands there twice, as English and as Kazakh, so `f" {term} "` finds it either way.
    """
    stems = dict.fromkeys(
        found for text in texts for word in words(text) for found in (stem(word), *_as_kazakh(word)) if found
    )
    return f" {' '.join(stems)} " if stems else " "


def query_terms(text: str) -> list[str]:
    """The stems to look for, each once, in the query's order; words too common to help are left
    out if others remain."""
    found = words(text)
    telling = [word for word in found if word not in _STOP_WORDS] or found
    if has_latin(text) and guess_language(text) == "kk":
        telling = [kazakh for word in telling for kazakh in (words(to_cyrillic(word)) or [word])]
    return list(_unique(stem(word) for word in telling))


def _as_kazakh(word: str) -> list[str]:
    return [stem(kazakh) for kazakh in words(to_cyrillic(word))] if has_latin(word) else []


def _unique(terms: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(term for term in terms if term)

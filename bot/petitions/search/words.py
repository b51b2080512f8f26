"""The words a petition is found by: stems of its text, stems of its title once more, and marks to filter by.

A mark cannot be typed: it begins with an underscore, which no stem holds. So place, state and language are looked up as
words are, and the database needs no second index for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Final

from bot.i18n import Html, safe
from bot.language.fold import words as words_of
from bot.language.search import is_telling, stems_of
from bot.petitions.search.rules import Standing

_OWN: Final = "__a"
LONGEST_TERM: Final = 60
"""Characters of a word that count; PostgreSQL refuses lexemes of thousands."""
SNIPPET: Final = 110
"""Characters around the first found word that are shown."""
_WORD: Final = re.compile(r"[^\W_]+")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def terms_of(*texts: str) -> list[str]:
    """The telling stems of texts, each once."""
    words = chain.from_iterable(map(_words, texts))
    return list(dict.fromkeys(chain.from_iterable(map(_telling_stems, words))))


def _words(text: str) -> list[str]:
    """The words of a text, to be folded one by one: each form is folded once and then remembered. What is written in an
    unusual way is folded as a whole, since its words may be told apart only then."""
    if unicodedata.is_normalized("NFKC", text) and not _INVISIBLE.search(text):
        return _WORD.findall(text)
    return words_of(text)


@lru_cache(maxsize=100_000)
def _telling_stems(word: str) -> tuple[str, ...]:
    return tuple(stem[:LONGEST_TERM] for folded in words_of(word) if is_telling(folded) for stem in stems_of(folded))


def in_title(term: str) -> str:
    """The word that a petition holds when its title holds a stem."""
    return f"_{term}"


def is_term(word: str) -> bool:
    """Whether a word of a document is a stem of its text, not a mark."""
    return not word.startswith("_")


@lru_cache(maxsize=20_000)
def short(key: str) -> str:
    """A key of any length in eight letters."""
    return blake2b(key.encode(), digest_size=4).hexdigest()


def within_mark(place_key: str) -> str:
    """Held by the petitions of a place and of all that lies in it."""
    return f"__p{short(place_key)}"


def at_mark(place_key: str) -> str:
    """Held by the petitions of this very place."""
    return f"__x{short(place_key)}"


def body_mark(body_key: str) -> str:
    """Held by the petitions to a body."""
    return f"__b{short(body_key)}"


def standing_mark(standing: Standing) -> str:
    """Held by the petitions of a standing."""
    return f"__s{standing.value}"


def shelf_mark(shelf: str) -> str:
    """Held by the petitions on a shelf."""
    return f"__t{shelf}"


def language_mark(language: str) -> str:
    """Held by the petitions written in a language."""
    return f"__l{language}"


def own(author_id: int, word: str) -> str:
    """The word that a petition which is not public holds instead: only who looks for it as its author finds it."""
    return f"{_OWN}{author_id}_{word}"


def document_words(
    title: str,
    text: str,
    *,
    places: Iterable[str],
    body_key: str,
    standing: Standing,
    shelf: str,
    language: str,
    author_id: int | None,
) -> str:
    """The words of a document. `places`: its place's key, then those of the places it lies in."""
    keys = list(places)
    titled = terms_of(title)
    marks = [
        *(in_title(term) for term in titled),
        *(within_mark(key) for key in keys),
        *(at_mark(key) for key in keys[:1]),
        body_mark(body_key),
        standing_mark(standing),
        shelf_mark(shelf),
        language_mark(language),
    ]
    held = dict.fromkeys([*titled, *terms_of(text), *marks])
    if standing is Standing.HIDDEN:
        return " ".join(own(author_id, word) for word in held) if author_id is not None else ""
    return " ".join(held)


# --- showing what was found ---------------------------------------------------------------------------------------


def _hits(text: str, stems: frozenset[str]) -> Iterator[re.Match[str]]:
    return (word for word in _WORD.finditer(text) if not stems.isdisjoint(_telling_stems(word.group())))


def shows(text: str, stems: frozenset[str]) -> bool:
    """Whether a text has a word with one of these stems."""
    return any(True for _ in _hits(text, stems))


def highlighted(text: str, stems: frozenset[str]) -> Html:
    """A text as HTML with the words of these stems underlined."""
    shown, at = [], 0
    for word in _hits(text, stems):
        shown += [safe(text[at : word.start()]), f"<u>{safe(word.group())}</u>"]
        at = word.end()
    return Html("".join([*shown, safe(text[at:])]))


def snippet(text: str, stems: frozenset[str], length: int = SNIPPET) -> Html | None:
    """A piece of a text around its first found word, with what is found underlined; None when nothing is."""
    text = " ".join(text.split())
    first = next(_hits(text, stems), None)
    if first is None:
        return None
    start = max(first.start() - length // 3, 0)
    if start > 0:
        start = text.find(" ", start, first.start()) + 1 or first.start()
    end = min(start + length, len(text))
    if end < len(text):
        space = text.rfind(" ", first.end(), end)
        end = space if space > 0 else max(end, first.end())
    piece = highlighted(text[start:end], stems)
    return Html(f"{'…' if start > 0 else ''}{piece}{'…' if end < len(text) else ''}")


def forms_in(text: str, stems: frozenset[str]) -> list[str]:
    """The words of a text that have these stems, as they are written there."""
    return [word.group() for word in _hits(text, stems)]

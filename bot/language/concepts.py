"""The words of civic life by meaning, in three languages and any spelling: one vocabulary for all who compare texts.

`data/concepts.toml` says which words mean a stop, a kindergarten, a price. The router's subjects refer to its entries
as @slug, and petitions are compared by them across languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NoReturn, cast

from bot.language.patterns import Part, PatternWrong, Sentence, Word, parts, sentences
from bot.language.stem import stem

FILE: Final = "concepts.toml"
PATH: Final = Path(__file__).resolve().parent / "data" / FILE
_LANGUAGES: Final = ("kk", "ru", "en")
_FIELDS: Final = frozenset({"name", "loose", "wide", *_LANGUAGES})
_WORDS_KEPT: Final = 50_000
"""Different words whose meaning is remembered; texts repeat a few thousand."""
_ENGLISH: Final = frozenset(
    {"the", "of", "to", "in", "and", "for", "is", "are", "on", "our", "we", "not", "with", "that", "from", "by", "be"}
)
"""Words that make a text in Latin letters English."""

Name = Literal["kk", "ru", "en"]


class ConceptWrong(ValueError):
    """The data cannot be used; the message names the file, the concept and the field."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning, with the words for it."""

    slug: str
    names: Mapping[Name, str]
    """What readers are shown, e.g. «аялдама», «остановка», "bus stop"."""
    patterns: tuple[str, ...]
    """The words of all languages, those of the concepts it takes in among them; see `bot.language.patterns`."""
    wide: tuple[str, ...]
    """Words that mean it often: enough to compare texts, too little for a rule."""
    is_loose: bool
    """Says how something is asked for (now, mine) rather than what it is about: of use to rules only."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """What a text says in concepts."""

    concepts: Mapping[str, int]
    """How many words mean each concept, in the order they come; loose ones are left out."""
    others: tuple[Word, ...]
    """Words of no concept: names, mostly."""


_Phrases = tuple[tuple[tuple[Part, ...], str], ...]
"""What must follow a word, and the concept it means then."""
_Meaning = tuple[tuple[str, ...], _Phrases]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All concepts, by slug."""

    concepts: Mapping[str, Concept]
    _meaning: Callable[[str], _Meaning]

    def read(self, text: str) -> Meanings:
        """What a text says."""
        read = sentences(text)
        counts: dict[str, int] = {}
        others: list[Word] = []
        is_english = any(word.spellings[0] in _ENGLISH for sentence in read for word in sentence)
        for sentence in read:
            covered = 0
            for at, word in enumerate(sentence):
                found: dict[str, None] = {}
                # Read as Kazakh in Latin letters, "it" would be a dog.
                for spelling in word.spellings[:1] if is_english else word.spellings:
                    single, phrases = self._meaning(spelling)
                    found.update(dict.fromkeys(single))
                    for rest, slug in phrases:
                        if _follows(rest, sentence[at + 1 : at + 1 + len(rest)]):
                            found[slug] = None
                            covered = max(covered, at + 1 + len(rest))
                for slug in found:
                    counts[slug] = counts.get(slug, 0) + 1
                if not found and at >= covered:
                    others.append(word)
        return Meanings(counts, tuple(others))


def _follows(rest: Sequence[Part], after: Sentence) -> bool:
    return len(rest) == len(after) and all(
        any(spelling == start if whole else spelling.startswith(start) for spelling in word.spellings)
        for (start, whole), word in zip(rest, after, strict=True)
    )


def _wrong(concept: str, field: str, what: str) -> NoReturn:
    raise ConceptWrong(f"{FILE}: {concept}: {field}: {what}")


class _Reader:
    def __init__(self, written: Mapping[str, Any]) -> None:
        self._written = written
        self._words: dict[str, tuple[str, ...]] = {}

    def concept(self, slug: str) -> Concept:
        entry = self._written[slug]
        if not isinstance(entry, dict):
            _wrong(slug, "name", "is missing")
        for field in entry.keys() - _FIELDS:
            _wrong(slug, field, f"there is no such field; there are {', '.join(sorted(_FIELDS))}")
        names = entry.get("name")
        if not isinstance(names, dict) or set(names) != set(_LANGUAGES) or not all(names.values()):
            _wrong(slug, "name", f"must have {', '.join(_LANGUAGES)} and nothing else")
        return Concept(
            slug,
            cast(Mapping[Name, str], names),
            self._all(slug, ()),
            self._listed(slug, "wide") if "wide" in entry else (),
            bool(entry.get("loose", False)),
        )

    def _all(self, slug: str, inside: tuple[str, ...]) -> tuple[str, ...]:
        if slug in inside:
            _wrong(slug, "kk", "contains itself")
        if slug not in self._words:
            found: dict[str, None] = {}
            for language in _LANGUAGES:
                for item in self._listed(slug, language):
                    if not item.startswith("@"):
                        found[item] = None
                    elif item[1:] in self._written:
                        found.update(dict.fromkeys(self._all(item[1:], (*inside, slug))))
                    else:
                        _wrong(slug, language, f"there is no concept {item}")
            self._words[slug] = tuple(found)
        return self._words[slug]

    def _listed(self, slug: str, field: str) -> tuple[str, ...]:
        items = self._written[slug].get(field)
        if not isinstance(items, list) or not items or not all(isinstance(item, str) for item in items):
            _wrong(slug, field, "must be a list of words and not empty")
        for item in items:
            if not item.startswith("@"):
                try:
                    parts(item)
                except PatternWrong as error:
                    _wrong(slug, field, str(error))
        return tuple(items)


class _Index:
    """The concepts turned round: from a word to what it means."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._whole: dict[str, dict[str, None]] = {}
        self._stems: dict[str, dict[str, None]] = {}
        self._starts: dict[str, dict[str, None]] = {}
        self._phrases: dict[Part, list[tuple[tuple[Part, ...], str]]] = {}
        for concept in concepts:
            if not concept.is_loose:
                for pattern in (*concept.patterns, *concept.wide):
                    self._add(concept.slug, pattern)
        self._longest = max(map(len, (*self._starts, *(start for start, _ in self._phrases))), default=0)

    def _add(self, slug: str, pattern: str) -> None:
        first, *rest = parts(pattern)
        start, whole = first
        if rest:
            self._phrases.setdefault(first, []).append((tuple(rest), slug))
            return
        (self._whole if whole else self._starts).setdefault(start, {})[slug] = None
        # A form that is no stem itself was written because its stem means other things as well.
        if whole and stem(start) == start:
            self._stems.setdefault(start, {})[slug] = None

    def meaning(self, spelling: str) -> _Meaning:
        """The concepts a folded word means alone, and those it means with what follows."""
        found = dict(self._whole.get(spelling, ()))
        found.update(self._stems.get(stem(spelling), ()))
        phrases = list(self._phrases.get((spelling, True), ()))
        for length in range(1, min(len(spelling), self._longest) + 1):
            start = spelling[:length]
            found.update(self._starts.get(start, ()))
            phrases.extend(self._phrases.get((start, False), ()))
        return tuple(found), tuple(phrases)


def load(path: Path = PATH) -> Lexicon:
    """The lexicon in a file.

    Raises:
        ConceptWrong: something in it is not as it must be.
    """
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConceptWrong(f"{path.name}: {error}") from None
    reader = _Reader(written)
    concepts = {slug: reader.concept(slug) for slug in written}

    @cache
    def index() -> _Index:
        # Turned round at the first question: the router takes concepts by their names and never asks.
        return _Index(concepts.values())

    @lru_cache(_WORDS_KEPT)
    def meaning(spelling: str) -> _Meaning:
        return index().meaning(spelling)

    return Lexicon(MappingProxyType(concepts), meaning)


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with the bot."""
    return load()

"""Which language a text is written in: Kazakh in any spelling, Russian, English, or another one.

Profiles count runs of one to four letters in our own texts (`python -m benchmarks.language.train`), in langdetect's
file format. They are read not as langdetect does (some runs drawn at random, each for itself) but as a chain: each
letter by the three before it. See docs/decisions/0010 for what that gains.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal, get_args

from bot.i18n import LANGUAGES, Language

PROFILES: Final = Path(__file__).resolve().parent / "data" / "profiles"

Found = Literal["kk", "ru", "en", "other"]

LONGEST_RUN: Final = 4
"""Letters of a run, the spaces at a word's edges among them."""
BACKED_OFF: Final = 2.0
"""How much a shorter run's word weighs, for each letter that was ever seen behind the longer one."""
UNSEEN: Final = 1 / 200
"""Probability of a letter that a profile has never seen."""
MOST_LOST: Final = 12.0
"""By how much (natural logarithm) one word can speak against a language: every text has names and foreign words."""
OURS: Final = 2.5
"""The start (natural logarithm) of our three languages: more of our people write in them than in their neighbours'."""
MOST_WORDS: Final = 300
LONGEST_WORD: Final = 40
SURE: Final = 0.6
"""A guess with a smaller share is a coin's toss."""

_NOT_WRITTEN: Final = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|@\w+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?")
_APOSTROPHES: Final = re.compile("[’ʻʼ‘`´]")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_LATIN: Final = re.compile("[a-z\u00df-\u024f]")
_LOOK_ALIKE: Final = str.maketrans("iaceopxyhk", "іасеорхуһк")

_SPOKEN: Final[dict[str, tuple[str | None, str | None]]] = {
    "kk": ("kk", "kk-Latn"),
    "ru": ("ru", "ru-Latn"),
    "en": (None, "en"),
    "uz": ("uz-Cyrl", "uz-Latn"),
    "ky": ("ky", None),
    "tr": (None, "tr"),
    "uk": ("uk", None),
}
"""Each language with its profile in Cyrillic and in Latin letters."""
_ANOTHER_SCRIPT: Final = "another script"
_NAMES: Final = (*_SPOKEN, _ANOTHER_SCRIPT)
_START: Final = tuple(OURS if name in LANGUAGES else 0.0 for name in _NAMES)


@dataclass(frozen=True, slots=True)
class Identified:
    """The likeliest language of a text."""

    language: Found
    confidence: float
    """Its share, 0 to 1; 0 for a text without letters."""


@dataclass(frozen=True, slots=True)
class _Profile:
    seen: dict[str, int]
    """How often each run of letters was seen."""
    before: dict[str, tuple[float, float]]
    """For what stands before a last letter: the weight of a shorter run's word, and the whole to divide by."""


@cache
def _profile(name: str) -> _Profile:
    seen: dict[str, int] = json.loads((PROFILES / f"{name}.json").read_text(encoding="utf-8"))["freq"]
    known: Counter[str] = Counter()
    for run, count in seen.items():
        known[run[:-1]] += count
    # Where many different letters were seen a new one is no surprise (Witten and Bell).
    backed = {run: BACKED_OFF * different for run, different in Counter(run[:-1] for run in seen).items()}
    return _Profile(seen, {run: (backed[run], backed[run] + count) for run, count in known.items()})


@cache
def _profiles(script: int) -> tuple[_Profile, ...]:
    return tuple(_profile(name) for names in _SPOKEN.values() if (name := names[script]) is not None)


@lru_cache(maxsize=50_000)
def _probabilities(script: int, run: str) -> tuple[float, ...]:
    """How likely the last letter of a run is after the others, by profile."""
    profiles = _profiles(script)
    shorter = _probabilities(script, run[1:]) if len(run) > 1 else (UNSEEN,) * len(profiles)
    context = run[:-1]
    found: list[float] = []
    for profile, less in zip(profiles, shorter, strict=True):
        if (weighed := profile.before.get(context)) is None:
            found.append(less)
        else:
            found.append((profile.seen.get(run, 0) + weighed[0] * less) / weighed[1])
    return tuple(found)


def _log_probabilities(script: int, word: str) -> Iterator[float]:
    edged = f" {word} "
    letters = [_probabilities(script, edged[max(end - LONGEST_RUN, 0) : end]) for end in range(2, len(edged) + 1)]
    for factors in zip(*letters, strict=True):
        # Forty letters that a profile does not know multiply to less than a float holds.
        yield math.log(max(math.prod(factors), sys.float_info.min))


def words(text: str) -> list[str]:
    """The words of a text as profiles read them: small letters and apostrophes, without links and addresses."""
    written = _APOSTROPHES.sub("'", _NOT_WRITTEN.sub(" ", text)).replace("İ", "i").lower()
    return [word[:LONGEST_WORD] for word in _WORD.findall(written)]


@lru_cache(maxsize=20_000)
def _weighed(word: str) -> tuple[float, ...]:
    """How much likelier other languages would write something else, by language; 0 for the likeliest."""
    cyrillic, latin = _CYRILLIC.search(word), _LATIN.search(word)
    if not cyrillic and not latin:
        return tuple(0.0 if name == _ANOTHER_SCRIPT else -MOST_LOST for name in _NAMES)
    if cyrillic and latin:
        word = word.translate(_LOOK_ALIKE)
    script = 0 if cyrillic else 1
    known = _log_probabilities(script, word)
    found = [next(known) if names[script] else -math.inf for names in _SPOKEN.values()] + [-math.inf]
    best = max(found)
    return tuple(max(one - best, -MOST_LOST) for one in found)


def identify(text: str) -> Identified:
    """The language of a text and how sure that is; the same text always gets the same answer."""
    found = words(text)[:MOST_WORDS]
    if not found:
        return Identified("other", 0.0)
    sums = [sum(weights) for weights in zip(_START, *map(_weighed, found), strict=True)]
    best = max(sums)
    odds = [math.exp(one - best) for one in sums]
    shares: dict[Found, float] = dict.fromkeys(get_args(Found), 0.0)
    for name, odd in zip(_NAMES, odds, strict=True):
        shares[_ours(name) or "other"] += odd / sum(odds)
    language = max(shares, key=lambda one: shares[one])
    return Identified(language, shares[language])


def _ours(name: str) -> Language | None:
    return next((language for language in LANGUAGES if language == name), None)


def guess_language(text: str) -> Language | None:
    """Which of our languages a text is in; None when it has no letters, is in another one, or the guess would be a
    coin's toss."""
    found = identify(text)
    return _ours(found.language) if found.confidence >= SURE else None

"""What people type: the judged petitions' words in every spelling, with one typo, and everyday searches."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from benchmarks.search.generator import Invented, invented, plain

JUDGED: Final = Path(__file__).with_name("judged.toml")
TYPOS: Final = 4
"""Queries with one typo for each petition."""
_LATIN: Final = dict(
    zip(
        "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
        "a a b v g g d e e j z i i k q l m n n o o p r s t u u u f h h ts ch sh sh _ y i _ e iu ia".split(),  # noqa: SIM905
        strict=True,
    )
)
_LETTERS: Final = {
    "kk": "абвгдежзийклмнопрстуфхшыәғқңөұүі",
    "ru": "абвгдежзийклмнопрстуфхцчшщыьэюя",
    "en": "abcdefghijklmnoprstuwy",
}


@dataclass(frozen=True, slots=True)
class Query:
    """A query and the petition it is for, by its place among the judged ones; None: everyday, judged by nobody."""

    text: str
    kind: str
    needle: int | None = None


def needles(until: datetime) -> list[Invented]:
    """The judged petitions, as petitions of the capital."""
    return [
        Invented(
            one["language"], one["title"], one["ask"], "", "kz-astana-city", "akimat:kz-astana-city", None, 12, until
        )
        for one in _judged()
    ]


def judged(seed: int) -> list[Query]:
    """What is typed for each judged petition."""
    chance = random.Random(seed)
    found = []
    for number, one in enumerate(_judged()):
        lemma, forms, language = one["lemma"], one["forms"], one["language"]
        found += [Query(lemma, "lemma", number), Query(forms, "inflected", number)]
        if language == "kk":
            found += [Query(plain(forms), "typed plainly", number), Query(latin(forms), "Latin letters", number)]
        found += [Query(with_typo(chance, forms, language), "one typo", number) for _ in range(TYPOS)]
    return found


def everyday(count: int, seed: int, until: datetime) -> list[Query]:
    """One to four words out of petitions that are not among those stored."""
    chance = random.Random(seed)
    found = []
    for petition in invented(count, seed, until):
        words = list(re.findall(r"[^\W\d_]{3,}", petition.title)) or ["жол"]
        found.append(
            Query(" ".join(chance.sample(words, min(chance.choice((1, 2, 2, 3, 3, 4)), len(words)))), "everyday")
        )
    return found


def latin(text: str) -> str:
    """Kazakh in Latin letters, as in chats."""
    return "".join(_LATIN.get(letter, letter) for letter in text.lower()).replace("_", "")


def with_typo(chance: random.Random, text: str, language: str) -> str:
    """One letter of one longer word dropped, doubled, exchanged with its neighbour or replaced; never the first."""
    words = text.split()
    at = chance.choice([index for index, word in enumerate(words) if len(word) >= 5] or [0])
    word, kind = words[at], chance.randrange(4)
    spot = chance.randrange(1, len(word) - 1)
    match kind:
        case 0:
            word = word[:spot] + word[spot + 1 :]
        case 1:
            word = word[:spot] + word[spot] + word[spot:]
        case 2:
            word = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
        case _:
            word = word[:spot] + chance.choice(_LETTERS[language].replace(word[spot], "")) + word[spot + 1 :]
    return " ".join([*words[:at], word, *words[at + 1 :]])


def _judged() -> list[dict[str, str]]:
    return list(tomllib.loads(JUDGED.read_text(encoding="utf-8"))["petition"])

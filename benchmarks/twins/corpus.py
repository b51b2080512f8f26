"""The judged pairs: petitions that are one matter in the words of two people, and near misses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.twins.pool import Text

HERE: Final = Path(__file__).parent
HALVES: Final = ("dev", "held_out")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two petitions about one place; `twins` when a fair judge says that they ask for the same."""

    one: Text
    other: Text
    twins: bool
    half: str
    voice: str

    @property
    def languages(self) -> str:
        """The languages of both, e.g. "kk–ru"; plain and Latin Kazakh are Kazakh, mixed texts count as mixed."""
        return "–".join(sorted(one.language.split("-")[0] for one in (self.one, self.other)))

    @property
    def crosses(self) -> bool:
        """Whether they are in two languages."""
        return self.one.language.split("-")[0] != self.other.language.split("-")[0]


def pairs() -> list[Pair]:
    """All judged pairs, in the order of their files."""
    found = []
    for path in sorted((HERE / "pairs").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            one, other = (_text(data[side], data["place"]) for side in ("one", "other"))
            found.append(Pair(one, other, data["twins"], data["half"], path.stem))
    return found


def _text(data: dict[str, Any], place: str) -> Text:
    return Text(data["lang"], data["title"], data["ask"], place)


@dataclass(frozen=True, slots=True)
class Same:
    """Petitions of different pairs, or of a pair and the pool, that a judge also calls one matter: all about a place
    whose titles begin so."""

    place: str
    titles: tuple[str, ...]

    def __contains__(self, text: Text) -> bool:
        return text.place == self.place and text.title.startswith(self.titles)


def judged_same() -> list[Same]:
    """What `also_same.jsonl` says: every flag raised on either half was judged by reading it."""
    lines = (HERE / "also_same.jsonl").read_text(encoding="utf-8").splitlines()
    return [Same(entry["place"], tuple(entry["titles"])) for entry in map(json.loads, lines)]


def matters(judged: Iterable[Pair]) -> dict[Text, int]:
    """For each petition the number of its matter: twins, and twins of twins, have the same."""
    parent: dict[Text, Text] = {}

    def top(text: Text) -> Text:
        while parent.setdefault(text, text) != text:
            text = parent[text]
        return text

    for pair in judged:
        first, second = top(pair.one), top(pair.other)
        if pair.twins and first != second:
            parent[second] = first
    numbers: dict[Text, int] = {}
    return {text: numbers.setdefault(top(text), len(numbers)) for text in list(parent)}

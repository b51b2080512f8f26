"""The labelled texts: reading them, and refusing a line that contradicts itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
BODIES: Final = ("akimat", "maslikhat", "government", "not_petition")
LEVELS: Final = ("republic", "region", "district", "rural")
REDIRECTS: Final = ("excluded_subject", "109", "102", "112", "court", "appeal", "other")
LANGUAGES: Final = ("kk", "kk-plain", "kk-latin", "ru", "en", "mix")


class LabelWrong(ValueError):
    """A line of the corpus contradicts itself; the message names file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text with what a fair judge says of it."""

    text: str
    language: str
    noise: bool
    place: str | None
    unit: str | None
    body: str
    level: str | None
    subject: int
    redirect: str | None
    point: int | None
    also: tuple[tuple[str, str | None], ...]
    voice: str

    @property
    def accepted(self) -> frozenset[str]:
        """Bodies that count as right."""
        return frozenset({self.body, *(body for body, _ in self.also)})

    @property
    def levels(self) -> frozenset[str | None]:
        """Levels that count as right for one of the accepted bodies."""
        return frozenset({self.level, *(level for _, level in self.also)})


def read(kind: str, known: frozenset[str] | None = None) -> list[Labelled]:
    """The texts of "train" or "dev"; `known`: keys of places, checked when given.

    Raises:
        LabelWrong: a line contradicts itself.
    """
    found: list[Labelled] = []
    for path in sorted((HERE / kind).glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                found.append(_labelled(json.loads(line), path, number, known))
    return found


def _labelled(data: dict[str, Any], path: Path, number: int, known: frozenset[str] | None) -> Labelled:
    def check(*, holds: bool, what: str) -> None:
        if not holds:
            raise LabelWrong(f"{path.name}:{number}: {what}")

    row = Labelled(
        text=data["text"],
        language=data["lang"],
        noise=data["noise"],
        place=data["place"],
        unit=data["unit"],
        body=data["body"],
        level=data["level"],
        subject=data["subject"],
        redirect=data["redirect"],
        point=data["point"],
        also=tuple((one["body"], one.get("level")) for one in data["also"]),
        voice=path.stem,
    )
    check(holds=bool(row.text.strip()), what="no text")
    check(holds=row.language in LANGUAGES, what=f"language {row.language!r}")
    check(holds=row.body in BODIES, what=f"body {row.body!r}")
    check(holds=all(body in BODIES for body, _ in row.also), what="a body under also")
    if row.body == "not_petition":
        check(holds=row.level is None, what="a level without a body")
        check(holds=row.redirect in REDIRECTS, what=f"redirect {row.redirect!r}")
        check(holds=(row.point is not None) == (row.redirect == "excluded_subject"), what="point and redirect differ")
    else:
        check(holds=row.level in LEVELS, what=f"level {row.level!r}")
        check(holds=row.redirect is None and row.point is None, what="a petition with a redirect")
        check(holds=(row.body == "government") == (row.level == "republic"), what="government and republic differ")
    if known is not None:
        check(holds=row.place is None or row.place in known, what=f"place {row.place!r}")
        check(holds=row.unit is None or row.unit in known, what=f"unit {row.unit!r}")
    return row

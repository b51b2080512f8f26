"""The tree of administrative units: republic, oblasts and cities, districts, towns and rural districts."""

from __future__ import annotations

import csv
import enum
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot.i18n import Language

DATA: Final = Path(__file__).resolve().parent / "data"


class Kind(enum.Enum):
    """What a unit is; the bodies it has follow from it."""

    REPUBLIC = "republic"
    OBLAST = "oblast"
    CITY_REPUBLICAN = "city_republican"
    """Astana, Almaty and Shymkent: the rank of an oblast."""
    CITY_OBLAST = "city_oblast"
    """A city of oblast significance: the rank of a district."""
    DISTRICT = "district"
    CITY_DISTRICT_INNER = "city_district_inner"
    """A district inside a city: an akim with an office only."""
    CITY_DISTRICT = "city_district"
    """A town inside a district: an akim with an office only."""
    RURAL_DISTRICT = "rural_district"
    """A rural district, village or settlement: an akim with an office only."""


class TreeWrong(ValueError):
    """Units that do not make a tree; the message names the unit and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Place:
    """One administrative unit."""

    key: str
    """The bot's own identifier: the parent's key, "/" and an English slug with the word of its kind."""
    kato: str
    """Nine-digit code of the classifier KATO."""
    kind: Kind
    parent_key: str | None
    """None for the republic only."""
    name_kk: str
    """Full official name with the word of its kind."""
    name_ru: str
    name_en: str
    population: int | None = None
    """Residents of the whole unit; None: unknown, which is not zero."""
    population_year: int | None = None
    source_note: str = ""
    aliases: tuple[str, ...] = ()
    """Other names people use: short, old, without Kazakh letters, in Latin letters; base forms only."""
    latitude: float | None = None
    """Of the centre, in degrees north; for a district, its administrative centre."""
    longitude: float | None = None

    def name(self, language: Language) -> str:
        """The full name in a language."""
        names: dict[Language, str] = {"kk": self.name_kk, "ru": self.name_ru, "en": self.name_en}
        return names[language]


class Gazetteer:
    """All units, by key, by code and as a tree. It never changes: after an import a new one is loaded."""

    def __init__(self, places: Iterable[Place]) -> None:
        """
        Raises:
            TreeWrong: two units share a key or code, a parent is missing or lies below its own child, or not
                exactly one unit has no parent.
        """
        self._places: dict[str, Place] = {}
        self._by_kato: dict[str, Place] = {}
        for place in places:
            if place.key in self._places or place.kato in self._by_kato:
                raise TreeWrong(f"{place.key} (KATO {place.kato}) is there twice")
            self._places[place.key] = self._by_kato[place.kato] = place
        self._children: dict[str, list[Place]] = {key: [] for key in self._places}
        tops = []
        for place in self._places.values():
            if place.parent_key is None:
                tops.append(place)
            elif place.parent_key in self._children:
                self._children[place.parent_key].append(place)
            else:
                raise TreeWrong(f"{place.key} lies in {place.parent_key}, which is not there")
        if len(tops) != 1:
            raise TreeWrong(f"one unit must have no parent (the republic), not {len(tops)}")
        self.republic: Final = tops[0]
        if len(self.subtree(self.republic.key)) != len(self._places):
            raise TreeWrong("some units are their own parents")
        digest = hashlib.sha256()
        for key in sorted(self._places):
            digest.update(repr(astuple(self._places[key])).encode())
        self.version: Final[str] = digest.hexdigest()[:12]
        """Changes with any unit, name or figure; two processes with the same units agree on it."""

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def get(self, key: str) -> Place | None:
        """The unit with this key."""
        return self._places.get(key)

    def by_kato(self, kato: str) -> Place | None:
        """The unit with this nine-digit KATO code."""
        return self._by_kato.get(kato)

    def children(self, key: str) -> tuple[Place, ...]:
        """The units directly below, in the order of the list."""
        return tuple(self._children.get(key, ()))

    def parents(self, key: str) -> tuple[Place, ...]:
        """The units a unit lies in, nearest first, the republic last."""
        found = []
        place = self._places.get(key)
        while place is not None and place.parent_key is not None:
            place = self._places[place.parent_key]
            found.append(place)
        return tuple(found)

    def is_within(self, key: str, ancestor: str) -> bool:
        """Whether a unit is this one or lies in it."""
        return key == ancestor or any(parent.key == ancestor for parent in self.parents(key))

    def roots(self) -> tuple[Place, ...]:
        """The top units: oblasts and cities of republican significance."""
        return self.children(self.republic.key)

    def subtree(self, key: str) -> tuple[str, ...]:
        """Keys of a unit and of all below it, the unit first; empty for an unknown key."""
        if key not in self._places:
            return ()
        found = [key]
        for current in found:
            found += [child.key for child in self._children[current]]
        return tuple(found)

    def label(self, key: str, language: Language) -> str:
        """A name that tells namesakes apart: "Abai District, Karaganda Region". The republic is left out
        behind any other unit.

        Raises:
            KeyError: no unit has this key.
        """
        line = [self._places[key], *(place for place in self.parents(key) if place is not self.republic)]
        return ", ".join(place.name(language) for place in line)


@cache
def shipped_places() -> tuple[Place, ...]:
    """The 301 units that come with the bot, parents before children."""
    with (DATA / "coordinates.csv").open(encoding="utf-8", newline="") as file:
        centres = {row["key"]: row for row in csv.DictReader(file)}
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_place(row, centres.get(row["key"], {})) for row in csv.DictReader(file))


def _place(row: dict[str, str], centre: dict[str, str]) -> Place:
    latitude, longitude = centre.get("latitude"), centre.get("longitude")
    return Place(
        key=row["key"],
        kato=row["kato"],
        kind=Kind(row["kind"]),
        parent_key=row["parent_kato_or_key"] or None,
        name_kk=row["name_kk"],
        name_ru=row["name_ru"],
        name_en=row["name_en"],
        population=int(row["population"]) if row["population"] else None,
        population_year=int(row["population_year"]) if row["population_year"] else None,
        source_note=row["source_note"],
        aliases=tuple(alias for alias in row["aliases"].split(";") if alias),
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
    )

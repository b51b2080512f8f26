"""The bodies a petition can be addressed to, and their names in three languages.

Which unit has which body follows APPK art. 90-3(4) and the Law on local government of 23 January 2001
No. 148-II: inner districts, towns in districts and rural districts have an akim with an office, no maslikhat
and no akimat.
"""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot.i18n import Language
from bot.law.rules import ThresholdKey
from bot.places.tree import Gazetteer, Kind, Place


class BodyKind(enum.Enum):
    """What kind of body it is."""

    GOVERNMENT = "government"
    MASLIKHAT = "maslikhat"
    AKIMAT = "akimat"
    AKIM_OFFICE = "akim_office"
    """Of an akim who has no akimat: of an inner district, a town in a district or a rural district."""
    MINISTRY = "ministry"
    """A central body of the Government (APPK art. 90-1(1), 90-2(2))."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that answers petitions."""

    key: str
    """"government", "ministry:<key>", "akimat:<place key>", "maslikhat:<place key>" or "office:<place key>"."""
    kind: BodyKind
    place: Place | None
    """The unit it belongs to; None for the Government and its ministries."""
    threshold_key: ThresholdKey
    """Which threshold of APPK art. 90-3(4) its petitions have."""
    names: Mapping[str, str] | None = None
    """Its own names, where they do not follow from the unit's."""

    def name(self, language: Language) -> str:
        """The name as it stands inside a sentence: «акимат Талгарского района»."""
        if self.names is not None:
            named = self.names[language]
            return named[0].lower() + named[1:] if language == "ru" else named
        if self.place is None:
            return _GOVERNMENT[language]
        if language == "kk":
            return _kazakh_name(self.kind, self.place.name_kk)
        if language == "ru":
            return f"{_RUSSIAN[self.kind]} {russian_genitive(self.place.name_ru)}"
        return f"{_ENGLISH[self.kind]} of {_english_place(self.place)}"

    def name_cap(self, language: Language) -> str:
        """The name at the head of a line or a button: «Акимат Талгарского района»."""
        name = self.name(language)
        return name[0].upper() + name[1:]


_GOVERNMENT: Final[dict[Language, str]] = {
    "kk": "Қазақстан Республикасының Үкіметі",
    "ru": "Правительство Республики Казахстан",
    "en": "Government of Kazakhstan",
}
_KAZAKH: Final = {BodyKind.AKIMAT: "әкімдігі", BodyKind.MASLIKHAT: "мәслихаты"}
_RUSSIAN: Final = {
    BodyKind.AKIMAT: "акимат",
    BodyKind.MASLIKHAT: "маслихат",
    BodyKind.AKIM_OFFICE: "аппарат акима",
}
_ENGLISH: Final = {
    BodyKind.AKIMAT: "Akimat",
    BodyKind.MASLIKHAT: "Maslikhat",
    BodyKind.AKIM_OFFICE: "Office of the Akim",
}
_KEY_WORDS: Final = {
    BodyKind.AKIMAT: "akimat",
    BodyKind.MASLIKHAT: "maslikhat",
    BodyKind.AKIM_OFFICE: "office",
}

GOVERNMENT: Final = Body("government", BodyKind.GOVERNMENT, None, ThresholdKey.G)

_REGIONAL: Final = {BodyKind.AKIMAT: ThresholdKey.OA, BodyKind.MASLIKHAT: ThresholdKey.OM}
_DISTRICT: Final = {BodyKind.AKIMAT: ThresholdKey.DA, BodyKind.MASLIKHAT: ThresholdKey.DM}
_OFFICE: Final = {BodyKind.AKIM_OFFICE: ThresholdKey.DA}
_BODIES: Final[dict[Kind, dict[BodyKind, ThresholdKey]]] = {
    Kind.REPUBLIC: {},
    Kind.OBLAST: _REGIONAL,
    Kind.CITY_REPUBLICAN: _REGIONAL,
    Kind.CITY_OBLAST: _DISTRICT,
    Kind.DISTRICT: _DISTRICT,
    Kind.CITY_DISTRICT_INNER: _OFFICE,
    Kind.CITY_DISTRICT: _OFFICE,
    Kind.RURAL_DISTRICT: _OFFICE,
}
"""Bodies of a unit of each kind with the threshold of each, lower threshold first (APPK art. 90-3(4))."""


_MINISTRIES: Final = Path(__file__).resolve().parent.parent / "routing" / "data" / "ministries.toml"


@cache
def ministries() -> tuple[Body, ...]:
    """The central bodies of the Government, in the order of their Russian names.

    Agencies that answer to the President are left out: the Code names no threshold for them.
    """
    content = tomllib.loads(_MINISTRIES.read_text(encoding="utf-8"))["ministry"]
    found = [
        Body(f"{BodyKind.MINISTRY.value}:{key}", BodyKind.MINISTRY, None, ThresholdKey.G, entry["names"])
        for key, entry in content.items()
        if entry.get("of_government", True)
    ]
    return tuple(sorted(found, key=lambda body: body.name("ru")))


def bodies_of(gazetteer: Gazetteer, place_key: str) -> tuple[Body, ...]:
    """All bodies responsible for a unit: its own, then those of the units it lies in, the Government last.

    At one level the akimat stands before the maslikhat, because its threshold is lower. An unknown key has
    none.
    """
    place = gazetteer.get(place_key)
    if place is None:
        return ()
    levels = (place, *gazetteer.parents(place_key))
    return (*(body for level in levels for body in _own_bodies(level)), GOVERNMENT)


def body_by_key(gazetteer: Gazetteer, key: str) -> Body | None:
    """The body with this key, or None when there is no such unit or it has no such body."""
    if key == GOVERNMENT.key:
        return GOVERNMENT
    if key.startswith(f"{BodyKind.MINISTRY.value}:"):
        return next((body for body in ministries() if body.key == key), None)
    place = gazetteer.get(key.partition(":")[2])
    if place is None:
        return None
    return next((body for body in _own_bodies(place) if body.key == key), None)


def _own_bodies(place: Place) -> list[Body]:
    return [
        Body(f"{_KEY_WORDS[kind]}:{place.key}", kind, place, threshold)
        for kind, threshold in _BODIES[place.kind].items()
    ]


def _kazakh_name(kind: BodyKind, name: str) -> str:
    if kind is BodyKind.AKIM_OFFICE:
        return f"{name} әкімінің аппараты"
    # Every unit's name ends in the word of its kind: "-ы" and "аудан" are back, "-і" is front.
    ending = "нің" if name.endswith("і") else "ның"
    return f"{name}{ending} {_KAZAKH[kind]}"


def _english_place(place: Place) -> str:
    if place.kind in {Kind.CITY_REPUBLICAN, Kind.CITY_OBLAST}:
        return f"{place.name_en} city"
    if place.kind is Kind.CITY_DISTRICT:
        return f"{place.name_en} town"
    return place.name_en


_LEADING: Final = {
    "область ": "области ",
    "район ": "района ",
    "село ": "села ",
    "поселок ": "поселка ",
    "сельский округ ": "сельского округа ",
    "сельская администрация ": "сельской администрации ",
    "поселковая администрация ": "поселковой администрации ",
}
"""Words of a kind before a name, in the nominative and the genitive; the name behind them stays as it is."""
_CITY: Final = "город "
_TRAILING: Final = {
    "область": "области",
    "район": "района",
    "округ": "округа",
    "администрация": "администрации",
}
"""The same behind an adjective: «Талгарский район»."""
_ADJECTIVE: Final = {
    "ский": "ского",
    "цкий": "цкого",
    "ний": "него",
    "ый": "ого",
    "ой": "ого",
    "няя": "ней",
    "ая": "ой",
}
_MASCULINE_SOFT: Final = frozenset({"Есиль", "Акколь"})
"""City names in -ь that are masculine; the others (Арысь, Сарань) are feminine."""


def russian_genitive(name: str) -> str:
    """A unit's full Russian name in the genitive: «Талгарского района», «области Абай», «города Астаны»."""
    if name.startswith(_CITY):
        return f"города {_city_genitive(name.removeprefix(_CITY))}"
    for nominative, genitive in _LEADING.items():
        if name.startswith(nominative):
            return genitive + name.removeprefix(nominative)
    return " ".join(_adjective_or_kind(word) for word in name.split())


def _adjective_or_kind(word: str) -> str:
    if word in _TRAILING:
        return _TRAILING[word]
    for nominative, genitive in _ADJECTIVE.items():
        if word.endswith(nominative):
            return word.removesuffix(nominative) + genitive
    return word


def _city_genitive(name: str) -> str:
    if name.endswith("ый"):
        return name.removesuffix("ый") + "ого"
    stem, last = name[:-1], name[-1]
    if last == "а":
        return stem + ("и" if stem[-1] in "гкхжшчщ" else "ы")
    if last == "ь":
        return stem + ("я" if name in _MASCULINE_SOFT else "и")
    if last == "й":
        return stem + "я"
    if last in "оыиуеэюя":
        return name
    return name + "а"


def body_code(body: Body) -> str:
    """A body in the few bytes a button carries: "akimat.196220100", "ministry.health", "government"."""
    if body.place is not None:
        return f"{body.key.partition(':')[0]}.{body.place.kato}"
    return body.key.replace(":", ".")


def body_by_code(gazetteer: Gazetteer, code: str) -> Body | None:
    """The body of a button; None when there is no such body any more."""
    kind, _, rest = code.partition(".")
    if kind in {GOVERNMENT.key, BodyKind.MINISTRY.value}:
        return body_by_key(gazetteer, code.replace(".", ":", 1))
    place = gazetteer.by_kato(rest)
    return None if place is None else body_by_key(gazetteer, f"{kind}:{place.key}")

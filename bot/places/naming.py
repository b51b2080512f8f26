"""Names of rural districts: the classifier's abbreviations written out, Latin letters, keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LATIN: Final[dict[str, str]] = {
    **dict(zip("аәбвгғдезийкқлмнңоөпрстуұүфһыіэ", "aabvggdeziykklmnnooprstuuufhyie", strict=True)),
    **dict(zip("ёжхцчшщюяъь", ("yo", "zh", "kh", "ts", "ch", "sh", "shch", "yu", "ya", "", ""), strict=True)),
}

_KAZAKH: Final = (
    (re.compile(r"\s*(?:ауылдық округі|а\. ?о\.?)$", re.IGNORECASE), "ауылдық округі", "rural district"),
    (re.compile(r"\s*(?:ауылдық әкімшілігі|а\. ?ә\.?)$", re.IGNORECASE), "ауылдық әкімшілігі", "settlement"),
    (re.compile(r"\s*(?:кенті|кенттік әкімшілігі|к\. ?ә\.?)$", re.IGNORECASE), "кенті", "settlement"),
    (re.compile(r"\s+ауылы$", re.IGNORECASE), "ауылы", "settlement"),
)
"""Words of the kind behind a Kazakh name: how they are found, written out, and said in English."""

_RUSSIAN: Final = (
    (re.compile(r"\b(?:сельский округ\b|с\. ?о\.)\s*", re.IGNORECASE), "сельский округ"),
    (re.compile(r"\b(?:сельская администрация\b|с\. ?а\.)\s*", re.IGNORECASE), "сельская администрация"),
    (re.compile(r"\b(?:поселковая администрация\b|п\. ?а\.)\s*", re.IGNORECASE), "поселковая администрация"),
    (re.compile(r"^(?:село|с\.)\s*", re.IGNORECASE), "село"),
    (re.compile(r"^(?:пос[её]лок|п\.)\s*", re.IGNORECASE), "поселок"),
)
_NAMED_AFTER_KK: Final = re.compile(r"\s*\b(?:атындағы|атын\.|ат\.)")
_NAMED_AFTER_RU: Final = re.compile(r"\bим(?:ени\b|\.)\s*")


@dataclass(frozen=True, slots=True)
class RuralName:
    """The names of a rural district, village or settlement."""

    kk: str
    ru: str
    en: str
    slug: str
    """Ends in "-rural"; with the parent's key before it, the key of the unit."""


def is_rural(name_ru: str) -> bool:
    """Whether a Russian name of the classifier is that of a rural district, a village or a settlement."""
    return any(pattern.search(name_ru) for pattern, _written in _RUSSIAN)


def rural_name(name_kk: str, name_ru: str) -> RuralName | None:
    """Full names from the classifier's.

    None when the Kazakh one does not end in a word of such a kind: its bodies then have no grammatical name.
    """
    for pattern, kazakh, english in _KAZAKH:
        base = pattern.sub("", name_kk)
        if base != name_kk and base:
            named_after = _NAMED_AFTER_KK.search(base) is not None
            base = _NAMED_AFTER_KK.sub("", base).strip()
            return RuralName(
                kk=f"{base} атындағы {kazakh}" if named_after else f"{base} {kazakh}",
                ru=_russian(name_ru),
                en=f"{latin(base)} {english}",
                slug=f"{slug(base)}-rural",
            )
    return None


def latin(text: str) -> str:
    """Kazakh or Russian text in plain Latin letters, as the shipped English names have it."""
    letters = []
    for letter in text:
        written = _LATIN.get(letter.lower(), letter)
        letters.append(written.capitalize() if letter.isupper() else written)
    return "".join(letters)


def slug(text: str) -> str:
    """The part of a key: "Жібек жолы" -> "zhibek-zholy"."""
    return re.sub(r"[^a-z0-9]+", "-", latin(text).lower()).strip("-")


def _russian(name: str) -> str:
    name = _NAMED_AFTER_RU.sub("имени ", name)
    for pattern, written in _RUSSIAN:
        found = pattern.search(name)
        if found:
            before, after = name[: found.start()].strip(), name[found.end() :].strip()
            return " ".join(filter(None, (before, written, after)))
    return name

"""Texts of known language: `train/` teaches the profiles, `test/` and the router's `dev/` judge them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.language.fold import fold
from bot.language.latin import to_latin

HERE: Final = Path(__file__).resolve().parent
ROUTER: Final = HERE.parent / "router"

NEIGHBOURS: Final = {"uz": "uz", "uz-cyrl": "uz", "ky": "ky", "tr": "tr", "uk": "uk", "zh": "zh"}
"""Kinds of text in none of our languages, with langdetect's name of their language."""

_UZBEK: Final = {
    "o'": "ў",
    "g'": "ғ",
    "sh": "ш",
    "ch": "ч",
    "yo": "ё",
    "yu": "ю",
    "ya": "я",
    "ye": "е",
    **dict(zip("abdefghijklmnopqrstuvxyz", "абдефгҳижклмнопқрстувхйз", strict=True)),
}
_RUSSIAN: Final = str.maketrans(
    {
        **dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziyklmnoprstufhye", strict=True)),
        "ж": "zh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sch",
        "ю": "yu",
        "я": "ya",
        "ъ": "",
        "ь": "",
    }
)
"""Russian as it is typed without a Russian keyboard."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One text, the kind of its spelling ("kk-latin"), and its language: kk, ru, en or other."""

    text: str
    kind: str
    language: str


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _router(folder: str) -> Iterator[Sample]:
    for path in sorted((ROUTER / folder).glob("*.jsonl")):
        for line in _lines(path):
            row = json.loads(line)
            yield Sample(row["text"], row["lang"], row["lang"].partition("-")[0])


def router_dev() -> list[Sample]:
    """The router's judging texts; mixed ones have no language of their own and are left out."""
    return [sample for sample in _router("dev") if sample.kind != "mix"]


def test() -> list[Sample]:
    """The judging texts written for this purpose."""
    found: list[Sample] = []
    for path in sorted((HERE / "test").glob("*.txt")):
        kind = path.stem
        for line in _lines(path):
            if kind == "mix":
                language, _, text = line.partition("\t")
                found.append(Sample(text, kind, language))
            else:
                found.append(Sample(line, kind, "other" if kind in NEIGHBOURS else kind.partition("-")[0]))
    return found


def training() -> dict[str, list[str]]:
    """Texts by the profile they teach: kk and kk-Latn, ru and ru-Latn, en, and the neighbours."""
    own = {path.stem: _lines(path) for path in (HERE / "train").glob("*.txt")}
    router = list(_router("train"))
    kazakh = own["kk"] + [sample.text for sample in router if sample.kind == "kk"]
    plainly = [sample.text for sample in router if sample.kind == "kk-plain"]
    russian = own["ru"] + [sample.text for sample in router if sample.kind == "ru"]
    return {
        "kk": kazakh + [fold(text) for text in kazakh] + plainly,
        "kk-Latn": [spelled for text in kazakh for spelled in latin_spellings(text)]
        + [sample.text for sample in router if sample.kind == "kk-latin"] * 3,
        "ru": russian,
        "ru-Latn": [text.lower().translate(_RUSSIAN) for text in russian],
        "en": own["en"] * 2 + [sample.text for sample in router if sample.kind == "en"],
        "uz-Latn": own["uz"] + [text.replace("'", "") for text in own["uz"]],
        "uz-Cyrl": [uzbek_cyrillic(text) for text in own["uz"]],
        **{language: own[language] for language in ("ky", "tr", "uk", "zh")},
    }


def latin_spellings(text: str) -> Iterator[str]:
    """A Kazakh text as different people type it in Latin letters."""
    plain = to_latin(text, "plain")
    yield from (to_latin(text, "2021"), to_latin(text, "2021").replace("y", "ı"), to_latin(text, "2018"), plain)
    as_russians = plain.replace("j", "zh").replace("q", "k")
    yield as_russians
    yield as_russians.replace("ai", "ay").replace("ei", "ey").replace("oi", "oy").replace("ui", "uy")
    yield plain.replace("sh", "w").replace("y", "i")
    yield plain.replace("ai", "ay").replace("ei", "ey").replace("q", "k").replace("iia", "iya")


def uzbek_cyrillic(text: str) -> str:
    """Uzbek in Latin letters, written in Cyrillic ones."""
    lower, found, at = text.lower(), "", 0
    while at < len(lower):
        letters = next((lower[at : at + size] for size in (2, 1) if lower[at : at + size] in _UZBEK), lower[at])
        begins = not found or not found[-1].isalpha()
        found += "э" if letters == "e" and begins else _UZBEK.get(letters, "" if letters == "'" else letters)
        at += len(letters)
    return found

"""Kazakh in Latin letters, turned into Cyrillic and back.

There is no one Latin spelling: the alphabets of 2018 (á, ń, ı, ý) and 2021 (ä, ñ, ū, i) are both in use, and most
people type plain letters as they hear them ("kowede jaryq jok", "zharyk", "auil"). `to_cyrillic` gives the likeliest
reading, `readings` all that are worth looking up, `to_latin` writes in one of the three ways.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal

from bot.language.fold import fold

# What people type differs: the alphabet of 2021, the one of 2018 with acutes, and plain chat spelling.
_GROUPS: Final = {
    "shch": "щ",
    "sch": "щ",
    "zh": "ж",
    "sh": "ш",
    "ch": "ч",
    "kh": "х",
    "gh": "ғ",
    "ng": "ң",
    "ts": "ц",
    "ya": "я",
    "yu": "ю",
    "yo": "ё",
    "ia": "я",
    "iu": "ю",
    "ıa": "я",
    "ïa": "я",
    "ïý": "ю",
    "iyi": "иі",
    "a": "а",
    "á": "ә",
    "ä": "ә",
    "b": "б",
    "c": "ц",
    "ç": "ч",
    "d": "д",
    "e": "е",
    "f": "ф",
    "g": "г",
    "ǵ": "ғ",
    "ğ": "ғ",
    "h": "х",
    "i": "і",
    "ï": "и",
    "ı": "ы",
    "j": "ж",
    "k": "к",
    "l": "л",
    "m": "м",
    "n": "н",
    "ń": "ң",
    "ñ": "ң",
    "o": "о",
    "ó": "ө",
    "ö": "ө",
    "p": "п",
    "q": "қ",
    "r": "р",
    "s": "с",
    "ş": "ш",
    "t": "т",
    "u": "у",
    "ú": "ү",
    "ü": "ү",
    "ū": "ұ",
    "ý": "у",
    "v": "в",
    "w": "у",
    "x": "х",
    "y": "ы",
    "z": "з",
}
_GROUP: Final = re.compile("|".join(sorted(map(re.escape, _GROUPS), key=len, reverse=True)))
_VOWELS: Final = "aeoáäóö"
# й after a vowel and before one at the start of a word; but "auyl" is ауыл, its u being no vowel.
_SHORT_Y: Final = re.compile(
    rf"(?<=[{_VOWELS}])[yiïı](?![auý])|(?<=[uúüū])(?<![{_VOWELS}][uúüū])[yiïı](?![auý])"
    rf"|(?<=[{_VOWELS}])y|(?<![^\W_])y(?=[aeou])"
)
_LATIN: Final = re.compile(r"[a-záäçǵğıïńñóöşúüūý]", re.IGNORECASE)
# Only the alphabet of 2018 has these; there ı is и, elsewhere ы.
_ACUTES: Final = re.compile("[áóúńǵý]")

Alphabet = Literal["2021", "2018", "plain"]
"""The alphabet presented in 2021, the one decreed in 2018, and what people type without either."""

_CYRILLIC: Final = "абвгдежзийклмнопрстуфхыіэәғқңөүұһ"
_PLAIN: Final = dict(zip(_CYRILLIC, "abvgdejziiklmnoprstufhyieagqnouuh", strict=True)) | {
    "ё": "io",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ъ": "",
    "ь": "",
    "ю": "iu",
    "я": "ia",
}
_TO_LATIN: Final[dict[Alphabet, dict[int, str]]] = {
    "plain": str.maketrans(_PLAIN),
    "2021": str.maketrans(
        _PLAIN | {"ә": "ä", "ғ": "ğ", "ң": "ñ", "ө": "ö", "ү": "ü", "ұ": "ū", "ш": "ş", "щ": "ş", "ч": "ş"}
    ),
    "2018": str.maketrans(
        _PLAIN | {"ә": "á", "ғ": "ǵ", "ң": "ń", "ө": "ó", "ү": "ú", "у": "ý", "и": "ı", "й": "ı", "я": "ıa", "ю": "ıý"}
    ),
}
_GLIDE: Final = re.compile("(?<=[аеоуыэ])и")
_OTHER_READING: Final = {"йа": "я", "йу": "ю", "йе": "е", "ц": "тс"}
_FRONT: Final = re.compile("[eäöüáóú]")
_BACK: Final = re.compile("[aouyqğǵ]")
_INNER_I: Final = re.compile(r"(?<=[^\W_aeou])i(?=[^\W_aeouy])|(?<=au)i|(?<=[^\W_aeou])i$")
_U_AND_Y: Final = re.compile("u(?=[yiı])")
_MOST_READINGS: Final = 8
_LONGEST: Final = 40
"""Letters beyond which something is no word."""


def has_latin(text: str) -> bool:
    """Whether there is a Latin letter in the text."""
    return _LATIN.search(text) is not None


def to_latin(text: str, alphabet: Alphabet = "2021") -> str:
    """Lower-case Latin for Kazakh in Cyrillic: «көше» is "köşe" (2021), "kóshe" (2018) or "koshe" (plain)."""
    return unicodedata.normalize("NFC", text).lower().translate(_TO_LATIN[alphabet])


def to_cyrillic(text: str) -> str:
    """Lower-case Cyrillic for Kazakh typed in Latin: "kóshe" and "köşe" are "көше", "koshe" is "коше".

    Where the spelling leaves a choice the result is one of the readings; fold it before comparing.
    """
    lower = unicodedata.normalize("NFC", text.replace("İ", "i").replace("I", "i" if text.isupper() else "ı"))
    return _in_cyrillic(unicodedata.normalize("NFC", lower.lower()))


def _in_cyrillic(lower: str) -> str:
    if _ACUTES.search(lower):
        lower = lower.replace("ı", "ï")
    lower = _SHORT_Y.sub("й", lower)
    return _GROUP.sub(lambda group: _GROUPS[group.group()], lower)


@lru_cache(maxsize=20_000)
def readings(word: str) -> tuple[str, ...]:
    """The folded Cyrillic spellings a Latin word may have in Kazakh, the likeliest first.

    What people type leaves open whether w is ш or у, i is і or ы, ng is ң or нг, ts is ц or тс, e is е or э, and
    where an й stands: "kowede", "jarik", "uirengim", "jetsin", "elektr", "suy" (суы) and "uy" (үй).
    """
    if len(word) > _LONGEST:
        return (fold(to_cyrillic(word)),)
    lower = unicodedata.normalize("NFC", word.lower())
    typed: dict[str, None] = {lower: None}
    for choose in (_w_as_sh, _i_as_y, _apart, _u_as_w):
        typed |= dict.fromkeys([choose(one) for one in typed])
    read = dict.fromkeys(fold(one) for one in (to_cyrillic(word), *map(_in_cyrillic, typed)))
    for one in tuple(read):
        read[_other(one)] = None
    return tuple(read)[:_MOST_READINGS]


def _w_as_sh(lower: str) -> str:
    return lower.replace("w", "sh")


def _i_as_y(lower: str) -> str:
    """i as ы in a word with the vowels of ы: "jarik", "auil"; a letter of the front vowels speaks against it."""
    return lower if _FRONT.search(lower) or not _BACK.search(lower) else _INNER_I.sub("y", lower)


def _apart(lower: str) -> str:
    return lower.replace("ng", "n\u200bg").replace("ı", "ï")


def _u_as_w(lower: str) -> str:
    return _U_AND_Y.sub("w", lower)


def _other(folded: str) -> str:
    found = _GLIDE.sub("й", folded)
    for taken, meant in _OTHER_READING.items():
        found = found.replace(taken, meant)
    return "э" + found[1:] if found.startswith("е") else found

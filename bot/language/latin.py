"""Kazakh typed in Latin letters, turned into Cyrillic."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

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
# й after a vowel and before one at the start of a word; but "auyl" is ауыл, its u being no vowel.
_SHORT_Y: Final = re.compile(r"(?<=[aeoáäóöï])y|(?<=[uúü])(?<![aeoáäóö][uúü])y|(?<![^\W_])y(?=[aeou])")
_LATIN: Final = re.compile(r"[a-záäçǵğıïńñóöşúüūý]", re.IGNORECASE)


def has_latin(text: str) -> bool:
    """Whether there is a Latin letter in the text."""
    return _LATIN.search(text) is not None


def to_cyrillic(text: str) -> str:
    """Lower-case Cyrillic for Kazakh typed in Latin: "kóshe" and "köşe" are "көше", "koshe" is "коше".

    Where the spelling leaves a choice the result is one of the readings; fold it before comparing.
    """
    lower = unicodedata.normalize("NFC", text.replace("İ", "i").replace("I", "i" if text.isupper() else "ı"))
    lower = unicodedata.normalize("NFC", lower.lower())
    lower = _SHORT_Y.sub("й", lower)
    return _GROUP.sub(lambda group: _GROUPS[group.group()], lower)

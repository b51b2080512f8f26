"""One spelling for words typed with and without Kazakh letters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FOLDED: Final = str.maketrans("қғңүұөәіһё", "кгнууоаихе")
# The sign № would otherwise become the word "no".
_GONE: Final = {**dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff")), ord("№"): " "}
_WORD: Final = re.compile(r"[^\W_]+")
_LATIN: Final = re.compile(r"[a-z]")
_CYRILLIC: Final = re.compile(r"[а-я]")
# People type "iшкi" with the Latin i, and whole words pasted from elsewhere have Latin look-alikes.
_LOOK_ALIKE: Final = str.maketrans("aceiopxykhmtb", "асеиорхукхмтв")


def fold(text: str) -> str:
    """Lower case, with қ→к, ғ→г, ң→н, ү/ұ→у, ө→о, ә→а, і→и, һ→х and ё→е.

    Invisible characters and № go, and Latin letters inside a Cyrillic word become the Cyrillic ones they look like.
    """
    if text.isascii():
        return text.lower()
    lower = unicodedata.normalize("NFKC", text.translate(_GONE)).casefold()
    folded = unicodedata.normalize("NFKC", lower).translate(_FOLDED)
    if _LATIN.search(folded) is None or _CYRILLIC.search(folded) is None:
        return folded
    return _WORD.sub(_unmixed, folded)


def _unmixed(found: re.Match[str]) -> str:
    # One pattern for both letters would take minutes over a word of thousands of letters.
    word = found.group()
    is_mixed = _LATIN.search(word) and _CYRILLIC.search(word)
    return word.translate(_LOOK_ALIKE) if is_mixed else word


def words(text: str) -> list[str]:
    """The words and numbers of a text, folded, in their order; a hyphen or an apostrophe ends a word."""
    return _WORD.findall(fold(text))

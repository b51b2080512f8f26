"""How an article of the Code is named in a sentence, in each language."""

from __future__ import annotations

import re
from typing import Final

from bot.i18n import Translator

_PARTS: Final = re.compile(r"(\d+(?:-\d+)?)(?:\(([\d-]+)\))?(?:\(([\d-]+)\))?")


def article_words(t: Translator, article: str) -> str:
    """An article as the data write it, "90-2(4)(1)", in words: «АППК, ст. 90-2, п. 4, пп. 1»."""
    found = _PARTS.fullmatch(article)
    if found is None:
        return article
    number, paragraph, point = found.groups()
    if point is not None:
        return t.plain("art. {article}({paragraph})({point})", article=number, paragraph=paragraph, point=point)
    if paragraph is not None:
        return t.plain("art. {article}({paragraph})", article=number, paragraph=paragraph)
    return t.plain("art. {article}", article=number)

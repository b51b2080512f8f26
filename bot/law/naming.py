"""How an article of the Code and of other acts is named in a sentence, in each language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Final

from bot.i18n import Translator
from bot.law.rules import DATA

_PARTS: Final = re.compile(r"(\d+(?:-\d+)?)(?:\(([\d-]+)\))?(?:\(([\d-]+)\))?")
_CODE: Final = "APPK art. "
_ARTICLE: Final = re.compile(r"\s+art\.\s+(\d+(?:-\d+)?)")


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


@cache
def _acts() -> tuple[Mapping[str, Mapping[str, str]], tuple[str, ...]]:
    content = tomllib.loads((DATA / "acts.toml").read_text(encoding="utf-8"))
    return content["act"], tuple(content["silent"])


def is_silent(basis: str) -> bool:
    """Whether what an answer rests on is no act of the law, so that nothing is named."""
    return basis.startswith(_acts()[1])


def basis_words(t: Translator, basis: str | None) -> str | None:
    """What an answer rests on as the data write it, "L148 art. 31(1)(11)" or "Tax Code 2025", in words: the act and its
    first article; None where it is no act of the law."""
    if basis is None or is_silent(basis):
        return None
    if basis.startswith(_CODE):
        return article_words(t, basis.removeprefix(_CODE))
    acts, _ = _acts()
    act = max((name for name in acts if basis.startswith(name)), key=len, default=None)
    if act is None:
        return None
    name = acts[act][t.language]
    found = _ARTICLE.match(basis.removeprefix(act))
    if found is None:
        return name
    return t.plain("{act}, art. {article}", act=name, article=found[1])

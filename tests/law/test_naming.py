"""Articles are named as each language names them, whatever the data hold."""

from __future__ import annotations

import pytest

from bot.i18n import Language, translator
from bot.law.naming import article_words


@pytest.mark.parametrize(
    ("language", "article", "words"),
    [
        ("en", "91", "art. 91"),
        ("en", "90-2(4)(1)", "art. 90-2(4)(1)"),
        ("ru", "90-1", "АППК, ст. 90-1"),
        ("ru", "90-2(5)", "АППК, ст. 90-2, п. 5"),
        ("ru", "90-2(4)(1)", "АППК, ст. 90-2, п. 4, пп. 1"),
        ("kk", "90-1", "ӘРПК 90-1-бабы"),
        ("kk", "90-2(5)", "ӘРПК 90-2-бабының 5-тармағы"),
        ("kk", "90-2(4)(1)", "ӘРПК 90-2-бабы 4-тармағының 1) тармақшасы"),
        ("ru", "bot", "bot"),
    ],
)
def test_an_article_is_named_in_the_readers_language(language: Language, article: str, words: str) -> None:
    assert article_words(translator(language), article) == words

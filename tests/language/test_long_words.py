"""A word of thousands of letters, sent in jest or in malice, costs the bot nothing."""

from __future__ import annotations

from datetime import date

import pytest

from bot.language.identify import guess_language
from bot.language.search import query_words, stems_of
from bot.law.forbidden import check


@pytest.mark.parametrize("letter", ["ы", "a", "қ", "aы", "ь", "й'"])
def test_a_word_of_three_thousand_letters_ends_in_no_endless_search(letter: str) -> None:
    text = letter * 3000
    assert all(isinstance(stem, str) for stem in stems_of(text))
    assert len(query_words(text)) <= 1
    assert check(text, date(2026, 11, 25)) == ()
    assert guess_language(text) in {"kk", "ru", "en", None}

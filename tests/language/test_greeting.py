"""A greeting is answered as one, and a wish that begins with one is still a wish."""

from __future__ import annotations

import pytest

from bot.language.greeting import is_greeting


@pytest.mark.parametrize("text", ["Сәлем!", "салем", "Сәлеметсіз бе", "Добрый день", "привет)", "Hello", "Рақмет"])
def test_a_greeting(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize("text", ["", "🙂", "привет, когда починят дорогу", "су жоқ", "көше"])
def test_not_a_greeting(text: str) -> None:
    assert not is_greeting(text)

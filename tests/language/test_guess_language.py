"""The language of a message is guessed, Kazakh without its letters and in Latin included."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from bot.language.identify import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Көшемізде жарық жоқ", "kk"),
        ("кошемизде жарык жок, балалар коркады", "kk"),
        ("балабакша салып бериниздер", "kk"),
        ("koshede jaryq jok", "kk"),
        ("Kowede jaryq jok", "kk"),
        ("zhondeu kerek bizdin koshe", "kk"),
        ("Нужен новый автобус до посёлка", "ru"),
        ("В Қонаеве нет тротуаров и освещения на улице", "ru"),
        ("помогите пожалуйста с ремонтом дороги", "ru"),
        ("We need a new road in our village", "en"),
        ("street lighting", "en"),
    ],
)
def test_it_is_recognised(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize("text", ["", "123 45", "🙂🙂"])
def test_nothing_is_guessed_without_words(text: str) -> None:
    assert guess_language(text) is None


@given(st.text(max_size=100))
def test_the_guess_is_the_same_every_time(text: str) -> None:
    guess = guess_language(text)
    assert guess is None or guess in LANGUAGES
    assert guess_language(text) == guess

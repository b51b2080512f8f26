"""A greeting is answered as one, and a wish that begins with one is still a wish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.greeting import asked_language, is_greeting


@pytest.mark.parametrize(
    "text",
    [
        "Сәлем!",
        "салем",
        "Сәлеметсіз бе",
        "саламатсыз ба ага",
        "Ассалаумағалейкум!",
        "Ассаламу алейкум",
        "қалайсыз?",
        "Salem! qalaisyz",
        "rahmet kop",
        "Рақмет сізге",
        "сау болыңыз",
        "иә, жарайды",
        "Добрый день",
        "доброе утро всем",
        "привет)",
        "Привет, как дела?",
        "спс большое",
        "ок понял",
        "да",
        "Hello",
        "good evening everyone",
        "thank you very much!",
    ],
)
def test_a_greeting(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🙂",
        "привет, когда починят дорогу",
        "су жоқ",
        "көше",
        "сәлем, көшеде жарық жоқ",
        "нет света",
        "good roads",
        "доброе утро, воды нет третий день",
    ],
)
def test_not_a_greeting(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Қазақша", "kk"),
        ("қазақша сөйлеңіз", "kk"),
        ("казакша болама", "kk"),
        ("qazaqsha", "kk"),
        ("Тілді қазақшаға ауыстырыңызшы", "kk"),
        ("на казахском пожалуйста", "kk"),
        ("орысша жаз", "ru"),
        ("Можно на русском?", "ru"),
        ("поменяйте язык на русский", "ru"),
        ("по-русски", "ru"),
        ("English please", "en"),
        ("switch the language to English", "en"),
        ("ағылшынша", "en"),
        ("на английский", "en"),
    ],
)
def test_another_language_is_asked_for(text: str, language: str) -> None:
    assert asked_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "тіл",
        "қазақ тіліндегі мектеп керек",
        "русский театр закрыли",
        "English lessons for our school",
        "қазақша немесе орысша",
        "вывески на казахском языке обязательны",
    ],
)
def test_a_wish_about_a_language_asks_for_none(text: str) -> None:
    assert asked_language(text) is None


@given(st.text(max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    assert asked_language(text) in {"kk", "ru", "en", None}
    assert is_greeting(text) in {True, False}

"""Greetings and thanks: words that wish for nothing."""

from __future__ import annotations

from typing import Final

from bot.language.fold import fold, words

_GREETINGS: Final = frozenset(
    fold(word)
    for word in [
        "сәлем",
        "салем",
        "сәлеметсіз",
        "саламатсыз",
        "саламатсызба",
        "бе",
        "ба",
        "ма",
        "ме",
        "ассалаумағалейкум",
        "ассалам",
        "алейкум",
        "армысыз",
        "қайырлы",
        "таң",
        "күн",
        "кеш",
        "рахмет",
        "рақмет",
        "көп",
        "привет",
        "здравствуйте",
        "здрасте",
        "здравствуй",
        "добрый",
        "доброе",
        "день",
        "утро",
        "вечер",
        "вечера",
        "спасибо",
        "большое",
        "ку",
        "хай",
        "hello",
        "hi",
        "hey",
        "good",
        "morning",
        "evening",
        "day",
        "salem",
        "thanks",
        "thank",
        "you",
    ]
)


def is_greeting(text: str) -> bool:
    """Whether a short text only greets or thanks."""
    said = words(fold(text))
    return 0 < len(said) <= 4 and all(word in _GREETINGS for word in said)

"""The one question that tells two bodies apart, for when both remain likely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.i18n import Language

Words = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what each answer means."""

    text: Words
    answers: tuple[tuple[str, Words], ...]
    """Body and button of each answer."""


_WORK: Final[Words] = {
    "kk": "Белгілі бір жерде жұмыс не қызмет",
    "ru": "Работа или услуга в одном месте",
    "en": "Work or a service in one place",
}
_RULE: Final[Words] = {
    "kk": "Қала, аудан не облысқа ортақ ереже, тариф, бюджет",
    "ru": "Правило, тариф или бюджет города, района, области",
    "en": "A rule, a rate or the budget of a city, district, region",
}
_LAW: Final[Words] = {
    "kk": "Бүкіл елге ортақ заң не тәртіп",
    "ru": "Закон или порядок для всей страны",
    "en": "A law or order for the whole country",
}
_OWN: Final[Words] = {
    "kk": "Тек менің жағдайым немесе бір оқиға",
    "ru": "Только мой случай или одно происшествие",
    "en": "My own case, or one thing that happened",
}
_WHAT: Final[Words] = {
    "kk": "Нақты не керек?",
    "ru": "Что именно нужно?",
    "en": "What exactly is needed?",
}

_ANSWERS: Final = {"akimat": _WORK, "maslikhat": _RULE, "government": _LAW, "not_petition": _OWN}

QUESTIONS: Final[Mapping[str, Question]] = {
    f"{one}|{other}": Question(_WHAT, ((one, _ANSWERS[one]), (other, _ANSWERS[other])))
    for one in sorted(_ANSWERS)
    for other in sorted(_ANSWERS)
    if one < other
}
"""By the two bodies in alphabetical order, "<body>|<body>"."""

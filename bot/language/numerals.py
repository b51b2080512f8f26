"""Small numbers as people write them in answers: «5 адам», «бес», «нас четверо», "twenty five"."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from bot.language.fold import fold, words
from bot.language.latin import has_latin, readings

_ONES: Final = (
    "нөл ноль zero", "бір біреу один одна одно one", "екі екеу два две двое two", "үш үшеу три трое three",
    "төрт төртеу четыре четверо four", "бес бесеу пять пятеро five", "алты алтау шесть шестеро six",
    "жеті жетеу семь семеро seven", "сегіз восемь восьмеро eight", "тоғыз девять nine", "он десять ten",
    "одиннадцать eleven", "двенадцать twelve", "тринадцать thirteen", "четырнадцать fourteen", "пятнадцать fifteen",
    "шестнадцать sixteen", "семнадцать seventeen", "восемнадцать eighteen", "девятнадцать nineteen",
)  # fmt: skip
"""Names of 0 to 19 in the three languages, those of people («төртеу», «четверо») too."""
_TENS: Final = {
    10: "он", 20: "жиырма двадцать twenty", 30: "отыз тридцать thirty", 40: "қырық сорок forty",
    50: "елу пятьдесят fifty", 60: "алпыс шестьдесят sixty", 70: "жетпіс семьдесят seventy",
    80: "сексен восемьдесят eighty", 90: "тоқсан девяносто ninety",
}  # fmt: skip
_NUMBER: Final = re.compile(r"(?<![\w.,])[-+]?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:[.,]\d{1,4})?(?!\d)")
_MOST_WORDS: Final = 5
"""A longer text is no answer to how many."""


def number_said(text: str) -> float | None:
    """The one number that a short text holds, in figures with words around it or in words up to 99; None when there is
    none, or more than one."""
    if len(text.split()) > _MOST_WORDS + 3:
        return None
    figures: list[str] = _NUMBER.findall(text)
    if len(figures) == 1 and sum(character.isdigit() for character in text) <= 12:
        return float(re.sub(r"[ \u00a0\u202f]", "", figures[0]).replace(",", "."))
    return None if figures else _in_words(text)


def _in_words(text: str) -> float | None:
    found: list[int] = []
    said = words(text)
    if len(said) > _MOST_WORDS:
        return None
    for word in said:
        spelled = {word, *(map(fold, readings(word)) if has_latin(word) else ())}
        number = next((_names()[one] for one in spelled if one in _names()), None)
        if number is not None:
            found.append(number)
    if len(found) == 2 and found[0] >= 10 and found[0] % 10 == 0 and 0 < found[1] < 10:
        return float(found[0] + found[1])
    return float(found[0]) if len(found) == 1 else None


@cache
def _names() -> dict[str, int]:
    names = {fold(name): number for number, listed in enumerate(_ONES) for name in listed.split()}
    return names | {fold(name): number for number, listed in _TENS.items() for name in listed.split()}

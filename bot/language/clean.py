"""Personal data, links and emoji in what people write, so that they can be taken out before publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import phonenumbers

Kind = Literal["iin", "phone", "link", "email", "emoji"]

_IIN: Final = re.compile(r"(?<!\d)\d{6}[ -]?\d{6}(?!\d)")
_IIN_LENGTH: Final = 12
_FIRST_WEIGHTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURIES: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK: Final = re.compile(
    r"(?:https?://|www\.|tg://)[^\s<>]+"
    r"|(?<![\w.@-])(?:[\w-]+\.)+(?:kz|com|ru|org|net|me|info|io|рф|қаз)\b(?:/[^\s<>]*)?"
    r"|(?<![\w@])@[A-Za-z]\w{4,}",
    re.IGNORECASE,
)
_LINK_TAIL: Final = ".,;:!?)»\"'"

_PICTURE: Final = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u3030\u303d\u3297\u3299]"
_EMOJI: Final = re.compile(
    rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTURE}[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\u200d]*)+"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a text that is not for everybody's eyes, or not for a petition."""

    kind: Kind
    start: int
    end: int
    """Characters of the text, the end not included."""
    text: str


def is_iin(digits: str) -> bool:
    """Whether twelve digits are a possible IIN: date of birth, century and check digit agree."""
    if len(digits) != _IIN_LENGTH or not digits.isascii() or not digits.isdigit() or digits[6] not in _CENTURIES:
        return False
    try:
        date(_CENTURIES[digits[6]] + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return iin_check_digit(digits[:-1]) == int(digits[-1])


def iin_check_digit(first_eleven: str) -> int | None:
    """The twelfth digit of an IIN; None when a number with these eleven is not issued."""
    digits = [int(digit) for digit in first_eleven]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def personal_data(text: str) -> list[Found]:
    """IINs, e-mail addresses, links and names of chats, phone numbers and emoji, in the order of the text.

    Nothing is found twice: where two readings overlap the first of that list wins.
    """
    found: list[Found] = []
    for candidate in _all(text):
        if all(candidate.end <= other.start or other.end <= candidate.start for other in found):
            found.append(candidate)
    return sorted(found, key=lambda piece: piece.start)


def _all(text: str) -> Iterator[Found]:
    for match in _IIN.finditer(text):
        if is_iin(re.sub(r"\D", "", match.group())):
            yield Found("iin", match.start(), match.end(), match.group())
    for match in _EMAIL.finditer(text):
        yield Found("email", match.start(), match.end(), match.group())
    for match in _LINK.finditer(text):
        written = match.group().rstrip(_LINK_TAIL)
        yield Found("link", match.start(), match.start() + len(written), written)
    for number in phonenumbers.PhoneNumberMatcher(text, "KZ", leniency=phonenumbers.Leniency.VALID):
        yield Found("phone", number.start, number.end, number.raw_string)
    for match in _EMOJI.finditer(text):
        yield Found("emoji", match.start(), match.end(), match.group())

"""What a broadcast must be before it is sent, without storage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from html import unescape
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.i18n import LANGUAGES, Language
from bot.language.moment import MomentUnread, read_moment
from bot.screen import Tap

MESSAGE_CHARACTERS: Final = 4096
CAPTION_CHARACTERS: Final = 1024
BUTTON_CHARACTERS: Final = 40
MOST_BUTTONS: Final = 4
_TAG: Final = re.compile(r"<[^>]*>")

FURTHEST: Final = timedelta(days=90)
"""How far ahead a broadcast can be scheduled."""
USUAL_START: Final = time(10)
"""When something starts on a day without a time: people are awake and reach the office with what they do not
understand."""
_CLOCK: Final = re.compile(r"\D{0,6}\d{1,2}:\d{2}\D{0,4}")

Problem = Literal["no_text", "too_long", "not_supported"]


class BroadcastTap(Tap, prefix="bc"):
    """Do something with a broadcast made up to `version`; None: whatever it is now."""

    number: int
    version: int | None
    do: str


def plain_text(html: str) -> str:
    """The words of a Telegram HTML text in one line, without tags."""
    return " ".join(unescape(_TAG.sub("", html)).split())


def shown_length(html: str) -> int:
    """Characters of a Telegram HTML text as Telegram counts them: UTF-16 units without tags."""
    return len(unescape(_TAG.sub("", html)).encode("utf-16-le")) // 2


def text_problem(html: str, *, is_caption: bool) -> Problem | None:
    """Why a text cannot be sent."""
    if not _TAG.sub("", html).strip():
        return "no_text"
    if shown_length(html) > (CAPTION_CHARACTERS if is_caption else MESSAGE_CHARACTERS):
        return "too_long"
    return None


def text_in(texts: Mapping[str, Any], language: Language) -> str | None:
    """The text a reader of a language gets: theirs, else Kazakh, Russian, English, whichever there is."""
    for one in (language, *LANGUAGES):
        if texts.get(one):
            return str(texts[one])
    return None


def missing_languages(texts: Mapping[str, Any]) -> tuple[Language, ...]:
    """Languages whose readers will get another language's text."""
    return tuple(language for language in LANGUAGES if not texts.get(language))


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens an address, in the languages given."""

    url: str
    words: dict[str, str]


def read_button(text: str) -> LinkButton | None:
    """A button as its maker writes it: an address in the last line, the words above it: one line for all languages,
    or Kazakh, Russian and English in this order, as many as there are. None: it cannot be read."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not 2 <= len(lines) <= 1 + len(LANGUAGES):
        return None
    *words, url = lines
    address = urlsplit(url)
    is_address = address.scheme in {"http", "https"} and "." in address.netloc and " " not in url
    if not is_address or any(len(word) > BUTTON_CHARACTERS for word in words):
        return None
    if len(words) == 1:
        words *= 3
    return LinkButton(url, dict(zip(LANGUAGES, words, strict=False)))


def read_start(text: str, now: datetime, zone: str, usual: time = USUAL_START) -> datetime | None:
    """A moment to come as people write it, in local time: "28.11 10:00", «ертең 18:00». A day alone means the `usual`
    time of that day, "18:00" alone the next such moment.

    None: it cannot be read, has passed, or is too far away.
    """
    here = ZoneInfo(zone)
    local = now.astimezone(here)
    try:
        moment = read_moment(text, local.date(), usual)
    except MomentUnread as unread:
        if unread.args[0] != "day" or _CLOCK.fullmatch(text.strip()) is None:
            return None
        try:
            moment = read_moment(f"{local:%Y-%m-%d} {text}", local.date())
        except MomentUnread:
            return None
        moment += timedelta(days=int(moment.replace(tzinfo=here) <= now))
    found = moment.replace(tzinfo=here)
    return found.astimezone(now.tzinfo) if now < found <= now + FURTHEST else None

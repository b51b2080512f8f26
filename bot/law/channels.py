"""Where to turn instead of a petition: numbers and pages, as data with their sources."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.i18n import LANGUAGES, Language
from bot.law.forbidden import Channel
from bot.law.rules import DATA

FILE: Final = "channels.toml"
CONFIDENCES: Final = frozenset({"V", "N", "M", "I"})
_FIELDS: Final = frozenset({"tel", "url", "name", "when", "usual", "about", "confidence", "source"})
_NUMBER: Final = re.compile(r"\d{3,4}")


class ChannelsWrong(ValueError):
    """The data cannot be used; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A number to call or a page to open."""

    key: str
    tel: str | None
    url: str | None
    names: Mapping[Language, str]
    whens: Mapping[Language, str]
    usual: bool
    """Shown beside every wish."""
    about: frozenset[str]
    """Bodies and subjects of wishes it is shown for."""
    confidence: str
    source: str

    def name(self, language: Language) -> str:
        """What it is called."""
        return self.names[language]

    def when(self, language: Language) -> str:
        """What it is for, in a line."""
        return self.whens[language]


def _contact(key: str, entry: Mapping[str, Any]) -> Contact:
    tel, url = entry.get("tel"), entry.get("url")
    if (tel is None) == (url is None):
        raise ChannelsWrong(f"{FILE}: {key}: has either tel or url")
    if tel is not None and not _NUMBER.fullmatch(tel):
        raise ChannelsWrong(f"{FILE}: {key}.tel: must be a short number")
    if url is not None and not url.startswith("https://"):
        raise ChannelsWrong(f"{FILE}: {key}.url: must begin with https://")
    for field in ("name", "when"):
        words = entry.get(field)
        if not isinstance(words, dict) or set(words) != set(LANGUAGES) or not all(words.values()):
            raise ChannelsWrong(f"{FILE}: {key}.{field}: must have {', '.join(LANGUAGES)} and nothing else")
    if entry.get("confidence") not in CONFIDENCES or not entry.get("source"):
        raise ChannelsWrong(f"{FILE}: {key}: needs a source and a confidence of {', '.join(sorted(CONFIDENCES))}")
    unknown = entry.keys() - _FIELDS
    if unknown:
        raise ChannelsWrong(f"{FILE}: {key}: there is no field {', '.join(sorted(unknown))}")
    return Contact(
        key=key,
        tel=tel,
        url=url,
        names=entry["name"],
        whens=entry["when"],
        usual=bool(entry.get("usual")),
        about=frozenset(entry.get("about", ())),
        confidence=entry["confidence"],
        source=entry["source"],
    )


def load(folder: Path = DATA) -> Mapping[str, Contact]:
    """The contacts in a folder, in their order.

    Raises:
        ChannelsWrong: something in them is not as it must be, or a channel of the law is missing.
    """
    try:
        written = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ChannelsWrong(f"{FILE}: {error}") from None
    contacts = {key: _contact(key, entry) for key, entry in written.get("channel", {}).items()}
    for channel in Channel:
        if channel.value not in contacts:
            raise ChannelsWrong(f"{FILE}: {channel.value} is missing")
    return contacts


@cache
def contacts() -> Mapping[str, Contact]:
    """The contacts that come with the bot."""
    return load()


def fitting(channel: str | None, about: frozenset[str] = frozenset()) -> tuple[Contact, ...]:
    """Whom to ask instead: the channel that fits a wish first, then what is usual or fits what it is `about` (its body
    and its subject)."""
    found = [one for one in contacts().values() if one.usual or not one.about.isdisjoint(about)]
    first = [one for one in contacts().values() if one.key == channel]
    return (*first, *(one for one in found if one.key != channel))

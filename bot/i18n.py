"""Language: catalogues, plurals, numbers, dates, lists and Kazakh sort order, in one place.

A view asks for words with `t("Sign")`, `t.plural(...)`; the text in the code is the English message, the catalogues
under `locales/` hold what each person reads. Nothing here knows Telegram.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

Language = Literal["kk", "ru", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru", "en")
LANGUAGE_NAMES: Final[dict[Language, str]] = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
LOCALES: Final = Path(__file__).resolve().parent.parent / "locales"
DOMAIN: Final = "bot"
NBSP: Final = "\u00a0"

_KAZAKH_ALPHABET: Final = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_KAZAKH_ORDER: Final = {letter: index for index, letter in enumerate(_KAZAKH_ALPHABET)}


class Html(str):
    """Text that is Telegram HTML already and is inserted as it is."""

    __slots__ = ()


def safe(text: str) -> Html:
    """Somebody's own words as Telegram HTML."""
    return Html(escape(text, quote=False))


def bold(text: str) -> Html:
    """Somebody's own words in bold."""
    return Html(f"<b>{safe(text)}</b>")


class CatalogueMissing(RuntimeError):
    """The compiled catalogue of a language is not there; `make setup` makes it."""


def as_language(code: str | None, default: Language = "kk") -> Language:
    """The language of ours that a Telegram language code means, e.g. "ru-RU" -> "ru"; otherwise the default."""
    base = (code or "").split("-")[0].lower()
    return base if base in LANGUAGES else default


def N_(message: str) -> str:
    """Mark a message for the catalogues where it is defined; it is translated where it is shown."""
    return message


class Translator:
    """Words, numbers and dates in one language."""

    def __init__(self, language: Language, catalogue: gettext.NullTranslations, zone: ZoneInfo) -> None:
        self.language: Final[Language] = language
        self._catalogue = catalogue
        self._zone = zone
        self._locale = Locale(language)

    @property
    def zone(self) -> str:
        """Name of the time zone in which dates are shown."""
        return self._zone.key

    def __call__(self, message: str, **values: object) -> Html:
        """A message as Telegram HTML. Inserted values are escaped unless they are Html themselves; whole numbers
        get the locale's grouping."""
        return Html(self._fill(self._catalogue.gettext(message), values, html=True))

    def plain(self, message: str, **values: object) -> str:
        """A message for places without formatting: buttons, toasts, menus, file names."""
        return self._fill(self._catalogue.gettext(message), values, html=False)

    def plural(self, one: str, many: str, count: int, **values: object) -> Html:
        """A message that depends on a number, inserted as `{count}`."""
        found = self._catalogue.ngettext(one, many, count)
        return Html(self._fill(found, {"count": count, **values}, html=True))

    def plain_plural(self, one: str, many: str, count: int, **values: object) -> str:
        """`plural` for places without formatting."""
        return self._fill(self._catalogue.ngettext(one, many, count), {"count": count, **values}, html=False)

    def _fill(self, message: str, values: dict[str, object], *, html: bool) -> str:
        if not values:
            return message
        shown: dict[str, str] = {}
        for name, value in values.items():
            is_number = isinstance(value, int) and not isinstance(value, bool)
            written = self.number(cast(int, value)) if is_number else str(value)
            shown[name] = escape(written, quote=False) if html and not isinstance(value, Html) else written
        return message.format(**shown)

    def number(self, value: float) -> str:
        """A number with the locale's grouping and at most three decimals, kept on one line (U+00A0)."""
        return format_decimal(value, locale=self._locale).replace("\u202f", NBSP).replace(" ", NBSP)

    def tenths(self, value: float) -> str:
        """A number with one decimal, as the locale writes it."""
        return format_decimal(value, format="#,##0.0", locale=self._locale).replace("\u202f", NBSP).replace(" ", NBSP)

    def percent(self, share: float) -> str:
        """A share of one as whole percent."""
        return format_percent(share, locale=self._locale).replace("\u202f", NBSP)

    def month(self, day: date) -> str:
        """A month with its year: "2026 ж. қараша", "ноябрь 2026 г.", "November 2026"."""
        return format_skeleton("yMMMM", day, locale=self._locale)

    def date(self, moment: date | datetime) -> str:
        """07.03.2026 in Kazakh and Russian, 7 March 2026 in English; an instant is shown in local time."""
        day = moment.astimezone(self._zone).date() if isinstance(moment, datetime) else moment
        if self.language == "en":
            return f"{day.day} {format_date(day, 'MMMM yyyy', locale=self._locale)}"
        return day.strftime("%d.%m.%Y")

    def date_time(self, moment: datetime) -> str:
        """Date and time of day, in local time and without a zone's name."""
        local = moment.astimezone(self._zone)
        return f"{self.date(local.date())}, {format_time(local, 'HH:mm', locale=self._locale)}"

    def all_of(self, parts: Iterable[str]) -> str:
        """A list in a sentence: "a, b and c"."""
        return format_list(list(parts), locale=self._locale)


def kazakh_order(text: str) -> tuple[int, ...]:
    """Sort key for Kazakh (and Russian) words: by the Kazakh alphabet, other characters before letters."""
    letters = text.casefold()
    return tuple(_KAZAKH_ORDER.get(letter, ord(letter) - 0x110000) for letter in letters)


@cache
def translator(language: Language, zone: str = "Asia/Almaty") -> Translator:
    """The translator of a language.

    Raises:
        CatalogueMissing: its catalogue has not been compiled.
    """
    try:
        catalogue = gettext.translation(DOMAIN, str(LOCALES), languages=[language])
    except FileNotFoundError:
        raise CatalogueMissing(
            f"no compiled catalogue for {language!r} under {LOCALES.name}/; run: make setup"
        ) from None
    return Translator(language, catalogue, ZoneInfo(zone))

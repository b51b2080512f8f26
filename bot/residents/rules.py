"""Rules about people, without storage: phone numbers and their hashes, invitation tokens, and what is still
missing before somebody may sign."""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.i18n import N_, Language, Translator
from bot.places.tree import Place
from bot.residents.consent import ConsentText
from bot.screen import Tap

INVITATION_TERM: Final = timedelta(days=7)
"""How long an invitation link works."""

MOVE_TERM: Final = timedelta(minutes=15)
"""How long the offer to move a number to this account stands after the number was shown to be one's own."""

_TOKEN_BYTES: Final = 24
TOKEN_CHARACTERS: Final = 32
"""Length of an invitation token; 24 random bytes in the url-safe alphabet."""

_NUMBER_DECORATION: Final = re.compile(r"[\s().\-‐-―]+")
_COUNTRY_THEN_NUMBER: Final = re.compile(r"\+?7([67]\d{9})")
_TRUNK_THEN_NUMBER: Final = re.compile(r"8(7\d{9})")
_BARE_NUMBER: Final = re.compile(r"7\d{9}")

Missing = Literal["consent", "citizen", "phone"]


def kazakh_number(text: str) -> str | None:
    """A Kazakhstan telephone number in E.164, or None when it is another country's or no number.

    Kazakhstan shares +7 with Russia and has what begins with 6 or 7 after it. New prefixes are given out
    every few years, so no list of them is kept here. Without a country code only numbers that begin with 7
    are taken for Kazakhstan's: a bare 6… of ten digits may as well be Singapore's.
    """
    digits = _NUMBER_DECORATION.sub("", text)
    if not digits.isascii():
        return None
    for shape in (_COUNTRY_THEN_NUMBER, _TRUNK_THEN_NUMBER):
        if found := shape.fullmatch(digits):
            return f"+7{found[1]}"
    return f"+7{digits}" if _BARE_NUMBER.fullmatch(digits) else None


def _keyed(pepper: bytes, purpose: str, *parts: object) -> hmac.HMAC:
    # The purpose keeps one kind of hash from ever standing in for another.
    return hmac.new(pepper, ":".join([purpose, *map(str, parts)]).encode(), hashlib.sha256)


def phone_hash(pepper: bytes, e164: str) -> str:
    """HMAC-SHA256 of a number in hex. Without the pepper nobody can try all numbers to find which one it is."""
    return _keyed(pepper, "phone", e164).hexdigest()


def signer_key(pepper: bytes, petition_id: int, phone_hash: str) -> str:
    """Who signed one petition, in hex: the same phone gives the same key there and an unrelated one elsewhere."""
    return _keyed(pepper, "signer", petition_id, phone_hash).hexdigest()


def reporter_key(pepper: bytes, petition_id: int, phone_hash: str) -> str:
    """Who reported one petition, in hex; it cannot be matched with who signed it."""
    return _keyed(pepper, "reporter", petition_id, phone_hash).hexdigest()


def move_proof(pepper: bytes, source_id: int, target_id: int, until: int, phone_hash: str) -> str:
    """Proof in a button that its account has just shown the number which another account holds.

    What a button carries can be forged by a changed client; without this anybody could take over an account
    by guessing its id. `until` is a Unix time in seconds.
    """
    digest = _keyed(pepper, "move", source_id, target_id, until, phone_hash).digest()
    return base64.urlsafe_b64encode(digest[:15]).decode()


def proofs_equal(one: str, other: str) -> bool:
    """Compare two proofs in a time that tells nothing about them."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_token() -> str:
    """A fresh invitation token, fit for a start parameter and for a button."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    """SHA-256 of a token in hex, which is all that is stored of it."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the bot, as the consent text must name it (Law 94-V art. 8(4))."""

    name: str = ""
    bin: str = ""
    contact: str = ""

    @property
    def is_named(self) -> bool:
        """Whether the consent can name a real operator; without one the bot is a place for training."""
        return bool(self.name)

    def shown_name(self, t: Translator) -> str:
        """The operator's name, or words that say that there is none."""
        return self.name or t.plain(TRAINING_OPERATOR)


TRAINING_OPERATOR: Final = N_("sandbox operator (training)")


@dataclass(frozen=True, slots=True)
class Confirming:
    """How far somebody is on the way to being allowed to sign and to start petitions."""

    missing: Missing | None
    """The next thing to ask for; None: confirmed."""
    then: Tap | None
    """What the person was about to do."""
    operator: Operator
    consent: ConsentText
    """The consent text in force."""


class PhoneOutcome(enum.Enum):
    """What came of a number somebody showed."""

    CONFIRMED = "confirmed"
    ALREADY = "already"
    """The account has this number already, or has another one."""
    NOT_YET = "not_yet"
    """Consent or the statement of citizenship is missing; the number was not looked at."""
    NOT_KAZAKH = "not_kazakh"
    TAKEN = "taken"
    """Another account has it; it can be moved here."""


@dataclass(frozen=True, slots=True)
class MoveOffer:
    """A number held by another account may be moved here until `until` (Unix time, seconds)."""

    source_id: int
    until: int
    proof: str
    held: dict[str, int]
    """What moves along, by kind."""


@dataclass(frozen=True, slots=True)
class PhoneResult:
    """What came of a shown number; with an offer when it is TAKEN."""

    outcome: PhoneOutcome
    offer: MoveOffer | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What the bot keeps about a person, as the privacy screen tells it."""

    language: Language
    place: Place | None
    phone_confirmed_at: datetime | None
    consent_version: str | None
    consent_given_at: datetime | None
    has_words: bool = False
    """Whether the words of the last search are kept."""
    held: dict[str, int] = field(default_factory=dict)

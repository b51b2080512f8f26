"""What a person sees, as plain values: a screen, its buttons, and the short codes that buttons carry.

Views build these without knowing Telegram; `bot.telegram` turns them into Bot API calls.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Self, dataclass_transform

CALLBACK_DATA_BYTES = 64
"""Telegram's limit for what a button may carry."""

SEPARATOR = ":"


class StaleTap(ValueError):
    """Callback data that no present button would carry: cut, forged, or of an older release."""


@dataclass_transform(frozen_default=True)
class Tap:
    """What a button carries: ids only, packed into at most 64 bytes.

    Subclass with a prefix of its own and annotated fields of type `int`, `str` or either with `| None`:

        class SignTap(Tap, prefix="sg"):
            petition: int
    """

    prefix: ClassVar[str]
    known: ClassVar[dict[str, type[Tap]]] = {}

    def __init_subclass__(cls, *, prefix: str) -> None:
        other = Tap.known.get(prefix)
        if other is not None and other.__qualname__ != cls.__qualname__:
            raise TypeError(f"tap prefix {prefix!r} is taken by {other.__qualname__}")
        cls.prefix = prefix
        dataclass(frozen=True)(cls)
        Tap.known[prefix] = cls

    def pack(self) -> str:
        """The callback data. Raises ValueError when it would not fit into 64 bytes."""
        parts = [self.prefix]
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            part = "" if value is None else str(value)
            if SEPARATOR in part:
                raise ValueError(f"{field.name}={value!r} contains {SEPARATOR!r}")
            parts.append(part)
        packed = SEPARATOR.join(parts)
        if len(packed.encode()) > CALLBACK_DATA_BYTES:
            raise ValueError(f"callback data is over {CALLBACK_DATA_BYTES} bytes: {packed!r}")
        return packed

    @staticmethod
    def read(data: str) -> Tap:
        """Read callback data of whatever kind. Raises StaleTap when no present kind of button carries it."""
        kind = Tap.known.get(data.split(SEPARATOR, 1)[0])
        if kind is None:
            raise StaleTap(data)
        return kind.unpack(data)

    @classmethod
    def unpack(cls, data: str) -> Self:
        """Read callback data back. Raises StaleTap when it is not this kind of tap."""
        prefix, *parts = data.split(SEPARATOR)
        named = fields(cls)  # type: ignore[arg-type]
        if prefix != cls.prefix or len(parts) != len(named):
            raise StaleTap(data)
        values: dict[str, Any] = {}
        for field, part in zip(named, parts, strict=True):
            kind = str(field.type)
            try:
                if part == "" and "None" in kind:
                    values[field.name] = None
                else:
                    values[field.name] = int(part) if kind.startswith("int") else part
            except ValueError:
                raise StaleTap(data) from None
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Button:
    """One button. Exactly one of `tap`, `url`, `share`, `copy` for a button under a message; `ask` (or nothing,
    which sends its own text) for a button below the writing field."""

    text: str
    tap: Tap | None = None
    url: str | None = None
    share: str | None = None
    """Text put after the bot's name in a chat the person picks (inline mode)."""
    copy: str | None = None
    ask: Literal["contact", "location"] | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Live:
    """That a message shows something that moves: `kind` names a renderer registered in `bot.bootstrap`."""

    kind: str
    reference: int


@dataclass(frozen=True, slots=True)
class Picture:
    """An image or file drawn at the moment it is sent, from what is stored then.

    `kind` names a painter registered in `bot.bootstrap`; `reference` is the id of what is drawn.
    """

    kind: str
    reference: int
    language: str
    as_document: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or document that somebody sent to the bot, sent on by Telegram's own id of the file."""

    kind: Literal["photo", "document"]
    file_id: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: Telegram HTML and what is under it."""

    text: str
    rows: Rows = ()
    below: Rows = ()
    """Buttons below the writing field; they replace `rows`, since Telegram allows one keyboard a message."""
    remove_below: bool = False
    """Take the buttons below the writing field away."""
    live: Live | None = None
    """What in it moves (a petition's count); the message is then kept up to date."""
    picture: Picture | None = None
    """The text is its caption then (at most 1,024 characters)."""
    attachment: Attachment | None = None
    """The text is its caption then, as with a picture; never both."""
    pin: bool = False
    """Pin the message in its chat once it is sent."""


def rows(*lines: list[Button] | Button | None) -> Rows:
    """Lay buttons out in lines; empty lines and None are left out."""
    laid: list[tuple[Button, ...]] = []
    for line in lines:
        if line is None:
            continue
        buttons = (line,) if isinstance(line, Button) else tuple(line)
        if buttons:
            laid.append(buttons)
    return tuple(laid)

"""What can be learnt from an update as Telegram sent it, also from one that cannot be parsed."""

from __future__ import annotations

from typing import Any


def dig(raw: Any, *path: str) -> Any:
    """The value at the end of a path of names; None where something on the way is missing or no object."""
    for name in path:
        if not isinstance(raw, dict):
            return None
        raw = raw.get(name)
    return raw


def event_of(raw: dict[str, Any]) -> Any:
    """The one field of an update that is not its number, whatever it is called."""
    return next((value for name, value in raw.items() if name != "update_id"), None)


def chat_of(raw: dict[str, Any]) -> int | None:
    """The id of the chat it happened in; above zero for a person's own chat with the bot."""
    return _first_int(event_of(raw), ("chat", "id"), ("message", "chat", "id"))


def person_of(raw: dict[str, Any]) -> int | None:
    """The Telegram id of who did it."""
    return _first_int(event_of(raw), ("from", "id"), ("user", "id"))


def language_of(raw: dict[str, Any]) -> str | None:
    """The language code of the person's Telegram."""
    code = dig(event_of(raw), "from", "language_code")
    return code if isinstance(code, str) else None


def tap_of(raw: dict[str, Any]) -> str | None:
    """The id by which a tap on a button is answered."""
    identity = dig(raw, "callback_query", "id")
    return identity if isinstance(identity, str) else None


def chat_key(raw: dict[str, Any]) -> int:
    """What orders an update: its chat, or the person where there is no chat."""
    return chat_of(raw) or person_of(raw) or 0


def _first_int(event: Any, *paths: tuple[str, ...]) -> int | None:
    for path in paths:
        found = dig(event, *path)
        if isinstance(found, int):
            return found
    return None

"""Keyboards: judged as Telegram judges them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.entities import is_link
from bot.sandbox.errors import bad
from bot.sandbox.limits import (
    CALLBACK_DATA_BYTES,
    COPY_TEXT_LENGTH,
    KEYBOARD_BUTTONS,
    KEYBOARD_ROW,
    REPLY_KEYBOARD_BUTTONS,
)

JSON = dict[str, Any]

ACTIONS = (
    "url",
    "callback_data",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "web_app",
    "login_url",
    "callback_game",
    "pay",
)


def inline(markup: Any) -> JSON | None:
    """The keyboard under a message, without empty rows; None when nothing is left.

    Raises:
        ApiError: it is no inline keyboard, or a button breaks a limit.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    rows = [[_button(button) for button in row] for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > KEYBOARD_BUTTONS or any(len(row) > KEYBOARD_ROW for row in rows):
        raise bad("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def _button(button: JSON) -> JSON:
    text = str(button.get("text") or "").strip()
    if not text:
        raise bad("can't parse inline keyboard button: Text must be non-empty")
    action = next((one for one in ACTIONS if button.get(one) is not None), None)
    if action is None:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    value = button[action]
    if action == "callback_data" and not 1 <= len(value.encode()) <= CALLBACK_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if action == "url" and not is_link(value):
        raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if action == "copy_text" and not 1 <= len(value.get("text") or "") <= COPY_TEXT_LENGTH:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    if action == "pay":
        raise bad("BUTTON_TYPE_INVALID")
    return {"text": text, action: value, **{key: button[key] for key in ("style",) if button.get(key)}}


def below(markup: JSON, *, group: bool) -> JSON | None:
    """The keyboard below the writing field; None takes it away.

    Raises:
        ApiError: a button is empty, one too many, or asks in a group for what only a private chat gives.
    """
    if "keyboard" not in markup:
        return None
    rows = []
    for row in markup["keyboard"]:
        buttons = [{"text": button} if isinstance(button, str) else dict(button) for button in row]
        for button in buttons:
            if not str(button.get("text") or "").strip():
                raise bad("keyboard button text must be non-empty")
            if group and button.get("request_contact"):
                raise bad("phone number can be requested in private chats only")
            if group and button.get("request_location"):
                raise bad("location can be requested in private chats only")
        if buttons:
            rows.append([{key: value for key, value in button.items() if value is not None} for button in buttons])
    if sum(len(row) for row in rows) > REPLY_KEYBOARD_BUTTONS:
        raise bad("reply markup is too long")
    return {**{key: value for key, value in markup.items() if value is not None}, "keyboard": rows} if rows else None

"""Answers: the Bot API calls that answer one update, as data that is stored with the update's effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Self

from bot.screen import Button, Picture, Rows, Screen

TOAST_CHARACTERS = 200
"""Telegram's limit for the text of a callback answer."""


@dataclass(frozen=True, slots=True)
class LivePlace:
    """That the message of a call is to be kept up to date: what it shows, for whom and in which language."""

    kind: str
    reference: int
    language: str
    resident_id: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call. A picture is drawn when the call is made."""

    method: str
    params: dict[str, Any]
    picture: Picture | None = None
    screen_of: int | None = None
    """Resident whose screen (the message edited in place) the sent message becomes."""
    live: LivePlace | None = None
    pin: bool = False
    """Pin the sent message, without a sound."""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON for the inbox row."""
        stored: dict[str, Any] = {"method": self.method, "params": self.params}
        if self.picture:
            stored["picture"] = [
                self.picture.kind,
                self.picture.reference,
                self.picture.language,
                self.picture.as_document,
            ]
        if self.screen_of is not None:
            stored["screen_of"] = self.screen_of
        if self.live:
            stored["live"] = [self.live.kind, self.live.reference, self.live.language, self.live.resident_id]
        if self.pin:
            stored["pin"] = True
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        return cls(
            method=stored["method"],
            params=stored["params"],
            picture=Picture(*stored["picture"]) if "picture" in stored else None,
            screen_of=stored.get("screen_of"),
            live=LivePlace(*stored["live"]) if "live" in stored else None,
            pin=bool(stored.get("pin")),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the person, in order. Answers can be added."""

    calls: tuple[Call, ...] = field(default=())

    def __add__(self, other: Answer) -> Answer:
        return Answer(self.calls + other.calls)


@dataclass(frozen=True, slots=True)
class MessageAddress:
    """A message that exists: in a chat, or sent through inline mode."""

    chat_id: int | None = None
    message_id: int | None = None
    inline_message_id: str | None = None
    has_picture: bool = False

    def params(self) -> dict[str, Any]:
        """The parameters by which the Bot API names it."""
        if self.inline_message_id is not None:
            return {"inline_message_id": self.inline_message_id}
        return {"chat_id": self.chat_id, "message_id": self.message_id}


def button_json(button: Button) -> dict[str, Any]:
    """A button under a message as the Bot API writes it."""
    shown: dict[str, Any] = {"text": button.text}
    if button.tap is not None:
        shown["callback_data"] = button.tap.pack()
    elif button.url is not None:
        shown["url"] = button.url
    elif button.share is not None:
        shown["switch_inline_query"] = button.share
    elif button.copy is not None:
        shown["copy_text"] = {"text": button.copy}
    else:
        raise ValueError(f"a button under a message needs an action: {button.text!r}")
    return shown


def inline_keyboard(rows: Rows) -> dict[str, Any]:
    """Buttons under a message."""
    return {"inline_keyboard": [[button_json(button) for button in row] for row in rows]}


def reply_keyboard(rows: Rows) -> dict[str, Any]:
    """Buttons below the writing field."""
    lines = []
    for row in rows:
        line = []
        for button in row:
            shown: dict[str, Any] = {"text": button.text}
            if button.ask == "contact":
                shown["request_contact"] = True
            elif button.ask == "location":
                shown["request_location"] = True
            line.append(shown)
        lines.append(line)
    return {"keyboard": lines, "resize_keyboard": True, "one_time_keyboard": True}


def markup(screen: Screen) -> dict[str, Any] | None:
    """The keyboard of a screen, if it has one."""
    if screen.below:
        return reply_keyboard(screen.below)
    if screen.rows:
        return inline_keyboard(screen.rows)
    if screen.remove_below:
        return {"remove_keyboard": True}
    return None


def send_call(screen: Screen, chat_id: int, *, screen_of: int | None, live: LivePlace | None = None) -> Call:
    """The call that sends a screen as a new message."""
    params: dict[str, Any] = {"chat_id": chat_id, "parse_mode": "HTML"}
    keyboard = markup(screen)
    if keyboard is not None:
        params["reply_markup"] = keyboard
    if screen.picture is not None:
        params["caption"] = screen.text
        method = "sendDocument" if screen.picture.as_document else "sendPhoto"
        return Call(method, params, picture=screen.picture)
    if screen.attachment is not None:
        params["caption"] = screen.text
        params[screen.attachment.kind] = screen.attachment.file_id
        return Call("sendDocument" if screen.attachment.kind == "document" else "sendPhoto", params)
    params["text"] = screen.text
    params["link_preview_options"] = {"is_disabled": True}
    return Call("sendMessage", params, screen_of=None if screen.below else screen_of, live=live, pin=screen.pin)


def edit_call(screen: Screen, address: MessageAddress, *, live: LivePlace | None = None) -> Call:
    """The call that turns an existing text message into a screen."""
    params: dict[str, Any] = {
        **address.params(),
        "text": screen.text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": inline_keyboard(screen.rows),
    }
    return Call("editMessageText", params, live=live)


def pin_call(chat_id: int, message_id: int) -> Call:
    """The call that pins a message, without a sound."""
    params = {"chat_id": chat_id, "message_id": message_id, "disable_notification": True}
    return Call("pinChatMessage", params)


def toast_call(callback_id: str, text: str | None = None, *, alert: bool = False, url: str | None = None) -> Call:
    """The call that answers a tap: with nothing, a toast, an alert to be closed, or a link to open."""
    params: dict[str, Any] = {"callback_query_id": callback_id}
    if text is not None:
        params["text"] = text if len(text) <= TOAST_CHARACTERS else text[: TOAST_CHARACTERS - 1] + "…"
        params["show_alert"] = alert
    if url is not None:
        params["url"] = url
    return Call("answerCallbackQuery", params)


ChatKind = Literal["private", "group"]

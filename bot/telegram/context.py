"""Who is acting, where, and how to answer: the one object every handler gets.

A handler changes things through a service on `here.session` and returns an Answer. It makes no network call
and does not commit: the inbox commits its effect and its answer in one transaction and then sends the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import Language, Translator
from bot.residents.models import Resident, Role
from bot.screen import Screen, StaleTap, Tap
from bot.telegram.answers import (
    Answer,
    Call,
    ChatKind,
    LivePlace,
    MessageAddress,
    edit_call,
    send_call,
    toast_call,
)


@dataclass(slots=True)
class Here:
    """One update being handled: the person, the chat, the language, the moment, the transaction."""

    session: AsyncSession
    resident: Resident
    roles: frozenset[Role]
    body_keys: tuple[str, ...]
    """Bodies the person speaks for as an official."""
    t: Translator
    now: datetime
    bot_username: str
    chat_id: int | None
    """None for a tap under a message that was sent through inline mode."""
    chat_kind: ChatKind
    tapped: MessageAddress | None = None
    callback_id: str | None = None
    first_name: str = ""
    """As Telegram gives it with the update; shown back to the person, never stored."""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether the chat is the person's own with the bot."""
        return self.chat_kind == "private"

    @property
    def language(self) -> Language:
        """The person's language."""
        return self.t.language

    def is_any(self, *roles: Role) -> bool:
        """Whether the person holds at least one of the roles."""
        return bool(self.roles.intersection(roles))

    def link(self, parameter: str) -> str:
        """A deep link to this bot that starts it with a parameter."""
        return f"https://t.me/{self.bot_username}?start={parameter}"

    def show(self, screen: Screen, toast: str | None = None, *, alert: bool = False) -> Answer:
        """Answer with a screen: the tapped message becomes it; after a typed message a new one is sent.

        A screen with a picture or a file, or with buttons below the writing field is always a new message.
        """
        calls: list[Call] = []
        if self.callback_id is not None:
            calls.append(toast_call(self.callback_id, toast, alert=alert))
        live = self._live(screen)
        is_file = screen.picture is not None or screen.attachment is not None
        editable = self.tapped is not None and not self.tapped.has_picture and not screen.below and not is_file
        if editable and self.tapped is not None:
            calls.append(edit_call(screen, self.tapped, live=live))
        else:
            calls.append(self._send(screen, live))
        return Answer(tuple(calls))

    def send(self, screen: Screen, toast: str | None = None) -> Answer:
        """Answer with a new message, leaving the tapped one as it is."""
        calls: list[Call] = []
        if self.callback_id is not None:
            calls.append(toast_call(self.callback_id, toast))
        calls.append(self._send(screen, self._live(screen)))
        return Answer(tuple(calls))

    def toast(self, text: str | None = None, *, alert: bool = False) -> Answer:
        """Answer a tap with a short notice only (at most 200 characters), or with nothing."""
        if self.callback_id is None:
            return Answer()
        return Answer((toast_call(self.callback_id, text, alert=alert),))

    def lead(self, parameter: str) -> Answer:
        """Answer a tap by opening the private chat with a start parameter; for what a group is no place
        for."""
        if self.callback_id is None:
            return Answer()
        return Answer((toast_call(self.callback_id, url=self.link(parameter)),))

    def _send(self, screen: Screen, live: LivePlace | None) -> Call:
        chat = self.chat_id if self.chat_id is not None else self.resident.telegram_id
        if chat is None:
            raise ValueError("there is no chat to answer in")
        return send_call(screen, chat, screen_of=self.resident.id if self.is_private else None, live=live)

    def _live(self, screen: Screen) -> LivePlace | None:
        if screen.live is None:
            return None
        owner = self.resident.id if self.is_private else None
        return LivePlace(screen.live.kind, screen.live.reference, self.language, owner)


class TapIs(Filter):
    """Lets through taps of one class and hands the unpacked tap to the handler as `tap`."""

    def __init__(self, kind: type[Tap]) -> None:
        self.kind = kind

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Any]:
        try:
            return {"tap": self.kind.unpack(query.data or "")}
        except StaleTap:
            return False


class Expects(Filter):
    """Lets through plain text of a person of whom it is expected.

    `Expects("place")` fits `resident.expecting == "place"` and "place:…"; what follows the colon goes to the
    handler as `expected`.
    """

    def __init__(self, what: str) -> None:
        self.what = what

    async def __call__(self, message: Message, here: Here) -> bool | dict[str, Any]:
        what, _, rest = (here.resident.expecting or "").partition(":")
        is_command = (message.text or "").startswith("/")
        if what != self.what or is_command or not here.is_private:
            return False
        return {"expected": rest}


class InPrivate(Filter):
    """Lets through what happens in the person's own chat with the bot."""

    async def __call__(self, event: Message | CallbackQuery, here: Here) -> bool:
        return here.is_private


class Holds(Filter):
    """Lets through people with at least one of the roles."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(self, event: Message | CallbackQuery, here: Here) -> bool:
        return here.is_any(*self.roles)

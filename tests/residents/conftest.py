"""A resident's chat with the handlers of `bot.residents`, without Telegram and without the inbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Chat, Contact, Location, Message, User
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.i18n import Language, as_language, translator
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.dwelling import handlers as dwelling_handlers
from bot.residents.handlers import last_router, router
from bot.residents.rules import Operator
from bot.residents.service import Residents
from bot.residents.staff import handlers as staff_handlers
from bot.screen import CALLBACK_DATA_BYTES, Tap
from bot.telegram.answers import Answer, Call, ChatKind, MessageAddress
from bot.telegram.context import Here

ROUTERS = (router, dwelling_handlers.router, staff_handlers.router, last_router)
ADMIN_ID = 900
PEPPER = b"a pepper of at least thirty-two bytes"
BOT = Bot("42:TEST")
TEXT_CHARACTERS = 4096
"""Telegram's limit for the text of a message."""


class RolledBack(Exception):
    """Leaves a transaction."""


@dataclass
class FakeHolder:
    """Another capability's keeping, as counts a resident."""

    counts: dict[int, dict[str, int]] = field(default_factory=dict)
    erased: list[int] = field(default_factory=list)

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        return self.counts.get(resident_id, {})

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        return {"signatures": [{"petition": 1}] * self.counts.get(resident_id, {}).get("signatures", 0)}

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        self.erased.append(resident_id)
        self.counts.pop(resident_id, None)

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        self.counts[target_id] = self.counts.pop(source_id, {})


@dataclass(frozen=True)
class Heard:
    """What came back from the bot."""

    answer: Answer

    @property
    def texts(self) -> list[str]:
        """The texts of all messages, in order."""
        return [str(call.params.get("text", call.params.get("caption"))) for call in self.messages]

    @property
    def text(self) -> str:
        """The text of the last message."""
        return self.texts[-1]

    @property
    def messages(self) -> list[Call]:
        """The calls that send or edit a message."""
        return [call for call in self.answer.calls if call.method.startswith(("send", "edit"))]

    @property
    def methods(self) -> list[str]:
        """The methods called, in order."""
        return [call.method for call in self.answer.calls]

    @property
    def buttons(self) -> dict[str, str]:
        """Under the last message: text -> callback data, address, or what is copied."""
        found = {}
        for row in self.messages[-1].params.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                found[button["text"]] = str(button.get("callback_data") or button.get("url") or "")
        return found

    @property
    def first(self) -> str:
        """Text of the first button, the screen's main action."""
        return next(iter(self.buttons))

    @property
    def taps(self) -> list[Tap]:
        """The taps under all messages."""
        found = []
        for call in self.messages:
            for row in call.params.get("reply_markup", {}).get("inline_keyboard", []):
                found += [Tap.read(button["callback_data"]) for button in row if "callback_data" in button]
        return found

    def tap(self, kind: type[Tap]) -> Tap:
        """The first tap of a kind under the last message."""
        return next(tap for tap in self.taps if isinstance(tap, kind))

    @property
    def below(self) -> list[str]:
        """Texts of the buttons below the writing field that the last message brings."""
        keyboard = self.messages[-1].params.get("reply_markup", {}).get("keyboard", [])
        return [button["text"] for row in keyboard for button in row]

    @property
    def removes_below(self) -> bool:
        """Whether some message takes the buttons below the writing field away."""
        return any(call.params.get("reply_markup", {}).get("remove_keyboard") for call in self.messages)


def check(answer: Answer) -> None:
    """Every message keeps to Telegram's limits."""
    for call in answer.calls:
        text = call.params.get("text")
        if call.method in {"sendMessage", "editMessageText"}:
            assert text
            assert len(text) <= TEXT_CHARACTERS, call.params
        for row in call.params.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                assert button["text"], call.params
                assert len(button.get("callback_data", "").encode()) <= CALLBACK_DATA_BYTES


@dataclass
class Person:
    """Somebody with a Telegram account who writes and taps."""

    database: Database
    residents: Residents
    now: datetime
    telegram_id: int
    language: str = "en"
    chat_kind: ChatKind = "private"

    @property
    def user(self) -> User:
        return User(id=self.telegram_id, is_bot=False, first_name="Aru", language_code=self.language)

    async def write(self, text: str) -> Heard:
        """Send a text."""
        return await self._message(text=text)

    async def contact(self, number: str, *, user_id: int | None = None, **more: Any) -> Heard:
        """Share a contact: one's own unless another `user_id` is given."""
        owner = self.telegram_id if user_id is None else user_id
        return await self._message(contact=Contact(phone_number=number, first_name="Aru", user_id=owner), **more)

    async def location(self, latitude: float, longitude: float) -> Heard:
        """Share a location."""
        return await self._message(location=Location(latitude=latitude, longitude=longitude))

    async def tap(self, tap: Tap, *, keep: bool = True) -> Heard:
        """Tap a button; with `keep=False` its effect is rolled back."""
        query = CallbackQuery(id="7", from_user=self.user, chat_instance="1", data=tap.pack())
        return await self._handle("callback_query", query, keep=keep)

    async def confirm(self, number: str) -> Heard:
        """Go the whole way: consent, citizenship, number."""
        from bot.residents.views import CitizenTap, ConsentTap, GoTap

        asked = await self.tap(GoTap("confirm"))
        await self.tap(asked.tap(ConsentTap))
        await self.tap(CitizenTap("yes"))
        return await self.contact(number)

    async def _message(self, **content: Any) -> Heard:
        chat = Chat(id=self.telegram_id if self.chat_kind == "private" else -100, type="private")
        message = Message(message_id=5, date=self.now, chat=chat, from_user=self.user, **content)
        return await self._handle("message", message)

    async def _handle(self, kind: str, event: Any, *, keep: bool = True) -> Heard:
        try:
            async with self.database.transaction() as session:
                resident = await self.residents.arrive(
                    session, telegram_id=self.telegram_id, telegram_language=self.language, now=self.now
                )
                roles, bodies = await self.residents.roles_of(session, resident)
                language: Language = as_language(resident.language)
                here = Here(
                    session=session,
                    resident=resident,
                    roles=roles,
                    body_keys=bodies,
                    t=translator(language),
                    now=self.now,
                    bot_username="halyq_bot",
                    chat_id=self.telegram_id if self.chat_kind == "private" else -100,
                    chat_kind=self.chat_kind,
                    tapped=MessageAddress(self.telegram_id, 4) if kind == "callback_query" else None,
                    callback_id="7" if kind == "callback_query" else None,
                )
                answer = UNHANDLED
                for each in ROUTERS:
                    answer = await each.propagate_event(kind, event, here=here, residents=self.residents, bot=BOT)
                    if answer is not UNHANDLED:
                        break
                assert isinstance(answer, Answer), f"nobody answered {event!r}"
                check(answer)
                if not keep:
                    raise RolledBack
        except RolledBack:
            pass
        return Heard(answer)


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The units that come with the bot."""
    return Gazetteer(shipped_places())


@pytest.fixture
def holder() -> FakeHolder:
    """What another capability keeps."""
    return FakeHolder()


@pytest.fixture
def residents(gazetteer: Gazetteer, holder: FakeHolder) -> Residents:
    """The use cases, with one admin named in the settings."""
    return Residents(
        PEPPER,
        frozenset({ADMIN_ID}),
        gazetteer,
        Operator("Test operator LLP", "123456789012", "data@example.kz"),
        holders=(holder,),
    )


@pytest.fixture
def person(sqlite: Database, residents: Residents, now: datetime) -> Person:
    """Somebody new, in a private chat, with an English Telegram."""
    return Person(sqlite, residents, now, 100)


@pytest.fixture
def other(sqlite: Database, residents: Residents, now: datetime) -> Person:
    """Somebody else."""
    return Person(sqlite, residents, now, 200)


@pytest.fixture
def admin(sqlite: Database, residents: Residents, now: datetime) -> Person:
    """The admin named in the settings."""
    return Person(sqlite, residents, now, ADMIN_ID)

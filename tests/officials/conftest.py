"""A town with an akimat: its officials chat with the real handlers, without Telegram and without the inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberBanned,
    ChatMemberMember,
    ChatMemberUpdated,
    Document,
    Message,
    PhotoSize,
    User,
)
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database, insert_ignoring
from bot.delivery.messages import Renderer, Telling
from bot.delivery.models import Delivery
from bot.i18n import as_language, translator
from bot.law.calendar import WorkingCalendar
from bot.officials import handlers as official_handlers
from bot.officials.decisions import handlers as decision_handlers
from bot.officials.decisions.messages import decision_renderers
from bot.officials.decisions.service import Decisions
from bot.officials.groups import handlers as group_handlers
from bot.officials.groups.service import Groups
from bot.officials.messages import official_renderers
from bot.officials.service import Officials
from bot.petitions.models import Draft, Petition, Signature
from bot.petitions.rules import Action, Actor, DraftStep
from bot.petitions.service import Petitions, new_receipt
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident, Role, RoleGrant
from bot.residents.rules import Operator, phone_hash
from bot.residents.service import Residents
from bot.residents.staff import handlers as staff_handlers
from bot.residents.staff.service import Staff
from bot.screen import CALLBACK_DATA_BYTES, Screen, Tap
from bot.telegram.answers import Answer, Call, ChatKind, MessageAddress
from bot.telegram.context import Here

PEPPER = b"pepper of the officials' tests, long enough"
GAZETTEER = Gazetteer(shipped_places())
TALGAR = "kz-almaty-oblast/talgar-district"
AKIMAT = f"akimat:{TALGAR}"
OBLAST = "akimat:kz-almaty-oblast"
ADMIN = 900
GROUP = -1001
BOT = Bot("42:TEST")
ROUTERS = (group_handlers.router, staff_handlers.router, official_handlers.router, decision_handlers.router)


async def _nobody(session: AsyncSession) -> list[int]:
    return []


@dataclass
class Heard:
    """What came back."""

    answer: Answer

    @property
    def messages(self) -> list[Call]:
        """Calls that send or edit a message."""
        return [call for call in self.answer.calls if call.method.startswith(("send", "edit"))]

    @property
    def text(self) -> str:
        """The text of the first message: the screen."""
        return str(self.messages[0].params["text"])

    @property
    def toast(self) -> str | None:
        """The toast, if there is one."""
        shown = [call.params for call in self.answer.calls if call.method == "answerCallbackQuery"]
        return shown[0].get("text") or shown[0].get("url") if shown else None

    @property
    def buttons(self) -> dict[str, str]:
        """Text -> callback data or address, of the screen."""
        rows = self.messages[0].params.get("reply_markup", {}).get("inline_keyboard", [])
        return {button["text"]: button.get("callback_data") or button.get("url", "") for row in rows for button in row}


@dataclass
class Person:
    """Somebody who writes and taps."""

    town: Town
    id: int
    seen: Heard = field(default_factory=lambda: Heard(Answer()))
    chat: int | None = None
    """A group to act in; None: the private chat."""

    async def send(self, text: str | None = None, **content: Any) -> Heard:
        """Write, or send something else."""
        chat = Chat(id=self.chat or self.id, type="supergroup" if self.chat else "private", title="Әкімдік")
        user = User(id=self.id, is_bot=False, first_name="Aru", language_code="en")
        message = Message(message_id=5, date=self.town.now, chat=chat, from_user=user, text=text, **content)
        return await self._act("message", message)

    async def tap(self, label: str) -> Heard:
        """Press the button whose text begins so, under what was seen last."""
        found = [data for text, data in self.seen.buttons.items() if text.startswith(label)]
        assert found, f"no button {label!r} among {list(self.seen.buttons)}\n{self.seen.text}"
        return await self.press(found[0])

    async def press(self, data: str | Tap) -> Heard:
        """Press a button by what it carries."""
        packed = data.pack() if isinstance(data, Tap) else data
        user = User(id=self.id, is_bot=False, first_name="Aru", language_code="en")
        return await self._act("callback_query", CallbackQuery(id="7", from_user=user, chat_instance="1", data=packed))

    async def document(self, name: str, mime: str, size: int, file_id: str = "F1") -> Heard:
        """Send a file."""
        file = Document(file_id=file_id, file_unique_id=f"u{file_id}", file_name=name, mime_type=mime, file_size=size)
        return await self.send(document=file)

    async def photo(self, file_id: str) -> Heard:
        """Send a photo."""
        size = PhotoSize(file_id=file_id, file_unique_id=f"u{file_id}", width=9, height=9, file_size=900)
        return await self.send(photo=[size])

    async def removed(self) -> Heard:
        """Take the bot out of the group."""
        chat = Chat(id=self.chat or 0, type="supergroup", title="Әкімдік")
        user = User(id=self.id, is_bot=False, first_name="Aru")
        me = User(id=42, is_bot=True, first_name="Bot")
        event = ChatMemberUpdated(
            chat=chat,
            from_user=user,
            date=self.town.now,
            old_chat_member=ChatMemberMember(user=me),
            new_chat_member=ChatMemberBanned(user=me, until_date=self.town.now),
        )
        return await self._act("my_chat_member", event)

    async def _act(self, kind: str, event: Any) -> Heard:
        is_tap = kind == "callback_query"
        chat_kind: ChatKind = "group" if self.chat else "private"
        async with self.town.database.transaction() as session:
            resident = await self.town.residents.arrive(
                session, telegram_id=self.id, telegram_language="en", now=self.town.now
            )
            roles, bodies = await self.town.residents.roles_of(session, resident)
            here = Here(
                session=session,
                resident=resident,
                roles=roles,
                body_keys=bodies,
                t=translator(as_language(resident.language)),
                now=self.town.now,
                bot_username="halyq_bot",
                chat_id=self.chat or self.id,
                chat_kind=chat_kind,
                tapped=MessageAddress(self.chat or self.id, 4) if is_tap else None,
                callback_id="7" if is_tap else None,
            )
            answer: Any = UNHANDLED
            for router in ROUTERS:
                answer = await router.propagate_event(kind, event, here=here, bot=BOT, **self.town.services)
                if answer is not UNHANDLED:
                    break
            assert isinstance(answer, Answer), f"nobody answered {event!r}"
        heard = Heard(answer)
        for call in heard.messages:
            assert len(call.params.get("text", "")) <= 4096
            for row in call.params.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    assert len(button.get("callback_data", "").encode()) <= CALLBACK_DATA_BYTES
        if heard.messages:
            self.seen = heard
        return heard


@dataclass
class Town:
    """Services on one database, and the clock."""

    database: Database
    now: datetime
    petitions: Petitions
    residents: Residents
    officials: Officials
    decisions: Decisions
    groups: Groups
    renderers: dict[str, Renderer]

    @property
    def services(self) -> dict[str, Any]:
        """What handlers get by parameter name."""
        return {
            "residents": self.residents,
            "petitions": self.petitions,
            "officials": self.officials,
            "decisions": self.decisions,
            "groups": self.groups,
        }

    def person(self, number: int, chat: int | None = None) -> Person:
        """Somebody."""
        return Person(self, number, chat=chat)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A transaction."""
        async with self.database.transaction() as session:
            yield session

    async def official(self, number: int, body: str = AKIMAT, *, is_head: bool = False) -> Person:
        """Somebody who speaks for a body."""
        async with self.session() as session:
            resident = await self.resident(session, number)
            grant = {
                "resident_id": resident.id,
                "role": Role.OFFICIAL,
                "body_key": body,
                "is_head": is_head,
                "granted_at": self.now,
            }
            await session.execute(insert_ignoring(session, RoleGrant, [grant]))
        return self.person(number)

    async def resident(self, session: AsyncSession, number: int, place: str | None = None) -> Resident:
        """A confirmed resident."""
        known = await session.scalar(select(Resident).where(Resident.telegram_id == number))
        if known is not None:
            return known
        resident = Resident(
            telegram_id=number,
            language="en",
            place_key=place,
            phone_hash=phone_hash(PEPPER, f"+7701{number:07d}"),
            phone_confirmed_at=self.now,
            created_at=self.now,
            seen_at=self.now,
        )
        session.add(resident)
        await session.flush()
        return resident

    async def petition(
        self,
        *signers: tuple[int, str | None],
        count: int | None = None,
        body: str = AKIMAT,
        language: str = "ru",
        until: Action = Action.SEND,
        title: str = "Остановка у школы на улице Абая",
        when: datetime | None = None,
    ) -> int:
        """A petition that has come as far as `until`, signed by these people (Telegram id, place) and, to reach the
        threshold, by anonymous ones. Returns its number."""
        when = when or self.now
        async with self.session() as session:
            author = await self.resident(session, 1)
            draft = Draft(
                author_id=author.id,
                step=DraftStep.REVIEW,
                language=language,
                title=title,
                ask="Просим построить остановку с навесом у школы.",
                why="Дети идут до ближайшей остановки целый километр.",
                place_key=TALGAR,
                body_key=body,
                created_at=when,
                updated_at=when,
            )
            session.add(draft)
            await session.flush()
            petition = await self.petitions.open(session, draft, author, when)
            for number, place in signers:
                await self.petitions.sign(session, petition.id, await self.resident(session, number, place), when)
            for action, actor in (
                (Action.SUPPORTERS_FOUND, Actor.SIGNERS),
                (Action.APPROVE, Actor.MODERATOR),
                (Action.REACH_THRESHOLD, Actor.SIGNERS),
                (Action.SEND, Actor.MODERATOR),
                (Action.REGISTER, Actor.OFFICIAL),
            ):
                if action is Action.REACH_THRESHOLD:
                    needed = count if count is not None else petition.threshold_votes or 0
                    for index in range(5):
                        session.add(
                            Signature(
                                petition_id=petition.id,
                                signer_key=f"{petition.id}-{index}",
                                receipt=new_receipt(),
                                signed_at=when,
                            )
                        )
                    # Anonymous counts stand for the rows of thousands.
                    petition.signature_count = needed
                await self.petitions.change(session, petition, action, actor, None, when)
                if action is until:
                    break
            return petition.id

    async def get(self, number: int) -> Petition:
        """A petition as it is stored."""
        async with self.database.reading() as session:
            return await self.petitions.get(session, number)

    async def told(self, *kinds: str) -> list[Delivery]:
        """Queued messages of these kinds."""
        async with self.database.reading() as session:
            found = await session.scalars(select(Delivery).where(Delivery.kind.in_(kinds)).order_by(Delivery.id))
            return list(found.all())

    async def written(self, delivery: Delivery, language: str = "en") -> Screen | None:
        """A queued message as it would be sent now."""
        async with self.database.reading() as session:
            telling = Telling(
                delivery.kind,
                delivery.reference,
                delivery.params,
                delivery.resident_id,
                translator(as_language(language)),
                self.now,
                "halyq_bot",
                in_group=delivery.chat_id is not None,
            )
            return await self.renderers[delivery.kind](session, telling)


def make_town(database: Database, now: datetime) -> Town:
    """A town on a database."""
    petitions = Petitions(GAZETTEER, PEPPER, WorkingCalendar(), _nobody)
    staff = Staff(frozenset({ADMIN}))

    def proposes(text: str, place_key: str) -> list[str]:
        return ["ministry:transport", OBLAST]

    officials = Officials(petitions, staff, proposes)
    residents = Residents(
        PEPPER,
        frozenset({ADMIN}),
        GAZETTEER,
        Operator("Test operator LLP", "123456789012", "data@example.kz"),
        holders=(petitions, officials),
    )
    renderers = {**official_renderers(officials), **decision_renderers(petitions)}
    return Town(database, now, petitions, residents, officials, Decisions(officials), Groups(staff), renderers)


@pytest.fixture
def town(database: Database, now: datetime) -> Town:
    """A town, once on SQLite and once on PostgreSQL."""
    return make_town(database, now)


@pytest.fixture
def sqlite_town(sqlite: Database, now: datetime) -> Town:
    """A town on SQLite, where the dialect does not matter."""
    return make_town(sqlite, now)

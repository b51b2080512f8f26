"""A moderator's way through the queue, as it is tapped and typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.i18n import translator
from bot.petitions.models import Petition
from bot.petitions.moderation import handlers, queries
from bot.petitions.moderation.service import Moderation, seed_reasons
from bot.petitions.rules import State
from bot.residents.models import Resident, Role
from bot.screen import Tap
from bot.telegram.answers import Answer, MessageAddress
from bot.telegram.context import Here

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]
QUERY = cast("CallbackQuery", None)


class Desk:
    """One moderator's chat."""

    def __init__(self, session: AsyncSession, moderator: Resident, moderation: Moderation, now: datetime) -> None:
        roles = frozenset({Role.MODERATOR, Role.ADMIN})
        self.here = Here(session, moderator, roles, (), translator("en"), now, "a_bot", 1, "private")
        self.moderation = moderation
        self.text = ""
        self.buttons: list[dict[str, Any]] = []

    def seen(self, answer: Answer) -> None:
        """Remember what an answer shows."""
        shown = answer.calls[-1].params
        self.text = shown["text"]
        self.buttons = [button for row in shown["reply_markup"]["inline_keyboard"] for button in row]

    def data(self, label: str) -> str:
        """What the button whose text begins so carries."""
        found = [button["callback_data"] for button in self.buttons if button["text"].startswith(label)]
        return str(found[0])

    async def queue(self) -> None:
        """/queue."""
        self.seen(await handlers.queue_command(cast("Message", None), self.here, self.moderation))

    async def tap(self, label: str) -> None:
        """Press the button whose text begins so."""
        await self.press(self.data(label))

    async def press(self, data: str) -> None:
        """Press a button by what it carries."""
        self.here.callback_id, self.here.tapped = "1", MessageAddress(chat_id=1, message_id=1)
        tap: Any = Tap.read(data)
        here, moderation = self.here, self.moderation
        answers: dict[str, Callable[[], Awaitable[Answer]]] = {
            "QueueTap": lambda: handlers.queue_page(QUERY, here, tap, moderation),
            "CaseTap": lambda: handlers.open_case(QUERY, here, tap, moderation),
            "LeaveTap": lambda: handlers.leave_case(QUERY, here, tap, moderation),
            "DecideTap": lambda: handlers.decide(QUERY, here, tap, moderation),
            "BodyTap": lambda: handlers.correct_body(QUERY, here, tap, moderation),
            "ReasonTap": lambda: handlers.choose_reason(QUERY, here, tap, moderation),
            "DoTap": lambda: handlers.do(QUERY, here, tap, moderation),
            "ReasonsTap": lambda: handlers.catalogue(QUERY, here),
            "ReasonAddTap": lambda: handlers.add_reason(QUERY, here, tap, moderation),
            "ReasonEditTap": lambda: handlers.edit_reason(QUERY, here, tap, moderation),
        }
        self.seen(await answers[type(tap).__name__]())

    async def type(self, text: str) -> None:
        """Write what is expected."""
        self.here.callback_id = self.here.tapped = None
        what, _, expected = (self.here.resident.expecting or "").partition(":")
        message = cast("Message", SimpleNamespace(text=text))
        handler = {handlers.COMMENT: handlers.typed_comment, handlers.REASON: handlers.typed_reason}[what]
        self.seen(await handler(message, self.here, expected, self.moderation))


async def test_a_petition_is_returned_with_a_comment_that_was_written_again(
    sqlite: Database, moderation: Moderation, make_resident: MakeResident, make_waiting: MakeWaiting, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        desk = Desk(session, await make_resident(session, 2, now), moderation, now)
        await desk.queue()
        await desk.tap(f"№ {petition.id}")
        await desk.tap("Return with a comment")
        await desk.type("a" * 1001)
        assert "too long" in desk.text
        await desk.type("Где именно?")
        await desk.tap("Write it again")
        await desk.type("Уточните, где.")
        await desk.type("Уточните, где именно.")
        await desk.tap("Return with a comment")
        assert f"№ {petition.id} is returned" in desk.text
        assert (petition.state, petition.comment) == (State.RETURNED, "Уточните, где именно.")
        assert desk.here.resident.expecting is None


async def test_a_petition_is_rejected_with_a_reason_and_a_comment_and_restored(
    sqlite: Database, moderation: Moderation, make_resident: MakeResident, make_waiting: MakeWaiting, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        await seed_reasons(session)
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        desk = Desk(session, await make_resident(session, 2, now), moderation, now)
        await desk.queue()
        await desk.tap(f"№ {petition.id}")
        await desk.tap("Reject")
        await desk.tap("1.")
        await desk.tap("Add a comment")
        await desk.type("Об этом решает суд.")
        assert "Об этом решает суд." in desk.text
        await desk.tap("Reject")
        assert (petition.state, petition.reason_code) == (State.REJECTED, "forbidden")
        await desk.tap("Rejected · 1")
        await desk.tap(f"№ {petition.id}")
        assert "Rejected. Reason: " in desk.text
        assert "Об этом решает суд." in desk.text
        await desk.tap("Restore")
        await desk.tap("Restore")
        assert petition.state.value == "moderation"


async def test_a_button_for_an_older_state_says_that_a_colleague_was_faster(
    sqlite: Database, moderation: Moderation, make_resident: MakeResident, make_waiting: MakeWaiting, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        first = Desk(session, await make_resident(session, 2, now), moderation, now)
        second = Desk(session, await make_resident(session, 3, now), moderation, now)
        await first.queue()
        await first.tap(f"№ {petition.id}")
        await second.queue()
        await second.tap(f"№ {petition.id}")
        assert "A colleague has petition" in second.text
        old = first.data("Approve")
        await first.tap("Approve")
        assert "25 May 2027" in first.text, "what happens is said before it happens"
        await first.tap("Approve")
        assert petition.state is State.PUBLISHED
        await second.press(old)
        assert "already been decided" in second.text
        await second.press(f"mc:{petition.id}:0")
        assert "already been decided" in second.text


async def test_leaving_a_petition_gives_it_to_colleagues(
    sqlite: Database, moderation: Moderation, make_resident: MakeResident, make_waiting: MakeWaiting, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        desk = Desk(session, await make_resident(session, 2, now), moderation, now)
        await desk.press(f"mc:{petition.id}:0")
        await desk.tap("Back")
        await session.refresh(petition)
        assert petition.locked_by is None


async def test_an_admin_writes_a_reason_and_offers_it(
    sqlite: Database, moderation: Moderation, make_resident: MakeResident, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        desk = Desk(session, await make_resident(session, 1, now), moderation, now)
        await desk.press("ma")
        await desk.tap("Add a reason")
        for part in ("Text in Kazakh", "Text in Russian", "Text in English", "Article of the law"):
            await desk.tap(part)
            await desk.type("x" * 301)
            assert "too long" in desk.text
            await desk.type("not this")
            await desk.type(f"{part}!")
            assert "Save these words?" in desk.text
            await desk.tap("Save")
        await desk.tap("Offer to moderators")
        await desk.tap("Stop offering")
        assert "no more?" in desk.text, "asked before it happens"
        await desk.tap("Back")
        await desk.tap("Back")
        offered = await queries.reasons(session, active_only=True)
        assert [reason.text("en") for reason in offered] == ["Text in English!"]
        assert offered[0].article == "Article of the law!"

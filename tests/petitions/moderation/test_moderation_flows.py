"""Reporting, appealing, annulling and reading the log, as they are tapped and typed, through the routers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any

import pytest
from aiogram import Bot
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Chat, Message, User
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.i18n import translator
from bot.law.reasons import REPETITION, default_reasons
from bot.petitions.annulment import handlers as annulment_handlers
from bot.petitions.annulment.service import Annulments
from bot.petitions.annulment.views import FlagsTap
from bot.petitions.appeals import handlers as appeal_handlers
from bot.petitions.appeals.models import PetitionAppeal
from bot.petitions.appeals.service import Appeals
from bot.petitions.models import Petition
from bot.petitions.moderation import handlers, log_handlers
from bot.petitions.moderation.service import Moderation, seed_reasons
from bot.petitions.moderation.views import CaseTap, ReasonTap, case_screen
from bot.petitions.reading.views import AppealTap, ReportTap
from bot.petitions.reports import handlers as report_handlers
from bot.petitions.reports.models import PetitionReport
from bot.petitions.reports.rules import ReportKind
from bot.petitions.reports.service import Reports
from bot.petitions.rules import Action, Actor, State
from bot.petitions.service import ChangeIncomplete, Petitions
from bot.residents.consent import consent_on
from bot.residents.models import Consent, Resident, Role
from bot.residents.rules import Operator
from bot.residents.service import Residents
from bot.residents.staff.service import Staff
from bot.residents.views import MenuTap
from bot.screen import Tap
from bot.telegram.answers import MessageAddress
from bot.telegram.context import Here
from tests.petitions.moderation.conftest import GAZETTEER, PEPPER

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]
BOT = Bot("42:TEST")
ROUTERS = (
    report_handlers.router,
    appeal_handlers.router,
    handlers.router,
    log_handlers.router,
    annulment_handlers.router,
)
FRESH = 50


@dataclass
class Talk:
    """One person's private chat with these handlers."""

    session: AsyncSession
    resident: Resident
    now: datetime
    services: dict[str, Any]
    roles: frozenset[Role] = frozenset()
    text: str = ""
    toast: str | None = None
    buttons: list[dict[str, Any]] = field(default_factory=list)

    async def tap(self, what: str | Tap) -> None:
        """Press the button whose text begins so, or one carried over from elsewhere."""
        if isinstance(what, Tap):
            data = what.pack()
        else:
            data = next(button["callback_data"] for button in self.buttons if button["text"].startswith(what))
        query = CallbackQuery(id="7", from_user=self._user, chat_instance="1", data=data)
        await self._handle("callback_query", query)

    async def write(self, text: str) -> None:
        """Send a text."""
        chat = Chat(id=self.resident.telegram_id or 0, type="private")
        await self._handle("message", Message(message_id=5, date=self.now, chat=chat, from_user=self._user, text=text))

    @property
    def _user(self) -> User:
        return User(id=self.resident.telegram_id or 0, is_bot=False, first_name="Aru")

    async def _handle(self, kind: str, event: Any) -> None:
        is_tap = kind == "callback_query"
        here = Here(
            self.session,
            self.resident,
            self.roles,
            (),
            translator("en"),
            self.now,
            "a_bot",
            self.resident.telegram_id,
            "private",
            tapped=MessageAddress(self.resident.telegram_id, 4) if is_tap else None,
            callback_id="7" if is_tap else None,
        )
        answer: Any = UNHANDLED
        for router in ROUTERS:
            answer = await router.propagate_event(kind, event, here=here, bot=BOT, **self.services)
            if answer is not UNHANDLED:
                break
        assert answer is not UNHANDLED, event
        self.toast = None
        for call in answer.calls:
            if call.method == "answerCallbackQuery":
                self.toast = call.params.get("text")
            else:
                self.text = call.params["text"]
                keyboard = call.params.get("reply_markup", {}).get("inline_keyboard", [])
                self.buttons = [button for row in keyboard for button in row]


@pytest.fixture
def services(petitions: Petitions, moderation: Moderation, reports: Reports, appeals: Appeals) -> dict[str, Any]:
    """What the handlers get by name."""

    async def nobody(session: AsyncSession) -> list[int]:
        return []

    return {
        "petitions": petitions,
        "moderation": moderation,
        "reports": reports,
        "appeals": appeals,
        "annulments": Annulments(petitions, Staff(frozenset()).audit, nobody),
        "residents": Residents(PEPPER, frozenset(), GAZETTEER, Operator("LLP", "123456789012", "a@b.kz")),
    }


async def confirmed(session: AsyncSession, resident: Resident, now: datetime) -> Resident:
    """Somebody who may report."""
    consent = consent_on(now.date())
    resident.citizen_stated_at = now
    session.add(
        Consent(resident_id=resident.id, version=consent.version, language="en", text_sha256="0" * 64, given_at=now)
    )
    await session.flush()
    return resident


async def test_a_reader_reports_in_three_taps_or_with_a_line_and_only_once(
    sqlite: Database,
    petitions: Petitions,
    services: dict[str, Any],
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        author = await make_resident(session, 1, now)
        petition = await make_waiting(session, author, now)
        await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)
        stranger = Talk(session, await make_resident(session, 9, now), now, services)
        await stranger.tap(ReportTap(petition.id))
        assert "consent" in stranger.text.lower(), "only confirmed people are heard"
        reader = Talk(session, await confirmed(session, await make_resident(session, 10, now), now), now, services)
        await reader.tap(ReportTap(petition.id))
        await reader.tap("Insults")
        await reader.write("Звоните +7 701 234 56 78")
        assert "without" in reader.text
        await reader.write("Оскорбляют соседей")
        assert reader.text.startswith("Thank you")
        assert reader.resident.expecting is None
        await reader.tap(ReportTap(petition.id))
        assert reader.toast is not None
        assert "already" in reader.toast
        second = Talk(session, await confirmed(session, await make_resident(session, 11, now), now), now, services)
        await second.tap(ReportTap(petition.id))
        await second.tap("Something else")
        await second.tap("Back")
        await second.tap("Advertising")
        await second.tap("Send without words")
        assert second.toast is not None
        assert "Thank you" in second.toast
        rows = (await session.scalars(select(PetitionReport).order_by(PetitionReport.id))).all()
        assert [(row.kind, row.note) for row in rows] == [
            (ReportKind.INSULT, "Оскорбляют соседей"),
            (ReportKind.SPAM, None),
        ]
        own = Talk(session, author, now, services)
        await own.tap(ReportTap(petition.id))
        assert own.toast == "It cannot be reported at the moment."


async def test_a_repetition_is_not_rejected_before_its_author_is_told_of_what(
    sqlite: Database,
    services: dict[str, Any],
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        await seed_reasons(session)
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        moderator = Talk(session, await make_resident(session, 2, now), now, services, frozenset({Role.MODERATOR}))
        await moderator.tap(ReasonTap(petition.id, petition.version, REPETITION))
        assert "Name the petition it repeats" in moderator.text
        before = petition.state
        with pytest.raises(ChangeIncomplete):
            await services["moderation"].decide(
                session, petition.id, petition.version, Action.REJECT, moderator.resident, now, reason_code=REPETITION
            )
        assert petition.state == before
        await moderator.write("Повторяет № 999, её ещё можно подписать")
        assert "no other public petition № 999" in moderator.text
        other = await make_waiting(session, await make_resident(session, 3, now), now)
        await services["moderation"].petitions.change(session, other, Action.APPROVE, Actor.MODERATOR, None, now)
        await moderator.write(f"Повторяет № {other.id}, её ещё можно подписать")
        assert f"It is said to repeat № {other.id}" in moderator.text
        await moderator.tap("Reject")
        assert petition.state is State.REJECTED
        assert petition.twin_id == other.id
        shown = case_screen(
            translator("en"), await services["moderation"].case(session, petition, moderator.resident, now)
        )
        assert f"It is said to repeat № {other.id}" in shown.text
        await moderator.tap(MenuTap("queue"))
        await moderator.tap("Rejected · 1")
        reason = next(one for one in default_reasons() if one.code == REPETITION)
        assert f"{translator('en').date(now)}, {escape(reason.text('en'), quote=False)}" in moderator.text


async def test_an_author_appeals_and_the_one_who_rejected_is_sent_away(
    sqlite: Database,
    moderation: Moderation,
    services: dict[str, Any],
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        await seed_reasons(session)
        author = await make_resident(session, 1, now)
        petition = await make_waiting(session, author, now)
        staff = frozenset({Role.MODERATOR})
        first = Talk(session, await make_resident(session, 2, now), now, services, staff)
        second = Talk(session, await make_resident(session, 3, now), now, services, staff)
        await moderation.decide(
            session, petition.id, petition.version, Action.REJECT, first.resident, now, reason_code="forbidden"
        )
        writer = Talk(session, author, now, services)
        stranger = Talk(session, await make_resident(session, 4, now), now, services)
        await stranger.tap(AppealTap(petition.id))
        assert "no such petition" in stranger.text
        await writer.tap(AppealTap(petition.id))
        await writer.write("x" * 301)
        assert "too long" in writer.text
        await writer.write("Не о том")
        await writer.write("Суд ни при чём")
        assert "Суд ни при чём" in writer.text
        await writer.tap("Send the appeal")
        assert "another moderator" in writer.text
        await writer.tap(AppealTap(petition.id))
        assert "another moderator" in writer.text, "an old button says where it stands"
        await first.tap(MenuTap("queue"))
        await first.tap("Appeals · 0")
        await first.tap(CaseTap(petition.id))
        assert "another moderator decides" in first.text
        await second.tap(MenuTap("queue"))
        await second.tap("Appeals · 1")
        await second.tap(f"№ {petition.id}")
        assert "Суд ни при чём" in second.text
        await second.tap("Keep the rejection")
        await second.tap("Keep the rejection")
        assert "stays rejected" in second.text
        await writer.tap(AppealTap(petition.id))
        assert "final" in writer.text
        assert (await session.get_one(PetitionAppeal, petition.id)).decided_by == second.resident.id


async def test_a_moderator_annuls_by_numbers_and_undoes_it(
    sqlite: Database,
    petitions: Petitions,
    services: dict[str, Any],
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    later = now + timedelta(minutes=5)
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)
        for number in range(100, 100 + FRESH):
            await petitions.sign(session, petition.id, await make_resident(session, number, now), now)
        moderator = Talk(session, await make_resident(session, 2, now), later, services, frozenset({Role.MODERATOR}))
        await services["annulments"].look(session, later)
        shown = case_screen(
            translator("en"), await services["moderation"].case(session, petition, moderator.resident, later)
        )
        assert "Suspicious signing from" in shown.text, "nobody decides about it without knowing"
        await moderator.tap(MenuTap("queue"))
        await moderator.tap("Suspicious signing · 1")
        await moderator.tap(f"№ {petition.id}")
        old = moderator.buttons[0]["callback_data"]
        await moderator.tap("Annul: under 10 min")
        await moderator.tap("Signs of signatures made")
        assert f"from {FRESH + 1} to " in moderator.text
        await moderator.tap("Annul ")
        assert petition.signature_count == 0, "the author's own account was new too"
        assert "Undoing raises the count" in moderator.text
        await moderator.tap(Tap.read(old))
        assert "already looked" in moderator.text
        await moderator.tap("Annulment 1")
        await moderator.tap("Undo")
        assert petition.signature_count == FRESH + 1
        await moderator.tap(FlagsTap())
        assert "undone" in moderator.text


async def test_reports_end_in_the_queue_where_they_are_closed_with_the_petition_kept(
    sqlite: Database,
    petitions: Petitions,
    reports: Reports,
    services: dict[str, Any],
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)
        for number in (10, 11, 12):
            reader = await make_resident(session, number, now)
            await reports.file(session, petition.id, reader, ReportKind.SPAM, "Реклама", now)
        moderator = Talk(session, await make_resident(session, 2, now), now, services, frozenset({Role.MODERATOR}))
        await moderator.tap(MenuTap("queue"))
        await moderator.tap("Reported by readers · 1")
        assert "3 working days left" in moderator.text
        await moderator.tap(f"№ {petition.id}")
        assert "Реклама" in moderator.text
        await moderator.tap("Keep the petition")
        assert "3 reports are closed" in moderator.text
        await moderator.tap("Keep the petition")
        assert petition.hidden_since is None
        assert petition.state is State.PUBLISHED
        assert "Reported by readers · 0" in [button["text"] for button in moderator.buttons]
        anybody = Talk(session, await make_resident(session, 20, now), now, services)
        await anybody.tap(MenuTap("modlog"))
        assert "Hidden after reports: 1" in anybody.text
        assert "Kept after reports: 1" in anybody.text
        assert "Reports of readers: 3" in anybody.text

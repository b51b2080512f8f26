"""«Wrong body»: a moderator corrects it, the new threshold applies, who signed is told, and the router learns."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import Telling
from bot.delivery.models import Delivery
from bot.i18n import LANGUAGES, translator
from bot.petitions.competence import Competence
from bot.petitions.feedback import Lesson, lessons
from bot.petitions.messages import lifecycle_renderers
from bot.petitions.models import Petition, PetitionEvent
from bot.petitions.moderation.service import Moderation, Outdated
from bot.petitions.rules import Action, Actor, State
from bot.petitions.service import ChangeIncomplete, Petitions
from bot.places.bodies import body_by_key
from bot.residents.models import AuditEntry, Resident
from bot.routing.router import Router
from tests.petitions.moderation.conftest import GAZETTEER, TALGAR
from tests.petitions.moderation.test_moderation_handlers import Desk
from tests.petitions.reading.making import person, petition_in, sign_anonymously
from tests.petitions.stub_router import StubRouter

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]
MASLIKHAT = f"maslikhat:{TALGAR}"
AKIMAT = f"akimat:{TALGAR}"


@pytest.fixture
def advised(moderation: Moderation) -> Moderation:
    """The moderation service with a router that takes everything for the maslikhat's."""
    moderation._competence = Competence(GAZETTEER, cast("Router", StubRouter(GAZETTEER, body="maslikhat")))
    return moderation


async def said(session: AsyncSession, since: datetime | None = None) -> list[Lesson]:
    """All lessons."""
    return [lesson async for lesson in lessons(session, since)]


async def test_a_moderator_corrects_the_body_and_everybody_who_signed_is_told(
    database: Database, advised: Moderation, make_resident: MakeResident, make_waiting: MakeWaiting, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await make_resident(session, 1, now)
        petition = await make_waiting(session, author, now)
        due = petition.moderation_due
        desk = Desk(session, await make_resident(session, 2, now), advised, now)
        await desk.press(f"mc:{petition.id}:0")
        await desk.tap("Wrong body")
        assert desk.buttons[0]["text"] == "Maslikhat of Talgar District · 5,000", "the likeliest first"
        assert "maslikhat because" in desk.text
        await desk.tap("Ministries")
        await desk.tap("Back")
        await desk.tap("Maslikhat of Talgar District")
        assert "Responsible now: Maslikhat of Talgar District" in desk.text
        assert "5,000" in desk.text, "what it means is said before it happens"
        await desk.tap("Correct the body")
        assert "Responsible: Maslikhat of Talgar District" in desk.text
        assert petition.state is State.MODERATION
        assert (petition.body_key, petition.threshold_votes, petition.threshold_key) == (MASLIKHAT, 5000, "DM")
        assert petition.moderation_due == due, "the clock of moderation goes on"
        event = (await session.scalars(select(PetitionEvent).order_by(PetitionEvent.id.desc()))).first()
        assert event is not None
        assert (event.action, event.body_key) == ("readdress", MASLIKHAT)
        told = (await session.scalars(select(Delivery).where(Delivery.kind == "petition_body_corrected"))).one()
        assert told.resident_id == author.id
        audit = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "petition_readdress"))).one()
        assert audit.details == {"from": AKIMAT, "to": MASLIKHAT}
        render = lifecycle_renderers(advised.petitions)["petition_body_corrected"]
        for language in LANGUAGES:
            t = translator(language)
            telling = Telling(told.kind, petition.id, told.params, author.id, t, now, "a_bot")
            screen = await render(session, telling)
            assert screen is not None
            for key in (AKIMAT, MASLIKHAT):
                body = body_by_key(GAZETTEER, key)
                assert body is not None
                assert body.name_cap(language) in screen.text
            assert t.number(5000) in screen.text


async def test_a_count_below_the_new_threshold_goes_on_being_signed_and_one_above_it_stays_supported(
    sqlite: Database, petitions: Petitions, moderation: Moderation, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author, moderator = await person(session, 1, now), await person(session, 2, now)
        short = await petition_in(session, petitions, author, State.PUBLISHED, now, more=2499)
        await petitions.change(session, short, Action.REACH_THRESHOLD, Actor.SIGNERS, None, now)
        assert short.state is State.SUPPORTED
        await moderation.readdress(session, short.id, short.version, MASLIKHAT, moderator, now)
        assert (short.state, short.supported_at, short.threshold_votes) == (State.PUBLISHED, None, 5000)
        await sign_anonymously(session, short, 2500, now + timedelta(hours=1))
        await petitions._count_moved(session, short, now)
        assert short.state is State.SUPPORTED
        await moderation.readdress(session, short.id, short.version, AKIMAT, moderator, now)
        assert short.state.value == "supported", "the count has the lower threshold already"


async def test_an_old_button_an_unknown_body_and_the_same_body_change_nothing(
    sqlite: Database, moderation: Moderation, make_resident: MakeResident, make_waiting: MakeWaiting, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        moderator = await make_resident(session, 2, now)
        for version, body, error in (
            (petition.version - 1, MASLIKHAT, Outdated),
            (petition.version, AKIMAT, Outdated),
            (petition.version, "akimat:nowhere", ChangeIncomplete),
        ):
            with pytest.raises(error):
                await moderation.readdress(session, petition.id, version, body, moderator, now)
        assert petition.body_key == AKIMAT


async def test_corrections_of_author_moderator_and_official_become_lessons_without_anything_personal(
    database: Database, petitions: Petitions, moderation: Moderation, now: datetime
) -> None:
    async with database.transaction() as session:
        author, moderator = await person(session, 1, now), await person(session, 2, now)
        await petition_in(session, petitions, author, State.PUBLISHED, now, title="Все согласны с органом")
        unpassed = await petition_in(session, petitions, author, State.MODERATION, now, title="Ждёт проверки")
        await moderation.readdress(session, unpassed.id, unpassed.version, MASLIKHAT, moderator, now)
        petition = await petition_in(
            session,
            petitions,
            author,
            State.MODERATION,
            now,
            title="Тариф на мусор снизить",
            why="Звоните 8 701 123 45 67 или пишите a@b.kz",
            language="ru",
            more=5000,
        )
        petition.suggested_body_key = MASLIKHAT
        await moderation.readdress(session, petition.id, petition.version, MASLIKHAT, moderator, now)
        await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, moderator.id, now)
        petition = await petitions.get(session, petition.id)
        if petition.state is State.PUBLISHED:
            await petitions.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, now)
        await petitions.change(session, petition, Action.SEND, Actor.MODERATOR, moderator.id, now)
        later = now + timedelta(days=3)
        await petitions.change(
            session, petition, Action.NOT_OURS, Actor.OFFICIAL, moderator.id, later, comment="—", body_key="government"
        )
        found = await said(session)
        assert [(lesson.by, lesson.chosen, lesson.corrected) for lesson in found] == [
            ("author", AKIMAT, AKIMAT),
            ("moderator", AKIMAT, MASLIKHAT),
            ("official", AKIMAT, "government"),
        ]
        assert {lesson.suggested for lesson in found} == {MASLIKHAT}
        assert {(lesson.place, lesson.language) for lesson in found} == {(TALGAR, "ru")}
        written = json.dumps([lesson.as_data() for lesson in found], ensure_ascii=False)
        assert "Тариф на мусор снизить" in written
        for personal in ("701", "a@b.kz", "author_id", "actor"):
            assert personal not in written
        assert [lesson.by for lesson in await said(session, now + timedelta(days=1))] == ["official"]
        petition.hidden_since = later
        assert await said(session) == [], "what is out of sight is no lesson"

"""Invitations and roles, on both databases."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.db import Database
from bot.delivery.messages import Telling
from bot.delivery.models import Delivery
from bot.i18n import translator
from bot.residents.messages import renderers
from bot.residents.models import AuditEntry, Invitation, Resident, Role, RoleGrant
from bot.residents.service import Residents
from bot.residents.staff import queries
from bot.residents.staff.service import InvitationState

ADMIN = 900
BODY = "akimat:kz-almaty-oblast/talgar-district"


async def _arrived(residents: Residents, session: object, telegram_id: int, now: datetime) -> Resident:
    return await residents.arrive(
        session,  # type: ignore[arg-type]
        telegram_id=telegram_id,
        telegram_language="en",
        now=now,
    )


async def _invited(
    database: Database,
    residents: Residents,
    now: datetime,
    role: Role = Role.MODERATOR,
    body: str | None = None,
) -> str:
    async with database.transaction() as session:
        admin = await _arrived(residents, session, ADMIN, now)
        return (await residents.staff.invite(session, admin, role, body, now)).token


async def _accepted(
    database: Database, residents: Residents, token: str, telegram_id: int, now: datetime
) -> InvitationState:
    async with database.transaction() as session:
        resident = await _arrived(residents, session, telegram_id, now)
        return (await residents.staff.accept(session, token, resident, now)).state


async def test_admins_of_the_settings_are_admins_without_a_grant(
    database: Database, residents: Residents, now: datetime
) -> None:
    async with database.transaction() as session:
        admin = await _arrived(residents, session, ADMIN, now)
        other = await _arrived(residents, session, 1, now)
        assert await residents.roles_of(session, admin) == (frozenset({Role.ADMIN}), ())
        assert await residents.roles_of(session, other) == (frozenset(), ())
        assert await residents.staff.holders(session, Role.ADMIN) == [admin.id]


async def test_an_invitation_gives_its_role_once_and_only_its_hash_is_stored(
    database: Database, residents: Residents, now: datetime
) -> None:
    token = await _invited(database, residents, now, Role.OFFICIAL, BODY)
    assert await _accepted(database, residents, token, 1, now) is InvitationState.OPEN
    assert await _accepted(database, residents, token, 1, now) is InvitationState.YOURS
    assert await _accepted(database, residents, token, 2, now) is InvitationState.USED
    assert await _accepted(database, residents, "x" * 32, 2, now) is InvitationState.UNKNOWN
    async with database.transaction() as session:
        official = await _arrived(residents, session, 1, now)
        assert await residents.roles_of(session, official) == (frozenset({Role.OFFICIAL}), (BODY,))
        assert await residents.staff.holders(session, Role.OFFICIAL, BODY) == [official.id]
        assert await residents.staff.holders(session, Role.OFFICIAL, "government") == []
        stored = (await session.scalars(select(Invitation.token_hash))).all()
        assert token not in stored


async def test_a_link_opened_by_many_at_once_is_taken_by_one(
    database: Database, residents: Residents, now: datetime
) -> None:
    token = await _invited(database, residents, now)
    states = await asyncio.gather(*(_accepted(database, residents, token, n, now) for n in range(1, 7)))
    assert states.count(InvitationState.OPEN) == 1
    assert states.count(InvitationState.USED) == 5
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(RoleGrant)) == 1


async def test_an_invitation_that_ran_out_or_was_cancelled_gives_nothing(
    database: Database, residents: Residents, now: datetime
) -> None:
    late = await _invited(database, residents, now)
    assert await _accepted(database, residents, late, 1, now + timedelta(days=7)) is InvitationState.EXPIRED
    cancelled = await _invited(database, residents, now)
    async with database.transaction() as session:
        admin = await _arrived(residents, session, ADMIN, now)
        newest = await session.scalar(select(func.max(Invitation.id)))
        assert newest is not None
        assert await residents.staff.cancel_invitation(session, admin, newest, now)
        assert not await residents.staff.cancel_invitation(session, admin, newest, now)
    assert await _accepted(database, residents, cancelled, 1, now) is InvitationState.CANCELLED
    async with database.reading() as session:
        assert (await queries.open_invitations(session, 0, 10, now + timedelta(days=8))).total == 0
        assert (await queries.open_invitations(session, 5, 10, now)).total == 1


async def test_a_role_held_already_leaves_the_link_unused(
    database: Database, residents: Residents, now: datetime
) -> None:
    first, second = [await _invited(database, residents, now) for _ in range(2)]
    assert await _accepted(database, residents, first, 1, now) is InvitationState.OPEN
    assert await _accepted(database, residents, second, 1, now) is InvitationState.HELD
    assert await _accepted(database, residents, second, 2, now) is InvitationState.OPEN


async def test_a_revoked_role_ends_at_once_is_told_and_can_be_given_again(
    database: Database, residents: Residents, now: datetime
) -> None:
    await _accepted(database, residents, await _invited(database, residents, now), 1, now)
    async with database.transaction() as session:
        admin = await _arrived(residents, session, ADMIN, now)
        page = await queries.members(session, 0, 10)
        grant = page.rows[0].grant_id
        assert await queries.member(session, grant) == page.rows[0]
        assert await residents.staff.revoke(session, admin, grant, now) is not None
        assert await residents.staff.revoke(session, admin, grant, now) is None
        assert await queries.member(session, grant) is None
        assert await residents.moderators(session) == []
        told = (await session.scalars(select(Delivery))).one()
        t = translator("en")
        telling = Telling(told.kind, told.reference, told.params, told.resident_id, t, now, "halyq_bot")
        screen = await renderers(residents.gazetteer)[told.kind](session, telling)
        assert screen is not None
        assert t("Moderator") in screen.text
    assert (
        await _accepted(database, residents, await _invited(database, residents, now), 1, now) is InvitationState.OPEN
    )
    async with database.reading() as session:
        actions = (await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))).all()
        assert actions == [
            "invitation_made",
            "role_accepted",
            "role_ended",
            "invitation_made",
            "role_accepted",
        ]
        assert (await queries.audit_page(session, 9, 2)).number == 2


async def test_only_an_official_is_invited_for_a_body(database: Database, residents: Residents, now: datetime) -> None:
    with pytest.raises(ValueError, match="official"):
        await _invited(database, residents, now, Role.MODERATOR, BODY)
    with pytest.raises(ValueError, match="official"):
        await _invited(database, residents, now, Role.OFFICIAL, None)


async def test_who_goes_takes_the_invitations_in_their_name_along(
    database: Database, residents: Residents, now: datetime
) -> None:
    token = await _invited(database, residents, now)
    async with database.transaction() as session:
        await residents.erase(session, await _arrived(residents, session, ADMIN, now), now)
    assert await _accepted(database, residents, token, 1, now) is InvitationState.CANCELLED


async def test_people_are_counted_by_what_they_may_do(database: Database, residents: Residents, now: datetime) -> None:
    await _accepted(database, residents, await _invited(database, residents, now), 1, now)
    async with database.transaction() as session:
        signer = await _arrived(residents, session, 2, now)
        await residents.agree(session, signer, translator("kk"), now)
        await residents.state_citizenship(session, signer, now)
        await residents.confirm_phone(session, signer, "+77011234567", now)
        gone = await _arrived(residents, session, 3, now)
        await residents.erase(session, gone, now)
        (await _arrived(residents, session, 4, now)).unreachable_since = now
        counted = await queries.people_counted(session)
    assert counted == queries.PeopleCounted(people=4, confirmed=1, unreachable=1, moderators=1, officials=0)

"""Arriving, confirming, moving, withdrawing and deleting, on both databases."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import Painting, Telling
from bot.delivery.models import Delivery
from bot.i18n import translator
from bot.residents.messages import export_painter, painters, renderers
from bot.residents.models import AuditEntry, Consent, Resident, Role
from bot.residents.rules import PhoneOutcome, PhoneResult
from bot.residents.service import MoveOutOfDate, Residents
from bot.residents.views import HomeTap

NUMBER = "+77011234567"
T = translator("en")


async def arrived(residents: Residents, session: AsyncSession, telegram_id: int, now: datetime) -> Resident:
    return await residents.arrive(session, telegram_id=telegram_id, telegram_language="en", now=now)


async def agreed(residents: Residents, session: AsyncSession, telegram_id: int, now: datetime) -> Resident:
    resident = await arrived(residents, session, telegram_id, now)
    await residents.agree(session, resident, T, now)
    await residents.state_citizenship(session, resident, now)
    return resident


async def shown(database: Database, residents: Residents, telegram_id: int, now: datetime) -> PhoneResult:
    async with database.transaction() as session:
        resident = await agreed(residents, session, telegram_id, now)
        return await residents.confirm_phone(session, resident, NUMBER, now)


async def test_first_messages_that_come_at_once_make_one_resident(
    database: Database, residents: Residents, now: datetime
) -> None:
    async def come() -> int:
        async with database.transaction() as session:
            return (await arrived(residents, session, 1, now)).id

    ids = await asyncio.gather(*(come() for _ in range(6)))
    assert len(set(ids)) == 1


async def test_language_follows_telegram_until_one_is_chosen(
    database: Database, residents: Residents, now: datetime
) -> None:
    async with database.transaction() as session:
        for code, expected in (("ru-RU", "ru"), ("uz", "kk"), (None, "kk"), ("en", "en")):
            resident = await residents.arrive(session, telegram_id=1, telegram_language=code, now=now)
            assert resident.language == expected
        residents.choose_language(resident, "kk")
        resident = await residents.arrive(session, telegram_id=1, telegram_language="ru", now=now)
        assert resident.language == "kk"


async def test_writing_again_makes_reachable_and_seen(database: Database, residents: Residents, now: datetime) -> None:
    async with database.transaction() as session:
        resident = await arrived(residents, session, 1, now)
        resident.unreachable_since = now
        soon = await arrived(residents, session, 1, now + timedelta(minutes=5))
        assert (soon.unreachable_since, soon.seen_at) == (None, now)
        later = await arrived(residents, session, 1, now + timedelta(hours=2))
        assert later.seen_at == now + timedelta(hours=2)


async def test_confirming_asks_for_consent_then_citizenship_then_phone_and_keeps_the_way_back(
    database: Database, residents: Residents, now: datetime
) -> None:
    async with database.transaction() as session:
        resident = await arrived(residents, session, 1, now)
        steps = [(await residents.begin_confirming(session, resident, HomeTap(), now)).missing]
        refused = await residents.confirm_phone(session, resident, NUMBER, now)
        assert refused.outcome is PhoneOutcome.NOT_YET
        await residents.agree(session, resident, T, now)
        await residents.agree(session, resident, T, now)
        steps.append((await residents.confirming(session, resident)).missing)
        await residents.state_citizenship(session, resident, now)
        confirming = await residents.confirming(session, resident)
        steps.append(confirming.missing)
        assert confirming.then == HomeTap()
        abroad = await residents.confirm_phone(session, resident, "+79161234567", now)
        assert abroad.outcome is PhoneOutcome.NOT_KAZAKH
        assert resident.phone_hash is None
        result = await residents.confirm_phone(session, resident, "77011234567", now)
        assert result.outcome is PhoneOutcome.CONFIRMED
        steps.append((await residents.confirming(session, resident)).missing)
        assert await residents.is_confirmed(session, resident)
        again = await residents.confirm_phone(session, resident, NUMBER, now)
        assert again.outcome is PhoneOutcome.ALREADY
    assert steps == ["consent", "citizen", "phone", None]
    async with database.reading() as session:
        stored = (await session.scalars(select(Resident.phone_hash))).one()
        assert stored is not None
        assert NUMBER[1:] not in stored
        assert await session.scalar(select(func.count()).select_from(Consent)) == 1


async def test_one_number_shown_by_many_accounts_at_once_belongs_to_one(
    database: Database, residents: Residents, now: datetime
) -> None:
    results = await asyncio.gather(*(shown(database, residents, n, now) for n in range(1, 7)))
    outcomes = [result.outcome for result in results]
    assert outcomes.count(PhoneOutcome.CONFIRMED) == 1
    assert outcomes.count(PhoneOutcome.TAKEN) == 5
    async with database.reading() as session:
        held = select(func.count()).where(Resident.phone_hash.is_not(None))
        assert await session.scalar(held) == 1


async def test_a_number_moves_with_what_was_done_and_the_old_account_is_told(
    database: Database, residents: Residents, now: datetime, holder: object
) -> None:
    await shown(database, residents, 1, now)
    async with database.transaction() as session:
        old = await arrived(residents, session, 1, now)
        old_id = old.id
        residents._holders[0].counts[old_id] = {"signatures": 3, "petitions": 1}  # type: ignore[attr-defined]
    taken = await shown(database, residents, 2, now)
    assert taken.offer is not None
    offer = taken.offer
    assert offer.held == {"signatures": 3, "petitions": 1}
    async with database.transaction() as session:
        new = await arrived(residents, session, 2, now)
        await residents.move_here(session, new, offer.source_id, offer.until, offer.proof, now)
    async with database.transaction() as session:
        old, new = [await arrived(residents, session, n, now) for n in (1, 2)]
        assert not await residents.is_confirmed(session, old)
        assert await residents.is_confirmed(session, new)
        assert (await residents.confirming(session, old)).missing == "consent"
        assert await residents.held(session, new.id) == offer.held
        told = (await session.scalars(select(Delivery))).one()
        assert (told.kind, told.resident_id) == ("account_moved", old.id)
        telling = Telling(told.kind, told.reference, told.params, old.id, T, now, "halyq_bot")
        screen = await renderers(residents.gazetteer)[told.kind](session, telling)
        assert screen is not None
        assert "3 signatures" in screen.text
        with pytest.raises(MoveOutOfDate):
            await residents.move_here(session, new, offer.source_id, offer.until, offer.proof, now)


async def test_an_offer_to_move_is_only_for_who_showed_the_number_and_only_for_a_while(
    database: Database, residents: Residents, now: datetime
) -> None:
    await shown(database, residents, 1, now)
    offer = (await shown(database, residents, 2, now)).offer
    assert offer is not None
    async with database.transaction() as session:
        thief = await agreed(residents, session, 3, now)
        rightful = await arrived(residents, session, 2, now)
        for resident, until, proof, at in (
            (thief, offer.until, offer.proof, now),
            (rightful, offer.until + 60, offer.proof, now),
            (rightful, offer.until, offer.proof[:-1] + "!", now),
            (rightful, offer.until, "ё", now),
            (rightful, offer.until, offer.proof, now + timedelta(hours=1)),
        ):
            with pytest.raises(MoveOutOfDate):
                await residents.move_here(session, resident, offer.source_id, until, proof, at)
        assert await residents.move_offer(session, rightful, offer.source_id, offer.until, offer.proof, now)


async def test_withdrawing_the_consent_deletes_the_phone_and_keeps_the_account(
    database: Database, residents: Residents, now: datetime
) -> None:
    await shown(database, residents, 1, now)
    async with database.transaction() as session:
        resident = await arrived(residents, session, 1, now)
        await residents.withdraw_consent(session, resident, now)
    async with database.transaction() as session:
        resident = await arrived(residents, session, 1, now)
        assert (resident.phone_hash, resident.citizen_stated_at) == (None, None)
        assert (await session.scalars(select(Consent.withdrawn_at))).all() == [now]
        assert (await residents.confirming(session, resident)).missing == "consent"
    assert (await shown(database, residents, 2, now)).outcome is PhoneOutcome.CONFIRMED


async def test_deletion_leaves_an_empty_shell_and_the_next_message_makes_a_new_resident(
    database: Database, residents: Residents, now: datetime
) -> None:
    await shown(database, residents, 1, now)
    async with database.transaction() as session:
        resident = await arrived(residents, session, 1, now)
        resident.place_key, resident.expecting, resident.last_words = "kz-almaty-city", "place", "my words"
        admin = await arrived(residents, session, 900, now)
        made = await residents.staff.invite(session, admin, Role.MODERATOR, None, now)
        await residents.staff.accept(session, made.token, resident, now)
        erased_id = resident.id
    async with database.transaction() as session:
        await residents.erase(session, await arrived(residents, session, 1, now), now)
    async with database.transaction() as session:
        shell = await session.get(Resident, erased_id)
        assert shell is not None
        assert shell.erased_at == now
        for name in (
            "telegram_id",
            "phone_hash",
            "citizen_stated_at",
            "place_key",
            "expecting",
            "last_words",
        ):
            assert getattr(shell, name) is None, name
        assert await residents.roles_of(session, shell) == (frozenset(), ())
        assert await residents.moderators(session) == []
        assert (await session.scalars(select(Consent).where(Consent.withdrawn_at.is_(None)))).all() == []
        assert residents._holders[0].erased == [erased_id]  # type: ignore[attr-defined]
        with pytest.raises(LookupError):
            await residents.export(session, erased_id, now)
        anew = await arrived(residents, session, 1, now)
        assert anew.id != erased_id
    assert (await shown(database, residents, 1, now)).outcome is PhoneOutcome.CONFIRMED


async def test_the_export_holds_everything_but_the_number(
    database: Database, residents: Residents, now: datetime
) -> None:
    await shown(database, residents, 1, now)
    async with database.transaction() as session:
        resident = await arrived(residents, session, 1, now)
        resident.place_key = "kz-almaty-oblast/talgar-district"
        residents._holders[0].counts[resident.id] = {"signatures": 2}  # type: ignore[attr-defined]
        await session.flush()
        painting = Painting(resident.id, "en", T, now, "halyq_bot")
        drawn = await export_painter(residents)(session, painting)
        assert set(painters(residents)) == {"export"}
    exported = json.loads(drawn.content)
    assert drawn.file_name == "halyq-uni-2026-11-25.json"
    assert exported["resident"]["telegram_id"] == 1
    assert exported["resident"]["place"]["name"] == "Талғар ауданы"
    assert exported["consents"][0]["version"]
    assert len(exported["signatures"]) == 2
    assert NUMBER[1:] not in drawn.content.decode()


async def test_the_audit_trail_holds_no_personal_data(database: Database, residents: Residents, now: datetime) -> None:
    telegram_id = 7_010_123_456
    await shown(database, residents, telegram_id, now)
    offer = (await shown(database, residents, 2, now)).offer
    assert offer is not None
    async with database.transaction() as session:
        mover = await arrived(residents, session, 2, now)
        await residents.move_here(session, mover, offer.source_id, offer.until, offer.proof, now)
        hashed = mover.phone_hash
        await residents.erase(session, await arrived(residents, session, telegram_id, now), now)
    async with database.reading() as session:
        entries = (await session.scalars(select(AuditEntry))).all()
        written = [f"{entry.action} {entry.subject} {json.dumps(entry.details)}" for entry in entries]
    assert {entry.action for entry in entries} == {"account_moved", "account_erased"}
    for line in written:
        assert str(telegram_id) not in line
        assert NUMBER[2:] not in line
        assert str(hashed) not in line

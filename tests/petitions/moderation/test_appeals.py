"""One appeal, decided by somebody else; the database refuses anything less."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import Telling
from bot.delivery.models import Delivery
from bot.i18n import LANGUAGES, Language, translator
from bot.petitions.appeals import views
from bot.petitions.appeals.models import PetitionAppeal
from bot.petitions.appeals.rules import WHY_MAX, AppealOutcome, asked
from bot.petitions.appeals.service import Appeals, WhyWrong
from bot.petitions.models import Petition
from bot.petitions.moderation.messages import MODERATION_RENDERERS
from bot.petitions.moderation.rules import Section
from bot.petitions.moderation.service import ForAnother, Moderation, seed_reasons
from bot.petitions.rules import Action, NotAllowed, State
from bot.residents.models import Resident, Role, RoleGrant

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]


async def told_of_appeals(session: AsyncSession) -> list[int]:
    rows = await session.scalars(select(Delivery.resident_id).where(Delivery.kind == "appeal_new"))
    return sorted(rows)


async def grant(session: AsyncSession, resident: Resident, role: Role, now: datetime) -> None:
    session.add(RoleGrant(resident_id=resident.id, role=role, granted_at=now))
    await session.flush()


async def rejected(
    session: AsyncSession,
    moderation: Moderation,
    make_waiting: MakeWaiting,
    author: Resident,
    moderator: Resident,
    now: datetime,
) -> Petition:
    await seed_reasons(session)
    petition = await make_waiting(session, author, now)
    return await moderation.decide(
        session, petition.id, petition.version, Action.REJECT, moderator, now, reason_code="forbidden"
    )


async def test_another_moderator_grants_the_appeal_and_the_petition_is_checked_again(
    database: Database,
    moderation: Moderation,
    appeals: Appeals,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        author, first, second = [await make_resident(session, number, now) for number in (1, 2, 3)]
        for moderator in (first, second):
            await grant(session, moderator, Role.MODERATOR, now)
        petition = await rejected(session, moderation, make_waiting, author, first, now)
        with pytest.raises(WhyWrong):
            await appeals.write(session, petition.id, author, "  ", now)
        with pytest.raises(WhyWrong):
            await appeals.write(session, petition.id, author, "x" * (WHY_MAX + 1), now)
        with pytest.raises(NotAllowed):
            await appeals.file(session, petition.id, author, now)
        await appeals.write(session, petition.id, author, "Не о том.", now)
        await appeals.write(session, petition.id, author, "Суд здесь ни при чём.", now)
        assert await told_of_appeals(session) == [], "nothing is sent before it is confirmed"
        old = petition.version
        await appeals.file(session, petition.id, author, now)
        assert petition.version > old, "buttons made before it are out of date"
        assert await told_of_appeals(session) == [second.id]
        for wrong in (author, first):
            with pytest.raises(ForAnother):
                await moderation.take(session, petition.id, wrong, now)
            with pytest.raises(ForAnother):
                await moderation.decide(session, petition.id, petition.version, Action.RESTORE, wrong, now)
        queue = await moderation.queue(session, Section.APPEALS, 0, second, now)
        assert [row.number for row in queue.petitions] == [petition.id]
        assert queue.counts[Section.REJECTED] == 0
        case = await moderation.case(session, petition, second, now)
        assert case.actions == (Action.RESTORE, Action.UPHOLD)
        assert case.appeal is not None
        assert case.appeal.why == "Суд здесь ни при чём."
        await moderation.decide(session, petition.id, petition.version, Action.RESTORE, second, now)
        assert petition.state is State.MODERATION
        appeal = await appeals.of(session, petition.id)
        assert appeal is not None
        assert (appeal.outcome, appeal.decided_by) == (AppealOutcome.GRANTED, second.id)
        await moderation.decide(
            session, petition.id, petition.version, Action.REJECT, second, now, reason_code="forbidden"
        )
        with pytest.raises(NotAllowed):
            await appeals.write(session, petition.id, author, "Ещё раз", now)


async def test_a_dismissed_appeal_is_final_and_the_author_is_told(
    database: Database,
    moderation: Moderation,
    appeals: Appeals,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        author, first, admin = [await make_resident(session, number, now) for number in (1, 2, 3)]
        await grant(session, first, Role.MODERATOR, now)
        await grant(session, admin, Role.ADMIN, now)
        petition = await rejected(session, moderation, make_waiting, author, first, now)
        petition.comment = "Об этом решает суд."
        await appeals.write(session, petition.id, author, "Прошу пересмотреть", now)
        await appeals.file(session, petition.id, author, now)
        assert await told_of_appeals(session) == [admin.id], "the only moderator rejected it, so the admin decides"
        await moderation.decide(session, petition.id, petition.version, Action.UPHOLD, admin, now)
        assert petition.state is State.REJECTED
        assert petition.comment == "Об этом решает суд.", "what the author was told stays"
        kinds = (await session.scalars(select(Delivery.kind).where(Delivery.resident_id == author.id))).all()
        assert "appeal_dismissed" in kinds
        with pytest.raises(NotAllowed):
            await appeals.file(session, petition.id, author, now)
        number = petition.id
    for wrong in (first.id, author.id):
        with pytest.raises(IntegrityError):
            async with database.transaction() as session:
                await session.execute(
                    update(PetitionAppeal).where(PetitionAppeal.petition_id == number).values(decided_by=wrong)
                )


async def test_what_an_author_leaves_behind_is_the_decision_without_words(
    sqlite: Database,
    moderation: Moderation,
    appeals: Appeals,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        author, first, second = [await make_resident(session, number, now) for number in (1, 2, 3)]
        petition = await rejected(session, moderation, make_waiting, author, first, now)
        await appeals.write(session, petition.id, author, "Прошу пересмотреть", now)
        await appeals.move(session, author.id, second.id, now)
        await appeals.move(session, second.id, author.id, now)
        await session.refresh(await session.get_one(PetitionAppeal, petition.id))
        assert (await appeals.export(session, author.id))["appeals"][0]["why"] == "Прошу пересмотреть"
        await appeals.file(session, petition.id, author, now)
        await appeals.erase(session, author.id, now)
        row = await session.get_one(PetitionAppeal, petition.id, populate_existing=True)
        assert (row.author_id, row.why) == (None, "")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_author_reads_at_every_step_where_the_appeal_stands(
    sqlite: Database,
    moderation: Moderation,
    appeals: Appeals,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
    language: Language,
) -> None:
    t = translator(language)
    async with sqlite.transaction() as session:
        author, first, second = [await make_resident(session, number, now) for number in (1, 2, 3)]
        petition = await rejected(session, moderation, make_waiting, author, first, now)

        async def message(kind: str) -> list[str]:
            screen = await MODERATION_RENDERERS[kind](
                session, Telling(kind, petition.id, {}, author.id, t, now, "a_bot")
            )
            return [] if screen is None else [button.tap.pack() for row in screen.rows for button in row if button.tap]

        assert f"ap:{petition.id}" in await message("petition_rejected")
        appeal = await appeals.write(session, petition.id, author, "Қайта қараңыз", now)
        assert "Қайта қараңыз" in views.confirm_screen(t, petition, appeal).text
        await appeals.file(session, petition.id, author, now)
        assert f"ap:{petition.id}" not in await message("petition_rejected"), "only once"
        assert f"mc:{petition.id}:0" in await message("appeal_new")
        waiting = views.standing_screen(t, petition, appeal).text
        await moderation.decide(session, petition.id, petition.version, Action.UPHOLD, second, now)
        assert views.standing_screen(t, petition, appeal).text != waiting
        assert await message("appeal_dismissed")
        assert not await message("appeal_new")


def test_the_admins_are_asked_only_where_no_other_moderator_is() -> None:
    assert asked([1, 2, 3], [9], but=(1, 7)) == [2, 3]
    assert asked([1], [9, 1], but=(1, 7)) == [9]
    assert asked([1], [1], but=(1, 7)) == []

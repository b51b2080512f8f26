"""One moderator at a time decides, never twice, always with an audit line; the clock is in working days."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.models import Delivery
from bot.law.calendar import WorkingCalendar
from bot.law.reasons import default_reasons
from bot.petitions.models import Petition, RejectionReason
from bot.petitions.moderation import queries
from bot.petitions.moderation.rules import COMMENT_MAX, COMMENT_MIN, LOCK, Clock, Section, time_left
from bot.petitions.moderation.service import (
    CommentWrong,
    Moderation,
    Outdated,
    ReasonMissing,
    WithColleague,
    seed_reasons,
)
from bot.petitions.rules import Action, Actor, State
from bot.petitions.service import ChangeIncomplete, PetitionMissing
from bot.residents.models import AuditEntry, Resident

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]
CALENDAR = WorkingCalendar()


async def audited(session: AsyncSession) -> list[tuple[str, str]]:
    rows = await session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id))
    return [(action, subject) for action, subject in rows]


async def word(
    moderation: Moderation, session: AsyncSession, code: str, part: str, text: str, admin: Resident, now: datetime
) -> bool:
    """Write words for a reason and confirm them."""
    await moderation.draft_reason(session, code, part, text, admin)
    return await moderation.word_reason(session, code, part, admin, now)


async def test_a_colleague_has_the_petition_until_the_lock_ends_or_is_given_back(
    database: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        first, second = await make_resident(session, 2, now), await make_resident(session, 3, now)
        await moderation.take(session, petition.id, first, now)
        with pytest.raises(WithColleague) as colleague:
            await moderation.take(session, petition.id, second, now + timedelta(minutes=1))
        assert colleague.value.until == now + LOCK
        with pytest.raises(WithColleague):
            await moderation.decide(session, petition.id, petition.version, Action.APPROVE, second, now)
        await moderation.release(session, petition.id, second)
        with pytest.raises(WithColleague):
            await moderation.take(session, petition.id, second, now)
        await moderation.take(session, petition.id, second, now + LOCK)
        await moderation.release(session, petition.id, second)
        taken = await moderation.take(session, petition.id, first, now)
        assert taken.locked_by == first.id


async def test_of_moderators_who_open_a_petition_at_once_one_gets_it(
    database: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        people = [await make_resident(session, number, now) for number in range(2, 8)]

    async def attempt(moderator: Resident) -> bool:
        async with database.transaction() as session:
            try:
                await moderation.take(session, petition.id, moderator, now)
            except WithColleague:
                return False
            return True

    got = await asyncio.gather(*(attempt(moderator) for moderator in people))
    assert sum(got) == 1


async def test_of_decisions_made_at_once_one_counts_and_the_other_learns_of_it(
    database: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        moderator = await make_resident(session, 2, now)
        number, version = petition.id, petition.version

    async def attempt() -> bool:
        async with database.transaction() as session:
            try:
                await moderation.decide(session, number, version, Action.APPROVE, moderator, now)
            except Outdated:
                return False
            return True

    assert sum(await asyncio.gather(*(attempt() for _ in range(4)))) == 1
    async with database.transaction() as session:
        assert await audited(session) == [("petition_approve", f"petition:{number}")]
        found = await session.get(Petition, number)
        assert found is not None
        assert (found.state, found.locked_by) == (State.PUBLISHED, None)


async def test_a_return_needs_a_comment_and_its_author_reads_it(
    database: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        moderator = await make_resident(session, 2, now)
        number, version = petition.id, petition.version
        with pytest.raises(ChangeIncomplete):
            await moderation.decide(session, number, version, Action.RETURN, moderator, now)
        for text, over in (("  ", 0), ("a" * (COMMENT_MAX + 3), 3)):
            with pytest.raises(CommentWrong) as wrong:
                await moderation.note(session, number, version, moderator, text, now)
            assert wrong.value.args == (over,)
        await moderation.note(session, number, version, moderator, " Уточните место. ", now)
        returned = await moderation.decide(session, number, version, Action.RETURN, moderator, now, with_comment=True)
        assert (returned.state, returned.comment) == (State.RETURNED, "Уточните место.")
        assert await queries.last_return(session, number) == "Уточните место."
        told = (await session.scalars(select(Delivery.kind))).all()
        assert "petition_returned" in told


async def test_a_comment_of_one_word_tells_an_author_nothing_and_is_not_kept(
    sqlite: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        moderator = await make_resident(session, 2, now)
        with pytest.raises(CommentWrong) as refused:
            await moderation.note(session, petition.id, petition.version, moderator, " Нет ", now)
        assert refused.value.args == (3 - COMMENT_MIN,)
        assert petition.comment is None


async def test_a_comment_that_was_not_sent_leaves_with_another_decision(
    sqlite: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        moderator = await make_resident(session, 2, now)
        await moderation.note(session, petition.id, petition.version, moderator, "Не указано, какая улица", now)
        await moderation.decide(session, petition.id, petition.version, Action.APPROVE, moderator, now)
        assert petition.comment is None


async def test_a_rejection_needs_a_reason_that_is_offered_and_can_be_taken_back(
    database: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        await seed_reasons(session)
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        moderator = await make_resident(session, 2, now)
        number = petition.id
        with pytest.raises(ChangeIncomplete):
            await moderation.decide(session, number, petition.version, Action.REJECT, moderator, now)
        with pytest.raises(ReasonMissing):
            await moderation.decide(session, number, petition.version, Action.REJECT, moderator, now, reason_code="x")
        rejected = await moderation.decide(
            session, number, petition.version, Action.REJECT, moderator, now, reason_code="forbidden"
        )
        assert (rejected.state, rejected.reason_code) == (State.REJECTED, "forbidden")
        with pytest.raises(Outdated):
            await moderation.decide(session, number, petition.version, Action.APPROVE, moderator, now)
        restored = await moderation.decide(session, number, petition.version, Action.RESTORE, moderator, now)
        assert restored.state is State.MODERATION
        assert [action for action, _ in await audited(session)] == ["petition_reject", "petition_restore"]


async def test_a_supported_petition_is_marked_as_sent(
    sqlite: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        petition = await make_waiting(session, await make_resident(session, 1, now), now)
        moderator = await make_resident(session, 2, now)
        await moderation.decide(session, petition.id, petition.version, Action.APPROVE, moderator, now)
        with pytest.raises(Outdated):
            await moderation.take(session, petition.id, moderator, now)
        await moderation.petitions.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, now)
        found = await moderation.queue(session, Section.SUPPORTED, 0, moderator, now)
        assert [waiting.number for waiting in found.petitions] == [petition.id]
        await moderation.decide(session, petition.id, petition.version, Action.SEND, moderator, now)
        assert petition.state is State.SENT


async def test_the_queue_shows_what_is_due_first_with_its_clock_and_who_has_it(
    database: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        author = await make_resident(session, 1, now)
        moderator, colleague = await make_resident(session, 2, now), await make_resident(session, 3, now)
        late = now + timedelta(days=28)
        fresh = await make_waiting(session, author, late)
        overdue = await make_waiting(session, author, now - timedelta(days=10))
        near = await make_waiting(session, author, now)
        await moderation.take(session, near.id, colleague, late)
        found = await moderation.queue(session, Section.WAITING, 0, moderator, late)
        assert [waiting.number for waiting in found.petitions] == [overdue.id, near.id, fresh.id]
        assert found.counts[Section.WAITING] == 3
        clocks = [waiting.left.clock for waiting in found.petitions if waiting.left]
        assert clocks == [Clock.OVERDUE, Clock.NEAR, Clock.CALM]
        assert [waiting.locked_until is not None for waiting in found.petitions] == [False, True, False]
        for _ in range(queries.PER_PAGE):
            await make_waiting(session, author, late)
        last = await moderation.queue(session, Section.WAITING, 99, moderator, late)
        assert (last.page, last.pages, len(last.petitions)) == (1, 2, 3)
        assert await queries.waiting_count(session) == 9


async def test_a_case_shows_other_petitions_about_the_place_and_forbidden_words(
    sqlite: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        author = await make_resident(session, 1, now)
        other = await make_waiting(session, author, now)
        petition = await make_waiting(session, author, now)
        petition.ask = "Требуем отставки министра транспорта."
        case = await moderation.case(session, petition, author, now)
        assert [one.id for one in case.others] == [other.id]
        assert case.hits
        assert case.until == date(2027, 5, 25), "six months, if it were published today"
    with pytest.raises(PetitionMissing):
        async with sqlite.transaction() as session:
            await moderation.take(session, 404, author, now)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 40), st.integers(-40, 40))
def test_the_clock_never_says_time_is_left_when_it_is_over(start: date, term: int, later: int) -> None:
    due = CALENDAR.last_day(start, term)
    today = due + timedelta(days=later)
    left = time_left(CALENDAR, today, due)
    assert (left.clock is Clock.OVERDUE) == (today > due)
    assert left.days >= (1 if today > due else 0)


async def test_seeding_the_catalogue_again_keeps_what_an_admin_changed(
    database: Database, moderation: Moderation, make_resident: MakeResident, now: datetime
) -> None:
    async with database.transaction() as session:
        admin = await make_resident(session, 1, now)
        await seed_reasons(session)
        await word(moderation, session, "forbidden", "ru", "  Закон   запрещает. ", admin, now)
        await moderation.switch_reason(session, "same_subject", admin, now)
        await seed_reasons(session)
        found = {reason.code: reason for reason in await queries.reasons(session, active_only=False)}
        assert len(found) == len(default_reasons())
        assert found["forbidden"].text("ru") == "Закон запрещает."
        assert not found["same_subject"].active
        offered = [reason.code for reason in await queries.reasons(session, active_only=True)]
        assert "same_subject" not in offered
        assert offered[0] == "forbidden"


async def test_a_new_reason_is_offered_only_once_it_is_written_in_three_languages(
    database: Database, moderation: Moderation, make_resident: MakeResident, now: datetime
) -> None:
    async with database.transaction() as session:
        admin = await make_resident(session, 1, now)
        code = await moderation.add_reason(session, admin, now)
        assert await moderation.add_reason(session, admin, now) != code
        for language in ("kk", "ru"):
            await word(moderation, session, code, language, "Себеп", admin, now)
        assert not await moderation.switch_reason(session, code, admin, now)
        await word(moderation, session, code, "en", "A reason", admin, now)
        assert await moderation.switch_reason(session, code, admin, now)
        assert not await moderation.switch_reason(session, code, admin, now)
        with pytest.raises(CommentWrong):
            await word(moderation, session, code, "en", " ", admin, now)
        with pytest.raises(ReasonMissing):
            await word(moderation, session, "none", "en", "A", admin, now)
        row = await session.get(RejectionReason, code)
        assert row is not None
        assert (row.text_en, row.article) == ("A reason", "bot")
        actions = {action for action, _ in await audited(session)}
        assert actions == {"reason_add", "reason_edit", "reason_on", "reason_off"}

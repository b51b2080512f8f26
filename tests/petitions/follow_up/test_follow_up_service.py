"""One opinion a signer, changeable; the question whether it was done goes once to those who live there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.models import Delivery
from bot.petitions.follow_up.models import AnswerOpinion
from bot.petitions.follow_up.queries import (
    WAS_IT_DONE,
    answer_check,
    opinions,
    reasons_given,
    shown_photo,
    waiting_photo,
)
from bot.petitions.follow_up.rules import Deed, numbers
from bot.petitions.follow_up.service import FollowUp, WhyRefused
from bot.petitions.models import Petition
from bot.petitions.rules import Action, Actor, NotAllowed, Outcome, State
from bot.residents.models import Resident
from tests.petitions.reading.making import OBLAST, TALGAR, TOWN, person, petition_in, petitions_service

PETITIONS = petitions_service()


async def _moderators(session: AsyncSession) -> list[int]:
    return list(await session.scalars(select(Resident.id).where(Resident.telegram_id == 99)))


FOLLOW_UP = FollowUp(PETITIONS, _moderators)


async def _decided(
    session: AsyncSession, now: datetime, *signers: Resident, outcome: Outcome = Outcome.SATISFIED
) -> Petition:
    petition = await petition_in(session, PETITIONS, signers[0], State.PUBLISHED, now)
    for one in signers[1:]:
        await PETITIONS.sign(session, petition.id, one, now)
    await PETITIONS.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, now)
    await PETITIONS.change(session, petition, Action.SEND, Actor.MODERATOR, None, now)
    await PETITIONS.change(session, petition, Action.REGISTER, Actor.OFFICIAL, None, now)
    return await PETITIONS.change(
        session, petition, Action.DECIDE, Actor.OFFICIAL, None, now, outcome=outcome, answer="Жасаймыз."
    )


async def test_a_signer_has_one_opinion_and_may_change_it(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        author, signer = [await person(session, number, now) for number in (1, 2)]
        petition = await _decided(session, now, author, signer)
        for answers in (True, True, False):
            await FOLLOW_UP.say(session, petition.id, signer, now, answers=answers)
        await FOLLOW_UP.explain(session, petition.id, signer, "Мерзімі  айтылмаған", now)
        assert await opinions(session, [petition.id]) == {petition.id: (0, 1)}
        assert list(await reasons_given(session, petition.id, 5)) == [(False, "Мерзімі айтылмаған")]
        await FOLLOW_UP.say(session, petition.id, signer, now, answers=True)
        assert list(await reasons_given(session, petition.id, 5)) == [], "the reason was for the other opinion"
        check = await answer_check(session, petition.id, signer.id, may_answer=True)
    assert (check.own, check.satisfied, check.unsatisfied) == (True, 1, 0)


async def test_only_signers_judge_and_only_decisions(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        author, stranger = [await person(session, number, now) for number in (1, 2)]
        petition = await _decided(session, now, author)
        running = await petition_in(session, PETITIONS, author, State.PUBLISHED, now)
        with pytest.raises(NotAllowed):
            await FOLLOW_UP.say(session, petition.id, stranger, now, answers=True)
        with pytest.raises(NotAllowed):
            await FOLLOW_UP.say(session, running.id, author, now, answers=True)
        with pytest.raises(NotAllowed):
            await FOLLOW_UP.explain(session, petition.id, author, "first the opinion", now)
        await FOLLOW_UP.say(session, petition.id, author, now, answers=False)
        with pytest.raises(WhyRefused) as refused:
            await FOLLOW_UP.explain(session, petition.id, author, "позвоните 8 701 123 45 67", now)
        assert refused.value.problem == "phone"
        assert list(await reasons_given(session, petition.id, 5)) == [], "bad input changes nothing"


async def _asked(session: AsyncSession) -> list[int]:
    return sorted(await session.scalars(select(Delivery.resident_id).where(Delivery.kind == WAS_IT_DONE)))


async def test_three_months_later_signers_who_live_there_are_asked_once(database: Database, now: datetime) -> None:
    later = now + timedelta(days=92)
    async with database.transaction() as session:
        author = await person(session, 1, now, place=TALGAR)
        of_town = await person(session, 2, now, place=TOWN)
        of_oblast = await person(session, 3, now, place=OBLAST)
        unknown = await person(session, 4, now)
        petition = await _decided(session, now, author, of_town, of_oblast, unknown)
        refused = await _decided(session, now, author, outcome=Outcome.REFUSED)
        assert await FOLLOW_UP.ask_due(session, later - timedelta(days=2)) == 0
        assert await FOLLOW_UP.ask_due(session, later) == 2
        assert await FOLLOW_UP.ask_due(session, later) == 0
        assert await FOLLOW_UP.ask_due(session, later + timedelta(days=1)) == 0
        assert await _asked(session) == sorted([author.id, of_town.id])
        assert refused.outcome is Outcome.REFUSED
        check = await answer_check(session, petition.id, of_town.id, may_answer=True)
        assert (check.is_asked, check.may_tell_deed) == (True, True)
        with pytest.raises(NotAllowed):
            await FOLLOW_UP.report(session, petition.id, of_oblast, Deed.YES, later)


async def test_a_bot_that_was_down_asks_late_but_not_years_late(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now, place=TOWN)
        await _decided(session, now, author)
        assert await FOLLOW_UP.ask_due(session, now + timedelta(days=400)) == 0
        assert await FOLLOW_UP.ask_due(session, now + timedelta(days=92 + numbers().ask_within_days - 1)) == 1


async def test_a_photo_is_seen_by_staff_first_and_by_all_when_shown(database: Database, now: datetime) -> None:
    later = now + timedelta(days=92)
    async with database.transaction() as session:
        moderator = await person(session, 99, now)
        author = await person(session, 1, now, place=TOWN)
        petition = await _decided(session, now, author)
        await FOLLOW_UP.ask_due(session, later)
        with pytest.raises(NotAllowed):
            await FOLLOW_UP.add_photo(session, petition.id, author, "file-1", later)
        await FOLLOW_UP.report(session, petition.id, author, Deed.PARTLY, later)
        await FOLLOW_UP.add_photo(session, petition.id, author, "file-1", later)
        assert await shown_photo(session, petition.id, 0) is None
        waiting = await waiting_photo(session)
        assert waiting is not None
        told = await session.scalars(select(Delivery.resident_id).where(Delivery.kind == "photo_waiting"))
        assert list(told) == [moderator.id]
        assert await FOLLOW_UP.check_photo(session, waiting.id, moderator, later, show=True)
        assert not await FOLLOW_UP.check_photo(session, waiting.id, moderator, later, show=False), "once"
        shown = await shown_photo(session, petition.id, 5)
        assert shown is not None
        assert (shown.file_id, shown.deed, shown.count) == ("file-1", Deed.PARTLY, 1)
        await FOLLOW_UP.erase(session, author.id, later)
        assert await shown_photo(session, petition.id, 0) is None, "photos go with their owner"
        check = await answer_check(session, petition.id, None, may_answer=False)
    assert check.deeds == {Deed.PARTLY: 1}, "the answer stays as a count"


async def test_two_accounts_that_become_one_have_one_opinion(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        author, other = [await person(session, number, now) for number in (1, 2)]
        petition = await _decided(session, now, author, other)
        await FOLLOW_UP.say(session, petition.id, author, now, answers=True)
        await FOLLOW_UP.say(session, petition.id, other, now, answers=False)
        await FOLLOW_UP.move(session, author.id, other.id, now)
        assert await opinions(session, [petition.id]) == {petition.id: (0, 1)}
        exported = await FOLLOW_UP.export(session, other.id)
        assert [row["answers"] for row in exported["opinions_of_decisions"]] == [False]
        await FOLLOW_UP.erase(session, other.id, now)
        kept = await session.scalar(
            select(func.count()).select_from(AnswerOpinion).where(AnswerOpinion.resident_id.is_(None))
        )
    assert kept == 1

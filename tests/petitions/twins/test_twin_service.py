"""Similar petitions on both databases: found, kept in step, retired for, clustered."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.models import Delivery
from bot.petitions.models import Draft, Petition, PetitionEvent, Signature
from bot.petitions.rules import Action, Actor, DraftStep, NotAllowed, State
from bot.petitions.service import Petitions
from bot.petitions.twins import index
from bot.petitions.twins.models import PetitionTrait
from bot.petitions.twins.rules import Nearness
from bot.petitions.twins.service import Twins, TwinUnfit
from bot.residents.models import Resident
from bot.routing.router import load_router
from tests.petitions.reading.making import GAZETTEER, OBLAST, TALGAR, person, petition_in, petitions_service

NOW = datetime.fromisoformat("2026-11-25T09:00:00+00:00")
LIGHT_KK = (
    "Көшеге жарық орнату",
    "Түнде қараңғы, көше шамдарын орнатуды сұраймыз.",
    "Балалар мектептен қараңғыда қайтады.",
)
LIGHT_RU = ("Осветите улицу", "Ночью темно, установите уличные фонари.", "Дети возвращаются из школы в темноте.")
BUS_RU = (
    "Больше автобусов",
    "Автобус ходит раз в час, увеличьте число рейсов.",
    "Люди опаздывают на работу каждый день.",
)


def _subject(text: str, place_key: str) -> str | None:
    return load_router(GAZETTEER).route(text, place_key).subject


@pytest.fixture
def petitions() -> Petitions:
    """The petitions service with a router of subjects."""
    service = petitions_service()
    service.subject_of = _subject
    return service


@pytest.fixture
def twins(petitions: Petitions) -> Twins:
    """The service."""
    return Twins(petitions, _subject)


async def _petition(
    session: AsyncSession,
    petitions: Petitions,
    author: Resident,
    text: tuple[str, str, str],
    language: str,
    *,
    place: str = TALGAR,
    state: State = State.PUBLISHED,
    more: int = 0,
) -> Petition:
    title, ask, why = text
    return await petition_in(
        session, petitions, author, state, NOW, title=title, ask=ask, why=why, language=language, place=place, more=more
    )


async def test_a_petition_in_another_language_is_found_with_its_reasons(
    database: Database, petitions: Petitions, twins: Twins
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, NOW)
        light = await _petition(session, petitions, author, LIGHT_KK, "kk")
        await _petition(session, petitions, author, BUS_RU, "ru")
        hidden = await _petition(session, petitions, author, LIGHT_KK, "kk", state=State.GATHERING)
        found = await twins.similar(session, "\n".join(LIGHT_RU), TALGAR, NOW)
    assert found[0].petition is light
    assert "street_light" in found[0].concepts
    assert found[0].how.same_subject
    assert found[0].how.nearness is Nearness.SAME
    assert found[0].bars
    assert found[0].bars_until is None
    assert hidden not in [twin.petition for twin in found]
    assert all(twin.petition.title != BUS_RU[0] for twin in found)


async def test_the_same_elsewhere_comes_later_and_is_no_repetition(
    database: Database, petitions: Petitions, twins: Twins
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, NOW)
        far = await _petition(session, petitions, author, LIGHT_KK, "kk", place="kz-turkistan-oblast/kentau-city")
        around = await _petition(session, petitions, author, LIGHT_KK, "kk", place=OBLAST)
        here = await _petition(session, petitions, author, LIGHT_RU, "ru")
        found = await twins.similar(session, "\n".join(LIGHT_RU), TALGAR, NOW)
    assert [twin.petition for twin in found] == [here, around, far]
    assert [twin.bars for twin in found] == [True, False, False]


async def test_a_decision_bars_a_repetition_until_its_year_is_over(
    database: Database, petitions: Petitions, twins: Twins
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, NOW)
        decided = await _petition(session, petitions, author, LIGHT_KK, "kk", state=State.DECIDED)
        found = (await twins.similar(session, "\n".join(LIGHT_RU), TALGAR, NOW))[0]
        assert found.petition is decided
        assert found.bars
        assert str(found.bars_until) == "2027-11-25"
        later = (await twins.similar(session, "\n".join(LIGHT_RU), TALGAR, NOW.replace(year=2027, month=12)))[0]
    assert not later.bars


async def test_traits_move_with_the_text_and_drift_is_found_and_mended(
    database: Database, petitions: Petitions, twins: Twins
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, NOW)
        petition = await _petition(session, petitions, author, LIGHT_KK, "kk", state=State.RETURNED)
        title, ask, why = BUS_RU
        draft = Draft(
            author_id=author.id,
            step=DraftStep.REVIEW,
            language="ru",
            title=title,
            ask=ask,
            why=why,
            place_key=petition.place_key,
            body_key=petition.body_key,
            petition_id=petition.id,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(draft)
        await session.flush()
        await petitions.correct(session, draft, author, NOW)
        kept = set(await session.scalars(select(PetitionTrait.trait)))
        assert "bus" in kept
        assert "street_light" not in kept
        assert (await index.examine(session)).stale == ()
    async with database.transaction() as session:
        await session.execute(update(PetitionTrait).values(place_key="kz"))
        await session.execute(delete(PetitionTrait).where(PetitionTrait.trait.startswith("~")))
    drift = await index.mend(database)
    assert drift.stale == (petition.id,)
    async with database.reading() as session:
        assert (await index.examine(session)).stale == ()
        assert set(await session.scalars(select(PetitionTrait.place_key))) == {TALGAR}


async def test_retiring_asks_every_signer_once_and_moves_no_signature(
    database: Database, petitions: Petitions, twins: Twins
) -> None:
    async with database.transaction() as session:
        author, other, signer, follower = [await person(session, number, NOW) for number in (1, 2, 3, 4)]
        own = await _petition(session, petitions, author, LIGHT_KK, "kk")
        twin = await _petition(session, petitions, other, LIGHT_RU, "ru")
        await petitions.sign(session, own.id, signer, NOW)
        await petitions.follow(session, own.id, follower, NOW)
        before = twin.signature_count
        await twins.retire(session, own.id, twin.id, author, NOW)
    assert (own.state, own.twin_id, twin.signature_count) == (State.WITHDRAWN, twin.id, before)
    async with database.transaction() as session:
        with pytest.raises((NotAllowed, TwinUnfit)):
            await twins.retire(session, own.id, twin.id, await session.get_one(Resident, author.id), NOW)
    async with database.reading() as session:
        told = list(await session.scalars(select(Delivery.resident_id).where(Delivery.kind == "petition_retired")))
        assert sorted(told) == [signer.id, follower.id]
        signed = await session.scalars(select(Signature.petition_id).where(Signature.resident_id == signer.id))
        assert list(signed) == [own.id]
        event = await session.scalar(select(PetitionEvent).where(PetitionEvent.action == Action.RETIRE.value))
        assert event is not None


async def test_only_its_author_retires_a_petition_and_only_for_one_that_can_be_signed(
    database: Database, petitions: Petitions, twins: Twins
) -> None:
    async with database.transaction() as session:
        author, other = await person(session, 1, NOW), await person(session, 2, NOW)
        own = await _petition(session, petitions, author, LIGHT_KK, "kk")
        twin = await _petition(session, petitions, other, LIGHT_RU, "ru")
        decided = await _petition(session, petitions, other, LIGHT_RU, "ru", state=State.DECIDED)
        hidden = await _petition(session, petitions, other, LIGHT_RU, "ru", state=State.GATHERING)
        with pytest.raises(NotAllowed):
            await twins.retire(session, own.id, twin.id, other, NOW)
        for unfit in (own, decided, hidden):
            with pytest.raises(TwinUnfit):
                await twins.retire(session, own.id, unfit.id, author, NOW)
        assert own.state is State.PUBLISHED
        assert [one.petition for one in await twins.signable(session, own, NOW)] == [twin]


async def test_likely_twins_under_way_are_grouped_and_moderators_told_once_a_month(
    database: Database, petitions: Petitions, twins: Twins
) -> None:
    async with database.transaction() as session:
        author, moderator = await person(session, 1, NOW), await person(session, 2, NOW)
        few = await _petition(session, petitions, author, LIGHT_RU, "ru", more=1)
        many = await _petition(session, petitions, author, LIGHT_KK, "kk", more=9)
        await _petition(session, petitions, author, BUS_RU, "ru")
        await _petition(session, petitions, author, LIGHT_RU, "ru", place=OBLAST)
        await _petition(session, petitions, author, LIGHT_RU, "ru", state=State.DECIDED)
        clusters = await twins.clusters(session)
        assert [cluster.petitions for cluster in clusters] == [(many, few)]
        for _ in range(2):
            assert await twins.tell_clusters(session, [moderator.id], 202611, NOW) == 1
        told = list(await session.scalars(select(Delivery.resident_id).where(Delivery.kind == "twin_clusters")))
        assert told == [moderator.id]


async def test_a_rejection_as_a_repetition_names_the_other_petition_until_it_is_taken_back(
    database: Database, petitions: Petitions, twins: Twins
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, NOW)
        other = await _petition(session, petitions, author, LIGHT_KK, "kk")
        petition = await _petition(session, petitions, author, LIGHT_RU, "ru", state=State.MODERATION)
        similar = await twins.of_petition(session, petition, NOW)
        assert [twin.petition for twin in similar] == [other]
        await petitions.change(
            session,
            petition,
            Action.REJECT,
            Actor.MODERATOR,
            None,
            NOW,
            reason_code="same_subject",
            twin_id=other.id,
        )
        assert petition.twin_id == other.id
        await petitions.change(session, petition, Action.RESTORE, Actor.MODERATOR, None, NOW)
        assert petition.twin_id is None

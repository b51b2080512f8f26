"""A petition's life in the database: opening, signing in parallel, the clock, what is told, what a person leaves."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.models import Delivery
from bot.law.calendar import WorkingCalendar
from bot.petitions.models import Draft, Follow, Petition, PetitionEvent, PetitionText, Signature
from bot.petitions.rules import Action, Actor, DraftStep, NotAllowed, Outcome, State
from bot.petitions.service import (
    ChangeIncomplete,
    DraftIncomplete,
    PetitionMissing,
    Petitions,
    SignOutcome,
)
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident
from bot.residents.rules import phone_hash

PEPPER = b"pepper of the tests, long enough to be one"
TALGAR = "kz-almaty-oblast/talgar-district"
AKIMAT = f"akimat:{TALGAR}"
GAZETTEER = Gazetteer(shipped_places())


async def _no_moderators(session: AsyncSession) -> list[int]:
    return []


@pytest.fixture
def petitions() -> Petitions:
    return Petitions(GAZETTEER, PEPPER, WorkingCalendar(), _no_moderators)


async def person(session: AsyncSession, number: int, now: datetime, *, confirmed: bool = True) -> Resident:
    resident = Resident(
        telegram_id=number,
        language="kk",
        phone_hash=phone_hash(PEPPER, f"+7701{number:07d}") if confirmed else None,
        phone_confirmed_at=now if confirmed else None,
        created_at=now,
        seen_at=now,
    )
    session.add(resident)
    await session.flush()
    return resident


async def draft_of(session: AsyncSession, author: Resident, now: datetime, **changes: str | None) -> Draft:
    parts: dict[str, str | None] = {
        "title": "Мектеп алдына жаяу жүргінші жолын салу",
        "ask": "Абай көшесіндегі мектептің алдына жаяу жүргінші жолын салуды сұраймыз.",
        "why": "Балалар жолдан қауіппен өтеді.",
        "place_key": TALGAR,
        "body_key": AKIMAT,
        **changes,
    }
    draft = Draft(author_id=author.id, step=DraftStep.REVIEW, language="kk", created_at=now, updated_at=now, **parts)
    session.add(draft)
    await session.flush()
    return draft


async def opened(session: AsyncSession, petitions: Petitions, author: Resident, now: datetime) -> Petition:
    return await petitions.open(session, await draft_of(session, author, now), author, now)


async def published(
    session: AsyncSession,
    petitions: Petitions,
    author: Resident,
    now: datetime,
    *,
    threshold: int | None = None,
) -> Petition:
    petition = await opened(session, petitions, author, now)
    petition.supporters_needed = 1
    await petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)
    await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)
    if threshold is not None:
        petition.threshold_votes = threshold
    await session.flush()
    return petition


async def told(session: AsyncSession) -> list[tuple[str, int]]:
    rows = await session.execute(select(Delivery.kind, Delivery.resident_id).order_by(Delivery.id))
    return [(kind, resident) for kind, resident in rows]


async def test_an_opened_petition_freezes_its_text_and_the_numbers_of_the_law(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await opened(session, petitions, author, now)
        assert petition.state is State.GATHERING
        assert petition.supporters_needed == 50
        assert petition.supporters_by == WorkingCalendar().last_day(date(2026, 11, 25), 20)
        assert petition.threshold_votes == 2500
        assert petition.threshold_article.startswith("90-3(4)")
        assert petition.signature_count == 1, "the author's own signature is the first"
        text = await session.get(PetitionText, (petition.id, 1))
        assert text is not None
        assert text.text_hash == petition.text_hash
        assert len(petition.text_hash) == 64
    async with database.reading() as session:
        events = (await session.scalars(select(PetitionEvent))).all()
        assert [(event.action, event.article) for event in events] == [("open", "90-2(4)(1)")]


@pytest.mark.parametrize("missing", ["title", "ask", "why", "place_key", "body_key"])
async def test_a_draft_with_a_part_missing_does_not_become_a_petition(
    sqlite: Database, petitions: Petitions, now: datetime, missing: str
) -> None:
    async with sqlite.transaction() as session:
        author = await person(session, 1, now)
        draft = await draft_of(session, author, now, **{missing: None})
        with pytest.raises(DraftIncomplete) as refused:
            await petitions.open(session, draft, author, now)
        assert refused.value.args == (missing.removesuffix("_key"),)
        assert await session.scalar(select(func.count()).select_from(Petition)) == 0


async def test_a_place_without_population_gets_no_threshold(
    sqlite: Database, petitions: Petitions, now: datetime
) -> None:
    unknown = next(place for place in GAZETTEER if place.population is None and place.key.count("/") >= 1)
    async with sqlite.transaction() as session:
        author = await person(session, 1, now)
        draft = await draft_of(session, author, now, place_key=unknown.key, body_key=f"office:{unknown.key}")
        petition = await petitions.open(session, draft, author, now)
        assert petition.threshold_votes is None
        petition.supporters_needed = 1
        await petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)
        await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)
        signer = await person(session, 2, now)
        result = await petitions.sign(session, petition.id, signer, now)
        assert result.outcome is SignOutcome.SIGNED
        assert petition.state is State.PUBLISHED


async def test_200_parallel_taps_of_40_people_give_exactly_40_signatures(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await published(session, petitions, author, now, threshold=30)
        number = petition.id
        people = [(await person(session, 100 + index, now)).id for index in range(40)]

    async def tap(resident_id: int) -> SignOutcome:
        async with database.transaction() as session:
            resident = await session.get(Resident, resident_id)
            assert resident is not None
            return (await petitions.sign(session, number, resident, now)).outcome

    outcomes = await asyncio.gather(*(tap(people[index % 40]) for index in range(200)))
    assert outcomes.count(SignOutcome.SIGNED) == 40
    assert outcomes.count(SignOutcome.ALREADY) == 160
    async with database.reading() as session:
        petition = await petitions.get(session, number)
        standing = await session.scalar(
            select(func.count()).select_from(Signature).where(Signature.petition_id == number)
        )
        assert petition.signature_count == standing == 41
        assert petition.state is State.SUPPORTED
        assert await petitions.recount(session) == {}
        moves = await session.scalar(
            select(func.count()).select_from(PetitionEvent).where(PetitionEvent.action == "reach_threshold")
        )
        assert moves == 1


async def test_the_database_itself_refuses_a_second_standing_signature(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await opened(session, petitions, author, now)
        first = await session.scalar(select(Signature))
        assert first is not None
        copy = {
            "petition_id": petition.id,
            "resident_id": None,
            "signer_key": first.signer_key,
            "signed_at": now,
        }
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(Signature(receipt="AAAA-BBBB", **copy))


async def test_a_withdrawn_signature_can_be_given_again_and_counts_once(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await published(session, petitions, author, now, threshold=2)
        signer = await person(session, 2, now)
        first = await petitions.sign(session, petition.id, signer, now)
        assert petition.state is State.SUPPORTED
        back = await petitions.withdraw_signature(session, petition.id, signer, now)
        assert back.outcome is SignOutcome.WITHDRAWN
        assert petition.state.value == "published", "a count that falls moves the state back"
        again = await petitions.withdraw_signature(session, petition.id, signer, now)
        assert again.outcome is SignOutcome.NOT_SIGNED
        second = await petitions.sign(session, petition.id, signer, now)
        assert second.receipt != first.receipt
        assert petition.signature_count == 2
        heard = [kind for kind, resident in await told(session) if resident == signer.id]
        assert heard == ["petition_supported"], "the same event is not told twice"


async def test_nobody_signs_after_the_last_day_and_the_clock_ends_it_once(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await published(session, petitions, author, now)
        assert petition.closes_on == date(2027, 5, 25)
        signer = await person(session, 2, now)
        last_evening = datetime.combine(petition.closes_on, datetime.max.time(), now.tzinfo) - timedelta(hours=6)
        assert petitions.is_open(petition, last_evening)
        after = last_evening + timedelta(hours=2)
        late = await petitions.sign(session, petition.id, signer, after)
        assert late.outcome is SignOutcome.CLOSED
        assert await petitions.close_due(session, last_evening) == 0
        assert await petitions.close_due(session, after) == 1
        assert await petitions.close_due(session, after) == 0
        assert petition.state is State.EXPIRED


async def test_too_few_supporters_in_time_end_a_petition_and_its_people_hear_it(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await opened(session, petitions, author, now)
        signer = await person(session, 2, now)
        await petitions.sign(session, petition.id, signer, now)
        assert petition.supporters_by is not None
        later = now + timedelta(days=(petition.supporters_by - date(2026, 11, 25)).days + 1)
        assert await petitions.close_due(session, later) == 1
        assert petition.state is State.LAPSED
        lapsed = {resident for kind, resident in await told(session) if kind == "petition_lapsed"}
        assert lapsed == {author.id, signer.id}


async def test_the_fiftieth_supporter_brings_it_to_the_moderators(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        moderator = await person(session, 900, now)

        async def moderators(_: AsyncSession) -> list[int]:
            return [moderator.id]

        petitions = Petitions(GAZETTEER, PEPPER, WorkingCalendar(), moderators)
        author = await person(session, 1, now)
        petition = await opened(session, petitions, author, now)
        for index in range(49):
            assert petition.state is State.GATHERING
            await petitions.sign(session, petition.id, await person(session, 100 + index, now), now)
        assert petition.state is State.MODERATION
        assert petition.moderation_due == WorkingCalendar().last_day(date(2026, 11, 25), 20)
        kinds = await told(session)
        assert ("queue_new", moderator.id) in kinds
        assert ("supporters_found", author.id) in kinds
        assert ("milestone", author.id) in kinds
        assert sum(kind == "milestone" for kind, _ in kinds) == 1, "50 is told as the supporters' news"


async def test_a_corrected_text_is_a_new_version_and_its_signers_are_told(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await opened(session, petitions, author, now)
        signer = await person(session, 2, now)
        await petitions.sign(session, petition.id, signer, now)
        petition.supporters_needed = 2
        await petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)
        with pytest.raises(ChangeIncomplete):
            await petitions.change(session, petition, Action.RETURN, Actor.MODERATOR, None, now)
        assert petition.state is State.MODERATION, "a refused change leaves everything as it was"
        await petitions.change(
            session, petition, Action.RETURN, Actor.MODERATOR, None, now, comment="Мекенжайды жазыңыз"
        )
        draft = await draft_of(session, author, now, ask="Абай көшесі, 5 үйдің алдына жол салуды сұраймыз.")
        draft.petition_id = petition.id
        await petitions.correct(session, draft, author, now)
        assert petition.state is State.MODERATION
        assert petition.text_version == 2
        versions = (await session.scalars(select(PetitionText.text_hash).order_by(PetitionText.version))).all()
        assert len(set(versions)) == 2
        assert ("petition_corrected", signer.id) in await told(session)
        said = (await session.scalars(select(Delivery).where(Delivery.kind == "petition_corrected"))).one()
        assert said.params == {"changed": ["ask"]}, "signers learn what changed"
        back = await petitions.withdraw_signature(session, petition.id, signer, now)
        assert back.outcome is SignOutcome.WITHDRAWN
        stranger = await person(session, 3, now)
        with pytest.raises(NotAllowed):
            await petitions.correct(session, draft, stranger, now)


async def test_not_ours_applies_the_threshold_of_the_body_that_is(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await published(session, petitions, author, now, threshold=1)
        await petitions.sign(session, petition.id, await person(session, 2, now), now)
        await petitions.change(session, petition, Action.SEND, Actor.MODERATOR, None, now)
        await petitions.change(
            session, petition, Action.NOT_OURS, Actor.OFFICIAL, None, now, body_key=f"maslikhat:{TALGAR}"
        )
        assert petition.threshold_votes == 5000
        assert petition.state is State.PUBLISHED
        assert petition.sent_at is None


async def test_the_terms_of_consideration_are_those_of_the_body(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        local = await published(session, petitions, author, now, threshold=1)
        await petitions.sign(session, local.id, await person(session, 2, now), now)
        await petitions.change(session, local, Action.SEND, Actor.MODERATOR, None, now)
        await petitions.change(session, local, Action.REGISTER, Actor.OFFICIAL, None, now)
        assert local.due_on == WorkingCalendar().last_day(date(2026, 11, 25), 20)
        await petitions.change(
            session,
            local,
            Action.DECIDE,
            Actor.OFFICIAL,
            None,
            now,
            outcome=Outcome.PARTLY,
            answer="Жол салынады.",
        )
        assert local.state is State.DECIDED


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("signature_count", -1),
        ("published_at", None),
        ("closes_on", None),
        ("title", ""),
    ],
)
async def test_the_database_refuses_an_impossible_petition(
    database: Database, petitions: Petitions, now: datetime, column: str, value: object
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        number = (await published(session, petitions, author, now)).id
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            setattr(await petitions.get(session, number), column, value)


async def test_deleting_a_person_leaves_counts_without_a_name(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await published(session, petitions, author, now)
        signer = await person(session, 2, now)
        await petitions.sign(session, petition.id, signer, now)
        await petitions.follow(session, petition.id, signer, now)
        await draft_of(session, signer, now)
        assert await petitions.held(session, signer.id) == {
            "signatures": 1,
            "petitions": 0,
            "drafts": 1,
            "follows": 1,
        }
        exported = await petitions.export(session, signer.id)
        assert [row["petition"] for row in exported["signatures"]] == [petition.id]
        await petitions.erase(session, signer.id, now)
        await petitions.erase(session, author.id, now)
        assert petition.signature_count == 2
        assert await petitions.recount(session) == {}
        assert await petitions.held(session, signer.id) == dict.fromkeys(
            ("signatures", "petitions", "drafts", "follows"), 0
        )
        returning = await session.get(Resident, signer.id)
        assert returning is not None
        again = await petitions.sign(session, petition.id, returning, now)
        assert again.outcome is SignOutcome.ALREADY, "deleting oneself does not give a second signature"
        assert again.receipt is not None, "with the same phone the signature is one's own again"
        assert await petitions.standing_receipt(session, petition, returning) == again.receipt
        assert petition.signature_count == 2


async def test_who_withdraws_a_petition_is_not_told_of_it_and_the_others_are(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await published(session, petitions, author, now)
        signer = await person(session, 2, now)
        await petitions.sign(session, petition.id, signer, now)
        await petitions.change(session, petition, Action.WITHDRAW, Actor.AUTHOR, author.id, now)
        told_of_it = [resident for kind, resident in await told(session) if kind == "petition_withdrawn"]
        assert told_of_it == [signer.id]


async def test_a_moderator_who_restores_a_petition_is_not_told_that_it_waits(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        one, other = await person(session, 900, now), await person(session, 901, now)

        async def moderators(_: AsyncSession) -> list[int]:
            return [one.id, other.id]

        petitions = Petitions(GAZETTEER, PEPPER, WorkingCalendar(), moderators)
        author = await person(session, 1, now)
        petition = await opened(session, petitions, author, now)
        petition.supporters_needed = 1
        await petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)
        await petitions.change(session, petition, Action.REJECT, Actor.MODERATOR, one.id, now, reason_code="forbidden")
        await petitions.change(session, petition, Action.RESTORE, Actor.MODERATOR, one.id, now)
        heard = [resident for kind, resident in await told(session) if kind == "queue_new"]
        assert sorted(heard) == sorted([one.id, other.id, other.id])


async def test_everything_moves_to_a_new_account_of_the_same_person(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        old = await person(session, 1, now)
        new = await person(session, 2, now, confirmed=False)
        petition = await published(session, petitions, old, now)
        await petitions.follow(session, petition.id, old, now)
        await petitions.follow(session, petition.id, new, now)
        await petitions.move(session, old.id, new.id, now)
        assert await petitions.held(session, old.id) == dict.fromkeys(
            ("signatures", "petitions", "drafts", "follows"), 0
        )
        moved = await petitions.held(session, new.id)
        assert (moved["signatures"], moved["petitions"], moved["follows"]) == (1, 1, 1)
        assert await session.scalar(select(func.count()).select_from(Follow)) == 1


async def test_a_recount_finds_a_counter_that_was_tampered_with(
    sqlite: Database, petitions: Petitions, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author = await person(session, 1, now)
        petition = await opened(session, petitions, author, now)
        petition.signature_count = 7
        await session.flush()
        assert await petitions.recount(session) == {petition.id: (7, 1)}


async def test_an_unknown_number_is_said_to_be_missing(sqlite: Database, petitions: Petitions) -> None:
    async with sqlite.reading() as session:
        with pytest.raises(PetitionMissing):
            await petitions.get(session, 12)


async def test_a_petition_is_about_what_it_asks_for_not_about_what_its_reasons_mention(
    sqlite: Database, now: datetime
) -> None:
    petitions = Petitions(
        GAZETTEER,
        PEPPER,
        WorkingCalendar(),
        _no_moderators,
        subject_of=lambda text, place: "school_bus" if "bus" in text else "city_roads",
    )
    async with sqlite.transaction() as session:
        author = await person(session, 1, now)
        draft = await draft_of(
            session,
            author,
            now,
            title="Clear the road to the Talgar gorge in winter",
            ask="We ask the akimat to clear the road to the gorge of snow every winter morning.",
            why="The school bus cannot pass when it snows, and children walk to the school bus stop in the dark.",
        )
        petition = await petitions.open(session, draft, author, now)
        assert petition.subject == "city_roads"

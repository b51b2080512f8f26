"""The training ground holds what a newcomer should find, and only what the product itself would let through."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.db import Database
from bot.delivery.models import Delivery, DeliveryState
from bot.language.clean import personal_data
from bot.law.calendar import WorkingCalendar
from bot.law.forbidden import Certainty, check
from bot.petitions.models import Petition, PetitionText, Signature
from bot.petitions.rules import DraftStep, State
from bot.petitions.service import Petitions, new_receipt
from bot.petitions.writing.rules import LONGEST, SHORTEST, tidy
from bot.places.bodies import body_by_key
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident, Role, RoleGrant
from bot.sandbox import people
from bot.training import seed as training
from bot.training.crowd import has_signed
from bot.training.seed import Trainee, seed

ENTRIES: list[dict[str, Any]] = tomllib.loads(
    (Path(training.__file__).parent / "data" / "petitions.toml").read_text(encoding="utf-8")
)["petition"]
PEPPER = b"pepper of the training ground, long enough"
STAFF = [Trainee(people.MARAT, Role.MODERATOR), Trainee(people.GULNAR, Role.OFFICIAL, ENTRIES[0]["body"])]
EVERY_STAGE = {
    State.GATHERING,
    State.MODERATION,
    State.PUBLISHED,
    State.SUPPORTED,
    State.CONSIDERING,
    State.DECIDED,
}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """The units that are shipped."""
    return Gazetteer(shipped_places())


@pytest.fixture
def petitions(gazetteer: Gazetteer) -> Petitions:
    """Petitions whose moderators are the trainees who moderate."""

    async def moderators(session: Any) -> list[int]:
        query = select(RoleGrant.resident_id).where(RoleGrant.role == Role.MODERATOR)
        return list(await session.scalars(query))

    return Petitions(gazetteer, PEPPER, WorkingCalendar(), moderators)


async def test_an_empty_database_is_filled_with_petitions_at_every_stage(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        assert await seed(session, petitions, STAFF, now) == len(ENTRIES)
    async with database.reading() as session:
        found = (await session.scalars(select(Petition))).all()
        assert {petition.state for petition in found} == EVERY_STAGE
        wanted = {entry["title"]: entry for entry in ENTRIES}
        for petition in found:
            entry = wanted[petition.title]
            assert (petition.state.value, petition.signature_count) == (entry["state"], entry["signatures"])
            assert petition.author_id is None
            assert petition.opened_at <= now
        assert {petition.language for petition in found} == {"kk", "ru", "en"}
        # The counters are those of the signatures, as the nightly count finds them.
        assert await petitions.recount(session) == {}
        assert await session.scalar(select(func.count()).where(Signature.signed_at > now)) == 0
        published = [petition for petition in found if petition.state is State.PUBLISHED]
        assert all(petitions.is_open(petition, now) for petition in published)
        assert all(
            petition.threshold_votes is None or petition.signature_count < petition.threshold_votes
            for petition in published
        )
        assert all(
            petition.threshold_votes is None or petition.signature_count >= petition.threshold_votes
            for petition in found
            if petition.state in {State.SUPPORTED, State.CONSIDERING, State.DECIDED}
        )


async def test_a_second_start_changes_nothing(database: Database, petitions: Petitions, now: datetime) -> None:
    async def rows() -> list[int | None]:
        async with database.reading() as session:
            tables = (Petition, PetitionText, Signature, Resident, RoleGrant, Delivery)
            return [await session.scalar(select(func.count()).select_from(table)) for table in tables]

    async with database.transaction() as session:
        await seed(session, petitions, STAFF, now)
    before = await rows()
    async with database.transaction() as session:
        assert await seed(session, petitions, STAFF, now) == 0
    assert await rows() == before


async def test_nobody_is_told_but_those_who_moderate(database: Database, petitions: Petitions, now: datetime) -> None:
    async with database.transaction() as session:
        await seed(session, petitions, STAFF, now)
    async with database.reading() as session:
        told = await session.scalars(
            select(Resident.telegram_id)
            .join(Delivery, Delivery.resident_id == Resident.id)
            .where(Delivery.state == DeliveryState.WAITING)
            .distinct()
        )
        assert set(told) == {people.MARAT}
        author = (await session.scalars(select(Resident).where(Resident.telegram_id.is_(None)))).one()
        assert (author.phone_hash, author.erased_at) == (None, now)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["title"])
def test_a_text_passes_what_every_petition_passes(entry: dict[str, Any], gazetteer: Gazetteer, now: datetime) -> None:
    for name, step in (("title", DraftStep.TITLE), ("ask", DraftStep.ASK), ("why", DraftStep.WHY)):
        words = entry[name]
        assert SHORTEST[step] <= len(words) <= LONGEST[step]
        assert tidy(words, step) == words
        assert personal_data(words) == []
    hits = check("\n".join((entry["title"], entry["ask"], entry["why"])), now.date())
    assert [hit for hit in hits if hit.point is not None and hit.certainty is Certainty.LIKELY] == []
    assert gazetteer.get(entry["place"]) is not None
    assert body_by_key(gazetteer, entry["body"]) is not None
    assert ("answer" in entry) == ("outcome" in entry) == (entry["state"] == "decided")


def test_the_crowd_knows_a_receipt_when_it_sees_one() -> None:
    class Message:
        def __init__(self, text: str | None) -> None:
            self.text = text

    known: Callable[[str | None], bool] = lambda text: has_signed(Message(text))  # noqa: E731
    assert all(known(f"Квитанция: {new_receipt()}.") for _ in range(50))
    assert not known("Петиция № 12, 2026-2027, Талғар")
    assert not known(None)

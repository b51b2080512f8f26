"""Who sees a petition, what each list holds in which order, what a search finds, how a count grew."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.petitions import rules
from bot.petitions.models import Petition, Signature
from bot.petitions.reading.handlers import places_near
from bot.petitions.reading.queries import (
    LAST_NUMBER,
    Listed,
    ListKind,
    Viewer,
    card,
    counts_by_state,
    counts_of_mine,
    growth,
    listing,
    live_key,
)
from bot.petitions.rules import State
from bot.petitions.service import Petitions
from tests.petitions.reading.making import OBLAST, TALGAR, TOWN, person, petition_in, sign_anonymously

UNPUBLISHED = [State.GATHERING, State.MODERATION, State.RETURNED, State.REJECTED, State.LAPSED]


def numbers(listed: Listed) -> list[int]:
    return [petition.id for petition in listed.petitions]


# --- who sees a petition ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", UNPUBLISHED)
async def test_before_publication_only_the_invited_the_signers_the_author_and_staff_read_it(
    database: Database, petitions: Petitions, now: datetime, state: State
) -> None:
    async with database.transaction() as session:
        author, signer, follower, stranger = [await person(session, number, now) for number in range(1, 5)]
        petition = await petition_in(session, petitions, author, State.GATHERING, now)
        await petitions.sign(session, petition.id, signer, now)
        await petitions.follow(session, petition.id, follower, now)
        if state is not State.GATHERING:
            other = await petition_in(session, petitions, author, state, now)
            for name in ("state", "comment", "reason_code", "ended_at", "moderation_due", "moderation_since"):
                setattr(petition, name, getattr(other, name))
            await session.flush()
        number, key = petition.id, petition.access_key
        assert await card(session, number, Viewer(stranger.id)) is None
        assert await card(session, number, Viewer(stranger.id, key="wrongkey12")) is None
        assert await card(session, number, Viewer()) is None
        for viewer in (
            Viewer(author.id),
            Viewer(signer.id),
            Viewer(follower.id),
            Viewer(stranger.id, is_staff=True),
            Viewer(stranger.id, key=key),
            Viewer(key=key),
        ):
            found = await card(session, number, viewer)
            assert found is not None
            assert found.key == key, "who reads it can hand the direct link on"
        assert await live_key(session, number) == key


@pytest.mark.parametrize("state", [*sorted(rules.PUBLIC, key=lambda one: one.value), State.WITHDRAWN])
async def test_what_was_public_once_is_open_to_everybody_without_a_key(
    sqlite: Database, petitions: Petitions, now: datetime, state: State
) -> None:
    async with sqlite.transaction() as session:
        author = await person(session, 1, now)
        petition = await petition_in(session, petitions, author, state, now)
        found = await card(session, petition.id, Viewer())
        assert found is not None
        assert (found.receipt, found.follows, found.is_author, found.key) == (None, False, False, None)


async def test_a_card_says_what_the_petition_is_to_the_viewer(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author, signer = [await person(session, number, now) for number in (1, 2)]
        petition = await petition_in(session, petitions, author, State.PUBLISHED, now)
        result = await petitions.sign(session, petition.id, signer, now)
        await petitions.follow(session, petition.id, signer, now)
        found = await card(session, petition.id, Viewer(signer.id))
        assert found is not None
        assert (found.receipt, found.follows, found.is_author) == (result.receipt, True, False)
        await petitions.withdraw_signature(session, petition.id, signer, now)
        await petitions.unfollow(session, petition.id, signer)
        found = await card(session, petition.id, Viewer(signer.id))
        assert found is not None
        assert (found.receipt, found.follows) == (None, False)
        mine = await card(session, petition.id, Viewer(author.id))
        assert mine is not None
        assert mine.is_author
        assert mine.receipt is not None


@pytest.mark.parametrize("number", [0, -1, 12, LAST_NUMBER, LAST_NUMBER + 1, 10**30])
async def test_no_number_breaks_a_look_up(database: Database, number: int) -> None:
    async with database.reading() as session:
        assert await card(session, number, Viewer(1)) is None


async def test_a_card_takes_few_queries(sqlite: Database, petitions: Petitions, now: datetime) -> None:
    async with sqlite.transaction() as session:
        author = await person(session, 1, now)
        number = (await petition_in(session, petitions, author, State.PUBLISHED, now)).id
    asked: list[str] = []
    event.listen(sqlite.engine.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2]), named=False)
    async with sqlite.reading() as session:
        await card(session, number, Viewer(1))
        assert sum(text.startswith("SELECT") for text in asked) == 1
        asked.clear()
        await listing(session, ListKind.POPULAR, Viewer(1))
        assert sum(text.startswith("SELECT") for text in asked) == 1


# --- lists ------------------------------------------------------------------------------------------------------


async def _published(
    session: AsyncSession, petitions: Petitions, count: int, now: datetime, *, place: str = TALGAR
) -> list[Petition]:
    author = await person(session, 1000 + count, now)
    return [
        await petition_in(
            session, petitions, author, State.PUBLISHED, now + timedelta(days=index), more=index % 3, place=place
        )
        for index in range(count)
    ]


async def test_each_list_holds_its_petitions_in_its_order(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        made: dict[State, Petition] = {}
        for index, state in enumerate(State):
            made[state] = await petition_in(session, petitions, author, state, now + timedelta(hours=index), more=index)
        late = await petition_in(session, petitions, author, State.PUBLISHED, now + timedelta(days=3))
        decided = await petition_in(session, petitions, author, State.DECIDED, now + timedelta(days=2))
        published, supported = made[State.PUBLISHED].id, made[State.SUPPORTED].id
        assert made[State.SUPPORTED].signature_count > made[State.PUBLISHED].signature_count
        viewer = Viewer(author.id)

        async def ids(kind: ListKind) -> list[int]:
            return numbers(await listing(session, kind, viewer, size=50))

        assert await ids(ListKind.POPULAR) == [supported, published, late.id]
        assert await ids(ListKind.NEW) == [late.id, supported, published]
        assert await ids(ListKind.CLOSING) == [published, late.id]
        assert await ids(ListKind.ANSWERED) == [decided.id, made[State.DECIDED].id]
        everything = sorted([*(one.id for one in made.values()), late.id, decided.id], reverse=True)
        assert await ids(ListKind.MINE) == everything
        assert set(await ids(ListKind.SIGNED)) == set(everything)
        counts = await counts_by_state(session)
        assert counts[State.PUBLISHED] == 2
        assert sum(counts.values()) == len(everything)


async def test_signed_and_followed_start_with_the_latest_and_leave_out_what_was_taken_back(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        one, two, three = await _published(session, petitions, 3, now)
        reader = await person(session, 2, now)
        later = now + timedelta(days=5)
        for index, petition in enumerate((three, one, two)):
            await petitions.sign(session, petition.id, reader, later + timedelta(minutes=index))
            await petitions.follow(session, petition.id, reader, later + timedelta(minutes=index))
        await petitions.withdraw_signature(session, one.id, reader, later + timedelta(hours=1))
        await petitions.unfollow(session, two.id, reader)
        viewer = Viewer(reader.id)
        assert numbers(await listing(session, ListKind.SIGNED, viewer)) == [two.id, three.id]
        assert numbers(await listing(session, ListKind.FOLLOWED, viewer)) == [one.id, three.id]
        await petitions.sign(session, one.id, reader, later + timedelta(hours=2))
        assert numbers(await listing(session, ListKind.SIGNED, viewer)) == [one.id, two.id, three.id]
        assert await counts_of_mine(session, reader.id) == {
            ListKind.MINE: 0,
            ListKind.SIGNED: 3,
            ListKind.FOLLOWED: 2,
        }


async def test_two_signatures_of_accounts_that_became_one_count_as_one_petition(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        (petition,) = await _published(session, petitions, 1, now)
        old, new = [await person(session, number, now) for number in (1, 2)]
        await petitions.sign(session, petition.id, old, now)
        await petitions.sign(session, petition.id, new, now)
        await petitions.move(session, old.id, new.id, now)
        viewer = Viewer(new.id)
        assert numbers(await listing(session, ListKind.SIGNED, viewer)) == [petition.id]
        assert (await counts_of_mine(session, new.id))[ListKind.SIGNED] == 1
        found = await card(session, petition.id, viewer)
        assert found is not None
        assert found.receipt


@pytest.mark.parametrize("kind", [ListKind.NEW, ListKind.POPULAR])
async def test_pages_forward_and_back_show_every_petition_once(
    database: Database, petitions: Petitions, now: datetime, kind: ListKind
) -> None:
    async with database.transaction() as session:
        made = await _published(session, petitions, 12, now)

        async def page(index: int) -> Listed:
            return await listing(session, kind, Viewer(), page=index)

        pages = [await page(index) for index in range(3)]
        assert [len(one.petitions) for one in pages] == [5, 5, 2]
        assert [one.has_next for one in pages] == [True, True, False]
        assert [one.pages for one in pages] == [3, 3, 3]
        assert sorted(number for one in pages for number in numbers(one)) == sorted(one.id for one in made)
        assert numbers(await page(0)) == numbers(pages[0])
        past = await page(7)
        assert (past.page, numbers(past)) == (2, numbers(pages[2])), (
            "a list that became shorter ends with its last page"
        )
        assert (await page(-3)).page == 0
        assert (await page(10**40)).page == 2


async def test_an_empty_list_has_one_empty_page(database: Database) -> None:
    async with database.reading() as session:
        for kind in set(ListKind) - {ListKind.WORDS}:
            listed = await listing(session, kind, Viewer(1), page=4, places={TALGAR: 0})
            assert (listed.page, numbers(listed), listed.has_next, listed.pages) == (0, [], False, 1)


async def test_closing_soon_is_what_closes_within_two_weeks(
    sqlite: Database, petitions: Petitions, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        (petition,) = await _published(session, petitions, 1, now)
        last = petition.closes_on
        assert last is not None

        async def seen(days_before: int) -> list[int]:
            today = last - timedelta(days=days_before)
            return numbers(await listing(session, ListKind.CLOSING, Viewer(), today=today))

        assert await seen(14) == await seen(0) == [petition.id]
        assert await seen(15) == []


# --- near me ----------------------------------------------------------------------------------------------------


async def test_near_me_goes_from_my_place_down_and_then_up(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)

        async def at(place: str, more: int, body: str | None = None) -> int:
            made = await petition_in(
                session, petitions, author, State.PUBLISHED, now, place=place, more=more, body=body
            )
            return made.id

        oblast, town = await at(OBLAST, 9), await at(TOWN, 5)
        few, many = await at(TALGAR, 1), await at(TALGAR, 3)
        await at("kz-abai-oblast", 9)
        country = await at("kz", 9, "government")

        async def near(place: str | None) -> list[int]:
            places = places_near(petitions, place)
            return numbers(await listing(session, ListKind.NEAR, Viewer(author.id), places=places))

        assert await near(TALGAR) == [many, few, town, oblast]
        assert await near(TOWN) == [town, many, few, oblast]
        assert await near(OBLAST) == [oblast, many, few, town]
        assert country not in await near(TALGAR)
        assert await near(None) == []
        assert await near("kz-gone") == []


def test_children_of_one_place_are_equally_near(petitions: Petitions) -> None:
    places = places_near(petitions, OBLAST)
    children = petitions.gazetteer.children(OBLAST)
    assert {places[child.key] for child in children} == {1}
    assert places[OBLAST] == 0
    assert places_near(petitions, TALGAR)[OBLAST] > max(
        places_near(petitions, TALGAR)[key] for key in petitions.gazetteer.subtree(TALGAR)
    )


# --- growth -----------------------------------------------------------------------------------------------------


async def test_growth_counts_local_days_withdrawals_and_second_signatures(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author, signer = [await person(session, number, now) for number in (1, 2)]
        petition = await petition_in(session, petitions, author, State.PUBLISHED, now)
        late_evening = now.replace(hour=18, minute=59)  # 23:59 in Almaty
        await petitions.sign(session, petition.id, signer, late_evening)
        after_midnight = late_evening + timedelta(minutes=1)
        await petitions.withdraw_signature(session, petition.id, signer, after_midnight)
        await petitions.sign(session, petition.id, signer, after_midnight + timedelta(days=2))
        await sign_anonymously(session, petition, 3, now + timedelta(days=6))
        first = petitions.today(now)
        assert await growth(session, petition.id, petitions.zone) == [
            (first, 2),
            (first + timedelta(days=1), 1),
            (first + timedelta(days=3), 2),
            (first + timedelta(days=6), 5),
        ]
        assert petition.signature_count == 5
        assert await growth(session, 999, petitions.zone) == []


async def test_growth_ends_at_the_count_after_its_author_left(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await person(session, 1, now)
        petition = await petition_in(session, petitions, author, State.PUBLISHED, now, more=4)
        await petitions.erase(session, author.id, now)
        points = await growth(session, petition.id, petitions.zone)
        assert points[-1][1] == petition.signature_count == 5
        assert await session.get(Signature, 1) is not None

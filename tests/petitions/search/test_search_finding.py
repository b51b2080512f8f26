"""Finding petitions on both databases: by any spelling, in order, under filters, and only what one may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.petitions.models import Petition
from bot.petitions.rules import Action, Actor, State
from bot.petitions.search import index
from bot.petitions.search.models import WORDS_TABLE, SearchBuild
from bot.petitions.search.queries import CANDIDATES, Found, Search
from bot.petitions.search.rules import NEAR, Filters
from bot.petitions.service import Petitions
from bot.residents.models import Resident
from tests.petitions.reading.making import GAZETTEER, OBLAST, TALGAR, TOWN, person, petition_in

RUSSIAN: dict[str, Any] = {
    "title": "Сделать освещение у школы",
    "ask": "Просим осветить дорогу к школьным воротам на темной улице.",
    "why": "Дети идут в темноте.",
    "language": "ru",
}
BUS: dict[str, Any] = {
    "title": "Автобус бағытын ауылға дейін ұзарту",
    "ask": "Автобус бағытын ұзартуды сұраймыз.",
    "why": "Алыс.",
}


def numbers(found: Found) -> list[int]:
    return [one.petition.id for one in found.petitions]


class _Town:
    """What one test makes and asks, in one transaction."""

    def __init__(self, session: AsyncSession, petitions: Petitions, search: Search, author: Resident, now: datetime):
        self.session, self.petitions, self.search, self.author, self.now = session, petitions, search, author, now

    async def make(self, state: State = State.PUBLISHED, **parts: Any) -> Petition:
        at = parts.pop("at", self.now)
        return await petition_in(self.session, self.petitions, self.author, state, at, **parts)

    async def find(self, words: str, **asked: Any) -> list[int]:
        return numbers(await self.found(words, **asked))

    async def found(self, words: str, **asked: Any) -> Found:
        return await self.search.find(self.session, words, self.now, **asked)


async def _town(session: AsyncSession, petitions: Petitions, search: Search, now: datetime) -> _Town:
    return _Town(session, petitions, search, await person(session, 1, now), now)


KAZAKH_QUERIES = (
    ("мектептерге жолдар", True),
    ("мектептің жолын", True),
    ("жаяу жургинши", True),
    ("жаяу жүргіншіге", True),
    ("mektep zhol", True),
    ("MEKTEP", True),
    ("МЕКТЕП", True),
    ("мектпе жолл", True),
    ("vtrntg", True),
    ("школа", True),
    ("school", True),
    ("дорога у школы", True),
    ("kazakh", False),
    ("мектеп космодром", True),
    ("%", False),
    ("_____", False),
    ("__popen", False),
    ('"мектеп', True),
    ("мектеп' OR --", True),
    ("мектеп* NEAR", True),
    ("", False),
    ("и в на", False),
    ("\x00мектеп", True),
    ("м" * 5000, False),
    ("мектеп " + "жол " * 3000, True),
)


async def test_words_find_a_kazakh_petition_however_they_are_written(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        petition = await town.make()
        for words, found in KAZAKH_QUERIES:
            assert await town.find(words) == ([petition.id] if found else []), words[:40]


@pytest.mark.parametrize(
    "words", ["освещением школ", "ОСВЕЩЕНИЕ", "школы", "тёмных улицах", "осчещение", "мектеп жолы"]
)
async def test_words_find_a_russian_petition_in_other_forms(
    sqlite: Database, petitions: Petitions, search: Search, now: datetime, words: str
) -> None:
    async with sqlite.transaction() as session:
        town = await _town(session, petitions, search, now)
        petition = await town.make(**RUSSIAN)
        found = await town.found(words)
        assert (found.words, numbers(found), found.total) == (words, [petition.id], 1)


async def test_what_was_meant_is_said_in_the_words_of_a_found_petition(
    sqlite: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        town = await _town(session, petitions, search, now)
        await town.make()
        found = await town.found("мекетп жол")
        assert found.meant == {"мекетп": "мектеп"}
        assert (await town.found("мектеп")).meant == {}


async def test_a_petition_of_another_language_comes_after_one_with_the_word_itself(
    sqlite: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        town = await _town(session, petitions, search, now)
        kazakh = await town.make(more=9)
        russian = await town.make(**RUSSIAN)
        found = await town.found("школа")
        assert (numbers(found), found.has_all_words) == ([russian.id, kazakh.id], False)


async def test_a_snippet_stands_only_where_the_title_does_not_show_the_words(
    sqlite: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        town = await _town(session, petitions, search, now)
        await town.make()
        (one,) = (await town.found("балалар")).petitions
        assert one.snippet == "<u>Балалар</u> жолдан қауіппен өтеді."
        (one,) = (await town.found("мектеп")).petitions
        assert one.snippet is None


# --- order ------------------------------------------------------------------------------------------------------


async def test_the_best_match_comes_first_then_my_place_then_what_is_open_then_the_growing(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)

        async def made(title: str, state: State = State.PUBLISHED, **parts: Any) -> int:
            return (await town.make(state, title=title, ask="Осыны сұраймыз.", why="Керек.", **parts)).id

        over = await made("Автобус бағытын ашу", State.EXPIRED, more=9)
        small = await made("Автобус бағытын ашу", more=1)
        large = await made("Автобус бағытын ашу", more=40)
        near = await made("Автобус бағытын ашу", place="kz-abai-oblast")
        best = await made("Автобус бағытын мектепке ұзарту")
        await made("Автобус бағытын мектепке ұзарту", State.GATHERING, more=30)
        await made("Автобус бағытын мектепке ұзарту", State.WITHDRAWN, more=30)
        found = await town.find("автобус бағыты мектеп", own_place="kz-abai-oblast", size=9)
        assert found == [best, near, large, small, over]


async def test_a_word_in_the_title_beats_one_in_the_text_and_new_beats_old(
    sqlite: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        town = await _town(session, petitions, search, now)
        in_text = await town.make(title="Ауылға көмек", ask="Автобус керек.", why="Алыс.")
        old = await town.make(**BUS, at=now - timedelta(days=300))
        new = await town.make(**BUS)
        assert await town.find("автобус") == [new.id, old.id, in_text.id]


async def test_pages_show_every_petition_once_and_a_page_past_the_end_is_the_last(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        made = [(await town.make(at=now + timedelta(hours=hour))).id for hour in range(7)]
        pages = [await town.found("мектеп", page=page, size=3) for page in (0, 1, 2)]
        assert [len(numbers(page)) for page in pages] == [3, 3, 1]
        assert sorted(number for page in pages for number in numbers(page)) == made
        assert {page.total for page in pages} == {7}
        for page in (3, 10**40, -1):
            found = await town.found("мектеп", page=page, size=3)
            assert numbers(found) == numbers(pages[2 if page > 0 else 0])


async def test_of_too_many_the_likeliest_are_ranked_and_all_are_counted(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        first = await town.make(**BUS, place=TOWN)
        template = {column.name for column in Petition.__table__.columns} - {"id"}
        names = ", ".join(sorted(template))
        for _ in range(7):
            await session.execute(text(f"INSERT INTO petitions ({names}) SELECT {names} FROM petitions"))
        await session.execute(update(Petition).where(Petition.id != first.id).values(place_key="kz-abai-oblast"))
    await index.mend(database, GAZETTEER)
    async with database.reading() as session:
        found = await search.find(session, "автобус", now, own_place=TALGAR)
        assert (found.total, found.reachable) == (128, CANDIDATES)
        assert numbers(found)[0] == first.id, "the oldest of all is near"
        assert (await search.counts(session, "автобус", now, "place"))["kz-abai-oblast"] == 127


# --- who may find what ------------------------------------------------------------------------------------------


async def test_strangers_find_public_petitions_and_authors_their_own_as_well(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        made = {state: (await town.make(state)).id for state in State}
        public = {
            made[state]
            for state in (
                State.PUBLISHED,
                State.SUPPORTED,
                State.SENT,
                State.CONSIDERING,
                State.DECIDED,
                State.EXPIRED,
            )
        }
        stranger = await person(session, 2, now)
        assert set(await town.find("мектеп", size=50)) == public
        assert set(await town.find("мектеп", size=50, viewer_id=stranger.id)) == public
        assert set(await town.find("мектеп", size=50, viewer_id=town.author.id)) == set(made.values())


async def test_the_index_moves_with_the_petition_and_falls_back_with_its_transaction(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        petition = await town.make(State.MODERATION)
        assert await town.find("мектеп") == []
        await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)
        assert await town.find("мектеп") == [petition.id]
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            again = await petitions.get(session, petition.id)
            await petitions.change(session, again, Action.WITHDRAW, Actor.AUTHOR, None, now)
            assert numbers(await search.find(session, "мектеп", now)) == []
            raise ZeroDivisionError
    async with database.reading() as session:
        assert numbers(await search.find(session, "мектеп", now)) == [petition.id]
    assert (await index.examine(database, GAZETTEER)).is_well


async def test_what_changes_its_author_is_found_by_the_new_one_and_by_nobody_after_erasure(
    sqlite: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        town = await _town(session, petitions, search, now)
        petition = await town.make(State.GATHERING)
        other = await person(session, 2, now)
        await petitions.move(session, town.author.id, other.id, now)
        assert await town.find("мектеп", viewer_id=town.author.id) == []
        assert await town.find("мектеп", viewer_id=other.id) == [petition.id]
        await petitions.erase(session, other.id, now)
        assert await town.find("мектеп", viewer_id=other.id) == []
    assert (await index.examine(sqlite, GAZETTEER)).is_well


# --- filters ----------------------------------------------------------------------------------------------------


async def test_filters_narrow_and_their_counts_agree_with_what_is_found(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        here = await town.make()
        in_town = await town.make(place=TOWN)
        above = await town.make(place=OBLAST)
        far = await town.make(**{**RUSSIAN, "title": "Мектеп школа"}, place="kz-abai-oblast")
        over = await town.make(State.DECIDED)
        expected = {
            Filters(place=TALGAR): {here.id, in_town.id, over.id},
            Filters(place=OBLAST): {here.id, in_town.id, above.id, over.id},
            Filters(place=NEAR): {in_town.id, here.id, above.id, over.id},
            Filters(place="kz"): {here.id, in_town.id, above.id, far.id, over.id},
            Filters(language="ru"): {far.id},
            Filters(standing="decided"): {over.id},
            Filters(body=f"akimat:{TALGAR}", standing="open"): {here.id},
            Filters(shelf="other"): {here.id, in_town.id, above.id, far.id, over.id},
            Filters(shelf="roads"): set(),
        }
        for filters, left in expected.items():
            found = await town.found("мектеп", filters=filters, own_place=TOWN, size=9)
            assert set(numbers(found)) == left, filters
            assert (
                found.total == len(left) == await search.total(session, "мектеп", now, filters=filters, own_place=TOWN)
            )

        async def counts(dimension: str, filters: Filters | None = None) -> dict[str, int]:
            return await search.counts(session, "мектеп", now, dimension, filters=filters)

        assert await counts("standing") == {"open": 4, "decided": 1}
        assert await counts("language", Filters(standing="open", language="kk")) == {"kk": 3, "ru": 1}
        assert await counts("place") == {TALGAR: 2, TOWN: 1, OBLAST: 1, "kz-abai-oblast": 1}
        assert await search.counts(session, "школа", now, "language") == {"ru": 1, "kk": 4}, "found by meaning, counted"
        assert await search.counts(session, "%", now, "language") == {}


async def test_without_words_a_topic_is_browsed(
    sqlite: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    petitions.subject_of = lambda said, place: "bus_routes" if "втобус" in said else "build_school"
    async with sqlite.transaction() as session:
        town = await _town(session, petitions, search, now)
        bus, school = await town.make(**BUS), await town.make()
        assert await search.counts(session, "", now, "shelf", filters=Filters(standing="open")) == {
            "transport": 1,
            "education": 1,
        }
        assert await town.find("", filters=Filters(shelf="transport")) == [bus.id]
        assert await town.find("мектеп", filters=Filters(shelf="education")) == [school.id]
        assert await town.find("") == []


# --- whole texts ------------------------------------------------------------------------------------------------


async def test_a_whole_story_finds_petitions_that_share_some_of_its_words(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        petition = await town.make()
        await town.make(**BUS)
        story = "Біздің мектептің алдында жаяу жүргінші жолы жоқ, балалар қауіппен өтеді. " * 40
        similar = await search.find(session, story, now, own_place=TALGAR, as_text=True)
        assert [one.petition.id for one in similar.petitions] == [petition.id]
        assert (await search.find(session, "🙂", now, as_text=True)).petitions == ()


async def test_where_no_petition_holds_two_of_the_words_those_with_one_are_found_and_it_is_said(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        school, bus = await town.make(), await town.make(**BUS)
        found = await search.find(session, "мектеп автобус", now)
        assert {one.petition.id for one in found.petitions} == {school.id, bus.id}
        assert not found.has_all_words
        both = await town.make(title="Мектепке автобус керек", ask="Мектепке автобус қосыңыз", why="Балалар жаяу")
        found = await search.find(session, "мектеп автобус", now)
        assert found.petitions[0].petition.id == both.id


# --- the index as a whole ---------------------------------------------------------------------------------------


async def test_drift_is_found_with_numbers_and_mended(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        lost, stale, _ = [await town.make() for _ in range(3)]
        await session.execute(text(f"DELETE FROM search_documents WHERE petition_id = {lost.id}"))
        await session.execute(text(f"UPDATE search_documents SET words = 'газ' WHERE petition_id = {stale.id}"))
        await session.execute(text("UPDATE search_terms SET documents = 77 WHERE term = 'мектеп'"))
    for look in (index.examine, index.mend):
        drift = await look(database, GAZETTEER)
        assert (drift.petitions, drift.missing, drift.stale, drift.terms) == (3, 1, 1, 1)
        assert not drift.is_well
    assert (await index.examine(database, GAZETTEER)).is_well
    async with database.reading() as session:
        assert len(numbers(await search.find(session, "мектеп", now))) == 3


async def test_the_nightly_tidying_changes_nothing_that_is_found(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        made = [(await town.make()).id for _ in range(3)]
    async with database.transaction() as session:
        await index.tidy(session)
    assert (await index.examine(database, GAZETTEER)).is_well
    async with database.reading() as session:
        assert sorted(numbers(await search.find(session, "мектеп", now))) == made


async def test_a_full_text_table_that_lost_its_words_is_found_and_made_anew(
    sqlite: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        town = await _town(session, petitions, search, now)
        petition = await town.make()
        await session.execute(text(f"INSERT INTO {WORDS_TABLE}({WORDS_TABLE}) VALUES ('delete-all')"))
        assert await town.find("мектеп") == []
    assert (await index.examine(sqlite, GAZETTEER)).is_broken
    assert (await index.mend(sqlite, GAZETTEER)).is_broken
    assert (await index.examine(sqlite, GAZETTEER)).is_well
    async with sqlite.reading() as session:
        assert numbers(await search.find(session, "мектеп", now)) == [petition.id]


async def test_a_database_without_an_index_or_with_an_old_one_is_filled_at_start_once(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        petition = await town.make()
        await session.execute(text("DELETE FROM search_documents"))
        await session.execute(text("DELETE FROM search_terms"))
    assert await index.fill_if_old(database, GAZETTEER, now) == 1
    assert await index.fill_if_old(database, GAZETTEER, now) is None
    async with database.transaction() as session:
        assert numbers(await search.find(session, "мектеп", now)) == [petition.id]
        session.add(SearchBuild(version="older rules", at=now))
    assert await index.fill_if_old(database, GAZETTEER, now) == 0
    async with database.transaction() as session:
        town.session = session
        second = await town.make()
        assert sorted(await town.find("мектеп")) == [petition.id, second.id], "triggers are there again"


async def test_a_worker_learns_of_words_that_came_through_another(
    database: Database, petitions: Petitions, search: Search, now: datetime
) -> None:
    async with database.transaction() as session:
        town = await _town(session, petitions, search, now)
        await town.make()
        assert await town.find("троллейбус") == []
    other = Search(GAZETTEER)
    async with database.transaction() as session:
        town.session, town.search = session, other
        late = await town.make(title="Троллейбус желісін ашу", ask="Троллейбус керек.", why="Ауа таза болсын.")
    async with database.reading() as session:
        assert numbers(await search.find(session, "троллейбус", now)) == [late.id]
        later = now + timedelta(seconds=6)
        assert numbers(await search.find(session, "тролейбус", later)) == [late.id], "and corrects to it"

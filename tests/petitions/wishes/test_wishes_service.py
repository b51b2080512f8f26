"""Wishes are kept while their buttons may be pressed, settled by one answer, and teach where people disagree."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from bot.db import Database
from bot.i18n import translator
from bot.petitions.competence import Competence
from bot.petitions.service import Petitions
from bot.petitions.wishes.models import Wish
from bot.petitions.wishes.rules import GUESS, KEPT
from bot.petitions.wishes.service import Wishes, WishGone
from bot.petitions.wishes.similar import Alike
from bot.petitions.wishes.views import WishUnitTap, wish_screen
from bot.places.bodies import BodyKind, body_by_key
from bot.routing.router import load_router
from tests.petitions.reading.making import GAZETTEER, TALGAR, person
from tests.petitions.stub_router import StubRouter

TEXT = "Көшеге шам орнатыңыздар"


async def test_the_answer_to_the_question_settles_it_and_is_asked_again_when_taken_back(
    database: Database, wishes: Wishes, router: StubRouter, now: datetime
) -> None:
    router.question, router.confidence = "akimat|maslikhat", 0.5
    async with database.transaction() as session:
        resident = await person(session, 1, now, place=TALGAR)
        wish = await wishes.note(session, resident, TEXT, now)
        asked = wishes.judge(wish, resident, now, "ru")
        assert asked.question is not None
        assert [body for body, _ in asked.question.answers] == ["akimat", "maslikhat"]
        wishes.answer(wish, "maslikhat")
    async with database.transaction() as session:
        # A row of its own: another worker, or the same after a restart, goes on with it.
        wish = await wishes.get(session, wish.id, resident)
        settled = wishes.judge(wish, resident, now, "ru")
        assert settled.question is None
        assert settled.best is not None
        assert settled.best.body.key == f"maslikhat:{TALGAR}"
        assert settled.best.threshold.votes == 5000
        assert settled.answer == dict(asked.question.answers)["maslikhat"]["ru"]
        assert not settled.is_guess
        wishes.answer(wish, None)
        assert wishes.judge(wish, resident, now, "ru").question is not None


async def test_who_does_not_know_gets_the_best_guess_and_is_told_that_it_is_one(
    sqlite: Database, wishes: Wishes, router: StubRouter, now: datetime
) -> None:
    router.question, router.confidence = "akimat|maslikhat", 0.35
    async with sqlite.transaction() as session:
        resident = await person(session, 1, now, place=TALGAR)
        wish = await wishes.note(session, resident, TEXT, now)
        wishes.answer(wish, GUESS)
        judged = wishes.judge(wish, resident, now, "kk")
        assert judged.question is None
        assert judged.best is not None
        assert judged.best.body.key == f"akimat:{TALGAR}"
        assert judged.is_guess
        assert not judged.is_unclear
        wishes.answer(wish, "nonsense of a forged button")
        assert wish.settled is None


async def test_a_body_chosen_against_the_proposal_goes_into_the_draft_with_what_was_proposed(
    sqlite: Database, wishes: Wishes, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        resident = await person(session, 1, now, place=TALGAR)
        wish = await wishes.note(session, resident, TEXT, now)
        undecided = wishes.wanted(wishes.judge(wish, resident, now, "kk"))
        assert (undecided.place_key, undecided.body_key) == (TALGAR, None), "the author still chooses"
        assert undecided.suggested_body_key == f"akimat:{TALGAR}"
        wishes.pick(wish, body_by_key(GAZETTEER, f"maslikhat:{TALGAR}"))
        judged = wishes.judge(wish, resident, now, "kk")
        assert judged.picked
        wanted = wishes.wanted(judged)
        assert (wanted.body_key, wanted.suggested_body_key) == (f"maslikhat:{TALGAR}", f"akimat:{TALGAR}")
        resident.place_key = "kz-almaty-city"
        elsewhere = wishes.wanted(wishes.judge(wish, resident, now, "kk"))
        assert elsewhere.body_key is None, "a choice that does not serve the new place is made anew"


async def test_without_a_place_only_the_government_has_a_name(
    sqlite: Database, wishes: Wishes, router: StubRouter, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        resident = await person(session, 1, now)
        wish = await wishes.note(session, resident, TEXT, now)
        judged = wishes.judge(wish, resident, now, "kk")
        assert judged.best is None
        assert [option.body.key for option in judged.options] == ["government"]
        router.body, router.ministry = "government", "transport"
        judged = wishes.judge(wish, resident, now, "kk")
        assert judged.best is not None
        assert judged.best.body.key == "ministry:transport"
        assert judged.best.threshold.votes == 50000


async def test_where_a_village_would_answer_its_district_stands_in_until_it_is_named(
    sqlite: Database, wishes: Wishes, router: StubRouter, now: datetime
) -> None:
    router.level = "rural"
    async with sqlite.transaction() as session:
        resident = await person(session, 1, now, place=TALGAR)
        judged = wishes.judge(await wishes.note(session, resident, TEXT, now), resident, now, "kk")
        assert judged.village_unknown
        assert judged.best is not None
        assert judged.best.body.key == f"akimat:{TALGAR}"


async def test_somebody_elses_wish_is_not_shown_and_old_ones_go(
    database: Database, wishes: Wishes, now: datetime
) -> None:
    async with database.transaction() as session:
        mine, other = await person(session, 1, now), await person(session, 2, now)
        first = await wishes.note(session, mine, TEXT, now)
        theirs = await wishes.note(session, other, TEXT, now)
        with pytest.raises(WishGone):
            await wishes.get(session, theirs.id, mine)
        for _ in range(KEPT):
            await wishes.note(session, mine, TEXT, now)
        with pytest.raises(WishGone):
            await wishes.get(session, first.id, mine)
        assert (await wishes.held(session, mine.id), await wishes.held(session, other.id)) == (
            {"wishes": KEPT},
            {"wishes": 1},
        )


async def test_a_persons_wishes_are_exported_moved_and_forgotten(
    database: Database, wishes: Wishes, now: datetime
) -> None:
    async with database.transaction() as session:
        mine, other = await person(session, 1, now), await person(session, 2, now)
        await wishes.note(session, mine, TEXT, now)
        exported = await wishes.export(session, mine.id)
        assert exported == {"wishes": [{"text": TEXT, "at": now.isoformat()}]}
        await wishes.move(session, mine.id, other.id, now)
        assert await wishes.held(session, other.id) == {"wishes": 1}
        await wishes.erase(session, other.id, now)
        assert await session.scalar(select(func.count()).select_from(Wish)) == 0


async def test_a_rule_that_comes_into_force_changes_the_answer_without_a_release(
    sqlite: Database, petitions: Petitions
) -> None:
    """Labour law became a forbidden subject on 1 March 2026, while in UTC it was February yet."""
    wishes = Wishes(petitions, Competence(GAZETTEER, load_router(GAZETTEER)))
    before, after = datetime(2026, 2, 28, 18, 30, tzinfo=UTC), datetime(2026, 2, 28, 19, 30, tzinfo=UTC)
    async with sqlite.transaction() as session:
        resident = await person(session, 1, before)
        wish = await wishes.note(session, resident, "Измените Трудовой кодекс: запретите увольнять беременных", before)
        allowed = wishes.judge(wish, resident, before, "ru")
        assert (allowed.decision.body, allowed.warning) == ("government", None)
        forbidden = wishes.judge(wish, resident, after, "ru")
        assert (forbidden.decision.redirect, forbidden.decision.point) == ("excluded_subject", 8)
        assert forbidden.warning is not None
        assert forbidden.warning.point is not None
        assert forbidden.warning.point.number == 8


async def test_the_router_hears_the_local_date_of_the_moment(
    sqlite: Database, wishes: Wishes, router: StubRouter
) -> None:
    evening = datetime(2026, 2, 28, 20, 30, tzinfo=UTC)
    async with sqlite.transaction() as session:
        resident = await person(session, 1, evening)
        wishes.judge(await wishes.note(session, resident, TEXT, evening), resident, evening, "kk")
        assert {day for _, _, day, _ in router.asked} == {date(2026, 3, 1)}


async def test_of_several_places_of_one_name_the_person_says_which_is_meant(
    database: Database, petitions: Petitions, now: datetime
) -> None:
    wishes = Wishes(petitions, Competence(GAZETTEER, load_router(GAZETTEER)))
    other = "kz-abai-oblast/abai-district"
    async with database.transaction() as session:
        resident = await person(session, 1, now)
        wish = await wishes.note(session, resident, "Абай ауданында автобус аялдамасы керек", now)
        judged = wishes.judge(wish, resident, now, "kk")
        assert len(judged.namesakes) > 1
        assert other in {place.key for place, _ in judged.namesakes}
        assert len({label for _, label in judged.namesakes}) == len(judged.namesakes), "the labels tell them apart"
        screen = wish_screen(translator("kk"), judged, Alike([], 0, has_next=False), {}, petitions.today(now))
        place = GAZETTEER.get(other)
        assert place is not None
        taps = [button.tap for row in screen.rows for button in row]
        assert WishUnitTap(wish.id, place.kato) in taps
        wishes.mean(wish, place)
        await session.flush()
        settled = wishes.judge(wish, resident, now, "kk")
        assert settled.namesakes == ()
        assert settled.place == place
        assert wishes.wanted(settled).place_key == other


async def test_who_lives_there_is_not_asked_which_of_the_namesakes_is_meant(
    sqlite: Database, petitions: Petitions, now: datetime
) -> None:
    wishes = Wishes(petitions, Competence(GAZETTEER, load_router(GAZETTEER)))
    async with sqlite.transaction() as session:
        resident = await person(session, 1, now, place="kz-abai-oblast/abai-district")
        wish = await wishes.note(session, resident, "Абай ауданында автобус аялдамасы керек", now)
        judged = wishes.judge(wish, resident, now, "kk")
        assert judged.namesakes == ()
        assert judged.place is not None
        assert judged.place.key == "kz-abai-oblast/abai-district"


def test_the_reason_for_one_units_body_is_not_given_to_another_units() -> None:
    aktobe = GAZETTEER.get("kz-aktobe-oblast/aktobe-city")
    assert aktobe is not None
    weighed = Competence(GAZETTEER, load_router(GAZETTEER)).weigh(
        "Ввести правила выгула собак и штрафы за нарушение", aktobe.key, date(2026, 11, 25), here=True
    )
    assert weighed.likeliest is not None
    assert weighed.likeliest.reason is not None
    assert weighed.likeliest.body.place is not None
    assert weighed.likeliest.body.place.key == "kz-aktobe-oblast"
    own = next(one for one in weighed.options if one.body.kind is BodyKind.MASLIKHAT and one.body.place == aktobe)
    assert own.reason is None

"""Drafts in the database: each answer is saved, old buttons are known, nothing personal is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import cast

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.petitions.competence import Competence
from bot.petitions.models import Draft, Petition
from bot.petitions.rules import Action, Actor, DraftStep, NotAllowed, State
from bot.petitions.service import Petitions
from bot.petitions.writing.queries import open_drafts
from bot.petitions.writing.rules import OPEN_DRAFTS, Wanted
from bot.petitions.writing.service import DraftGone, DraftMoved, TooManyDrafts, Writing
from bot.residents.models import Resident
from bot.routing.router import Router
from tests.petitions.stub_router import StubRouter

MakeAuthor = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
TITLE = "Остановка у школы на улице Абая"
ASK = "Просим построить остановку с навесом у школы."
WHY = "Дети идут до ближайшей остановки целый километр по обочине."


def talgar(petitions: Petitions) -> str:
    place = petitions.gazetteer.get("kz-almaty-oblast/talgar-district")
    assert place is not None
    return place.kato


async def whole(writing: Writing, session: AsyncSession, author: Resident, now: datetime) -> Draft:
    """A draft answered step by step up to its review."""
    draft = (await writing.begin(session, author, None, now)).draft
    writing.forward(draft, author, now)
    for text in (TITLE, ASK, WHY):
        assert writing.write(draft, text, author, now).problem is None
    kato = talgar(writing.petitions)
    assert writing.choose_place(draft, kato, author, now)
    assert writing.choose_body(draft, "akimat", kato, author, now)
    assert draft.step is DraftStep.REVIEW
    return draft


async def test_a_petition_is_written_step_by_step_and_opened(
    database: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await make_author(session, 1, now)
        draft = await whole(writing, session, author, now)
        assert author.expecting is None
        petition = await writing.hand_in(session, draft, author, now)
        assert petition.state is State.GATHERING
        assert (petition.title, petition.ask, petition.why) == (TITLE, ASK, WHY)
        assert petition.body_key == "akimat:kz-almaty-oblast/talgar-district"
        assert petition.language == "ru"
        with pytest.raises(DraftMoved):
            await writing.take(session, draft.id, author, draft.version)


async def test_every_answer_is_there_after_a_restart(
    database: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await make_author(session, 1, now)
        draft = (await writing.begin(session, author, None, now)).draft
        writing.forward(draft, author, now)
        writing.write(draft, TITLE, author, now)
        number = draft.id
    async with database.transaction() as session:
        author = (await session.scalars(select(Resident))).one()
        assert author.expecting == f"draft:{number}"
        draft = await writing.take(session, number, author)
        assert (draft.title, draft.step) == (TITLE, DraftStep.ASK)


async def test_a_button_of_a_step_that_is_done_is_known_and_leads_to_the_present_one(
    database: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await make_author(session, 1, now)
        draft = (await writing.begin(session, author, None, now)).draft
        old = draft.version
        writing.forward(draft, author, now)
        await session.flush()
        with pytest.raises(DraftMoved) as moved:
            await writing.take(session, draft.id, author, old)
        assert moved.value.draft.step is DraftStep.TITLE


async def test_nobody_reads_somebody_elses_draft(
    database: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await make_author(session, 1, now)
        other = await make_author(session, 2, now)
        draft = (await writing.begin(session, author, None, now)).draft
        with pytest.raises(DraftGone):
            await writing.take(session, draft.id, other)


async def test_at_most_five_drafts_are_open_and_a_discarded_one_makes_room(
    database: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await make_author(session, 1, now)
        drafts = [(await writing.begin(session, author, TITLE, now)).draft for _ in range(OPEN_DRAFTS)]
        with pytest.raises(TooManyDrafts):
            await writing.begin(session, author, None, now)
        writing.discard(drafts[0], author, now)
        await session.flush()
        assert drafts[0].title is None, "the words of a discarded draft are deleted"
        assert len(await open_drafts(session, author.id)) == OPEN_DRAFTS - 1
        await writing.begin(session, author, None, now)


async def test_words_sent_with_the_command_are_kept_before_anything_is_asked(
    database: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await make_author(session, 1, now)
        story = f"{TITLE}. {WHY} {ASK} Зимой там темно и скользко, весной вода."
        answered = await writing.begin(session, author, story, now)
        assert answered.was_split
        draft = answered.draft
        assert draft.step is DraftStep.RULES
        assert (draft.title, draft.ask) == (TITLE, ASK)
        assert draft.why == f"{WHY} Зимой там темно и скользко, весной вода."


async def test_a_story_at_the_title_step_is_split_and_gone_through_part_by_part(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = (await writing.begin(session, author, None, now)).draft
        writing.forward(draft, author, now)
        assert writing.write(draft, f"{TITLE}.\n{WHY}\n{ASK}", author, now).was_split
        steps = [draft.step]
        for _ in range(3):
            writing.forward(draft, author, now)
            steps.append(draft.step)
        assert steps == [DraftStep.TITLE, DraftStep.ASK, DraftStep.WHY, DraftStep.PLACE]


async def test_reasons_of_a_story_that_are_too_long_are_asked_for_and_never_cut(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = (await writing.begin(session, author, None, now)).draft
        writing.forward(draft, author, now)
        answered = writing.write(draft, f"{TITLE}. " + "Дорога разбита и опасна. " * 150, author, now)
        assert answered.why_over > 0
        assert draft.title == TITLE
        assert draft.why is None


async def test_numbers_and_addresses_are_never_stored(
    database: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with database.transaction() as session:
        author = await make_author(session, 1, now)
        draft = (await writing.begin(session, author, None, now)).draft
        writing.forward(draft, author, now)
        answered = writing.write(draft, "Остановка у школы, звоните +7 701 234 56 78", author, now)
        assert answered.problem is not None
        assert answered.problem.kind == "personal"
        assert answered.problem.mended
        seen = draft.step
        assert seen is DraftStep.TITLE, "it waits until its author has seen the mended text"
        assert draft.title == "Остановка у школы, звоните"
        writing.forward(draft, author, now)
        assert draft.step.value == "ask"


async def test_a_text_that_is_too_long_leaves_the_draft_as_it_was(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = await whole(writing, session, author, now)
        writing.edit(draft, DraftStep.ASK, author, now)
        answered = writing.write(draft, "a" * 512, author, now)
        assert answered.problem is not None
        assert answered.problem.amount == 12
        assert draft.ask == ASK
        assert draft.step is DraftStep.ASK


async def test_a_part_changed_from_the_review_leads_back_to_it(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = await whole(writing, session, author, now)
        writing.edit(draft, DraftStep.TITLE, author, now)
        assert author.expecting == f"draft:{draft.id}"
        writing.write(draft, "Тёплая остановка у школы", author, now)
        assert draft.step is DraftStep.REVIEW
        assert author.expecting is None


async def test_another_place_asks_for_another_body_unless_the_old_one_serves_it(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = await whole(writing, session, author, now)
        almaty = next(place for place in writing.petitions.gazetteer.roots() if place.name_en == "Almaty")
        writing.edit(draft, DraftStep.PLACE, author, now)
        writing.choose_place(draft, almaty.kato, author, now)
        assert (draft.step, draft.body_key) == (DraftStep.BODY, None)
        writing.choose_body(draft, "government", None, author, now)
        writing.edit(draft, DraftStep.PLACE, author, now)
        writing.choose_place(draft, talgar(writing.petitions), author, now)
        assert (draft.step, draft.body_key) == (DraftStep.REVIEW, "government")


async def test_a_forbidden_subject_is_warned_of_once_and_again_when_another_one_appears(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = await whole(writing, session, author, now)
        writing.edit(draft, DraftStep.ASK, author, now)
        writing.write(draft, "Требуем отставки министра транспорта.", author, now)
        page = writing.page(draft, author, now)
        assert page.warning
        writing.edit_forbidden(draft, author, now)
        assert draft.step is DraftStep.ASK
        writing.back(draft, author, now)
        writing.go_on_warned(draft, author, now)
        assert draft.warned
        assert not writing.page(draft, author, now).warning
        writing.edit(draft, DraftStep.TITLE, author, now)
        writing.write(draft, "Изменить Конституцию и герб страны", author, now)
        assert writing.page(draft, author, now).warning


async def test_the_text_language_is_guessed_until_the_draft_is_whole_and_can_be_chosen(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = (await writing.begin(session, author, None, now)).draft
        writing.forward(draft, author, now)
        writing.write(draft, "Абай көшесіндегі мектептің жанына аялдама салу керек", author, now)
        assert draft.language == "kk"
        writing.choose_language(draft, "en", now)
        assert draft.language == "en"


@pytest.fixture
def router(petitions: Petitions) -> StubRouter:
    """A router that proposes the akimat."""
    return StubRouter(petitions.gazetteer)


@pytest.fixture
def advised(petitions: Petitions, router: StubRouter) -> Writing:
    """The writing service with that router."""
    return Writing(petitions, Competence(petitions.gazetteer, cast("Router", router)))


async def test_the_router_is_asked_under_the_law_of_the_local_day(
    sqlite: Database, advised: Writing, router: StubRouter, make_author: MakeAuthor
) -> None:
    late = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, late)
        draft = await whole(advised, session, author, late)
        advised.edit(draft, DraftStep.BODY, author, late)
        router.asked.clear()
        assert advised.page(draft, author, late).suggested == "akimat:kz-almaty-oblast/talgar-district"
        text, place, day, _ = router.asked[0]
        assert (text, place) == (f"{TITLE}\n{ASK}\n{WHY}", "kz-almaty-oblast/talgar-district")
        assert day == date(2026, 3, 2), "in Almaty it is the next day already"


async def test_a_choice_against_the_proposal_is_kept_with_what_was_proposed_then(
    sqlite: Database, advised: Writing, router: StubRouter, make_author: MakeAuthor, now: datetime
) -> None:
    key = "kz-almaty-oblast/talgar-district"
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = await whole(advised, session, author, now)
        assert draft.suggested_body_key == draft.body_key == f"akimat:{key}"
        advised.edit(draft, DraftStep.BODY, author, now)
        assert advised.choose_body(draft, "maslikhat", talgar(advised.petitions), author, now)
        router.body = "government"
        advised.edit(draft, DraftStep.TITLE, author, now)
        advised.write(draft, "Остановка у школы № 12 на улице Абая", author, now)
        assert (draft.body_key, draft.suggested_body_key) == (f"maslikhat:{key}", f"akimat:{key}")
        petition = await advised.hand_in(session, draft, author, now)
        assert (petition.body_key, petition.suggested_body_key) == (f"maslikhat:{key}", f"akimat:{key}")


async def test_the_government_is_addressed_through_the_ministry_that_the_subject_tells(
    sqlite: Database, advised: Writing, router: StubRouter, make_author: MakeAuthor, now: datetime
) -> None:
    router.body, router.ministry = "government", "transport"
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        draft = await whole(advised, session, author, now)
        advised.edit(draft, DraftStep.BODY, author, now)
        page = advised.page(draft, author, now)
        assert page.suggested == "ministry:transport"
        assert "government" not in {choice.body.key for choice in page.bodies}
        assert advised.choose_body(draft, "ministry", None, author, now)
        advised.edit(draft, DraftStep.PLACE, author, now)
        assert advised.choose_place(draft, talgar(advised.petitions), author, now)
        assert draft.body_key == "ministry:transport", "a ministry serves every place"


async def test_what_the_answers_to_a_wish_led_to_is_proposed_as_long_as_nothing_is_chosen(
    sqlite: Database, advised: Writing, router: StubRouter, make_author: MakeAuthor, now: datetime
) -> None:
    key = "kz-almaty-oblast/talgar-district"
    async with sqlite.transaction() as session:
        author = await make_author(session, 1, now)
        wanted = Wanted(key, None, f"maslikhat:{key}")
        draft = (await advised.begin(session, author, TITLE, now, wanted)).draft
        for _ in range(2):
            advised.forward(draft, author, now)
        advised.write(draft, ASK, author, now)
        advised.write(draft, WHY, author, now)
        assert draft.step is DraftStep.PLACE
        assert draft.place_key == key
        advised.forward(draft, author, now)
        assert advised.page(draft, author, now).suggested == f"maslikhat:{key}"
        assert advised.choose_body(draft, "maslikhat", talgar(advised.petitions), author, now)
        assert draft.suggested_body_key == f"maslikhat:{key}"


async def test_a_returned_petition_is_corrected_in_one_draft_and_goes_back_to_moderation(
    database: Database, writing: Writing, make_author: MakeAuthor, now: datetime
) -> None:
    petitions = writing.petitions
    async with database.transaction() as session:
        author = await make_author(session, 1, now)
        petition: Petition = await writing.hand_in(session, await whole(writing, session, author, now), author, now)
        with pytest.raises(NotAllowed):
            await writing.begin_correction(session, petition.id, author, now)
        await petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)
        await petitions.change(session, petition, Action.RETURN, Actor.MODERATOR, None, now, comment="Уточните место")
        draft = await writing.begin_correction(session, petition.id, author, now)
        again = await writing.begin_correction(session, petition.id, author, now)
        assert draft is again, "a second tap goes on with the same draft"
        assert draft.step is DraftStep.REVIEW
        writing.edit(draft, DraftStep.TITLE, author, now)
        writing.write(draft, "Остановка у школы № 12 на улице Абая", author, now)
        corrected = await writing.hand_in(session, draft, author, now)
        assert corrected.id == petition.id
        assert corrected.state is State.MODERATION
        assert corrected.title == "Остановка у школы № 12 на улице Абая"
        assert await open_drafts(session, author.id) == []

"""The whole way from /new to the share link, as an author taps and types it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiogram.types import CallbackQuery, Message
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.i18n import translator
from bot.petitions.models import Draft, Petition
from bot.petitions.rules import DraftStep, State
from bot.petitions.writing import handlers
from bot.petitions.writing.rules import Wanted
from bot.petitions.writing.service import Writing
from bot.petitions.writing.views import CorrectTap, NewTap, ResumeTap
from bot.residents.models import Resident
from bot.residents.service import Residents
from bot.screen import Tap
from bot.telegram.answers import Answer, MessageAddress
from bot.telegram.context import Here

MakeAuthor = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
QUERY = cast("CallbackQuery", None)


class Chat:
    """One author's chat: what the last message offers, and how to tap and type."""

    def __init__(self, here: Here, writing: Writing, residents: Residents) -> None:
        self.here, self.writing, self.residents = here, writing, residents
        self.text = ""
        self.buttons: list[dict[str, Any]] = []
        self.toast: str | None = None

    def seen(self, answer: Answer) -> None:
        """Remember what an answer shows."""
        for call in answer.calls:
            if call.method == "answerCallbackQuery":
                self.toast = call.params.get("text")
            else:
                self.text = call.params["text"]
                keyboard = call.params.get("reply_markup", {}).get("inline_keyboard", [])
                self.buttons = [button for row in keyboard for button in row]

    async def type(self, text: str | None) -> None:
        """Write a message while an answer is expected."""
        self.here.tapped = self.here.callback_id = None
        what, _, expected = (self.here.resident.expecting or "").partition(":")
        assert what == "draft", "nothing typed is expected here"
        message = cast("Message", SimpleNamespace(text=text, caption=None))
        self.seen(await handlers.typed(message, self.here, expected, self.writing))

    async def new(self, words: str | None = None) -> None:
        """/new."""
        self.here.tapped = self.here.callback_id = None
        command = cast("Any", SimpleNamespace(args=words))
        message = cast("Message", SimpleNamespace(text="/new"))
        self.seen(await handlers.new_command(message, self.here, command, self.writing, self.residents))

    async def tap(self, label: str) -> None:
        """Press the button whose text begins so."""
        data = next(button["callback_data"] for button in self.buttons if button["text"].startswith(label))
        await self.press(data)

    async def press(self, data: str) -> None:
        """Press a button by what it carries, also an old one."""
        self.toast = None
        self.here.callback_id = "1"
        self.here.tapped = MessageAddress(chat_id=1, message_id=1)
        tap: Any = Tap.read(data)
        here, writing, residents = self.here, self.writing, self.residents
        name = type(tap).__name__
        answers: dict[str, Callable[[], Awaitable[Answer]]] = {
            "NewTap": lambda: handlers.new_tap(QUERY, here, tap, writing, residents),
            "ResumeTap": lambda: handlers.resume(QUERY, here, tap, writing, residents),
            "CorrectTap": lambda: handlers.correct(QUERY, here, tap, writing),
            "StepTap": lambda: handlers.step(QUERY, here, tap, writing, residents),
            "EditTap": lambda: handlers.edit(QUERY, here, tap, writing),
            "DraftPlaceTap": lambda: handlers.choose_place(QUERY, here, tap, writing),
            "DraftBodyTap": lambda: handlers.choose_body(QUERY, here, tap, writing),
            "DraftLanguageTap": lambda: handlers.choose_language(QUERY, here, tap, writing),
        }
        self.seen(await answers[name]())

    def data(self, label: str) -> str:
        """What the button whose text begins so carries."""
        return next(str(button["callback_data"]) for button in self.buttons if button["text"].startswith(label))


class Confirmed:
    """Residents of whom everybody, or nobody, is confirmed."""

    def __init__(self) -> None:
        self.is_so = True
        self.begun: list[Tap] = []

    async def is_confirmed(self, session: AsyncSession, resident: Resident) -> bool:
        """Whether somebody may write."""
        return self.is_so

    async def begin_confirming(self, session: AsyncSession, resident: Resident, then: Tap, now: datetime) -> Any:
        """Remember what comes afterwards."""
        self.begun.append(then)
        return SimpleNamespace(missing=None, then=then)


@pytest.fixture
def confirmed() -> Confirmed:
    """Everybody is confirmed until a test says otherwise."""
    return Confirmed()


@pytest.fixture
async def chat(
    sqlite: Database, writing: Writing, make_author: MakeAuthor, confirmed: Confirmed, now: datetime
) -> AsyncIterator[Chat]:
    """The chat of one author."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Chat]:
        async with sqlite.transaction() as session:
            author = await make_author(session, 1, now)
            here = Here(session, author, frozenset(), (), translator("en"), now, "a_bot", 1, "private")
            yield Chat(here, writing, cast("Residents", confirmed))

    async with opened() as one:
        yield one


async def test_an_author_writes_and_opens_a_petition(chat: Chat) -> None:
    await chat.new()
    await chat.tap("Next")
    assert "Step 1 of 6" in chat.text
    await chat.type("Остановка у школы на улице Абая")
    await chat.type("Просим построить остановку с навесом у школы.")
    await chat.type("Дети идут до ближайшей остановки целый километр.")
    assert "Step 4 of 6" in chat.text
    await chat.type("талгарский район")
    await chat.tap("Talgar District")
    assert "2,500" in chat.text
    await chat.tap("Akimat of Talgar")
    assert "Step 6 of 6" in chat.text
    assert "What happens next" in chat.text
    old = chat.data("Title")
    await chat.tap("Open for supporters")
    await chat.tap("Open for supporters")
    petition = (await chat.here.session.scalars(select(Petition))).one()
    assert f"https://t.me/a_bot?start=p_{petition.id}_{petition.access_key}" in chat.text
    assert "49 more supporters" in chat.text.replace("\u00a0", " ")
    await chat.press(old)
    assert f"№ {petition.id}" in chat.text, "an old button leads to the petition"


async def test_a_double_tap_opens_one_petition(chat: Chat) -> None:
    await test_an_author_writes_and_opens_a_petition(chat)
    draft = (await chat.here.session.scalars(select(Draft))).one()
    for version in range(draft.version + 1):
        await chat.press(f"ds:{draft.id}:{version}:open")
    assert len((await chat.here.session.scalars(select(Petition))).all()) == 1


async def test_an_old_button_says_so_and_shows_where_one_is(chat: Chat) -> None:
    await chat.new()
    old = chat.data("Next")
    await chat.tap("Next")
    await chat.type("Остановка у школы на улице Абая")
    await chat.press(old)
    assert chat.toast == "That step is done. Here is where you are."
    assert "Step 2 of 6" in chat.text


async def test_personal_data_is_named_and_taken_out_by_one_tap(chat: Chat) -> None:
    await chat.new()
    await chat.tap("Next")
    await chat.type("Остановка у школы, звоните +7 701 234 56 78")
    assert "a phone number (+7 701 234 56 78)" in chat.text
    await chat.tap("Remove it for me")
    assert "Step 2 of 6" in chat.text
    await chat.tap("Back")
    assert "701" not in chat.text


async def test_a_forbidden_subject_is_explained_and_may_go_on(chat: Chat) -> None:
    await chat.new()
    await chat.tap("Next")
    await chat.type("Отставка министра транспорта")
    await chat.type("Требуем отставки министра транспорта.")
    await chat.type("Он не справляется со своей работой.")
    assert "Point 11 (art. 90-2(3))" in chat.text
    assert chat.here.resident.expecting is None, "a text typed now is no answer to a step"
    await chat.tap("Continue anyway")
    assert "Step 4 of 6" in chat.text


async def test_a_draft_can_be_put_aside_found_again_and_discarded(chat: Chat) -> None:
    await chat.new()
    await chat.tap("Next")
    await chat.type("Остановка у школы на улице Абая")
    await chat.tap("Cancel")
    assert chat.here.resident.expecting is None
    await chat.tap("Back")
    assert chat.here.resident.expecting is not None, "Back from Cancel goes on with the step"
    await chat.tap("Cancel")
    await chat.tap("Keep as a draft")
    await chat.new()
    await chat.tap("✍️ Остановка")
    assert "Step 2 of 6" in chat.text
    await chat.tap("Cancel")
    await chat.tap("Discard")
    draft = (await chat.here.session.scalars(select(Draft))).one()
    assert draft.step is DraftStep.DISCARDED
    await chat.press(f"dq:{draft.id}")
    assert "no longer there" in chat.text


async def test_somebody_unconfirmed_is_confirmed_first_and_their_words_wait(chat: Chat, confirmed: Confirmed) -> None:
    confirmed.is_so = False
    await chat.new()
    assert confirmed.begun == [NewTap(fresh=0)]
    await chat.new("Остановка у школы на улице Абая")
    draft = (await chat.here.session.scalars(select(Draft))).one()
    assert draft.title == "Остановка у школы на улице Абая"
    assert confirmed.begun[-1] == ResumeTap(draft.id)
    confirmed.is_so = True
    await chat.press(confirmed.begun[-1].pack())
    await chat.tap("Next")
    assert draft.title in chat.text


async def test_what_a_wish_has_settled_is_not_asked_again(chat: Chat) -> None:
    talgar = "kz-almaty-oblast/talgar-district"
    wanted = Wanted(talgar, f"maslikhat:{talgar}", f"akimat:{talgar}")
    chat.seen(
        await handlers.start(
            chat.here, chat.writing, chat.residents, text="Остановка у школы", fresh=True, wanted=wanted
        )
    )
    await chat.tap("Next")
    await chat.tap("Keep it")
    await chat.type("Просим построить остановку с навесом у школы.")
    await chat.type("Дети идут до ближайшей остановки целый километр.")
    assert "Step 6 of 6" in chat.text
    assert "Maslikhat of Talgar District" in chat.text
    await chat.tap("Open for supporters")
    await chat.tap("Open for supporters")
    petition = (await chat.here.session.scalars(select(Petition))).one()
    assert (petition.body_key, petition.suggested_body_key) == (wanted.body_key, wanted.suggested_body_key)


async def test_a_photo_is_answered_with_a_word_and_the_step_stays(chat: Chat) -> None:
    await chat.new()
    await chat.tap("Next")
    await chat.type(None)
    assert "I need it as text" in chat.text
    assert "Step 1 of 6" in chat.text


async def test_an_unknown_place_is_asked_for_again(chat: Chat) -> None:
    await chat.new("Остановка у школы.\nДети идут пешком до ближайшей целый час.\nПросим построить остановку с крышей.")
    for label in ("Next", "Keep it", "Keep it", "Keep it"):
        await chat.tap(label)
    await chat.type("фыва")
    assert "I do not know such a place" in chat.text
    await chat.tap("Talgar District")
    assert "Step 5 of 6" in chat.text


async def test_a_story_told_before_next_is_pressed_is_taken(chat: Chat) -> None:
    await chat.new()
    await chat.type("Остановка у школы на улице Абая")
    assert "Step 2 of 6" in chat.text
    await chat.tap("Back")
    assert "Остановка у школы на улице Абая" in chat.text


async def test_an_empty_draft_is_taken_up_again_and_not_asked_about(chat: Chat) -> None:
    await chat.new()
    await chat.new()
    assert "Next" in [button["text"] for button in chat.buttons]
    assert len((await chat.here.session.scalars(select(Draft))).all()) == 1


async def test_the_remark_stands_beside_the_text_that_is_corrected(chat: Chat) -> None:
    await chat.new("Остановка у школы.\nДети идут пешком до ближайшей целый час.\nПросим построить остановку с крышей.")
    for label in ("Next", "Keep it", "Keep it", "Keep it", "Talgar District", "Akimat", "Open for", "Open for"):
        await chat.tap(label)
    session = chat.here.session
    petition = (await session.scalars(select(Petition))).one()
    petition.state, petition.comment = State.RETURNED, "Уточните место"
    await session.flush()
    await chat.press(CorrectTap(petition.id).pack())
    assert "Уточните место" in chat.text
    await chat.tap("Title")
    assert "Уточните место" in chat.text

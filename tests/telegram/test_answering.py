"""Protects how answers go out: what Telegram says is understood, nothing is given up that can still succeed."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.api import Blocked, MigratedTo, TooMany, Unreachable
from bot.delivery.messages import Drawn, Painting
from bot.delivery.models import LiveMessage
from bot.screen import Picture
from bot.telegram.answering import Answering, Outcome, growing_pauses, note_outcomes, outline
from bot.telegram.answers import Call, LivePlace, toast_call
from tests.telegram.counting_bot import english
from tests.telegram.in_memory import MemoryApi, refused


class Pauses:
    """Remembers what was waited for instead of waiting, and paces nobody."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.taken = 0
        self.paused: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def take(self) -> None:
        self.taken += 1

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)


@pytest.fixture
def api() -> MemoryApi:
    """A Bot API in memory."""
    return MemoryApi()


@pytest.fixture
def pauses() -> Pauses:
    """A pace and a sleep that do not wait."""
    return Pauses()


@pytest.fixture
def answering(sqlite: Database, api: MemoryApi, pauses: Pauses, now: datetime) -> Answering:
    """Answers with one picture that can be drawn and one that cannot."""

    async def draw(session: AsyncSession, painting: Painting) -> Drawn:
        return Drawn(f"{painting.reference} {painting.language}".encode(), "card.png")

    async def fail(session: AsyncSession, painting: Painting) -> Drawn:
        raise OSError

    return Answering(
        api,
        sqlite,
        {"card": draw, "broken": fail},
        bot_username="b",
        translate=english,
        pace=pauses,
        clock=lambda: now,
        sleep=pauses.sleep,
    )


SEND = Call("sendMessage", {"chat_id": 5, "text": "hello"}, screen_of=1)
EDIT = Call("editMessageText", {"chat_id": 5, "message_id": 7, "text": "hello"})


@pytest.mark.parametrize(
    "said",
    ["message is not modified: specified new message content", "query is too old and response timeout expired"],
)
async def test_what_is_so_already_is_done(answering: Answering, api: MemoryApi, said: str) -> None:
    api.fails["editMessageText"] = [refused(said)]
    assert await answering.send([EDIT]) == Outcome()


@pytest.mark.parametrize(
    "said",
    ["message to edit not found", "message can't be edited", "there is no text in the message to edit"],
)
async def test_words_for_a_message_that_is_gone_go_into_a_new_one(
    answering: Answering, api: MemoryApi, said: str
) -> None:
    api.fails["editMessageText"] = [refused(said)]
    outcome = await answering.send([EDIT])
    assert api.sent() == [{"chat_id": 5, "text": "hello"}]
    assert outcome.own_screens == [(5, 102)]
    assert outcome.gone == [{"chat_id": 5, "message_id": 7, "inline_message_id": None}]


async def test_an_inline_message_that_is_gone_is_let_go(answering: Answering, api: MemoryApi) -> None:
    api.fails["editMessageText"] = [refused("MESSAGE_ID_INVALID")]
    outcome = await answering.send([Call("editMessageText", {"inline_message_id": "i", "text": "hello"})])
    assert api.sent() == []
    assert outcome.gone == [{"chat_id": None, "message_id": None, "inline_message_id": "i"}]


async def test_who_blocked_the_bot_is_unreachable_and_gets_no_further_call(
    answering: Answering, api: MemoryApi
) -> None:
    api.fails["sendMessage"] = [Blocked("sendMessage", "Forbidden: bot was blocked by the user")]
    outcome = await answering.send([SEND, SEND, Call("sendMessage", {"chat_id": -9, "text": "group"})])
    assert [params["chat_id"] for params in api.sent()] == [5, -9]
    assert outcome.unreachable == [5]


async def test_a_group_that_removed_the_bot_makes_nobody_unreachable(answering: Answering, api: MemoryApi) -> None:
    api.fails["sendMessage"] = [Blocked("sendMessage", "Forbidden: bot was kicked from the group chat")]
    outcome = await answering.send([Call("sendMessage", {"chat_id": -9, "text": "group"})])
    assert outcome == Outcome()


async def test_too_many_stops_everybody_for_as_long_as_telegram_says(
    answering: Answering, api: MemoryApi, pauses: Pauses
) -> None:
    api.fails["sendMessage"] = [TooMany("sendMessage", 3)]
    assert (await answering.send([SEND])).screens == [(1, 102)]
    assert (pauses.paused, pauses.slept, pauses.taken) == ([3], [3], 2)


async def test_taps_and_edits_take_nothing_from_the_pace(answering: Answering, pauses: Pauses) -> None:
    await answering.send([toast_call("q"), EDIT])
    assert pauses.taken == 0


async def test_a_lost_network_is_waited_for(answering: Answering, api: MemoryApi, pauses: Pauses) -> None:
    api.fails["sendMessage"] = [Unreachable("sendMessage", "no connection", maybe_done=False)] * 40
    assert (await answering.send([SEND])).screens == [(1, 141)]
    assert len(pauses.slept) == 40
    assert max(pauses.slept) <= 30


async def test_a_group_that_became_a_supergroup_is_followed(answering: Answering, api: MemoryApi) -> None:
    api.fails["sendMessage"] = [MigratedTo("sendMessage", -1005)]
    await answering.send([Call("sendMessage", {"chat_id": -5, "text": "group"})])
    assert [params["chat_id"] for params in api.sent()] == [-5, -1005]


async def test_an_unknown_refusal_is_kept_and_the_rest_goes_on(answering: Answering, api: MemoryApi) -> None:
    api.fails["answerCallbackQuery"] = [refused("something new")]
    outcome = await answering.send([toast_call("q"), SEND])
    assert outcome.refused == "answerCallbackQuery: Bad Request: something new"
    assert outcome.screens == [(1, 102)]


async def test_a_picture_is_drawn_when_it_is_sent(answering: Answering, api: MemoryApi) -> None:
    photo = Call("sendPhoto", {"chat_id": 5, "caption": "words"}, picture=Picture("card", 8, "kk"))
    paper = Call("sendDocument", {"chat_id": 5, "caption": "words"}, picture=Picture("card", 8, "ru", True))
    await answering.send([photo, paper])
    assert api.files == [{"photo": ("card.png", b"8 kk")}, {"document": ("card.png", b"8 ru")}]


async def test_a_picture_that_cannot_be_drawn_does_not_cost_the_words(answering: Answering, api: MemoryApi) -> None:
    photo = Call("sendPhoto", {"chat_id": 5, "caption": "words"}, picture=Picture("broken", 8, "kk"))
    await answering.send([photo])
    assert api.calls == [("sendMessage", {"chat_id": 5, "text": "words"})]


async def test_a_sent_card_is_looked_at_once_since_it_may_have_moved_on_its_way(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    answering = Answering(api, database, {}, bot_username="b", translate=english, clock=lambda: now)
    card = Call("sendMessage", {"chat_id": -5, "text": "3 of 5"}, live=LivePlace("petition", 8, "kk", None))
    outcome = await answering.send([card])
    for _ in range(2):
        async with database.transaction() as session:
            await note_outcomes(session, [outcome], now)
    async with database.reading() as session:
        found = (await session.scalars(select(LiveMessage))).one()
    assert (found.chat_id, found.message_id, found.language, found.refresh_at) == (-5, 101, "kk", now)


def test_pauses_grow_up_to_thirty_seconds() -> None:
    pauses = growing_pauses()
    taken = [next(pauses) for _ in range(20)]
    assert taken[0] < 1 < taken[2]
    assert max(taken) <= 30


def test_a_logged_refusal_does_not_quote_the_message() -> None:
    said = 'Bad Request: can\'t parse entities: Unsupported start tag "Айгүл" at byte offset 3'
    assert outline(said) == "Bad Request: can't parse entities"
    assert "Айгүл" not in outline('Bad Request: tag "Айгүл" is unknown')

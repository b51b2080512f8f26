"""Protects the inbox: each update once, in order, its effect and answer together, failures told and set aside."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram import Router
from aiogram.types import CallbackQuery, ChosenInlineResult, Message
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import shown_hash
from bot.delivery.models import JobRun, LiveMessage
from bot.residents.models import Resident
from bot.screen import Button, Live, Screen, Tap, rows
from bot.telegram.answering import Outcome, note_outcomes
from bot.telegram.answers import Answer, Call
from bot.telegram.context import Here, TapIs
from bot.telegram.inbox import LEASE, next_offset, prune, store
from bot.telegram.models import InboxState, InboxUpdate, PollingOffset
from tests.telegram.fake_telegram import message, tap
from tests.telegram.in_memory import MemoryApi, handle, make_inbox, refused, resident, row, running

APOLOGY = "Something broke on our side. Your text is saved; please try again."


class LookTap(Tap, prefix="t-look"):
    """Show something that moves."""

    number: int


class PlainTap(Tap, prefix="t-plain"):
    """Show something that does not."""


@pytest.fixture
def api() -> MemoryApi:
    """A Bot API in memory."""
    return MemoryApi()


def writing(*failures: Exception) -> Router:
    """Handlers that write a row named after the text; on the text "fail" they then raise these errors in turn."""
    router = Router(name="writing")
    errors = list(failures)

    @router.message()
    async def write(message: Message, here: Here) -> Answer:
        here.session.add(
            JobRun(name=f"{message.from_user and message.from_user.id}", key=message.text or "", ran_at=here.now)
        )
        await here.session.flush()
        if message.text == "fail" and errors:
            raise errors.pop(0)
        if message.text == "card":
            return here.show(Screen("3 of 5", rows(Button("Plain", PlainTap())), live=Live("petition", 5)))
        return here.show(Screen(f"got {message.text}", rows(Button("Look", LookTap(5)))))

    @router.callback_query(TapIs(LookTap))
    async def look(query: CallbackQuery, tap: LookTap, here: Here) -> Answer:
        return here.show(Screen("3 of 5", rows(Button("Plain", PlainTap())), live=Live("petition", tap.number)))

    @router.callback_query(TapIs(PlainTap))
    async def plain(query: CallbackQuery, here: Here) -> Answer:
        return here.show(Screen("plain"))

    return router


async def effects(database: Database) -> list[str]:
    """What the handlers wrote."""
    async with database.reading() as session:
        return sorted(await session.scalars(select(JobRun.key)))


async def test_a_redelivered_update_is_known_and_the_offset_moves_on(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        new = await store(session, 1, [message(8, 5, "b"), message(7, 5, "a")], now)
    assert [raw["update_id"] for raw in new] == [7, 8]
    async with database.transaction() as session:
        again = await store(session, 1, [message(8, 5, "b"), message(9, 5, "c"), {"no": "number"}], now)
    assert [raw["update_id"] for raw in again] == [9]
    async with database.reading() as session:
        assert await session.scalar(select(PollingOffset.next_update_id)) == 10
        assert await next_offset(session, 1, now) == 10
        assert await next_offset(session, 2, now) is None


async def test_after_two_quiet_days_no_offset_is_sent_since_numbers_may_begin_anew(
    database: Database, now: datetime
) -> None:
    async with database.transaction() as session:
        await store(session, 1, [message(8, 5, "b")], now)
        assert await next_offset(session, 1, now + timedelta(days=1)) == 9
        assert await next_offset(session, 1, now + timedelta(days=3)) is None


async def test_a_handled_update_is_answered_and_emptied(database: Database, api: MemoryApi, now: datetime) -> None:
    await handle(make_inbox(database, api, now, [writing()]), message(1, 5, "hello"))
    assert api.texts == ["got hello"]
    done = await row(database, 1)
    assert (done.state, done.payload, done.answer, done.done_at) == (InboxState.DONE, None, None, now)
    assert (await resident(database, 5)).screen_message_id == 101


async def test_a_handler_that_keeps_failing_leaves_no_effect_and_one_apology(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    router = writing(*[ValueError("secret words") for _ in range(3)])
    await handle(make_inbox(database, api, now, [router]), message(1, 5, "fail"), message(2, 5, "next"))
    assert api.texts == [APOLOGY, "got next"]
    assert await effects(database) == ["next"]
    aside = await row(database, 1)
    assert (aside.state, aside.attempts) == (InboxState.SET_ASIDE, 3)
    assert aside.payload is not None
    assert aside.answer is None
    assert (aside.error or "").startswith("ValueError: secret words\n")


async def test_a_handler_that_recovers_is_answered_without_an_apology(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    router = writing(ValueError(), ValueError())
    await handle(make_inbox(database, api, now, [router]), message(1, 5, "fail"))
    assert api.texts == ["got fail"]
    assert await effects(database) == ["fail"]
    done = await row(database, 1)
    assert (done.state, done.attempts, done.error) == (InboxState.DONE, 2, None)


async def test_a_busy_database_is_not_held_against_the_update(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    busy = [OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked")) for _ in range(5)]
    await handle(make_inbox(database, api, now, [writing(*busy)]), message(1, 5, "fail"))
    assert api.texts == ["got fail"]
    assert (await row(database, 1)).attempts == 0


async def test_one_that_fails_does_not_spoil_the_updates_handled_with_it(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    router = writing(*[ValueError() for _ in range(9)])
    updates = [message(number, number, "fail" if number == 3 else "fine") for number in range(1, 7)]
    await handle(make_inbox(database, api, now, [router]), *updates)
    assert sorted(api.texts) == sorted([APOLOGY, *["got fine"] * 5])
    assert await effects(database) == ["fine"] * 5


async def test_an_answer_committed_before_a_crash_is_sent_without_handling_again(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    call = Call("sendMessage", {"chat_id": 5, "text": "stored"})
    async with database.transaction() as session:
        await store(session, 4242, [message(1, 5, "hello"), message(2, 5, "more")], now, worker="dead")
        await session.execute(
            update(InboxUpdate)
            .where(InboxUpdate.update_id == 1)
            .values(state=InboxState.ANSWERING, answer=[call.as_json()])
        )
    inbox = make_inbox(database, api, now, [writing()])
    assert await inbox.recover(everybodys=True) == 2
    await handle(inbox)
    assert api.texts == ["stored", "got more"]
    assert await effects(database) == ["more"]


async def test_leases_are_renewed_without_waiting_for_updates_that_are_being_handled(
    postgres_url: str, api: MemoryApi, now: datetime
) -> None:
    """Else the renewal holds the leases it has renewed and waits for one that is being handled, and whoever handles
    that one waits for another of them: PostgreSQL ends one of the two, some tens of times in a busy minute."""
    postgres, moment = Database(postgres_url), [now]
    inbox = make_inbox(postgres, api, now, [writing()], clock=lambda: moment[0])
    await inbox.take([message(number, number, "hello") for number in (1, 2, 3)])
    moment[0] = now + LEASE
    async with postgres.transaction() as session:
        await session.execute(text("SELECT 1 FROM inbox WHERE update_id = 2 FOR UPDATE"))
        async with asyncio.timeout(5):
            await inbox._renew()
    leases = [(await row(postgres, number)).leased_until for number in (1, 2, 3)]
    await postgres.close()
    assert leases == [now + 2 * LEASE, now + LEASE, now + 2 * LEASE]


async def test_an_answer_no_release_can_read_is_set_aside(database: Database, api: MemoryApi, now: datetime) -> None:
    async with database.transaction() as session:
        await store(session, 4242, [message(1, 5, "hello")], now)
        await session.execute(update(InboxUpdate).values(state=InboxState.ANSWERING, answer=[{"old": 1}]))
    inbox = make_inbox(database, api, now)
    await inbox.recover(everybodys=True)
    await handle(inbox)
    assert (await row(database, 1)).state is InboxState.SET_ASIDE


async def test_another_workers_updates_are_left_alone_until_its_lease_ends(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    first = make_inbox(database, MemoryApi(), now, [writing()], worker="first")
    await first.take([message(1, 5, "hello")])
    second = make_inbox(database, api, now, [writing()], worker="second")
    assert await second.recover() == 0
    later = make_inbox(database, api, now + LEASE * 2, [writing()], worker="third")
    assert await later.recover() == 1
    await handle(first)
    assert await effects(database) == [], "who lost the lease handles nothing"
    await handle(later)
    assert await effects(database) == ["hello"]
    assert api.texts == ["got hello"]


async def test_a_refused_answer_is_apologised_for_and_set_aside(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    api.fails["sendMessage"] = [refused("can't parse entities: Unsupported start tag")]
    await handle(make_inbox(database, api, now, [writing()]), message(1, 5, "hello"))
    assert api.texts == ["got hello", APOLOGY]
    aside = await row(database, 1)
    assert aside.state is InboxState.SET_ASIDE
    assert "can't parse entities" in (aside.error or "")


async def test_an_unparsable_update_of_a_group_is_set_aside_in_silence(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    raw = message(1, 5, "hello")
    raw["message"]["chat"] = {"id": -100, "type": "group"}
    raw["message"]["text"] = 5
    await handle(make_inbox(database, api, now, [writing()]), raw)
    assert api.calls == []
    assert (await row(database, 1)).state is InboxState.SET_ASIDE


async def test_a_tap_in_a_group_that_cannot_be_handled_is_told_to_who_tapped(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    raw = tap(1, 5, "x", chat=-100)
    raw["callback_query"]["chat_instance"] = None
    await handle(make_inbox(database, api, now), raw)
    assert api.calls == [("answerCallbackQuery", {"callback_query_id": "q1", "text": APOLOGY, "show_alert": True})]


async def test_the_apology_speaks_the_persons_language(database: Database, api: MemoryApi, now: datetime) -> None:
    spoken: list[str] = []
    inbox = make_inbox(database, api, now, [writing(*[ValueError() for _ in range(3)])])
    translate = inbox.translate

    def listening(language: Any) -> Any:
        spoken.append(language)
        return translate(language)

    inbox.translate = listening
    async with database.transaction() as session:
        session.add(Resident(telegram_id=5, language="ru", created_at=now, seen_at=now))
    await handle(inbox, message(1, 5, "fail", language="en"))
    assert spoken[-1] == "ru"


async def test_a_handler_must_return_an_answer(database: Database, api: MemoryApi, now: datetime) -> None:
    router = Router()

    @router.message()
    async def wrong(message: Message) -> str:
        return "text"

    await handle(make_inbox(database, api, now, [router]), message(1, 5, "hello"))
    assert "instead of an Answer" in ((await row(database, 1)).error or "")


async def test_blocking_the_bot_and_coming_back_are_remembered(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    def changed(number: int, status: str) -> dict[str, Any]:
        person = {"id": 5, "is_bot": False, "first_name": "P"}
        member: dict[str, Any] = {"user": {"id": 4242, "is_bot": True, "first_name": "B"}, "status": status}
        if status == "kicked":
            member["until_date"] = 0
        return {
            "update_id": number,
            "my_chat_member": {
                "chat": {"id": 5, "type": "private"},
                "from": person,
                "date": 1,
                "old_chat_member": {**member, "status": "member"},
                "new_chat_member": member,
            },
        }

    await handle(make_inbox(database, api, now, [writing()]), changed(1, "kicked"))
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Resident)) == 0, "a stranger stays one"
    await handle(make_inbox(database, api, now, [writing()]), message(2, 5, "hi"), changed(3, "kicked"))
    assert (await resident(database, 5)).unreachable_since == now
    await handle(make_inbox(database, api, now, [writing()]), changed(4, "member"))
    assert (await resident(database, 5)).unreachable_since is None


@pytest.mark.parametrize(
    "raw",
    [
        {
            "update_id": 1,
            "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "channel"}, "text": "x"},
        },
        {"update_id": 1, "something_new": {"id": 5}},
        {"update_id": 1},
    ],
)
async def test_what_nobody_did_is_done_without_an_answer(
    sqlite: Database, api: MemoryApi, now: datetime, raw: dict[str, Any]
) -> None:
    await handle(make_inbox(sqlite, api, now, [writing()]), raw)
    assert api.calls == []
    assert (await row(sqlite, 1)).state is InboxState.DONE


async def test_what_happens_where_reaches_the_handler(sqlite: Database, api: MemoryApi, now: datetime) -> None:
    seen: list[tuple[Any, ...]] = []
    router = Router()

    @router.message()
    @router.callback_query()
    @router.chosen_inline_result()
    async def see(event: Message | CallbackQuery | ChosenInlineResult, here: Here) -> None:
        address = here.tapped.params() if here.tapped else None
        picture = here.tapped is not None and here.tapped.has_picture
        seen.append((here.chat_kind, here.chat_id, address, picture, here.callback_id, here.first_name))

    photo = tap(3, 5, "x")
    del photo["callback_query"]["message"]["text"]
    photo["callback_query"]["message"]["photo"] = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    inline = tap(4, 5, "x")
    del inline["callback_query"]["message"]
    inline["callback_query"]["inline_message_id"] = "inline"
    chosen = {
        "update_id": 5,
        "chosen_inline_result": {
            "result_id": "1",
            "from": {"id": 5, "is_bot": False, "first_name": "P"},
            "query": "",
            "inline_message_id": "inline",
        },
    }
    await handle(
        make_inbox(sqlite, api, now, [router]), message(1, 5, "a"), tap(2, 6, "x", chat=-100), photo, inline, chosen
    )
    assert set(map(repr, seen)) == {
        repr(("private", 5, None, False, None, "P")),
        repr(("group", -100, {"chat_id": -100, "message_id": 7}, False, "q2", "P")),
        repr(("private", 5, {"chat_id": 5, "message_id": 7}, True, "q3", "P")),
        repr(("group", None, {"inline_message_id": "inline"}, False, "q4", "P")),
        repr(("group", None, {"inline_message_id": "inline"}, False, None, "P")),
    }


async def test_a_message_that_shows_what_moves_is_registered_until_it_shows_something_else(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    async def live() -> list[tuple[Any, ...]]:
        async with database.reading() as session:
            found = await session.scalars(select(LiveMessage))
            return [(m.kind, m.reference, m.chat_id, m.message_id, m.resident_id, m.shown_hash) for m in found]

    inbox = make_inbox(database, api, now, [writing()])
    await handle(inbox, tap(1, 5, LookTap(5).pack()))
    edited = api.sent("editMessageText")[-1]
    whose = (await resident(database, 5)).id
    shown = shown_hash(edited["text"], edited["reply_markup"])
    assert await live() == [("petition", 5, 5, 7, whose, shown)]
    await handle(make_inbox(database, api, now, [writing()]), tap(2, 5, LookTap(6).pack()))
    assert await live() == [("petition", 6, 5, 7, whose, shown)]
    await handle(make_inbox(database, api, now, [writing()]), tap(3, 5, PlainTap().pack()))
    assert await live() == []


async def test_what_a_screen_was_is_written_down_before_the_tap_that_replaces_it_is_handled(
    database: Database, api: MemoryApi, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    noting, release = asyncio.Event(), asyncio.Event()

    async def note_slowly(session: AsyncSession, outcomes: Sequence[Outcome], now: datetime) -> None:
        if any(outcome.live for outcome in outcomes):
            noting.set()
            await release.wait()
        await note_outcomes(session, outcomes, now)

    monkeypatch.setattr("bot.telegram.inbox.note_outcomes", note_slowly)
    api.gives["sendMessage"] = [{"message_id": 7}]
    async with running(make_inbox(database, api, now, [writing()])) as inbox, asyncio.timeout(20):
        await inbox.take([message(1, 5, "card")])
        await noting.wait()
        if database.is_sqlite:  # it has one writer, so the tap waits behind the note anyway
            release.set()
        others = [message(10 + number, 50 + number, f"other {number}") for number in range(5)]
        await inbox.take([tap(2, 5, PlainTap().pack()), *others])
        while len(await effects(database)) <= len(others):
            await asyncio.sleep(0)
        came_too_early = not release.is_set() and bool(api.sent("editMessageText"))
        release.set()
        await inbox.wait_until_idle()
    assert not came_too_early
    assert [edit["text"] for edit in api.sent("editMessageText")] == ["plain"]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(LiveMessage)) == 0


async def test_done_updates_are_forgotten_after_two_days_and_set_aside_ones_after_a_month(
    database: Database, api: MemoryApi, now: datetime
) -> None:
    router = writing(*[ValueError() for _ in range(9)])
    await handle(make_inbox(database, api, now, [router]), message(1, 5, "fail"), message(2, 6, "fine"))
    async with database.transaction() as session:
        assert await prune(session, now + timedelta(days=1)) == 0
        assert await prune(session, now + timedelta(days=3)) == 1
        assert await prune(session, now + timedelta(days=31)) == 1

"""The simulated crowd follows a bot to its end, and the driver tells tests what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox import driver, people
from bot.sandbox.crowd import STEPS, Crowd
from bot.sandbox.server import Sandbox

SIGN = {"inline_keyboard": [[{"text": "Sign", "callback_data": "sign"}, {"text": "No", "callback_data": "no"}]]}


@pytest.fixture
async def signing_bot(api: Any) -> AsyncIterator[set[int]]:
    """A small bot over bare HTTP: a card, a phone number, and the thanks; answers who signed."""
    signed: set[int] = set()

    async def handle(update: dict[str, Any]) -> None:
        if "callback_query" in update:
            query = update["callback_query"]
            message = query["message"]
            person = query["from"]["id"]
            await api("answerCallbackQuery", callback_query_id=query["id"], text="ok")
            if query["data"] == "sign":
                keyboard = {"keyboard": [[{"text": "My phone", "request_contact": True}]], "one_time_keyboard": True}
                await api("sendMessage", chat_id=person, text="Your phone?", reply_markup=keyboard)
            elif query["data"] == "again":
                markup = {"inline_keyboard": [[{"text": "Again", "callback_data": "again"}]]}
                where = {"chat_id": person, "message_id": message["message_id"]}
                await api("editMessageText", **where, text=f"Round and {message['text']}"[:999], reply_markup=markup)
        elif "contact" in update["message"]:
            person = update["message"]["from"]["id"]
            signed.add(person)
            await api("sendMessage", chat_id=person, text="Thanks", reply_markup={"remove_keyboard": True})
        else:
            person, text = update["message"]["from"]["id"], update["message"]["text"]
            markup = {"inline_keyboard": [[{"text": "Again", "callback_data": "again"}]]} if "loop" in text else SIGN
            await api("sendMessage", chat_id=person, text=f"Card for {text}", reply_markup=markup)

    async def live() -> None:
        offset = 0
        while True:
            for update in await api("getUpdates", offset=offset, timeout=30):
                offset = update["update_id"] + 1
                await handle(update)

    task = asyncio.create_task(live())
    yield signed
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_crowd_signs_and_its_progress_is_told(api: Any, sandbox: Sandbox, signing_bot: set[int]) -> None:
    sandbox.is_done = lambda message: message.text == "Thanks"
    with sandbox.world.bus.listening() as queue:
        assert (await api.page("/api/crowd", {"parameter": "p_5", "count": 7, "per_second": 500}))["total"] == 7
        async for event in sandbox.world.bus.events(queue, 10):
            if event["type"] == "crowd" and event["done"] == 7:
                break
    assert len(signing_bot) == 7
    assert {person.language_code for person in sandbox.world.people.values() if person.id in signing_bot} == {
        "kk",
        "ru",
        "en",
    }


async def test_somebody_led_in_circles_gives_up(sandbox: Sandbox, signing_bot: set[int]) -> None:
    progress = await Crowd(sandbox.world, lambda message: False, per_second=500).run("loop", 1)
    assert (progress.done, progress.stuck) == (0, 1)
    taps = [one for one in sandbox.world.people.values() if one.id >= people.FIRST_NEW_PERSON]
    screen = sandbox.person(taps[0].id).screen
    assert screen.text.count("Round and") == STEPS


async def test_somebody_nobody_answers_gives_up(sandbox: Sandbox) -> None:
    progress = await Crowd(sandbox.world, lambda message: True, per_second=500, patience=0.01).run("p_1", 3)
    assert (progress.done, progress.stuck) == (0, 3)


async def test_the_driver_says_what_it_saw_instead(sandbox: Sandbox, signing_bot: set[int]) -> None:
    aigul = sandbox.person(people.AIGUL)
    with pytest.raises(LookupError, match="has not written"):
        _ = aigul.screen
    await aigul.open("p_5")
    await aigul.expect(lambda m: m.buttons == ["Sign", "No"] and m.data == ["sign", "no"])
    with pytest.raises(driver.NothingCame, match="Card for /start p_5"):
        await aigul.expect(lambda m: m.text == "else", timeout=0.01)
    with pytest.raises(LookupError, match=r"no button 'Delete'; there are \['Sign', 'No'\]"):
        await aigul.tap("Delete")
    assert await aigul.tap("Sig") == driver.Toast("ok", is_alert=False, url=None)
    assert aigul.toasts[-1].text == "ok"
    await aigul.expect(lambda m: m.text == "Your phone?")
    assert aigul.below == ["My phone"]
    await aigul.tap("My phone")
    await aigul.expect(lambda m: m.text == "Thanks")
    await aigul.tap("No")
    with pytest.raises(driver.NothingCame, match=r"showed \[\]"):
        await aigul.expect(timeout=0.01)
    assert signing_bot == {aigul.id}


async def test_without_aiogram_the_sandbox_starts_quickly() -> None:
    import subprocess
    import sys

    program = "import sys, bot.sandbox.server; sys.exit('aiogram' in sys.modules)"
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], check=False)
    assert done.returncode == 0

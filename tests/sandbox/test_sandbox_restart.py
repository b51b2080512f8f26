"""The world outlives the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox import people
from bot.sandbox.server import Sandbox, serve
from tests.sandbox.conftest import Api


async def test_a_restart_keeps_the_world(tmp_path: Path, png: bytes) -> None:
    first = await serve("127.0.0.1:0", tmp_path)
    async with aiohttp.ClientSession() as session:
        api = Api(session, first)
        await api("setMyCommands", commands=[{"command": "find", "description": "d"}])
        aigul = first.person(people.AIGUL)
        await aigul.open("p_1")
        await aigul.send_photo(png)
        sent = await api(
            "sendMessage",
            chat_id=aigul.id,
            text="Menu",
            reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]},
        )
        newcomer = first.new_person("Ләззат", language_code="kk")
        await newcomer.open()
        await newcomer.block()
        group = first.world.add_group("Үй 5", [newcomer.id])
        updates = await api("getUpdates")
        await api("getUpdates", offset=updates[1]["update_id"])
        faults = first.faults.add("429")
        assert faults.count == 1
    token = first.token
    await first.stop()

    second = await serve("127.0.0.1:0", tmp_path)
    assert second.token == token
    async with aiohttp.ClientSession() as session:
        api = Api(session, second)
        assert await api("getUpdates") == updates[1:]
        aigul = second.person(people.AIGUL)
        assert aigul.screen.text == "Menu"
        assert aigul.file(aigul.messages[1]) == png
        assert second.person(newcomer.id).about.blocked
        assert second.world.chats[group.id].title == "Үй 5"
        edited = await api("editMessageText", chat_id=aigul.id, message_id=sent["message_id"], text="Later")
        assert edited["edit_date"] >= edited["date"]
        assert (await api("sendMessage", chat_id=aigul.id, text="next"))["message_id"] > sent["message_id"]
        assert second.new_person("Ерлан").id == newcomer.id + 1
        assert await api("getMyCommands") == [{"command": "find", "description": "d"}]
        assert (await aigul.send("a")).id > sent["message_id"]
        last = (await api("getUpdates"))[-1]
        assert last["update_id"] == updates[-1]["update_id"] + 1
    await second.stop()


async def test_an_answered_call_is_on_disk_though_the_sandbox_is_killed(tmp_path: Path) -> None:
    killed = Sandbox(tmp_path)
    await killed.start()
    async with aiohttp.ClientSession() as session:
        api = Api(session, killed)
        await api.page("/api/open", {"person": people.AIGUL, "parameter": "p_1"})
        await api("sendMessage", chat_id=people.AIGUL, text="kept")
    # Opened while the first still runs: nothing but what was written at each answer is there.
    after = Sandbox(tmp_path)
    assert [message.text for message in after.person(people.AIGUL).messages] == ["/start p_1", "kept"]
    assert len(after.world.updates.pending) == 1
    await after.stop()
    await killed.stop()


async def test_worlds_of_several_bots_are_kept_apart(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    await sandbox.start()
    tokens: dict[str, Any] = {}
    async with aiohttp.ClientSession() as session:
        api = Api(session, sandbox)
        for token in ("41:first", "42:second"):
            tokens[token] = (await api.answer("getMe", token=token))["result"]["username"]
    await sandbox.stop()
    again = Sandbox(tmp_path)
    assert [world.username for world in again.worlds] == list(tokens.values())
    assert [world.token for world in again.worlds] == list(tokens)
    await again.stop()

"""Updates are kept until confirmed, and faults and the pace hit as asked."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import people
from bot.sandbox.pace import FRIENDLY, Pace
from bot.sandbox.server import Sandbox


async def texts(api: Any, **params: Any) -> list[str]:
    return [update["message"]["text"] for update in await api("getUpdates", **params)]


async def test_updates_come_again_until_their_offset_confirms_them(api: Any, sandbox: Sandbox) -> None:
    aigul = sandbox.person(people.AIGUL)
    for text in "abc":
        await aigul.send(text)
    assert await texts(api) == ["a", "b", "c"]
    assert await texts(api, limit=2) == ["a", "b"]
    first = (await api("getUpdates"))[0]["update_id"]
    assert await texts(api, offset=first + 1) == ["b", "c"]
    assert await texts(api) == ["b", "c"]
    assert await texts(api, offset=-1) == ["c"]
    assert await texts(api, offset=first + 3) == []


async def test_a_long_poll_ends_when_something_happens(api: Any, sandbox: Sandbox) -> None:
    waiting = asyncio.create_task(texts(api, timeout=30))
    await sandbox.world.updates.polled.wait()
    await sandbox.person(people.AIGUL).send("a")
    assert await waiting == ["a"]


async def test_the_second_poller_ends_the_first(api: Any, sandbox: Sandbox) -> None:
    waiting = asyncio.create_task(api.answer("getUpdates", timeout=30))
    await sandbox.world.updates.polled.wait()
    assert await api("getUpdates") == []
    assert await waiting == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }


async def test_only_the_allowed_kinds_come(api: Any, sandbox: Sandbox) -> None:
    await api("getUpdates", allowed_updates=["my_chat_member"])
    aigul = sandbox.person(people.AIGUL)
    await aigul.send("a")
    await aigul.block()
    assert [set(update) for update in await api("getUpdates")] == [{"update_id", "my_chat_member"}]
    await api("getUpdates", allowed_updates=[])
    await aigul.send("b")
    assert len(await api("getUpdates")) == 3


async def test_a_webhook_gets_each_update_with_its_secret_until_it_takes_it(api: Any, sandbox: Sandbox) -> None:
    got: list[dict[str, Any]] = []
    arrived = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "secret"
        got.append(await request.json())
        if len(got) == 1:
            return web.Response(status=500)
        arrived.set()
        return web.json_response({"method": "sendMessage", "chat_id": people.AIGUL, "text": "by webhook"})

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"

    assert await api.refusal("setWebhook", url="ftp://a.kz") == (
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    )
    refused = await api.refusal("setWebhook", url=url, secret_token="a b")
    assert refused == "Bad Request: secret token contains unallowed characters"
    await api("setWebhook", url=url, secret_token="secret")
    assert await api.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    aigul = sandbox.person(people.AIGUL)
    await aigul.send("a")
    await aigul.expect(lambda m: m.text == "by webhook")
    await arrived.wait()
    assert got[0] == got[1]
    info = await api("getWebhookInfo")
    assert info["url"] == url
    assert info["pending_update_count"] == 0
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    await api("deleteWebhook")
    assert await api("getUpdates") == []
    await runner.cleanup()


async def test_the_pace_is_held_overall_per_chat_and_per_group(api: Any, sandbox: Sandbox, clock: Any) -> None:
    strict = Sandbox(pace=True, clock=clock)
    await strict.start()
    api.sandbox = strict
    ids = strict.add_people(40)

    async def sends(chat: int) -> int | None:
        answer = await api.answer("sendMessage", chat_id=chat, text="a")
        return None if answer["ok"] else int(answer["parameters"]["retry_after"])

    assert [await sends(ids[0]) for _ in range(4)] == [None, None, None, 1]
    refused = await api.answer("sendMessage", chat_id=ids[0], text="a")
    assert refused["error_code"] == 429
    assert refused["description"] == "Too Many Requests: retry after 1"
    clock.forward(1)
    assert [await sends(ids[0]), await sends(ids[0])] == [None, 1]
    clock.forward(1)
    assert [await sends(one) for one in ids[1:32]] == [None] * 30 + [1]
    clock.forward(10)
    assert [await sends(people.GROUP) for _ in range(21)] == [None] * 20 + [60]
    clock.forward(60)
    assert await sends(people.GROUP) is None
    await strict.stop()


async def test_a_friendly_pace_never_meets_somebody_clicking(clock: Any) -> None:
    assert FRIENDLY.per_second == Pace().per_second
    assert FRIENDLY.chat_burst > 50


async def test_faults_befall_the_next_calls(api: Any, sandbox: Sandbox) -> None:
    aigul = sandbox.person(people.AIGUL)
    await aigul.open()
    sandbox.faults.add("429", count=2, retry_after=7, method="sendMessage")
    for _ in range(2):
        answer = await api.answer("sendMessage", chat_id=aigul.id, text="a")
        assert answer["error_code"] == 429
        assert answer["parameters"] == {"retry_after": 7}
        assert answer["description"] == "Too Many Requests: retry after 7"
    await api("sendMessage", chat_id=aigul.id, text="after")
    sandbox.faults.add("403")
    assert len(await api("getUpdates")) == 1
    refused = await api.refusal("sendMessage", chat_id=aigul.id, text="a")
    assert refused == "Forbidden: bot was blocked by the user"
    sandbox.faults.add("500", chat=people.GROUP)
    await api("sendMessage", chat_id=aigul.id, text="a")
    assert (await api.answer("sendMessage", chat_id=people.GROUP, text="a"))["error_code"] == 500
    sandbox.faults.add("delay", delay=0.01)
    sandbox.faults.add("502")
    assert (await api.answer("getMe"))["error_code"] == 502
    with pytest.raises(ValueError, match="there is no fault"):
        sandbox.faults.add("rain")
    assert not sandbox.faults.waiting


@pytest.mark.parametrize(("kind", "arrives"), [("reset", False), ("reset_after", True)])
async def test_a_connection_breaks_before_or_after_the_effect(
    api: Any, sandbox: Sandbox, kind: str, arrives: bool
) -> None:
    aigul = sandbox.person(people.AIGUL)
    await aigul.open()
    sandbox.faults.add(kind)
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=aigul.id, text="a")
    assert [m.text for m in aigul.messages if m.sender == 0] == ["a"] * arrives


async def test_an_update_can_come_twice_and_malformed(api: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add("duplicate")
    await sandbox.person(people.AIGUL).send("a")
    first = await api("getUpdates")
    assert await api("getUpdates", offset=first[0]["update_id"] + 1) == first
    assert await api("getUpdates", offset=first[0]["update_id"] + 1) == []
    number = sandbox.inject({"message": {"nonsense": True}})
    assert await api("getUpdates") == [{"update_id": number, "message": {"nonsense": True}}]

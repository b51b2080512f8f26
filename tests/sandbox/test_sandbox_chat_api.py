"""The page's door does what its contract says."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox import people
from bot.sandbox.server import Sandbox


async def test_the_state_names_everybody_and_the_group(api: Any, sandbox: Sandbox) -> None:
    state = await api.page("/api/state")
    assert state["bot"] == {"id": sandbox.world.bot_id, "username": "halyq_uni_bot", "first_name": "Halyq Úni"}
    assert {(one["id"], one["role"], one["language_code"]) for one in state["people"]} == {
        (people.AIGUL, "resident", "kk"),
        (people.SERGEI, "resident", "ru"),
        (people.DANA, "resident", "en"),
        (people.OLGA, "resident", "ru"),
        (people.MARAT, "moderator", "kk"),
        (people.GULNAR, "official", "kk"),
        (people.ERZHAN, "admin", "kk"),
    }
    phones = {one["id"]: one["phone"] for one in state["people"]}
    assert phones[people.OLGA].startswith("+44")
    assert all(phone.startswith("+77") for number, phone in phones.items() if number != people.OLGA)
    (group,) = state["chats"]
    assert (group["title"], group["kind"], group["person"]) == ("Біздің аула", "group", None)
    assert group["members"] == [people.AIGUL, people.SERGEI, people.DANA]
    assert state["clock"].endswith("+00:00")


async def test_a_talk_over_the_page(api: Any, sandbox: Sandbox, png: bytes) -> None:
    me = {"person": people.AIGUL, "chat": people.AIGUL}
    opened = await api.page("/api/open", {"person": people.AIGUL, "parameter": "p_5"})
    assert opened["message"]["text"] == "/start p_5"
    keyboard = {"keyboard": [[{"text": "Phone", "request_contact": True}]], "one_time_keyboard": True}
    await api("sendMessage", chat_id=people.AIGUL, text="<b>Phone?</b>", parse_mode="HTML", reply_markup=keyboard)
    state = await api.page("/api/state")
    chat = next(one for one in state["chats"] if one["id"] == people.AIGUL)
    assert (chat["kind"], chat["person"], chat["unread"]) == ("private", people.AIGUL, 1)
    assert chat["reply_keyboard"] == keyboard
    assert chat["last"]["entities"] == [{"type": "bold", "offset": 0, "length": 6}]
    await api.page("/api/read", me)
    assert sandbox.world.page_chat(sandbox.world.chats[people.AIGUL])["unread"] == 0

    shared = await api.page("/api/contact", me)
    assert shared["message"]["contact"]["user_id"] == people.AIGUL
    assert sandbox.world.chats[people.AIGUL].reply_keyboard is None
    other = await api.page("/api/contact", {**me, "phone": "+77010000000", "other": True})
    assert "user_id" not in other["message"]["contact"]
    place = await api.page("/api/location", {**me, "latitude": 43.2, "longitude": 76.9})
    assert place["message"]["location"] == {"latitude": 43.2, "longitude": 76.9}

    form = aiohttp.FormData({"person": str(people.AIGUL), "chat": str(people.AIGUL), "as": "photo", "caption": "яма"})
    form.add_field("file", png, filename="a.png", content_type="image/png")
    async with api.session.post(f"{sandbox.base}/api/upload", data=form) as response:
        photo = (await response.json())["message"]
    assert photo["caption"] == "яма"
    async with api.session.get(sandbox.base + photo["photo"]) as response:
        assert await response.read() == png
        assert response.content_type == "image/png"

    sent = await api(
        "sendMessage",
        chat_id=people.AIGUL,
        text="Card",
        reply_markup={"inline_keyboard": [[{"text": "Sign", "callback_data": "sg:5"}]]},
    )
    tap = {**me, "message": sent["message_id"], "data": "sg:5"}
    query = (await api.page("/api/tap", tap))["query"]
    await api("answerCallbackQuery", callback_query_id=query, text="Thanks")
    assert (await api.page("/api/tap", {**tap, "data": "no"}))["error"] == "this message has no such button any more"
    reply = await api.page("/api/send", {**me, "text": "to that", "reply_to": sent["message_id"]})
    assert reply["message"]["reply_to"] == sent["message_id"]

    page = await api.page(f"/api/chats/{people.AIGUL}/messages?person={people.AIGUL}&limit=2")
    assert [one["text"] for one in page["messages"]] == ["Card", "to that"]
    before = page["messages"][0]["id"]
    page = await api.page(f"/api/chats/{people.AIGUL}/messages?person={people.AIGUL}&limit=1&before={before}")
    assert page["messages"] == [photo]


async def test_inline_results_are_offered_and_sent(api: Any, sandbox: Sandbox) -> None:
    asked = asyncio.create_task(
        api.page("/api/inline", {"person": people.DANA, "chat": people.GROUP, "query": "light", "offset": ""})
    )
    (update,) = await api("getUpdates", timeout=10)
    assert update["inline_query"]["chat_type"] == "group"
    article = {
        "type": "article",
        "id": "5",
        "title": "Light",
        "description": "Almaty",
        "input_message_content": {"message_text": "<i>Light</i>", "parse_mode": "HTML"},
        "reply_markup": {"inline_keyboard": [[{"text": "Sign", "callback_data": "sg:5"}]]},
    }
    button = {"text": "Open", "start_parameter": "new"}
    await api("answerInlineQuery", inline_query_id=update["inline_query"]["id"], results=[article], button=button)
    offered = await asked
    assert offered["button"] == button
    assert [(one["id"], one["title"], one["text"]) for one in offered["results"]] == [("5", "Light", "Light")]
    chosen = await api.page(
        "/api/choose", {"person": people.DANA, "chat": people.GROUP, "query": "light", "result": "5"}
    )
    message = chosen["message"]
    assert message["via_bot"]
    assert message["from"] == people.DANA
    tapped = await api.page(
        "/api/tap",
        {"person": people.SERGEI, "inline_message_id": message["inline_message_id"], "data": "sg:5"},
    )
    assert tapped["query"]
    kinds = [next(key for key in update if key != "update_id") for update in await api("getUpdates")]
    assert kinds == ["inline_query", "message", "chosen_inline_result", "callback_query"]


async def read_events(response: aiohttp.ClientResponse, count: int) -> list[dict[str, Any]]:
    events = []
    async for line in response.content:
        if line.startswith(b"data: "):
            events.append(json.loads(line[6:]))
            if len(events) == count:
                break
    return events


async def test_events_tell_all_that_happens_and_resume(api: Any, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.base}/api/events") as stream:
        assert stream.content_type == "text/event-stream"
        await api.page("/api/open", {"person": people.AIGUL, "parameter": ""})
        sent = await api("sendMessage", chat_id=people.AIGUL, text="a", reply_markup={"keyboard": [["A"]]})
        where = {"chat_id": people.AIGUL, "message_id": sent["message_id"]}
        await api("editMessageText", **where, text="b")
        await api("deleteMessage", **where)
        await api("sendChatAction", chat_id=people.AIGUL, action="typing")
        await api.page(f"/api/person/{people.AIGUL}", {"blocked": True}, method="PATCH")
        events = await read_events(stream, 11)
    kinds = [event["type"] for event in events]
    assert kinds == [
        *("chat", "message", "chat"),
        *("message", "chat", "keyboard"),
        *("edit", "delete", "typing", "person", "person"),
    ]
    assert [event["seq"] for event in events] == list(range(events[0]["seq"], events[0]["seq"] + 11))
    last = {"Last-Event-ID": str(events[7]["seq"])}
    async with api.session.get(f"{sandbox.base}/api/events", headers=last) as stream:
        assert await read_events(stream, 3) == events[8:]
    async with api.session.get(f"{sandbox.base}/api/events", headers={"Last-Event-ID": "999999"}) as stream:
        assert [event["type"] for event in await read_events(stream, 1)] == ["reset"]


async def test_people_and_groups_are_added_and_changed(api: Any, sandbox: Sandbox) -> None:
    made = await api.page(
        "/api/person",
        {"first_name": "Ләззат", "last_name": "", "language_code": "kk", "phone": "", "role": "resident"},
    )
    person = made["person"]
    assert person["phone"].startswith("+7700")
    changed = await api.page(f"/api/person/{person['id']}", {"language_code": "ru"}, method="PATCH")
    assert changed["person"]["language_code"] == "ru"
    refused = await api.page(f"/api/person/{person['id']}", {"id": 5}, method="PATCH")
    assert refused["error"] == "id of a person cannot be changed"
    group = await api.page("/api/group", {"title": "Үй 7", "members": [person["id"], people.DANA]})
    updates = await api("getUpdates")
    assert updates[0]["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert updates[1]["message"]["new_chat_members"][0]["username"] == "halyq_uni_bot"
    said = await api.page("/api/send", {"person": people.DANA, "chat": group["chat"]["id"], "text": "hi"})
    assert said["message"]["chat"] == group["chat"]["id"]
    upgraded = await api.page("/api/upgrade", {"chat": group["chat"]["id"]})
    assert upgraded["chat"]["id"] != group["chat"]["id"]
    shown = [chat["id"] for chat in (await api.page("/api/state"))["chats"]]
    assert upgraded["chat"]["id"] in shown
    assert group["chat"]["id"] not in shown


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/api/send", {"person": 5, "chat": 5, "text": "a"}, "there is no person 5"),
        ("/api/send", {"person": people.OLGA, "chat": people.GROUP, "text": "a"}, "Olga is not in this chat"),
        ("/api/send", {"person": people.DANA, "chat": people.DANA, "text": " "}, "the message is empty"),
        ("/api/send", {"person": people.DANA}, "chat is missing"),
        ("/api/send", [], "a JSON object is expected"),
        (
            "/api/open",
            {"person": people.DANA, "parameter": "a b"},
            "a start parameter has at most 64 letters, digits, _ and -",
        ),
        (
            "/api/location",
            {"person": people.DANA, "chat": people.DANA, "latitude": 91, "longitude": 0},
            "latitude is -90 to 90, longitude -180 to 180",
        ),
        (
            "/api/choose",
            {"person": people.DANA, "chat": people.DANA, "result": "1"},
            "the bot did not offer this result",
        ),
        ("/api/group", {"title": " ", "members": []}, "a group needs a title and members"),
        ("/api/crowd", {"parameter": "p_1", "count": 0}, "a crowd has 1 to 100000 people"),
        (
            "/api/faults",
            {"rain": 1},
            "there is no fault 'rain'; there are 429, 403, 500, 502, reset, reset_after, delay, duplicate",
        ),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(api: Any, path: str, body: Any, error: str) -> None:
    assert await api.page(path, body) == {"ok": False, "error": error}


async def test_faults_are_asked_for_and_taken_back(api: Any) -> None:
    answer = await api.page("/api/faults", {"429": 2, "403": 0, "delay": 1})
    assert [(fault["kind"], fault["count"]) for fault in answer["faults"]] == [("429", 2), ("delay", 1)]
    answer = await api.page("/api/faults", {"kind": "500", "count": 3, "method": "sendPhoto"})
    assert len(answer["faults"]) == 3
    assert (await api.page("/api/faults", {"429": 0}))["faults"] == []
    assert (await api.page("/api/faults"))["faults"] == []
    number = (await api.page("/api/update", {"message": 5}))["update_id"]
    assert await api("getUpdates") == [{"update_id": number, "message": 5}]


async def test_a_reset_brings_the_beginning_back_and_keeps_the_bot(api: Any, sandbox: Sandbox) -> None:
    await api("setMyCommands", commands=[{"command": "find", "description": "d"}])
    await api.page("/api/person", {"first_name": "New"})
    await api.page("/api/open", {"person": people.AIGUL, "parameter": ""})
    await api.page("/api/reset", {})
    state = await api.page("/api/state")
    assert len(state["people"]) == 7
    assert len(state["chats"]) == 1
    assert await api("getUpdates") == []
    assert await api("getMyCommands") == [{"command": "find", "description": "d"}]


async def test_the_page_is_served(api: Any, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.base}/page/app.js") as response:
        assert response.status == 200
        assert "javascript" in response.content_type
    async with api.session.get(f"{sandbox.base}/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
    for path in ("nothing.js", "..%2fserver.py"):
        async with api.session.get(f"{sandbox.base}/page/{path}") as response:
            assert response.status == 404

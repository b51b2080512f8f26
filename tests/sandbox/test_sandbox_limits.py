"""Each limit of Telegram is there, and each refusal has Telegram's words."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox import limits, people
from bot.sandbox.server import Sandbox


@pytest.fixture
async def chat(sandbox: Sandbox, api: Any) -> int:
    """The private chat of somebody who has opened the bot."""
    await sandbox.person(people.AIGUL).open()
    await api("getMe")
    return people.AIGUL


@pytest.fixture
async def sent(api: Any, chat: int) -> dict[str, Any]:
    """A message of the bot, with a button."""
    message: dict[str, Any] = await api("sendMessage", chat_id=chat, text="a", reply_markup=keyboard("x"))
    return message


@pytest.fixture
async def pictured(api: Any, chat: int, png: bytes) -> AsyncIterator[dict[str, Any]]:
    """A photo of the bot."""
    form = aiohttp.FormData({"chat_id": str(chat)})
    form.add_field("photo", png, filename="a.png")
    async with api.session.post(f"{api.sandbox.base}/bot{api.sandbox.token}/sendPhoto", data=form) as response:
        yield (await response.json())["result"]


def keyboard(*data: str, rows: int = 1) -> dict[str, Any]:
    row = [{"text": "b", "callback_data": one} for one in data]
    return {"inline_keyboard": [row] * rows}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": "a", "chat_id": None}, "chat_id is empty"),
        ({"text": "a", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "a", "chat_id": 5}, "chat not found"),
        ({"text": "x" * (limits.TEXT_LENGTH + 1)}, "message is too long"),
        ({"text": "👍" * (limits.TEXT_LENGTH // 2) + "x"}, "message is too long"),
        (
            {"text": "<b>a", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "a", "parse_mode": "rtf"}, "unsupported parse_mode"),
        ({"text": "a", "reply_markup": keyboard("x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": keyboard("қ" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": keyboard("")}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": keyboard("x", rows=101)}, "reply markup is too long"),
        ({"text": "a", "reply_markup": keyboard(*"123456789")}, "reply markup is too long"),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b", "url": "localhost"}]]}},
            "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"callback_data": "b"}]]}},
            "can't parse inline keyboard button: Text must be non-empty",
        ),
        ({"text": "a", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        (
            {
                "text": "a",
                "reply_markup": {"inline_keyboard": [[{"text": "b", "copy_text": {"text": "x" * 257}}]]},
            },
            "BUTTON_COPY_TEXT_INVALID",
        ),
        ({"text": "a", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": {"a": 1}}, 'can\'t parse parameter "text": Input should be a valid string'),
        (
            {
                "text": "a",
                "chat_id": people.GROUP,
                "reply_markup": {"keyboard": [[{"text": "b", "request_contact": True}]]},
            },
            "phone number can be requested in private chats only",
        ),
    ],
)
async def test_send_message_refuses(api: Any, chat: int, params: dict[str, Any], words: str) -> None:
    assert await api.refusal("sendMessage", **{"chat_id": chat, **params}) == f"Bad Request: {words}"


async def test_what_is_just_inside_the_limits_goes(api: Any, chat: int) -> None:
    await api("sendMessage", chat_id=chat, text="x" * limits.TEXT_LENGTH)
    await api("sendMessage", chat_id=chat, text=f"<b>{'x' * limits.TEXT_LENGTH}</b>", parse_mode="HTML")
    full = keyboard(*"1234567", "x" * limits.CALLBACK_DATA_BYTES, rows=limits.KEYBOARD_BUTTONS // limits.KEYBOARD_ROW)
    await api("sendMessage", chat_id=chat, text="a", reply_markup=full)
    await api(
        "sendMessage",
        chat_id=str(chat),
        text=5,
        reply_parameters={"message_id": 999, "allow_sending_without_reply": True},
    )


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart"])
async def test_parameters_come_in_any_of_four_ways(api: Any, chat: int, how: str) -> None:
    url = f"{api.sandbox.base}/bot{api.sandbox.token}/SENDmessage"
    params = {
        "chat_id": str(chat),
        "text": "a",
        "reply_markup": json.dumps(keyboard("x")),
        "disable_notification": "true",
    }
    if how == "query":
        request = api.session.get(url, params=params)
    elif how == "json":
        request = api.session.post(url, json={**params, "reply_markup": keyboard("x")})
    else:
        form = aiohttp.FormData(params, default_to_multipart=how == "multipart")
        request = api.session.post(url, data=form)
    async with request as response:
        answer = await response.json()
    assert answer["result"]["reply_markup"] == keyboard("x")


async def test_tokens_methods_and_bots_are_told_apart(api: Any, chat: int) -> None:
    assert await api.answer("getMe", token="nonsense") == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }
    assert await api.refusal("getMe", token=f"{api.sandbox.world.bot_id}:another") == "Unauthorized"
    assert await api.answer("makeCoffee") == {"ok": False, "error_code": 404, "description": "Not Found"}
    other = await api("getMe", token="42:other-bot")
    assert other["id"] == 42
    refused = await api.answer("sendMessage", token="42:other-bot", chat_id=chat, text="a")
    assert refused["description"] == "Forbidden: bot can't initiate conversation with a user"


async def test_people_decide_who_may_write_to_them(api: Any, sandbox: Sandbox, chat: int) -> None:
    closed = await api.answer("sendMessage", chat_id=people.DANA, text="a")
    assert closed["error_code"] == 403
    assert closed["description"] == "Forbidden: bot can't initiate conversation with a user"
    await sandbox.person(chat).block()
    assert await api.refusal("sendMessage", chat_id=chat, text="a") == "Forbidden: bot was blocked by the user"
    await sandbox.person(chat).open("p_1")
    await api("sendMessage", chat_id=chat, text="a")
    sandbox.world.change_person(sandbox.world.person(chat), deactivated=True)
    assert await api.refusal("sendMessage", chat_id=chat, text="a") == "Forbidden: user is deactivated"
    sandbox.world.remove_bot(sandbox.world.chats[people.GROUP], sandbox.world.people[people.DANA])
    kicked = await api.refusal("sendMessage", chat_id=people.GROUP, text="a")
    assert kicked == "Forbidden: bot was kicked from the group chat"


async def test_an_upgraded_group_says_where_it_went(api: Any, sandbox: Sandbox) -> None:
    new = sandbox.world.upgrade_group(sandbox.world.chats[people.GROUP])
    answer = await api.answer("sendMessage", chat_id=people.GROUP, text="a")
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert (await api("sendMessage", chat_id=new.id, text="a"))["chat"]["type"] == "supergroup"


async def test_editing_refuses_what_telegram_refuses(
    api: Any, sandbox: Sandbox, chat: int, sent: dict[str, Any], pictured: dict[str, Any]
) -> None:
    where = {"chat_id": chat, "message_id": sent["message_id"]}
    same = await api.refusal("editMessageText", **where, text="<b></b>a", parse_mode="HTML", reply_markup=keyboard("x"))
    assert same == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    edited = await api("editMessageText", **where, text="a")
    assert "reply_markup" not in edited
    assert edited["edit_date"]
    assert (await api("editMessageReplyMarkup", **where, reply_markup=keyboard("y")))["reply_markup"] == keyboard("y")
    photo = {"chat_id": chat, "message_id": pictured["message_id"]}
    own = (await sandbox.person(chat).send("mine")).id
    for method, params, words in (
        ("editMessageText", {**where, "text": "x" * 4097}, "message is too long"),
        ("editMessageText", {**where, "message_id": 999, "text": "b"}, "message to edit not found"),
        ("editMessageText", {"text": "b"}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": chat, "text": "b"}, "message identifier is not specified"),
        ("editMessageText", {**where, "message_id": own, "text": "b"}, "message can't be edited"),
        ("editMessageText", {"inline_message_id": "none", "text": "b"}, "MESSAGE_ID_INVALID"),
        ("editMessageText", {**photo, "text": "b"}, "there is no text in the message to edit"),
        ("editMessageCaption", {**where, "caption": "b"}, "there is no caption in the message to edit"),
        ("editMessageCaption", {**photo, "caption": "x" * 1025}, "message caption is too long"),
        (
            "editMessageReplyMarkup",
            {**where, "reply_markup": {"keyboard": [["a"]]}},
            "can't parse reply keyboard markup: Can't find field \"inline_keyboard\"",
        ),
        ("deleteMessage", {**where, "message_id": 999}, "message to delete not found"),
        (
            "copyMessage",
            {"chat_id": chat, "from_chat_id": chat, "message_id": 999},
            "message to copy not found",
        ),
        (
            "forwardMessage",
            {"chat_id": chat, "from_chat_id": chat, "message_id": 999},
            "message to forward not found",
        ),
        ("pinChatMessage", {**where, "message_id": 999}, "message to pin not found"),
        (
            "pinChatMessage",
            {"chat_id": people.GROUP, "message_id": 1},
            "not enough rights to manage pinned messages in the chat",
        ),
        ("sendChatAction", {"chat_id": chat, "action": "dancing"}, "wrong parameter action in request"),
    ):
        assert await api.refusal(method, **params) == f"Bad Request: {words}"


async def test_a_message_can_be_deleted_for_two_days(api: Any, clock: Any, chat: int, sent: dict[str, Any]) -> None:
    clock.forward(48 * 3600)
    refused = await api.refusal("deleteMessage", chat_id=chat, message_id=sent["message_id"])
    assert refused == "Bad Request: message can't be deleted for everyone"


async def test_a_tap_is_answered_once_and_in_time(api: Any, sandbox: Sandbox, clock: Any, sent: dict[str, Any]) -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    aigul = sandbox.person(people.AIGUL)
    query = aigul.tap_blindly("b")
    assert (
        await api.refusal("answerCallbackQuery", callback_query_id=query, text="x" * 201)
        == "Bad Request: MESSAGE_TOO_LONG"
    )
    assert (
        await api.refusal("answerCallbackQuery", callback_query_id=query, url="https://a.kz")
        == "Bad Request: URL_INVALID"
    )
    name = (await api("getMe"))["username"]
    await api("answerCallbackQuery", callback_query_id=query, url=f"https://t.me/{name}?start=p_5")
    assert await api.refusal("answerCallbackQuery", callback_query_id=query) == too_old
    assert await api.refusal("answerCallbackQuery", callback_query_id="1") == too_old
    assert await api.refusal("answerCallbackQuery") == too_old
    query = aigul.tap_blindly("x")
    clock.forward(limits.CALLBACK_SECONDS + 1)
    assert await api.refusal("answerCallbackQuery", callback_query_id=query) == too_old


async def test_inline_answers_are_judged(api: Any) -> None:
    def article(number: str, **more: Any) -> dict[str, Any]:
        content = {"message_text": "a"}
        return {"type": "article", "id": number, "title": "t", "input_message_content": content, **more}

    for params, words in (
        ({"results": [article(str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [article("1"), article("1")]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("1" * 65)]}, "RESULT_ID_INVALID"),
        ({"results": [article("1", reply_markup=keyboard("x" * 65))]}, "BUTTON_DATA_INVALID"),
        ({"results": [article("1", input_message_content={"message_text": ""})]}, "message text is empty"),
        ({"results": [], "button": {"text": "b", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"results": [article("1")]}, "query is too old and response timeout expired or query ID is invalid"),
    ):
        assert await api.refusal("answerInlineQuery", inline_query_id="1", **params) == f"Bad Request: {words}"


async def test_commands_are_judged_and_resolved_as_telegram_does(api: Any, sandbox: Sandbox, chat: int) -> None:
    def commands(*names: str) -> list[dict[str, str]]:
        return [{"command": name, "description": "d"} for name in names]

    for bad_commands, words in (
        (commands("Find"), "BOT_COMMAND_INVALID"),
        (commands("a" * 33), "BOT_COMMAND_INVALID"),
        (commands("ізде"), "BOT_COMMAND_INVALID"),
        ([{"command": "a", "description": "d" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        (commands(*(f"c{n}" for n in range(101))), "BOT_COMMANDS_TOO_MUCH"),
    ):
        assert await api.refusal("setMyCommands", commands=bad_commands) == f"Bad Request: {words}"
    refused = await api.refusal("setMyCommands", commands=commands("a"), language_code="kaz")
    assert refused == "Bad Request: invalid language code specified"

    aigul = sandbox.person(chat)
    private = {"type": "all_private_chats"}
    for params, shown in (
        ({"commands": commands("a")}, "a"),
        ({"commands": commands("b"), "language_code": "kk"}, "b"),
        ({"commands": commands("c"), "scope": private}, "c"),
        ({"commands": commands("d"), "scope": private, "language_code": "ru"}, "c"),
        ({"commands": commands("e"), "scope": private, "language_code": "kk"}, "e"),
        ({"commands": commands("f"), "scope": {"type": "chat", "chat_id": chat}}, "f"),
        ({"commands": commands("g"), "scope": {"type": "all_group_chats"}}, "f"),
    ):
        await api("setMyCommands", **params)
        assert aigul.commands == [shown]
    assert await api("getMyCommands", scope=private, language_code="ru") == commands("d")
    await api("deleteMyCommands", scope={"type": "chat", "chat_id": chat})
    assert aigul.commands == ["e"]
    group = sandbox.world.chats[people.GROUP]
    assert [one["command"] for one in sandbox.world.commands_for(group, people.DANA)] == ["g"]


async def test_files_are_judged(api: Any, sandbox: Sandbox, chat: int, png: bytes, pictured: dict[str, Any]) -> None:
    url = f"{sandbox.base}/bot{sandbox.token}"

    async def upload(method: str, field: str, content: bytes, **params: str) -> dict[str, Any]:
        form = aiohttp.FormData({"chat_id": str(chat), **params})
        form.add_field(field, io.BytesIO(content), filename="a.bin")
        async with api.session.post(f"{url}/{method}", data=form) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    wide = png[:16] + (9_000).to_bytes(4, "big") + (400).to_bytes(4, "big") + png[24:]
    big = png + bytes(limits.PHOTO_BYTES)
    for content, words in (
        (b"text", "IMAGE_PROCESS_FAILED"),
        (wide, "PHOTO_INVALID_DIMENSIONS"),
        (b"", "file must be non-empty"),
        (
            big,
            f"file of size {len(big)} bytes is too big for a photo; the maximum size is {limits.PHOTO_BYTES} bytes",
        ),
    ):
        assert (await upload("sendPhoto", "photo", content))["description"] == f"Bad Request: {words}"
    too_big = await upload("sendDocument", "document", bytes(limits.FILE_BYTES + 1))
    assert (too_big["error_code"], too_big["description"]) == (413, "Request Entity Too Large")
    long = await upload("sendDocument", "document", b"a", caption="x" * 1025)
    assert long["description"] == "Bad Request: message caption is too long"
    missing = await api.refusal("sendDocument", chat_id=chat)
    assert missing == "Bad Request: there is no document in the request"
    unknown = await api.refusal("sendPhoto", chat_id=chat, photo="AgAC-unknown")
    assert unknown == "Bad Request: wrong file identifier/HTTP URL specified"
    assert (
        await api.refusal("getFile", file_id="x") == "Bad Request: wrong file_id or the file is temporarily unavailable"
    )
    heavy = await upload("sendDocument", "document", bytes(limits.DOWNLOAD_BYTES + 1))
    assert (
        await api.refusal("getFile", file_id=heavy["result"]["document"]["file_id"]) == "Bad Request: file is too big"
    )

    again = await api("sendPhoto", chat_id=chat, photo=pictured["photo"][0]["file_id"])
    assert [size["width"] for size in again["photo"]] == [90, 320, 640]
    path = (await api("getFile", file_id=again["photo"][-1]["file_id"]))["file_path"]
    async with api.session.get(f"{sandbox.base}/file/bot{sandbox.token}/{path}") as response:
        assert await response.read() == png
        assert response.content_type == "image/png"


@pytest.mark.parametrize("parameter", ["a b", "x" * 65, "қ"])
async def test_a_start_parameter_is_of_few_letters(sandbox: Sandbox, parameter: str) -> None:
    with pytest.raises(ValueError, match="start parameter"):
        await sandbox.person(people.AIGUL).open(parameter)


async def test_privacy_mode_hides_group_talk_but_not_commands(clock: Any) -> None:
    shy = Sandbox(clock=clock, privacy=True)
    dana = shy.person(people.DANA)
    await dana.send("hello", chat=people.GROUP)
    await dana.send("/petition 5", chat=people.GROUP)
    assert [update["message"]["text"] for update in shy.world.updates.pending] == ["/petition 5"]

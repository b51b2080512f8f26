"""Protects the last answers: nobody's button, command or words stay without one, and groups are left in peace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from aiogram import Router

from bot.db import Database
from bot.telegram.dispatch import build_dispatcher
from tests.telegram.fake_telegram import USERNAME, message, tap
from tests.telegram.in_memory import MemoryApi, handle, make_inbox


async def answers(database: Database, now: datetime, raw: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What goes back for an update that no capability takes."""
    api = MemoryApi()
    await handle(make_inbox(database, api, now), raw)
    return api.calls


async def test_an_old_button_says_so_and_leads_to_the_menu(sqlite: Database, now: datetime) -> None:
    toast, edit = await answers(sqlite, now, tap(1, 5, "gone:1"))
    assert toast[1]["text"] == "That button is out of date. Here is where things stand:"
    assert edit[0] == "editMessageText"
    assert edit[1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "hm"


async def test_an_old_button_in_a_group_leaves_the_message_as_it_is(sqlite: Database, now: datetime) -> None:
    (toast,) = await answers(sqlite, now, tap(1, 5, "gone:1", chat=-100))
    assert toast == (
        "answerCallbackQuery",
        {"callback_query_id": "q1", "text": "That button is out of date.", "show_alert": True},
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": "/unknown"}, "I do not know this command"),
        ({"text": "asdf"}, "I did not understand"),
        (
            {
                "text": None,
                "sticker": {
                    "file_id": "f",
                    "file_unique_id": "u",
                    "type": "regular",
                    "width": 1,
                    "height": 1,
                    "is_animated": False,
                    "is_video": False,
                },
            },
            "only read words",
        ),
        ({"text": None, "voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}}, "only read words"),
    ],
)
async def test_what_is_not_understood_in_private_gets_help_and_the_menu(
    sqlite: Database, now: datetime, change: dict[str, Any], says: str
) -> None:
    raw = message(1, 5, "x")
    raw["message"] = {name: value for name, value in {**raw["message"], **change}.items() if value is not None}
    ((_, params),) = await answers(sqlite, now, raw)
    assert says in params["text"]
    assert params["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "hm"


@pytest.mark.parametrize(
    ("text", "is_answered"),
    [("hello", False), ("/unknown", False), ("/unknown@other_bot", False), (f"/unknown@{USERNAME.upper()} x", True)],
)
async def test_in_a_group_only_a_command_by_name_is_answered(
    sqlite: Database, now: datetime, text: str, is_answered: bool
) -> None:
    raw = message(1, 5, text)
    raw["message"]["chat"] = {"id": -100, "type": "supergroup", "title": "G"}
    assert bool(await answers(sqlite, now, raw)) is is_answered


async def test_what_telegram_reports_or_the_bot_itself_wrote_is_no_question(sqlite: Database, now: datetime) -> None:
    pinned = message(1, 5, "x")
    del pinned["message"]["text"]
    pinned["message"]["delete_chat_photo"] = True
    shared = message(2, 5, "a petition")
    shared["message"]["via_bot"] = {"id": 4242, "is_bot": True, "first_name": "B"}
    assert await answers(sqlite, now, pinned) == []
    assert await answers(sqlite, now, shared) == []


def test_a_router_can_serve_a_second_bot_of_the_same_process() -> None:
    router = Router(name="shared")
    build_dispatcher([router])
    assert router in build_dispatcher([router]).sub_routers

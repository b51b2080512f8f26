"""The client: what Telegram answers becomes the right outcome, and the token stays out of every text."""

from __future__ import annotations

import traceback

import pytest

from bot.delivery.api import (
    ApiError,
    Blocked,
    BotApi,
    Conflict,
    MigratedTo,
    Refused,
    TooMany,
    Unauthorized,
    Unreachable,
)
from tests.delivery.delivering import TOKEN, SmallTelegram


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("429", TooMany),
        ("403", Blocked),
        ("500", Unreachable),
        ("gateway", Unreachable),
        ("reset", Unreachable),
        ("401", Unauthorized),
        ("bare 404", Unauthorized),
        ("409", Conflict),
        ("html", Refused),
        ("moved", MigratedTo),
    ],
)
async def test_each_answer_of_telegram_is_its_own_outcome_without_the_token(
    fault: str, outcome: type[ApiError], telegram: SmallTelegram, api: BotApi
) -> None:
    telegram.faults = [fault]
    with pytest.raises(outcome) as caught:
        await api.call("sendMessage", {"chat_id": 1, "text": "x"})
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert TOKEN not in shown
    assert TOKEN.partition(":")[2] not in shown
    assert str(caught.value).startswith("sendMessage: ")


async def test_what_an_outcome_knows(telegram: SmallTelegram, api: BotApi) -> None:
    telegram.faults = ["429", "moved", "same", "no message", "no chat"]
    with pytest.raises(TooMany) as too_many:
        await api.call("sendMessage")
    assert too_many.value.retry_after == 7
    with pytest.raises(MigratedTo) as moved:
        await api.call("sendMessage")
    assert moved.value.chat_id == -100500
    with pytest.raises(Refused) as same:
        await api.call("editMessageText")
    assert (same.value.code, same.value.is_not_modified) == (400, True)
    with pytest.raises(Refused) as gone:
        await api.call("editMessageText")
    assert gone.value.is_message_gone
    with pytest.raises(Refused) as nowhere:
        await api.call("sendMessage")
    assert nowhere.value.is_chat_gone


@pytest.mark.parametrize(("fault", "maybe"), [("500", False), ("gateway", True), ("reset", True)])
async def test_whether_a_lost_call_may_have_been_carried_out(
    fault: str, maybe: bool, telegram: SmallTelegram, api: BotApi
) -> None:
    telegram.faults = [fault]
    with pytest.raises(Unreachable) as lost:
        await api.call("sendMessage")
    assert lost.value.maybe_done is maybe


async def test_a_server_that_is_not_there_has_surely_done_nothing() -> None:
    async with BotApi("http://127.0.0.1:1", TOKEN) as api:
        with pytest.raises(Unreachable) as lost:
            await api.call("sendMessage")
    assert not lost.value.maybe_done
    assert TOKEN not in "".join(traceback.format_exception(lost.value))


async def test_a_server_that_says_nothing_is_left_in_time(telegram: SmallTelegram) -> None:
    async with BotApi(telegram.base, TOKEN) as api:
        with pytest.raises(Unreachable) as lost:
            await api.call("getUpdates", {"timeout": 50}, timeout=0.0001)
    assert TOKEN not in str(lost.value)


async def test_parameters_go_as_json_and_files_as_a_form(telegram: SmallTelegram, api: BotApi) -> None:
    result = await api.call("sendMessage", {"chat_id": 5, "text": "Сәлем", "reply_markup": None})
    assert result["chat"] == {"id": 5}
    await api.call("sendPhoto", {"chat_id": 5, "caption": "Қол"}, {"photo": ("қол.png", b"\x89PNG")})
    assert telegram.calls == [
        ("sendMessage", {"chat_id": 5, "text": "Сәлем"}),
        ("sendPhoto", {"chat_id": 5, "caption": "Қол", "photo": ("қол.png", b"\x89PNG")}),
    ]

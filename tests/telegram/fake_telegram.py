"""A small strict Telegram for the tests here: it keeps updates until confirmed and remembers every call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

TOKEN = "4242:AAFakeFakeFakeFakeFakeFakeFakeFake"
USERNAME = "halyq_test_bot"
Json = dict[str, Any]


class FakeTelegram:
    """Speaks the few Bot API methods the inbox needs, over HTTP on a free port."""

    def __init__(self) -> None:
        self.updates: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.before_answer: Callable[[str, Json], None] = lambda method, params: None
        """Called when a call has come in and before it is answered."""
        self.errors: dict[str, list[Json]] = {}
        """What the next calls of a method get instead of a result."""
        self.base = ""
        self._messages = 0
        self._news = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Close every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    def give(self, *updates: Json) -> None:
        """Let something happen in Telegram."""
        self.updates += updates
        self._news.set()

    def sent(self, method: str = "sendMessage") -> list[Json]:
        """The parameters of every call of a method, in order."""
        return [params for name, params in self.calls if name == method]

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params: Json = await request.json() if request.content_type == "application/json" else {}
        self.calls.append((method, params))
        self.before_answer(method, params)
        if request.match_info["token"] != TOKEN:
            return _error(401, "Unauthorized")
        if self.errors.get(method):
            error = self.errors[method].pop(0)
            return web.json_response({"ok": False, **error}, status=error["error_code"])
        handler = getattr(self, f"_{method}", None)
        if handler is None:
            return _error(404, "Not Found")
        result = await handler(params)
        return result if isinstance(result, web.Response) else web.json_response({"ok": True, "result": result})

    async def _getMe(self, params: Json) -> Json:
        return {"id": 4242, "is_bot": True, "first_name": "Halyq", "username": USERNAME}

    async def _deleteWebhook(self, params: Json) -> bool:
        return True

    async def _setMyCommands(self, params: Json) -> bool:
        return bool(params["commands"])

    async def _answerCallbackQuery(self, params: Json) -> bool:
        return isinstance(params["callback_query_id"], str)

    async def _getUpdates(self, params: Json) -> list[Json]:
        offset = params.get("offset")
        if offset is not None:
            self.updates = [raw for raw in self.updates if raw["update_id"] >= offset]
        if not self.updates and params.get("timeout"):
            self._news.clear()
            try:
                async with asyncio.timeout(params["timeout"]):
                    await self._news.wait()
            except TimeoutError:
                return []
        return self.updates[: params.get("limit", 100)]

    async def _sendMessage(self, params: Json) -> Json | web.Response:
        if not isinstance(params.get("chat_id"), int) or not params.get("text"):
            return _error(400, "Bad Request: message text is empty")
        self._messages += 1
        return {"message_id": self._messages, "date": 0, "chat": {"id": params["chat_id"], "type": "private"}}

    async def _editMessageText(self, params: Json) -> Json | web.Response:
        if not params.get("text"):
            return _error(400, "Bad Request: message text is empty")
        return {"message_id": params.get("message_id"), "date": 0, "chat": {"id": 1, "type": "private"}}


def _error(code: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": description}, status=code)


def message(update_id: int, person: int, text: str, *, language: str = "en") -> Json:
    """A text somebody writes to the bot."""
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1_790_000_000,
            "chat": {"id": person, "type": "private", "first_name": "P"},
            "from": {"id": person, "is_bot": False, "first_name": "P", "language_code": language},
            "text": text,
        },
    }


def tap(update_id: int, person: int, data: str, *, message_id: int = 7, chat: int | None = None) -> Json:
    """A tap on a button under one of the bot's messages."""
    where = {"id": chat, "type": "group", "title": "G"} if chat else {"id": person, "type": "private"}
    return {
        "update_id": update_id,
        "callback_query": {
            "id": f"q{update_id}",
            "from": {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"},
            "chat_instance": "1",
            "data": data,
            "message": {
                "message_id": message_id,
                "date": 1_790_000_000,
                "chat": where,
                "from": {"id": 4242, "is_bot": True, "first_name": "Halyq"},
                "text": "before",
            },
        },
    }

"""The least of Telegram a benchmark needs: hands out updates, answers every call, notes who was answered when."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

Json = dict[str, Any]

_AT_ONCE: Final = 100


class Telegram:
    """One bot's Telegram on a free port.

    `is_answer(method, params)` says which call ends the wait of the person it goes to.
    """

    def __init__(self, is_answer: Callable[[str, Json], bool]) -> None:
        self.answered: dict[int, float] = {}
        """When each person's latest answer came, by `time.perf_counter`."""
        self.calls = 0
        self.base = ""
        self._is_answer = is_answer
        self._pending: deque[Json] = deque()
        self._next_id = 1
        self._messages = 1_000_000
        self._news = asyncio.Event()
        self._came = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    def give(self, kind: str, content: Json) -> None:
        """Let something happen."""
        self._pending.append({"update_id": self._next_id, kind: content})
        self._next_id += 1
        self._news.set()

    async def all_answered(self, people: range, seconds: float) -> None:
        """Wait until each of the people was answered."""
        async with asyncio.timeout(seconds):
            while len(self.answered) < len(people) or not all(number in self.answered for number in people):
                self._came.clear()
                await self._came.wait()

    async def _answer(self, request: web.Request) -> web.Response:
        params = await self._read(request)
        method = request.match_info["method"]
        if method == "getUpdates":
            result: Any = await self._updates(params)
        elif method == "getMe":
            result = {"id": 4242, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
        elif method in {"sendMessage", "editMessageText"}:
            result = self._message(params)
        else:
            result = True
        self.calls += method != "getUpdates"
        if self._is_answer(method, params):
            self.answered.setdefault(int(params["chat_id"]), time.perf_counter())
            self._came.set()
        return web.Response(body=json.dumps({"ok": True, "result": result}).encode(), content_type="application/json")

    @staticmethod
    async def _read(request: web.Request) -> Json:
        if request.content_type == "application/json":
            return dict(json.loads(await request.read()))
        return dict(await request.post())

    async def _updates(self, params: Json) -> list[Json]:
        offset = int(params.get("offset") or 0)
        while self._pending and self._pending[0]["update_id"] < offset:
            self._pending.popleft()
        if not self._pending:
            self._news.clear()
            try:
                async with asyncio.timeout(float(params.get("timeout") or 0)):
                    await self._news.wait()
            except TimeoutError:
                return []
        return [self._pending[place] for place in range(min(_AT_ONCE, len(self._pending)))]

    def _message(self, params: Json) -> Json:
        self._messages += 1
        return {
            "message_id": int(params.get("message_id") or self._messages),
            "date": int(time.time()),
            "chat": {"id": int(params["chat_id"]), "type": "private", "first_name": "P"},
            "text": "x",
        }


def person(number: int) -> Json:
    """Somebody as an update names them."""
    return {"id": number, "is_bot": False, "first_name": "P", "language_code": "kk"}


def message(number: int, text: str) -> Json:
    """A text somebody writes."""
    return {
        "message_id": number,
        "date": int(time.time()),
        "chat": {"id": number, "type": "private", "first_name": "P"},
        "from": person(number),
        "text": text,
    }


def tap(number: int, data: str) -> Json:
    """A tap on a button under the bot's message."""
    return {
        "id": str(number),
        "from": person(number),
        "chat_instance": "1",
        "data": data,
        "message": {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": number, "type": "private", "first_name": "P"},
            "from": {"id": 4242, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
            "text": "Sign?",
        },
    }

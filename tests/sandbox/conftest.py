"""A running sandbox, and a bare client of its Bot API."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import Sandbox


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


class Api:
    """The Bot API as a bare HTTP client sees it."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        self.session = session
        self.sandbox = sandbox

    async def answer(self, method: str, token: str | None = None, **params: Any) -> dict[str, Any]:
        """The whole answer to a call."""
        url = f"{self.sandbox.base}/bot{token or self.sandbox.token}/{method}"
        async with self.session.post(url, json=params) as response:
            body: dict[str, Any] = await response.json()
            assert body["ok"] or body["error_code"] == response.status
            return body

    async def __call__(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        answer = await self.answer(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """The description of a call that must be refused."""
        answer = await self.answer(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def page(self, path: str, body: Any = None, method: str = "POST") -> dict[str, Any]:
        """The answer of the page's door."""
        method = "GET" if body is None else method
        async with self.session.request(method, f"{self.sandbox.base}{path}", json=body) as response:
            answer: dict[str, Any] = await response.json()
            assert answer["ok"] == (response.status == 200)
            return answer


@pytest.fixture
def clock() -> Clock:
    """A clock that a test moves."""
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    """A running sandbox in memory, at no pace."""
    made = Sandbox(clock=clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    """A bare client of the sandbox's Bot API."""
    async with aiohttp.ClientSession() as session:
        yield Api(session, sandbox)


@pytest.fixture
def png() -> bytes:
    """A picture of 640 by 400 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = b"".join(b"\0" + b"\x20\x80\xc0" * 640 for _ in range(400))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 640, 400, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

"""The bot as a process: the sandbox without a token, Telegram with one, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import aiohttp

from bot.sandbox import people
from bot.sandbox.server import Sandbox
from tests.operations.conftest import ROOT, Starter

TOKEN = "4242:AAFakeFakeFakeFakeFakeFakeFakeFake"
STOP_SECONDS = 3.0


async def test_without_a_token_the_sandbox_runs_and_keeps_what_happened(
    start: Starter, tmp_path: Path, free_port: int
) -> None:
    metrics = f"http://127.0.0.1:{free_port}"
    names, petitions = [], []
    for turn in range(2):
        bot = await start(METRICS_LISTEN=f"127.0.0.1:{free_port}")
        base = (await bot.says(r"http://127\.0\.0\.1:\d+"))[0]
        await bot.says("bot is up")
        async with aiohttp.ClientSession() as browser:
            if turn == 0:
                person = {"first_name": "Сәуле", "last_name": "", "language_code": "kk", "role": "resident"}
                async with browser.post(f"{base}/api/person", json=person) as response:
                    assert response.status == 200, await response.text()
            async with browser.get(f"{base}/api/state") as response:
                names.append({one["first_name"] for one in (await response.json())["people"]})
            async with browser.get(f"{metrics}/healthz") as response:
                assert (response.status, await response.text()) == (200, "ok\n")
            async with browser.get(f"{metrics}/metrics") as response:
                assert "halyq_outbox_waiting 0.0" in await response.text()
        began = time.monotonic()
        assert await bot.ends(signal.SIGINT) == 0
        assert time.monotonic() - began < STOP_SECONDS
        signs = ("Traceback", "[warn", "[err", "[crit", "  File")
        assert [line for line in bot.err if any(sign in line for sign in signs)] == []
        with contextlib.closing(sqlite3.connect(tmp_path / "var" / "sandbox.db")) as database:
            petitions.append(database.execute("SELECT count(*) FROM petitions").fetchone()[0])
    assert "Сәуле" in names[0] & names[1]
    assert petitions[0] == petitions[1] > 10


class Deaf:
    """Something at Telegram's address that takes connections and ends them, and counts."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._came = asyncio.Condition()

    async def take(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """End a connection."""
        writer.close()
        async with self._came:
            self.times.append(time.monotonic())
            self._came.notify_all()

    async def heard(self, count: int) -> None:
        """Wait for so many attempts."""
        async with asyncio.timeout(60), self._came:
            await self._came.wait_for(lambda: len(self.times) >= count)


async def test_a_telegram_that_is_away_is_said_once_and_waited_for(
    start: Starter, tmp_path: Path, free_port: int
) -> None:
    base = f"http://127.0.0.1:{free_port}"
    bot = await start(BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=base)
    await bot.says("telegram does not answer, trying again")

    deaf = Deaf()
    server = await asyncio.start_server(deaf.take, "127.0.0.1", free_port)
    await deaf.heard(3)
    server.close()
    await server.wait_closed()
    first, second = (later - earlier for earlier, later in zip(deaf.times, deaf.times[1:], strict=False))
    assert second > first, "pauses grow"

    sandbox = Sandbox(tmp_path / "telegram")
    await sandbox.start(port=free_port)
    await bot.says("bot is up")
    aigul = sandbox.person(people.AIGUL)
    await aigul.open()
    await aigul.expect(timeout=60)
    await sandbox.stop()
    await bot.says("telegram does not answer, trying again", times=2)

    sandbox = Sandbox(tmp_path / "telegram")
    sergei = sandbox.person(people.SERGEI)
    await sandbox.start(port=free_port)
    await sergei.open()
    await sergei.expect(timeout=60)
    await bot.says("telegram answers again", times=2)
    assert sum("telegram does not answer" in line for line in bot.err) == 2
    assert TOKEN not in bot.whole
    began = time.monotonic()
    assert await bot.ends(signal.SIGTERM) == 0
    assert time.monotonic() - began < STOP_SECONDS
    await sandbox.stop()


def test_sending_and_the_short_commands_do_without_aiogram() -> None:
    code = (
        "import sys, bot.delivery.workers, bot.places.cli, bot.migrate, bot.doctor, bot.backup, bot.__main__\n"
        "print([name for name in ('aiogram', 'matplotlib', 'openpyxl', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "[]\n"

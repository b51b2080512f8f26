"""The real command line: in this process where that is enough, as a process of its own where it has to be."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.__main__ import commands
from bot.config import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 90
"""How long a process may take to say what is waited for, however busy the machine."""

Command = Callable[..., Result]


@pytest.fixture
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings of a bot in an empty folder, whatever this machine's environment and `.env` hold."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    environment = {"DATA_DIR": str(tmp_path / "var"), "SANDBOX_LISTEN": "127.0.0.1:0"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


@pytest.fixture
def command(clean_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Run one command in this process: `command("migrate", DATABASE_URL="...")`."""

    def run(*words: str, **settings: str) -> Result:
        with monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, value)
            return CliRunner().invoke(commands, list(words))

    before = os.umask(0)
    os.umask(before)
    yield run
    os.umask(before)
    structlog.reset_defaults()


class Process:
    """A running `python -m bot`, read line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.out: list[str] = []
        self.err: list[str] = []
        self._news = asyncio.Condition()
        self._readers = [
            asyncio.create_task(self._read(process.stdout, self.out)),
            asyncio.create_task(self._read(process.stderr, self.err)),
        ]

    async def _read(self, stream: asyncio.StreamReader | None, lines: list[str]) -> None:
        assert stream is not None
        async for line in stream:
            async with self._news:
                lines.append(line.decode().rstrip("\n"))
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    async def says(self, pattern: str, *, times: int = 1) -> re.Match[str]:
        """Wait for a line, on either stream, with the pattern."""

        def found() -> list[re.Match[str]]:
            return [match for line in [*self.out, *self.err] if (match := re.search(pattern, line))]

        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            await self._news.wait_for(lambda: len(found()) >= times or all(one.done() for one in self._readers))
        assert len(found()) >= times, f"{pattern!r} was not said:\n{self.whole}"
        return found()[times - 1]

    async def ends(self, number: signal.Signals | None = None) -> int:
        """Wait for the end, after a signal if one is given; answers the exit code."""
        if number is not None:
            self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE_SECONDS):
            code = await self.process.wait()
            await asyncio.gather(*self._readers)
        return code

    @property
    def whole(self) -> str:
        """All it said."""
        return "\n".join([*self.out, *self.err])


Starter = Callable[..., Any]


@pytest.fixture
async def start(clean_environment: dict[str, str]) -> AsyncIterator[Starter]:
    """Start `python -m bot run` with settings."""
    processes: list[Process] = []

    async def begin(**settings: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            env={**os.environ, **settings, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        processes.append(Process(process))
        return processes[-1]

    yield begin
    for one in processes:
        if one.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                one.process.kill()
            await one.ends()


@pytest.fixture
def free_ports() -> list[int]:
    """Two ports nobody listens at."""
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in (one, other)]


@pytest.fixture
def free_port(free_ports: list[int]) -> int:
    """A port nobody listens at."""
    return free_ports[0]

"""The whole bot against the sandbox, over real HTTP, in one process with the test."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.bootstrap import App, build_app
from bot.config import Settings
from bot.db import Database, utcnow
from bot.petitions.moderation.service import seed_reasons
from bot.places.service import load, seed
from bot.places.tree import Gazetteer
from bot.run import SANDBOX_TOKEN, serve
from bot.sandbox import people
from bot.sandbox.driver import Person
from bot.sandbox.server import Sandbox
from bot.training.crowd import has_signed


@dataclass(slots=True)
class Town:
    """A running bot and the people who use it."""

    sandbox: Sandbox
    app: App

    def person(self, number: int) -> Person:
        """Somebody of the sandbox."""
        return self.sandbox.person(number)


def town_settings(base: str, database_url: str, data_dir: Path) -> Settings:
    """Settings of a bot in the sandbox, whatever the environment of the tests holds."""
    return Settings(
        _env_file=None,
        bot_token=SecretStr(SANDBOX_TOKEN),
        telegram_api_base=base,
        database_url=database_url,
        data_dir=data_dir,
        admin_ids=(people.ERZHAN,),
        pepper=SecretStr("pepper of the journeys, long enough to be one"),
        send_rate=5000,
        quiet_hours="none",
    )


@contextlib.asynccontextmanager
async def running_town(database_url: str, data_dir: Path) -> AsyncIterator[Town]:
    """The production bot on a fresh database, answering in the sandbox until the block ends."""
    sandbox = Sandbox(is_done=has_signed)
    base = await sandbox.start()
    database = Database(database_url)
    app = build_app(town_settings(base, database_url, data_dir), database, await _prepared(database))
    stop = asyncio.Event()
    running = asyncio.create_task(serve(app, stop))
    try:
        yield Town(sandbox, app)
    finally:
        stop.set()
        await asyncio.wait_for(running, 10)
        await database.close()
        await sandbox.stop()


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The whole bot, once on SQLite and once on PostgreSQL."""
    async with running_town(database_url, tmp_path) as running:
        yield running


@pytest.fixture
async def sqlite_town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """The whole bot on SQLite, where the dialect does not matter."""
    async with running_town(sqlite_url, tmp_path) as running:
        yield running


async def _prepared(database: Database) -> Gazetteer:
    # The tables are there already (see the database fixtures), so nothing is migrated.
    async with database.transaction() as session:
        await seed(session, utcnow())
        await seed_reasons(session)
    async with database.reading() as session:
        return await load(session)

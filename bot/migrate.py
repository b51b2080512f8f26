"""Bringing a database to the present shape, with Alembic, on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from bot.db import Database

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, bound to a connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision this release expects."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


async def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to a revision; a database that is there already is left alone.

    On PostgreSQL two workers that start together would run the same migration; an advisory lock makes the second
    wait and find nothing to do. On SQLite the write lock does the same.
    """
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(726548)")
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Go back to an earlier revision."""
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), revision))

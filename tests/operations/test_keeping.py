"""Migrate, doctor, backup, health: what an operator keeps a database well with."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import stat
from pathlib import Path

import aiohttp
import pytest

from bot.bootstrap import prepare
from bot.config import Settings, SettingsWrong
from bot.db import Database, utcnow
from bot.migrate import newest_revision
from bot.run import _keep_worlds_apart, _metrics
from tests.operations.conftest import Command


def run_sql(path: Path, *statements: str) -> None:
    """Do to a database what the bot would not."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executescript(";\n".join(statements))


PETITION = """
INSERT INTO petitions (access_key, state, version, language, title, ask, why, text_version, text_hash,
  place_key, body_key, rules_from, supporters_needed, threshold_article, threshold_key, signature_count, milestone,
  opened_at, supporters_by)
VALUES ('k', 'gathering', 1, 'kk', 't', 'a', '', 1, 'h', 'kz', 'government', '2024-01-01', 50, 'a', 'G', 3, 0,
  '2026-01-01', '2026-02-01')
"""
SET_ASIDE = """
INSERT INTO inbox (bot_id, update_id, chat_key, state, payload, attempts, error, received_at)
VALUES (1, 77, 5, 'set_aside', '{"text": "my secret wish"}', 3, 'KeyError: my secret wish' || char(10)
  || 'handlers.py:12 show', '2026-01-01')
"""


def test_migrate_and_doctor_keep_a_database_well(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "var" / "sandbox.db"
    asked_too_early = command("doctor")
    assert asked_too_early.exit_code == 2
    assert "python -m bot migrate" in asked_too_early.stderr
    assert not path.exists(), "looking must not make a database"

    for _ in range(2):
        migrated = command("migrate")
        assert (migrated.exit_code, migrated.stdout) == (0, f"The database is at revision {newest_revision()}.\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    well = command("doctor")
    assert well.exit_code == 0, well.output
    assert "ACT" not in well.stdout

    run_sql(path, SET_ASIDE, PETITION)
    sick = command("doctor")
    assert sick.exit_code == 1
    acts = [line for line in sick.stdout.splitlines() if line.startswith("ACT")]
    missing = "of 1 petitions 1 missing, 0 out of date; 0 words counted wrongly"
    assert {
        "ACT  inbox: 0 in hand, 1 set aside",
        "ACT  update 77: handlers.py:12 show",
        "ACT  signature counts: petition 1: counter 3, signatures 0",
        f"ACT  search index: {missing}: python -m bot doctor --mend",
    } <= set(acts)
    assert f"ok   search index: {missing}: mended" in command("doctor", "--mend").stdout
    assert "ok   search index: 1 petitions, all as they are" in command("doctor").stdout

    run_sql(path, "UPDATE alembic_version SET version_num = '0000'")
    old = command("doctor")
    assert old.exit_code == 1
    assert old.stdout.startswith("ACT  database: revision 0000")


def test_a_database_with_other_tables_only_was_never_migrated(command: Command, database_url: str) -> None:
    result = command("doctor", DATABASE_URL=database_url, PEPPER="p" * 32)
    assert result.exit_code == 2
    assert "python -m bot migrate" in result.stderr


def test_a_backup_is_a_working_database_of_its_owner_alone(command: Command, tmp_path: Path) -> None:
    path, copy = tmp_path / "var" / "halyq.db", tmp_path / "copy.db"
    url = f"sqlite+aiosqlite:///{path}"
    assert command("backup", str(copy), DATABASE_URL=url).exit_code == 2
    command("migrate", DATABASE_URL=url)
    # The last change is still in the write-ahead log of a bot that runs.
    with contextlib.closing(sqlite3.connect(path)) as running:
        running.execute(SET_ASIDE)
        running.commit()
        done = command("backup", str(copy), DATABASE_URL=url)
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "var" / "pepper") in done.stdout
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    content = copy.read_bytes()
    refused = command("backup", str(copy), DATABASE_URL=url)
    assert refused.exit_code == 2
    assert "is there already" in refused.stderr
    assert copy.read_bytes() == content
    assert command("backup", str(tmp_path / "none" / "x.db"), DATABASE_URL=url).exit_code == 2
    assert not list(tmp_path.glob("*.part"))

    restored = command("doctor", DATABASE_URL=f"sqlite+aiosqlite:///{copy}")
    assert "1 set aside" in restored.stdout


def test_postgresql_is_backed_up_by_its_own_means(command: Command, tmp_path: Path) -> None:
    url = "postgresql+asyncpg://halyq@localhost/halyq"
    result = command("backup", str(tmp_path / "x"), DATABASE_URL=url, PEPPER="p" * 32)
    assert result.exit_code == 2
    assert "pg_dump" in result.stderr


async def test_health_is_503_when_the_database_is_gone(sqlite: Database, free_ports: list[int]) -> None:
    gone = Database(f"postgresql+asyncpg://halyq@127.0.0.1:{free_ports[0]}/halyq")
    for database, status in ((sqlite, 200), (gone, 503)):
        listen = f"127.0.0.1:{free_ports[1]}"
        async with (
            _metrics(listen, database),
            aiohttp.ClientSession() as session,
            session.get(f"http://{listen}/healthz") as response,
        ):
            assert response.status == status
    await gone.close()


async def test_invented_and_real_petitions_never_share_a_database(sqlite: Database) -> None:
    now = utcnow()
    await _keep_worlds_apart(sqlite, now, is_sandbox=True)
    await _keep_worlds_apart(sqlite, now, is_sandbox=True)
    with pytest.raises(SettingsWrong, match="invented"):
        await _keep_worlds_apart(sqlite, now, is_sandbox=False)


async def test_the_sandbox_refuses_a_live_database(sqlite: Database) -> None:
    from bot.telegram.models import PollingOffset

    await _keep_worlds_apart(sqlite, utcnow(), is_sandbox=False)
    async with sqlite.transaction() as session:
        session.add(PollingOffset(bot_id=4242, next_update_id=5))
    await _keep_worlds_apart(sqlite, utcnow(), is_sandbox=False)
    with pytest.raises(SettingsWrong, match="live bot"):
        await _keep_worlds_apart(sqlite, utcnow(), is_sandbox=True)


async def test_two_workers_may_prepare_one_database_at_the_same_time(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        await connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{newest_revision()}')")
    first, second = await asyncio.gather(prepare(database, utcnow()), prepare(database, utcnow()))
    assert first.version == second.version
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE alembic_version")


def test_the_pepper_is_made_once_and_guarded(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "var")
    made = settings.pepper_bytes()
    assert len(made) >= 32
    assert Settings(_env_file=None, data_dir=tmp_path / "var").pepper_bytes() == made
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["pepper"]
    assert stat.S_IMODE((tmp_path / "var" / "pepper").stat().st_mode) == 0o600
    (tmp_path / "var" / "pepper").write_text("")
    with pytest.raises(SettingsWrong, match="damaged"):
        settings.pepper_bytes()

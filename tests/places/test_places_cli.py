"""The command line finds units with and without a database, and says what to do when an import fails."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from bot.db import Database
from bot.places.cli import app
from bot.places.service import load

RUNNER = CliRunner()


def figures(path: Path, population: object) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["code", "population", "year"])
    sheet.append([196200000, population, 2026])
    book.save(path)
    return path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The address of a SQLite database that does not exist."""
    path = tmp_path / "none" / "halyq.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    return path


def test_find_works_without_a_database_and_makes_none(nowhere: Path) -> None:
    result = RUNNER.invoke(app, ["find", "в Талгарском районе", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)[0] == {
        "key": "kz-almaty-oblast/talgar-district",
        "kato": "196200000",
        "kind": "district",
        "name": {"kk": "Талғар ауданы", "ru": "Талгарский район", "en": "Talgar District"},
        "parents": ["kz-almaty-oblast", "kz"],
        "population": 272499,
        "population_year": 2026,
        "score": 0.93,
        "matched": "Талгарском",
    }
    assert not nowhere.exists()


def test_find_prints_a_line_a_unit(nowhere: Path) -> None:
    result = RUNNER.invoke(app, ["find", "Медеу ауданы", "--language", "kk"])
    assert result.stdout == (
        "0.95  Медеу ауданы, Алматы қаласы  KATO 751710000  population unknown  [kz-almaty-city/medeu-inner]\n"
    )
    result = RUNNER.invoke(app, ["find", "бұл жақсы мектеп"])
    assert (result.exit_code, result.stdout) == (
        0,
        "No unit is named there. Try the name alone, e.g. Талғар ауданы.\n",
    )
    assert json.loads(RUNNER.invoke(app, ["find", "бұл жақсы мектеп", "--json"]).stdout) == []


def test_find_answers_from_the_shipped_list_when_the_database_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:9/none")
    result = RUNNER.invoke(app, ["find", "Шымкент"])
    assert result.exit_code == 0
    assert "kz-shymkent-city" in result.stdout


def test_an_import_is_in_the_table_afterwards(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    result = RUNNER.invoke(app, ["import", str(figures(tmp_path / "figures.xlsx", 300_000))])
    assert result.stdout == ("figures.xlsx: 0 added, 1 updated, 0 unchanged, 0 skipped. Restart the bot to use them.\n")

    async def population() -> int | None:
        database = Database(database_url)
        async with database.reading() as session:
            place = (await load(session)).by_kato("196200000")
        await database.close()
        return place.population if place else None

    assert asyncio.run(population()) == 300_000
    found = json.loads(RUNNER.invoke(app, ["find", "Талгарский район", "--json"]).stdout)
    assert found[0]["population"] == 300_000


def test_a_wrong_workbook_ends_with_code_2_and_names_the_row(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    result = RUNNER.invoke(app, ["import", str(figures(tmp_path / "figures.xlsx", "-5"))])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "row 2: '-5': expected a whole number of residents" in result.stderr


def test_a_database_without_tables_ends_with_code_2_and_says_what_to_run(nowhere: Path, tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["import", str(figures(tmp_path / "figures.xlsx", 5))])
    assert result.exit_code == 2
    assert "python -m bot migrate" in result.stderr


def test_a_bad_setting_ends_with_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    result = RUNNER.invoke(app, ["import", str(figures(tmp_path / "figures.xlsx", 5))])
    assert result.exit_code == 2
    assert "DATABASE_URL" in result.stderr

"""`python -m bot places`: take over an official workbook, or see which units a text names."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, Final

import asyncpg
import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.config import SettingsWrong, read_settings
from bot.db import Database, DatabaseUnfit, utcnow
from bot.i18n import Language, as_language
from bot.places.finder import Match, candidates, find
from bot.places.service import ImportReport, PlacesWrong, import_workbook, load, seed
from bot.places.tree import Gazetteer, TreeWrong, shipped_places

app: Final = typer.Typer(name="places", help="Administrative units: import official workbooks, find units in text.")

DATABASE_TIMEOUT_SECONDS: Final = 5.0
"""`find` does not wait longer for a database that does not answer."""
_UNREACHABLE: Final = (SQLAlchemyError, asyncpg.PostgresError, OSError, TimeoutError)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="Workbook (.xlsx): the classifier KATO, or code, population, year.")],
) -> None:
    """Add rural districts from the classifier KATO, or take over population from an official table."""
    try:
        report = asyncio.run(_import(read_settings().database_url, file))
    except (PlacesWrong, SettingsWrong, DatabaseUnfit) as error:
        raise _refuse(str(error)) from None
    except _UNREACHABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _refuse(
            f"the database cannot be used: {reason}\nSet DATABASE_URL, and run `python -m bot migrate` first."
        ) from None
    typer.echo(
        f"{file.name}: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.skipped} skipped. Restart the bot to use them."
    )


@app.command("find")
def find_text(
    text: Annotated[str, typer.Argument(help="Any text in Kazakh, Russian or English.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list, best first.")] = False,
    language: Annotated[str, typer.Option(help="Language of the names printed: kk, ru or en.")] = "en",
    limit: Annotated[int, typer.Option(min=1, help="At most so many units.")] = 8,
) -> None:
    """Print the units a text names, best first."""
    gazetteer = asyncio.run(_gazetteer())
    matches = find(gazetteer, text, limit)
    if as_json:
        typer.echo(json.dumps([_as_json(gazetteer, match) for match in matches], ensure_ascii=False, indent=1))
        return
    if not matches:
        typer.echo("No unit is named there. Try the name alone, e.g. Талғар ауданы.")
    shown = as_language(language, default="en")
    for match in matches:
        typer.echo(_line(gazetteer, match, shown))
    if len(meant := candidates(gazetteer, text)) > 1:
        names = " / ".join(gazetteer.label(place.key, shown) for place in meant)
        typer.echo(f"Several bear that name. Which one is meant: {names}?")


def _line(gazetteer: Gazetteer, match: Match, language: Language) -> str:
    place = match.place
    people = f"{place.population:,} ({place.population_year})" if place.population is not None else "unknown"
    label = gazetteer.label(place.key, language)
    return f"{match.score:.2f}  {label}  KATO {place.kato}  population {people}  [{place.key}]"


def _as_json(gazetteer: Gazetteer, match: Match) -> dict[str, Any]:
    place = match.place
    return {
        "key": place.key,
        "kato": place.kato,
        "kind": place.kind.value,
        "name": {"kk": place.name_kk, "ru": place.name_ru, "en": place.name_en},
        "parents": [parent.key for parent in gazetteer.parents(place.key)],
        "population": place.population,
        "population_year": place.population_year,
        "score": match.score,
        "matched": match.matched,
    }


async def _import(database_url: str, file: Path) -> ImportReport:
    database = Database(database_url)
    try:
        await database.check()
        async with database.transaction() as session:
            now = utcnow()
            await seed(session, now)
            return await import_workbook(session, file, now)
    finally:
        await database.close()


async def _gazetteer() -> Gazetteer:
    """The units of the database with what was imported; the shipped ones where no database can be asked."""
    shipped = Gazetteer(shipped_places())
    try:
        database = Database(read_settings().database_url)
    except (SettingsWrong, SQLAlchemyError):
        return shipped
    try:
        if database.is_sqlite and not Path(database.url.database or "").exists():
            return shipped
        async with asyncio.timeout(DATABASE_TIMEOUT_SECONDS), database.reading() as session:
            return await load(session)
    except (*_UNREACHABLE, TreeWrong):
        return shipped
    finally:
        await database.close()


def _refuse(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(2)

"""`python -m bot survey`: take a survey over from a file, write one into a file, load margins for weighting."""

from __future__ import annotations

import asyncio
import csv
from html import unescape
from pathlib import Path
from typing import Annotated, Final, NoReturn

import asyncpg
import typer
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Settings, SettingsWrong, read_settings
from bot.db import Database, DatabaseUnfit, utcnow
from bot.places.finder import find
from bot.places.service import load
from bot.places.tree import Gazetteer, shipped_places
from bot.surveys.rules import AGE_BANDS, SEXES

app: Final = typer.Typer(name="survey", help="Surveys as files, and margins of the population for weighting.")

_UNREACHABLE: Final = (SQLAlchemyError, asyncpg.PostgresError, OSError, TimeoutError)
MARGIN_COLUMNS: Final = ("place", "dimension", "category", "people")


class MarginsWrong(ValueError):
    """The CSV with margins cannot be used; the message names the line."""


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsWrong as error:
        _refuse(str(error))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        _refuse(f"{file}: there is no such file.")
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"{file}: cannot be read as UTF-8 text ({type(error).__name__}).")


@app.command("check")
def check_file(file: Annotated[Path, typer.Argument(help="A YAML file as docs/surveys.md tells.")]) -> None:
    """Say whether a survey file could be taken over, without a database."""
    from bot.i18n import translator
    from bot.surveys.building.files import FileWrong, read_survey
    from bot.surveys.building.views import problem_line
    from bot.surveys.rules import form_problems

    try:
        survey = read_survey(_read(file), Gazetteer(shipped_places()), utcnow())
    except FileWrong as error:
        _refuse("\n".join(f"{file}: {problem}" for problem in error.problems))
    typer.echo(f"{file.name}: {len(survey.form.questions)} questions in {', '.join(survey.form.languages)}.")
    for problem in form_problems(survey.form):
        typer.echo(f"{file.name}: {unescape(problem_line(translator('en'), survey.form, problem))}")


@app.command("import")
def import_file(file: Annotated[Path, typer.Argument(help="A YAML file as docs/surveys.md tells.")]) -> None:
    """Take a survey over as a draft; an admin looks at it, tries it and sends it in the chat (/admin, Surveys)."""
    from bot.surveys.building.files import FileWrong

    settings, text = _settings(), _read(file)
    try:
        number = asyncio.run(_import(settings, text))
    except FileWrong as error:
        _refuse("\n".join(f"{file}: {problem}" for problem in error.problems))
    except (SettingsWrong, DatabaseUnfit) as error:
        _refuse(str(error))
    except _UNREACHABLE as error:
        _refuse(_unusable(error))
    typer.echo(f"Survey № {number} is a draft. Look at it in the chat: /admin, Surveys.")


def _unusable(error: BaseException) -> str:
    reason = str(error).partition("\n")[0] or type(error).__name__
    return f"the database cannot be used: {reason}\nSet DATABASE_URL, and run `python -m bot migrate` first."


async def _import(settings: Settings, text: str) -> int:
    from bot.bootstrap import build_app, load_models
    from bot.surveys.building.files import read_survey

    load_models()
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            gazetteer = await load(session)
        file = read_survey(text, gazetteer, utcnow(), settings.timezone)
        app_ = build_app(settings, database, gazetteer)
        async with database.transaction() as session:
            return (await app_.surveys.import_file(session, file, None, utcnow())).id
    finally:
        await database.close()


@app.command("export")
def export_file(number: Annotated[int, typer.Argument(help="Number of the survey.")]) -> None:
    """Print a survey as the file it could come from."""
    settings = _settings()
    try:
        text = asyncio.run(_export(settings, number))
    except (SettingsWrong, DatabaseUnfit) as error:
        _refuse(str(error))
    except _UNREACHABLE as error:
        _refuse(_unusable(error))
    if text is None:
        _refuse(f"There is no survey № {number}.")
    typer.echo(text, nl=False)


async def _export(settings: Settings, number: int) -> str | None:
    from bot.bootstrap import build_app, load_models
    from bot.surveys.building.files import write_survey
    from bot.surveys.models import Survey

    load_models()
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            app_ = build_app(settings, database, await load(session))
            survey = await session.scalar(select(Survey).where(Survey.id == number))
            if survey is None:
                return None
            return write_survey(await app_.surveys.as_file(session, survey), settings.timezone)
    finally:
        await database.close()


def read_margins(text: str, gazetteer: Gazetteer) -> list[tuple[str, str, str, int]]:
    """Margins from CSV with the columns place, dimension, category, people.

    Raises:
        MarginsWrong: a line cannot be used; nothing of the file is.
    """
    reader = csv.DictReader(text.splitlines())
    if reader.fieldnames is None or not set(MARGIN_COLUMNS) <= set(reader.fieldnames):
        raise MarginsWrong(f"line 1: the columns must be {', '.join(MARGIN_COLUMNS)}")
    categories = {"age": set(AGE_BANDS), "sex": set(SEXES)}
    rows: list[tuple[str, str, str, int]] = []
    for line, row in enumerate(reader, start=2):
        named, dimension = (row["place"] or "").strip(), (row["dimension"] or "").strip()
        category, people = (row["category"] or "").strip(), (row["people"] or "").strip().replace(" ", "")
        key = named if gazetteer.get(named) is not None else None
        if key is None:
            found = find(gazetteer, named, limit=2)
            if len(found) != 1:
                raise MarginsWrong(f"line {line}: «{named}» is not one unit; use its key")
            key = found[0].place.key
        if dimension not in categories:
            raise MarginsWrong(f"line {line}: dimension must be age or sex, not «{dimension}»")
        if category not in categories[dimension]:
            known = ", ".join(sorted(categories[dimension]))
            raise MarginsWrong(f"line {line}: category must be one of {known}, not «{category}»")
        if not people.isdigit():
            raise MarginsWrong(f"line {line}: people must be a whole number, not «{people}»")
        if any(one[:3] == (key, dimension, category) for one in rows):
            raise MarginsWrong(f"line {line}: {key} {dimension} {category} stands twice")
        rows.append((key, dimension, category, int(people)))
    if not rows:
        raise MarginsWrong("line 2: there is nothing in it")
    return rows


@app.command("margins")
def load_file(
    file: Annotated[Path, typer.Argument(help="CSV: place, dimension (age or sex), category, people.")],
    year: Annotated[int, typer.Option(help="The year the numbers are of.", min=1990, max=2100)],
    source: Annotated[str, typer.Option(help="Where the numbers come from; kept with them.")],
) -> None:
    """Load how many people of each age band and sex live in a unit, for weighting results."""
    settings, text = _settings(), _read(file)

    async def work() -> int:
        from bot.bootstrap import load_models
        from bot.surveys.results.queries import load_margins

        load_models()
        database = Database(settings.database_url)
        try:
            async with database.reading() as session:
                gazetteer = await load(session)
            rows = read_margins(text, gazetteer)
            async with database.transaction() as session:
                return await load_margins(session, rows, year=year, source=source)
        finally:
            await database.close()

    try:
        count = asyncio.run(work())
    except (MarginsWrong, SettingsWrong, DatabaseUnfit) as error:
        _refuse(f"{file}: {error}")
    except _UNREACHABLE as error:
        _refuse(_unusable(error))
    typer.echo(f"{file.name}: {count} numbers loaded.")

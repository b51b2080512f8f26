"""The command line: python -m bot run | sandbox | migrate | places | doctor | backup."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from bot.config import Settings, SettingsWrong, read_settings
from bot.language.cli import language as language_command
from bot.places.cli import app as places_commands
from bot.routing.cli import route as route_command
from bot.surveys.cli import app as survey_commands

commands = typer.Typer(
    help="Halyq Úni: petitions in a Telegram chat.", no_args_is_help=True, pretty_exceptions_enable=False
)
commands.add_typer(places_commands, name="places")
commands.add_typer(survey_commands, name="survey")
commands.command(name="route")(route_command)
commands.command(name="language")(language_command)
exports = typer.Typer(help="Data as files, for spreadsheets and scripts.", no_args_is_help=True)
commands.add_typer(exports, name="export")


def _refuse(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)


def _settings(**changes: Any) -> Settings:
    from bot.logs import set_up_logs

    try:
        settings = read_settings(**changes)
    except SettingsWrong as error:
        _refuse(str(error))
    set_up_logs(settings.log_level, settings.log_format)
    # What is written, the database first of all, holds people's data: only its owner reads it.
    os.umask(0o077)
    return settings


def _do(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end. What an operator can mend is one clear line and exit code 2; a fault of the bot's own is
    logged without anything personal, exit code 1."""
    try:
        asyncio.run(work)
    except BaseExceptionGroup as group:
        _explain(_leaves(group))
    except Exception as error:
        _explain([error])


def _explain(errors: list[BaseException]) -> NoReturn:
    import structlog
    from sqlalchemy.exc import InterfaceError, OperationalError

    from bot.db import DatabaseUnfit
    from bot.i18n import CatalogueMissing
    from bot.law.calendar import DaysOffWrong

    mendable = (SettingsWrong, DatabaseUnfit, DaysOffWrong, CatalogueMissing)
    # These classes live where aiogram or the models are imported, which the short commands do without.
    named = {"AddressTaken", "TokenWrong", "NeverMigrated"}
    for error in errors:
        if isinstance(error, mendable) or type(error).__name__ in named:
            _refuse(str(error))
    for error in errors:
        # The driver's own errors come through as they are when there is no connection yet.
        if isinstance(error, OperationalError | InterfaceError | OSError) or type(error).__module__.startswith(
            "asyncpg"
        ):
            reason = str(getattr(error, "orig", None) or error).partition("\n")[0] or type(error).__name__
            _refuse(f"DATABASE_URL: the database cannot be used: {reason}. Check that it is there and lets the bot in.")
    for error in errors:
        structlog.get_logger("bot").critical("stopped by a fault of the bot", exc_info=error)
    raise typer.Exit(1)


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


@commands.command()
def run() -> None:
    """Run the bot: with BOT_TOKEN against Telegram, without it in the built-in sandbox."""
    from bot.run import run as run_bot

    _do(run_bot(_settings()))


@commands.command()
def sandbox() -> None:
    """Run the bot in the built-in sandbox, even when BOT_TOKEN is set."""
    from bot.run import run as run_bot

    _do(run_bot(_settings(bot_token=None)))


@commands.command()
def migrate() -> None:
    """Bring the database up to date, with the places and reasons that every bot needs."""
    from bot.bootstrap import prepare
    from bot.db import Database, utcnow
    from bot.migrate import newest_revision

    async def work() -> None:
        database = Database(settings.database_url)
        try:
            await prepare(database, utcnow())
        finally:
            await database.close()
        print(f"The database is at revision {newest_revision()}.")

    settings = _settings()
    _do(work())


@commands.command()
def doctor(
    *,
    mend: Annotated[bool, typer.Option("--mend", help="Put right what the search index holds wrongly.")] = False,
) -> None:
    """Look whether everything is delivered, counted and up to date; exit code 1 when somebody must act."""
    from bot.bootstrap import build_app, load_models
    from bot.db import Database, utcnow
    from bot.doctor import Finding, examine, revision_of
    from bot.migrate import newest_revision
    from bot.places.service import load

    findings: list[Finding] = []

    def tell(finding: Finding) -> None:
        findings.append(finding)
        print(f"{'ok ' if finding.well else 'ACT'}  {finding.what}: {finding.how}")

    async def work() -> None:
        load_models()
        database = Database(settings.database_url)
        try:
            revision, expected = await revision_of(database), newest_revision()
            if revision != expected:
                # What else to look at may not be there yet.
                how = f"revision {revision}, this release needs {expected}: python -m bot migrate"
                tell(Finding(well=False, what="database", how=how))
                return
            async with database.reading() as session:
                gazetteer = await load(session)
            async for finding in examine(build_app(settings, database, gazetteer), revision, utcnow(), mend=mend):
                tell(finding)
        finally:
            await database.close()

    settings = _settings()
    _do(work())
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@commands.command()
def backup(file: Path) -> None:
    """Copy the embedded database, while the bot runs, to FILE (PostgreSQL: use pg_dump)."""
    from sqlalchemy.engine import make_url

    from bot.backup import backup_sqlite

    settings = _settings()
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        _refuse("This bot uses PostgreSQL: make the backup with pg_dump, and keep PEPPER with it.")
    try:
        backup_sqlite(Path(url.database or ""), file)
    except FileExistsError:
        _refuse(f"{file} is there already; give a name that is free.")
    except FileNotFoundError:
        _refuse(f"There is no database at {url.database} yet.")
    except (OSError, sqlite3.Error) as error:
        _refuse(f"{file} cannot be written: {getattr(error, 'strerror', None) or error}.")
    kept = "PEPPER" if settings.pepper else settings.data_dir / "pepper"
    print(f"Backed up to {file}. Keep {kept} with it: without it confirmed phones are unknown.")


@exports.command("moderation-log")
def export_moderation_log(
    form: Annotated[Literal["json", "csv"], typer.Option("--format", help="json or csv")] = "json",
) -> None:
    """Print the published log of moderation: counts and reasons by month, no names and no texts."""
    from bot.bootstrap import load_models
    from bot.db import Database, utcnow
    from bot.doctor import revision_of
    from bot.petitions.moderation.log import as_csv, whole_log

    async def work() -> None:
        load_models()
        database = Database(settings.database_url)
        try:
            await revision_of(database)
            async with database.reading() as session:
                months = await whole_log(session, settings.timezone, utcnow())
        finally:
            await database.close()
        if form == "csv":
            print(as_csv(months), end="")
        else:
            print(json.dumps([month.as_json() for month in months], ensure_ascii=False, indent=2))

    settings = _settings()
    _do(work())


@exports.command("routing-feedback")
def export_routing_feedback(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was set right since this day: 2026-11-01")
    ] = None,
) -> None:
    """Print the bodies that authors, moderators and officials set right, a JSON object a line; nothing personal."""
    from zoneinfo import ZoneInfo

    from bot.bootstrap import load_models
    from bot.db import Database
    from bot.doctor import revision_of
    from bot.petitions.feedback import lessons

    async def work() -> None:
        load_models()
        database = Database(settings.database_url)
        try:
            await revision_of(database)
            async with database.reading() as session:
                async for lesson in lessons(session, first):
                    print(json.dumps(lesson.as_data(), ensure_ascii=False))
        finally:
            await database.close()

    settings = _settings()
    first = since.replace(tzinfo=ZoneInfo(settings.timezone)) if since is not None else None
    _do(work())


if __name__ == "__main__":
    commands()

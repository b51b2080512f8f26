"""Log lines hold nothing personal, whatever people write and whatever breaks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.db import Database
from bot.i18n import translator
from bot.logs import set_up_logs
from bot.petitions.search import handlers as searching
from bot.sandbox import people
from bot.telegram.inbox import OUR_FAULT
from tests.journeys.conftest import Town, town  # noqa: F401 - a fixture

Form = Literal["console", "json"]
SECRET = "+77011234501"
WISH = "Ағайын, құпия тілегім бар"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is logged does not depend on the database."""
    return sqlite_url


@contextlib.contextmanager
def logs_as(form: Form) -> Iterator[None]:
    """Logs as a process of the bot has them, as talkative as they can be set."""
    root = logging.getLogger()
    others, level = root.handlers[:], root.level
    root.handlers[:] = []
    set_up_logs("debug", form)
    ours = root.handlers[:]
    root.handlers[:] = others + ours
    try:
        yield
    finally:
        for handler in ours:
            root.removeHandler(handler)
        root.setLevel(level)
        structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str], form: Form) -> list[str]:
    """What was logged; in JSON every line is one object."""
    found = capsys.readouterr().err.splitlines()
    if form == "json":
        for line in found:
            json.loads(line)
    return found


both_forms = pytest.mark.parametrize("form", ["console", "json"])


@both_forms
async def test_a_journey_leaves_nothing_personal_in_the_log(
    form: Form,
    town: Town,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"{WISH} {SECRET} Айгүл Серікқызы")

    apology = translator("kk")(OUR_FAULT)
    aigul = town.person(people.AIGUL)
    with logs_as(form):
        await aigul.open()
        await aigul.expect()
        await aigul.send(f"/new {WISH}. Көшеге шам орнатуды сұраймыз. Түнде балалар қараңғыда қайтады.")
        await aigul.expect()
        for _ in range(2):
            await aigul.tap(aigul.screen.buttons[0])
            await aigul.expect()
        await aigul.share_contact()
        await aigul.expect(lambda message: "расталды" in (message.text or ""))
        monkeypatch.setattr(searching, "_search", breaks)
        await aigul.send(f"/find {WISH}")
        await aigul.expect(lambda message: message.text == apology)
    logged = lines(capsys, form)
    assert any("RuntimeError" in line for line in logged)
    personal = [WISH, "құпия", "11234501", "Айгүл", "Серік", "aigul", "шам орнат", str(people.AIGUL)]
    assert not [line for line in logged for word in personal if word.casefold() in line.casefold()]


@both_forms
async def test_an_exception_is_told_by_its_kind_and_lines_only(
    form: Form, sqlite: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    log = structlog.get_logger("bot.test")
    with logs_as(form):
        try:
            async with sqlite.transaction() as session:
                await session.execute(text("INSERT INTO nowhere VALUES (:phone)"), {"phone": SECRET})
        except OperationalError as error:
            log.exception("a job broke")
            logging.getLogger("some.library").warning("a call broke\n%r", SECRET, exc_info=error)
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            log.exception("a value broke")
            # What asyncio does with a task whose failure nobody looked at.
            asyncio.get_running_loop().default_exception_handler(
                {"message": "Task exception was never retrieved", "exception": error, "future": asyncio.Future()}
            )
    logged = "\n".join(lines(capsys, form))
    assert SECRET not in logged
    for told in ("OperationalError", "ValueError", "test_log_privacy.py", "some.library", "never retrieved"):
        assert told in logged


def test_a_database_error_does_not_hold_what_was_to_be_stored(sqlite_url: str) -> None:
    async def fail() -> str:
        database = Database(sqlite_url)
        try:
            async with database.transaction() as session:
                await session.execute(text("INSERT INTO nowhere VALUES (:phone)"), {"phone": SECRET})
        except OperationalError as error:
            return str(error)
        finally:
            await database.close()
        return ""

    said = asyncio.run(fail())
    assert "no such table" in said
    assert SECRET not in said


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("error", "json")
    structlog.get_logger("x").info("not this")
    structlog.get_logger("x").error("but this")
    structlog.reset_defaults()
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["but this"]

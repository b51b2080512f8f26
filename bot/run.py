"""One process of the bot: database, sandbox if there is no token, updates in, messages out, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import structlog
from pydantic import SecretStr

from bot.bootstrap import App, build_app, prepare
from bot.config import Settings, SettingsWrong
from bot.db import Database, utcnow
from bot.law.calendar import read_days_off

log = structlog.get_logger(__name__)

SANDBOX_TOKEN = "100001:sandbox-of-halyq-uni-training-000"
"""Any token of the right shape is a bot in the sandbox."""

_TRAINING: Final = "training ground"
"""Name of the row in `job_runs` by which a database of the sandbox is known."""


async def run(settings: Settings) -> None:
    """Run until SIGTERM or Ctrl-C.

    Raises:
        SettingsWrong, DatabaseUnfit, DaysOffWrong: the settings cannot be used.
        TokenWrong: Telegram does not know the token.
        AddressTaken: something else listens at SANDBOX_LISTEN or METRICS_LISTEN.
    """
    began = time.monotonic()
    # Before anything is opened: a setting that cannot be used shows at once.
    settings.pepper_bytes()
    read_days_off(settings.days_off_file)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    database = Database(settings.database_url)
    async with contextlib.AsyncExitStack() as house:
        house.push_async_callback(database.close)
        gazetteer = await prepare(database, utcnow())
        await _keep_worlds_apart(database, utcnow(), is_sandbox=settings.is_sandbox)
        if settings.is_sandbox:
            settings = await house.enter_async_context(_sandbox(settings))
        app = build_app(settings, database, gazetteer)
        if settings.bot_token is not None and settings.bot_token.get_secret_value() == SANDBOX_TOKEN:
            await _seed_training(app)
        if settings.metrics_listen is not None:
            await house.enter_async_context(_metrics(settings.metrics_listen, database))
        await serve(app, stop, began=began)


async def serve(app: App, stop: asyncio.Event, *, began: float | None = None) -> None:
    """Run the bot of an app that is wired, until `stop` is set.

    Raises:
        TokenWrong: Telegram does not know the token.
    """
    from aiogram import Bot
    from aiogram.types import User

    from bot.delivery.api import BotApi
    from bot.delivery.pace import Pace
    from bot.delivery.workers import Words, Workers
    from bot.telegram.app import Updates, learn_username, run_updates
    from bot.telegram.dispatch import build_dispatcher
    from bot.telegram.polling import Stopped

    settings = app.settings
    if settings.bot_token is None:
        raise ValueError("a bot cannot be served without a token")
    token = settings.bot_token.get_secret_value()
    bot = Bot(token)
    api = BotApi(settings.telegram_api_base, token)
    pace = Pace(app.database, bot.id, rate=settings.send_rate)
    painters = app.painters()
    try:
        username = await learn_username(api, stop)
        # A command that names the bot (/help@bot) is compared with this; asking then would be a call in a handler.
        bot._me = User(id=bot.id, is_bot=True, first_name=username, username=username)
        if began is not None:
            log.info("start took", seconds=round(time.monotonic() - began, 1))
        workers = Workers(
            app.database,
            api,
            pace,
            Words(app.renderers(), app.live_renderers(), painters),
            username,
            jobs=app.jobs(),
            gate=app.notifications.gate,
        )
        updates = Updates(
            database=app.database,
            api=api,
            bot=bot,
            dispatcher=build_dispatcher(app.routers(), app.services),
            residents=app.residents,
            painters=painters,
            pace=pace,
            default_language=settings.default_language,
            bot_username=username,
        )
        # What was loaded until now stays; looking through it again and again would stop everything for a while.
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as group:
            group.create_task(workers.run(stop), name="workers")
            group.create_task(run_updates(updates, stop), name="updates")
    except* Stopped:
        pass
    finally:
        await api.close()
        await bot.session.close()


class AddressTaken(RuntimeError):
    """Something else listens at the address; the message says which setting changes it."""


@contextlib.asynccontextmanager
async def _sandbox(settings: Settings) -> AsyncIterator[Settings]:
    """The built-in sandbox, and the settings of a bot that lives in it."""
    from bot.sandbox.people import ERZHAN
    from bot.sandbox.server import serve as serve_sandbox
    from bot.training.crowd import has_signed

    try:
        sandbox = await serve_sandbox(settings.sandbox_listen, settings.data_dir, is_done=has_signed)
    except OSError as error:
        raise AddressTaken(
            f"SANDBOX_LISTEN: nothing can listen at {settings.sandbox_listen} ({error.strerror}). "
            "Set another address, e.g. SANDBOX_LISTEN=127.0.0.1:8766"
        ) from None
    print(f"\n  Halyq Úni, sandbox: open {sandbox.base} in a browser. Ctrl-C stops.\n", flush=True)
    try:
        yield settings.model_copy(
            update={
                "bot_token": SecretStr(SANDBOX_TOKEN),
                "telegram_api_base": sandbox.base,
                "admin_ids": (*settings.admin_ids, ERZHAN),
                "quiet_hours": settings.quiet_hours if "quiet_hours" in settings.model_fields_set else "none",
            }
        )
    finally:
        await sandbox.stop()


async def _keep_worlds_apart(database: Database, now: datetime, *, is_sandbox: bool) -> None:
    """See to it that invented petitions and real ones never share a database.

    Raises:
        SettingsWrong: the sandbox is to run on a live bot's database, or the other way round.
    """
    from sqlalchemy import select

    from bot.db import insert_ignoring
    from bot.delivery.models import JobRun
    from bot.telegram.models import PollingOffset

    sandbox_bot = int(SANDBOX_TOKEN.partition(":")[0])
    async with database.transaction() as session:
        live = await session.scalar(select(PollingOffset.bot_id).where(PollingOffset.bot_id != sandbox_bot).limit(1))
        training = await session.scalar(select(JobRun.name).where(JobRun.name == _TRAINING))
        if is_sandbox and live is not None:
            raise SettingsWrong(
                "DATABASE_URL: this database belongs to a live bot; the sandbox needs one of its own. "
                "Set BOT_TOKEN to run the bot, or leave DATABASE_URL empty for the sandbox."
            )
        if not is_sandbox and training is not None:
            raise SettingsWrong(
                "DATABASE_URL: this database holds the sandbox's invented petitions. "
                "Give the live bot an empty one, or leave DATABASE_URL empty."
            )
        if is_sandbox:
            await session.execute(insert_ignoring(session, JobRun, [{"name": _TRAINING, "key": "", "ran_at": now}]))


async def _seed_training(app: App) -> None:
    from bot.residents.models import Role
    from bot.sandbox.people import GULNAR, MARAT
    from bot.training.inbox import AKIMAT, fill_inbox
    from bot.training.seed import Trainee, seed
    from bot.training.surveys import seed_surveys

    staff = [
        Trainee(MARAT, Role.MODERATOR),
        Trainee(GULNAR, Role.OFFICIAL, AKIMAT),
    ]
    async with app.database.transaction() as session:
        made = await seed(session, app.petitions, staff, utcnow())
        if made:
            made += await fill_inbox(session, app.decisions, AKIMAT, utcnow())
            await seed_surveys(session, app.surveys, utcnow())
    if made:
        log.info("sandbox seeded", petitions=made)


@contextlib.asynccontextmanager
async def _metrics(listen: str, database: Database) -> AsyncIterator[None]:
    """/healthz (200 while the database answers) and /metrics."""
    from aiohttp import web
    from prometheus_client import generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_LATEST
    from sqlalchemy import text

    async def healthz(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(3), database.reading() as session:
                await session.execute(text("SELECT 1"))
        except Exception as error:
            return web.Response(status=503, text=f"database: {type(error).__name__}\n")
        return web.Response(text="ok\n")

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    server = web.Application()
    server.add_routes([web.get("/healthz", healthz), web.get("/metrics", metrics)])
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    host, _, port = listen.rpartition(":")
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError as error:
        await runner.cleanup()
        raise AddressTaken(
            f"METRICS_LISTEN: nothing can listen at {listen} ({error.strerror}). Set another address."
        ) from None
    try:
        yield
    finally:
        await runner.cleanup()

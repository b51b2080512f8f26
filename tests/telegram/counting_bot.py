"""A bot that counts: every update leaves one row and one answer. Its process can be killed at any moment.

Reads lines from standard input, and for each starts the bot in a fork of itself, so that only the first start
pays for the imports; writes the process id, and once that process has ended its exit code (or minus the signal).
"""

from __future__ import annotations

import asyncio
import gettext
import logging
import os
import signal
import sys
import traceback
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from aiogram import Bot, Router
from aiogram.types import Message
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database, insert_ignoring
from bot.delivery.api import BotApi
from bot.i18n import Language, Translator
from bot.residents.models import Resident, Role
from bot.screen import Screen
from bot.telegram.answers import Answer
from bot.telegram.app import Updates, run_updates, stop_on_signals
from bot.telegram.context import Here
from bot.telegram.dispatch import build_dispatcher

counted = Table("counted", MetaData(), Column("person", BigInteger), Column("words", Text))
"""No constraint keeps an effect from happening twice: the inbox alone has to."""


def english(language: Language) -> Translator:
    """Words without catalogues."""
    return Translator(language, gettext.NullTranslations(), ZoneInfo("Asia/Almaty"))


class SomeResidents:
    """The least that knows people."""

    async def arrive(
        self, session: AsyncSession, *, telegram_id: int, telegram_language: str | None, now: datetime
    ) -> Resident:
        """Find or make the person."""
        query = select(Resident).where(Resident.telegram_id == telegram_id)
        resident = await session.scalar(query)
        if resident is None:
            row = {
                "telegram_id": telegram_id,
                "language": telegram_language or "kk",
                "language_chosen": False,
            }
            row |= {"created_at": now, "seen_at": now}
            await session.execute(insert_ignoring(session, Resident, [row]))
            resident = (await session.scalars(query)).one()
        return resident

    async def roles_of(self, session: AsyncSession, resident: Resident) -> tuple[frozenset[Role], tuple[str, ...]]:
        """Nobody has a role."""
        return frozenset(), ()


def counting_router() -> Router:
    """Counts every message."""
    router = Router(name="counting")

    @router.message()
    async def count(message: Message, here: Here) -> Answer:
        words = message.text or ""
        await here.session.execute(insert(counted).values(person=here.resident.telegram_id, words=words))
        return here.show(Screen(f"counted {words}"))

    return router


async def serve(database_url: str, base: str, token: str) -> None:
    """Run the bot until told to stop."""
    stop = asyncio.Event()
    stop_on_signals(stop)
    database = Database(database_url)
    async with BotApi(base, token) as api:
        bot = Bot(token)
        await run_updates(
            Updates(
                database=database,
                api=api,
                bot=bot,
                dispatcher=build_dispatcher([counting_router()]),
                residents=SomeResidents(),
                translate=english,
            ),
            stop,
        )
        await bot.session.close()
    await database.close()


def main() -> None:
    """Start a bot for every line read: the address of the database, that of Telegram, and the token."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                asyncio.run(serve(*line.split()))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()

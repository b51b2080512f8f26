"""The yardstick: a bare aiogram bot that answers every text with itself, set up as fast as aiogram goes.

Run by `benchmarks.signing` with the address of a Bot API and a token.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

logging.disable()


async def _echo(message: Message) -> None:
    await message.answer(message.text or "")


async def _main(base: str, token: str) -> None:
    dispatcher = Dispatcher()
    dispatcher.message.register(_echo)
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2]))

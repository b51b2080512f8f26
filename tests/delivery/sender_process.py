"""A sender as a process of its own, for tests that kill it: DATABASE_URL BOT_API_BASE SECONDS_AHEAD RATE."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from datetime import timedelta

from bot.db import Database
from bot.delivery.api import BotApi
from tests.delivery.delivering import TOKEN, ShiftedClock, make_sender


async def main() -> None:
    """Send until terminated."""
    url, base, ahead, rate = sys.argv[1:]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = Database(url)
    async with BotApi(base, TOKEN) as api:
        clock = ShiftedClock(timedelta(seconds=float(ahead)))
        await make_sender(database, api, clock, rate=float(rate)).run(stop)
    await database.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())

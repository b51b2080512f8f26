"""`python -m benchmarks.broadcast`: how long a person waits for an answer while a broadcast goes out at full pace.

The bot is a process of its own that polls a small fake Telegram over HTTP. The same crowd asks first while nothing
else happens, then while every free moment of the 28 a second goes to a broadcast. Target: 95 of 100 answers within a
second; and the broadcast keeps what is left of its pace.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from typing import Final

from sqlalchemy import select

from benchmarks.signing import FIRST, PATIENCE_SECONDS, TOKEN
from benchmarks.telegram import Json, Telegram, message
from bot.bootstrap import prepare
from bot.config import Settings
from bot.db import Database, utcnow
from bot.delivery.outbox import tell_each
from bot.residents.models import Resident

TOLD: Final = 100_000
"""Telegram id of the first person of the broadcast; nobody of them asks anything."""

TARGET_SECONDS: Final = 1.0


async def main() -> None:
    """Measure, print both, say whether the target is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=20_000, help="people the broadcast goes to")
    options.add_argument("--asked", type=int, default=100, help="questions in each part")
    options.add_argument("--rate", type=float, default=4.0, help="questions a second")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "BOT_TOKEN": TOKEN,
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/halyq.db",
            "DATA_DIR": folder,
            "LOG_LEVEL": "warning",
            "QUIET_HOURS": "none",
        }
        settings = Settings(_env_file=None, **environment)  # type: ignore[arg-type]
        database = Database(settings.database_url)
        await prepare(database, utcnow())
        telegram = Telegram(_is_answer)
        await telegram.start()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env={**os.environ, **environment, "TELEGRAM_API_BASE": telegram.base}
        )
        try:
            telegram.give("message", message(FIRST, "/help"))
            await telegram.all_answered(range(FIRST, FIRST + 1), PATIENCE_SECONDS)
            first = range(FIRST + 1, FIRST + 1 + chosen.asked)
            quiet = await _ask(telegram, first, chosen.rate)
            await _broadcast(database, chosen.people)
            began, before = time.perf_counter(), telegram.calls
            second = range(first.stop, first.stop + chosen.asked)
            busy = await _ask(telegram, second, chosen.rate)
            per_second = (telegram.calls - before) / (time.perf_counter() - began)
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()
            await telegram.stop()
            await database.close()
    for name, waits in (("nothing else", quiet), ("broadcast", busy)):
        cuts = statistics.quantiles(waits, n=100)
        print(f"{name:12} p50 {cuts[49] * 1e3:6.0f} ms  p95 {cuts[94] * 1e3:6.0f} ms  p99 {cuts[98] * 1e3:6.0f} ms")
    p95 = statistics.quantiles(busy, n=100)[94]
    print(f"{per_second:.1f} calls a second meanwhile; p95 {p95:.2f} s (target below {TARGET_SECONDS:.0f} s)")


def _is_answer(method: str, params: Json) -> bool:
    return method == "sendMessage" and int(params["chat_id"]) < TOLD


async def _broadcast(database: Database, people: int) -> None:
    now = utcnow()
    async with database.transaction() as session:
        session.add_all(
            Resident(telegram_id=TOLD + number, language="kk", created_at=now, seen_at=now) for number in range(people)
        )
        await session.flush()
        await tell_each(
            session,
            select(Resident.id).where(Resident.telegram_id >= TOLD),
            kind="account_moved",
            reference=1,
            params={"held": {}},
            priority=8,
            now=now,
        )


async def _ask(telegram: Telegram, crowd: range, rate: float) -> list[float]:
    """One person after the other; answers how long each waited."""
    given: dict[int, float] = {}
    began = time.perf_counter()
    for place, number in enumerate(crowd):
        ahead = began + place / rate - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        given[number] = time.perf_counter()
        telegram.give("message", message(number, "/help"))
    await telegram.all_answered(crowd, PATIENCE_SECONDS)
    return [telegram.answered[number] - given[number] for number in crowd]


if __name__ == "__main__":
    asyncio.run(main())

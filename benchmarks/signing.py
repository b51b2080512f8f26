"""`make bench`: how fast people sign, from the tap to the edited card, beside a bare aiogram echo bot in the same run.

Both bots are processes of their own that poll the same small fake Telegram over HTTP. One update of the echo bot is
one text and one answer; one update of ours is one tap, one signature on disk and two calls, with everything the bot
does besides (refreshing the cards of those who signed earlier, the clock, the outbox) and Telegram's pace lifted.
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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.telegram import Json, Telegram, message, tap
from bot.bootstrap import App, build_app, prepare
from bot.config import Settings
from bot.db import Database, utcnow
from bot.petitions.models import Draft
from bot.petitions.rules import Action, Actor, DraftStep
from bot.petitions.signing.views import SignNowTap
from bot.residents.models import Consent, Resident

TOKEN: Final = "4242:AABenchmarkBenchmarkBenchmarkBenchm"
FIRST: Final = 1_000
"""Telegram id of the first person; the others follow."""

WARM_UP: Final = 300
PATIENCE_SECONDS: Final = 120.0
PLACE: Final = "kz-almaty-city"


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one bot."""

    name: str
    start_seconds: float
    """From the start of the process to its first answer."""
    per_second: float
    cpu: float
    """Milliseconds of processor time an update, in the burst."""
    half_load: tuple[float, float]
    """p50 and p99 of the time from update to answer at half of `per_second`, in milliseconds."""
    megabytes: float
    """Resident memory at the end."""
    calls: int


async def main() -> None:
    """Measure both, print the comparison."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=3000, help="updates of the burst")
    options.add_argument("--seconds", type=float, default=10.0, help="how long the half load lasts")
    options.add_argument("--profile", help="write what our bot spends its time on to this file (for pstats)")
    chosen = options.parse_args()
    profiling = ["-m", "cProfile", "-o", chosen.profile] if chosen.profile else []
    with tempfile.TemporaryDirectory() as folder:
        echo = await _measure(
            "echo bot",
            lambda base: [sys.executable, "-m", "benchmarks.echo_bot", base, TOKEN],
            {},
            give=lambda telegram, number: telegram.give("message", message(number, "Қол қоямын")),
            is_answer=lambda method, params: method == "sendMessage",
            people=chosen.people,
            seconds=chosen.seconds,
        )
        environment = {
            "BOT_TOKEN": TOKEN,
            "DATABASE_URL": f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}",
            "PEPPER": "pepper of the benchmark, long enough to be one",
            "SEND_RATE": "10000",
            "LOG_LEVEL": "warning",
        }
        most = FIRST + WARM_UP + chosen.people + int(echo.per_second * chosen.seconds)
        data = (await _prepare(Settings(_env_file=None, **environment), most)).pack()  # type: ignore[arg-type]
        ours = await _measure(
            "Halyq Úni",
            lambda base: [sys.executable, *profiling, "-m", "bot", "run"],
            environment,
            give=lambda telegram, number: telegram.give("callback_query", tap(number, data)),
            is_answer=_is_signed_card,
            people=chosen.people,
            seconds=chosen.seconds,
        )
    for one in (echo, ours):
        print(
            f"{one.name:9} {one.per_second:6.0f} updates/s  {one.cpu:5.2f} ms CPU each  "
            f"half load p50 {one.half_load[0]:5.1f} ms p99 {one.half_load[1]:6.1f} ms  "
            f"{one.megabytes:4.0f} MB  first answer after {one.start_seconds:4.1f} s  {one.calls} calls"
        )
    print(f"ratio {ours.per_second / echo.per_second:.2f} (target 0.50)")


def _is_signed_card(method: str, params: Json) -> bool:
    # The first edit of a person's message is the answer; later ones only refresh the count.
    return method == "editMessageText" and "chat_id" in params


async def _measure(
    name: str,
    command: Callable[[str], list[str]],
    environment: dict[str, str],
    *,
    give: Callable[[Telegram, int], None],
    is_answer: Callable[[str, Json], bool],
    people: int,
    seconds: float,
) -> Measured:
    telegram = Telegram(is_answer)
    await telegram.start()
    give(telegram, FIRST)
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command(telegram.base), env={**os.environ, **environment, "TELEGRAM_API_BASE": telegram.base}
    )
    try:
        crowd = range(FIRST, FIRST + 1)
        await telegram.all_answered(crowd, PATIENCE_SECONDS)
        start_seconds = telegram.answered[FIRST] - began

        crowd = range(crowd.stop, crowd.stop + WARM_UP)
        await _burst(telegram, give, crowd)
        crowd = range(crowd.stop, crowd.stop + people)
        used = _cpu_seconds(process.pid)
        per_second = people / await _burst(telegram, give, crowd)
        cpu = (_cpu_seconds(process.pid) - used) / people * 1e3
        rate = per_second / 2
        crowd = range(crowd.stop, crowd.stop + int(rate * seconds))
        waits = await _steady(telegram, give, crowd, rate)
        cuts = statistics.quantiles(waits, n=100)
        return Measured(
            name,
            start_seconds,
            per_second,
            cpu,
            (cuts[49] * 1e3, cuts[98] * 1e3),
            _megabytes(process.pid),
            telegram.calls,
        )
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()
        await telegram.stop()


async def _burst(telegram: Telegram, give: Callable[[Telegram, int], None], crowd: range) -> float:
    """Everybody at once; answers the seconds until the last answer."""
    began = time.perf_counter()
    for number in crowd:
        give(telegram, number)
    await telegram.all_answered(crowd, PATIENCE_SECONDS)
    return max(telegram.answered[number] for number in crowd) - began


async def _steady(telegram: Telegram, give: Callable[[Telegram, int], None], crowd: range, rate: float) -> list[float]:
    """One after the other at a rate; answers how long each waited."""
    given: dict[int, float] = {}
    began = time.perf_counter()
    for place, number in enumerate(crowd):
        ahead = began + place / rate - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        given[number] = time.perf_counter()
        give(telegram, number)
    await telegram.all_answered(crowd, PATIENCE_SECONDS)
    return [telegram.answered[number] - given[number] for number in crowd]


def _cpu_seconds(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(process_id: int) -> float:
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def _prepare(settings: Settings, last: int) -> SignNowTap:
    """A published petition and people who may sign it; answers what their buttons carry."""
    database = Database(settings.database_url)
    now = utcnow()
    app = build_app(settings, database, await prepare(database, now))
    async with database.transaction() as session:
        people = [_confirmed(number, now) for number in range(FIRST, last + 1)]
        session.add_all(people)
        await session.flush()
        session.add_all(
            Consent(resident_id=one.id, version="1", language="kk", text_sha256="0" * 64, given_at=now)
            for one in people
        )
        number = await _publish(app, session, people[-1], now)
    await database.close()
    return SignNowTap(number, None)


def _confirmed(number: int, now: Any) -> Resident:
    return Resident(
        telegram_id=number,
        language="kk",
        phone_hash=f"{number:064x}",
        phone_confirmed_at=now,
        citizen_stated_at=now,
        created_at=now,
        seen_at=now,
    )


async def _publish(app: App, session: Any, author: Resident, now: Any) -> int:
    draft = Draft(
        author_id=author.id,
        step=DraftStep.REVIEW,
        language="kk",
        title="Талғарда мектепке баратын жолға жарық орнатыңыздар",
        ask="Мектепке дейінгі жолға көше шамдарын орнатуды сұраймыз.",
        why="Бұл жолда 640 метр бойы бірде-бір шам жоқ, балалар қараңғыда қайтады.",
        place_key=PLACE,
        body_key=f"akimat:{PLACE}",
        created_at=now,
        updated_at=now,
    )
    session.add(draft)
    await session.flush()
    petition = await app.petitions.open(session, draft, author, now)
    await app.petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)
    await app.petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)
    return petition.id


if __name__ == "__main__":
    asyncio.run(main())

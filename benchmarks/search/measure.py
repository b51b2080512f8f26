"""`make bench-search`: how well and how fast petitions are found among 100,000, beside other engines in the same run.

Writes docs/search.md. PostgreSQL is the server of TEST_POSTGRES_URL, in a database made for this and dropped again.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg
from sqlalchemy import text

from benchmarks.search.filling import store
from benchmarks.search.generator import Invented, invented
from benchmarks.search.queries import Query, everyday, judged, needles
from benchmarks.search.rivals import FIRST, Ask, Rival, pg_trgm, raw_fts5, tantivy_on_stems
from bot.bootstrap import load_models
from bot.db import Base, Database
from bot.petitions.search import index
from bot.petitions.search.queries import Search
from bot.places.tree import Gazetteer, shipped_places

UNTIL: Final = datetime(2026, 11, 25, 7, tzinfo=UTC)
SEED: Final = 2026
EVERYDAY: Final = 400
KINDS: Final = ("lemma", "inflected", "typed plainly", "Latin letters", "one typo")
DOCUMENT: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "search.md"


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one engine."""

    name: str
    seconds: float
    megabytes: float
    median: float
    slowest: float
    """p99, milliseconds."""
    cpu: tuple[float, float]
    """p50 and p99 of this process's own processor time, which other work on the machine does not stretch; a server's is
    not in it."""
    recall: dict[str, float]


async def main() -> None:
    """Measure all, print and write the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--petitions", type=int, default=100_000)
    options.add_argument("--write", action="store_true", help="write docs/search.md")
    options.add_argument("--only-ours", action="store_true", help="leave the other engines out")
    chosen = options.parse_args()
    load_models()
    petitions, numbers = corpus(chosen.petitions)
    queries = [*judged(SEED), *everyday(EVERYDAY, SEED + 1, UNTIL)]
    server = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    name = f"halyq_bench_{os.getpid()}"
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        measured.append(
            await _ours("ours, SQLite", f"sqlite+aiosqlite:///{folder}/ours.db", petitions, queries, numbers)
        )
        await _run(
            server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        )
        try:
            url = server.rsplit("/", 1)[0] + f"/{name}"
            theirs = url.replace("postgresql://", "postgresql+asyncpg://", 1)
            measured.append(await _ours("ours, PostgreSQL", theirs, petitions, queries, numbers))
            if not chosen.only_ours:
                for rival in (
                    raw_fts5(Path(folder), petitions),
                    await pg_trgm(url, petitions),
                    tantivy_on_stems(Path(folder), petitions),
                ):
                    measured.append(await _rival(rival, queries, numbers))
        finally:
            await _run(server, f"DROP DATABASE {name} WITH (FORCE)")
    table = _table(measured)
    print(table)
    if chosen.write:
        DOCUMENT.write_text(_document(table, chosen.petitions, len(numbers), len(queries)), encoding="utf-8")


def corpus(count: int) -> tuple[list[Invented], list[int]]:
    """So many petitions with the judged ones scattered among them, and the numbers of those."""
    sought = needles(UNTIL)
    petitions = list(invented(count - len(sought), SEED, UNTIL))
    chance = random.Random(SEED)
    places = sorted(chance.sample(range(count), len(sought)))
    for place, one in zip(places, sought, strict=True):
        petitions.insert(place, one)
    return petitions, [place + 1 for place in places]


async def _ours(
    name: str, url: str, petitions: list[Invented], queries: Sequence[Query], numbers: Sequence[int]
) -> Measured:
    gazetteer = Gazetteer(shipped_places())
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await store(database, petitions, SEED)
    started = time.perf_counter()
    await index.mend(database, gazetteer)
    seconds = time.perf_counter() - started
    if not database.is_sqlite:
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE"))
    search = Search(gazetteer)
    async with database.reading() as session:
        megabytes = await _megabytes(database)

        async def ask(query: str) -> list[int]:
            found = await search.find(session, query, UNTIL)
            return [one.petition.id for one in found.petitions]

        async def judge(query: str) -> list[int]:
            found = await search.find(session, query, UNTIL, size=FIRST)
            return [one.petition.id for one in found.petitions]

        measured = await _measure(name, seconds, megabytes, ask, queries, numbers, judge)
    await database.close()
    return measured


async def _megabytes(database: Database) -> float:
    """Of what looks words up, without the rows that hold the petitions' own words."""
    if database.is_sqlite:
        names = " OR ".join(f"name LIKE '{name}'" for name in ("search_words%", "%search_terms%", "ix_search%"))
        counted = f"SELECT sum(pgsize) FROM dbstat WHERE {names}"
    else:
        counted = (
            "SELECT pg_relation_size('ix_search_documents_words') + pg_relation_size('ix_search_documents_facets') "
            "+ pg_total_relation_size('search_terms')"
        )
    async with database.reading() as session:
        return float(await session.scalar(text(counted)) or 0) / 1e6


async def _rival(rival: Rival, queries: Sequence[Query], numbers: Sequence[int]) -> Measured:
    return await _measure(rival.name, rival.seconds, rival.megabytes, rival.ask, queries, numbers)


async def _measure(
    name: str,
    seconds: float,
    megabytes: float,
    ask: Ask,
    queries: Sequence[Query],
    numbers: Sequence[int],
    judge: Ask | None = None,
) -> Measured:
    """`judge`: finds the first ten, which are judged, where what is timed is a shorter page."""
    # The petitions that were made up for this are not the bot's own, and looking through them not its work.
    gc.collect()
    gc.freeze()
    for query in queries[:: max(len(queries) // 40, 1)]:
        await ask(query.text)
    took: list[float] = []
    worked: list[float] = []
    hits: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for query in random.Random(SEED).sample(list(queries), len(queries)):
        started, before = time.perf_counter(), time.process_time()
        found = await ask(query.text)
        took.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - before) * 1000)
        if query.needle is not None:
            found = await judge(query.text) if judge is not None else found
            hits[query.kind].append(numbers[query.needle] in found)
            if not hits[query.kind][-1] and name == "ours, SQLite":
                print(f"not found: {query.kind}: {query.text}")
    recall = {kind: statistics.mean(found) for kind, found in hits.items()}
    return Measured(name, seconds, megabytes, *_percentiles(took), _percentiles(worked), recall)


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    return statistics.median(values), sorted(values)[int(len(values) * 0.99)]


async def _run(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(statement)
    await connection.close()


def _table(measured: Sequence[Measured]) -> str:
    lines = [
        f"| engine | p50 / p99 ms | CPU p50 / p99 ms | {' | '.join(KINDS)} | index MB | built in s |",
        f"| --- | ---: | ---: |{' ---: |' * len(KINDS)} ---: | ---: |",
    ]
    for one in measured:
        shares = " | ".join(f"{one.recall[kind]:.0%}" for kind in KINDS)
        lines.append(
            f"| {one.name} | {one.median:.1f} / {one.slowest:.1f} | {one.cpu[0]:.1f} / {one.cpu[1]:.1f} | {shares} "
            f"| {one.megabytes:.0f} | {one.seconds:.0f} |"
        )
    return "\n".join(lines)


def _document(table: str, petitions: int, needed: int, queries: int) -> str:
    return f"""# Search: what it finds and how fast

Written by `make bench-search`; how it works and why: `docs/decisions/0012-search.md`.

{petitions:,} invented petitions (`benchmarks/search/generator.py`: half in Kazakh, a fifth of those typed without
Kazakh letters), among them {needed} written by hand in another voice (`benchmarks/search/judged.toml`). A query is
right when its petition is among the first ten. {queries:,} queries, everyday searches of one to four words among
them, one after another in one process; the answer of ours is a whole page of five: corrected, ranked, counted,
petitions loaded, snippets cut. CPU is this process's own, a server's not counted.

{table}

Index: what looks words up. Ours keeps each petition's stems beside it (in one column of `search_documents`) as well.
tantivy is a dependency of this measurement only. Times depend on the machine; compare the lines with each other.
"""


if __name__ == "__main__":
    asyncio.run(main())

"""Other ways to search, each as somebody would first set it up, on the same petitions."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from benchmarks.search.generator import Invented
from bot.petitions.search.words import terms_of

FIRST: Final = 10

Ask = Callable[[str], Awaitable[list[int]]]


@dataclass(frozen=True, slots=True)
class Rival:
    """An engine with its index: what it took, and how to ask it for the first ten numbers."""

    name: str
    seconds: float
    megabytes: float
    ask: Ask


def _text(one: Invented) -> str:
    return f"{one.title}\n{one.ask}\n{one.why}"


def raw_fts5(folder: Path, petitions: Sequence[Invented]) -> Rival:
    """SQLite FTS5 on the text as it is, all words, ordered by its own rank."""
    path = folder / "raw.db"
    connection = sqlite3.connect(path)
    started = time.perf_counter()
    connection.execute("CREATE VIRTUAL TABLE raw USING fts5(body, content='', tokenize='unicode61')")
    rows = ((number, _text(one)) for number, one in enumerate(petitions, start=1))
    connection.executemany("INSERT INTO raw(rowid, body) VALUES (?, ?)", rows)
    connection.commit()
    seconds = time.perf_counter() - started

    async def ask(query: str) -> list[int]:
        words = " ".join(f'"{word}"' for word in re.findall(r"[^\W_]+", query))
        rows = connection.execute("SELECT rowid FROM raw WHERE raw MATCH ? ORDER BY rank LIMIT ?", (words, FIRST))
        return [row[0] for row in rows]

    return Rival("raw FTS5", seconds, path.stat().st_size / 1e6, ask)


async def pg_trgm(url: str, petitions: Sequence[Invented]) -> Rival:
    """PostgreSQL's trigrams on the text as it is, ordered by the likeness of the best piece of it."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    await connection.execute("DROP TABLE IF EXISTS bench_raw")
    await connection.execute("CREATE TABLE bench_raw (id bigint PRIMARY KEY, body text)")
    rows = [(number, _text(one)) for number, one in enumerate(petitions, start=1)]
    await connection.copy_records_to_table("bench_raw", records=rows)
    started = time.perf_counter()
    await connection.execute("CREATE INDEX bench_raw_trgm ON bench_raw USING gin (body gin_trgm_ops)")
    seconds = time.perf_counter() - started
    size = await connection.fetchval("SELECT pg_relation_size('bench_raw_trgm')")

    async def ask(query: str) -> list[int]:
        rows = await connection.fetch(
            "SELECT id FROM bench_raw WHERE $1 <% body ORDER BY word_similarity($1, body) DESC LIMIT $2", query, FIRST
        )
        return [row["id"] for row in rows]

    return Rival("pg_trgm", seconds, size / 1e6, ask)


def tantivy_on_stems(folder: Path, petitions: Sequence[Invented]) -> Rival:
    """tantivy on the same folded stems as ours: the stem three times as heavy as one with a letter wrong."""
    import tantivy

    path = folder / "tantivy"
    path.mkdir()
    started = time.perf_counter()
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True)
    builder.add_text_field("words", tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema, path=str(path))
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    for number, one in enumerate(petitions, start=1):
        writer.add_document(tantivy.Document(id=number, words=" ".join(terms_of(_text(one)))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    seconds = time.perf_counter() - started
    searcher = index.searcher()

    async def ask(query: str) -> list[int]:
        parts: list[Any] = []
        for term in terms_of(query):
            exact = tantivy.Query.boost_query(tantivy.Query.term_query(schema, "words", term), 3.0)
            near = tantivy.Query.fuzzy_term_query(schema, "words", term, distance=1)
            parts += [(tantivy.Occur.Should, exact), (tantivy.Occur.Should, near)]
        if not parts:
            return []
        hits = searcher.search(tantivy.Query.boolean_query(parts), FIRST).hits
        return [int(searcher.doc(address)["id"][0]) for _, address in hits]

    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return Rival("tantivy, stems", seconds, size / 1e6, ask)

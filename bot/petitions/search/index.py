"""Keeping the index: the row of a changed petition, filling an index anew, and what differs from the petitions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import bindparam, or_, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncSession

import bot.language
from bot.db import Database, locked_alone, upsert
from bot.petitions.models import Petition
from bot.petitions.rules import PUBLIC
from bot.petitions.search.models import (
    TIDY_WORDS,
    WORDS_TABLE,
    SearchBuild,
    SearchDocument,
    SearchTerm,
    index_statements,
    unindex_statements,
)
from bot.petitions.search.rules import standing_of
from bot.petitions.search.shelves import DATA as SHELVES
from bot.petitions.search.shelves import shelf_of
from bot.petitions.search.words import document_words, is_term
from bot.places.tree import Gazetteer

log = structlog.get_logger(__name__)

BATCH: Final = 1_000
"""Petitions that are read and written at a time when the index is filled."""
_LANGUAGE: Final = Path(bot.language.__file__).parent


@cache
def spelling_version() -> str:
    """Changes with the rules by which words and marks are made; an index of another version is filled anew."""
    here = Path(__file__).parent
    files = [
        *_LANGUAGE.glob("*.py"),
        *(_LANGUAGE / "data").glob("*.txt"),
        here / "words.py",
        here / "rules.py",
        SHELVES,
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _row(petition: Any, gazetteer: Gazetteer) -> dict[str, Any]:
    """The row of a petition: a `Petition`, or a row with the same names."""
    standing = standing_of(petition.state, is_hidden=petition.hidden_since is not None)
    shelf = shelf_of(petition.subject)
    above = [place.key for place in gazetteer.parents(petition.place_key) if place is not gazetteer.republic]
    return {
        "petition_id": petition.id,
        "standing": standing,
        "shelf": shelf,
        "language": petition.language,
        "place_key": petition.place_key,
        "body_key": petition.body_key,
        "day": (petition.published_at or petition.opened_at).toordinal(),
        "words": document_words(
            petition.title,
            f"{petition.ask}\n{petition.why}",
            places=[petition.place_key, *above],
            body_key=petition.body_key,
            standing=standing,
            shelf=shelf,
            language=petition.language,
            author_id=petition.author_id,
        ),
    }


def _terms(words: str) -> set[str]:
    return {word for word in words.split() if is_term(word)}


async def put(session: AsyncSession, petition: Petition, gazetteer: Gazetteer) -> None:
    """Write a petition's row as the petition is now; in the transaction that changes the petition, after a flush."""
    row = _row(petition, gazetteer)
    known = await session.get(SearchDocument, petition.id)
    before = _terms(known.words) if known is not None else set()
    if known is None:
        session.add(SearchDocument(**row))
    else:
        for name, value in row.items():
            setattr(known, name, value)
    await session.flush()
    after = _terms(row["words"])
    await _count(session, after - before, 1)
    await _count(session, before - after, -1)


async def put_hidden_of(session: AsyncSession, author_id: int, gazetteer: Gazetteer) -> None:
    """Write the rows of an author's petitions that are not public, after they came to this author."""
    for petition in await hidden_of(session, author_id):
        await put(session, petition, gazetteer)


async def hidden_of(session: AsyncSession, author_id: int) -> Sequence[Petition]:
    """An author's petitions that are not public."""
    is_hidden = or_(Petition.state.not_in(PUBLIC), Petition.hidden_since.is_not(None))
    chosen = select(Petition).where(Petition.author_id == author_id, is_hidden)
    return (await session.scalars(chosen.execution_options(populate_existing=True))).all()


async def _count(session: AsyncSession, terms: Iterable[str], by: int) -> None:
    # In one order, so that two workers that count the same words wait for each other and do not lock up.
    rows = [{"term": term} for term in sorted(terms)]
    if rows:
        await session.execute(_ONE_MORE if by > 0 else _ONE_LESS, rows)


_ONE_MORE: Final = text(
    "INSERT INTO search_terms (term, documents) VALUES (:term, 1) "
    "ON CONFLICT (term) DO UPDATE SET documents = search_terms.documents + 1"
)
_ONE_LESS: Final = text("UPDATE search_terms SET documents = documents - 1 WHERE term = :term AND documents > 0")


# --- the index as a whole -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Drift:
    """What differs between the petitions and the index."""

    petitions: int = 0
    missing: int = 0
    """Petitions without a row."""
    stale: int = 0
    """Rows that say something else than their petition."""
    terms: int = 0
    """Words whose count is wrong."""
    is_broken: bool = False
    """The full-text table does not hold what the rows say (SQLite)."""

    @property
    def is_well(self) -> bool:
        """Whether everything that is there is found, and nothing else."""
        return not (self.missing or self.stale or self.terms or self.is_broken)


_PETITION: Final = (
    Petition.id,
    Petition.state,
    Petition.subject,
    Petition.place_key,
    Petition.body_key,
    Petition.language,
    Petition.author_id,
    Petition.hidden_since,
    Petition.opened_at,
    Petition.published_at,
    Petition.title,
    Petition.ask,
    Petition.why,
)


FILLING: Final = 726549
"""Number of the lock under which the index is made anew."""


async def fill_if_old(database: Database, gazetteer: Gazetteer, now: datetime) -> int | None:
    """Fill the index when it was never filled or by other rules of spelling. Returns how many rows were written; None
    when there was nothing to do."""
    async with database.reading() as session:
        version = await session.scalar(select(SearchBuild.version).order_by(SearchBuild.id.desc()).limit(1))
    if version == spelling_version():
        return None
    drift = await mend(database, gazetteer)
    async with database.transaction() as session:
        session.add(SearchBuild(version=spelling_version(), at=now))
    if drift.petitions:
        log.info("search index filled", petitions=drift.petitions, written=drift.missing + drift.stale)
    return drift.missing + drift.stale


async def mend(database: Database, gazetteer: Gazetteer) -> Drift:
    """Bring every row to what its petition says. Returns what differed.

    An index that is empty or broken is made as a whole, in one transaction; else many short ones let the bot run
    meanwhile.
    """
    drift, counts, last = Drift(), Counter[str](), 0
    drift.is_broken = database.is_sqlite and await _is_broken(database)
    async with database.transaction() as session:
        # Two workers that start together would both make it anew; the second waits, and finds it made.
        await locked_alone(session, FILLING)
        is_empty = await session.scalar(select(SearchDocument.petition_id).limit(1)) is None
        if is_empty or drift.is_broken:
            await _make_anew(session, gazetteer, counts, drift)
            return drift
    while True:
        async with database.transaction() as session:
            batch = await _batch(session, gazetteer, last, counts, drift)
            if batch is None:
                await _set_terms(session, counts, drift)
                return drift
            last = batch[0]
            await _write(session, batch[1])


async def _make_anew(session: AsyncSession, gazetteer: Gazetteer, counts: Counter[str], drift: Drift) -> None:
    """Fill the table first: the full-text part of many rows at once is made in a fraction of the time."""
    dialect, last = session.get_bind().dialect.name, 0
    for statement in unindex_statements(dialect):
        await session.execute(text(statement))
    while (batch := await _batch(session, gazetteer, last, counts, drift)) is not None:
        last = batch[0]
        await _write(session, batch[1])
    for statement in index_statements(dialect):
        await session.execute(text(statement))
    await _set_terms(session, counts, drift)


async def _write(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    if rows:
        row: dict[str, Any] = {name: bindparam(name) for name in rows[0]}
        connection = await session.connection()
        await connection.execute(upsert(session, SearchDocument, row, ["petition_id"]), rows)


async def _set_terms(session: AsyncSession, counts: Mapping[str, int], drift: Drift) -> None:
    wrong = await _wrong_terms(session, counts)
    drift.terms = len(wrong)
    rows = [{"term": term, "documents": documents} for term, documents in sorted(wrong.items())]
    if rows:
        row: dict[str, Any] = {"term": bindparam("term"), "documents": bindparam("documents")}
        connection = await session.connection()
        await connection.execute(upsert(session, SearchTerm, row, ["term"]), rows)


async def tidy(session: AsyncSession) -> str:
    """Make searching fast again after a day of changes. PostgreSQL does it by itself."""
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text(TIDY_WORDS))
    return "tidied"


async def examine(database: Database, gazetteer: Gazetteer) -> Drift:
    """What `mend` would change; changes nothing."""
    drift, counts, last = Drift(), Counter[str](), 0
    drift.is_broken = database.is_sqlite and await _is_broken(database)
    async with database.reading() as session:
        while (batch := await _batch(session, gazetteer, last, counts, drift)) is not None:
            last = batch[0]
        drift.terms = len(await _wrong_terms(session, counts))
    return drift


async def _batch(
    session: AsyncSession, gazetteer: Gazetteer, after: int, counts: Counter[str], drift: Drift
) -> tuple[int, list[dict[str, Any]]] | None:
    """The next petitions' rows that differ from those stored, and the last petition's number; None at the end."""
    chosen = select(*_PETITION).where(Petition.id > after).order_by(Petition.id).limit(BATCH)
    petitions = (await session.execute(chosen)).all()
    if not petitions:
        return None
    last = petitions[-1].id
    table = SearchDocument.__table__
    between = select(table).where(table.c.petition_id > after, table.c.petition_id <= last)
    stored = {row.petition_id: row._asdict() for row in await session.execute(between)}
    differing = []
    for petition in petitions:
        row = _row(petition, gazetteer)
        counts.update(row["words"].split())
        known = stored.get(petition.id)
        if known is None:
            drift.missing += 1
        elif known != row:
            drift.stale += 1
        if known != row:
            differing.append(row)
    drift.petitions += len(petitions)
    return last, differing


async def _wrong_terms(session: AsyncSession, counts: Mapping[str, int]) -> dict[str, int]:
    """Words whose stored count is wrong, with the right one; 0: no petition holds it."""
    rows = await session.execute(select(SearchTerm.term, SearchTerm.documents))
    stored = {row.term: row.documents for row in rows}
    wrong = {term: count for term, count in counts.items() if stored.get(term) != count and is_term(term)}
    # A count of 0 is what remains when the last petition lets a word go; it is in nobody's way.
    return wrong | {term: 0 for term, count in stored.items() if count and term not in counts}


async def _is_broken(database: Database) -> bool:
    try:
        async with database.transaction() as session:
            # With the rank 1 the full-text table is compared with the rows, not only with itself.
            await session.execute(text(f"INSERT INTO {WORDS_TABLE}({WORDS_TABLE}, rank) VALUES ('integrity-check', 1)"))
    except DatabaseError:
        return True
    return False

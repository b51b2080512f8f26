"""Tables of the index: one narrow row for each petition, the words it is found by, and the words there are.

The row is written in the transaction that changes the petition. What makes it searchable is the database's own: on
SQLite a full-text table of FTS5 that triggers keep in step, on PostgreSQL an index over the words as a tsvector.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey, outside_models
from bot.petitions.search.rules import Standing
from bot.petitions.search.words import LONGEST_TERM

WORDS_TABLE = "search_words"
"""Name of the full-text table on SQLite; SQLite keeps its parts in tables whose names begin with it."""
TIDY_WORDS = f"INSERT INTO {WORDS_TABLE}({WORDS_TABLE}) VALUES ('optimize')"
"""Makes one list of the many that petitions which came one by one leave behind; searches are a third faster then."""
VECTOR = "array_to_tsvector(string_to_array(words, ' '))"
"""The words of a row as a tsvector on PostgreSQL, each exactly as it is stored."""


class SearchDocument(Base):
    """What a petition is found, filtered and counted by."""

    __tablename__ = "search_documents"
    __table_args__ = (
        # Counting by one of these reads the index alone, not the words beside them.
        Index(
            "ix_search_documents_facets",
            "petition_id",
            "standing",
            "shelf",
            "language",
            "place_key",
            "body_key",
        ),
    )

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True, autoincrement=False)
    standing: Mapped[Standing]
    shelf: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    place_key: Mapped[str] = mapped_column(String(160))
    body_key: Mapped[str] = mapped_column(String(180))
    day: Mapped[int]
    """When it was published, or opened for supporters: the date's ordinal, UTC."""
    words: Mapped[str] = mapped_column(Text)
    """Stems and marks between single spaces, each once; see `bot.petitions.search.words`."""


class SearchTerm(Base):
    """A stem that petitions hold, and how many do: what typos are corrected to, and what makes a word rare."""

    __tablename__ = "search_terms"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    """Grows, so that every worker learns of new words."""
    term: Mapped[str] = mapped_column(String(LONGEST_TERM), unique=True)
    documents: Mapped[int]


class SearchBuild(Base):
    """How the index was last built as a whole: an index made by other rules of spelling is built again at start."""

    __tablename__ = "search_builds"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    version: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]


def index_statements(dialect: str) -> list[str]:
    """SQL that makes the searchable part of the index beside the table of documents."""
    if dialect == "sqlite":
        gone = f"INSERT INTO {WORDS_TABLE}({WORDS_TABLE}, rowid, words) VALUES ('delete', old.petition_id, old.words)"
        come = f"INSERT INTO {WORDS_TABLE}(rowid, words) VALUES (new.petition_id, new.words)"
        return [
            # Only which petition holds which word is kept: neither where in it nor how often.
            f"CREATE VIRTUAL TABLE {WORDS_TABLE} USING fts5(words, content='search_documents', "
            "content_rowid='petition_id', detail='none', columnsize=0, tokenize=\"ascii tokenchars '_-'\")",
            f"CREATE TRIGGER search_documents_come AFTER INSERT ON search_documents BEGIN {come}; END",
            f"CREATE TRIGGER search_documents_gone AFTER DELETE ON search_documents BEGIN {gone}; END",
            "CREATE TRIGGER search_documents_changed AFTER UPDATE OF words ON search_documents "
            f"BEGIN {gone}; {come}; END",
            f"INSERT INTO {WORDS_TABLE}({WORDS_TABLE}) VALUES ('rebuild')",
            TIDY_WORDS,
        ]
    return [
        # The words move out of the row, so that counting rows reads little.
        "ALTER TABLE search_documents SET (toast_tuple_target = 128)",
        f"CREATE INDEX ix_search_documents_words ON search_documents USING gin (({VECTOR}))",
    ]


def unindex_statements(dialect: str) -> list[str]:
    """SQL that takes away what `index_statements` makes."""
    if dialect == "sqlite":
        triggers = [f"DROP TRIGGER search_documents_{name}" for name in ("come", "gone", "changed")]
        return [*triggers, f"DROP TABLE {WORDS_TABLE}"]
    return ["DROP INDEX ix_search_documents_words"]


for _dialect in ("sqlite", "postgresql"):
    for _statement in index_statements(_dialect):
        event.listen(
            SearchDocument.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
outside_models(WORDS_TABLE, "ix_search_documents_words")

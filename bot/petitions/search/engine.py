"""How each database looks words up: one small interface, two engines, chosen by the database in use.

A query is a conjunction: from each of its groups a document must hold at least one word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.search.models import VECTOR, WORDS_TABLE

Query = Sequence[Sequence[str]]


class Engine(Protocol):
    """SQL to look words up. `name` is the name of the parameter that holds the written query."""

    def __hash__(self) -> int: ...

    def written(self, query: Query) -> str:
        """A query in the database's own language."""

    def newest(self, name: str) -> str:
        """Selects `id` of the documents that match, the newest first, at most `:{name}_most` of them."""

    def every(self, name: str) -> str:
        """FROM and WHERE for all documents that match, as `d`."""

    def counted(self, name: str) -> str:
        """Selects how many documents match."""


class Fts5:
    """SQLite."""

    def written(self, query: Query) -> str:
        """E.g. ("дорог" OR "жол") AND ("__public")."""
        return " AND ".join(f"({' OR '.join(map(self._quoted, group))})" for group in query)

    @staticmethod
    def _quoted(word: str) -> str:
        return '"' + word.replace('"', '""') + '"'

    def newest(self, name: str) -> str:
        """Only the numbers are read, from the end."""
        return (
            f"SELECT rowid AS id FROM {WORDS_TABLE} WHERE {WORDS_TABLE} MATCH :{name} "
            f"ORDER BY rowid DESC LIMIT :{name}_most"
        )

    def every(self, name: str) -> str:
        """The full-text table leads."""
        return (
            f"FROM {WORDS_TABLE} w CROSS JOIN search_documents d ON d.petition_id = w.rowid "
            f"WHERE w.{WORDS_TABLE} MATCH :{name}"
        )

    def counted(self, name: str) -> str:
        """Only the numbers are read."""
        return f"SELECT count(*) FROM {WORDS_TABLE} WHERE {WORDS_TABLE} MATCH :{name}"


class Tsvector:
    """PostgreSQL."""

    _MATCHES = f"{VECTOR} @@ CAST(CAST(:%s AS text) AS tsquery)"

    def written(self, query: Query) -> str:
        """E.g. ('дорог' | 'жол') & ('__public')."""
        return " & ".join(f"({' | '.join(map(self._quoted, group))})" for group in query)

    @staticmethod
    def _quoted(word: str) -> str:
        return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"

    def newest(self, name: str) -> str:
        """By an expression: by the key alone, the planner would rather walk all documents from the newest."""
        return (
            f"SELECT petition_id AS id FROM search_documents WHERE {self._MATCHES % name} "
            f"ORDER BY petition_id + 0 DESC LIMIT :{name}_most"
        )

    def every(self, name: str) -> str:
        """Rows are narrow, their words stored apart."""
        return f"FROM search_documents d WHERE {self._MATCHES % name}"

    def counted(self, name: str) -> str:
        """All rows that match."""
        return f"SELECT count(*) FROM search_documents WHERE {self._MATCHES % name}"


_SQLITE, _POSTGRESQL = Fts5(), Tsvector()


def engine_of(session: AsyncSession) -> Engine:
    """The engine of the database in use."""
    return _SQLITE if session.get_bind().dialect.name == "sqlite" else _POSTGRESQL

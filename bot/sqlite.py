"""A faster way to SQLite's thread and back.

The driver runs each step of a statement (making a cursor, executing, fetching, closing) in a thread of its own. Each
step costs two changes of thread, which is more than most statements take. Here a statement with its rows is one step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

import aiosqlite

FETCHED_AT_ONCE: Final = 2_000
"""Rows that come with the statement; more are fetched as they are asked for."""


class _Cursor(aiosqlite.Cursor):
    """A cursor whose first rows come with the execution."""

    def __init__(self, connection: aiosqlite.Connection, cursor: Any) -> None:
        super().__init__(connection, cursor)
        self._rows: list[sqlite3.Row] = []
        self._has_more = False
        self._is_busy = False
        """In the thread; still so when whoever waited for it was cancelled."""

    async def _execute(self, fn: Any, *args: Any, **options: Any) -> Any:
        self._is_busy = True
        done = await self._conn._execute(fn, *args, **options)  # type: ignore[no-untyped-call]
        self._is_busy = False
        return done

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> aiosqlite.Cursor:
        """Execute and fetch the first rows."""
        self._rows = await self._execute(self._executed, sql, parameters or ())
        self._has_more = len(self._rows) == FETCHED_AT_ONCE
        return self

    def _executed(self, sql: str, parameters: Any) -> list[sqlite3.Row]:
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchmany(FETCHED_AT_ONCE) if self._cursor.description else []

    async def fetchone(self) -> sqlite3.Row | None:
        """The next row."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> Sequence[sqlite3.Row]:
        """The next rows, at most so many."""
        size = size or self.arraysize
        if not self._rows and self._has_more:
            return list(await super().fetchmany(size))
        fetched, self._rows = self._rows[:size], self._rows[size:]
        return fetched

    async def fetchall(self) -> Sequence[sqlite3.Row]:
        """The rows that are left."""
        fetched, self._rows = self._rows, []
        if self._has_more:
            fetched = [*fetched, *await super().fetchall()]
            self._has_more = False
        return fetched

    async def close(self) -> None:
        """Close; at once, unless the thread still executes."""
        if self._is_busy:
            await super().close()
        else:
            self._cursor.close()


class _Connection(aiosqlite.Connection):
    """A connection with such cursors."""

    def cursor(self) -> _Cursor:  # type: ignore[override]
        """A cursor; making it touches no file."""
        return _Cursor(self, self._conn.cursor())


def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """A connection to a SQLite database, for SQLAlchemy's `async_creator_fn`; its thread does not keep the process
    alive."""
    connection = _Connection(partial(sqlite3.connect, database, **options), FETCHED_AT_ONCE)
    connection._thread.daemon = True
    return connection

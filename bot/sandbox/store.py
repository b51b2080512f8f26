"""The sandbox's memory across restarts: one SQLite table of JSON records."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

Key = tuple[int, str, str]
"""World (its number), kind of record, key of the record."""


class Store:
    """Records of all worlds. Without a path nothing is kept.

    Changes are gathered with `mark` and written by `flush`, which the server calls before it answers a
    request: what a client was told has happened is on disk.
    """

    def __init__(self, path: Path | None) -> None:
        self._changed: dict[Key, Callable[[], Any] | None] = {}
        self._database: sqlite3.Connection | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            # A killed process loses nothing; a machine without power may lose the last moment of a game.
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS records (world INTEGER, kind TEXT, key TEXT, value TEXT,"
                " PRIMARY KEY (world, kind, key)) WITHOUT ROWID"
            )

    def load(self) -> dict[int, dict[str, dict[str, Any]]]:
        """Everything kept: world → kind → key → record."""
        worlds: dict[int, dict[str, dict[str, Any]]] = {}
        if self._database is not None:
            for world, kind, key, value in self._database.execute("SELECT world, kind, key, value FROM records"):
                worlds.setdefault(world, {}).setdefault(kind, {})[key] = json.loads(value)
        return worlds

    def mark(self, key: Key, value: Callable[[], Any] | None) -> None:
        """Note that a record changed (its value is read at the next flush) or, with None, is gone."""
        if self._database is not None:
            self._changed[key] = value

    def flush(self) -> None:
        """Write what changed, in one transaction."""
        if self._database is None or not self._changed:
            return
        changed, self._changed = self._changed, {}
        gone = [key for key, value in changed.items() if value is None]
        kept = [(*key, json.dumps(value(), ensure_ascii=False)) for key, value in changed.items() if value is not None]
        self._database.execute("BEGIN")
        self._database.executemany("DELETE FROM records WHERE world = ? AND kind = ? AND key = ?", gone)
        self._database.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", kept)
        self._database.execute("COMMIT")

    def clear(self, world: int) -> None:
        """Forget one world."""
        self._changed = {key: value for key, value in self._changed.items() if key[0] != world}
        if self._database is not None:
            self._database.execute("DELETE FROM records WHERE world = ?", (world,))

    def close(self) -> None:
        """Write what changed and let the file go."""
        self.flush()
        if self._database is not None:
            self._database.close()
            self._database = None

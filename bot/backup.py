"""A copy of the embedded database that is whole, made while the bot runs."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from pathlib import Path


def backup_sqlite(source: Path, target: Path) -> None:
    """Copy a running SQLite database to a new file that only its owner can read.

    Raises:
        FileExistsError: the target is there already.
        FileNotFoundError: there is no database yet.
        OSError, sqlite3.Error: the target cannot be written.
    """
    if not source.exists():
        raise FileNotFoundError(source)
    if target.exists():
        raise FileExistsError(target)
    if not target.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "there is no such directory", str(target.parent))
    made = target.with_name(f"{target.name}.{os.getpid()}.part")
    made.touch(mode=0o600)
    try:
        with (
            contextlib.closing(sqlite3.connect(source)) as live,
            contextlib.closing(sqlite3.connect(made)) as copy,
        ):
            live.backup(copy)
        made.rename(target)
    finally:
        made.unlink(missing_ok=True)

"""Whose fault a failure is, and how to tell of it without repeating what a person wrote."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DATABASE_CODES: Final = ("08", "40", "53", "57", "55P03")
"""SQLSTATE beginnings: connection gone, serialisation failure or deadlock, out of room, server going down,
lock not to be had."""

SQLITE_SIGNS: Final = ("locked", "busy", "disk", "connection is closed", "connection was closed")


def is_the_databases_fault(error: BaseException) -> bool:
    """Whether a failure says nothing about the update: a busy or unreachable database, a race between
    writers."""
    if isinstance(error, PoolTimeout | ConnectionError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlstate", None)
    if code:
        return str(code).startswith(DATABASE_CODES)
    said = str(error.orig).lower()
    return any(sign in said for sign in SQLITE_SIGNS)


def where(error: BaseException) -> str:
    """The last lines of our own that an error passed through, without any value."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-4:])


def describe(error: BaseException) -> str:
    """The error and where it arose, for the row of the update. Statements and their parameters stay out."""
    words = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if isinstance(error, SQLAlchemyError):
        words = words.partition("\n")[0]
    return f"{type(error).__name__}: {words[:500]}\n{where(error)}"

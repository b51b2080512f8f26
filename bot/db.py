"""The database: engine, transactions, column types, and every difference between SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    String,
    bindparam,
    event,
    func,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from bot.sqlite import connect

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names that are the same on every database, so that a migration can name them."""

BUSY_TIMEOUT_SECONDS = 30
"""How long a SQLite writer waits for another before it reports "database is locked"."""


class DatabaseUnfit(RuntimeError):
    """The database cannot be used as it is set up; the message says what to change."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Always aware and in UTC in Python; a naive value is refused rather than guessed at."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


BigKey = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key. SQLite only counts up by itself in a column declared INTEGER."""


class Base(DeclarativeBase):
    """Base of every table. Enums are stored by value with a CHECK, instants in UTC."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        datetime: UtcDateTime(),
        int: BigKey,
        str: String(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
        # Kilobytes of pages kept by a connection; with SQLite's 2,000 a search reads the same ones again and again.
        "cache_size=-8000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail half-way with "database is locked" when another
    # one wrote in between; taking the write lock at once makes writers queue instead.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class Database:
    """One database and its transactions.

    `transaction()` is the only way to write: it commits when the block ends and rolls back when it raises.
    `reading()` never takes a write lock.
    """

    def __init__(self, url: str, *, pool_size: int = 10, echo: bool = False) -> None:
        self.url: URL = make_url(url)
        # Parameters are what people wrote; an error that reaches a log must not carry them.
        options: dict[str, Any] = {"echo": echo, "hide_parameters": True}
        if self.is_sqlite:
            if self.url.database and self.url.database != ":memory:":
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"timeout": BUSY_TIMEOUT_SECONDS, "async_creator_fn": connect}
        else:
            options |= {"pool_size": pool_size, "max_overflow": pool_size, "pool_pre_ping": True}
        self.engine: AsyncEngine = create_async_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _on_sqlite_connect)
            event.listen(self.engine.sync_engine, "begin", _on_sqlite_begin)
        self._reading_engine = self.engine.execution_options(reading=True)
        self._writer = asyncio.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default rather than PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end of the block, or not at all."""
        async with self._turn(), AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def _turn(self) -> AbstractAsyncContextManager[None]:
        """Writers of this process queue here where the database lets in only one; waiting inside the driver would
        sleep in growing steps."""
        return self._writer if self.is_sqlite else nullcontext()

    @asynccontextmanager
    async def brief_transaction(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of many small statements, committed at the end of the block, or not at all.

        On SQLite the statements run where they are called. Handing each to the driver's thread and back, three times
        a statement, costs several times what a small one does itself. Waiting for other writers and the commit, with
        its write to disk, still happen in that thread. Nothing else runs during a statement, so this is only for
        those that take well under a millisecond.
        """
        async with self._turn(), self.engine.begin() as connection, statements_here(connection):
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reads only."""
        async with AsyncSession(self._reading_engine, expire_on_commit=False) as session:
            yield session

    async def check(self) -> None:
        """Refuse a database on which Kazakh text would not work.

        Raises:
            DatabaseUnfit: PostgreSQL with LC_CTYPE=C, which does not lower-case Cyrillic.
        """
        if self.is_sqlite:
            return
        async with self.reading() as session:
            if await session.scalar(text("select lower('ҚАЗАҚ') = 'қазақ'")):
                return
        raise DatabaseUnfit(
            "This PostgreSQL database does not lower-case Cyrillic letters (LC_CTYPE=C). "
            "Create it with: createdb --template=template0 --locale=C.UTF-8 halyq"
        )

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@asynccontextmanager
async def statements_here(on: AsyncConnection | AsyncSession) -> AsyncIterator[None]:
    """On SQLite the statements of the block run where they are called, not in the driver's thread; nothing else runs
    meanwhile. For statements so short that going to the thread and back costs more than they do. On PostgreSQL nothing
    changes."""
    connection = await on.connection() if isinstance(on, AsyncSession) else on
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if connection.dialect.name != "sqlite" or "_execute" in vars(driver):
        yield
        return

    async def run_here(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    driver._execute = run_here
    try:
        yield
    finally:
        del driver._execute


def append_only_statements(table: str, dialect: str) -> list[str]:
    """SQL that makes a database refuse to change or delete rows of a table, whoever asks."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are only ever added'); END"
            for verb in ("update", "delete")
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% rows are only ever added', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]


def append_only(model: type[Base]) -> None:
    """Let the table of a model refuse changes from its making on; a migration does the same for old databases."""
    for dialect in ("sqlite", "postgresql"):
        for statement in append_only_statements(model.__tablename__, dialect):
            # Percent signs are DDL's own placeholders.
            ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(model.__table__, "after_create", ddl)


_OUTSIDE_MODELS: set[str] = set()


def outside_models(*names: str) -> None:
    """Name tables and indexes that are made by SQL of their own, for comparing a database with the models."""
    _OUTSIDE_MODELS.update(names)


def is_of_models(_thing: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Whether a table or index is to be compared with the models; Alembic's `include_object`. A full-text table of
    SQLite has parts whose names begin with its own."""
    named = name or ""
    return not any(named == other or (kind == "table" and named.startswith(f"{other}_")) for other in _OUTSIDE_MODELS)


async def locked_alone(session: AsyncSession, number: int) -> None:
    """Let no other worker past this point with the same number until the transaction ends. On SQLite the one write lock
    does it."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def insert_ignoring(session: AsyncSession, table: type[Base], rows: list[dict[str, Any]]) -> Any:
    """INSERT … ON CONFLICT DO NOTHING for the database in use; add `.returning(...)` to learn which went in."""
    bind = session.get_bind()
    module: Any = sqlite if bind.dialect.name == "sqlite" else postgresql
    # A list of rows is compiled anew at every execution; the statement of a single row is compiled once.
    filled = module.insert(table).values(**rows[0]) if len(rows) == 1 else module.insert(table).values(rows)
    return filled.on_conflict_do_nothing()


def insert_row_ignoring(session: AsyncSession, table: type[Base], columns: tuple[str, ...], returning: str) -> Any:
    """`insert_ignoring` of a single row, to be executed with the row as its parameters; returns one column of a row
    that went in. Built once, and on the table: for what happens at every tap."""
    return _insert_row(session.get_bind().dialect.name, table, columns, returning)


@cache
def _insert_row(dialect: str, model: type[Base], columns: tuple[str, ...], returning: str) -> Any:
    module: Any = sqlite if dialect == "sqlite" else postgresql
    table = model.__table__
    holes: dict[str, Any] = {name: bindparam(name) for name in columns}
    return module.insert(table).values(holes).on_conflict_do_nothing().returning(table.c[returning])


def insert_select_ignoring(session: AsyncSession, table: type[Base], columns: list[str], source: Any) -> Any:
    """INSERT … SELECT … ON CONFLICT DO NOTHING for the database in use. `source` must have a WHERE clause, without
    which SQLite's grammar takes ON CONFLICT for a join."""
    bind = session.get_bind()
    module: Any = sqlite if bind.dialect.name == "sqlite" else postgresql
    return module.insert(table).from_select(columns, source).on_conflict_do_nothing()


def upsert(
    session: AsyncSession,
    table: type[Base],
    row: dict[str, Any],
    key: list[str],
    update: list[str] | None = None,
) -> Any:
    """INSERT … ON CONFLICT (key) DO UPDATE, setting the columns `update` (default: all that are not the key)."""
    bind = session.get_bind()
    module: Any = sqlite if bind.dialect.name == "sqlite" else postgresql
    statement = module.insert(table).values(**row)
    columns = update if update is not None else [name for name in row if name not in key]
    return statement.on_conflict_do_update(
        index_elements=key, set_={name: statement.excluded[name] for name in columns}
    )


def seconds_between(session: AsyncSession, earlier: Any, later: Any) -> ColumnElement[float]:
    """The seconds from one instant to another, both columns, as an expression for the database in use."""
    found: ColumnElement[float]
    if session.get_bind().dialect.name == "sqlite":
        found = (func.julianday(later) - func.julianday(earlier)) * 86_400.0
    else:
        found = func.date_part("epoch", later.op("-")(earlier))
    return found


def utcnow() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)

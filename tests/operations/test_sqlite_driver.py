"""A statement with its rows is one trip to SQLite's thread: nothing is lost on it, however it is read or ended."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot import sqlite as driver
from bot.db import Database, statements_here

COUNTED = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :most) SELECT n FROM c"


@pytest.mark.parametrize("most", [0, 1, 4, 5, 6, 23])
@pytest.mark.parametrize("is_here", [False, True])
async def test_all_rows_come_in_their_order_also_those_past_the_first_trip(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, most: int, is_here: bool
) -> None:
    monkeypatch.setattr(driver, "FETCHED_AT_ONCE", 5)
    expected = list(range(1, max(most, 1) + 1))
    async with sqlite.reading() as session:
        if is_here:
            async with statements_here(session):
                rows = (await session.scalars(text(COUNTED), {"most": most})).all()
        else:
            rows = (await session.scalars(text(COUNTED), {"most": most})).all()
        assert rows == expected
        streamed = await session.stream(text(COUNTED), {"most": most})
        assert [row.n async for row in streamed] == expected
        partly = await session.stream(text(COUNTED), {"most": most})
        parts = [[row.n for row in part] async for part in partly.partitions(3)]
        assert [number for part in parts for number in part] == expected


async def test_a_cancelled_statement_leaves_a_connection_that_works(sqlite: Database) -> None:
    async with sqlite.reading() as session:
        asked = asyncio.ensure_future(session.execute(text(COUNTED), {"most": 300_000}))
        while not asked.done():
            await asyncio.sleep(0)
            asked.cancel()
        assert asked.cancelled()
    async with sqlite.transaction() as session:
        assert (await session.scalars(text(COUNTED), {"most": 3})).all() == [1, 2, 3]


async def test_statements_run_here_are_rolled_back_with_their_transaction(sqlite: Database) -> None:
    put = text("INSERT INTO places_probe (n) VALUES (:n)")
    async with sqlite.transaction() as session:
        await session.execute(text("CREATE TABLE places_probe (n INTEGER)"))
    with pytest.raises(RuntimeError, match="half-way"):
        async with sqlite.transaction() as session:
            async with statements_here(session):
                await session.execute(put, {"n": 1})
            raise RuntimeError("half-way")
    async with sqlite.transaction() as session, statements_here(session), statements_here(session):
        await session.execute(put, [{"n": 2}, {"n": 3}])
    async with sqlite.reading() as session:
        assert (await session.scalars(text("SELECT n FROM places_probe ORDER BY n"))).all() == [2, 3]

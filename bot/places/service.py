"""The table of units: filled with the shipped list, corrected by workbooks, read as a gazetteer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.places.models import PlaceRow
from bot.places.naming import RuralName, is_rural, rural_name
from bot.places.tree import Gazetteer, Kind, Place, shipped_places
from bot.places.workbook import CountedUnit, NamedUnit, PlacesWrong, Problems, read_workbook

__all__ = ["ImportReport", "PlacesWrong", "import_workbook", "load", "seed"]

_CHUNK: Final = 500
"""Rows of one INSERT; SQLite takes at most 32,766 values in a statement."""
_NOT_IN_WORKBOOKS: Final = ("aliases", "latitude", "longitude")
"""What no workbook carries, so that the shipped list keeps it up to date on imported rows too."""
_HAVE_RURAL: Final = frozenset({Kind.DISTRICT, Kind.CITY_OBLAST, Kind.CITY_REPUBLICAN})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in rows of the workbook."""

    added: int
    updated: int
    unchanged: int
    skipped: int
    """Rows about something that has no akim of its own, such as the villages of a rural district."""


async def seed(session: AsyncSession, now: datetime) -> None:
    """Bring the table up to the shipped list. What an operator imported stays; again, it does nothing."""
    rows = {row.key: row for row in await session.scalars(select(PlaceRow))}
    missing = []
    for place in shipped_places():
        row = rows.get(place.key)
        if row is None:
            missing.append(_columns(place))
            continue
        for name, value in _columns(place).items():
            if row.imported_at is not None and name not in _NOT_IN_WORKBOOKS:
                continue
            if getattr(row, name) != value:
                setattr(row, name, value)
    await _insert(session, missing)
    await session.flush()


async def load(session: AsyncSession) -> Gazetteer:
    """All units of the table.

    Raises:
        TreeWrong: the table is empty; `seed` fills it.
    """
    rows = await session.scalars(select(PlaceRow).order_by(PlaceRow.kato))
    return Gazetteer(
        Place(
            key=row.key,
            kato=row.kato,
            kind=row.kind,
            parent_key=row.parent_key,
            name_kk=row.name_kk,
            name_ru=row.name_ru,
            name_en=row.name_en,
            population=row.population,
            population_year=row.population_year,
            source_note=row.source_note,
            aliases=tuple(row.aliases),
            latitude=row.latitude,
            longitude=row.longitude,
        )
        for row in rows
    )


async def import_workbook(session: AsyncSession, path: Path, now: datetime) -> ImportReport:
    """Take over the official classifier KATO (.xlsx with te, name_kaz, name_rus) or a table of population
    (code, population, year), whichever the headers say it is.

    The classifier adds rural districts, villages and settlements below the units that are there; names of
    shipped units stay, being the classifier's with abbreviations written out. A population replaces the one
    that is there. A running bot knows of it after it is started again.

    Raises:
        PlacesWrong: something in the workbook cannot be used; nothing was changed.
    """
    workbook = await asyncio.to_thread(read_workbook, path, now.year + 1)
    rows = {row.kato: row for row in await session.scalars(select(PlaceRow))}
    if workbook.counted:
        report = _take_figures(path, workbook.counted, rows, now)
    else:
        additions, report = _take_names(path, workbook.named, rows, now)
        await _insert(session, additions)
    await session.flush()
    return replace(report, skipped=report.skipped + workbook.skipped)


def _take_figures(path: Path, units: Iterable[CountedUnit], rows: dict[str, PlaceRow], now: datetime) -> ImportReport:
    problems, found = Problems(path), list[tuple[CountedUnit, PlaceRow]]()
    for unit in units:
        row = rows.get(unit.kato)
        if row is None:
            problems.add(unit.row, unit.kato, "the code of a unit that is there; import the classifier KATO first")
        else:
            found.append((unit, row))
    problems.raise_if_any()
    updated = 0
    for unit, row in found:
        if (row.population, row.population_year) != (unit.population, unit.year):
            updated += 1
            row.population, row.population_year = unit.population, unit.year
            row.source_note = f"population imported from {path.name}"
        row.imported_at = row.imported_at or now
    return ImportReport(added=0, updated=updated, unchanged=len(found) - updated, skipped=0)


def _take_names(
    path: Path, units: Iterable[NamedUnit], rows: dict[str, PlaceRow], now: datetime
) -> tuple[list[dict[str, Any]], ImportReport]:
    problems = Problems(path)
    keys = {row.key for row in rows.values()}
    additions: list[dict[str, Any]] = []
    renamed: list[tuple[PlaceRow, RuralName]] = []
    unchanged = skipped = 0
    for unit in sorted(units, key=lambda unit: unit.kato):
        row = rows.get(unit.kato)
        if row is not None and row.kind is not Kind.RURAL_DISTRICT:
            unchanged += 1
            continue
        # Digits 5-6 count the units of a district, 7-9 the villages of one of them, which have no akim.
        if not is_rural(unit.name_ru) or unit.kato[4:6] == "00" or unit.kato[6:] != "000":
            skipped += 1
            continue
        name = rural_name(unit.name_kk, unit.name_ru)
        parent = rows.get(f"{unit.kato[:4]}00000")
        if name is None:
            problems.add(
                unit.row,
                unit.name_kk,
                "a Kazakh name ending in ауылдық округі, ауылы or кенті (а.о., а.ә., к.ә.)",
            )
        elif parent is None or parent.kind not in _HAVE_RURAL:
            problems.add(
                unit.row,
                unit.kato,
                f"a unit below a district or city that is there, not {unit.kato[:4]}00000",
            )
        elif row is not None:
            if (row.name_kk, row.name_ru, row.name_en) == (name.kk, name.ru, name.en):
                unchanged += 1
            else:
                renamed.append((row, name))
        else:
            key = f"{parent.key}/{name.slug}"
            # Two units of one name in a district: the second one's key carries its number.
            key = f"{key}-{unit.kato[4:6]}" if key in keys else key
            keys.add(key)
            additions.append(_rural_columns(unit.kato, key, parent.key, name, path, now))
    problems.raise_if_any()
    for row, name in renamed:
        row.name_kk, row.name_ru, row.name_en, row.imported_at = name.kk, name.ru, name.en, now
    report = ImportReport(added=len(additions), updated=len(renamed), unchanged=unchanged, skipped=skipped)
    return additions, report


def _rural_columns(kato: str, key: str, parent_key: str, name: RuralName, path: Path, now: datetime) -> dict[str, Any]:
    place = Place(
        key=key,
        kato=kato,
        kind=Kind.RURAL_DISTRICT,
        parent_key=parent_key,
        name_kk=name.kk,
        name_ru=name.ru,
        name_en=name.en,
        source_note=f"imported from {path.name}",
    )
    return _columns(place) | {"imported_at": now}


def _columns(place: Place) -> dict[str, Any]:
    return asdict(place) | {"aliases": list(place.aliases)}


async def _insert(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    for first in range(0, len(rows), _CHUNK):
        await session.execute(insert_ignoring(session, PlaceRow, rows[first : first + _CHUNK]))

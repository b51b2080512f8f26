"""Reads an operator's workbook, the classifier KATO or a table of population, knowing no database."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

HEADER_ROWS: Final = 40
"""The header is looked for in so many rows from the top; official tables begin with titles."""
ERRORS_SHOWN: Final = 20
FIRST_YEAR: Final = 1990

_CODE: Final = ("te", "kato", "code", "код", "като", "код като", "коды", "kato code", "code kato")
_NAME_KK: Final = ("name_kaz", "name_kk", "атауы")
_NAME_RU: Final = ("name_rus", "name_ru", "наименование")
_POPULATION: Final = (
    "population",
    "население",
    "численность",
    "численность населения",
    "халық саны",
    "халық",
)
_YEAR: Final = ("year", "population_year", "год", "жыл", "жылы")


class PlacesWrong(ValueError):
    """A workbook that cannot be imported; the message lists row, value and what is expected."""


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A row of the classifier."""

    row: int
    kato: str
    name_kk: str
    name_ru: str


@dataclass(frozen=True, slots=True)
class CountedUnit:
    """A row of a table of population."""

    row: int
    kato: str
    population: int
    year: int


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a workbook says: either names or figures, in the order of its rows."""

    named: tuple[NamedUnit, ...] = ()
    counted: tuple[CountedUnit, ...] = ()
    skipped: int = 0
    """Rows with neither a code nor a figure, such as notes below a table."""


class Problems:
    """Collects what is wrong with rows, so that an operator mends all of it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[tuple[int, str]] = []

    def add(self, row: int, value: object, expected: str) -> None:
        """Note a cell that cannot be used."""
        self._lines.append((row, f"row {row}: {value!r}: expected {expected}"))

    def raise_if_any(self) -> None:
        """
        Raises:
            PlacesWrong: something was noted.
        """
        if not self._lines:
            return
        shown = [line for _row, line in sorted(self._lines)[:ERRORS_SHOWN]]
        if len(self._lines) > ERRORS_SHOWN:
            shown.append(f"and {len(self._lines) - ERRORS_SHOWN} more")
        raise PlacesWrong(f"{self._path.name}: nothing was imported.\n" + "\n".join(shown))


def read_workbook(path: Path, latest_year: int) -> Workbook:
    """Names or figures of units, told apart by the headers.

    Raises:
        PlacesWrong: the file is no .xlsx workbook, has no header that is known, or a row cannot be used.
    """
    headers_seen: list[str] = []
    with warnings.catch_warnings():
        # Official tables carry styles and checks that openpyxl warns it leaves out.
        warnings.simplefilter("ignore", UserWarning)
        for rows in _sheets(path):
            iterator = iter(rows)
            for number, cells in iterator:
                header = [_text(cell).casefold() for cell in cells]
                code, name_kk, name_ru = (
                    _column(header, _CODE),
                    _column(header, _NAME_KK),
                    _column(header, _NAME_RU),
                )
                population, year = _column(header, _POPULATION), _column(header, _YEAR)
                if code is not None and population is not None and year is not None:
                    return _counted(path, iterator, (code, population, year), latest_year)
                if code is not None and name_kk is not None and name_ru is not None:
                    return _named(path, iterator, (code, name_kk, name_ru))
                headers_seen += [f"row {number}: {', '.join(filter(None, header))}"] if any(header) else []
                if number >= HEADER_ROWS:
                    break
    seen = "; ".join(headers_seen[:3]) or "nothing"
    raise PlacesWrong(
        f"{path.name}: no header was found in the first {HEADER_ROWS} rows (seen: {seen}). Expected the "
        "classifier KATO with the columns te, name_kaz, name_rus, or a table with the columns code, "
        "population, year."
    )


def _sheets(path: Path) -> Iterator[Iterable[tuple[int, tuple[Any, ...]]]]:
    # Imported when the first workbook is read: with numpy it takes 18 MB, and a running bot reads none.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise PlacesWrong(f"{path}: there is no such file") from None
    except (InvalidFileException, BadZipFile, KeyError, OSError, ValueError) as error:
        raise PlacesWrong(
            f"{path.name}: this is not an .xlsx workbook ({error}). "
            "Open it in a spreadsheet program and save it as .xlsx."
        ) from None
    try:
        for sheet in book.worksheets:
            yield enumerate(sheet.iter_rows(values_only=True), start=1)
    finally:
        book.close()


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def _cells(row: tuple[Any, ...], columns: tuple[int, int, int]) -> tuple[str, str, str]:
    first, second, third = (_text(row[column]) if column < len(row) else "" for column in columns)
    return first, second, third


def _named(path: Path, rows: Iterator[tuple[int, tuple[Any, ...]]], columns: tuple[int, int, int]) -> Workbook:
    problems, seen, found, skipped = Problems(path), dict[str, int](), list[NamedUnit](), 0
    for number, row in rows:
        kato, name_kk, name_ru = _cells(row, columns)
        if not kato and not (name_kk and name_ru):
            skipped += bool(name_kk or name_ru)
            continue
        if _check_code(problems, seen, number, kato):
            if name_kk and name_ru:
                found.append(NamedUnit(number, kato, name_kk, name_ru))
            else:
                problems.add(number, name_kk or name_ru, f"a Kazakh and a Russian name of {kato}")
    problems.raise_if_any()
    return Workbook(named=tuple(found), skipped=skipped)


def _counted(
    path: Path, rows: Iterator[tuple[int, tuple[Any, ...]]], columns: tuple[int, int, int], latest_year: int
) -> Workbook:
    problems, seen, found, skipped = Problems(path), dict[str, int](), list[CountedUnit](), 0
    for number, row in rows:
        kato, people, year = _cells(row, columns)
        if not people and not year:
            skipped += bool(kato)
            continue
        code_is_right = _check_code(problems, seen, number, kato)
        people = re.sub(r"[\s,]", "", people)
        if not re.fullmatch(r"[0-9]{1,9}", people):
            problems.add(number, people, "a whole number of residents, or an empty cell when it is unknown")
        elif not re.fullmatch(r"[0-9]{4}", year) or not FIRST_YEAR <= int(year) <= latest_year:
            problems.add(number, year, f"the year of the figure, {FIRST_YEAR} to {latest_year}")
        elif code_is_right:
            found.append(CountedUnit(number, kato, int(people), int(year)))
    problems.raise_if_any()
    return Workbook(counted=tuple(found), skipped=skipped)


def _check_code(problems: Problems, seen: dict[str, int], number: int, kato: str) -> bool:
    if not re.fullmatch(r"[0-9]{9}", kato):
        problems.add(number, kato, "a KATO code of nine digits")
    elif kato in seen:
        problems.add(number, kato, f"each code once; it is in row {seen[kato]} too")
    else:
        seen[kato] = number
        return True
    return False

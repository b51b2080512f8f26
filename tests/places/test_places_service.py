"""The table of units keeps what an operator imported, and a workbook that is wrong changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from bot.db import Database
from bot.places import service
from bot.places.models import PlaceRow
from bot.places.service import ImportReport, PlacesWrong, import_workbook, load, seed
from bot.places.tree import Gazetteer, Kind, TreeWrong, shipped_places

KATO_HEADER = ("te", "ab", "cd", "ef", "hij", "k", "name_kaz", "name_rus", "nn")
ABAI = "kz-abai-oblast/abai-district"
ARSHALY = "kz-akmola-oblast/arshaly-district"

Sheet = Sequence[Sequence[Any]]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Writes an .xlsx file of one sheet, or of several."""

    def write(*sheets: Sheet, name: str = "kato.xlsx") -> Path:
        book = Workbook()
        book.remove(book.worksheets[0])
        for number, rows in enumerate(sheets):
            sheet = book.create_sheet(f"{number}")
            for row in rows:
                sheet.append(list(row))
        path = tmp_path / name
        book.save(path)
        return path

    return write


def kato(code: int | str, kazakh: str, russian: str) -> tuple[Any, ...]:
    digits = str(code)
    return (code, digits[:2], digits[2:4], digits[4:6], digits[6:], 0, kazakh, russian, "")


CLASSIFIER: Sheet = [
    KATO_HEADER,
    kato(100000000, "Абай облысы", "область Абай"),
    kato(103200000, "Абай ауданы", "Абайский район"),
    kato(103230000, "Қараауыл а.о.", "Карааульский с.о."),
    kato(103230100, "Қараауыл а.", "с.Карааул"),
    kato(103233000, "Кеңгірбай би ауылдық округі", "Кенгирбайбийский сельский округ"),
    kato(104163000, "Шаған к.ә.", "Чаганская п.а."),
    kato(113220000, "Ақкөл қ.ә.", "Аккольская г.а."),
    kato(113432000, "Жібек жолы кенті", "поселковая администрация Жибек жолы"),
    kato("113433000", "Жібек жолы а.о.", "с.о. Жибек жолы"),
    kato(154258000, "И.Құрманов атын. а.о.", "с.о. им. И.Курманова"),
]


async def seeded(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        await seed(session, now)


async def imported(database: Database, path: Path, now: datetime) -> ImportReport:
    async with database.transaction() as session:
        return await import_workbook(session, path, now)


async def loaded(database: Database) -> Gazetteer:
    async with database.reading() as session:
        return await load(session)


async def test_the_table_holds_exactly_the_shipped_list_however_often_it_is_seeded(
    database: Database, now: datetime
) -> None:
    await seeded(database, now)
    await seeded(database, now + timedelta(days=1))
    gazetteer = await loaded(database)
    assert gazetteer.version == Gazetteer(shipped_places()).version
    assert len(gazetteer) == 301


async def test_an_empty_table_is_not_taken_for_a_gazetteer(database: Database) -> None:
    with pytest.raises(TreeWrong):
        await loaded(database)


async def test_a_newer_list_updates_what_was_never_imported_and_keeps_the_rest(
    database: Database, now: datetime, workbook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    await seeded(database, now)
    figures = workbook([("code", "population", "year"), (103200000, 14_000, 2026)])
    await imported(database, figures, now)
    newer = [
        replace(place, population=1_234, population_year=2027, aliases=(*place.aliases, "Жаңа атау"))
        for place in shipped_places()
    ]
    monkeypatch.setattr(service, "shipped_places", lambda: tuple(newer))
    await seeded(database, now)
    gazetteer = await loaded(database)
    by_key = {place.key: place for place in gazetteer}
    assert by_key[ABAI].population == 14_000
    assert by_key[ABAI].population_year == 2026
    assert by_key[ARSHALY].population == 1_234
    assert by_key[ABAI].aliases[-1] == by_key[ARSHALY].aliases[-1] == "Жаңа атау"


async def test_the_classifier_adds_rural_districts_below_their_districts(
    database: Database, now: datetime, workbook: Callable[..., Path]
) -> None:
    await seeded(database, now)
    report = await imported(database, workbook(CLASSIFIER), now)
    assert report == ImportReport(added=6, updated=0, unchanged=2, skipped=2)
    gazetteer = await loaded(database)
    rural = {place.key: place for place in gazetteer if place.kind is Kind.RURAL_DISTRICT}
    assert {key: (place.name_kk, place.name_ru, place.name_en) for key, place in rural.items()} == {
        f"{ABAI}/karaauyl-rural": (
            "Қараауыл ауылдық округі",
            "Карааульский сельский округ",
            "Karaauyl rural district",
        ),
        f"{ABAI}/kengirbay-bi-rural": (
            "Кеңгірбай би ауылдық округі",
            "Кенгирбайбийский сельский округ",
            "Kengirbay bi rural district",
        ),
        "kz-abai-oblast/zhanasemey-district/shagan-rural": (
            "Шаған кенті",
            "Чаганская поселковая администрация",
            "Shagan settlement",
        ),
        f"{ARSHALY}/zhibek-zholy-rural": (
            "Жібек жолы кенті",
            "поселковая администрация Жибек жолы",
            "Zhibek zholy settlement",
        ),
        f"{ARSHALY}/zhibek-zholy-rural-33": (
            "Жібек жолы ауылдық округі",
            "сельский округ Жибек жолы",
            "Zhibek zholy rural district",
        ),
        "kz-aktobe-oblast/kobda-district/i-kurmanov-rural": (
            "И.Құрманов атындағы ауылдық округі",
            "сельский округ имени И.Курманова",
            "I.Kurmanov rural district",
        ),
    }
    for place in rural.values():
        assert place.parent_key == place.key.rpartition("/")[0]
        assert place.population is None
    shipped = gazetteer.get(ABAI)
    assert shipped is not None
    assert shipped.name_kk == "Абай ауданы"


async def test_importing_the_classifier_again_changes_nothing(
    database: Database, now: datetime, workbook: Callable[..., Path]
) -> None:
    await seeded(database, now)
    path = workbook(CLASSIFIER)
    await imported(database, path, now)
    before = await loaded(database)
    assert await imported(database, path, now) == ImportReport(added=0, updated=0, unchanged=8, skipped=2)
    assert (await loaded(database)).version == before.version


async def test_a_rural_district_that_was_renamed_keeps_its_key(
    database: Database, now: datetime, workbook: Callable[..., Path]
) -> None:
    await seeded(database, now)
    await imported(database, workbook(CLASSIFIER), now)
    renamed = workbook([KATO_HEADER, kato(103230000, "Шәкәрім а.о.", "с.о. Шакарима")])
    assert (await imported(database, renamed, now)).updated == 1
    place = (await loaded(database)).by_kato("103230000")
    assert place is not None
    assert place.key == f"{ABAI}/karaauyl-rural"
    assert (place.name_kk, place.name_ru, place.name_en) == (
        "Шәкәрім ауылдық округі",
        "сельский округ Шакарима",
        "Shakarim rural district",
    )


async def test_population_is_taken_over_below_titles_in_any_sheet_and_notes_are_skipped(
    database: Database, now: datetime, workbook: Callable[..., Path]
) -> None:
    await seeded(database, now)
    path = workbook(
        [("Содержание",)],
        [
            ("Численность населения",),
            (),
            ("Код", "Наименование", "Население", "Год"),
            (711110000, "район Алматы", "310 250", 2026.0),
            ("750000000", "город Алматы", 2_347_924, "2026"),
            ("113220100", "город Акколь", None, None),
            (None, "Источник: Бюро национальной статистики", None, None),
        ],
        name="population.xlsx",
    )
    report = await imported(database, path, now)
    assert report == ImportReport(added=0, updated=1, unchanged=1, skipped=1)
    gazetteer = await loaded(database)
    inner, town = gazetteer.by_kato("711110000"), gazetteer.by_kato("113220100")
    assert inner is not None
    assert (inner.population, inner.population_year) == (310_250, 2026)
    assert inner.source_note == "population imported from population.xlsx"
    assert town is not None
    assert town.population is None
    async with database.reading() as session:
        stamped = await session.scalars(select(PlaceRow.kato).where(PlaceRow.imported_at.is_not(None)))
        assert set(stamped) == {"711110000", "750000000"}


async def test_every_wrong_row_is_named_and_nothing_is_changed(
    database: Database, now: datetime, workbook: Callable[..., Path]
) -> None:
    await seeded(database, now)
    before = await loaded(database)
    path = workbook(
        [
            ("kato", "population", "year"),
            (750000000, 2_400_000, 2026),
            (75000000, 1, 2026),
            (710000000, "many", 2026),
            (790000000, 1_300_000, 1826),
            (750000000, 5, 2026),
            (None, 5, 2026),
        ],
        name="figures.xlsx",
    )
    with pytest.raises(PlacesWrong) as raised:
        await imported(database, path, now)
    assert str(raised.value).splitlines() == [
        "figures.xlsx: nothing was imported.",
        "row 3: '75000000': expected a KATO code of nine digits",
        "row 4: 'many': expected a whole number of residents, or an empty cell when it is unknown",
        "row 5: '1826': expected the year of the figure, 1990 to 2027",
        "row 6: '750000000': expected each code once; it is in row 2 too",
        "row 7: '': expected a KATO code of nine digits",
    ]
    unknown = workbook([("kato", "population", "year"), (750000000, 1, 2026), (999999999, 1, 2026)])
    with pytest.raises(PlacesWrong, match="row 3: '999999999': expected the code of a unit that is there"):
        await imported(database, unknown, now)
    assert (await loaded(database)).version == before.version


async def test_a_wrong_row_of_the_classifier_adds_none_of_the_others(
    database: Database, now: datetime, workbook: Callable[..., Path]
) -> None:
    await seeded(database, now)
    path = workbook(
        [
            KATO_HEADER,
            kato(103230000, "Қараауыл а.о.", "Карааульский с.о."),
            kato(109930000, "Бірлік а.о.", "Бирликский с.о."),
            kato(103235000, "Арқат", "Архатский с.о."),
            kato(103239000, "", "Каскабулакский с.о."),
            kato("10323900", "Қасқабұлақ а.о.", "Каскабулакский с.о."),
        ]
    )
    with pytest.raises(PlacesWrong) as raised:
        await imported(database, path, now)
    assert str(raised.value).splitlines() == [
        "kato.xlsx: nothing was imported.",
        "row 5: 'Каскабулакский с.о.': expected a Kazakh and a Russian name of 103239000",
        "row 6: '10323900': expected a KATO code of nine digits",
    ]
    path = workbook(
        [
            KATO_HEADER,
            kato(103230000, "Қараауыл а.о.", "Карааульский с.о."),
            kato(109930000, "Бірлік а.о.", "Бирликский с.о."),
            kato(103235000, "Арқат", "Архатский с.о."),
        ]
    )
    with pytest.raises(PlacesWrong) as raised:
        await imported(database, path, now)
    assert str(raised.value).splitlines() == [
        "kato.xlsx: nothing was imported.",
        "row 3: '109930000': expected a unit below a district or city that is there, not 109900000",
        "row 4: 'Арқат': expected a Kazakh name ending in ауылдық округі, ауылы or кенті (а.о., а.ә., к.ә.)",
    ]
    assert len(await loaded(database)) == 301


async def test_many_wrong_rows_are_counted(sqlite: Database, now: datetime, workbook: Callable[..., Path]) -> None:
    await seeded(sqlite, now)
    path = workbook([("kato", "population", "year"), *(("x", 1, 2026) for _ in range(50))])
    with pytest.raises(PlacesWrong, match=r"and 30 more$"):
        await imported(sqlite, path, now)


async def test_a_file_of_another_kind_says_what_to_do(
    sqlite: Database, now: datetime, workbook: Callable[..., Path], tmp_path: Path
) -> None:
    await seeded(sqlite, now)
    with pytest.raises(PlacesWrong, match="there is no such file"):
        await imported(sqlite, tmp_path / "missing.xlsx", now)
    for name in ("table.csv", "table.xls", "broken.xlsx"):
        other = tmp_path / name
        other.write_text("code;population\n")
        with pytest.raises(PlacesWrong, match=r"not an \.xlsx workbook .* save it as \.xlsx"):
            await imported(sqlite, other, now)
    strange = workbook([("name", "area"), ("Абай", 5)])
    with pytest.raises(PlacesWrong, match=r"seen: row 1: name, area.*Expected the classifier KATO"):
        await imported(sqlite, strange, now)
    with pytest.raises(PlacesWrong, match="seen: nothing"):
        await imported(sqlite, workbook([]), now)

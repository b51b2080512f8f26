"""Every unit has the bodies the law gives it, and their names are grammatical in three languages."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from bot.law.rules import ThresholdKey
from bot.places.bodies import GOVERNMENT, Body, BodyKind, bodies_of, body_by_key, russian_genitive
from bot.places.tree import Gazetteer, Kind, Place, shipped_places

GOLDEN = Path(__file__).with_name("body_names.csv")
"""Names of all bodies of the shipped units, read by eye."""

GAZETTEER = Gazetteer(shipped_places())
BODIES = {body.key: body for place in GAZETTEER for body in bodies_of(GAZETTEER, place.key)}
SMALL = {Kind.CITY_DISTRICT_INNER, Kind.CITY_DISTRICT, Kind.RURAL_DISTRICT}


def own(place: Place) -> list[Body]:
    return [body for body in bodies_of(GAZETTEER, place.key) if body.place == place]


def test_names_are_the_ones_that_were_read() -> None:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        golden = {row["key"]: (row["kk"], row["ru"], row["en"]) for row in csv.DictReader(file)}
    assert golden == {key: (body.name("kk"), body.name("ru"), body.name("en")) for key, body in BODIES.items()}


def test_each_kind_of_unit_has_its_bodies_and_thresholds() -> None:
    for place in shipped_places():
        found = [(body.kind, body.threshold_key) for body in own(place)]
        if place.kind is Kind.REPUBLIC:
            assert found == []
        elif place.kind in {Kind.OBLAST, Kind.CITY_REPUBLICAN}:
            assert found == [(BodyKind.AKIMAT, ThresholdKey.OA), (BodyKind.MASLIKHAT, ThresholdKey.OM)]
        elif place.kind in SMALL:
            assert found == [(BodyKind.AKIM_OFFICE, ThresholdKey.DA)]
        else:
            assert found == [(BodyKind.AKIMAT, ThresholdKey.DA), (BodyKind.MASLIKHAT, ThresholdKey.DM)]


def test_kazakh_names_take_the_genitive_of_the_word_of_the_kind() -> None:
    for place in shipped_places():
        for body in own(place):
            name = body.name("kk")
            assert name.startswith(place.name_kk)
            if body.kind is BodyKind.AKIM_OFFICE:
                assert name.endswith(" әкімінің аппараты")
            else:
                assert re.search(r"(?:облысының|ауданының|ауданның|қаласының) (?:әкімдігі|мәслихаты)$", name)


def test_russian_names_are_in_the_genitive() -> None:
    for place in shipped_places():
        for body in own(place):
            name = body.name("ru")
            assert re.match(r"(?:акимат|маслихат|аппарат акима) ", name)
            assert not re.search(r"\b(?:область|район|город)\b", name)
            assert re.search(r"\b(?:области|района|города)\b", name)
            assert not re.search(r"(?:ский|ская|ый)\b", name)


def test_english_names_say_what_kind_of_unit_it_is() -> None:
    for place in shipped_places():
        for body in own(place):
            assert re.fullmatch(
                r"(?:Akimat|Maslikhat|Office of the Akim) of [A-Z][\w -]+ (?:Region|District|city|town)",
                body.name("en"),
            )


def test_bodies_of_a_town_are_its_own_then_those_above_it() -> None:
    found = bodies_of(GAZETTEER, "kz-almaty-oblast/talgar-district/talgar-town")
    assert [body.key for body in found] == [
        "office:kz-almaty-oblast/talgar-district/talgar-town",
        "akimat:kz-almaty-oblast/talgar-district",
        "maslikhat:kz-almaty-oblast/talgar-district",
        "akimat:kz-almaty-oblast",
        "maslikhat:kz-almaty-oblast",
        "government",
    ]
    assert bodies_of(GAZETTEER, "kz") == (GOVERNMENT,)
    assert bodies_of(GAZETTEER, "kz-nowhere") == ()


def test_a_body_is_found_by_its_key_and_only_if_the_unit_has_it() -> None:
    for key, body in BODIES.items():
        assert body_by_key(GAZETTEER, key) == body
    assert body_by_key(GAZETTEER, "akimat:kz-almaty-city/medeu-inner") is None
    assert body_by_key(GAZETTEER, "akimat:kz") is None
    assert body_by_key(GAZETTEER, "akimat:kz-nowhere") is None
    assert body_by_key(GAZETTEER, "nonsense") is None


def test_a_name_begins_with_a_capital_at_the_head_of_a_line() -> None:
    body = BODIES["akimat:kz-almaty-oblast/talgar-district"]
    assert body.name("ru") == "акимат Талгарского района"
    assert body.name_cap("ru") == "Акимат Талгарского района"
    assert body.name_cap("kk") == "Талғар ауданының әкімдігі"


@pytest.mark.parametrize(
    ("name", "genitive"),
    [
        ("Карааульский сельский округ", "Карааульского сельского округа"),
        ("сельский округ имени Мариям Хәкімжановой", "сельского округа имени Мариям Хәкімжановой"),
        ("сельская администрация Тайтобе", "сельской администрации Тайтобе"),
        ("Заводская поселковая администрация", "Заводской поселковой администрации"),
        ("Лесной сельский округ", "Лесного сельского округа"),
        ("село Караул", "села Караул"),
        ("город Рудный", "города Рудного"),
        ("город Арысь", "города Арыси"),
        ("город Акколь", "города Акколя"),
        ("город Мамлютка", "города Мамлютки"),
        ("город Темиртау", "города Темиртау"),
    ],
)
def test_russian_genitive_of_units_of_other_kinds(name: str, genitive: str) -> None:
    assert russian_genitive(name) == genitive


def test_bodies_of_a_rural_district_are_named_after_it() -> None:
    village = Place(
        "kz/x-rural",
        "103230000",
        Kind.RURAL_DISTRICT,
        "kz",
        "Қараауыл ауылдық округі",
        "Карааульский сельский округ",
        "Karaauyl rural district",
    )
    gazetteer = Gazetteer([GAZETTEER.republic, village])
    office = bodies_of(gazetteer, village.key)[0]
    assert office.name("kk") == "Қараауыл ауылдық округі әкімінің аппараты"
    assert office.name("ru") == "аппарат акима Карааульского сельского округа"
    assert office.name("en") == "Office of the Akim of Karaauyl rural district"

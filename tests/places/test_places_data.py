"""The shipped list of units: complete, a tree, and each centre where it can be."""

from __future__ import annotations

from collections import Counter, defaultdict

from bot.places.finder import distance_km
from bot.places.tree import Gazetteer, Kind, shipped_places

KM_FROM_PARENT = {
    Kind.CITY_OBLAST: 650,
    Kind.DISTRICT: 650,
    Kind.CITY_DISTRICT_INNER: 30,
    Kind.CITY_DISTRICT: 160,
}
"""How far the centre of a unit can lie from that of the unit it lies in."""


def test_the_301_units_are_of_the_known_kinds() -> None:
    assert Counter(place.kind for place in shipped_places()) == {
        Kind.REPUBLIC: 1,
        Kind.OBLAST: 17,
        Kind.CITY_REPUBLICAN: 3,
        Kind.CITY_OBLAST: 39,
        Kind.DISTRICT: 170,
        Kind.CITY_DISTRICT_INNER: 23,
        Kind.CITY_DISTRICT: 48,
    }


def test_codes_keys_and_figures_are_well_formed() -> None:
    for place in shipped_places():
        assert len(place.kato) == 9
        assert place.kato.isdigit()
        assert place.key.isascii()
        if place.kind not in {Kind.REPUBLIC, Kind.OBLAST, Kind.CITY_REPUBLICAN}:
            assert place.parent_key is not None
            assert place.key.startswith(place.parent_key + "/")
        assert (place.population is None) == (place.population_year is None)
        assert place.population is None or place.population > 1_000


def test_an_unknown_population_stays_unknown() -> None:
    unknown = [place for place in shipped_places() if place.population is None]
    assert Counter(place.kind for place in unknown) == {Kind.CITY_DISTRICT_INNER: 19, Kind.CITY_DISTRICT: 42}


def test_each_centre_lies_in_kazakhstan_and_near_its_parents() -> None:
    for place in shipped_places()[1:]:
        gazetteer = Gazetteer(shipped_places())
        assert place.latitude is not None
        assert place.longitude is not None
        assert 40.5 < place.latitude < 55.5
        assert 46.4 < place.longitude < 87.4
        parent = gazetteer.parents(place.key)[0]
        if place.kind in KM_FROM_PARENT:
            assert parent.latitude is not None
            assert parent.longitude is not None
            away = distance_km(place.latitude, place.longitude, parent.latitude, parent.longitude)
            assert away < KM_FROM_PARENT[place.kind]


def test_two_units_of_one_parent_and_kind_do_not_share_a_centre() -> None:
    centres: dict[tuple[str | None, Kind, float | None, float | None], list[str]] = defaultdict(list)
    for place in shipped_places():
        centres[place.parent_key, place.kind, place.latitude, place.longitude].append(place.key)
    assert [keys for keys in centres.values() if len(keys) > 1] == []

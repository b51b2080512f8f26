"""The tree of units answers what lies in what, and refuses lists that are no tree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.places.tree import Gazetteer, Kind, TreeWrong, shipped_places

TALGAR_TOWN = "kz-almaty-oblast/talgar-district/talgar-town"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(shipped_places())


def test_a_unit_is_found_by_key_and_by_code(gazetteer: Gazetteer) -> None:
    place = gazetteer.get("kz-almaty-oblast/talgar-district")
    assert place is not None
    assert place is gazetteer.by_kato("196200000")
    assert (place.name("kk"), place.name("ru"), place.name("en")) == (
        "Талғар ауданы",
        "Талгарский район",
        "Talgar District",
    )
    assert gazetteer.get("kz-nowhere") is None
    assert gazetteer.by_kato("999999999") is None
    assert place.key in gazetteer
    assert len(gazetteer) == 301


def test_parents_go_up_to_the_republic_nearest_first(gazetteer: Gazetteer) -> None:
    assert [place.key for place in gazetteer.parents(TALGAR_TOWN)] == [
        "kz-almaty-oblast/talgar-district",
        "kz-almaty-oblast",
        "kz",
    ]
    assert gazetteer.parents("kz") == ()
    assert gazetteer.parents("kz-nowhere") == ()


def test_every_unit_is_below_each_of_its_parents_and_in_their_subtrees(gazetteer: Gazetteer) -> None:
    for place in gazetteer:
        assert gazetteer.is_within(place.key, place.key)
        for parent in gazetteer.parents(place.key):
            assert gazetteer.is_within(place.key, parent.key)
            assert not gazetteer.is_within(parent.key, place.key)
            assert place.key in gazetteer.subtree(parent.key)
    assert len(gazetteer.subtree("kz")) == 301
    assert gazetteer.subtree("kz-nowhere") == ()


def test_the_twenty_top_units_are_the_roots(gazetteer: Gazetteer) -> None:
    roots = gazetteer.roots()
    assert len(roots) == 20
    assert {place.kind for place in roots} == {Kind.OBLAST, Kind.CITY_REPUBLICAN}
    assert gazetteer.children("kz-astana-city")[0].parent_key == "kz-astana-city"


def test_a_label_tells_namesakes_apart(gazetteer: Gazetteer) -> None:
    assert gazetteer.label("kz-karaganda-oblast/abai-district", "kk") == "Абай ауданы, Қарағанды облысы"
    assert gazetteer.label("kz-shymkent-city/abai-inner", "ru") == "Абайский район, город Шымкент"
    assert gazetteer.label("kz", "en") == "Republic of Kazakhstan"
    for language in ("kk", "ru", "en"):
        labels = {gazetteer.label(place.key, language) for place in gazetteer}
        assert len(labels) == len(gazetteer)


def test_the_version_changes_with_any_figure_and_not_with_the_order(gazetteer: Gazetteer) -> None:
    places = list(shipped_places())
    assert Gazetteer(reversed(places)).version == gazetteer.version
    places[5] = replace(places[5], population=1)
    assert Gazetteer(places).version != gazetteer.version


def test_a_list_that_is_no_tree_is_refused() -> None:
    republic, oblast = shipped_places()[:2]
    with pytest.raises(TreeWrong, match="is there twice"):
        Gazetteer([republic, oblast, oblast])
    with pytest.raises(TreeWrong, match="lies in kz-nowhere, which is not there"):
        Gazetteer([republic, replace(oblast, parent_key="kz-nowhere")])
    with pytest.raises(TreeWrong, match="one unit must have no parent"):
        Gazetteer([])
    with pytest.raises(TreeWrong, match="their own parents"):
        Gazetteer([republic, replace(oblast, parent_key=oblast.key)])

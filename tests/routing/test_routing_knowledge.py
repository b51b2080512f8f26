"""The knowledge of competence is whole, agrees with the table of subjects, and says clearly what is wrong in it."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from bot.i18n import LANGUAGES
from bot.law.forbidden import points_on
from bot.law.rules import ThresholdKey
from bot.places.tree import Gazetteer, Kind, shipped_places
from bot.routing.knowledge import (
    ASKS,
    DATA,
    EXCLUDED,
    MINISTRIES,
    SUBJECTS,
    Answerer,
    AskKind,
    KnowledgeWrong,
    Level,
    LevelRule,
    knowledge,
    load,
    threshold_key,
)

ROWS = 112
GAZETTEER = Gazetteer(shipped_places())
KEYS_OF_ROWS = {
    1: {ThresholdKey.OM, ThresholdKey.DM},
    2: {ThresholdKey.OA, ThresholdKey.DA},
    4: {ThresholdKey.DA},
    5: {ThresholdKey.DA},
    9: {ThresholdKey.OM},
    13: {ThresholdKey.OA, ThresholdKey.DA},
    14: {ThresholdKey.OA, ThresholdKey.DA},
    15: {ThresholdKey.OA},
    16: {ThresholdKey.G},
    20: {ThresholdKey.OA, ThresholdKey.DA},
    26: {ThresholdKey.G},
    27: {ThresholdKey.OM},
    30: {ThresholdKey.OM, ThresholdKey.DM},
    33: {ThresholdKey.OM, ThresholdKey.DM},
    37: {ThresholdKey.OM},
    55: {ThresholdKey.OM, ThresholdKey.DM},
    57: {ThresholdKey.G},
    60: {ThresholdKey.OA},
    67: {ThresholdKey.OA},
    72: {ThresholdKey.OM},
    95: {ThresholdKey.G},
    100: {ThresholdKey.OA, ThresholdKey.DA},
    104: {ThresholdKey.OA},
    107: {ThresholdKey.OM, ThresholdKey.DM},
}
POINTS_OF_ROWS = {
    42: 4,
    48: 3,
    76: 8,
    78: 8,
    79: 5,
    81: 5,
    83: 6,
    84: 11,
    85: 12,
    86: 12,
    87: 3,
    89: 14,
    90: 13,
    91: 9,
    92: 2,
}
REDIRECTS_OF_ROWS = {
    7: "109",
    10: "109",
    32: "109",
    40: "102",
    52: "other",
    53: "109",
    59: "appeal",
    66: "appeal",
} | {
    69: "appeal",
    77: "102",
    82: "court",
}


def test_every_row_of_the_table_has_one_subject() -> None:
    rows = [subject.row for subject in knowledge().subjects.values() if subject.row]
    assert sorted(rows) == list(range(1, ROWS + 1))


def test_there_are_many_subjects_beyond_the_table() -> None:
    assert len(knowledge().subjects) >= ROWS + 50


def test_every_subject_is_named_in_three_languages_and_no_two_alike() -> None:
    for language in LANGUAGES:
        names = [subject.name(language) for subject in knowledge().subjects.values()]
        assert len(names) == len(set(names))
        assert all(0 < len(name) <= 70 for name in names)


@pytest.mark.parametrize("row", sorted(KEYS_OF_ROWS))
def test_bodies_and_levels_agree_with_the_keys_of_the_table(row: int) -> None:
    ask = knowledge().by_row(row).asks[AskKind.DEFAULT]
    assert ask.level is not None
    keys = set()
    for place in GAZETTEER:
        if place.kind not in {Kind.REPUBLIC, Kind.CITY_DISTRICT, Kind.RURAL_DISTRICT} or ask.level is LevelRule.YARD:
            keys.add(threshold_key(ask.body, ask.level.level(GAZETTEER, place.key)))
    assert keys == KEYS_OF_ROWS[row]


@pytest.mark.parametrize("row", sorted(POINTS_OF_ROWS))
def test_forbidden_rows_name_their_point(row: int) -> None:
    ask = knowledge().by_row(row).asks[AskKind.DEFAULT]
    assert (ask.redirect, ask.point) == (EXCLUDED, POINTS_OF_ROWS[row])


@pytest.mark.parametrize("row", sorted(REDIRECTS_OF_ROWS))
def test_rows_that_need_no_petition_name_their_channel(row: int) -> None:
    ask = knowledge().by_row(row).asks[AskKind.DEFAULT]
    assert (ask.body, ask.redirect) == (Answerer.NOT_PETITION, REDIRECTS_OF_ROWS[row])


def test_every_body_that_can_be_answered_with_exists_everywhere() -> None:
    known = knowledge()
    asks = [ask for subject in known.subjects.values() for ask in subject.asks.values()]
    for ask in (*asks, *known.general.values()):
        assert ask.article.strip()
        assert all(ask.reason(language).strip().endswith(".") for language in LANGUAGES)
        if ask.level is not None:
            for place in (None, *GAZETTEER):
                for in_village in (False, True):
                    level = ask.level.level(GAZETTEER, place.key if place else None, in_village=in_village)
                    assert threshold_key(ask.body, level) is not None, (ask, place)


def test_points_exist_in_the_list_in_force() -> None:
    known = knowledge()
    numbers = {ask.point for subject in known.subjects.values() for ask in subject.asks.values() if ask.point}
    assert numbers == {point.number for point in points_on(date(2026, 11, 25))}


def test_every_kind_of_ask_but_the_default_has_words() -> None:
    assert set(knowledge().kinds) == set(AskKind) - {AskKind.DEFAULT}


def test_it_loads_quickly() -> None:
    load()
    started = time.process_time()
    load()
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("rule", "place", "level"),
    [
        (LevelRule.UNIT, "kz-almaty-city", Level.REGION),
        (LevelRule.UNIT, "kz-shymkent-city/enbekshi-inner", Level.REGION),
        (LevelRule.UNIT, "kz-kostanay-oblast", Level.REGION),
        (LevelRule.UNIT, "kz-kostanay-oblast/rudny-city", Level.DISTRICT),
        (LevelRule.UNIT, "kz-jetisu-oblast/panfilov-district/zharkent-town", Level.DISTRICT),
        (LevelRule.UNIT, None, Level.DISTRICT),
        (LevelRule.YARD, "kz-almaty-city", Level.DISTRICT),
        (LevelRule.YARD, "kz-shymkent-city/enbekshi-inner", Level.DISTRICT),
        (LevelRule.YARD, "kz-jetisu-oblast/panfilov-district/zharkent-town", Level.RURAL),
        (LevelRule.YARD, "kz-kostanay-oblast/rudny-city", Level.DISTRICT),
        (LevelRule.LOCAL, "kz-almaty-city", Level.REGION),
        (LevelRule.LOCAL, "kz-jetisu-oblast/panfilov-district", Level.DISTRICT),
        (LevelRule.VILLAGE, "kz-jetisu-oblast/panfilov-district", Level.RURAL),
        (LevelRule.VILLAGE, "kz-kostanay-oblast/rudny-city", Level.DISTRICT),
        (LevelRule.VILLAGE, None, Level.RURAL),
        (LevelRule.REGION, "kz-kostanay-oblast/rudny-city", Level.REGION),
    ],
)
def test_the_level_follows_from_the_place(rule: LevelRule, place: str | None, level: Level) -> None:
    assert place is None or place in GAZETTEER
    assert rule.level(GAZETTEER, place) is level


def test_a_village_named_in_the_text_lowers_the_level_where_the_matter_is_the_villages() -> None:
    district = "kz-jetisu-oblast/panfilov-district"
    assert LevelRule.YARD.level(GAZETTEER, district, in_village=True) is Level.RURAL
    assert LevelRule.UNIT.level(GAZETTEER, district, in_village=True) is Level.DISTRICT
    assert LevelRule.YARD.level(GAZETTEER, "kz-almaty-city", in_village=True) is Level.DISTRICT


def test_a_law_is_asked_of_the_government_whatever_the_subject() -> None:
    known = knowledge()
    assert known.answer("street_lighting", AskKind.LAW).body is Answerer.GOVERNMENT
    assert known.answer("street_lighting", AskKind.WORK).body is Answerer.AKIMAT
    assert known.answer(None, AskKind.RULE).body is Answerer.MASLIKHAT


def test_a_forbidden_subject_stays_forbidden_whatever_is_asked() -> None:
    known = knowledge()
    for kind in AskKind:
        assert known.answer("constitution", kind).redirect == EXCLUDED


def test_an_unknown_subject_or_row_is_refused() -> None:
    with pytest.raises(KeyError):
        knowledge().answer("no_such_subject", AskKind.LAW)
    with pytest.raises(KeyError):
        knowledge().by_row(0)


@pytest.mark.parametrize(
    ("file", "written", "instead", "told"),
    [
        (SUBJECTS, 'slug = "local_budget"', 'slug = ""', ["subjects.toml", "subject 1", "slug"]),
        (SUBJECTS, 'slug = "budget_spending"', 'slug = "local_budget"', ["local_budget", "slug", "twice"]),
        (SUBJECTS, "row = 2\n", "row = 1\n", ["budget_spending", "row", "twice"]),
        (SUBJECTS, "row = 2\n", 'row = "two"\n', ["budget_spending", "row"]),
        (
            SUBJECTS,
            'names = { kk = "Жергілікті бюджет"',
            'names = { de = "Haushalt"',
            ["local_budget", "names"],
        ),
        (SUBJECTS, 'kk = [\n    "бюджет"', 'kazakh = [\n    "бюджет"', ["local_budget", "kazakh", "no such field"]),
        (SUBJECTS, '"бюджет", "бюджеті*"', '"*", "бюджеті*"', ["local_budget", "kk", "«*»"]),
        (SUBJECTS, '"бюджет", "бюджеті*"', '"@nobody", "бюджеті*"', ["local_budget", "kk", "@nobody"]),
        (SUBJECTS, '"@deputies + бюджет*"', '"@deputies"', ["local_budget", "together", " + "]),
        (
            SUBJECTS,
            'confidence = "V14", reason = "budget_maslikhat"',
            'confidence = "X"',
            ["default", "confidence"],
        ),
        (SUBJECTS, 'reason = "budget_maslikhat"', 'reason = "because"', ["default", "reason", "because"]),
        (SUBJECTS, 'body = "maslikhat", level = "unit"', 'body = "senate"', ["default", "body"]),
        (
            SUBJECTS,
            'body = "maslikhat", level = "unit"',
            'body = "maslikhat", level = "yard"',
            ["default", "level"],
        ),
        (SUBJECTS, 'ministry = "labour"', 'ministry = "magic"', ["ministry", "magic", MINISTRIES]),
        (MINISTRIES, 'confidence = "M"', 'confidence = "sure"', [MINISTRIES, "agriculture", "confidence"]),
        (SUBJECTS, "point = 4", "point = 17", ["territory.default", "point"]),
        (SUBJECTS, 'redirect = "109"', 'redirect = "911"', ["incident", "redirect"]),
        (SUBJECTS, "[reasons.budget_maslikhat]", "[reasons.budget_maslikhat", ["subjects.toml"]),
        (ASKS, 'kind = "law"', 'kind = "wish"', ["asks.toml", "wish", "kind"]),
        (ASKS, "default = { body", "fallback = { body", ["asks.toml", "general", "asks"]),
        (ASKS, "crime = { body", "rule_2 = { body", ["asks.toml", "general", "rule_2"]),
    ],
)
def test_a_mistake_in_the_data_is_told_with_its_file_entry_and_field(
    tmp_path: Path, file: str, written: str, instead: str, told: list[str]
) -> None:
    for name in (SUBJECTS, ASKS, MINISTRIES):
        shutil.copy(DATA / name, tmp_path / name)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert written in text
    (tmp_path / file).write_text(text.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(KnowledgeWrong) as caught:
        load(tmp_path)
    assert all(part in str(caught.value) for part in told), str(caught.value)


def test_a_national_wish_knows_its_ministry() -> None:
    known = knowledge()
    for slug, ministry in {"pensions": "labour", "time_zone": "trade", "toll_roads": "transport"}.items():
        assert known.subjects[slug].ministry == ministry
    for subject in known.subjects.values():
        if subject.asks[AskKind.DEFAULT].body is Answerer.GOVERNMENT:
            assert subject.ministry in known.ministries, subject.slug
    for language in LANGUAGES:
        assert len({ministry.name(language) for ministry in known.ministries.values()}) == len(known.ministries)

"""A petition is found by other forms and spellings of its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.search import query_terms, search_key

TITLE = "Балабақшаға баратын көшеге жарық орнатыңыздар"
WHY = "Освещение улиц и ремонт дороги: street lighting for our school"


@pytest.mark.parametrize(
    "query",
    [
        "көше жарығы",
        "коше жарыгы",
        "koshe jaryq",
        "балабакша",
        "balabaqsha",
        "освещение улицы",
        "ремонт дорог",
        "дорога",
        "schools",
        "street lights",
        "Жарық!",
    ],
)
def test_a_petition_is_found(query: str) -> None:
    key = search_key(TITLE, WHY)
    terms = query_terms(query)
    assert terms
    assert all(f" {term} " in key for term in terms)


def test_a_petition_in_latin_kazakh_is_found_in_cyrillic() -> None:
    assert all(f" {term} " in search_key("Mektepke jańa terezeler kerek") for term in query_terms("мектеп терезесі"))


def test_another_matter_is_not_found() -> None:
    assert not any(f" {term} " in search_key(TITLE) for term in query_terms("мусор собаки автобус"))


def test_common_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert query_terms("ремонт на дороге и в школе") == ["ремонт", "дорог", "школ"]
    assert query_terms("и на") == ["и", "на"]


def test_a_query_without_words_looks_for_nothing() -> None:
    assert query_terms(" ?! 🙂") == []
    assert search_key("", "!!") == " "


@given(st.lists(st.text(max_size=80), max_size=3))
def test_a_key_has_no_capitals_and_stands_between_spaces(texts: list[str]) -> None:
    key = search_key(*texts)
    assert key == key.lower()
    assert key[0] == key[-1] == " "
    assert "  " not in key
    stems = key.split()
    assert len(stems) == len(set(stems))


@given(
    st.lists(
        st.sampled_from(["жолдарды", "мектебіне", "улицы", "автобустар", "қоқысты", "школе", "судың", "парковок"]),
        min_size=1,
    )
)
def test_a_text_is_found_by_its_own_words(chosen: list[str]) -> None:
    text = " ".join(chosen)
    assert all(f" {term} " in search_key(text) for term in query_terms(text))

"""A petition is found by other forms and spellings of its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.fold import words
from bot.language.search import query_words, stems_of

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
    assert query_words(query)
    assert _finds(query, f"{TITLE} {WHY}")


def _finds(query: str, text: str) -> bool:
    held = {stem for word in words(text) for stem in stems_of(word)}
    return all(not held.isdisjoint(one.stems) for one in query_words(query))


def test_a_petition_in_latin_kazakh_is_found_in_cyrillic() -> None:
    assert _finds("мектеп терезесі", "Mektepke jańa terezeler kerek")


@pytest.mark.parametrize("query", ["koshe jarygy", "kowe jarigi", "köşe jarığı", "kóshe jaryǵy", "коше жарыгы"])
def test_a_petition_is_found_in_every_spelling(query: str) -> None:
    assert _finds(query, "Көшемізге жарық орнатыңыздар")


@pytest.mark.parametrize("query", ["мусор", "собаки", "автобус"])
def test_another_matter_is_not_found(query: str) -> None:
    assert not _finds(query, TITLE)


def test_common_words_are_left_out() -> None:
    assert [one.stems for one in query_words("ремонт на дороге и в школе")] == [("ремонт",), ("дорог",), ("школ",)]
    assert query_words("и на") == []


def test_a_query_without_words_looks_for_nothing() -> None:
    assert query_words(" ?! 🙂") == []


@given(st.text(max_size=80))
def test_every_stem_of_a_query_is_one_word_without_capitals(text: str) -> None:
    for one in query_words(text):
        assert one.stems
        assert all(stem == stem.lower() and not stem.isspace() and " " not in stem for stem in one.stems)


@given(
    st.lists(
        st.sampled_from(["жолдарды", "мектебіне", "улицы", "автобустар", "қоқысты", "школе", "судың", "парковок"]),
        min_size=1,
    )
)
def test_a_text_is_found_by_its_own_words(chosen: list[str]) -> None:
    text = " ".join(chosen)
    assert _finds(text, text)

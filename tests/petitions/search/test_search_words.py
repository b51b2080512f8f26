"""The words a petition is found by, what of it is shown, typos, topics."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.search import query_words
from bot.petitions.search.corrector import MOST_MEANT, Vocabulary
from bot.petitions.search.kin import Kin
from bot.petitions.search.rules import Standing
from bot.petitions.search.shelves import OTHER, shelf_of, shelves
from bot.petitions.search.words import (
    document_words,
    forms_in,
    highlighted,
    in_title,
    is_term,
    own,
    snippet,
    terms_of,
)
from bot.routing.knowledge import knowledge

TEXT = "Мектепке баратын жолға жарық керек. Балалар қараңғыда жүреді & <қорқады>. Street lamps, please!"
STEMS = frozenset(terms_of("мектеп жарық жол қараңғы lamp"))


def _document(title: str, text: str, standing: Standing = Standing.OPEN, author_id: int | None = 7) -> set[str]:
    return set(
        document_words(
            title,
            text,
            places=["kz-almaty-oblast/talgar-district", "kz-almaty-oblast"],
            body_key="akimat:kz-almaty-oblast",
            standing=standing,
            shelf="roads",
            language="kk",
            author_id=author_id,
        ).split()
    )


@given(st.text(max_size=60), st.text(max_size=200))
def test_a_petition_holds_the_stems_of_whatever_is_looked_for_in_it(title: str, text: str) -> None:
    held = _document(title, text)
    assert {in_title(term) for term in terms_of(title)} <= held
    for word in query_words(f"{title} {text}"):
        assert {stem[:60] for stem in word.stems} <= held
    assert not any(" " in word or not word for word in held)


def test_what_is_not_public_holds_only_words_of_its_author() -> None:
    hidden = _document("Мектеп", "жол", Standing.HIDDEN)
    assert own(7, "мектеп") in hidden
    assert all(word.startswith("__a7_") for word in hidden)
    assert not any(is_term(word) for word in hidden)
    assert _document("Мектеп", "жол", Standing.HIDDEN, None) == set()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_underlining_changes_nothing_but_adds_tags(text: str) -> None:
    shown = highlighted(text, frozenset(terms_of(text)[:2]))
    assert unescape(re.sub("</?u>", "", shown)) == text
    assert shown.count("<u>") == shown.count("</u>") == len(forms_in(text, frozenset(terms_of(text)[:2])))


def test_found_words_are_underlined_in_whatever_form_they_stand_there() -> None:
    shown = highlighted(TEXT, STEMS)
    assert re.findall("<u>(.*?)</u>", shown) == ["Мектепке", "жолға", "жарық", "қараңғыда", "lamps"]
    assert "&amp; &lt;қорқады&gt;" in shown


@pytest.mark.parametrize("word", ["мектептер", "lamps", "қараңғы"])
def test_a_snippet_is_short_and_shows_the_word(word: str) -> None:
    long = f"{'Алдымен басқа сөздер тұрады. ' * 9}{TEXT}{' Соңында да басқа сөздер.' * 9}"
    shown = snippet(long, frozenset(terms_of(word)))
    assert shown is not None
    assert "<u>" in shown
    assert len(unescape(re.sub("<.*?>", "", shown))) <= 112
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_a_snippet_of_something_else_is_none() -> None:
    assert snippet(TEXT, frozenset(["газ"])) is None


# --- typos ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    known = Vocabulary()
    texts = [
        "мектеп жол көше жарық балабақша автобус аялдама қоқыс",
        "дорога освещение остановка школьный мусор парковка",
    ]
    known.learn((term, 5) for term in terms_of(*texts))
    known.learn([("jaryq", 1)])
    return known


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("мекеп", "мектеп"),
        ("мектпетің", "мектеп"),
        ("жарыққ", "жарык"),
        ("автобсу", "автобус"),
        ("автобусстар", "автобус"),
        ("аялдмада", "аялдама"),
        ("дорога", "дорог"),
        ("дорогга", "дорог"),
        ("освящение", "освещ"),
        ("осчещения", "освещ"),
        ("останвока", "остановк"),
        ("ljhjuf", "дорог"),
        ("vtrntg", "мектеп"),
        ("avtobsu", "автобус"),
    ],
)
def test_a_typo_means_the_nearest_stem(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    (word,) = query_words(typed)
    assert vocabulary.meant(word.word)[:1] == [meant]


@pytest.mark.parametrize("typed", ["велосипед", "ab", "12", "ыыыыыыыыыыы", "я"])
def test_what_is_near_nothing_means_nothing(vocabulary: Vocabulary, typed: str) -> None:
    assert vocabulary.meant(typed) == []


@given(st.text(max_size=70))
def test_no_word_breaks_the_corrector(typed: str) -> None:
    known = Vocabulary()
    known.learn([("мектеп", 3), ("дорог", 9)])
    for word in query_words(typed):
        assert len(known.meant(word.word)) <= MOST_MEANT


def test_of_two_equally_near_stems_the_commoner_comes_first() -> None:
    known = Vocabulary()
    known.learn([("парка", 1), ("парко", 40)])
    assert known.meant("парки")[0] == "парко"


def test_a_word_that_left_every_petition_is_unknown() -> None:
    known = Vocabulary()
    known.learn([("мектеп", 2)])
    assert "мектеп" in known
    known.learn([("мектеп", 0)])
    assert "мектеп" not in known


# --- meaning ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "kin"), [("школа", "мектеп"), ("мектеп", "школ"), ("school", "мектеп"), ("мусор", "кокыс")]
)
def test_a_word_has_kin_in_the_other_languages(word: str, kin: str) -> None:
    documents = dict.fromkeys(["мектеп", "школ", "school", "кокыс", "мусор", "велосипед"], 1)
    (sought,) = query_words(word)
    found = Kin(documents).of(sought.word, sought.stems)
    assert kin in found
    assert "велосипед" not in found


def test_a_word_of_another_language_that_only_begins_alike_is_no_kin() -> None:
    (sought,) = query_words("собак")
    assert "коше" not in Kin({"коше": 9, "иттер": 1}).of(sought.word, sought.stems)


# --- topics -----------------------------------------------------------------------------------------------------


def test_every_subject_of_the_router_stands_on_one_shelf() -> None:
    subjects = [subject for shelf in shelves().values() for subject in shelf.subjects]
    assert sorted(subjects) == sorted(knowledge().subjects)
    assert shelf_of(None) == shelf_of("unheard_of") == OTHER
    assert list(shelves())[-1] == OTHER
    assert all(len(shelf.name(language)) <= 40 for shelf in shelves().values() for language in ("kk", "ru", "en"))

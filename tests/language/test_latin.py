"""Kazakh in Latin letters and in Cyrillic is one language: it goes both ways, and a search finds it in any spelling."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.language.corpus import training
from bot.language.fold import fold
from bot.language.latin import Alphabet, has_latin, readings, to_cyrillic, to_latin
from bot.language.search import stems_of
from bot.language.stem import stem

ALPHABETS: tuple[Alphabet, ...] = ("2021", "2018", "plain")
CONSONANTS = "бғгджзкқлмнңпрсшт"
VOWELS = "аәоөұүыіе"

syllables = st.builds(lambda *letters: "".join(letters), st.sampled_from(CONSONANTS), st.sampled_from(VOWELS))
canonical = st.lists(syllables, min_size=1, max_size=5).map("".join)
"""Words of the letters that every alphabet writes in one way."""


@given(canonical)
def test_the_alphabet_of_2021_goes_there_and_back(word: str) -> None:
    assert to_cyrillic(to_latin(word, "2021")) == word


@given(canonical, st.sampled_from(ALPHABETS))
def test_any_alphabet_goes_there_and_back_once_folded(word: str, alphabet: Alphabet) -> None:
    read = to_cyrillic(to_latin(word, alphabet))
    # Plain letters do not tell ң from н, nor нг from ң.
    assert fold(read) == fold(word)


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі ", max_size=30), st.sampled_from(ALPHABETS))
def test_nothing_cyrillic_is_left_and_twice_is_once(text: str, alphabet: Alphabet) -> None:
    latin = to_latin(text, alphabet)
    assert not re.search("[\u0400-\u04ff]", latin)
    assert to_latin(latin, alphabet) == latin
    assert not has_latin(to_cyrillic(latin))


@given(st.text(max_size=30))
def test_reading_twice_is_reading_once(text: str) -> None:
    once = to_cyrillic(text)
    assert to_cyrillic(once) == once


@given(st.text(max_size=15))
def test_readings_are_few_folded_and_begin_with_the_likeliest(word: str) -> None:
    found = readings(word)
    assert 1 <= len(found) <= 8
    assert found[0] == fold(to_cyrillic(word))
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("kowede", "көшеде"),
        ("wygyp", "шығып"),
        ("awyl", "ауыл"),
        ("auil", "ауыл"),
        ("jarik", "жарық"),
        ("jagdai", "жағдай"),
        ("jaǵdaı", "жағдай"),
        ("zhagdaiy", "жағдайы"),
        ("bılik", "билік"),
        ("uirengim", "үйренгім"),
        ("janga", "жаңа"),
        ("jetsin", "жетсін"),
        ("suy", "суы"),
        ("úı", "үй"),
        ("aiel", "әйел"),
        ("elektr", "электр"),
        ("kiyim", "киім"),
        ("sayabaq", "саябақ"),
    ],
)
def test_what_people_type_is_among_the_readings(latin: str, cyrillic: str) -> None:
    assert fold(cyrillic) in readings(latin)


def kazakh_words() -> list[str]:
    texts = training()["kk"]
    return sorted({word for text in texts[::6] for word in re.findall("[а-яәғқңөұүһі]{3,}", text.lower())})[::4]


def by_ear(word: str) -> str:
    return to_latin(word, "plain").replace("j", "zh").replace("q", "k")


def short(word: str) -> str:
    return to_latin(word, "plain").replace("sh", "w").replace("y", "i")


@pytest.mark.parametrize(
    ("spelled", "least"),
    [
        (fold, 1.0),
        (lambda word: to_latin(word, "2021"), 0.98),
        (lambda word: to_latin(word, "2018"), 0.98),
        (lambda word: to_latin(word, "plain"), 0.98),
        (by_ear, 0.98),
        (short, 0.93),
    ],
    ids=["without letters", "2021", "2018", "plain", "by ear", "w and i"],
)
def test_a_word_has_its_stem_in_every_spelling(spelled: Callable[[str], str], least: float) -> None:
    found = kazakh_words()
    assert len(found) > 500
    share = sum(stem(word) in stems_of(fold(spelled(word))) for word in found) / len(found)
    assert share >= least

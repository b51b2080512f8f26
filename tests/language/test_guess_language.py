"""The language of a message is told from few words, Kazakh without its letters and in Latin included."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.language.corpus import NEIGHBOURS, Sample, router_dev, training
from benchmarks.language.corpus import test as written
from bot.i18n import LANGUAGES
from bot.language.identify import guess_language, identify

OURS = ("kk", "kk-plain", "kk-latin", "ru", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Көшемізде жарық жоқ", "kk"),
        ("кошемизде жарык жок, балалар коркады", "kk"),
        ("балабакша салып бериниздер", "kk"),
        ("koshede jaryq jok", "kk"),
        ("Kowede jaryq jok", "kk"),
        ("zhondeu kerek bizdin koshe", "kk"),
        ("iшкi жол нашар", "kk"),
        ("Нужен новый автобус до посёлка", "ru"),
        ("В Қонаеве нет тротуаров и освещения на улице", "ru"),
        ("помогите пожалуйста с ремонтом дороги", "ru"),
        ("privet, kak podpisat peticiyu", "ru"),
        ("We need a new road in our village", "en"),
        ("street lighting", "en"),
        ("Salem! How do I sign a petition here?", "en"),
        ("see https://egov.kz/жаңа please", "en"),
    ],
)
def test_it_is_recognised(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Кўчамизда чироқ йўқ, илтимос ёрдам беринг",
        "Ko'chamizda chiroq yo'q",
        "Менин айылымда мектеп жок, эмне кылабыз",
        "Sokağımızda lamba yok, yardım edin",
        "Допоможіть, у нашому під'їзді немає світла",
        "我们的街道没有路灯",
        "ქუჩაში სინათლე არ არის",
        "الشارع مظلم",
    ],
)
def test_another_language_is_none_of_ours(text: str) -> None:
    assert identify(text).language == "other"
    assert guess_language(text) is None


@pytest.mark.parametrize("text", ["", "123 45", "🙂🙂", "https://egov.kz", "@halyq_uni_bot"])
def test_nothing_is_guessed_without_words(text: str) -> None:
    assert guess_language(text) is None
    assert identify(text).confidence == 0


@given(st.text(max_size=100))
def test_the_guess_is_the_same_every_time(text: str) -> None:
    found = identify(text)
    assert found == identify(text)
    assert found.language in {*LANGUAGES, "other"}
    assert 0 <= found.confidence <= 1


@given(st.sampled_from(["ь", "q", "ұ", "їґ", "w'"]), st.integers(1, 300))
def test_nonsense_is_no_error(letters: str, times: int) -> None:
    assert identify(letters * times).confidence > 0
    assert identify(f"{letters} " * times).confidence > 0


def share(samples: list[Sample]) -> float:
    return sum(identify(sample.text).language == sample.language for sample in samples) / len(samples)


def test_it_is_as_good_as_promised_on_texts_it_never_read() -> None:
    taught = {text for texts in training().values() for text in texts}
    samples = [sample for sample in (*written(), *router_dev()) if sample.text not in taught]
    assert len(samples) > 1500
    assert share([sample for sample in samples if sample.kind in OURS]) >= 0.98
    for kind in (*OURS, "mix"):
        assert share([sample for sample in samples if sample.kind == kind]) >= 0.95, kind
    assert share([sample for sample in samples if sample.kind in NEIGHBOURS]) >= 0.8

"""The one question: words for every pair of bodies and every subject, and an answer that settles the decision."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from bot.places.tree import Gazetteer, shipped_places
from bot.routing import router as routing
from bot.routing.cli import question_data
from bot.routing.knowledge import DATA, knowledge
from bot.routing.questions import BODIES, PAIRS, QuestionsWrong, load, questions
from bot.routing.router import Router

ROUTER = Router(Gazetteer(shipped_places()))
TALGAR = "kz-almaty-oblast/talgar-district"


def test_every_pair_can_be_asked_about_every_subject_in_every_language() -> None:
    known = questions()
    for pair, subject in itertools.product(PAIRS, [None, *knowledge().subjects]):
        asked = known.ask(pair, subject)
        assert [body for body, _ in asked.answers] == pair.split("|")
        for language in LANGUAGES:
            first, second = (words[language] for _, words in asked.answers)
            assert asked.text[language].endswith("?")
            assert first != second


def test_nearly_every_subject_is_asked_about_in_its_own_words() -> None:
    own = set(questions().of_subject)
    assert len(own) >= 0.95 * len(knowledge().subjects)
    asked = questions().ask("akimat|maslikhat", "waste_collection")
    assert [words["ru"] for _, words in asked.answers] == ["Контейнеры, вывоз, полигон", "Тариф на вывоз мусора"]


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('[pair."akimat|maslikhat"]', '[pair."maslikhat|akimat"]', "pair"),
        ("[answer.akimat]", "[answer.court]", "answer"),
        ('"waste_tariff"', '"waste_tarif"', "waste_tarif"),
        ('"waste_tariff"', '"street_lighting"', "street_lighting"),
        ("[theme.waste]\n", '[theme.waste]\ncourt = "x"\n', "theme.waste"),
        ('ru = "Тариф на вывоз мусора"', 'ru = ""', "theme.waste.maslikhat.ru"),
        ('ru = "Тариф на вывоз мусора"', f'ru = "{"ы" * 60}"', "theme.waste.maslikhat.ru"),
        ('ru = "Тариф на вывоз мусора"', 'de = "Tarif"', "theme.waste.maslikhat"),
        ("[theme.waste]", "[theme.waste", "questions.toml"),
    ],
)
def test_a_slip_of_the_editor_is_named(tmp_path: Path, old: str, new: str, names: str) -> None:
    written = (DATA / "questions.toml").read_text(encoding="utf-8")
    assert old in written
    (tmp_path / "questions.toml").write_text(written.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(QuestionsWrong, match=names.replace(".", r"\.")):
        load(tmp_path)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120), settled=st.sampled_from(BODIES), place=st.sampled_from([None, TALGAR]))
def test_the_answer_is_the_decision_whatever_the_words_say(text: str, settled: str, place: str | None) -> None:
    decision = ROUTER.route(text, place, settled=settled)
    assert decision.body == settled
    assert decision.question is None
    assert decision.confidence >= 0.5
    assert all(one.confidence <= decision.confidence for one in decision.alternatives)
    assert settled not in {one.body for one in decision.alternatives}
    assert (decision.redirect is not None) == (settled == "not_petition")
    if settled == "maslikhat" and place is not None:
        assert decision.body_key is not None
        assert decision.threshold is not None
    assert all(reason.texts[language] for reason in decision.reasons for language in LANGUAGES)


def test_a_settled_body_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="court"):
        ROUTER.route("шам", TALGAR, settled="court")


def test_the_share_of_both_bodies_goes_to_the_one_that_was_answered() -> None:
    shares = [("akimat", 0.5), ("maslikhat", 0.3), ("government", 0.15), ("not_petition", 0.05)]
    settled = routing._settle(shares, "maslikhat")
    assert settled[0][0] == "maslikhat"
    assert settled[0][1] == pytest.approx(0.8)
    assert sum(share for _, share in settled) == pytest.approx(1)
    assert [body for body, _ in settled[1:]] == ["akimat", "government", "not_petition"]


def test_a_wish_for_the_whole_country_is_addressed_to_the_ministry_of_its_subject() -> None:
    decision = ROUTER.route("снизьте пенсионный возраст", TALGAR, settled="government")
    assert decision.ministry == "labour"
    assert decision.body_key == "ministry:labour"
    agency = ROUTER.route("спишите кредиты в банках", TALGAR, settled="government")
    assert agency.body_key == "government", "an agency of the President is no body of the Government"
    assert agency.threshold is not None
    assert agency.threshold.votes == 50000


def test_scripts_read_the_question_with_its_answers() -> None:
    asked = question_data("akimat|maslikhat", "waste_collection", "en")
    assert asked is not None
    assert list(asked) == ["text", "answers"]
    assert [answer["body"] for answer in asked["answers"]] == ["akimat", "maslikhat"]
    assert asked["answers"][1]["text"] == "The waste tariff"
    assert question_data(None, None, "en") is None

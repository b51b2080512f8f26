"""The router: forks that people meet every day, answers that never contradict themselves, and its doors for scripts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import commands
from bot.i18n import LANGUAGES
from bot.places.tree import Gazetteer, shipped_places
from bot.routing.router import Router

GAZETTEER = Gazetteer(shipped_places())
ROUTER = Router(GAZETTEER)
TALGAR = "kz-almaty-oblast/talgar-district"
COMMANDS = CliRunner()

FORKS = [
    ("снизьте тариф на вывоз мусора", "maslikhat"),
    ("снизьте тариф на тепло и воду", "government"),
    ("Қоқыс тарифін төмендетіңіздер", "maslikhat"),
    ("поставьте контейнеры для мусора во дворах", "akimat"),
    ("правила выгула собак в городе", "maslikhat"),
    ("постройте приют для бездомных собак", "akimat"),
    ("change the national law so that stray dogs are not killed", "government"),
    ("пустите автобус чаще", "akimat"),
    ("бесплатный проезд для пенсионеров", "maslikhat"),
    ("жалакысы төленбей жатыр, менің айлығым", "not_petition"),
    ("зейнетақы жасын төмендетіңіздер", "government"),
    ("мектептің шатырын жөндеп беріңіздер", "akimat"),
    ("школьную программу разгрузите", "government"),
    ("лифт сломался", "not_petition"),
    ("отставка акима области", "not_petition"),
    ("конституцияны өзгерту керек", "not_petition"),
    ("бюджетте ауыл жолдарына көбірек ақша бөлінсін, мәслихат бекітсін", "maslikhat"),
    ("коше жарыгы жок, шам орнатыныздар", "akimat"),
]


@pytest.mark.parametrize(("text", "body"), FORKS)
def test_what_is_asked_for_decides_not_the_word_that_is_used(text: str, body: str) -> None:
    assert ROUTER.route(text, TALGAR).body == body


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=400), place=st.sampled_from([None, TALGAR, "kz", "kz-almaty-city/medeu-inner"]))
def test_whatever_is_written_the_answer_does_not_contradict_itself(text: str, place: str | None) -> None:
    decision = ROUTER.route(text, place)
    assert 0 <= decision.confidence <= 1
    assert (decision.level is None) == (decision.body == "not_petition")
    assert (decision.redirect is not None) == (decision.body == "not_petition")
    assert (decision.level == "republic") == (decision.body == "government")
    assert decision.point is None or decision.redirect == "excluded_subject"
    assert decision.body not in {one.body for one in decision.alternatives}
    assert all(one.confidence <= decision.confidence for one in decision.alternatives)
    if decision.body == "maslikhat":
        assert decision.level in {"region", "district"}, "below the district there is no maslikhat"
    assert decision == ROUTER.route(text, place)


def test_the_unit_named_in_the_text_comes_before_the_residents_own() -> None:
    decision = ROUTER.route("Қарағандыда автобус жиі жүрсін", TALGAR)
    assert decision.place == decision.named == "kz-karaganda-oblast/karaganda-city"
    assert decision.body_key == "akimat:kz-karaganda-oblast/karaganda-city"
    assert decision.threshold is not None
    assert decision.threshold.votes == 2500
    at_home = ROUTER.route("автобус жиі жүрсін", TALGAR)
    assert (at_home.place, at_home.named) == (TALGAR, None)


def test_a_unit_without_population_gets_no_threshold() -> None:
    decision = ROUTER.route("ауламызда балалар алаңы жоқ, салып беріңіздер", "kz-almaty-city/medeu-inner")
    assert decision.body == "akimat"
    assert decision.body_key == "office:kz-almaty-city/medeu-inner"
    assert decision.threshold is None


def test_a_forbidden_subject_names_its_point_and_every_answer_gives_a_reason() -> None:
    forbidden = ROUTER.route("требуем отставки министра здравоохранения")
    assert (forbidden.redirect, forbidden.point) == ("excluded_subject", 11)
    for text, _ in FORKS:
        decision = ROUTER.route(text, TALGAR)
        assert decision.reasons, text
        assert all(reason.texts[language] for reason in decision.reasons for language in LANGUAGES)


def test_the_command_answers_as_the_door_is_described() -> None:
    said = COMMANDS.invoke(commands, ["route", "--json", "--place", TALGAR, "снизьте тариф на вывоз мусора"])
    assert said.exit_code == 0, said.stderr
    answer = json.loads(said.stdout)
    assert list(answer) == [
        "body",
        "level",
        "place",
        "confidence",
        "alternatives",
        "subject",
        "reasons",
        "redirect",
        "threshold",
        "question",
    ]
    assert (answer["body"], answer["level"], answer["place"]) == ("maslikhat", "district", TALGAR)
    assert answer["threshold"]["votes"] == 5000


def test_lines_are_answered_line_by_line_with_their_ids() -> None:
    lines = [
        {"id": 7, "text": "лифт сломался", "place": TALGAR},
        {"id": "b", "text": "мектепке жөндеу керек"},
    ]
    said = COMMANDS.invoke(commands, ["route", "--jsonl"], input="\n".join(json.dumps(line) for line in lines))
    answers = [json.loads(line) for line in said.stdout.splitlines()]
    assert [(answer["id"], answer["body"]) for answer in answers] == [(7, "not_petition"), ("b", "akimat")]
    assert answers[0]["redirect"] == "109"


@pytest.mark.parametrize(
    ("arguments", "given", "names"),
    [
        (["route"], "", "--jsonl"),
        (["route", "--place", "nowhere", "жол"], "", "nowhere"),
        (["route", "--language", "de", "жол"], "", "kk, ru, en"),
        (["route", "--jsonl"], "not json\n", "line 1"),
        (["route", "--jsonl"], '{"id": 1}\n', '"text"'),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_to_do(arguments: list[str], given: str, names: str) -> None:
    said = COMMANDS.invoke(commands, arguments, input=given)
    assert said.exit_code == 2
    assert names in said.stderr
    assert said.stdout == ""

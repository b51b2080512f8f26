"""The answer of a running bot changes on the day a rule does: answers of subjects, forbidden points, thresholds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import pytest

from bot.law import rules
from bot.law.forbidden import point_on
from bot.law.rules import ThresholdKey, rule_sets
from bot.places.tree import Gazetteer, shipped_places
from bot.routing import features, knowledge
from bot.routing.knowledge import ASKS, DATA, MINISTRIES, SUBJECTS, AskKind, KnowledgeWrong, knowledge_on, load
from bot.routing.router import Router

GAZETTEER = Gazetteer(shipped_places())
TALGAR = "kz-almaty-oblast/talgar-district"
BEFORE, FROM = date(2026, 12, 31), date(2027, 1, 1)
WASTE = "снизьте тариф на вывоз мусора"

Edit = Callable[[str, str], None]


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edit]:
    """Edit the data of subjects as a lawyer would, for this test."""
    for name in (SUBJECTS, ASKS, MINISTRIES):
        shutil.copy(DATA / name, tmp_path / name)
    caches = (knowledge.knowledge, knowledge._changes, knowledge._between, features._index)

    def edit(written: str, instead: str) -> None:
        text = (tmp_path / SUBJECTS).read_text(encoding="utf-8")
        assert written in text
        (tmp_path / SUBJECTS).write_text(text.replace(written, instead, 1), encoding="utf-8")
        for cache in caches:
            cache.cache_clear()

    monkeypatch.setattr(knowledge, "DATA", tmp_path)
    yield edit
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def _line(subject: str, kind: str) -> str:
    """How the answer of a subject is written in the data."""
    entry = (DATA / SUBJECTS).read_text(encoding="utf-8").partition(f'slug = "{subject}"')[2]
    return next(line for line in entry.splitlines() if line.startswith(f"{kind} = {{"))


def _then(line: str, later: str) -> str:
    kind, _, answer = line.partition(" = ")
    return f"{kind} = [{answer}, {{ {later}, valid_from = 2027-01-01 }}]"


def test_a_running_router_answers_by_the_rule_of_the_day(edited: Edit) -> None:
    line = _line("waste_tariff", "default")
    later = 'body = "government", level = "republic", article = "new art. 1", confidence = "V", reason = "law_needed"'
    edited(line, _then(line, later))
    running = Router(GAZETTEER)
    old, new = running.route(WASTE, TALGAR, BEFORE), running.route(WASTE, TALGAR, FROM)
    assert (old.body, old.level) == ("maslikhat", "district")
    assert (new.body, new.level, new.subject) == ("government", "republic", "waste_tariff")
    assert "new art. 1" not in {reason.article for reason in old.reasons}
    assert new.reasons[0].article == "new art. 1"
    assert old.threshold is not None
    assert new.threshold is not None
    assert (old.threshold.votes, new.threshold.votes) == (5000, 50000)
    assert new.confidence > 0.5, "the body that answers now takes over what spoke for the one that answered then"
    assert running.route(WASTE, TALGAR, BEFORE) == old


def test_a_rule_that_only_moves_to_another_level_moves_the_answer(edited: Edit) -> None:
    line = _line("waste_tariff", "default")
    later = 'body = "maslikhat", level = "region", article = "new art. 2", confidence = "V", reason = "local_rules"'
    edited(line, _then(line, later))
    running = Router(GAZETTEER)
    assert running.route(WASTE, TALGAR, BEFORE).body_key == f"maslikhat:{TALGAR}"
    assert running.route(WASTE, TALGAR, FROM).body_key == "maslikhat:kz-almaty-oblast"


def test_a_matter_that_becomes_forbidden_names_its_point_from_that_day(edited: Edit) -> None:
    line = _line("waste_tariff", "default")
    later = (
        'body = "not_petition", redirect = "excluded_subject", point = 8, article = "new art. 3", confidence = "V", '
        'reason = "x8"'
    )
    edited(line, _then(line, later))
    running = Router(GAZETTEER)
    assert running.route(WASTE, TALGAR, BEFORE).body == "maslikhat"
    forbidden = running.route(WASTE, TALGAR, FROM)
    assert (forbidden.body, forbidden.redirect, forbidden.point) == ("not_petition", "excluded_subject", 8)


def test_labour_law_is_forbidden_since_the_list_of_2026() -> None:
    assert knowledge_on(date(2026, 2, 28)).answer("own_job", AskKind.LAW).body.value == "government"
    assert knowledge_on(date(2026, 3, 1)).answer("own_job", AskKind.LAW).point == 8


def test_a_forbidden_point_has_the_number_of_its_day() -> None:
    before, after = date(2026, 2, 28), date(2026, 3, 1)
    assert (point_on(13, before), point_on(13, after)) == (14, 13), "State symbols"
    assert (point_on(12, before), point_on(12, after)) == (13, 12), "elections"
    text = "Мемлекеттік әнұранды өзгерту керек"
    routing = Router(GAZETTEER)
    assert (routing.route(text, day=before).point, routing.route(text, day=after).point) == (14, 13)


def test_a_threshold_of_a_later_law_holds_from_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    last = rule_sets()[-1]
    government = replace(last.thresholds[ThresholdKey.G], votes=60_000)
    later = replace(last, valid_from=FROM, thresholds={**last.thresholds, ThresholdKey.G: government})
    monkeypatch.setattr(rules, "rule_sets", lambda: (last, later))
    routing = Router(GAZETTEER)
    votes = [routing.route("верните часовой пояс", day=day).threshold for day in (BEFORE, FROM)]
    assert [needed.votes for needed in votes if needed is not None] == [50_000, 60_000]


def test_without_a_day_it_is_today_in_kazakhstan_at_each_call(edited: Edit, monkeypatch: pytest.MonkeyPatch) -> None:
    line = _line("waste_tariff", "default")
    later = 'body = "government", level = "republic", article = "new art. 1", confidence = "V", reason = "law_needed"'
    edited(line, _then(line, later))
    moments = [datetime(2026, 12, 31, 18, 59, tzinfo=UTC), datetime(2026, 12, 31, 19, 1, tzinfo=UTC)]

    class Clock:
        """Stands at one moment after the other: in Almaty the new year comes between them."""

        @staticmethod
        def now(_zone: tzinfo) -> datetime:
            return moments.pop(0)

    running = Router(GAZETTEER)
    monkeypatch.setattr("bot.routing.router.datetime", Clock)
    assert [running.route(WASTE, TALGAR).body for _ in range(2)] == ["maslikhat", "government"]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("[]", "valid_from"),
        ("[{A}, {A}]", "is needed"),
        ("[{A}, {A, valid_from = 2027-01-01}, {A, valid_from = 2026-05-01}]", "must grow"),
        ('[{A}, {A, valid_from = "soon"}]', "2027-01-01"),
        ("{A, valid_from = 2027-01-01}", "later answer"),
    ],
)
def test_dates_that_contradict_each_other_are_told(edited: Edit, answers: str, told: str) -> None:
    line = _line("waste_tariff", "default")
    answer = line.partition(" = {")[2].removesuffix("}")
    edited(line, "default = " + answers.replace("A", answer.strip()))
    with pytest.raises(KnowledgeWrong, match=r"waste_tariff\.default: valid_from") as caught:
        load(knowledge.DATA)
    assert told in str(caught.value)

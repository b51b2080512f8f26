"""The router is judged by texts it was not taught with, and no label contradicts itself."""

from __future__ import annotations

from benchmarks.router.corpus import LANGUAGES, read
from bot.language.fold import words
from bot.places.tree import shipped_places

PLACES = frozenset(place.key for place in shipped_places())


def test_no_text_that_judges_was_taught_whatever_its_spelling_and_no_voice_does_both() -> None:
    train, dev = read("train", PLACES), read("dev", PLACES)
    taught = {" ".join(words(row.text)) for row in train}
    assert not [row.text for row in dev if " ".join(words(row.text)) in taught]
    assert not {row.voice for row in train} & {row.voice for row in dev}


def test_there_is_enough_of_each_language_to_judge_by() -> None:
    rows = read("dev")
    assert len(rows) >= 600
    for language in LANGUAGES:
        assert sum(row.language == language for row in rows) >= 60

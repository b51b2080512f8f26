"""The measurement of search in small: the invented corpus is what it says, and the judged queries find theirs."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.search.filling import store
from benchmarks.search.measure import KINDS, SEED, UNTIL, corpus
from benchmarks.search.queries import judged, latin, with_typo
from bot.db import Database
from bot.petitions.search import index
from bot.petitions.search.queries import Search
from tests.petitions.reading.making import GAZETTEER

PETITIONS = 300
LEAST = {"lemma": 0.95, "inflected": 0.95, "typed plainly": 0.95, "Latin letters": 0.95, "one typo": 0.85}


async def test_judged_queries_find_their_petitions_among_hundreds(sqlite: Database, search: Search) -> None:
    petitions, numbers = corpus(PETITIONS)
    languages = Counter(one.language for one in petitions)
    assert len(petitions) == PETITIONS
    assert languages["kk"] > PETITIONS * 0.4
    assert len({one.title for one in petitions}) > PETITIONS * 0.9
    await store(sqlite, petitions, SEED)
    drift = await index.mend(sqlite, GAZETTEER)
    assert drift.missing == PETITIONS
    hits: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    async with sqlite.reading() as session:
        for query in judged(SEED):
            assert query.needle is not None
            found = await search.find(session, query.text, UNTIL, size=10)
            hits[query.kind].append(numbers[query.needle] in [one.petition.id for one in found.petitions])
    for kind, least in LEAST.items():
        assert sum(hits[kind]) / len(hits[kind]) >= least, kind


def test_a_typo_changes_one_word_a_little() -> None:
    import random

    for seed in range(50):
        typed = with_typo(random.Random(seed), "тігін цехына кешкі топты", "kk")
        assert typed != "тігін цехына кешкі топты" or "ее" in typed
        assert abs(len(typed) - 24) <= 1


@pytest.mark.parametrize(("kazakh", "typed"), [("қазақша жазу", "qazaqsha jazu"), ("Үй-жай", "ui-jai")])
def test_kazakh_is_typed_in_latin_letters_as_in_chats(kazakh: str, typed: str) -> None:
    assert latin(kazakh) == typed

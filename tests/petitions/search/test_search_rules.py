"""What ranks higher, whatever else stays the same; pages; filters as stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.petitions.rules import PUBLIC, State
from bot.petitions.search.rules import (
    WEIGHTS,
    Facts,
    Filters,
    Standing,
    nearness,
    page_within,
    pages_of,
    score,
    standing_of,
    worth,
)
from tests.petitions.reading.making import GAZETTEER, OBLAST, TALGAR, TOWN

SHARES = st.floats(0, 1)
FACTS = st.builds(
    Facts,
    words=SHARES,
    title=SHARES,
    nearness=SHARES,
    standing=st.sampled_from(Standing),
    age_days=st.floats(0, 4000),
    signatures=st.integers(0, 10**7),
)


@given(FACTS, SHARES, st.sampled_from(["words", "title", "nearness"]))
def test_more_words_a_better_title_and_a_nearer_place_never_rank_lower(facts: Facts, other: float, name: str) -> None:
    less, more = sorted([getattr(facts, name), other])
    assert score(facts._replace(**{name: less})) <= score(facts._replace(**{name: more}))


@given(FACTS)
def test_open_ranks_above_what_is_with_the_body_and_that_above_what_is_over(facts: Facts) -> None:
    scores = [
        score(facts._replace(standing=standing))
        for standing in (Standing.OPEN, Standing.WITH_BODY, Standing.DECIDED, Standing.CLOSED)
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


@given(FACTS, st.floats(0, 4000), st.integers(0, 10**7))
def test_newer_and_faster_growing_never_rank_lower(facts: Facts, age: float, signatures: int) -> None:
    older, newer = sorted([facts.age_days, age], reverse=True)
    assert score(facts._replace(age_days=older)) <= score(facts._replace(age_days=newer))
    fewer, more = sorted([facts.signatures, signatures])
    assert score(facts._replace(signatures=fewer)) <= score(facts._replace(signatures=more))


@given(FACTS, FACTS)
def test_all_words_beat_half_of_them_whatever_else(whole: Facts, half: Facts) -> None:
    assert score(whole._replace(words=1.0, nearness=half.nearness, standing=half.standing)) > score(
        half._replace(words=0.5, title=min(half.title, 0.5))
    )


@given(FACTS)
def test_a_score_is_bounded(facts: Facts) -> None:
    most = WEIGHTS.words + WEIGHTS.title + WEIGHTS.near + WEIGHTS.standing + WEIGHTS.fresh + WEIGHTS.growing
    assert 0 <= score(facts) <= most


def test_near_is_my_place_and_within_then_what_it_lies_in_then_the_neighbours() -> None:
    far = "kz-abai-oblast"
    neighbour = next(place.key for place in GAZETTEER.children(OBLAST) if place.key != TALGAR)
    by_place = {key: nearness(GAZETTEER, key, TALGAR) for key in (TALGAR, TOWN, OBLAST, neighbour, far, "kz", "gone")}
    assert by_place[TALGAR] == by_place[TOWN] == 1
    assert 1 > by_place[OBLAST] > by_place[neighbour] > by_place[far] == by_place["kz"] == by_place["gone"] == 0
    assert nearness(GAZETTEER, TALGAR, None) == nearness(GAZETTEER, TALGAR, "gone") == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_rarer_word_tells_more(one: int, other: int) -> None:
    most = max(one, other)
    assert worth(min(one, other), most) >= worth(most, most) > 0


@pytest.mark.parametrize("state", State)
def test_only_public_petitions_have_a_public_standing(state: State) -> None:
    assert (standing_of(state) is not Standing.HIDDEN) == (state in PUBLIC)
    assert standing_of(state, is_hidden=True) is Standing.HIDDEN


@given(st.integers(0, 10_000), st.integers(1, 50), st.integers(-(10**30), 10**30))
def test_every_page_is_there(total: int, size: int, page: int) -> None:
    pages = pages_of(total, size)
    assert (pages - 1) * size <= total <= pages * size or (total, pages) == (0, 1)
    assert 0 <= page_within(page, total, size) < pages


def test_filters_are_stored_and_read_back_and_an_unknown_one_is_left_out() -> None:
    filters = Filters(place="near", standing="open")
    assert Filters.from_json(filters.to_json()) == filters
    assert Filters.from_json({"colour": "red", "shelf": "roads"}) == Filters(shelf="roads")
    assert Filters.from_json(None) == Filters()
    assert filters.without("place") == Filters(standing="open")
    assert filters.active == ("place", "standing")

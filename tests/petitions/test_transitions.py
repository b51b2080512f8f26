"""Every change of a petition's state, allowed and forbidden, with the article it rests on."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.petitions import rules
from bot.petitions.rules import Action, Actor, NotAllowed, Order, State

FIRST, AFTER = Order.SUPPORTERS_FIRST, Order.MODERATION_FIRST

# action, from, to, who, article, order (None: both). Written from the Code, not from the table under test.
ALLOWED = [
    ("open", None, "gathering", {"author"}, "90-2(4)(1)", FIRST),
    ("open", None, "moderation", {"author"}, "90-2(5)", AFTER),
    ("supporters_found", "gathering", "moderation", {"signers"}, "90-2(5)", FIRST),
    ("supporters_found", "gathering", "published", {"signers"}, "90-2(4)(1)", AFTER),
    ("lapse", "gathering", "lapsed", {"clock"}, "90-2(4)(1)", None),
    ("approve", "moderation", "published", {"moderator"}, "90-2(7)", FIRST),
    ("approve", "moderation", "gathering", {"moderator"}, "90-2(7)", AFTER),
    ("return", "moderation", "returned", {"moderator"}, "bot", None),
    ("correct", "returned", "moderation", {"author"}, "bot", None),
    ("readdress", "moderation", "moderation", {"moderator"}, "bot", None),
    ("readdress", "supported", "published", {"moderator"}, "bot", None),
    ("reject", "moderation", "rejected", {"moderator"}, "90-2(6)", None),
    ("restore", "rejected", "moderation", {"moderator"}, "bot", None),
    ("reinstate", "rejected", "published", {"moderator"}, "bot", None),
    ("uphold", "rejected", "rejected", {"moderator"}, "bot", None),
    ("hide", "published", "published", {"readers"}, "bot", None),
    ("hide", "supported", "supported", {"readers"}, "bot", None),
    ("keep", "published", "published", {"moderator"}, "bot", None),
    ("keep", "supported", "supported", {"moderator"}, "bot", None),
    ("reject", "published", "rejected", {"moderator"}, "bot", None),
    ("reject", "supported", "rejected", {"moderator"}, "bot", None),
    ("withdraw", "gathering", "withdrawn", {"author"}, "bot", None),
    ("withdraw", "moderation", "withdrawn", {"author"}, "bot", None),
    ("withdraw", "returned", "withdrawn", {"author"}, "bot", None),
    ("withdraw", "published", "withdrawn", {"author"}, "bot", None),
    ("retire", "gathering", "withdrawn", {"author"}, "bot", None),
    ("retire", "moderation", "withdrawn", {"author"}, "bot", None),
    ("retire", "returned", "withdrawn", {"author"}, "bot", None),
    ("retire", "published", "withdrawn", {"author"}, "bot", None),
    ("reach_threshold", "published", "supported", {"signers"}, "90-3(4)", None),
    ("fall_below", "supported", "published", {"signers"}, "90-3(4)", None),
    ("expire", "published", "expired", {"clock"}, "90-3(5)", None),
    ("send", "supported", "sent", {"moderator"}, "90-4(1)", None),
    ("not_ours", "sent", "published", {"official"}, "90-4(1)", None),
    ("register", "sent", "considering", {"official"}, "90-4(2)", None),
    ("decide", "considering", "decided", {"official"}, "90-6(1)", None),
]


def _expected(action: Action, source: State | None, actor: Actor, order: Order) -> tuple[State, str] | None:
    for name, start, target, who, article, only in ALLOWED:
        here = None if start is None else State(start)
        if Action(name) is action and here is source and actor.value in who and only in {None, order}:
            return State(target), article
    return None


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("action", list(Action))
def test_a_change_is_possible_exactly_where_the_code_or_our_own_rule_says(action: Action, order: Order) -> None:
    for source, actor in itertools.product([None, *State], Actor):
        expected = _expected(action, source, actor, order)
        if expected is None:
            with pytest.raises(NotAllowed):
                rules.transition(action, source, actor, order)
        else:
            row = rules.transition(action, source, actor, order)
            assert (row.target, row.article) == expected


def test_every_row_of_the_table_is_expected_by_this_test() -> None:
    assert len(rules.TRANSITIONS) == len(ALLOWED)


def test_what_a_change_must_bring() -> None:
    needs = {row.action: row.needs for row in rules.TRANSITIONS if row.needs}
    assert needs == {
        Action.RETURN: "comment",
        Action.REJECT: "reason",
        Action.NOT_OURS: "body",
        Action.READDRESS: "body",
        Action.DECIDE: "outcome",
        Action.RETIRE: "twin",
    }


@pytest.mark.parametrize("order", list(Order))
def test_every_state_can_be_reached_and_only_ends_are_dead_ends(order: Order) -> None:
    reached: set[State | None] = {None}
    while True:
        more = {
            row.target for row in rules.TRANSITIONS if row.source in reached and row.order in {None, order}
        } - reached
        if not more:
            break
        reached |= more
    assert reached - {None} == set(State)
    leaving = {row.source for row in rules.TRANSITIONS if row.order in {None, order}}
    assert set(State) - leaving == rules.ENDED - {State.REJECTED}


def test_nobody_signs_outside_gathering_and_publication() -> None:
    assert {State.GATHERING, State.PUBLISHED, State.SUPPORTED} == rules.OPEN_FOR_SIGNING
    assert rules.OPEN_FOR_SIGNING < rules.OPEN_FOR_WITHDRAWAL
    assert not rules.PUBLIC & {
        State.GATHERING,
        State.MODERATION,
        State.RETURNED,
        State.REJECTED,
        State.LAPSED,
    }


def test_milestones_are_those_of_the_product() -> None:
    assert rules.milestones(2500) == (10, 50, 100, 625, 1250, 1875, 2500)
    assert rules.milestones(None) == (10, 50, 100)
    assert rules.milestones(83) == (10, 21, 42, 50, 63, 83)


@given(threshold=st.none() | st.integers(1, 100_000), steps=st.lists(st.integers(0, 500), max_size=30))
def test_a_milestone_is_told_once_and_never_for_a_count_not_reached(threshold: int | None, steps: list[int]) -> None:
    told, count, heard = 0, 0, []
    for step in steps:
        count += step
        reached = rules.milestone_reached(count, told, threshold)
        if reached is not None:
            assert told < reached <= count
            told = reached
            heard.append(reached)
    assert len(heard) == len(set(heard))
    passed = [milestone for milestone in rules.milestones(threshold) if milestone <= count]
    assert told == (passed[-1] if passed else 0)

"""How alike texts are, and when the law calls the second a repetition."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.law.calendar import WorkingCalendar
from bot.law.rules import rules_on
from bot.petitions.rules import State
from bot.petitions.twins.rules import (
    LIKELY_TWIN,
    Nearness,
    Similar,
    bars,
    is_repetition,
    likeness,
    markers,
    nearness,
    same_markers,
    score,
    traits,
)
from bot.places.tree import Gazetteer, shipped_places

CALENDAR = WorkingCalendar()
GAZETTEER = Gazetteer(shipped_places())
WORDS = st.lists(
    st.sampled_from(["балабақша", "кезек", "школа", "света", "нет", "bus", "stop", "Абай", "көше", "12", "жол"]),
    max_size=8,
).map(" ".join)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_likeness_lies_between_0_and_1_and_does_not_depend_on_the_order(one: str, other: str) -> None:
    first, second = traits(one), traits(other)
    assert 0.0 <= likeness(first, second) <= 1.0 + 1e-9
    assert likeness(first, second) == pytest.approx(likeness(second, first))
    if first:
        assert likeness(first, first) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Көшемізде жарық жоқ, шам орнатыңыздар", "Поставьте фонари, на улице темно"),
        ("Балабақшаға кезек көп, жаңа бақша салыңыздар", "A new kindergarten, the waiting list is long"),
        ("Снизьте тариф на вывоз мусора", "Lower the charge for rubbish collection"),
        ("Қаңғыбас иттерді аулаңыздар", "кангыбас иттерди ауландар"),
    ],
)
def test_one_request_in_two_languages_is_more_alike_than_two_requests(one: str, other: str) -> None:
    different = "Назовите школу именем учёного"
    assert likeness(traits(one), traits(other)) > 2 * likeness(traits(one), traits(different))


def test_words_that_say_nothing_make_no_vector() -> None:
    assert traits("...", "", "") == {}
    assert traits("") == {}


@given(st.floats(0, 1), st.booleans())
def test_a_nearer_place_never_scores_less_and_one_subject_never_hurts(like: float, same: bool) -> None:
    here, around, far = (
        score(like, same_subject=same, nearness=near) for near in (Nearness.SAME, Nearness.PARENT, Nearness.NONE)
    )
    assert here >= around >= far
    assert score(like, same_subject=True, nearness=Nearness.SAME) >= here


def test_how_places_agree() -> None:
    district, oblast = "kz-almaty-oblast/talgar-district", "kz-almaty-oblast"
    assert nearness(GAZETTEER, district, district) is Nearness.SAME
    assert nearness(GAZETTEER, district, oblast) is Nearness.PARENT
    assert nearness(GAZETTEER, oblast, district) is Nearness.CHILD
    assert nearness(GAZETTEER, district, "kz-almaty-city") is Nearness.NONE
    assert nearness(GAZETTEER, None, district) is Nearness.UNKNOWN


def test_another_number_or_street_is_another_thing() -> None:
    assert markers("Автобус № 43 на улице Абая") == markers("Абай көшесінде 43 автобус")
    assert not same_markers(traits("Автобус № 43"), traits("Автобус № 64"))
    assert not same_markers(traits("Ремонт улицы Абая"), traits("Ремонт улицы Гагарина"))
    assert same_markers(traits("Нет света"), traits("Жарық жоқ"))


def test_only_one_subject_in_one_place_about_one_thing_is_a_repetition() -> None:
    def how(**other: object) -> Similar:
        values: dict[str, object] = {
            "like": LIKELY_TWIN,
            "score": 1.0,
            "same_subject": True,
            "nearness": Nearness.SAME,
            "same_thing": True,
        }
        return Similar(**{**values, **other})  # type: ignore[arg-type]

    assert is_repetition(how())
    assert not is_repetition(how(like=LIKELY_TWIN - 0.01))
    assert not is_repetition(how(same_subject=False))
    assert not is_repetition(how(same_thing=False))
    assert not is_repetition(how(nearness=Nearness.PARENT))


def test_what_is_in_free_access_bars_and_a_decision_does_for_the_term_of_the_law() -> None:
    today = date(2026, 11, 25)
    law = rules_on(today)
    for state in State:
        expected = state in {State.PUBLISHED, State.SUPPORTED, State.SENT, State.CONSIDERING}
        assert bars(law, state, None, today, CALENDAR) is expected
    decided = State.DECIDED
    assert bars(law, decided, date(2025, 11, 25), today, CALENDAR)
    assert not bars(law, decided, date(2025, 11, 24), today, CALENDAR)
    before = rules_on(date(2025, 6, 1))
    assert before.repeat_term is None
    assert not bars(before, decided, date(2025, 5, 1), date(2025, 6, 1), CALENDAR)

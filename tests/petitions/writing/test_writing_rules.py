"""Splitting, mending and the order of steps: no word is lost, limits hold, Back always leads somewhere."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.clean import personal_data
from bot.petitions.rules import DraftStep
from bot.petitions.writing.rules import (
    ASK_MAX,
    OPEN_STEPS,
    STEPS,
    TEXT_STEPS,
    TITLE_MAX,
    following,
    is_shouting,
    is_whole_story,
    length_problem,
    mend,
    position,
    preceding,
    split,
    tidy,
)

WORDS = st.sampled_from(
    [
        "Просим",
        "нужно",
        "автобус",
        "Абай",
        "көшесі",
        "сұраймыз",
        "қажет",
        "we ask",
        "please",
        "г.",
        "ул.",
        "т.б.",
        "№",
        "5",
        "Дети",
        "жол",
        "school,",
        "—",
        "«жарық»",
        "х" * 160,
    ]
)
ENDS = st.sampled_from([" ", ". ", "! ", "?\n", ".\n\n", "… ", "\n", ": "])


@st.composite
def stories(draw: st.DrawFn) -> str:
    """A message as people write it: words, sentences, paragraphs."""
    pieces = draw(st.lists(st.tuples(WORDS, ENDS), min_size=1, max_size=120))
    return "".join(word + end for word, end in pieces)


def counted(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in re.findall(r"\w+", text))


@given(st.one_of(stories(), st.text(max_size=4096)))
def test_no_word_of_a_long_message_is_lost(text: str) -> None:
    parts = split(text)
    assert counted(tidy(text, DraftStep.WHY)) <= counted(parts.title, parts.ask, parts.why)


@given(stories())
def test_title_and_ask_keep_to_their_limits(text: str) -> None:
    parts = split(text)
    assert len(parts.title) <= TITLE_MAX
    assert len(parts.ask) <= ASK_MAX
    assert "\n" not in parts.title


def test_a_message_in_russian_is_split_into_title_ask_and_reasons() -> None:
    parts = split(
        "Здравствуйте! На ул. Абая у школы № 12 нет остановки. Дети идут километр по обочине. "
        "Просим построить остановку с навесом.\nЗимой там темно."
    )
    assert parts.title == "На ул. Абая у школы № 12 нет остановки"
    assert parts.ask == "Просим построить остановку с навесом."
    assert parts.why == "Здравствуйте! Дети идут километр по обочине.\nЗимой там темно."


def test_a_message_in_kazakh_is_split_into_title_ask_and_reasons() -> None:
    parts = split(
        "Біздің көшеде жарық жоқ. Кешке балалар қорқып жүреді. Абай көшесіне шам орнатуды сұраймыз. Бұл қажет!"
    )
    assert parts.title == "Біздің көшеде жарық жоқ"
    assert parts.ask == "Абай көшесіне шам орнатуды сұраймыз. Бұл қажет!"
    assert parts.why == "Кешке балалар қорқып жүреді."


def test_a_message_in_english_is_split_into_title_ask_and_reasons() -> None:
    parts = split("There is no light in our street. We ask the akimat for lamps. It is dark at five.")
    assert parts.title == "There is no light in our street"
    assert parts.ask == "We ask the akimat for lamps."
    assert parts.why == "It is dark at five."


def test_a_title_that_asks_is_the_request_too_when_nothing_else_asks() -> None:
    parts = split("Просим осветить улицу Абая. Вечером там ничего не видно.")
    assert parts.title == "Просим осветить улицу Абая"
    assert parts.ask == "Просим осветить улицу Абая."


def test_a_long_first_sentence_is_cut_between_clauses_and_its_rest_begins_the_reasons() -> None:
    clause = "на нашей улице уже третий год нет тротуара и освещения"
    parts = split(f"Мы живём в посёлке, {clause}, {clause}, {clause}. Это опасно.")
    assert parts.title == f"Мы живём в посёлке, {clause}, {clause}"
    assert parts.why == f"{clause}. Это опасно."


def test_a_list_of_demands_longer_than_the_ask_goes_on_in_the_reasons() -> None:
    demand = "Требуем отремонтировать дорогу от моста до школы и от школы до больницы."
    parts = split("Дороги в нашем районе разбиты. " + " ".join([demand] * 10))
    assert len(parts.ask) <= ASK_MAX
    assert parts.why.count("Требуем") + parts.ask.count("Требуем") == 10


@pytest.mark.parametrize("text", ["Автобус керек", "A bus stop by the school"])
def test_a_short_line_is_a_title_and_nothing_more(text: str) -> None:
    assert not is_whole_story(text)


def test_paragraphs_or_a_long_line_are_a_whole_story() -> None:
    assert is_whole_story("First\nSecond")
    assert is_whole_story("word " * 40)


@given(st.text(max_size=600), st.sampled_from(TEXT_STEPS))
def test_tidying_twice_changes_nothing_more(text: str, step: DraftStep) -> None:
    once = tidy(text, step)
    assert tidy(once, step) == once
    assert once == once.strip()
    assert step is not DraftStep.TITLE or "\n" not in once


PERSONAL = st.sampled_from(
    [
        "+7 701 234 56 78",
        "a.b@mail.kz",
        "https://example.kz/x",
        "😀",
        "www.site.ru",
        "87012345678",
        "слово",
        "(",
        ")",
    ]
)


@given(st.lists(PERSONAL, max_size=12))
def test_a_mended_text_holds_nothing_personal(pieces: list[str]) -> None:
    mended = mend("Просим " + " ".join(pieces), DraftStep.WHY)
    assert personal_data(mended) == []
    assert mended.startswith("Просим")


def test_mending_leaves_the_rest_of_the_text_as_it_was() -> None:
    mended = mend("Звоните (+7 701 234 56 78), пишите a@b.kz. Дорога разбита!", DraftStep.WHY)
    assert mended == "Звоните, пишите. Дорога разбита!"


def test_capital_letters_are_noticed_in_a_sentence_and_not_in_a_name() -> None:
    assert is_shouting("ПОЧИНИТЕ ДОРОГУ СЕЙЧАС ЖЕ!!!")
    assert not is_shouting("ЖК «АҚ ОРДА» тұрғындары көше жарығын сұрайды")


@pytest.mark.parametrize("step", TEXT_STEPS)
def test_a_text_is_told_how_many_characters_it_has_too_many(step: DraftStep) -> None:
    limits = {DraftStep.TITLE: 140, DraftStep.ASK: 500, DraftStep.WHY: 3000}
    fits = length_problem("a" * limits[step], step)
    over = length_problem("a" * (limits[step] + 7), step)
    assert fits is None
    assert over is not None
    assert (over.kind, over.amount) == ("too_long", 7)


def test_steps_are_numbered_from_one_to_six_after_the_rules() -> None:
    assert [position(step) for step in STEPS] == [(number, 6) for number in range(7)]


@given(st.sampled_from(sorted(OPEN_STEPS, key=STEPS.index)))
def test_answering_step_after_step_ends_at_the_review(step: DraftStep) -> None:
    for _ in STEPS:
        step = following(step, whole=False)
    assert step is DraftStep.REVIEW


@given(st.sampled_from(sorted(OPEN_STEPS, key=STEPS.index)))
def test_a_part_corrected_in_a_whole_draft_leads_back_to_the_review(step: DraftStep) -> None:
    assert following(step, whole=True) is DraftStep.REVIEW
    if step is not DraftStep.REVIEW:
        assert preceding(step, whole=True) is DraftStep.REVIEW


@given(st.sampled_from(sorted(OPEN_STEPS, key=STEPS.index)))
def test_going_back_ends_at_the_rules(step: DraftStep) -> None:
    for _ in STEPS:
        step = preceding(step, whole=False)
    assert step is DraftStep.RULES

"""Reading answers of every kind in three languages, and finding the way through a form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.surveys.answering.rules import (
    REVIEW,
    after,
    age_band,
    before,
    choice_problem,
    first_open,
    is_answered,
    joined,
    match_option,
    ordered,
    place_in,
    ranked,
    read_text,
    scale_points,
    screened,
    sex_said,
    toggled,
)
from bot.surveys.rules import (
    OTHER,
    Form,
    Option,
    Question,
    QuestionKind,
    ShowIf,
    Value,
    Words,
    asked,
    form_problems,
    question_from_json,
    question_to_json,
    respondent_key,
)

ROADS = Option("roads", {"kk": "Жолдар", "ru": "Дороги", "en": "Roads"})
WATER = Option("water", {"kk": "Ауызсу", "ru": "Питьевая вода", "en": "Drinking water"})
LIGHT = Option("light", {"kk": "Жарық", "ru": "Освещение", "en": "Lighting"})
OPTIONS = (ROADS, WATER, LIGHT)


def _question(kind: QuestionKind, **parts: Any) -> Question:
    options = OPTIONS if kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.RANKING} else ()
    words: Words = {"kk": "Не керек?", "ru": "Что нужно?", "en": "What is needed?"}
    return Question(parts.pop("code", "q"), kind, words, options, **parts)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Жолдар", "roads"),
        ("жолдар.", "roads"),
        ("ауызсу", "water"),
        ("ауыз су", "water"),
        ("Питьевая вода", "water"),
        ("питевая вода", "water"),
        ("drinking watr", "water"),
        ("жарык", "light"),
        ("3", "light"),
        ("1)", "roads"),
        ("освещение", "light"),
    ],
)
def test_a_typed_answer_is_the_option_it_means_in_any_language(typed: str, code: str) -> None:
    assert match_option(_question(QuestionKind.SINGLE), typed) == code


@pytest.mark.parametrize("typed", ["4", "0", "мектеп", "да", "не знаю", "x"])
def test_words_that_mean_no_option_are_not_forced_into_one(typed: str) -> None:
    assert match_option(_question(QuestionKind.SINGLE), typed) is None
    assert read_text(_question(QuestionKind.SINGLE), typed).problem == "pick"


def test_other_words_are_kept_where_there_is_room_for_them_without_personal_data() -> None:
    read = read_text(_question(QuestionKind.SINGLE, has_other=True), "Мектеп, менің нөмірім +7 701 123 45 67")
    assert read.value is not None
    assert read.value["choice"] == ["other"]
    assert "701" not in read.value["other"]
    assert read.was_cleaned


def test_several_choices_are_read_from_numbers_or_words() -> None:
    question = _question(QuestionKind.MULTIPLE)
    assert read_text(question, "3, 1").value == {"choice": ["light", "roads"]}
    assert read_text(question, "2 3").value == {"choice": ["water", "light"]}
    assert read_text(question, "жолдар, ауызсу").value == {"choice": ["roads", "water"]}
    assert read_text(question, "1, мектеп").problem == "pick"


def test_too_few_and_too_many_choices_are_told() -> None:
    question = _question(QuestionKind.MULTIPLE, least=2, most=2)
    assert choice_problem(question, ["roads"]) == "fewer"
    assert choice_problem(question, ["roads", "water", "light"]) == "more"
    assert choice_problem(question, ["roads", "water"]) is None


def test_a_ranking_keeps_its_order() -> None:
    assert read_text(_question(QuestionKind.RANKING), "2 3 1").value == {"choice": ["water", "light", "roads"]}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("7", {"number": 7}), ("12,5", {"number": 12.5}), ("1 000", {"number": 1000}), ("-3", {"number": -3})],
)
def test_a_number_is_read_as_people_write_it(typed: str, expected: Value) -> None:
    assert read_text(_question(QuestionKind.NUMBER), typed).value == expected


@pytest.mark.parametrize(
    ("typed", "problem"), [("11", "range"), ("-1", "range"), ("бәлкім", "number"), ("4.5", "whole"), ("", "number")]
)
def test_a_point_outside_the_scale_is_not_taken(typed: str, problem: str) -> None:
    question = _question(QuestionKind.SCALE, least=0, most=10)
    assert read_text(question, typed).problem == problem
    assert scale_points(question) == tuple(range(11))


def test_photos_and_places_are_not_typed() -> None:
    assert read_text(_question(QuestionKind.PHOTO), "сурет").problem == "photo"
    assert read_text(_question(QuestionKind.LOCATION), "Абай көшесі").problem == "location"


@pytest.mark.parametrize(
    "secret", ["850101300123", "+7 701 123 45 67", "a.b@mail.kz", "https://t.me/someone", "@someone_kz"]
)
def test_what_leads_to_somebody_is_taken_out_of_open_words(secret: str) -> None:
    words, was_cleaned = screened(f"Жол нашар, маған жазыңыз {secret} күтемін")
    if secret == "850101300123":
        return
    assert was_cleaned
    assert secret not in words
    assert words.startswith("Жол нашар")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_without_an_accident(text: str) -> None:
    for kind in QuestionKind:
        least, most = (1, 5) if kind is QuestionKind.SCALE else (None, None)
        read = read_text(_question(kind, least=least, most=most, has_other=False), text)
        assert (read.value is None) != (read.problem is None)


FORM = Form(
    ("kk",),
    {"kk": "С"},
    {},
    {},
    (
        _question(QuestionKind.SINGLE, code="a", required=True),
        _question(QuestionKind.TEXT, code="b", show_if=ShowIf("a", ("roads",))),
        _question(QuestionKind.SCALE, code="c", least=1, most=5),
        _question(QuestionKind.TEXT, code="d", show_if=ShowIf("c", least=1, most=2)),
    ),
)


def test_questions_follow_from_earlier_answers() -> None:
    codes = [question.code for question in asked(FORM, {"a": {"choice": ["roads"]}, "c": {"number": 2}})]
    assert codes == ["a", "b", "c", "d"]
    assert [question.code for question in asked(FORM, {"a": {"choice": ["water"]}, "c": {"number": 4}})] == ["a", "c"]
    hidden: dict[str, Value] = {"a": {"choice": ["water"]}, "b": {"text": "ескі"}, "c": {"skipped": True}}
    assert [question.code for question in asked(FORM, hidden)] == ["a", "c"]


def test_the_way_leads_forward_back_and_to_the_review() -> None:
    answers: dict[str, Value] = {}
    assert first_open(FORM, answers) == "a"
    answers["a"] = {"choice": ["roads"]}
    assert after(FORM, answers, "a") == "b"
    assert place_in(FORM, answers, "b") == (2, 3)
    answers["b"] = {"skipped": True}
    answers["c"] = {"number": 5}
    assert after(FORM, answers, "c") == REVIEW
    assert first_open(FORM, answers) == REVIEW
    assert before(FORM, answers, "c") == "b"
    assert before(FORM, answers, "a") is None


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["roads", "water", "skip", 1, 3, "text"])), max_size=8)
)
def test_wherever_somebody_is_the_way_ends(steps: list[tuple[str, Any]]) -> None:
    answers: dict[str, Value] = {}
    for code, said in steps:
        question = FORM.question(code)
        assert question is not None
        if said == "skip":
            answers[code] = {"skipped": True}
        elif question.kind is QuestionKind.SINGLE:
            answers[code] = {"choice": [said if said in {"roads", "water"} else "light"]}
        else:
            answers[code] = {"number": said} if isinstance(said, int) else {"text": "сөз"}
    code, seen = first_open(FORM, answers), 0
    while code != REVIEW:
        answers[code] = {"choice": ["roads"]} if code == "a" else {"number": 2} if code == "c" else {"text": "сөз"}
        code, seen = first_open(FORM, answers), seen + 1
        assert seen <= len(FORM.questions)


def test_a_toggled_choice_comes_and_goes_in_the_order_of_the_form() -> None:
    question = _question(QuestionKind.MULTIPLE)
    value = toggled(question, toggled(question, None, "light"), "roads")
    assert value == {"choice": ["roads", "light"]}
    assert toggled(question, value, "roads") == {"choice": ["light"]}
    ranking = _question(QuestionKind.RANKING)
    assert toggled(ranking, toggled(ranking, None, "light"), "roads") == {"choice": ["light", "roads"]}


def test_shuffled_options_are_the_same_each_time_for_one_and_differ_between_people() -> None:
    question = _question(QuestionKind.SINGLE, shuffled=True)
    orders = {tuple(index for index, _ in ordered(question, str(person))) for person in range(40)}
    assert len(orders) > 3
    assert ordered(question, "x") == ordered(question, "x")
    assert [index for index, _ in ordered(_question(QuestionKind.SINGLE), "x")] == [0, 1, 2]


def test_a_required_question_is_not_done_by_skipping() -> None:
    assert not is_answered(_question(QuestionKind.TEXT, required=True), {"skipped": True})
    assert is_answered(_question(QuestionKind.TEXT), {"skipped": True})


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_every_kind_of_question_survives_storage(kind: QuestionKind) -> None:
    question = _question(kind, least=1, most=5, required=True, shuffled=True, show_if=ShowIf("a", ("roads",)))
    assert question_from_json(question_to_json(question)) == question


def test_what_is_wrong_with_a_form_is_named() -> None:
    kinds = {problem.kind for problem in form_problems(Form(("kk",), {}, {}, {}, ()))}
    assert kinds == {"no_title", "no_questions"}
    late = Form(
        ("kk", "ru"),
        {"kk": "С"},
        {},
        {},
        (
            _question(QuestionKind.TEXT, code="x", show_if=ShowIf("y", ("roads",))),
            Question("y", QuestionKind.SINGLE, {"kk": "?"}, (ROADS,)),
        ),
    )
    found = form_problems(late)
    assert {(one.kind, one.question) for one in found if not one.is_warning} == {
        ("show_if_later", "x"),
        ("no_options", "y"),
    }
    assert ("missing_language", "y", "ru") in {(one.kind, one.question, one.language) for one in found}


def test_an_introduction_thanks_and_the_ends_of_a_scale_that_lack_a_language_are_named() -> None:
    scale = replace(_question(QuestionKind.SCALE, code="s", least=0, most=10), words={"kk": "?", "ru": "?"})
    whole = Form(("kk", "ru"), {"kk": "С", "ru": "О"}, {}, {}, (scale,))
    assert form_problems(whole) == ()
    lacking = replace(
        whole, intro={"kk": "К"}, thanks={"ru": "С"}, questions=(replace(scale, least_words={"kk": "нашар"}),)
    )
    assert {(one.question or one.part, one.language) for one in form_problems(lacking)} == {
        ("intro", "ru"),
        ("thanks", "kk"),
        ("s", "ru"),
    }


def test_nobody_can_be_found_from_a_key_without_the_pepper() -> None:
    assert respondent_key(b"one", 1, 2) != respondent_key(b"two", 1, 2)
    assert respondent_key(b"one", 1, 2) != respondent_key(b"one", 2, 2)


@given(st.text(min_size=1, max_size=12), st.integers(1, 3))
def test_a_number_means_the_option_as_this_respondent_is_shown_them(respondent: str, number: int) -> None:
    question = _question(QuestionKind.SINGLE, shuffled=True)
    shown = [option.code for _, option in ordered(question, respondent)]
    assert read_text(question, str(number), respondent).value == {"choice": [shown[number - 1]]}


def test_kazakh_in_latin_letters_names_an_option_and_numbers_alone_are_no_words_of_ones_own() -> None:
    question = _question(QuestionKind.SINGLE, has_other=True)
    assert read_text(question, "zharyq").value == {"choice": ["light"]}
    assert read_text(question, "1, 3, 4").problem == "pick"


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("35", "35-44"),
        ("мне 70 лет", "60+"),
        ("14", "14-17"),
        ("9", None),
        ("не скажу", None),
        ("8 701 123 45 67", None),
    ],
)
def test_an_age_that_is_written_is_a_band(text: str, band: str | None) -> None:
    assert age_band(text) == band


@pytest.mark.parametrize(
    "typed", ["жолдар және жарық", "жолдар жане жарык", "дороги и освещение", "roads and lighting"]
)
def test_several_options_are_read_with_an_and_between_them(typed: str) -> None:
    assert read_text(_question(QuestionKind.MULTIPLE), typed).value == {"choice": ["roads", "light"]}


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (QuestionKind.SINGLE, "pick"),
        (QuestionKind.SCALE, "number"),
        (QuestionKind.PHOTO, "photo"),
        (QuestionKind.LOCATION, "location"),
        (QuestionKind.TEXT, "empty"),
    ],
)
def test_something_without_words_is_answered_with_what_is_asked_for(kind: QuestionKind, problem: str) -> None:
    assert read_text(_question(kind), "").problem == problem


def test_a_question_of_people_takes_no_halves() -> None:
    question = _question(QuestionKind.NUMBER, whole=True, least=0, most=20)
    assert read_text(question, "3,5").problem == "whole"
    assert read_text(question, "3").value == {"number": 3}
    assert question_from_json(question_to_json(question)).whole


@given(st.sets(st.sampled_from(["roads", "water", "light"])), st.sets(st.sampled_from(["roads", "water", "light"])))
def test_what_is_ticked_stays_ticked_when_more_is_written(before: set[str], said: set[str]) -> None:
    question = _question(QuestionKind.MULTIPLE, has_other=True)
    value = joined(question, {"choice": [*before, OTHER], "other": "саябақ"}, {"choice": [*said]})
    assert set(value["choice"]) == before | said | {OTHER}
    assert value["other"] == "саябақ"
    assert joined(question, None, {"choice": [OTHER], "other": "жол"}) == {"choice": [OTHER], "other": "жол"}


def test_twelve_digits_are_cut_out_even_if_they_are_no_valid_iin() -> None:
    words, was_cleaned = screened("ЖСН 880324300459, жолды жөндеңіз")
    assert was_cleaned
    assert "880324300459" not in words
    assert "жолды жөндеңіз" in words


@pytest.mark.parametrize(
    ("typed", "choice", "other"),
    [
        ("жолдар, саябақ, мектеп", ["roads", "other"], "саябақ, мектеп"),
        ("мектеп және жарық", ["light", "other"], "мектеп"),
        ("жолдар ауызсу", ["roads", "water"], None),
        ("питьевая вода дороги", ["water", "roads"], None),
        ("жолдар нашар", ["other"], "жолдар нашар"),
    ],
)
def test_options_are_ticked_and_what_is_no_option_stands_as_ones_own_words(
    typed: str, choice: list[str], other: str | None
) -> None:
    value = read_text(_question(QuestionKind.MULTIPLE, has_other=True), typed).value
    assert value == {"choice": choice, **({"other": other} if other else {})}


def test_a_ranking_is_read_from_words_with_only_spaces_between_them() -> None:
    assert read_text(_question(QuestionKind.RANKING), "ауыз су жарык жолдар").value == {
        "choice": ["water", "light", "roads"]
    }


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("әйел", "f"),
        ("айел", "f"),
        ("Женщина", "f"),
        ("ж", "f"),
        ("ер адам", "m"),
        ("муж.", "m"),
        ("man", "m"),
        ("дұрыс", None),
        ("60", None),
        ("", None),
    ],
)
def test_a_sex_that_is_written_is_read(text: str, sex: str | None) -> None:
    assert sex_said(text) == sex


@pytest.mark.parametrize(
    "text", ["Абай көшесі 15 үй 7 пәтер, жылу жоқ", "ул. Абая 15, кв. 7, холодно", "Abai 15, apt 7, no heating"]
)
def test_the_number_of_a_flat_is_cut_out_and_the_street_stays(text: str) -> None:
    words, was_cleaned = screened(text)
    assert was_cleaned
    assert "7" not in words
    assert "15" in words, "a street and a house may be what it is about"


def test_no_option_of_a_ranking_is_lost_between_others_that_are_alike() -> None:
    options = tuple(
        Option(code, {"kk": kazakh, "en": english})
        for code, kazakh, english in (
            ("water", "Ауыз су", "Drinking water"),
            ("road", "Жол", "Road"),
            ("light", "Көше жарығы", "Street light"),
            ("green", "Көгалдандыру", "Greenery"),
        )
    )
    question = Question("q", QuestionKind.RANKING, {"kk": "Реті?"}, options)
    everything = {"choice": ["water", "road", "light", "green"]}
    assert read_text(question, "ауыз су жол коше жарыгы көгалдандыру").value == everything
    assert read_text(question, "drinking water road street light greenery").value == everything


def test_the_rest_of_a_ranking_comes_behind_what_is_ranked_and_a_new_order_takes_its_place() -> None:
    question = _question(QuestionKind.RANKING)
    half: Value = {"choice": ["water", "light"]}
    assert ranked(question, half, {"choice": ["roads"]}) == {"choice": ["water", "light", "roads"]}
    assert ranked(question, half, {"choice": ["light", "roads"]}) == {"choice": ["light", "roads"]}
    assert ranked(question, None, {"choice": ["roads"]}) == {"choice": ["roads"]}


@pytest.mark.parametrize(
    ("typed", "point"),
    [("5", 5), ("2", 2), ("бес", 5), ("өте жақсы", 5), ("оте жаксы", 5), ("очень плохо", 1), ("very good", 5)],
)
def test_a_scale_is_answered_in_figures_in_words_and_by_its_labels(typed: str, point: int) -> None:
    question = _question(
        QuestionKind.SCALE,
        least=1,
        most=5,
        least_words={"kk": "өте нашар", "ru": "очень плохо", "en": "very bad"},
        most_words={"kk": "өте жақсы", "ru": "очень хорошо", "en": "very good"},
    )
    assert read_text(question, typed).value == {"number": point}


@pytest.mark.parametrize(("typed", "code"), [("ия", "yes"), ("да", "yes"), ("жок", "no"), ("нет", "no"), ("неа", "no")])
def test_yes_and_no_are_understood_however_they_are_said(typed: str, code: str) -> None:
    options = (
        Option("yes", {"kk": "Иә"}),
        Option("no", {"kk": "Жоқ"}),
        Option("partly", {"kk": "Бар, бірақ жартылай"}),
    )
    assert match_option(Question("q", QuestionKind.SINGLE, {"kk": "Бар ма?"}, options), typed) == code


def test_own_words_written_one_after_the_other_are_all_kept() -> None:
    question = _question(QuestionKind.MULTIPLE, has_other=True)
    first = joined(question, None, {"choice": [OTHER], "other": "орындық"})
    both = joined(question, first, {"choice": [OTHER], "other": "жәшік"})
    assert both == {"choice": [OTHER], "other": "орындық; жәшік"}
    assert joined(question, both, {"choice": [OTHER], "other": "жәшік"})["other"] == "орындық; жәшік"


@pytest.mark.parametrize("text", ["ул. Ленина д. 5 кв. 7", "ул. Ленина д. 5, кв 7", "Ленина 5, квартира 7"])
def test_the_flat_is_cut_out_and_not_the_house_before_it(text: str) -> None:
    assert screened(text)[0] == text[: text.index("кв")] + "…"

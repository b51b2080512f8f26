"""A survey as a file: read back as written, refused with the line that is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.audience.rules import Audience
from bot.i18n import translator
from bot.places.tree import Gazetteer, shipped_places
from bot.routing.knowledge import subject_names
from bot.surveys.building.files import FileWrong, read_survey, write_survey
from bot.surveys.building.rules import (
    dates_problem,
    is_said_in,
    moved,
    poll_end,
    read_condition,
    read_limits,
    read_poll,
    read_question,
    with_condition,
    without,
)
from bot.surveys.building.views import file_problems
from bot.surveys.cli import MarginsWrong, app, read_margins
from bot.surveys.rules import OTHER, Option, Question, QuestionKind, ShowIf

GAZETTEER = Gazetteer(shipped_places())
NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)
WHOLE = """
title: {kk: Ауызсу, ru: Питьевая вода}
intro: {kk: Екі минут., ru: Две минуты.}
audience:
  place: Талгарский район
  languages: [kk, ru]
  sample: 500
  by_unit: true
  rest_days: 14
opens: 2026-12-01 10:00
closes: 2026-12-08 18:00
quota: 400
remind_after_days: 3
series: water
questions:
  - code: quality
    kind: single
    text: {kk: "Су қандай?", ru: "Какая вода?"}
    options:
      - {kk: Жақсы, ru: Хорошая}
      - {code: bad, kk: Нашар, ru: Плохая}
    other: true
    required: true
  - code: why
    kind: text
    text: {kk: "Неге?", ru: "Почему?"}
    show_if: {question: quality, any_of: [bad]}
  - kind: scale
    text: {kk: Баға беріңіз, ru: Оцените}
    min: 0
    max: 10
    min_label: {kk: нашар, ru: плохо}
    max_label: {kk: жақсы, ru: хорошо}
"""


def test_a_file_says_everything_a_survey_needs() -> None:
    survey = read_survey(WHOLE, GAZETTEER, NOW)
    assert survey.form.languages == ("kk", "ru")
    assert survey.audience == Audience(
        "kz-almaty-oblast/talgar-district", ("kk", "ru"), sample=500, stratified=True, rest_days=14
    )
    assert survey.closes_at == datetime(2026, 12, 8, 18, 0, tzinfo=ZoneInfo("Asia/Almaty"))
    first, why, scale = survey.form.questions
    assert [option.code for option in first.options] == ["o1", "bad"]
    assert (first.required, first.has_other) == (True, True)
    assert why.show_if == ShowIf("quality", ("bad",))
    assert (scale.code, scale.least, scale.most) == ("q3", 0, 10)


def test_a_written_file_is_read_back_the_same() -> None:
    survey = read_survey(WHOLE, GAZETTEER, NOW)
    assert read_survey(write_survey(survey), GAZETTEER, NOW) == survey


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("kind: scale", "kind: stars", 28, "must be one of single"),
        ("sample: 500", "sample: many", 7, "must be a number"),
        ("quota: 400", "qouta: 400", 12, "is not known"),
        ("any_of: [bad]", "any_of: [good]", 24, "names an answer that is not there"),
        ("place: Талгарский район", "place: Нигдеград", 5, "must be one unit"),
        ("closes: 2026-12-08 18:00", "closes: 2026-11-08 18:00", 11, "after"),
        ("      - {kk: Жақсы, ru: Хорошая}\n", "", 16, "at least two options"),
        ("title: {kk: Ауызсу, ru: Питьевая вода}", "title: Ауызсу", 2, "by language"),
        ("required: true", "required: да", 23, "true or false"),
        ("quota: 400", "quota: 400\nquota: 500", 13, "twice"),
        ("intro: {kk: Екі минут., ru: Две минуты.}", "intro: {kk: [", 0, ""),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in WHOLE
    with pytest.raises(FileWrong) as refused:
        read_survey(WHOLE.replace(old, new), GAZETTEER, NOW)
    assert words in str(refused.value)
    if line:
        assert str(refused.value).startswith(f"line {line}:")


def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    broken = (
        WHOLE.replace("sample: 500", "sample: many").replace("kind: scale", "kind: stars").replace("quota", "qouta")
    )
    with pytest.raises(FileWrong) as refused:
        read_survey(broken, GAZETTEER, NOW)
    assert [(one.line, one.where) for one in refused.value.problems] == [
        (7, "audience.sample"),
        (12, "qouta"),
        (28, "questions[2].kind"),
    ]
    told = file_problems(translator("kk"), refused.value.problems)
    assert "7-жол, audience.sample: сан болуы керек" in told


def test_a_bracket_that_is_never_closed_is_told_where_it_was_opened() -> None:
    with pytest.raises(FileWrong) as refused:
        read_survey(WHOLE.replace("intro: {kk: Екі минут., ru: Две минуты.}", "intro: {kk: ["), GAZETTEER, NOW)
    assert refused.value.problems[0].line == 3


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_a_quick_poll_ends_in_the_evening_of_the_third_day(now: datetime) -> None:
    local = poll_end(now, "Asia/Almaty").astimezone(ZoneInfo("Asia/Almaty"))
    assert (local.hour, local.minute) == (21, 0)
    assert (local.date() - now.astimezone(ZoneInfo("Asia/Almaty")).date()).days == 3


@pytest.mark.parametrize("text", ["", "[]", "title: {kk: С}", "questions: []", "42", "title: {kk: С}\nquestions: 5"])
def test_what_is_no_survey_is_refused(text: str) -> None:
    with pytest.raises(FileWrong):
        read_survey(text, GAZETTEER, NOW)


def test_a_question_is_read_from_lines_and_keeps_its_codes_in_the_next_language() -> None:
    fresh = Question("q1", QuestionKind.SINGLE, {})
    kazakh = read_question(fresh, "kk", "Не керек?\n- Жол\n- Су")
    assert isinstance(kazakh, Question)
    russian = read_question(kazakh, "ru", "Что нужно?\nДорога\nВода")
    assert isinstance(russian, Question)
    assert [option.code for option in russian.options] == ["o1", "o2"]
    assert russian.options[1].words == {"kk": "Су", "ru": "Вода"}
    assert read_question(kazakh, "ru", "Что нужно?\nДорога") == "too_few"
    assert read_question(kazakh, "ru", "Что нужно?\nДорога\nВода\nСвет") == "other_count"
    assert read_question(fresh, "kk", "Не?\nЖол\nжол") == "alike"
    assert read_question(fresh, "kk", "  ") == "empty"
    assert read_poll("Қай күні?\nСенбі\nЖексенбі", "kk") != "too_few"


def test_an_option_can_be_added_moved_and_taken_out_when_a_second_language_is_there() -> None:
    kazakh = read_question(Question("q1", QuestionKind.SINGLE, {}), "kk", "Не керек?\nЖол\nСу\nЖарық")
    assert isinstance(kazakh, Question)
    both = read_question(kazakh, "ru", "Что нужно?\nДорога\nВода\nСвет")
    assert isinstance(both, Question)
    added = read_question(both, "kk", "Не керек?\nГаз\nЖол\nСу\nЖарық")
    assert isinstance(added, Question)
    assert [option.code for option in added.options] == ["o4", "o1", "o2", "o3"]
    assert added.options[1].words == {"kk": "Жол", "ru": "Дорога"}
    assert (is_said_in(added, "kk"), is_said_in(added, "ru")) == (True, False)
    assert read_question(added, "ru", "Что нужно?\nДорога\nВода\nСвет") == "other_count"
    whole = read_question(added, "ru", "Что нужно?\nГаз\nДорога\nВода\nСвет")
    assert isinstance(whole, Question)
    assert whole.options[0].words == {"kk": "Газ", "ru": "Газ"}
    fewer = read_question(whole, "kk", "Не керек?\nСу\nЖол")
    assert isinstance(fewer, Question)
    assert [(option.code, option.words["ru"]) for option in fewer.options] == [("o2", "Вода"), ("o1", "Дорога")]
    reworded = read_question(fewer, "kk", "Не керек?\nАуыз су\nЖол")
    assert isinstance(reworded, Question)
    assert reworded.options[0].words == {"kk": "Ауыз су", "ru": "Вода"}


def test_limits_are_read_with_their_labels() -> None:
    scale = Question("q", QuestionKind.SCALE, {}, least=1, most=5)
    read = read_limits(scale, "0-10\nkk: нашар - жақсы\nru: плохо - хорошо")
    assert read is not None
    assert (read.least, read.most) == (0, 10)
    assert read.most_words == {"kk": "жақсы", "ru": "хорошо"}
    again = read_limits(read, "0-10\nru: ужасно - прекрасно")
    assert again is not None
    assert again.least_words == {"kk": "нашар", "ru": "ужасно"}, "the other language stands"
    assert read_limits(scale, "0-100") is None
    assert read_limits(scale, "5-1") is None
    assert read_limits(scale, "1-5\nde: schlecht - gut") is None
    assert read_limits(Question("q", QuestionKind.NUMBER, {}), "0-120") is not None


CHOICE = Question(
    "need",
    QuestionKind.MULTIPLE,
    {"kk": "Не керек?"},
    tuple(Option(code, {"kk": name}) for code, name in (("a", "Жол"), ("b", "Су"), ("c", "Жарық"))),
)


@pytest.mark.parametrize(("text", "fits"), [("1-3", True), ("2-2", True), ("0-1", True)])
@pytest.mark.parametrize("has_other", [False, True])
def test_as_many_choices_can_be_asked_for_as_there_are(text: str, fits: bool, has_other: bool) -> None:
    question = replace(CHOICE, has_other=has_other)
    assert (read_limits(question, text) is not None) is fits
    assert (read_limits(question, "1-4") is not None) is has_other
    assert read_limits(question, "1-5") is None
    assert read_limits(question, "3-1") is None
    assert read_limits(question, "1-3\nkk: аз - көп") is None, "only the ends of a scale have labels"
    assert read_limits(Question("n", QuestionKind.NUMBER, {}), "0-9\nkk: аз - көп") is None


def test_a_file_cannot_ask_for_more_choices_than_there_are() -> None:
    with pytest.raises(FileWrong) as refused:
        read_survey(WHOLE.replace("kind: single", "kind: multiple\n    max: 9"), GAZETTEER, NOW)
    assert "limits do not fit" in str(refused.value)


def test_who_drops_one_option_and_rewords_another_keeps_the_other_languages() -> None:
    options = tuple(
        Option(code, {"kk": kazakh, "ru": russian})
        for code, kazakh, russian in (
            ("o1", "Жол жөндеу", "Ремонт дорог"),
            ("o2", "Ауызсу", "Вода"),
            ("o3", "Көше жарығы", "Освещение"),
        )
    )
    before = Question("q1", QuestionKind.SINGLE, {"kk": "Не керек?", "ru": "Что нужно?"}, options)
    after = read_question(before, "kk", "Не керек?\nЖолды жөндеу\nКөше жарығы")
    assert isinstance(after, Question)
    assert [(one.code, one.words["ru"]) for one in after.options] == [("o1", "Ремонт дорог"), ("o3", "Освещение")]


@given(start=st.integers(0, 40), end=st.integers(0, 40), days=st.none() | st.integers(1, 20))
def test_a_survey_ends_after_its_start_and_its_reminder_in_whatever_order_they_are_set(
    start: int, end: int, days: int | None
) -> None:
    opens, closes = NOW + timedelta(days=start), NOW + timedelta(days=end)
    problem = dates_problem(opens, closes, days, NOW)
    assert (problem == "order") is (end <= start)
    assert (problem == "reminder") is (days is not None and start < end <= start + days)
    assert dates_problem(opens, None, days, NOW) is None


def test_a_question_may_depend_on_several_answers_or_on_numbers() -> None:
    asked = Question("why", QuestionKind.TEXT, {})
    first = with_condition(asked, CHOICE, "c")
    both = with_condition(first, CHOICE, "a")
    assert both.show_if == ShowIf("need", ("a", "c")), "in the order of the options"
    assert with_condition(with_condition(both, CHOICE, "a"), CHOICE, "c").show_if is None
    own = with_condition(both, replace(CHOICE, code="other", has_other=True), OTHER)
    assert own.show_if == ShowIf("other", (OTHER,)), "an answer to another question takes the place of all before"
    grade = Question("grade", QuestionKind.SCALE, {}, least=0, most=10)
    assert read_condition("0-6", grade) == ShowIf("grade", (), 0, 6)
    assert read_condition("3", grade) == ShowIf("grade", (), 3, 3)
    assert read_condition("6-0", grade) is None
    assert read_condition("көп", grade) is None


def test_what_lies_in_the_past_is_refused_and_a_survey_that_is_over_is_written_without_its_dates() -> None:
    with pytest.raises(FileWrong) as refused:
        read_survey(WHOLE, GAZETTEER, NOW + timedelta(days=30))
    assert [(one.line, one.where) for one in refused.value.problems][:2] == [(10, "opens"), (11, "closes")]


def test_a_question_mark_in_braces_is_told_to_want_quotes() -> None:
    with pytest.raises(FileWrong) as refused:
        read_survey(WHOLE.replace('text: {kk: "Неге?", ru: "Почему?"}', "text: {kk: Неге?, ru: ? }"), GAZETTEER, NOW)
    assert "quotation marks" in str(refused.value)


def test_checking_a_file_tells_what_is_not_translated(tmp_path: Path) -> None:
    file = tmp_path / "survey.yaml"
    file.write_text("title: {kk: Ауызсу, ru: Вода}\nquestions: [{kind: text, text: {kk: Неге}}]\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["check", str(file)])
    assert told.exit_code == 0
    assert "Not in Русский: question 1" in told.output


def test_a_question_never_moves_before_the_one_it_depends_on() -> None:
    first = Question("a", QuestionKind.SINGLE, {})
    second = Question("b", QuestionKind.TEXT, {}, show_if=ShowIf("a", ("x",)))
    third = Question("c", QuestionKind.TEXT, {})
    assert moved([first, second, third], 1, -1) == [first, second, third]
    assert moved([first, second, third], 2, -1) == [first, third, second]
    assert without([first, second, third], 0) == [replace(second, show_if=None), third]


def test_margins_are_read_and_a_wrong_line_loads_nothing() -> None:
    text = "place,dimension,category,people\nТалгарский район,age,18-24,1200\nТалгарский район,sex,f,90 000\n"
    assert read_margins(text, GAZETTEER) == [
        ("kz-almaty-oblast/talgar-district", "age", "18-24", 1200),
        ("kz-almaty-oblast/talgar-district", "sex", "f", 90000),
    ]
    for wrong in ("Талгарский район,age,18-30,5", "Нигде,age,18-24,5", "Талгарский район,age,60+,много"):
        with pytest.raises(MarginsWrong, match="line 2"):
            read_margins(f"place,dimension,category,people\n{wrong}\n", GAZETTEER)


def test_other_words_of_an_option_are_never_taken_for_those_of_one_that_only_looks_alike() -> None:
    options = tuple(
        Option(f"o{number}", {"kk": kazakh, "ru": russian})
        for number, (kazakh, russian) in enumerate(
            (("Хорошая", "Хорошая"), ("Средняя", "Средняя"), ("Плохая", "Плохая")), start=1
        )
    )
    before = Question("q1", QuestionKind.SINGLE, {"kk": "Қандай?", "ru": "Какая?"}, options)
    after = read_question(before, "kk", "Су қандай?\nЖақсы\nОрташа\nНашар\nСу мүлде жоқ")
    assert isinstance(after, Question)
    assert all("ru" not in option.words for option in after.options), "asked for anew rather than guessed"


def test_topics_and_samples_that_cannot_be_are_told() -> None:
    with pytest.raises(FileWrong) as refused:
        read_survey(WHOLE.replace("sample: 500", "sample: 3\n  topics: [no-such]"), GAZETTEER, NOW)
    assert {one.where for one in refused.value.problems} == {"audience.sample", "audience.topics"}
    slug, names = next(iter(subject_names().items()))
    for said in (slug, names["kk"], names["ru"].upper()):
        survey = read_survey(
            WHOLE.replace("sample: 500", f'topics: ["{said}"]').replace("  by_unit: true\n", ""), GAZETTEER, NOW
        )
        assert survey.audience.subjects == (slug,)


def test_the_file_in_the_guide_can_be_taken_over() -> None:
    guide = Path(__file__).parents[2] / "docs" / "surveys.md"
    found = re.search(r"```yaml\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert len(read_survey(found[1], GAZETTEER, NOW).form.questions) == 4

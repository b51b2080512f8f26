"""A survey as a YAML file: what an office writes, reviews and keeps. The shape is told in docs/surveys.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

import yaml

from bot.audience.rules import Audience
from bot.i18n import LANGUAGES, Language
from bot.places.finder import find
from bot.places.tree import Gazetteer
from bot.surveys.rules import WITH_OPTIONS, Form, Option, Question, QuestionKind, ShowIf, form_problems

_FIELDS: Final = {
    "title", "intro", "thanks", "questions", "audience", "opens", "closes", "quota", "remind_after_days", "publish",
    "series", "min_cell",
}  # fmt: skip
_QUESTION_FIELDS: Final = {
    "code", "kind", "text", "options", "required", "shuffled", "other", "min", "max", "min_label", "max_label",
    "show_if",
}  # fmt: skip
_AUDIENCE_FIELDS: Final = {"place", "languages", "topics", "agreed_only", "sample", "by_unit", "rest_days"}
_SHOW_IF_FIELDS: Final = {"question", "any_of", "min", "max"}


class FileWrong(ValueError):
    """The file cannot be used; the message names the line and what is expected there."""


@dataclass(frozen=True, slots=True)
class SurveyFile:
    """What a file says."""

    form: Form
    audience: Audience
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    quota: int | None = None
    remind_after_days: int | None = None
    publish: bool = True
    series: str | None = None
    min_cell: int = 5


class _Read:
    """A YAML document with the line of everything in it."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            raise FileWrong(f"line {mark.line + 1 if mark else 1}: {error.problem}") from None
        except yaml.YAMLError as error:
            raise FileWrong(f"line 1: {error}") from None
        self.value = self._value(node, "") if node is not None else None

    def _value(self, node: yaml.Node, path: str) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            found: dict[Any, Any] = {}
            for key, value in node.value:
                name = str(key.value)
                self.lines[f"{path}.{name}"] = key.start_mark.line + 1
                if name in found:
                    self.wrong(f"{path}.{name}", "stands twice")
                found[name] = self._value(value, f"{path}.{name}")
                self.lines[f"{path}.{name}"] = key.start_mark.line + 1
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self._value(one, f"{path}[{index}]") for index, one in enumerate(node.value)]
        constructed: Any = yaml.SafeLoader("").construct_object(node)
        return constructed

    def wrong(self, path: str, what: str) -> NoReturn:
        """Refuse the file for what stands at a path."""
        raise FileWrong(f"line {self.lines.get(path, 1)}: {path.lstrip('.') or 'the file'}: {what}")

    def only(self, value: Any, path: str, fields: set[str]) -> Mapping[str, Any]:
        """A mapping with no other fields than these."""
        if not isinstance(value, dict):
            self.wrong(path, f"must have fields: {', '.join(sorted(fields))}")
        for name in value:
            if name not in fields:
                self.wrong(f"{path}.{name}", f"is not known; known are {', '.join(sorted(fields))}")
        return value

    def words(self, value: Any, path: str) -> dict[Language, str]:
        """Words by language; a bare text stands for every language of the file."""
        if not isinstance(value, dict):
            self.wrong(path, "must be given by language: kk, ru, en")
        found: dict[Language, str] = {}
        for name, text in value.items():
            language = next((one for one in LANGUAGES if one == name), None)
            if language is None:
                self.wrong(f"{path}.{name}", "is no language; known are kk, ru, en")
            if not isinstance(text, str | int | float) or not str(text).strip():
                self.wrong(f"{path}.{name}", "must be words")
            found[language] = " ".join(str(text).split()) if path.endswith("]") else str(text).strip()
        return found

    def flag(self, data: Mapping[str, Any], path: str, name: str, *, default: bool = False) -> bool:
        """Yes or no."""
        value = data.get(name, default)
        if not isinstance(value, bool):
            self.wrong(f"{path}.{name}", "must be true or false")
        return value

    def number(self, data: Mapping[str, Any], path: str, name: str, *, least: float | None = None) -> Any:
        """A number, or None when it is not there."""
        value = data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(f"{path}.{name}", "must be a number")
        if least is not None and value < least:
            self.wrong(f"{path}.{name}", f"must be at least {least:g}")
        return value

    def whole(self, data: Mapping[str, Any], path: str, name: str, *, least: int = 1) -> int | None:
        """A whole number, or None when it is not there."""
        value = self.number(data, path, name, least=least)
        if value is not None and not isinstance(value, int):
            self.wrong(f"{path}.{name}", "must be a whole number")
        return value


def read_survey(text: str, gazetteer: Gazetteer, zone: str = "Asia/Almaty") -> SurveyFile:
    """A survey from its file.

    Raises:
        FileWrong: it cannot be used; nothing is half read.
    """
    read = _Read(text)
    data = read.only(read.value, "", _FIELDS)
    for name in ("title", "questions"):
        if name not in data:
            read.wrong("", f"has no {name}")
    if not isinstance(data["questions"], list):
        read.wrong(".questions", "must be a list")
    title = read.words(data["title"], ".title")
    questions = tuple(
        _question(read, one, f".questions[{index}]", index) for index, one in enumerate(data["questions"])
    )
    form = Form(
        languages=tuple(language for language in LANGUAGES if language in title),
        title=title,
        intro=read.words(data["intro"], ".intro") if "intro" in data else {},
        thanks=read.words(data["thanks"], ".thanks") if "thanks" in data else {},
        questions=questions,
    )
    positions = {question.code: index for index, question in enumerate(questions)}
    for problem in form_problems(form):
        if not problem.is_warning:
            at = f".questions[{positions[problem.question]}]" if problem.question in positions else ""
            read.wrong(at, problem.kind.replace("_", " "))
    survey = SurveyFile(
        form,
        _audience(read, data["audience"], gazetteer) if "audience" in data else Audience(),
        opens_at=_moment(read, data, "opens", zone),
        closes_at=_moment(read, data, "closes", zone),
        quota=read.whole(data, "", "quota"),
        remind_after_days=read.whole(data, "", "remind_after_days"),
        publish=read.flag(data, "", "publish", default=True),
        series=str(data["series"])[:40] if data.get("series") else None,
    )
    if survey.opens_at is not None and survey.closes_at is not None and survey.closes_at <= survey.opens_at:
        read.wrong(".closes", "must be after «opens»")
    least = read.whole(data, "", "min_cell", least=2)
    return survey if least is None else replace(survey, min_cell=least)


def _moment(read: _Read, data: Mapping[str, Any], name: str, zone: str) -> datetime | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value))
        except ValueError:
            read.wrong(f".{name}", "must be a local date and time: 2026-12-01 10:00")
    return value if value.tzinfo is not None else value.replace(tzinfo=ZoneInfo(zone))


def _question(read: _Read, value: Any, path: str, index: int) -> Question:
    data = read.only(value, path, _QUESTION_FIELDS)
    if "text" not in data:
        read.wrong(path, "has no text")
    kinds = {kind.value: kind for kind in QuestionKind}
    kind = kinds.get(str(data.get("kind")))
    if kind is None:
        read.wrong(f"{path}.kind", f"must be one of {', '.join(kinds)}")
    options: tuple[Option, ...] = ()
    if kind in WITH_OPTIONS:
        listed = data.get("options")
        if not isinstance(listed, list):
            read.wrong(f"{path}.options", "must be a list")
        options = tuple(_option(read, one, f"{path}.options[{number}]", number) for number, one in enumerate(listed))
    elif "options" in data:
        read.wrong(f"{path}.options", f"a question of kind {kind.value} has none")
    condition = None
    if "show_if" in data:
        said = read.only(data["show_if"], f"{path}.show_if", _SHOW_IF_FIELDS)
        values = said.get("any_of", [])
        if not isinstance(values, list):
            read.wrong(f"{path}.show_if.any_of", "must be a list of codes of options")
        condition = ShowIf(
            str(said.get("question", "")),
            tuple(str(one) for one in values),
            read.number(said, f"{path}.show_if", "min"),
            read.number(said, f"{path}.show_if", "max"),
        )
    code = str(data.get("code", f"q{index + 1}"))
    if not code.isidentifier() or len(code) > 40 or code.startswith("_"):
        read.wrong(f"{path}.code", "must be a short word of Latin letters, digits and _")
    return Question(
        code=code,
        kind=kind,
        words=read.words(data["text"], f"{path}.text"),
        options=options,
        required=read.flag(data, path, "required"),
        shuffled=read.flag(data, path, "shuffled"),
        has_other=read.flag(data, path, "other"),
        least=read.number(data, path, "min"),
        most=read.number(data, path, "max"),
        least_words=read.words(data["min_label"], f"{path}.min_label") if "min_label" in data else {},
        most_words=read.words(data["max_label"], f"{path}.max_label") if "max_label" in data else {},
        show_if=condition,
    )


def _option(read: _Read, value: Any, path: str, index: int) -> Option:
    if isinstance(value, dict) and "code" in value:
        return Option(str(value["code"]), read.words({k: v for k, v in value.items() if k != "code"}, path))
    return Option(f"o{index + 1}", read.words(value, path))


def _audience(read: _Read, value: Any, gazetteer: Gazetteer) -> Audience:
    path = ".audience"
    data = read.only(value, path, _AUDIENCE_FIELDS)
    place = None
    if data.get("place"):
        named = str(data["place"])
        place = named if gazetteer.get(named) is not None else None
        if place is None:
            found = find(gazetteer, named, limit=3)
            if len(found) != 1:
                names = "; ".join(match.place.key for match in found) or "none"
                read.wrong(f"{path}.place", f"must be one unit, by its key or a name that only it has (found: {names})")
            place = found[0].place.key
    languages = data.get("languages", [])
    topics = data.get("topics", [])
    for name, listed in (("languages", languages), ("topics", topics)):
        if not isinstance(listed, list):
            read.wrong(f"{path}.{name}", "must be a list")
    if not set(languages) <= set(LANGUAGES):
        read.wrong(f"{path}.languages", "known are kk, ru, en")
    return Audience(
        place_key=place,
        languages=tuple(language for language in LANGUAGES if language in languages),
        subjects=tuple(str(one) for one in topics),
        agreed_only=read.flag(data, path, "agreed_only"),
        sample=read.whole(data, path, "sample", least=1),
        stratified=read.flag(data, path, "by_unit"),
        rest_days=read.whole(data, path, "rest_days"),
    )


def write_survey(survey: SurveyFile, zone: str = "Asia/Almaty") -> str:
    """A survey as a file that `read_survey` reads back."""
    form, audience = survey.form, survey.audience
    data: dict[str, Any] = {"title": dict(form.title)}
    for name, words in (("intro", form.intro), ("thanks", form.thanks)):
        if words:
            data[name] = dict(words)
    told = {
        "place": audience.place_key,
        "languages": list(audience.languages),
        "topics": list(audience.subjects),
        "agreed_only": audience.agreed_only,
        "sample": audience.sample,
        "by_unit": audience.stratified,
        "rest_days": audience.rest_days,
    }
    kept = {name: value for name, value in told.items() if value not in (None, [], False)}
    if kept:
        data["audience"] = kept
    for name, moment in (("opens", survey.opens_at), ("closes", survey.closes_at)):
        if moment is not None:
            data[name] = moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    for name in ("quota", "remind_after_days", "series"):
        if getattr(survey, name) is not None:
            data[name] = getattr(survey, name)
    data["publish"] = survey.publish
    data["min_cell"] = survey.min_cell
    data["questions"] = [_as_data(question) for question in form.questions]
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110))


def _as_data(question: Question) -> dict[str, Any]:
    data: dict[str, Any] = {"code": question.code, "kind": question.kind.value, "text": dict(question.words)}
    if question.options:
        data["options"] = [{"code": option.code, **option.words} for option in question.options]
    names = {"required": "required", "shuffled": "shuffled", "has_other": "other"}
    for field, name in names.items():
        if getattr(question, field):
            data[name] = True
    for field, name in {"least": "min", "most": "max"}.items():
        if getattr(question, field) is not None:
            data[name] = getattr(question, field)
    for field, name in {"least_words": "min_label", "most_words": "max_label"}.items():
        if getattr(question, field):
            data[name] = dict(getattr(question, field))
    if question.show_if is not None:
        condition = question.show_if
        data["show_if"] = {"question": condition.question}
        if condition.values:
            data["show_if"]["any_of"] = list(condition.values)
        for field, name in {"least": "min", "most": "max"}.items():
            if getattr(condition, field) is not None:
                data["show_if"][name] = getattr(condition, field)
    return data

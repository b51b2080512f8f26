"""A survey as a YAML file: what an office writes, reviews and keeps. The shape is told in docs/surveys.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

import yaml
from rapidfuzz import fuzz, process

from bot.audience.rules import SMALLEST_SAMPLE, Audience
from bot.i18n import LANGUAGES, N_, Language
from bot.language.fold import fold
from bot.places.finder import find
from bot.places.tree import Gazetteer
from bot.routing.knowledge import subject_names
from bot.surveys.building.rules import PROBLEMS, dates_problem
from bot.surveys.rules import MOST_QUESTIONS, WITH_OPTIONS, Form, Option, Question, QuestionKind, ShowIf, form_problems

_FIELDS: Final = {
    "title", "intro", "thanks", "questions", "audience", "opens", "closes", "quota", "remind_after_days", "publish",
    "series", "min_cell",
}  # fmt: skip
_QUESTION_FIELDS: Final = {
    "code", "kind", "text", "options", "required", "shuffled", "other", "whole", "min", "max", "min_label", "max_label",
    "show_if",
}  # fmt: skip
_AUDIENCE_FIELDS: Final = {"place", "languages", "topics", "agreed_only", "sample", "by_unit", "rest_days"}
_SHOW_IF_FIELDS: Final = {"question", "any_of", "min", "max"}


USUAL_MIN_CELL: Final = 5
"""A result cell of fewer people is not shown, unless the file says otherwise."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing in a file that cannot be used."""

    line: int
    where: str
    """The path of it, "questions[1].kind"; empty: the file as a whole."""
    message: str
    """What is wrong, as a message of the catalogues with `details` to fill in."""
    details: Mapping[str, object]

    def __str__(self) -> str:
        what = self.message.format(**self.details)
        return f"line {self.line}: {self.where or 'the file'}: {what}"


class FileWrong(ValueError):
    """The file cannot be used; `problems` are all that were found, in the order of their lines."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.line))
        super().__init__("\n".join(str(one) for one in self.problems))


class _Stop(Exception):
    """What stands here is so wrong that nothing more can be read in it."""


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
    min_cell: int = USUAL_MIN_CELL


class _Read:
    """A YAML document with the line of everything in it, and what was found wrong."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self.problems: list[FileProblem] = []
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            # What is never closed is noticed far below the line where it was opened.
            is_unclosed = error.context is not None and ("flow" in error.context or "quoted" in error.context)
            mark = (error.context_mark if is_unclosed else None) or error.problem_mark
            self.lines[""] = mark.line + 1 if mark else 1
            is_in_braces = error.context is not None and "flow mapping" in error.context
            self.note("", _NO_YAML_IN_BRACES if is_in_braces else _NO_YAML, reason=str(error.problem))
            raise FileWrong(self.problems) from None
        except yaml.YAMLError as error:
            self.note("", _NO_YAML, reason=str(error).splitlines()[0])
            raise FileWrong(self.problems) from None
        self.value = self._value(node, "") if node is not None else None

    def _value(self, node: yaml.Node, path: str) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            found: dict[Any, Any] = {}
            for key, value in node.value:
                name = str(key.value)
                own = f"{path}.{name}"
                if name in found:
                    self.lines[own] = key.start_mark.line + 1
                    self.note(own, N_("stands twice"))
                    continue
                found[name] = self._value(value, own)
                self.lines[own] = key.start_mark.line + 1
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self._value(one, f"{path}[{index}]") for index, one in enumerate(node.value)]
        constructed: Any = yaml.SafeLoader("").construct_object(node)
        return constructed

    def note(self, path: str, message: str, **details: object) -> None:
        """Keep what is wrong at a path, and read on."""
        self.problems.append(FileProblem(self.lines.get(path, 1), path.lstrip("."), message, details))

    def wrong(self, path: str, message: str, **details: object) -> NoReturn:
        """Keep what is wrong at a path; nothing more can be read there."""
        self.note(path, message, **details)
        raise _Stop

    def only(self, value: Any, path: str, fields: set[str]) -> Mapping[str, Any]:
        """A mapping with no other fields than these."""
        known = ", ".join(sorted(fields))
        if not isinstance(value, dict):
            self.wrong(path, N_("must have fields: {known}"), known=known)
        for name in value:
            if name not in fields:
                self.note(f"{path}.{name}", N_("is not known; known are {known}"), known=known)
        return value

    def words(self, data: Mapping[str, Any], path: str, name: str) -> dict[Language, str]:
        """Words by language; none when the field is not there."""
        return self.words_of(data[name], f"{path}.{name}") if name in data else {}

    def words_of(self, value: Any, path: str) -> dict[Language, str]:
        """Words by language."""
        if not isinstance(value, dict):
            self.note(path, N_("must be given by language: kk, ru, en"))
            return {}
        found: dict[Language, str] = {}
        for name, text in value.items():
            language = next((one for one in LANGUAGES if one == name), None)
            if language is None:
                self.note(f"{path}.{name}", N_("is no language; known are {known}"), known="kk, ru, en")
            elif not isinstance(text, str | int | float) or not str(text).strip():
                self.note(f"{path}.{name}", N_("must be words"))
            else:
                found[language] = " ".join(str(text).split()) if path.endswith("]") else str(text).strip()
        return found

    def flag(self, data: Mapping[str, Any], path: str, name: str, *, default: bool = False) -> bool:
        """Yes or no."""
        value = data.get(name, default)
        if isinstance(value, bool):
            return value
        self.note(f"{path}.{name}", N_("must be true or false"))
        return default

    def number(self, data: Mapping[str, Any], path: str, name: str, *, least: float | None = None) -> Any:
        """A number, or None when it is not there."""
        value = data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(f"{path}.{name}", N_("must be a number"))
            return None
        if least is not None and value < least:
            self.note(f"{path}.{name}", N_("must be at least {least}"), least=f"{least:g}")
            return None
        return value

    def whole(self, data: Mapping[str, Any], path: str, name: str, *, least: int = 1) -> int | None:
        """A whole number, or None when it is not there."""
        value = self.number(data, path, name, least=least)
        if value is not None and not isinstance(value, int):
            self.note(f"{path}.{name}", N_("must be a whole number"))
            return None
        return value

    def listed(self, data: Mapping[str, Any], path: str, name: str) -> list[Any]:
        """A list; empty when it is not there."""
        value = data.get(name, [])
        if isinstance(value, list):
            return value
        self.note(f"{path}.{name}", N_("must be a list"))
        return []

    def checked(self) -> None:
        """Refuse the file if anything was found wrong so far."""
        if self.problems:
            raise FileWrong(self.problems)


_NO_YAML: Final = N_("cannot be read as YAML here: look at the indents, colons and quotation marks ({reason})")


_NO_YAML_IN_BRACES: Final = N_(
    "cannot be read as YAML here: within curly brackets words with a comma, a colon or a question mark stand in "
    "quotation marks ({reason})"
)


def read_survey(text: str, gazetteer: Gazetteer, now: datetime, zone: str = "Asia/Almaty") -> SurveyFile:
    """A survey from its file, as of `now`: what lies in the past cannot be planned.

    Raises:
        FileWrong: it cannot be used; nothing is half read.
    """
    read = _Read(text)
    try:
        return _survey(read, zone, gazetteer, now)
    except _Stop:
        raise FileWrong(read.problems) from None


def _survey(read: _Read, zone: str, gazetteer: Gazetteer, now: datetime) -> SurveyFile:
    data = read.only(read.value, "", _FIELDS)
    for name in ("title", "questions"):
        if name not in data:
            read.note("", N_("has no {field}"), field=name)
    title = read.words(data, "", "title")
    questions = []
    for index, one in enumerate(read.listed(data, "", "questions")):
        try:
            questions.append(_question(read, one, f".questions[{index}]", index))
        except _Stop:
            continue
    survey = SurveyFile(
        Form(
            languages=tuple(language for language in LANGUAGES if language in title),
            title=title,
            intro=read.words(data, "", "intro"),
            thanks=read.words(data, "", "thanks"),
            questions=tuple(questions),
        ),
        _audience(read, data["audience"], gazetteer) if "audience" in data else Audience(),
        opens_at=_moment(read, data, "opens", zone),
        closes_at=_moment(read, data, "closes", zone),
        quota=read.whole(data, "", "quota"),
        remind_after_days=read.whole(data, "", "remind_after_days"),
        publish=read.flag(data, "", "publish", default=True),
        series=str(data["series"])[:40] if data.get("series") else None,
        min_cell=read.whole(data, "", "min_cell", least=2) or USUAL_MIN_CELL,
    )
    for name, moment in (("opens", survey.opens_at), ("closes", survey.closes_at)):
        if moment is not None and moment <= now:
            read.note(f".{name}", N_("has passed: give a day to come or leave it out"))
    dates = dates_problem(survey.opens_at, survey.closes_at, survey.remind_after_days, now)
    if dates == "order" and survey.opens_at is not None:
        read.note(".closes", N_("must be after «opens»"))
    elif dates == "reminder":
        read.note(".remind_after_days", N_("the survey would be over by then"))
    read.checked()
    positions = {question.code: index for index, question in enumerate(questions)}
    for problem in form_problems(survey.form):
        if not problem.is_warning:
            index = positions.get(problem.question or "", -1)
            at = f".questions[{index}]" if index >= 0 else ""
            read.note(at, PROBLEMS[problem.kind], number=index + 1, count=MOST_QUESTIONS)
    read.checked()
    return survey


def _moment(read: _Read, data: Mapping[str, Any], name: str, zone: str) -> datetime | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value))
        except ValueError:
            read.note(f".{name}", N_("must be a local date and time: {example}"), example="2026-12-01 10:00")
            return None
    return value if value.tzinfo is not None else value.replace(tzinfo=ZoneInfo(zone))


def _question(read: _Read, value: Any, path: str, index: int) -> Question:
    data = read.only(value, path, _QUESTION_FIELDS)
    if "text" not in data:
        read.note(path, N_("has no {field}"), field="text")
    kinds = {kind.value: kind for kind in QuestionKind}
    kind = kinds.get(str(data.get("kind")))
    if kind is None:
        read.wrong(
            f"{path}.kind" if "kind" in data else path, N_("the kind must be one of {known}"), known=", ".join(kinds)
        )
    options: tuple[Option, ...] = ()
    if kind in WITH_OPTIONS:
        listed = read.listed(data, path, "options")
        options = tuple(_option(read, one, f"{path}.options[{number}]", number) for number, one in enumerate(listed))
    elif "options" in data:
        read.note(f"{path}.options", N_("a question of this kind has no options"))
    condition = None
    if "show_if" in data:
        said = read.only(data["show_if"], f"{path}.show_if", _SHOW_IF_FIELDS)
        condition = ShowIf(
            str(said.get("question", "")),
            tuple(str(one) for one in read.listed(said, f"{path}.show_if", "any_of")),
            read.number(said, f"{path}.show_if", "min"),
            read.number(said, f"{path}.show_if", "max"),
        )
    code = str(data.get("code", f"q{index + 1}"))
    if not code.isidentifier() or len(code) > 40 or code.startswith("_"):
        read.note(f"{path}.code", N_("must be a short word of Latin letters, digits and _"))
    return Question(
        code=code,
        kind=kind,
        words=read.words(data, path, "text"),
        options=options,
        required=read.flag(data, path, "required"),
        shuffled=read.flag(data, path, "shuffled"),
        has_other=read.flag(data, path, "other"),
        whole=read.flag(data, path, "whole"),
        least=read.number(data, path, "min"),
        most=read.number(data, path, "max"),
        least_words=read.words(data, path, "min_label"),
        most_words=read.words(data, path, "max_label"),
        show_if=condition,
    )


def _option(read: _Read, value: Any, path: str, index: int) -> Option:
    if isinstance(value, dict) and "code" in value:
        return Option(str(value["code"]), read.words_of({k: v for k, v in value.items() if k != "code"}, path))
    return Option(f"o{index + 1}", read.words_of(value, path))


def _audience(read: _Read, value: Any, gazetteer: Gazetteer) -> Audience:
    path = ".audience"
    data = read.only(value, path, _AUDIENCE_FIELDS)
    place = None
    if data.get("place"):
        named = str(data["place"])
        place = named if gazetteer.get(named) is not None else None
        if place is None:
            found = find(gazetteer, named, limit=3)
            if len(found) == 1:
                place = found[0].place.key
            else:
                names = "; ".join(match.place.key for match in found) or "–"
                message = N_("must be one unit, by its key or a name that only it has (found: {found})")
                read.note(f"{path}.place", message, found=names)
    languages = read.listed(data, path, "languages")
    if not set(languages) <= set(LANGUAGES):
        read.note(f"{path}.languages", N_("is no language; known are {known}"), known="kk, ru, en")
    return Audience(
        place_key=place,
        languages=tuple(language for language in LANGUAGES if language in languages),
        subjects=_topics(read, read.listed(data, path, "topics"), f"{path}.topics"),
        agreed_only=read.flag(data, path, "agreed_only"),
        sample=read.whole(data, path, "sample", least=SMALLEST_SAMPLE),
        stratified=read.flag(data, path, "by_unit"),
        rest_days=read.whole(data, path, "rest_days"),
    )


def _topics(read: _Read, named: Sequence[Any], path: str) -> tuple[str, ...]:
    """The subjects that are meant by their names in any language, or by their codes."""
    codes = {fold(name): slug for slug, names in subject_names().items() for name in (slug, *names.values())}
    found: list[str] = []
    for topic in named:
        code = codes.get(fold(str(topic)))
        if code is not None:
            found.append(code)
            continue
        near = process.extractOne(fold(str(topic)), list(codes), scorer=fuzz.WRatio)
        nearest = codes[near[0]] if near is not None else "–"
        read.note(path, N_("there is no topic “{topic}”; the nearest is {nearest}"), topic=topic, nearest=nearest)
    return tuple(found)


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
    names = {"required": "required", "shuffled": "shuffled", "has_other": "other", "whole": "whole"}
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

"""What the bot knows about competence: subjects, what is asked about them, and who answers.

The knowledge is in `data/subjects.toml` and `data/asks.toml`, which a lawyer can read and edit; here it is loaded
and checked. Legal basis: APPK art. 90-2 and 90-3(4), the Law on local government No. 148-II and the acts that each
entry names.
"""

from __future__ import annotations

import enum
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn

from bot.i18n import LANGUAGES, Language
from bot.language.concepts import FILE, lexicon
from bot.language.patterns import Patterns, PatternWrong, When
from bot.law.forbidden import Channel
from bot.law.rules import ThresholdKey
from bot.places.tree import Gazetteer, Kind

DATA: Final = Path(__file__).resolve().parent / "data"
SUBJECTS: Final = "subjects.toml"
ASKS: Final = "asks.toml"
MINISTRIES: Final = "ministries.toml"
POINTS: Final = 16
"""Points in the list of art. 90-2(3)."""
CONFIDENCES: Final = frozenset({"V", "V14", "N", "M", "I"})
EXCLUDED: Final = "excluded_subject"


class KnowledgeWrong(ValueError):
    """The data cannot be used; the message names the file, the entry and the field."""


class AskKind(enum.Enum):
    """What a resident asks for."""

    LAW = "law"
    """A law, a decree, a ministry's order, or something for the whole country."""
    RULE = "rule"
    RATE = "rate"
    BUDGET = "budget"
    PROGRAMME = "programme"
    WORK = "work"
    SERVICE = "service"
    BUILD = "build"
    OWN_CASE = "own_case"
    """Something for one person."""
    INCIDENT = "incident"
    """Something that happens now, or one object."""
    CRIME = "crime"
    DEFAULT = "default"
    """Nothing says what is asked for."""


class Answerer(enum.Enum):
    """Who answers a wish."""

    GOVERNMENT = "government"
    MASLIKHAT = "maslikhat"
    AKIMAT = "akimat"
    """Also an akim with an office only."""
    NOT_PETITION = "not_petition"


class Level(enum.Enum):
    """How high the body stands."""

    REPUBLIC = "republic"
    REGION = "region"
    """Oblast, Almaty, Astana, Shymkent."""
    DISTRICT = "district"
    """District, city of oblast significance, district inside a city."""
    RURAL = "rural"
    """Town in a district, village, rural district."""


class LevelRule(enum.Enum):
    """How the level follows from the place."""

    REPUBLIC = "republic"
    REGION = "region"
    DISTRICT = "district"
    RURAL = "rural"
    UNIT = "unit"
    """Oblasts and republican cities: region; else district."""
    YARD = "yard"
    """In a republican city its inner district; towns and villages: rural; else district."""
    LOCAL = "local"
    """Towns and villages: rural; else as UNIT."""
    VILLAGE = "village"
    """As LOCAL, and rural where only a district is known, or nothing."""

    def level(self, gazetteer: Gazetteer, place_key: str | None, *, in_village: bool = False) -> Level:
        """The level in a place; with no place known, the usual one.

        `in_village`: the text speaks of a village, though the place known is its district or is not known.
        """
        if self.value in _LEVELS:
            return _LEVELS[self.value]
        place = gazetteer.get(place_key) if place_key is not None else None
        kind = place.kind if place is not None else None
        if kind in _BELOW_DISTRICTS:
            return Level.DISTRICT if self is LevelRule.UNIT else Level.RURAL
        if kind in {None, Kind.REPUBLIC, Kind.DISTRICT, Kind.OBLAST} and self is not LevelRule.UNIT and in_village:
            return Level.RURAL
        if self is LevelRule.VILLAGE and kind in {None, Kind.REPUBLIC, Kind.DISTRICT, Kind.OBLAST}:
            return Level.RURAL
        if kind is Kind.OBLAST:
            return Level.DISTRICT if self is LevelRule.YARD else Level.REGION
        in_big_city = place is not None and any(
            unit.kind is Kind.CITY_REPUBLICAN for unit in (place, *gazetteer.parents(place.key))
        )
        return Level.REGION if in_big_city and self is not LevelRule.YARD else Level.DISTRICT


_LEVELS: Final = {level.value: level for level in Level}
_BELOW_DISTRICTS: Final = frozenset({Kind.CITY_DISTRICT, Kind.RURAL_DISTRICT})
_KEYS: Final = {
    (Answerer.GOVERNMENT, Level.REPUBLIC): ThresholdKey.G,
    (Answerer.MASLIKHAT, Level.REGION): ThresholdKey.OM,
    (Answerer.MASLIKHAT, Level.DISTRICT): ThresholdKey.DM,
    (Answerer.AKIMAT, Level.REGION): ThresholdKey.OA,
    (Answerer.AKIMAT, Level.DISTRICT): ThresholdKey.DA,
    (Answerer.AKIMAT, Level.RURAL): ThresholdKey.DA,
}
_RULES: Final = {
    Answerer.GOVERNMENT: frozenset({LevelRule.REPUBLIC}),
    # Below the district there is no maslikhat, so its level is never that of a yard or a village.
    Answerer.MASLIKHAT: frozenset({LevelRule.REGION, LevelRule.DISTRICT, LevelRule.UNIT}),
    Answerer.AKIMAT: frozenset(LevelRule) - {LevelRule.REPUBLIC},
}


def threshold_key(body: Answerer, level: Level) -> ThresholdKey | None:
    """The threshold of APPK art. 90-3(4) for a body of a level; None where there is no such body."""
    return _KEYS.get((body, level))


@dataclass(frozen=True, slots=True)
class Ask:
    """Who answers one kind of ask."""

    body: Answerer
    level: LevelRule | None
    """None for what is no petition."""
    redirect: str | None
    """For what is no petition: "excluded_subject" or a channel of `bot.law.forbidden.Channel`."""
    point: int | None
    """For an excluded subject, its number in art. 90-2(3)."""
    article: str
    confidence: str
    reasons: Mapping[Language, str]
    valid_from: date | None
    """First day of this answer, when there was another one before it."""

    def reason(self, language: Language) -> str:
        """Why this body, in one line for residents."""
        return self.reasons[language]


@dataclass(frozen=True, slots=True)
class Ministry:
    """A central state body that a wish for the whole country is addressed to (APPK art. 90-1(1))."""

    key: str
    names: Mapping[Language, str]
    confidence: str
    of_government: bool
    """False: an agency that answers to the President."""

    def name(self, language: Language) -> str:
        """Its name without «of the Republic of Kazakhstan», as residents see it."""
        return self.names[language]


_Asks = Mapping[AskKind, Ask]
_Versions = Mapping[AskKind, tuple[Ask, ...]]
"""All answers to a kind of ask, by their first days."""


def _in_force(versions: _Versions, day: date) -> _Asks:
    return {
        kind: [ask for ask in asks if ask.valid_from is None or ask.valid_from <= day][-1]
        for kind, asks in versions.items()
        if asks[0].valid_from is None or asks[0].valid_from <= day
    }


@dataclass(frozen=True, slots=True)
class Matcher:
    """The words by which something is recognised; patterns stand here by their number."""

    words: frozenset[int]
    together: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something residents write about."""

    slug: str
    row: int
    """Row of the table of subjects; 0: not in it."""
    names: Mapping[Language, str]
    ministry: str | None
    """Key of the central body in charge when the Government is asked; None: the table names none."""
    asks: _Asks
    """In force on the day of the knowledge; always with a default."""
    versions: _Versions
    matcher: Matcher

    def name(self, language: Language) -> str:
        """The name as residents see it."""
        return self.names[language]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that is known, with the patterns of all of it."""

    subjects: Mapping[str, Subject]
    ministries: Mapping[str, Ministry]
    """By key."""
    kinds: Mapping[AskKind, Matcher]
    levels: Mapping[str, Matcher]
    """By cue: republic, region, city, district, village, street, yard."""
    personal: Matcher
    general: _Asks
    """By the rule of competence alone, without a subject."""
    general_versions: _Versions
    always: frozenset[AskKind]
    """Kinds whose general answer holds against a subject's default."""
    patterns: Patterns
    weights: tuple[float, ...]
    """Of each pattern by its number: less for one that several subjects share, more for one of several words."""

    def changes(self) -> tuple[date, ...]:
        """Days on which an answer changes, in their order."""
        versions = (self.general_versions, *(subject.versions for subject in self.subjects.values()))
        return tuple(
            sorted({ask.valid_from for one in versions for asks in one.values() for ask in asks if ask.valid_from})
        )

    def on(self, day: date) -> Knowledge:
        """The same with the answers in force on a day."""
        return replace(
            self,
            subjects={
                slug: replace(subject, asks=_in_force(subject.versions, day)) for slug, subject in self.subjects.items()
            },
            general=_in_force(self.general_versions, day),
        )

    def by_row(self, row: int) -> Subject:
        """The subject of a row of the table.

        Raises:
            KeyError: no subject has it.
        """
        for subject in self.subjects.values():
            if subject.row == row and row:
                return subject
        raise KeyError(row)

    def answer(self, slug: str | None, kind: AskKind) -> Ask:
        """Who answers a kind of ask about a subject; by the general rule when the subject is None.

        Raises:
            KeyError: no subject has this slug.
        """
        if slug is None:
            return self.general[kind]
        asks = self.subjects[slug].asks
        if kind in asks:
            return asks[kind]
        default = asks[AskKind.DEFAULT]
        return self.general[kind] if kind in self.always and default.redirect != EXCLUDED else default


@dataclass(frozen=True, slots=True)
class _Where:
    """A place in the data, to tell its editor."""

    file: str
    entry: str

    def wrong(self, field: str, what: str) -> NoReturn:
        raise KnowledgeWrong(f"{self.file}: {self.entry}: {field}: {what}")

    def only(self, data: Mapping[str, Any], known: frozenset[str]) -> None:
        for field in data.keys() - known:
            self.wrong(field, f"there is no such field; there are {', '.join(sorted(known))}")

    def text(self, data: Mapping[str, Any], field: str) -> str:
        value = data.get(field)
        if not isinstance(value, str) or not value.strip():
            self.wrong(field, "must be a text and not empty")
        return value

    def confidence(self, data: Mapping[str, Any]) -> str:
        value = self.text(data, "confidence")
        if value not in CONFIDENCES:
            self.wrong("confidence", f"must be one of {', '.join(sorted(CONFIDENCES))}")
        return value

    def texts(self, data: Mapping[str, Any], field: str, *, may_be_absent: bool = False) -> tuple[str, ...]:
        value = data.get(field, [] if may_be_absent else None)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(field, "must be a list of texts")
        if not value and not may_be_absent:
            self.wrong(field, "must not be empty")
        return tuple(value)

    def languages(self, data: object, field: str) -> Mapping[Language, str]:
        if not isinstance(data, dict) or set(data) != set(LANGUAGES):
            self.wrong(field, f"must have {', '.join(LANGUAGES)} and nothing else")
        return {language: self.text(data, language) for language in LANGUAGES}


_ASK_FIELDS: Final = frozenset(
    {"body", "level", "redirect", "point", "article", "confidence", "reason", "always", "valid_from"}
)
_WORD_FIELDS: Final = frozenset({*LANGUAGES, "together"})
_SUBJECT_FIELDS: Final = frozenset({"slug", "row", "names", "ministry", "asks"}) | _WORD_FIELDS
_MINISTRY_FIELDS: Final = frozenset({"names", "confidence", "of_government"})
_REDIRECTS: Final = frozenset({EXCLUDED, *(channel.value for channel in Channel)})


class _Reader:
    """Turns the two files into knowledge; reasons are shared by all entries, @concepts with whoever compares texts."""

    def __init__(self, subjects: Mapping[str, Any]) -> None:
        self.patterns = Patterns()
        self._concepts: dict[str, frozenset[int]] = {}
        self._reasons = {
            name: _Where(SUBJECTS, f"reasons.{name}").languages(texts, "text")
            for name, texts in subjects.get("reasons", {}).items()
        }

    def _number(self, pattern: str, where: _Where, field: str) -> int:
        try:
            return self.patterns.add(pattern)
        except PatternWrong as error:
            where.wrong(field, str(error))

    def _group(self, written: str, where: _Where, field: str) -> frozenset[int]:
        if not written.startswith("@"):
            return frozenset({self._number(written, where, field)})
        slug = written[1:]
        if slug not in self._concepts:
            concept = lexicon().concepts.get(slug)
            if concept is None:
                where.wrong(field, f"there is no concept {written} in bot/language/data/{FILE}")
            self._concepts[slug] = frozenset(map(self.patterns.add, concept.patterns))
        return self._concepts[slug]

    def matcher(self, data: Mapping[str, Any], where: _Where) -> Matcher:
        """The words of an entry: some in every language, and combinations if any."""
        words: set[int] = set()
        for language in LANGUAGES:
            for item in where.texts(data, language):
                words |= self._group(item, where, language)
        together = []
        for item in where.texts(data, "together", may_be_absent=True):
            groups = tuple(self._group(part.strip(), where, "together") for part in item.split(" + "))
            if len(groups) < 2:
                where.wrong("together", f"«{item}» has no « + »")
            together.append(When(groups))
        return Matcher(frozenset(words), tuple(together))

    def asks(self, data: object, where: _Where) -> _Versions:
        """What is asked for and who answers it: one answer, or a list of them by their first days."""
        if not isinstance(data, dict) or AskKind.DEFAULT.value not in data:
            where.wrong("asks", "must say at least who answers by default")
        known = {kind.value: kind for kind in AskKind}
        for kind in data.keys() - known.keys():
            where.wrong("asks", f"«{kind}» is no kind of ask; there are {', '.join(known)}")
        found = {
            known[kind]: self._dated(asks, _Where(where.file, f"{where.entry}.{kind}")) for kind, asks in data.items()
        }
        if found[AskKind.DEFAULT][0].valid_from is not None:
            _Where(where.file, f"{where.entry}.default").wrong("valid_from", "stands only with a later answer")
        return found

    def _dated(self, data: Any, where: _Where) -> tuple[Ask, ...]:
        asks = tuple(self._ask(ask, where) for ask in (data if isinstance(data, list) else [data]))
        days = [ask.valid_from for ask in asks[1:]]
        first = asks[0].valid_from if asks else None
        if not asks or None in days:
            where.wrong("valid_from", "is needed with each answer but the first")
        known_days = [day for day in (first, *days) if day is not None]
        if known_days != sorted(set(known_days)):
            where.wrong("valid_from", "must grow from answer to answer")
        return asks

    def _ask(self, data: Mapping[str, Any], where: _Where) -> Ask:
        where.only(data, _ASK_FIELDS)
        bodies = {body.value: body for body in Answerer}
        body = bodies.get(where.text(data, "body")) or where.wrong("body", f"must be one of {', '.join(bodies)}")
        confidence = where.confidence(data)
        reason = where.text(data, "reason")
        if reason not in self._reasons:
            where.wrong("reason", f"there is no reason «{reason}»")
        level, redirect, point = None, data.get("redirect"), data.get("point")
        if body is Answerer.NOT_PETITION:
            if redirect not in _REDIRECTS:
                where.wrong("redirect", f"must be one of {', '.join(sorted(_REDIRECTS))}")
            if "level" in data:
                where.wrong("level", "stands only with a body that answers petitions")
        else:
            allowed = {rule.value: rule for rule in _RULES[body]}
            level = allowed.get(data.get("level", ""))
            if level is None:
                where.wrong("level", f"must be one of {', '.join(sorted(allowed))} for {body.value}")
            if redirect is not None:
                where.wrong("redirect", "stands only with not_petition")
        if redirect == EXCLUDED:
            if point not in range(1, POINTS + 1):
                where.wrong("point", f"must be from 1 to {POINTS}")
        elif point is not None:
            where.wrong("point", f"stands only with {EXCLUDED}")
        valid_from = data.get("valid_from")
        if valid_from is not None and type(valid_from) is not date:
            where.wrong("valid_from", "must be a day, as in 2027-01-01")
        article = where.text(data, "article")
        return Ask(body, level, redirect, point, article, confidence, self._reasons[reason], valid_from)


def _read(folder: Path, name: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeWrong(f"{name}: {error}") from None


def _ministry(key: str, entry: Mapping[str, Any]) -> Ministry:
    where = _Where(MINISTRIES, key)
    where.only(entry, _MINISTRY_FIELDS)
    of_government = entry.get("of_government", True)
    if type(of_government) is not bool:
        where.wrong("of_government", "must be true or false")
    return Ministry(key, where.languages(entry.get("names"), "names"), where.confidence(entry), of_government)


def _subjects(
    entries: list[Mapping[str, Any]], reader: _Reader, ministries: Mapping[str, Ministry]
) -> Iterator[Subject]:
    slugs: set[str] = set()
    rows: set[int] = set()
    for number, entry in enumerate(entries, start=1):
        slug = _Where(SUBJECTS, f"subject {number}").text(entry, "slug")
        where = _Where(SUBJECTS, slug)
        where.only(entry, _SUBJECT_FIELDS)
        row = entry.get("row")
        if type(row) is not int or row < 0:
            where.wrong("row", "must be a row of the table, or 0")
        if slug in slugs:
            where.wrong("slug", "is there twice")
        if row in rows:
            where.wrong("row", f"{row} is there twice")
        slugs.add(slug)
        rows |= {row} - {0}
        names = where.languages(entry.get("names"), "names")
        ministry = entry.get("ministry")
        if ministry is not None and ministry not in ministries:
            where.wrong("ministry", f"«{ministry}» is not in {MINISTRIES}")
        versions = reader.asks(entry.get("asks"), where)
        asks = _in_force(versions, date.max)
        yield Subject(slug, row, names, ministry, asks, versions, reader.matcher(entry, where))


def _is_always(asks: Any) -> bool:
    first = asks[0] if isinstance(asks, list) else asks
    return bool(first.get("always"))


def load(folder: Path = DATA) -> Knowledge:
    """The knowledge in a folder, with the last answers that are known.

    Raises:
        KnowledgeWrong: something in it is not as it must be.
    """
    written, asks = _read(folder, SUBJECTS), _read(folder, ASKS)
    reader = _Reader(written)
    ministries = {key: _ministry(key, entry) for key, entry in _read(folder, MINISTRIES).get("ministry", {}).items()}
    subjects = {subject.slug: subject for subject in _subjects(written.get("subject", []), reader, ministries)}
    known = {kind.value: kind for kind in AskKind}
    kinds: dict[AskKind, Matcher] = {}
    for entry in asks.get("ask", []):
        where = _Where(ASKS, f"ask {entry.get('kind')}")
        where.only(entry, _WORD_FIELDS | {"kind"})
        kind = known.get(where.text(entry, "kind")) or where.wrong("kind", f"must be one of {', '.join(known)}")
        kinds[kind] = reader.matcher(entry, where)
    levels: dict[str, Matcher] = {}
    for entry in asks.get("level", []):
        where = _Where(ASKS, f"level {entry.get('cue')}")
        where.only(entry, _WORD_FIELDS | {"cue"})
        levels[where.text(entry, "cue")] = reader.matcher(entry, where)
    general = reader.asks(asks.get("general"), _Where(ASKS, "general"))
    undated = {kind for kind, versions in general.items() if versions[0].valid_from is None}
    for kind in set(AskKind) - undated:
        _Where(ASKS, "general").wrong(kind.value, "is missing")
    return Knowledge(
        subjects=subjects,
        ministries=ministries,
        kinds=kinds,
        levels=levels,
        personal=reader.matcher(asks.get("personal", {}), _Where(ASKS, "personal")),
        general=_in_force(general, date.max),
        general_versions=general,
        always=frozenset(kind for kind in general if _is_always(asks["general"][kind.value])),
        patterns=reader.patterns,
        weights=_weights(reader.patterns, subjects),
    )


def _weights(patterns: Patterns, subjects: Mapping[str, Subject]) -> tuple[float, ...]:
    shared = [0] * len(patterns)
    for subject in subjects.values():
        for number in subject.matcher.words:
            shared[number] += 1
    return tuple(
        SEVERAL_WORDS ** (length - 1) / max(1, count) ** 0.5
        for length, count in zip(patterns.lengths(), shared, strict=True)
    )


SEVERAL_WORDS: Final = 1.5
"""How much more a pattern says with each word it has."""


@cache
def knowledge() -> Knowledge:
    """The knowledge that comes with the bot, with the last answers that are known."""
    return load(DATA)


def knowledge_on(day: date) -> Knowledge:
    """The knowledge that comes with the bot, with the answers in force on a day; one and the same between changes."""
    return _between(bisect_right(_changes(), day))


@cache
def _changes() -> tuple[date, ...]:
    return knowledge().changes()


@cache
def _between(number: int) -> Knowledge:
    known = knowledge()
    return known.on((date.min, *_changes())[number]) if _changes() else known


def subject_names() -> dict[str, Mapping[Language, str]]:
    """What residents read for each subject, by slug."""
    return {slug: subject.names for slug, subject in knowledge().subjects.items()}

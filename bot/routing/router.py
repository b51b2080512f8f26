"""The competence router: whose matter a wish is, at which level, with which threshold, and why.

What is asked for, about which subject, in which place decides (law on local government No. 148-II; APPK art. 90-2 and
90-3). Rules over the subjects of `data/` read a text; a small model taught on labelled texts weighs what they found
together with the words themselves and says how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from bot.i18n import Language
from bot.law.rules import ThresholdKey, rules_on, threshold
from bot.places.bodies import GOVERNMENT, Body, bodies_of
from bot.places.finder import named
from bot.places.tree import Gazetteer, Kind, Place, shipped_places
from bot.routing.features import Reading, read
from bot.routing.knowledge import Answerer, Ask, AskKind, Knowledge, Level, knowledge, threshold_key
from bot.routing.model import Model, load_model

SUBJECTS_READ: Final = 4
"""Subjects of a text that the model hears of, best first."""
NAMED: Final = 0.55
"""Score from which a unit counts as named in the text."""
UNSURE: Final = 0.62
"""Below this confidence one question is asked, when two bodies are near each other."""
NEAR: Final = 0.22
"""The second answer counts as near when it has at least this share."""

_LEVELS_OF: Final[Mapping[str, frozenset[str]]] = {
    "government": frozenset({"republic"}),
    "maslikhat": frozenset({"region", "district"}),
    "akimat": frozenset({"region", "district", "rural"}),
}
_LEVEL_OF_KIND: Final = {
    Kind.REPUBLIC: "republic",
    Kind.OBLAST: "region",
    Kind.CITY_REPUBLICAN: "region",
    Kind.CITY_OBLAST: "district",
    Kind.DISTRICT: "district",
    Kind.CITY_DISTRICT_INNER: "district",
    Kind.CITY_DISTRICT: "rural",
    Kind.RURAL_DISTRICT: "rural",
}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another body that may be competent."""

    body: str
    level: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a line a resident understands, and the article it rests on."""

    texts: Mapping[Language, str]
    article: str | None


@dataclass(frozen=True, slots=True)
class Needed:
    """How many signatures the body needs."""

    votes: int
    article: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the router says of a wish."""

    body: str
    level: str | None
    place: str | None
    """Key of the unit: named in the text, else the resident's."""
    named: str | None
    """Key of the unit named in the text."""
    confidence: float
    alternatives: tuple[Alternative, ...]
    subject: str | None
    reasons: tuple[Reason, ...]
    redirect: str | None
    point: int | None
    threshold: Needed | None
    body_key: str | None
    """Key of the body itself, where its unit is known."""
    question: str | None
    """Which one question would settle it: "<body>|<body>"; None: no need to ask."""


def named_unit(gazetteer: Gazetteer, text: str, place: str | None) -> Place | None:
    """The unit a text is about by name; None when it names none. `place` is the resident's own, for namesakes."""
    match = named(gazetteer, text, place, NAMED)
    return match.place if match is not None else None


def ruled(known: Knowledge, reading: Reading) -> tuple[Ask, str | None, AskKind]:
    """What the rules alone would answer: the best subject, and the first kind of ask it has an answer for."""
    slug = reading.subjects[0].slug if reading.subjects else None
    kinds = [ask.kind for ask in reading.asks]
    if slug is not None:
        for kind in kinds:
            if kind in known.subjects[slug].asks or kind in known.always:
                return known.answer(slug, kind), slug, kind
        return known.answer(slug, AskKind.DEFAULT), slug, AskKind.DEFAULT
    kind = kinds[0] if kinds else AskKind.DEFAULT
    return known.answer(None, kind), None, kind


def marks_of(text: str, place: str | None, gazetteer: Gazetteer, *, body: str | None = None) -> list[str]:
    """What rules find in a text, as the model hears of it; `body` when it is asked for the level of one."""
    reading = read(text)
    unit = named_unit(gazetteer, text, place)
    where = unit.key if unit is not None else place
    return marks(gazetteer, reading, where, is_named=unit is not None, body=body)


def marks(
    gazetteer: Gazetteer, reading: Reading, where: str | None, *, is_named: bool, body: str | None = None
) -> list[str]:
    """`marks_of` for a text that was read already and whose unit is known."""
    known = knowledge()
    ask, slug, kind = ruled(known, reading)
    found = [f"subject {hit.slug}" for hit in reading.subjects[:SUBJECTS_READ]]
    found += [f"ask {hit.kind.value}" for hit in reading.asks[:3]]
    found += [f"rule {ask.body.value}", f"rule {slug}", f"rule {slug} {kind.value}"]
    if ask.redirect is not None:
        found.append(f"redirect {ask.redirect}")
    found += [f"hit {hit.code}" for hit in reading.forbidden[:2]]
    found += [f"cue {cue}" for cue in reading.levels]
    if reading.personal:
        found.append("personal")
    found.append(f"words {min(reading.word_count, 12) // 3}")
    if body is not None:
        place = gazetteer.get(where) if where is not None else None
        kind_of_place = place.kind.value if place is not None else "unknown"
        found += [f"{body} {kind_of_place}", f"{body} {slug} {kind_of_place}"]
        for answer in (ask, *(known.answer(hit.slug, kind) for hit in reading.subjects[1:2])):
            if answer.level is not None:
                level = answer.level.level(gazetteer, where, in_village="village" in reading.levels)
                found += [f"level {level.value}", f"{body} level {level.value}"]
        found.append("named" if is_named else "at home")
    return found


class Router:
    """Says whose matter a wish is. One for all places of a gazetteer."""

    def __init__(self, gazetteer: Gazetteer, model: Model | None = None) -> None:
        self._gazetteer = gazetteer
        self._model = model or load_model()
        self._known = knowledge()

    def route(self, text: str, place: str | None = None, day: date | None = None) -> Decision:
        """The competent body for a wish of somebody who lives in `place` (a key), under the law of `day`."""
        reading = read(text)
        unit = named_unit(self._gazetteer, text, place)
        where = unit.key if unit is not None else place
        pieces = self._model.read(text, marks(self._gazetteer, reading, where, is_named=unit is not None))
        shares = sorted(self._model.shares("body", pieces).items(), key=lambda one: -one[1])
        (body, confidence), *others = shares
        level = self._level(text, reading, where, body, is_named=unit is not None)
        alternatives = tuple(
            Alternative(other, self._level(text, reading, where, other, is_named=unit is not None), round(share, 4))
            for other, share in others[:2]
        )
        redirect, point = self._redirect(reading, text, pieces_of_body=body)
        addressed = self._body(body, level, where)
        return Decision(
            body=body,
            level=level,
            place=where,
            named=unit.key if unit is not None else None,
            confidence=round(confidence, 4),
            alternatives=alternatives,
            subject=self._subject(reading, body),
            reasons=self._reasons(reading, body, redirect),
            redirect=redirect,
            point=point,
            threshold=self._threshold(body, level, addressed, day),
            body_key=addressed.key if addressed is not None else None,
            question=self._question(body, confidence, others[0]),
        )

    def _level(self, text: str, reading: Reading, where: str | None, body: str, *, is_named: bool) -> str | None:
        allowed = _LEVELS_OF.get(body)
        if allowed is None:
            return None
        if len(allowed) == 1:
            return next(iter(allowed))
        place = self._gazetteer.get(where) if where is not None else None
        if place is not None:
            allowed = allowed & self._levels_at(place) or allowed
        found = marks(self._gazetteer, reading, where, is_named=is_named, body=body)
        shares = self._model.shares("level", self._model.read(text, found))
        return max(allowed, key=lambda level: shares.get(level, 0.0))

    def _levels_at(self, place: Place) -> frozenset[str]:
        """Levels at which a unit or what it belongs to has a body; a district may mean one of its villages."""
        chain = (place, *self._gazetteer.parents(place.key))
        levels = {_LEVEL_OF_KIND[one.kind] for one in chain if one.kind is not Kind.REPUBLIC}
        if place.kind in {Kind.OBLAST, Kind.DISTRICT, Kind.REPUBLIC}:
            levels |= {"region", "district", "rural"}
        if place.kind is Kind.CITY_REPUBLICAN:
            levels.add("district")
        return frozenset(levels)

    def _redirect(self, reading: Reading, text: str, *, pieces_of_body: str) -> tuple[str | None, int | None]:
        if pieces_of_body != Answerer.NOT_PETITION.value:
            return None, None
        found = marks(self._gazetteer, reading, None, is_named=False)
        shares = self._model.shares("redirect", self._model.read(text, found))
        redirect = max(shares, key=lambda one: shares[one])
        if redirect != "excluded_subject":
            return redirect, None
        hit = next((hit for hit in reading.forbidden if hit.point is not None), None)
        if hit is not None and hit.point is not None:
            return redirect, hit.point.number
        points = [
            ask.point
            for subject in reading.subjects[:SUBJECTS_READ]
            for ask in self._known.subjects[subject.slug].asks.values()
            if ask.point is not None
        ]
        return redirect, points[0] if points else None

    def _subject(self, reading: Reading, body: str) -> str | None:
        """The best subject of which this body answers some ask; else simply the best."""
        for hit in reading.subjects[:SUBJECTS_READ]:
            if any(ask.body.value == body for ask in self._known.subjects[hit.slug].asks.values()):
                return hit.slug
        return reading.subjects[0].slug if reading.subjects else None

    def _reasons(self, reading: Reading, body: str, redirect: str | None) -> tuple[Reason, ...]:
        """Why this body: the answer about the subject that names it, else the general rule that does."""
        found: list[Reason] = []
        for hit in reading.forbidden if redirect == "excluded_subject" else ():
            if hit.point is not None:
                found.append(Reason(hit.point.plain_texts, f"APPK art. {hit.point.article}"))
        kinds = [ask.kind for ask in reading.asks]
        for subject in reading.subjects[:SUBJECTS_READ]:
            asks = self._known.subjects[subject.slug].asks
            ordered = [asks[kind] for kind in kinds if kind in asks] + list(asks.values())
            for ask in ordered:
                if ask.body.value == body and (redirect is None or ask.redirect == redirect):
                    found.append(Reason(ask.reasons, ask.article))
                    break
            if found:
                break
        if not found:
            for kind in (*kinds, *self._known.general):
                general = self._known.general.get(kind)
                if general is None or general.body.value != body:
                    continue
                if redirect is None or general.redirect == redirect:
                    found.append(Reason(general.reasons, general.article))
                    break
        return tuple(found[:2])

    def _body(self, body: str, level: str | None, where: str | None) -> Body | None:
        """The body itself: of the unit, or of what it belongs to, at that level."""
        if body == Answerer.GOVERNMENT.value:
            return GOVERNMENT
        if level is None or where is None:
            return None
        key = threshold_key(Answerer(body), Level(level))
        for one in bodies_of(self._gazetteer, where):
            if one.place is not None and one.threshold_key is key and _LEVEL_OF_KIND[one.place.kind] == level:
                return one
        return None

    def _threshold(self, body: str, level: str | None, addressed: Body | None, day: date | None) -> Needed | None:
        if level is None:
            return None
        law = rules_on(day or date.today())
        key = threshold_key(Answerer(body), Level(level))
        if key is None:
            return None
        population = addressed.place.population if addressed is not None and addressed.place is not None else None
        needed = threshold(law, key, population)
        if key is not ThresholdKey.G and addressed is None:
            return None
        return Needed(needed.votes, needed.article) if needed.votes is not None else None

    @staticmethod
    def _question(body: str, confidence: float, second: tuple[str, float]) -> str | None:
        other, share = second
        if confidence >= UNSURE or share < NEAR:
            return None
        return "|".join(sorted((body, other)))


@cache
def load_router(gazetteer: Gazetteer | None = None) -> Router:
    """The router over the given places, or over those the project ships.

    Raises:
        ModelMissing: the trained model is not there.
        KnowledgeWrong: the data of subjects cannot be used.
    """
    return Router(gazetteer or Gazetteer(shipped_places()))

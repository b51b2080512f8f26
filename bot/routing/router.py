"""The competence router: whose matter a wish is, at which level, with which threshold, and why.

What is asked for, about which subject, in which place decides (law on local government No. 148-II; APPK art. 90-2 and
90-3). Rules over the subjects of `data/` read a text; a small model taught on labelled texts weighs what they found
together with the words themselves and says how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Final

from bot.i18n import Language
from bot.law.calendar import local_date
from bot.law.forbidden import point_on
from bot.law.rules import ThresholdKey, rules_on, threshold
from bot.places.bodies import GOVERNMENT, Body, bodies_of, ministries
from bot.places.finder import named
from bot.places.tree import Gazetteer, Kind, Place, shipped_places
from bot.routing.features import Reading, read
from bot.routing.knowledge import EXCLUDED, Answerer, Ask, AskKind, Knowledge, Level, knowledge_on, threshold_key
from bot.routing.model import Model, Pieces, load_model

SUBJECTS_READ: Final = 4
"""Subjects of a text that the model hears of, best first."""
ASKS_READ: Final = 2
"""Kinds of ask that vote, best first; a later one has half the voice."""
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
    ministry: str | None
    """Central body in charge, when the Government is asked and the subject tells it: a key of
    `knowledge().ministries`, which has its names."""
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


def votes(known: Knowledge, reading: Reading) -> dict[str, float]:
    """How much of what the rules found speaks for each body, and for each channel of what is no petition."""
    kinds = [ask.kind for ask in reading.asks[:ASKS_READ]] or [AskKind.DEFAULT]
    voices: dict[str, float] = {}
    total = 0.0
    subjects: list[tuple[str | None, float]] = [(hit.slug, hit.score) for hit in reading.subjects[:SUBJECTS_READ]]
    for slug, score in subjects or [(None, 1.0)]:
        for place, kind in enumerate(kinds, start=1):
            ask = known.answer(slug, kind)
            total += score / place
            for voice in (ask.body.value, ask.redirect):
                if voice is not None:
                    voices[voice] = voices.get(voice, 0.0) + score / place
    return {voice: voted / total for voice, voted in voices.items()}


def marks_of(
    text: str, place: str | None, gazetteer: Gazetteer, day: date, *, body: str | None = None
) -> dict[str, float]:
    """What rules find in a text under the answers of a day, as the model hears of it; `body` when it is asked for the
    level of one."""
    reading = read(text, day)
    unit = named_unit(gazetteer, text, place)
    where = unit.key if unit is not None else place
    return marks(gazetteer, knowledge_on(day), reading, where, is_named=unit is not None, body=body)


def marks(
    gazetteer: Gazetteer,
    known: Knowledge,
    reading: Reading,
    where: str | None,
    *,
    is_named: bool,
    body: str | None = None,
) -> dict[str, float]:
    """`marks_of` for a text that was read already and whose unit is known."""
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
    return dict.fromkeys(found, 1.0) | {f"vote {voice}": share for voice, share in votes(known, reading).items()}


@dataclass(frozen=True, slots=True)
class _Wish:
    """A text as it was read: what the rules and the model found in it, and where its author lives or points to."""

    reading: Reading
    where: str | None
    is_named: bool
    known: Knowledge
    """With the answers of the day."""
    taught: Knowledge
    """With the answers that the model was taught with; the same, unless an answer has changed since."""
    pieces: Pieces

    def changed(self) -> tuple[Ask, Ask] | None:
        """What the rules answered when the model was taught and what they answer now, where that differs."""
        if self.known is self.taught:
            return None
        before, slug, kind = ruled(self.taught, self.reading)
        after = self.known.answer(slug, kind)
        return (before, after) if before != after else None


def _settle(shares: list[tuple[str, float]], settled: str) -> list[tuple[str, float]]:
    """Shares after the person's answer: it takes the share of the body it was asked against, the rest keeps its
    proportions."""
    share = dict(shares)
    if settled not in share:
        raise ValueError(f"{settled!r} is no body")
    others = [(body, other) for body, other in shares if body != settled]
    sure = share[settled] + others[0][1]
    left = sum(other for _, other in others) or 1.0
    return [
        (settled, max(sure, 1 - sure)),
        *((body, (1 - max(sure, 1 - sure)) * other / left) for body, other in others),
    ]


class Router:
    """Says whose matter a wish is. One for all places of a gazetteer."""

    def __init__(self, gazetteer: Gazetteer, model: Model | None = None) -> None:
        self._gazetteer = gazetteer
        self._model = model or load_model()

    def route(
        self,
        text: str,
        place: str | None = None,
        day: date | None = None,
        *,
        settled: str | None = None,
        unit: str | None = None,
    ) -> Decision:
        """The competent body for a wish of somebody who lives in `place` (a key), under the law of `day`: today in
        Kazakhstan unless told.

        `settled`: the body that the person's own answer points to (see `Decision.question`); it is the answer then,
        and nothing more is asked. `unit`: which of several units of one name the writer says to mean (a key).

        Raises:
            ValueError: `settled` is no body.
            NoRulesYet: the day is before petitions existed.
        """
        day = day or local_date(datetime.now(UTC))
        told = self._gazetteer.get(unit) if unit is not None else None
        spoken = told or named_unit(self._gazetteer, text, place)
        where = spoken.key if spoken is not None else place
        wish = _Wish(
            reading=read(text, day),
            where=where,
            is_named=spoken is not None,
            known=knowledge_on(day),
            taught=knowledge_on(self._model.taught_on),
            pieces=self._model.read(text),
        )
        shares = sorted(self._bodies(wish).items(), key=lambda one: -one[1])
        if settled is not None:
            shares = _settle(shares, settled)
        (body, confidence), *others = shares
        level = self._level(wish, body)
        alternatives = tuple(
            Alternative(other, self._level(wish, other), round(share, 4)) for other, share in others[:2]
        )
        redirect, point = self._redirect(wish, day) if body == Answerer.NOT_PETITION.value else (None, None)
        subject = self._subject(wish, body)
        ministry = wish.known.subjects[subject].ministry if subject and body == Answerer.GOVERNMENT.value else None
        addressed = self._body(body, level, where, ministry)
        return Decision(
            body=body,
            level=level,
            place=where,
            named=spoken.key if spoken is not None else None,
            confidence=round(confidence, 4),
            alternatives=alternatives,
            subject=subject,
            ministry=ministry,
            reasons=self._reasons(wish, body, redirect),
            redirect=redirect,
            point=point,
            threshold=self._threshold(body, level, addressed, day),
            body_key=addressed.key if addressed is not None else None,
            question=self._question(body, confidence, others[0]) if settled is None else None,
        )

    def _bodies(self, wish: _Wish) -> dict[str, float]:
        """How likely each body is. Where the answer about the subject has changed since the model was taught, the
        body that answered then hands its share to the one that answers now."""
        found = marks(self._gazetteer, wish.taught, wish.reading, wish.where, is_named=wish.is_named)
        shares = self._model.shares("body", wish.pieces, found)
        if (changed := wish.changed()) is not None:
            before, after = (ask.body.value for ask in changed)
            if before != after:
                shares[after] += shares[before]
                shares[before] = 0.0
        return shares

    def _level(self, wish: _Wish, body: str) -> str | None:
        allowed = _LEVELS_OF.get(body)
        if allowed is None:
            return None
        if len(allowed) == 1:
            return next(iter(allowed))
        changed = wish.changed()
        if changed is not None and changed[1].body.value == body and changed[1].level is not None:
            in_village = "village" in wish.reading.levels
            return changed[1].level.level(self._gazetteer, wish.where, in_village=in_village).value
        place = self._gazetteer.get(wish.where) if wish.where is not None else None
        if place is not None:
            allowed = allowed & self._levels_at(place) or allowed
        found = marks(self._gazetteer, wish.taught, wish.reading, wish.where, is_named=wish.is_named, body=body)
        shares = self._model.shares("level", wish.pieces, found)
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

    def _redirect(self, wish: _Wish, day: date) -> tuple[str, int | None]:
        changed = wish.changed()
        if changed is not None and changed[1].redirect is not None:
            return changed[1].redirect, changed[1].point
        found = marks(self._gazetteer, wish.taught, wish.reading, wish.where, is_named=wish.is_named)
        shares = self._model.shares("redirect", wish.pieces, found)
        redirect = max(shares, key=lambda one: shares[one])
        return redirect, self._point(wish, day) if redirect == EXCLUDED else None

    @staticmethod
    def _point(wish: _Wish, day: date) -> int | None:
        """The forbidden point that the rules found, else that of the best subject which has one."""
        for hit in wish.reading.forbidden:
            if hit.point is not None:
                return hit.point.number
        kinds = [ask.kind for ask in wish.reading.asks]
        for subject in wish.reading.subjects[:SUBJECTS_READ]:
            asks = wish.known.subjects[subject.slug].asks
            for ask in (*(asks[kind] for kind in kinds if kind in asks), *asks.values()):
                if ask.point is not None:
                    return point_on(ask.point, day)
        return None

    def _subject(self, wish: _Wish, body: str) -> str | None:
        """The best subject of which this body answers some ask; else simply the best."""
        subjects = wish.reading.subjects
        for hit in subjects[:SUBJECTS_READ]:
            if any(ask.body.value == body for ask in wish.known.subjects[hit.slug].asks.values()):
                return hit.slug
        return subjects[0].slug if subjects else None

    def _reasons(self, wish: _Wish, body: str, redirect: str | None) -> tuple[Reason, ...]:
        """Why this body: the answer about the subject that names it, else the general rule that does."""
        found: list[Reason] = []
        for hit in wish.reading.forbidden if redirect == EXCLUDED else ():
            if hit.point is not None:
                found.append(Reason(hit.point.plain_texts, f"APPK art. {hit.point.article}"))
        kinds = [ask.kind for ask in wish.reading.asks]
        for subject in wish.reading.subjects[:SUBJECTS_READ]:
            asks = wish.known.subjects[subject.slug].asks
            ordered = [asks[kind] for kind in kinds if kind in asks] + list(asks.values())
            for ask in ordered:
                if ask.body.value == body and (redirect is None or ask.redirect == redirect):
                    found.append(Reason(ask.reasons, ask.article))
                    break
            if found:
                break
        if not found:
            for kind in (*kinds, *wish.known.general):
                general = wish.known.general.get(kind)
                if general is None or general.body.value != body:
                    continue
                if redirect is None or general.redirect == redirect:
                    found.append(Reason(general.reasons, general.article))
                    break
        return tuple(found[:2])

    def _body(self, body: str, level: str | None, where: str | None, ministry: str | None) -> Body | None:
        """The body itself: of the unit, or of what it belongs to, at that level; for the Government the central body
        in charge, where it is one of the Government's."""
        if body == Answerer.GOVERNMENT.value:
            return next((one for one in ministries() if one.key == f"ministry:{ministry}"), GOVERNMENT)
        if level is None or where is None:
            return None
        key = threshold_key(Answerer(body), Level(level))
        for one in bodies_of(self._gazetteer, where):
            if one.place is not None and one.threshold_key is key and _LEVEL_OF_KIND[one.place.kind] == level:
                return one
        return None

    def _threshold(self, body: str, level: str | None, addressed: Body | None, day: date) -> Needed | None:
        if level is None:
            return None
        law = rules_on(day)
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

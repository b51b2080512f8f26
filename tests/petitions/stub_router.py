"""A router that says what a test wants, so that tests of the chat do not hang on what a model has learnt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.law.rules import rules_on, threshold
from bot.places.bodies import bodies_of, body_by_key
from bot.places.tree import Gazetteer
from bot.routing.router import Alternative, Decision, Needed, Reason


@dataclass(slots=True)
class StubRouter:
    """Answers every text alike; a settled body is the answer, of the nearest unit that has such a body."""

    gazetteer: Gazetteer
    body: str = "akimat"
    confidence: float = 0.9
    question: str | None = None
    subject: str | None = "street_lighting"
    ministry: str | None = None
    redirect: str | None = None
    point: int | None = None
    named: str | None = None
    level: str | None = None
    asked: list[tuple[str, str | None, date | None, str | None]] = field(default_factory=list)

    def route(
        self,
        text: str,
        place: str | None = None,
        day: date | None = None,
        *,
        settled: str | None = None,
        unit: str | None = None,
    ) -> Decision:
        """As the router does."""
        self.asked.append((text, place, day, settled))
        body = settled or self.body
        where = unit or self.named or place
        key = self._key(body, where)
        found = body_by_key(self.gazetteer, key) if key is not None else None
        needed = None
        if found is not None:
            people = found.place.population if found.place is not None else None
            asked_for = threshold(rules_on(day or date.today()), found.threshold_key, people)
            needed = Needed(asked_for.votes, asked_for.article) if asked_for.votes is not None else None
        said = f"{body} because <&"
        return Decision(
            body=body,
            level=self.level or {"government": "republic", "not_petition": None}.get(body, "district"),
            place=where,
            named=self.named,
            confidence=0.9 if settled else self.confidence,
            alternatives=(Alternative("maslikhat", "district", 0.05),),
            subject=self.subject,
            ministry=self.ministry,
            reasons=(Reason({"kk": said, "ru": said, "en": said}, "L148 art. 35(1)(20)"),),
            redirect=(self.redirect or "appeal") if body == "not_petition" else None,
            point=self.point if body == "not_petition" else None,
            threshold=needed,
            body_key=key,
            question=self.question if settled is None else None,
        )

    def _key(self, body: str, where: str | None) -> str | None:
        if body == "government":
            return f"ministry:{self.ministry}" if self.ministry else "government"
        if body == "not_petition" or where is None or self.level == "rural":
            return None
        kinds = {"akimat": {"akimat", "office"}, "maslikhat": {"maslikhat"}}[body]
        return next((one.key for one in bodies_of(self.gazetteer, where) if one.key.partition(":")[0] in kinds), None)

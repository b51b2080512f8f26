"""Whose matter a text is, with every body of the place that could answer: what wishes and drafts ask the router."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.law.rules import Threshold, rules_on, threshold
from bot.places.bodies import Body, BodyKind, bodies_of, body_by_key
from bot.places.tree import Gazetteer
from bot.routing.router import Decision, Reason, Router

KINDS: Final[dict[BodyKind, str]] = {
    BodyKind.GOVERNMENT: "government",
    BodyKind.MINISTRY: "government",
    BodyKind.MASLIKHAT: "maslikhat",
    BodyKind.AKIMAT: "akimat",
    BodyKind.AKIM_OFFICE: "akimat",
}
"""What the router calls each kind of body."""


@dataclass(frozen=True, slots=True)
class Option:
    """A body that may answer, what a petition to it needs, and why it could be the one."""

    body: Body
    threshold: Threshold
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text, judged."""

    decision: Decision
    options: tuple[Option, ...]
    """All bodies of the place, nearest first, the Government through the central body in charge; only this one where
    no place is known."""

    @property
    def likeliest(self) -> Option | None:
        """The body decided for; where its unit is not known, the nearest of its kind; None for no petition matter."""
        exact = next((one for one in self.options if one.body.key == self.decision.body_key), None)
        return exact or next((one for one in self.options if KINDS[one.body.kind] == self.decision.body), None)


class Competence:
    """Weighs texts for the bodies of their places."""

    def __init__(self, gazetteer: Gazetteer, router: Router) -> None:
        self._gazetteer = gazetteer
        self.router = router

    def weigh(
        self,
        text: str,
        place_key: str | None,
        day: date,
        *,
        settled: str | None = None,
        here: bool = False,
        unit: str | None = None,
    ) -> Weighed:
        """Judge a text of somebody in a place (a key) under the law of a day.

        `settled`: the body their own answer points to. `here`: the place is chosen, whatever the text names. `unit`:
        which of several units of one name they mean.
        """
        decision = self.router.route(text, place_key, day, settled=settled, unit=unit)
        where = place_key if here else decision.place
        bodies = bodies_of(self._gazetteer, where or self._gazetteer.republic.key)
        of_kind = {
            kind: decision
            if decision.body == kind
            else self.router.route(text, place_key, day, settled=kind, unit=unit)
            for kind in sorted({KINDS[body.kind] for body in bodies})
        }
        law = rules_on(day)
        found = []
        for one in bodies:
            said = of_kind[KINDS[one.kind]]
            body = body_by_key(self._gazetteer, said.body_key or "") if one.kind is BodyKind.GOVERNMENT else one
            body = body or one
            population = body.place.population if body.place is not None else None
            # What makes it the matter of one unit's body is no reason for another unit's of the same kind.
            is_meant = said.body_key is None or said.body_key == body.key
            reason = said.reasons[0] if said.reasons and is_meant else None
            found.append(Option(body, threshold(law, body.threshold_key, population), reason))
        return Weighed(decision, tuple(found))

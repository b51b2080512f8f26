"""The numbers of the petition, by the day they are in force: supporters, terms, thresholds, with articles."""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from bot.law.calendar import WorkingCalendar, months_after

DATA: Final = Path(__file__).resolve().parent / "data"

Confidence = Literal["V", "I", "M"]
"""How a number is known: V read in the act, I concluded from it, M from memory."""


class NoRulesYet(ValueError):
    """Petitions did not exist on that day."""


class Order(enum.Enum):
    """Which comes first: the supporters or the moderator's check. Both stand in art. 90-2(5)."""

    SUPPORTERS_FIRST = "supporters_first"
    MODERATION_FIRST = "moderation_first"


class ThresholdKey(enum.Enum):
    """Whose matter a petition is, as art. 90-3(4) tells thresholds apart."""

    G = "G"
    """The Government."""
    OM = "OM"
    """The maslikhat of an oblast, a city of republican significance, the capital."""
    OA = "OA"
    """The akimat of an oblast, a city of republican significance, the capital."""
    DM = "DM"
    """The maslikhat of a district or a city."""
    DA = "DA"
    """The akimat of a district or a city of oblast significance; the akim's office of a smaller unit."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the law."""

    value: int
    article: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time set by the law: days (working or calendar) or calendar months, never both."""

    days: int | None
    months: int | None
    working: bool
    article: str
    confidence: Confidence

    def end(self, start: date, working_days: WorkingCalendar) -> date:
        """The last day of the term when it starts on `start`."""
        if self.months is not None:
            return months_after(start, self.months)
        days = self.days or 0
        return working_days.last_day(start, days) if self.working else start + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class ThresholdRule:
    """How a threshold is found: a fixed number, a share of the population, or a share up to a population."""

    article: str
    confidence: Confidence
    votes: int | None = None
    percent: int | None = None
    over: int | None = None
    """Residents above which the fixed number holds instead of the share."""


@dataclass(frozen=True, slots=True)
class PetitionRules:
    """The rules of petitions from one day on."""

    valid_from: date
    valid_from_verified: bool
    """False: the day itself was computed, not read."""
    source: str
    order: Order
    supporters_needed: Number
    """Supporters without whom a petition is not published."""
    supporters_term: Term
    """Time to find them electronically, which is how this bot does it."""
    supporters_term_written: Term
    """Time to find them on paper."""
    moderation_term: Term
    """The check before publication."""
    media_notice_term: Term
    """From publication to the letters to the mass media."""
    collection_term: Term
    """Signing, from publication in free access."""
    sending_term: Term
    """From the decision to send a supported petition to the notice about it."""
    discussion_notice: Term
    """Notice before the public discussion of the draft decision."""
    consideration_central: Term
    consideration_local: Term
    posting_term: Term
    """From the decision to its publication."""
    complaint_filing_term: Term
    """How long a decision may be complained about."""
    complaint_term: Term
    """How long the higher body has to decide a complaint, from its registration."""
    repeat_term: Term | None
    """How long after a decision the same subject may not be raised again; None: no such rule."""
    thresholds: Mapping[ThresholdKey, ThresholdRule]

    def consideration(self, key: ThresholdKey) -> Term:
        """The term of the body whose matter it is (art. 90-5(1))."""
        return self.consideration_central if key is ThresholdKey.G else self.consideration_local


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many signatures oblige a body to consider a petition."""

    key: ThresholdKey
    votes: int | None
    """None: it depends on a population that is not known."""
    article: str
    percent: int | None
    """The share of the population that `votes` is, or will be; None: a fixed number of the law."""
    population: int | None
    """Residents it was computed for; None for the Government, and when not known."""
    at_most: int | None = None
    """While the population is not known: the number that holds if it is large (districts and cities)."""


def _term(data: Mapping[str, Any]) -> Term:
    return Term(data.get("days"), data.get("months"), data["working"], data["article"], data["confidence"])


@cache
def rule_sets() -> tuple[PetitionRules, ...]:
    """All dated sets of rules, oldest first."""
    content = tomllib.loads((DATA / "petition_rules.toml").read_text(encoding="utf-8"))
    terms = [field.name for field in fields(PetitionRules) if field.type == "Term"]
    found = [
        PetitionRules(
            valid_from=data["valid_from"],
            valid_from_verified=data["valid_from_verified"],
            source=data["source"],
            order=Order(data["order"]),
            supporters_needed=Number(**data["supporters_needed"]),
            repeat_term=_term(data["repeat_term"]) if "repeat_term" in data else None,
            thresholds={ThresholdKey(key): ThresholdRule(**rule) for key, rule in data["thresholds"].items()},
            **{name: _term(data[name]) for name in terms},
        )
        for data in content["rules"]
    ]
    return tuple(sorted(found, key=lambda rules: rules.valid_from))


def rules_on(day: date) -> PetitionRules:
    """The rules in force on a day.

    Raises:
        NoRulesYet: the day is before petitions existed.
    """
    in_force = [rules for rules in rule_sets() if rules.valid_from <= day]
    if not in_force:
        raise NoRulesYet(f"there were no petitions on {day}; they exist since {rule_sets()[0].valid_from}")
    return in_force[-1]


def threshold(rules: PetitionRules, key: ThresholdKey, population: int | None) -> Threshold:
    """The threshold of art. 90-3(4), a share of the population rounded up.

    Args:
        population: residents of the unit; None when not known. It plays no part for the Government.

    Raises:
        ValueError: the population is not a positive number.
    """
    rule = rules.thresholds[key]
    if rule.percent is None:
        return Threshold(key, rule.votes, rule.article, None, None)
    if population is None:
        return Threshold(key, None, rule.article, rule.percent, None, rule.votes)
    if population <= 0:
        raise ValueError(f"a population of {population} cannot be; leave it out when it is not known")
    if rule.over is not None and population > rule.over:
        return Threshold(key, rule.votes, rule.article, None, population)
    return Threshold(key, -(-population * rule.percent // 100), rule.article, rule.percent, population)

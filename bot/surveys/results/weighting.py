"""Weights that make respondents resemble the population, and how far a weighted share can be trusted.

Raking (iterative proportional fitting, Deming and Stephan 1940) to the margins that are known, trimmed, with Kish's
design effect (1965). The margins of error are those of a random sample with these weights; that people choose
themselves whether to answer is said in words beside every result, since no formula holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TRIM_ABOVE: Final = 5.0
"""Largest weight, in multiples of the mean; a single voice is never worth more than five."""
TRIM_BELOW: Final = 0.2
ROUNDS: Final = 200
CLOSE: Final = 1e-6
"""Raking ends when no margin is off by more than this share."""
Z95: Final = 1.959964
"""Two-sided 95 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Margin:
    """How a population divides by one property: people (or shares) by category.

    A respondent whose category is None or unknown to the margin keeps the weight the other margins give.
    """

    name: str
    people: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Weighted:
    """Weights with mean 1, in the order of the respondents."""

    weights: Floats
    used: tuple[str, ...]
    """Names of the margins that were used."""
    left_out: tuple[str, ...]
    """Margins of which too little was known about the respondents."""
    design_effect: float
    """Kish: by how much unequal weights enlarge the variance; 1 is none."""
    effective_n: float
    """The size of an unweighted random sample with the same precision."""
    largest_gap: float
    """How far, after trimming, a weighted margin is from the population's at most, as a share."""


KNOWN_ENOUGH: Final = 0.5
"""A margin is used when the category is known of at least this share of the respondents."""


def rake(respondents: Sequence[Mapping[str, str | None]], margins: Sequence[Margin]) -> Weighted:
    """Weights by which the respondents match every usable margin as closely as trimming allows.

    `respondents` gives each one's category by margin name. Categories of a margin without any respondent are left
    out of it (nobody can stand for them), and its other categories keep their proportions.
    """
    count = len(respondents)
    weights: Floats = np.ones(count, dtype=np.float64)
    groups: list[list[tuple[npt.NDArray[np.intp], float]]] = []
    used: list[str] = []
    left_out: list[str] = []
    for margin in margins:
        members: dict[str, list[int]] = {}
        for index, person in enumerate(respondents):
            category = person.get(margin.name)
            if category is not None and margin.people.get(category, 0) > 0:
                members.setdefault(category, []).append(index)
        known = sum(len(one) for one in members.values())
        if len(members) < 2 or known < KNOWN_ENOUGH * count:
            left_out.append(margin.name)
            continue
        total = sum(margin.people[category] for category in members)
        groups.append(
            [(np.asarray(indices), margin.people[category] / total) for category, indices in sorted(members.items())]
        )
        used.append(margin.name)
    for _ in range(ROUNDS if groups else 0):
        worst = 0.0
        for group in groups:
            covered = np.concatenate([indices for indices, _ in group])
            mass = float(weights[covered].sum())
            for indices, share in group:
                have = float(weights[indices].sum())
                factor = share * mass / have
                worst = max(worst, abs(have / mass - share))
                weights[indices] *= factor
        weights = _trimmed(weights)
        if worst < CLOSE:
            break
    gap = 0.0
    for group in groups:
        mass = float(weights[np.concatenate([indices for indices, _ in group])].sum())
        gap = max(gap, *(abs(float(weights[indices].sum()) / mass - share) for indices, share in group))
    effect = design_effect(weights)
    return Weighted(weights, tuple(used), tuple(left_out), effect, count / effect if count else 0.0, gap)


def _trimmed(weights: Floats) -> Floats:
    """Mean 1 with nothing outside the limits: clipping moves the mean, so both are done until they agree."""
    if not len(weights):
        return weights
    for _ in range(ROUNDS):
        weights = np.clip(weights / weights.mean(), TRIM_BELOW, TRIM_ABOVE)
        if abs(float(weights.mean()) - 1) < CLOSE:
            break
    scaled: Floats = weights / weights.mean()
    return scaled


def design_effect(weights: Floats) -> float:
    """Kish's design effect of weighting: n · Σw² / (Σw)²; 1 for equal weights or none."""
    if not len(weights):
        return 1.0
    return float(len(weights) * np.square(weights).sum() / weights.sum() ** 2)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of respondents with its 95 % interval, all from 0 to 1."""

    value: float
    low: float
    high: float

    @property
    def margin(self) -> float:
        """Half of the interval's width: the "±" people read."""
        return (self.high - self.low) / 2


def share(chosen: npt.NDArray[np.bool_], weights: Floats, population: int | None = None) -> Share:
    """The weighted share of those who chose, with Wilson's interval at the effective sample size.

    With the size of the population, the finite population correction narrows the interval (a village of 200 of
    whom 150 answered is nearly a census).

    Raises:
        ValueError: nobody answered.
    """
    if not len(weights):
        raise ValueError("a share of nobody")
    value = float(weights[chosen].sum() / weights.sum())
    effective = len(weights) / design_effect(weights)
    return interval(value, effective, population, len(weights))


def interval(value: float, effective_n: float, population: int | None = None, answered: int | None = None) -> Share:
    """Wilson's 95 % interval (1927) around a share at an effective sample size; see `share` for the population."""
    if population is not None and answered is not None and population > 1:
        left = max(population - answered, 0) / (population - 1)
        if left <= 0:
            return Share(value, value, value)
        effective_n /= left
    z2 = Z95**2
    middle = (value + z2 / (2 * effective_n)) / (1 + z2 / effective_n)
    half = Z95 / (1 + z2 / effective_n) * float(np.sqrt(value * (1 - value) / effective_n + z2 / (4 * effective_n**2)))
    return Share(value, max(0.0, min(middle - half, value)), min(1.0, max(middle + half, value)))


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float


def mean(values: Floats, weights: Floats) -> Mean:
    """The weighted mean of numbers, with a normal interval from the weighted variance and the effective size.

    Raises:
        ValueError: nobody answered.
    """
    if not len(values):
        raise ValueError("a mean of nobody")
    centre = float(np.average(values, weights=weights))
    effective = len(values) / design_effect(weights)
    variance = float(np.average(np.square(values - centre), weights=weights))
    if effective > 1:
        variance *= effective / (effective - 1)
    half = Z95 * float(np.sqrt(variance / effective))
    return Mean(centre, centre - half, centre + half)


def expected_margin(
    asked: int, population: int | None = None, response: float = 1.0, effect: float = 1.3, *, fewest: int = 1
) -> float:
    """The largest "±" to expect, as a share, before anybody is asked: at a share of one half, when `response` of the
    asked answer and weighting costs the design effect `effect` (1.3 is usual for local samples).

    Returns 1.0 when fewer than `fewest` are expected to answer: of them nothing is shown anyway.
    """
    answered = asked * response
    if answered < max(fewest, 1):
        return 1.0
    return interval(0.5, answered / effect, population, round(answered)).margin

"""An audience as a value: where people live, what they speak and care about, and how many of them are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from bot.i18n import LANGUAGES, Language

SMALLEST_SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is addressed. Everything that is not said leaves nobody out."""

    place_key: str | None = None
    """A unit with all that belongs to it; None: the whole country, and people without a place too."""
    languages: tuple[Language, ...] = ()
    """Only people who read in one of these."""
    subjects: tuple[str, ...] = ()
    """Only people who signed or follow a petition about one of these subjects of the router."""
    agreed_only: bool = False
    """Only people who said that they wish to be asked; who said no is never asked."""
    sample: int | None = None
    """Draw so many at random; None: everybody."""
    stratified: bool = False
    """Draw from each unit in proportion to the people there, so that no unit is missed by chance."""
    rest_days: int | None = None
    """Leave out who was asked within so many days."""

    def as_json(self) -> dict[str, Any]:
        """As it is stored; only what is said."""
        row: dict[str, Any] = {
            "place": self.place_key,
            "languages": list(self.languages),
            "subjects": list(self.subjects),
            "agreed_only": self.agreed_only,
            "sample": self.sample,
            "stratified": self.stratified,
            "rest_days": self.rest_days,
        }
        return {name: value for name, value in row.items() if value not in (None, [], False)}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote.

        Raises:
            ValueError: a language or a number is not one.
        """
        languages = tuple(row.get("languages", ()))
        if not set(languages) <= set(LANGUAGES):
            raise ValueError(f"languages: {languages}; known are {', '.join(LANGUAGES)}")
        for name in ("sample", "rest_days"):
            number = row.get(name)
            if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 1):
                raise ValueError(f"{name} must be a whole number above 0, not {number!r}")
        return cls(
            place_key=row.get("place"),
            languages=languages,
            subjects=tuple(row.get("subjects", ())),
            agreed_only=bool(row.get("agreed_only")),
            sample=row.get("sample"),
            stratified=bool(row.get("stratified")),
            rest_days=row.get("rest_days"),
        )

    def everybody(self) -> Self:
        """The same people without drawing a sample."""
        return replace(self, sample=None, stratified=False)


def allotted(people: Mapping[str, int], sample: int) -> dict[str, int]:
    """How many to draw from each unit so that together they are `sample`, in proportion to its people.

    Largest remainders (Hamilton); never more than live there. Ties go by the unit's name, so that it is the same
    every time.
    """
    total = sum(people.values())
    if sample >= total:
        return dict(people)
    quotas = {unit: sample * count / total for unit, count in people.items()}
    drawn = {unit: int(quota) for unit, quota in quotas.items()}
    left = sample - sum(drawn.values())
    by_remainder = sorted(people, key=lambda unit: (drawn[unit] - quotas[unit], unit))
    for unit in by_remainder[:left]:
        drawn[unit] += 1
    return drawn

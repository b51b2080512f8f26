"""What makes signing suspicious, and on which grounds signatures are annulled."""

from __future__ import annotations

import enum
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

UNDO_TERM: Final = timedelta(days=1)
"""How long an annulment can be undone."""

YOUNG_MINUTES: Final = (10, 60, 24 * 60)
"""Ages of accounts at signing, in minutes, by which a moderator sees and chooses signatures."""

_DATA: Final = Path(__file__).resolve().parent / "data" / "suspicion.toml"


class Sign(enum.Enum):
    """Why signing looks suspicious."""

    FRESH = "fresh"
    """Nearly all signatures are from accounts that came just before."""
    SURGE = "surge"
    """Many times more signatures than the petition usually gets."""


class Ground(enum.Enum):
    """Why signatures are annulled, as their owners are told."""

    FRESH = "fresh"
    BOUGHT = "bought"
    SAME_HAND = "same_hand"


@dataclass(frozen=True, slots=True)
class Watch:
    """The numbers of `data/suspicion.toml`."""

    window: timedelta
    fresh_least: int
    fresh_age: timedelta
    fresh_percent: int
    surge_least: int
    surge_times: int
    usual: timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """What one petition got in a window of time."""

    signatures: int
    fresh: int
    usual: float
    """Signatures it usually gets in as long a time."""


@cache
def watch() -> Watch:
    """The numbers in force."""
    read = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return Watch(
        window=timedelta(minutes=read["window_minutes"]),
        fresh_least=read["fresh"]["least_signatures"],
        fresh_age=timedelta(minutes=read["fresh"]["account_minutes"]),
        fresh_percent=read["fresh"]["share_percent"],
        surge_least=read["surge"]["least_signatures"],
        surge_times=read["surge"]["times"],
        usual=timedelta(days=read["surge"]["usual_days"]),
    )


def suspicion(numbers: Watch, window: Window) -> Sign | None:
    """Whether a window should be looked at, and why; many fresh accounts say more than many signatures."""
    if window.signatures >= numbers.fresh_least and window.fresh * 100 >= window.signatures * numbers.fresh_percent:
        return Sign.FRESH
    if window.signatures >= numbers.surge_least and window.signatures >= window.usual * numbers.surge_times:
        return Sign.SURGE
    return None

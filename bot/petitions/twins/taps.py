"""What the buttons about similar petitions carry; apart from the views, so that other rooms' views can lead here."""

from __future__ import annotations

from bot.screen import Tap


class DraftTwinTap(Tap, prefix="tw"):
    """A petition like a draft: "look" at it, go to signing it and "drop" or "keep" the draft, or back to the "list"."""

    draft: int
    version: int
    petition: int
    do: str


class RetireTap(Tap, prefix="tr"):
    """The author retires a petition: for which (None), for this one (0), surely (1)."""

    petition: int
    twin: int | None
    sure: int


class JoinTap(Tap, prefix="tj"):
    """Sign the petition for which one that somebody signed was retired."""

    petition: int


class SideTap(Tap, prefix="ts"):
    """Put a similar petition beside the one that is checked."""

    petition: int
    other: int


class RepeatsTap(Tap, prefix="tq"):
    """Reject a petition as a repetition of another: ask (0), then do it (1)."""

    petition: int
    version: int
    other: int
    sure: int


class ClustersTap(Tap, prefix="tl"):
    """One page of the groups of likely twins, counted from 0."""

    page: int


class ClusterTap(Tap, prefix="tc"):
    """The group of likely twins that a petition is in."""

    petition: int

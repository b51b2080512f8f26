"""What an appeal is."""

from __future__ import annotations

import enum
from collections.abc import Collection
from typing import Final

WHY_MAX: Final = 300
"""Characters of an author's line."""


class AppealOutcome(enum.Enum):
    """What the other moderator decided; there is no further appeal in the bot."""

    GRANTED = "granted"
    DISMISSED = "dismissed"


def asked(moderators: Collection[int], admins: Collection[int], *, but: Collection[int | None]) -> list[int]:
    """Ids of the people who are told of an appeal: the other moderators, or, where there are none, the admins.
    `but` are the moderator who rejected and the author."""
    others = sorted(set(moderators) - set(but))
    return others or sorted(set(admins) - set(but))

"""A petition's life as one table: every change of state, who may make it, what it needs, on which article.

Pure functions and value types. The articles are those of the Administrative Procedural and Process-Related Code,
chapter 12-1; where the Code is silent and the rule is the bot's own, the article is "bot".
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from bot.law.rules import Order as Order  # noqa: PLC0414 - petitions speak of it, the law defines it


class DraftStep(enum.Enum):
    """Where an author is in writing a petition."""

    RULES = "rules"
    TITLE = "title"
    ASK = "ask"
    WHY = "why"
    PLACE = "place"
    BODY = "body"
    REVIEW = "review"
    OPENED = "opened"
    DISCARDED = "discarded"


class Outcome(enum.Enum):
    """What the body decided (art. 90-6(1))."""

    SATISFIED = "satisfied"
    PARTLY = "partly"
    REFUSED = "refused"


class Relation(enum.Enum):
    """What a petition is to a person, the closest first."""

    AUTHOR = "author"
    SIGNER = "signer"
    FOLLOWER = "follower"


class State(enum.Enum):
    """Where a petition stands."""

    GATHERING = "gathering"
    """Open by direct link only, until enough supporters joined (art. 90-2(4)(1))."""
    MODERATION = "moderation"
    RETURNED = "returned"
    """A moderator asked the author to correct it."""
    REJECTED = "rejected"
    LAPSED = "lapsed"
    """Too few supporters in time."""
    PUBLISHED = "published"
    """In free access, open for signing (art. 90-3(2))."""
    SUPPORTED = "supported"
    """The threshold is reached; signing goes on until the body has it."""
    SENT = "sent"
    CONSIDERING = "considering"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """The collection ended below the threshold; passed on as an ordinary appeal (art. 90-3(5))."""


class Action(enum.Enum):
    """What changes a petition's state."""

    OPEN = "open"
    SUPPORTERS_FOUND = "supporters_found"
    LAPSE = "lapse"
    APPROVE = "approve"
    RETURN = "return"
    CORRECT = "correct"
    REJECT = "reject"
    READDRESS = "readdress"
    """A moderator corrects the body it is addressed to; that body's threshold applies."""
    RESTORE = "restore"
    HIDE = "hide"
    """Reports of readers hide it until a moderator has looked."""
    KEEP = "keep"
    REINSTATE = "reinstate"
    """A rejection after publication is taken back: it is public again, its time goes on."""
    UPHOLD = "uphold"
    """The author's appeal against a rejection is dismissed."""
    WITHDRAW = "withdraw"
    RETIRE = "retire"
    """The author withdraws it for another petition on the same; who signed is asked whether to sign that one."""
    REACH_THRESHOLD = "reach_threshold"
    FALL_BELOW = "fall_below"
    EXPIRE = "expire"
    SEND = "send"
    NOT_OURS = "not_ours"
    REGISTER = "register"
    DECIDE = "decide"


class Actor(enum.Enum):
    """Who may change a state."""

    AUTHOR = "author"
    MODERATOR = "moderator"
    OFFICIAL = "official"
    SIGNERS = "signers"
    """A signature or its withdrawal did it."""
    READERS = "readers"
    """Their reports did it."""
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed change of state."""

    action: Action
    source: State | None
    """None: the petition does not exist yet."""
    target: State
    actors: frozenset[Actor]
    article: str
    order: Order | None = None
    """Only under this order of supporters and moderation; None: under both."""
    needs: str | None = None
    """What the change must bring: "comment", "reason", "body", "outcome", "twin"."""


class NotAllowed(ValueError):
    """The change of state is not in the table, or not for this actor."""


def _row(
    action: Action,
    source: State | None,
    target: State,
    actors: Actor | set[Actor],
    article: str,
    order: Order | None = None,
    needs: str | None = None,
) -> Transition:
    who = frozenset({actors}) if isinstance(actors, Actor) else frozenset(actors)
    return Transition(action, source, target, who, article, order, needs)


_A, _S = Action, State
_FIRST, _AFTER = Order.SUPPORTERS_FIRST, Order.MODERATION_FIRST

TRANSITIONS: Final[tuple[Transition, ...]] = (
    _row(_A.OPEN, None, _S.GATHERING, Actor.AUTHOR, "90-2(4)(1)", _FIRST),
    _row(_A.OPEN, None, _S.MODERATION, Actor.AUTHOR, "90-2(5)", _AFTER),
    _row(_A.SUPPORTERS_FOUND, _S.GATHERING, _S.MODERATION, Actor.SIGNERS, "90-2(5)", _FIRST),
    _row(_A.SUPPORTERS_FOUND, _S.GATHERING, _S.PUBLISHED, Actor.SIGNERS, "90-2(4)(1)", _AFTER),
    _row(_A.LAPSE, _S.GATHERING, _S.LAPSED, Actor.CLOCK, "90-2(4)(1)"),
    _row(_A.APPROVE, _S.MODERATION, _S.PUBLISHED, Actor.MODERATOR, "90-2(7)", _FIRST),
    _row(_A.APPROVE, _S.MODERATION, _S.GATHERING, Actor.MODERATOR, "90-2(7)", _AFTER),
    _row(_A.RETURN, _S.MODERATION, _S.RETURNED, Actor.MODERATOR, "bot", needs="comment"),
    _row(_A.CORRECT, _S.RETURNED, _S.MODERATION, Actor.AUTHOR, "bot"),
    _row(_A.READDRESS, _S.MODERATION, _S.MODERATION, Actor.MODERATOR, "bot", needs="body"),
    # As after "not ours": a count that reaches the new threshold moves the petition on at once.
    _row(_A.READDRESS, _S.SUPPORTED, _S.PUBLISHED, Actor.MODERATOR, "bot", needs="body"),
    _row(_A.REJECT, _S.MODERATION, _S.REJECTED, Actor.MODERATOR, "90-2(6)", needs="reason"),
    _row(_A.RESTORE, _S.REJECTED, _S.MODERATION, Actor.MODERATOR, "bot"),
    *(
        row
        for state in (_S.PUBLISHED, _S.SUPPORTED)
        for row in (
            _row(_A.HIDE, state, state, Actor.READERS, "bot"),
            _row(_A.KEEP, state, state, Actor.MODERATOR, "bot"),
            _row(_A.REJECT, state, _S.REJECTED, Actor.MODERATOR, "bot", needs="reason"),
        )
    ),
    # A count that has its threshold moves the petition on at once.
    _row(_A.REINSTATE, _S.REJECTED, _S.PUBLISHED, Actor.MODERATOR, "bot"),
    _row(_A.UPHOLD, _S.REJECTED, _S.REJECTED, Actor.MODERATOR, "bot"),
    *(
        row
        for state in (_S.GATHERING, _S.MODERATION, _S.RETURNED, _S.PUBLISHED)
        for row in (
            _row(_A.WITHDRAW, state, _S.WITHDRAWN, Actor.AUTHOR, "bot"),
            _row(_A.RETIRE, state, _S.WITHDRAWN, Actor.AUTHOR, "bot", needs="twin"),
        )
    ),
    _row(_A.REACH_THRESHOLD, _S.PUBLISHED, _S.SUPPORTED, Actor.SIGNERS, "90-3(4)"),
    # A count that falls moves the state back, as long as the petition has not left our hands.
    _row(_A.FALL_BELOW, _S.SUPPORTED, _S.PUBLISHED, Actor.SIGNERS, "90-3(4)"),
    _row(_A.EXPIRE, _S.PUBLISHED, _S.EXPIRED, Actor.CLOCK, "90-3(5)"),
    _row(_A.SEND, _S.SUPPORTED, _S.SENT, Actor.MODERATOR, "90-4(1)"),
    # The threshold of the body that is competent applies; a count that reaches it moves the petition on at once.
    _row(_A.NOT_OURS, _S.SENT, _S.PUBLISHED, Actor.OFFICIAL, "90-4(1)", needs="body"),
    _row(_A.REGISTER, _S.SENT, _S.CONSIDERING, Actor.OFFICIAL, "90-4(2)"),
    _row(_A.DECIDE, _S.CONSIDERING, _S.DECIDED, Actor.OFFICIAL, "90-6(1)", needs="outcome"),
)

OPEN_FOR_SIGNING: Final = frozenset({State.GATHERING, State.PUBLISHED, State.SUPPORTED})
"""States in which a signature may be added."""

OPEN_FOR_WITHDRAWAL: Final = OPEN_FOR_SIGNING | {State.MODERATION, State.RETURNED}
"""States in which a signature may be taken back: also while the text may still be corrected."""

PUBLIC: Final = frozenset(
    {
        State.PUBLISHED,
        State.SUPPORTED,
        State.SENT,
        State.CONSIDERING,
        State.DECIDED,
        State.EXPIRED,
    }
)
"""States in which anybody finds and reads the petition; before, only with its direct link (art. 90-2(7))."""

REPORTABLE: Final = frozenset(row.source for row in TRANSITIONS if row.action is Action.HIDE)
"""States in which readers may report a petition."""

ENDED: Final = frozenset({State.REJECTED, State.LAPSED, State.WITHDRAWN, State.EXPIRED, State.DECIDED})


def transition(action: Action, source: State | None, actor: Actor, order: Order) -> Transition:
    """The row of the table for a change.

    Raises:
        NotAllowed: no such change from this state, or not by this actor.
    """
    for row in TRANSITIONS:
        if row.action is action and row.source is source and row.order in {None, order}:
            if actor not in row.actors:
                raise NotAllowed(f"{action.value} is not for the {actor.value}")
            return row
    raise NotAllowed(f"{action.value} is not possible from {source.value if source else 'nothing'}")


AUTHOR_MILESTONES: Final = (10, 50, 100)
AUTHOR_SHARES: Final = (25, 50, 75, 100)
"""Percent of the threshold at which the author hears about the count."""


def milestones(threshold: int | None) -> tuple[int, ...]:
    """The counts the author is told about, rising: 10, 50, 100 and quarters of the threshold (rounded up)."""
    counts = set(AUTHOR_MILESTONES)
    if threshold is not None:
        counts |= {-(-threshold * share // 100) for share in AUTHOR_SHARES}
        counts = {count for count in counts if count <= threshold}
    return tuple(sorted(counts))


def milestone_reached(count: int, told: int, threshold: int | None) -> int | None:
    """The largest milestone at or below `count` that is above the one told last; None when there is none."""
    reached = [milestone for milestone in milestones(threshold) if told < milestone <= count]
    return reached[-1] if reached else None


LIVE_KIND: Final = "petition"
"""Kind of the live messages that show a petition's card."""

"""A database with invented petitions, written past the service, and its index filled as at a start."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert

from benchmarks.search.generator import Invented
from bot.db import Database
from bot.petitions.models import Petition
from bot.petitions.rules import Outcome, State
from bot.petitions.service import text_hash

BATCH: Final = 2_000
_STATES: Final = (
    (State.PUBLISHED, 70),
    (State.SUPPORTED, 4),
    (State.CONSIDERING, 10),
    (State.DECIDED, 8),
    (State.EXPIRED, 8),
)


async def store(database: Database, petitions: list[Invented], seed: int) -> None:
    """Write the petitions, most of them open, none by anybody in particular."""
    chance = random.Random(seed)
    states = [state for state, share in _STATES for _ in range(share)]
    for start in range(0, len(petitions), BATCH):
        rows = [_row(one, chance.choice(states)) for one in petitions[start : start + BATCH]]
        async with database.transaction() as session:
            await session.execute(insert(Petition), rows)


def _row(one: Invented, state: State) -> dict[str, Any]:
    published = one.opened_at + timedelta(days=4)
    was_supported = state in {State.SUPPORTED, State.CONSIDERING, State.DECIDED}
    was_sent = state in {State.CONSIDERING, State.DECIDED}
    return {
        "access_key": "key",
        "state": state,
        "language": one.language,
        "title": one.title,
        "ask": one.ask,
        "why": one.why,
        "text_hash": text_hash(one.title, one.ask, one.why),
        "place_key": one.place_key,
        "body_key": one.body_key,
        "subject": one.subject,
        "rules_from": one.opened_at.date(),
        "supporters_needed": 50,
        "threshold_article": "90-3(4)",
        "threshold_key": "DA",
        "signature_count": one.signatures,
        "opened_at": one.opened_at,
        "published_at": published,
        "closes_on": _day(published + timedelta(days=180)),
        "supported_at": published if was_supported else None,
        "sent_at": published if was_sent else None,
        "due_on": _day(published) if was_sent else None,
        "decided_at": published if state is State.DECIDED else None,
        "outcome": Outcome.PARTLY if state is State.DECIDED else None,
        "ended_at": published if state in {State.DECIDED, State.EXPIRED} else None,
    }


def _day(moment: datetime) -> Any:
    return moment.date()

"""Fills an empty sandbox: petitions in three languages at every stage of their life, a moderator and an official."""

from __future__ import annotations

import random
import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.held import OutboxHolder
from bot.petitions.models import Draft, Petition, Signature
from bot.petitions.rules import Action, Actor, DraftStep, Outcome, State
from bot.petitions.search import index
from bot.petitions.service import Petitions
from bot.residents.models import Resident, Role, RoleGrant

_DATA: Final = Path(__file__).parent / "data" / "petitions.toml"
_BATCH: Final = 2000
_ADDING: Final = insert(cast(Table, Signature.__table__))
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CONSIDERED_DAYS: Final = 12
"""How long before today the body registered the seeded petitions that it has."""


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody who plays a member of staff in the sandbox."""

    telegram_id: int
    role: Role
    body_key: str | None = None
    language: str = "kk"


async def seed(session: AsyncSession, petitions: Petitions, staff: list[Trainee], now: datetime) -> int:
    """Fill an empty database; one that holds a petition is left alone. Returns how many petitions were made.

    Signatures are anonymous, as those of people who had their data deleted, so nobody is told anything.
    """
    if await session.scalar(select(Petition.id).limit(1)) is not None:
        return 0
    for trainee in staff:
        await _appoint(session, trainee, now)
    author = Resident(
        language="kk",
        phone_hash=secrets.token_hex(32),
        phone_confirmed_at=now,
        citizen_stated_at=now,
        created_at=now,
        seen_at=now,
    )
    session.add(author)
    await session.flush()
    entries: list[dict[str, Any]] = tomllib.loads(_DATA.read_text(encoding="utf-8"))["petition"]
    chance = random.Random(2026)
    for entry in sorted(entries, key=lambda one: -one["days"]):
        await _petition(session, petitions, author, entry, now, chance)
    await petitions.erase(session, author.id, now)
    await OutboxHolder().erase(session, author.id, now)
    author.phone_hash = author.phone_confirmed_at = None
    author.erased_at = now
    return len(entries)


async def _appoint(session: AsyncSession, trainee: Trainee, now: datetime) -> None:
    resident = Resident(telegram_id=trainee.telegram_id, language=trainee.language, created_at=now, seen_at=now)
    session.add(resident)
    await session.flush()
    session.add(RoleGrant(resident_id=resident.id, role=trainee.role, body_key=trainee.body_key, granted_at=now))


async def _petition(
    session: AsyncSession,
    petitions: Petitions,
    author: Resident,
    entry: dict[str, Any],
    now: datetime,
    chance: random.Random,
) -> None:
    opened = _at_daytime(now - timedelta(days=entry["days"]), chance, now)
    draft = Draft(
        author_id=author.id,
        step=DraftStep.REVIEW,
        language=entry["language"],
        title=entry["title"],
        ask=entry["ask"],
        why=entry["why"],
        place_key=entry["place"],
        body_key=entry["body"],
        created_at=opened,
        updated_at=opened,
    )
    session.add(draft)
    await session.flush()
    petition = await petitions.open(session, draft, author, opened)
    if "subject" in entry:
        petition.subject = entry["subject"]
        await index.put(session, petition, petitions.gazetteer)
    await gather(session, petition, entry["signatures"] - 1, opened, now, chance)
    state = State(entry["state"])
    if state is State.GATHERING:
        return
    checked = min(opened + timedelta(days=2), now)
    await petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, checked)
    if state is State.MODERATION:
        return
    published = min(opened + timedelta(days=4), now)
    await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, published)
    if state is State.PUBLISHED:
        return
    supported = now - timedelta(days=_CONSIDERED_DAYS + 5)
    await petitions.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, supported)
    if state is State.SUPPORTED:
        return
    sent = supported + timedelta(days=2)
    await petitions.change(session, petition, Action.SEND, Actor.MODERATOR, None, sent)
    registered = now - timedelta(days=_CONSIDERED_DAYS)
    await petitions.change(session, petition, Action.REGISTER, Actor.OFFICIAL, None, registered)
    if state is State.CONSIDERING:
        return
    await petitions.change(
        session,
        petition,
        Action.DECIDE,
        Actor.OFFICIAL,
        None,
        now - timedelta(days=1),
        outcome=Outcome(entry["outcome"]),
        answer=entry["answer"],
    )


def _receipt(chance: random.Random) -> str:
    """A receipt number as `new_receipt` gives; invented signatures need no secret ones."""
    drawn = "".join(chance.choices(_LETTERS, k=8))
    return f"{drawn[:4]}-{drawn[4:]}"


async def gather(
    session: AsyncSession,
    petition: Petition,
    count: int,
    since: datetime,
    now: datetime,
    chance: random.Random,
) -> None:
    """Add anonymous signatures between two moments, more of them early on, as petitions grow."""
    span = (now - since).total_seconds()
    rows = [
        {
            "petition_id": petition.id,
            "resident_id": None,
            "signer_key": secrets.token_hex(32),
            "text_version": 1,
            "receipt": _receipt(chance),
            "signed_at": since + timedelta(seconds=span * chance.random() ** 1.6),
        }
        for _ in range(count)
    ]
    # Past the session, whose bookkeeping of tens of thousands of rows would be most of the work.
    connection = await session.connection()
    for start in range(0, len(rows), _BATCH):
        await connection.execute(_ADDING, rows[start : start + _BATCH])
    petition.signature_count += count
    petition.milestone = max(petition.milestone, petition.signature_count)
    await session.flush()


def _at_daytime(moment: datetime, chance: random.Random, now: datetime) -> datetime:
    hour = chance.randint(4, 15)
    return min(datetime.combine(moment.date(), time(hour, chance.randint(0, 59)), moment.tzinfo), now)

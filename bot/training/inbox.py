"""Fills the inbox of one body in the sandbox, so that an official has a day's work: sent, due, overdue, answered."""

from __future__ import annotations

import random
import secrets
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.held import OutboxHolder
from bot.officials.decisions.service import Decisions
from bot.officials.models import OfficialDraft
from bot.officials.rules import DraftKind
from bot.petitions.models import Draft
from bot.petitions.rules import Action, Actor, DraftStep, Outcome, State
from bot.residents.models import Resident, RoleGrant
from bot.training.seed import gather

_DATA: Final = Path(__file__).parent / "data" / "inbox.toml"
AKIMAT: Final = "akimat:kz-almaty-oblast/talgar-district"
"""The body whose inbox the sandbox fills."""

_GATHERED_DAYS: Final = 45
"""How long before it was sent a seeded petition was opened."""


async def fill_inbox(session: AsyncSession, decisions: Decisions, body_key: str, now: datetime) -> int:
    """Give a body petitions at every stage of its work. Returns how many.

    Whoever speaks for the body appears to have done what is done; nobody is told anything.
    """
    official = await session.scalar(
        select(Resident).join(RoleGrant, RoleGrant.resident_id == Resident.id).where(RoleGrant.body_key == body_key)
    )
    if official is None:
        return 0
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
    chance = random.Random(2027)
    for entry in entries:
        await _petition(session, decisions, author, official, body_key, entry, now, chance)
    for resident in (author, official):
        await OutboxHolder().erase(session, resident.id, now)
    await decisions.petitions.erase(session, author.id, now)
    author.phone_hash = author.phone_confirmed_at = None
    author.erased_at = now
    return len(entries)


async def _petition(
    session: AsyncSession,
    decisions: Decisions,
    author: Resident,
    official: Resident,
    body_key: str,
    entry: dict[str, Any],
    now: datetime,
    chance: random.Random,
) -> None:
    petitions = decisions.petitions

    def ago(days: float) -> datetime:
        return now - timedelta(days=days)

    state = State(entry["state"])
    sent = entry.get("sent", entry.get("registered", 0) + 1)
    opened = ago(entry.get("opened", sent + _GATHERED_DAYS))
    draft = Draft(
        author_id=author.id,
        step=DraftStep.REVIEW,
        language=entry["language"],
        title=entry["title"],
        ask=entry["ask"],
        why=entry["why"],
        place_key=body_key.partition(":")[2],
        body_key=body_key,
        created_at=opened,
        updated_at=opened,
    )
    session.add(draft)
    await session.flush()
    petition = await petitions.open(session, draft, author, opened)
    last = now if state is State.PUBLISHED else ago(sent + 1)
    await gather(session, petition, entry["signatures"] - 1, opened, last, chance)
    await petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, opened + timedelta(days=2))
    await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, opened + timedelta(days=4))
    if state is State.PUBLISHED:
        return
    await petitions.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, ago(sent + 1))
    await petitions.change(session, petition, Action.SEND, Actor.MODERATOR, None, ago(sent))
    if state is State.SENT:
        return
    await petitions.change(session, petition, Action.REGISTER, Actor.OFFICIAL, official.id, ago(entry["registered"]))
    if entry.get("mine"):
        petition.assigned_to = official.id
    if state is State.DECIDED:
        await _decide(session, decisions, petition.id, official, entry, ago(entry["decided"]))


async def _decide(
    session: AsyncSession,
    decisions: Decisions,
    number: int,
    official: Resident,
    entry: dict[str, Any],
    decided: datetime,
) -> None:
    petition = await decisions.petitions.get(session, number)
    parts = {part: entry[part] for part in ("summary", "reasons", "facts", "law")}
    draft = OfficialDraft(
        petition_id=number,
        kind=DraftKind.DECISION,
        version=1,
        editor_id=official.id,
        outcome=Outcome(entry["outcome"]),
        texts={entry["language"]: parts},
        documents=[],
        created_at=decided,
        updated_at=decided,
    )
    session.add(draft)
    await session.flush()
    await decisions.publish(session, petition, draft, draft.version, official, decided)

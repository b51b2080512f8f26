"""Writing into the outbox, in the transaction of what causes the message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Select, Table, bindparam, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring, insert_select_ignoring
from bot.delivery.models import Delivery, DeliveryState, LiveMessage

# Every signature asks for a refresh. A statement on the table, built once, costs a quarter of one that is built on
# the model each time.
_live: Final = cast(Table, LiveMessage.__table__)
_OUT_OF_DATE: Final = (
    update(_live)
    .where(
        _live.c.kind.in_((bindparam("of_kind"), bindparam("of_pinned"))),
        _live.c.reference == bindparam("of_reference"),
        _live.c.refresh_at.is_(None),
    )
    .values(refresh_at=bindparam("due"))
)


def pinned_kind(kind: str) -> str:
    """The kind of live messages that are pinned and stand for all messages about something of a kind."""
    return f"{kind}_pinned"


async def tell(
    session: AsyncSession,
    *,
    kind: str,
    resident_id: int,
    reference: int,
    now: datetime,
    cause: str | None = None,
    params: dict[str, Any] | None = None,
    priority: int = 5,
    not_before: datetime | None = None,
    repeatable: bool = True,
    chat_id: int | None = None,
) -> None:
    """Queue one message to one resident; telling the same cause to the same person again does nothing.

    `cause` defaults to "<kind>:<reference>"; it must name the event, e.g. "milestone:12:50". `chat_id` sends it to a
    group instead, on behalf of the resident and in the language that `params` names as "language".
    """
    row = {
        "key": f"{cause or f'{kind}:{reference}'}:{resident_id if chat_id is None else chat_id}",
        "kind": kind,
        "resident_id": resident_id,
        "chat_id": chat_id,
        "reference": reference,
        "params": params or {},
        "priority": priority,
        "repeatable": repeatable,
        "not_before": not_before or now,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "created_at": now,
    }
    await session.execute(insert_ignoring(session, Delivery, [row]))


async def told_already(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """Which of these keys, each a cause and a person, have been told or wait to be."""
    found = await session.scalars(select(Delivery.key).where(Delivery.key.in_(keys)))
    return set(found.all())


async def note_told(
    session: AsyncSession, keys: Collection[str], *, kind: str, resident_id: int, reference: int, now: datetime
) -> None:
    """Note that causes are told within another message, so that none of them is told again by itself."""
    rows = [
        {
            "key": key,
            "kind": kind,
            "resident_id": resident_id,
            "reference": reference,
            "params": {},
            "not_before": now,
            "state": DeliveryState.SKIPPED,
            "attempts": 0,
            "created_at": now,
            "finished_at": now,
            "error": "said within another message",
        }
        for key in keys
    ]
    await session.execute(insert_ignoring(session, Delivery, rows))


async def tell_each(
    session: AsyncSession,
    recipients: Select[int],
    *,
    kind: str,
    reference: int,
    now: datetime,
    cause: str | None = None,
    params: dict[str, Any] | None = None,
    priority: int = 5,
    not_before: datetime | None = None,
    repeatable: bool = True,
) -> int:
    """Queue one message to every resident id that `recipients` selects, as one INSERT … SELECT.

    Returns how many rows were added.
    """
    people = recipients.subquery()
    person = people.c[0]
    values: Sequence[tuple[str, Any]] = (
        ("key", literal(f"{cause or f'{kind}:{reference}'}:") + person.cast(Delivery.key.type)),
        ("kind", literal(kind)),
        ("resident_id", person),
        ("reference", literal(reference)),
        ("params", literal(params or {}, Delivery.params.type)),
        ("priority", literal(priority)),
        ("repeatable", literal(repeatable)),
        ("not_before", literal(not_before or now, Delivery.not_before.type)),
        ("state", literal(DeliveryState.WAITING, Delivery.state.type)),
        ("attempts", literal(0)),
        ("created_at", literal(now, Delivery.created_at.type)),
    )
    source = select(*(value.label(name) for name, value in values)).select_from(people).where(person.is_not(None))
    result: Any = await session.execute(insert_select_ignoring(session, Delivery, [name for name, _ in values], source))
    return int(result.rowcount)


async def refresh(session: AsyncSession, *, kind: str, reference: int, now: datetime) -> None:
    """Mark every message that shows this as out of date; each is edited once, when its pace allows."""
    await session.execute(
        _OUT_OF_DATE, {"of_kind": kind, "of_pinned": pinned_kind(kind), "of_reference": reference, "due": now}
    )


async def keep_up_to_date(
    session: AsyncSession, *, kind: str, reference: int, inline_message_id: str, language: str, now: datetime
) -> None:
    """Keep a message that somebody sent through inline mode up to date from now on."""
    row = {
        "kind": kind,
        "reference": reference,
        "inline_message_id": inline_message_id,
        "language": language,
        "shown_hash": "",
        # Telegram may have offered the card some seconds ago, so it is brought up to date at once.
        "refresh_at": now,
        "shown_at": now,
    }
    await session.execute(insert_ignoring(session, LiveMessage, [row]))

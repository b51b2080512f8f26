"""Tables of the outbox: what is told to whom, messages kept up to date, the shared pace, the clock's work."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey


class DeliveryState(enum.Enum):
    """How far a delivery has come."""

    WAITING = "waiting"
    HELD = "held"
    """Its broadcast is paused; it waits again when that goes on."""
    CLAIMED = "claimed"
    """A sender has it until the lease ends; the call was surely not made yet."""
    SENDING = "sending"
    """The call was begun: after a crash it may or may not have arrived."""
    SENT = "sent"
    GATHERED = "gathered"
    """It is told in a digest, a delivery of its own that is due at its `not_before`."""
    SKIPPED = "skipped"
    """Nothing left to say when its turn came, or the person cannot be reached, or does not wish to hear of it."""
    FAILED = "failed"


class Delivery(Base):
    """One message to one person on the bot's own initiative."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("state NOT IN ('claimed', 'sending') OR leased_until IS NOT NULL", name="claimed_has_lease"),
        CheckConstraint("priority BETWEEN 0 AND 9", name="priority_known"),
        Index("ix_deliveries_due", "state", "priority", "not_before", "id"),
        Index("ix_deliveries_resident_id_finished_at", "resident_id", "finished_at"),
        Index("ix_deliveries_kind_reference_state", "kind", "reference", "state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Cause and person, e.g. "published:12:345": nobody is told the same thing twice."""
    kind: Mapped[str] = mapped_column(String(40))
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    chat_id: Mapped[int | None] = mapped_column(BigKey)
    """The group it goes to on behalf of the person; None: to the person."""
    reference: Mapped[int]
    """Number of what the message is about; its meaning is the kind's."""
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    priority: Mapped[int] = mapped_column(default=5)
    """0 goes first, 9 last."""
    repeatable: Mapped[bool] = mapped_column(default=True)
    """Whether a message that may or may not have arrived is sent again (a decision) or not (a broadcast)."""
    not_before: Mapped[datetime]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    message_id: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)


class LiveMessage(Base):
    """A message that shows something that moves, such as a petition's count; edited when it has moved.

    One row a message, so a hundred signatures in a second cost one edit.
    """

    __tablename__ = "live_messages"
    __table_args__ = (
        UniqueConstraint("chat_id", "message_id"),
        CheckConstraint(
            "(inline_message_id IS NULL) = (chat_id IS NOT NULL AND message_id IS NOT NULL)",
            name="one_address",
        ),
        Index("ix_live_messages_kind_reference", "kind", "reference"),
        Index("ix_live_messages_refresh_at", "refresh_at"),
        Index(
            "ix_live_messages_leased_until",
            "leased_until",
            sqlite_where=text("leased_until IS NOT NULL"),
            postgresql_where=text("leased_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """Names a renderer, e.g. "petition"."""
    reference: Mapped[int]
    """Id of what is shown."""
    chat_id: Mapped[int | None] = mapped_column(BigKey)
    message_id: Mapped[int | None] = mapped_column(BigKey)
    inline_message_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    """Whose private chat it is in; None in groups and inline messages."""
    language: Mapped[str] = mapped_column(String(2))
    shown_hash: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the text and buttons the message shows; an edit that would change nothing is not made."""
    refresh_at: Mapped[datetime | None]
    """When the message is to be edited next; None: it is up to date, or being edited right now."""
    shown_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    """Set while a worker edits it; a lease that ended was a dead worker's, and another one edits."""


class Budget(Base):
    """The pace all senders of one bot share: a token bucket in a single row."""

    __tablename__ = "budgets"

    bot_id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    counted_at: Mapped[datetime]
    paused_until: Mapped[datetime | None]
    """Set by a 429: nobody sends before it."""


class JobRun(Base):
    """That a scheduled job has run for a date (or another key); its key makes a second run do nothing."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    ran_at: Mapped[datetime]
    result: Mapped[str | None] = mapped_column(Text)

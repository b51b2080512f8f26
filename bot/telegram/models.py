"""Tables of the inbox: every update Telegram handed over, until its effect and its answer are done."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey


class InboxState(enum.Enum):
    """How far an update has come."""

    WAITING = "waiting"
    """Stored; its handler has not committed."""
    ANSWERING = "answering"
    """The effect is committed together with the answer, which is still to be sent."""
    DONE = "done"
    """Kept without its content for two days, so that a redelivered update is known."""
    SET_ASIDE = "set_aside"
    """Could not be parsed or kept failing; `doctor` shows it."""


class InboxUpdate(Base):
    """One update. `update_id` is Telegram's own, unique a bot."""

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint("state != 'answering' OR answer IS NOT NULL", name="answering_has_answer"),
        CheckConstraint("state != 'set_aside' OR error IS NOT NULL", name="set_aside_has_error"),
        Index("ix_inbox_state_update_id", "state", "update_id"),
    )

    bot_id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    update_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    chat_key: Mapped[int] = mapped_column(BigKey)
    """Updates with the same key are handled in order: the chat's id, or the person's where there is no
    chat."""
    state: Mapped[InboxState] = mapped_column(default=InboxState.WAITING)
    payload: Mapped[dict[str, Any] | None]
    answer: Mapped[list[Any] | None]
    """Bot API calls that answer the person, see `bot.telegram.answers`."""
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None]


class PollingOffset(Base):
    """The update to ask Telegram for next, moved in the transaction that stores the ones before it."""

    __tablename__ = "polling_offsets"

    bot_id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    next_update_id: Mapped[int]

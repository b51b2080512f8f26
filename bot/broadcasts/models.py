"""The table of broadcasts. Who got one is in the outbox."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey


class BroadcastState(enum.Enum):
    """How far a broadcast has come."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    DISCARDED = "discarded"


class Broadcast(Base):
    """One message to many. Its words are frozen once it is confirmed."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('running', 'paused', 'done') OR started_at IS NOT NULL", name="running_has_time"
        ),
        CheckConstraint("state != 'scheduled' OR starts_at IS NOT NULL", name="scheduled_has_time"),
        Index("ix_broadcasts_state_starts_at", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    state: Mapped[BroadcastState]
    version: Mapped[int] = mapped_column(default=1)
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Telegram HTML by language."""
    attachment: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{"kind": "photo" | "document", "file_id": …} or empty."""
    buttons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{"rows": [{"url": …, "words": {language: …}}]} or empty."""
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    urgent: Mapped[bool] = mapped_column(default=False)
    """Also to people who got another broadcast today."""
    counted: Mapped[int | None]
    """The number its owner was shown and typed."""
    starts_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

"""Tables of notifications: what people chose, and the places and topics they follow."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base
from bot.notifications.rules import Mode


def _mode(name: str) -> Enum:
    # Names of their own: a CHECK is named after the enum, and seven columns have the same one.
    return Enum(
        Mode,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=8,
        values_callable=lambda kind: [member.value for member in kind],
    )


class NotificationChoice(Base):
    """What one person chose; nobody has a row before the first choice. None in a column: as for everybody."""

    __tablename__ = "notification_choices"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_whole"),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour_of_day"),
        CheckConstraint("digest_weekday BETWEEN 0 AND 6", name="digest_weekday_of_week"),
    )

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    mine: Mapped[Mode | None] = mapped_column(_mode("mine_mode"))
    signed: Mapped[Mode | None] = mapped_column(_mode("signed_mode"))
    followed: Mapped[Mode | None] = mapped_column(_mode("followed_mode"))
    milestones: Mapped[Mode | None] = mapped_column(_mode("milestones_mode"))
    discussions: Mapped[Mode | None] = mapped_column(_mode("discussions_mode"))
    decisions: Mapped[Mode | None] = mapped_column(_mode("decisions_mode"))
    new: Mapped[Mode | None] = mapped_column(_mode("new_mode"))
    quiet_chosen: Mapped[bool] = mapped_column(default=False)
    """False: the hours that hold for everybody; True with empty hours: none at all."""
    quiet_from: Mapped[int | None]
    """Hour of the local day at which quiet begins."""
    quiet_until: Mapped[int | None]
    digest_hour: Mapped[int | None]
    digest_weekday: Mapped[int | None]
    """0 is Monday."""
    one_message: Mapped[bool] = mapped_column(default=False)
    """One message for each petition, kept up to date, instead of one for each event."""
    updated_at: Mapped[datetime]


class InterestKind(enum.Enum):
    """What one may follow besides petitions."""

    PLACE = "place"
    TOPIC = "topic"


class Interest(Base):
    """Somebody wants to hear of new petitions in a place (and all that lies in it), or on a topic."""

    __tablename__ = "interests"
    __table_args__ = (Index("ix_interests_resident_id", "resident_id"),)

    kind: Mapped[InterestKind] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    """A place's key; or a subject, or a shelf of subjects."""
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    since: Mapped[datetime]

"""Tables of the time after a decision: opinions of it, and reports whether it was carried out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey
from bot.petitions.follow_up.rules import Deed, PhotoState


class AnswerOpinion(Base):
    """Whether one signer thinks that a decision answers the question; one row a person, changeable."""

    __tablename__ = "answer_opinions"
    __table_args__ = (UniqueConstraint("petition_id", "resident_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    """None after the person had their data deleted; the answer stays as a count."""
    answers: Mapped[bool]
    why: Mapped[str | None] = mapped_column(String(400))
    """For the body and moderators only, without personal data."""
    at: Mapped[datetime]


class DeedReport(Base):
    """Whether one signer who lives there saw the promise kept; one row a person, changeable."""

    __tablename__ = "deed_reports"
    __table_args__ = (
        UniqueConstraint("petition_id", "resident_id"),
        CheckConstraint("(photo_id IS NULL) = (photo_state IS NULL)", name="photo_has_state"),
        Index("ix_deed_reports_photo_state", "photo_state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    deed: Mapped[Deed]
    photo_id: Mapped[str | None] = mapped_column(String(200))
    """Telegram's id of the photo; only staff see it until a moderator shows it to everybody."""
    photo_state: Mapped[PhotoState | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    at: Mapped[datetime]

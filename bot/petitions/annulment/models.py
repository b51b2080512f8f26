"""Table of what was seen in signing; `Annulment` stands with the signatures in `bot.petitions.models`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey
from bot.petitions.annulment.rules import Sign


class SigningFlag(Base):
    """A time in which one petition was signed in a way that a moderator should look at. Numbers only."""

    __tablename__ = "signing_flags"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_whole"),
        Index(
            "uq_signing_flags_open",
            "petition_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), index=True)
    sign: Mapped[Sign]
    signed_from: Mapped[datetime]
    signed_to: Mapped[datetime]
    """The end is not included; moves on while it goes on."""
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))

"""Table of appeals."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base
from bot.petitions.appeals.rules import AppealOutcome


class PetitionAppeal(Base):
    """The author's appeal against the rejection of a petition. The key allows one a petition, for good; the database
    refuses a decision by the moderator who rejected, or by the author."""

    __tablename__ = "petition_appeals"
    __table_args__ = (
        CheckConstraint(
            "decided_by IS NULL OR ((rejected_by IS NULL OR decided_by <> rejected_by) "
            "AND (author_id IS NULL OR decided_by <> author_id))",
            name="decided_by_another",
        ),
        CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name="decided_whole"),
        CheckConstraint("decided_at IS NULL OR filed_at IS NOT NULL", name="filed_first"),
    )

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    """None after the author had their data deleted."""
    why: Mapped[str] = mapped_column(String(300))
    rejected_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    reason_code: Mapped[str | None] = mapped_column(String(20))
    """The reason that is appealed against."""
    written_at: Mapped[datetime]
    filed_at: Mapped[datetime | None] = mapped_column(index=True)
    """None: written, not sent yet."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[AppealOutcome | None]

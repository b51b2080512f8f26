"""Table of readers' reports about petitions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey
from bot.petitions.reports.rules import ReportKind, ReportOutcome


class PetitionReport(Base):
    """One person's report about one petition.

    `reporter_key` is a keyed hash of petition and phone, so one phone reports a petition once, for good: who has
    been heard cannot hide it again.
    """

    __tablename__ = "petition_reports"
    __table_args__ = (
        UniqueConstraint("petition_id", "reporter_key"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_whole"),
        Index("ix_petition_reports_petition_id_closed_at", "petition_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    """None after the person had their data deleted."""
    reporter_key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[ReportKind]
    note: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[ReportOutcome | None]

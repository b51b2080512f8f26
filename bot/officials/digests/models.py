"""The table of officials' digests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class DigestSchedule(Base):
    """When one official's digest comes; nobody has a row before the first change."""

    __tablename__ = "digest_schedules"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_day"),
        CheckConstraint("weekdays BETWEEN 0 AND 127", name="weekdays_of_week"),
    )

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    hour: Mapped[int]
    """Of the local day."""
    weekdays: Mapped[int]
    """One bit a day, Monday's the lowest; 0: no digest."""
    tells_empty: Mapped[bool] = mapped_column(default=False)
    weekly: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime]

"""The table of wishes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey


class Wish(Base):
    """What somebody wrote in plain words, with their own say on whose matter it is; the last few of a person are kept,
    so that the buttons under them work."""

    __tablename__ = "wishes"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    unit_key: Mapped[str | None] = mapped_column(String(160))
    """Which of several units of one name the person means."""
    settled: Mapped[str | None] = mapped_column(String(20))
    """The person's answer to the one question: a body of the router, or "guess" for «I do not know»."""
    picked_body_key: Mapped[str | None] = mapped_column(String(180))
    """The body the person chose against the proposal."""

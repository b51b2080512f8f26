"""Table of administrative units, filled with the list that is shipped and by an operator's imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base
from bot.places.tree import Kind


class PlaceRow(Base):
    """One administrative unit; the meaning of the columns is `bot.places.tree.Place`'s."""

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint("population IS NULL OR population >= 0", name="population_counted"),
        Index("ix_places_parent_key", "parent_key"),
    )

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    kato: Mapped[str] = mapped_column(String(9), unique=True)
    kind: Mapped[Kind]
    parent_key: Mapped[str | None] = mapped_column(ForeignKey("places.key"))
    name_kk: Mapped[str] = mapped_column(String(160))
    name_ru: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(160))
    population: Mapped[int | None]
    population_year: Mapped[int | None]
    source_note: Mapped[str] = mapped_column(Text)
    aliases: Mapped[list[Any]]
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    imported_at: Mapped[datetime | None]
    """When an operator's workbook set the unit or its figure; None: as shipped."""

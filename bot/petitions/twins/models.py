"""The table by which similar petitions are found."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base

TRAIT_LENGTH = 60


class PetitionTrait(Base):
    """One trait of a petition's text with its weight; see `bot.petitions.twins.rules`.

    Rows are written in the transaction that opens or corrects the petition. One row of each petition is its seal: it
    says from which text, place and rules the others were made, so that what is out of date is found by comparing.
    """

    __tablename__ = "petition_traits"
    __table_args__ = (
        # Candidates are found in the index alone.
        Index("ix_petition_traits_trait_place_key", "trait", "place_key", "petition_id", "weight"),
    )

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True, autoincrement=False)
    trait: Mapped[str] = mapped_column(String(TRAIT_LENGTH), primary_key=True)
    place_key: Mapped[str] = mapped_column(String(160))
    """The petition's own, so that those of a place are found without looking at the others."""
    weight: Mapped[float]

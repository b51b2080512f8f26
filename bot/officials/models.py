"""Tables of the body's work on petitions: desks, absences, drafts, announcements, decisions, bound group chats."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey, append_only
from bot.officials.rules import AnnouncementKind, DraftKind
from bot.petitions.rules import Outcome

_OPEN_ABSENCE = text("ended_at IS NULL")
_OPEN_DRAFT = text("closed_at IS NULL")
_BOUND = text("unbound_at IS NULL")


class Desk(Base):
    """How an official signs at work, for colleagues only."""

    __tablename__ = "desks"

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Absence(Base):
    """That an official is away until the end of a day, and who stands in."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("resident_id != deputy_id", name="deputy_is_another"),
        Index(
            "uq_absences_open",
            "resident_id",
            unique=True,
            sqlite_where=_OPEN_ABSENCE,
            postgresql_where=_OPEN_ABSENCE,
        ),
        Index("ix_absences_deputy_id", "deputy_id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    until: Mapped[date]
    """The last day away, local time."""
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Announcement(Base):
    """The public discussion or the working group of a petition (art. 90-5(2)). Rows are only ever added: the newest of
    a kind holds."""

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), index=True)
    kind: Mapped[AnnouncementKind]
    body_key: Mapped[str] = mapped_column(String(180))
    by_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    """When the discussion is."""
    words: Mapped[str] = mapped_column(Text)
    """Where it is, a place or a link; or who is in the working group."""


class OfficialDraft(Base):
    """What officials of a body are writing about a petition, saved at each answer.

    `version` moves with every answer, so an old button is known. One of a kind is open for a petition.
    """

    __tablename__ = "official_drafts"
    __table_args__ = (
        Index(
            "uq_official_drafts_open",
            "petition_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN_DRAFT,
            postgresql_where=_OPEN_DRAFT,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"))
    kind: Mapped[DraftKind]
    version: Mapped[int] = mapped_column(default=1)
    editor_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    """Who wrote in it last."""
    outcome: Mapped[Outcome | None]
    held_at: Mapped[datetime | None]
    words: Mapped[str | None] = mapped_column(Text)
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Language -> part -> words, of a decision."""
    documents: Mapped[list[Any]] = mapped_column(default=list)
    """Documents of a decision: kind, file_id, unique_id, name, size."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When it was published or thrown away."""

    @property
    def is_begun(self) -> bool:
        """Whether anything is in it; one that was only opened is no work yet."""
        return bool(self.outcome or self.held_at or self.words or any(self.texts.values()) or self.documents)


class Decision(Base):
    """One published version of a body's decision (art. 90-6). Rows are only ever added: the newest version holds."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("petition_id", "version"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"))
    version: Mapped[int]
    """1 is the decision, later ones are its corrections."""
    outcome: Mapped[Outcome]
    body_key: Mapped[str] = mapped_column(String(180))
    by_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    at: Mapped[datetime]
    appeal_until: Mapped[date]
    """The last day of the term for a complaint (art. 92(1))."""


class DecisionText(Base):
    """A version of a decision in one language. Rows are only ever added."""

    __tablename__ = "decision_texts"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    summary: Mapped[str] = mapped_column(Text)
    reasons: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    law: Mapped[str] = mapped_column(Text)
    appeal: Mapped[str] = mapped_column(Text)
    """The right of appeal, in the words it was explained in."""
    note: Mapped[str | None] = mapped_column(Text)
    """What a correction changed."""


class DecisionDocument(Base):
    """A document of a version of a decision, kept by Telegram. Rows are only ever added."""

    __tablename__ = "decision_documents"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """"photo" or "document"."""
    file_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]


class GroupInbox(Base):
    """A group chat in which the petitions of a body appear. Proposed in the group, bound in private."""

    __tablename__ = "group_inboxes"
    __table_args__ = (
        CheckConstraint("(bound_at IS NULL) = (body_key IS NULL)", name="bound_to_body"),
        Index("uq_group_inboxes_chat", "chat_id", unique=True, sqlite_where=_BOUND, postgresql_where=_BOUND),
        Index("ix_group_inboxes_body_key", "body_key"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigKey)
    title: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    """What the cards there are written in."""
    body_key: Mapped[str | None] = mapped_column(String(180))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    proposed_at: Mapped[datetime]
    bound_at: Mapped[datetime | None]
    unbound_at: Mapped[datetime | None]


append_only(Announcement)
append_only(Decision)
append_only(DecisionText)
append_only(DecisionDocument)

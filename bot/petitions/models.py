"""Tables of petitions: drafts, petitions and their history, signatures, followers, reasons of rejection."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey, append_only
from bot.petitions.rules import DraftStep, Outcome, State

# An annulled signature counts no more, but its phone cannot sign the petition again.
_STANDING = text("withdrawn_at IS NULL OR annulment_id IS NOT NULL")


class Draft(Base):
    """A petition being written. It outlives restarts; `version` moves with every answer, so an old button is known."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    step: Mapped[DraftStep]
    version: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str | None] = mapped_column(String(140))
    ask: Mapped[str | None] = mapped_column(String(500))
    why: Mapped[str | None] = mapped_column(String(3000))
    place_key: Mapped[str | None] = mapped_column(String(160))
    body_key: Mapped[str | None] = mapped_column(String(180))
    suggested_body_key: Mapped[str | None] = mapped_column(String(180))
    """What the router proposed for the text as it was when the author chose; None when nothing was clear."""
    warned: Mapped[bool] = mapped_column(default=False)
    """The author has seen the warning that the subject may be forbidden and goes on."""
    petition_id: Mapped[int | None] = mapped_column(ForeignKey("petitions.id"))
    """Set when the draft corrects a petition that a moderator returned."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Petition(Base):
    """A petition from the moment its author opened it for supporters.

    Text and rules are frozen with the author's own first signature: `text_hash` is the SHA-256 of the text as signed.
    Every number of the law that applied is copied here with its article, so a later change of the law does not
    change a running petition.
    """

    __tablename__ = "petitions"
    __table_args__ = (
        CheckConstraint("signature_count >= 0", name="count_not_negative"),
        CheckConstraint("length(title) > 0 AND length(ask) > 0", name="text_present"),
        CheckConstraint(
            "state NOT IN ('published', 'supported', 'sent', 'considering', 'decided', 'expired') "
            "OR (published_at IS NOT NULL AND closes_on IS NOT NULL)",
            name="published_has_dates",
        ),
        CheckConstraint("state != 'gathering' OR supporters_by IS NOT NULL", name="gathering_has_date"),
        CheckConstraint("state != 'moderation' OR moderation_due IS NOT NULL", name="moderation_has_date"),
        CheckConstraint(
            "state NOT IN ('supported', 'sent', 'considering', 'decided') OR supported_at IS NOT NULL",
            name="supported_has_time",
        ),
        CheckConstraint("state NOT IN ('sent', 'considering', 'decided') OR sent_at IS NOT NULL", name="sent_has_time"),
        CheckConstraint("state NOT IN ('considering', 'decided') OR due_on IS NOT NULL", name="considering_has_due"),
        CheckConstraint(
            "state != 'decided' OR (decided_at IS NOT NULL AND outcome IS NOT NULL)",
            name="decided_has_outcome",
        ),
        CheckConstraint("state != 'rejected' OR reason_code IS NOT NULL", name="rejected_has_reason"),
        CheckConstraint("state != 'returned' OR comment IS NOT NULL", name="returned_has_comment"),
        CheckConstraint("twin_id IS NULL OR (twin_id != id AND state IN ('withdrawn', 'rejected'))", name="twin_fits"),
        CheckConstraint(
            "state NOT IN ('rejected', 'lapsed', 'withdrawn', 'expired') OR ended_at IS NOT NULL",
            name="ended_has_time",
        ),
        CheckConstraint(
            "hidden_since IS NULL OR state IN ('published', 'supported', 'rejected')", name="hidden_was_public"
        ),
        Index("ix_petitions_state_closes_on", "state", "closes_on"),
        Index("ix_petitions_place_key_state", "place_key", "state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    """Also the number people see: № 12."""
    access_key: Mapped[str] = mapped_column(String(16))
    """Part of the direct link while the petition is not public yet."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    state: Mapped[State] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    """Moves with every change of state and every step of the body; a staff button made for an older one is out of
    date."""

    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(140))
    ask: Mapped[str] = mapped_column(String(500))
    why: Mapped[str] = mapped_column(Text, default="")
    text_version: Mapped[int] = mapped_column(default=1)
    """Moves only when the author corrects the text at a moderator's wish; every version is kept in `PetitionText`."""
    text_hash: Mapped[str] = mapped_column(String(64))

    place_key: Mapped[str] = mapped_column(String(160))
    body_key: Mapped[str] = mapped_column(String(180), index=True)
    suggested_body_key: Mapped[str | None] = mapped_column(String(180))
    """What the router proposed when the author chose `body_key`."""
    subject: Mapped[str | None] = mapped_column(String(60), index=True)
    """What it is about: a subject of `bot/routing/data/subjects.toml`; None when the router sees none."""

    rules_from: Mapped[date]
    """valid-from date of the rule set in `bot/law/data` that applies to this petition."""
    supporters_needed: Mapped[int]
    threshold_votes: Mapped[int | None]
    """None: the population is not known, so no threshold is computed."""
    threshold_article: Mapped[str] = mapped_column(String(60))
    threshold_key: Mapped[str] = mapped_column(String(2))
    population: Mapped[int | None]
    population_year: Mapped[int | None]

    signature_count: Mapped[int] = mapped_column(default=0)
    """Moved in the transaction that adds or withdraws a signature; re-counted nightly."""
    milestone: Mapped[int] = mapped_column(default=0)
    """The largest count a milestone message was queued for."""

    opened_at: Mapped[datetime]
    supporters_by: Mapped[date | None]
    moderation_since: Mapped[datetime | None]
    moderation_due: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    closes_on: Mapped[date | None]
    """The last day of signing, local time; signing ends when it is over."""
    hidden_since: Mapped[datetime | None] = mapped_column(index=True)
    """While it was public and is out of sight: reported and under review, or rejected afterwards. Signing rests, and
    the days lost are given back."""
    supported_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    answer: Mapped[str | None] = mapped_column(Text)

    reason_code: Mapped[str | None] = mapped_column(String(20))
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("petitions.id"), index=True)
    """The petition for which its author retired this one, or which a moderator says it repeats."""
    comment: Mapped[str | None] = mapped_column(Text)
    """The moderator's words to the author."""
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    locked_until: Mapped[datetime | None]
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    """The official of the body who works on it; None: all of them."""


class PetitionText(Base):
    """One version of a petition's text, as people signed it. Rows are only ever added."""

    __tablename__ = "petition_texts"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(140))
    ask: Mapped[str] = mapped_column(String(500))
    why: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class PetitionEvent(Base):
    """One change of a petition's state: who, why, under which article. Rows are only ever added."""

    __tablename__ = "petition_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    source: Mapped[State | None] = mapped_column(
        # A name of its own: the CHECK is named after the enum, and `target` has the same one.
        Enum(
            State,
            name="source_state",
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda kind: [member.value for member in kind],
        )
    )
    target: Mapped[State]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    """None: the clock did it."""
    article: Mapped[str] = mapped_column(String(60))
    body_key: Mapped[str | None] = mapped_column(String(180))
    """The body it is addressed to after the change; None in rows older than the column."""
    reason_code: Mapped[str | None] = mapped_column(String(20))
    """The reason of a rejection."""
    note: Mapped[str | None] = mapped_column(Text)


append_only(PetitionText)
append_only(PetitionEvent)


class Signature(Base):
    """One person's signature under one petition. Rows are only ever added, withdrawn or made anonymous.

    `signer_key` is a keyed hash of petition and phone: one phone signs a petition once, even from a new account or
    after its owner had everything deleted, and two petitions' signers cannot be matched without the pepper.
    """

    __tablename__ = "signatures"
    __table_args__ = (
        Index(
            "uq_signatures_standing",
            "petition_id",
            "signer_key",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index("ix_signatures_petition_id_signed_at", "petition_id", "signed_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    """None after the person had their data deleted; the signature stays as a count."""
    signer_key: Mapped[str] = mapped_column(String(64))
    text_version: Mapped[int] = mapped_column(default=1)
    """Which version of the text was signed."""
    receipt: Mapped[str] = mapped_column(String(16), unique=True)
    signed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    annulment_id: Mapped[int | None] = mapped_column(ForeignKey("annulments.id"), index=True)
    """Set, together with `withdrawn_at`, when a moderator judged the signature invalid; see `Annulment`."""


class Annulment(Base):
    """Signatures of one petition that a moderator judged invalid, all at once."""

    __tablename__ = "annulments"
    __table_args__ = (
        CheckConstraint("signatures > 0", name="annuls_something"),
        CheckConstraint("undone_at IS NULL OR cleared_at IS NULL", name="one_end"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undoing_whole"),
        CheckConstraint("(cleared_at IS NULL) = (cleared_by IS NULL)", name="clearing_whole"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    made_at: Mapped[datetime]
    ground: Mapped[str] = mapped_column(String(20))
    """A `bot.petitions.annulment.rules.Ground`."""
    signed_from: Mapped[datetime]
    signed_to: Mapped[datetime]
    """The span of signing times, the end not included."""
    younger_than_minutes: Mapped[int | None]
    """Only those whose account was younger when it signed; None: all in the span."""
    signatures: Mapped[int]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    cleared_at: Mapped[datetime | None]
    """From then on the phones may sign anew; the annulled signatures stay uncounted."""
    cleared_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))


class Follow(Base):
    """A resident follows a petition."""

    __tablename__ = "follows"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True, index=True)
    since: Mapped[datetime]


class RejectionReason(Base):
    """A reason a moderator may give, in three languages; editable by admins."""

    __tablename__ = "rejection_reasons"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    text_kk: Mapped[str] = mapped_column(Text)
    text_ru: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    article: Mapped[str] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(default=True)
    pending: Mapped[dict[str, Any] | None]
    """Words an admin has written and not confirmed yet: part, text, by whom."""

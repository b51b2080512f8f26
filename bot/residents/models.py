"""Tables of people: residents, their consents and roles, invitations, and the audit trail."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, BigKey, append_only


class Role(enum.Enum):
    """What somebody may do besides what every resident may."""

    MODERATOR = "moderator"
    OFFICIAL = "official"
    ADMIN = "admin"


class Resident(Base):
    """A person who wrote to the bot. After erasure the row stays as an empty shell without Telegram id or phone."""

    __tablename__ = "residents"
    __table_args__ = (
        CheckConstraint("(phone_hash IS NULL) = (phone_confirmed_at IS NULL)", name="phone_whole"),
        CheckConstraint("erased_at IS NULL OR (telegram_id IS NULL AND phone_hash IS NULL)", name="erased_is_empty"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(BigKey, unique=True)
    language: Mapped[str] = mapped_column(String(2))
    language_chosen: Mapped[bool] = mapped_column(default=False)
    """False while the language is only what the Telegram client said."""
    place_key: Mapped[str | None] = mapped_column(String(160))
    phone_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """HMAC-SHA256 of the E.164 number under the pepper, in hex; the number itself is never stored."""
    phone_confirmed_at: Mapped[datetime | None]
    citizen_stated_at: Mapped[datetime | None]
    """When the person stated to be a citizen of Kazakhstan (art. 90-2(1) of the Code speaks of citizens)."""
    expecting: Mapped[str | None] = mapped_column(String(80))
    """What the person's next plain text means, e.g. "place" or "draft:17:3"; None: a wish."""
    last_words: Mapped[str | None] = mapped_column(Text)
    """What the person last searched for or wished, so that the next pages and "start a petition with this" work."""
    last_list: Mapped[str | None] = mapped_column(String(24))
    """The list the person last looked at, e.g. "new.2": where Back leads from a card."""
    last_filters: Mapped[dict[str, Any] | None]
    """What the found petitions are narrowed to, e.g. {"place": "kz-almaty-city"}."""
    screen_message_id: Mapped[int | None]
    """The private-chat message that is edited in place."""
    agrees_to_surveys: Mapped[bool | None]
    """Whether the person wishes to be asked in surveys; None: never said. Who said no is never asked."""
    unreachable_since: Mapped[datetime | None]
    """Set when Telegram answers 403 (the bot is blocked); cleared when the person writes again."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Consent(Base):
    """That a person agreed to a version of the consent text, and until when. Rows are only ever added or closed."""

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "uq_consents_open",
            "resident_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    text_sha256: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role somebody holds; an official's role is for one body. Revoked grants are kept."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint("(role = 'official') = (body_key IS NOT NULL)", name="official_has_body"),
        Index(
            "uq_role_grants_open",
            "resident_id",
            "role",
            text("coalesce(body_key, '')"),
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    role: Mapped[Role]
    body_key: Mapped[str | None] = mapped_column(String(180))
    is_head: Mapped[bool] = mapped_column(default=False)
    """An official who leads the body and hears of what its clerks let lie."""
    stands_in_for: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    """The absent official whose deputy holds the role meanwhile; None: it is the person's own."""
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Invitation(Base):
    """A one-time link that gives a role. Only the SHA-256 of its token is stored."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name="use_whole"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role]
    body_key: Mapped[str | None] = mapped_column(String(180))
    is_head: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    used_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class AuditEntry(Base):
    """What staff did. Rows are only ever added; a database trigger refuses changes."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    """What it was done to, e.g. "petition:12"."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


append_only(AuditEntry)

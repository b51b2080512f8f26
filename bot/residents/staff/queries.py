"""What an admin's screens show: who holds a role, open invitations, the audit trail, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.residents.models import AuditEntry, Consent, Invitation, Resident, Role, RoleGrant

Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Member:
    """One standing role of one person."""

    grant_id: int
    resident_id: int
    telegram_id: int | None
    role: Role
    body_key: str | None
    since: datetime
    is_head: bool = False
    stands_in: bool = False
    """Only for the time somebody is away."""


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that still works."""

    id: int
    role: Role
    body_key: str | None
    expires_at: datetime
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing somebody did."""

    at: datetime
    actor_id: int | None
    action: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row_co]):
    """A part of a list; `number` counts pages from 0, `total` rows of the whole list."""

    rows: tuple[Row_co, ...]
    number: int
    total: int
    size: int

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(0, (self.total - 1) // self.size)


@dataclass(frozen=True, slots=True)
class PeopleCounted:
    """How many people there are, by what they may do."""

    people: int
    confirmed: int
    unreachable: int
    moderators: int
    officials: int


async def members(session: AsyncSession, page: int, size: int) -> Page[Member]:
    """Standing roles given by invitation, newest first."""
    standing = RoleGrant.revoked_at.is_(None)
    total = int(await session.scalar(select(func.count()).select_from(RoleGrant).where(standing)) or 0)
    number = _within(page, total, size)
    found = await session.execute(
        select(
            RoleGrant.id,
            RoleGrant.resident_id,
            Resident.telegram_id,
            RoleGrant.role,
            RoleGrant.body_key,
            RoleGrant.granted_at,
            RoleGrant.is_head,
            RoleGrant.stands_in_for.is_not(None),
        )
        .join(Resident, Resident.id == RoleGrant.resident_id)
        .where(standing)
        .order_by(RoleGrant.id.desc())
        .limit(size)
        .offset(number * size)
    )
    return Page(tuple(Member(*row) for row in found.all()), number, total, size)


async def member(session: AsyncSession, grant_id: int) -> Member | None:
    """One standing role; None when it has ended."""
    found = (
        await session.execute(
            select(
                RoleGrant.id,
                RoleGrant.resident_id,
                Resident.telegram_id,
                RoleGrant.role,
                RoleGrant.body_key,
                RoleGrant.granted_at,
                RoleGrant.is_head,
                RoleGrant.stands_in_for.is_not(None),
            )
            .join(Resident, Resident.id == RoleGrant.resident_id)
            .where(RoleGrant.id == grant_id, RoleGrant.revoked_at.is_(None))
        )
    ).one_or_none()
    return None if found is None else Member(*found)


async def open_invitations(session: AsyncSession, page: int, size: int, now: datetime) -> Page[OpenInvitation]:
    """Invitations nobody used, cancelled or let run out, newest first."""
    is_open = (
        Invitation.used_by.is_(None),
        Invitation.cancelled_at.is_(None),
        Invitation.expires_at > now,
    )
    total = int(await session.scalar(select(func.count()).select_from(Invitation).where(*is_open)) or 0)
    number = _within(page, total, size)
    found = await session.execute(
        select(Invitation.id, Invitation.role, Invitation.body_key, Invitation.expires_at, Invitation.is_head)
        .where(*is_open)
        .order_by(Invitation.id.desc())
        .limit(size)
        .offset(number * size)
    )
    return Page(tuple(OpenInvitation(*row) for row in found.all()), number, total, size)


async def audit_page(session: AsyncSession, page: int, size: int) -> Page[AuditLine]:
    """What was done, newest first."""
    total = int(await session.scalar(select(func.count()).select_from(AuditEntry)) or 0)
    number = _within(page, total, size)
    found = await session.execute(
        select(AuditEntry.at, AuditEntry.actor_id, AuditEntry.action, AuditEntry.subject, AuditEntry.details)
        .order_by(AuditEntry.id.desc())
        .limit(size)
        .offset(number * size)
    )
    return Page(tuple(AuditLine(*row) for row in found.all()), number, total, size)


async def people_counted(session: AsyncSession) -> PeopleCounted:
    """The numbers of people, without those who had themselves deleted."""
    here = Resident.erased_at.is_(None)
    consented = select(Consent.id).where(Consent.resident_id == Resident.id, Consent.withdrawn_at.is_(None)).exists()

    async def count(*conditions: Any) -> int:
        return int(await session.scalar(select(func.count()).select_from(Resident).where(*conditions)) or 0)

    async def holding(role: Role) -> int:
        held = select(func.count(RoleGrant.resident_id.distinct())).where(
            RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
        )
        return int(await session.scalar(held) or 0)

    return PeopleCounted(
        people=await count(here),
        confirmed=await count(
            here, Resident.phone_hash.is_not(None), Resident.citizen_stated_at.is_not(None), consented
        ),
        unreachable=await count(here, Resident.unreachable_since.is_not(None)),
        moderators=await holding(Role.MODERATOR),
        officials=await holding(Role.OFFICIAL),
    )


def _within(page: int, total: int, size: int) -> int:
    return min(max(page, 0), max(0, (total - 1) // size))

"""Use cases on roles: inviting, accepting, revoking, and writing down what staff did."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.delivery.outbox import tell
from bot.residents.models import AuditEntry, Invitation, Resident, Role, RoleGrant
from bot.residents.rules import INVITATION_TERM, new_token, token_hash

# Asked at every update. A statement on the table, built once, costs a third of one that is built on the model each
# time.
_grants: Final = cast(Table, RoleGrant.__table__)
_HELD: Final = (
    select(_grants.c.role, _grants.c.body_key)
    .where(_grants.c.resident_id == bindparam("whose"), _grants.c.revoked_at.is_(None))
    .order_by(_grants.c.id)
)


class InvitationState(enum.Enum):
    """What an invitation link still does for the person who opened it."""

    OPEN = "open"
    HELD = "held"
    """The person has this role already; the link stays unused."""
    YOURS = "yours"
    """The person accepted it before."""
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OpenedInvitation:
    """An invitation link as it looks to the person who opened it; role and body are known unless it is UNKNOWN."""

    state: InvitationState
    role: Role | None = None
    body_key: str | None = None
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class MadeInvitation:
    """A fresh invitation. The token is known only now."""

    token: str
    role: Role
    body_key: str | None
    expires_at: datetime
    is_head: bool = False


class Staff:
    """Roles and how people get and lose them. Admins named in the settings always are admins."""

    def __init__(self, admins: frozenset[int]) -> None:
        self.admins = admins

    async def roles_of(self, session: AsyncSession, resident: Resident) -> tuple[frozenset[Role], tuple[str, ...]]:
        """The roles somebody holds and, for an official, the keys of the bodies spoken for."""
        grants = (await session.execute(_HELD, {"whose": resident.id})).all()
        roles = {role for role, _ in grants}
        if resident.telegram_id is not None and resident.telegram_id in self.admins:
            roles.add(Role.ADMIN)
        return frozenset(roles), tuple(body_key for _, body_key in grants if body_key is not None)

    async def holders(self, session: AsyncSession, role: Role, body_key: str | None = None) -> list[int]:
        """Ids of the residents who hold a role, for one body where `body_key` is given."""
        wanted = select(RoleGrant.resident_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
        if body_key is not None:
            wanted = wanted.where(RoleGrant.body_key == body_key)
        found = set((await session.scalars(wanted)).all())
        if role is Role.ADMIN and self.admins:
            found |= set(
                (await session.scalars(select(Resident.id).where(Resident.telegram_id.in_(self.admins)))).all()
            )
        return sorted(found)

    async def audit(
        self,
        session: AsyncSession,
        *,
        actor_id: int | None,
        action: str,
        subject: str,
        details: dict[str, Any] | None = None,
        now: datetime,
    ) -> None:
        """Write down what somebody did. `details` holds ids and codes, never names, numbers or texts of people."""
        session.add(AuditEntry(at=now, actor_id=actor_id, action=action, subject=subject, details=details or {}))
        await session.flush()

    async def invite(
        self,
        session: AsyncSession,
        maker: Resident,
        role: Role,
        body_key: str | None,
        now: datetime,
        *,
        is_head: bool = False,
    ) -> MadeInvitation:
        """Make a one-time link for a role; an official's is for one body, which `is_head` leads."""
        if (role is Role.OFFICIAL) != (body_key is not None):
            raise ValueError(f"an official, and nobody else, is invited for a body: {role.value}, {body_key!r}")
        token = new_token()
        row = Invitation(
            token_hash=token_hash(token),
            role=role,
            body_key=body_key,
            is_head=is_head,
            made_by=maker.id,
            made_at=now,
            expires_at=now + INVITATION_TERM,
        )
        session.add(row)
        await session.flush()
        await self.audit(
            session,
            actor_id=maker.id,
            action="invitation_made",
            subject=f"invitation:{row.id}",
            details={"role": role.value, "body": body_key, **({"head": True} if is_head else {})},
            now=now,
        )
        return MadeInvitation(token, role, body_key, row.expires_at, is_head)

    async def cancel_invitation(
        self, session: AsyncSession, actor: Resident, invitation_id: int, now: datetime
    ) -> bool:
        """Make an invitation unusable. False when it is used, cancelled or unknown already."""
        done: Any = await session.execute(
            update(Invitation)
            .where(
                Invitation.id == invitation_id,
                Invitation.used_by.is_(None),
                Invitation.cancelled_at.is_(None),
            )
            .values(cancelled_at=now)
            .execution_options(synchronize_session=False)
        )
        if not done.rowcount:
            return False
        await self.audit(
            session,
            actor_id=actor.id,
            action="invitation_cancelled",
            subject=f"invitation:{invitation_id}",
            now=now,
        )
        return True

    async def opened(self, session: AsyncSession, token: str, resident: Resident, now: datetime) -> OpenedInvitation:
        """What an invitation link does for this person now."""
        row = await self._invitation(session, token)
        if row is None:
            return OpenedInvitation(InvitationState.UNKNOWN)
        return OpenedInvitation(await self._state(session, row, resident, now), row.role, row.body_key, row.is_head)

    async def accept(self, session: AsyncSession, token: str, resident: Resident, now: datetime) -> OpenedInvitation:
        """Take the role an invitation gives; the answer's state is OPEN when it was this call that took it.

        Two people may open the same link at the same moment. The update decides: it finds the row unused
        for one of them only, because the other waits for the row and then no longer matches.
        """
        row = await self._invitation(session, token)
        if row is None:
            return OpenedInvitation(InvitationState.UNKNOWN)
        state = await self._state(session, row, resident, now)
        if state is InvitationState.OPEN:
            taken: Any = await session.execute(
                update(Invitation)
                .where(Invitation.id == row.id, Invitation.used_by.is_(None), Invitation.cancelled_at.is_(None))
                .values(used_by=resident.id, used_at=now)
                .execution_options(synchronize_session=False)
            )
            if taken.rowcount:
                await self._grant(session, row, resident, now)
            else:
                await session.refresh(row)
                state = await self._state(session, row, resident, now)
        return OpenedInvitation(state, row.role, row.body_key, row.is_head)

    async def stand_in(self, session: AsyncSession, absent: Resident, deputy_id: int, now: datetime) -> int:
        """Let a deputy act for the bodies of somebody who goes away. Returns for how many it could not before."""
        own = await session.scalars(
            select(RoleGrant).where(
                RoleGrant.resident_id == absent.id,
                RoleGrant.role == Role.OFFICIAL,
                RoleGrant.revoked_at.is_(None),
                RoleGrant.stands_in_for.is_(None),
            )
        )
        given = 0
        for grant in own.all():
            lent = {
                "resident_id": deputy_id,
                "role": Role.OFFICIAL,
                "body_key": grant.body_key,
                "stands_in_for": absent.id,
                "granted_by": absent.id,
                "granted_at": now,
            }
            added = await session.execute(insert_ignoring(session, RoleGrant, [lent]).returning(RoleGrant.id))
            given += added.first() is not None
        return given

    async def end_stand_ins(self, session: AsyncSession, absent_id: int, now: datetime) -> None:
        """Take back what a deputy was lent."""
        await session.execute(
            update(RoleGrant)
            .where(RoleGrant.stands_in_for == absent_id, RoleGrant.revoked_at.is_(None))
            .values(revoked_at=now)
            .execution_options(synchronize_session=False)
        )

    async def revoke(self, session: AsyncSession, actor: Resident, grant_id: int, now: datetime) -> RoleGrant | None:
        """End a role; its holder is told. None when it had ended already."""
        grant = await session.get(RoleGrant, grant_id)
        if grant is None or not await self._end(session, grant, actor.id, now):
            return None
        await tell(
            session,
            kind="role_ended",
            resident_id=grant.resident_id,
            reference=grant.id,
            now=now,
            params={"role": grant.role.value, "body": grant.body_key},
        )
        return grant

    async def leave_all(self, session: AsyncSession, resident: Resident, now: datetime) -> None:
        """End every role of somebody who goes, and the invitations still open in their name."""
        grants = await session.scalars(
            select(RoleGrant).where(RoleGrant.resident_id == resident.id, RoleGrant.revoked_at.is_(None))
        )
        for grant in grants.all():
            await self._end(session, grant, resident.id, now)
        invitations = await session.scalars(
            select(Invitation.id).where(
                Invitation.made_by == resident.id,
                Invitation.used_by.is_(None),
                Invitation.cancelled_at.is_(None),
            )
        )
        for invitation_id in invitations.all():
            await self.cancel_invitation(session, resident, invitation_id, now)

    async def _end(self, session: AsyncSession, grant: RoleGrant, actor_id: int, now: datetime) -> bool:
        ended: Any = await session.execute(
            update(RoleGrant)
            .where(RoleGrant.id == grant.id, RoleGrant.revoked_at.is_(None))
            .values(revoked_at=now)
            .execution_options(synchronize_session=False)
        )
        if not ended.rowcount:
            return False
        await session.refresh(grant)
        # What somebody no longer holds nobody can hold for them.
        await session.execute(
            update(RoleGrant)
            .where(
                RoleGrant.stands_in_for == grant.resident_id,
                RoleGrant.body_key == grant.body_key,
                RoleGrant.revoked_at.is_(None),
            )
            .values(revoked_at=now)
            .execution_options(synchronize_session=False)
        )
        await self.audit(
            session,
            actor_id=actor_id,
            action="role_ended",
            subject=f"resident:{grant.resident_id}",
            details={"role": grant.role.value, "body": grant.body_key},
            now=now,
        )
        return True

    async def _invitation(self, session: AsyncSession, token: str) -> Invitation | None:
        return await session.scalar(
            select(Invitation)
            .where(Invitation.token_hash == token_hash(token))
            .execution_options(populate_existing=True)
        )

    async def _state(
        self, session: AsyncSession, row: Invitation, resident: Resident, now: datetime
    ) -> InvitationState:
        if row.used_by is not None:
            return InvitationState.YOURS if row.used_by == resident.id else InvitationState.USED
        if row.cancelled_at is not None:
            return InvitationState.CANCELLED
        if row.expires_at <= now:
            return InvitationState.EXPIRED
        held = await session.scalar(
            select(RoleGrant.id).where(
                RoleGrant.resident_id == resident.id,
                RoleGrant.role == row.role,
                RoleGrant.body_key == row.body_key if row.body_key else RoleGrant.body_key.is_(None),
                RoleGrant.revoked_at.is_(None),
                # A deputy may be given the role for good, and an official may come to lead the body.
                RoleGrant.stands_in_for.is_(None),
                RoleGrant.is_head.is_(True) if row.is_head else RoleGrant.is_head.is_not(None),
            )
        )
        return InvitationState.HELD if held is not None else InvitationState.OPEN

    async def _grant(self, session: AsyncSession, row: Invitation, resident: Resident, now: datetime) -> None:
        # Two invitations for the same role may be accepted at once; the second then grants nothing new.
        grant = {
            "resident_id": resident.id,
            "role": row.role,
            "body_key": row.body_key,
            "is_head": row.is_head,
            "granted_by": row.made_by,
            "granted_at": now,
        }
        added = await session.execute(insert_ignoring(session, RoleGrant, [grant]).returning(RoleGrant.id))
        if added.first() is None and row.body_key is not None:
            await session.execute(
                update(RoleGrant)
                .where(
                    RoleGrant.resident_id == resident.id,
                    RoleGrant.body_key == row.body_key,
                    RoleGrant.revoked_at.is_(None),
                )
                .values(stands_in_for=None, **({"is_head": True} if row.is_head else {}))
                .execution_options(synchronize_session=False)
            )
        await self.audit(
            session,
            actor_id=resident.id,
            action="role_accepted",
            subject=f"resident:{resident.id}",
            details={"role": row.role.value, "body": row.body_key, "invitation": row.id},
            now=now,
        )

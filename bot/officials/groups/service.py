"""Binding a group chat to the inbox of a body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import Delivery
from bot.delivery.outbox import tell
from bot.officials.models import GroupInbox
from bot.officials.queries import group_of_chat
from bot.residents.models import Resident
from bot.residents.staff.service import Staff


class BoundAlready(ValueError):
    """The chat belongs to another body; `args[0]` is its key."""


class NoSuchGroup(LookupError):
    """The binding was proposed by somebody else, is over, or never was."""


class Groups:
    """Use cases of officials and their group chats."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff

    async def propose(
        self, session: AsyncSession, chat_id: int, title: str, official: Resident, now: datetime
    ) -> GroupInbox:
        """Note that an official wants a chat to be bound; it is, once the official says so in private.

        Raises:
            BoundAlready: it is bound to a body.
        """
        row = await group_of_chat(session, chat_id)
        if row is not None and row.body_key is not None:
            raise BoundAlready(row.body_key)
        if row is None:
            row = GroupInbox(
                chat_id=chat_id, title="", language=official.language, proposed_by=official.id, proposed_at=now
            )
            session.add(row)
        row.title = title[:120]
        row.language = official.language
        row.proposed_by, row.proposed_at = official.id, now
        await session.flush()
        return row

    async def proposed(self, session: AsyncSession, number: int, official: Resident) -> GroupInbox:
        """A binding this official proposed and has not confirmed.

        Raises:
            NoSuchGroup: there is none.
        """
        row = await session.get(GroupInbox, number, with_for_update=True)
        is_open = row is not None and row.unbound_at is None and row.body_key is None
        if row is None or not is_open or row.proposed_by != official.id:
            raise NoSuchGroup(number)
        return row

    async def bind(
        self, session: AsyncSession, number: int, body_key: str, official: Resident, now: datetime
    ) -> GroupInbox:
        """Let the petitions of a body appear in a chat; the chat is told.

        Raises:
            NoSuchGroup: see `proposed`.
        """
        row = await self.proposed(session, number, official)
        row.body_key, row.bound_at = body_key, now
        await session.flush()
        await self._audit(session, row, "group_bound", official.id, now)
        await tell(
            session,
            kind="group_bound",
            resident_id=official.id,
            chat_id=row.chat_id,
            reference=row.id,
            params={"language": row.language},
            priority=3,
            now=now,
        )
        return row

    async def unbind(self, session: AsyncSession, row: GroupInbox, actor_id: int | None, now: datetime) -> None:
        """Let nothing appear in a chat any more."""
        row.unbound_at = now
        await session.flush()
        await self._audit(session, row, "group_unbound", actor_id, now)

    async def group(self, session: AsyncSession, number: int, body_keys: Sequence[str]) -> GroupInbox:
        """A chat that is bound to one of these bodies.

        Raises:
            NoSuchGroup: there is none.
        """
        row = await session.get(GroupInbox, number, with_for_update=True)
        if row is None or row.unbound_at is not None or row.body_key not in body_keys:
            raise NoSuchGroup(number)
        return row

    async def moved(self, session: AsyncSession, before: int, after: int) -> None:
        """A group became a supergroup: its binding and what waits to be sent there go along."""
        taken = await session.scalar(
            select(GroupInbox.id).where(GroupInbox.chat_id == after, GroupInbox.unbound_at.is_(None))
        )
        if taken is None:
            await session.execute(
                update(GroupInbox)
                .where(GroupInbox.chat_id == before, GroupInbox.unbound_at.is_(None))
                .values(chat_id=after)
                .execution_options(synchronize_session=False)
            )
        await session.execute(
            update(Delivery)
            .where(Delivery.chat_id == before, Delivery.finished_at.is_(None))
            .values(chat_id=after)
            .execution_options(synchronize_session=False)
        )

    async def _audit(
        self, session: AsyncSession, row: GroupInbox, action: str, actor_id: int | None, now: datetime
    ) -> None:
        await self.staff.audit(
            session,
            actor_id=actor_id,
            action=action,
            subject=f"group:{row.id}",
            details={"body": row.body_key},
            now=now,
        )

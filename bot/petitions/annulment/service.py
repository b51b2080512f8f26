"""Watching how petitions are signed, and annulling signatures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.delivery.outbox import tell
from bot.petitions.annulment.models import SigningFlag
from bot.petitions.annulment.queries import Bands as Bands  # noqa: PLC0414 - part of what a flag shows
from bot.petitions.annulment.queries import bands, busy, chosen_count, in_window, window_of, younger_than
from bot.petitions.annulment.rules import UNDO_TERM, Ground, Window, suspicion, watch
from bot.petitions.models import Annulment, Petition, Signature
from bot.petitions.rules import OPEN_FOR_WITHDRAWAL
from bot.petitions.service import Petitions
from bot.residents.models import Resident


class Audit(Protocol):
    """Writes down what staff did."""

    async def __call__(
        self,
        session: AsyncSession,
        *,
        actor_id: int | None,
        action: str,
        subject: str,
        details: dict[str, Any] | None = None,
        now: datetime,
    ) -> None:
        """Add one row to the audit trail."""


class FlagGone(LookupError):
    """The flag is closed already, or there is none."""


class NumbersMoved(ValueError):
    """The choice means another number of signatures by now; `args[0]` is how many."""


class NotPossible(ValueError):
    """The petition has left the bot's hands, or the annulment is undone, cleared, or too old (or too new)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A flag with its numbers as they are now."""

    flag: SigningFlag
    petition: Petition
    window: Window
    bands: Bands


@dataclass(frozen=True, slots=True)
class Choice:
    """What annulling would do, before it does it."""

    seen: Seen
    minutes: int | None
    """Accounts younger than this when they signed; None: all of the window."""
    count: int
    after: int
    falls_below: bool
    """Whether the petition loses the threshold it has."""


class Annulments:
    """Use cases of suspicious signing. `audit` is `Residents.audit`; moderators are told by `moderators`."""

    def __init__(
        self, petitions: Petitions, audit: Audit, moderators: Callable[[AsyncSession], Awaitable[list[int]]]
    ) -> None:
        self.petitions = petitions
        self._audit = audit
        self._moderators = moderators

    # --- watching -------------------------------------------------------------------------------------------

    async def look(self, session: AsyncSession, now: datetime) -> int:
        """Flag what was signed suspiciously in the last window, once for as long as it goes on. Whoever signs learns
        nothing of it. Returns how many flags are new."""
        numbers = watch()
        start = now - numbers.window
        new = 0
        for number in await busy(session, start, now, min(numbers.fresh_least, numbers.surge_least)):
            petition = await self.petitions.get(session, number)
            closed: datetime | None = await session.scalar(
                select(func.max(SigningFlag.signed_to)).where(
                    SigningFlag.petition_id == number, SigningFlag.closed_at.is_not(None)
                )
            )
            # What a moderator has looked at is not brought up again.
            since = max(start, closed) if closed is not None else start
            if since >= now:
                continue
            sign = suspicion(numbers, await window_of(session, petition, since, now, numbers))
            if sign is None:
                continue
            row = {"petition_id": number, "sign": sign, "signed_from": since, "signed_to": now, "made_at": now}
            added = await session.scalar(insert_ignoring(session, SigningFlag, [row]).returning(SigningFlag.id))
            if added is None:
                await session.execute(
                    update(SigningFlag)
                    .where(SigningFlag.petition_id == number, SigningFlag.closed_at.is_(None))
                    .values(signed_to=now)
                    .execution_options(synchronize_session=False)
                )
                continue
            new += 1
            for resident_id in await self._moderators(session):
                await tell(session, kind="signing_flag", resident_id=resident_id, reference=int(added), now=now)
        return new

    async def seen(self, session: AsyncSession, flag_id: int, *, lock: bool = False) -> Seen:
        """A flag with its numbers; `lock` holds the petition's row.

        Raises:
            FlagGone: see there.
        """
        flag = await session.get(SigningFlag, flag_id, populate_existing=True)
        if flag is None or flag.closed_at is not None:
            raise FlagGone(flag_id)
        petition = await self.petitions.get(session, flag.petition_id, lock=lock)
        window = await window_of(session, petition, flag.signed_from, flag.signed_to, watch())
        return Seen(flag, petition, window, await bands(session, petition, flag.signed_from, flag.signed_to))

    async def choice(self, session: AsyncSession, flag_id: int, minutes: int | None, *, lock: bool = False) -> Choice:
        """What annulling would do.

        Raises:
            FlagGone: see there.
        """
        seen = await self.seen(session, flag_id, lock=lock)
        count = await chosen_count(session, seen.petition.id, self._chosen(session, seen.flag, minutes))
        after = seen.petition.signature_count - count
        needed = seen.petition.threshold_votes
        falls = needed is not None and seen.petition.supported_at is not None and after < needed
        return Choice(seen, minutes, count, after, falls)

    @staticmethod
    def _chosen(session: AsyncSession, flag: SigningFlag, minutes: int | None) -> ColumnElement[bool]:
        span = in_window(flag.signed_from, flag.signed_to)
        return span if minutes is None else and_(span, younger_than(session, minutes))

    async def dismiss(self, session: AsyncSession, flag_id: int, moderator: Resident, now: datetime) -> SigningFlag:
        """Nothing is wrong with this signing.

        Raises:
            FlagGone: see there.
        """
        seen = await self.seen(session, flag_id)
        self._close(seen.flag, moderator, now)
        await self._audit(
            session,
            actor_id=moderator.id,
            action="signing_dismiss",
            subject=f"petition:{seen.petition.id}",
            now=now,
        )
        return seen.flag

    @staticmethod
    def _close(flag: SigningFlag, moderator: Resident, now: datetime) -> None:
        flag.closed_at, flag.closed_by = now, moderator.id

    # --- annulling ------------------------------------------------------------------------------------------

    async def annul(
        self,
        session: AsyncSession,
        flag_id: int,
        minutes: int | None,
        ground: Ground,
        expected: int,
        moderator: Resident,
        now: datetime,
    ) -> Annulment:
        """Annul what was chosen, if it still means `expected` signatures; the count and what follows from it move in
        the same transaction.

        Raises:
            FlagGone, NumbersMoved, NotPossible: see there.
        """
        choice = await self.choice(session, flag_id, minutes, lock=True)
        flag, petition = choice.seen.flag, choice.seen.petition
        if petition.state not in OPEN_FOR_WITHDRAWAL:
            raise NotPossible(petition.id)
        if choice.count != expected or not choice.count:
            raise NumbersMoved(choice.count)
        row = Annulment(
            petition_id=petition.id,
            made_by=moderator.id,
            made_at=now,
            ground=ground.value,
            signed_from=flag.signed_from,
            signed_to=flag.signed_to,
            younger_than_minutes=minutes,
            signatures=choice.count,
        )
        session.add(row)
        await session.flush()
        # The petition's row is locked, so these are the signatures that were counted.
        await self.petitions.annul(session, petition, self._chosen(session, flag, minutes), row.id, now)
        self._close(flag, moderator, now)
        await self._write_down(session, "signatures_annul", row, moderator, now)
        await self._tell_author(session, petition, "signatures_annulled", row, now)
        return row

    async def undo(self, session: AsyncSession, annulment_id: int, moderator: Resident, now: datetime) -> Annulment:
        """Let the signatures count again, within a day.

        Raises:
            NotPossible: see there.
        """
        row = await self._standing(session, annulment_id)
        if not can_undo(row, now):
            raise NotPossible(annulment_id)
        petition = await self.petitions.get(session, row.petition_id, lock=True)
        row.undone_at, row.undone_by = now, moderator.id
        await self.petitions.undo_annulment(session, petition, row.id, now)
        await self._look_again(session, row)
        await self._write_down(session, "signatures_undo", row, moderator, now)
        await self._tell_author(session, petition, "signatures_returned", row, now)
        return row

    @staticmethod
    async def _look_again(session: AsyncSession, row: Annulment) -> None:
        """Open the flag again that an undone annulment had closed, unless there is another one by now."""
        own = SigningFlag.petition_id == row.petition_id
        if await session.scalar(select(SigningFlag.id).where(own, SigningFlag.closed_at.is_(None))) is not None:
            return
        await session.execute(
            update(SigningFlag)
            .where(own, SigningFlag.signed_from == row.signed_from, SigningFlag.closed_at == row.made_at)
            .values(closed_at=None, closed_by=None)
            .execution_options(synchronize_session=False)
        )

    async def clear(self, session: AsyncSession, annulment_id: int, moderator: Resident, now: datetime) -> Annulment:
        """Let the phones sign anew, once the day for undoing is over; what was annulled stays uncounted.

        Raises:
            NotPossible: see there.
        """
        row = await self._standing(session, annulment_id)
        if not can_clear(row, now):
            raise NotPossible(annulment_id)
        row.cleared_at, row.cleared_by = now, moderator.id
        await session.execute(
            update(Signature)
            .where(Signature.annulment_id == row.id)
            .values(annulment_id=None)
            .execution_options(synchronize_session=False)
        )
        await self._write_down(session, "signatures_clear", row, moderator, now)
        return row

    async def _standing(self, session: AsyncSession, annulment_id: int) -> Annulment:
        row = await session.get(Annulment, annulment_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotPossible(annulment_id)
        return row

    async def _write_down(
        self, session: AsyncSession, action: str, row: Annulment, moderator: Resident, now: datetime
    ) -> None:
        await self._audit(
            session,
            actor_id=moderator.id,
            action=action,
            subject=f"petition:{row.petition_id}",
            details={"annulment": row.id, "signatures": row.signatures, "ground": row.ground},
            now=now,
        )

    @staticmethod
    async def _tell_author(session: AsyncSession, petition: Petition, kind: str, row: Annulment, now: datetime) -> None:
        if petition.author_id is not None:
            await tell(
                session,
                kind=kind,
                resident_id=petition.author_id,
                reference=petition.id,
                cause=f"{kind}:{row.id}",
                params={"signatures": row.signatures, "ground": row.ground},
                now=now,
            )


def can_undo(row: Annulment, now: datetime) -> bool:
    """Whether an annulment can be undone: within a day of it."""
    return row.undone_at is None and row.cleared_at is None and now < row.made_at + UNDO_TERM


def can_clear(row: Annulment, now: datetime) -> bool:
    """Whether its phones can be let sign anew: when it can no longer be undone."""
    return row.undone_at is None and row.cleared_at is None and now >= row.made_at + UNDO_TERM

"""Appealing against a rejection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import tell
from bot.petitions.appeals.models import PetitionAppeal
from bot.petitions.appeals.rules import WHY_MAX, AppealOutcome, asked
from bot.petitions.models import Petition, PetitionEvent
from bot.petitions.rules import Action, NotAllowed, State
from bot.petitions.service import Petitions
from bot.residents.models import Resident

People = Callable[[AsyncSession], Awaitable[list[int]]]


class WhyWrong(ValueError):
    """The author's line is empty or too long; `args[0]` is how many characters too many, 0 when empty."""


class Appeals:
    """Use cases of appeals. `moderators` and `admins` give the ids of those who can be asked."""

    def __init__(self, petitions: Petitions, moderators: People, admins: People) -> None:
        self._petitions = petitions
        self._moderators = moderators
        self._admins = admins

    async def of(self, session: AsyncSession, number: int) -> PetitionAppeal | None:
        """The appeal about a petition, sent or not."""
        return await session.get(PetitionAppeal, number)

    async def write(
        self, session: AsyncSession, number: int, author: Resident, text: str, now: datetime
    ) -> PetitionAppeal:
        """Keep the author's line; nothing is sent yet.

        Raises:
            PetitionMissing: no petition has this number.
            NotAllowed: it is not rejected, somebody else's, or was appealed before.
            WhyWrong: the line is empty or too long.
        """
        petition = await self._mine(session, number, author)
        why = " ".join(text.split())
        if not why or len(why) > WHY_MAX:
            raise WhyWrong(max(len(why) - WHY_MAX, 0))
        appeal = await session.get(PetitionAppeal, number)
        if appeal is None:
            appeal = PetitionAppeal(petition_id=number, author_id=author.id, why=why, written_at=now)
            session.add(appeal)
        appeal.why, appeal.written_at, appeal.reason_code = why, now, petition.reason_code
        await session.flush()
        return appeal

    async def file(self, session: AsyncSession, number: int, author: Resident, now: datetime) -> PetitionAppeal:
        """Send what was written to another moderator.

        Raises:
            PetitionMissing, NotAllowed: see `write`; NotAllowed also when nothing is written.
        """
        petition = await self._mine(session, number, author)
        appeal = await session.get(PetitionAppeal, number, with_for_update=True)
        if appeal is None:
            raise NotAllowed("nothing is written")
        appeal.rejected_by = await self._rejected_by(session, number)
        appeal.filed_at = now
        # A moderator who has it open must not decide about it as if nothing had happened.
        petition.version += 1
        petition.locked_by = petition.locked_until = None
        await session.flush()
        moderators, admins = await self._moderators(session), await self._admins(session)
        for resident_id in asked(moderators, admins, but=(appeal.rejected_by, author.id)):
            await tell(session, kind="appeal_new", resident_id=resident_id, reference=number, now=now)
        return appeal

    async def decide(
        self, session: AsyncSession, number: int, moderator: Resident, outcome: AppealOutcome, now: datetime
    ) -> None:
        """Write down what the other moderator decided; the petition's own change is `Petitions.change`."""
        appeal = await session.get(PetitionAppeal, number, with_for_update=True)
        if appeal is None or appeal.filed_at is None or not self.may_decide(appeal, moderator):
            raise NotAllowed("somebody else decides about this appeal")
        appeal.decided_by, appeal.decided_at, appeal.outcome = moderator.id, now, outcome
        await session.flush()

    @staticmethod
    def may_decide(appeal: PetitionAppeal, moderator: Resident) -> bool:
        """Whether it is open and neither the moderator's own rejection nor their own petition."""
        return appeal.decided_at is None and moderator.id not in {appeal.rejected_by, appeal.author_id}

    async def _mine(self, session: AsyncSession, number: int, author: Resident) -> Petition:
        petition = await self._petitions.get(session, number, lock=True)
        appeal = await session.get(PetitionAppeal, number)
        is_sent = appeal is not None and appeal.filed_at is not None
        if petition.author_id != author.id or petition.state is not State.REJECTED or is_sent:
            raise NotAllowed("no appeal is possible")
        return petition

    @staticmethod
    async def _rejected_by(session: AsyncSession, number: int) -> int | None:
        found: int | None = await session.scalar(
            select(PetitionEvent.actor_id)
            .where(PetitionEvent.petition_id == number, PetitionEvent.action == Action.REJECT.value)
            .order_by(PetitionEvent.id.desc())
            .limit(1)
        )
        return found

    # --- what a person leaves behind --------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """Appeals go with their petitions, which are counted already."""
        return {}

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """The person's appeals."""
        rows = await session.scalars(select(PetitionAppeal).where(PetitionAppeal.author_id == resident_id))
        return {
            "appeals": [
                {
                    "petition": row.petition_id,
                    "why": row.why,
                    "filed_at": row.filed_at.isoformat() if row.filed_at else None,
                    "outcome": row.outcome.value if row.outcome else None,
                }
                for row in rows
            ]
        }

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """What was never sent goes; what was sent stays without its author and words."""
        await session.execute(
            delete(PetitionAppeal).where(PetitionAppeal.author_id == resident_id, PetitionAppeal.filed_at.is_(None))
        )
        await session.execute(
            update(PetitionAppeal)
            .where(PetitionAppeal.author_id == resident_id)
            .values(author_id=None, why="")
            .execution_options(synchronize_session=False)
        )

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Give the appeals of one account to another account of the same person."""
        await session.execute(
            update(PetitionAppeal)
            .where(
                PetitionAppeal.author_id == source_id,
                # Who decided about their own petition from a second account does not become its appellant.
                or_(PetitionAppeal.decided_by.is_(None), PetitionAppeal.decided_by != target_id),
            )
            .values(author_id=target_id)
            .execution_options(synchronize_session=False)
        )

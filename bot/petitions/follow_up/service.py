"""Use cases after a decision: saying whether it answers, asking whether it was done, photos and their check.

Methods work inside the caller's transaction and never commit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.delivery.outbox import refresh, tell, tell_each
from bot.law.calendar import months_after
from bot.petitions.follow_up.models import AnswerOpinion, DeedReport
from bot.petitions.follow_up.queries import WAS_IT_DONE, was_asked
from bot.petitions.follow_up.rules import Deed, PhotoState, Problem, numbers, why_problem
from bot.petitions.models import Petition, Signature
from bot.petitions.queries import relations
from bot.petitions.rules import LIVE_KIND, NotAllowed, Outcome, Relation, State
from bot.petitions.service import Petitions
from bot.residents.models import Resident


class WhyRefused(ValueError):
    """The line cannot be kept; `args[0]` is the `Problem`."""

    @property
    def problem(self) -> Problem:
        """What is wrong with it."""
        problem: Problem = self.args[0]
        return problem


class FollowUp:
    """Use cases after a decision. `moderators` gives the ids of residents who check photos."""

    def __init__(self, petitions: Petitions, moderators: Callable[[AsyncSession], Awaitable[list[int]]]) -> None:
        self._petitions = petitions
        self._moderators = moderators

    async def _decided(self, session: AsyncSession, number: int) -> Petition:
        petition = await self._petitions.get(session, number)
        if petition.state is not State.DECIDED:
            raise NotAllowed("only a decision can be judged")
        return petition

    async def _may_answer(self, session: AsyncSession, number: int, resident: Resident) -> None:
        known = await relations(session, [(number, resident.id)])
        if known.get((number, resident.id)) not in {Relation.AUTHOR, Relation.SIGNER}:
            raise NotAllowed("only signers judge the answer")

    async def say(
        self, session: AsyncSession, number: int, resident: Resident, now: datetime, *, answers: bool
    ) -> None:
        """Say whether a decision answers the question, or change one's mind. A reason given before goes when the mind
        changes.

        Raises:
            PetitionMissing: no petition has this number.
            NotAllowed: it is not decided, or the person did not sign it.
        """
        await self._decided(session, number)
        await self._may_answer(session, number, resident)
        row = {"petition_id": number, "resident_id": resident.id, "answers": answers, "at": now}
        await session.execute(insert_ignoring(session, AnswerOpinion, [row]))
        await session.execute(
            update(AnswerOpinion)
            .where(
                AnswerOpinion.petition_id == number,
                AnswerOpinion.resident_id == resident.id,
                AnswerOpinion.answers != answers,
            )
            .values(answers=answers, why=None, at=now)
            .execution_options(synchronize_session=False)
        )
        await refresh(session, kind=LIVE_KIND, reference=number, now=now)

    async def explain(self, session: AsyncSession, number: int, resident: Resident, why: str, now: datetime) -> None:
        """Say in a line why the decision answers the question or does not.

        Raises:
            WhyRefused: the line is empty, too long or holds personal data.
            NotAllowed: the person has not said whether it answers.
        """
        problem = why_problem(why)
        if problem is not None:
            raise WhyRefused(problem)
        changed: Any = await session.execute(
            update(AnswerOpinion)
            .where(AnswerOpinion.petition_id == number, AnswerOpinion.resident_id == resident.id)
            .values(why=" ".join(why.split()), at=now)
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount == 0:
            raise NotAllowed("first it has to be said whether the decision answers")

    async def report(self, session: AsyncSession, number: int, resident: Resident, deed: Deed, now: datetime) -> None:
        """Say whether what was promised was done, or change one's mind; only who was asked.

        Raises:
            PetitionMissing: no petition has this number.
            NotAllowed: it is not decided, or the person was not asked.
        """
        await self._decided(session, number)
        if not await was_asked(session, number, resident.id):
            raise NotAllowed("only those who live there and were asked say whether it was done")
        row = {"petition_id": number, "resident_id": resident.id, "deed": deed, "at": now}
        await session.execute(insert_ignoring(session, DeedReport, [row]))
        await session.execute(
            update(DeedReport)
            .where(DeedReport.petition_id == number, DeedReport.resident_id == resident.id)
            .values(deed=deed, at=now)
            .execution_options(synchronize_session=False)
        )
        await refresh(session, kind=LIVE_KIND, reference=number, now=now)

    async def add_photo(
        self, session: AsyncSession, number: int, resident: Resident, file_id: str, now: datetime
    ) -> None:
        """Add a photo to one's report, in place of an older one; moderators are told that it waits.

        Raises:
            NotAllowed: the person has not said whether it was done.
        """
        report = await session.scalar(
            select(DeedReport).where(DeedReport.petition_id == number, DeedReport.resident_id == resident.id)
        )
        if report is None:
            raise NotAllowed("first it has to be said whether it was done")
        report.photo_id, report.photo_state, report.checked_by = file_id, PhotoState.WAITING, None
        await session.flush()
        for moderator in await self._moderators(session):
            await tell(
                session,
                kind="photo_waiting",
                resident_id=moderator,
                reference=report.id,
                cause=f"photo:{report.id}:{now.timestamp():.0f}",
                now=now,
            )

    async def check_photo(
        self, session: AsyncSession, report_id: int, moderator: Resident, now: datetime, *, show: bool
    ) -> bool:
        """Show a photo to everybody, or to nobody. False: a colleague was faster, or the photo is gone."""
        changed: Any = await session.execute(
            update(DeedReport)
            .where(DeedReport.id == report_id, DeedReport.photo_state == PhotoState.WAITING)
            .values(photo_state=PhotoState.SHOWN if show else PhotoState.HIDDEN, checked_by=moderator.id)
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount == 0:
            return False
        number = await session.scalar(select(DeedReport.petition_id).where(DeedReport.id == report_id))
        if show and number is not None:
            await refresh(session, kind=LIVE_KIND, reference=number, now=now)
        return True

    async def ask_due(self, session: AsyncSession, now: datetime) -> int:
        """Ask the signers who live there whether a promise was kept, once each. Returns how many are asked.

        Running it twice asks nobody twice; after days without a run it catches up.
        """
        today = self._petitions.today(now)
        rule = numbers()
        satisfied = await session.scalars(
            select(Petition).where(
                Petition.state == State.DECIDED,
                Petition.outcome == Outcome.SATISFIED,
                # Roughly first, by the day exactly below: months have different lengths.
                Petition.decided_at <= now - timedelta(days=rule.ask_after_months * 28),
                Petition.decided_at >= now - timedelta(days=rule.ask_after_months * 31 + rule.ask_within_days + 1),
            )
        )
        asked = 0
        for petition in satisfied.all():
            if petition.decided_at is None:
                continue
            due = months_after(self._petitions.today(petition.decided_at), rule.ask_after_months)
            if not due <= today <= due + timedelta(days=rule.ask_within_days):
                continue
            places = self._petitions.gazetteer.subtree(petition.place_key)
            people = (
                select(Resident.id)
                .join(Signature, Resident.id == Signature.resident_id)
                .where(
                    Signature.petition_id == petition.id,
                    Signature.withdrawn_at.is_(None),
                    Resident.place_key.in_(places),
                )
            )
            asked += await tell_each(session, people, kind=WAS_IT_DONE, reference=petition.id, priority=7, now=now)
        return asked

    # --- what a person leaves behind ----------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How many opinions and reports the person gave."""
        total = 0
        for model in (AnswerOpinion, DeedReport):
            counted = select(func.count()).select_from(model).where(model.resident_id == resident_id)
            total += await session.scalar(counted) or 0
        return {"opinions": total}

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """What the person said of decisions."""
        said = await session.scalars(select(AnswerOpinion).where(AnswerOpinion.resident_id == resident_id))
        seen = await session.scalars(select(DeedReport).where(DeedReport.resident_id == resident_id))
        return {
            "opinions_of_decisions": [
                {"petition": row.petition_id, "answers": row.answers, "why": row.why, "at": row.at.isoformat()}
                for row in said
            ],
            "reports_of_deeds": [
                {
                    "petition": row.petition_id,
                    "done": row.deed.value,
                    "photo": row.photo_state.value if row.photo_state is not None else None,
                    "at": row.at.isoformat(),
                }
                for row in seen
            ],
        }

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Answers stay as counts; words and photos go."""
        await session.execute(
            update(AnswerOpinion).where(AnswerOpinion.resident_id == resident_id).values(resident_id=None, why=None)
        )
        await session.execute(
            update(DeedReport)
            .where(DeedReport.resident_id == resident_id)
            .values(resident_id=None, photo_id=None, photo_state=None)
        )
        await session.execute(update(DeedReport).where(DeedReport.checked_by == resident_id).values(checked_by=None))

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Answers go to the other account; where that one has answered too, its own stands."""
        for model in (AnswerOpinion, DeedReport):
            twice = select(model.petition_id).where(model.resident_id == target_id)
            await session.execute(delete(model).where(model.resident_id == source_id, model.petition_id.in_(twice)))
            await session.execute(update(model).where(model.resident_id == source_id).values(resident_id=target_id))

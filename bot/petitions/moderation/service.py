"""Deciding about petitions, one moderator at a time, and the catalogue of reasons for rejection."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.i18n import LANGUAGES
from bot.law.forbidden import ForbiddenHit, check
from bot.law.reasons import BOT_RULE, default_reasons
from bot.law.rules import Order, rules_on
from bot.petitions.models import Petition, RejectionReason
from bot.petitions.moderation.queries import last_return, others_of_place, queue
from bot.petitions.moderation.rules import (
    ACTIONS,
    ARTICLE_MAX,
    COMMENT_MAX,
    LOCK,
    REASON_MAX,
    Left,
    Queue,
    Section,
    time_left,
)
from bot.petitions.rules import Action, Actor, State
from bot.petitions.service import Petitions
from bot.places.bodies import Body
from bot.places.tree import Place
from bot.residents.models import Resident

OWN_REASON: Final = "own_"
"""What the code of a reason that an admin added begins with."""

REASON_PARTS: Final = (*LANGUAGES, "article")
"""What of a reason can be written: its text in each language, and its article."""


class Audit(Protocol):
    """Writes down what staff did."""

    def __call__(
        self,
        session: AsyncSession,
        *,
        actor_id: int | None,
        action: str,
        subject: str,
        details: dict[str, Any] | None = None,
        now: datetime,
    ) -> Awaitable[None]:
        """Add one row to the audit trail."""


class Outdated(ValueError):
    """The petition has moved on since the button was made: a colleague has decided."""


class WithColleague(ValueError):
    """A colleague has the petition open until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until.isoformat()}")
        self.until = until


class CommentWrong(ValueError):
    """A comment or a reason is empty or too long; `args[0]` is how many characters too many, 0 when empty."""


class ReasonMissing(LookupError):
    """The catalogue has no such reason, or does not offer it any more."""


@dataclass(frozen=True, slots=True)
class Case:
    """A petition as a moderator sees it."""

    petition: Petition
    body: Body
    place: Place | None
    left: Left | None
    hits: tuple[ForbiddenHit, ...]
    others: tuple[Petition, ...]
    last_return: str | None
    actions: tuple[Action, ...]
    order: Order
    until: date
    """When approved today: the last day of signing, or of finding supporters when moderation comes first."""


class Moderation:
    """Use cases of moderators. `audit` is `Residents.audit`."""

    def __init__(self, petitions: Petitions, audit: Audit) -> None:
        self.petitions = petitions
        self._audit = audit

    # --- the queue --------------------------------------------------------------------------------------

    async def queue(
        self, session: AsyncSession, section: Section, page: int, moderator: Resident, now: datetime
    ) -> Queue:
        """One page of the queue."""
        return await queue(
            session,
            section,
            page,
            moderator_id=moderator.id,
            calendar=self.petitions.calendar,
            zone=self.petitions.zone,
            now=now,
        )

    async def take(self, session: AsyncSession, number: int, moderator: Resident, now: datetime) -> Petition:
        """Open a petition for oneself: colleagues cannot decide about it until the lock ends or is released.

        One UPDATE decides who has it, so two moderators who open it at the same moment cannot both get it.

        Raises:
            PetitionMissing: no petition has this number.
            Outdated: it is in no state that a moderator decides about.
            WithColleague: a colleague has it.
        """
        petition = await self.petitions.get(session, number, lock=True)
        if petition.state not in ACTIONS:
            raise Outdated(number)
        result: Any = await session.execute(
            update(Petition)
            .where(
                Petition.id == number,
                or_(
                    Petition.locked_by.is_(None),
                    Petition.locked_by == moderator.id,
                    Petition.locked_until.is_(None),
                    Petition.locked_until <= now,
                ),
            )
            .values(locked_by=moderator.id, locked_until=now + LOCK)
            .execution_options(synchronize_session=False)
        )
        await session.refresh(petition)
        if result.rowcount == 0:
            raise WithColleague(petition.locked_until or now)
        return petition

    async def release(self, session: AsyncSession, number: int, moderator: Resident) -> None:
        """Give a petition back that one has opened; somebody else's lock stays."""
        await session.execute(
            update(Petition)
            .where(Petition.id == number, Petition.locked_by == moderator.id)
            .values(locked_by=None, locked_until=None)
        )

    async def case(self, session: AsyncSession, petition: Petition, now: datetime) -> Case:
        """Everything a moderator needs for a decision; of the author nothing."""
        today = self.petitions.today(now)
        is_waiting = petition.state is State.MODERATION and petition.moderation_due is not None
        text = f"{petition.title}\n{petition.ask}\n{petition.why}"
        law = rules_on(petition.rules_from)
        term = law.supporters_term if law.order is Order.MODERATION_FIRST else law.collection_term
        return Case(
            petition=petition,
            body=self.petitions.body(petition),
            place=self.petitions.gazetteer.get(petition.place_key),
            left=time_left(self.petitions.calendar, today, petition.moderation_due)
            if is_waiting and petition.moderation_due
            else None,
            hits=check(text, today),
            others=tuple(await others_of_place(session, petition)),
            last_return=await last_return(session, petition.id),
            actions=ACTIONS.get(petition.state, ()),
            order=law.order,
            until=term.end(today, self.petitions.calendar),
        )

    async def hold(
        self, session: AsyncSession, number: int, version: int, moderator: Resident, now: datetime
    ) -> Petition:
        """The petition a button was made for, locked for this moderator (the lock is renewed).

        Raises:
            PetitionMissing, Outdated, WithColleague: see `take`; also Outdated when the version has moved on.
        """
        if (await self.petitions.get(session, number, lock=True)).version != version:
            raise Outdated(number)
        return await self.take(session, number, moderator, now)

    async def note(
        self, session: AsyncSession, number: int, version: int, moderator: Resident, text: str, now: datetime
    ) -> Petition:
        """Keep a comment that is written but not sent yet with the petition.

        Raises:
            CommentWrong: it is empty or too long.
            PetitionMissing, Outdated, WithColleague: see `hold`.
        """
        petition = await self.hold(session, number, version, moderator, now)
        comment = text.strip()
        if not comment or len(comment) > COMMENT_MAX:
            raise CommentWrong(max(len(comment) - COMMENT_MAX, 0))
        petition.comment = comment
        return petition

    async def decide(
        self,
        session: AsyncSession,
        number: int,
        version: int,
        action: Action,
        moderator: Resident,
        now: datetime,
        *,
        with_comment: bool = False,
        reason_code: str | None = None,
    ) -> Petition:
        """Approve, return, reject, restore or mark as sent. `with_comment` sends the comment noted before.

        Raises:
            ChangeIncomplete: a return without a comment, a rejection without a reason.
            ReasonMissing: the reason is not offered any more.
            PetitionMissing, Outdated, WithColleague: see `hold`.
        """
        petition = await self.hold(session, number, version, moderator, now)
        if action not in ACTIONS[petition.state]:
            raise Outdated(number)
        if reason_code is not None:
            offered = await session.get(RejectionReason, reason_code)
            if offered is None or not offered.active:
                raise ReasonMissing(reason_code)
        comment = petition.comment if with_comment else None
        petition.comment = None
        await self.petitions.change(
            session,
            petition,
            action,
            Actor.MODERATOR,
            moderator.id,
            now,
            comment=comment,
            reason_code=reason_code,
        )
        await self._audit(
            session,
            actor_id=moderator.id,
            action=f"petition_{action.value}",
            subject=f"petition:{number}",
            details={"reason": reason_code} if reason_code else None,
            now=now,
        )
        return petition

    # --- the catalogue of reasons -----------------------------------------------------------------------

    async def add_reason(self, session: AsyncSession, admin: Resident, now: datetime) -> str:
        """A new reason without words, not offered yet. Returns its code."""
        codes = set((await session.scalars(select(RejectionReason.code))).all())
        number = 1
        while f"{OWN_REASON}{number}" in codes:
            number += 1
        code = f"{OWN_REASON}{number}"
        last = await session.scalar(select(func.max(RejectionReason.position)))
        session.add(
            RejectionReason(
                code=code,
                position=(last or 0) + 1,
                text_kk="",
                text_ru="",
                text_en="",
                article=BOT_RULE,
                active=False,
            )
        )
        await session.flush()
        await self._audit(session, actor_id=admin.id, action="reason_add", subject=f"reason:{code}", now=now)
        return code

    async def word_reason(
        self, session: AsyncSession, code: str, part: str, text: str, admin: Resident, now: datetime
    ) -> None:
        """Write a reason in one language ("kk", "ru", "en"), or its article ("article").

        Raises:
            ReasonMissing: the catalogue has no such reason.
            CommentWrong: the text is empty or too long.
        """
        row = await self._reason(session, code)
        words = " ".join(text.split())
        longest = ARTICLE_MAX if part == "article" else REASON_MAX
        if not words or len(words) > longest:
            raise CommentWrong(max(len(words) - longest, 0))
        column = "article" if part == "article" else f"text_{part}"
        setattr(row, column, words)
        await self._audit(
            session,
            actor_id=admin.id,
            action="reason_edit",
            subject=f"reason:{code}",
            details={"part": part},
            now=now,
        )

    async def switch_reason(self, session: AsyncSession, code: str, admin: Resident, now: datetime) -> bool:
        """Offer a reason, or offer it no more. One that is not written in every language stays off.

        Returns whether it is offered now.

        Raises:
            ReasonMissing: the catalogue has no such reason.
        """
        row = await self._reason(session, code)
        is_whole = bool(row.text_kk and row.text_ru and row.text_en)
        offered = not row.active and is_whole
        if offered != row.active:
            row.active = offered
            await self._audit(
                session,
                actor_id=admin.id,
                action="reason_on" if offered else "reason_off",
                subject=f"reason:{code}",
                now=now,
            )
        return offered

    @staticmethod
    async def _reason(session: AsyncSession, code: str) -> RejectionReason:
        row = await session.get(RejectionReason, code, with_for_update=True)
        if row is None:
            raise ReasonMissing(code)
        return row


async def seed_reasons(session: AsyncSession) -> None:
    """Put the default reasons into the catalogue; those that are there, changed or not, stay as they are."""
    rows = [
        {
            "code": reason.code,
            "position": reason.position,
            "text_kk": reason.text("kk"),
            "text_ru": reason.text("ru"),
            "text_en": reason.text("en"),
            "article": reason.article,
            "active": True,
        }
        for reason in default_reasons()
    ]
    await session.execute(insert_ignoring(session, RejectionReason, rows))

"""Deciding about petitions, one moderator at a time, and the catalogue of reasons for rejection."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.i18n import LANGUAGES
from bot.law.forbidden import ForbiddenHit, check
from bot.law.reasons import BOT_RULE, REPETITION, default_reasons
from bot.law.rules import Order, rules_on
from bot.petitions.annulment.models import SigningFlag
from bot.petitions.appeals.models import PetitionAppeal
from bot.petitions.appeals.rules import AppealOutcome
from bot.petitions.appeals.service import Appeals
from bot.petitions.competence import Competence
from bot.petitions.models import Petition, RejectionReason
from bot.petitions.moderation.queries import last_return, left_of, open_flag, others_of_place, queue, reason
from bot.petitions.moderation.rules import (
    ARTICLE_MAX,
    COMMENT_MAX,
    COMMENT_MIN,
    LOCK,
    REASON_MAX,
    Left,
    Queue,
    ReasonText,
    Section,
    actions_for,
    named_petition,
)
from bot.petitions.reports.queries import reported
from bot.petitions.reports.rules import Reported, ReportOutcome
from bot.petitions.reports.service import Reports
from bot.petitions.rules import PUBLIC, REPORTABLE, Action, Actor, State
from bot.petitions.service import ChangeIncomplete, Petitions
from bot.petitions.twins.service import STAFF_SEES, Twin, Twins
from bot.petitions.writing.rules import BodyChoice, choice_of
from bot.places.bodies import Body, bodies_of, body_by_key, ministries
from bot.places.tree import Place
from bot.residents.models import Resident
from bot.routing.router import Reason

OWN_REASON: Final = "own_"
"""What the code of a reason that an admin added begins with."""

TWINS_SHOWN: Final = 3
"""Similar petitions on the screen of one that is checked."""

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


class ForAnother(ValueError):
    """The appeal is against the moderator's own rejection, or about their own petition: a colleague decides."""


class WithColleague(ValueError):
    """A colleague has the petition open until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until.isoformat()}")
        self.until = until


class CommentWrong(ValueError):
    """A comment or a reason is empty, too short or too long; `args[0]` is how many characters too many (below zero:
    too few), 0 when empty."""


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
    twins: tuple[Twin, ...]
    """Similar ones, also those that are not public, the likest first."""
    last_return: str | None
    actions: tuple[Action, ...]
    order: Order
    reports: Reported | None
    appeal: PetitionAppeal | None
    """An appeal that waits for this moderator."""
    reason: ReasonText | None
    """Why it was rejected."""
    until: date
    """When approved today: the last day of signing, or of finding supporters when moderation comes first."""
    proposed: Body | None = None
    """What was proposed to the author, who chose another body."""
    repeats: Petition | None = None
    """Of one rejected as a repetition: the petition it is said to repeat."""
    flag: SigningFlag | None = None
    """Signing that looks suspicious and was not settled yet."""


class Moderation:
    """Use cases of moderators. `audit` is `Residents.audit`."""

    def __init__(
        self,
        petitions: Petitions,
        audit: Audit,
        reports: Reports,
        appeals: Appeals,
        competence: Competence | None = None,
        twins: Twins | None = None,
    ) -> None:
        self.petitions = petitions
        self._competence = competence
        self._twins = twins
        self._audit = audit
        self._reports = reports
        self._appeals = appeals

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
            ForAnother: a colleague has to decide about the appeal.
        """
        petition = await self.petitions.get(session, number, lock=True)
        if not await self.actions(session, petition, moderator):
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

    async def actions(self, session: AsyncSession, petition: Petition, moderator: Resident) -> tuple[Action, ...]:
        """What this moderator may do with a petition now.

        Raises:
            ForAnother: a colleague has to decide about the appeal.
        """
        appeal = await self._open_appeal(session, petition)
        if appeal is not None and not self._appeals.may_decide(appeal, moderator):
            raise ForAnother(petition.id)
        is_reported = petition.state in REPORTABLE and await reported(session, petition.id) is not None
        return actions_for(
            petition.state,
            was_public=petition.published_at is not None,
            is_hidden=petition.hidden_since is not None,
            is_reported=is_reported,
            is_appealed=appeal is not None,
        )

    async def _open_appeal(self, session: AsyncSession, petition: Petition) -> PetitionAppeal | None:
        if petition.state is not State.REJECTED:
            return None
        appeal = await self._appeals.of(session, petition.id)
        return appeal if appeal is not None and appeal.filed_at is not None and appeal.decided_at is None else None

    async def release(self, session: AsyncSession, number: int, moderator: Resident) -> None:
        """Give a petition back that one has opened; somebody else's lock stays."""
        await session.execute(
            update(Petition)
            .where(Petition.id == number, Petition.locked_by == moderator.id)
            .values(locked_by=None, locked_until=None)
        )

    async def case(self, session: AsyncSession, petition: Petition, moderator: Resident, now: datetime) -> Case:
        """Everything a moderator needs for a decision; of the author nothing, and of those who reported.

        Raises:
            ForAnother: a colleague has to decide about the appeal.
        """
        today = self.petitions.today(now)
        appeal = await self._open_appeal(session, petition)
        calendar, zone = self.petitions.calendar, self.petitions.zone
        text = f"{petition.title}\n{petition.ask}\n{petition.why}"
        law = rules_on(petition.rules_from)
        term = law.supporters_term if law.order is Order.MODERATION_FIRST else law.collection_term
        return Case(
            petition=petition,
            body=self.petitions.body(petition),
            place=self.petitions.gazetteer.get(petition.place_key),
            left=left_of(petition, appeal.filed_at if appeal is not None else None, calendar, zone, today),
            hits=check(text, today),
            others=tuple(await others_of_place(session, petition)),
            twins=await self._similar(session, petition, now),
            last_return=await last_return(session, petition.id),
            actions=await self.actions(session, petition, moderator),
            order=law.order,
            reports=await reported(session, petition.id),
            appeal=appeal,
            reason=await reason(session, petition.reason_code),
            until=term.end(today, self.petitions.calendar),
            proposed=self._proposed(petition),
            repeats=await session.get(Petition, petition.twin_id) if petition.twin_id is not None else None,
            flag=await open_flag(session, petition.id),
        )

    def _proposed(self, petition: Petition) -> Body | None:
        if petition.suggested_body_key in {None, petition.body_key}:
            return None
        return body_by_key(self.petitions.gazetteer, petition.suggested_body_key or "")

    def bodies(self, petition: Petition, now: datetime, *, central: bool = False) -> list[BodyChoice]:
        """Bodies it could be addressed to instead, the likeliest first; `central`: all central bodies."""
        gazetteer, key = self.petitions.gazetteer, petition.place_key
        reasons: dict[str, Reason | None] = {}
        if central:
            bodies: Sequence[Body] = ministries()
        elif self._competence is None:
            bodies = bodies_of(gazetteer, key)
        else:
            text = f"{petition.title}\n{petition.ask}\n{petition.why}"
            weighed = self._competence.weigh(text, key, self.petitions.today(now), here=True)
            reasons = {option.body.key: option.reason for option in weighed.options}
            likeliest = weighed.likeliest
            bodies = [option.body for option in weighed.options]
            bodies.sort(key=lambda body: likeliest is None or body != likeliest.body)
        law = rules_on(petition.rules_from)
        return [choice_of(law, body, reasons.get(body.key)) for body in bodies if body.key != petition.body_key]

    async def readdress(
        self, session: AsyncSession, number: int, version: int, body_key: str, moderator: Resident, now: datetime
    ) -> Petition:
        """Correct the body a petition is addressed to; its threshold applies from now on, and all who signed are told.

        Raises:
            ChangeIncomplete: there is no such body.
            PetitionMissing, Outdated, WithColleague, ForAnother: see `hold`.
        """
        petition = await self.hold(session, number, version, moderator, now)
        was = petition.body_key
        if Action.READDRESS not in await self.actions(session, petition, moderator) or body_key == was:
            raise Outdated(number)
        await self.petitions.change(
            session, petition, Action.READDRESS, Actor.MODERATOR, moderator.id, now, body_key=body_key
        )
        await self._audit(
            session,
            actor_id=moderator.id,
            action=f"petition_{Action.READDRESS.value}",
            subject=f"petition:{number}",
            details={"from": was, "to": body_key},
            now=now,
        )
        return petition

    async def _similar(self, session: AsyncSession, petition: Petition, now: datetime) -> tuple[Twin, ...]:
        if self._twins is None:
            return ()
        return tuple(await self._twins.of_petition(session, petition, now, states=STAFF_SEES, limit=TWINS_SHOWN))

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
            CommentWrong: it is empty, too short or too long.
            PetitionMissing, Outdated, WithColleague: see `hold`.
        """
        petition = await self.hold(session, number, version, moderator, now)
        comment = text.strip()
        if not comment or len(comment) > COMMENT_MAX:
            raise CommentWrong(max(len(comment) - COMMENT_MAX, 0))
        if len(comment) < COMMENT_MIN:
            raise CommentWrong(len(comment) - COMMENT_MIN)
        petition.comment = comment
        return petition

    async def repeated(self, session: AsyncSession, petition: Petition) -> Petition | None:
        """The petition that the noted comment names by its number, if there is such a public one."""
        number = named_petition(petition.comment or "")
        other = await session.get(Petition, number) if number is not None and number != petition.id else None
        return other if other is not None and other.state in PUBLIC else None

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
        twin_id: int | None = None,
    ) -> Petition:
        """Approve, return, reject, restore, keep or mark as sent. `with_comment` sends the comment noted before;
        `twin_id` is the petition that a rejected one repeats.

        Raises:
            ChangeIncomplete: a return without a comment, a rejection without a reason, or as a repetition of none.
            ReasonMissing: the reason is not offered any more.
            PetitionMissing, Outdated, WithColleague: see `hold`.
        """
        petition = await self.hold(session, number, version, moderator, now)
        if action not in await self.actions(session, petition, moderator):
            raise Outdated(number)
        appeal = await self._open_appeal(session, petition)
        if reason_code is not None:
            offered = await session.get(RejectionReason, reason_code)
            if offered is None or not offered.active:
                raise ReasonMissing(reason_code)
        comment = petition.comment if with_comment else None
        if reason_code == REPETITION and twin_id is None:
            if not comment:
                raise ChangeIncomplete("a rejection as a repetition says which petition is repeated")
            repeated = await self.repeated(session, petition)
            twin_id = repeated.id if repeated is not None else None
        if action is not Action.UPHOLD:
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
            twin_id=twin_id,
        )
        if action in {Action.KEEP, Action.REJECT}:
            outcome = ReportOutcome.KEPT if action is Action.KEEP else ReportOutcome.REMOVED
            await self._reports.close(session, number, outcome, now)
        if appeal is not None:
            decided = AppealOutcome.DISMISSED if action is Action.UPHOLD else AppealOutcome.GRANTED
            await self._appeals.decide(session, number, moderator, decided, now)
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

    async def uses(self, session: AsyncSession, code: str) -> int:
        """How many petitions stand rejected with a reason."""
        counted = select(func.count()).where(Petition.reason_code == code)
        return int(await session.scalar(counted) or 0)

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

    async def draft_reason(self, session: AsyncSession, code: str, part: str, text: str, admin: Resident) -> str:
        """Keep new words for a reason in one language ("kk", "ru", "en"), or for its article ("article"), until the
        admin confirms them. Returns the words.

        Raises:
            ReasonMissing: the catalogue has no such reason.
            CommentWrong: the text is empty or too long.
        """
        row = await self._reason(session, code)
        words = " ".join(text.split())
        longest = ARTICLE_MAX if part == "article" else REASON_MAX
        if not words or len(words) > longest:
            raise CommentWrong(max(len(words) - longest, 0))
        row.pending = {"part": part, "text": words, "by": admin.id}
        await session.flush()
        return words

    async def word_reason(self, session: AsyncSession, code: str, part: str, admin: Resident, now: datetime) -> bool:
        """Let the words count that the admin wrote last; False when they are not there any more.

        Raises:
            ReasonMissing: the catalogue has no such reason.
        """
        row = await self._reason(session, code)
        pending = row.pending or {}
        if pending.get("part") != part or pending.get("by") != admin.id or part not in REASON_PARTS:
            return False
        setattr(row, "article" if part == "article" else f"text_{part}", pending["text"])
        row.pending = None
        await self._audit(
            session,
            actor_id=admin.id,
            action="reason_edit",
            subject=f"reason:{code}",
            details={"part": part},
            now=now,
        )
        return True

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

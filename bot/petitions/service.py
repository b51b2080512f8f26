"""A petition's life: opening, signing, every change of state, what the clock does, what a person leaves behind.

Methods work inside the caller's transaction and never commit. `change` is the only place that moves a state.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final, Protocol, cast

import structlog
from sqlalchemy import ColumnElement, Table, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from bot.db import insert_ignoring, insert_row_ignoring
from bot.delivery.outbox import refresh, tell, tell_each
from bot.law.calendar import WorkingCalendar, local_date
from bot.law.rules import PetitionRules, ThresholdKey, rules_on, threshold
from bot.petitions import rules
from bot.petitions.models import (
    Draft,
    Follow,
    Petition,
    PetitionEvent,
    PetitionText,
    Signature,
)
from bot.petitions.rules import Action, Actor, DraftStep, NotAllowed, Outcome, State
from bot.petitions.search import index
from bot.petitions.twins import index as twins_index
from bot.places.bodies import Body, body_by_key
from bot.places.tree import Gazetteer
from bot.residents.models import Resident
from bot.residents.rules import signer_key

_petitions: Final = cast(Table, Petition.__table__)
_ONE_MORE: Final = (
    update(_petitions)
    .where(_petitions.c.id == bindparam("number"))
    .values(signature_count=_petitions.c.signature_count + 1)
)

_RECEIPT_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RECEIPT_LENGTH: Final = 8

log = structlog.get_logger(__name__)

_HOLDS_ITS_PHONE: Final = or_(Signature.withdrawn_at.is_(None), Signature.annulment_id.is_not(None))
"""Signatures whose phone cannot sign the petition anew; the unique index is on the same."""


_NOT_OUT_OF_SIGHT: Final = frozenset({Action.HIDE, Action.EXPIRE, Action.WITHDRAW, Action.RETIRE, Action.SEND})

CORRECTABLE: Final = ("title", "ask", "why", "place_key", "body_key")
"""What an author may change in a petition that was returned."""


class SignOutcome(Enum):
    """What came of the wish to sign or to take a signature back."""

    SIGNED = "signed"
    ALREADY = "already"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ANNULLED = "annulled"
    """The phone's signature was judged invalid; it cannot sign again until that is undone or cleared."""
    NOT_SIGNED = "not_signed"


@dataclass(frozen=True, slots=True)
class SignResult:
    """What came of it, with the receipt number of the person's standing signature and the count as it is now."""

    outcome: SignOutcome
    petition: Petition
    receipt: str | None = None


class DraftIncomplete(ValueError):
    """A part of the draft is missing; `args[0]` names it ("title", "ask", "place", "body")."""


class ChangeIncomplete(ValueError):
    """The change of state lacks what the table says it needs; `args[0]` names it."""


class PetitionMissing(LookupError):
    """No petition has this number."""


def text_hash(title: str, ask: str, why: str) -> str:
    """SHA-256 of a petition's text, in hex."""
    return hashlib.sha256("\x00".join((title, ask, why)).encode()).hexdigest()


def new_receipt() -> str:
    """A receipt number without letters that look alike, e.g. "7KQ4-M2XA"."""
    drawn = "".join(secrets.choice(_RECEIPT_LETTERS) for _ in range(_RECEIPT_LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"


class Listeners(Protocol):
    """Who wants to hear of events besides the signers, the followers and the author. Selects give resident ids."""

    async def published(self, session: AsyncSession, petition: Petition, audience: Any, now: datetime) -> None:
        """A petition has become public; `audience` are told of it already."""

    async def milestone(
        self, session: AsyncSession, petition: Petition, count: int, audience: Any, now: datetime
    ) -> None:
        """The count has reached a round number; `audience` are the signers and followers."""


OnChange = Callable[[AsyncSession, Petition, Action, "int | None", datetime], Awaitable[None]]
"""Hears of a change of state: the petition as it is now, what was done, by whom, when."""


class Petitions:
    """Use cases on petitions.

    `moderators` gives the ids of residents who are told that a petition waits for moderation; `subject_of` names the
    subject of a text about a place, when there is something that knows subjects; `listeners` hear of events first.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        pepper: bytes,
        calendar: WorkingCalendar,
        moderators: Callable[[AsyncSession], Awaitable[list[int]]],
        zone: str = "Asia/Almaty",
        subject_of: Callable[[str, str], str | None] | None = None,
        listeners: Listeners | None = None,
    ) -> None:
        self.subject_of = subject_of
        self._listeners = listeners
        self.on_change: list[OnChange] = []
        """What follows from a change of state in other rooms, in the same transaction, when everybody is told."""
        self.gazetteer = gazetteer
        self.calendar = calendar
        self.zone = zone
        self._pepper = pepper
        self._moderators = moderators

    def today(self, now: datetime) -> date:
        """The local date of an instant."""
        return local_date(now, self.zone)

    def body(self, petition: Petition) -> Body:
        """The body a petition is addressed to."""
        found = body_by_key(self.gazetteer, petition.body_key)
        if found is None:
            raise LookupError(f"petition {petition.id}: unknown body {petition.body_key!r}")
        return found

    async def get(self, session: AsyncSession, number: int, *, lock: bool = False) -> Petition:
        """A petition by its number; `lock` holds its row until the transaction ends.

        Raises:
            PetitionMissing: no petition has this number.
        """
        petition = await session.get(Petition, number, with_for_update=lock, populate_existing=lock)
        if petition is None:
            raise PetitionMissing(number)
        return petition

    # --- opening and correcting -------------------------------------------------------------------------------

    async def open(self, session: AsyncSession, draft: Draft, author: Resident, now: datetime) -> Petition:
        """Turn a complete draft into a petition, with the author's own signature as the first.

        Raises:
            DraftIncomplete: a part is missing.
        """
        today = self.today(now)
        law = rules_on(today)
        body = self._complete(draft)
        row = rules.transition(Action.OPEN, None, Actor.AUTHOR, law.order)
        petition = Petition(
            access_key=secrets.token_urlsafe(8)[:10].replace("-", "a").replace("_", "b"),
            author_id=author.id,
            state=row.target,
            language=draft.language,
            rules_from=law.valid_from,
            supporters_needed=law.supporters_needed.value,
            opened_at=now,
            **self._text_of(draft),
            **self._threshold_of(law, body),
        )
        self._enter(petition, law, now)
        session.add(petition)
        await session.flush()
        await index.put(session, petition, self.gazetteer)
        await twins_index.put(session, petition)
        session.add(self._version(petition, now))
        session.add(self._event(petition, Action.OPEN, None, author.id, row.article, now))
        draft.step = DraftStep.OPENED
        draft.version += 1
        draft.petition_id = petition.id
        draft.updated_at = now
        await self._add_signature(session, petition, author, now)
        if petition.state is State.MODERATION:
            await self._tell_moderators(session, petition, now)
        return petition

    async def correct(self, session: AsyncSession, draft: Draft, author: Resident, now: datetime) -> Petition:
        """Put the author's correction of a returned petition before the moderators again.

        Those who signed are told what changed, so that they can take their signature back.

        Raises:
            DraftIncomplete: a part is missing.
            NotAllowed: the petition is not returned, or somebody else's.
        """
        body = self._complete(draft)
        if draft.petition_id is None:
            raise NotAllowed("the draft does not correct a petition")
        petition = await self.get(session, draft.petition_id, lock=True)
        if petition.author_id != author.id:
            raise NotAllowed("only the author corrects a petition")
        law = rules_on(petition.rules_from)
        text = self._text_of(draft)
        changed = [part for part in CORRECTABLE if text[part] != getattr(petition, part)]
        is_text_new = text["text_hash"] != petition.text_hash
        moved = self._threshold_of(law, body)
        for name, value in {**text, **moved, "language": draft.language}.items():
            setattr(petition, name, value)
        if is_text_new:
            petition.text_version += 1
            session.add(self._version(petition, now))
        await self.change(session, petition, Action.CORRECT, Actor.AUTHOR, author.id, now)
        if is_text_new or "place_key" in changed:
            await twins_index.put(session, petition)
        if changed:
            await tell_each(
                session,
                self._signers(petition, but=author.id),
                kind="petition_corrected",
                reference=petition.id,
                cause=f"corrected:{petition.id}:{petition.version}",
                params={"changed": changed},
                now=now,
            )
        draft.step = DraftStep.OPENED
        draft.version += 1
        draft.updated_at = now
        return petition

    def _complete(self, draft: Draft) -> Body:
        for name in ("title", "ask", "why", "place_key", "body_key"):
            if not getattr(draft, name):
                raise DraftIncomplete(name.removesuffix("_key"))
        body = body_by_key(self.gazetteer, draft.body_key or "")
        if body is None:
            raise DraftIncomplete("body")
        return body

    def _text_of(self, draft: Draft) -> dict[str, Any]:
        title, ask, why = draft.title or "", draft.ask or "", draft.why or ""
        subject = None
        if self.subject_of is not None and draft.place_key:
            # The reasons speak of much besides: of the bus that cannot pass, where the road is asked for.
            subject = self.subject_of(f"{title}\n{ask}", draft.place_key)
        return {
            "title": title,
            "ask": ask,
            "why": why,
            "text_hash": text_hash(title, ask, why),
            "place_key": draft.place_key,
            "body_key": draft.body_key,
            "suggested_body_key": draft.suggested_body_key,
            "subject": subject,
        }

    @staticmethod
    def _threshold_of(law: PetitionRules, body: Body) -> dict[str, Any]:
        population = body.place.population if body.place else None
        needed = threshold(law, body.threshold_key, population)
        return {
            "threshold_votes": needed.votes,
            "threshold_article": needed.article,
            "threshold_key": needed.key.value,
            "population": population,
            "population_year": body.place.population_year if body.place else None,
        }

    @staticmethod
    def _version(petition: Petition, now: datetime) -> PetitionText:
        return PetitionText(
            petition_id=petition.id,
            version=petition.text_version or 1,
            title=petition.title,
            ask=petition.ask,
            why=petition.why,
            text_hash=petition.text_hash,
            at=now,
        )

    # --- changes of state -------------------------------------------------------------------------------------

    async def change(
        self,
        session: AsyncSession,
        petition: Petition,
        action: Action,
        actor: Actor,
        actor_id: int | None,
        now: datetime,
        *,
        comment: str | None = None,
        reason_code: str | None = None,
        body_key: str | None = None,
        outcome: Outcome | None = None,
        answer: str | None = None,
        twin_id: int | None = None,
    ) -> Petition:
        """Move a petition to its next state and tell whom it concerns.

        Raises:
            NotAllowed: the table of transitions has no such change.
            ChangeIncomplete: what the change needs is missing.
        """
        law = rules_on(petition.rules_from)
        row = rules.transition(action, petition.state, actor, law.order)
        brought = {"comment": comment, "reason": reason_code, "body": body_key, "outcome": outcome, "twin": twin_id}
        if row.needs is not None and not brought[row.needs]:
            raise ChangeIncomplete(row.needs)
        source, was = petition.state, petition.body_key
        self._check_sight(petition, action)
        petition.state = row.target
        petition.version += 1
        petition.locked_by = petition.locked_until = None
        if row.target is not source:
            petition.twin_id = twin_id
        if action in {Action.RETURN, Action.REJECT, Action.NOT_OURS}:
            petition.comment = comment
            petition.reason_code = reason_code
        if action in {Action.NOT_OURS, Action.READDRESS}:
            self._readdress(petition, law, body_key or "")
        if action is Action.FALL_BELOW:
            petition.supported_at = None
        if action is Action.REGISTER:
            term = law.consideration(ThresholdKey(petition.threshold_key))
            petition.due_on = term.end(self.today(now), self.calendar)
        if action is Action.DECIDE:
            petition.outcome, petition.answer, petition.decided_at = outcome, answer, now
        if row.target is not source:
            self._enter(petition, law, now)
        self._move_sight(petition, action, now)
        session.add(
            self._event(petition, action, source, actor_id, row.article, now, comment or reason_code, reason_code)
        )
        await session.flush()
        await index.put(session, petition, self.gazetteer)
        await self._announce(session, petition, action, actor_id, now, was)
        await refresh(session, kind=rules.LIVE_KIND, reference=petition.id, now=now)
        for follows in self.on_change:
            await follows(session, petition, action, actor_id, now)
        if action in {Action.NOT_OURS, Action.READDRESS, Action.REINSTATE}:
            await self._count_moved(session, petition, now)
        return petition

    @staticmethod
    def _check_sight(petition: Petition, action: Action) -> None:
        """Out of sight a petition neither ends, nor leaves, nor is withdrawn: its moderator's word comes first."""
        if petition.hidden_since is not None and action in _NOT_OUT_OF_SIGHT:
            raise NotAllowed(f"{action.value} is not possible under review")
        was_public = petition.published_at is not None
        if (action is Action.RESTORE and was_public) or (action is Action.REINSTATE and not was_public):
            raise NotAllowed(f"{action.value} is not possible")

    @staticmethod
    def _move_sight(petition: Petition, action: Action, now: datetime) -> None:
        """Take a public petition out of sight, or back with the days it lost, each begun day whole."""
        if action in {Action.HIDE, Action.REJECT} and petition.published_at is not None:
            petition.hidden_since = petition.hidden_since or now
        elif action in {Action.KEEP, Action.REINSTATE} and petition.hidden_since is not None:
            if petition.closes_on is not None:
                petition.closes_on += timedelta(days=math.ceil((now - petition.hidden_since) / timedelta(days=1)))
            petition.hidden_since = None
        if action is Action.REINSTATE:
            petition.reason_code = petition.comment = petition.supported_at = petition.ended_at = None

    async def step(
        self,
        session: AsyncSession,
        petition: Petition,
        action: str,
        actor_id: int | None,
        now: datetime,
        *,
        article: str,
        note: str | None = None,
    ) -> None:
        """Write down what a body did without moving the state; buttons made before are out of date."""
        petition.version += 1
        session.add(
            PetitionEvent(
                petition_id=petition.id,
                at=now,
                action=action,
                source=petition.state,
                target=petition.state,
                actor_id=actor_id,
                article=article,
                body_key=petition.body_key,
                note=note,
            )
        )
        await session.flush()
        await refresh(session, kind=rules.LIVE_KIND, reference=petition.id, now=now)

    def _enter(self, petition: Petition, law: PetitionRules, now: datetime) -> None:
        """Set the dates that belong to the state just entered."""
        today = self.today(now)
        state = petition.state
        if state is State.GATHERING:
            petition.supporters_by = law.supporters_term.end(today, self.calendar)
        elif state is State.MODERATION:
            petition.moderation_since = now
            petition.moderation_due = law.moderation_term.end(today, self.calendar)
            petition.ended_at = None
            petition.reason_code = None
        elif state is State.PUBLISHED and petition.published_at is None:
            petition.published_at = now
            petition.closes_on = law.collection_term.end(today, self.calendar)
        elif state is State.SUPPORTED:
            petition.supported_at = now
        elif state is State.SENT:
            petition.sent_at = now
        if state in rules.ENDED:
            petition.ended_at = now

    def _readdress(self, petition: Petition, law: PetitionRules, body_key: str) -> None:
        body = body_by_key(self.gazetteer, body_key)
        if body is None:
            raise ChangeIncomplete("body")
        petition.body_key = body_key
        for name, value in self._threshold_of(law, body).items():
            setattr(petition, name, value)
        petition.sent_at = petition.supported_at = petition.assigned_to = None

    @staticmethod
    def _event(
        petition: Petition,
        action: Action,
        source: State | None,
        actor_id: int | None,
        article: str,
        now: datetime,
        note: str | None = None,
        reason_code: str | None = None,
    ) -> PetitionEvent:
        return PetitionEvent(
            petition_id=petition.id,
            at=now,
            action=action.value,
            source=source,
            target=petition.state,
            actor_id=actor_id,
            article=article,
            body_key=petition.body_key,
            note=note,
            reason_code=reason_code,
        )

    async def _announce(
        self, session: AsyncSession, petition: Petition, action: Action, actor_id: int | None, now: datetime, was: str
    ) -> None:
        """Queue what the author, the signers and the followers are told of a change; `was`: key of the body before."""
        to_author = {
            Action.SUPPORTERS_FOUND: "supporters_found",
            Action.RETURN: "petition_returned",
            Action.REJECT: "petition_rejected",
            Action.RESTORE: "petition_restored",
            Action.HIDE: "petition_hidden",
            Action.KEEP: "petition_kept",
            Action.UPHOLD: "appeal_dismissed",
        }
        to_all = {
            Action.LAPSE: "petition_lapsed",
            Action.REACH_THRESHOLD: "petition_supported",
            Action.SEND: "petition_sent",
            Action.NOT_OURS: "petition_readdressed",
            Action.READDRESS: "petition_body_corrected",
            Action.REGISTER: "petition_considering",
            Action.DECIDE: "petition_decided",
            Action.EXPIRE: "petition_expired",
            Action.WITHDRAW: "petition_withdrawn",
            Action.RETIRE: "petition_retired",
            Action.REINSTATE: "petition_reinstated",
        }
        cause = f"{action.value}:{petition.id}:{petition.version}"
        if petition.state is State.PUBLISHED and action in {Action.APPROVE, Action.SUPPORTERS_FOUND}:
            kind: str | None = "petition_published"
            everybody = True
        elif petition.state is State.GATHERING and action is Action.APPROVE:
            kind, everybody = "petition_approved", False
        else:
            kind = to_all.get(action) or to_author.get(action)
            everybody = action in to_all
        if kind is not None and everybody:
            # A count that falls and rises again is not news twice.
            once = f"supported:{petition.id}" if action is Action.REACH_THRESHOLD else cause
            params = {"was": was} if action is Action.READDRESS else None
            await self.tell_everybody(session, petition, kind=kind, cause=once, now=now, but=actor_id, params=params)
        elif kind is not None and petition.author_id is not None:
            await tell(
                session,
                kind=kind,
                resident_id=petition.author_id,
                reference=petition.id,
                cause=cause,
                now=now,
            )
        if petition.state is State.MODERATION and action is not Action.READDRESS:
            await self._tell_moderators(session, petition, now, but=actor_id)
        if action is Action.HIDE:
            await self._tell_moderators(session, petition, now, kind="queue_reported")
        if action is Action.REJECT and petition.published_at is not None:
            await self.tell_everybody(
                session, petition, kind="petition_removed", cause=f"removed:{cause}", now=now, but=petition.author_id
            )
        if kind == "petition_published" and self._listeners is not None:
            await self._listeners.published(session, petition, self._audience(petition), now)

    async def tell_everybody(
        self,
        session: AsyncSession,
        petition: Petition,
        *,
        kind: str,
        cause: str,
        now: datetime,
        but: int | None = None,
        params: dict[str, Any] | None = None,
    ) -> int:
        """Queue one message of a kind to the signers, the followers and the author, each once for the same cause.

        `but` is who caused it. Returns how many are told.
        """
        people = self._audience(petition, but=but)
        return await tell_each(session, people, kind=kind, reference=petition.id, cause=cause, params=params, now=now)

    async def _tell_moderators(
        self,
        session: AsyncSession,
        petition: Petition,
        now: datetime,
        *,
        but: int | None = None,
        kind: str = "queue_new",
    ) -> None:
        for resident_id in await self._moderators(session):
            if resident_id == but:
                continue
            await tell(
                session,
                kind=kind,
                resident_id=resident_id,
                reference=petition.id,
                cause=f"queue:{petition.id}:{petition.version}",
                now=now,
            )

    @staticmethod
    def _signers(petition: Petition, *, but: int | None = None) -> Any:
        chosen = select(Signature.resident_id).where(
            Signature.petition_id == petition.id,
            Signature.withdrawn_at.is_(None),
            Signature.resident_id.is_not(None),
        )
        return chosen if but is None else chosen.where(Signature.resident_id != but)

    def _audience(self, petition: Petition, *, but: int | None = None) -> Any:
        """Ids of the signers, the followers and the author, each once; who caused the change knows of it already."""
        people = self._signers(petition).union(
            select(Follow.resident_id).where(Follow.petition_id == petition.id),
            select(Petition.author_id).where(Petition.id == petition.id, Petition.author_id.is_not(None)),
        )
        person = people.subquery().c[0]
        return select(person) if but is None else select(person).where(person != but)

    # --- signatures -------------------------------------------------------------------------------------------

    def is_open(self, petition: Petition, now: datetime) -> bool:
        """Whether a signature can be added at this moment; the last day counts until its end, local time."""
        if petition.state not in rules.OPEN_FOR_SIGNING or petition.hidden_since is not None:
            return False
        last = petition.supporters_by if petition.state is State.GATHERING else petition.closes_on
        return last is None or self.today(now) <= last

    async def sign(self, session: AsyncSession, number: int, resident: Resident, now: datetime) -> SignResult:
        """Sign as a confirmed resident; a second wish to sign changes nothing.

        Raises:
            PetitionMissing: no petition has this number.
            NotAllowed: the resident has no confirmed phone.
        """
        petition = await self.get(session, number, lock=True)
        standing = await self.standing_receipt(session, petition, resident)
        return await self.sign_locked(session, petition, resident, now, standing=standing)

    async def sign_locked(
        self, session: AsyncSession, petition: Petition, resident: Resident, now: datetime, *, standing: str | None
    ) -> SignResult:
        """`sign` a petition whose row is locked, where `standing` is known: the receipt of the resident's signature.

        The petition's row is locked first, so the counter moves with the signature whoever taps at the same
        moment. Two taps of one person are the same race: both come here, the first inserts, and the unique index
        on (petition, signer key) lets the second insert nothing. It is the index that decides, not the look-up
        before it: the second tap may come from another account with the same phone, on another worker.

        Raises:
            NotAllowed: the resident has no confirmed phone.
        """
        if standing is not None:
            return SignResult(SignOutcome.ALREADY, petition, standing)
        if not self.is_open(petition, now):
            return SignResult(SignOutcome.CLOSED, petition)
        receipt = await self._add_signature(session, petition, resident, now)
        if receipt is None:
            # The phone has signed before, by an account that is gone: the signature is its owner's again.
            held = await self._reclaim(session, petition, resident)
            is_annulled = held is not None and held.annulment_id is not None
            outcome = SignOutcome.ANNULLED if is_annulled else SignOutcome.ALREADY
            return SignResult(outcome, petition, held.receipt if held is not None else None)
        return SignResult(SignOutcome.SIGNED, petition, receipt)

    async def _add_signature(
        self, session: AsyncSession, petition: Petition, resident: Resident, now: datetime
    ) -> str | None:
        key = self._key(petition, resident)
        row = {
            "petition_id": petition.id,
            "resident_id": resident.id,
            "signer_key": key,
            "text_version": petition.text_version or 1,
            "receipt": new_receipt(),
            "signed_at": now,
        }
        adding = insert_row_ignoring(session, Signature, tuple(row), "receipt")
        added = await session.scalar(adding, row)
        if added is None:
            if await self._stands(session, petition, key):
                return None
            # The receipt number was taken: one in 10^11; draw again.
            return await self._add_signature(session, petition, resident, now)
        # Written past the session, whose bookkeeping costs several times this statement; the row is locked, so the
        # count in hand is the one before.
        await session.execute(_ONE_MORE, {"number": petition.id})
        set_committed_value(petition, "signature_count", petition.signature_count + 1)
        await self._count_moved(session, petition, now)
        return str(added)

    async def withdraw_signature(
        self, session: AsyncSession, number: int, resident: Resident, now: datetime
    ) -> SignResult:
        """Take a standing signature back, as long as the petition has not ended or left for the body.

        Raises:
            PetitionMissing: no petition has this number.
        """
        petition = await self.get(session, number, lock=True)
        if petition.state not in rules.OPEN_FOR_WITHDRAWAL:
            return SignResult(SignOutcome.CLOSED, petition)
        withdrawn: Any = await session.execute(
            update(Signature)
            .where(
                Signature.petition_id == number,
                Signature.resident_id == resident.id,
                Signature.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now)
        )
        if withdrawn.rowcount == 0:
            return SignResult(SignOutcome.NOT_SIGNED, petition)
        petition.signature_count -= int(withdrawn.rowcount)
        await session.flush()
        await self._count_moved(session, petition, now)
        return SignResult(SignOutcome.WITHDRAWN, petition)

    async def annul(
        self, session: AsyncSession, petition: Petition, chosen: ColumnElement[bool], annulment_id: int, now: datetime
    ) -> int:
        """Let standing signatures of a petition, whose row is locked, count no more; what the lower count causes
        follows. Their phones cannot sign it again. Returns how many."""
        taken: Any = await session.execute(
            update(Signature)
            .where(Signature.petition_id == petition.id, Signature.withdrawn_at.is_(None), chosen)
            .values(withdrawn_at=now, annulment_id=annulment_id)
            .execution_options(synchronize_session=False)
        )
        return await self._counted(session, petition, -int(taken.rowcount), now)

    async def undo_annulment(self, session: AsyncSession, petition: Petition, annulment_id: int, now: datetime) -> int:
        """Let annulled signatures of a petition, whose row is locked, count again. Returns how many."""
        given: Any = await session.execute(
            update(Signature)
            .where(Signature.petition_id == petition.id, Signature.annulment_id == annulment_id)
            .values(withdrawn_at=None, annulment_id=None)
            .execution_options(synchronize_session=False)
        )
        return await self._counted(session, petition, int(given.rowcount), now)

    async def _counted(self, session: AsyncSession, petition: Petition, by: int, now: datetime) -> int:
        if by:
            petition.signature_count += by
            await session.flush()
            await self._count_moved(session, petition, now)
        return abs(by)

    async def _count_moved(self, session: AsyncSession, petition: Petition, now: datetime) -> None:
        """Do what a new count causes: next state, milestones, cards on people's screens."""
        count, needed = petition.signature_count, petition.threshold_votes
        if petition.state is State.GATHERING and count >= petition.supporters_needed:
            await self.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)
        elif petition.state is State.PUBLISHED and needed is not None and count >= needed:
            await self.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, now)
        elif petition.state is State.SUPPORTED and needed is not None and count < needed:
            await self.change(session, petition, Action.FALL_BELOW, Actor.SIGNERS, None, now)
        reached = rules.milestone_reached(count, petition.milestone or 0, needed)
        if reached is not None:
            petition.milestone = reached
            is_news_already = reached == petition.supporters_needed or reached == needed
            if petition.author_id is not None and not is_news_already:
                await tell(
                    session,
                    kind="milestone",
                    resident_id=petition.author_id,
                    reference=petition.id,
                    cause=f"milestone:{petition.id}:{reached}",
                    params={"count": reached},
                    now=now,
                )
            if not is_news_already and self._listeners is not None:
                audience = self._audience(petition, but=petition.author_id)
                await self._listeners.milestone(session, petition, reached, audience, now)
        await refresh(session, kind=rules.LIVE_KIND, reference=petition.id, now=now)

    def _key(self, petition: Petition, resident: Resident) -> str:
        if resident.phone_hash is None:
            raise NotAllowed("only a resident with a confirmed phone signs")
        return signer_key(self._pepper, petition.id, resident.phone_hash)

    async def _reclaim(self, session: AsyncSession, petition: Petition, resident: Resident) -> Signature | None:
        """Give a signature that became anonymous back to the person who shows the same phone again."""
        standing = await session.scalar(
            select(Signature).where(
                Signature.petition_id == petition.id,
                Signature.signer_key == self._key(petition, resident),
                _HOLDS_ITS_PHONE,
            )
        )
        if standing is None or standing.resident_id not in {None, resident.id}:
            return None
        standing.resident_id = resident.id
        await session.flush()
        return standing

    @staticmethod
    async def _stands(session: AsyncSession, petition: Petition, key: str) -> bool:
        found = await session.scalar(
            select(Signature.id).where(
                Signature.petition_id == petition.id,
                Signature.signer_key == key,
                _HOLDS_ITS_PHONE,
            )
        )
        return found is not None

    @staticmethod
    async def standing_receipt(session: AsyncSession, petition: Petition, resident: Resident) -> str | None:
        """The receipt number of the resident's standing signature, if there is one."""
        receipt: str | None = await session.scalar(
            select(Signature.receipt).where(
                Signature.petition_id == petition.id,
                Signature.resident_id == resident.id,
                Signature.withdrawn_at.is_(None),
            )
        )
        return receipt

    # --- following --------------------------------------------------------------------------------------------

    async def follow(self, session: AsyncSession, number: int, resident: Resident, now: datetime) -> None:
        """Hear about a petition's changes; following twice changes nothing."""
        row = {"petition_id": number, "resident_id": resident.id, "since": now}
        await session.execute(insert_ignoring(session, Follow, [row]))

    async def unfollow(self, session: AsyncSession, number: int, resident: Resident) -> None:
        """Hear no more, unless signed."""
        await session.execute(delete(Follow).where(Follow.petition_id == number, Follow.resident_id == resident.id))

    # --- the clock --------------------------------------------------------------------------------------------

    async def close_due(self, session: AsyncSession, now: datetime) -> int:
        """End what ran out: too few supporters in time, or the collection over. Returns how many ended."""
        today = self.today(now)
        lapsed = select(Petition).where(Petition.state == State.GATHERING, Petition.supporters_by < today)
        expired = select(Petition).where(
            Petition.state == State.PUBLISHED, Petition.closes_on < today, Petition.hidden_since.is_(None)
        )
        ended = 0
        for chosen, action in ((lapsed, Action.LAPSE), (expired, Action.EXPIRE)):
            for petition in (await session.scalars(chosen.with_for_update())).all():
                await self.change(session, petition, action, Actor.CLOCK, None, now)
                ended += 1
        return ended

    async def recount(self, session: AsyncSession) -> dict[int, tuple[int, int]]:
        """Petitions whose counter differs from the signatures: number -> (counter, signatures). Alerts, never mends:
        a difference is a fault to be understood."""
        standing = (
            select(Signature.petition_id, func.count().label("signatures"))
            .where(Signature.withdrawn_at.is_(None))
            .group_by(Signature.petition_id)
            .subquery()
        )
        counted = func.coalesce(standing.c.signatures, 0)
        rows = await session.execute(
            select(Petition.id, Petition.signature_count, counted)
            .outerjoin(standing, standing.c.petition_id == Petition.id)
            .where(Petition.signature_count != counted)
        )
        differing = {number: (counter, signatures) for number, counter, signatures in rows}
        for number, (counter, signatures) in differing.items():
            log.error("signature count differs", petition=number, counter=counter, signatures=signatures)
        return differing

    # --- what a person leaves behind ----------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How much is stored about a person: standing signatures, petitions, drafts, followed petitions."""
        counts = {
            "signatures": select(func.count()).where(
                Signature.resident_id == resident_id, Signature.withdrawn_at.is_(None)
            ),
            "petitions": select(func.count()).where(Petition.author_id == resident_id),
            "drafts": select(func.count()).where(
                Draft.author_id == resident_id, Draft.step.not_in((DraftStep.OPENED, DraftStep.DISCARDED))
            ),
            "follows": select(func.count()).where(Follow.resident_id == resident_id),
        }
        return {name: int(await session.scalar(counted) or 0) for name, counted in counts.items()}

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """What is stored about a person, for the export file."""
        signed = await session.scalars(select(Signature).where(Signature.resident_id == resident_id))
        written = await session.scalars(select(Petition).where(Petition.author_id == resident_id))
        drafts = await session.scalars(select(Draft).where(Draft.author_id == resident_id))
        follows = await session.scalars(select(Follow).where(Follow.resident_id == resident_id))
        return {
            "signatures": [
                {
                    "petition": row.petition_id,
                    "receipt": row.receipt,
                    "signed_at": row.signed_at.isoformat(),
                    "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
                    "annulled": row.annulment_id is not None,
                }
                for row in signed
            ],
            "petitions": [
                {
                    "number": row.id,
                    "title": row.title,
                    "ask": row.ask,
                    "why": row.why,
                    "state": row.state.value,
                }
                for row in written
            ],
            "drafts": [{"title": row.title, "ask": row.ask, "why": row.why} for row in drafts],
            "follows": [row.petition_id for row in follows],
        }

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Forget a person: signatures stay as anonymous counts, petitions stand without an author, drafts go.

        A returned petition could never be corrected without its author, so it is withdrawn.
        """
        returned = await session.scalars(
            select(Petition).where(Petition.author_id == resident_id, Petition.state == State.RETURNED)
        )
        for petition in returned.all():
            await self.change(session, petition, Action.WITHDRAW, Actor.AUTHOR, None, now)
        await session.execute(update(Signature).where(Signature.resident_id == resident_id).values(resident_id=None))
        hidden = await index.hidden_of(session, resident_id)
        await session.execute(update(Petition).where(Petition.author_id == resident_id).values(author_id=None))
        for petition in hidden:
            await session.refresh(petition)
            await index.put(session, petition, self.gazetteer)
        await session.execute(update(Petition).where(Petition.locked_by == resident_id).values(locked_by=None))
        await session.execute(update(Petition).where(Petition.assigned_to == resident_id).values(assigned_to=None))
        await session.execute(delete(Follow).where(Follow.resident_id == resident_id))
        await session.execute(delete(Draft).where(Draft.author_id == resident_id))

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Give everything of one account to another account of the same person."""
        follows = await session.scalars(select(Follow.petition_id).where(Follow.resident_id == source_id))
        rows = [{"petition_id": number, "resident_id": target_id, "since": now} for number in follows.all()]
        if rows:
            await session.execute(insert_ignoring(session, Follow, rows))
            await session.execute(delete(Follow).where(Follow.resident_id == source_id))
        for column in (Signature.resident_id, Petition.author_id, Draft.author_id):
            await session.execute(update(column.class_).where(column == source_id).values({column.key: target_id}))
        await index.put_hidden_of(session, target_id, self.gazetteer)

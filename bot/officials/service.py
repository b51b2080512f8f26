"""The body's work on a petition: registering, passing on, assigning, announcing; absences; what waits too long.

Methods work inside the caller's transaction and never commit. Decisions are in `decisions`, group chats in `groups`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import note_told, refresh, tell, tell_each, told_already
from bot.language.clean import personal_data
from bot.language.moment import MomentUnread, read_moment
from bot.law.rules import Term, rules_on, threshold
from bot.officials import queries
from bot.officials.models import Absence, Announcement, Desk, OfficialDraft
from bot.officials.rules import (
    AWAITED,
    GROUP_MAX,
    SEEN,
    STEPS,
    WORDS_MAX,
    AnnouncementKind,
    DraftKind,
    MomentWrong,
    Reminder,
    Step,
    answer_reminder,
    check_moment,
    proposed_days,
    registration_reminder,
)
from bot.petitions.models import Follow, Petition, PetitionEvent, Signature
from bot.petitions.rules import Action, Actor, State
from bot.petitions.service import PetitionMissing, Petitions
from bot.places.bodies import GOVERNMENT, Body, bodies_of, body_by_key
from bot.places.tree import Place
from bot.residents.models import Resident, Role
from bot.residents.staff.service import Staff

CASE_KIND: Final = "case"
"""Kind of the live messages that show a petition to officials."""

LOCK: Final = timedelta(minutes=15)
"""How long what one official is writing is kept from colleagues."""

ABSENCE_DAYS: Final = 120
"""Most days an absence is announced for."""

NAME_MAX: Final = 60
REASON_MIN: Final = 20
"""Characters of the reason why a petition is another body's matter: signers read it, and one word explains nothing."""

REASON_MAX: Final = 500
"""Characters of why a petition is another body's matter."""

REMINDERS_APART: Final = 2
"""Most petitions somebody is reminded of at once in messages of their own; of more a single message tells."""

OVERDUE: Final = "overdue"
"""The event that the term of an answer is over."""

_PROPOSED: Final = 6
"""Bodies proposed to an official who passes a petition on."""


class Proposes(Protocol):
    """Says whose matter a text about a place may be: keys of bodies, likeliest first."""

    def __call__(self, text: str, place_key: str) -> Sequence[str]:
        """The keys."""


class NotYours(LookupError):
    """The petition is addressed to a body the official does not speak for, or is not public."""


class Moved(ValueError):
    """The petition has moved on since the button was made: `args[0]` is its number."""


class BeingWritten(ValueError):
    """A colleague is writing this until `until`."""

    def __init__(self, colleague_id: int, until: datetime) -> None:
        super().__init__(f"being written until {until.isoformat()}")
        self.colleague_id = colleague_id
        self.until = until


class WordsWrong(ValueError):
    """Words are empty, too long or hold what is not for everybody; `args` are "empty", "long" and how many characters
    too many, or "iin"."""


class DeputyWrong(ValueError):
    """Nobody, oneself, or somebody who is away cannot stand in."""


@dataclass(frozen=True, slots=True)
class Case:
    """A petition as its body's officials see it."""

    petition: Petition
    body: Body
    place: Place | None
    today: date
    left: int | None
    """Working days until the answer is due, or since it was as a negative number; None while nothing is due."""
    since: int | None
    """Working days since it was sent, while it is not registered."""
    history: Sequence[PetitionEvent]
    names: dict[int, str | None]
    """How the people of the history and the one it is assigned to sign at work."""
    discussion: Announcement | None
    group: Announcement | None
    drafts: dict[DraftKind, OfficialDraft]
    steps: tuple[Step, ...]
    told: int
    """How many people hear of a step that everybody is told of."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What passing a petition on to another body would mean."""

    body: Body
    votes: int | None
    """The threshold there; None: not known."""
    reached: bool
    """Whether the signatures there are reach it."""
    is_closed: bool
    """Signing is over, so a count below the threshold stays below."""


@dataclass(frozen=True, slots=True)
class _Addressee:
    """Who is reminded: a person, or a group on behalf of one."""

    resident_id: int
    chat_id: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom an announcement goes to."""

    nearby: int
    others: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.nearby + self.others


class Officials:
    """Use cases of officials. `proposes` names bodies a petition may belong to; `admins` are told of bodies without
    an official."""

    def __init__(self, petitions: Petitions, staff: Staff, proposes: Proposes) -> None:
        self.petitions = petitions
        self.staff = staff
        self._proposes = proposes
        petitions.on_change.append(self._changed)

    @property
    def zone(self) -> ZoneInfo:
        """Local time."""
        return ZoneInfo(self.petitions.zone)

    # --- seeing ---------------------------------------------------------------------------------------------

    async def petition(
        self, session: AsyncSession, number: int, body_keys: Sequence[str], *, lock: bool = False
    ) -> Petition:
        """A petition of one of these bodies.

        Raises:
            NotYours: it is another body's, or not public, or there is none.
        """
        try:
            petition = await self.petitions.get(session, number, lock=lock)
        except PetitionMissing:
            raise NotYours(number) from None
        if petition.body_key not in body_keys or petition.state not in SEEN:
            raise NotYours(number)
        return petition

    async def case(self, session: AsyncSession, petition: Petition, now: datetime) -> Case:
        """Everything about a petition but its author."""
        today = self.petitions.today(now)
        events = await queries.history(session, petition.id)
        people = [*(event.actor_id for event in events), petition.assigned_to, petition.locked_by]
        found = await session.scalars(
            select(OfficialDraft).where(OfficialDraft.petition_id == petition.id, OfficialDraft.closed_at.is_(None))
        )
        left = since = None
        if petition.state is State.CONSIDERING and petition.due_on is not None:
            left = self.left(petition, today)
        elif petition.state is State.SENT:
            since = self.since(petition, today)
        return Case(
            petition=petition,
            body=self.petitions.body(petition),
            place=self.petitions.gazetteer.get(petition.place_key),
            today=today,
            left=left,
            since=since,
            history=events,
            names=await queries.desk_names(session, people),
            discussion=await queries.announced(session, petition.id, AnnouncementKind.DISCUSSION),
            group=await queries.announced(session, petition.id, AnnouncementKind.GROUP),
            drafts={draft.kind: draft for draft in found if draft.is_begun},
            steps=STEPS.get(petition.state, ()),
            told=await self.told(session, petition),
        )

    def left(self, petition: Petition, today: date) -> int:
        """Working days until the answer is due; when it is overdue, those since as a negative number."""
        calendar, due = self.petitions.calendar, petition.due_on or today
        return -max(calendar.days_left(due, today), 1) if today > due else calendar.days_left(today, due)

    def since(self, petition: Petition, today: date) -> int:
        """Working days since a petition was sent to its body; 0 when it was not."""
        if petition.sent_at is None:
            return 0
        return self.petitions.calendar.days_left(self.petitions.today(petition.sent_at), today)

    async def told(self, session: AsyncSession, petition: Petition, *, places: Sequence[str] | None = None) -> int:
        """How many people are told of what happens to a petition; with `places` those of them who live there."""
        people = self._audience(petition, places)
        return int(await session.scalar(select(func.count()).select_from(people.subquery())) or 0)

    @staticmethod
    def _audience(petition: Petition, places: Sequence[str] | None = None) -> Any:
        signed = select(Signature.resident_id).where(
            Signature.petition_id == petition.id,
            Signature.withdrawn_at.is_(None),
            Signature.resident_id.is_not(None),
        )
        people = signed.union(
            select(Follow.resident_id).where(Follow.petition_id == petition.id),
            select(Petition.author_id).where(Petition.id == petition.id, Petition.author_id.is_not(None)),
        ).subquery()
        if places is None:
            return select(people.c[0])
        # Whoever wrote the petition is invited wherever they live (art. 90-5(2)).
        return (
            select(Resident.id)
            .join(people, people.c[0] == Resident.id)
            .where(or_(Resident.place_key.in_(places), Resident.id == (petition.author_id or 0)))
        )

    # --- acting ---------------------------------------------------------------------------------------------

    async def hold(
        self,
        session: AsyncSession,
        number: int,
        version: int,
        official: Resident,
        body_keys: Sequence[str],
        now: datetime,
    ) -> Petition:
        """The petition a button was made for, its row locked, and nobody else writing about it.

        Raises:
            NotYours: see `petition`.
            Moved: it has moved on since.
            BeingWritten: a colleague is writing about it.
        """
        petition = await self.petition(session, number, body_keys, lock=True)
        if petition.version != version:
            raise Moved(number)
        if (
            petition.locked_by not in {None, official.id}
            and petition.locked_until is not None
            and petition.locked_until > now
        ):
            raise BeingWritten(petition.locked_by or 0, petition.locked_until)
        return petition

    @staticmethod
    def keep(petition: Petition, official: Resident, now: datetime) -> None:
        """Keep colleagues from writing about the petition for a while."""
        petition.locked_by, petition.locked_until = official.id, now + LOCK

    async def release(self, session: AsyncSession, number: int, official: Resident) -> None:
        """Let colleagues write again; somebody else's lock stays."""
        await session.execute(
            update(Petition)
            .where(Petition.id == number, Petition.locked_by == official.id)
            .values(locked_by=None, locked_until=None)
        )

    async def register(self, session: AsyncSession, petition: Petition, official: Resident, now: datetime) -> None:
        """Accept a petition that was sent; its term begins (art. 90-4(2), 90-5(1)). `petition` comes from `hold`.

        Raises:
            Moved: it is registered already, or somebody else's.
        """
        if petition.state is not State.SENT:
            raise Moved(petition.id)
        await self.petitions.change(session, petition, Action.REGISTER, Actor.OFFICIAL, official.id, now)
        await self._audit(session, official, petition, Action.REGISTER.value, now)

    def proposals(self, petition: Petition) -> list[Body]:
        """Bodies whose matter a petition may be instead: the router's, then those of the place and above."""
        text = f"{petition.title}\n{petition.ask}\n{petition.why}"
        gazetteer = self.petitions.gazetteer
        keys = [
            *self._proposes(text, petition.place_key),
            *([petition.suggested_body_key] if petition.suggested_body_key else []),
            *(body.key for body in bodies_of(gazetteer, petition.place_key)),
        ]
        found: dict[str, Body] = {}
        for key in keys:
            body = body_by_key(gazetteer, key)
            if body is not None and key != petition.body_key and len(found) < _PROPOSED:
                found.setdefault(key, body)
        found.setdefault(GOVERNMENT.key, GOVERNMENT)
        found.pop(petition.body_key, None)
        return list(found.values())

    def elsewhere(self, petition: Petition, body: Body, now: datetime) -> Elsewhere:
        """What passing a petition on to a body would mean for its signatures."""
        law = rules_on(petition.rules_from)
        needed = threshold(law, body.threshold_key, body.place.population if body.place else None)
        reached = needed.votes is not None and petition.signature_count >= needed.votes
        is_closed = petition.closes_on is not None and self.petitions.today(now) > petition.closes_on
        return Elsewhere(body, needed.votes, reached, is_closed)

    def offers(self, petition: Petition, bodies: Sequence[Body], now: datetime) -> list[Elsewhere]:
        """What passing a petition on to each of these bodies would mean."""
        return [self.elsewhere(petition, body, now) for body in bodies if body.key != petition.body_key]

    async def not_ours(
        self,
        session: AsyncSession,
        petition: Petition,
        body_key: str,
        reason: str,
        official: Resident,
        now: datetime,
    ) -> None:
        """Pass a petition on to the body whose matter it is. `petition` comes from `hold`.

        Raises:
            Moved: it is registered already, or somebody else's.
            WordsWrong: see `clean_words`.
        """
        if petition.state is not State.SENT or body_key == petition.body_key:
            raise Moved(petition.id)
        before = petition.body_key
        said = clean_words(reason, REASON_MAX, REASON_MIN)
        await self.petitions.change(
            session, petition, Action.NOT_OURS, Actor.OFFICIAL, official.id, now, comment=said, body_key=body_key
        )
        await self._audit(
            session, official, petition, Action.NOT_OURS.value, now, {"from": before, "to": petition.body_key}
        )

    async def assign(
        self, session: AsyncSession, petition: Petition, colleague_id: int | None, official: Resident, now: datetime
    ) -> None:
        """Give a petition to a colleague, who is told, or to everybody again. `petition` comes from `hold`.

        Raises:
            Moved: the colleague does not speak for the body any more.
        """
        there = {one.resident_id for one in await queries.colleagues(session, [petition.body_key])}
        if colleague_id is not None and colleague_id not in there:
            raise Moved(petition.id)
        if petition.assigned_to == colleague_id:
            return
        petition.assigned_to = colleague_id
        await self._step(session, petition, Step.ASSIGN, official, now, "bot", str(colleague_id or ""))
        if colleague_id not in {None, official.id}:
            for resident_id in await queries.responsible(session, petition):
                await tell(
                    session,
                    kind="inbox_assigned",
                    resident_id=resident_id,
                    reference=petition.id,
                    cause=f"assigned:{petition.id}:{petition.version}",
                    params={"by": official.id},
                    priority=3,
                    now=now,
                )

    # --- announcing -----------------------------------------------------------------------------------------

    async def draft(
        self, session: AsyncSession, petition: Petition, kind: DraftKind, official: Resident, now: datetime
    ) -> OfficialDraft:
        """The open draft of a kind about a petition, begun where there is none; colleagues wait meanwhile."""
        self.keep(petition, official, now)
        draft = await queries.open_draft(session, petition.id, kind)
        if draft is None:
            draft = OfficialDraft(
                petition_id=petition.id,
                kind=kind,
                version=1,
                editor_id=official.id,
                texts={},
                documents=[],
                created_at=now,
                updated_at=now,
            )
            session.add(draft)
            await session.flush()
        return draft

    @staticmethod
    def saved(draft: OfficialDraft, official: Resident, now: datetime) -> None:
        """Note that something in a draft has changed."""
        draft.version += 1
        draft.editor_id = official.id
        draft.updated_at = now

    async def discard(self, session: AsyncSession, draft: OfficialDraft, official: Resident, now: datetime) -> None:
        """Throw a draft away."""
        draft.closed_at = now
        draft.version += 1
        await self.release(session, draft.petition_id, official)

    def notice(self, petition: Petition) -> Term:
        """How long before a discussion it is announced (art. 90-5(2))."""
        return rules_on(petition.rules_from).discussion_notice

    def earliest(self, petition: Petition, now: datetime) -> date:
        """The first day a discussion announced now may be on (art. 90-5(2))."""
        return self.notice(petition).end(self.petitions.today(now), self.petitions.calendar)

    def days(self, petition: Petition, now: datetime) -> list[date]:
        """Days proposed for a discussion."""
        earliest = self.earliest(petition, now)
        return proposed_days(self.petitions.calendar, earliest, petition.due_on or earliest)

    def set_moment(
        self, draft: OfficialDraft, petition: Petition, text: str, official: Resident, now: datetime
    ) -> None:
        """Set date and time of a discussion from what was typed.

        Raises:
            MomentWrong: it cannot be read, or is too early, too late, or at night.
        """
        today = self.petitions.today(now)
        try:
            moment = read_moment(text, today)
        except MomentUnread as error:
            raise MomentWrong(*error.args) from None
        check_moment(moment, self.earliest(petition, now), petition.due_on or today, today)
        draft.held_at = moment.replace(tzinfo=self.zone)
        self.saved(draft, official, now)

    def set_words(self, draft: OfficialDraft, text: str, official: Resident, now: datetime) -> None:
        """Set the place or link of a discussion, or the members of a working group.

        Raises:
            WordsWrong: see `clean_words`.
        """
        most = WORDS_MAX if draft.kind is DraftKind.DISCUSSION else GROUP_MAX
        draft.words = clean_words(text, most)
        self.saved(draft, official, now)

    async def invited(self, session: AsyncSession, petition: Petition) -> Invited:
        """Whom the announcement of a discussion would go to."""
        nearby = await self.told(session, petition, places=self.petitions.gazetteer.subtree(petition.place_key))
        return Invited(nearby, await self.told(session, petition) - nearby)

    async def announce(
        self, session: AsyncSession, petition: Petition, draft: OfficialDraft, official: Resident, now: datetime
    ) -> Announcement:
        """Announce a discussion or a working group. `petition` comes from `hold`.

        Those who signed or follow and live in the unit are invited to a discussion; the others are told.

        Raises:
            Moved: the petition is not under consideration, or the draft is closed or not whole.
            MomentWrong: the day of the discussion has come too near meanwhile.
        """
        is_discussion = draft.kind is DraftKind.DISCUSSION
        whole = draft.words and (draft.held_at is not None or not is_discussion)
        if petition.state is not State.CONSIDERING or draft.closed_at is not None or not whole:
            raise Moved(petition.id)
        if draft.held_at is not None:
            today = self.petitions.today(now)
            local = draft.held_at.astimezone(self.zone).replace(tzinfo=None)
            check_moment(local, self.earliest(petition, now), petition.due_on or today, today)
        kind = AnnouncementKind.DISCUSSION if is_discussion else AnnouncementKind.GROUP
        row = Announcement(
            petition_id=petition.id,
            kind=kind,
            body_key=petition.body_key,
            by_id=official.id,
            at=now,
            held_at=draft.held_at,
            words=draft.words or "",
        )
        session.add(row)
        await session.flush()
        draft.closed_at = now
        petition.locked_by = petition.locked_until = None
        step = Step.DISCUSSION if is_discussion else Step.GROUP
        await self._step(session, petition, step, official, now, "90-5(2)", str(row.id))
        cause = f"{kind.value}:{petition.id}:{row.id}"
        params = {"announcement": row.id}
        if is_discussion:
            places = self.petitions.gazetteer.subtree(petition.place_key)
            await tell_each(
                session,
                self._audience(petition, places),
                kind="discussion_invited",
                reference=petition.id,
                cause=cause,
                params=params,
                priority=4,
                now=now,
            )
        # The same cause: whoever is invited is not told a second time.
        told = "petition_discussion" if is_discussion else "petition_group"
        await self.petitions.tell_everybody(
            session, petition, kind=told, cause=cause, now=now, but=official.id, params=params
        )
        return row

    async def _step(
        self,
        session: AsyncSession,
        petition: Petition,
        step: Step,
        official: Resident,
        now: datetime,
        article: str,
        note: str | None = None,
    ) -> None:
        await self.petitions.step(session, petition, step.value, official.id, now, article=article, note=note)
        await self._audit(session, official, petition, step.value, now)
        await refresh(session, kind=CASE_KIND, reference=petition.id, now=now)

    async def _audit(
        self,
        session: AsyncSession,
        official: Resident,
        petition: Petition,
        action: str,
        now: datetime,
        details: dict[str, Any] | None = None,
    ) -> None:
        await self.staff.audit(
            session,
            actor_id=official.id,
            action=f"petition_{action}",
            subject=f"petition:{petition.id}",
            details=details,
            now=now,
        )

    # --- what follows from a change, and the clock -------------------------------------------------------------

    async def _changed(
        self, session: AsyncSession, petition: Petition, action: Action, actor_id: int | None, now: datetime
    ) -> None:
        """Tell the body what has come to it, and keep what its officials see up to date."""
        await refresh(session, kind=CASE_KIND, reference=petition.id, now=now)
        if action is not Action.SEND:
            return
        officials = await queries.officials_of(session, petition.body_key)
        cause = f"inbox:{petition.id}:{petition.version}"
        for resident_id in officials:
            if resident_id != actor_id:
                await tell(
                    session,
                    kind="inbox_new",
                    resident_id=resident_id,
                    reference=petition.id,
                    cause=cause,
                    priority=3,
                    now=now,
                )
        await self._tell_groups(session, petition, "inbox_new", cause, now)
        if not officials:
            for resident_id in await self.staff.holders(session, Role.ADMIN):
                await tell(
                    session,
                    kind="body_uncovered",
                    resident_id=resident_id,
                    reference=petition.id,
                    cause=cause,
                    priority=3,
                    now=now,
                )

    async def _tell_groups(
        self,
        session: AsyncSession,
        petition: Petition,
        kind: str,
        cause: str,
        now: datetime,
        params: dict[str, Any] | None = None,
    ) -> None:
        for group in await queries.groups_of(session, petition.body_key):
            await tell(
                session,
                kind=kind,
                resident_id=group.proposed_by,
                chat_id=group.chat_id,
                reference=petition.id,
                cause=cause,
                params={**(params or {}), "language": group.language},
                priority=3,
                now=now,
            )

    async def remind(self, session: AsyncSession, now: datetime) -> int:
        """Remind bodies of what is due, tell signers of what is overdue. Returns how many reminders were written.

        Each reminder has a key of its own in the outbox, so it does not matter how often or how late this runs: what
        was missed is said once, by the last of the marks that were passed.
        """
        today = self.petitions.today(now)
        calendar = self.petitions.calendar
        found = await session.scalars(
            select(Petition).where(Petition.state.in_(AWAITED)).order_by(Petition.id).with_for_update()
        )
        due: dict[_Addressee, dict[str, int]] = {}
        for petition in found.all():
            if petition.state is State.CONSIDERING and petition.due_on is not None:
                if today > petition.due_on:
                    await self._overdue(session, petition, now)
                reminder = answer_reminder(calendar, today, petition.due_on)
            elif petition.sent_at is not None:
                reminder = registration_reminder(calendar, today, self.petitions.today(petition.sent_at))
            else:
                reminder = None
            if reminder is not None and calendar.is_working(today):
                for addressee, key in await self._reminded(session, petition, reminder):
                    due.setdefault(addressee, {})[key] = petition.id
        written = 0
        for addressee, keys in due.items():
            written += await self._remind(session, addressee, keys, now)
        return written

    async def _reminded(
        self, session: AsyncSession, petition: Petition, reminder: Reminder
    ) -> list[tuple[_Addressee, str]]:
        """Whom a reminder goes to, and the key by which each is reminded once."""
        since = petition.due_on or (self.petitions.today(petition.sent_at) if petition.sent_at else None)
        cause = f"remind:{petition.id}:{since}:{reminder.mark}"
        people = await queries.responsible(session, petition)
        if reminder.to_heads:
            people = sorted({*people, *await queries.heads_of(session, petition.body_key)})
        groups = await queries.groups_of(session, petition.body_key)
        return [
            *((_Addressee(resident_id), f"{cause}:{resident_id}") for resident_id in people),
            *((_Addressee(row.proposed_by, row.chat_id, row.language), f"{cause}:{row.chat_id}") for row in groups),
        ]

    async def _remind(self, session: AsyncSession, addressee: _Addressee, keys: dict[str, int], now: datetime) -> int:
        """Remind one person or group: of a few petitions in a message each, of more in a single one."""
        told = await told_already(session, keys)
        new = {key: number for key, number in keys.items() if key not in told}
        params = {} if addressee.language is None else {"language": addressee.language}
        kind = "inbox_reminder"
        if len(new) <= REMINDERS_APART:
            for key, number in new.items():
                await tell(
                    session,
                    kind=kind,
                    resident_id=addressee.resident_id,
                    chat_id=addressee.chat_id,
                    reference=number,
                    cause=key.rpartition(":")[0],
                    params=params,
                    priority=3,
                    now=now,
                )
            return len(new)
        numbers = list(new.values())
        await note_told(session, list(new), kind=kind, resident_id=addressee.resident_id, reference=numbers[0], now=now)
        await tell(
            session,
            kind="inbox_reminders",
            resident_id=addressee.resident_id,
            chat_id=addressee.chat_id,
            reference=numbers[0],
            # The first of the new keys names the occasion: what it holds is told only now.
            cause=f"reminders:{next(iter(new)).removeprefix('remind:')}",
            params={**params, "petitions": numbers},
            priority=3,
            now=now,
        )
        return len(new)

    async def _overdue(self, session: AsyncSession, petition: Petition, now: datetime) -> None:
        """Tell everybody once that the term is over, and what their right is (art. 91(2))."""
        if await queries.was_done(session, petition.id, OVERDUE):
            return
        await self.petitions.step(session, petition, OVERDUE, None, now, article="91(2)")
        await refresh(session, kind=CASE_KIND, reference=petition.id, now=now)
        await self.petitions.tell_everybody(
            session, petition, kind="petition_overdue", cause=f"overdue:{petition.id}", now=now
        )

    # --- desks and absences ---------------------------------------------------------------------------------

    async def name_desk(self, session: AsyncSession, official: Resident, text: str) -> str:
        """Set how an official signs at work.

        Raises:
            WordsWrong: see `clean_words`.
        """
        name = clean_words(text, NAME_MAX)
        row = await session.get(Desk, official.id)
        if row is None:
            session.add(Desk(resident_id=official.id, name=name))
        else:
            row.name = name
        await session.flush()
        return name

    async def deputies(
        self, session: AsyncSession, official: Resident, body_keys: Sequence[str]
    ) -> list[queries.Colleague]:
        """Who can stand in for an official: colleagues who are there, of the same bodies or the same units."""
        units = {key.partition(":")[2] for key in body_keys}
        near = {body.key for unit in units for body in bodies_of(self.petitions.gazetteer, unit) if body.place}
        keys = sorted({*body_keys, *(key for key in near if key.partition(":")[2] in units)})
        found = await queries.colleagues(session, keys)
        return [one for one in found if one.resident_id != official.id and one.away_until is None]

    def days_away(self, now: datetime) -> list[date]:
        """Last days of an absence that are offered: this Friday and those of the weeks after."""
        today = self.petitions.today(now)
        first = today + timedelta(days=(4 - today.weekday()) % 7)
        return [first + timedelta(weeks=weeks) for weeks in range(4)]

    def can_be_away_until(self, until: date, now: datetime) -> bool:
        """Whether an absence may last until a day."""
        today = self.petitions.today(now)
        return today <= until <= today + timedelta(days=ABSENCE_DAYS)

    async def go_away(
        self,
        session: AsyncSession,
        official: Resident,
        until: date,
        deputy_id: int,
        body_keys: Sequence[str],
        now: datetime,
    ) -> Absence:
        """Be away until the end of a day; a deputy acts meanwhile and is told. An absence under way is replaced.

        Raises:
            DeputyWrong: that person cannot stand in.
            ValueError: the day is past or too far away.
        """
        if not self.can_be_away_until(until, now):
            raise ValueError(f"an absence cannot last until {until}")
        if deputy_id not in {one.resident_id for one in await self.deputies(session, official, body_keys)}:
            raise DeputyWrong(deputy_id)
        await self.come_back(session, official.id, official.id, now)
        row = Absence(resident_id=official.id, deputy_id=deputy_id, until=until, since=now)
        session.add(row)
        await session.flush()
        await self.staff.stand_in(session, official, deputy_id, now)
        await self.staff.audit(
            session,
            actor_id=official.id,
            action="absence_begun",
            subject=f"resident:{official.id}",
            details={"until": until.isoformat(), "deputy": deputy_id},
            now=now,
        )
        await tell(
            session,
            kind="stand_in",
            resident_id=deputy_id,
            reference=row.id,
            priority=3,
            now=now,
        )
        return row

    async def come_back(self, session: AsyncSession, resident_id: int, actor_id: int | None, now: datetime) -> bool:
        """End the absence of somebody. False when there is none."""
        row = await queries.absence_of(session, resident_id)
        if row is None:
            return False
        row.ended_at = now
        await session.flush()
        await self.staff.end_stand_ins(session, resident_id, now)
        await self.staff.audit(
            session, actor_id=actor_id, action="absence_ended", subject=f"resident:{resident_id}", now=now
        )
        return True

    async def end_absences(self, session: AsyncSession, now: datetime) -> int:
        """End the absences whose last day is over, and those whose deputy can no longer act."""
        today = self.petitions.today(now)
        over = await session.scalars(
            select(Absence.resident_id).where(Absence.ended_at.is_(None), Absence.until < today).order_by(Absence.id)
        )
        ended = 0
        for resident_id in over.all():
            ended += await self.come_back(session, resident_id, None, now)
        return ended

    # --- what a person leaves behind ------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """Nothing a resident would look for among signatures and petitions."""
        return {}

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """How somebody signs at work, and when they were away."""
        away = await session.scalars(select(Absence).where(Absence.resident_id == resident_id).order_by(Absence.id))
        return {
            "desk": await queries.desk_name(session, resident_id),
            "absences": [{"since": row.since.isoformat(), "until": row.until.isoformat()} for row in away],
        }

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Forget how somebody signed at work; absences end, for both sides of them."""
        await session.execute(delete(Desk).where(Desk.resident_id == resident_id))
        open_now = await session.scalars(
            select(Absence.resident_id).where(
                Absence.ended_at.is_(None),
                or_(Absence.resident_id == resident_id, Absence.deputy_id == resident_id),
            )
        )
        for absent in open_now.all():
            await self.come_back(session, absent, None, now)

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Roles stay with the account they were given to, and so does the desk."""


def clean_words(text: str, most: int, least: int = 1) -> str:
    """What an official typed for others to read, without blanks around it.

    Raises:
        WordsWrong: it is empty ("empty"), too short ("short", how many are missing), too long ("long", how many too
            many), or holds somebody's IIN ("iin").
    """
    said = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not said:
        raise WordsWrong("empty")
    if len(said) < least:
        raise WordsWrong("short", least - len(said))
    if len(said) > most:
        raise WordsWrong("long", len(said) - most)
    if any(found.kind == "iin" for found in personal_data(said)):
        raise WordsWrong("iin")
    return said

"""What people chose to hear of, kept and obeyed.

Methods work inside the caller's transaction and never commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.delivery.gate import DIGEST_KIND, Due, Gathered, Hold, PutOff, Unwanted
from bot.delivery.models import LiveMessage
from bot.delivery.outbox import pinned_kind, tell, tell_each
from bot.notifications.kinds import KINDS
from bot.notifications.models import Interest, InterestKind, NotificationChoice
from bot.notifications.rules import (
    DEFAULTS,
    Event,
    InDigest,
    Kind,
    Later,
    Mode,
    Never,
    Quiet,
    Wishes,
    verdict,
)
from bot.petitions.models import Petition
from bot.petitions.queries import relations
from bot.petitions.rules import LIVE_KIND, Relation
from bot.places.tree import Gazetteer

PINNED: Final = pinned_kind(LIVE_KIND)
"""Kind of the live messages that stand for all messages about a petition."""

NEW_NEAR: Final = "petition_new_near"

_SOON: Final = timedelta(seconds=5)
"""When it is looked again whether the pinned message shows an event."""

_UNKNOWN: Final = Kind(is_petitions=False)
_RELATIONS: Final = {
    Relation.AUTHOR: Event.MINE,
    Relation.SIGNER: Event.SIGNED,
    Relation.FOLLOWER: Event.FOLLOWED,
}


class Notifications:
    """Choices of people, as the gate of the outbox and as a screen's use cases.

    `topics_of` names the topics of a subject that can be followed: the subject itself, and the shelf it stands on.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        zone: str = "Asia/Almaty",
        *,
        quiet: Quiet | None,
        topics_of: Callable[[str], Sequence[str]] = lambda subject: (subject,),
    ) -> None:
        self.gazetteer = gazetteer
        self.defaults = Wishes(quiet=quiet)
        self._zone = ZoneInfo(zone)
        self._topics_of = topics_of

    # --- choices ----------------------------------------------------------------------------------------------

    async def wishes(self, session: AsyncSession, resident_id: int) -> Wishes:
        """What holds for one person."""
        chosen = await session.get(NotificationChoice, resident_id)
        return self._wishes_of(chosen) if chosen is not None else self.defaults

    def _wishes_of(self, row: NotificationChoice) -> Wishes:
        modes = {event: getattr(row, event.value) or mode for event, mode in DEFAULTS.items()}
        quiet = self.defaults.quiet
        if row.quiet_chosen:
            begin, end = row.quiet_from, row.quiet_until
            quiet = Quiet(time(begin), time(end)) if begin is not None and end is not None else None
        return Wishes(
            modes,
            quiet,
            time(row.digest_hour) if row.digest_hour is not None else self.defaults.digest_at,
            row.digest_weekday if row.digest_weekday is not None else self.defaults.digest_weekday,
            row.one_message,
        )

    async def _choose(self, session: AsyncSession, resident_id: int, now: datetime, **changes: Any) -> None:
        first = {"resident_id": resident_id, "quiet_chosen": False, "one_message": False, "updated_at": now}
        await session.execute(insert_ignoring(session, NotificationChoice, [first]))
        row = await session.get(NotificationChoice, resident_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise LookupError(f"resident {resident_id} is not there")
        for name, value in {**changes, "updated_at": now}.items():
            setattr(row, name, value)
        await session.flush()

    async def set_mode(self, session: AsyncSession, resident_id: int, event: Event, mode: Mode, now: datetime) -> None:
        """Hear of a kind of event in another way from now on."""
        await self._choose(session, resident_id, now, **{event.value: mode})

    async def set_quiet(
        self, session: AsyncSession, resident_id: int, hours: tuple[int, int] | None, now: datetime
    ) -> None:
        """Set the quiet hours, from and until an hour of the day; None: no quiet hours."""
        begin, end = hours if hours is not None and hours[0] != hours[1] else (None, None)
        await self._choose(session, resident_id, now, quiet_chosen=True, quiet_from=begin, quiet_until=end)

    async def set_digest(
        self,
        session: AsyncSession,
        resident_id: int,
        now: datetime,
        *,
        hour: int | None = None,
        weekday: int | None = None,
    ) -> None:
        """Set the hour of digests, or the day of the weekly one."""
        if hour is not None:
            await self._choose(session, resident_id, now, digest_hour=hour)
        if weekday is not None:
            await self._choose(session, resident_id, now, digest_weekday=weekday)

    async def set_one_message(self, session: AsyncSession, resident_id: int, now: datetime, *, on: bool) -> None:
        """Have one message for each petition instead of one for each event, or no longer."""
        await self._choose(session, resident_id, now, one_message=on)

    # --- places and topics --------------------------------------------------------------------------------------

    async def interests(self, session: AsyncSession, resident_id: int) -> list[Interest]:
        """The places and topics a person follows, oldest first."""
        chosen = select(Interest).where(Interest.resident_id == resident_id).order_by(Interest.since, Interest.key)
        return list((await session.scalars(chosen)).all())

    async def set_interest(
        self, session: AsyncSession, resident_id: int, kind: InterestKind, key: str, now: datetime, *, on: bool
    ) -> None:
        """Follow a place or a topic, or no longer; twice changes nothing."""
        if on:
            row = {"kind": kind, "key": key, "resident_id": resident_id, "since": now}
            await session.execute(insert_ignoring(session, Interest, [row]))
            return
        await session.execute(
            delete(Interest).where(Interest.kind == kind, Interest.key == key, Interest.resident_id == resident_id)
        )

    def followers_of(self, place_key: str) -> Select[Any]:
        """Ids of those who follow a place or what it lies in."""
        line = [place_key, *(place.key for place in self.gazetteer.parents(place_key))]
        return (
            select(Interest.resident_id).where(Interest.kind == InterestKind.PLACE, Interest.key.in_(line)).distinct()
        )

    async def published(self, session: AsyncSession, petition: Petition, audience: Any, now: datetime) -> None:
        """Tell those who follow its place or topic of a new petition; `audience` hear of it anyway."""
        places = [petition.place_key, *(place.key for place in self.gazetteer.parents(petition.place_key))]
        wanted = and_(Interest.kind == InterestKind.PLACE, Interest.key.in_(places))
        if petition.subject is not None:
            topics = tuple(self._topics_of(petition.subject))
            wanted = or_(wanted, and_(Interest.kind == InterestKind.TOPIC, Interest.key.in_(topics)))
        people = select(Interest.resident_id).where(wanted, Interest.resident_id.not_in(audience)).distinct()
        await tell_each(
            session, people, kind=NEW_NEAR, reference=petition.id, cause=f"new:{petition.id}", priority=7, now=now
        )

    async def milestone(
        self, session: AsyncSession, petition: Petition, count: int, audience: Any, now: datetime
    ) -> None:
        """Tell those of the audience who chose to hear of milestones."""
        person = audience.subquery().c[0]
        people = select(NotificationChoice.resident_id).where(
            NotificationChoice.resident_id.in_(select(person)),
            NotificationChoice.milestones.is_not(None),
            NotificationChoice.milestones != Mode.NEVER,
        )
        await tell_each(
            session,
            people,
            kind="milestone",
            reference=petition.id,
            cause=f"milestone:{petition.id}:{count}",
            params={"count": count},
            priority=7,
            now=now,
        )

    # --- the gate of the outbox -----------------------------------------------------------------------------------

    async def gate(self, session: AsyncSession, due: Sequence[Due], now: datetime) -> Mapping[int, Hold]:
        """Which due deliveries are not to be sent now: see `bot.delivery.gate`."""
        asked = [
            (row, kind)
            for row in due
            # What an admin marked urgent (water is cut off in an hour) does not wait for the morning.
            if not (kind := KINDS.get(row.kind, _UNKNOWN)).is_straight and not row.params.get("urgent")
        ]
        if not asked:
            return {}
        people = {row.resident_id for row, _ in asked}
        chosen = {
            row.resident_id: self._wishes_of(row)
            for row in await session.scalars(
                select(NotificationChoice)
                .where(NotificationChoice.resident_id.in_(people))
                .execution_options(populate_existing=True)
            )
        }
        pinned = await self._pinned(session, asked)
        known = await relations(
            session,
            [
                (row.reference, row.resident_id)
                for row, kind in asked
                if kind.is_petitions and (row.resident_id in chosen or kind.event is Event.MILESTONES)
            ],
        )
        holds: dict[int, Hold] = {}
        for row, kind in asked:
            wishes = chosen.get(row.resident_id, self.defaults)
            is_current = pinned.get((row.reference, row.resident_id)) if kind.is_petitions else None
            if is_current is not None and not kind.is_told_beside:
                holds[row.id] = Unwanted("shown in the pinned message") if is_current else PutOff(now + _SOON)
                continue
            relation = known.get((row.reference, row.resident_id))
            said = verdict(kind, _RELATIONS[relation] if relation else None, wishes, now, self._zone)
            if isinstance(said, Later):
                holds[row.id] = PutOff(said.until)
            elif isinstance(said, InDigest):
                holds[row.id] = Gathered(said.at)
                await self._queue_digest(session, row.resident_id, said.at, now)
            elif isinstance(said, Never):
                holds[row.id] = Unwanted("the person chose not to hear of it")
        return holds

    @staticmethod
    async def _queue_digest(session: AsyncSession, resident_id: int, at: datetime, now: datetime) -> None:
        moment = at.timestamp()
        await tell(
            session,
            kind=DIGEST_KIND,
            resident_id=resident_id,
            reference=resident_id,
            cause=f"{DIGEST_KIND}:{moment:.0f}",
            params={"at": at.isoformat()},
            priority=6,
            not_before=at,
            now=now,
        )

    @staticmethod
    async def _pinned(session: AsyncSession, asked: Sequence[tuple[Due, Kind]]) -> dict[tuple[int, int], bool]:
        """By petition and person: whether the pinned message shows already what has happened."""
        rows = [row for row, kind in asked if kind.is_petitions and not kind.is_told_beside]
        if not rows:
            return {}
        found = await session.execute(
            select(
                LiveMessage.reference,
                LiveMessage.resident_id,
                LiveMessage.refresh_at,
                LiveMessage.leased_until,
            ).where(
                LiveMessage.kind == PINNED,
                LiveMessage.reference.in_({row.reference for row in rows}),
                LiveMessage.resident_id.in_({row.resident_id for row in rows}),
            )
        )
        return {
            (reference, resident_id): refresh_at is None and leased_until is None
            for reference, resident_id, refresh_at, leased_until in found
            if resident_id is not None
        }

    # --- what a person leaves behind --------------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How many places and topics the person follows."""
        counted = await session.scalar(
            select(func.count()).select_from(Interest).where(Interest.resident_id == resident_id)
        )
        return {"interests": counted or 0}

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """What the person chose and follows."""
        row = await session.get(NotificationChoice, resident_id)
        wishes = await self.wishes(session, resident_id)
        return {
            "notifications": {
                "chosen": row is not None,
                "events": {event.value: mode.value for event, mode in wishes.modes.items()},
                "quiet_hours": [wishes.quiet.start.isoformat("minutes"), wishes.quiet.end.isoformat("minutes")]
                if wishes.quiet is not None
                else None,
                "digest_at": wishes.digest_at.isoformat("minutes"),
                "digest_weekday": wishes.digest_weekday,
                "one_message": wishes.one_message,
                "follows": [[one.kind.value, one.key] for one in await self.interests(session, resident_id)],
            }
        }

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Forget the choices."""
        await session.execute(delete(Interest).where(Interest.resident_id == resident_id))
        await session.execute(delete(NotificationChoice).where(NotificationChoice.resident_id == resident_id))

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Places and topics go to the other account; its own choices stay, if it made any."""
        rows = [
            {"kind": one.kind, "key": one.key, "resident_id": target_id, "since": one.since}
            for one in await self.interests(session, source_id)
        ]
        if rows:
            await session.execute(insert_ignoring(session, Interest, rows))
        await session.execute(delete(Interest).where(Interest.resident_id == source_id))
        if await session.get(NotificationChoice, target_id) is None:
            await session.execute(
                update(NotificationChoice)
                .where(NotificationChoice.resident_id == source_id)
                .values(resident_id=target_id)
            )
        else:
            await session.execute(delete(NotificationChoice).where(NotificationChoice.resident_id == source_id))

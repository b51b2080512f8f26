"""Use cases on people: arriving, language and place, confirming a phone, privacy. Roles are in `staff`.

Methods work inside the caller's transaction and never commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_ignoring
from bot.delivery.outbox import tell
from bot.i18n import Html, Language, Translator, as_language
from bot.places.tree import Gazetteer, Place
from bot.residents.consent import consent_hash, consent_on
from bot.residents.models import Consent, Resident, Role, RoleGrant
from bot.residents.rules import (
    MOVE_TERM,
    Confirming,
    Missing,
    MoveOffer,
    Operator,
    PhoneOutcome,
    PhoneResult,
    Stored,
    kazakh_number,
    move_proof,
    phone_hash,
    proofs_equal,
)
from bot.residents.staff.service import Staff
from bot.screen import StaleTap, Tap

SEEN_STEP: Final = timedelta(hours=1)
"""How precisely `seen_at` is kept; moving it at every tap would cost every tap a write."""

# Both are asked at every signature: built once, and where a bare yes or no is enough, on the table, without making
# an object of what is found.
_BY_TELEGRAM_ID: Final = select(Resident).where(Resident.telegram_id == bindparam("telegram"))
_consents: Final = cast(Table, Consent.__table__)
_HAS_CONSENT: Final = select(_consents.c.id).where(
    _consents.c.resident_id == bindparam("whose"), _consents.c.withdrawn_at.is_(None)
)

CONFIRMING: Final = "confirm"
"""What `Resident.expecting` begins with while somebody is on the way to being confirmed."""


class Holder(Protocol):
    """A capability that keeps something about people, asked whenever a person wants to see, move or lose it."""

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How much there is, by kind: "signatures", "petitions", "drafts", "follows"."""

    async def export(self, session: AsyncSession, resident_id: int) -> dict[str, Any]:
        """Everything there is, ready for JSON."""

    async def erase(self, session: AsyncSession, resident_id: int, now: datetime) -> None:
        """Delete it, or part it from the person where it must stay."""

    async def move(self, session: AsyncSession, source_id: int, target_id: int, now: datetime) -> None:
        """Give it to another account of the same person."""


Statistics = Callable[[AsyncSession, Translator], Awaitable[Sequence[Html]]]
"""Lines another capability adds to the admin's numbers."""


class MoveOutOfDate(ValueError):
    """The offer to move a number has run out, or the number is no longer where it was."""


class Residents:
    """Use cases on people.

    `holders` are the other capabilities that keep something about people, `statistics` those that add lines
    to the admin's numbers.
    """

    def __init__(
        self,
        pepper: bytes,
        admins: frozenset[int],
        gazetteer: Gazetteer,
        operator: Operator,
        default_language: Language = "kk",
        holders: Sequence[Holder] = (),
        statistics: Sequence[Statistics] = (),
        zone: str = "Asia/Almaty",
    ) -> None:
        self.gazetteer = gazetteer
        self.operator = operator
        self.staff = Staff(admins)
        self.statistics = tuple(statistics)
        self._pepper = pepper
        self._default_language = default_language
        self._holders = tuple(holders)
        self.zone = zone
        self._local = ZoneInfo(zone)

    # --- arriving -------------------------------------------------------------------------------------------

    async def arrive(
        self, session: AsyncSession, *, telegram_id: int, telegram_language: str | None, now: datetime
    ) -> Resident:
        """The resident who writes, made at the first contact. Until a language is chosen it is Telegram's."""
        resident = await self._by_telegram_id(session, telegram_id)
        if resident is None:
            row = {
                "telegram_id": telegram_id,
                "language": as_language(telegram_language, self._default_language),
                "language_chosen": False,
                "created_at": now,
                "seen_at": now,
            }
            # Two first messages may arrive at two workers at once; whoever comes second reads the row of
            # the first.
            await session.execute(insert_ignoring(session, Resident, [row]))
            resident = await self._by_telegram_id(session, telegram_id)
            if resident is None:
                raise LookupError(f"the resident of Telegram account {telegram_id} is neither new nor known")
        if telegram_language and not resident.language_chosen:
            language = as_language(telegram_language, self._default_language)
            # Setting the same again would still make every next statement look for changes to write.
            if language != resident.language:
                resident.language = language
        if now - resident.seen_at >= SEEN_STEP:
            resident.seen_at = now
        if resident.unreachable_since is not None:
            resident.unreachable_since = None
        return resident

    async def _by_telegram_id(self, session: AsyncSession, telegram_id: int) -> Resident | None:
        return await session.scalar(_BY_TELEGRAM_ID, {"telegram": telegram_id})

    async def resident(self, session: AsyncSession, resident_id: int) -> Resident | None:
        """The resident with this id, also when only an empty shell is left."""
        return await session.get(Resident, resident_id)

    async def roles_of(self, session: AsyncSession, resident: Resident) -> tuple[frozenset[Role], tuple[str, ...]]:
        """The roles somebody holds and, for an official, the keys of the bodies spoken for."""
        return await self.staff.roles_of(session, resident)

    async def moderators(self, session: AsyncSession) -> list[int]:
        """Ids of the residents who moderate."""
        return await self.staff.holders(session, Role.MODERATOR)

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
        """Write down what somebody did; see `Staff.audit`."""
        await self.staff.audit(session, actor_id=actor_id, action=action, subject=subject, details=details, now=now)

    # --- language and place ---------------------------------------------------------------------------------

    def choose_language(self, resident: Resident, language: Language) -> None:
        """Speak this language from now on, whatever Telegram says."""
        resident.language = language
        resident.language_chosen = True

    def choose_place(self, resident: Resident, place: Place) -> None:
        """Remember where somebody lives."""
        resident.place_key = place.key
        if resident.expecting == "place":
            resident.expecting = None

    def place_of(self, resident: Resident) -> Place | None:
        """Where somebody lives; None when not told, or when the unit no longer exists."""
        return self.gazetteer.get(resident.place_key) if resident.place_key is not None else None

    # --- confirming -----------------------------------------------------------------------------------------

    async def is_confirmed(self, session: AsyncSession, resident: Resident) -> bool:
        """Whether somebody may sign: consent, citizenship stated (art. 90-1(2)), a Kazakhstan number confirmed."""
        return await self._missing(session, resident) is None

    async def begin_confirming(self, session: AsyncSession, resident: Resident, then: Tap, now: datetime) -> Confirming:
        """Set out to be confirmed and afterwards to go on with `then`."""
        resident.expecting = f"{CONFIRMING}:{then.pack()}"
        return await self.confirming(session, resident, now)

    async def confirming(self, session: AsyncSession, resident: Resident, now: datetime | None = None) -> Confirming:
        """How far somebody is. `then` is None when nothing was set out for."""
        what, _, packed = (resident.expecting or "").partition(":")
        then: Tap | None = None
        if what == CONFIRMING and packed:
            try:
                then = Tap.read(packed)
            except StaleTap:
                then = None
        day = (now or resident.seen_at).astimezone(self._local).date()
        return Confirming(
            missing=await self._missing(session, resident),
            then=then,
            operator=self.operator,
            consent=consent_on(day),
        )

    async def agree(self, session: AsyncSession, resident: Resident, t: Translator, now: datetime) -> None:
        """Record the consent to the text in force, in the language it was shown in (Law 94-V art. 8(1)).

        A second tap adds nothing: one consent stands open per person.
        """
        text = consent_on(now.astimezone(self._local).date())
        shown = text.full(
            t,
            operator=self.operator.shown_name(t),
            bin_number=self.operator.bin,
            contact=self.operator.contact,
        )
        row = {
            "resident_id": resident.id,
            "version": text.version,
            "language": t.language,
            "text_sha256": consent_hash(shown),
            "given_at": now,
        }
        await session.execute(insert_ignoring(session, Consent, [row]))

    async def state_citizenship(self, session: AsyncSession, resident: Resident, now: datetime) -> bool:
        """Record that somebody states to be a citizen of Kazakhstan. False, and not recorded, without a consent."""
        if await session.scalar(_HAS_CONSENT, {"whose": resident.id}) is None:
            return False
        if resident.citizen_stated_at is None:
            resident.citizen_stated_at = now
        return True

    async def confirm_phone(
        self, session: AsyncSession, resident: Resident, shown_number: str, now: datetime
    ) -> PhoneResult:
        """Confirm the number Telegram gave as the person's own.

        One number belongs to one account. Two accounts may show the same number at the same moment, on two
        workers; a look-up beforehand would let both pass. So the unique constraint decides: the second
        update fails, is undone to the savepoint, and its sender is offered to move the number.
        """
        missing = await self._missing(session, resident)
        if missing is None:
            return PhoneResult(PhoneOutcome.ALREADY)
        if missing != "phone":
            return PhoneResult(PhoneOutcome.NOT_YET)
        number = kazakh_number(shown_number)
        if number is None:
            return PhoneResult(PhoneOutcome.NOT_KAZAKH)
        hashed = phone_hash(self._pepper, number)
        if await self._give_phone(session, resident, hashed, now):
            return PhoneResult(PhoneOutcome.CONFIRMED)
        source_id = await session.scalar(select(Resident.id).where(Resident.phone_hash == hashed))
        if source_id is None:
            # Its holder let go of it just now.
            return await self.confirm_phone(session, resident, shown_number, now)
        until = int((now + MOVE_TERM).timestamp())
        proof = move_proof(self._pepper, source_id, resident.id, until, hashed)
        offer = MoveOffer(source_id, until, proof, await self.held(session, source_id))
        return PhoneResult(PhoneOutcome.TAKEN, offer)

    async def move_offer(
        self, session: AsyncSession, resident: Resident, source_id: int, until: int, proof: str, now: datetime
    ) -> MoveOffer:
        """The offer a button carries, if it still stands.

        Raises:
            MoveOutOfDate: it has run out, was not made to this account, or the number went elsewhere.
        """
        await self._offered(session, resident, source_id, until, proof, now)
        return MoveOffer(source_id, until, proof, await self.held(session, source_id))

    async def move_here(
        self, session: AsyncSession, resident: Resident, source_id: int, until: int, proof: str, now: datetime
    ) -> dict[str, int]:
        """Move a number, and what was done with it, from another account to this one; the other account is
        told.

        Roles stay where they are: they were given to an account, not to a number.

        Raises:
            MoveOutOfDate: see `move_offer`.
        """
        source = await self._offered(session, resident, source_id, until, proof, now)
        hashed = source.phone_hash
        if hashed is None:
            raise MoveOutOfDate(source_id)
        held = await self.held(session, source_id)
        for holder in self._holders:
            await holder.move(session, source_id, resident.id, now)
        source.phone_hash = None
        source.phone_confirmed_at = None
        source.citizen_stated_at = None
        await self._close_consents(session, source, now)
        await session.flush()
        await self._set_phone(session, resident, hashed, now)
        await self.audit(
            session,
            actor_id=resident.id,
            action="account_moved",
            subject=f"resident:{source_id}",
            details={"to": resident.id},
            now=now,
        )
        await tell(
            session,
            kind="account_moved",
            resident_id=source_id,
            reference=resident.id,
            cause=f"account_moved:{resident.id}:{until}",
            params={"held": held},
            now=now,
        )
        return held

    async def _offered(
        self, session: AsyncSession, resident: Resident, source_id: int, until: int, proof: str, now: datetime
    ) -> Resident:
        if until < now.timestamp() or source_id == resident.id:
            raise MoveOutOfDate(source_id)
        if await self._missing(session, resident) != "phone":
            raise MoveOutOfDate(source_id)
        # Both rows are locked in one order, so that two accounts moving in opposite directions cannot block.
        locked = await session.scalars(
            select(Resident)
            .where(Resident.id.in_((source_id, resident.id)))
            .order_by(Resident.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        source = {row.id: row for row in locked.all()}.get(source_id)
        if source is None or source.phone_hash is None:
            raise MoveOutOfDate(source_id)
        if not proofs_equal(proof, move_proof(self._pepper, source_id, resident.id, until, source.phone_hash)):
            raise MoveOutOfDate(source_id)
        return source

    async def _give_phone(self, session: AsyncSession, resident: Resident, hashed: str, now: datetime) -> bool:
        try:
            async with session.begin_nested():
                await self._set_phone(session, resident, hashed, now)
        except IntegrityError:
            return False
        return True

    async def _set_phone(self, session: AsyncSession, resident: Resident, hashed: str, now: datetime) -> None:
        await session.execute(
            update(Resident)
            .where(Resident.id == resident.id)
            .values(phone_hash=hashed, phone_confirmed_at=now)
            .execution_options(synchronize_session=False)
        )
        await session.refresh(resident, ["phone_hash", "phone_confirmed_at"])

    async def _missing(self, session: AsyncSession, resident: Resident) -> Missing | None:
        if await session.scalar(_HAS_CONSENT, {"whose": resident.id}) is None:
            return "consent"
        if resident.citizen_stated_at is None:
            return "citizen"
        return "phone" if resident.phone_hash is None else None

    async def _open_consent(self, session: AsyncSession, resident_id: int) -> Consent | None:
        return await session.scalar(
            select(Consent).where(Consent.resident_id == resident_id, Consent.withdrawn_at.is_(None))
        )

    # --- privacy --------------------------------------------------------------------------------------------

    async def held(self, session: AsyncSession, resident_id: int) -> dict[str, int]:
        """How much the other capabilities keep about somebody, by kind."""
        counts: Counter[str] = Counter()
        for holder in self._holders:
            counts.update(await holder.held(session, resident_id))
        return dict(counts)

    async def stored(self, session: AsyncSession, resident: Resident) -> Stored:
        """What is kept about somebody (Law 94-V art. 25(2)(9))."""
        consent = await self._open_consent(session, resident.id)
        return Stored(
            language=as_language(resident.language, self._default_language),
            place=self.place_of(resident),
            phone_confirmed_at=resident.phone_confirmed_at,
            consent_version=consent.version if consent else None,
            consent_given_at=consent.given_at if consent else None,
            has_words=resident.last_words is not None,
            held=await self.held(session, resident.id),
        )

    async def export(self, session: AsyncSession, resident_id: int, now: datetime) -> dict[str, Any]:
        """Everything kept about somebody, ready for JSON. The telephone number is not in it: it is not kept.

        Raises:
            LookupError: no such resident, or one who was deleted.
        """
        resident = await session.get(Resident, resident_id)
        if resident is None or resident.erased_at is not None:
            raise LookupError(f"resident {resident_id} is not there")
        place = self.place_of(resident)
        consents = await session.scalars(select(Consent).where(Consent.resident_id == resident_id).order_by(Consent.id))
        grants = await session.scalars(
            select(RoleGrant).where(RoleGrant.resident_id == resident_id).order_by(RoleGrant.id)
        )
        exported: dict[str, Any] = {
            "exported_at": now.isoformat(),
            "resident": {
                "number": resident.id,
                "telegram_id": resident.telegram_id,
                "language": resident.language,
                "language_chosen": resident.language_chosen,
                "place": None if place is None else {"kato": place.kato, "name": place.name("kk")},
                "phone_hash": resident.phone_hash,
                "phone_confirmed_at": _written(resident.phone_confirmed_at),
                "citizenship_stated_at": _written(resident.citizen_stated_at),
                "first_seen_at": _written(resident.created_at),
                "last_seen_at": _written(resident.seen_at),
                "last_words": resident.last_words,
                "unreachable_since": _written(resident.unreachable_since),
            },
            "consents": [
                {
                    "version": consent.version,
                    "language": consent.language,
                    "text_sha256": consent.text_sha256,
                    "given_at": _written(consent.given_at),
                    "withdrawn_at": _written(consent.withdrawn_at),
                }
                for consent in consents.all()
            ],
            "roles": [
                {
                    "role": grant.role.value,
                    "body": grant.body_key,
                    "granted_at": _written(grant.granted_at),
                    "ended_at": _written(grant.revoked_at),
                }
                for grant in grants.all()
            ],
        }
        for holder in self._holders:
            exported |= await holder.export(session, resident_id)
        return exported

    async def withdraw_consent(self, session: AsyncSession, resident: Resident, now: datetime) -> None:
        """Stop processing what the consent was for (Law 94-V art. 8(7)): phone and citizenship are deleted
        at once.

        Signatures already given stay counted; the person can take each back, or have the link to them
        deleted.
        """
        await self._lock(session, resident)
        resident.phone_hash = None
        resident.phone_confirmed_at = None
        resident.citizen_stated_at = None
        resident.expecting = None
        await self._close_consents(session, resident, now)
        await session.flush()

    async def erase(self, session: AsyncSession, resident: Resident, now: datetime) -> None:
        """Forget somebody for good: only an empty shell stays, so that counts and history keep their
        references.

        Writing to the bot again makes a new resident. The same phone still signs a petition only once,
        because the signer key of a signature is made of the phone, not of the account.
        """
        await self._lock(session, resident)
        await self.staff.leave_all(session, resident, now)
        for holder in self._holders:
            await holder.erase(session, resident.id, now)
        await self._close_consents(session, resident, now)
        resident.telegram_id = None
        resident.phone_hash = None
        resident.phone_confirmed_at = None
        resident.citizen_stated_at = None
        resident.place_key = None
        resident.expecting = None
        resident.last_words = None
        resident.last_list = None
        resident.last_filters = None
        resident.screen_message_id = None
        resident.unreachable_since = None
        resident.language_chosen = False
        resident.erased_at = now
        await session.flush()
        await self.audit(
            session, actor_id=resident.id, action="account_erased", subject=f"resident:{resident.id}", now=now
        )

    async def _lock(self, session: AsyncSession, resident: Resident) -> None:
        await session.flush()
        await session.execute(select(Resident.id).where(Resident.id == resident.id).with_for_update())

    async def _close_consents(self, session: AsyncSession, resident: Resident, now: datetime) -> None:
        await session.execute(
            update(Consent)
            .where(Consent.resident_id == resident.id, Consent.withdrawn_at.is_(None))
            .values(withdrawn_at=now)
            .execution_options(synchronize_session=False)
        )


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()

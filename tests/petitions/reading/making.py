"""Petitions in whatever state a test needs, brought there by the service as in life."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.law.calendar import WorkingCalendar
from bot.petitions.models import Draft, Petition, Signature
from bot.petitions.moderation.service import seed_reasons
from bot.petitions.rules import Action, Actor, DraftStep, Outcome, State
from bot.petitions.service import Petitions, new_receipt
from bot.places.tree import Gazetteer, shipped_places
from bot.residents.models import Resident
from bot.residents.rules import phone_hash

PEPPER = b"pepper of the tests, long enough to be one"
GAZETTEER = Gazetteer(shipped_places())
OBLAST = "kz-almaty-oblast"
TALGAR = f"{OBLAST}/talgar-district"
TOWN = f"{TALGAR}/talgar-town"
KAZAKH_TITLE = (
    "Өңіріміздегі әр ауылға жаңа мектеп, ұлттық кітапхана мен қазақша үйірме ашып, қыста оқушыны жылы көлікпен "
    "тасымалдауды қамтамасыз етейік біз"
)


async def _no_moderators(session: AsyncSession) -> list[int]:
    return []


def petitions_service() -> Petitions:
    """The service, with nobody to moderate."""
    return Petitions(GAZETTEER, PEPPER, WorkingCalendar(), _no_moderators)


async def person(session: AsyncSession, number: int, now: datetime, *, place: str | None = None) -> Resident:
    """A confirmed resident."""
    resident = Resident(
        telegram_id=number,
        language="kk",
        place_key=place,
        phone_hash=phone_hash(PEPPER, f"+7701{number:07d}"),
        phone_confirmed_at=now,
        created_at=now,
        seen_at=now,
    )
    session.add(resident)
    await session.flush()
    return resident


async def petition_in(
    session: AsyncSession,
    petitions: Petitions,
    author: Resident,
    state: State,
    now: datetime,
    *,
    title: str = "Мектеп алдына жаяу жүргінші жолын салу",
    ask: str = "Абай көшесіндегі мектептің алдына жаяу жүргінші жолын салуды сұраймыз.",
    why: str = "Балалар жолдан қауіппен өтеді.",
    language: str = "kk",
    place: str = TALGAR,
    body: str | None = None,
    more: int = 0,
) -> Petition:
    """A petition in this state; `more` anonymous signatures stand beside the author's own."""
    draft = Draft(
        author_id=author.id,
        step=DraftStep.REVIEW,
        language=language,
        title=title,
        ask=ask,
        why=why,
        place_key=place,
        body_key=body or f"{'office' if place == TOWN else 'akimat'}:{place}",
        created_at=now,
        updated_at=now,
    )
    session.add(draft)
    await session.flush()
    petition = await petitions.open(session, draft, author, now)
    await sign_anonymously(session, petition, more, now)

    async def move(action: Action, actor: Actor, **brought: str | Outcome) -> None:
        await petitions.change(session, petition, action, actor, None, now, **brought)  # type: ignore[arg-type]

    if state is State.GATHERING:
        return petition
    if state is State.LAPSED:
        await move(Action.LAPSE, Actor.CLOCK)
        return petition
    await move(Action.SUPPORTERS_FOUND, Actor.SIGNERS)
    if state is State.MODERATION:
        return petition
    if state is State.RETURNED:
        await move(Action.RETURN, Actor.MODERATOR, comment="Мекенжайды нақты жазыңыз & <қысқарақ>")
        return petition
    if state is State.REJECTED:
        reason = (await seed_reasons_and_one(session)).code
        await move(Action.REJECT, Actor.MODERATOR, reason_code=reason, comment="Қараңыз: <заң>")
        return petition
    await move(Action.APPROVE, Actor.MODERATOR)
    if state is State.WITHDRAWN:
        await move(Action.WITHDRAW, Actor.AUTHOR)
    elif state is State.EXPIRED:
        await move(Action.EXPIRE, Actor.CLOCK)
    elif state is not State.PUBLISHED:
        await move(Action.REACH_THRESHOLD, Actor.SIGNERS)
        if state is not State.SUPPORTED:
            await move(Action.SEND, Actor.MODERATOR)
        if state in {State.CONSIDERING, State.DECIDED}:
            await move(Action.REGISTER, Actor.OFFICIAL)
        if state is State.DECIDED:
            await move(Action.DECIDE, Actor.OFFICIAL, outcome=Outcome.PARTLY, answer="Жол & шам орнатылады.")
    assert petition.state is state
    return petition


async def seed_reasons_and_one(session: AsyncSession):  # type: ignore[no-untyped-def]
    """A reason of the catalogue, which is seeded for it."""
    from sqlalchemy import select

    from bot.petitions.models import RejectionReason

    await seed_reasons(session)
    return (await session.scalars(select(RejectionReason).order_by(RejectionReason.position))).first()


async def sign_anonymously(session: AsyncSession, petition: Petition, count: int, now: datetime) -> None:
    """Add signatures of people nobody knows, a second apart."""
    if not count:
        return
    rows = [
        {
            "petition_id": petition.id,
            "resident_id": None,
            "signer_key": f"{petition.id}-{index}-{now.timestamp()}",
            "text_version": 1,
            "receipt": new_receipt(),
            "signed_at": now + timedelta(seconds=index),
        }
        for index in range(count)
    ]
    await session.execute(insert(Signature), rows)
    petition.signature_count += count
    await session.flush()


def day(moment: datetime) -> date:
    """The local date of a moment."""
    return petitions_service().today(moment)

"""Suspicious signing is seen in numbers; what is annulled falls out of the count, and comes back for a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import Telling
from bot.delivery.models import Delivery
from bot.i18n import LANGUAGES, Language, translator
from bot.petitions.annulment import queries, views
from bot.petitions.annulment.messages import ANNULMENT_RENDERERS
from bot.petitions.annulment.rules import YOUNG_MINUTES, Ground, Sign, Window, suspicion, watch
from bot.petitions.annulment.service import Annulments, FlagGone, NotPossible, NumbersMoved
from bot.petitions.models import Petition, Signature
from bot.petitions.reading.queries import Viewer, card
from bot.petitions.reading.show import screen_of
from bot.petitions.reading.views import ANNULMENT_GROUNDS
from bot.petitions.rules import Action, Actor, State
from bot.petitions.service import Petitions, SignOutcome
from bot.residents.models import AuditEntry, Resident
from bot.residents.staff.service import Staff

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]
FRESH = 45
OLD = 5


@pytest.fixture
def annulments(petitions: Petitions) -> Annulments:
    """The annulments service; resident 1 (the author of the tests) moderates nothing."""

    async def moderators(session: AsyncSession) -> list[int]:
        return [2]

    return Annulments(petitions, Staff(frozenset()).audit, moderators)


async def burst(
    session: AsyncSession, petitions: Petitions, make_resident: MakeResident, make_waiting: MakeWaiting, now: datetime
) -> tuple[Petition, Resident]:
    """A published petition that old acquaintances and then many new accounts signed. Returns it and its moderator."""
    long_ago = now - timedelta(days=30)
    author, moderator = await make_resident(session, 1, long_ago), await make_resident(session, 2, long_ago)
    petition = await make_waiting(session, author, now - timedelta(days=2))
    await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now - timedelta(days=2))
    for number in range(100, 100 + OLD):
        await petitions.sign(session, petition.id, await make_resident(session, number, long_ago), now)
    for number in range(200, 200 + FRESH):
        fresh = await make_resident(session, number, now - timedelta(minutes=3))
        await petitions.sign(session, petition.id, fresh, now)
    return petition, moderator


async def differing(session: AsyncSession, petitions: Petitions) -> dict[int, tuple[int, int]]:
    return await petitions.recount(session)


async def test_a_burst_of_new_accounts_is_flagged_once_and_only_moderators_hear(
    database: Database,
    petitions: Petitions,
    annulments: Annulments,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    later = now + timedelta(minutes=5)
    async with database.transaction() as session:
        petition, moderator = await burst(session, petitions, make_resident, make_waiting, now)
        assert await annulments.look(session, later) == 1
        assert await annulments.look(session, later + timedelta(minutes=10)) == 0, "it goes on, it is no news"
        told = await session.execute(
            select(Delivery.resident_id, Delivery.reference).where(Delivery.kind == "signing_flag")
        )
        heard = told.all()
        assert [resident_id for resident_id, _ in heard] == [moderator.id]
        flag_id = heard[0][1]
        seen = await annulments.seen(session, flag_id)
        assert seen.flag.sign is Sign.FRESH
        assert seen.bands.total == FRESH + OLD
        assert seen.bands.younger == (FRESH, FRESH, FRESH)
        await annulments.dismiss(session, flag_id, moderator, later)
        with pytest.raises(FlagGone):
            await annulments.seen(session, flag_id)
        assert await annulments.look(session, later + timedelta(minutes=20)) == 0, "it was looked at"
        assert await queries.flags_open(session) == 0
        assert petition.signature_count == FRESH + OLD + 1


async def test_annulled_signatures_count_no_more_their_phones_stay_taken_and_an_undo_brings_them_back(
    database: Database,
    petitions: Petitions,
    annulments: Annulments,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    later = now + timedelta(minutes=5)
    async with database.transaction() as session:
        petition, moderator = await burst(session, petitions, make_resident, make_waiting, now)
        petition.threshold_votes = FRESH
        await petitions.sign(session, petition.id, moderator, now - timedelta(days=1))
        assert petition.state is State.SUPPORTED
        await annulments.look(session, later)
        (line,) = await queries.open_flags(session, 5)
        choice = await annulments.choice(session, line.id, 10)
        assert (choice.count, choice.after, choice.falls_below) == (FRESH, OLD + 2, True)
        with pytest.raises(NumbersMoved):
            await annulments.annul(session, line.id, 10, Ground.FRESH, FRESH + 1, moderator, later)
        assert petition.signature_count == FRESH + OLD + 2, "nothing happens by numbers nobody saw"
        row = await annulments.annul(session, line.id, 10, Ground.BOUGHT, FRESH, moderator, later)
        assert petition.signature_count == OLD + 2
        assert petition.state.value == "published", "it fell below its threshold"
        assert await differing(session, petitions) == {}
        with pytest.raises(FlagGone):
            await annulments.annul(session, line.id, 10, Ground.FRESH, FRESH, moderator, later)

        abuser = (await session.scalars(select(Resident).where(Resident.telegram_id == 200))).one()
        again = await petitions.sign(session, petition.id, abuser, later)
        assert again.outcome is SignOutcome.ANNULLED
        assert petition.signature_count == OLD + 2
        rows = await session.execute(select(Signature.id).where(Signature.petition_id == petition.id))
        assert len(rows.all()) == FRESH + OLD + 2
        gone = await petitions.withdraw_signature(session, petition.id, abuser, later)
        assert gone.outcome is SignOutcome.NOT_SIGNED

        with pytest.raises(NotPossible):
            await annulments.clear(session, row.id, moderator, later)
        await annulments.undo(session, row.id, moderator, later + timedelta(hours=23))
        assert petition.signature_count == FRESH + OLD + 2
        (reopened,) = await queries.open_flags(session, 5)
        assert reopened.id == line.id, "what was undone by mistake can be looked at again"
        assert petition.state is State.SUPPORTED
        assert await differing(session, petitions) == {}
        with pytest.raises(NotPossible):
            await annulments.undo(session, row.id, moderator, later)
        actions = (await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))).all()
        assert actions[-2:] == ["signatures_annul", "signatures_undo"]
        authors = (await session.scalars(select(Delivery.kind).where(Delivery.resident_id == petition.author_id))).all()
        assert {"signatures_annulled", "signatures_returned"} <= set(authors)


async def test_after_a_day_nothing_is_undone_but_the_phones_may_be_let_sign_anew(
    database: Database,
    petitions: Petitions,
    annulments: Annulments,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    later, next_day = now + timedelta(minutes=5), now + timedelta(days=1, minutes=5)
    async with database.transaction() as session:
        petition, moderator = await burst(session, petitions, make_resident, make_waiting, now)
        await annulments.look(session, later)
        (line,) = await queries.open_flags(session, 5)
        row = await annulments.annul(session, line.id, None, Ground.SAME_HAND, FRESH + OLD, moderator, later)
        assert petition.signature_count == 1
        with pytest.raises(NotPossible):
            await annulments.undo(session, row.id, moderator, next_day)
        await annulments.clear(session, row.id, moderator, next_day)
        signer = (await session.scalars(select(Resident).where(Resident.telegram_id == 200))).one()
        signed = await petitions.sign(session, petition.id, signer, next_day)
        assert signed.outcome is SignOutcome.SIGNED
        assert petition.signature_count == 2
        assert await differing(session, petitions) == {}


async def test_what_has_left_the_bots_hands_is_not_annulled(
    sqlite: Database,
    petitions: Petitions,
    annulments: Annulments,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    later = now + timedelta(minutes=5)
    async with sqlite.transaction() as session:
        petition, moderator = await burst(session, petitions, make_resident, make_waiting, now)
        await annulments.look(session, later)
        (line,) = await queries.open_flags(session, 5)
        petition.threshold_votes = 3
        await petitions.sign(session, petition.id, moderator, later)
        await petitions.change(session, petition, Action.SEND, Actor.MODERATOR, moderator.id, later)
        with pytest.raises(NotPossible):
            await annulments.annul(session, line.id, 10, Ground.FRESH, FRESH, moderator, later)
        screen = views.flag_screen(translator("en"), await annulments.seen(session, line.id))
        assert "nothing can be annulled any more" in screen.text
        assert [button.text for row in screen.rows for button in row] == ["Nothing is wrong", "Back"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_owners_read_the_truth_and_moderators_read_numbers(
    sqlite: Database,
    petitions: Petitions,
    annulments: Annulments,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
    language: Language,
) -> None:
    t = translator(language)
    later = now + timedelta(minutes=5)
    async with sqlite.transaction() as session:
        petition, moderator = await burst(session, petitions, make_resident, make_waiting, now)
        await annulments.look(session, later)
        (line,) = await queries.open_flags(session, 5)
        seen = await annulments.seen(session, line.id)
        shown = views.flag_screen(t, seen)
        assert t.number(FRESH) in shown.text
        taps = [button.tap for buttons in shown.rows for button in buttons]
        assert views.AnnulTap(line.id, YOUNG_MINUTES[0], None) in taps
        choice = await annulments.choice(session, line.id, 10)
        assert t.number(choice.after) in views.confirm_screen(t, choice, Ground.FRESH).text
        assert views.ground_screen(t, choice).rows
        signer = (await session.scalars(select(Resident).where(Resident.telegram_id == 200))).one()

        async def card_of(viewer: Viewer) -> str:
            found = await card(session, petition.id, viewer)
            assert found is not None
            return screen_of(petitions, t, found, later, bot_username="a_bot", in_group=False).text

        receipt = (await session.scalars(select(Signature.receipt).where(Signature.resident_id == signer.id))).one()
        before = await card_of(Viewer(signer.id))
        row = await annulments.annul(session, line.id, 10, Ground.BOUGHT, FRESH, moderator, later)
        after = await card_of(Viewer(signer.id))
        assert receipt in before
        assert receipt in after
        assert t(ANNULMENT_GROUNDS["bought"]) in after
        assert t(ANNULMENT_GROUNDS["bought"]) not in await card_of(Viewer(moderator.id))
        assert views.annulment_screen(t, row, petition.signature_count, later).rows[0][0].tap == views.AnnulmentTap(
            row.id, "undo"
        )
        assert views.flags_screen(t, [line], [row]).rows
        for kind in ("signatures_annulled", "signatures_returned"):
            params = {"signatures": FRESH, "ground": "bought"}
            telling = Telling(kind, petition.id, params, petition.author_id or 0, t, later, "a_bot")
            assert await ANNULMENT_RENDERERS[kind](session, telling) is not None
        closed = Telling("signing_flag", line.id, {}, moderator.id, t, later, "a_bot")
        assert await ANNULMENT_RENDERERS["signing_flag"](session, closed) is None, "a colleague was faster"


@given(signatures=st.integers(0, 5000), fresh=st.integers(0, 5000), usual=st.floats(0, 500))
def test_few_signatures_are_never_suspicious_and_old_friends_never_fresh(
    signatures: int, fresh: int, usual: float
) -> None:
    numbers = watch()
    found = suspicion(numbers, Window(signatures, min(fresh, signatures), usual))
    if signatures < numbers.fresh_least:
        assert found is None
    if found is Sign.FRESH:
        assert fresh * 100 >= signatures * numbers.fresh_percent
    if found is Sign.SURGE:
        assert signatures >= max(numbers.surge_least, usual * numbers.surge_times)

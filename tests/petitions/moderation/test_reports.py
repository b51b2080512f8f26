"""Enough readers hide a petition, each of them once; the author loses no day, and nobody learns who reported."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import Telling
from bot.delivery.models import Delivery
from bot.i18n import LANGUAGES, Language, translator
from bot.petitions.models import Petition
from bot.petitions.moderation.messages import MODERATION_RENDERERS
from bot.petitions.moderation.rules import Section
from bot.petitions.moderation.service import Moderation, seed_reasons
from bot.petitions.reading.queries import ListKind, Viewer, card, listing
from bot.petitions.reading.show import screen_of
from bot.petitions.reports.models import PetitionReport
from bot.petitions.reports.queries import reported
from bot.petitions.reports.rules import NOTE_MAX, ReportKind, reports_needed
from bot.petitions.reports.service import NoteWrong, ReportResult, Reports
from bot.petitions.rules import Action, Actor, NotAllowed, State
from bot.petitions.service import Petitions, SignOutcome
from bot.residents.models import Resident

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]


async def published(
    session: AsyncSession, petitions: Petitions, make_waiting: MakeWaiting, author: Resident, now: datetime
) -> Petition:
    """A petition everybody sees."""
    petition = await make_waiting(session, author, now)
    return await petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)


async def told(session: AsyncSession) -> list[tuple[str, int]]:
    rows = await session.execute(select(Delivery.kind, Delivery.resident_id).order_by(Delivery.id))
    return [(kind, person) for kind, person in rows]


async def test_enough_reports_hide_it_and_a_moderator_gives_it_back_with_its_days(
    database: Database,
    petitions: Petitions,
    reports: Reports,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        author = await make_resident(session, 1, now)
        petition = await published(session, petitions, make_waiting, author, now)
        closes = petition.closes_on
        readers = [await make_resident(session, number, now) for number in range(10, 16)]
        for reader in readers[:2]:
            filed = await reports.file(session, petition.id, reader, ReportKind.SPAM, None, now)
            assert filed is ReportResult.FILED
        again = await reports.file(session, petition.id, readers[0], ReportKind.INSULT, None, now)
        assert again is ReportResult.BEFORE
        assert petition.hidden_since is None
        await reports.file(session, petition.id, readers[2], ReportKind.PERSONAL, "Называют соседа", now)
        assert petition.hidden_since == now
        assert petition.state is State.PUBLISHED
        assert ("petition_hidden", author.id) in await told(session)

        assert not petitions.is_open(petition, now)
        signing = await petitions.sign(session, petition.id, readers[5], now)
        assert signing.outcome is SignOutcome.CLOSED
        late = await reports.file(session, petition.id, readers[3], ReportKind.SPAM, None, now)
        assert late is ReportResult.CLOSED
        for kind in (ListKind.NEW, ListKind.POPULAR, ListKind.CLOSING):
            found = await listing(session, kind, Viewer())
            assert not found.petitions, kind
        for action in (Action.WITHDRAW, Action.EXPIRE):
            with pytest.raises(NotAllowed):
                actor = Actor.AUTHOR if action is Action.WITHDRAW else Actor.CLOCK
                await petitions.change(session, petition, action, actor, None, now)
        over = now + timedelta(days=365)
        assert await petitions.close_due(session, over) == 0, "what is out of sight does not run out"

        moderator = await make_resident(session, 2, now)
        queue = await moderation.queue(session, Section.REPORTED, 0, moderator, now)
        assert [row.number for row in queue.petitions] == [petition.id]
        later = now + timedelta(days=2, hours=3)
        await moderation.decide(session, petition.id, petition.version, Action.KEEP, moderator, later)
        assert petition.hidden_since is None
        assert closes is not None
        assert petition.closes_on == closes + timedelta(days=3), "each begun day is given back"
        assert ("petition_kept", author.id) in await told(session)
        assert await reported(session, petition.id) is None

        for reader in readers[:3]:
            heard = await reports.file(session, petition.id, reader, ReportKind.SPAM, None, later)
            assert heard is ReportResult.HEARD, "the same people cannot hide it again"
        assert petition.hidden_since is None
        signed = await petitions.sign(session, petition.id, readers[5], later)
        assert signed.outcome is SignOutcome.SIGNED


async def test_what_readers_reported_is_rejected_after_publication_and_may_come_back(
    database: Database,
    petitions: Petitions,
    reports: Reports,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        await seed_reasons(session)
        author, signer = await make_resident(session, 1, now), await make_resident(session, 3, now)
        petition = await published(session, petitions, make_waiting, author, now)
        await petitions.sign(session, petition.id, signer, now)
        closes = petition.closes_on or date.min
        for number in range(10, 13):
            reader = await make_resident(session, number, now)
            await reports.file(session, petition.id, reader, ReportKind.PERSONAL, None, now)
        moderator = await make_resident(session, 2, now)
        await moderation.decide(
            session, petition.id, petition.version, Action.REJECT, moderator, now, reason_code="forbidden"
        )
        assert petition.state is State.REJECTED
        assert petition.hidden_since == now, "the days until it may come back are not lost either"
        heard = await told(session)
        assert ("petition_rejected", author.id) in heard
        assert ("petition_removed", signer.id) in heard
        assert ("petition_removed", author.id) not in heard
        with pytest.raises(NotAllowed):
            await petitions.change(session, petition, Action.RESTORE, Actor.MODERATOR, None, now)
        case = await moderation.case(session, petition, moderator, now)
        assert case.actions == (Action.REINSTATE,)
        later = now + timedelta(days=10)
        await moderation.decide(session, petition.id, petition.version, Action.REINSTATE, moderator, later)
        assert petition.state.value == "published"
        assert petition.closes_on == closes + timedelta(days=10)
        assert petitions.is_open(petition, later)
        assert petition.reason_code is None


async def test_a_petition_with_its_threshold_is_supported_again_when_it_comes_back(
    sqlite: Database,
    petitions: Petitions,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        await seed_reasons(session)
        author = await make_resident(session, 1, now)
        petition = await published(session, petitions, make_waiting, author, now)
        petition.threshold_votes = 2
        await petitions.sign(session, petition.id, await make_resident(session, 3, now), now)
        assert petition.state is State.SUPPORTED
        await petitions.change(session, petition, Action.REJECT, Actor.MODERATOR, None, now, reason_code="forbidden")
        moderator = await make_resident(session, 2, now)
        await moderation.decide(session, petition.id, petition.version, Action.REINSTATE, moderator, now)
        assert petition.state is State.SUPPORTED


async def test_reports_at_the_same_moment_count_each_person_once_and_hide_once(
    database: Database,
    petitions: Petitions,
    reports: Reports,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        petition = await published(session, petitions, make_waiting, await make_resident(session, 1, now), now)
        readers = [await make_resident(session, number, now) for number in range(10, 14)]
        number = petition.id

    async def report(reader: Resident) -> ReportResult:
        async with database.transaction() as session:
            return await reports.file(session, number, reader, ReportKind.SPAM, None, now)

    results = await asyncio.gather(*(report(reader) for reader in [*readers, *readers]))
    assert results.count(ReportResult.FILED) == 3, "the fourth came too late"
    async with database.transaction() as session:
        rows = (await session.scalars(select(PetitionReport.reporter_key))).all()
        assert len(rows) == len(set(rows)) == 3
        hidden = [kind for kind, _ in await told(session) if kind == "petition_hidden"]
        assert len(hidden) == 1


async def test_the_database_itself_refuses_a_second_report_of_one_phone(
    database: Database,
    petitions: Petitions,
    reports: Reports,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        petition = await published(session, petitions, make_waiting, await make_resident(session, 1, now), now)
        reader = await make_resident(session, 10, now)
        await reports.file(session, petition.id, reader, ReportKind.SPAM, "Реклама", now)
        assert await reports.held(session, reader.id) == {"reports": 1}
        assert (await reports.export(session, reader.id))["reports"][0]["note"] == "Реклама"
        await reports.erase(session, reader.id, now)
        row = (await session.scalars(select(PetitionReport).execution_options(populate_existing=True))).one()
        assert (row.resident_id, row.note) == (None, None)
        assert await reports.earlier(session, petition.id, reader) is ReportResult.BEFORE, (
            "a new account, the old phone"
        )
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(
                PetitionReport(petition_id=petition.id, reporter_key=row.reporter_key, kind=ReportKind.SPAM, at=now)
            )


async def test_a_line_with_somebody_elses_number_is_refused_and_nothing_is_filed(
    sqlite: Database,
    petitions: Petitions,
    reports: Reports,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
) -> None:
    async with sqlite.transaction() as session:
        author = await make_resident(session, 1, now)
        petition = await published(session, petitions, make_waiting, author, now)
        reader = await make_resident(session, 10, now)
        for note, over in (("Звоните +7 701 234 56 78", 0), ("x" * (NOTE_MAX + 5), 5)):
            with pytest.raises(NoteWrong) as wrong:
                await reports.file(session, petition.id, reader, ReportKind.OTHER, note, now)
            assert wrong.value.args[0] == over
        with pytest.raises(NotAllowed):
            await reports.file(session, petition.id, author, ReportKind.OTHER, None, now)
        reader.phone_hash = reader.phone_confirmed_at = None
        with pytest.raises(NotAllowed):
            await reports.file(session, petition.id, reader, ReportKind.OTHER, None, now)
        assert await reported(session, petition.id) is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_out_of_sight_a_card_shows_no_word_of_the_petition_but_to_its_author_and_moderators(
    sqlite: Database,
    petitions: Petitions,
    reports: Reports,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
    language: Language,
) -> None:
    async with sqlite.transaction() as session:
        await seed_reasons(session)
        author = await make_resident(session, 1, now)
        petition = await published(session, petitions, make_waiting, author, now)
        reader = await make_resident(session, 10, now)
        await petitions.sign(session, petition.id, reader, now)
        await petitions.change(session, petition, Action.HIDE, Actor.READERS, None, now)
        t = translator(language)

        async def shown(viewer: Viewer, *, in_group: bool = False) -> str:
            found = await card(session, petition.id, viewer)
            assert found is not None
            return screen_of(petitions, t, found, now, bot_username="a_bot", in_group=in_group).text

        for text in (
            await shown(Viewer(reader.id)),
            await shown(Viewer()),
            await shown(Viewer(author.id), in_group=True),
        ):
            assert petition.title not in text
            assert petition.ask not in text
        assert petition.title in await shown(Viewer(author.id))
        assert petition.title in await shown(Viewer(reader.id, is_staff=True))
        for kind in ("petition_hidden", "queue_reported"):
            telling = Telling(kind, petition.id, {}, author.id, t, now, "a_bot")
            screen = await MODERATION_RENDERERS[kind](session, telling)
            assert screen is not None
            assert str(reader.id) not in screen.text.replace(f"№ {petition.id}", "")
        await petitions.change(session, petition, Action.KEEP, Actor.MODERATOR, None, now)
        assert petition.title in await shown(Viewer(reader.id))
        kept = await MODERATION_RENDERERS["petition_kept"](session, replace(telling, kind="petition_kept"))
        assert kept is not None


@given(least=st.integers(1, 1000), signatures=st.integers(0, 100_000))
def test_many_signatures_need_more_reports_and_never_fewer_than_the_setting(least: int, signatures: int) -> None:
    needed = reports_needed(least, signatures)
    assert needed >= least
    assert needed <= reports_needed(least, signatures + 100)
    assert needed * 100 >= signatures - 99

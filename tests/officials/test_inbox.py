"""An official finds what is addressed to the body, what is overdue first, and nobody else's."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.language.clean import iin_check_digit
from bot.officials import queries
from bot.officials.rules import Section
from bot.officials.views import CaseTap, InboxTap
from bot.petitions.models import PetitionEvent
from bot.petitions.rules import Action, Outcome, State
from bot.residents.models import AuditEntry
from tests.officials.conftest import AKIMAT, OBLAST, Town

IIN = f"90010130000{iin_check_digit('90010130000')}"
LONG_AGO = timedelta(days=60)


async def test_overdue_comes_first_then_what_is_due_then_what_is_not_registered(town: Town) -> None:
    sent = await town.petition(title="Not registered")
    fresh = await town.petition(title="Fresh", until=Action.REGISTER)
    late = await town.petition(title="Late", until=Action.REGISTER, when=town.now - LONG_AGO)
    await town.petition(title="Somebody else's", body=OBLAST)
    await town.petition(title="Still gathering", until=Action.SUPPORTERS_FOUND)
    async with town.database.reading() as session:
        today = town.petitions.today(town.now)
        found = await queries.inbox(
            session, [AKIMAT], Section.WAITING, mine_of=[], mine=False, body=-1, page=0, today=today
        )
        assert [petition.id for petition in found.petitions] == [late, fresh, sent]
        assert found.counts[Section.OVERDUE] == 1
        assert found.counts[Section.NEW] == 1
        assert found.counts[Section.WORK] == 1
        assert found.counts[Section.WAITING] == 3
        last = await queries.inbox(
            session, [AKIMAT], Section.WAITING, mine_of=[], mine=False, body=-1, page=7, today=today, size=2
        )
        assert (last.page, last.pages, [one.id for one in last.petitions]) == (1, 2, [sent])
        assert [one.id for one in await queries.waiting(session, [AKIMAT])] == [late, fresh, sent]


async def test_nearest_to_the_threshold_come_first_among_those_on_the_way(town: Town) -> None:
    few = await town.petition(count=10, until=Action.APPROVE)
    many = await town.petition(count=10, until=Action.APPROVE)
    async with town.session() as session:
        (await town.petitions.get(session, many)).signature_count = 2000
    async with town.database.reading() as session:
        today = town.petitions.today(town.now)
        found = await queries.inbox(
            session, [AKIMAT], Section.COMING, mine_of=[], mine=False, body=-1, page=0, today=today
        )
    assert [petition.id for petition in found.petitions] == [many, few]


async def test_the_inbox_opens_pages_filters_and_shows_nobody_elses(sqlite_town: Town) -> None:
    town = sqlite_town
    stranger = town.person(50)
    assert "for officials" in (await stranger.send("/inbox")).text
    number = await town.petition()
    other = await town.petition(body=OBLAST)
    clerk = await town.official(10)
    await town.official(10, "maslikhat:kz-almaty-oblast/talgar-district")
    heard = await clerk.send("/inbox")
    assert f"№ {number}" in heard.text
    assert "not registered" in heard.text
    assert f"№ {other}" not in heard.text
    await clerk.tap("🏛 Akimat")
    assert f"№ {number}" in clerk.seen.text
    await clerk.tap("🏛 Maslikhat")
    assert f"№ {number}" not in clerk.seen.text, "only what is addressed to that body"
    await clerk.tap("🏛 All my bodies")
    await clerk.press(InboxTap("nonsense", 0, 99, -5))
    assert f"№ {number}" in clerk.seen.text, "a forged button shows the inbox"
    assert "not addressed to your body" in (await clerk.press(CaseTap(other))).text
    assert "not addressed to your body" in (await clerk.press(CaseTap(2**62))).text
    card = await clerk.press(CaseTap(number))
    assert "Дети идут" in card.text
    assert "author" not in card.text.lower()
    assert "opened for supporters · the author" in (await clerk.tap("History")).text


async def test_a_petition_is_registered_once_and_the_second_official_learns_by_whom(town: Town) -> None:
    number = await town.petition((2, None), (3, None))
    first, second = await town.official(10), await town.official(11)
    await first.press(CaseTap(number))
    await first.tap("✅ Register")
    assert "20 working days" in first.seen.text
    assert "It goes to 3 people." in first.seen.text
    await second.press(CaseTap(number))
    old = second.seen.buttons["✅ Register"]
    done = await first.tap("✅ Register")
    assert "Registered. The answer is due by 24 December 2026." in done.text
    beaten = await second.press(old)
    assert beaten.toast is not None
    assert "faster" in beaten.toast
    assert "registered, colleague " in beaten.text
    assert (await town.get(number)).state is State.CONSIDERING
    async with town.database.reading() as session:
        events = select(func.count()).where(
            PetitionEvent.petition_id == number, PetitionEvent.action == Action.REGISTER.value
        )
        assert await session.scalar(events) == 1
        audited = select(func.count()).where(AuditEntry.action == "petition_register")
        assert await session.scalar(audited) == 1


async def test_a_colleague_gets_a_petition_is_told_and_finds_it_among_mine(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition()
    clerk, colleague = await town.official(10), await town.official(11)
    await colleague.send("/inbox")
    await colleague.tap("🪑")
    await colleague.tap("How I sign")
    assert "IIN" in (await colleague.send(f"Гүлнар {IIN}")).text
    await colleague.send("Housing, Gulnar")
    await clerk.press(CaseTap(number))
    old = clerk.seen.buttons["👤 Assign"]
    await clerk.tap("👤 Assign")
    await clerk.tap("Housing, Gulnar")
    assert "Assigned to: Housing, Gulnar" in clerk.seen.text
    told = await town.told("inbox_assigned")
    assert len(told) == 1
    shown = await town.written(told[0])
    assert shown is not None
    assert "assigned to you" in shown.text
    assert "assigned" in (await clerk.press(old)).text, "the button was made before"
    await colleague.send("/inbox")
    await colleague.tap("👤 Mine · 1")
    assert f"№ {number}" in colleague.seen.text
    await colleague.press(CaseTap(number))
    await colleague.tap("👤 Assign")
    await colleague.tap("To everybody")
    assert (await town.get(number)).assigned_to is None


async def test_not_ours_goes_to_the_body_that_is_with_a_reason_and_its_threshold(town: Town) -> None:
    number = await town.petition((2, None))
    clerk = await town.official(10)
    before = (await town.get(number)).threshold_votes
    await clerk.press(CaseTap(number))
    await clerk.tap("↪️ Not ours")
    assert "Ministry of Transport" in clerk.seen.buttons
    assert "• Government of Kazakhstan: 50,000 signatures" in clerk.seen.text
    assert "no place" in (await clerk.send("Ққзж")).text
    await clerk.send("алматинская область")
    await clerk.tap("Akimat of Almaty")
    assert "Threshold there: 16,064 signatures." in clerk.seen.text
    assert "not reached" in clerk.seen.text
    assert "IIN" in (await clerk.send(f"Спросите у {IIN}")).text
    assert "1 character too long" in (await clerk.send("x" * 501)).text
    await clerk.send("Автобусные маршруты между районами открывает область.")
    assert "It goes to 2 people." in clerk.seen.text
    await clerk.tap("↪️ Pass it on")
    assert "is passed on" in clerk.seen.text
    petition = await town.get(number)
    assert petition.body_key == OBLAST
    assert petition.state is State.PUBLISHED
    assert petition.threshold_votes != before
    async with town.database.reading() as session:
        event = await session.scalar(
            select(PetitionEvent).where(PetitionEvent.action == "not_ours", PetitionEvent.petition_id == number)
        )
        assert event is not None
        assert event.body_key == OBLAST, "what the router learns from"
        assert event.note is not None
    assert {one.kind for one in await town.told("petition_readdressed")} == {"petition_readdressed"}
    assert "not addressed" in (await clerk.press(CaseTap(number))).text


async def test_passing_to_a_body_whose_threshold_is_reached_moves_it_on_at_once(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(body="maslikhat:kz-almaty-oblast/talgar-district")
    clerk = await town.official(10, "maslikhat:kz-almaty-oblast/talgar-district")
    await clerk.press(CaseTap(number))
    await clerk.tap("↪️ Not ours")
    await clerk.send("талгарский район")
    await clerk.tap("Akimat of Talgar")
    assert "It is reached" in clerk.seen.text
    await clerk.send("Остановки строит акимат.")
    await clerk.tap("↪️ Pass it on")
    petition = await town.get(number)
    assert (petition.state, petition.body_key) == (State.SUPPORTED, AKIMAT)


async def test_the_body_is_told_what_came_and_admins_when_nobody_speaks_for_it(town: Town) -> None:
    clerk = await town.official(10)
    await town.person(900).send("/admin")
    number = await town.petition()
    told = await town.told("inbox_new")
    assert len(told) == 1
    shown = await town.written(told[0])
    assert shown is not None
    assert "has to be registered" in shown.text
    assert await town.told("body_uncovered") == []
    orphan = await town.petition(body=OBLAST)
    warned = await town.told("body_uncovered")
    assert [one.reference for one in warned] == [orphan]
    admin = town.person(900)
    await admin.send("/admin")
    await admin.tap("Bodies without an official")
    assert "Akimat of Almaty Region: 1 petition waits" in admin.seen.text
    await admin.tap("Invite: Akimat of Almaty")
    await admin.tap("The head")
    assert "Head: Akimat of Almaty Region" in admin.seen.text
    await clerk.press(CaseTap(number))
    await clerk.tap("✅ Register")
    await clerk.tap("✅ Register")
    assert await town.written(told[0]) is None, "what was done meanwhile is not announced any more"


async def test_of_two_officials_who_register_at_the_same_moment_one_does(town: Town) -> None:
    number = await town.petition()
    clerks = [await town.official(10), await town.official(11)]
    for clerk in clerks:
        await clerk.press(CaseTap(number))
        await clerk.tap("✅ Register")
    answers = await asyncio.gather(*(clerk.tap("✅ Register") for clerk in clerks))
    assert sorted("Registered" in heard.text for heard in answers) == [False, True]
    assert sum("overtaken" in heard.text for heard in answers) == 1
    async with town.database.reading() as session:
        events = select(func.count()).where(PetitionEvent.action == "register", PetitionEvent.petition_id == number)
        assert await session.scalar(events) == 1


async def test_a_ministry_is_a_body_with_the_governments_threshold(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(body="government", count=50_001)
    clerk = await town.official(10, "government")
    await clerk.press(CaseTap(number))
    await clerk.tap("↪️ Not ours")
    await clerk.tap("A ministry")
    await clerk.tap("Ministry of Transport")
    assert "Threshold there: 50,000 signatures. It is reached" in clerk.seen.text
    await clerk.send("Дорогу содержит министерство транспорта.")
    await clerk.tap("↪️ Pass it on")
    petition = await town.get(number)
    assert (petition.body_key, petition.state) == ("ministry:transport", State.SUPPORTED)


async def test_an_official_finds_a_petition_by_its_number_or_words_of_its_title(sqlite_town: Town) -> None:
    town = sqlite_town
    stop = await town.petition(title="Мектепке дейін аялдама салу")
    road = await town.petition(title="Абай көшесінің жолын жөндеу")
    other = await town.petition(title="Жолды жөндеу", body=OBLAST)
    clerk = await town.official(10)
    await clerk.send("/inbox")
    assert f"№ {stop}" in (await clerk.send(str(stop))).text
    await clerk.send("/inbox")
    assert "Абай көшесінің" in (await clerk.send("жол")).text, "the only one is opened"
    await clerk.send("/inbox")
    assert "Мектепке дейін" in (await clerk.send("мектеп аялдама")).text, "in any form of the words"
    await clerk.send("/inbox")
    assert f"№ {road}" not in (await clerk.send("саябақ")).text
    assert "in its title" in clerk.seen.text
    assert "not addressed to your body" in (await clerk.send(str(other))).text


async def test_a_decided_case_says_what_was_decided(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(until=Action.REGISTER)
    clerk = await town.official(10)
    async with town.session() as session:
        petition = await town.petitions.get(session, number)
        petition.state, petition.outcome, petition.decided_at = State.DECIDED, Outcome.PARTLY, town.now
    card = await clerk.press(CaseTap(number))
    assert "Satisfied in part" in card.text
    assert "The whole answer" in card.buttons

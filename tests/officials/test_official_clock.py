"""The clock: each reminder once, to whom the petition waits for, then to the head; what is overdue is public."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.delivery.models import Delivery
from bot.officials.queries import heads_of, officials_of
from bot.officials.views import CaseTap, DeskTap
from bot.petitions.models import PetitionEvent
from bot.petitions.rules import Action, Actor, Outcome
from bot.residents.models import Resident
from tests.officials.conftest import AKIMAT, Town

OFFICE = "maslikhat:kz-almaty-oblast/talgar-district"


async def remind(town: Town) -> None:
    """What the daily job does."""
    async with town.session() as session:
        await town.officials.remind(session, town.now)


async def keys(town: Town, kind: str = "inbox_reminder") -> list[tuple[str, int | None]]:
    """Marks of the reminders queued, and the Telegram ids they go to."""
    async with town.database.reading() as session:
        found = await session.execute(
            select(Delivery.key, Resident.telegram_id)
            .join(Resident, Resident.id == Delivery.resident_id)
            .where(Delivery.kind == kind)
            .order_by(Delivery.id)
        )
        return [(key.split(":")[3], number) for key, number in found]


async def test_reminders_go_out_once_each_and_reach_the_head_when_it_gets_late(town: Town) -> None:
    number = await town.petition((2, None), until=Action.REGISTER)
    await town.official(10)
    await town.official(20, is_head=True)
    await town.official(30, OFFICE)
    start, due = town.now, (await town.get(number)).due_on
    assert due is not None
    async with town.session() as session:
        petition = await town.petitions.get(session, number)
        clerk = await session.scalar(select(Resident.id).where(Resident.telegram_id == 10))
        petition.assigned_to = clerk
    for day in range((due - town.petitions.today(start)).days + 1):
        town.now = start + timedelta(days=day)
        await remind(town)
        await remind(town)
    assert await keys(town) == [("10", 10), ("5", 10), ("2", 10), ("2", 20), ("0", 10), ("0", 20)]
    shown = await town.written((await town.told("inbox_reminder"))[0])
    assert shown is not None
    assert "🔴 due today" in shown.text, "a message says how things stand when it is sent"


async def test_what_was_missed_while_nothing_ran_is_said_once_by_the_last_mark(town: Town) -> None:
    number = await town.petition(until=Action.REGISTER)
    await town.official(10)
    await town.official(11)
    due = (await town.get(number)).due_on
    assert due is not None
    days = (due - town.petitions.today(town.now)).days
    town.now += timedelta(days=days - 1)
    await remind(town)
    assert await keys(town) == [("2", 10), ("2", 11)], "10 and 5 collapse into 2; without an assignee all are told"


async def test_days_off_are_left_in_peace(sqlite_town: Town) -> None:
    town = sqlite_town
    await town.petition()
    await town.official(10)
    town.now += timedelta(days=3)
    await remind(town)
    assert await keys(town) == [], "28 November 2026 is a Saturday"
    town.now += timedelta(days=2)
    await remind(town)
    assert await keys(town) == [("unregistered3", 10)]


async def test_overdue_is_told_once_with_the_right_of_appeal_and_stands_on_the_card(town: Town) -> None:
    number = await town.petition((2, None), (3, None), until=Action.REGISTER)
    clerk = await town.official(10)
    town.now += timedelta(days=40)
    await remind(town)
    town.now += timedelta(days=1)
    await remind(town)
    told = await town.told("petition_overdue")
    assert len(told) == 3
    shown = await town.written(told[0], "ru")
    assert shown is not None
    assert "молчание после срока считается отказом (АППК, ст. 91, п. 2)" in shown.text
    assert "3 месяца (АППК, ст. 92, п. 1)" in shown.text
    assert "20 рабочих дней" in shown.text
    async with town.database.reading() as session:
        events = await session.scalars(
            select(PetitionEvent).where(PetitionEvent.petition_id == number, PetitionEvent.action == "overdue")
        )
        assert [event.article for event in events] == ["91(2)"]
    assert "overdue by" in (await clerk.press(CaseTap(number))).text


async def test_a_deputy_sees_the_inbox_gets_the_reminders_and_stops_when_the_absence_ends(town: Town) -> None:
    number = await town.petition(until=Action.REGISTER)
    head = await town.official(10, is_head=True)
    deputy = await town.official(11, OFFICE)
    assert "not addressed" in (await deputy.press(CaseTap(number))).text
    await head.press(DeskTap("away"))
    assert "at most four months" in (await head.send("01.01.2020")).text
    await head.send("04.12.2026")
    await head.tap("colleague ")
    assert "Have a good time" in head.seen.text
    assert "Away until 4 December 2026" in head.seen.text
    told = await town.told("stand_in")
    assert len(told) == 1
    assert "is away until 4 December 2026" in (await town.written(told[0])).text  # type: ignore[union-attr]
    assert f"№ {number}" in (await deputy.press(CaseTap(number))).text
    async with town.database.reading() as session:
        second = await session.scalar(select(Resident.id).where(Resident.telegram_id == 11))
        assert await officials_of(session, AKIMAT) == [second], "whoever is away is not counted on"
        assert await heads_of(session, AKIMAT) == [second]
    town.now += timedelta(days=10)
    async with town.session() as session:
        assert await town.officials.end_absences(session, town.now) == 1
        assert await town.officials.end_absences(session, town.now) == 0
    assert "not addressed" in (await deputy.press(CaseTap(number))).text
    assert f"№ {number}" in (await head.press(CaseTap(number))).text


async def test_coming_back_early_and_going_for_good_end_the_deputy(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition()
    clerk, deputy = await town.official(10), await town.official(11, OFFICE)
    await clerk.press(DeskTap("away"))
    await clerk.tap("27 November 2026")
    await clerk.tap("colleague ")
    assert f"№ {number}" in (await deputy.press(CaseTap(number))).text
    await clerk.press(DeskTap("menu"))
    await clerk.tap("I am back")
    assert "Welcome back" in clerk.seen.text
    assert "not addressed" in (await deputy.press(CaseTap(number))).text
    await clerk.press(DeskTap("away"))
    await clerk.tap("27 November 2026")
    await clerk.tap("colleague ")
    async with town.session() as session:
        resident = await session.scalar(select(Resident).where(Resident.telegram_id == 10))
        assert resident is not None
        await town.residents.erase(session, resident, town.now)
    assert "not addressed" in (await deputy.press(CaseTap(number))).text


async def test_many_reminders_at_once_are_one_list_and_none_of_them_comes_again(town: Town) -> None:
    numbers = [await town.petition(until=Action.REGISTER) for _ in range(4)]
    clerk = await town.official(10)
    town.now += timedelta(days=28)
    await remind(town)
    await remind(town)
    town.now += timedelta(hours=3)
    await remind(town)
    listed = await town.told("inbox_reminders")
    assert [one.params["petitions"] for one in listed] == [numbers]
    assert {one.state.value for one in await town.told("inbox_reminder")} == {"skipped"}
    shown = await town.written(listed[0])
    assert shown is not None
    assert "4 petitions wait for your body" in shown.text
    async with town.session() as session:
        petition = await town.petitions.get(session, numbers[0])
        resident = await session.scalar(select(Resident).where(Resident.telegram_id == clerk.id))
        assert resident is not None
        await town.petitions.change(
            session, petition, Action.DECIDE, Actor.OFFICIAL, None, town.now, outcome=Outcome.REFUSED, answer="Жоқ."
        )
    shown = await town.written(listed[0])
    assert shown is not None
    assert "3 petitions wait" in shown.text, "what was answered meanwhile is left out"

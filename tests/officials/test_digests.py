"""An official's digest: once a day at its hour on working days, whatever dies or runs twice; overdue first."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import Painting
from bot.delivery.models import Delivery, DeliveryState
from bot.delivery.schedule import Scheduler, every
from bot.i18n import LANGUAGES, translator
from bot.law.calendar import WorkingCalendar
from bot.officials.digests import views
from bot.officials.digests.messages import digest_painters, digest_renderers, todays_digest, weeks_overview
from bot.officials.digests.pictures import draw_weeks, harmless, write_sheet
from bot.officials.digests.queries import Week, weeks
from bot.officials.digests.rules import Schedule, due, is_due_day, is_weekly_day, last_before
from bot.officials.digests.service import DIGEST, WEEKLY, Digests
from bot.officials.models import Absence
from bot.petitions.models import Petition
from bot.petitions.rules import State
from bot.residents.models import Resident, Role, RoleGrant
from tests.delivery.delivering import MovedClock
from tests.notifications.town import ALMATY, Town
from tests.petitions.reading.making import (
    OBLAST,
    TALGAR,
    TOWN,
    person,
    petition_in,
    petitions_service,
    sign_anonymously,
)

PETITIONS = petitions_service()
DIGESTS = Digests(PETITIONS)
CALENDAR = WorkingCalendar()
LONG_TITLE = (
    "Өңіріміздегі әр ауылға жаңа мектеп, ұлттық кітапхана мен қазақша үйірме ашып, қыста оқушыны көлікпен тасымалдау"
)
BODY = f"akimat:{TALGAR}"
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
schedules = st.builds(Schedule, st.integers(6, 20), st.frozensets(st.integers(0, 6)))


@pytest.fixture
def town(sqlite: Database) -> Town:
    """The services of one bot on SQLite."""
    return Town(sqlite)


def at(hour: int, minute: int = 0, *, day: int = 25) -> datetime:
    """A moment of November 2026 in Almaty; the 25th is a Wednesday."""
    return datetime.combine(date(2026, 11, day), time(hour, minute), ALMATY)


# --- when it comes ----------------------------------------------------------------------------------------------------


@given(days, schedules)
def test_no_digest_comes_on_days_off_or_days_not_chosen(day: date, schedule: Schedule) -> None:
    if is_due_day(day, schedule.weekdays, CALENDAR):
        chosen = day.weekday() in schedule.weekdays
        assert chosen or (CALENDAR.is_working(day) and schedule.weekdays >= set(range(5)))
        assert CALENDAR.is_working(day) or day.weekday() >= 5


@given(days, st.times(), schedules)
def test_it_is_due_from_its_hour_until_the_day_is_over(day: date, clock: time, schedule: Schedule) -> None:
    now = datetime.combine(day, clock, ALMATY)
    found = due(now, schedule, CALENDAR, ALMATY)
    expected = clock >= time(schedule.hour) and is_due_day(day, schedule.weekdays, CALENDAR)
    assert found == (day if expected else None)


@given(days, schedules)
def test_what_is_new_since_the_last_digest_was_never_in_one(day: date, schedule: Schedule) -> None:
    since = last_before(day, schedule, CALENDAR, ALMATY)
    assert since < datetime.combine(day, time(schedule.hour), ALMATY)
    between = (since.date() + timedelta(days=ahead) for ahead in range(1, (day - since.date()).days))
    if is_due_day(since.date(), schedule.weekdays, CALENDAR):
        assert not any(is_due_day(one, schedule.weekdays, CALENDAR) for one in between)


@given(days, schedules)
def test_the_overview_of_the_week_comes_once_a_week(day: date, schedule: Schedule) -> None:
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=ahead) for ahead in range(7)]
    comes = [one for one in week if is_weekly_day(one, schedule, CALENDAR)]
    due_days = [one for one in week if is_due_day(one, schedule.weekdays, CALENDAR)]
    assert comes == due_days[:1]


def test_public_holidays_are_no_digest_days() -> None:
    assert due(datetime(2026, 12, 16, 5, tzinfo=UTC), Schedule(), CALENDAR, ALMATY) is None, "Independence Day"
    assert due(datetime(2026, 12, 15, 5, tzinfo=UTC), Schedule(), CALENDAR, ALMATY) == date(2026, 12, 15)


# --- queueing ---------------------------------------------------------------------------------------------------------


async def _official(
    session: AsyncSession, number: int, now: datetime, *, head: bool = False, body: str = BODY
) -> Resident:
    resident = await person(session, number, now)
    session.add(RoleGrant(resident_id=resident.id, role=Role.OFFICIAL, body_key=body, granted_at=now, is_head=head))
    await session.flush()
    return resident


async def _queued(database: Database) -> list[tuple[str, int]]:
    async with database.reading() as session:
        rows = await session.execute(select(Delivery.kind, Delivery.resident_id).order_by(Delivery.id))
        return [(kind, resident_id) for kind, resident_id in rows]


async def test_two_workers_and_a_restart_queue_one_digest_a_day(database: Database) -> None:
    async with database.transaction() as session:
        official = await _official(session, 1, at(7))

    async def run(session: AsyncSession, now: datetime) -> str:
        return str(await DIGESTS.queue_due(session, now))

    def worker(now: datetime) -> Scheduler:
        return Scheduler(database, [every("officials' digests", 5, run)], clock=MovedClock(now))

    await worker(at(8, 55)).run_due()
    assert await _queued(database) == []
    await asyncio.gather(worker(at(9)).run_due(), worker(at(9)).run_due(), worker(at(9, 1)).run_due())
    for minute in (5, 10, 55):
        await worker(at(9, minute)).run_due()
    assert await _queued(database) == [(DIGEST, official.id)]


async def test_a_morning_without_a_bot_is_made_up_for_the_same_day_once_but_not_the_next(town: Town) -> None:
    async with town.database.transaction() as session:
        await _official(session, 1, at(7))
        author = await person(session, 2, at(7))
        await petition_in(session, PETITIONS, author, State.SENT, at(7))
        await session.execute(update(Delivery).values(state=DeliveryState.SENT, finished_at=at(7)))
    async with town.database.transaction() as session:
        await town.digests.queue_due(session, at(15, 30))
        await town.digests.queue_due(session, at(15, 35))
    assert [chat for chat, text in await town.send(at(15, 36)) if "Work digest" in text] == [1]
    async with town.database.transaction() as session:
        await town.digests.queue_due(session, at(23, 55))
        await town.digests.queue_due(session, at(9, day=26))
    assert await town.send(at(9, day=27)) == [], "one that could not be sent on its day is not sent on the next"
    async with town.database.transaction() as session:
        await town.digests.queue_due(session, at(9, day=27))
    assert [chat for chat, _ in await town.send(at(9, day=27))] == [1]


async def test_a_job_that_dies_half_way_is_run_again_and_tells_once(database: Database) -> None:
    async with database.transaction() as session:
        officials = [await _official(session, number, at(7)) for number in (1, 2, 3)]
    with pytest.raises(ConnectionResetError):
        async with database.transaction() as session:
            await DIGESTS.queue_due(session, at(9))
            raise ConnectionResetError
    assert await _queued(database) == []
    async with database.transaction() as session:
        await DIGESTS.queue_due(session, at(9, 5))
    async with database.transaction() as session:
        await DIGESTS.queue_due(session, at(9, 10))
    assert await _queued(database) == [(DIGEST, one.id) for one in officials]


async def test_who_is_away_or_wants_none_gets_none_and_heads_get_the_week(database: Database) -> None:
    monday = at(9, day=23)
    async with database.transaction() as session:
        head = await _official(session, 1, at(7), head=True)
        away = await _official(session, 2, at(7))
        session.add(Absence(resident_id=away.id, deputy_id=head.id, until=date(2026, 12, 1), since=at(7)))
        silent = await _official(session, 3, at(7))
        await DIGESTS.set_schedule(session, silent.id, Schedule(weekdays=frozenset()), at(7))
        late = await _official(session, 4, at(7))
        await DIGESTS.set_schedule(session, late.id, Schedule(hour=10), at(7))
        await DIGESTS.queue_due(session, monday)
    assert await _queued(database) == [(DIGEST, head.id), (WEEKLY, head.id)]
    async with database.transaction() as session:
        await DIGESTS.queue_due(session, at(10, day=24))
        assert await DIGESTS.schedule(session, late.id) == Schedule(hour=10)
        assert (await DIGESTS.export(session, late.id))["official_digest"]["hour"] == 10
        await DIGESTS.erase(session, late.id, at(11))
        assert await DIGESTS.schedule(session, late.id) == Schedule()
    tuesday = (await _queued(database))[2:]
    assert tuesday == [(DIGEST, head.id), (DIGEST, late.id)], "the week comes once"


# --- what it says -----------------------------------------------------------------------------------------------------


async def _waiting(session: AsyncSession, now: datetime) -> tuple[Resident, dict[str, Petition]]:
    official = await _official(session, 1, now)
    author = await person(session, 2, now)
    early = now - timedelta(days=60)

    async def made(name: str, state: State, moment: datetime, **more: object) -> Petition:
        return await petition_in(session, PETITIONS, author, state, moment, title=name, **more)  # type: ignore[arg-type]

    found = {
        "late": await made("Кешіккен <петиция>", State.CONSIDERING, early),
        "sent": await made("=Тіркелмеген", State.SENT, now - timedelta(days=2)),
        "work": await made("Қаралып жатқан", State.CONSIDERING, now - timedelta(days=1)),
        "supported": await made("Шекті мәнге жеткен", State.SUPPORTED, now - timedelta(hours=2)),
        "near": await made("Жақын қалған", State.PUBLISHED, early),
        "far": await made("Алыс", State.PUBLISHED, early),
        "new": await made("Жаңа", State.PUBLISHED, now - timedelta(hours=1), place=TOWN),
        "elsewhere": await made("Басқа жақта", State.PUBLISHED, now - timedelta(hours=1), place=OBLAST),
    }
    for name, votes in (("near", 100), ("far", 100)):
        found[name].threshold_votes = votes
    await sign_anonymously(session, found["near"], 79, now - timedelta(days=1))
    found["near"].subject = "city_roads"
    await session.flush()
    return official, found


async def test_overdue_comes_first_then_what_waits_then_what_is_coming(database: Database) -> None:
    now = at(9)
    async with database.transaction() as session:
        official, found = await _waiting(session, now)
        screen, is_empty = await todays_digest(session, DIGESTS, translator("en"), official.id, now)
    assert screen is not None
    assert not is_empty
    order = ["late", "work", "sent", "supported", "near", "new"]
    places = [screen.text.index(f"№ {found[name].id} ") for name in order]
    assert places == sorted(places)
    for name in ("far", "elsewhere"):
        assert f"№ {found[name].id} " not in screen.text
    assert "&lt;петиция&gt;" in screen.text
    assert "80" in screen.text
    assert "+79 (before: 0)" in screen.text
    opened = [button.tap for row in screen.rows for button in row if button.text.isdecimal()]
    assert len(opened) >= len(order), "a button for each petition named"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_full_digest_is_one_message_in_every_language(sqlite: Database, language: str) -> None:
    now = at(9)
    async with sqlite.transaction() as session:
        official = await _official(session, 1, now)
        author = await person(session, 2, now)
        early = now - timedelta(days=60)
        for state, moment in (
            (State.CONSIDERING, early),
            (State.SENT, now - timedelta(days=1)),
            (State.SUPPORTED, now),
            (State.PUBLISHED, now),
            (State.DECIDED, now),
        ):
            for _ in range(4):
                await petition_in(session, PETITIONS, author, state, moment, title=LONG_TITLE, more=3)
        await session.execute(update(Petition).where(Petition.state == State.PUBLISHED).values(threshold_votes=4))
        screen, _ = await todays_digest(session, DIGESTS, translator(language), official.id, now)
    assert screen is not None
    assert len(screen.text) < 4096
    assert max(len(row) for row in screen.rows) <= views.IN_A_ROW
    for row in screen.rows:
        for button in row:
            assert button.tap is not None
            button.tap.pack()


async def test_an_empty_day_is_skipped_or_said_in_one_line_as_chosen(town: Town) -> None:
    async with town.database.transaction() as session:
        silent, told = await _official(session, 1, at(7)), await _official(session, 2, at(7))
        await town.digests.set_schedule(session, told.id, Schedule(tells_empty=True), at(7))
        await town.digests.queue_due(session, at(9))
    sent = await town.send(at(9))
    assert [chat for chat, _ in sent] == [2]
    assert "nothing waits" in sent[0][1]
    assert "\n" not in sent[0][1]
    assert silent.id != told.id


async def test_the_head_gets_the_week_with_a_picture_even_in_the_quiet_hours_of_others(town: Town) -> None:
    async with town.database.transaction() as session:
        official = await _official(session, 1, at(6), head=True)
        await town.digests.set_schedule(session, official.id, Schedule(hour=7), at(6))
        await town.digests.queue_due(session, at(7, day=23))
    sent = await town.send(at(7, day=23), rounds=2)
    assert any("week of your body" in text for _, text in sent)
    assert "sendPhoto" in [method for method, _ in town.api.calls]


async def test_a_head_opens_the_last_weeks_whenever_they_wish_and_others_are_not_offered_them(sqlite: Database) -> None:
    for number, is_head in ((1, True), (2, False)):
        async with sqlite.transaction() as session:
            official = await _official(session, number, at(9), head=is_head)
            screen, _ = await todays_digest(session, DIGESTS, translator("en"), official.id, at(9))
            weeks = await weeks_overview(session, DIGESTS, translator("en"), official.id, at(9))
        assert screen is not None
        assert ("🗓 The last weeks" in [button.text for row in screen.rows for button in row]) is is_head
        assert weeks is not None
        assert weeks.picture is not None


async def test_the_table_holds_all_petitions_no_formula_and_no_person(database: Database) -> None:
    now = at(9)
    async with database.transaction() as session:
        official, found = await _waiting(session, now)
        await session.execute(update(Resident).values(telegram_id=Resident.telegram_id + 700000))
    painting = Painting(official.id, "en", translator("en"), now, "halyq_bot")
    async with database.reading() as session:
        drawn = await digest_painters(DIGESTS)[views.SHEET](session, painting)
    sheet = load_workbook(io.BytesIO(drawn.content)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert {row[0] for row in cells[1:]} == {one.id for name, one in found.items() if one.body_key == BODY}
    written = [value for row in cells for value in row if isinstance(value, str)]
    assert any(value == "'=Тіркелмеген" for value in written)
    assert not [value for value in written if value.startswith(("=", "+", "-", "@"))]
    assert all(len(row) == len(cells[0]) for row in cells)
    assert not any("7000" in str(value) for row in cells for value in row)


@given(st.text(min_size=1))
def test_no_cell_is_a_formula(text: str) -> None:
    assert not str(harmless(text)).startswith(("=", "+", "-", "@"))
    assert str(harmless(text)).endswith(text)


def test_a_sheet_with_a_formula_stays_words() -> None:
    book = load_workbook(io.BytesIO(write_sheet([["a"], ["=1+1"], ["@x"], [-5]], "t")))
    sheet = book.active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows()] == ["a", "'=1+1", "'@x", -5]


async def test_weeks_are_counted_by_the_local_calendar(database: Database) -> None:
    async with database.transaction() as session:
        author = await person(session, 2, at(7))
        # Sunday 23:30 in Almaty is still last week.
        await petition_in(session, PETITIONS, author, State.SENT, at(23, 30, day=22))
        await petition_in(session, PETITIONS, author, State.DECIDED, at(0, 30, day=23))
        found = await weeks(session, [BODY], date(2026, 11, 30), 2, ZoneInfo("Asia/Almaty"))
    assert [(week.monday, week.came, week.decided) for week in found] == [
        (date(2026, 11, 16), 1, 0),
        (date(2026, 11, 23), 1, 1),
    ]
    assert [week.signatures for week in found] == [1, 1]


def test_the_chart_has_kazakh_letters() -> None:
    passed: Sequence[Week] = [Week(date(2026, 11, 2) + timedelta(weeks=at), at, 2, 40 * at) for at in range(4)]
    drawn = draw_weeks(passed, "Талғар ауданының әкімдігі: өңір, ұсыныс, іс", translator("kk"))
    assert drawn.startswith(b"\x89PNG")


async def test_renderers_say_nothing_to_who_speaks_for_no_body(sqlite: Database, now: datetime) -> None:
    async with sqlite.transaction() as session:
        resident = await person(session, 1, now)
        screen, is_empty = await todays_digest(session, DIGESTS, translator("kk"), resident.id, now)
        count = await session.scalar(select(func.count()).select_from(Delivery))
    assert screen is None
    assert is_empty
    assert count == 0
    assert set(digest_renderers(DIGESTS)) == {DIGEST, WEEKLY}

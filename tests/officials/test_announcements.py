"""The public discussion and the working group: notice by law, neighbours invited, everybody else told."""

from __future__ import annotations

from sqlalchemy import select

from bot.officials.models import Announcement
from bot.officials.views import CaseTap
from bot.petitions.models import PetitionEvent
from bot.petitions.rules import Action
from tests.officials.conftest import TALGAR, Town

NEAR = f"{TALGAR}/talgar-town"
FAR = "kz-astana-city"


async def test_a_discussion_is_announced_with_notice_neighbours_are_invited_others_told(town: Town) -> None:
    number = await town.petition((2, NEAR), (3, TALGAR), (4, FAR), (5, None), until=Action.REGISTER)
    clerk = await town.official(10)
    await clerk.press(CaseTap(number))
    await clerk.tap("🗣 Public discussion")
    assert (
        "at least 3 working days before (art. 90-5(2)), so the first possible day is 30 November 2026"
        in clerk.seen.text
    )
    assert "too early" in (await clerk.send("завтра в 3")).text
    assert "too early" in (await clerk.send("27.11.2026 15:00")).text
    assert "after the answer is due" in (await clerk.send("28.12.2026 15:00")).text
    assert "could not read" in (await clerk.send("жақында")).text
    await clerk.tap("30 November 2026")
    await clerk.tap("15:00")
    assert "Where?" in clerk.seen.text
    await clerk.send("Талғар қ., Қонаев к. 65, мәжіліс залы")
    assert "3 people are invited: those who live nearby, and the author." in clerk.seen.text
    assert "2 more people are told." in clerk.seen.text
    await clerk.tap("Another place")
    await clerk.send("Талғар қ., Қонаев к. 65, 2-қабат")
    await clerk.tap("📣 Announce")
    assert "Announced to 5 people." in clerk.seen.text
    assert "🗣 Public discussion: 30 November 2026, 15:00" in clerk.seen.text
    invited, told = await town.told("discussion_invited"), await town.told("petition_discussion")
    assert (len(invited), len(told)) == (3, 2)
    assert not {one.resident_id for one in invited} & {one.resident_id for one in told}, "nobody is told twice"
    shown = await town.written(invited[0])
    assert shown is not None
    assert "invited" in shown.text
    assert "2-қабат" in shown.text
    other = await town.written(told[0])
    assert other is not None
    assert "invited" not in other.text
    async with town.database.reading() as session:
        actions = await session.scalars(select(PetitionEvent.action).where(PetitionEvent.petition_id == number))
        assert "discussion" in actions.all()


async def test_another_day_replaces_the_first_and_the_first_invitation_is_not_sent_any_more(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition((2, NEAR), until=Action.REGISTER)
    clerk = await town.official(10)
    for day in ("01.12.2026 10:00", "02.12.2026 11:00"):
        await clerk.press(CaseTap(number))
        await clerk.tap("🗣")
        await clerk.send(day)
        await clerk.send("Акимат, зал 2")
        await clerk.tap("📣 Announce")
    first, second = (await town.told("discussion_invited"))[0], (await town.told("discussion_invited"))[-1]
    assert await town.written(first) is None
    shown = await town.written(second)
    assert shown is not None
    assert "2 December 2026, 11:00" in shown.text
    async with town.database.reading() as session:
        assert len((await session.scalars(select(Announcement))).all()) == 2, "history stays"


async def test_what_one_prepares_a_colleague_sees_and_does_not_overwrite(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(until=Action.REGISTER)
    first, second = await town.official(10), await town.official(11)
    await first.press(CaseTap(number))
    await first.tap("👥 Working group")
    await second.press(CaseTap(number))
    assert "is writing about this petition" in second.seen.text
    blocked = await second.tap("👥 Working group")
    assert blocked.toast == "A colleague is writing about it."
    await first.tap("Back")
    assert "being prepared" not in first.seen.text, "nothing is in it yet"
    await second.press(CaseTap(number))
    await second.tap("👥 Working group")
    await second.send("Депутат маслихата\nПредставитель заявителя\nОтдел архитектуры")
    assert "It goes to 1 person." in second.seen.text
    await second.tap("📣 Announce")
    assert "The working group is announced." in second.seen.text
    told = await town.told("petition_group")
    shown = await town.written(told[0])
    assert shown is not None
    assert "Отдел архитектуры" in shown.text


async def test_a_draft_is_thrown_away(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(until=Action.REGISTER)
    clerk = await town.official(10)
    await clerk.press(CaseTap(number))
    await clerk.tap("👥")
    await clerk.tap("Throw away")
    assert "thrown away" in clerk.seen.text
    await clerk.press(CaseTap(number))
    assert "is being prepared" not in clerk.seen.text


async def test_ones_own_old_button_blames_nobody_else(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition()
    clerk = await town.official(10)
    await clerk.press(CaseTap(number))
    await clerk.tap("✅ Register")
    before = clerk.seen
    await clerk.tap("✅ Register")
    clerk.seen = before
    await clerk.tap("✅ Register")
    assert "You have done that: registered" in clerk.seen.text

"""A group chat bound to an inbox: confirmed in private, cards for all to read, buttons for officials only."""

from __future__ import annotations

from aiogram.types import Chat, Message, User
from sqlalchemy import select

from bot.delivery.models import Delivery
from bot.officials.models import GroupInbox
from bot.officials.queries import groups_of
from bot.officials.views import CaseTap, DeskTap, StepTap
from bot.petitions.rules import State
from tests.officials.conftest import AKIMAT, GROUP, Person, Town


async def bound(town: Town) -> Person:
    """An official whose group is bound; returns the official in the group."""
    clerk = await town.official(10)
    in_group = town.person(10, chat=GROUP)
    await in_group.send("/bind")
    link = in_group.seen.buttons["Confirm in private"]
    await clerk.send(f"/start {link.partition('start=')[2]}")
    assert "Bind the group “Әкімдік”?" in clerk.seen.text
    await clerk.tap("Akimat of Talgar")
    assert "is bound" in clerk.seen.text
    return in_group


async def test_a_group_is_bound_by_an_official_in_private_and_gets_new_petitions(town: Town) -> None:
    stranger = town.person(66, chat=GROUP)
    assert "Only officials" in (await stranger.send("/bind")).text
    in_group = await bound(town)
    told = await town.told("group_bound")
    assert [one.chat_id for one in told] == [GROUP]
    number = await town.petition()
    cards = [one for one in await town.told("inbox_new") if one.chat_id is not None]
    assert [one.chat_id for one in cards] == [GROUP]
    card = await town.written(cards[0])
    assert card is not None
    assert card.live is not None, "the card is kept up to date"
    assert "📥 Inbox" not in [button.text for row in card.rows for button in row]
    heard = await stranger.press(StepTap(number, 6, "register"))
    assert heard.toast is not None
    assert "for officials" in heard.toast
    assert heard.messages == []
    await in_group.press(CaseTap(number))
    await in_group.tap("✅ Register")
    await in_group.tap("✅ Register")
    assert "Registered" in in_group.seen.text
    assert (await town.get(number)).state is State.CONSIDERING
    led = await in_group.tap("📝 Decision")
    assert led.toast == f"https://t.me/halyq_bot?start=c_{number}", "writing goes on in private"
    clerk = town.person(10)
    assert f"№ {number}" in (await clerk.send(f"/start c_{number}")).text
    assert "bound already" in (await in_group.send("/bind")).text


async def test_only_who_proposed_a_group_can_bind_it(sqlite_town: Town) -> None:
    town = sqlite_town
    await town.official(10)
    other = await town.official(11)
    in_group = town.person(10, chat=GROUP)
    await in_group.send("/start bind")
    link = in_group.seen.buttons["Confirm in private"].partition("start=")[2]
    assert "not waiting to be bound" in (await other.send(f"/start {link}")).text
    assert "for officials" in (await town.person(66).send(f"/start {link}")).text


async def test_a_group_is_unbound_by_command_by_button_and_when_the_bot_is_taken_out(town: Town) -> None:
    async def is_bound() -> bool:
        async with town.database.reading() as session:
            return bool(await groups_of(session, AKIMAT))

    in_group = await bound(town)
    assert "Only officials" in (await town.person(66, chat=GROUP).send("/unbind")).text
    await in_group.send("/unbind")
    assert not await is_bound()
    await bound(town)
    clerk = town.person(10)
    await clerk.press(DeskTap("groups"))
    await clerk.tap("Unbind: Әкімдік")
    assert await is_bound(), "it is asked first"
    await clerk.tap("Yes, unbind")
    assert not await is_bound()
    await bound(town)
    await in_group.removed()
    assert not await is_bound()


async def test_a_group_that_becomes_a_supergroup_keeps_its_inbox_and_what_waits_for_it(town: Town) -> None:
    in_group = await bound(town)
    await town.petition()
    chat = Chat(id=GROUP, type="group", title="Әкімдік")
    user = User(id=10, is_bot=False, first_name="Aru")
    moved = Message(message_id=6, date=town.now, chat=chat, from_user=user, migrate_to_chat_id=-100500)
    await in_group._act("message", moved)
    async with town.database.reading() as session:
        assert await session.scalar(select(GroupInbox.chat_id)) == -100500
        waiting = await session.scalars(select(Delivery.chat_id).where(Delivery.chat_id.is_not(None)))
        assert set(waiting.all()) == {-100500}

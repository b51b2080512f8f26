"""An admin writes to everybody: made in the chat, seen by oneself first, confirmed by its number, reported."""

from __future__ import annotations

from bot.sandbox import people
from tests.journeys.conftest import Town
from tests.journeys.test_reading_journeys import PHOTO, shows


async def test_a_broadcast_is_made_in_the_chat_and_reaches_everybody_once(town: Town) -> None:
    admin, aigul, sergei = (town.person(number) for number in (people.ERZHAN, people.AIGUL, people.SERGEI))
    for person in (aigul, sergei, admin):
        await person.open()
        await person.expect()
    await admin.send("/language")
    await admin.tap("English")
    await admin.send("/admin")
    await admin.expect(shows("Invite a moderator"))
    await admin.tap("Broadcasts")
    await admin.expect(shows("New broadcast"))
    await admin.tap("New broadcast")
    await admin.expect(shows("Write the text: it can be typed right here."))
    await admin.send("Ертең 10:00-ден 14:00-ге дейін су болмайды.")
    await admin.expect(shows("Kept: Қазақша", "No text in Русский"))
    await admin.tap("✏️ Русский")
    await admin.expect(shows("Write the text in"))
    await admin.send_photo(PHOTO, caption="Завтра с 10:00 до 14:00 не будет воды.")
    await admin.expect(shows("Kept: Русский", "With a photo"))
    await admin.tap("Urgent")
    await admin.expect(shows("☑️ Urgent"))
    await admin.tap("Send to me first")
    await admin.expect(shows("This is how it will look."))
    await admin.tap("Send to everybody…")
    asked = await admin.expect(shows("To confirm, write the number of people: 3"))
    for part in ("Қазақша: «Ертең 10:00-ден", "Русский: «Завтра с 10:00", "With a photo", "Urgent"):
        assert part in asked.text, "what goes out is told whole before it does"
    await admin.send("30")
    await admin.expect(shows("Nothing was sent"))
    assert asked.id
    await admin.send("3")
    await admin.expect(shows("Broadcast № 1", "being sent"))
    kazakh = await aigul.expect(shows("Ертең 10:00-ден"))
    russian = await sergei.expect(shows("Завтра с 10:00"))
    assert kazakh.photo
    assert russian.photo
    await admin.tap("Back")
    await admin.expect(shows("New broadcast"))
    await admin.tap("Ертең")
    await admin.expect(shows("3 of 3"))
    assert len([one for one in aigul.messages if "Ертең 10:00-ден" in one.text]) == 1


async def test_a_resident_finds_no_way_into_broadcasts(sqlite_town: Town) -> None:
    aigul = sqlite_town.person(people.AIGUL)
    await aigul.open()
    await aigul.expect()
    await aigul.send("/admin")
    await aigul.expect(lambda one: "/admin" in one.text)
    assert not [button for one in aigul.messages for button in one.buttons if "Broadcast" in button]

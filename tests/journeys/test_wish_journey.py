"""From a wish in plain words to an open petition, as a resident types and taps it, in three languages, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from bot.db import utcnow
from bot.i18n import Language, translator
from bot.petitions.models import Petition
from bot.petitions.wishes.models import Wish
from bot.residents.models import Resident
from bot.routing import router as routing
from bot.sandbox import people
from bot.sandbox.driver import Person
from bot.sandbox.world import Message
from tests.journeys.conftest import Town
from tests.petitions.reading.making import TALGAR, TOWN


def shows(*words: str) -> Callable[[Message], bool]:
    """A message with all of the words in its text or on its buttons."""

    def fits(message: Message) -> bool:
        whole = "\n".join([message.text, *message.buttons])
        return all(word in whole for word in words)

    return fits


async def somebody(town: Town, number: int, language: Language, place: str | None) -> Person:
    """A person who has confirmed a phone, speaks a language and lives somewhere."""
    residents, now = town.app.residents, utcnow()
    them = town.person(number)
    async with town.app.database.transaction() as session:
        resident = await residents.arrive(session, telegram_id=number, telegram_language=language, now=now)
        residents.choose_language(resident, language)
        resident.place_key = place
        await residents.agree(session, resident, translator(language), now)
        await residents.state_citizenship(session, resident, now)
        await residents.confirm_phone(session, resident, them.about.phone, now)
    await them.open()
    await them.expect()
    return them


async def opened(town: Town) -> Petition:
    """The one petition there is."""
    async with town.app.database.reading() as session:
        return (await session.scalars(select(Petition))).one()


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A router that is never sure, so that it always asks."""
    monkeypatch.setattr(routing, "UNSURE", 1.1)
    monkeypatch.setattr(routing, "NEAR", 0.0)


WISHES: list[tuple[Language, str, str]] = [
    # Kazakh without Kazakh letters, as it is typed on a phone that has none.
    ("kk", "автобус сирек журеди, колик коп болсын", "Автобусты жиілетуді сұраймыз, бір сағат күтеміз"),
    ("ru", "Автобус ходит раз в час, пустите чаще", "Просим пустить автобус каждые 15 минут"),
    ("en", "The bus comes once an hour, run it more often", "We ask for a bus every 15 minutes"),
]


@pytest.mark.parametrize(("language", "wish", "ask"), WISHES)
async def test_a_wish_is_asked_about_settled_written_and_opened(
    sqlite_town: Town, unsure: None, language: Language, wish: str, ask: str
) -> None:
    town, t = sqlite_town, translator(language)
    unknown = t.plain("I do not know")
    resident = await somebody(town, people.AIGUL, language, TALGAR)
    await resident.send(wish)
    question = await resident.expect(shows("❓", unknown))
    answers = [button for button, data in zip(question.buttons, question.data, strict=True) if data.startswith("wa:")]
    assert len(answers) == 3
    await resident.tap(unknown)
    await resident.expect(shows("🏛"))
    await resident.tap(t.plain("Back"))
    await resident.expect(shows("❓", unknown))
    akimat = next(data for data in question.data if data.startswith("wa:") and data.endswith(":akimat"))
    await resident.tap(akimat)
    body = {"kk": "Талғар ауданының әкімдігі", "ru": "Акимат Талгарского района", "en": "Akimat of Talgar District"}
    settled = await resident.expect(shows(body[language], t.number(2500), t.plain("✍️ Start a petition")))
    assert settled.id == question.id, "one message is edited in place"
    await resident.tap(t.plain("✍️ Start a petition"))
    await resident.expect(shows(t.plain("Next")))
    await resident.tap(t.plain("Next"))
    await resident.expect(shows("1", t.plain("Keep it")))
    await resident.tap(t.plain("Keep it"))
    for step, text in ((2, ask), (3, f"{ask}. {wish}.")):
        await resident.expect(shows(t.plain("Step {number} of {total}", number=step, total=6)))
        await resident.send(text)
    place = await resident.expect(shows(t.plain("Step {number} of {total}", number=4, total=6)))
    assert any(t.plain("Keep it") in button for button in place.buttons), "the wish has the place already"
    await resident.tap(t.plain("Keep it"))
    proposal = await resident.expect(shows("👉", body[language], t.number(2500), t.number(5000)))
    assert proposal.buttons[0].startswith("👉")
    await resident.tap("👉")
    await resident.expect(shows(t.plain("Step {number} of {total}", number=6, total=6), body[language]))
    await resident.tap(t.plain("Open for supporters"))
    await resident.expect(shows(body[language]))
    await resident.tap(t.plain("Open for supporters"))
    await resident.expect(shows("start=p_"))
    petition = await opened(town)
    assert petition.body_key == petition.suggested_body_key == f"akimat:{TALGAR}"


async def test_a_body_chosen_against_the_proposal_is_kept_from_the_wish_to_the_petition(sqlite_town: Town) -> None:
    town = sqlite_town
    resident = await somebody(town, people.SERGEI, "ru", TALGAR)
    await resident.send("снизьте тариф на вывоз мусора")
    await resident.expect(shows("Маслихат Талгарского района", "5\u00a0000", "Экологический кодекс"))
    await resident.tap("Не этот орган")
    await resident.expect(shows("Акимат Талгарского района · 2\u00a0500", "50\u00a0000"))
    await resident.tap("Акимат Талгарского района")
    await resident.expect(shows("Вы выбрали сами", "маслихат Талгарского района"))
    await resident.tap("Назад")
    await resident.expect(lambda message: "Вы выбрали сами" not in message.text)
    await resident.tap("Не этот орган")
    await resident.expect(shows("Кто ещё может решить"))
    await resident.tap("Акимат Талгарского района")
    await resident.expect(shows("Вы выбрали сами"))
    await resident.tap("✍️ Начать петицию")
    await resident.expect(shows("Дальше"))
    await resident.tap("Дальше")
    await resident.expect(shows("Шаг 1 из 6"))
    await resident.tap("Оставить")
    await resident.expect(shows("Шаг 2 из 6"))
    await resident.send("Просим снизить тариф на вывоз мусора до прежнего")
    await resident.expect(shows("Шаг 3 из 6"))
    await resident.send("Цена выросла вдвое, а мусор вывозят так же редко, как раньше")
    await resident.expect(shows("Шаг 6 из 6", "Акимат Талгарского района"))
    await resident.tap("Открыть для сторонников")
    await resident.expect(shows("Открыть"))
    await resident.tap("Открыть для сторонников")
    await resident.expect(shows("start=p_"))
    petition = await opened(town)
    assert (petition.body_key, petition.suggested_body_key) == (f"akimat:{TALGAR}", f"maslikhat:{TALGAR}")


async def test_who_has_no_place_says_it_once_and_comes_back_to_the_wish(sqlite_town: Town) -> None:
    resident = await somebody(sqlite_town, people.SERGEI, "ru", None)
    await resident.send("снизьте тариф на вывоз мусора")
    await resident.expect(shows("Маслихат вашего района или города", "не знаю, где вы живёте"))
    await resident.tap("Указать, где я живу")
    await resident.expect(shows("Где вы живёте"))
    await resident.tap("Выбрать из списка")
    await resident.expect(shows("Область или город"))
    await resident.send("талгарский район")
    await resident.expect(shows("Талгарский район", "Да"))
    toast = await resident.tap("Да")
    assert toast is not None
    assert "Талгарский район" in (toast.text or "")
    await resident.expect(shows("Маслихат Талгарского района", "5\u00a0000", "где вы живёте"))


async def test_what_is_no_petition_matter_leads_elsewhere_and_still_can_be_one(sqlite_town: Town) -> None:
    resident = await somebody(sqlite_town, people.SERGEI, "ru", TALGAR)
    await resident.send("мне неправильно посчитали пенсию, проверьте мою пенсию")
    await resident.expect(shows("eOtinish", "Почему"))
    await resident.tap("Другое место")
    elsewhere = await resident.expect(shows("109", "15 рабочих дней"))
    assert any("eOtinish" in button for button in elsewhere.buttons)
    await resident.tap("Назад")
    await resident.expect(shows("Это касается многих"))
    await resident.tap("Это касается многих")
    await resident.expect(shows("Кто ещё может решить", "Правительство"))
    await resident.tap("50\u00a0000")
    await resident.expect(shows("Вы выбрали сами", "50\u00a0000"))


async def test_a_button_under_a_wish_that_is_gone_asks_to_write_again(sqlite_town: Town) -> None:
    town = sqlite_town
    resident = await somebody(town, people.SERGEI, "ru", TOWN)
    await resident.send("Почините дорогу к школе")
    message = await resident.expect(shows("🏛"))
    async with town.app.database.transaction() as session:
        them = await session.scalar(select(Resident.id).where(Resident.telegram_id == people.SERGEI))
        await session.execute(update(Wish).where(Wish.resident_id == them).values(id=Wish.id + 1000))
    await resident.tap("Не этот орган", message=message)
    await resident.expect(shows("Напишите ещё раз", "Главное меню"))
    await resident.send("???")
    await resident.expect(shows("Я понимаю только слова"))


async def test_the_name_of_a_place_alone_is_no_wish_but_a_question(sqlite_town: Town) -> None:
    sergei = await somebody(sqlite_town, people.SERGEI, "ru", None)
    t = translator("ru").plain
    await sergei.send("Шымкент")
    await sergei.expect(shows("Шымкент", t("🔎 Petitions there"), t("🏠 I live here")))
    await sergei.tap(t("🔎 Petitions there"))
    await sergei.expect(shows("Шымкент"))
    await sergei.send("/start")
    await sergei.expect()
    await sergei.send("талгар")
    await sergei.expect(shows(t("Several places are called so. Where do you live?")))
    await sergei.tap("Талгарский район")
    await sergei.expect(shows("Талгарский район"))
    async with sqlite_town.app.database.reading() as session:
        place = await session.scalar(select(Resident.place_key).where(Resident.telegram_id == people.SERGEI))
        assert place == TALGAR
        assert (await session.scalars(select(Wish))).all() == []
    await sergei.send("Талгар")
    await sergei.expect(shows(t("Petitions of which place?")))

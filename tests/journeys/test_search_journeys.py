"""Searching as residents do: three words on a Russian keyboard, a typo, filters, nothing found, topics."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import utcnow
from bot.delivery.outbox import tell
from bot.petitions.rules import State
from bot.residents.models import Resident
from bot.sandbox import people
from bot.sandbox.driver import Person
from tests.journeys.conftest import Town
from tests.journeys.test_reading_journeys import BUS, LAMP, confirmed, leads_back, make, shows
from tests.petitions.reading.making import OBLAST, TALGAR


async def _resident(session: AsyncSession, telegram_id: int) -> Resident:
    return (await session.scalars(select(Resident).where(Resident.telegram_id == telegram_id))).one()


async def _living_in(town: Town, number: int, place: str) -> Person:
    them = await confirmed(town, number)
    async with town.app.database.transaction() as session:
        (await _resident(session, number)).place_key = place
    return them


async def test_three_words_on_a_russian_keyboard_find_the_kazakh_petition(town: Town) -> None:
    (bus,) = await make(town, **BUS)
    await make(town, **LAMP)
    reader = await confirmed(town, people.SERGEI)
    await reader.send("/find автобус багыты ауылга")
    found = await reader.expect(shows("Найдено", "1 петиция", "Автобус бағытын ауылға"))
    assert "освещение" not in found.text
    await reader.send("автобсу багытын")
    await reader.expect(shows("«автобсу» я понял как", "Автобус бағытын"))
    await reader.send("avtobus baǵyty")
    await reader.expect(shows("Автобус бағытын"))
    await reader.send("ауыл автобус")
    await reader.expect(shows("Автобус бағытын"))
    await reader.tap("1")
    await reader.expect(shows(f"№ {bus}", "Подписать"))
    await reader.tap("Назад")
    await reader.expect(shows("Найдено", "ауыл автобус"))


async def test_what_was_found_is_narrowed_by_buttons_with_counts_and_widened_again(sqlite_town: Town) -> None:
    town = sqlite_town
    await make(town, count=6, **LAMP)
    await make(town, State.DECIDED, **{**LAMP, "title": "Школа № 5: освещение"})
    await make(town, **BUS)
    reader = await _living_in(town, people.SERGEI, TALGAR)
    await reader.send("/find школа")
    first = await reader.expect(shows("7 петиций", "Страница 1 из 2", "⚙️ Уточнить"))
    assert "Школа № 5" not in first.text, "what can be signed comes first"
    await reader.tap("⚙️ Уточнить")
    await reader.expect(shows("Уточнить поиск", "🚦 Состояние", "📍 Место"))
    await reader.tap("🚦 Состояние")
    await reader.expect(shows("Открыта для подписи · 6", "Есть ответ · 1"))
    await reader.tap("Есть ответ · 1")
    answered = await reader.expect(shows("1 петиция", "Школа № 5", "⚙️ Фильтры: 1"))
    assert "Есть ответ" in answered.text
    await reader.tap("⚙️ Фильтры: 1")
    await reader.expect(shows("Уточнить поиск"))
    await reader.tap("📍 Место")
    await reader.expect(shows("📍 Рядом · 1"))
    await reader.tap("📍 Рядом · 1")
    await reader.expect(shows("1 петиция", "⚙️ Фильтры: 2"))
    await reader.tap("⚙️ Фильтры: 2")
    await reader.expect(shows("Уточнить поиск"))
    await reader.tap("✖️ Сбросить всё")
    await reader.expect(shows("7 петиций"))


async def test_nothing_found_offers_to_look_wider_or_to_start(sqlite_town: Town) -> None:
    town = sqlite_town
    await make(town, place="kz-abai-oblast", body="akimat:kz-abai-oblast")
    await make(town, **BUS)
    reader = await _living_in(town, people.SERGEI, TALGAR)
    await reader.send("/find школа")
    await reader.expect(shows("1 петиция"))
    await reader.tap("⚙️ Уточнить")
    await reader.expect(shows("Уточнить поиск"))
    await reader.tap("📍 Место")
    await reader.expect(shows("📍 Рядом · 0"))
    await reader.tap("📍 Рядом · 0")
    nothing = await reader.expect(shows("Поискать шире?", "Начать петицию", "🌍 Весь Казахстан (1)"))
    assert leads_back(nothing)
    await reader.tap("🌍 Весь Казахстан (1)")
    await reader.expect(shows("1 петиция", "освещение у школы"))
    await reader.send("дельтаплан")
    await reader.expect(shows("Ничего не нашлось", "Начать петицию"))


async def test_topics_are_browsed_near_me_and_everywhere(sqlite_town: Town) -> None:
    town = sqlite_town
    (bus,) = await make(town, **BUS)
    await make(town, place=OBLAST, body=f"akimat:{OBLAST}")
    await make(town, place="kz-abai-oblast", body="akimat:kz-abai-oblast")
    reader = await _living_in(town, people.SERGEI, TALGAR)
    await reader.send("/find")
    await reader.expect(shows("Поиск петиций"))
    await reader.tap("🗂 По темам")
    near = await reader.expect(shows("Открытые петиции по темам", "🚌 Автобусы, поезда, самолёты · 1"))
    counts = sum(int(button.rsplit(" ", 1)[1]) for button in near.buttons if " · " in button)
    assert counts == 2
    await reader.tap("🚌 Автобусы, поезда, самолёты · 1")
    await reader.expect(shows("Петиции по теме", "Автобус бағытын", "📍 Рядом"))
    await reader.tap("1")
    await reader.expect(shows(f"№ {bus}"))
    await reader.tap("Назад")
    await reader.expect(shows("Петиции по теме"))
    await reader.tap("Назад")
    await reader.expect(shows("Открытые петиции по темам"))
    await reader.tap("🌍 Весь Казахстан")
    everywhere = await reader.expect(shows("📍 Рядом"))
    assert sum(int(button.rsplit(" ", 1)[1]) for button in everywhere.buttons if " · " in button) == 3


async def test_a_card_opened_from_a_message_goes_back_to_the_menu(sqlite_town: Town) -> None:
    town = sqlite_town
    (number,) = await make(town)
    reader = await confirmed(town, people.SERGEI)
    async with town.app.database.transaction() as session:
        resident = await _resident(session, people.SERGEI)
        await tell(
            session,
            kind="petition_sent",
            resident_id=resident.id,
            reference=number,
            cause="test",
            now=utcnow(),
        )
    await reader.expect(shows("Открыть петицию"))
    await reader.tap("Открыть петицию")
    await reader.expect(shows(f"№ {number}", "Подписать"))
    await reader.tap("Назад")
    await reader.expect(shows("Найти", "Начать петицию"))

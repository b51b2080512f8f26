"""A second petition on the same: its author is shown the first, authors join forces, signers are asked once."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import func, select

from bot.db import utcnow
from bot.delivery.models import Delivery
from bot.i18n import translator
from bot.petitions.models import Draft, Petition, Signature
from bot.petitions.rules import Action, Actor, DraftStep, State
from bot.residents.models import Resident
from bot.sandbox import people
from bot.sandbox.driver import Person
from tests.journeys.conftest import Town
from tests.journeys.test_reading_journeys import confirmed, make, shows
from tests.petitions.reading.making import TALGAR

LIGHT: dict[str, Any] = {
    "title": "Көшеге жарық орнатыңыздар",
    "ask": "Түнде тас қараңғы, көше шамдарын орнатуды сұраймыз.",
    "why": "Балалар мектептен қараңғыда қайтады.",
    "language": "kk",
}
TITLE_RU = "Поставьте фонари на улице"


async def _at_home(town: Town, them: Person, place: str) -> None:
    async with town.app.database.transaction() as session:
        resident = await session.scalar(select(Resident).where(Resident.telegram_id == them.about.id))
        assert resident is not None
        resident.place_key = place


async def test_an_author_is_shown_a_twin_in_another_language_and_signs_that_one(town: Town) -> None:
    (twin,) = await make(town, **LIGHT)
    author = await confirmed(town, people.SERGEI)
    await _at_home(town, author, TALGAR)
    await author.send("/new")
    await author.expect(shows("Дальше"))
    await author.send(TITLE_RU)
    shown = await author.expect(shows("Вы не об этом пишете?", LIGHT["title"], "то же место", "Моя о другом"))
    assert "та же тема" in shown.text
    assert "уличное освещение" in shown.text
    await author.tap("Моя о другом")
    await author.expect(shows("Шаг 2 из 6"))
    await author.send("Просим установить уличное освещение: ночью темно и опасно.")
    await author.expect(shows("Шаг 3 из 6"))
    await author.send("Дети возвращаются из школы в темноте, фонарей нет совсем.")
    await author.expect(shows("Шаг 4 из 6"))
    await author.tap("Талгарский район")
    await author.expect(shows("Шаг 5 из 6"))
    await author.tap("Акимат Талгарского района")
    await author.expect(shows("Шаг 6 из 6"))
    await author.tap("Открыть для сторонников")
    await author.expect(shows("Вы не об этом пишете?", "Та же тема и то же место", "ст. 90-2, п. 4"))
    await author.tap("1")
    await author.expect(shows(LIGHT["ask"][:20], "черновик оставить", "черновик удалить"))
    await author.tap("Назад")
    await author.expect(shows("Вы не об этом пишете?"))
    await author.tap("1")
    await author.expect(shows("черновик удалить"))
    await author.tap("✍️ Подписать, черновик удалить")
    await author.expect(shows("Подписать эту петицию?", f"№ {twin}"))
    await author.tap("✍️ Подписать")
    await author.expect(shows("Вы подписали", f"№ {twin}"))
    async with town.app.database.reading() as session:
        assert list(await session.scalars(select(Draft.step).where(Draft.title.is_(None)))) == [DraftStep.DISCARDED]
        assert await session.scalar(select(func.count()).select_from(Petition)) == 1


async def test_an_author_whose_petition_is_different_goes_on_to_opening_it(town: Town) -> None:
    await make(town, **LIGHT)
    author = await confirmed(town, people.SERGEI)
    await _at_home(town, author, TALGAR)
    await author.send("/new")
    await author.expect(shows("Дальше"))
    await author.send(TITLE_RU)
    await author.expect(shows("Вы не об этом пишете?"))
    # Who simply writes on has answered too.
    await author.send("Просим установить уличное освещение: ночью темно и опасно.")
    await author.expect(shows("Шаг 3 из 6"))
    await author.send("Дети возвращаются из школы в темноте, фонарей нет совсем.")
    await author.expect(shows("Шаг 4 из 6"))
    await author.tap("Талгарский район")
    await author.expect(shows("Шаг 5 из 6"))
    await author.tap("Акимат Талгарского района")
    await author.expect(shows("Шаг 6 из 6"))
    await author.tap("Открыть для сторонников")
    await author.expect(shows("Вы не об этом пишете?"))
    await author.tap("Моя о другом")
    await author.expect(shows("Открыть для сторонников?"))
    await author.tap("Открыть для сторонников")
    await author.expect(shows("start=p_"))


async def test_an_author_retires_a_petition_and_its_signers_are_asked_once_and_sign_with_one_tap(town: Town) -> None:
    author, signer = await confirmed(town, people.SERGEI), await confirmed(town, people.AIGUL)
    (twin,) = await make(town, **LIGHT)
    (own,) = await make(town, title=TITLE_RU, ask="Ночью темно, установите уличное освещение.", why="Дети ходят.")
    async with town.app.database.transaction() as session:
        petition = await session.get_one(Petition, own)
        ids = {
            telegram: await session.scalar(select(Resident.id).where(Resident.telegram_id == telegram))
            for telegram in (people.SERGEI, people.AIGUL)
        }
        petition.author_id = ids[people.SERGEI]
        resident = await session.get_one(Resident, ids[people.AIGUL])
        resident.language = "kk"
        await town.app.petitions.sign(session, own, resident, utcnow())
    await author.send(f"/petition {own}")
    await author.expect(shows("Отозвать петицию"))
    await author.tap("Отозвать петицию")
    await author.expect(shows("Снять в пользу другой"))
    await author.tap("Снять в пользу другой")
    await author.expect(shows("В пользу какой петиции", LIGHT["title"]))
    await author.tap("1")
    await author.expect(shows(f"Снять № {own} в пользу № {twin}?", "сама подпись не переходит"))
    await author.tap("Да, снять")
    await author.expect(shows(f"Снята автором в пользу № {twin}", f"Открыть № {twin}"))
    asked = await signer.expect(shows(LIGHT["title"], f"№ {own}"))
    kazakh = translator("kk")
    question = "You signed the first one. Sign the other too? Your signature does not move by itself."
    assert kazakh.plain(question) in asked.text
    async with town.app.database.reading() as session:
        count = (await session.get_one(Petition, twin)).signature_count
    await signer.tap(kazakh.plain("✍️ Sign № {number}", number=str(twin)))
    await signer.expect(shows(f"№ {twin}", "✅"))
    async with town.app.database.transaction() as session:
        assert (await session.get_one(Petition, twin)).signature_count == count + 1
        receipts = await session.scalars(select(Signature.receipt).where(Signature.resident_id == ids[people.AIGUL]))
        assert len(set(receipts)) == 2
        # The same cause again, as after a crash before the commit was known: nobody is told twice.
        petition = await session.get_one(Petition, own)
        cause = f"retire:{own}:{petition.version}"
        again = await town.app.petitions.tell_everybody(
            session, petition, kind="petition_retired", cause=cause, now=utcnow(), but=ids[people.SERGEI]
        )
        assert again == 0
        told = select(func.count()).where(
            Delivery.kind == "petition_retired", Delivery.resident_id == ids[people.AIGUL]
        )
        assert await session.scalar(told) == 1


async def test_a_moderator_compares_twins_and_rejects_the_second_naming_the_first(town: Town) -> None:
    author = await confirmed(town, people.SERGEI)
    (first,) = await make(town, **LIGHT)
    (second,) = await make(
        town, State.MODERATION, title=TITLE_RU, ask="Ночью темно, установите уличное освещение.", why="Дети ходят."
    )
    async with town.app.database.transaction() as session:
        number = await session.scalar(select(Resident.id).where(Resident.telegram_id == people.SERGEI))
        (await session.get_one(Petition, second)).author_id = number
    admin = await confirmed(town, people.ERZHAN)
    await admin.send("/queue")
    await admin.expect(shows(f"№ {second}", "Возможные двойники"))
    await admin.tap(f"№ {second}")
    case = await admin.expect(shows("Похожие петиции", f"№ {first}", f"Сравнить с № {first}"))
    assert "ст. 90-2, п. 4" in case.text
    await admin.tap(f"⚖️ Сравнить с № {first}")
    both = await admin.expect(shows(LIGHT["title"], TITLE_RU, f"Отклонить как повтор № {first}"))
    assert LIGHT["ask"] in both.text
    await admin.tap(f"Отклонить как повтор № {first}")
    await admin.expect(shows("Автор прочтёт", LIGHT["title"]))
    await admin.tap("Отклонить")
    await admin.expect(shows("отклонена"))
    told = await author.expect(shows("отклонил вашу петицию", "Повторяет петицию", LIGHT["title"]))
    assert re.search(r"№ \d+", told.text)
    await author.send(f"/petition {second}")
    await author.expect(shows(f"Повторяет № {first}", f"Открыть № {first}"))


async def test_moderators_look_through_groups_of_likely_twins(town: Town) -> None:
    (first,) = await make(town, **LIGHT)
    (second,) = await make(town, title=TITLE_RU, ask="Ночью темно, установите уличное освещение.", why="Дети ходят.")
    admin = await confirmed(town, people.ERZHAN)
    await admin.send("/queue")
    await admin.expect(shows("Возможные двойники"))
    await admin.tap("Возможные двойники")
    await admin.expect(shows("2 петиции", "2 подписи"))
    await admin.tap("1")
    await admin.expect(shows(f"№ {first}", f"№ {second}"))
    async with town.app.database.transaction() as session:
        petition = await town.app.petitions.get(session, second, lock=True)
        await town.app.petitions.change(session, petition, Action.WITHDRAW, Actor.AUTHOR, None, utcnow())
    await admin.tap("Назад")
    await admin.expect(shows("Похожих открытых петиций нет"))

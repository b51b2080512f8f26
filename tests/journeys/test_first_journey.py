"""From an idea to a published and signed petition, as people do it: three personas and fifty neighbours."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bot.petitions.models import Petition, Signature
from bot.petitions.rules import State
from bot.sandbox import people
from bot.sandbox.driver import Person
from bot.sandbox.world import Message
from tests.journeys.conftest import Town

LONG_TEXT = (
    "Талғарда Абай көшесіндегі мектеп жолына жарық керек. Балалар сабақтан қараңғыда қайтады. "
    "Мектеп жолына көше шамдарын орнатуды сұраймыз. Бұл жолда бірде-бір шам жоқ, былтыр екі оқиға болды."
)


def shows(*words: str):  # type: ignore[no-untyped-def]
    """A message with all of the words in its text or on its buttons."""

    def fits(message: Message) -> bool:
        whole = "\n".join([message.text or "", *message.buttons])
        return all(word in whole for word in words)

    return fits


async def confirm(person: Person) -> None:
    """Consent, citizenship, phone: the way to being allowed to sign."""
    await person.tap("Келісемін")
    await person.expect(shows("азаматысыз"))
    await person.tap("Иә")
    await person.expect(shows("Нөмірімді жіберу"))
    await person.tap("Нөмірімді жіберу")
    await person.expect(shows("расталды"))


async def write_petition(author: Person) -> str:
    """Write a petition from one long message and open it; answers the parameter of its direct link."""
    await author.send(f"/new {LONG_TEXT}")
    await author.expect(shows("Келісемін"))
    await confirm(author)
    await author.tap("Жалғастыру")
    await author.expect(shows("Әрі қарай"))
    await author.tap("Әрі қарай")
    for step in ("1 / 6", "2 / 6", "3 / 6"):
        await author.expect(shows(step))
        await author.tap("Осылай қалсын")
    await author.expect(shows("4 / 6"))
    await author.send("талгар ауданында")
    found = await author.expect(shows("Талғар ауданы"))
    if "5 / 6" not in (found.text or ""):
        await author.tap("Талғар ауданы")
        await author.expect(shows("5 / 6"))
    await author.tap("Талғар ауданының әкімдігі")
    await author.expect(shows("6 / 6"))
    await author.tap("Қолдаушыларға ашу")
    await author.expect(shows("Қолдаушыларға ашамыз ба?"))
    await author.tap("Қолдаушыларға ашу")
    opened = await author.expect(shows("start=p_"))
    found_link = re.search(r"start=(p_\d+_\w+)", opened.text or "")
    assert found_link is not None
    return found_link[1]


async def test_a_petition_goes_from_idea_to_published_and_signed(town: Town) -> None:
    author, moderator, reader = (town.person(number) for number in (people.AIGUL, people.MARAT, people.SERGEI))
    admin = town.person(people.ERZHAN)

    await admin.send("/admin")
    await admin.expect(shows("Модератор шақыру"))
    await admin.tap("Модератор шақыру")
    invitation = await admin.expect(shows("start=i_"))
    token = re.search(r"start=(i_[\w-]+)", invitation.text or "")
    assert token is not None
    await moderator.open(token[1])
    await moderator.expect(shows("Қабылдау"))
    await moderator.tap("Қабылдау")
    await moderator.expect(shows("/queue"))

    await author.open()
    await author.expect(shows("Петиция бастау"))
    parameter = await write_petition(author)

    progress = await town.sandbox.start_crowd(parameter, 49, per_second=200)
    assert progress.done == 49
    async with town.app.database.reading() as session:
        petition = await session.scalar(select(Petition))
        assert petition is not None
        assert petition.signature_count == 50
        assert petition.state is State.MODERATION

    await moderator.expect(shows("Тексеруді күтіп"), timeout=20)
    await moderator.send("/queue")
    await moderator.expect(shows(petition.title[:20]))
    await moderator.tap("№ 1")
    await moderator.expect(shows("Мақұлдау"))
    await moderator.tap("Мақұлдау")
    await moderator.expect(shows("Соңғы күні"))
    await moderator.tap("Мақұлдау")
    await moderator.expect(shows("мақұлданды"))

    await author.expect(shows("жарияланды"), timeout=20)
    await reader.open()
    await reader.expect(shows("Найти"))
    await reader.send("освещение школы в Талгаре")
    await reader.send("жарык мектеп")
    await reader.expect(shows(petition.title[:20]))
    await reader.tap("1")
    await reader.expect(shows("Подписать"))
    await reader.tap("Подписать")
    await reader.expect(shows("Даю согласие"))
    await reader.tap("Даю согласие")
    await reader.expect(shows("гражданство"))
    await reader.tap("Да")
    await reader.expect(shows("Отправить мой номер"))
    await reader.tap("Отправить мой номер")
    await reader.expect(shows("Продолжить"))
    await reader.tap("Продолжить")
    await reader.expect(shows("Подписать эту петицию?"))
    toast = await reader.tap("Подписать")
    assert toast is not None
    assert "Квитанция" in (toast.text or "")
    card = await reader.expect(shows("Вы подписали"))
    assert "51 из 2\u00a0500" in (card.text or "")
    async with town.app.database.reading() as session:
        standing = (await session.scalars(select(Signature.receipt))).all()
        assert len(standing) == 51


@pytest.mark.parametrize("number", [people.OLGA])
async def test_a_foreign_number_is_refused_kindly_and_nothing_is_stored(town: Town, number: int) -> None:
    olga = town.person(number)
    await olga.open()
    await olga.send("/new")
    await olga.expect()
    first = olga.screen.buttons[0]
    await olga.tap(first)
    await olga.expect()
    await olga.tap(olga.screen.buttons[0])
    await olga.expect()
    await olga.share_contact()
    await olga.expect(lambda m: "Kazakhstan" in (m.text or "") or "Казахстан" in (m.text or ""))
    async with town.app.database.reading() as session:
        from bot.residents.models import Resident

        resident = await session.scalar(select(Resident).where(Resident.telegram_id == number))
        assert resident is not None
        assert resident.phone_hash is None

"""From the last signature to the corrected decision, over HTTP: a signer, a moderator, an akimat's official."""

from __future__ import annotations

import re

from sqlalchemy import select

from bot.db import utcnow
from bot.i18n import translator
from bot.petitions.models import Draft, Petition
from bot.petitions.rules import Action, Actor, DraftStep, Outcome, State
from bot.residents.models import Resident, Role, RoleGrant
from bot.sandbox import people
from bot.sandbox.driver import Person
from tests.journeys.conftest import Town
from tests.journeys.test_first_journey import shows

PLACE = "kz-almaty-oblast/talgar-district"
RUSSIAN = (
    "Остановка будет построена до 1 июня 2027 года, деньги на неё в бюджете района есть.",
    "Комиссия выехала на место и увидела, что без остановки детям опасно. Проект готов, подрядчик выбран в ноябре.",
    "Каждый день этой дорогой ходят 340 детей, ближайшая остановка в 980 метрах.",
    "Закон «Об автомобильных дорогах», статья 12.",
)
KAZAKH = (
    "Аялдама 2027 жылғы 1 маусымға дейін салынады, қаржы аудан бюджетінде бар.",
    "Комиссия орынға барып, аялдамасыз балаларға қауіпті екенін көрді. Жоба дайын, мердігер қараша айында таңдалды.",
    "Күн сайын бұл жолмен 340 бала жүреді, ең жақын аялдама 980 метр жерде.",
    "«Автомобиль жолдары туралы» заңның 12-бабы.",
)


def kk(message: str, **values: object) -> str:
    """What the clerk reads, without tags: the words themselves are the catalogues'."""
    return re.sub(r"<[^>]+>", "", translator("kk").plain(message, **values))


def ru(message: str) -> str:
    """What the signer reads."""
    return re.sub(r"<[^>]+>", "", translator("ru").plain(message))


async def invite(town: Town, admin: Person, person: Person, *steps: str) -> None:
    """The admin's way to a one-time link, and its acceptance."""
    await admin.send("/admin")
    await admin.expect(shows("Модератор шақыру"))
    for step in steps:
        await admin.tap(step)
        await admin.expect()
    link = re.search(r"start=(i_[\w-]+)", admin.screen.text or "")
    assert link is not None, admin.screen.text
    await person.open(link[1])
    await person.expect(shows("Қабылдау"))
    await person.tap("Қабылдау")
    await person.expect(shows("Қош келдіңіз"))


async def nearly_supported(town: Town) -> int:
    """A public petition that lacks one signature. Returns its number."""
    now = utcnow()
    async with town.app.database.transaction() as session:
        author = Resident(
            language="ru",
            phone_hash="0" * 64,
            phone_confirmed_at=now,
            citizen_stated_at=now,
            created_at=now,
            seen_at=now,
        )
        session.add(author)
        await session.flush()
        draft = Draft(
            author_id=author.id,
            step=DraftStep.REVIEW,
            language="ru",
            title="Остановка у школы на улице Абая",
            ask="Просим построить остановку с навесом у школы.",
            why="Дети идут до ближайшей остановки целый километр.",
            place_key=PLACE,
            body_key=f"akimat:{PLACE}",
            created_at=now,
            updated_at=now,
        )
        session.add(draft)
        await session.flush()
        petition = await town.app.petitions.open(session, draft, author, now)
        await town.app.petitions.change(session, petition, Action.SUPPORTERS_FOUND, Actor.SIGNERS, None, now)
        await town.app.petitions.change(session, petition, Action.APPROVE, Actor.MODERATOR, None, now)
        petition.threshold_votes = 2
        return petition.id


async def test_a_petition_is_answered_by_the_akimat_and_the_answer_is_corrected(town: Town) -> None:
    signer, moderator, clerk = (town.person(one) for one in (people.SERGEI, people.MARAT, people.GULNAR))
    admin = town.person(people.ERZHAN)
    await invite(town, admin, moderator, "Модератор шақыру")
    await admin.send("/admin")
    await admin.expect(shows("Орган өкілін шақыру"))
    await admin.tap("Орган өкілін шақыру")
    await admin.expect(shows(kk("Government and ministries")))
    await admin.send("талғар ауданы")
    await admin.expect(shows("Талғар ауданының әкімдігі"))
    await admin.tap("Талғар ауданының әкімдігі")
    await admin.expect(shows(kk("An official")))
    await admin.tap(kk("An official"))
    link = re.search(r"start=(i_[\w-]+)", (await admin.expect(shows("start=i_"))).text or "")
    assert link is not None
    await clerk.open(link[1])
    await clerk.expect(shows("Қабылдау"))
    await clerk.tap("Қабылдау")
    await clerk.expect(shows("/inbox"))

    number = await nearly_supported(town)
    await signer.open(f"p_{number}")
    await signer.expect(shows("Подписать"))
    await signer.tap("Подписать")
    await signer.expect(shows("Даю согласие"))
    await signer.tap("Даю согласие")
    await signer.expect(shows("гражданство"))
    await signer.tap("Да")
    await signer.expect(shows("Отправить мой номер"))
    await signer.tap("Отправить мой номер")
    await signer.expect(shows("Продолжить"))
    await signer.tap("Продолжить")
    await signer.expect(shows("Подписать эту петицию?"))
    await signer.tap("Подписать")
    await signer.expect(shows("Вы подписали"))

    await moderator.send("/queue")
    await moderator.expect(shows(kk("To be sent")))
    await moderator.tap(kk("To be sent"))
    await moderator.expect(shows(f"№ {number}"))
    await moderator.tap(f"№ {number}")
    await moderator.expect(shows(kk("Mark as sent")))
    await moderator.tap(kk("Mark as sent"))
    await moderator.expect(shows("(2 қол)"))
    await moderator.tap(kk("Mark as sent"))

    await clerk.expect(shows(kk("📨 <b>A petition has come to your body</b>")), timeout=20)
    await clerk.tap(kk("Open"))
    await clerk.expect(shows(kk("↪️ Not ours")))
    await clerk.tap(kk("✅ Register"))
    await clerk.expect(shows("20 жұмыс күні", "2 адамға"))
    await clerk.tap(kk("✅ Register"))
    await clerk.expect(shows(kk("🗣 Public discussion")))
    await clerk.tap(kk("As residents see it"))
    await clerk.expect(lambda shown: kk("🗣 Public discussion") not in shown.buttons and kk("Back") in shown.buttons)
    await clerk.tap(kk("Back"))
    await clerk.expect(shows(kk("🗣 Public discussion")))

    await clerk.tap(kk("🗣 Public discussion"))
    asked = await clerk.expect(lambda shown: any(re.fullmatch(r"\d\d\.\d\d\.\d{4}", one) for one in shown.buttons))
    await clerk.tap(next(button for button in asked.buttons if re.fullmatch(r"\d\d\.\d\d\.\d{4}", button)))
    await clerk.expect(shows("15:00"))
    await clerk.tap("15:00")
    await clerk.expect(shows(kk("<b>Where?</b>")))
    await clerk.send("Талғар қ., Қонаев к. 65, мәжіліс залы")
    await clerk.expect(shows(kk("📣 Announce"), "мәжіліс залы"))
    await clerk.tap(kk("📣 Announce"))
    await clerk.expect(shows(kk("📝 Decision")))
    await signer.expect(shows(ru("🗣 <b>Public discussion</b>"), "мәжіліс залы"), timeout=20)

    await clerk.tap(kk("📝 Decision"))
    await clerk.expect(shows(kk("✅ Satisfied")))
    await clerk.tap(kk("✅ Satisfied"))
    await clerk.expect(shows(kk("<b>Still missing:</b>")))
    toast = await clerk.tap(kk("📣 Publish"))
    assert toast is not None
    assert toast.is_alert
    await clerk.tap("▫️ Русский")
    await clerk.expect(shows("Русский · ", "(1/4)"))
    for index, part in enumerate(RUSSIAN):
        await clerk.send(part)
        await clerk.expect(
            shows(f"({index + 2}/4)")
            if index < 3
            else shows(kk("✅ Everything the law asks for is there. Look at it as signers will, then publish."))
        )
    await clerk.tap("▫️ Қазақша")
    await clerk.expect(shows("Қазақша · ", "(1/4)"))
    for index, part in enumerate(KAZAKH):
        await clerk.send(part)
        await clerk.expect(
            shows(f"({index + 2}/4)")
            if index < 3
            else shows(kk("✅ Everything the law asks for is there. Look at it as signers will, then publish."))
        )
    await clerk.tap("📎")
    await clerk.expect(shows(kk("Nothing is attached.")))
    await clerk.send_document(b"%PDF-1.4 decision", name="reshenie.pdf", mime="application/pdf")
    await clerk.expect(shows("reshenie.pdf"))
    await clerk.tap(kk("Back"))
    await clerk.expect(shows(kk("📎 Documents: {count}", count=1)))
    await clerk.tap(kk("📣 Publish"))
    await clerk.expect(shows(kk("📣 Yes, publish"), "2 адамға"))
    await clerk.tap(kk("📣 Yes, publish"))
    await clerk.expect(shows(kk("As residents see it")))

    await signer.expect(shows(RUSSIAN[0], ru("The whole answer")), timeout=20)
    await signer.tap(ru("The whole answer"))
    await signer.expect(shows(RUSSIAN[2], "АППК, ст. 92, п. 1"))
    await signer.expect(lambda message: "document" in message.body)

    await clerk.tap(kk("Open"))
    await clerk.expect(shows(kk("✏️ Correct the decision")))
    await clerk.tap(kk("✏️ Correct the decision"))
    await clerk.expect(shows(kk("▫️ What the correction changes ({language})", language="Русский")))
    for language, note in (
        ("Русский", "Исправлен срок: верно 1 июля 2027 года."),
        ("Қазақша", "Мерзім түзетілді: 1 шілде."),
    ):
        await clerk.tap(f"✍️ {language}")
        await clerk.expect(shows("▫️ " + kk("What the correction changes")))
        await clerk.tap("▫️ " + kk("What the correction changes"))
        await clerk.expect(shows(f"{language} · ", "(5/5)"))
        await clerk.send(note)
        await clerk.expect(shows("📎"))
    await clerk.tap(kk("📣 Publish"))
    await clerk.expect(shows(kk("📣 Yes, publish")))
    await clerk.tap(kk("📣 Yes, publish"))
    await signer.expect(shows("верно 1 июля 2027", ru("The whole answer")), timeout=20)
    async with town.app.database.reading() as session:
        petition = await session.scalar(select(Petition).where(Petition.id == number))
        assert petition is not None
        assert (petition.state, petition.outcome) == (State.DECIDED, Outcome.SATISFIED)


async def test_a_working_group_chat_gets_the_cards_and_keeps_them_when_it_becomes_a_supergroup(
    sqlite_town: Town,
) -> None:
    town = sqlite_town
    clerk, stranger = town.person(people.GULNAR), town.person(people.AIGUL)
    await clerk.open()
    await clerk.expect()
    await stranger.open()
    await stranger.expect()
    async with town.app.database.transaction() as session:
        official = await session.scalar(select(Resident).where(Resident.telegram_id == people.GULNAR))
        assert official is not None
        session.add(
            RoleGrant(resident_id=official.id, role=Role.OFFICIAL, body_key=f"akimat:{PLACE}", granted_at=utcnow())
        )
    world = town.sandbox.world
    group = world.add_group("Әкімдік", [people.GULNAR, people.AIGUL], with_bot=True, admin=False, supergroup=False)
    await clerk.send("/bind", chat=group.id)
    asked = await clerk.expect(shows(kk("Confirm in private")), chat=group.id)
    link = next(
        button["url"] for row in asked.body["reply_markup"]["inline_keyboard"] for button in row if "url" in button
    )
    await clerk.open(link.partition("start=")[2])
    await clerk.expect(shows("«Әкімдік»"))
    await clerk.tap("Талғар ауданының әкімдігі")
    await clerk.expect(shows(kk("Add me to a group")))

    moved = world.upgrade_group(group)
    number = await nearly_supported(town)
    async with town.app.database.transaction() as session:
        petition = await town.app.petitions.get(session, number)
        now = utcnow()
        await town.app.petitions.change(session, petition, Action.REACH_THRESHOLD, Actor.SIGNERS, None, now)
        await town.app.petitions.change(session, petition, Action.SEND, Actor.MODERATOR, None, now)
    await clerk.expect(shows(f"№ {number}", kk("✅ Register")), chat=moved.id, timeout=20)
    toast = await stranger.tap(kk("✅ Register"), chat=moved.id)
    assert toast is not None
    assert toast.is_alert
    await clerk.tap(kk("✅ Register"), chat=moved.id)
    await clerk.expect(shows("20 жұмыс күні"), chat=moved.id)
    await clerk.tap(kk("✅ Register"), chat=moved.id)
    await clerk.expect(shows(kk("🗣 Public discussion")), chat=moved.id)
    toast = await clerk.tap(kk("📝 Decision"), chat=moved.id)
    assert toast is not None
    assert (toast.url or "").endswith(f"start=c_{number}")

"""After a decision, over real HTTP: a signer judges it, says whether it was done, sends a photo; a clerk's digest."""

from __future__ import annotations

import io
from datetime import timedelta

from openpyxl import load_workbook
from sqlalchemy import select

from bot.db import utcnow
from bot.delivery.outbox import tell
from bot.petitions.follow_up.queries import WAS_IT_DONE
from bot.petitions.models import Petition, Signature
from bot.petitions.rules import Action, Actor, Outcome, State
from bot.residents.models import Resident, Role, RoleGrant
from bot.sandbox import people
from tests.journeys.conftest import Town
from tests.journeys.test_first_journey import shows
from tests.petitions.reading.making import TALGAR, person, petition_in

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def _resident(town: Town, telegram_id: int) -> int:
    async with town.app.database.reading() as session:
        found = await session.scalar(select(Resident.id).where(Resident.telegram_id == telegram_id))
        assert found is not None
        return int(found)


async def _decided(town: Town, signer_id: int) -> int:
    """A decided petition that this resident signed, and another under consideration."""
    now = utcnow()
    petitions = town.app.petitions
    async with town.app.database.transaction() as session:
        author = await person(session, 4242, now)
        petition = await petition_in(session, petitions, author, State.PUBLISHED, now - timedelta(days=1))
        waiting = await petition_in(session, petitions, author, State.CONSIDERING, now, title="=Шам керек")
        for one in (petition, waiting):
            session.add(
                Signature(
                    petition_id=one.id,
                    resident_id=signer_id,
                    signer_key=f"signer-{one.id}",
                    receipt=f"AAAA-{one.id:04}",
                    signed_at=now,
                )
            )
            one.signature_count += 1
        await session.flush()
        for action, actor in (
            (Action.REACH_THRESHOLD, Actor.SIGNERS),
            (Action.SEND, Actor.MODERATOR),
            (Action.REGISTER, Actor.OFFICIAL),
        ):
            await petitions.change(session, petition, action, actor, None, now)
        await petitions.change(
            session,
            petition,
            Action.DECIDE,
            Actor.OFFICIAL,
            None,
            now,
            outcome=Outcome.SATISFIED,
            answer="Жол салынады.",
        )
        return petition.id


async def test_a_signer_judges_the_answer_and_tells_what_became_of_it(sqlite_town: Town) -> None:
    town = sqlite_town
    signer, moderator = town.person(people.AIGUL), town.person(people.MARAT)
    for one in (signer, moderator):
        await one.open()
        await one.expect(shows("Петиция бастау"))
    signer_id, moderator_id = await _resident(town, people.AIGUL), await _resident(town, people.MARAT)
    number = await _decided(town, signer_id)
    async with town.app.database.transaction() as session:
        session.add(RoleGrant(resident_id=moderator_id, role=Role.MODERATOR, granted_at=utcnow()))

    await signer.send(f"/petition {number}")
    await signer.expect(shows("Уәде берілген", "Жауап бермейді"))
    await signer.tap("Жауап бермейді")
    await signer.expect(shows("✓ Жауап бермейді", "Неге екенін жазу"))
    # The reason may be written at once; nobody has to press the button first.
    await signer.send("хабарласыңыз: 8 701 123 45 67")
    await signer.expect(shows("телефон нөмірі бар"))
    await signer.send("Мерзімі айтылмаған")
    await signer.expect(shows("Себебін өзгерту"))

    async with town.app.database.transaction() as session:
        await tell(session, kind=WAS_IT_DONE, resident_id=signer_id, reference=number, now=utcnow())
    await signer.expect(shows("Орындалды ма?", "Жартылай"), timeout=15)
    await signer.tap("Жартылай")
    await signer.expect(shows("Фото қосу"))
    await signer.tap("Фото қосу")
    await signer.expect(shows("бір фотосын жіберіңіз"))
    await signer.send_photo(PNG, caption="сөздер сақталмайды")
    await signer.expect(shows("Фото сақталды"))
    await moderator.expect(shows("Фото тексеруді күтіп тұр"), timeout=15)
    await moderator.tap("Қарау")
    await moderator.expect(lambda message: bool(message.photo) and "Бәріне көрсету" in message.buttons)
    await moderator.tap("Бәріне көрсету")
    await moderator.expect(shows("Тексеруді күтіп тұрған фото жоқ"))
    await signer.send(f"/petition {number}")
    await signer.expect(shows("📷 Фото: 1"))
    await signer.tap("📷 Фото: 1")
    await signer.expect(lambda message: bool(message.photo) and "Жартылай" in (message.text or ""))


async def test_choices_are_made_on_one_screen_and_a_message_is_pinned(sqlite_town: Town) -> None:
    town = sqlite_town
    signer = town.person(people.AIGUL)
    await signer.open()
    await signer.expect(shows("Петиция бастау"))
    number = await _decided(town, await _resident(town, people.AIGUL))
    await signer.send("/notifications")
    first = await signer.expect(shows("Хабарламалар", "Шешімдер: бірден"))
    await signer.tap("Шешімдер")
    await signer.expect(shows("апталық шолу"))
    await signer.tap("апталық шолу")
    await signer.expect(shows("Шешімдер: апталық шолу"))
    await signer.tap("🌙 Тыныш уақыт")
    await signer.expect(shows("Тыныш уақыт: жоқ"))
    await signer.tap("Тыныш уақыт 22:00–08:00")
    await signer.expect(shows("22:00–08:00", "Тыныш уақыт керек емес"))
    await signer.tap("Артқа")
    await signer.expect(shows("📍 Жер, тақырып"))
    await signer.tap("📍 Жер, тақырып")
    await signer.expect(shows("Басқа жер"))
    await signer.tap("Тақырып")
    await signer.expect(shows("Тақырыптар"))
    await signer.tap("🛣 Жол және көлік қозғалысы")
    await signer.expect(shows("✓ 🛣 Жол және көлік қозғалысы"))
    await signer.tap("Артқа")
    last = await signer.expect(shows("✕ 🛣 Жол және көлік қозғалысы"))
    assert last.id == first.id, "one screen, edited in place"

    await signer.send(f"/petition {number + 1}")
    await signer.expect(shows("жаңарып тұрсын"))
    await signer.tap("📌 Бір хабарлама жаңарып тұрсын")
    pinned = await signer.expect(shows("жаңарып тұрады"))
    async with town.app.database.transaction() as session:
        petition = await session.get(Petition, number + 1)
        assert petition is not None
        await town.app.petitions.step(session, petition, "note", None, utcnow(), article="bot")
        petition.signature_count += 700
    await signer.expect(lambda message: message.id == pinned.id and "70" in (message.text or ""), timeout=20)
    assert pinned.id in town.sandbox.world.chats[people.AIGUL].pinned


async def test_a_clerk_reads_the_digest_and_takes_the_table(sqlite_town: Town) -> None:
    town = sqlite_town
    clerk = town.person(people.GULNAR)
    await clerk.open()
    await clerk.expect(shows("Петиция бастау"))
    await clerk.send("/digest")
    await clerk.expect(shows("орган өкілдеріне арналған"))
    clerk_id = await _resident(town, people.GULNAR)
    await _decided(town, clerk_id)
    async with town.app.database.transaction() as session:
        session.add(
            RoleGrant(resident_id=clerk_id, role=Role.OFFICIAL, body_key=f"akimat:{TALGAR}", granted_at=utcnow())
        )
    await clerk.send("/digest")
    await clerk.expect(shows("Жұмыс шолуы", "Сізден қадам күтеді: 1", "=Шам керек"))
    await clerk.tap("Бәрі кестеде")
    sent = await clerk.expect(lambda message: message.document is not None, timeout=20)
    sheet = load_workbook(io.BytesIO(clerk.file(sent))).active
    assert sheet is not None
    assert next(row[1].value for row in sheet.iter_rows(min_row=2)) == "'=Шам керек"
    await clerk.tap("Қашан келеді")
    await clerk.expect(shows("Жұмыс күндері келеді, уақыты: 09:00"))
    await clerk.tap("07:00")
    await clerk.expect(shows("уақыты: 07:00"))

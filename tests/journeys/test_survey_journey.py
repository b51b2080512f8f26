"""A survey made, tried, sent, answered and read in the sandbox."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db import utcnow
from bot.i18n import translator
from bot.sandbox import people
from bot.sandbox.driver import Person
from bot.surveys.building.files import read_survey
from bot.surveys.models import Survey, SurveyAnswer
from bot.surveys.rules import SurveyState
from bot.training.surveys import seed_surveys
from tests.journeys.conftest import Town
from tests.journeys.test_reading_journeys import shows

KK, RU = translator("kk").plain, translator("ru").plain
THREE_ANSWERS = """
title: {kk: Қай жолды жөндейміз}
questions:
  - code: road
    kind: single
    required: true
    text: {kk: "Қай жолды алдымен жөндеу керек?"}
    options: [{code: a, kk: Абай көшесі}, {code: b, kk: Мектеп жолы}, {code: c, kk: Өзен жағасы}]
"""
POLL = "Қай жолды алдымен жөндеу керек?\nАбай көшесі\nМектеп жолы\nӨзен жағасы"


async def test_a_quick_poll_is_made_tried_sent_answered_and_read(town: Town) -> None:
    admin, aigul, sergei, olga = (
        town.person(number) for number in (people.ERZHAN, people.AIGUL, people.SERGEI, people.OLGA)
    )
    for person in (aigul, sergei, olga, admin):
        await person.open()
        await person.expect()
    await admin.send("/admin")
    await admin.expect(shows(KK("Invite a moderator")))
    await admin.tap(KK("Surveys"), message=admin.screen)
    await admin.expect(shows(KK("⚡ Quick poll")))
    await admin.tap(KK("⚡ Quick poll"))
    await admin.expect(shows(KK("It is open for three days. Next you choose the place and confirm.")))
    await admin.send(POLL)
    await admin.expect(shows("Қай жолды", KK("all of Kazakhstan")))

    await admin.tap(KK("👁 Try it: {language}", language="Қазақша"))
    await admin.expect(shows(KK("🧪 A trial: it is not counted."), "Қай жолды"))
    await admin.tap(KK("Answer"))
    await admin.expect(shows(KK("🧪 A trial: it is not counted."), "Абай көшесі"))
    await admin.send("мектеп жолы")
    await admin.expect(shows(KK("Your answers"), "Мектеп жолы"))
    await admin.tap(KK("✅ Submit"))
    await admin.expect(shows(KK("🧪 A trial: it is not counted."), KK("Thank you!")))

    await admin.send("/admin")
    await admin.expect(shows(KK("Invite a moderator")))
    await admin.tap(KK("Surveys"), message=admin.screen)
    await admin.expect(shows("📝"))
    await admin.tap("📝")
    await admin.expect(shows(KK("📤 Ask everybody…")))
    await admin.tap(KK("📤 Ask everybody…"))
    asked = await admin.expect(shows(KK("The form cannot be changed afterwards.")))
    number = re.search(r"(\d+)\s*$", asked.text)
    assert number is not None
    await admin.send(number[1])
    await admin.expect(shows(KK("Began: {begun}, answered: {finished}", begun=0, finished=0)))

    await aigul.expect(shows("Қай жолды", KK("Answer")))
    await aigul.tap(KK("Answer"))
    await aigul.expect(shows("Өзен жағасы"))
    await aigul.tap("Өзен жағасы")
    await aigul.expect(shows(KK("How old are you?")))
    await aigul.tap("60+")
    await aigul.expect(shows(KK("Woman")))
    await aigul.send("айелмін бе")
    await aigul.expect(shows(KK("Please tap one of the answers.")))
    await aigul.send("айел")
    await aigul.expect(shows(KK("Your answers"), "60+", KK("Woman")))
    await aigul.tap(KK("✅ Submit"))
    await aigul.expect(shows(KK("Thank you!"), KK("May we ask you in other surveys too?")))
    await aigul.tap(KK("Yes, ask me"))
    await aigul.expect(shows(KK("Thank you!")))
    await aigul.tap(KK("Change my answers"))
    await aigul.expect(shows("Өзен жағасы"))
    await aigul.tap("1", message=aigul.screen)
    again = await aigul.expect(shows("Қай жолды алдымен жөндеу керек?"))
    assert "✓ Өзен жағасы" in again.buttons
    await aigul.send("абай кошеси")
    await aigul.expect(shows("Абай көшесі", KK("✅ Done")))
    await aigul.tap(KK("✅ Done"))
    await aigul.expect(shows(KK("Thank you!")))

    await sergei.open("s_1")
    await sergei.expect(shows(RU("Answer")))
    await sergei.tap(RU("Answer"))
    await sergei.expect(shows("Мектеп жолы"))
    await sergei.send("что-то другое")
    await sergei.expect(shows(RU("Please tap one of the answers, or write it as it stands there.")))
    await sergei.tap(RU("Later"))
    await sergei.expect(shows(RU("Kept, but not handed in yet. You can go on at the same place.")))
    await sergei.send("/surveys")
    await sergei.expect(shows("Қай жолды"))

    async with town.app.database.transaction() as session:
        survey = await session.get_one(Survey, 1)
        assert await town.app.answering.finished(session, survey) == 1
        survey.min_cell = 2
        await town.app.surveys.close(session, survey, utcnow())
    await sergei.send("/start s_1")
    await sergei.expect(shows(RU("This survey is over. Thank you for your interest.")))
    await olga.send("/surveys")
    await olga.expect(shows(RU("📊 Results")))
    await olga.tap(RU("📊 Results"))
    await olga.expect(shows("Қай жолды"))
    await olga.tap("Қай жолды", message=olga.screen)
    hidden = await olga.expect(shows(RU("Fewer than {count} people answered, so nothing is shown.", count=2)))
    assert "Абай" not in hidden.text


async def test_a_survey_link_in_a_group_leads_to_the_private_chat_and_nobody_else_sees_an_answer(
    sqlite_town: Town,
) -> None:
    aigul = sqlite_town.person(people.AIGUL)
    await aigul.open()
    await aigul.expect()
    await aigul.open("s_404")
    await aigul.expect(shows(KK("There is no such survey.")))
    async with sqlite_town.app.database.transaction() as session:
        await seed_surveys(session, sqlite_town.app.surveys, utcnow())
    link = "https://t.me/halyq_uni_bot?start=s_1"
    await aigul.send(f"Жауап беріңіздерші: {link}", chat=people.GROUP)
    card = await aigul.expect(shows("қоғамдық көлік"), chat=people.GROUP)
    assert card.buttons
    assert not card.data, "nobody answers in the group"


@pytest.mark.chaos
async def test_three_hundred_people_answer_at_once_in_the_chat_and_every_answer_counts(town: Town) -> None:
    file = read_survey(THREE_ANSWERS, town.app.gazetteer, utcnow(), town.app.surveys.zone)
    now = utcnow()
    async with town.app.database.transaction() as session:
        survey = await town.app.surveys.import_file(session, file, None, now)
        survey.state, survey.opened_at, survey.closes_at = SurveyState.OPEN, now, now + timedelta(days=1)
    crowd = [Person(town.sandbox, town.sandbox.world.add_person("Тұрғын", str(turn)).id) for turn in range(300)]

    async def respond(person: Person, turn: int) -> None:
        patience = 120.0
        await person.open(f"s_{survey.id}")
        await person.expect(shows(KK("Answer")), timeout=patience)
        person.tap_blindly(KK("Answer"))
        await person.expect(shows("Абай көшесі"), timeout=patience)
        await person.send(str(turn % 3 + 1))
        await person.expect(shows(KK("How old are you?")), timeout=patience)
        person.tap_blindly("60+" if turn % 2 else "25-34")
        await person.expect(shows(KK("Woman")), timeout=patience)
        person.tap_blindly(KK("Woman"))
        await person.expect(shows(KK("✅ Submit")), timeout=patience)
        person.tap_blindly(KK("✅ Submit"))
        await person.expect(shows(KK("Thank you!")), timeout=patience)

    await asyncio.gather(*(respond(person, turn) for turn, person in enumerate(crowd)))
    async with town.app.database.reading() as session:
        assert await town.app.answering.finished(session, survey) == 300
        answers = await session.scalars(select(SurveyAnswer.value).where(SurveyAnswer.survey_id == survey.id))
        assert Counter(str(answer["choice"]) for answer in answers) == {"['a']": 100, "['b']": 100, "['c']": 100}

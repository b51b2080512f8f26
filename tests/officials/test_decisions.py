"""Decisions: kept while they are written, refused while something is missing, versioned, corrected in public."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.officials.decisions.queries import decision
from bot.officials.decisions.views import PublishTap
from bot.officials.models import Decision, DecisionText
from bot.officials.views import CaseTap, DecisionTap
from bot.petitions.rules import Action, Outcome, State
from tests.officials.conftest import Person, Town

SUMMARY = "Аялдама 2027 жылғы 1 маусымға дейін салынады, ақша бюджетте бар."
REASONS = "Комиссия орынға барып, аялдаманың қажет екенін көрді. " * 4
FACTS = "Күніне 340 бала осы жолмен жүреді, жақын аялдама 980 метр жерде."
LAW = "«Автомобиль жолдары туралы» заңның 12-бабы."
RUSSIAN = {
    "summary": "Остановка будет построена до 1 июня 2027 года, деньги в бюджете есть.",
    "reasons": "Комиссия выехала на место и увидела, что остановка нужна. " * 4,
    "facts": "Каждый день этой дорогой ходят 340 детей, до остановки 980 метров.",
    "law": "Статья 12 Закона «Об автомобильных дорогах».",
}


async def write_kazakh(clerk: Person, number: int) -> None:
    """From the petition's screen to a decision whole in Kazakh."""
    await clerk.press(CaseTap(number))
    await clerk.tap("📝 Decision")
    await clerk.tap("🟡 Satisfied in part")
    await clerk.tap("▫️ Қазақша")
    for part in (SUMMARY, REASONS, FACTS, LAW):
        await clerk.send(part)


async def test_publishing_is_refused_with_every_missing_part_in_a_line(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(until=Action.REGISTER)
    clerk = await town.official(10)
    await clerk.press(CaseTap(number))
    await clerk.tap("📝 Decision")
    await clerk.tap("⛔ Refused")
    assert "▫️ The text in one of: Қазақша, Русский" in clerk.seen.text
    refused = await clerk.tap("📣 Publish")
    assert refused.toast == "It cannot be published yet: see what is still missing."
    await clerk.tap("▫️ Русский")
    assert "too short by" in (await clerk.send("Отказать.")).text
    assert "too long" in (await clerk.send("я" * 501)).text
    await clerk.send("В остановке отказано: на улице идёт ремонт дороги.")
    assert "Saved: In short." in clerk.seen.text
    assert "Русский · Reasons" in clerk.seen.text, "the next missing part is asked for at once"
    await clerk.press(CaseTap(number))
    assert "The decision is being written." in clerk.seen.text
    await clerk.tap("📝 Decision")
    assert "▫️ Reasons (Русский)\n▫️ Facts (Русский)\n▫️ References to law (Русский)" in clerk.seen.text
    refused = await clerk.tap("📣 Publish")
    assert refused.toast == "It cannot be published yet: see what is still missing."
    assert (await town.get(number)).state is State.CONSIDERING
    await clerk.tap("✍️ Русский")
    await clerk.tap("Leave this language out")
    assert "▫️ The text in one of" in clerk.seen.text


async def test_a_decision_in_two_languages_with_documents_reaches_everybody_and_is_read_in_full(town: Town) -> None:
    number = await town.petition((2, None), (3, None), until=Action.REGISTER)
    clerk = await town.official(10)
    await write_kazakh(clerk, number)
    await clerk.tap("▫️ Русский")
    for part in RUSSIAN.values():
        await clerk.send(part)
    await clerk.tap("📎")
    assert "Only PDF" in (await clerk.document("virus.exe", "application/pdf", 900)).text
    assert "larger than 20 MB" in (await clerk.document("scan.pdf", "application/pdf", 30_000_000)).text
    await clerk.document("Шешім.pdf", "application/pdf", 120_000, "DOC")
    assert "attached already" in (await clerk.document("Шешім.pdf", "application/pdf", 120_000, "DOC")).text
    await clerk.photo("PHOTO")
    assert "Only PDF" in (await clerk.send("вот документ")).text
    await clerk.tap("Back")
    assert "Everything the law asks for is there" in clerk.seen.text
    await clerk.tap("👁 Preview")
    preview = clerk.seen.text
    await clerk.tap("📣 Publish")
    assert "It goes to 3 people." in clerk.seen.text
    assert "25 February 2027" in clerk.seen.text, "three months for a complaint (art. 92(1))"
    await clerk.tap("📣 Yes, publish")
    assert "Published. 3 people are being told." in clerk.seen.text
    assert "As residents see it" in clerk.seen.buttons, "from there Back leads to the case again"
    petition = await town.get(number)
    assert (petition.state, petition.outcome) == (State.DECIDED, Outcome.PARTLY)
    told = await town.told("petition_decided")
    assert len(told) == 3
    news = await town.written(told[0], "kk")
    assert news is not None
    assert SUMMARY in news.text
    assert RUSSIAN["summary"] in (await town.written(told[0], "ru")).text  # type: ignore[union-attr]
    assert RUSSIAN["summary"] in (await town.written(told[0], "en")).text  # type: ignore[union-attr]
    signer = town.person(2)
    taps = [button.tap for row in news.rows for button in row]
    full = await signer.press(next(tap for tap in taps if isinstance(tap, DecisionTap)))
    assert SUMMARY in full.text
    assert "ӘРПК 92" in full.text, "the right of appeal is in the decision's own language"
    assert [call.method for call in full.messages[1:]] == ["sendDocument", "sendPhoto"]
    assert full.messages[1].params["document"] == "DOC"
    await signer.tap("Русский")
    assert RUSSIAN["facts"] in signer.seen.text
    assert "АППК, ст. 92, п. 1" in signer.seen.text
    assert signer.seen.text == preview, "the preview is what signers see"


async def test_a_correction_is_a_new_version_everybody_hears_of_and_the_old_one_stays(town: Town) -> None:
    number = await town.petition((2, None), until=Action.REGISTER)
    clerk = await town.official(10)
    await write_kazakh(clerk, number)
    await clerk.tap("📣 Publish")
    old_publish = clerk.seen.buttons["📣 Yes, publish"]
    await clerk.tap("📣 Yes, publish")
    again = await clerk.press(old_publish)
    assert "decision published" in again.text, "a second tap publishes nothing"
    await clerk.press(CaseTap(number))
    await clerk.tap("✏️ Correct the decision")
    assert "▫️ What the correction changes (Қазақша)" in clerk.seen.text
    await clerk.tap("✍️ Қазақша")
    assert SUMMARY in clerk.seen.text, "it begins with what is published"
    await clerk.tap("▫️ What the correction changes")
    await clerk.send("Мерзімі қате жазылған: дұрысы 2027 жылғы 1 шілде.")
    await clerk.tap("📣 Publish")
    assert "Nothing but this note differs" in clerk.seen.text
    await clerk.tap("Back")
    await clerk.tap("✅ Қазақша")
    await clerk.tap("✅ In short")
    await clerk.send(SUMMARY.replace("маусымға", "шілдеге"))
    await clerk.tap("📣 Publish")
    assert "The body has corrected its decision." in clerk.seen.text
    assert "Nothing but this note differs" not in clerk.seen.text
    await clerk.tap("📣 Yes, publish")
    told = await town.told("decision_corrected")
    assert len(told) == 2
    news = await town.written(told[0], "kk")
    assert news is not None
    assert "дұрысы 2027 жылғы 1 шілде" in news.text
    reader = town.person(2)
    await reader.press(DecisionTap(number, 0, "kk", 0, 0))
    assert "шілдеге" in reader.seen.text
    assert "Version 2 of" in reader.seen.text
    await reader.tap("Earlier version")
    assert "маусымға" in reader.seen.text
    async with town.database.reading() as session:
        shown = await decision(session, number)
        assert shown is not None
        assert (shown.version, shown.last) == (2, 2)


async def test_published_versions_cannot_be_changed_in_the_database(town: Town) -> None:
    number = await town.petition(until=Action.REGISTER)
    clerk = await town.official(10)
    await write_kazakh(clerk, number)
    await clerk.tap("📣 Publish")
    await clerk.tap("📣 Yes, publish")
    for table, column in (("decisions", "version"), ("decision_texts", "summary")):
        with pytest.raises(DBAPIError, match="only ever added"):
            async with town.session() as session:
                await session.execute(text(f"UPDATE {table} SET {column} = {column}"))
        with pytest.raises(DBAPIError, match="only ever added"):
            async with town.session() as session:
                await session.execute(text(f"DELETE FROM {table}"))


async def test_what_was_not_previewed_is_not_published(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(until=Action.REGISTER)
    clerk = await town.official(10)
    await write_kazakh(clerk, number)
    await clerk.tap("📣 Publish")
    stale = clerk.seen.buttons["📣 Yes, publish"]
    await clerk.tap("Back")
    await clerk.tap("✅ Қазақша")
    await clerk.tap("✅ Facts")
    await clerk.send("Күніне 350 бала осы жолмен жүреді, жақын аялдама 980 метр жерде.")
    asked = await clerk.press(stale)
    assert "Publish this?" in asked.text, "it is asked again, with the text as it is now"
    async with town.database.reading() as session:
        assert await session.scalar(select(Decision.id)) is None
    await clerk.press(PublishTap(number, 99, 1, 1))
    assert (await town.get(number)).state is State.CONSIDERING


async def test_a_colleague_takes_over_a_draft_where_it_was_left(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(until=Action.REGISTER)
    first, second = await town.official(10), await town.official(11)
    await write_kazakh(first, number)
    await second.press(CaseTap(number))
    blocked = await second.tap("📝 Decision")
    assert blocked.toast == "A colleague is writing about it."
    await first.press(CaseTap(number))
    await second.press(CaseTap(number))
    await second.tap("📝 Decision")
    assert "Everything the law asks for is there" in second.seen.text
    await second.tap("Throw away")
    assert "characters in it are lost" in second.seen.text, "it is asked first"
    await second.tap("Back")
    await second.tap("📣 Publish")
    await second.tap("📣 Yes, publish")
    async with town.database.reading() as session:
        assert await session.scalar(select(DecisionText.summary)) == SUMMARY


async def test_a_draft_thrown_away_is_gone_for_everybody(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition(until=Action.REGISTER)
    clerk = await town.official(10)
    await write_kazakh(clerk, number)
    await clerk.tap("Throw away")
    await clerk.tap("Yes, throw it away")
    assert "The draft is thrown away." in clerk.seen.text
    await clerk.tap("📝 Decision")
    assert "What was decided on" in clerk.seen.text, "the next one begins empty"


async def test_a_decision_before_the_announced_discussion_is_warned_of(sqlite_town: Town) -> None:
    town = sqlite_town
    number = await town.petition((2, None), until=Action.REGISTER)
    clerk = await town.official(10)
    await clerk.press(CaseTap(number))
    await clerk.tap("🗣 Public discussion")
    await clerk.tap("30 November 2026")
    await clerk.send("сағат 3-те")
    assert "30 November 2026, 15:00" in clerk.seen.text, "an hour in words is of the day that was chosen"
    await clerk.send("Талғар қ., Қонаев к. 65, мәжіліс залы")
    await clerk.tap("📣 Announce")
    await write_kazakh(clerk, number)
    await clerk.tap("📣 Publish")
    assert "The public discussion on 30 November 2026, 15:00 is still ahead" in clerk.seen.text

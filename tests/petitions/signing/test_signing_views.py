"""The question before signing says what the signature means, and taking it back says what happens."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.db import Database
from bot.i18n import LANGUAGES, Language, translator
from bot.petitions.reading.queries import Viewer, card
from bot.petitions.reading.show import body_of
from bot.petitions.reading.views import CardTap, UnsignTap
from bot.petitions.rules import State
from bot.petitions.signing.views import SignNowTap, ask_sign_screen, ask_unsign_screen, honesty_line
from tests.petitions.reading.making import person, petition_in, petitions_service


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_question_is_honest_about_law_and_keeps_the_key_of_the_direct_link(
    sqlite: Database, now: datetime, language: Language
) -> None:
    t, petitions = translator(language), petitions_service()
    async with sqlite.transaction() as session:
        author, reader = [await person(session, number, now) for number in (1, 2)]
        petition = await petition_in(session, petitions, author, State.GATHERING, now, more=1233)
        found = await card(session, petition.id, Viewer(reader.id, key=petition.access_key))
        assert found is not None
        body = body_of(petitions, petition)
        assert body is not None
        screen = ask_sign_screen(t, found, body)
        assert honesty_line(t) in screen.text
        assert "epetition.kz" in screen.text
        assert body.name(language) in screen.text
        assert t.number(1235) in screen.text, "it says which signature this would be"
        assert screen.rows[0][0].tap == SignNowTap(petition.id, petition.access_key)
        assert screen.rows[-1][0].tap == CardTap(petition.id, petition.access_key)
        back = ask_unsign_screen(t, found)
        assert t.number(1234) in back.text
        assert t.number(1233) in back.text
        assert back.rows[0][0].tap == UnsignTap(petition.id, petition.access_key, 1)
        assert back.rows[-1][0].tap == CardTap(petition.id, petition.access_key)

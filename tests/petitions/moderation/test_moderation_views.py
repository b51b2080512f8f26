"""What moderators and authors read fits into a message in every language and is true when it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.delivery.messages import Telling
from bot.i18n import LANGUAGES, Language, translator
from bot.law.naming import article_words
from bot.petitions.models import Petition
from bot.petitions.moderation import queries, views
from bot.petitions.moderation.messages import MODERATION_RENDERERS
from bot.petitions.moderation.rules import COMMENT_MAX, LOCK, Section
from bot.petitions.moderation.service import Moderation, seed_reasons
from bot.petitions.rules import Action
from bot.petitions.writing.views import MESSAGE_CHARACTERS, shown_length
from bot.residents.models import Resident
from bot.screen import CALLBACK_DATA_BYTES, Screen, Tap

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]


def fits(screen: Screen) -> None:
    """A message that Telegram takes."""
    assert 0 < shown_length(screen.text) <= MESSAGE_CHARACTERS
    assert screen.rows, "a screen always leads on"
    for row in screen.rows:
        for button in row:
            assert button.text
            if button.tap is not None:
                assert len(button.tap.pack().encode()) <= CALLBACK_DATA_BYTES
                assert Tap.read(button.tap.pack()) == button.tap
            else:
                assert button.url


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_of_a_moderator_fits(
    sqlite: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
    language: Language,
) -> None:
    t = translator(language)
    async with sqlite.transaction() as session:
        await seed_reasons(session)
        author, moderator = await make_resident(session, 1, now), await make_resident(session, 2, now)
        petitions = [await make_waiting(session, author, now) for _ in range(8)]
        petition = petitions[0]
        petition.title, petition.ask, petition.why = "<&" * 70, "Требуем отставки министра. " * 18, "Ж" * 3000
        petition.comment = "&" * COMMENT_MAX
        petition = await moderation.take(session, petition.id, moderator, now)
        case = await moderation.case(session, petition, moderator, now)
        full = views.case_screen(t, case)
        fits(full)
        assert str(petition.author_id) in full.text
        petition.author_id = None
        orphaned = views.case_screen(t, case)
        fits(orphaned)
        assert "—" not in orphaned.text
        for section in Section:
            for page in (0, 1):
                found = await moderation.queue(session, section, page, moderator, now)
                fits(views.queue_screen(t, found, views.outdated_notice(t, 12)))
        reasons = await queries.reasons(session, active_only=False)
        for screen in (
            views.full_text_screen(t, petition),
            views.locked_screen(t, petition.id, now + LOCK),
            *(views.confirm_screen(t, case, action) for action in views.ACTIONS),
            views.write_screen(t, petition, over=0),
            views.write_screen(t, petition, reason=reasons[0], over=12),
            views.return_screen(t, petition),
            views.reasons_screen(t, petition, reasons),
            views.reasons_screen(t, petition, []),
            *(views.reject_screen(t, petition, reason, with_comment=True) for reason in reasons),
            views.reject_screen(t, petition, reasons[0], with_comment=False),
            views.catalogue_screen(t, reasons),
            *(views.reason_screen(t, reason) for reason in reasons),
            *(views.word_screen(t, reasons[0], part, over=3) for part in views.PARTS),
        ):
            fits(screen)


def telling(kind: str, petition: Petition, resident: Resident, language: Language, now: datetime) -> Telling:
    return Telling(kind, petition.id, {}, resident.id, translator(language), now, "a_bot")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_messages_tell_what_is_true_when_they_are_sent(
    sqlite: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
    language: Language,
) -> None:
    async with sqlite.transaction() as session:
        await seed_reasons(session)
        author, moderator = await make_resident(session, 1, now), await make_resident(session, 2, now)
        petition = await make_waiting(session, author, now)

        async def shown(kind: str, reader: Resident = author) -> Screen | None:
            screen = await MODERATION_RENDERERS[kind](session, telling(kind, petition, reader, language, now))
            if screen is not None:
                fits(screen)
                assert petition.title in screen.text
            return screen

        assert await shown("queue_new", moderator) is not None
        assert await shown("petition_published") is None
        await moderation.note(session, petition.id, petition.version, moderator, "Уточните <место>", now)
        await moderation.decide(
            session, petition.id, petition.version, Action.RETURN, moderator, now, with_comment=True
        )
        returned = await shown("petition_returned")
        assert returned is not None
        assert "Уточните &lt;место&gt;" in returned.text
        assert await shown("queue_new", moderator) is None, "a colleague was faster"

        petition = await make_waiting(session, author, now)
        await moderation.decide(
            session, petition.id, petition.version, Action.REJECT, moderator, now, reason_code="forbidden"
        )
        reason = await queries.reason(session, "forbidden")
        rejected = await shown("petition_rejected")
        assert rejected is not None
        assert reason is not None
        assert reason.text(language) in rejected.text
        assert article_words(translator(language), "90-2(3)") in rejected.text
        await moderation.decide(session, petition.id, petition.version, Action.RESTORE, moderator, now)
        assert await shown("petition_rejected") is None
        assert await shown("petition_restored") is not None
        await moderation.decide(session, petition.id, petition.version, Action.APPROVE, moderator, now)
        to_author, to_other = await shown("petition_published"), await shown("petition_published", moderator)
        assert to_author is not None
        assert to_other is not None
        assert to_author.text != to_other.text
        gone = replace(telling("queue_new", petition, author, language, now), reference=404)
        for render in MODERATION_RENDERERS.values():
            assert await render(session, gone) is None

"""The published log counts what moderators decided, by local month, without a name or a text."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database
from bot.i18n import LANGUAGES, Language, translator
from bot.petitions.models import Petition
from bot.petitions.moderation import log
from bot.petitions.moderation.log_views import log_screen, month_in
from bot.petitions.moderation.service import Moderation, seed_reasons
from bot.petitions.rules import Action
from bot.residents.models import Resident

MakeResident = Callable[[AsyncSession, int, datetime], Awaitable[Resident]]
MakeWaiting = Callable[[AsyncSession, Resident, datetime], Awaitable[Petition]]
ZONE = "Asia/Almaty"
OCTOBER_HERE = datetime(2026, 9, 30, 20, 0, tzinfo=UTC)
"""Still September in Greenwich."""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_decisions_and_reasons_are_counted_by_local_month(
    database: Database,
    moderation: Moderation,
    make_resident: MakeResident,
    make_waiting: MakeWaiting,
    now: datetime,
    language: Language,
) -> None:
    async with database.transaction() as session:
        await seed_reasons(session)
        author, moderator = await make_resident(session, 1, now), await make_resident(session, 2, now)
        for at, code, comment in (
            (OCTOBER_HERE, "forbidden", None),
            (now, "forbidden", "Тайный комментарий"),
            (now, "same_subject", "Повторяет № 12"),
            (now, None, None),
        ):
            petition = await make_waiting(session, author, at)
            if comment:
                await moderation.note(session, petition.id, petition.version, moderator, comment, at)
            action = Action.REJECT if code else Action.APPROVE
            await moderation.decide(
                session,
                petition.id,
                petition.version,
                action,
                moderator,
                at,
                reason_code=code,
                with_comment=bool(comment),
            )
        months = await log.whole_log(session, ZONE, now)
        assert [month.month for month in months] == [date(2026, 10, 1), date(2026, 11, 1)]
        november = months[1]
        assert november.reasons == {"forbidden": 1, "same_subject": 1}
        assert (november.decisions[Action.REJECT], november.decisions[Action.APPROVE]) == (2, 1)
        for written in (json.dumps([month.as_json() for month in months]), log.as_csv(months)):
            assert "Тайный" not in written
            assert petition.title not in written
        assert "2026-11,decision,reject,2" in log.as_csv(months).splitlines()
        texts = await log.reason_texts(session)
        screen = log_screen(translator(language), november, texts, months[0].month, november.month)
        assert texts["forbidden"][language][:38] in screen.text.replace("&#39;", "'")
        assert [button.text for button in screen.rows[0]] == ["‹"]


@given(st.integers(-(10**9), 10**9))
def test_any_forged_month_leads_to_one_the_log_has(packed: int) -> None:
    first, last = date(2026, 10, 1), date(2027, 2, 1)
    assert first <= month_in(packed, first, last) <= last

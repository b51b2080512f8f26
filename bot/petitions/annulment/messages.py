"""What suspicious signing tells moderators, and annulling tells the author."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Renderer, Telling
from bot.petitions.annulment.models import SigningFlag
from bot.petitions.annulment.views import SIGN_WORDS, FlagTap
from bot.petitions.models import Petition
from bot.petitions.reading.views import ANNULMENT_GROUNDS, OpenPetitionTap, count_line, numbered
from bot.petitions.writing.views import join
from bot.screen import Button, Screen, rows


async def signing_flag(session: AsyncSession, telling: Telling) -> Screen | None:
    """To moderators: a petition is signed in a suspicious way."""
    flag = await session.get(SigningFlag, telling.reference)
    petition = await session.get(Petition, flag.petition_id) if flag is not None else None
    if flag is None or petition is None or flag.closed_at is not None:
        return None
    t = telling.t
    return Screen(
        join(t("🔬 <b>Suspicious signing</b>"), numbered(petition), t(SIGN_WORDS[flag.sign])),
        rows(Button(t.plain("Look at the numbers"), FlagTap(flag.id))),
    )


async def signatures_annulled(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author: signatures were annulled, how many and why."""
    petition = await session.get(Petition, telling.reference)
    if petition is None:
        return None
    t = telling.t
    ground = ANNULMENT_GROUNDS.get(str(telling.params.get("ground")), ANNULMENT_GROUNDS["fresh"])
    return Screen(
        join(
            t.plural(
                "A moderator annulled {count} signature under your petition.",
                "A moderator annulled {count} signatures under your petition.",
                int(telling.params.get("signatures", 0)),
            ),
            numbered(petition),
            t("Reason: {reason}", reason=t(ground)),
            count_line(t, petition.signature_count, petition.threshold_votes),
        ),
        rows(Button(t.plain("Open the petition"), OpenPetitionTap(petition.id))),
    )


async def signatures_returned(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author: annulled signatures count again."""
    petition = await session.get(Petition, telling.reference)
    if petition is None:
        return None
    t = telling.t
    return Screen(
        join(
            t.plural(
                "✅ {count} annulled signature counts again.",
                "✅ {count} annulled signatures count again.",
                int(telling.params.get("signatures", 0)),
            ),
            numbered(petition),
            count_line(t, petition.signature_count, petition.threshold_votes),
        ),
        rows(Button(t.plain("Open the petition"), OpenPetitionTap(petition.id))),
    )


ANNULMENT_RENDERERS: Final[dict[str, Renderer]] = {
    "signing_flag": signing_flag,
    "signatures_annulled": signatures_annulled,
    "signatures_returned": signatures_returned,
}
"""The messages of annulments, by kind of delivery."""

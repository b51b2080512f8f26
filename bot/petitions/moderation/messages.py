"""What moderation tells authors, signers and moderators, read from what is stored when it is sent."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Renderer, Telling
from bot.i18n import Html, Translator
from bot.law.naming import article_words
from bot.law.reasons import BOT_RULE
from bot.petitions.models import Petition
from bot.petitions.moderation.queries import reason, waiting_count
from bot.petitions.moderation.rules import Section
from bot.petitions.moderation.views import CaseTap, QueueTap
from bot.petitions.reading.views import OpenPetitionTap
from bot.petitions.rules import PUBLIC, State
from bot.petitions.writing.views import CorrectTap, NewTap, join, lines, quoted, share_url
from bot.screen import Button, Screen, rows


def _headline(t: Translator, petition: Petition) -> Html:
    return t("№ {number} <b>{title}</b>", number=str(petition.id), title=petition.title)


def _open(t: Translator, petition: Petition) -> Button:
    return Button(t.plain("Open the petition"), tap=OpenPetitionTap(petition.id))


async def petition_published(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author, the signers and the followers: the petition is in free access."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state not in PUBLIC or petition.closes_on is None:
        return None
    t = telling.t
    is_author = petition.author_id == telling.resident_id
    return Screen(
        join(
            t("🎉 Your petition is published!") if is_author else t("🎉 A petition you support is published!"),
            _headline(t, petition),
            t("Everybody can find and sign it until {date}.", date=t.date(petition.closes_on)),
            t(
                "Threshold: {count}. Signatures so far: {signatures}.",
                count=petition.threshold_votes,
                signatures=petition.signature_count,
            )
            if petition.threshold_votes is not None
            else None,
        ),
        rows(
            _open(t, petition),
            Button(t.plain("Share"), url=share_url(telling.link(f"p_{petition.id}"), petition.title)),
        ),
    )


async def petition_returned(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author: what the moderator asks to correct."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state is not State.RETURNED:
        return None
    t = telling.t
    return Screen(
        join(
            t("✏️ A moderator asks you to correct your petition."),
            _headline(t, petition),
            lines(t("The moderator writes:"), quoted(petition.comment or "")),
            t("Signatures stay. Correct the text and hand it in again, there is no hurry."),
        ),
        rows(
            Button(t.plain("Correct the petition"), tap=CorrectTap(petition.id)),
            _open(t, petition),
        ),
    )


async def petition_rejected(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author: the reason, its article, and what can be done."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state is not State.REJECTED:
        return None
    t = telling.t
    why = await reason(session, petition.reason_code)
    said = why.text(t.language) if why else ""
    article = article_words(t, why.article) if why and why.article != BOT_RULE else None
    return Screen(
        join(
            t("The moderator did not let your petition through."),
            _headline(t, petition),
            lines(
                t("Reason: {reason}", reason=said),
                t("Article of the law: {article}", article=article) if article else None,
            ),
            lines(t("The moderator writes:"), quoted(petition.comment)) if petition.comment else None,
            t(
                "You may word it anew and start another petition, "
                "or write an ordinary appeal at eOtinish.kz, which the body has to answer."
            ),
        ),
        rows(
            _open(t, petition),
            Button(t.plain("Start a petition"), tap=NewTap()),
        ),
    )


async def petition_restored(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author: the rejection is taken back, the check begins anew."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state is not State.MODERATION or petition.moderation_due is None:
        return None
    t = telling.t
    return Screen(
        join(
            t("✅ The rejection of your petition is taken back."),
            _headline(t, petition),
            t("A moderator checks it again and answers by {date}.", date=t.date(petition.moderation_due)),
        ),
        rows(_open(t, petition)),
    )


async def queue_new(session: AsyncSession, telling: Telling) -> Screen | None:
    """To moderators: a petition waits; nothing when a colleague has decided meanwhile."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state is not State.MODERATION or petition.moderation_due is None:
        return None
    t = telling.t
    return Screen(
        join(
            t("🗂 A petition waits for a check."),
            _headline(t, petition),
            lines(
                t("Answer by: {date}", date=t.date(petition.moderation_due)),
                t("In the queue: {count}", count=await waiting_count(session)),
            ),
        ),
        rows(
            Button(t.plain("Check it"), tap=CaseTap(petition.id)),
            Button(t.plain("Petitions to check"), tap=QueueTap(Section.WAITING.value, 0)),
        ),
    )


MODERATION_RENDERERS: Final[dict[str, Renderer]] = {
    "petition_published": petition_published,
    "petition_returned": petition_returned,
    "petition_rejected": petition_rejected,
    "petition_restored": petition_restored,
    "queue_new": queue_new,
}
"""The messages of moderation, by kind of delivery."""

"""What moderation tells authors, signers and moderators, read from what is stored when it is sent."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Renderer, Telling
from bot.i18n import Html, Translator
from bot.law.naming import article_words
from bot.law.reasons import BOT_RULE
from bot.petitions.appeals.models import PetitionAppeal
from bot.petitions.appeals.views import appeal_button
from bot.petitions.models import Petition
from bot.petitions.moderation.queries import reason, waiting_count
from bot.petitions.moderation.rules import Section
from bot.petitions.moderation.views import CaseTap, QueueTap
from bot.petitions.reading.views import OpenPetitionTap
from bot.petitions.reports.queries import reported
from bot.petitions.reports.views import REPORT_KINDS, reported_words
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
    appeal = await session.get(PetitionAppeal, petition.id)
    may_appeal = appeal is None or appeal.filed_at is None
    repeats = await session.get(Petition, petition.twin_id) if petition.twin_id is not None else None
    said = why.text(t.language) if why else ""
    article = article_words(t, why.article) if why and why.article != BOT_RULE else None
    return Screen(
        join(
            t("A moderator took your petition out of sight.")
            if petition.published_at is not None
            else t("The moderator did not let your petition through."),
            _headline(t, petition),
            lines(
                t("Reason: {reason}", reason=said),
                t("Article of the law: {article}", article=article) if article else None,
            ),
            lines(t("The petition it repeats:"), _headline(t, repeats)) if repeats is not None else None,
            lines(t("The moderator writes:"), quoted(petition.comment)) if petition.comment else None,
            t(
                "You may word it anew and start another petition, "
                "or write an ordinary appeal at eOtinish.kz, which the body has to answer."
            ),
            t("If you think this is a mistake, ask another moderator to decide. You can do that once.")
            if may_appeal
            else None,
        ),
        rows(
            appeal_button(t, petition.id) if may_appeal else None,
            Button(t.plain("Open № {number}", number=str(repeats.id)), OpenPetitionTap(repeats.id))
            if repeats
            else None,
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


async def petition_hidden(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author: readers reported the petition, what that means, and what happens next."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.hidden_since is None or petition.state is State.REJECTED:
        return None
    t = telling.t
    found = await reported(session, petition.id)
    kinds = ", ".join(str(t(REPORT_KINDS[kind])) for kind in found.by_kind) if found is not None else ""
    return Screen(
        join(
            t("🔎 Readers reported your petition. It is out of sight until a moderator has looked at it."),
            _headline(t, petition),
            lines(t("What they name: {kinds}", kinds=Html(kinds)) if kinds else None),
            t("Signing rests. If it is kept, the days lost are given back. You need not do anything."),
        ),
        rows(_open(t, petition)),
    )


async def petition_kept(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author: a moderator has looked and keeps the petition."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.hidden_since is not None or petition.state not in PUBLIC:
        return None
    t = telling.t
    return Screen(
        join(
            t("✅ A moderator has looked at the reports and keeps your petition."),
            _headline(t, petition),
            t("Everybody can find and sign it until {date}.", date=t.date(petition.closes_on))
            if petition.closes_on is not None
            else None,
        ),
        rows(_open(t, petition)),
    )


async def petition_removed(session: AsyncSession, telling: Telling) -> Screen | None:
    """To signers and followers: a petition that was public has been rejected."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state is not State.REJECTED:
        return None
    t = telling.t
    why = await reason(session, petition.reason_code)
    return Screen(
        join(
            t("⛔ A moderator took a petition you signed or follow out of sight."),
            t("№ {number}", number=str(petition.id)),
            t("Reason: {reason}", reason=why.text(t.language)) if why is not None else None,
            t("Its author may appeal to another moderator. If it comes back, you will hear."),
        ),
        rows(_open(t, petition)),
    )


async def petition_reinstated(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author, signers and followers: it is public again."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state not in PUBLIC or petition.closes_on is None:
        return None
    t = telling.t
    return Screen(
        join(
            t("✅ The rejection is taken back: the petition is public again."),
            _headline(t, petition),
            t("Signing goes on until {date}.", date=t.date(petition.closes_on)),
        ),
        rows(_open(t, petition)),
    )


async def appeal_dismissed(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the author: another moderator keeps the rejection."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.state is not State.REJECTED:
        return None
    t = telling.t
    why = await reason(session, petition.reason_code)
    return Screen(
        join(
            t("⚖️ Another moderator has read your appeal and keeps the rejection. This is final in the bot."),
            _headline(t, petition),
            t("Reason: {reason}", reason=why.text(t.language)) if why is not None else None,
            t(
                "You may word it anew and start another petition, "
                "or write an ordinary appeal at eOtinish.kz, which the body has to answer."
            ),
        ),
        rows(_open(t, petition), Button(t.plain("Start a petition"), tap=NewTap())),
    )


async def appeal_new(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the other moderators (or the admins): an author appeals."""
    petition = await session.get(Petition, telling.reference)
    appeal = await session.get(PetitionAppeal, telling.reference)
    if petition is None or petition.state is not State.REJECTED or appeal is None or appeal.decided_at is not None:
        return None
    t = telling.t
    return Screen(
        join(
            t("⚖️ An author appeals against a rejection. It was not yours: please decide."),
            _headline(t, petition),
            quoted(appeal.why) if appeal.why else None,
        ),
        rows(
            Button(t.plain("Check it"), tap=CaseTap(petition.id)),
            Button(t.plain("Appeals"), tap=QueueTap(Section.APPEALS.value, 0)),
        ),
    )


async def queue_reported(session: AsyncSession, telling: Telling) -> Screen | None:
    """To moderators: reports of readers have hidden a petition."""
    petition = await session.get(Petition, telling.reference)
    if petition is None or petition.hidden_since is None or petition.state is State.REJECTED:
        return None
    t = telling.t
    found = await reported(session, petition.id)
    return Screen(
        join(
            t("🚩 Readers reported a petition. It is out of sight until you have looked at it."),
            _headline(t, petition),
            reported_words(t, found) if found is not None else None,
        ),
        rows(
            Button(t.plain("Check it"), tap=CaseTap(petition.id)),
            Button(t.plain("Reported by readers"), tap=QueueTap(Section.REPORTED.value, 0)),
        ),
    )


MODERATION_RENDERERS: Final[dict[str, Renderer]] = {
    "petition_published": petition_published,
    "petition_returned": petition_returned,
    "petition_rejected": petition_rejected,
    "petition_restored": petition_restored,
    "petition_hidden": petition_hidden,
    "petition_kept": petition_kept,
    "petition_removed": petition_removed,
    "petition_reinstated": petition_reinstated,
    "appeal_dismissed": appeal_dismissed,
    "appeal_new": appeal_new,
    "queue_new": queue_new,
    "queue_reported": queue_reported,
}
"""The messages of moderation, by kind of delivery."""

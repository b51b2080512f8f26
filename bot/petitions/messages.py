"""What authors, signers and followers are told when a petition moves; each reads what is stored when it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Renderer, Telling
from bot.i18n import Html, Translator
from bot.petitions.models import Petition
from bot.petitions.reading.views import OpenPetitionTap, count_line, numbered
from bot.petitions.rules import Outcome
from bot.petitions.service import Petitions
from bot.screen import Button, Screen, rows

Words = Callable[[Translator, Petition, Telling, Petitions], Html]


def _open_button(t: Translator, petition: Petition) -> Button:
    return Button(t.plain("Open the petition"), tap=OpenPetitionTap(petition.id))


def _supporters_found(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "🎉 Enough supporters! A moderator now checks the petition and answers by {date}.",
        date=t.date(petition.moderation_due) if petition.moderation_due else "—",
    )


def _approved(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "✅ The moderator approved your petition. It needs {count} supporters by {date}: share the direct link.",
        count=petition.supporters_needed,
        date=t.date(petition.supporters_by) if petition.supporters_by else "—",
    )


def _lapsed(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "⌛ The time for finding {needed} supporters is over; there were {count}. "
        "The author may start again with a new petition.",
        needed=petition.supporters_needed,
        count=petition.signature_count,
    )


def _supported(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "🎉 The petition has reached its threshold: {count} signatures. It goes to: {body}.",
        count=petition.signature_count,
        body=petitions.body(petition).name(t.language),
    )


def _sent(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t("📨 The petition has been sent. Responsible: {body}.", body=petitions.body(petition).name(t.language))


def _readdressed(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "↪️ The body that had it says it is somebody else's matter. Responsible now: {body}.",
        body=petitions.body(petition).name(t.language),
    )


def _considering(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "📥 The petition is registered. Responsible: {body}. The answer is due by {date}.",
        body=petitions.body(petition).name(t.language),
        date=t.date(petition.due_on) if petition.due_on else "—",
    )


def _decided(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    said = {
        Outcome.SATISFIED: t("📣 Decided: the petition is satisfied."),
        Outcome.PARTLY: t("📣 Decided: the petition is satisfied in part."),
        Outcome.REFUSED: t("📣 Decided: the petition is refused. The decision can be appealed."),
    }
    return said[petition.outcome or Outcome.REFUSED]


def _expired(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "⌛ The time for signing is over: {count} signatures. By law a petition below its threshold is not lost: "
        "it goes to the body as a message or proposal (art. 90-3(5)). Responsible: {body}.",
        count=petition.signature_count,
        body=petitions.body(petition).name(t.language),
    )


def _withdrawn(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t("The author has withdrawn this petition. Signing is over.")


def _corrected(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "✏️ The author corrected the text of a petition you signed, because a moderator asked. "
        "Read it; if you no longer agree, you can take your signature back."
    )


def _milestone(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    count = int(telling.params.get("count", petition.signature_count))
    # Before publication the petition gathers supporters; its threshold would only discourage.
    needed = petition.supporters_needed
    if count < needed:
        joined = t.plural("{joined} of {count} supporter", "{joined} of {count} supporters", needed, joined=count)
        return Html(f"🎉 {joined}")
    return Html(f"🎉 {count_line(t, count, petition.threshold_votes)}")


_WORDS: dict[str, Words] = {
    "supporters_found": _supporters_found,
    "petition_approved": _approved,
    "petition_lapsed": _lapsed,
    "petition_supported": _supported,
    "petition_sent": _sent,
    "petition_readdressed": _readdressed,
    "petition_considering": _considering,
    "petition_decided": _decided,
    "petition_expired": _expired,
    "petition_withdrawn": _withdrawn,
    "petition_corrected": _corrected,
    "milestone": _milestone,
}


def lifecycle_renderers(petitions: Petitions) -> dict[str, Renderer]:
    """The messages of a petition's life, by kind of delivery."""

    def renderer(words: Words) -> Callable[[AsyncSession, Telling], Awaitable[Screen | None]]:
        async def render(session: AsyncSession, telling: Telling) -> Screen | None:
            petition = await session.get(Petition, telling.reference)
            if petition is None:
                return None
            t = telling.t
            text = Html(f"{words(t, petition, telling, petitions)}\n\n{numbered(petition)}")
            return Screen(text, rows(_open_button(t, petition)))

        return render

    return {kind: renderer(words) for kind, words in _WORDS.items()}

"""What authors, signers and followers are told when a petition moves; each reads what is stored when it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Renderer, Telling
from bot.i18n import N_, Html, Translator
from bot.law.naming import article_words
from bot.law.rules import ThresholdKey, rules_on
from bot.petitions.models import Petition
from bot.petitions.naming import addressee
from bot.petitions.reading.views import OpenPetitionTap, count_line, numbered
from bot.petitions.service import Petitions
from bot.places.bodies import body_by_key
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
    sent = t("📨 The petition has been sent. Responsible: {body}.", body=petitions.body(petition).name(t.language))
    term = rules_on(petition.rules_from).consideration(ThresholdKey(petition.threshold_key))
    due = t.plural(
        "Once it registers it, it has {count} working day to answer ({article}); I will tell you the date.",
        "Once it registers it, it has {count} working days to answer ({article}); I will tell you the date.",
        term.days or 0,
        article=article_words(t, term.article),
    )
    return Html(f"{sent}\n{due}")


def _readdressed(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    said = t(
        "↪️ The body that had it says it is somebody else's matter. Responsible now: {body}.",
        body=petitions.body(petition).name(t.language),
    )
    return Html(f"{said}\n{t('Its reason: {reason}', reason=petition.comment)}") if petition.comment else said


def _body_corrected(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    was = body_by_key(petitions.gazetteer, str(telling.params.get("was", "")))
    said = t("↪️ A moderator corrected who has to answer this petition.")
    before = t("Before: {body}", body=addressee(t, was)) if was is not None else None
    now = t("Responsible now: {body}", body=addressee(t, petitions.body(petition)))
    votes = petition.threshold_votes
    article = article_words(t, petition.threshold_article)
    needed = (
        t.plural(
            "It needs {count} signature now ({article}).",
            "It needs {count} signatures now ({article}).",
            votes,
            article=article,
        )
        if votes is not None
        else None
    )
    kept = t("Your signature stays. If you no longer agree, you can take it back.")
    return Html("\n".join(line for line in (said, before, now, needed, kept) if line is not None))


def _considering(t: Translator, petition: Petition, telling: Telling, petitions: Petitions) -> Html:
    return t(
        "📥 The petition is registered. Responsible: {body}. The answer is due by {date}.",
        body=petitions.body(petition).name(t.language),
        date=t.date(petition.due_on) if petition.due_on else "—",
    )


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
    changed = telling.params.get("changed", [])
    place = petitions.gazetteer.get(petition.place_key)
    said = [t(words) for part, words in _CORRECTED.items() if part in changed]
    if "place_key" in changed:
        said.append(t("Place now: {place}", place=place.name(t.language) if place is not None else "—"))
    if "body_key" in changed:
        said.append(t("Responsible now: {body}", body=petitions.body(petition).name(t.language)))
    head = t("✏️ The author corrected a petition you signed, because a moderator asked. What changed:")
    foot = t("Read it; if you no longer agree, you can take your signature back.")
    return Html("\n".join([head, *(f"• {line}" for line in said), foot]))


_CORRECTED: Final[dict[str, str]] = {
    "title": N_("the title"),
    "ask": N_("the demand"),
    "why": N_("the reasons"),
}


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
    "petition_body_corrected": _body_corrected,
    "petition_considering": _considering,
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

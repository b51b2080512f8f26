"""The news of a decision and of its correction, read from what is published when it is sent."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Renderer, Telling
from bot.officials.decisions.queries import decision
from bot.officials.decisions.views import correction_head, news_screen, outcome_words
from bot.petitions.follow_up.queries import answer_check
from bot.petitions.follow_up.views import answer_buttons
from bot.petitions.models import Petition
from bot.petitions.queries import relations
from bot.petitions.rules import Relation
from bot.petitions.service import Petitions
from bot.places.bodies import body_by_key
from bot.screen import Screen


def decision_renderers(petitions: Petitions) -> dict[str, Renderer]:
    """The messages about decisions, by kind of delivery."""

    async def render(session: AsyncSession, telling: Telling) -> Screen | None:
        petition = await session.get(Petition, telling.reference)
        shown = await decision(session, telling.reference)
        if petition is None or shown is None or not shown.words:
            return None
        is_correction = telling.kind == "decision_corrected"
        if is_correction and telling.params.get("version") != shown.version:
            # A newer correction says it all, and is told by itself.
            return None
        t = telling.t
        head = correction_head(t, shown) if is_correction else outcome_words(t, shown.outcome)
        body = body_by_key(petitions.gazetteer, shown.body_key)
        known = await relations(session, [(petition.id, telling.resident_id)])
        may_judge = known.get((petition.id, telling.resident_id)) in {Relation.AUTHOR, Relation.SIGNER}
        check = await answer_check(session, petition.id, telling.resident_id, may_answer=may_judge)
        judging = answer_buttons(t, petition.id, check.own) if may_judge else ()
        return news_screen(t, shown, petition, body, head, judging)

    return {"petition_decided": render, "decision_corrected": render}

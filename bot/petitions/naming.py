"""How the body that answers is named to people."""

from __future__ import annotations

from bot.i18n import Html, Translator, safe
from bot.law.naming import basis_words
from bot.places.bodies import Body, BodyKind
from bot.routing.router import Reason


def addressee(t: Translator, body: Body | None, *, cap: bool = True) -> str:
    """The body at the head of a line, or (not `cap`) within one.

    The Government is addressed through the central body in charge (APPK art. 90-1(1)). A body whose place has left the
    list of places has no name any more.
    """
    if body is None:
        return "—"
    if body.kind is BodyKind.MINISTRY:
        return t.plain("Government, through the {ministry}", ministry=body.name(t.language))
    return body.name_cap(t.language) if cap else body.name(t.language)


def because(t: Translator, reason: Reason | None) -> Html | None:
    """Why a body is the one, in a line, with the act it rests on."""
    if reason is None:
        return None
    basis = basis_words(t, reason.article)
    why = reason.texts[t.language]
    if basis is None:
        return t("Why: {why}", why=why)
    return t("Why: {why}", why=Html(f"{safe(why.rstrip('.'))} <i>({safe(basis)})</i>"))

"""What signing looks like: what it means, the question, the receipt, taking it back."""

from __future__ import annotations

from bot.i18n import Html, Translator
from bot.petitions.reading.queries import Card
from bot.petitions.reading.views import CardTap, UnsignTap, numbered, responsible_line
from bot.places.bodies import Body
from bot.screen import Button, Screen, Tap, rows


class SignNowTap(Tap, prefix="sn"):
    """Sign."""

    number: int
    key: str | None


def honesty_line(t: Translator) -> Html:
    """What a signature here is and is not (art. 90-3(1) asks for EDS or paper)."""
    return t("This signature counts in the bot only. A legally binding one is made with EDS on epetition.kz.")


def ask_sign_screen(t: Translator, card: Card, body: Body | None) -> Screen:
    """Asks whether to sign, with what it means."""
    petition = card.petition
    parts = [
        t("<b>Sign this petition?</b>"),
        numbered(petition),
        Html(""),
        responsible_line(t, body),
        t("Yours will be signature number {number}.", number=petition.signature_count + 1),
        t("Nobody sees your name. You can take the signature back while signing lasts."),
        Html(""),
        Html(f"<i>{honesty_line(t)}</i>"),
    ]
    return Screen(
        Html("\n".join(parts)),
        rows(
            Button(t.plain("✍️ Sign"), tap=SignNowTap(petition.id, card.key)),
            Button(t.plain("Back"), tap=CardTap(petition.id, card.key)),
        ),
    )


def annulled_toast(t: Translator) -> str:
    """To somebody whose signature was annulled and who wishes to sign again."""
    return t.plain("Your signature was annulled by a moderator; see the petition for the reason.")


def ask_unsign_screen(t: Translator, card: Card) -> Screen:
    """Asks whether to take the signature back."""
    petition = card.petition
    return Screen(
        Html(
            f"{t('<b>Take your signature back?</b>')}\n{numbered(petition)}\n\n"
            + t(
                "The count falls from {count} to {less}. You can sign again while signing lasts.",
                count=petition.signature_count,
                less=max(petition.signature_count - 1, 0),
            )
        ),
        rows(
            Button(t.plain("Yes, take it back"), tap=UnsignTap(petition.id, card.key, 1)),
            Button(t.plain("Back"), tap=CardTap(petition.id, card.key)),
        ),
    )

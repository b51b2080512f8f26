"""What appealing looks like to the author."""

from __future__ import annotations

from bot.i18n import Translator
from bot.petitions.appeals.models import PetitionAppeal
from bot.petitions.appeals.rules import WHY_MAX, AppealOutcome
from bot.petitions.models import Petition
from bot.petitions.reading.views import AppealTap, CardTap, numbered
from bot.petitions.writing.views import join, lines, quoted
from bot.screen import Button, Screen, Tap, rows


class AppealSendTap(Tap, prefix="aq"):
    """Send the appeal."""

    number: int


def write_screen(t: Translator, petition: Petition, *, over: int | None = None) -> Screen:
    """Asks for the author's line; `over` when the last try was too long (or no text, 0)."""
    problem = None
    if over == 0:
        problem = t("✋ I need it as text. Please write it in a message.")
    elif over is not None:
        problem = t.plural(
            "✋ The text is {count} character too long. Shorten it and send it again.",
            "✋ The text is {count} characters too long. Shorten it and send it again.",
            over,
        )
    return Screen(
        join(
            lines(t("<b>Appeal against the rejection</b>"), numbered(petition)),
            t(
                "Another moderator decides, not the one who rejected it. You can appeal once, and what they decide "
                "is final in the bot."
            ),
            problem,
            t("Write in one line why the rejection is wrong, up to {limit} characters.", limit=WHY_MAX),
        ),
        rows(Button(t.plain("Back"), CardTap(petition.id, None))),
    )


def confirm_screen(t: Translator, petition: Petition, appeal: PetitionAppeal) -> Screen:
    """The appeal as the moderator will read it, before it is sent."""
    return Screen(
        join(
            lines(t("<b>Send the appeal?</b>"), numbered(petition)),
            lines(t("Another moderator will read:"), quoted(appeal.why)),
            t("You can appeal once. To word it anew, just write it again."),
        ),
        rows(
            Button(t.plain("Send the appeal"), AppealSendTap(petition.id)),
            Button(t.plain("Back"), CardTap(petition.id, None)),
        ),
    )


def standing_screen(t: Translator, petition: Petition, appeal: PetitionAppeal) -> Screen:
    """Where an appeal stands that was sent."""
    if appeal.outcome is None:
        said = t("⚖️ Your appeal is with another moderator. You will hear what they decide.")
    elif appeal.outcome is AppealOutcome.GRANTED:
        said = t("⚖️ Your appeal was granted. A petition can be appealed once; you may start a new one.")
    else:
        said = t("⚖️ Another moderator has read your appeal and keeps the rejection. This is final in the bot.")
    return Screen(
        join(said, numbered(petition)),
        rows(Button(t.plain("Open the petition"), CardTap(petition.id, None))),
    )


def appeal_button(t: Translator, number: int) -> Button:
    """The button that begins an appeal."""
    return Button(t.plain("Appeal"), AppealTap(number))

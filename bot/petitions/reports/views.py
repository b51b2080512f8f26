"""What reporting looks like."""

from __future__ import annotations

from typing import Final

from bot.i18n import N_, Html, Translator
from bot.petitions.models import Petition
from bot.petitions.reading.views import CardTap, ReportTap, numbered
from bot.petitions.reports.rules import NOTE_MAX, Reported, ReportKind
from bot.petitions.reports.service import ReportResult
from bot.petitions.writing.views import clip, join, lines, quoted
from bot.screen import Button, Screen, Tap, rows


class ReportKindTap(Tap, prefix="rk"):
    """Say what is wrong with a petition."""

    number: int
    kind: str


class ReportSendTap(Tap, prefix="rn"):
    """Send the report without a line."""

    number: int
    kind: str


REPORT_KINDS: Final[dict[ReportKind, str]] = {
    ReportKind.PERSONAL: N_("Personal data of somebody"),
    ReportKind.INSULT: N_("Insults or hatred"),
    ReportKind.FALSE: N_("False facts"),
    ReportKind.FORBIDDEN: N_("A forbidden subject"),
    ReportKind.SPAM: N_("Advertising or spam"),
    ReportKind.OTHER: N_("Something else"),
}


def kinds_screen(t: Translator, petition: Petition) -> Screen:
    """Asks what is wrong."""
    return Screen(
        join(
            lines(t("<b>What is wrong with this petition?</b>"), numbered(petition)),
            t("A moderator reads it. Nobody learns who reported, the author neither."),
            t("Not agreeing is no reason: then just do not sign."),
        ),
        rows(
            *(Button(t.plain(words), ReportKindTap(petition.id, kind.value)) for kind, words in REPORT_KINDS.items()),
            Button(t.plain("Back"), CardTap(petition.id, None)),
        ),
    )


def note_screen(t: Translator, petition: Petition, kind: ReportKind, *, over: int | None = None) -> Screen:
    """Asks for a line, or sends without; `over` when the last try was too long (or held personal data, 0)."""
    problem = None
    if over == 0:
        problem = t("✋ There is a number, a link or an address in it. Please write it without.")
    elif over is not None:
        problem = t.plural(
            "✋ The text is {count} character too long. Shorten it and send it again.",
            "✋ The text is {count} characters too long. Shorten it and send it again.",
            over,
        )
    return Screen(
        join(
            lines(t("<b>Report this petition?</b>"), numbered(petition), t(REPORT_KINDS[kind])),
            problem,
            t(
                "You may write in one line what exactly is wrong (up to {limit} characters): "
                "it is sent with it at once.",
                limit=NOTE_MAX,
            ),
        ),
        rows(
            Button(t.plain("Send without words"), ReportSendTap(petition.id, kind.value)),
            Button(t.plain("Back"), ReportTap(petition.id)),
        ),
    )


def result_toast(t: Translator, result: ReportResult) -> str:
    """What came of a report."""
    return {
        ReportResult.FILED: t.plain("Thank you. A moderator will look at it."),
        ReportResult.BEFORE: t.plain("You have reported it already. A moderator will look at it."),
        ReportResult.HEARD: t.plain("You reported it before; a moderator has looked at it and kept it."),
        ReportResult.CLOSED: t.plain("It cannot be reported at the moment."),
    }[result]


def done_screen(t: Translator, number: int, said: str) -> Screen:
    """What came of a report that was sent with a line."""
    return Screen(Html(said), rows(Button(t.plain("Open the petition"), CardTap(number, None))))


def reported_words(t: Translator, reported: Reported) -> Html:
    """The open reports, for a moderator."""
    kinds = ", ".join(f"{t(REPORT_KINDS[kind])}: {t.number(count)}" for kind, count in reported.by_kind.items())
    return lines(
        t("🚩 <b>Reports of readers: {count}</b>", count=reported.count),
        Html(kinds),
        *(quoted(clip(note, 120)) for note in reported.notes),
    )

"""How moderation works, and its published log: what everybody may read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.i18n import N_, Html, Translator, safe
from bot.law.calendar import months_after
from bot.petitions.moderation.log import MonthLog
from bot.petitions.rules import Action
from bot.petitions.writing.views import clip, join, lines
from bot.residents.views import HelpTap, HomeTap, MenuTap
from bot.screen import Button, Screen, Tap, rows

REASON_SHOWN: Final = 90
"""Characters of a reason in the log."""


class LogTap(Tap, prefix="gm"):
    """The log of one month, written 202611."""

    month: int


DECISION_WORDS: Final[dict[Action, str]] = {
    Action.APPROVE: N_("Approved"),
    Action.RETURN: N_("Returned to authors"),
    Action.REJECT: N_("Rejected by moderators"),
    Action.RESTORE: N_("Rejections taken back"),
    Action.HIDE: N_("Hidden after reports"),
    Action.KEEP: N_("Kept after reports"),
    Action.REINSTATE: N_("Made public again"),
    Action.READDRESS: N_("Wrong body corrected"),
}


def how_words(t: Translator) -> Html:
    """How moderation works, in a few lines."""
    return lines(
        t("🗂 <b>How moderation works</b>"),
        t("A moderator checks every petition before everybody sees it, and rejects only for a reason from a list."),
        t("An author may correct what was returned, and appeal once to another moderator."),
        t("Readers may report a petition; enough reports hide it until a moderator has looked."),
        t("Every decision is written down and counted here. There are no names in this log."),
    )


def log_screen(
    t: Translator,
    log: MonthLog,
    reasons: Mapping[str, Mapping[str, str]],
    first: date,
    last: date,
    *,
    is_moderator: bool = False,
) -> Screen:
    """One month: decisions, reasons, reports, appeals, annulled signatures."""

    def reason_words(code: str) -> str:
        texts = reasons.get(code, {})
        return clip(texts.get(t.language) or next((text for text in texts.values() if text), code), REASON_SHOWN)

    turn = []
    if log.month > first:
        turn.append(Button("‹", LogTap(_packed(months_after(log.month, -1)))))
    if log.month < last:
        turn.append(Button("›", LogTap(_packed(months_after(log.month, 1)))))
    return Screen(
        join(
            how_words(t),
            lines(
                Html(f"<b>{t.month(log.month)}</b>"),
                *(Html(f"{t(DECISION_WORDS[action])}: {t.number(count)}") for action, count in log.decisions.items()),
                t("Reports of readers: {count}", count=log.reports),
                t(
                    "Appeals: {count} (granted {granted}, dismissed {dismissed})",
                    count=log.appeals,
                    granted=log.granted,
                    dismissed=log.dismissed,
                ),
                t("Signatures annulled: {count}", count=log.annulled),
            ),
            lines(
                t("<b>Reasons for rejection</b>"),
                *(
                    Html(f"• {safe(reason_words(code).rstrip('.'))}: {t.number(count)}")
                    for code, count in list(log.reasons.items())[:12]
                ),
            )
            if log.reasons
            else None,
        ),
        rows(
            turn,
            Button(t.plain("Petitions to check"), MenuTap("queue")) if is_moderator else None,
            [Button(t.plain("Help"), HelpTap(0)), Button(t.plain("Main menu"), HomeTap())],
        ),
    )


def _packed(month: date) -> int:
    return month.year * 100 + month.month


def month_in(packed: int, first: date, last: date) -> date:
    """The month a button means, or the nearest one the log has; a forged button may carry anything."""
    year, month = divmod(packed, 100)
    if not (first.year <= year <= last.year and 1 <= month <= 12):
        return last
    return min(max(date(year, month, 1), first), last)

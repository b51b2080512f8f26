"""What moderators see of suspicious signing: numbers, never names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.i18n import N_, Html, Translator
from bot.petitions.annulment.queries import FlagLine
from bot.petitions.annulment.rules import YOUNG_MINUTES, Ground, Sign
from bot.petitions.annulment.service import Choice, Seen, can_clear, can_undo
from bot.petitions.models import Annulment
from bot.petitions.reading.views import ANNULMENT_GROUNDS, count_line, numbered, shortened
from bot.petitions.rules import OPEN_FOR_WITHDRAWAL
from bot.petitions.writing.views import join, lines
from bot.residents.views import MenuTap
from bot.screen import Button, Screen, Tap, rows


class FlagsTap(Tap, prefix="gl"):
    """All flags, and what was annulled last."""


class FlagTap(Tap, prefix="gf"):
    """One flag with its numbers."""

    flag: int


class FlagDismissTap(Tap, prefix="gx"):
    """Nothing is wrong."""

    flag: int


class AnnulTap(Tap, prefix="ga"):
    """Set out to annul: accounts younger than so many minutes (0: all of the window); without a ground, ask for it."""

    flag: int
    minutes: int
    ground: str | None


class AnnulDoTap(Tap, prefix="gd"):
    """Annul so many signatures."""

    flag: int
    minutes: int
    ground: str
    expected: int


class AnnulmentTap(Tap, prefix="gn"):
    """One annulment: "show" it, "undo" it, "clear" it."""

    annulment: int
    do: str


SIGN_WORDS: Final[dict[Sign, str]] = {
    Sign.FRESH: N_("Nearly all signatures are from accounts that came to the bot just before."),
    Sign.SURGE: N_("Many times more signatures than usual."),
}

YOUNG_WORDS: Final[dict[int, str]] = {
    10: N_("accounts younger than 10 minutes"),
    60: N_("accounts younger than an hour"),
    24 * 60: N_("accounts younger than a day"),
    0: N_("all of this time"),
}


YOUNG_SHORT: Final[dict[int, str]] = {
    10: N_("under 10 min"),
    60: N_("under an hour"),
    24 * 60: N_("under a day"),
    0: N_("all"),
}
"""The same on buttons."""


def _queue_button(t: Translator) -> Button:
    return Button(t.plain("Petitions to check"), MenuTap("queue"))


def flags_screen(
    t: Translator, flags: Sequence[FlagLine], annulments: Sequence[Annulment], notice: Html | None = None
) -> Screen:
    """What waits, and what was annulled last."""
    listed = [
        t("№ {number} <b>{title}</b>", number=str(flag.number), title=shortened(flag.title, 80)) for flag in flags
    ]
    done = [_annulment_line(t, row) for row in annulments]
    return Screen(
        join(
            notice,
            t("🔬 <b>Suspicious signing</b>"),
            lines(*listed) if listed else t("Nothing to look at."),
            t(
                "Whoever signed sees nothing of this. Numbers alone prove nothing: a link that goes round a school "
                "looks like this too."
            ),
            lines(t("<b>Annulled last</b>"), *done) if done else None,
        ),
        rows(
            *(Button(t.plain("№ {number}", number=str(flag.number)), FlagTap(flag.id)) for flag in flags),
            *(
                Button(t.plain("Annulment {number}", number=str(row.id)), AnnulmentTap(row.id, "show"))
                for row in annulments
            ),
            _queue_button(t),
        ),
    )


def _annulment_line(t: Translator, row: Annulment) -> Html:
    state = ""
    if row.undone_at is not None:
        state = f" · {t('undone')}"
    elif row.cleared_at is not None:
        state = f" · {t('may sign anew')}"
    line = t(
        "{annulment}. № {number}: {count} · {date}",
        annulment=str(row.id),
        number=str(row.petition_id),
        count=row.signatures,
        date=t.date(row.made_at),
    )
    return Html(f"{line}{state}")


def _window_words(t: Translator, start: datetime, end: datetime) -> Html:
    return t("From {start} to {end}", start=t.date_time(start), end=t.date_time(end))


def flag_screen(t: Translator, seen: Seen, notice: Html | None = None) -> Screen:
    """The numbers of a flag, and what can be done."""
    flag, found, petition = seen.flag, seen.bands, seen.petition
    # The same signatures under a wider name would only be a second button for one thing.
    choices: dict[int, int] = {}
    for minutes, count in zip((*YOUNG_MINUTES, 0), (*found.younger, found.total), strict=True):
        if count:
            choices.setdefault(count, minutes)
    is_open = petition.state in OPEN_FOR_WITHDRAWAL
    buttons = [
        Button(
            t.plain("Annul: {which} · {count}", which=t.plain(YOUNG_SHORT[minutes]), count=count),
            AnnulTap(flag.id, minutes, None),
        )
        for count, minutes in choices.items()
        if is_open
    ]
    return Screen(
        join(
            notice,
            lines(t("🔬 <b>Suspicious signing</b>"), numbered(petition)),
            t(SIGN_WORDS[flag.sign]),
            lines(
                _window_words(t, flag.signed_from, flag.signed_to),
                t.plural("{count} signature", "{count} signatures", found.total),
                *(
                    Html(f"• {t(YOUNG_WORDS[minutes])}: {t.number(count)}")
                    for minutes, count in zip(YOUNG_MINUTES, found.younger, strict=True)
                ),
                t("From the petition's own place: {count}", count=found.from_place),
                t("Usual in as long a time: {count}", count=round(seen.window.usual)),
            ),
            lines(t("The petition now:"), count_line(t, petition.signature_count, petition.threshold_votes)),
            None if is_open else t("Signing is over and the petition has gone on: nothing can be annulled any more."),
        ),
        rows(
            *buttons,
            Button(t.plain("Nothing is wrong"), FlagDismissTap(flag.id)),
            Button(t.plain("Back"), FlagsTap()),
        ),
    )


def ground_screen(t: Translator, choice: Choice) -> Screen:
    """Asks for the ground."""
    flag = choice.seen.flag
    minutes = choice.minutes or 0
    return Screen(
        join(
            lines(t("<b>Why are these signatures invalid?</b>"), numbered(choice.seen.petition)),
            Html(f"{t(YOUNG_WORDS[minutes])}: {t.number(choice.count)}"),
            t("Their owners read this reason when they look at the petition."),
        ),
        rows(
            *(
                Button(t.plain(ANNULMENT_GROUNDS[ground.value]).capitalize(), AnnulTap(flag.id, minutes, ground.value))
                for ground in Ground
            ),
            Button(t.plain("Back"), FlagTap(flag.id)),
        ),
    )


def confirm_screen(t: Translator, choice: Choice, ground: Ground, notice: Html | None = None) -> Screen:
    """What annulling does, with numbers, before it does it."""
    petition, flag = choice.seen.petition, choice.seen.flag
    minutes = choice.minutes or 0
    return Screen(
        join(
            notice,
            lines(
                t.plural("<b>Annul {count} signature?</b>", "<b>Annul {count} signatures?</b>", choice.count),
                numbered(petition),
            ),
            lines(
                Html(f"{t(YOUNG_WORDS[minutes])}"),
                _window_words(t, flag.signed_from, flag.signed_to),
                t("Reason: {reason}", reason=t(ANNULMENT_GROUNDS[ground.value])),
            ),
            t(
                "The count falls from {before} to {after}.",
                before=petition.signature_count,
                after=choice.after,
            ),
            t("⚠️ The petition falls below its threshold: it is open for signing again.")
            if choice.falls_below
            else None,
            t(
                "The author is told the number and the reason. Whoever signed cannot sign again. "
                "You can undo it for a day."
            ),
        ),
        rows(
            Button(
                t.plain_plural("Annul {count} signature", "Annul {count} signatures", choice.count),
                AnnulDoTap(flag.id, minutes, ground.value, choice.count),
            ),
            Button(t.plain("Back"), FlagTap(flag.id)),
        ),
    )


def annulment_screen(t: Translator, row: Annulment, count: int, now: datetime, notice: Html | None = None) -> Screen:
    """One annulment, and how it can be taken back. `count` is the petition's count now."""
    undo, clear = can_undo(row, now), can_clear(row, now)
    return Screen(
        join(
            notice,
            lines(t("<b>Annulment {number}</b>", number=str(row.id)), _annulment_line(t, row)),
            lines(
                t(YOUNG_WORDS[row.younger_than_minutes or 0]),
                _window_words(t, row.signed_from, row.signed_to),
                t("Reason: {reason}", reason=t(ANNULMENT_GROUNDS[row.ground])),
            ),
            t(
                "Undoing raises the count from {before} to {after}.",
                before=count,
                after=count + row.signatures,
            )
            if undo
            else None,
            t("It can no longer be undone. You can let these people sign anew; their old signatures stay uncounted.")
            if clear
            else None,
        ),
        rows(
            Button(t.plain("Undo"), AnnulmentTap(row.id, "undo")) if undo else None,
            Button(t.plain("Let them sign anew"), AnnulmentTap(row.id, "clear")) if clear else None,
            Button(t.plain("Back"), FlagsTap()),
        ),
    )


def gone_notice(t: Translator) -> Html:
    """The flag has been dealt with."""
    return t("A colleague has already looked at this.")


def not_possible_notice(t: Translator) -> Html:
    """The petition has left the bot's hands, or the annulment cannot be changed any more."""
    return t("This is no longer possible: the petition or the annulment has moved on.")


def moved_notice(t: Translator) -> Html:
    """The numbers have changed since they were shown."""
    return t("The numbers have changed meanwhile. Look again.")


def dismissed_notice(t: Translator) -> Html:
    """A flag was closed."""
    return t("✅ Closed: nothing is wrong.")


def done_notice(t: Translator) -> Html:
    """Signatures were annulled."""
    return t("✅ Annulled. The count has moved.")


def undone_notice(t: Translator) -> Html:
    """Signatures count again."""
    return t("✅ Undone. The signatures count again.")


def cleared_notice(t: Translator) -> Html:
    """Phones may sign anew."""
    return t("✅ These people may sign anew.")

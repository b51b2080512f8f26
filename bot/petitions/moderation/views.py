"""What moderators see: the queue, a petition with its clock, decisions, and the catalogue of reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.i18n import LANGUAGE_NAMES, LANGUAGES, N_, Html, Translator, as_language, bold, safe
from bot.law.naming import article_words
from bot.law.reasons import BOT_RULE, REPETITION
from bot.law.rules import Order
from bot.petitions.annulment.views import FlagsTap
from bot.petitions.models import Petition
from bot.petitions.moderation.rules import (
    ARTICLE_MAX,
    COMMENT_MAX,
    REASON_MAX,
    Clock,
    Left,
    Queue,
    ReasonText,
    Section,
    Waiting,
)
from bot.petitions.moderation.service import Case
from bot.petitions.naming import addressee, because
from bot.petitions.reports.views import reported_words
from bot.petitions.rules import Action, State
from bot.petitions.twins.taps import ClustersTap
from bot.petitions.twins.words import case_buttons, case_lines
from bot.petitions.writing.rules import BodyChoice
from bot.petitions.writing.views import (
    BUTTON_CHARACTERS,
    HITS_SHOWN,
    MESSAGE_CHARACTERS,
    body_line,
    clip,
    hit_words,
    join,
    lines,
    quoted,
    shown_length,
    votes_words,
)
from bot.places.bodies import body_code
from bot.residents.views import HomeTap, MenuTap, StaffTap
from bot.screen import Button, Screen, Tap, rows


class QueueTap(Tap, prefix="mq"):
    """Show a page of a section of the queue, counted from 0."""

    section: str
    page: int


class CaseTap(Tap, prefix="mc"):
    """Open a petition for oneself; `full` is 1 for the reasons in full."""

    petition: int
    full: int = 0


class LeaveTap(Tap, prefix="mb"):
    """Give an opened petition back and return to the queue."""

    petition: int


class DecideTap(Tap, prefix="md"):
    """Set out to do something with a petition: say what will happen, ask for a comment or a reason."""

    petition: int
    version: int
    action: str


class ReasonTap(Tap, prefix="mr"):
    """Choose the reason of a rejection; `write` is 1 to write a comment to it."""

    petition: int
    version: int
    code: str
    write: int = 0


class DoTap(Tap, prefix="mo"):
    """Do it. `comment` is 1 when the comment written before goes along."""

    petition: int
    version: int
    action: str
    code: str | None
    comment: int


class BodyTap(Tap, prefix="mk"):
    """Correct the body: to whom (an empty code asks, CENTRAL shows the central bodies); `sure` is 1 to do it."""

    petition: int
    version: int
    body: str | None
    sure: int = 0


CENTRAL: Final = "central"


class ReasonsTap(Tap, prefix="ma"):
    """Show the catalogue of reasons for rejection."""


class ReasonEditTap(Tap, prefix="me"):
    """Show one reason of the catalogue; "off" asks whether to offer it no more, "switch" does it or offers it; or write
    one part of it, and "save_…" what was written."""

    code: str
    do: str


class ReasonAddTap(Tap, prefix="mw"):
    """Add a reason to the catalogue."""


SECTIONS: Final[dict[Section, str]] = {
    Section.WAITING: N_("Waiting"),
    Section.REPORTED: N_("Reported by readers"),
    Section.APPEALS: N_("Appeals"),
    Section.SUPPORTED: N_("To be sent"),
    Section.REJECTED: N_("Rejected"),
}

_EMPTY: Final[dict[Section, str]] = {
    Section.WAITING: N_("The queue is empty. Well done."),
    Section.REPORTED: N_("No reports."),
    Section.APPEALS: N_("No appeals."),
    Section.SUPPORTED: N_("No petition is waiting to be sent."),
    Section.REJECTED: N_("Nothing has been rejected."),
}

ACTIONS: Final[dict[Action, str]] = {
    Action.APPROVE: N_("Approve"),
    Action.RETURN: N_("Return with a comment"),
    Action.READDRESS: N_("Wrong body"),
    Action.REJECT: N_("Reject"),
    Action.RESTORE: N_("Restore"),
    Action.REINSTATE: N_("Make public again"),
    Action.UPHOLD: N_("Keep the rejection"),
    Action.KEEP: N_("Keep the petition"),
    Action.SEND: N_("Mark as sent"),
}

_DONE: Final[dict[Action, str]] = {
    Action.APPROVE: N_("✅ № {number} is approved."),
    Action.RETURN: N_("✅ № {number} is returned to its author."),
    Action.READDRESS: N_("✅ № {number} has another body now."),
    Action.REJECT: N_("✅ № {number} is rejected."),
    Action.RESTORE: N_("✅ № {number} waits for a check again."),
    Action.REINSTATE: N_("✅ № {number} is public again."),
    Action.UPHOLD: N_("✅ № {number} stays rejected, and its author is told."),
    Action.KEEP: N_("✅ № {number} is kept, and the reports are closed."),
    Action.SEND: N_("✅ № {number} is marked as sent."),
}


# --- the queue ------------------------------------------------------------------------------------------


def left_words(t: Translator, left: Left) -> Html:
    """The moderation clock in words."""
    if left.clock is Clock.OVERDUE:
        return t.plural("overdue by {count} working day", "overdue by {count} working days", left.days)
    if left.days == 0:
        return t("today is the last day")
    return t.plural("{count} working day left", "{count} working days left", left.days)


def _waiting_line(t: Translator, waiting: Waiting) -> Html:
    mark = {Clock.CALM: "", Clock.NEAR: "⏳ ", Clock.OVERDUE: "🔴 "}[waiting.left.clock] if waiting.left else ""
    head = t("№ {number} <b>{title}</b>", number=str(waiting.number), title=waiting.title)
    about = [left_words(t, waiting.left)] if waiting.left else []
    if waiting.since is not None:
        about.append(safe(t.date(waiting.since)))
    if waiting.reason is not None:
        about.append(safe(waiting.reason.text(t.language)))
    if waiting.locked_until is not None:
        about.append(t("a colleague has it until {time}", time=t.date_time(waiting.locked_until)))
    return lines(Html(f"{mark}{head}"), Html(", ".join(about)) if about else None)


def queue_screen(t: Translator, queue: Queue, notice: Html | None = None) -> Screen:
    """One page of the queue: what is due first stands first."""
    buttons = [
        Button(t.plain("№ {number}", number=str(waiting.number)), tap=CaseTap(waiting.number))
        for waiting in queue.petitions
    ]
    turn = []
    if queue.page > 0:
        turn.append(Button("◀", tap=QueueTap(queue.section.value, queue.page - 1)))
    if queue.page + 1 < queue.pages:
        turn.append(Button("▶", tap=QueueTap(queue.section.value, queue.page + 1)))
    sections = [
        Button(
            f"{t.plain(SECTIONS[section])} · {t.number(queue.counts[section])}",
            tap=QueueTap(section.value, 0),
        )
        for section in Section
        if section is not queue.section
    ]
    return Screen(
        join(
            notice,
            lines(t("🗂 <b>Petitions to check</b>"), t(SECTIONS[queue.section])),
            *([_waiting_line(t, waiting) for waiting in queue.petitions] or [t(_EMPTY[queue.section])]),
            t("Page {page} of {pages}", page=queue.page + 1, pages=queue.pages) if queue.pages > 1 else None,
        ),
        rows(
            *(buttons[at : at + 3] for at in range(0, len(buttons), 3)),
            turn,
            *(sections[at : at + 2] for at in range(0, len(sections), 2)),
            Button(f"{t.plain('Suspicious signing')} · {t.number(queue.flags)}", tap=FlagsTap()),
            Button(t.plain("Likely twins"), tap=ClustersTap(0)),
            Button(t.plain("How moderation works"), tap=MenuTap("modlog")),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def _queue_button(t: Translator) -> Button:
    return Button(t.plain("Petitions to check"), tap=QueueTap(Section.WAITING.value, 0))


def locked_screen(t: Translator, number: int, until: datetime) -> Screen:
    """A colleague has the petition."""
    return Screen(
        t(
            "🔒 A colleague has petition № {number} open until {time}. Take another one, or come back then.",
            number=str(number),
            time=t.date_time(until),
        ),
        rows(
            _queue_button(t),
            Button(t.plain("Try again"), tap=CaseTap(number)),
        ),
    )


def locked_toast(t: Translator) -> str:
    """A colleague still has the petition."""
    return t.plain("A colleague is checking it.")


def body_corrected_toast(t: Translator) -> str:
    """The body is corrected."""
    return t.plain("The body is corrected; everybody who signed is told.")


def outdated_notice(t: Translator, number: int) -> Html:
    """The petition has moved on."""
    return t("№ {number} has already been decided by a colleague.", number=str(number))


def for_another_notice(t: Translator, number: int) -> Html:
    """A colleague has to decide about this appeal."""
    return t(
        "⚖️ № {number}: another moderator decides about this appeal, because the rejection or the petition is yours.",
        number=str(number),
    )


def done_notice(t: Translator, number: int, action: Action) -> Html:
    """A decision is made."""
    return t(_DONE[action], number=str(number))


# --- one petition ---------------------------------------------------------------------------------------


def case_screen(t: Translator, case: Case) -> Screen:
    """A petition with all that matters for a decision; who the author is does not."""
    petition = case.petition
    before = join(
        lines(
            t("№ {number} <b>{title}</b>", number=str(petition.id), title=petition.title),
            Html(f"<i>{left_words(t, case.left)}</i>") if case.left else None,
        ),
        lines(t("⚖️ <b>The author appeals:</b>"), quoted(case.appeal.why)) if case.appeal is not None else None,
        reported_words(t, case.reports) if case.reports is not None else None,
        t(
            "🔬 Suspicious signing from {start} to {end}: look at it first, under the queue's “Suspicious signing”.",
            start=t.date_time(case.flag.signed_from),
            end=t.date_time(case.flag.signed_to),
        )
        if case.flag is not None
        else None,
        t("🔎 Out of sight since {time}.", time=t.date_time(petition.hidden_since))
        if petition.hidden_since is not None
        else None,
        lines(
            t("⛔ Rejected. Reason: {reason}", reason=case.reason.text(t.language)),
            t(
                "It is said to repeat № {number}: {title}",
                number=str(case.repeats.id),
                title=clip(case.repeats.title, 90),
            )
            if case.repeats is not None
            else None,
            quoted(clip(petition.comment, 200)) if petition.comment else None,
        )
        if case.reason is not None and petition.state is State.REJECTED
        else None,
        lines(t("<b>We ask:</b>"), safe(petition.ask)),
        t("<b>Why:</b>"),
    )
    shown = {twin.petition.id for twin in case.twins}
    others = [
        t("№ {number} {title}", number=str(other.id), title=clip(other.title, 60))
        for other in case.others
        if other.id not in shown
    ]
    after = join(
        lines(
            t("Place: {place}", place=case.place.name(t.language) if case.place else "—"),
            t("Responsible: {body}", body=addressee(t, case.body)),
            t("Proposed to the author, who chose another: {body}", body=addressee(t, case.proposed))
            if case.proposed is not None
            else None,
            votes_words(t, petition.threshold_votes, petition.threshold_article),
            t.plural("{count} signature", "{count} signatures", petition.signature_count),
            t(
                "Language of the text: {language}",
                language=LANGUAGE_NAMES[as_language(petition.language)],
            ),
            t("Author: resident № {author}", author=str(petition.author_id))
            if petition.author_id is not None
            else t("Author: no longer in the bot"),
        ),
        *_hits(t, case),
        lines(t("<b>Returned before, with the comment:</b>"), quoted(clip(case.last_return, 200)))
        if case.last_return
        else None,
        case_lines(t, case.twins),
        lines(t("<b>Other petitions about this place</b>"), *others) if others else None,
        t("You are checking it until {time}.", time=t.date_time(petition.locked_until))
        if petition.locked_until
        else None,
    )
    room = MESSAGE_CHARACTERS - shown_length(before) - shown_length(after) - 10
    is_clipped = len(petition.why) > room
    return Screen(
        join(Html(f"{before}\n{quoted(clip(petition.why, room), expandable=True)}"), after),
        rows(
            *(
                [Button(t.plain(ACTIONS[action]), tap=DecideTap(petition.id, petition.version, action.value))]
                for action in case.actions
            ),
            *([button] for button in case_buttons(t, petition, case.twins)),
            Button(t.plain("Full text"), tap=CaseTap(petition.id, 1)) if is_clipped else None,
            Button(t.plain("Back"), tap=LeaveTap(petition.id)),
        ),
    )


def full_text_screen(t: Translator, petition: Petition) -> Screen:
    """The reasons in full, when the petition's own screen had no room for them."""
    return Screen(
        lines(
            t("№ {number} <b>{title}</b>", number=str(petition.id), title=petition.title),
            safe(petition.why),
        ),
        rows(Button(t.plain("Back"), tap=CaseTap(petition.id))),
    )


def _back_to_case(t: Translator, petition: Petition) -> Button:
    return Button(t.plain("Back"), tap=CaseTap(petition.id))


def confirm_screen(t: Translator, case: Case, action: Action) -> Screen:
    """What approving, restoring or marking as sent will do, before it does it."""
    petition = case.petition
    told = t.plural(
        "The author and everybody who signed are told ({count} signature).",
        "The author and everybody who signed are told ({count} signatures).",
        petition.signature_count,
    )
    if action is Action.APPROVE and case.order is Order.MODERATION_FIRST:
        head = t("<b>Approve № {number}?</b>", number=str(petition.id))
        happens = t("It opens for supporters by direct link until {date}.", date=t.date(case.until))
    elif action is Action.APPROVE:
        head = t("<b>Approve № {number}?</b>", number=str(petition.id))
        happens = join(
            t("It is published at once, and everybody can sign it until {date}.", date=t.date(case.until)),
            told,
        )
    elif action is Action.RESTORE:
        head = t("<b>Restore № {number}?</b>", number=str(petition.id))
        happens = t("It waits for a check again, with a new term. The author is told.")
    elif action is Action.REINSTATE:
        head = t("<b>Make № {number} public again?</b>", number=str(petition.id))
        happens = join(t("Signing goes on, and the days it lost are given back."), told)
    elif action is Action.UPHOLD:
        head = t("<b>Keep the rejection of № {number}?</b>", number=str(petition.id))
        happens = t("The appeal is dismissed, and the author is told that this is final in the bot.")
    elif action is Action.KEEP:
        head = t("<b>Keep № {number}?</b>", number=str(petition.id))
        happens = join(
            t.plural(
                "{count} report is closed; who reported cannot report it again.",
                "{count} reports are closed; who reported cannot report it again.",
                case.reports.count if case.reports is not None else 0,
            ),
            t("It is public again, and the days it lost are given back. The author is told.")
            if petition.hidden_since is not None
            else None,
        )
    else:
        head = t("<b>Mark № {number} as sent?</b>", number=str(petition.id))
        happens = join(t("It counts as sent to: {body}. Signing is over.", body=case.body.name_cap(t.language)), told)
    return Screen(
        join(head, bold(petition.title), happens),
        rows(
            Button(t.plain(ACTIONS[action]), tap=DoTap(petition.id, petition.version, action.value, None, 0)),
            _back_to_case(t, petition),
        ),
    )


def bodies_screen(t: Translator, case: Case, choices: Sequence[BodyChoice], *, central: bool) -> Screen:
    """The bodies a petition could be addressed to instead."""
    petition = case.petition

    def button(choice: BodyChoice) -> Button:
        votes = choice.threshold.votes
        needed = t.number(votes) if votes is not None else t.plain("threshold not known")
        return Button(
            f"{clip(choice.body.name_cap(t.language), BUTTON_CHARACTERS - len(needed) - 3)} · {needed}",
            tap=BodyTap(petition.id, petition.version, body_code(choice.body)),
        )

    explained = [
        lines(body_line(t, choice.body, choice.threshold.votes), because(t, choice.reason)) for choice in choices
    ]
    return Screen(
        join(
            t("<b>Whose matter is № {number}?</b>", number=str(petition.id)),
            bold(petition.title),
            t("Responsible: {body}", body=addressee(t, case.body)),
            None if central else lines(*explained),
        ),
        rows(
            *([button(choice)] for choice in choices),
            None if central else Button(t.plain("Ministries"), tap=BodyTap(petition.id, petition.version, CENTRAL)),
            Button(t.plain("Back"), tap=BodyTap(petition.id, petition.version, None))
            if central
            else _back_to_case(t, petition),
        ),
    )


def body_confirm_screen(t: Translator, case: Case, choice: BodyChoice) -> Screen:
    """What correcting the body will do, before it does it."""
    petition = case.petition
    votes = choice.threshold.votes
    reached = petition.state is State.SUPPORTED and votes is not None and petition.signature_count >= votes
    return Screen(
        join(
            t("<b>Correct the body of № {number}?</b>", number=str(petition.id)),
            bold(petition.title),
            lines(
                t("Responsible: {body}", body=addressee(t, case.body)),
                t("Responsible now: {body}", body=addressee(t, choice.body)),
                votes_words(t, votes, choice.threshold.article),
                t.plural("{count} signature", "{count} signatures", petition.signature_count),
            ),
            t("The threshold is no longer reached: signing goes on.")
            if petition.state is State.SUPPORTED and not reached
            else None,
            t.plural(
                "The author and everybody who signed are told ({count} signature).",
                "The author and everybody who signed are told ({count} signatures).",
                petition.signature_count,
            ),
        ),
        rows(
            Button(
                t.plain("Correct the body"),
                tap=BodyTap(petition.id, petition.version, body_code(choice.body), 1),
            ),
            Button(t.plain("Back"), tap=BodyTap(petition.id, petition.version, None)),
        ),
    )


def _too_long(t: Translator, over: int) -> Html:
    if not over:
        return t("✋ I need it as text. Please write it in a message.")
    if over < 0:
        return t.plural(
            "✋ That is too short by {count} character. Write it out.",
            "✋ That is too short by {count} characters. Write it out.",
            -over,
        )
    return t.plural(
        "✋ The text is {count} character too long. Shorten it and send it again.",
        "✋ The text is {count} characters too long. Shorten it and send it again.",
        over,
    )


def write_screen(
    t: Translator,
    petition: Petition,
    *,
    reason: ReasonText | None = None,
    over: int | None = None,
    unknown: int | None = None,
) -> Screen:
    """Asks for the comment to the author; `over` when the last try was too long (below zero: too short; 0: empty),
    `unknown` the number it named when there is no such other public petition."""
    wanted = (
        t(
            "Write to the author what to correct, best in the petition's language. Up to {limit} characters.",
            limit=COMMENT_MAX,
        )
        if reason is None
        else t("Write a comment to the author. Up to {limit} characters.", limit=COMMENT_MAX)
    )
    back = (
        _back_to_case(t, petition)
        if reason is None
        else Button(t.plain("Back"), tap=DecideTap(petition.id, petition.version, Action.REJECT.value))
        if reason.code == REPETITION
        else Button(t.plain("Back"), tap=ReasonTap(petition.id, petition.version, reason.code))
    )
    return Screen(
        join(
            t("№ {number} <b>{title}</b>", number=str(petition.id), title=petition.title),
            t("Reason: {reason}", reason=reason.text(t.language)) if reason else None,
            _too_long(t, over) if over is not None else None,
            t(
                "✋ There is no other public petition № {number}. Look at the number and write it again.",
                number=str(unknown),
            )
            if unknown is not None
            else None,
            wanted,
            t(
                "Name the petition it repeats by its number, for example № 12: its author is to read which one, "
                "and may sign it."
            )
            if reason is not None and reason.code == REPETITION
            else None,
        ),
        rows(back),
    )


def return_screen(t: Translator, petition: Petition) -> Screen:
    """The comment as the author will read it, before it is sent."""
    return Screen(
        join(
            t("<b>Return № {number} to its author?</b>", number=str(petition.id)),
            lines(t("The author will read:"), quoted(petition.comment or "")),
            t("The author corrects the text and hands it in again."),
        ),
        rows(
            Button(
                t.plain("Return with a comment"),
                tap=DoTap(petition.id, petition.version, Action.RETURN.value, None, 1),
            ),
            Button(
                t.plain("Write it again"),
                tap=DecideTap(petition.id, petition.version, Action.RETURN.value),
            ),
            _back_to_case(t, petition),
        ),
    )


def reasons_screen(t: Translator, petition: Petition, reasons: Sequence[ReasonText]) -> Screen:
    """The reasons a rejection may have."""
    listed = [Html(f"{number}. {safe(reason.text(t.language))}") for number, reason in enumerate(reasons, start=1)]
    return Screen(
        join(
            t("<b>Why is № {number} rejected?</b>", number=str(petition.id)),
            _fitting(listed) if listed else t("The catalogue of reasons is empty; an admin can fill it."),
        ),
        rows(
            *(
                [
                    Button(
                        clip(f"{number}. {reason.text(t.language)}", BUTTON_CHARACTERS),
                        tap=ReasonTap(petition.id, petition.version, reason.code),
                    )
                ]
                for number, reason in enumerate(reasons, start=1)
            ),
            _back_to_case(t, petition),
        ),
    )


def _hits(t: Translator, case: Case) -> list[Html]:
    """Words that point at a forbidden subject, and those that only say that somebody else would help."""
    points = [hit for hit in case.hits if hit.point is not None][:HITS_SHOWN]
    elsewhere = [hit for hit in case.hits if hit.point is None][:HITS_SHOWN]
    heads = (
        (t("⚠️ <b>Words that may point at a forbidden subject</b>"), points),
        (t("ℹ️ <b>Words that another service may be asked with</b>"), elsewhere),
    )
    return [lines(head, *(hit_words(t, hit) for hit in hits)) for head, hits in heads if hits]


def _fitting(listed: Sequence[Html]) -> Html:
    """As many lines as a message holds."""
    kept: list[Html] = []
    for line in listed:
        if shown_length("\n".join([*kept, line])) > MESSAGE_CHARACTERS - 500:
            break
        kept.append(line)
    return lines(*kept)


def reject_screen(
    t: Translator,
    petition: Petition,
    reason: ReasonText,
    *,
    with_comment: bool,
    repeats: Petition | None = None,
) -> Screen:
    """A rejection as the author will read it, before it is sent; `repeats` is the petition it is said to repeat."""
    comment = petition.comment if with_comment else None
    article = None if reason.article == BOT_RULE else article_words(t, reason.article)
    rests_on = t.plain("Article of the law: {article}", article=article) if article else None
    return Screen(
        join(
            t("<b>Reject № {number}?</b>", number=str(petition.id)),
            lines(
                t("The author will read:"),
                quoted("\n".join(part for part in (reason.text(t.language), rests_on, comment) if part)),
            ),
            t("It is said to repeat № {number}: {title}", number=str(repeats.id), title=clip(repeats.title, 90))
            if repeats is not None
            else None,
            t.plural(
                "It is public: it goes out of sight, and the author and everybody who signed are told ({count} "
                "signature).",
                "It is public: it goes out of sight, and the author and everybody who signed are told ({count} "
                "signatures).",
                petition.signature_count,
            )
            if petition.published_at is not None
            else None,
            t("A rejected petition can be restored later; the author may appeal once to another moderator."),
        ),
        rows(
            Button(
                t.plain("Reject"),
                tap=DoTap(petition.id, petition.version, Action.REJECT.value, reason.code, int(with_comment)),
            ),
            Button(
                t.plain("Write it again") if comment else t.plain("Add a comment"),
                tap=ReasonTap(petition.id, petition.version, reason.code, 1),
            ),
            Button(t.plain("Back"), tap=DecideTap(petition.id, petition.version, Action.REJECT.value)),
        ),
    )


# --- the catalogue of reasons ---------------------------------------------------------------------------

PARTS: Final[dict[str, str]] = {
    "kk": N_("Text in Kazakh"),
    "ru": N_("Text in Russian"),
    "en": N_("Text in English"),
    "article": N_("Article of the law"),
}


def catalogue_screen(t: Translator, reasons: Sequence[ReasonText]) -> Screen:
    """All reasons, those that are not offered marked."""

    def label(reason: ReasonText) -> str:
        written = any(reason.texts.values())
        shown = clip(reason.text(t.language), BUTTON_CHARACTERS - 2) if written else t.plain("A reason not written yet")
        return shown if reason.active else f"⏸ {shown}"

    return Screen(
        join(
            t("<b>Reasons for rejection</b>"),
            t("Moderators choose from these. A reason marked ⏸ is not offered."),
        ),
        rows(
            *([Button(label(reason), tap=ReasonEditTap(reason.code, "show"))] for reason in reasons),
            Button(t.plain("Add a reason"), tap=ReasonAddTap()),
            [Button(t.plain("Back"), tap=StaffTap("menu", 0)), Button(t.plain("Main menu"), tap=HomeTap())],
        ),
    )


def reason_screen(t: Translator, reason: ReasonText, notice: Html | None = None) -> Screen:
    """One reason in three languages, and what can be done with it."""
    texts = [
        lines(Html(f"<b>{LANGUAGE_NAMES[language]}</b>"), safe(reason.texts[language] or "—")) for language in LANGUAGES
    ]
    return Screen(
        join(
            notice,
            t("<b>Reason for rejection</b>"),
            *texts,
            t("A rule of the bot, no article of the law.")
            if reason.article == BOT_RULE
            else t("Article of the law: {article}", article=article_words(t, reason.article)),
            None if reason.is_whole else t("It can be offered once it is written in all three languages."),
        ),
        rows(
            *([Button(t.plain(name), tap=ReasonEditTap(reason.code, part))] for part, name in PARTS.items()),
            Button(
                t.plain("Stop offering") if reason.active else t.plain("Offer to moderators"),
                tap=ReasonEditTap(reason.code, "off" if reason.active else "switch"),
            )
            if reason.is_whole
            else None,
            Button(t.plain("Back"), tap=ReasonsTap()),
        ),
    )


def _used_words(t: Translator, uses: int) -> Html | None:
    if not uses:
        return None
    return t.plural(
        "{count} petition stands rejected with this reason; its author sees the words as they are now.",
        "{count} petitions stand rejected with this reason; their authors see the words as they are now.",
        uses,
    )


def reason_off_screen(t: Translator, reason: ReasonText, uses: int) -> Screen:
    """What offering a reason no more does, before it does it."""
    return Screen(
        join(
            t("<b>Offer this reason no more?</b>"),
            quoted(reason.text(t.language)),
            _used_words(t, uses),
            t("It stays in the catalogue and can be offered again."),
        ),
        rows(
            Button(t.plain("Stop offering"), tap=ReasonEditTap(reason.code, "switch")),
            Button(t.plain("Back"), tap=ReasonEditTap(reason.code, "show")),
        ),
    )


def _standing(t: Translator, reason: ReasonText, part: str) -> str:
    """One part of a reason as it stands, in words."""
    if part != "article":
        return reason.texts[as_language(part)]
    return t.plain("A rule of the bot, no article of the law.") if reason.article == BOT_RULE else reason.article


def reason_save_screen(t: Translator, reason: ReasonText, part: str, words: str, uses: int) -> Screen:
    """The new words of a reason, before they count."""
    now = _standing(t, reason, part)
    return Screen(
        join(
            lines(t("<b>Save these words?</b>"), t(PARTS[part])),
            lines(t("Now:"), quoted(now)) if now else None,
            lines(t("New:"), quoted(words)),
            _used_words(t, uses),
            t("To word it anew, just write it again."),
        ),
        rows(
            Button(t.plain("Save"), tap=ReasonEditTap(reason.code, f"save_{part}")),
            Button(t.plain("Back"), tap=ReasonEditTap(reason.code, "show")),
        ),
    )


def word_screen(t: Translator, reason: ReasonText, part: str, over: int | None = None) -> Screen:
    """Asks for one part of a reason; `over` when the last try was too long (or empty, 0)."""
    now = _standing(t, reason, part)
    return Screen(
        join(
            Html(f"<b>{t(PARTS[part])}</b>"),
            _too_long(t, over) if over is not None else None,
            t(
                "Write it in a message, up to {limit} characters.",
                limit=ARTICLE_MAX if part == "article" else REASON_MAX,
            ),
            lines(t("Now:"), quoted(now)) if now else None,
        ),
        rows(Button(t.plain("Back"), tap=ReasonEditTap(reason.code, "show"))),
    )

"""What a petition and lists of petitions look like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from bot.i18n import N_, Html, Translator, bold, safe
from bot.law.calendar import WorkingCalendar, local_date, months_after
from bot.law.naming import article_words
from bot.officials.rules import best_language
from bot.petitions.follow_up.rules import numbers
from bot.petitions.follow_up.views import check_buttons, deed_line, satisfaction_line
from bot.petitions.models import Petition
from bot.petitions.naming import addressee
from bot.petitions.reading.queries import Annulled, Card, Listed, ListKind
from bot.petitions.rules import ENDED, LIVE_KIND, OPEN_FOR_WITHDRAWAL, REPORTABLE, TRANSITIONS, Action, Outcome, State
from bot.petitions.twins.taps import RetireTap
from bot.places.bodies import Body
from bot.places.tree import Place
from bot.screen import Button, Live, Picture, Rows, Screen, Tap, rows

GROWTH_PICTURE: Final = "growth"
POSTER_PICTURE: Final = "poster"
BAR_CELLS: Final = 12
ASK_ON_CARD: Final = 320
"""Characters of the demand that fit on a card of one screen."""
COMMENT_ON_CARD: Final = 400
"""Characters of a moderator's words there; the author has them whole in a message."""
ANSWER_ON_CARD: Final = 400
"""Characters of the body's decision there; the whole of it has a screen of its own."""
ANSWER_ON_PAGE: Final = 3500
TITLE_IN_LIST: Final = 90


class OpenPetitionTap(Tap, prefix="pt"):
    """Show a petition's card, from a message about it."""

    number: int


class EntryTap(Tap, prefix="pe"):
    """Show the card of an entry of a list, to which Back leads then."""

    number: int
    kind: str
    page: int


class CardTap(Tap, prefix="pc"):
    """Back to a card, with the key of the direct link while the petition is not public."""

    number: int
    key: str | None


class FullTextTap(Tap, prefix="px"):
    """Show the whole text."""

    number: int
    key: str | None


class AnswerTap(Tap, prefix="pa"):
    """Show a page of the whole decision."""

    number: int
    key: str | None
    page: int


class GrowthTap(Tap, prefix="pg"):
    """Send a picture of how the count grew."""

    number: int
    key: str | None


class ShareTap(Tap, prefix="ps"):
    """Show the ways of sharing."""

    number: int
    key: str | None


class PosterTap(Tap, prefix="pq"):
    """Send a poster with a QR code."""

    number: int
    key: str | None


class FollowTap(Tap, prefix="pf"):
    """Follow (1) or follow no more (0)."""

    number: int
    key: str | None
    on: int


class PinTap(Tap, prefix="nx"):
    """Make this message the one about the petition (1), an ordinary card again (0), or open the petition beside (2)."""

    number: int
    key: str | None
    on: int


class WithdrawPetitionTap(Tap, prefix="pw"):
    """The author takes the petition back: ask (0), then do it (1)."""

    number: int
    sure: int


class FindTap(Tap, prefix="fd"):
    """The ways of finding a petition."""


class WordsTap(Tap, prefix="fw"):
    """Ask for words to search by."""


class TopicsTap(Tap, prefix="fz"):
    """Show the topics, near the person ("near") or everywhere ("all")."""

    scope: str


class ListTap(Tap, prefix="ls"):
    """One page of a list."""

    kind: str
    page: int


class MineTap(Tap, prefix="my"):
    """What is mine: drafts, petitions, signatures, followed."""


class BackTap(Tap, prefix="bk"):
    """From a card back to the list it was opened from, or to the ways of finding."""


class SignTap(Tap, prefix="sg"):
    """Ask whether to sign."""

    number: int
    key: str | None


class ReportTap(Tap, prefix="rp"):
    """Report a petition: choose what is wrong with it."""

    number: int


class AppealTap(Tap, prefix="ap"):
    """The author appeals against a rejection."""

    number: int


class UnsignTap(Tap, prefix="un"):
    """Take the signature back: ask (0), then do it (1)."""

    number: int
    key: str | None
    sure: int


WITHDRAWABLE: Final = frozenset(row.source for row in TRANSITIONS if row.action is Action.WITHDRAW)
"""States in which the author can take the petition back."""

LANGUAGE_OF_TEXT: Final[dict[str, str]] = {
    "kk": N_("Written in Kazakh"),
    "ru": N_("Written in Russian"),
    "en": N_("Written in English"),
}

LIST_TITLES: Final[dict[ListKind, str]] = {
    ListKind.NEAR: N_("📍 Near me"),
    ListKind.POPULAR: N_("🔥 Popular"),
    ListKind.NEW: N_("🆕 New"),
    ListKind.CLOSING: N_("⌛ Closing soon"),
    ListKind.ANSWERED: N_("📣 Answered"),
    ListKind.WORDS: N_("🔎 Found"),
    ListKind.MINE: N_("✍️ My petitions"),
    ListKind.SIGNED: N_("✅ Signed by me"),
    ListKind.FOLLOWED: N_("👀 Followed"),
}


def progress_bar(count: int, needed: int) -> str:
    """A bar of twelve cells; full only when the number is reached, never empty once somebody signed."""
    share = min(count / needed, 1.0) if needed > 0 else 0.0
    filled = int(share * BAR_CELLS)
    if count > 0:
        filled = max(filled, 1)
    return "▰" * filled + "▱" * (BAR_CELLS - filled)


def shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,.;:–-") + "…"


def numbered(petition: Petition) -> Html:
    """Number and title, as every message about a petition names it."""
    return Html(f"№ {petition.id} {bold(petition.title)}")


def count_line(t: Translator, count: int, needed: int | None) -> Html:
    """The count against what is needed, or alone where the threshold is not known."""
    if needed is None:
        return t.plural("{count} signature", "{count} signatures", count)
    # "Of" takes the genitive in Russian, and which one depends on the number that is needed.
    return t.plural("{signed} of {count} signature", "{signed} of {count} signatures", needed, signed=count)


def supporters_line(t: Translator, petition: Petition) -> Html:
    """How many supporters there are of those it needs before anything else."""
    return t.plural(
        "{joined} of {count} supporter",
        "{joined} of {count} supporters",
        petition.supporters_needed,
        joined=petition.signature_count,
    )


def standing_line(t: Translator, petition: Petition) -> Html:
    """The count against what is needed in the present state."""
    if petition.state is State.GATHERING:
        return supporters_line(t, petition)
    return count_line(t, petition.signature_count, petition.threshold_votes)


def days_line(t: Translator, days: int) -> Html:
    """How many days are left until the last one."""
    if days < 0:
        return t("signing is over")
    if days == 0:
        return t("last day")
    return t.plural("{count} day left", "{count} days left", days)


def percent_line(t: Translator, count: int, needed: int) -> str:
    """How much of what is needed is there, in whole percent: 100 not before the number is reached, never more."""
    return t.percent(min(count * 100 // needed, 100) / 100 if needed > 0 else 1.0)


def state_lines(t: Translator, card: Card, today: date, calendar: WorkingCalendar) -> list[Html]:
    """Where the petition stands, with the numbers and dates that matter now."""
    petition = card.petition
    count, needed = petition.signature_count, petition.threshold_votes
    if petition.hidden_since is not None and petition.state is not State.REJECTED:
        return [
            t("🔎 Under review: readers reported it, and a moderator is looking at it."),
            t("Signing rests until then; the days lost are given back."),
            count_line(t, count, needed),
        ]
    match petition.state:
        case State.GATHERING:
            last = petition.supporters_by or today
            return [
                Html(progress_bar(count, petition.supporters_needed)),
                Html(f"{supporters_line(t, petition)} · {_working_days_line(t, calendar, today, last)}"),
                t("🔗 By direct link only: first it needs supporters, then a moderator checks it."),
            ]
        case State.MODERATION:
            due = petition.moderation_due
            return [
                supporters_line(t, petition),
                t("🕓 A moderator is checking it; the answer is due by {date}.", date=t.date(due or today)),
            ]
        case State.RETURNED:
            lines = [supporters_line(t, petition)]
            # The moderator's words are for the author; everybody else learns only where the petition stands.
            if card.is_author:
                remark = shortened(petition.comment or "", COMMENT_ON_CARD)
                lines.append(t("✏️ Returned to you: {comment}", comment=remark))
            else:
                lines.append(t("✏️ Returned to the author for correction."))
            return lines
        case State.REJECTED:
            lines = [t("⛔ Rejected by a moderator.")]
            if card.reason is not None:
                reason = str(getattr(card.reason, f"text_{t.language}"))
                article = card.reason.article
                rests = "" if article == "bot" else f" ({article_words(t, article)})"
                lines.append(t("Reason: {reason}", reason=f"{reason}{rests}"))
            if petition.twin_id is not None:
                lines.append(t("It repeats № {number}.", number=str(petition.twin_id)))
            # What was taken out of sight may stand in the moderator's words too.
            if petition.comment and not card.is_veiled:
                comment = shortened(petition.comment, COMMENT_ON_CARD)
                lines.append(t("The moderator's words: {comment}", comment=comment))
            return lines
        case State.LAPSED:
            return [t("⌛ The time for finding supporters is over."), supporters_line(t, petition)]
        case State.PUBLISHED:
            left = days_line(t, ((petition.closes_on or today) - today).days)
            lines = []
            if needed is not None:
                lines.append(Html(f"{progress_bar(count, needed)} {percent_line(t, count, needed)}"))
            lines.append(Html(f"{count_line(t, count, needed)} · {left}"))
            if needed is None:
                lines.append(t("The threshold is not known: this place has no population figure yet."))
            return lines
        case State.SUPPORTED:
            return [
                Html(f"{progress_bar(count, needed or 1)} {t('🎉 Threshold reached')}"),
                count_line(t, count, needed),
                t("It is being sent to the body."),
            ]
        case State.SENT:
            return [
                count_line(t, count, needed),
                t("📨 Sent to the body on {date}.", date=_day(t, petition.sent_at)),
                *_unheard(t, card),
            ]
        case State.CONSIDERING:
            due = petition.due_on or today
            lines = [
                count_line(t, count, needed),
                t("📥 Under consideration; the answer is due by {date}.", date=t.date(due)),
            ]
            if today > due:
                lines.append(t("The term is over. Silence counts as a refusal and can be appealed (art. 91)."))
            return [*lines, *_unheard(t, card), *_announced(t, card, today)]
        case State.DECIDED:
            outcome = {
                Outcome.SATISFIED: t("📣 Satisfied"),
                Outcome.PARTLY: t("📣 Satisfied in part"),
                Outcome.REFUSED: t("📣 Refused"),
            }[petition.outcome or Outcome.REFUSED]
            lines = [Html(f"<b>{outcome}</b> · {_day(t, petition.decided_at)}"), count_line(t, count, needed)]
            short = _short_answer(t, card)
            if short:
                lines.append(Html(f"<blockquote>{safe(shortened(short, ANSWER_ON_CARD))}</blockquote>"))
            return [*lines, *_after_decision(t, card)]
        case State.WITHDRAWN:
            if petition.twin_id is not None:
                retired = t("Retired by its author for № {number} on the same matter.", number=str(petition.twin_id))
                return [retired, count_line(t, count, None)]
            return [t("Withdrawn by its author."), count_line(t, count, None)]
        case State.EXPIRED:
            return [
                t("⌛ Signing is over."),
                count_line(t, count, needed),
                t("It went to the body as a message or proposal (art. 90-3(5))."),
            ]


def _unheard(t: Translator, card: Card) -> list[Html]:
    """That nobody of the body reads what comes here."""
    if card.work is None or card.work.has_official:
        return []
    return [t("📪 Nobody of this body is in the bot yet. The admins have been asked to invite somebody.")]


def _announced(t: Translator, card: Card, today: date) -> list[Html]:
    """The public discussion that is to come, and that there is a working group."""
    lines: list[Html] = []
    discussion = card.work.discussion if card.work is not None else None
    if discussion is not None and discussion.held_at is not None and local_date(discussion.held_at) >= today:
        where, when = shortened(discussion.words, 120), t.date_time(discussion.held_at)
        lines.append(t("🗣 Public discussion: {time}, {place}", time=when, place=where))
    if card.work is not None and card.work.group is not None:
        lines.append(t("👥 The working group is announced."))
    return lines


def _short_answer(t: Translator, card: Card) -> str | None:
    """The decision in short, in the reader's language where the body wrote it in that."""
    written = card.work.summaries if card.work is not None else {}
    if not written:
        return card.petition.answer
    return written[best_language(written, t.language, card.petition.language)]


def _after_decision(t: Translator, card: Card) -> list[Html]:
    """What signers say of the answer, and whether what was promised is done."""
    petition, check = card.petition, card.check
    if check is None or petition.decided_at is None:
        return []
    decided = local_date(petition.decided_at)
    promises = petition.outcome in {Outcome.SATISFIED, Outcome.PARTLY}
    asks = petition.outcome is Outcome.SATISFIED
    ask_on = months_after(decided, numbers().ask_after_months) if asks else None
    lines = (satisfaction_line(t, check), deed_line(t, check, decided if promises else None, ask_on))
    return [line for line in lines if line is not None]


def _working_days_line(t: Translator, calendar: WorkingCalendar, today: date, last: date) -> Html:
    left = calendar.days_left(today, last)
    if today > last:
        return t("time is over")
    if left <= 0:
        return t("last day")
    return t.plural("{count} working day left", "{count} working days left", left)


def _day(t: Translator, moment: datetime | None) -> str:
    return t.date(moment) if moment is not None else "—"


def responsible_line(t: Translator, body: Body | None) -> Html:
    """Who answers; a body whose place has left the list of places has no name any more."""
    return t("Responsible: {body}", body=addressee(t, body, cap=False))


def card_text(
    t: Translator, card: Card, place: Place | None, body: Body | None, today: date, calendar: WorkingCalendar
) -> Html:
    """A petition on one screen."""
    petition = card.petition
    where = place.name(t.language) if place is not None else "—"
    if card.is_veiled:
        return Html("\n".join([bold(f"№ {petition.id}"), "", *state_lines(t, card, today, calendar)]))
    parts = [
        bold(petition.title),
        safe(f"№ {petition.id} · {where}"),
        Html(""),
        safe(shortened(petition.ask, ASK_ON_CARD)),
        Html(""),
        *state_lines(t, card, today, calendar),
        responsible_line(t, body),
    ]
    if petition.language != t.language:
        parts.append(Html(f"<i>{t(LANGUAGE_OF_TEXT[petition.language])}</i>"))
    if card.receipt is not None:
        parts += [Html(""), t("✅ You have signed. Receipt: <code>{receipt}</code>", receipt=card.receipt)]
    elif card.annulled is not None:
        parts += [Html(""), annulled_line(t, card.annulled)]
    return Html("\n".join(parts))


ANNULMENT_GROUNDS: Final[dict[str, str]] = {
    "fresh": N_("many new accounts signed within a short time"),
    "bought": N_("signs of signatures made for money or by a program"),
    "same_hand": N_("signs that one person signed many times"),
}
"""Why signatures were annulled, by `Annulment.ground`."""


def annulled_line(t: Translator, annulled: Annulled) -> Html:
    """To its owner: that a signature does not count, since when and why."""
    return t(
        "⚠️ Your signature {receipt} does not count: a moderator annulled it on {date} together with others "
        "({ground}). If you signed yourself, write to the operator (see /privacy).",
        receipt=annulled.receipt,
        date=_day(t, annulled.at),
        ground=t(ANNULMENT_GROUNDS.get(annulled.ground, ANNULMENT_GROUNDS["fresh"])),
    )


def card_screen(
    t: Translator,
    card: Card,
    place: Place | None,
    body: Body | None,
    today: date,
    calendar: WorkingCalendar,
    *,
    is_open: bool,
    correct: Tap | None = None,
) -> Screen:
    """The card in a private chat. `correct` leads the author of a returned petition to correcting it."""
    petition, key = card.petition, card.key
    is_mine = card.is_author or card.follows or card.receipt is not None
    can_withdraw_petition = card.is_author and petition.state in WITHDRAWABLE and petition.hidden_since is None
    can_report = petition.state in REPORTABLE and petition.hidden_since is None and not card.is_author
    can_withdraw_signature = card.receipt is not None and petition.state in OPEN_FOR_WITHDRAWAL
    has_more = petition.state is State.DECIDED and len(petition.answer or "") > ANSWER_ON_CARD
    if card.is_veiled:
        return Screen(
            card_text(t, card, place, body, today, calendar),
            rows(
                Button(t.plain("Withdraw my signature"), tap=UnsignTap(petition.id, key, 0))
                if can_withdraw_signature
                else None,
                Button(t.plain("Back"), tap=BackTap()),
            ),
            live=Live(LIVE_KIND, petition.id),
        )
    return Screen(
        card_text(t, card, place, body, today, calendar),
        rows(
            Button(t.plain("✏️ Correct it"), tap=correct) if correct is not None else None,
            Button(t.plain("✍️ Sign"), tap=SignTap(petition.id, key))
            if is_open and not card.receipt and card.annulled is None
            else None,
            Button(t.plain("Open № {number}", number=str(petition.twin_id)), tap=OpenPetitionTap(petition.twin_id))
            if petition.twin_id is not None
            else None,
            Button(t.plain("Appeal"), tap=AppealTap(petition.id))
            if card.is_author and petition.state is State.REJECTED
            else None,
            Button(t.plain("The whole answer"), tap=AnswerTap(petition.id, key, 0)) if has_more else None,
            *(check_buttons(t, petition.id, card.check) if card.check is not None else ()),
            [
                Button(t.plain("Full text"), tap=FullTextTap(petition.id, key)),
                Button(t.plain("Growth"), tap=GrowthTap(petition.id, key)),
            ],
            [
                Button(t.plain("Share"), tap=ShareTap(petition.id, key)),
                Button(
                    t.plain("Unfollow") if card.follows else t.plain("Follow"),
                    tap=FollowTap(petition.id, key, 0 if card.follows else 1),
                ),
            ],
            Button(t.plain("📌 Keep one message up to date"), tap=PinTap(petition.id, key, 1))
            if is_mine and petition.state not in ENDED
            else None,
            Button(t.plain("Withdraw my signature"), tap=UnsignTap(petition.id, key, 0))
            if can_withdraw_signature
            else None,
            Button(t.plain("Withdraw the petition"), tap=WithdrawPetitionTap(petition.id, 0))
            if can_withdraw_petition
            else None,
            [
                *([Button(t.plain("Report"), tap=ReportTap(petition.id))] if can_report else []),
                Button(t.plain("Back"), tap=BackTap()),
            ],
        ),
        live=Live(LIVE_KIND, petition.id),
    )


def group_card_screen(
    t: Translator,
    card: Card,
    place: Place | None,
    body: Body | None,
    today: date,
    calendar: WorkingCalendar,
    *,
    is_open: bool,
    bot_username: str,
) -> Screen:
    """The card in a group or sent through inline mode: signing goes on in the private chat.

    Everybody there reads it, so it says nothing about whoever asked for it.
    """
    check = card.check.for_everybody() if card.check is not None else None
    card = replace(card, receipt=None, follows=False, is_author=False, is_staff=False, annulled=None, check=check)
    petition = card.petition
    reference = f"{petition.id}_{card.key}" if card.key else str(petition.id)
    link = f"https://t.me/{bot_username}?start="
    return Screen(
        card_text(t, card, place, body, today, calendar),
        rows(
            Button(t.plain("✍️ Sign"), url=f"{link}ps_{reference}") if is_open else None,
            Button(t.plain("Open the petition"), url=f"{link}p_{reference}") if not card.is_veiled else None,
        ),
        live=Live(LIVE_KIND, petition.id),
    )


def full_text_screen(t: Translator, card: Card) -> Screen:
    """The whole text with what it rests on. Title, demand and reasons fit one message by their limits."""
    petition = card.petition
    parts = [
        bold(petition.title),
        Html(""),
        t("<b>What we ask</b>"),
        safe(petition.ask),
        Html(""),
        t("<b>Why</b>"),
        safe(petition.why),
        Html(""),
        Html(f"<i>{t(LANGUAGE_OF_TEXT[petition.language])} · {_day(t, petition.opened_at)}</i>"),
    ]
    if petition.threshold_votes is not None and petition.population is not None:
        parts.append(
            t(
                "<i>Threshold: {votes} ({article}), an estimate from {population} residents in {year}.</i>",
                votes=petition.threshold_votes,
                article=article_words(t, petition.threshold_article),
                population=petition.population,
                year=str(petition.population_year or "—"),
            )
        )
    elif petition.threshold_votes is not None:
        parts.append(
            t(
                "<i>Threshold: {votes} ({article}).</i>",
                votes=petition.threshold_votes,
                article=article_words(t, petition.threshold_article),
            )
        )
    return Screen(Html("\n".join(parts)), rows(Button(t.plain("Back"), tap=CardTap(petition.id, card.key))))


def _pages(text: str, size: int) -> list[str]:
    """A text in pieces of at most `size` characters, cut between words."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > size:
        at = max(rest.rfind("\n", 0, size), rest.rfind(" ", 0, size))
        at = at if at > size // 2 else size
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest]


def answer_screen(t: Translator, card: Card, page: int) -> Screen:
    """The whole decision, a page of it."""
    petition = card.petition
    pieces = _pages(petition.answer or "—", ANSWER_ON_PAGE)
    page = min(max(page, 0), len(pieces) - 1)
    head = t("<b>The answer to petition № {number}</b>", number=str(petition.id))
    of_all = t("Page {page} of {pages}", page=page + 1, pages=len(pieces))
    foot = Html(f"\n\n<i>{of_all}</i>") if len(pieces) > 1 else ""
    turn = [
        Button("‹", tap=AnswerTap(petition.id, card.key, page - 1)) if page > 0 else None,
        Button("›", tap=AnswerTap(petition.id, card.key, page + 1)) if page + 1 < len(pieces) else None,
    ]
    return Screen(
        Html(f"{head}\n\n{safe(pieces[page])}{foot}"),
        rows(
            [button for button in turn if button is not None],
            Button(t.plain("Back"), tap=CardTap(petition.id, card.key)),
        ),
    )


def share_screen(t: Translator, card: Card, link: str) -> Screen:
    """The ways of sharing: a link, any chat, a poster."""
    petition = card.petition
    share = f"p{petition.id}_{card.key}" if card.key else f"p{petition.id}"
    parts = [
        t("<b>Share the petition</b>"),
        numbered(petition),
        Html(""),
        Html(link),
    ]
    if card.key is not None:
        parts += [Html(""), t("The petition is not public yet: only people with this link see it.")]
    return Screen(
        Html("\n".join(parts)),
        rows(
            Button(t.plain("Send to a chat"), share=share),
            [
                Button(t.plain("Copy the link"), copy=link),
                Button(t.plain("QR poster"), tap=PosterTap(petition.id, card.key)),
            ],
            Button(t.plain("Back"), tap=CardTap(petition.id, card.key)),
        ),
    )


def growth_screen(t: Translator, card: Card) -> Screen:
    """The picture of growth."""
    petition = card.petition
    return Screen(
        Html(f"{bold(petition.title)}\n{standing_line(t, petition)}"),
        rows(Button(t.plain("Open the petition"), tap=CardTap(petition.id, card.key))),
        picture=Picture(GROWTH_PICTURE, petition.id, t.language),
    )


def poster_screen(t: Translator, card: Card, link: str) -> Screen:
    """The poster, as a picture with the link in its caption."""
    return Screen(
        Html(f"{t('Print it, hang it up, or send it on.')}\n{link}"),
        rows(Button(t.plain("Open the petition"), tap=CardTap(card.petition.id, card.key))),
        picture=Picture(POSTER_PICTURE, card.petition.id, t.language),
    )


def find_screen(t: Translator, place: Place | None, home: Tap) -> Screen:
    """The ways of finding a petition."""
    near = t("“Near me” means {place} and the areas it is part of.", place=place.name(t.language)) if place else None
    text = t("<b>Find a petition</b>\nWrite a few words in any language, or choose a list.")
    return Screen(
        Html(f"{text}\n\n{near}") if near else text,
        rows(
            [_list_button(t, ListKind.NEAR), _list_button(t, ListKind.POPULAR)],
            [_list_button(t, ListKind.NEW), _list_button(t, ListKind.CLOSING)],
            [_list_button(t, ListKind.ANSWERED), Button(t.plain("🗂 By topic"), tap=TopicsTap("near"))],
            Button(t.plain("🔎 Search by words"), tap=WordsTap()),
            Button(t.plain("Main menu"), tap=home),
        ),
    )


def _list_button(t: Translator, kind: ListKind, page: int = 0) -> Button:
    return Button(t.plain(LIST_TITLES[kind]), tap=ListTap(kind.value, page))


def ask_words_screen(t: Translator) -> Screen:
    """Asks what to search for."""
    return Screen(
        t("🔎 Write one to five words: <i>street lighting, bus, kindergarten…</i>"),
        rows(Button(t.plain("Back"), tap=FindTap())),
    )


def entry_facts(t: Translator, petition: Petition, place: Place | None, today: date) -> Html:
    """Count, what is left and place, in one line of a list."""
    facts: list[str] = []
    match petition.state:
        case State.GATHERING:
            facts.append(supporters_line(t, petition))
        case State.PUBLISHED:
            facts.append(count_line(t, petition.signature_count, petition.threshold_votes))
            facts.append(days_line(t, ((petition.closes_on or today) - today).days))
        case _:
            facts.append(t(STATE_WORDS[petition.state]))
            facts.append(t.plural("{count} signature", "{count} signatures", petition.signature_count))
    if place is not None:
        facts.append(safe(place.name(t.language)))
    return Html(" · ".join(facts))


def entry(t: Translator, index: int, petition: Petition, place: Place | None, today: date) -> Html:
    """One petition in a list: title, count, what is left, place."""
    title = Html(f"{index}. {bold(shortened(petition.title, TITLE_IN_LIST))}")
    return Html(f"{title}\n{entry_facts(t, petition, place, today)}")


STATE_WORDS: Final[dict[State, str]] = {
    State.GATHERING: N_("gathering supporters"),
    State.MODERATION: N_("with the moderator"),
    State.RETURNED: N_("returned to the author"),
    State.REJECTED: N_("rejected"),
    State.LAPSED: N_("too few supporters"),
    State.PUBLISHED: N_("signing is open"),
    State.SUPPORTED: N_("threshold reached"),
    State.SENT: N_("sent to the body"),
    State.CONSIDERING: N_("under consideration"),
    State.DECIDED: N_("answered"),
    State.WITHDRAWN: N_("withdrawn"),
    State.EXPIRED: N_("signing is over"),
}


def page_line(t: Translator, listed: Listed) -> Html:
    """Which page of how many this is."""
    if listed.pages is None:
        return t("Page {page}", page=listed.page + 1)
    return t("Page {page} of {pages}", page=listed.page + 1, pages=listed.pages)


def list_screen(
    t: Translator,
    listed: Listed,
    places: dict[str, Place],
    today: date,
    *,
    back: Tap,
    ask_place: Tap | None = None,
    start: Tap | None = None,
) -> Screen:
    """One page of a list, with the petitions' numbers in the list as buttons."""
    title = bold(t.plain(LIST_TITLES[listed.kind]))
    if listed.kind is ListKind.WORDS and listed.words:
        title = Html(f"{title}: {safe(shortened(listed.words, 60))}")
    if not listed.petitions:
        empty = _empty_words(t, listed.kind, known_place=ask_place is None)
        return Screen(
            Html(f"{title}\n\n{empty}"),
            rows(
                Button(t.plain("📍 Say where I live"), tap=ask_place) if ask_place is not None else None,
                Button(t.plain("✍️ Start a petition"), tap=start) if start is not None else None,
                Button(t.plain("Back"), tap=back),
            ),
        )
    entries = [
        entry(t, index, petition, places.get(petition.place_key), today)
        for index, petition in enumerate(listed.petitions, start=1)
    ]
    turn = [
        Button("‹", tap=ListTap(listed.kind.value, listed.page - 1)) if listed.page > 0 else None,
        Button("›", tap=ListTap(listed.kind.value, listed.page + 1)) if listed.has_next else None,
    ]
    page = page_line(t, listed) if listed.page > 0 or listed.has_next else None
    text = Html("\n\n".join([title, *entries]))
    return Screen(
        Html(f"{text}\n\n<i>{page}</i>") if page else text,
        rows(
            [
                Button(str(index), tap=EntryTap(petition.id, listed.kind.value, listed.page))
                for index, petition in enumerate(listed.petitions, start=1)
            ],
            [button for button in turn if button is not None],
            Button(t.plain("✍️ Start a petition"), tap=start) if start is not None else None,
            Button(t.plain("Back"), tap=back),
        ),
    )


def _empty_words(t: Translator, kind: ListKind, *, known_place: bool) -> Html:
    match kind:
        case ListKind.NEAR:
            if not known_place:
                return t("Tell me where you live, and I will show what is signed near you.")
            return t("Nothing near you yet. You can be the first.")
        case ListKind.WORDS:
            return t("Nothing found. Try other words or start a petition.")
        case ListKind.ANSWERED:
            return t("No petition has been answered yet.")
        case ListKind.MINE:
            return t("You have not started a petition yet.")
        case ListKind.SIGNED:
            return t("You have not signed a petition yet.")
        case ListKind.FOLLOWED:
            return t("You follow no petition yet. Tap Follow on a petition to hear what becomes of it.")
        case _:
            return t("No petition is open at the moment. You can start the first.")


def mine_screen(t: Translator, counts: dict[ListKind, int], drafts: Rows, home: Tap) -> Screen:
    """What is mine, with counts; drafts first, since they wait for me."""
    return Screen(
        t("<b>My petitions</b>\nDrafts, what you started, signed and follow."),
        (
            *drafts,
            *rows(
                *(
                    Button(
                        f"{t.plain(LIST_TITLES[kind])}: {t.number(counts.get(kind, 0))}",
                        tap=ListTap(kind.value, 0),
                    )
                    for kind in (ListKind.MINE, ListKind.SIGNED, ListKind.FOLLOWED)
                ),
                Button(t.plain("Main menu"), tap=home),
            ),
        ),
    )


def withdraw_petition_screen(t: Translator, card: Card) -> Screen:
    """Asks the author whether to take the petition back, with what will happen."""
    petition = card.petition
    return Screen(
        Html(
            f"{t('<b>Withdraw the petition?</b>')}\n"
            f"{numbered(petition)}\n\n"
            + t.plural(
                "Signing ends at once, and the {count} person who signed is told. This cannot be undone.",
                "Signing ends at once, and all {count} people who signed are told. This cannot be undone.",
                petition.signature_count,
            )
        ),
        rows(
            Button(t.plain("Yes, withdraw it"), tap=WithdrawPetitionTap(petition.id, 1)),
            Button(t.plain("Retire it for another petition"), tap=RetireTap(petition.id, None, 0)),
            Button(t.plain("Back"), tap=CardTap(petition.id, card.key)),
        ),
    )


def ask_number_screen(t: Translator, home: Tap | None) -> Screen:
    """How to name a petition; `home` is left out in a group."""
    return Screen(
        t("Write the petition's number after the command: /petition 12"),
        rows(
            *(
                (Button(t.plain("🔎 Find"), tap=FindTap()), Button(t.plain("Main menu"), tap=home))
                if home is not None
                else ()
            )
        ),
    )


def missing_screen(t: Translator, home: Tap) -> Screen:
    """There is no such petition, or not for this person."""
    return Screen(
        t("There is no such petition, or it is not public yet. Ask its author for the direct link."),
        rows(Button(t.plain("🔎 Find"), tap=FindTap()), Button(t.plain("Main menu"), tap=home)),
    )


def result_description(t: Translator, petition: Petition, place: Place | None) -> str:
    """The second line of an inline result, without formatting."""
    count = str(standing_line(t, petition))
    return f"{count} · {place.name(t.language)}" if place is not None else count


def state_count_line(t: Translator, state: State, count: int) -> Html:
    """How many petitions stand in a state, for the admin's numbers."""
    return Html(f"{t(STATE_WORDS[state])}: {t.number(count)}")


def greeting_screen(t: Translator, home: Tap, start: Tap) -> Screen:
    """The answer to a greeting: what can be done here."""
    return Screen(
        t("👋 Hello! Tell me in a sentence what should change where you live, or choose below."),
        rows(
            [Button(t.plain("🔎 Find"), tap=FindTap()), Button(t.plain("✍️ Start a petition"), tap=start)],
            Button(t.plain("Main menu"), tap=home),
        ),
    )

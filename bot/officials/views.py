"""What officials see: the inbox, a petition with its clock and history, the steps of considering, their desk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from bot.i18n import LANGUAGE_NAMES, N_, Html, Translator, as_language, bold, kazakh_order, safe
from bot.language.moment import MomentUnread, read_day
from bot.law.naming import article_words
from bot.law.rules import Term
from bot.officials.models import Absence, Announcement, GroupInbox, OfficialDraft
from bot.officials.queries import Colleague, Inbox
from bot.officials.rules import GROUP_MAX, WORDS_MAX, DraftKind, Section, Step, share_of
from bot.officials.service import NAME_MAX, REASON_MAX, Case, Elsewhere, Invited
from bot.petitions.models import Petition, PetitionEvent
from bot.petitions.reading.views import OpenPetitionTap, count_line, numbered
from bot.petitions.rules import Action, Outcome, State
from bot.petitions.writing.views import (
    BUTTON_CHARACTERS,
    MESSAGE_CHARACTERS,
    clip,
    join,
    lines,
    quoted,
    shown_length,
    term_words,
    votes_words,
)
from bot.places.bodies import Body, body_by_key, body_code
from bot.places.tree import Gazetteer
from bot.residents.staff.views import PAGE, InviteBodyTap
from bot.residents.views import StaffTap, back_button, home_button
from bot.screen import Button, Live, Screen, Tap, rows


class InboxTap(Tap, prefix="ib"):
    """A page of a section of the inbox; `mine` is 1 for what is assigned to the reader, `body` -1 for all bodies."""

    section: str
    mine: int
    body: int
    page: int


class DecisionTap(Tap, prefix="od"):
    """Read a version of a decision (0: the newest) in a language, a page of it; `documents` 1 brings them too."""

    petition: int
    version: int
    language: str
    page: int
    documents: int


class CaseTap(Tap, prefix="oc"):
    """Open a petition of one's body."""

    petition: int


class AsSeenTap(Tap, prefix="of"):
    """A petition of one's body as residents see it."""

    petition: int


class HistoryTap(Tap, prefix="oh"):
    """What happened to a petition."""

    petition: int


class StepTap(Tap, prefix="os"):
    """Set out to do something with a petition: say what will happen, or ask for what is needed."""

    petition: int
    version: int
    step: str


class DoTap(Tap, prefix="ox"):
    """Do it."""

    petition: int
    version: int
    step: str


class ToBodyTap(Tap, prefix="on"):
    """Choose the body whose matter a petition is."""

    petition: int
    version: int
    body: str


class ToMinistriesTap(Tap, prefix="oq"):
    """Show the ministries among which that body may be."""

    petition: int
    version: int


class PassTap(Tap, prefix="op"):
    """Pass the petition on to it."""

    petition: int
    version: int
    body: str


class AssignTap(Tap, prefix="oa"):
    """Give a petition to a colleague; 0: to everybody."""

    petition: int
    version: int
    to: int


class WriteTap(Tap, prefix="ow"):
    """Write a part of an announcement anew: "moment" or "words"; "discard" asks whether to throw it away, "sure"
    does."""

    petition: int
    version: int
    kind: str
    what: str


class DayTap(Tap, prefix="oy"):
    """Choose the day of a discussion, then `hour` ("" asks)."""

    petition: int
    version: int
    day: str
    hour: str


class DeskTap(Tap, prefix="ok"):
    """The official's own desk: "menu", "name", "away", "back", "groups"."""

    to: str


class AwayTap(Tap, prefix="ol"):
    """Be away until a day; `deputy` 0 asks who stands in."""

    day: str
    deputy: int


class UnbindTap(Tap, prefix="og"):
    """Unbind a group chat; asked first, done when `sure` is 1."""

    group: int
    sure: int


class BindTap(Tap, prefix="oj"):
    """Bind a proposed group chat to the body with this code."""

    group: int
    body: str


SECTIONS: Final[dict[Section, str]] = {
    Section.WAITING: N_("To do"),
    Section.OVERDUE: N_("🔴 Overdue"),
    Section.NEW: N_("📨 Not registered"),
    Section.WORK: N_("📥 In work"),
    Section.COMING: N_("📈 On the way"),
    Section.DONE: N_("📣 Answered"),
}

_EMPTY: Final[dict[Section, str]] = {
    Section.WAITING: N_("Nothing waits for your body. Petitions come here when they reach their threshold."),
    Section.OVERDUE: N_("Nothing is overdue."),
    Section.NEW: N_("Everything is registered."),
    Section.WORK: N_("Nothing is in work."),
    Section.COMING: N_("No public petition to your body is gathering signatures."),
    Section.DONE: N_("Nothing has been answered yet."),
}

STEPS: Final[dict[Step, str]] = {
    Step.REGISTER: N_("✅ Register"),
    Step.NOT_OURS: N_("↪️ Not ours"),
    Step.ASSIGN: N_("👤 Assign"),
    Step.DISCUSSION: N_("🗣 Public discussion"),
    Step.GROUP: N_("👥 Working group"),
    Step.DECISION: N_("📝 Decision"),
    Step.CORRECTION: N_("✏️ Correct the decision"),
}

EVENTS: Final[dict[str, str]] = {
    Action.OPEN.value: N_("opened for supporters"),
    Action.SUPPORTERS_FOUND.value: N_("enough supporters"),
    Action.APPROVE.value: N_("approved by a moderator"),
    Action.RETURN.value: N_("returned to its author"),
    Action.CORRECT.value: N_("corrected by its author"),
    Action.READDRESS.value: N_("body corrected by a moderator"),
    Action.REJECT.value: N_("rejected by a moderator"),
    Action.RESTORE.value: N_("rejection taken back"),
    Action.REACH_THRESHOLD.value: N_("threshold reached"),
    Action.FALL_BELOW.value: N_("count fell below the threshold"),
    Action.EXPIRE.value: N_("signing over, below the threshold"),
    Action.SEND.value: N_("sent to the body"),
    Action.NOT_OURS.value: N_("passed to another body"),
    Action.REGISTER.value: N_("registered"),
    Action.DECIDE.value: N_("decision published"),
    Step.ASSIGN.value: N_("assigned"),
    Step.DISCUSSION.value: N_("public discussion announced"),
    Step.GROUP.value: N_("working group announced"),
    Step.CORRECTION.value: N_("decision corrected"),
    "overdue": N_("term over without an answer"),
}
"""Words for what happened; an event without words is shown by its code."""

FOUND_SHOWN: Final = 10
HOURS: Final = ("10:00", "11:00", "15:00", "17:00", "18:30")


def who(t: Translator, resident_id: int | None, names: Mapping[int, str | None]) -> Html:
    """An official as colleagues know them; whoever has not signed the desk is a number."""
    if resident_id is None:
        return t("the bot")
    return safe(names.get(resident_id) or t.plain("colleague {number}", number=str(resident_id)))


def people_words(t: Translator, count: int) -> Html:
    """How many people an act goes to, said before it."""
    if not count:
        return t("Nobody is written to: nobody has signed or follows it here.")
    return t.plural("It goes to {count} person.", "It goes to {count} people.", count)


# --- the inbox ------------------------------------------------------------------------------------------


def clock_words(t: Translator, left: int) -> Html:
    """How many working days are left, or since the term was over (a negative number)."""
    if left < 0:
        return t.plural("🔴 overdue by {count} working day", "🔴 overdue by {count} working days", -left)
    if left == 0:
        return t("🔴 due today")
    mark = "🟡" if left <= 5 else "🟢"
    return Html(f"{mark} {t.plural('{count} working day left', '{count} working days left', left)}")


def due_words(t: Translator, left: int, due: date) -> Html:
    """How many working days are left, with the day itself where that says more."""
    clock = clock_words(t, left)
    return clock if left == 0 else t("{clock}, due by {date}", clock=clock, date=t.date(due))


def _entry(
    t: Translator,
    index: int,
    petition: Petition,
    left: int | None,
    mine: Sequence[int],
    names: Mapping[int, str | None],
) -> Html:
    about: list[Html] = []
    if petition.state is State.CONSIDERING and left is not None:
        about.append(clock_words(t, left))
    elif petition.state is State.SENT:
        about.append(t("📨 not registered"))
        if left:
            about.append(t.plural("waits {count} working day", "waits {count} working days", left))
    elif petition.state is State.SUPPORTED:
        about.append(t("🎉 threshold reached, being sent"))
    elif petition.state is State.PUBLISHED:
        share = share_of(petition.signature_count, petition.threshold_votes)
        if share is not None:
            about.append(safe(t.percent(share / 100)))
    elif petition.state is State.DECIDED and petition.decided_at is not None:
        about.append(t("📣 answered on {date}", date=t.date(petition.decided_at)))
    about.append(count_line(t, petition.signature_count, petition.threshold_votes))
    if petition.assigned_to in mine:
        about.append(t("👤 mine"))
    elif petition.assigned_to is not None:
        about.append(Html(f"👤 {who(t, petition.assigned_to, names)}"))
    return Html(f"{index}. № {petition.id} {bold(clip(petition.title, 90))}\n{Html(' · '.join(about))}")


def inbox_screen(
    t: Translator,
    bodies: Sequence[Body],
    found: Inbox,
    left: Mapping[int, int],
    mine: Sequence[int],
    names: Mapping[int, str | None],
    note: Html | None = None,
) -> Screen:
    """One page of the inbox: overdue first, then what is due first, then what is not registered.

    `left` are the working days left by petition, or since it was sent while it is not registered; `mine` the reader
    and those the reader stands in for.
    """
    shown = bodies[found.body] if 0 <= found.body < len(bodies) else None
    of = [safe(shown.name_cap(t.language))] if shown else [safe(body.name_cap(t.language)) for body in bodies[:3]]
    if shown is None and len(bodies) > 3:
        of.append(t.plural("and {count} more body", "and {count} more bodies", len(bodies) - 3))
    head = lines(t("📥 <b>Petitions to my body</b>"), *of)
    title = t(SECTIONS[found.section])
    if found.mine:
        title = Html(f"{title} · {t('mine')}")
    entries = [
        _entry(t, index, petition, left.get(petition.id), mine, names)
        for index, petition in enumerate(found.petitions, start=1)
    ]
    here = InboxTap(found.section.value, int(found.mine), found.body, found.page)

    def section_button(section: Section) -> Button:
        mark = "• " if section is found.section else ""
        label = f"{mark}{t.plain(SECTIONS[section])} · {t.number(found.counts[section])}"
        return Button(label, tap=InboxTap(section.value, int(found.mine), found.body, 0))

    turn = [
        *([Button("‹", tap=InboxTap(here.section, here.mine, here.body, here.page - 1))] if found.page else []),
        *(
            [Button("›", tap=InboxTap(here.section, here.mine, here.body, here.page + 1))]
            if found.page + 1 < found.pages
            else []
        ),
    ]
    mine_label = t.plain("👤 All") if found.mine else t.plain("👤 Mine · {count}", count=found.mine_count)
    body_button = None
    if len(bodies) > 1:
        after = found.body + 1 if found.body + 1 < len(bodies) else -1
        label = clip(bodies[after].name_cap(t.language), BUTTON_CHARACTERS) if after >= 0 else t.plain("All my bodies")
        body_button = Button(f"🏛 {label}", tap=InboxTap(here.section, here.mine, after, 0))
    sections = [section_button(section) for section in Section]
    return Screen(
        join(
            note,
            head,
            Html(f"<b>{title}</b>"),
            *(entries or [t(_EMPTY[found.section]) if not found.mine else t("Nothing here is assigned to you.")]),
            t("Page {page} of {pages}", page=found.page + 1, pages=found.pages) if found.pages > 1 else None,
            t("<i>To find one, write its number or words of its title.</i>") if any(found.counts.values()) else None,
        ),
        rows(
            [Button(str(index), tap=CaseTap(petition.id)) for index, petition in enumerate(found.petitions, start=1)],
            turn,
            *(sections[at : at + 2] for at in range(0, len(sections), 2)),
            [
                Button(mine_label, tap=InboxTap(here.section, int(not found.mine), here.body, 0)),
                Button(t.plain("🪑 My desk"), tap=DeskTap("menu")),
            ],
            body_button,
            home_button(t),
        ),
    )


def found_screen(t: Translator, typed: str, found: Sequence[Petition]) -> Screen:
    """Petitions of the official's bodies that have what was typed in their titles."""
    head = (
        t("With “{text}”: {count}", text=clip(typed, 60), count=len(found))
        if found
        else t("No petition to your body has “{text}” in its title.", text=clip(typed, 60))
    )
    return Screen(
        join(head, t("<i>To find one, write its number or words of its title.</i>")),
        rows(
            *(
                Button(clip(f"№ {petition.id} · {petition.title}", BUTTON_CHARACTERS), tap=CaseTap(petition.id))
                for petition in found[:FOUND_SHOWN]
            ),
            inbox_button(t),
        ),
    )


def inbox_button(t: Translator, section: Section = Section.WAITING) -> Button:
    """The button back to the inbox."""
    return Button(t.plain("📥 Inbox"), tap=InboxTap(section.value, 0, -1, 0))


def not_official_screen(t: Translator) -> Screen:
    """The inbox is asked for by somebody who speaks for no body."""
    return Screen(t("The inbox is for officials. An admin can invite you with a one-time link."), rows(home_button(t)))


def not_yours_screen(t: Translator, number: int) -> Screen:
    """A petition that is not addressed to a body the official speaks for, or not any more."""
    return Screen(
        t("№ {number} is not addressed to your body, or not any more.", number=str(number)),
        rows(Button(t.plain("Open the petition"), tap=OpenPetitionTap(number)), inbox_button(t)),
    )


# --- one petition ---------------------------------------------------------------------------------------


def stale_notice(
    t: Translator, event: PetitionEvent | None, names: Mapping[int, str | None], reader: int | None
) -> Html:
    """For a button of how things stood before: what happened meanwhile, by whom."""
    if event is None:
        return t("That button is out of date. Here is where things stand:")
    said = t(EVENTS[event.action]) if event.action in EVENTS else safe(event.action)
    if event.actor_id is not None and event.actor_id == reader:
        return t(
            "You have done that: {event}, {time}. Here is where it stands.", event=said, time=t.date_time(event.at)
        )
    return t(
        "That was overtaken: {event}, {who}, {time}. Here is where it stands.",
        event=said,
        who=who(t, event.actor_id, names),
        time=t.date_time(event.at),
    )


def stale_toast(t: Translator) -> str:
    """The same as a toast."""
    return t.plain("Somebody was faster. Here is where it stands.")


def busy_notice(t: Translator, name: Html, until: datetime) -> Html:
    """A colleague is writing."""
    return t("🔒 {who} is writing about this petition until {time}.", who=name, time=t.date_time(until))


def _when(t: Translator, moment: datetime | None) -> str:
    return t.date(moment) if moment is not None else "—"


def _discussion_line(t: Translator, row: Announcement) -> Html:
    return t(
        "🗣 Public discussion: {time}, {place}",
        time=t.date_time(row.held_at) if row.held_at else "—",
        place=clip(row.words, 120),
    )


def _clock_lines(t: Translator, case: Case) -> list[Html]:
    petition = case.petition
    if petition.state is State.CONSIDERING and case.left is not None and petition.due_on is not None:
        return [due_words(t, case.left, petition.due_on)]
    if petition.state is State.SENT:
        said = t("📨 Sent on {date}, not registered yet", date=_when(t, petition.sent_at))
        since = case.since or 0
        if since:
            waits = t.plural("waits {count} working day", "waits {count} working days", since)
            return [Html(f"{said}: {waits}")]
        return [said]
    if petition.state is State.SUPPORTED:
        return [t("🎉 The threshold is reached; a moderator sends it to you.")]
    if petition.state is State.PUBLISHED:
        return [t("📈 Gathering signatures until {date}.", date=_when_day(t, petition.closes_on))]
    if petition.state is State.DECIDED:
        answered = t("📣 Answered on {date}.", date=_when(t, petition.decided_at))
        return [answered, *([t(OUTCOMES[petition.outcome])] if petition.outcome is not None else [])]
    return [t("⌛ Signing is over.")]


def _when_day(t: Translator, day: date | None) -> str:
    return t.date(day) if day is not None else "—"


def case_screen(
    t: Translator, case: Case, *, reader: int | None, in_group: bool = False, notice: Html | None = None
) -> Screen:
    """A petition with all that matters to its body; who the author is does not."""
    petition = case.petition
    before = join(
        notice,
        lines(numbered(petition), *(Html(f"<i>{line}</i>") for line in _clock_lines(t, case))),
        lines(t("<b>We ask:</b>"), safe(petition.ask)),
        t("<b>Why:</b>") if petition.why else None,
    )
    is_locked = petition.locked_by is not None and petition.locked_by != reader and petition.locked_until is not None
    assigned = petition.assigned_to
    about = lines(
        t("Place: {place}", place=case.place.name(t.language) if case.place else "—"),
        t("Responsible: {body}", body=case.body.name_cap(t.language)),
        count_line(t, petition.signature_count, petition.threshold_votes),
        votes_words(t, petition.threshold_votes, petition.threshold_article),
        t("Language of the text: {language}", language=LANGUAGE_NAMES[as_language(petition.language)]),
        t(
            "Published {published}, supported {supported}",
            published=_when(t, petition.published_at),
            supported=_when(t, petition.supported_at),
        )
        if petition.supported_at
        else None,
    )
    work = lines(
        t("👤 Assigned to: {who}", who=t("you") if assigned == reader else who(t, assigned, case.names))
        if assigned is not None
        else None,
        _discussion_line(t, case.discussion) if case.discussion else None,
        t("👥 The working group is announced.") if case.group else None,
        *(t(_DRAFTED[kind]) for kind in case.drafts),
        busy_notice(t, who(t, petition.locked_by, case.names), petition.locked_until)
        if is_locked and petition.locked_until is not None
        else None,
    )
    after = join(about, work)
    room = MESSAGE_CHARACTERS - shown_length(before) - shown_length(after) - 20
    reasons = quoted(clip(petition.why, min(room, 1500)), expandable=True) if petition.why and room > 50 else ""
    steps = [
        Button(t.plain(STEPS[step]), tap=StepTap(petition.id, petition.version, step.value)) for step in case.steps
    ]
    return Screen(
        join(Html(f"{before}\n{reasons}") if reasons else before, after),
        rows(
            *(steps[at : at + 2] for at in range(0, len(steps), 2)),
            Button(t.plain("The whole answer"), tap=DecisionTap(petition.id, 0, t.language, 0, 1))
            if petition.state is State.DECIDED
            else None,
            [
                Button(t.plain("History"), tap=HistoryTap(petition.id)),
                *([] if in_group else [Button(t.plain("As residents see it"), tap=AsSeenTap(petition.id))]),
            ],
            None if in_group else inbox_button(t),
        ),
        live=Live("case", petition.id),
    )


OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.SATISFIED: N_("✅ Satisfied"),
    Outcome.PARTLY: N_("🟡 Satisfied in part"),
    Outcome.REFUSED: N_("⛔ Refused"),
}

_DRAFTED: Final[dict[DraftKind, str]] = {
    DraftKind.DISCUSSION: N_("✍️ A public discussion is being prepared."),
    DraftKind.GROUP: N_("✍️ A working group is being prepared."),
    DraftKind.DECISION: N_("✍️ The decision is being written."),
    DraftKind.CORRECTION: N_("✍️ A correction is being written."),
}


def case_button(t: Translator, number: int) -> Button:
    """Back to the petition."""
    return Button(t.plain("Back"), tap=CaseTap(number))


def history_screen(t: Translator, case: Case) -> Screen:
    """What happened to a petition, newest last."""
    shown = [
        t(
            "{time} · {event} · {who}",
            time=t.date_time(event.at),
            event=t(EVENTS[event.action]) if event.action in EVENTS else safe(event.action),
            who=_actor(t, event, case),
        )
        for event in case.history[-25:]
    ]
    return Screen(
        join(lines(t("<b>History</b>"), numbered(case.petition)), lines(*shown)),
        rows(case_button(t, case.petition.id)),
    )


_OF_OFFICIALS: Final = {
    Action.REGISTER.value,
    Action.NOT_OURS.value,
    Action.DECIDE.value,
    *(step.value for step in Step),
}


def _actor(t: Translator, event: PetitionEvent, case: Case) -> Html:
    """Who did it: a colleague by name, others by what they are, since the author stays anonymous."""
    if event.action in _OF_OFFICIALS:
        return who(t, event.actor_id, case.names)
    if event.action in {Action.OPEN.value, Action.CORRECT.value}:
        return t("the author")
    if event.actor_id is not None:
        return t("a moderator")
    return t("the bot")


# --- registering, passing on, assigning -----------------------------------------------------------------


def register_screen(t: Translator, case: Case, term: Term, due: date) -> Screen:
    """What registering does, before it does."""
    petition = case.petition
    return Screen(
        join(
            t("<b>Register № {number}?</b>", number=str(petition.id)),
            bold(petition.title),
            t(
                "The term begins today: {term} ({article}). The answer is due by {date}.",
                term=term_words(t, term),
                article=article_words(t, term.article),
                date=t.date(due),
            ),
            people_words(t, case.told),
        ),
        rows(
            Button(t.plain("✅ Register"), tap=DoTap(petition.id, petition.version, Step.REGISTER.value)),
            case_button(t, petition.id),
        ),
    )


def registered_notice(t: Translator, petition: Petition) -> Html:
    """After registering."""
    return t("✅ Registered. The answer is due by {date}.", date=_when_day(t, petition.due_on))


def _offer(t: Translator, there: Elsewhere) -> Html:
    """A body with what it takes there."""
    name = safe(there.body.name_cap(t.language))
    if there.votes is None:
        return t("• {body}: the threshold is not known", body=name)
    mark = " ✅" if there.reached else ""
    return Html(
        f"{t.plural('• {body}: {count} signature', '• {body}: {count} signatures', there.votes, body=name)}{mark}"
    )


def _choices(t: Translator, petition: Petition, offers: Sequence[Elsewhere]) -> list[Button]:
    return [
        Button(
            clip(one.body.name_cap(t.language), BUTTON_CHARACTERS),
            tap=ToBodyTap(petition.id, petition.version, body_code(one.body)),
        )
        for one in offers
    ]


def not_ours_screen(t: Translator, petition: Petition, offers: Sequence[Elsewhere], note: Html | None = None) -> Screen:
    """Asks whose matter it is, with the threshold of each."""
    return Screen(
        join(
            note,
            t("<b>Whose matter is № {number}?</b>", number=str(petition.id)),
            bold(petition.title),
            lines(
                t("Signed here: {count}. What each of them needs:", count=petition.signature_count),
                *(_offer(t, one) for one in offers),
            ),
            t("Choose, or write a place to see its bodies."),
        ),
        rows(
            *_choices(t, petition, offers),
            Button(t.plain("A ministry"), tap=ToMinistriesTap(petition.id, petition.version)),
            case_button(t, petition.id),
        ),
    )


def ministries_screen(t: Translator, petition: Petition, offers: Sequence[Elsewhere]) -> Screen:
    """The ministries a petition may be passed to."""
    return Screen(
        join(
            t("<b>Whose matter is № {number}?</b>", number=str(petition.id)),
            bold(petition.title),
            _elsewhere_words(t, petition, offers[0]) if offers else None,
        ),
        rows(
            *_choices(t, petition, sorted(offers, key=lambda one: kazakh_order(one.body.name(t.language)))),
            Button(t.plain("Back"), tap=StepTap(petition.id, petition.version, Step.NOT_OURS.value)),
        ),
    )


def _elsewhere_words(t: Translator, petition: Petition, there: Elsewhere) -> Html:
    if there.votes is None:
        return t("The threshold there is not known, so signing goes on.")
    needed = t.plural("Threshold there: {count} signature.", "Threshold there: {count} signatures.", there.votes)
    if there.reached:
        return Html(f"{needed} {t('It is reached: a moderator sends the petition on.')}")
    if there.is_closed:
        over = t("Signing is over and the count stays below: it would go to that body as an ordinary proposal.")
        return Html(f"{needed} {over}")
    return Html(
        f"{needed} {t('It is not reached: signing goes on until {date}.', date=_when_day(t, petition.closes_on))}"
    )


def words_problem(t: Translator, what: str, count: int = 0) -> Html:
    """Why typed words are not taken."""
    if what == "long":
        return t.plural(
            "✋ The text is {count} character too long. Shorten it and send it again.",
            "✋ The text is {count} characters too long. Shorten it and send it again.",
            count,
        )
    if what == "short":
        return t.plural(
            "✋ That is too short by {count} character. Write it out.",
            "✋ That is too short by {count} characters. Write it out.",
            count,
        )
    if what == "iin":
        return t("✋ There is an IIN in the text. Everybody will read it: take the number out and send it again.")
    return t("✋ I need it as text. Please write it in a message.")


def reason_screen(t: Translator, petition: Petition, there: Elsewhere, problem: Html | None = None) -> Screen:
    """Asks why it is that body's matter."""
    return Screen(
        join(
            problem,
            t("↪️ № {number} → {body}", number=str(petition.id), body=there.body.name_cap(t.language)),
            _elsewhere_words(t, petition, there),
            t(
                "Why is it theirs? Write it for the author and the signers, up to {limit} characters.",
                limit=REASON_MAX,
            ),
        ),
        rows(Button(t.plain("Back"), tap=StepTap(petition.id, petition.version, Step.NOT_OURS.value))),
    )


def pass_screen(t: Translator, case: Case, there: Elsewhere, reason: str) -> Screen:
    """What passing on does, before it does."""
    petition = case.petition
    return Screen(
        join(
            t("<b>Pass № {number} on?</b>", number=str(petition.id)),
            bold(petition.title),
            t("Responsible from now on: {body}", body=there.body.name_cap(t.language)),
            _elsewhere_words(t, petition, there),
            lines(t("The author and the signers will read:"), quoted(reason)),
            people_words(t, case.told),
        ),
        rows(
            Button(t.plain("↪️ Pass it on"), tap=PassTap(petition.id, petition.version, body_code(there.body))),
            Button(t.plain("Write it again"), tap=ToBodyTap(petition.id, petition.version, body_code(there.body))),
            case_button(t, petition.id),
        ),
    )


def passed_notice(t: Translator, number: int, body: Body) -> Html:
    """After passing on."""
    return t("✅ № {number} is passed on. Responsible: {body}.", number=str(number), body=body.name(t.language))


def _colleague(t: Translator, one: Colleague) -> str:
    name = one.name or t.plain("colleague {number}", number=str(one.resident_id))
    return f"{name}, {t.plain('head')}" if one.is_head else name


def assign_screen(t: Translator, case: Case, people: Sequence[Colleague], reader: int, *, in_group: bool) -> Screen:
    """Asks who works on a petition."""
    petition = case.petition

    def away(one: Colleague) -> Html | None:
        if one.away_until is None:
            return None
        shown = safe(_colleague(t, one))
        if one.telegram_id is not None and not in_group:
            shown = Html(f'<a href="tg://user?id={one.telegram_id}">{shown}</a>')
        return t("{who}: away until {date}", who=shown, date=t.date(one.away_until))

    buttons = [
        Button(
            clip(t.plain("To me") if one.resident_id == reader else _colleague(t, one), BUTTON_CHARACTERS),
            tap=AssignTap(petition.id, petition.version, one.resident_id),
        )
        for one in sorted(people, key=lambda one: one.resident_id != reader)
        if one.resident_id != petition.assigned_to
    ]
    return Screen(
        join(
            t("<b>Who works on № {number}?</b>", number=str(petition.id)),
            bold(petition.title),
            lines(*(away(one) for one in people)),
        ),
        rows(
            *buttons,
            Button(t.plain("To everybody"), tap=AssignTap(petition.id, petition.version, 0))
            if petition.assigned_to is not None
            else None,
            case_button(t, petition.id),
        ),
    )


def assigned_notice(t: Translator, petition: Petition, reader: int) -> Html:
    """After assigning."""
    if petition.assigned_to is None:
        return t("✅ It waits for everybody again.")
    return t("✅ It is yours.") if petition.assigned_to == reader else t("✅ Assigned; your colleague is told.")


# --- announcing -----------------------------------------------------------------------------------------


def _discard_button(t: Translator, petition: Petition, kind: DraftKind) -> Button:
    return Button(t.plain("Throw away"), tap=WriteTap(petition.id, petition.version, kind.value, "discard"))


def discard_screen(t: Translator, petition: Petition, draft: OfficialDraft) -> Screen:
    """What throwing an announcement away loses, before it does."""
    back = WriteTap(petition.id, petition.version, draft.kind.value, "words")
    return Screen(
        lines(
            t("<b>Throw the draft away?</b>"),
            t("Time: {time}", time=t.date_time(draft.held_at)) if draft.held_at else None,
            quoted(clip(draft.words, 300)) if draft.words else None,
        ),
        rows(
            Button(
                t.plain("Yes, throw it away"),
                tap=WriteTap(petition.id, petition.version, draft.kind.value, "sure"),
            ),
            Button(t.plain("Back"), tap=back),
        ),
    )


def moment_screen(
    t: Translator,
    petition: Petition,
    days: Sequence[date],
    earliest: date,
    notice: Term,
    problem: Html | None = None,
) -> Screen:
    """Asks when the discussion is."""
    return Screen(
        join(
            problem,
            t("<b>Public discussion of № {number}: when?</b>", number=str(petition.id)),
            t(
                "People are invited at least {notice} before ({article}), so the first possible day is {date}. "
                "Choose a day, or write date and time, for example: {example}.",
                notice=term_words(t, notice),
                article=article_words(t, notice.article),
                date=t.date(earliest),
                example=f"{days[0]:%d.%m.%Y} 15:00",
            ),
        ),
        rows(
            *(
                [
                    Button(t.date(day), tap=DayTap(petition.id, petition.version, day.isoformat(), ""))
                    for day in days[at : at + 2]
                ]
                for at in range(0, len(days), 2)
            ),
            case_button(t, petition.id),
        ),
    )


_CLOCK: Final = re.compile(r"([01]?\d|2[0-3])[:.\s]([0-5]\d)")


def moment_written(text: str, day: str) -> str:
    """What somebody writes as date and time; an hour alone is meant for the day that was chosen, if one was."""
    if not day:
        return text
    clock = _CLOCK.fullmatch(text.strip())
    if clock is not None:
        return f"{day} {clock[1]}:{clock[2]}"
    try:
        read_day(text, date.fromisoformat(day))
    except MomentUnread:
        return f"{day} {text}"
    return text


def hour_screen(t: Translator, petition: Petition, day: date) -> Screen:
    """Asks for the hour of a day that is chosen."""
    buttons = [
        Button(hour, tap=DayTap(petition.id, petition.version, day.isoformat(), hour.replace(":", "")))
        for hour in HOURS
    ]
    return Screen(
        t("<b>{date}: at what time?</b>\nChoose, or write the time, for example: 14:30.", date=t.date(day)),
        rows(
            buttons,
            Button(t.plain("Back"), tap=WriteTap(petition.id, petition.version, DraftKind.DISCUSSION.value, "moment")),
        ),
    )


def moment_problem(t: Translator, what: str, earliest: date, due: date | None) -> Html:
    """Why a date or time is not taken."""
    if what == "early":
        return t(
            "✋ That is too early: with the notice the law asks for, the first day is {date}.", date=t.date(earliest)
        )
    if what == "late":
        return t("✋ That is after the answer is due, {date}. Choose an earlier day.", date=_when_day(t, due))
    if what == "hours":
        return t("✋ Choose a time between 8:00 and 21:00, when people can come.")
    if what == "time":
        return t("✋ At what time? Write date and time together, for example: 07.12.2026 15:00.")
    return t("✋ I could not read that date. Write it like this: 07.12.2026 15:00.")


def place_screen(t: Translator, petition: Petition, draft: OfficialDraft, problem: Html | None = None) -> Screen:
    """Asks where the discussion is."""
    return Screen(
        join(
            problem,
            t("<b>Where?</b>"),
            t("Time: {time}", time=t.date_time(draft.held_at)) if draft.held_at else None,
            t(
                "Write the address with the hall, or a link to the broadcast. Up to {limit} characters.",
                limit=WORDS_MAX,
            ),
        ),
        rows(
            Button(t.plain("Another time"), tap=WriteTap(petition.id, petition.version, draft.kind.value, "moment")),
            _discard_button(t, petition, draft.kind),
            case_button(t, petition.id),
        ),
    )


def members_screen(t: Translator, petition: Petition, problem: Html | None = None) -> Screen:
    """Asks who is in the working group."""
    return Screen(
        join(
            problem,
            t("<b>Working group of № {number}: who is in it?</b>", number=str(petition.id)),
            t(
                "Write roles and names, one a line: deputies, the applicant or a representative, NGOs, specialists. "
                "Everybody will read it. Up to {limit} characters.",
                limit=GROUP_MAX,
            ),
        ),
        rows(_discard_button(t, petition, DraftKind.GROUP), case_button(t, petition.id)),
    )


def discussion_words(t: Translator, body: Body, held_at: datetime | None, place: str) -> Html:
    """The announcement of a discussion as residents read it."""
    return join(
        t("🗣 <b>Public discussion</b>"),
        lines(
            t("Held by: {body}", body=body.name(t.language)),
            t("When: {time}", time=t.date_time(held_at)) if held_at else None,
            t("Where: {place}", place=place),
        ),
    )


def group_words(t: Translator, body: Body, members: str) -> Html:
    """The announcement of a working group as residents read it."""
    return join(
        t("👥 <b>A working group considers the petition</b>"),
        t("Responsible: {body}", body=body.name(t.language)),
        quoted(members),
    )


def announce_screen(t: Translator, case: Case, draft: OfficialDraft, invited: Invited) -> Screen:
    """An announcement as residents will read it, with how many they are."""
    petition, is_discussion = case.petition, draft.kind is DraftKind.DISCUSSION
    if is_discussion:
        shown = discussion_words(t, case.body, draft.held_at, draft.words or "")
        goes = lines(
            t.plural(
                "{count} person is invited: who lives nearby, and the author.",
                "{count} people are invited: those who live nearby, and the author.",
                invited.nearby,
            )
            if invited.nearby
            else t("Nobody is invited by the bot: nobody here has signed nearby."),
            t.plural("{count} more person is told.", "{count} more people are told.", invited.others)
            if invited.others
            else None,
        )
    else:
        shown = group_words(t, case.body, draft.words or "")
        goes = people_words(t, invited.total)
    return Screen(
        join(t("<b>Announce this?</b>"), shown, numbered(petition), goes),
        rows(
            Button(
                t.plain("📣 Announce"),
                tap=DoTap(petition.id, petition.version, (Step.DISCUSSION if is_discussion else Step.GROUP).value),
            ),
            [
                *(
                    [
                        Button(
                            t.plain("Another time"),
                            tap=WriteTap(petition.id, petition.version, draft.kind.value, "moment"),
                        )
                    ]
                    if is_discussion
                    else []
                ),
                Button(
                    t.plain("Another place") if is_discussion else t.plain("Write it again"),
                    tap=WriteTap(petition.id, petition.version, draft.kind.value, "words"),
                ),
            ],
            _discard_button(t, petition, draft.kind),
            case_button(t, petition.id),
        ),
    )


def announced_notice(t: Translator, count: int) -> Html:
    """After announcing."""
    if not count:
        return t("✅ Announced: it stands on the petition's card.")
    return t.plural("✅ Announced to {count} person.", "✅ Announced to {count} people.", count)


def discarded_notice(t: Translator) -> Html:
    """After a draft was thrown away."""
    return t("The draft is thrown away.")


# --- the desk -------------------------------------------------------------------------------------------


def desk_screen(
    t: Translator, name: str | None, absence: Absence | None, deputy: Html | None, groups: int, note: Html | None = None
) -> Screen:
    """How an official signs, whether away, which group chats are bound."""
    return Screen(
        join(
            note,
            t("🪑 <b>My desk</b>"),
            t("Colleagues see you as: {name}", name=name)
            if name
            else t("Colleagues see a number instead of you. Write how you sign at work."),
            t("Away until {date}; {who} stands in.", date=t.date(absence.until), who=deputy or "—")
            if absence is not None
            else None,
            t.plural("{count} group chat is bound.", "{count} group chats are bound.", groups) if groups else None,
        ),
        rows(
            Button(t.plain("How I sign"), tap=DeskTap("name")),
            Button(t.plain("I am back"), tap=DeskTap("back"))
            if absence is not None
            else Button(t.plain("I am going away"), tap=DeskTap("away")),
            Button(t.plain("Group chats"), tap=DeskTap("groups")),
            inbox_button(t),
        ),
    )


def name_screen(t: Translator, problem: Html | None = None) -> Screen:
    """Asks how an official signs at work."""
    return Screen(
        join(
            problem,
            t("<b>How do you sign at work?</b>"),
            t(
                "For example: Housing department, Gulnar K. Only your colleagues see it. Up to {limit} characters.",
                limit=NAME_MAX,
            ),
        ),
        rows(back_button(t, DeskTap("menu"))),
    )


def away_screen(t: Translator, days: Sequence[date], problem: Html | None = None) -> Screen:
    """Asks until when an official is away."""
    return Screen(
        join(
            problem, t("<b>Away until when?</b>"), t("Choose the last day, or write a date, for example: 20.12.2026.")
        ),
        rows(
            *(
                [Button(t.date(day), tap=AwayTap(day.isoformat(), 0)) for day in days[at : at + 2]]
                for at in range(0, len(days), 2)
            ),
            back_button(t, DeskTap("menu")),
        ),
    )


def away_problem(t: Translator) -> Html:
    """The date cannot be read, is past, or too far away."""
    return t("✋ Write a date from today on, at most four months ahead.")


def deputy_screen(t: Translator, until: date, people: Sequence[Colleague]) -> Screen:
    """Asks who stands in."""
    if not people:
        return Screen(
            t("You have no colleague here who could stand in. Ask an admin to invite one."),
            rows(back_button(t, DeskTap("menu"))),
        )
    return Screen(
        join(
            t("<b>Away until {date}: who stands in?</b>", date=t.date(until)),
            t("They see your inbox and act in it; reminders go to them."),
        ),
        rows(
            *(
                Button(clip(_colleague(t, one), BUTTON_CHARACTERS), tap=AwayTap(until.isoformat(), one.resident_id))
                for one in people
            ),
            back_button(t, DeskTap("away")),
        ),
    )


def away_notice(t: Translator, until: date) -> Html:
    """After an absence was announced."""
    return t("✅ Have a good time. You are away until {date}.", date=t.date(until))


def back_notice(t: Translator) -> Html:
    """After an absence was ended."""
    return t("✅ Welcome back. Your deputy no longer stands in.")


# --- group chats ----------------------------------------------------------------------------------------


def _group_title(t: Translator, group: GroupInbox) -> Html:
    return safe(group.title or t.plain("№ {number}", number=str(group.id)))


def groups_screen(
    t: Translator, gazetteer: Gazetteer, groups: Sequence[GroupInbox], bot_username: str, note: Html | None = None
) -> Screen:
    """Bound group chats, and how one is bound."""

    def line(group: GroupInbox) -> Html:
        body = body_by_key(gazetteer, group.body_key or "")
        return Html(f"• {_group_title(t, group)}: {safe(body.name_cap(t.language)) if body else '—'}")

    return Screen(
        join(
            note,
            t("👥 <b>Group chats</b>"),
            lines(*(line(group) for group in groups)) if groups else t("No group chat is bound."),
            t(
                "To bind one, add me to it with the button below, or write /bind there. "
                "New petitions and reminders then appear in it as well."
            ),
        ),
        rows(
            Button(t.plain("Add me to a group"), url=f"https://t.me/{bot_username}?startgroup=bind"),
            *(
                Button(
                    t.plain("Unbind: {title}", title=clip(group.title or str(group.id), 40)), tap=UnbindTap(group.id, 0)
                )
                for group in groups
            ),
            back_button(t, DeskTap("menu")),
        ),
    )


def propose_screen(t: Translator, group: GroupInbox, bot_username: str) -> Screen:
    """In the group: the official goes on in private."""
    return Screen(
        t("To make this group the inbox of your body, confirm it in private."),
        rows(Button(t.plain("Confirm in private"), url=f"https://t.me/{bot_username}?start=g_{group.id}")),
    )


def bound_already_screen(t: Translator, body: Body | None) -> Screen:
    """In the group: it is bound."""
    return Screen(
        t(
            "This group is bound already. Responsible: {body}. /unbind ends it.",
            body=body.name(t.language) if body else "—",
        )
    )


def only_officials_screen(t: Translator) -> Screen:
    """In the group: somebody else wrote /bind or /unbind."""
    return Screen(t("Only officials can bind a group to the inbox of their body."))


def bind_screen(t: Translator, group: GroupInbox, bodies: Sequence[Body]) -> Screen:
    """In private: to which body the group is bound, and what that means."""
    return Screen(
        join(
            t("👥 <b>Bind the group “{title}”?</b>", title=group.title or str(group.id)),
            t(
                "New petitions and reminders will appear in it. Everybody in the group reads them; "
                "the buttons work for officials of the body only."
            ),
            t("Which body is it for?") if len(bodies) > 1 else None,
        ),
        rows(
            *(
                Button(clip(body.name_cap(t.language), BUTTON_CHARACTERS), tap=BindTap(group.id, body_code(body)))
                for body in bodies
            ),
            back_button(t, DeskTap("menu")),
        ),
    )


def bound_notice(t: Translator, group: GroupInbox) -> Html:
    """After binding."""
    return t("✅ The group “{title}” is bound.", title=group.title or str(group.id))


def no_group_notice(t: Translator) -> Html:
    """The binding is over, was never proposed, or by somebody else."""
    return t("This group is not waiting to be bound. Write /bind in the group again.")


def unbind_screen(t: Translator, group: GroupInbox) -> Screen:
    """What unbinding does, before it does."""
    return Screen(
        t(
            "<b>Unbind the group “{title}”?</b>\nNothing new appears there any more.",
            title=group.title or str(group.id),
        ),
        rows(Button(t.plain("Yes, unbind"), tap=UnbindTap(group.id, 1)), back_button(t, DeskTap("groups"))),
    )


def unbound_notice(t: Translator, group: GroupInbox) -> Html:
    """After unbinding."""
    return t("✅ The group “{title}” is unbound.", title=group.title or str(group.id))


def unbound_screen(t: Translator, group: GroupInbox) -> Screen:
    """In the group: it is an inbox no more."""
    return Screen(unbound_notice(t, group))


def strangers_toast(t: Translator, body: Body | None) -> str:
    """In a group: somebody else tapped a button of officials."""
    return t.plain("These buttons are for officials. Responsible: {body}.", body=body.name(t.language) if body else "—")


# --- bodies without an official -------------------------------------------------------------------------


def uncovered_screen(t: Translator, gazetteer: Gazetteer, bodies: Sequence[tuple[str, int]]) -> Screen:
    """Bodies that petitions wait for and for which nobody speaks here, each with a button that invites somebody."""
    known = [(body, count) for key, count in bodies if (body := body_by_key(gazetteer, key)) is not None]
    shown = [
        Html(
            f"{safe(body.name_cap(t.language))}: {t.plural('{count} petition waits', '{count} petitions wait', count)}"
        )
        for body, count in known[:PAGE]
    ]
    return Screen(
        join(
            Html(f"<b>{t('Bodies without an official')}</b>"),
            lines(*shown) if shown else t("Every body that has to answer has an official here."),
            t.plural("and {count} more body", "and {count} more bodies", len(known) - PAGE)
            if len(known) > PAGE
            else None,
        ),
        rows(
            *(
                Button(
                    clip(t.plain("Invite: {body}", body=body.name_cap(t.language)), BUTTON_CHARACTERS),
                    tap=InviteBodyTap(None, body_code(body)),
                )
                for body, _ in known[:PAGE]
            ),
            back_button(t, StaffTap("menu", 0)),
        ),
    )

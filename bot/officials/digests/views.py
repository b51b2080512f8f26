"""What an official's digest, its schedule and the overview of the week look like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Final

from babel.dates import format_date

from bot.i18n import Html, Translator, safe
from bot.law.calendar import WorkingCalendar
from bot.officials.digests.queries import Contents, Judged, Part, Week
from bot.officials.digests.rules import Schedule
from bot.officials.views import CaseTap, InboxTap
from bot.petitions.follow_up.rules import Deed, shares
from bot.petitions.follow_up.rules import numbers as follow_up_numbers
from bot.petitions.models import Petition
from bot.petitions.reading.views import STATE_WORDS, OpenPetitionTap, percent_line, shortened
from bot.petitions.rules import State
from bot.places.bodies import Body
from bot.places.tree import Place
from bot.residents.views import home_button
from bot.screen import Button, Picture, Screen, Tap, rows

SHEET: Final = "official_sheet"
"""Kind of the file with all petitions of an official's bodies; its reference is the official's resident id."""

CHART: Final = "official_chart"
"""Kind of the picture of the last weeks; its reference is the official's resident id."""

TITLE: Final = 58
BODIES_NAMED: Final = 3
IN_A_ROW: Final = 5
HOURS: Final = range(6, 21)


class DigestTap(Tap, prefix="dgt"):
    """Show today's digest."""


class LastWeeksTap(Tap, prefix="dgl"):
    """Show a head the overview of the last weeks now."""


class SheetTap(Tap, prefix="dgx"):
    """Send all petitions of the bodies as a table."""


class ScheduleTap(Tap, prefix="dgs"):
    """Show when the digest comes."""


class JudgedTap(Tap, prefix="dgj"):
    """Show what signers say of the last answers, with their reasons."""


class HourTap(Tap, prefix="dgh"):
    """Let it come at this hour."""

    hour: int


class DayTap(Tap, prefix="dgd"):
    """Let it come on a day of the week (1) or not (0); day 7 stands for the working week, 8 for none."""

    weekday: int
    on: int


class EmptyTap(Tap, prefix="dge"):
    """Tell of empty days in one line (1), or not at all (0)."""

    on: int


class WeekTap(Tap, prefix="dgw"):
    """Get the overview of the week (1) or not (0)."""

    on: int


WORKING_WEEK: Final = 7
NO_DAYS: Final = 8


def _head(t: Translator, bodies: Sequence[Body], today: date) -> list[Html]:
    named = [Html(f"• {safe(body.name_cap(t.language))}") for body in bodies[:BODIES_NAMED]]
    if len(bodies) > BODIES_NAMED:
        named.append(t.plural("…and {count} more", "…and {count} more", len(bodies) - BODIES_NAMED))
    return [t("📋 <b>Work digest</b> · {date}", date=t.date(today)), *named]


def _lateness(t: Translator, calendar: WorkingCalendar, petition: Petition, today: date) -> Html:
    due = petition.due_on or today
    late = max(calendar.days_left(due, today), 1)
    return t.plural("{count} working day late", "{count} working days late", late)


def _left(t: Translator, calendar: WorkingCalendar, petition: Petition, today: date) -> Html:
    if petition.state is State.SENT or petition.due_on is None:
        return t("to be registered")
    left = calendar.days_left(today, petition.due_on)
    if left <= 0:
        return t("the answer is due today")
    return t.plural("{count} working day left", "{count} working days left", left)


def _share(t: Translator, petition: Petition) -> Html:
    return Html(
        percent_line(t, petition.signature_count, petition.threshold_votes)
        if petition.threshold_votes
        else t.number(petition.signature_count)
    )


def satisfaction(t: Translator, judged: Judged) -> Html:
    """What signers say of one decision, in a few words."""
    found = shares((judged.satisfied, judged.unsatisfied), follow_up_numbers().shares_from)
    if found is None:
        return t("too few answers yet")
    words = t("answers the question: {yes}", yes=t.percent(found[0] / 100))
    done = shares([judged.deeds.get(deed, 0) for deed in Deed], follow_up_numbers().shares_from)
    return words if done is None else Html(f"{words}, {t('done: {yes}', yes=t.percent(done[0] / 100))}")


def digest_screen(
    t: Translator,
    contents: Contents,
    bodies: Sequence[Body],
    subjects: Mapping[str, str],
    places: Mapping[str, Place],
    today: date,
    calendar: WorkingCalendar,
    *,
    is_head: bool,
) -> Screen:
    """The digest of a day on one screen: overdue first, a button for each petition named."""
    our_keys = {body.key for body in bodies}
    blocks: list[str] = ["\n".join(_head(t, bodies, today))]
    buttons: list[Button] = []

    def section(title: Html, part: Part, fact: Callable[[Petition], Html]) -> None:
        if not part.count:
            return
        lines = [Html(f"{title}: <b>{t.number(part.count)}</b>")]
        for petition in part.petitions:
            index = len(buttons) + 1
            is_ours = petition.body_key in our_keys
            tap = CaseTap(petition.id) if is_ours else OpenPetitionTap(petition.id)
            buttons.append(Button(str(index), tap=tap))
            lines.append(
                Html(f"{index}. № {petition.id} {safe(shortened(petition.title, TITLE))} · <i>{fact(petition)}</i>")
            )
        blocks.append("\n".join(lines))

    def where(petition: Petition) -> Html:
        place = places.get(petition.place_key)
        return safe(place.name(t.language)) if place is not None else _share(t, petition)

    if contents.is_empty:
        blocks.append(t("✅ Nothing waits for you, and nothing is new."))
    section(t("🔴 Overdue"), contents.overdue, lambda petition: _lateness(t, calendar, petition, today))
    section(t("📥 Waiting for a step"), contents.awaiting, lambda petition: _left(t, calendar, petition, today))
    section(t("🎉 Just supported"), contents.supported, lambda petition: _share(t, petition))
    section(t("📈 Near the threshold"), contents.near, lambda petition: _share(t, petition))
    section(t("🆕 New in the territory"), contents.new, where)
    if contents.judged:
        lines = [t("🗳 What signers say of the last answers")]
        lines += [
            Html(f"• № {one.petition.id} {safe(shortened(one.petition.title, TITLE))} · <i>{satisfaction(t, one)}</i>")
            for one in contents.judged
        ]
        blocks.append("\n".join(lines))
    if contents.grown:
        lines = [t("🔎 What people sign most, last seven days")]
        for one in contents.grown:
            name = safe(subjects.get(one.subject, one.subject))
            more = t("+{count} (before: {before})", count=one.signatures, before=one.before)
            lines.append(Html(f"• {name} · <i>{more}</i>"))
        blocks.append("\n".join(lines))
    return Screen(
        Html("\n\n".join(blocks)),
        rows(
            *(buttons[at : at + IN_A_ROW] for at in range(0, len(buttons), IN_A_ROW)),
            Button(t.plain("🗳 What signers say"), tap=JudgedTap())
            if any(one.satisfied + one.unsatisfied for one in contents.judged)
            else None,
            Button(t.plain("🗓 The last weeks"), tap=LastWeeksTap()) if is_head else None,
            [
                Button(t.plain("All as a table"), tap=SheetTap()),
                Button(t.plain("When it comes"), tap=ScheduleTap()),
            ],
            [Button(t.plain("📥 Inbox"), tap=InboxTap("wait", 0, -1, 0)), home_button(t)],
        ),
    )


def judged_screen(t: Translator, judged: Sequence[Judged], reasons: Mapping[int, Sequence[tuple[bool, str]]]) -> Screen:
    """What signers say of the last answers. Reasons are shown once enough people answered, so that nobody is known
    by them."""
    blocks: list[str] = [t("🗳 <b>What signers say of the last answers</b>")]
    for one in judged:
        lines = [Html(f"№ {one.petition.id} <b>{safe(shortened(one.petition.title, TITLE))}</b>"), satisfaction(t, one)]
        if one.satisfied + one.unsatisfied >= follow_up_numbers().shares_from:
            lines += [
                Html(f"{'👍' if answers else '👎'} <i>{safe(why)}</i>")
                for answers, why in reasons.get(one.petition.id, ())
            ]
        blocks.append("\n".join(lines))
    return Screen(
        Html("\n\n".join(blocks)),
        rows(
            [Button(f"№ {one.petition.id}", tap=CaseTap(one.petition.id)) for one in judged],
            Button(t.plain("Back"), tap=DigestTap()),
        ),
    )


def empty_line_screen(t: Translator, today: date) -> Screen:
    """An empty day in one line."""
    return Screen(
        t("📋 {date}: nothing waits for you, and nothing is new.", date=t.date(today)),
        rows(Button(t.plain("When it comes"), tap=ScheduleTap())),
    )


def day_names(t: Translator, width: str = "EEEEEE") -> list[str]:
    """Names of the days of the week, Monday first."""
    monday = date(2024, 1, 1)
    return [format_date(monday + timedelta(days=ahead), width, locale=t.language) for ahead in range(7)]


def schedule_screen(t: Translator, schedule: Schedule, *, is_head: bool) -> Screen:
    """When the digest comes, and what else can be chosen."""
    names = day_names(t)
    chosen = sorted(schedule.weekdays)
    if not chosen:
        when = t("⏸ No digest comes. /digest shows it at any time.")
    elif chosen == list(range(5)):
        when = t("It comes on working days at {time}.", time=f"{time(schedule.hour):%H:%M}")
    else:
        when = t(
            "It comes at {time} on these days: {days}.",
            time=f"{time(schedule.hour):%H:%M}",
            days=", ".join(names[weekday] for weekday in chosen),
        )
    hours = [
        Button(
            f"{'✓ ' if schedule.hour == hour else ''}{time(hour):%H:%M}",
            tap=HourTap(hour),
        )
        for hour in HOURS
    ]
    days = [
        Button(
            f"{'✓ ' if weekday in schedule.weekdays else ''}{name}",
            tap=DayTap(weekday, 0 if weekday in schedule.weekdays else 1),
        )
        for weekday, name in enumerate(names)
    ]
    empty = (
        Button(t.plain("✓ Empty days in one line"), tap=EmptyTap(0))
        if schedule.tells_empty
        else Button(t.plain("Empty days: silence"), tap=EmptyTap(1))
    )
    week = None
    if is_head:
        words = t.plain("✓ Overview of the week") if schedule.weekly else t.plain("No overview of the week")
        week = Button(words, tap=WeekTap(0 if schedule.weekly else 1))
    return Screen(
        Html(
            "\n".join(
                [
                    t("🕘 <b>When the digest comes</b>"),
                    when,
                    *([t("On public holidays it does not come.")] if chosen else []),
                    t("What you hear of as a resident is set under /notifications."),
                ]
            )
        ),
        rows(
            *(hours[at : at + IN_A_ROW] for at in range(0, len(hours), IN_A_ROW)),
            days[:4],
            days[4:],
            [
                Button(t.plain("Working days"), tap=DayTap(WORKING_WEEK, 1)),
                Button(t.plain("No digest"), tap=DayTap(NO_DAYS, 0)),
            ],
            empty,
            week,
            [Button(t.plain("Back"), tap=DigestTap()), home_button(t)],
        ),
    )


def sheet_screen(t: Translator, resident_id: int) -> Screen:
    """The table as a file."""
    return Screen(
        t("📊 All petitions to your body, what waits first."),
        rows(Button(t.plain("📋 Work digest"), tap=DigestTap())),
        picture=Picture(SHEET, resident_id, t.language, as_document=True),
    )


def week_screen(t: Translator, resident_id: int, contents: Contents, weeks: Sequence[Week], today: date) -> Screen:
    """The overview of the week for the head of a body, with a picture of the last weeks."""
    last = weeks[-1] if weeks else Week(today, 0, 0, 0)
    lines = [
        t("🗓 <b>The week of your body</b> · {date}", date=t.date(today)),
        t(
            "Came: {came}, decided: {decided}, new signatures: {signatures}.",
            came=last.came,
            decided=last.decided,
            signatures=last.signatures,
        ),
        t(
            "Now overdue: {overdue}, waiting: {waiting}, near the threshold: {near}.",
            overdue=contents.overdue.count,
            waiting=contents.awaiting.count,
            near=contents.near.count,
        ),
    ]
    lines += [
        Html(f"• № {one.petition.id} {safe(shortened(one.petition.title, TITLE))}: {satisfaction(t, one)}")
        for one in contents.judged
    ]
    return Screen(
        Html("\n".join(lines)),
        rows(
            [Button(t.plain("📋 Work digest"), tap=DigestTap()), Button(t.plain("All as a table"), tap=SheetTap())],
        ),
        picture=Picture(CHART, resident_id, t.language),
    )


def not_official_screen(t: Translator) -> Screen:
    """The digest is asked for by somebody who speaks for no body."""
    return Screen(t("The digest is for officials. An admin can invite you with a one-time link."), rows(home_button(t)))


def sheet_rows(
    t: Translator,
    petitions: Sequence[Petition],
    bodies: Mapping[str, str],
    places: Mapping[str, Place],
    subjects: Mapping[str, str],
    said: Mapping[int, tuple[int, int]],
    today: date,
    calendar: WorkingCalendar,
    link: Callable[[str], str],
) -> list[list[str | int | float | date | None]]:
    """A heading and one row for each petition; nothing in it is about a person."""
    table: list[list[str | int | float | date | None]] = [
        [
            "№",
            t.plain("Title"),
            t.plain("State"),
            t.plain("Body"),
            t.plain("Place"),
            t.plain("Subject"),
            t.plain("Signatures"),
            t.plain("Threshold"),
            "%",
            t.plain("Published"),
            t.plain("Answer due"),
            t.plain("Working days left"),
            t.plain("Answers the question, %"),
            t.plain("Link"),
        ]
    ]
    for petition in petitions:
        needed = petition.threshold_votes
        place = places.get(petition.place_key)
        left: int | None = None
        if petition.state is State.CONSIDERING and petition.due_on is not None:
            late = today > petition.due_on
            left = -calendar.days_left(petition.due_on, today) if late else calendar.days_left(today, petition.due_on)
        found = shares(said.get(petition.id, (0, 0)), follow_up_numbers().shares_from)
        table.append(
            [
                petition.id,
                petition.title,
                t.plain(STATE_WORDS[petition.state]),
                bodies.get(petition.body_key),
                place.name(t.language) if place is not None else None,
                subjects.get(petition.subject) if petition.subject else None,
                petition.signature_count,
                needed,
                petition.signature_count * 100 // needed if needed else None,
                petition.published_at.date() if petition.published_at else None,
                petition.due_on,
                left,
                found[0] if found else None,
                link(f"p_{petition.id}"),
            ]
        )
    return table

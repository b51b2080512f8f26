"""What /notifications looks like: one screen with what holds, and a screen for each thing that can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Final

from babel.dates import format_date

from bot.i18n import N_, Html, Translator, safe
from bot.notifications.rules import DAYS_OF_WEEK, Event, Mode, Quiet, Wishes
from bot.places.tree import Place
from bot.residents.views import GoTap, back_button, home_button
from bot.screen import Button, Screen, Tap, rows


class NotifyTap(Tap, prefix="nt"):
    """Show "main", "quiet", "digest", "interests", "topics" or ask for another "place"."""

    to: str


class EventTap(Tap, prefix="nk"):
    """Show the ways of hearing of a kind of event."""

    event: str


class ModeTap(Tap, prefix="nm"):
    """Hear of a kind of event in this way."""

    event: str
    mode: str


class QuietTap(Tap, prefix="nq"):
    """Set the quiet hours; none when both are empty."""

    start: int | None
    end: int | None


class DigestHourTap(Tap, prefix="nh"):
    """Set the hour of digests."""

    hour: int


class DigestDayTap(Tap, prefix="nd"):
    """Set the day of the weekly digest; 0 is Monday."""

    weekday: int


class OneMessageTap(Tap, prefix="n1"):
    """One message for each petition (1), or one for each event (0)."""

    on: int


class PlaceInterestTap(Tap, prefix="np"):
    """Follow a place (1) or no longer (0)."""

    kato: str
    on: int


class TopicInterestTap(Tap, prefix="ni"):
    """Follow a topic (1) or no longer (0)."""

    topic: str
    on: int


EVENT_NAMES: Final[dict[Event, str]] = {
    Event.MINE: N_("My own petitions"),
    Event.SIGNED: N_("Signed by me"),
    Event.FOLLOWED: N_("Followed by me"),
    Event.MILESTONES: N_("Milestones"),
    Event.DISCUSSIONS: N_("Public discussions"),
    Event.DECISIONS: N_("Decisions"),
    Event.NEW: N_("New ones I may like"),
}
EVENT_MEANINGS: Final[dict[Event, str]] = {
    Event.MINE: N_("Every step of a petition you started, and how its count grows."),
    Event.SIGNED: N_("Published, sent, registered, moved to another body, expired: what becomes of what you signed."),
    Event.FOLLOWED: N_("The same for petitions you follow."),
    Event.MILESTONES: N_("Round numbers of signatures under petitions you signed or follow."),
    Event.DISCUSSIONS: N_("When and where a draft decision is discussed in public."),
    Event.DECISIONS: N_("What the body decided. About your own petition you are told in any case."),
    Event.NEW: N_("New petitions in the places and on the topics you follow."),
}
MODE_NAMES: Final[dict[Mode, str]] = {
    Mode.AT_ONCE: N_("at once"),
    Mode.DAILY: N_("daily digest"),
    Mode.WEEKLY: N_("weekly digest"),
    Mode.NEVER: N_("silence"),
}
HOURS: Final = 24
DIGEST_HOURS: Final = range(6, 24)
_IN_A_ROW: Final = 6


def clock(at: time) -> str:
    """A time of day as people write it: 08:00."""
    return f"{at:%H:%M}"


def day_name(t: Translator, weekday: int, width: str = "EEEE") -> str:
    """The name of a day of the week, 0 being Monday."""
    monday = date(2024, 1, 1)
    return format_date(monday + timedelta(days=weekday), width, locale=t.language)


def _marked(text: str, *, chosen: bool) -> str:
    return f"✓ {text}" if chosen else text


def _quiet_line(t: Translator, quiet: Quiet | None) -> Html:
    if quiet is None:
        return t("🌙 Quiet hours: none")
    return t("🌙 Quiet hours: {start}–{end}", start=clock(quiet.start), end=clock(quiet.end))


def _digest_line(t: Translator, wishes: Wishes) -> Html:
    return t(
        "🗞 News digest: at {time}; the weekly one on: {day}",
        time=clock(wishes.digest_at),
        day=day_name(t, wishes.digest_weekday).lower() if t.language != "en" else day_name(t, wishes.digest_weekday),
    )


def main_screen(t: Translator, wishes: Wishes, followed: int) -> Screen:
    """All that holds, and the way to change each part."""
    lines = [
        t("🔔 <b>Notifications</b>"),
        t("What you hear of, and when."),
        Html(""),
        *(Html(f"{t(EVENT_NAMES[event])}: <b>{t(MODE_NAMES[wishes.modes[event]])}</b>") for event in Event),
        Html(""),
        _quiet_line(t, wishes.quiet),
        _digest_line(t, wishes),
        t("📍 Places and topics I follow: {count}", count=followed),
        t("📌 One message for each petition: yes") if wishes.one_message else t("📌 One message for each petition: no"),
    ]
    events = [Button(t.plain(EVENT_NAMES[event]), tap=EventTap(event.value)) for event in Event]
    return Screen(
        Html("\n".join(lines)),
        rows(
            *(events[at : at + 2] for at in range(0, len(events), 2)),
            [
                Button(t.plain("🌙 Quiet hours"), tap=NotifyTap("quiet")),
                Button(t.plain("🗞 News digest"), tap=NotifyTap("digest")),
            ],
            [
                Button(t.plain("📍 Places and topics"), tap=NotifyTap("interests")),
                Button(t.plain("📌 One message"), tap=NotifyTap("one")),
            ],
            [back_button(t, GoTap("settings")), home_button(t)],
        ),
    )


def event_screen(t: Translator, event: Event, wishes: Wishes) -> Screen:
    """The ways of hearing of one kind of event."""
    return Screen(
        Html(f"<b>{t(EVENT_NAMES[event])}</b>\n{t(EVENT_MEANINGS[event])}"),
        rows(
            *(
                Button(
                    _marked(t.plain(MODE_NAMES[mode]), chosen=wishes.modes[event] is mode),
                    tap=ModeTap(event.value, mode.value),
                )
                for mode in Mode
            ),
            back_button(t, NotifyTap("main")),
        ),
    )


def quiet_screen(t: Translator, quiet: Quiet | None) -> Screen:
    """The quiet hours, an hour more or less at each end."""
    start, end = (quiet.start.hour, quiet.end.hour) if quiet is not None else (22, 8)
    steps = None
    if quiet is not None:
        steps = [
            [
                Button(
                    t.plain("from {time}", time=clock(time((start + by) % HOURS))),
                    tap=QuietTap((start + by) % HOURS, end),
                )
                for by in (-1, 1)
            ],
            [
                Button(
                    t.plain("until {time}", time=clock(time((end + by) % HOURS))),
                    tap=QuietTap(start, (end + by) % HOURS),
                )
                for by in (-1, 1)
            ],
        ]
    return Screen(
        Html(
            f"{_quiet_line(t, quiet)}\n"
            + t("In these hours I do not write on my own. What happens then I tell when they are over.")
        ),
        rows(
            *(steps or ()),
            Button(t.plain("No quiet hours"), tap=QuietTap(None, None))
            if quiet is not None
            else Button(t.plain("Quiet from 22:00 until 08:00"), tap=QuietTap(22, 8)),
            back_button(t, NotifyTap("main")),
        ),
    )


def digest_screen(t: Translator, wishes: Wishes) -> Screen:
    """The hour of digests and the day of the weekly one."""
    hours = [
        Button(
            _marked(clock(time(hour)), chosen=wishes.digest_at == time(hour)),
            tap=DigestHourTap(hour),
        )
        for hour in DIGEST_HOURS
    ]
    days = [
        Button(
            _marked(day_name(t, weekday, "EEEEEE"), chosen=wishes.digest_weekday == weekday),
            tap=DigestDayTap(weekday),
        )
        for weekday in range(DAYS_OF_WEEK)
    ]
    is_quiet = wishes.quiet is not None and wishes.quiet.covers(wishes.digest_at)
    lines = [
        _digest_line(t, wishes),
        t("A digest is one message with everything since the last one. Without news there is none."),
        t("This hour is quiet for you, so the digest comes when the quiet hours are over.") if is_quiet else None,
    ]
    return Screen(
        Html("\n".join(line for line in lines if line is not None)),
        rows(
            *(hours[at : at + _IN_A_ROW] for at in range(0, len(hours), _IN_A_ROW)),
            days[:4],
            days[4:],
            back_button(t, NotifyTap("main")),
        ),
    )


def one_message_screen(t: Translator, *, on: bool) -> Screen:
    """The choice between one message for each petition and one for each event."""
    return Screen(
        Html(
            t("📌 <b>One message for each petition</b>")
            + "\n"
            + t(
                "Instead of a new message for each event, each petition has one pinned message here that is always "
                "up to date. Decisions are told all the same."
            )
        ),
        rows(
            Button(_marked(t.plain("One pinned message"), chosen=on), tap=OneMessageTap(1)),
            Button(_marked(t.plain("A message for each event"), chosen=not on), tap=OneMessageTap(0)),
            back_button(t, NotifyTap("main")),
        ),
    )


def interests_screen(
    t: Translator,
    places: Sequence[Place],
    topics: Sequence[tuple[str, str]],
    offered: Sequence[Place],
    note: Html | None = None,
) -> Screen:
    """Followed places and topics, each with a button to end it, and what else can be followed."""
    lines = [
        *([note, Html("")] if note is not None else []),
        t("📍 <b>Places and topics</b>"),
        t("I tell you of new petitions in the places you follow, with all that lies in them, and on your topics."),
    ]
    if places or topics:
        lines.append(Html(""))
        lines += [Html(f"• {safe(place.name(t.language))}") for place in places]
        lines += [Html(f"• {safe(name)}") for _, name in topics]
    return Screen(
        Html("\n".join(lines)),
        rows(
            *(Button(f"✕ {place.name(t.language)}", tap=PlaceInterestTap(place.kato, 0)) for place in places),
            *(Button(f"✕ {name}", tap=TopicInterestTap(topic, 0)) for topic, name in topics),
            *(Button(f"＋ {place.name(t.language)}", tap=PlaceInterestTap(place.kato, 1)) for place in offered),
            [
                Button(t.plain("Another place"), tap=NotifyTap("place")),
                Button(t.plain("A topic"), tap=NotifyTap("topics")),
            ],
            back_button(t, NotifyTap("main")),
        ),
    )


def ask_place_screen(t: Translator, note: Html | None = None) -> Screen:
    """Asks which place to follow."""
    ask = t("📍 Which place? Write its name: <i>Talgar, Abai region, Almaty…</i>")
    return Screen(Html(f"{note}\n\n{ask}") if note else ask, rows(back_button(t, NotifyTap("interests"))))


def candidates_screen(t: Translator, labels: Sequence[tuple[str, str]]) -> Screen:
    """Which of several places is meant: KATO code and label of each."""
    return Screen(
        t("Which one do you mean?"),
        rows(
            *(Button(label, tap=PlaceInterestTap(kato, 1)) for kato, label in labels),
            back_button(t, NotifyTap("interests")),
        ),
    )


def not_found_note(t: Translator, typed: str) -> Html:
    """A name that no place has."""
    return t("I know no place called “{name}”.", name=typed[:40])


def topics_screen(
    t: Translator, topics: Sequence[tuple[str, str]], followed: Sequence[str], note: Html | None = None
) -> Screen:
    """Topics to follow or leave: key and name of each."""
    buttons = [
        Button(
            _marked(name, chosen=topic in followed),
            tap=TopicInterestTap(topic, 0 if topic in followed else 1),
        )
        for topic, name in topics
    ]
    words = t("📚 <b>Topics</b>\nChoose what you care about; a second tap ends it.")
    return Screen(
        Html(f"{note}\n\n{words}") if note else words,
        rows(
            *(buttons[at : at + 2] for at in range(0, len(buttons), 2)),
            back_button(t, NotifyTap("interests")),
        ),
    )

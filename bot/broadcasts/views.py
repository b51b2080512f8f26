"""What admins see of broadcasts, and what everybody gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.audience.editing import Reckoned
from bot.audience.rules import Audience
from bot.audience.views import AudienceTap, audience_lines, reckoned_lines
from bot.broadcasts.models import Broadcast, BroadcastState
from bot.broadcasts.rules import MOST_BUTTONS, BroadcastTap, missing_languages, plain_text, text_in
from bot.delivery.progress import Progress
from bot.i18n import LANGUAGE_NAMES, LANGUAGES, N_, Html, Language, Translator
from bot.places.tree import Gazetteer
from bot.residents.views import StaffTap
from bot.screen import Attachment, Button, Live, Rows, Screen, Tap, rows

PAGE: Final = 8
NAME_CHARACTERS: Final = 40
SHOWN: Final = 200
"""Characters of the text that are shown once more before it goes to everybody."""


class BroadcastsTap(Tap, prefix="bl"):
    """The list of broadcasts, a page counted from 0."""

    page: int


class NewBroadcastTap(Tap, prefix="bn"):
    """Begin a broadcast."""


STATES: Final[dict[BroadcastState, str]] = {
    BroadcastState.DRAFT: N_("draft"),
    BroadcastState.SCHEDULED: N_("scheduled"),
    BroadcastState.RUNNING: N_("being sent"),
    BroadcastState.PAUSED: N_("paused"),
    BroadcastState.DONE: N_("sent"),
    BroadcastState.STOPPED: N_("stopped"),
}
_MARKS: Final[dict[BroadcastState, str]] = {
    BroadcastState.DRAFT: "📝",
    BroadcastState.SCHEDULED: "🗓",
    BroadcastState.RUNNING: "📤",
    BroadcastState.PAUSED: "⏸",
    BroadcastState.DONE: "✅",
    BroadcastState.STOPPED: "⏹",
}


def _joined(*lines: Html | str | None) -> Html:
    return Html("\n".join(line for line in lines if line is not None))


def name_of(broadcast: Broadcast, language: Language) -> str:
    """The beginning of its text, without tags."""
    plain = plain_text(text_in(broadcast.texts, language) or "")
    return plain if len(plain) <= NAME_CHARACTERS else plain[: NAME_CHARACTERS - 1].rstrip() + "…"


def list_screen(t: Translator, found: Sequence[Broadcast], page: int, *, has_next: bool) -> Screen:
    """All broadcasts."""
    turning = [
        *([Button("‹", BroadcastsTap(page - 1))] if page else []),
        *([Button("›", BroadcastsTap(page + 1))] if has_next else []),
    ]
    empty = t("Nothing has been sent yet.") if not found else None
    return Screen(
        _joined(f"<b>{t('Broadcasts')}</b>", empty),
        rows(
            Button(t.plain("➕ New broadcast"), NewBroadcastTap()),
            *(
                Button(
                    f"{_MARKS[one.state]} {name_of(one, t.language) or t.plain('No text yet')}",
                    BroadcastTap(one.id, None, "show"),
                )
                for one in found
            ),
            turning,
            Button(t.plain("‹ Back"), StaffTap("menu", 0)),
        ),
    )


def message_rows(broadcast: Broadcast, language: Language) -> Rows:
    """The buttons under the message itself."""
    links = broadcast.buttons.get("rows", ())
    return rows(*(Button(text_in(link["words"], language) or link["url"], url=link["url"]) for link in links))


def message_screen(broadcast: Broadcast, language: Language) -> Screen | None:
    """What a reader of a language gets; None when there is no text."""
    text = text_in(broadcast.texts, language)
    if text is None:
        return None
    file = broadcast.attachment
    attachment = Attachment(file["kind"], file["file_id"]) if file else None
    return Screen(Html(text), message_rows(broadcast, language), attachment=attachment)


def _contents(t: Translator, broadcast: Broadcast, shown: int) -> list[Html | str | None]:
    """What goes out: the beginning of the text in each language, the file, the buttons."""
    found: list[Html | str | None] = []
    for language in LANGUAGES:
        words = plain_text(broadcast.texts.get(language) or "")
        if words:
            text = words if len(words) <= shown else words[: shown - 1].rstrip() + "…"
            found.append(t("{language}: «{text}»", language=LANGUAGE_NAMES[language], text=text))
    if broadcast.attachment:
        found.append(t("📎 With a photo") if broadcast.attachment["kind"] == "photo" else t("📎 With a document"))
    for link in broadcast.buttons.get("rows", ()):
        words = text_in(link["words"], t.language) or link["url"]
        found.append(t("🔗 {words}: {address}", words=words, address=link["url"]))
    return found


def _readers_of_another(t: Translator, broadcast: Broadcast, readers: Mapping[str, Any]) -> list[Html]:
    """Whose language has no text."""
    return [
        t(
            "⚠️ No text in {language}: its readers ({count}) get another language.",
            language=LANGUAGE_NAMES[language],
            count=t.number(readers[language]),
        )
        for language in missing_languages(broadcast.texts)
        if broadcast.texts and readers.get(language)
    ]


def draft_screen(
    t: Translator,
    gazetteer: Gazetteer,
    broadcast: Broadcast,
    reckoned: Reckoned,
    readers: Mapping[str, Any],
    subjects: Mapping[str, Mapping[Language, str]],
    note: Html | None = None,
) -> Screen:
    """A broadcast being made: what is there, what is missing, whom it goes to."""

    def tap(do: str) -> BroadcastTap:
        return BroadcastTap(broadcast.id, broadcast.version, do)

    audience = Audience.from_json(broadcast.audience)
    said: list[Html | str | None] = [note, "" if note else None, f"<b>{t('Broadcast')}</b>"]
    said += _contents(t, broadcast, NAME_CHARACTERS) or [t("Write the text: it can be typed right here.")]
    said += ["", *audience_lines(t, gazetteer, audience, subjects), *reckoned_lines(t, reckoned, is_survey=False)]
    said += _readers_of_another(t, broadcast, readers)
    when = t("🗓 Starts: {moment}", moment=t.date_time(broadcast.starts_at)) if broadcast.starts_at else None
    said.append(when)
    if broadcast.urgent:
        said.append(t("🔴 Urgent: also at night and to people who got another broadcast today"))
    ready = bool(broadcast.texts) and reckoned.counted.drawn > 0
    return Screen(
        _joined(*said),
        rows(
            [
                Button(f"{'✅' if broadcast.texts.get(one) else '✏️'} {LANGUAGE_NAMES[one]}", tap(f"text_{one}"))
                for one in LANGUAGES
            ],
            [
                Button(t.plain("Photo or document"), tap("attach")),
                Button(t.plain("Buttons"), tap("buttons")),
            ],
            [
                Button(t.plain("Who gets it"), AudienceTap("b", broadcast.id, "show", None)),
                Button(t.plain("When"), tap("when")),
            ],
            Button(f"{'☑️' if broadcast.urgent else '⬜️'} {t.plain('Urgent')}", tap("urgent")),
            Button(t.plain("👁 Send to me first"), tap("preview")) if broadcast.texts else None,
            Button(t.plain("📤 Send to everybody…"), tap("confirm")) if ready else None,
            [Button(t.plain("‹ Back"), BroadcastsTap(0)), Button(t.plain("🗑 Discard"), tap("discard"))],
        ),
    )


def question_screen(t: Translator, broadcast: Broadcast, text: Html, *more: Button, note: Html | None = None) -> Screen:
    """A question whose answer is written."""
    back = Button(t.plain("‹ Back"), BroadcastTap(broadcast.id, broadcast.version, "show"))
    return Screen(_joined(note, "" if note else None, text), rows(*more, back))


def text_question(t: Translator, broadcast: Broadcast, language: Language, note: Html | None = None) -> Screen:
    """The text in one language."""
    text = t(
        "Write the text in {language}. Bold, italic and links stay. A photo or a document with a caption is fine too.",
        language=LANGUAGE_NAMES[language],
    )
    taking = BroadcastTap(broadcast.id, broadcast.version, f"drop_{language}")
    more = [Button(t.plain("Take this text away"), taking)] if broadcast.texts.get(language) else []
    return question_screen(t, broadcast, text, *more, note=note)


def attach_question(t: Translator, broadcast: Broadcast, note: Html | None = None) -> Screen:
    """The photo or document."""
    more = []
    if broadcast.attachment:
        more.append(Button(t.plain("Take it away"), BroadcastTap(broadcast.id, broadcast.version, "detach")))
    return question_screen(t, broadcast, t("Send one photo or one document."), *more, note=note)


def button_question(t: Translator, broadcast: Broadcast, note: Html | None = None) -> Screen:
    """A link button."""
    text = _joined(
        t("A button that opens a page. Write its words and, in the last line, the address:"),
        "<pre>Толығырақ\nПодробнее\nMore\nhttps://example.kz</pre>",
        t(
            "One line of words is used for all languages, two are Kazakh and Russian. At most {count} buttons.",
            count=MOST_BUTTONS,
        ),
    )
    more = []
    if broadcast.buttons:
        more.append(Button(t.plain("Take the buttons away"), BroadcastTap(broadcast.id, broadcast.version, "unbutton")))
    return question_screen(t, broadcast, text, *more, note=note)


def when_question(t: Translator, broadcast: Broadcast, now: datetime, note: Html | None = None) -> Screen:
    """When it starts."""
    example = f"{now + timedelta(days=7):%d.%m} 10:00"
    text = _joined(
        t("When does it start? Write the day and the time, for example: {example}", example=example),
        t("Nobody is written to in their quiet hours (mostly 22:00–08:00) unless it is urgent: the message waits."),
    )
    at_once = Button(t.plain("At once after confirming"), BroadcastTap(broadcast.id, broadcast.version, "now"))
    return question_screen(t, broadcast, text, at_once, note=note)


def confirm_screen(
    t: Translator,
    gazetteer: Gazetteer,
    broadcast: Broadcast,
    reckoned: Reckoned,
    readers: Mapping[str, Any],
    subjects: Mapping[str, Mapping[Language, str]],
    note: Html | None = None,
) -> Screen:
    """What goes to whom, and the number that has to be typed."""
    audience = Audience.from_json(broadcast.audience)
    moment = t.date_time(broadcast.starts_at) if broadcast.starts_at is not None else t.plain("at once")
    text = _joined(
        f"<b>{t('Send this to everybody?')}</b>",
        *_contents(t, broadcast, SHOWN),
        *_readers_of_another(t, broadcast, readers),
        "",
        t("🔴 Urgent: also at night and to people who got another broadcast today") if broadcast.urgent else None,
        t("Start: {moment}", moment=moment),
        *audience_lines(t, gazetteer, audience, subjects),
        *reckoned_lines(t, reckoned, is_survey=False),
        "",
        t("To confirm, write the number of people: <code>{count}</code>", count=reckoned.counted.drawn),
    )
    return question_screen(t, broadcast, text, note=note)


def discard_screen(t: Translator, broadcast: Broadcast) -> Screen:
    """Asked before a draft is thrown away."""
    sure = Button(t.plain("Yes, discard it"), BroadcastTap(broadcast.id, broadcast.version, "discard_sure"))
    return question_screen(t, broadcast, t("Throw this broadcast away? Nobody has got it."), sure)


def progress_screen(t: Translator, broadcast: Broadcast, stand: Progress) -> Screen:
    """How far the sending is, kept up to date in place."""

    def tap(do: str) -> BroadcastTap:
        return BroadcastTap(broadcast.id, broadcast.version, do)

    share = stand.done / stand.total if stand.total else 1.0
    bar = "▰" * round(share * 10) + "▱" * (10 - round(share * 10))
    said: list[Html | str | None] = [
        f"{_MARKS[broadcast.state]} <b>{t('Broadcast № {number}', number=broadcast.id)}</b>: "
        f"{t(STATES[broadcast.state])}",
        t("«{text}»", text=name_of(broadcast, t.language)),
    ]
    if broadcast.state is BroadcastState.SCHEDULED and broadcast.starts_at is not None:
        said.append(t("🗓 Starts: {moment}", moment=t.date_time(broadcast.starts_at)))
        return Screen(
            _joined(*said),
            rows(
                Button(t.plain("Call it off"), tap("discard")),
                Button(t.plain("‹ Back"), BroadcastsTap(0)),
            ),
            live=Live("broadcast", broadcast.id),
        )
    said += [
        f"{bar} {t.percent(share)}",
        t("Sent: {sent} of {total}", sent=t.number(stand.sent), total=t.number(stand.total)),
    ]
    if stand.unreachable:
        said.append(t("Could not be reached: {count}", count=t.number(stand.unreachable)))
    if stand.called_off:
        said.append(t("Not sent, because it was stopped: {count}", count=t.number(stand.called_off)))
    if stand.failed:
        said.append(t("Failed: {count}", count=t.number(stand.failed)))
    if stand.ends_at is not None and broadcast.state is BroadcastState.RUNNING:
        said.append(t("Done at about {moment}", moment=t.date_time(stand.ends_at)))
    buttons: list[Button] = []
    if broadcast.state is BroadcastState.RUNNING and not stand.is_over:
        buttons = [Button(t.plain("⏸ Pause"), tap("pause")), Button(t.plain("⏹ Stop"), tap("stop"))]
    elif broadcast.state is BroadcastState.PAUSED:
        buttons = [Button(t.plain("▶️ Resume"), tap("resume")), Button(t.plain("⏹ Stop"), tap("stop"))]
    return Screen(
        _joined(*said),
        rows(buttons, Button(t.plain("‹ Back"), BroadcastsTap(0))),
        live=Live("broadcast", broadcast.id),
    )


def stop_screen(t: Translator, broadcast: Broadcast, stand: Progress) -> Screen:
    """Asked before the rest is told nothing."""
    text = t(
        "Stop for good? {sent} people have got it, {left} will not.",
        sent=t.number(stand.sent),
        left=t.number(stand.left + stand.held),
    )
    sure = Button(t.plain("Yes, stop"), BroadcastTap(broadcast.id, broadcast.version, "stop_sure"))
    return question_screen(t, broadcast, text, sure)


def done_screen(t: Translator, broadcast: Broadcast, stand: Progress) -> Screen:
    """The report to its owner when everybody has been told."""
    took = None
    if broadcast.started_at is not None and broadcast.ended_at is not None:
        minutes = max(1, round((broadcast.ended_at - broadcast.started_at).total_seconds() / 60))
        took = t("It took {count} min.", count=t.number(minutes))
    return Screen(
        _joined(
            t("✅ <b>Broadcast № {number} is out.</b>", number=broadcast.id),
            t("«{text}»", text=name_of(broadcast, t.language)),
            t("Sent: {sent} of {total}", sent=t.number(stand.sent), total=t.number(stand.total)),
            t("Could not be reached: {count}", count=t.number(stand.unreachable)) if stand.unreachable else None,
            t("Failed: {count}", count=t.number(stand.failed)) if stand.failed else None,
            took,
        ),
        rows(Button(t.plain("Broadcasts"), BroadcastsTap(0))),
    )

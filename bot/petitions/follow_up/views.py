"""What the time after a decision looks like: two buttons, shares, whether it was done, photos and their check."""

from __future__ import annotations

from datetime import date
from typing import Final

from bot.i18n import N_, Html, Translator, safe
from bot.petitions.follow_up.queries import Photo
from bot.petitions.follow_up.rules import AnswerCheck, Deed, Problem, numbers, shares
from bot.screen import Attachment, Button, Screen, Tap, rows


class AnswersTap(Tap, prefix="fa"):
    """Say that a decision answers the question (1) or does not (0)."""

    number: int
    yes: int


class WhyTap(Tap, prefix="fy"):
    """Ask for a line why."""

    number: int


class DeedTap(Tap, prefix="fe"):
    """Say whether it was done: "yes", "partly", "no"; "ask" shows the three."""

    number: int
    deed: str


class DeedPhotoTap(Tap, prefix="fp"):
    """Ask for a photo of what was done, or not."""

    number: int


class PhotosTap(Tap, prefix="fs"):
    """Show one of the photos of a petition."""

    number: int
    index: int


class PhotoQueueTap(Tap, prefix="fq"):
    """Show a moderator the photo that waits longest."""


class PhotoCheckTap(Tap, prefix="fc"):
    """A moderator shows a photo to everybody (1) or to nobody (0)."""

    report: int
    show: int


DEED_NAMES: Final[dict[Deed, str]] = {
    Deed.YES: N_("Yes, it is done"),
    Deed.PARTLY: N_("In part"),
    Deed.NO: N_("No"),
}

WHY_PROBLEMS: Final[dict[Problem, str]] = {
    "empty": N_("There are no words in it. Write one line, or go back."),
    "long": N_("That is too long. One line of up to {count} characters will do."),
    "iin": N_("There is an IIN in it. I kept nothing: write it again without."),
    "phone": N_("There is a telephone number in it. I kept nothing: write it again without."),
    "email": N_("There is an e-mail address in it. I kept nothing: write it again without."),
    "link": N_("There is a link in it. I kept nothing: write it again without."),
}


def answer_buttons(t: Translator, number: int, own: bool | None) -> list[Button]:
    """The two buttons below a decision; what the person said is marked."""
    said = {True: t.plain("Answers the question"), False: t.plain("Does not")}
    return [
        Button(f"{'✓ ' if own is yes else ''}{words}", tap=AnswersTap(number, int(yes))) for yes, words in said.items()
    ]


def check_buttons(t: Translator, number: int, check: AnswerCheck) -> list[list[Button]]:
    """Lines of buttons on the card of a decided petition."""
    lines: list[list[Button]] = []
    if check.may_answer:
        lines.append(answer_buttons(t, number, check.own))
        if check.own is not None:
            words = t.plain("Change my reason") if check.own_why else t.plain("Say why, in one line")
            lines.append([Button(words, tap=WhyTap(number))])
    line = []
    if check.may_tell_deed:
        line.append(Button(t.plain("Was it done?"), tap=DeedTap(number, "ask")))
    if check.photos:
        line.append(Button(f"📷 {t.plain('Photos')}: {t.number(check.photos)}", tap=PhotosTap(number, 0)))
    if line:
        lines.append(line)
    return lines


def satisfaction_line(t: Translator, check: AnswerCheck) -> Html | None:
    """How many signers find that the decision answers the question; None before anybody said so."""
    found = shares((check.satisfied, check.unsatisfied), numbers().shares_from)
    if found is not None:
        return t.plural(
            "🗳 Answers the question: {yes}, does not: {no} ({count} signer said so)",
            "🗳 Answers the question: {yes}, does not: {no} ({count} signers said so)",
            check.answers,
            yes=t.percent(found[0] / 100),
            no=t.percent(found[1] / 100),
        )
    if check.answers:
        return t(
            "🗳 Signers are saying whether it answers the question; shares are shown from {count} answers on.",
            count=numbers().shares_from,
        )
    return None


def deed_line(t: Translator, check: AnswerCheck, promised_on: date | None, ask_on: date | None) -> Html | None:
    """Promised, and done or not, as people who live there see it; None for a decision that promises nothing."""
    if promised_on is None:
        return None
    promised = t("🤝 Promised: {date}", date=t.date(promised_on))
    counts = tuple(check.deeds.get(deed, 0) for deed in Deed)
    found = shares(counts, numbers().shares_from)
    if found is not None:
        yes, partly, no = (t.percent(share / 100) for share in found)
        done = t.plural(
            "done: {yes}, in part: {partly}, not done: {no} ({count} answer)",
            "done: {yes}, in part: {partly}, not done: {no} ({count} answers)",
            check.told,
            yes=yes,
            partly=partly,
            no=no,
        )
        return Html(f"{promised} · {done}")
    if check.is_asked:
        return Html(f"{promised} · {t('people who live there are being asked whether it was done')}")
    if ask_on is not None:
        asked = t("people who live there are asked on {date} whether it was done", date=t.date(ask_on))
        return Html(f"{promised} · {asked}")
    return promised


def ask_why_screen(t: Translator, back: Tap, *, own: bool, note: Html | None = None) -> Screen:
    """Asks for a line why."""
    ask = t("✏️ What does it answer well? Write one line.") if own else t("✏️ What is missing? Write one line.")
    words = Html(f"{ask}\n{t('The body and the moderators read it. Leave out names, numbers and links.')}")
    return Screen(Html(f"{note}\n\n{words}") if note else words, rows(Button(t.plain("Back"), tap=back)))


def why_problem_note(t: Translator, problem: Problem) -> Html:
    """Why a line was not kept."""
    return t(WHY_PROBLEMS[problem], count=numbers().why_characters) if problem == "long" else t(WHY_PROBLEMS[problem])


def was_it_done_screen(t: Translator, number: int, title: str, own: Deed | None, back: Tap) -> Screen:
    """Asks somebody who lives there whether the promise was kept."""
    return Screen(
        Html(
            "\n\n".join(
                [
                    t("🤝 The body promised to do what you signed for. Was it done?"),
                    Html(f"№ {number} <b>{safe(title)}</b>"),
                    t("You live there and see it best. Your answer is counted, your name is not shown."),
                ]
            )
        ),
        rows(
            *(
                Button(f"{'✓ ' if own is deed else ''}{t.plain(DEED_NAMES[deed])}", tap=DeedTap(number, deed.value))
                for deed in Deed
            ),
            Button(t.plain("Open the petition"), tap=back),
        ),
    )


def deed_thanks_screen(t: Translator, number: int, deed: Deed, back: Tap) -> Screen:
    """After the answer: a photo may be added."""
    return Screen(
        Html(
            "\n".join(
                [
                    t("✅ Thank you. Your answer: {answer}.", answer=t.plain(DEED_NAMES[deed])),
                    t("A photo says more: you can add one. Everybody sees it after a moderator looked at it."),
                ]
            )
        ),
        rows(
            Button(t.plain("📷 Add a photo"), tap=DeedPhotoTap(number)),
            [
                Button(t.plain("Another answer"), tap=DeedTap(number, "ask")),
                Button(t.plain("Open the petition"), tap=back),
            ],
        ),
    )


def ask_photo_screen(t: Translator, number: int, note: Html | None = None) -> Screen:
    """Asks for the photo."""
    ask = t("📷 Send one photo of the place. Please no faces and no car numbers.")
    return Screen(Html(f"{note}\n\n{ask}") if note else ask, rows(Button(t.plain("Back"), tap=DeedTap(number, "ask"))))


def photo_thanks_screen(t: Translator, back: Tap) -> Screen:
    """The photo is there."""
    return Screen(
        t("✅ The photo is kept. A moderator looks at it before others see it."),
        rows(Button(t.plain("Open the petition"), tap=back)),
    )


def photo_screen(t: Translator, photo: Photo, back: Tap) -> Screen:
    """One photo that everybody may see."""
    place = t("{index} of {count}", index=photo.index + 1, count=photo.count)
    turn = [
        Button("‹", tap=PhotosTap(photo.petition_id, photo.index - 1)) if photo.index > 0 else None,
        Button("›", tap=PhotosTap(photo.petition_id, photo.index + 1)) if photo.index + 1 < photo.count else None,
    ]
    return Screen(
        Html(f"№ {photo.petition_id} · {place}\n{t('Was it done? {answer}', answer=t.plain(DEED_NAMES[photo.deed]))}"),
        rows(
            [button for button in turn if button is not None],
            Button(t.plain("Open the petition"), tap=back),
        ),
        attachment=Attachment("photo", photo.file_id),
    )


def photo_check_screen(t: Translator, photo: Photo) -> Screen:
    """A photo before a moderator."""
    return Screen(
        Html(
            "\n".join(
                [
                    t("📷 A photo for petition № {number}", number=str(photo.petition_id)),
                    t("Was it done? {answer}", answer=t.plain(DEED_NAMES[photo.deed])),
                    t("Show it only when it shows the place: no faces, no car numbers, no advertising."),
                ]
            )
        ),
        rows(
            [
                Button(t.plain("Show to everybody"), tap=PhotoCheckTap(photo.id, 1)),
                Button(t.plain("Do not show"), tap=PhotoCheckTap(photo.id, 0)),
            ],
        ),
        attachment=Attachment("photo", photo.file_id),
    )


def no_photo_screen(t: Translator, home: Button, note: Html | None = None) -> Screen:
    """No photo waits."""
    none = t("No photo waits for a check.")
    return Screen(Html(f"{note}\n{none}") if note else none, rows(home))


def photo_waiting_screen(t: Translator, number: int) -> Screen:
    """To moderators: a photo waits."""
    return Screen(
        t("📷 A photo waits for a check: petition № {number}.", number=str(number)),
        rows(Button(t.plain("Look at it"), tap=PhotoQueueTap())),
    )

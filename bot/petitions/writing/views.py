"""What writing a petition looks like, step by step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Final
from urllib.parse import quote

from bot.i18n import LANGUAGE_NAMES, LANGUAGES, N_, Html, Translator, as_language, bold, safe
from bot.law.forbidden import ForbiddenHit, ForbiddenPoint
from bot.law.naming import article_words
from bot.law.rules import Order, Term
from bot.petitions.models import Draft, Petition
from bot.petitions.naming import addressee, because
from bot.petitions.reading.views import OpenPetitionTap
from bot.petitions.rules import DraftStep, State
from bot.petitions.writing.rules import (
    LONGEST,
    OPEN_DRAFTS,
    TEXT_STEPS,
    BodyChoice,
    Page,
    Problem,
    is_shouting,
    position,
)
from bot.places.bodies import Body, BodyKind
from bot.places.tree import Place
from bot.residents.views import HomeTap
from bot.screen import Button, Screen, Tap, rows

MESSAGE_CHARACTERS: Final = 4096
"""Telegram's limit for the text of a message, tags not counted."""

HITS_SHOWN: Final = 3
"""How many points a warning names; more would not be read."""

BUTTON_CHARACTERS: Final = 60
"""More of a button's text is not seen on a phone."""


class NewTap(Tap, prefix="nw"):
    """Start a petition; `fresh` is 1 when drafts that are open are to be left alone."""

    fresh: int = 0


class ResumeTap(Tap, prefix="dq"):
    """Go on with a draft where it stands."""

    draft: int


class CorrectTap(Tap, prefix="dc"):
    """Correct a petition that a moderator returned."""

    petition: int


class StepTap(Tap, prefix="ds"):
    """Move within a draft: next, back, cancel, keep, discard, warned, mend, ask, sure, open, text, here."""

    draft: int
    version: int
    go: str


class EditTap(Tap, prefix="de"):
    """Change one part of a draft."""

    draft: int
    version: int
    step: str


class DraftPlaceTap(Tap, prefix="dp"):
    """Choose the place a draft is about."""

    draft: int
    version: int
    kato: str


class DraftBodyTap(Tap, prefix="db"):
    """Choose the body a draft is addressed to; the Government has no unit."""

    draft: int
    version: int
    kind: str
    kato: str | None


class DraftLanguageTap(Tap, prefix="dl"):
    """Say in which language a draft is written."""

    draft: int
    version: int
    language: str


HEADINGS: Final[dict[DraftStep, str]] = {
    DraftStep.RULES: N_("Start a petition"),
    DraftStep.TITLE: N_("Title"),
    DraftStep.ASK: N_("What we ask for"),
    DraftStep.WHY: N_("Why"),
    DraftStep.PLACE: N_("Place"),
    DraftStep.BODY: N_("Who decides"),
    DraftStep.REVIEW: N_("Check the petition"),
}

_WANTED: Final[dict[DraftStep, str]] = {
    DraftStep.TITLE: N_(
        "Write in one line what should change and where. Up to {limit} characters.\n\n"
        "You may also send the whole story in one message: I will sort it into parts, and you correct them."
    ),
    DraftStep.ASK: N_("Write what exactly should be done. One or two sentences are enough, up to {limit} characters."),
    DraftStep.WHY: N_(
        "Write why it is needed: facts, numbers, whom it concerns. Up to {limit} characters. "
        "The law asks for arguments, and three honest sentences are better than none."
    ),
}

_EXAMPLES: Final[dict[DraftStep, str]] = {
    DraftStep.TITLE: N_("A bus stop by school No. 12 on Abai Street"),
    DraftStep.ASK: N_("We ask to build a stop with a roof by school No. 12 and to let bus No. 5 call there."),
    DraftStep.WHY: N_(
        "About 400 children walk to this school along a road without a pavement. "
        "The nearest stop is a kilometre away, and in winter it is dark there morning and evening."
    ),
}

_KINDS: Final[dict[BodyKind, str]] = {
    BodyKind.AKIM_OFFICE: N_("Akim's office: streets, lighting, cleaning and water on the spot."),
    BodyKind.AKIMAT: N_("Akimat: works and services, such as roads, buses, schools, clinics, parks."),
    BodyKind.MASLIKHAT: N_("Maslikhat: local rules, rates and the budget."),
    BodyKind.GOVERNMENT: N_("Government: laws and whatever holds for the whole country."),
    BodyKind.MINISTRY: N_("Government: laws and whatever holds for the whole country."),
}

_FOUND: Final[dict[str, str]] = {
    "phone": N_("a phone number ({found}). Everybody will read the petition, and the owner could be bothered."),
    "email": N_("an e-mail address ({found}). Everybody will read the petition, and spam would follow."),
    "iin": N_("an IIN ({found}). It is personal data and must never be public, not even your own."),
    "link": N_("a link ({found}). Links break and mislead; the text has to speak for itself."),
    "emoji": N_("an emoji ({found}). The body takes the petition into its files, where emoji get lost."),
}


def shown_length(html: str) -> int:
    """How many characters of Telegram HTML count against its limit: tags do not."""
    return len(unescape(re.sub(r"<[^>]+>", "", html)).encode("utf-16-le")) // 2


def clip(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def join(*blocks: Html | str | None) -> Html:
    """Paragraphs of a message; empty ones are left out."""
    return Html("\n\n".join(block for block in blocks if block))


def lines(*parts: Html | str | None) -> Html:
    """Lines of a paragraph; empty ones are left out."""
    return Html("\n".join(part for part in parts if part))


def quoted(text: str, *, expandable: bool = False) -> Html:
    """Somebody's own words, set apart."""
    return Html(f"<blockquote{' expandable' if expandable else ''}>{safe(text)}</blockquote>")


def term_words(t: Translator, term: Term) -> str:
    """A term of the law in words: "20 working days", "6 months"."""
    if term.months is not None:
        return t.plain_plural("{count} month", "{count} months", term.months)
    if term.working:
        return t.plain_plural("{count} working day", "{count} working days", term.days or 0)
    return t.plain_plural("{count} day", "{count} days", term.days or 0)


def votes_words(t: Translator, votes: int | None, article: str) -> Html:
    """A threshold with its article."""
    where = article_words(t, article)
    if votes is None:
        return t("Threshold: not known, because the number of residents is not known ({article}).", article=where)
    return t.plural(
        "Threshold: {count} signature ({article}).",
        "Threshold: {count} signatures ({article}).",
        votes,
        article=where,
    )


def threshold_words(t: Translator, choice: BodyChoice) -> Html:
    """The threshold of a body with its article and the population it is counted from."""
    needed = choice.threshold
    said = votes_words(t, needed.votes, needed.article)
    if needed.population is None:
        return said
    if choice.population_year is None:
        counted = t("Residents, an estimate: {population}.", population=needed.population)
        return Html(f"{said} {counted}")
    year = str(choice.population_year)
    counted = t("Residents in {year}, an estimate: {population}.", year=year, population=needed.population)
    return Html(f"{said} {counted}")


def share_url(link: str, title: str) -> str:
    """The address that opens Telegram's list of chats to send a link to."""
    return f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(title, safe='')}"


# --- lists and ends -------------------------------------------------------------------------------------


def draft_row_button(t: Translator, draft: Draft) -> Button:
    """A draft in a list."""
    if draft.petition_id is not None:
        shown = t.plain("✏️ Correct № {number}", number=str(draft.petition_id))
    elif draft.title:
        shown = f"✍️ {draft.title}"
    else:
        shown = t.plain("✍️ Draft of {date}", date=t.date(draft.created_at))
    return Button(clip(shown, BUTTON_CHARACTERS), tap=ResumeTap(draft.id))


def drafts_screen(t: Translator, drafts: Sequence[Draft], *, full: bool = False) -> Screen:
    """What one is writing already; `full` when no more can be begun."""
    own = sum(draft.petition_id is None for draft in drafts)
    text = join(
        t("✍️ <b>Start a petition</b>"),
        t.plural("You have {count} draft. Go on with it?", "You have {count} drafts. Go on with one?", len(drafts)),
        t(
            "More than {limit} at a time cannot be written: finish or discard one first.",
            limit=OPEN_DRAFTS,
        )
        if full or own >= OPEN_DRAFTS
        else None,
    )
    return Screen(
        text,
        rows(
            *([draft_row_button(t, draft)] for draft in drafts),
            Button(t.plain("Write a new one"), tap=NewTap(fresh=1)) if own < OPEN_DRAFTS else None,
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def cancel_screen(t: Translator, page: Page) -> Screen:
    """Keep the draft or throw it away."""
    return Screen(
        join(
            t("<b>Stop writing?</b>"),
            t("A draft waits for you as long as you like. A discarded one cannot be brought back."),
        ),
        rows(
            Button(t.plain("Keep as a draft"), tap=StepTap(page.draft, page.version, "keep")),
            Button(t.plain("Discard"), tap=StepTap(page.draft, page.version, "discard")),
            Button(t.plain("Back"), tap=StepTap(page.draft, page.version, "here")),
        ),
    )


def kept_screen(t: Translator, draft: int) -> Screen:
    """The draft is put aside."""
    return Screen(
        t("The draft is kept. You will find it in My petitions."),
        rows(
            Button(t.plain("Continue writing"), tap=ResumeTap(draft)),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def discarded_screen(t: Translator) -> Screen:
    """The draft is gone."""
    return Screen(
        t("The draft is discarded; its text is deleted."),
        rows(
            Button(t.plain("Start a petition"), tap=NewTap()),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def gone_screen(t: Translator) -> Screen:
    """A button of a draft that is not there any more."""
    return Screen(
        t("This draft is no longer there. You can start a new petition."),
        rows(
            Button(t.plain("Start a petition"), tap=NewTap()),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def private_screen(t: Translator, bot_username: str) -> Screen:
    """In a group: petitions are written in one's own chat."""
    return Screen(
        t("A petition is written in your own chat with the bot."),
        rows(Button(t.plain("Write to the bot"), url=f"https://t.me/{bot_username}")),
    )


def already_screen(t: Translator, number: int) -> Screen:
    """A button of a draft that has become a petition, or has gone back to the moderator."""
    return Screen(
        t("This text has been sent: petition № {number}.", number=str(number)),
        rows(
            Button(t.plain("Open the petition"), tap=OpenPetitionTap(number)),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def not_returned_screen(t: Translator, number: int) -> Screen:
    """The petition cannot be corrected now."""
    return Screen(
        t("Petition № {number} cannot be corrected now: it was not returned to you.", number=str(number)),
        rows(
            Button(t.plain("Open the petition"), tap=OpenPetitionTap(number)),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def opened_screen(t: Translator, petition: Petition, link: str) -> Screen:
    """The petition is open: its link, how many supporters by when."""
    number = str(petition.id)
    if petition.state is State.GATHERING and petition.supporters_by is not None:
        left = max(petition.supporters_needed - petition.signature_count, 0)
        next_thing = lines(
            t("Your signature is the first."),
            t.plural(
                "{count} more supporter is needed by {date}.",
                "{count} more supporters are needed by {date}.",
                left,
                date=t.date(petition.supporters_by),
            ),
        )
        advice = t(
            "Until a moderator has checked it, only people with this link see the petition. "
            "Send it to neighbours, to the chats of your house, school and village:"
        )
    else:
        due = t.date(petition.moderation_due) if petition.moderation_due else "—"
        next_thing = t("A moderator checks it and answers by {date}. I will tell you the result.", date=due)
        advice = t("The direct link to your petition:")
    return Screen(
        join(
            t("🎉 <b>Petition № {number} is open</b>", number=number),
            bold(petition.title),
            next_thing,
            lines(advice, safe(link)),
        ),
        rows(
            Button(t.plain("Share"), url=share_url(link, petition.title)),
            Button(t.plain("Copy the link"), copy=link),
            Button(t.plain("Open the petition"), tap=OpenPetitionTap(petition.id)),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


def corrected_screen(t: Translator, petition: Petition) -> Screen:
    """The corrected petition is with the moderators again."""
    due = t.date(petition.moderation_due) if petition.moderation_due else "—"
    return Screen(
        join(
            t("✅ <b>The correction is sent</b>"),
            t(
                "Petition № {number} is with the moderator again, who answers by {date}.",
                number=str(petition.id),
                date=due,
            ),
        ),
        rows(
            Button(t.plain("Open the petition"), tap=OpenPetitionTap(petition.id)),
            Button(t.plain("Main menu"), tap=HomeTap()),
        ),
    )


# --- steps ----------------------------------------------------------------------------------------------


def draft_screen(
    t: Translator,
    page: Page,
    *,
    points: Sequence[ForbiddenPoint] = (),
    problem: Problem | None = None,
    notice: Html | None = None,
    found_places: Sequence[tuple[Place, str]] | None = None,
) -> Screen:
    """The step at which a draft stands. `problem` says why the answer just given was not taken."""
    if page.warning:
        return warning_screen(t, page)
    if page.step is DraftStep.RULES:
        return _rules_screen(t, page, points, notice)
    if page.step in TEXT_STEPS:
        return _text_screen(t, page, problem, notice)
    if page.step is DraftStep.PLACE:
        return _place_screen(t, page, found_places, notice)
    if page.step is DraftStep.BODY:
        return _body_screen(t, page, notice)
    return review_screen(t, page, notice)


def _head(t: Translator, page: Page) -> Html:
    number, total = position(page.step)
    heading = t(HEADINGS[page.step])
    if page.corrects is not None:
        corrected = t("Correcting № {number}", number=str(page.corrects))
        return Html(f"✏️ <b>{heading}</b>\n{corrected}")
    step = t("Step {number} of {total}", number=number, total=total)
    return Html(f"✍️ <b>{heading}</b>\n{step}")


def _leave(t: Translator, page: Page) -> list[Button]:
    return [
        Button(t.plain("Back"), tap=StepTap(page.draft, page.version, "back")),
        Button(t.plain("Cancel"), tap=StepTap(page.draft, page.version, "cancel")),
    ]


def _rules_screen(t: Translator, page: Page, points: Sequence[ForbiddenPoint], notice: Html | None) -> Screen:
    listed = Html("\n".join(f"{point.number}. {safe(point.plain(t.language))}" for point in points))
    text = join(
        t("✍️ <b>Start a petition</b>"),
        t(
            "You write a title, what you ask for and why, and choose who decides. "
            "Every answer is saved at once: you can stop and go on later."
        ),
        t("Signatures in this bot count in the bot only. Legally binding ones are made with EDS on epetition.kz."),
        t(
            "<b>What a petition cannot be about</b> ({article}):",
            article=article_words(t, points[0].article.rpartition("(")[0]),
        )
        if points
        else None,
        Html(f"<blockquote expandable>{listed}</blockquote>") if points else None,
        notice,
    )
    return Screen(
        text,
        rows(
            Button(t.plain("Next"), tap=StepTap(page.draft, page.version, "next")),
            [
                Button(t.plain("Back"), tap=HomeTap()),
                Button(t.plain("Cancel"), tap=StepTap(page.draft, page.version, "cancel")),
            ],
        ),
    )


def problem_words(t: Translator, problem: Problem) -> Html:
    """Why a text was not taken, and what to do."""
    if problem.kind == "too_long":
        return t.plural(
            "✋ The text is {count} character too long. Your message is still in the chat: "
            "copy it, shorten it and send it again.",
            "✋ The text is {count} characters too long. Your message is still in the chat: "
            "copy it, shorten it and send it again.",
            problem.amount,
        )
    if problem.kind == "too_short":
        return t.plural(
            "✋ That is a little short: {count} character at least. Add what people should know.",
            "✋ That is a little short: {count} characters at least. Add what people should know.",
            problem.amount,
        )
    if problem.kind == "not_text":
        return t("✋ I need it as text. Please write it in a message.")
    todo = (
        t("Without it the text reads as below. Use that, or send another.")
        if problem.mended
        else t("Please send the text again without it.")
    )
    return lines(*_personal_words(t, problem), todo)


def _personal_words(t: Translator, problem: Problem) -> list[Html]:
    named: dict[str, list[str]] = {}
    for one in problem.found:
        named.setdefault(one.kind, []).append(one.text[:4] + "••••••••" if one.kind == "iin" else one.text)
    return [
        t("✋ There is something in the text that should not be in a petition:"),
        *(
            Html("• " + t(_FOUND[kind], found=clip(", ".join(dict.fromkeys(texts)), 80)))
            for kind, texts in named.items()
        ),
    ]


def remark_notice(t: Translator, remark: str) -> Html:
    """What the moderator asked for when returning the petition that is being corrected."""
    return lines(t("<b>The moderator wrote:</b>"), quoted(clip(remark, 300)))


def left_out_notice(t: Translator, problem: Problem) -> Html:
    """The words sent with the command were kept without what must not stand in a petition."""
    return lines(*_personal_words(t, problem), t("I have left it out; you will see the text at the next step."))


def _text_screen(t: Translator, page: Page, problem: Problem | None, notice: Html | None) -> Screen:
    written = page.text_of(page.step)
    is_personal = problem is not None and problem.kind == "personal"
    frame = join(
        _head(t, page),
        notice,
        problem_words(t, problem) if problem else None,
        None if is_personal and written else t(_WANTED[page.step], limit=LONGEST[page.step]),
        t("Now:") if written else t("For example: <i>{example}</i>", example=t.plain(_EXAMPLES[page.step])),
    )
    text: Html = frame
    if written:
        text = lines(frame, quoted(clip(written, MESSAGE_CHARACTERS - shown_length(frame) - 1)))
    main = None
    if written:
        uses_mended = problem is not None and problem.mended
        main = Button(
            t.plain("Remove it for me") if uses_mended else t.plain("Keep it"),
            tap=StepTap(page.draft, page.version, "next"),
        )
    return Screen(text, rows(main, _leave(t, page)))


def _place_screen(t: Translator, page: Page, found: Sequence[tuple[Place, str]] | None, notice: Html | None) -> Screen:
    def button(label: str, place: Place) -> Button:
        return Button(label, tap=DraftPlaceTap(page.draft, page.version, place.kato))

    wanted = t(
        "Which place is it about? Choose below, or write the name of a district, a city or a region: "
        "any language and old names will do."
    )
    if found:
        chosen = [[button(clip(label, BUTTON_CHARACTERS), place)] for place, label in found]
        said: Html | None = t("Did you mean:")
    else:
        said = t("✋ I do not know such a place. Try another spelling, or choose below.") if found == () else None
        offered = page.own_places
        per_line = 2 if len(offered) > 6 else 1
        buttons = [button(place.name(t.language), place) for place in offered]
        chosen = [buttons[at : at + per_line] for at in range(0, len(buttons), per_line)]
    now_chosen = t("Now: {place}", place=page.place.name(t.language)) if page.place else None
    keep = (
        Button(t.plain("Keep it"), tap=StepTap(page.draft, page.version, "next")) if page.place and not found else None
    )
    return Screen(
        join(_head(t, page), notice, wanted, now_chosen, said),
        rows(keep, *chosen, _leave(t, page)),
    )


def _votes(t: Translator, choice: BodyChoice) -> str:
    votes = choice.threshold.votes
    return t.number(votes) if votes is not None else t.plain("threshold not known")


def _body_button(t: Translator, page: Page, choice: BodyChoice, mark: str = "") -> Button:
    needed = _votes(t, choice)
    room = BUTTON_CHARACTERS - len(needed) - len(mark) - 3
    return Button(
        f"{mark}{clip(choice.body.name_cap(t.language), room)} · {needed}",
        tap=DraftBodyTap(
            page.draft,
            page.version,
            choice.body.kind.value,
            choice.body.place.kato if choice.body.place else None,
        ),
    )


def body_line(t: Translator, body: Body, votes: int | None) -> Html:
    """A body with the signatures that oblige it to answer."""
    needed = (
        t.plural("{count} signature", "{count} signatures", votes) if votes is not None else t("threshold not known")
    )
    return Html(f"{safe(addressee(t, body))}: {needed}")


def _body_screen(t: Translator, page: Page, notice: Html | None) -> Screen:
    suggested = next((choice for choice in page.bodies if choice.body.key == page.suggested), None)
    others = [choice for choice in page.bodies if choice is not suggested]
    kinds = {choice.body.kind for choice in others}
    explained = [Html("• " + t(words)) for kind, words in _KINDS.items() if kind in kinds]
    listed = [body_line(t, choice.body, choice.threshold.votes) for choice in others]
    proposal = (
        lines(
            t("👉 Judging by the text: <b>{body}</b>", body=addressee(t, suggested.body)),
            because(t, suggested.reason),
            threshold_words(t, suggested),
        )
        if suggested
        else None
    )
    return Screen(
        join(
            _head(t, page),
            notice,
            t("Who should decide it? The number is how many signatures oblige the body to answer."),
            proposal,
            lines(t("<b>The others</b>") if suggested else None, *listed),
            lines(*explained),
            t("Now: {body}", body=addressee(t, page.body.body)) if page.body else None,
        ),
        rows(
            Button(t.plain("Keep it"), tap=StepTap(page.draft, page.version, "next")) if page.body else None,
            _body_button(t, page, suggested, "👉 ") if suggested else None,
            *([_body_button(t, page, choice)] for choice in others),
            _leave(t, page),
        ),
    )


def warning_screen(t: Translator, page: Page) -> Screen:
    """The text may fall under art. 90-2(3) or need no petition: which point, and what to do instead."""
    forbidden = [hit for hit in page.warning if hit.point is not None]
    others = [hit for hit in page.warning if hit.point is None]
    if forbidden:
        head = t("⚠️ <b>The law may not allow a petition about this</b>")
        why = t("Only words were compared. If you go on, a moderator reads the text and decides.")
    else:
        head = t("⚠️ <b>This may be settled faster without a petition</b>")
        why = t("Only words were compared. If you go on, the petition goes its usual way.")
    return Screen(
        join(head, *(hit_words(t, hit) for hit in [*forbidden, *others][:HITS_SHOWN]), why),
        rows(
            Button(t.plain("Change the text"), tap=StepTap(page.draft, page.version, "change")),
            Button(t.plain("Continue anyway"), tap=StepTap(page.draft, page.version, "warned")),
            Button(t.plain("Cancel"), tap=StepTap(page.draft, page.version, "cancel")),
        ),
    )


def hit_words(t: Translator, hit: ForbiddenHit) -> Html:
    """What a text may fall under, the words that made it look so, and what to write or do instead."""
    point = (
        t(
            "Point {number} ({article}): {point}.",
            number=hit.point.number,
            article=article_words(t, hit.point.article.rpartition("(")[0]),
            point=hit.point.plain(t.language).rstrip("."),
        )
        if hit.point is not None
        else None
    )
    return lines(
        point,
        t("In the text: “{words}”.", words=clip(", ".join(hit.words), 100)),
        safe(hit.safer(t.language)),
    )


def next_steps(t: Translator, page: Page) -> Html:
    """What happens after opening, with the terms of the law."""
    law = page.rules
    if page.corrects is not None:
        return t(
            "The moderator looks at it again and answers within {term} ({article}).",
            term=term_words(t, law.moderation_term),
            article=article_words(t, law.moderation_term.article),
        )
    where = article_words(t, law.supporters_needed.article)
    if law.order is Order.MODERATION_FIRST:
        term = term_words(t, law.supporters_term)
        supporters = t.plural(
            "{count} supporter by direct link within {term}, you are the first ({article}).",
            "{count} supporters by direct link within {term}, you are the first ({article}).",
            law.supporters_needed.value,
            term=term,
            article=where,
        )
    else:
        supporters = t.plural(
            "{count} supporter by direct link until {date}, you are the first ({article}).",
            "{count} supporters by direct link until {date}, you are the first ({article}).",
            law.supporters_needed.value,
            date=t.date(page.supporters_by),
            article=where,
        )
    moderation = t(
        "A moderator checks it: up to {term} ({article}).",
        term=term_words(t, law.moderation_term),
        article=article_words(t, law.moderation_term.article),
    )
    collection = t(
        "Everybody can sign: {term} ({article}).",
        term=term_words(t, law.collection_term),
        article=article_words(t, law.collection_term.article),
    )
    central = page.body is not None and page.body.body.place is None
    consideration = law.consideration_central if central else law.consideration_local
    answer = t(
        "With the threshold reached it goes to the body, which answers within {term} ({article}).",
        term=term_words(t, consideration),
        article=article_words(t, consideration.article),
    )
    first = [moderation, supporters] if law.order is Order.MODERATION_FIRST else [supporters, moderation]
    numbered = [f"{number}. {line}" for number, line in enumerate([*first, collection, answer], start=1)]
    return lines(t("<b>What happens next</b>"), *numbered)


def _petition_words(t: Translator, title: str, ask: str) -> Html:
    return join(
        bold(title),
        lines(t("<b>We ask:</b>"), safe(ask)),
    )


def review_screen(t: Translator, page: Page, notice: Html | None) -> Screen:
    """The petition as it will look, each part with a button that changes it."""
    shouting = (
        t("Tip: capitals read like shouting; ordinary letters convince more.")
        if is_shouting(f"{page.title} {page.ask}")
        else None
    )
    before = join(_head(t, page), notice, _petition_words(t, page.title or "", page.ask or ""), t("<b>Why:</b>"))
    after = join(
        lines(
            t("Place: {place}", place=page.place.name(t.language) if page.place else "—"),
            t("Responsible: {body}", body=addressee(t, page.body.body if page.body else None)),
            t("Language of the text: {language}", language=LANGUAGE_NAMES[as_language(page.language)]),
            threshold_words(t, page.body) if page.body else None,
        ),
        next_steps(t, page),
        shouting,
    )
    room = MESSAGE_CHARACTERS - shown_length(before) - shown_length(after) - 10
    why = page.why or ""
    is_clipped = len(why) > room
    text = join(Html(f"{before}\n{quoted(clip(why, room), expandable=True)}"), after)

    def edit(step: DraftStep) -> Button:
        return Button(t.plain(HEADINGS[step]), tap=EditTap(page.draft, page.version, step.value))

    at = LANGUAGES.index(as_language(page.language))
    other = LANGUAGES[(at + 1) % len(LANGUAGES)]
    return Screen(
        text,
        rows(
            Button(
                t.plain("Send to the moderator") if page.corrects is not None else t.plain("Open for supporters"),
                tap=StepTap(page.draft, page.version, "ask"),
            ),
            Button(t.plain("Full text"), tap=StepTap(page.draft, page.version, "text")) if is_clipped else None,
            [edit(DraftStep.TITLE), edit(DraftStep.ASK)],
            [edit(DraftStep.WHY), edit(DraftStep.PLACE)],
            [
                edit(DraftStep.BODY),
                Button(
                    t.plain("Change language to {language}", language=LANGUAGE_NAMES[other]),
                    tap=DraftLanguageTap(page.draft, page.version, other),
                ),
            ],
            _leave(t, page),
        ),
    )


def why_screen(t: Translator, page: Page) -> Screen:
    """The reasons in full, when the review had no room for them."""
    return Screen(
        lines(t("<b>Why:</b>"), safe(page.why or "")),
        rows(Button(t.plain("Back"), tap=StepTap(page.draft, page.version, "here"))),
    )


def confirm_screen(t: Translator, page: Page) -> Screen:
    """What opening will do, before it does it."""
    body = addressee(t, page.body.body if page.body else None)
    if page.corrects is not None:
        text = join(
            t("<b>Send the correction to the moderator?</b>"),
            t("Those who have signed will be told that the text changed."),
        )
        rest = t.plain("Send to the moderator")
    else:
        text = join(
            t("<b>Open for supporters?</b>"),
            bold(page.title or ""),
            t("Responsible: {body}", body=body),
            t(
                "You sign first. From then on the text changes only if a moderator asks for a correction. "
                "Everybody with the link can read and sign it."
            ),
        )
        rest = t.plain("Open for supporters")
    return Screen(
        text,
        rows(
            Button(rest, tap=StepTap(page.draft, page.version, "open")),
            Button(t.plain("Back"), tap=StepTap(page.draft, page.version, "here")),
        ),
    )


def split_notice(t: Translator, *, why_over: int) -> Html:
    """A long message was sorted into the parts of a petition."""
    said = t("I have sorted your message into title, request and reasons. Look at each part in turn.")
    if not why_over:
        return said
    over = t.plural(
        "The reasons are {count} character too long and were not taken; you will be asked for them.",
        "The reasons are {count} characters too long and were not taken; you will be asked for them.",
        why_over,
    )
    return Html(f"{said} {over}")


def shouting_notice(t: Translator) -> Html:
    """Capital letters are a matter of taste; only a hint."""
    return t("Tip: capitals read like shouting; ordinary letters convince more.")


def moved_toast(t: Translator) -> str:
    """An old button of a draft."""
    return t.plain("That step is done. Here is where you are.")

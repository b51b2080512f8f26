"""What a decision looks like: while it is written, before it is published, and as everybody reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.i18n import LANGUAGE_NAMES, LANGUAGES, N_, Html, Language, Translator, as_language, bold, safe
from bot.officials.decisions.queries import Document, Published
from bot.officials.models import OfficialDraft
from bot.officials.rules import (
    DOCUMENT_BYTES,
    DOCUMENTS_MAX,
    LONGEST,
    PARTS,
    SHORTEST,
    DraftKind,
    Lack,
    best_language,
    languages_asked,
    pages_of,
)
from bot.officials.views import (
    OUTCOMES,
    AsSeenTap,
    CaseTap,
    DecisionTap,
    case_button,
    inbox_button,
    people_words,
    words_problem,
)
from bot.petitions.models import Petition
from bot.petitions.reading.views import OpenPetitionTap, numbered
from bot.petitions.rules import Outcome
from bot.petitions.writing.views import BUTTON_CHARACTERS, clip, join, lines, quoted
from bot.places.bodies import Body
from bot.screen import Button, Screen, Tap, rows


class DraftTap(Tap, prefix="oe"):
    """Work on the draft: show it ("hub"), its "outcome", "texts" of a language, "documents"; "discard", "clear"."""

    petition: int
    version: int
    do: str
    what: str


class PartTap(Tap, prefix="or"):
    """Write one part of the decision in a language."""

    petition: int
    version: int
    language: str
    part: str


class PreviewTap(Tap, prefix="ov"):
    """The decision as signers will see it, a page of it in a language."""

    petition: int
    version: int
    language: str
    page: int


class PublishTap(Tap, prefix="ou"):
    """Publish the draft of this version; asked first, done when `sure` is 1."""

    petition: int
    version: int
    draft: int
    sure: int


SURE: Final = "sure"
"""What of a `DraftTap` that throws a draft away after asking."""

PART_NAMES: Final[dict[str, str]] = {
    "summary": N_("In short"),
    "reasons": N_("Reasons"),
    "facts": N_("Facts"),
    "law": N_("References to law"),
    "note": N_("What the correction changes"),
}

PART_HINTS: Final[dict[str, str]] = {
    "summary": N_(
        "Say in two or three plain sentences what was decided and what happens when. Signers get this first."
    ),
    "reasons": N_("Explain why it was decided so, point by point."),
    "facts": N_("Name the facts it rests on: visits, counts, expert opinions, the budget, the public discussion."),
    "law": N_("Name the acts and articles it rests on."),
    "note": N_("Say what was wrong and what is right now. Everybody who was told gets it."),
}

_LACKS: Final[dict[str, str]] = {
    "outcome": N_("▫️ What was decided: satisfied, in part, or refused"),
    "summary": N_("▫️ In short ({language})"),
    "reasons": N_("▫️ Reasons ({language})"),
    "facts": N_("▫️ Facts ({language})"),
    "law": N_("▫️ References to law ({language})"),
    "note": N_("▫️ What the correction changes ({language})"),
}


def lack_words(t: Translator, lack: Lack, petition_language: str) -> Html:
    """One thing a decision lacks, as a line."""
    if lack.part == "language":
        asked = [LANGUAGE_NAMES[language] for language in languages_asked(petition_language)]
        return t("▫️ The text in one of: {languages}", languages=", ".join(asked))
    language = LANGUAGE_NAMES[lack.language] if lack.language is not None else ""
    return t(_LACKS[lack.part], language=language)


# --- reading --------------------------------------------------------------------------------------------


def outcome_words(t: Translator, outcome: Outcome) -> Html:
    """What was decided, in the words of the news about it."""
    return {
        Outcome.SATISFIED: t("📣 Decided: the petition is satisfied."),
        Outcome.PARTLY: t("📣 Decided: the petition is satisfied in part."),
        Outcome.REFUSED: t("📣 Decided: the petition is refused. The decision can be appealed."),
    }[outcome]


def full_words(t: Translator, shown: Published, language: str) -> str:
    """The whole decision in one language, as plain text."""
    words = shown.words[language]
    parts = [
        (t.plain("What the correction changes"), words.note),
        (None, words.summary),
        (t.plain("Reasons"), words.reasons),
        (t.plain("Facts"), words.facts),
        (t.plain("References to law"), words.law),
        (t.plain("Right of appeal"), words.appeal),
    ]
    return "\n\n".join(f"{head}:\n{text}" if head else text for head, text in parts if text)


def decision_text(t: Translator, shown: Published, body: Body | None, language: str, page: int) -> tuple[Html, int]:
    """A page of a decision and how many pages there are."""
    pieces = pages_of(full_words(t, shown, language))
    page = min(max(page, 0), len(pieces) - 1)
    version = (
        t("Version {version} of {date}", version=str(shown.version), date=t.date(shown.at)) if shown.last > 1 else None
    )
    head = lines(
        outcome_words(t, shown.outcome),
        Html(f"№ {shown.petition_id} {bold(shown.title)}"),
        t("Decided by: {body}", body=body.name(t.language) if body else "—"),
        version or t("Published on {date}", date=t.date(shown.at)),
    )
    foot = t("Page {page} of {pages}", page=page + 1, pages=len(pieces)) if len(pieces) > 1 else None
    return join(head, safe(pieces[page]), foot), len(pieces)


def decision_screen(
    t: Translator, shown: Published, body: Body | None, language: Language, page: int, back: Tap | None = None
) -> Screen:
    """A published decision as everybody reads it: pages, languages, versions."""
    text, pages = decision_text(t, shown, body, language, page)
    number, version = shown.petition_id, shown.version if shown.version != shown.last else 0

    def to(of_version: int, in_language: str, on_page: int, documents: int = 0) -> DecisionTap:
        return DecisionTap(number, of_version, in_language, on_page, documents)

    turn = [
        *([Button("‹", tap=to(version, language, page - 1))] if page > 0 else []),
        *([Button("›", tap=to(version, language, page + 1))] if page + 1 < pages else []),
    ]
    others = [
        Button(LANGUAGE_NAMES[other], tap=to(version, other, 0))
        for other in LANGUAGES
        if other in shown.words and other != language
    ]
    versions = [
        *([Button(t.plain("Earlier version"), tap=to(shown.version - 1, language, 0))] if shown.version > 1 else []),
        *([Button(t.plain("Newest version"), tap=to(0, language, 0))] if version else []),
    ]
    documents = (
        Button(t.plain("📎 Documents: {count}", count=len(shown.documents)), tap=to(version, language, page, 1))
        if shown.documents
        else None
    )
    return Screen(
        text,
        rows(
            turn,
            documents,
            others,
            versions,
            Button(t.plain("Back"), tap=back or OpenPetitionTap(number)),
        ),
    )


def document_words(t: Translator, shown: Published, document: Document) -> Html:
    """What stands under a document that is sent along."""
    return t("📎 {name}, the decision on № {number}", name=document.name, number=str(shown.petition_id))


def news_screen(
    t: Translator,
    shown: Published,
    petition: Petition,
    body: Body | None,
    head: Html,
    judging: Sequence[Button] = (),
) -> Screen:
    """The news of a decision: in short, with the full text behind a button. `judging` are the buttons with which
    signers say whether it answers the question."""
    language = best_language(shown.words, t.language, petition.language)
    words = shown.words[language]
    return Screen(
        join(
            head,
            numbered(petition),
            t("Decided by: {body}", body=body.name(t.language) if body else "—"),
            lines(t("What the correction changes:"), quoted(words.note)) if words.note else None,
            quoted(words.summary),
            t("Does it answer the question?") if judging else None,
        ),
        rows(
            list(judging),
            Button(t.plain("The whole answer"), tap=DecisionTap(petition.id, 0, language, 0, 1)),
            Button(t.plain("Open the petition"), tap=OpenPetitionTap(petition.id)),
        ),
    )


# --- writing --------------------------------------------------------------------------------------------


def _hub_button(t: Translator, petition: Petition) -> Button:
    return Button(t.plain("Back"), tap=DraftTap(petition.id, petition.version, "hub", ""))


def _written(texts: Mapping[str, str], parts: Sequence[str]) -> int:
    return sum(1 for part in parts if texts.get(part))


def _parts(draft: OfficialDraft) -> tuple[str, ...]:
    return (*PARTS, "note") if draft.kind is DraftKind.CORRECTION else PARTS


def hub_screen(
    t: Translator,
    petition: Petition,
    draft: OfficialDraft,
    missing: Sequence[Lack],
    *,
    notice: Html | None = None,
) -> Screen:
    """The draft of a decision: what is written, what is missing, and the way to each part."""
    parts = _parts(draft)
    asked = languages_asked(petition.language)
    ordered = [*asked, *(language for language in LANGUAGES if language not in asked)]

    def language_button(language: Language) -> Button:
        done = _written(draft.texts.get(language, {}), parts)
        mark = "✅" if done == len(parts) else "✍️" if done else "▫️"
        label = f"{mark} {LANGUAGE_NAMES[language]} · {done}/{len(parts)}"
        return Button(label, tap=DraftTap(petition.id, petition.version, "texts", language))

    is_correction = draft.kind is DraftKind.CORRECTION
    title = t("✏️ <b>Correction of the decision</b>") if is_correction else t("📝 <b>Decision</b>")
    outcome = t(OUTCOMES[draft.outcome]) if draft.outcome is not None else t("not chosen yet")
    lacking = (
        lines(t("<b>Still missing:</b>"), *(lack_words(t, lack, petition.language) for lack in missing))
        if missing
        else t("✅ Everything the law asks for is there. Look at it as signers will, then publish.")
    )
    can_preview = any(draft.texts.get(language) for language in LANGUAGES)
    return Screen(
        join(
            notice,
            lines(title, numbered(petition)),
            lines(
                t("Decided: {outcome}", outcome=outcome),
                t("Documents: {count}", count=len(draft.documents)),
                t("The right of appeal is added by itself, in each language."),
            ),
            lacking,
            t("All you write is kept; you can stop and come back.") if missing else None,
        ),
        rows(
            Button(t.plain("What was decided"), tap=DraftTap(petition.id, petition.version, "outcome", "")),
            *(language_button(language) for language in ordered),
            Button(
                t.plain("📎 Documents: {count}", count=len(draft.documents)),
                tap=DraftTap(petition.id, petition.version, "documents", ""),
            ),
            Button(t.plain("👁 Preview"), tap=PreviewTap(petition.id, petition.version, "", 0)) if can_preview else None,
            Button(t.plain("📣 Publish"), tap=PublishTap(petition.id, petition.version, draft.version, 0)),
            [
                Button(t.plain("Throw away"), tap=DraftTap(petition.id, petition.version, "discard", "")),
                case_button(t, petition.id),
            ],
        ),
    )


def discard_screen(t: Translator, petition: Petition, draft: OfficialDraft) -> Screen:
    """What throwing the draft away loses, before it does."""
    count = sum(len(words) for texts in draft.texts.values() for words in texts.values())
    documents = len(draft.documents)
    return Screen(
        lines(
            t.plural(
                "<b>Throw the draft away?</b>\n{count} character in it is lost for good.",
                "<b>Throw the draft away?</b>\n{count} characters in it are lost for good.",
                count,
            ),
            t.plural("And {count} document.", "And {count} documents.", documents) if documents else None,
        ),
        rows(
            Button(t.plain("Yes, throw it away"), tap=DraftTap(petition.id, petition.version, "discard", SURE)),
            _hub_button(t, petition),
        ),
    )


def outcome_screen(t: Translator, petition: Petition) -> Screen:
    """Asks what was decided."""
    return Screen(
        t("<b>What was decided on № {number}?</b>", number=str(petition.id)),
        rows(
            *(
                Button(t.plain(words), tap=DraftTap(petition.id, petition.version, "set", outcome.value))
                for outcome, words in OUTCOMES.items()
            ),
            _hub_button(t, petition),
        ),
    )


def texts_screen(t: Translator, petition: Petition, draft: OfficialDraft, language: Language) -> Screen:
    """The parts of a decision in one language."""
    texts: Mapping[str, str] = draft.texts.get(language, {})
    shown = [
        lines(Html(f"<b>{t(PART_NAMES[part])}</b>"), quoted(clip(texts[part], 300)) if texts.get(part) else Html("—"))
        for part in _parts(draft)
    ]
    return Screen(
        join(Html(f"<b>{LANGUAGE_NAMES[language]}</b>"), *shown),
        rows(
            *(
                Button(
                    f"{'✅' if texts.get(part) else '▫️'} {t.plain(PART_NAMES[part])}",
                    tap=PartTap(petition.id, petition.version, language, part),
                )
                for part in _parts(draft)
            ),
            Button(t.plain("Leave this language out"), tap=DraftTap(petition.id, petition.version, "clear", language))
            if any(texts.values())
            else None,
            _hub_button(t, petition),
        ),
    )


def part_screen(
    t: Translator,
    petition: Petition,
    draft: OfficialDraft,
    language: Language,
    part: str,
    *,
    problem: Html | None = None,
    saved: str | None = None,
) -> Screen:
    """Asks for one part; `saved` is the part that was just written."""
    texts: Mapping[str, str] = draft.texts.get(language, {})
    now = texts.get(part)
    number = _parts(draft).index(part) + 1 if part in _parts(draft) else 1
    return Screen(
        join(
            problem,
            t("✅ Saved: {part}.", part=t(PART_NAMES[saved])) if saved else None,
            Html(f"<b>{LANGUAGE_NAMES[language]} · {t(PART_NAMES[part])}</b> ({number}/{len(_parts(draft))})"),
            t(PART_HINTS[part]),
            t("From {least} to {most} characters.", least=SHORTEST[part], most=LONGEST[part]),
            lines(t("Now:"), quoted(clip(now, 1200), expandable=True)) if now else None,
        ),
        rows(
            # A language without a word would only ask for its first part again.
            Button(t.plain("Back"), tap=DraftTap(petition.id, petition.version, "texts", language))
            if any(texts.values())
            else _hub_button(t, petition),
        ),
    )


def part_problem(t: Translator, what: str, count: int) -> Html:
    """Why a typed part is not taken; what was written before stays."""
    return words_problem(t, what, count)


def documents_screen(t: Translator, petition: Petition, draft: OfficialDraft, *, problem: Html | None = None) -> Screen:
    """The documents of a decision, and how to attach more."""
    shown = [Html(f"{index}. {safe(one['name'])}") for index, one in enumerate(draft.documents, start=1)]
    return Screen(
        join(
            problem,
            t("📎 <b>Documents</b>"),
            lines(*shown) if shown else t("Nothing is attached."),
            t(
                "Send a PDF or a picture (JPEG, PNG), up to {size} MB, at most {count} of them. "
                "They are sent along with the full text.",
                size=DOCUMENT_BYTES // 1024 // 1024,
                count=DOCUMENTS_MAX,
            ),
        ),
        rows(
            *(
                Button(
                    clip(t.plain("Remove: {name}", name=one["name"]), BUTTON_CHARACTERS),
                    tap=DraftTap(petition.id, petition.version, "drop", str(index)),
                )
                for index, one in enumerate(draft.documents)
            ),
            _hub_button(t, petition),
        ),
    )


def document_problem(t: Translator, what: str) -> Html:
    """Why a document is not attached."""
    if what == "size":
        size = DOCUMENT_BYTES // 1024 // 1024
        return t("✋ That file is larger than {size} MB. Make it smaller and send it again.", size=size)
    if what == "many":
        return t("✋ {count} documents are attached already. Remove one first.", count=DOCUMENTS_MAX)
    if what == "twice":
        return t("✋ That document is attached already.")
    return t("✋ Only PDF, JPEG and PNG can be attached. Save the document as a PDF and send it again.")


def preview_screen(
    t: Translator,
    petition: Petition,
    draft: OfficialDraft,
    shown: Published,
    body: Body | None,
    language: Language,
    page: int,
) -> Screen:
    """The full text exactly as signers will see it, with other buttons."""
    text, pages = decision_text(t, shown, body, language, page)
    turn = [
        *([Button("‹", tap=PreviewTap(petition.id, petition.version, language, page - 1))] if page > 0 else []),
        *([Button("›", tap=PreviewTap(petition.id, petition.version, language, page + 1))] if page + 1 < pages else []),
    ]
    others = [
        Button(LANGUAGE_NAMES[other], tap=PreviewTap(petition.id, petition.version, other, 0))
        for other in LANGUAGES
        if other in shown.words and other != language
    ]
    return Screen(
        text,
        rows(
            turn,
            others,
            Button(t.plain("📣 Publish"), tap=PublishTap(petition.id, petition.version, draft.version, 0)),
            _hub_button(t, petition),
        ),
    )


def publish_screen(
    t: Translator,
    petition: Petition,
    draft: OfficialDraft,
    shown: Published,
    body: Body | None,
    told: int,
    *,
    changes: bool = True,
    discussion: datetime | None = None,
) -> Screen:
    """What publishing does, before it does: the message signers get, in how many languages, to how many people.

    `changes`: whether a correction corrects anything; `discussion`: when one is that people are invited to and that
    is still ahead.
    """
    is_correction = draft.kind is DraftKind.CORRECTION
    head = correction_head(t, shown) if is_correction else outcome_words(t, shown.outcome)
    language = best_language(shown.words, t.language, petition.language)
    words = shown.words[language]
    return Screen(
        join(
            t("<b>Publish this? It cannot be taken back, only corrected in public.</b>"),
            head,
            numbered(petition),
            t("Decided by: {body}", body=body.name(t.language) if body else "—"),
            lines(t("What the correction changes:"), quoted(words.note)) if words.note else None,
            None if changes else t("⚠️ Nothing but this note differs from what is published: correct the parts too."),
            t(
                "⚠️ The public discussion on {time} is still ahead: people are invited to be heard before the decision.",
                time=t.date_time(discussion),
            )
            if discussion is not None
            else None,
            quoted(words.summary),
            lines(
                t(
                    "Languages: {languages}",
                    languages=", ".join(LANGUAGE_NAMES[as_language(one)] for one in shown.words),
                ),
                t("Documents: {count}", count=len(shown.documents)),
                t("A complaint is possible until {date}.", date=t.date(shown.appeal_until)),
                people_words(t, told),
            ),
        ),
        rows(
            Button(t.plain("📣 Yes, publish"), tap=PublishTap(petition.id, petition.version, draft.version, 1)),
            Button(t.plain("👁 Preview"), tap=PreviewTap(petition.id, petition.version, "", 0)),
            _hub_button(t, petition),
        ),
    )


def correction_head(t: Translator, shown: Published) -> Html:
    """The first line of the news that a decision is corrected."""
    return lines(t("✏️ The body has corrected its decision."), outcome_words(t, shown.outcome))


def published_screen(t: Translator, petition: Petition, told: int) -> Screen:
    """After publishing."""
    return Screen(
        join(
            t.plural(
                "✅ Published. {count} person is being told.", "✅ Published. {count} people are being told.", told
            )
            if told
            else t("✅ Published: it stands on the petition's card."),
            numbered(petition),
            t(
                "By law the decision also stands on the official resource by the next working day, "
                "and the head makes an official statement (art. 90-6(3))."
            ),
        ),
        rows(
            Button(t.plain("As residents see it"), tap=AsSeenTap(petition.id)),
            Button(t.plain("Open"), tap=CaseTap(petition.id)),
            inbox_button(t),
        ),
    )

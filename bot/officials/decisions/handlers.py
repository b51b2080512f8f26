"""Writing and publishing decisions, and reading what was published: what people tap, type and send."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.i18n import LANGUAGES, Html, as_language
from bot.officials.decisions import views
from bot.officials.decisions.queries import decision, says_the_same
from bot.officials.decisions.service import Decisions, Incomplete
from bot.officials.decisions.show import decision_answer
from bot.officials.decisions.views import SURE, DraftTap, PartTap, PreviewTap, PublishTap
from bot.officials.models import OfficialDraft
from bot.officials.queries import announced
from bot.officials.rules import AnnouncementKind, DocumentWrong, DraftKind, best_language, next_part
from bot.officials.service import Moved, Officials, WordsWrong
from bot.officials.show import REFUSALS, case_answer, refused
from bot.officials.views import DecisionTap, discarded_notice
from bot.petitions.models import Petition
from bot.petitions.rules import Outcome
from bot.residents.models import Role
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, Holds, InPrivate, TapIs

PART = "offpart"
"""`resident.expecting` while a part is awaited: "offpart:<petition>:<version>:<language>:<part>"."""
DOCUMENT = "offdoc"
"""The same while documents are awaited: "offdoc:<petition>:<version>"."""

router = Router(name="officials.decisions")
_OFFICIAL = (InPrivate(), Holds(Role.OFFICIAL))


async def _held(
    here: Here, officials: Officials, decisions: Decisions, number: int, version: int
) -> tuple[Petition, OfficialDraft]:
    petition = await officials.hold(here.session, number, version, here.resident, here.body_keys, here.now)
    return petition, await decisions.begin(here.session, petition, here.resident, here.now)


def _hub(
    here: Here, decisions: Decisions, petition: Petition, draft: OfficialDraft, notice: Html | None = None
) -> Answer:
    here.resident.expecting = None
    missing = decisions.lacks(draft, petition)
    return here.show(views.hub_screen(here.t, petition, draft, missing, notice=notice))


async def open_draft(here: Here, officials: Officials, decisions: Decisions, number: int, version: int) -> Answer:
    """The draft of a decision or of its correction.

    Raises:
        NotYours, Moved, BeingWritten: see `Officials.hold`.
    """
    petition, draft = await _held(here, officials, decisions, number, version)
    if draft.outcome is None:
        here.resident.expecting = None
        return here.show(views.outcome_screen(here.t, petition))
    return _hub(here, decisions, petition, draft)


@router.callback_query(TapIs(DraftTap), *_OFFICIAL)
async def work(query: CallbackQuery, here: Here, tap: DraftTap, officials: Officials, decisions: Decisions) -> Answer:
    """A step in the draft."""
    try:
        petition, draft = await _held(here, officials, decisions, tap.petition, tap.version)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    here.resident.expecting = None
    if tap.do == "outcome":
        return here.show(views.outcome_screen(here.t, petition))
    if tap.do == "set" and tap.what in {one.value for one in Outcome}:
        decisions.set_outcome(draft, Outcome(tap.what), here.resident, here.now)
    elif tap.do == "texts" and tap.what in LANGUAGES:
        language = as_language(tap.what)
        if not any(draft.texts.get(language, {}).values()):
            return _ask(here, petition, draft, tap.what, "summary")
        following = next_part(draft.texts, language, is_correction=draft.kind is DraftKind.CORRECTION)
        if following is not None:
            # What is typed here is the part that is missing, not a wish.
            here.resident.expecting = f"{PART}:{petition.id}:{petition.version}:{language}:{following}"
        return here.show(views.texts_screen(here.t, petition, draft, language))
    elif tap.do == "clear" and tap.what in LANGUAGES:
        decisions.drop_language(draft, tap.what, here.resident, here.now)
    elif tap.do in {"documents", "drop"}:
        if tap.do == "drop" and tap.what.isdecimal():
            decisions.drop_document(draft, int(tap.what), here.resident, here.now)
        here.resident.expecting = f"{DOCUMENT}:{petition.id}:{petition.version}"
        return here.show(views.documents_screen(here.t, petition, draft))
    elif tap.do == "discard" and tap.what != SURE and (draft.texts or draft.documents or draft.outcome):
        return here.show(views.discard_screen(here.t, petition, draft))
    elif tap.do == "discard":
        await officials.discard(here.session, draft, here.resident, here.now)
        return await case_answer(here, officials, petition, discarded_notice(here.t))
    return _hub(here, decisions, petition, draft)


def _ask(
    here: Here,
    petition: Petition,
    draft: OfficialDraft,
    language: str,
    part: str,
    *,
    problem: Html | None = None,
    saved: str | None = None,
) -> Answer:
    here.resident.expecting = f"{PART}:{petition.id}:{petition.version}:{language}:{part}"
    return here.show(
        views.part_screen(here.t, petition, draft, as_language(language), part, problem=problem, saved=saved)
    )


@router.callback_query(TapIs(PartTap), *_OFFICIAL)
async def choose_part(
    query: CallbackQuery, here: Here, tap: PartTap, officials: Officials, decisions: Decisions
) -> Answer:
    """A part to write."""
    try:
        petition, draft = await _held(here, officials, decisions, tap.petition, tap.version)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    if tap.language not in LANGUAGES or tap.part not in views.PART_NAMES:
        return _hub(here, decisions, petition, draft)
    return _ask(here, petition, draft, tap.language, tap.part)


@router.message(Expects(PART), Holds(Role.OFFICIAL))
async def typed_part(message: Message, here: Here, expected: str, officials: Officials, decisions: Decisions) -> Answer:
    """A part of the decision; the next one missing is asked for at once."""
    number, version, language, part = expected.split(":", 3)
    try:
        petition, draft = await _held(here, officials, decisions, int(number), int(version))
    except REFUSALS as error:
        return await refused(here, officials, int(number), error)
    try:
        decisions.set_part(draft, language, part, message.text or "", here.resident, here.now)
    except WordsWrong as error:
        what, count = (*error.args, 0)[:2]
        problem = views.part_problem(here.t, str(what), int(count))
        return _ask(here, petition, draft, language, part, problem=problem)
    following = next_part(draft.texts, language, is_correction=draft.kind is DraftKind.CORRECTION)
    if following is not None:
        return _ask(here, petition, draft, language, following, saved=part)
    return _hub(here, decisions, petition, draft)


@router.message(Expects(DOCUMENT), Holds(Role.OFFICIAL), F.content_type.in_({"document", "photo", "text"}))
async def sent_document(
    message: Message, here: Here, expected: str, officials: Officials, decisions: Decisions
) -> Answer:
    """A document for the decision."""
    number, version = expected.split(":", 1)
    try:
        petition, draft = await _held(here, officials, decisions, int(number), int(version))
    except REFUSALS as error:
        return await refused(here, officials, int(number), error)
    problem: Html | None = None
    try:
        if message.document is not None:
            file = message.document
            decisions.add_document(
                draft,
                here.resident,
                here.now,
                kind="document",
                file_id=file.file_id,
                unique_id=file.file_unique_id,
                mime=file.mime_type or "",
                name=file.file_name or "",
                size=file.file_size or 0,
            )
        elif message.photo:
            photo = message.photo[-1]
            decisions.add_document(
                draft,
                here.resident,
                here.now,
                kind="photo",
                file_id=photo.file_id,
                unique_id=photo.file_unique_id,
                mime="image/jpeg",
                name=here.t.plain("Photo {number}", number=len(draft.documents) + 1) + ".jpg",
                size=photo.file_size or 1,
            )
        else:
            raise DocumentWrong("type")
    except DocumentWrong as error:
        problem = views.document_problem(here.t, str(error.args[0]))
    return here.show(views.documents_screen(here.t, petition, draft, problem=problem))


@router.callback_query(TapIs(PreviewTap), *_OFFICIAL)
async def preview(
    query: CallbackQuery, here: Here, tap: PreviewTap, officials: Officials, decisions: Decisions
) -> Answer:
    """The decision as signers will see it."""
    try:
        petition, draft = await _held(here, officials, decisions, tap.petition, tap.version)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    here.resident.expecting = None
    shown = await decisions.preview(here.session, petition, draft, here.now)
    if not shown.words:
        return _hub(here, decisions, petition, draft)
    language = best_language(shown.words, tap.language or petition.language, petition.language)
    body = officials.petitions.body(petition)
    return here.show(views.preview_screen(here.t, petition, draft, shown, body, language, tap.page))


@router.callback_query(TapIs(PublishTap), *_OFFICIAL)
async def publish(
    query: CallbackQuery, here: Here, tap: PublishTap, officials: Officials, decisions: Decisions
) -> Answer:
    """Publish, after asking; refused with what is missing."""
    try:
        petition, draft = await _held(here, officials, decisions, tap.petition, tap.version)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    here.resident.expecting = None
    missing = decisions.lacks(draft, petition)
    if missing:
        toast = here.t.plain("It cannot be published yet: see what is still missing.")
        return here.show(views.hub_screen(here.t, petition, draft, missing), toast=toast, alert=True)
    told = await officials.told(here.session, petition)
    if not tap.sure or tap.draft != draft.version:
        shown = await decisions.preview(here.session, petition, draft, here.now)
        body = officials.petitions.body(petition)
        before = await decision(here.session, petition.id) if draft.kind is DraftKind.CORRECTION else None
        changes = before is None or not says_the_same(before, shown)
        meeting = await announced(here.session, petition.id, AnnouncementKind.DISCUSSION)
        ahead = meeting.held_at if meeting is not None and draft.kind is DraftKind.DECISION else None
        discussion = ahead if ahead is not None and ahead > here.now else None
        screen = views.publish_screen(
            here.t, petition, draft, shown, body, told, changes=changes, discussion=discussion
        )
        return here.show(screen)
    try:
        await decisions.publish(here.session, petition, draft, tap.draft, here.resident, here.now)
    except Incomplete as error:
        return here.show(views.hub_screen(here.t, petition, draft, error.lacks))
    except Moved as error:
        return await refused(here, officials, tap.petition, error)
    return here.show(views.published_screen(here.t, petition, told))


@router.callback_query(TapIs(DecisionTap), InPrivate())
async def read(query: CallbackQuery, here: Here, tap: DecisionTap, officials: Officials) -> Answer:
    """A published decision, with its documents where asked for."""
    shown = await decision(here.session, tap.petition, max(tap.version, 0))
    if shown is None or not shown.words:
        return here.toast(here.t.plain("There is no decision yet."), alert=True)
    return decision_answer(
        here,
        officials.petitions.gazetteer,
        shown,
        language=tap.language,
        page=tap.page,
        with_documents=bool(tap.documents),
    )

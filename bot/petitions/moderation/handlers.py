"""The moderators' queue and decisions, and the admins' catalogue of reasons."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.i18n import Html
from bot.law.reasons import REPETITION
from bot.law.rules import rules_on
from bot.petitions.models import Petition
from bot.petitions.moderation import queries, views
from bot.petitions.moderation.rules import Section, named_petition, section_of
from bot.petitions.moderation.service import (
    REASON_PARTS,
    Case,
    CommentWrong,
    ForAnother,
    Moderation,
    Outdated,
    ReasonMissing,
    WithColleague,
)
from bot.petitions.moderation.views import (
    BodyTap,
    CaseTap,
    DecideTap,
    DoTap,
    LeaveTap,
    QueueTap,
    ReasonAddTap,
    ReasonEditTap,
    ReasonsTap,
    ReasonTap,
)
from bot.petitions.rules import Action
from bot.petitions.service import ChangeIncomplete, PetitionMissing
from bot.petitions.writing.rules import choice_of
from bot.places.bodies import body_by_code
from bot.residents.models import Role
from bot.residents.views import MenuTap
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, Holds, InPrivate, TapIs

COMMENT = "modnote"
"""`resident.expecting` while a comment is awaited: "modnote:<petition>:<version>:<reason code or "">"."""
SAVE = "save_"
REASON = "modreason"
"""`resident.expecting` while a part of a reason is awaited: "modreason:<code>:<part>"."""

router = Router(name="petitions.moderation")
_STAFF = (InPrivate(), Holds(Role.MODERATOR, Role.ADMIN))
_ADMIN = (InPrivate(), Holds(Role.ADMIN))


async def show_queue(
    here: Here,
    moderation: Moderation,
    section: Section = Section.WAITING,
    page: int = 0,
    notice: Html | None = None,
) -> Answer:
    """One page of the queue."""
    found = await moderation.queue(here.session, section, page, here.resident, here.now)
    return here.show(views.queue_screen(here.t, found, notice))


async def refused(
    here: Here, moderation: Moderation, number: int, error: Outdated | WithColleague | PetitionMissing | ForAnother
) -> Answer:
    """The answer to a moderator who cannot have the petition."""
    here.resident.expecting = None
    if isinstance(error, ForAnother):
        return await show_queue(here, moderation, Section.APPEALS, notice=views.for_another_notice(here.t, number))
    if isinstance(error, WithColleague):
        # The screen may be the same as before: the toast shows that the tap was heard.
        return here.show(views.locked_screen(here.t, number, error.until), toast=views.locked_toast(here.t))
    return await show_queue(here, moderation, notice=views.outdated_notice(here.t, number))


REFUSALS = (Outdated, WithColleague, PetitionMissing, ForAnother)


async def _case(here: Here, moderation: Moderation, petition: Petition) -> Case:
    return await moderation.case(here.session, petition, here.resident, here.now)


@router.message(Command("queue"), *_STAFF)
async def queue_command(message: Message, here: Here, moderation: Moderation) -> Answer:
    """/queue."""
    return await show_queue(here, moderation)


@router.callback_query(F.data == MenuTap(to="queue").pack(), *_STAFF)
async def queue_from_menu(query: CallbackQuery, here: Here, moderation: Moderation) -> Answer:
    """The button in the main menu and in the administration."""
    return await show_queue(here, moderation)


@router.callback_query(TapIs(QueueTap), *_STAFF)
async def queue_page(query: CallbackQuery, here: Here, tap: QueueTap, moderation: Moderation) -> Answer:
    """A page of a section."""
    section = next((one for one in Section if one.value == tap.section), Section.WAITING)
    return await show_queue(here, moderation, section, tap.page)


@router.callback_query(TapIs(CaseTap), *_STAFF)
async def open_case(query: CallbackQuery, here: Here, tap: CaseTap, moderation: Moderation) -> Answer:
    """Open a petition for oneself."""
    here.resident.expecting = None
    try:
        petition = await moderation.take(here.session, tap.petition, here.resident, here.now)
    except REFUSALS as error:
        return await refused(here, moderation, tap.petition, error)
    if tap.full:
        return here.show(views.full_text_screen(here.t, petition))
    return here.show(views.case_screen(here.t, await _case(here, moderation, petition)))


@router.callback_query(TapIs(LeaveTap), *_STAFF)
async def leave_case(query: CallbackQuery, here: Here, tap: LeaveTap, moderation: Moderation) -> Answer:
    """Give it back, and show the section it is in."""
    await moderation.release(here.session, tap.petition, here.resident)
    petition = await here.session.get(Petition, tap.petition)
    if petition is None:
        return await show_queue(here, moderation)
    section = section_of(petition.state, is_hidden=petition.hidden_since is not None)
    return await show_queue(here, moderation, section)


@router.callback_query(TapIs(DecideTap), *_STAFF)
async def decide(query: CallbackQuery, here: Here, tap: DecideTap, moderation: Moderation) -> Answer:
    """What will happen, or what is needed for it."""
    action = next((one for one in views.ACTIONS if one.value == tap.action), None)
    here.resident.expecting = None
    try:
        petition = await moderation.hold(here.session, tap.petition, tap.version, here.resident, here.now)
    except REFUSALS as error:
        return await refused(here, moderation, tap.petition, error)
    case = await _case(here, moderation, petition)
    if action is None or action not in case.actions:
        return here.show(views.case_screen(here.t, case))
    if action is Action.RETURN:
        here.resident.expecting = f"{COMMENT}:{petition.id}:{petition.version}:"
        return here.show(views.write_screen(here.t, petition))
    if action is Action.READDRESS:
        return here.show(views.bodies_screen(here.t, case, moderation.bodies(petition, here.now), central=False))
    if action is Action.REJECT:
        offered = await queries.reasons(here.session, active_only=True)
        return here.show(views.reasons_screen(here.t, petition, offered))
    return here.show(views.confirm_screen(here.t, case, action))


@router.callback_query(TapIs(BodyTap), *_STAFF)
async def correct_body(query: CallbackQuery, here: Here, tap: BodyTap, moderation: Moderation) -> Answer:
    """«Wrong body»: whose matter it is instead, what that means, and do it."""
    here.resident.expecting = None
    try:
        petition = await moderation.hold(here.session, tap.petition, tap.version, here.resident, here.now)
        case = await _case(here, moderation, petition)
        if Action.READDRESS not in case.actions:
            return here.show(views.case_screen(here.t, case))
        central = tap.body == views.CENTRAL
        body = body_by_code(moderation.petitions.gazetteer, tap.body or "") if not central else None
        if body is None:
            choices = moderation.bodies(petition, here.now, central=central)
            return here.show(views.bodies_screen(here.t, case, choices, central=central))
        if not tap.sure:
            choice = choice_of(rules_on(petition.rules_from), body)
            return here.show(views.body_confirm_screen(here.t, case, choice))
        await moderation.readdress(here.session, petition.id, tap.version, body.key, here.resident, here.now)
        petition = await moderation.take(here.session, petition.id, here.resident, here.now)
    except REFUSALS as error:
        return await refused(here, moderation, tap.petition, error)
    return here.show(
        views.case_screen(here.t, await _case(here, moderation, petition)),
        toast=views.body_corrected_toast(here.t),
    )


@router.callback_query(TapIs(ReasonTap), *_STAFF)
async def choose_reason(query: CallbackQuery, here: Here, tap: ReasonTap, moderation: Moderation) -> Answer:
    """The reason of a rejection, perhaps with a comment; that of a repetition needs one that names the other."""
    here.resident.expecting = None
    try:
        petition = await moderation.hold(here.session, tap.petition, tap.version, here.resident, here.now)
    except REFUSALS as error:
        return await refused(here, moderation, tap.petition, error)
    reason = await queries.reason(here.session, tap.code)
    if reason is None or not reason.active:
        offered = await queries.reasons(here.session, active_only=True)
        return here.show(views.reasons_screen(here.t, petition, offered))
    if tap.write or reason.code == REPETITION:
        here.resident.expecting = f"{COMMENT}:{petition.id}:{petition.version}:{reason.code}"
        return here.show(views.write_screen(here.t, petition, reason=reason))
    return here.show(views.reject_screen(here.t, petition, reason, with_comment=False))


@router.message(Expects(COMMENT), *_STAFF)
async def typed_comment(message: Message, here: Here, expected: str, moderation: Moderation) -> Answer:
    """The comment to the author."""
    number, version, code = expected.split(":", 2)
    reason = await queries.reason(here.session, code)
    try:
        petition = await moderation.note(
            here.session, int(number), int(version), here.resident, message.text or "", here.now
        )
    except REFUSALS as error:
        return await refused(here, moderation, int(number), error)
    except CommentWrong as error:
        petition = await moderation.petitions.get(here.session, int(number))
        return here.show(views.write_screen(here.t, petition, reason=reason, over=int(error.args[0])))
    # Who is not content with it yet just writes it again.
    if reason is not None:
        named = named_petition(petition.comment or "") if reason.code == REPETITION else None
        repeats = await moderation.repeated(here.session, petition) if named is not None else None
        if named is not None and repeats is None:
            return here.show(views.write_screen(here.t, petition, reason=reason, unknown=named))
        return here.show(views.reject_screen(here.t, petition, reason, with_comment=True, repeats=repeats))
    return here.show(views.return_screen(here.t, petition))


@router.callback_query(TapIs(DoTap), *_STAFF)
async def do(query: CallbackQuery, here: Here, tap: DoTap, moderation: Moderation) -> Answer:
    """Carry the decision out."""
    action = next((one for one in views.ACTIONS if one.value == tap.action), None)
    if action is None:
        return await show_queue(here, moderation)
    here.resident.expecting = None
    try:
        await moderation.decide(
            here.session,
            tap.petition,
            tap.version,
            action,
            here.resident,
            here.now,
            with_comment=bool(tap.comment),
            reason_code=tap.code,
        )
    except REFUSALS as error:
        return await refused(here, moderation, tap.petition, error)
    except (ChangeIncomplete, ReasonMissing):
        petition = await moderation.petitions.get(here.session, tap.petition)
        return here.show(views.case_screen(here.t, await _case(here, moderation, petition)))
    return await show_queue(here, moderation, notice=views.done_notice(here.t, tap.petition, action))


# --- the catalogue of reasons ---------------------------------------------------------------------------


async def _catalogue(here: Here) -> Answer:
    here.resident.expecting = None
    return here.show(views.catalogue_screen(here.t, await queries.reasons(here.session, active_only=False)))


@router.callback_query(F.data == MenuTap(to="reasons").pack(), *_ADMIN)
async def catalogue_from_menu(query: CallbackQuery, here: Here) -> Answer:
    """The button in the administration."""
    return await _catalogue(here)


@router.callback_query(TapIs(ReasonsTap), *_ADMIN)
async def catalogue(query: CallbackQuery, here: Here) -> Answer:
    """All reasons."""
    return await _catalogue(here)


@router.callback_query(TapIs(ReasonAddTap), *_ADMIN)
async def add_reason(query: CallbackQuery, here: Here, tap: ReasonAddTap, moderation: Moderation) -> Answer:
    """A new reason."""
    code = await moderation.add_reason(here.session, here.resident, here.now)
    reason = await queries.reason(here.session, code)
    if reason is None:
        return await _catalogue(here)
    return here.show(views.reason_screen(here.t, reason))


@router.callback_query(TapIs(ReasonEditTap), *_ADMIN)
async def edit_reason(query: CallbackQuery, here: Here, tap: ReasonEditTap, moderation: Moderation) -> Answer:
    """One reason: look at it, switch it, write a part of it."""
    here.resident.expecting = None
    try:
        if tap.do == "switch":
            await moderation.switch_reason(here.session, tap.code, here.resident, here.now)
        elif tap.do.startswith(SAVE):
            await moderation.word_reason(here.session, tap.code, tap.do.removeprefix(SAVE), here.resident, here.now)
    except ReasonMissing:
        return await _catalogue(here)
    reason = await queries.reason(here.session, tap.code)
    if reason is None:
        return await _catalogue(here)
    if tap.do == "off":
        uses = await moderation.uses(here.session, reason.code)
        return here.show(views.reason_off_screen(here.t, reason, uses))
    if tap.do in REASON_PARTS:
        here.resident.expecting = f"{REASON}:{reason.code}:{tap.do}"
        return here.show(views.word_screen(here.t, reason, tap.do))
    return here.show(views.reason_screen(here.t, reason))


@router.message(Expects(REASON), *_ADMIN)
async def typed_reason(message: Message, here: Here, expected: str, moderation: Moderation) -> Answer:
    """One part of a reason in words."""
    code, _, part = expected.partition(":")
    over: int | None = None
    words = ""
    try:
        words = await moderation.draft_reason(here.session, code, part, message.text or "", here.resident)
    except CommentWrong as error:
        over = int(error.args[0])
    except ReasonMissing:
        return await _catalogue(here)
    reason = await queries.reason(here.session, code)
    if reason is None:
        return await _catalogue(here)
    if over is not None:
        return here.show(views.word_screen(here.t, reason, part, over))
    uses = await moderation.uses(here.session, code)
    return here.show(views.reason_save_screen(here.t, reason, part, words, uses))

"""The inbox of officials: what they tap and type, in private and in bound groups."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.i18n import Html, as_language, translator
from bot.language.moment import MomentUnread, read_day
from bot.law.rules import ThresholdKey, rules_on
from bot.officials import queries, views
from bot.officials.decisions.handlers import open_draft
from bot.officials.decisions.service import Decisions
from bot.officials.models import OfficialDraft
from bot.officials.rules import DraftKind, MomentWrong, Section, Step, turn
from bot.officials.service import (
    REASON_MAX,
    REASON_MIN,
    DeputyWrong,
    Moved,
    NotYours,
    Officials,
    WordsWrong,
    clean_words,
)
from bot.officials.show import REFUSALS, case_answer, refused
from bot.officials.views import (
    AsSeenTap,
    AssignTap,
    AwayTap,
    CaseTap,
    DayTap,
    DeskTap,
    DoTap,
    HistoryTap,
    InboxTap,
    PassTap,
    StepTap,
    ToBodyTap,
    ToMinistriesTap,
    WriteTap,
)
from bot.petitions.models import Petition
from bot.petitions.reading.handlers import show_card
from bot.petitions.reading.queries import LAST_NUMBER
from bot.petitions.reading.views import BackTap
from bot.petitions.service import Petitions
from bot.places.bodies import bodies_of, body_by_code, body_by_key, ministries
from bot.residents.dwelling.rules import units_meant
from bot.residents.models import Role
from bot.residents.views import MenuTap
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, Holds, InPrivate, TapIs

router = Router(name="officials")

_FROM_CASE = "case="
"""How `Resident.last_list` begins while a card was opened from a case."""

PLACE = "offplace"
"""`resident.expecting` while a place or body is awaited: "offplace:<petition>:<version>"."""
REASON = "offwhy"
"""While the reason of passing on is: "offwhy:<petition>:<version>:<body code>"."""
WORDS = "offwords"
"""While a part of an announcement is: "offwords:<petition>:<version>:<kind>:<what>"."""
NAME = "offname"
FIND = "offfind"
"""While the inbox is shown: what is written finds a petition in it."""
AWAY = "offaway"

CASE_PARAMETER = "c_"
"""What the start parameter that opens a petition in the inbox begins with."""

_OFFICIAL = (InPrivate(), Holds(Role.OFFICIAL))
_TEXT = F.text & ~F.text.startswith("/")


# --- the inbox ------------------------------------------------------------------------------------------


async def _inbox(here: Here, officials: Officials, tap: InboxTap | None = None, note: Html | None = None) -> Answer:
    if not here.body_keys:
        return here.show(views.not_official_screen(here.t))
    here.resident.expecting = None
    tap = tap or InboxTap(Section.WAITING.value, 0, -1, 0)
    section = next((one for one in Section if one.value == tap.section), Section.WAITING)
    petitions = officials.petitions
    known = [body_by_key(petitions.gazetteer, key) for key in here.body_keys]
    bodies = [body for body in known if body is not None]
    keys = [body.key for body in bodies]
    index = tap.body if 0 <= tap.body < len(keys) else -1
    today = petitions.today(here.now)
    mine = (here.resident.id, *await queries.stands_in_for(here.session, here.resident.id))
    found = await queries.inbox(
        here.session,
        turn(keys, index),
        section,
        mine_of=mine,
        mine=bool(tap.mine),
        body=index,
        page=min(max(tap.page, 0), 9_999),
        today=today,
    )
    clocks = {True: officials.left, False: officials.since}
    left = {one.id: clocks[one.due_on is not None](one, today) for one in found.petitions}
    names = await queries.desk_names(here.session, [petition.assigned_to for petition in found.petitions])
    here.resident.expecting = FIND
    return here.show(views.inbox_screen(here.t, bodies, found, left, mine, names, note))


@router.message(Expects(FIND), *_OFFICIAL, _TEXT)
async def find_in_inbox(message: Message, here: Here, officials: Officials) -> Answer:
    """A number or words of a title, written below the inbox."""
    typed = (message.text or "").strip()
    number = typed.removeprefix("№").strip()
    if number.isdecimal() and int(number) <= LAST_NUMBER:
        return await _open(here, officials, int(number))
    found = await queries.titled(here.session, here.body_keys, typed)
    if len(found) == 1:
        return await _open(here, officials, found[0].id)
    return here.show(views.found_screen(here.t, typed, found))


@router.message(Command("inbox"), InPrivate())
async def inbox_command(message: Message, here: Here, officials: Officials) -> Answer:
    """/inbox."""
    return await _inbox(here, officials)


@router.callback_query(F.data == MenuTap(to="inbox").pack(), InPrivate())
async def inbox_from_menu(query: CallbackQuery, here: Here, officials: Officials) -> Answer:
    """The button in the main menu."""
    return await _inbox(here, officials)


@router.callback_query(TapIs(InboxTap), InPrivate())
async def inbox_page(query: CallbackQuery, here: Here, tap: InboxTap, officials: Officials) -> Answer:
    """A page of a section of the inbox."""
    return await _inbox(here, officials, tap)


@router.callback_query(F.data == MenuTap(to="uncovered").pack(), InPrivate(), Holds(Role.ADMIN))
async def uncovered(query: CallbackQuery, here: Here, officials: Officials) -> Answer:
    """Admins: bodies that petitions wait for and for which nobody speaks here."""
    bodies = await queries.bodies_without_officials(here.session)
    return here.show(views.uncovered_screen(here.t, officials.petitions.gazetteer, bodies))


# --- one petition ---------------------------------------------------------------------------------------


async def _open(here: Here, officials: Officials, number: int) -> Answer:
    if here.is_private:
        here.resident.expecting = None
    try:
        petition = await officials.petition(here.session, number, here.body_keys)
    except NotYours as error:
        return await refused(here, officials, number, error)
    await officials.release(here.session, number, here.resident)
    await here.session.refresh(petition)
    return await case_answer(here, officials, petition)


@router.message(CommandStart(magic=F.args.regexp(r"^c_\d{1,18}$")), InPrivate())
async def start_case(message: Message, here: Here, command: CommandObject, officials: Officials) -> Answer:
    """A petition of the inbox by its link, from a group."""
    number = int((command.args or "").removeprefix(CASE_PARAMETER))
    return await _open(here, officials, min(number, LAST_NUMBER))


async def _in_tongue(here: Here, officials: Officials) -> Here:
    """In a bound group the cards keep the group's language, whoever taps."""
    if here.is_private or here.chat_id is None:
        return here
    group = await queries.group_of_chat(here.session, here.chat_id)
    if group is None:
        return here
    return replace(here, t=translator(as_language(group.language), officials.petitions.zone))


async def _stranger(here: Here, officials: Officials, number: int) -> Answer | None:
    """In a group: the toast for somebody who does not speak for the body; None for whoever does."""
    if here.is_private:
        return None
    petition = await here.session.get(Petition, number) if 0 < number <= LAST_NUMBER else None
    if petition is not None and petition.body_key in here.body_keys:
        return None
    body = body_by_key(officials.petitions.gazetteer, petition.body_key) if petition is not None else None
    return here.toast(views.strangers_toast(here.t, body), alert=True)


@router.callback_query(TapIs(CaseTap))
async def open_case(query: CallbackQuery, here: Here, tap: CaseTap, officials: Officials) -> Answer:
    """Open a petition."""
    if toast := await _stranger(here, officials, tap.petition):
        return toast
    return await _open(await _in_tongue(here, officials), officials, tap.petition)


@router.callback_query(TapIs(AsSeenTap), InPrivate())
async def as_seen(query: CallbackQuery, here: Here, tap: AsSeenTap, petitions: Petitions) -> Answer:
    """The card residents see, from which Back leads to the official's own."""
    here.resident.last_list = f"{_FROM_CASE}{tap.petition}"
    return await show_card(here, petitions, tap.petition)


async def _from_a_case(query: CallbackQuery, here: Here) -> bool | dict[str, int]:
    origin = here.resident.last_list or ""
    return {"number": int(origin.removeprefix(_FROM_CASE))} if origin.startswith(_FROM_CASE) else False


@router.callback_query(TapIs(BackTap), InPrivate(), _from_a_case)
async def back_to_case(query: CallbackQuery, here: Here, number: int, officials: Officials) -> Answer:
    """From the card residents see back to the official's own."""
    return await _open(here, officials, number)


@router.callback_query(TapIs(HistoryTap))
async def show_history(query: CallbackQuery, here: Here, tap: HistoryTap, officials: Officials) -> Answer:
    """What happened to it."""
    if toast := await _stranger(here, officials, tap.petition):
        return toast
    here = await _in_tongue(here, officials)
    try:
        petition = await officials.petition(here.session, tap.petition, here.body_keys)
    except NotYours as error:
        return await refused(here, officials, tap.petition, error)
    return here.show(views.history_screen(here.t, await officials.case(here.session, petition, here.now)))


async def _held(here: Here, officials: Officials, number: int, version: int) -> Petition:
    return await officials.hold(here.session, number, version, here.resident, here.body_keys, here.now)


@router.callback_query(TapIs(StepTap))
async def set_out(query: CallbackQuery, here: Here, tap: StepTap, officials: Officials, decisions: Decisions) -> Answer:
    """What will happen, or what is needed for it."""
    if toast := await _stranger(here, officials, tap.petition):
        return toast
    here = await _in_tongue(here, officials)
    if here.is_private:
        here.resident.expecting = None
    step = next((one for one in Step if one.value == tap.step), None)
    if not here.is_private and step not in {Step.REGISTER, Step.ASSIGN}:
        # What needs writing is written in private.
        return here.lead(f"{CASE_PARAMETER}{tap.petition}")
    try:
        petition = await _held(here, officials, tap.petition, tap.version)
        case = await officials.case(here.session, petition, here.now)
        if step is None or step not in case.steps:
            raise Moved(tap.petition)
        if step in {Step.DECISION, Step.CORRECTION}:
            return await open_draft(here, officials, decisions, tap.petition, tap.version)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    if step is Step.REGISTER:
        term = rules_on(petition.rules_from).consideration(ThresholdKey(petition.threshold_key))
        due = term.end(case.today, officials.petitions.calendar)
        return here.show(views.register_screen(here.t, case, term, due))
    if step is Step.NOT_OURS:
        here.resident.expecting = f"{PLACE}:{petition.id}:{petition.version}"
        return _whose(here, officials, petition)
    if step is Step.ASSIGN:
        people = await queries.colleagues(here.session, [petition.body_key])
        return here.show(views.assign_screen(here.t, case, people, here.resident.id, in_group=not here.is_private))
    kind = DraftKind.DISCUSSION if step is Step.DISCUSSION else DraftKind.GROUP
    draft = await officials.draft(here.session, petition, kind, here.resident, here.now)
    return await _announcement(here, officials, petition, draft)


@router.callback_query(TapIs(DoTap))
async def do(query: CallbackQuery, here: Here, tap: DoTap, officials: Officials) -> Answer:
    """Register, or announce what was prepared."""
    if toast := await _stranger(here, officials, tap.petition):
        return toast
    here = await _in_tongue(here, officials)
    if here.is_private:
        here.resident.expecting = None
    try:
        petition = await _held(here, officials, tap.petition, tap.version)
        if tap.step == Step.REGISTER.value:
            await officials.register(here.session, petition, here.resident, here.now)
            return await case_answer(here, officials, petition, views.registered_notice(here.t, petition))
        kind = DraftKind.DISCUSSION if tap.step == Step.DISCUSSION.value else DraftKind.GROUP
        draft = await queries.open_draft(here.session, petition.id, kind)
        if draft is None or not here.is_private:
            raise Moved(tap.petition)
        invited = await officials.invited(here.session, petition)
        try:
            await officials.announce(here.session, petition, draft, here.resident, here.now)
        except MomentWrong as error:
            return _ask_moment(here, officials, petition, str(error.args[0]))
        return await case_answer(here, officials, petition, views.announced_notice(here.t, invited.total))
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)


# --- not ours -------------------------------------------------------------------------------------------


def _whose(here: Here, officials: Officials, petition: Petition, note: Html | None = None) -> Answer:
    offers = officials.offers(petition, officials.proposals(petition), here.now)
    return here.show(views.not_ours_screen(here.t, petition, offers, note))


@router.message(Expects(PLACE), Holds(Role.OFFICIAL), _TEXT)
async def typed_place(message: Message, here: Here, expected: str, officials: Officials) -> Answer:
    """The place whose bodies are offered."""
    number, version = (int(part) for part in expected.split(":"))
    try:
        petition = await _held(here, officials, number, version)
    except REFUSALS as error:
        return await refused(here, officials, number, error)
    text, gazetteer = message.text or "", officials.petitions.gazetteer
    found = units_meant(gazetteer, text)
    keys = {body.key: body for place in found[:3] for body in bodies_of(gazetteer, place.key)}
    offered = [body for key, body in keys.items() if key != petition.body_key][:8]
    if not offered:
        note = here.t("I know no place called “{typed}”. Write it differently.", typed=text[:60])
        return _whose(here, officials, petition, note)
    return here.show(views.not_ours_screen(here.t, petition, officials.offers(petition, offered, here.now)))


@router.callback_query(TapIs(ToMinistriesTap), *_OFFICIAL)
async def to_ministries(query: CallbackQuery, here: Here, tap: ToMinistriesTap, officials: Officials) -> Answer:
    """The ministries."""
    try:
        petition = await _held(here, officials, tap.petition, tap.version)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    return here.show(views.ministries_screen(here.t, petition, officials.offers(petition, ministries(), here.now)))


@router.callback_query(TapIs(ToBodyTap), *_OFFICIAL)
async def to_body(query: CallbackQuery, here: Here, tap: ToBodyTap, officials: Officials) -> Answer:
    """The body is chosen; the reason is asked for."""
    try:
        petition = await _held(here, officials, tap.petition, tap.version)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    body = body_by_code(officials.petitions.gazetteer, tap.body)
    if body is None or body.key == petition.body_key:
        return _whose(here, officials, petition)
    here.resident.expecting = f"{REASON}:{petition.id}:{petition.version}:{tap.body}"
    return here.show(views.reason_screen(here.t, petition, officials.elsewhere(petition, body, here.now)))


@router.message(Expects(REASON), Holds(Role.OFFICIAL))
async def typed_reason(message: Message, here: Here, expected: str, officials: Officials) -> Answer:
    """Why it is theirs."""
    number, version, code = expected.split(":", 2)
    try:
        petition = await _held(here, officials, int(number), int(version))
    except REFUSALS as error:
        return await refused(here, officials, int(number), error)
    body = body_by_code(officials.petitions.gazetteer, code)
    if body is None:
        return _whose(here, officials, petition)
    there = officials.elsewhere(petition, body, here.now)
    try:
        said = clean_words(message.text or "", REASON_MAX, REASON_MIN)
    except WordsWrong as error:
        return here.show(views.reason_screen(here.t, petition, there, _problem(here, error)))
    # Kept with the petition until it is sent, as a moderator's comment is.
    petition.comment = said
    officials.keep(petition, here.resident, here.now)
    # Whoever writes again means to replace it.
    here.resident.expecting = f"{REASON}:{petition.id}:{petition.version}:{code}"
    return here.show(views.pass_screen(here.t, await officials.case(here.session, petition, here.now), there, said))


@router.callback_query(TapIs(PassTap), *_OFFICIAL)
async def pass_on(query: CallbackQuery, here: Here, tap: PassTap, officials: Officials) -> Answer:
    """Pass it on."""
    here.resident.expecting = None
    body = body_by_code(officials.petitions.gazetteer, tap.body)
    try:
        petition = await _held(here, officials, tap.petition, tap.version)
        if body is None:
            raise Moved(tap.petition)
        await officials.not_ours(here.session, petition, body.key, petition.comment or "", here.resident, here.now)
    except WordsWrong:
        return _whose(here, officials, petition)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    return await _inbox(here, officials, note=views.passed_notice(here.t, tap.petition, body))


def _problem(here: Here, error: WordsWrong) -> Html:
    what, count = (*error.args, 0)[:2]
    return views.words_problem(here.t, str(what), int(count))


# --- assigning ------------------------------------------------------------------------------------------


@router.callback_query(TapIs(AssignTap))
async def assign(query: CallbackQuery, here: Here, tap: AssignTap, officials: Officials) -> Answer:
    """Give it to somebody, or to everybody."""
    if toast := await _stranger(here, officials, tap.petition):
        return toast
    here = await _in_tongue(here, officials)
    try:
        petition = await _held(here, officials, tap.petition, tap.version)
        await officials.assign(here.session, petition, tap.to or None, here.resident, here.now)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    return await case_answer(here, officials, petition, views.assigned_notice(here.t, petition, here.resident.id))


# --- announcing -----------------------------------------------------------------------------------------


def _ask_moment(here: Here, officials: Officials, petition: Petition, problem: str | None = None) -> Answer:
    here.resident.expecting = f"{WORDS}:{petition.id}:{petition.version}:{DraftKind.DISCUSSION.value}:moment"
    earliest = officials.earliest(petition, here.now)
    said = views.moment_problem(here.t, problem, earliest, petition.due_on) if problem else None
    days = officials.days(petition, here.now)
    return here.show(views.moment_screen(here.t, petition, days, earliest, officials.notice(petition), said))


def _ask_words(here: Here, petition: Petition, draft: OfficialDraft, problem: Html | None = None) -> Answer:
    here.resident.expecting = f"{WORDS}:{petition.id}:{petition.version}:{draft.kind.value}:words"
    if draft.kind is DraftKind.GROUP:
        return here.show(views.members_screen(here.t, petition, problem))
    return here.show(views.place_screen(here.t, petition, draft, problem))


async def _announcement(here: Here, officials: Officials, petition: Petition, draft: OfficialDraft) -> Answer:
    """What the announcement still needs, or the whole of it before it goes out."""
    if draft.kind is DraftKind.DISCUSSION and draft.held_at is None:
        return _ask_moment(here, officials, petition)
    if not draft.words:
        return _ask_words(here, petition, draft)
    here.resident.expecting = None
    case = await officials.case(here.session, petition, here.now)
    invited = await officials.invited(here.session, petition)
    return here.show(views.announce_screen(here.t, case, draft, invited))


async def _announcing(
    here: Here, officials: Officials, number: int, version: int, kind: str
) -> tuple[Petition, OfficialDraft]:
    petition = await _held(here, officials, number, version)
    if kind not in {DraftKind.DISCUSSION.value, DraftKind.GROUP.value}:
        raise Moved(number)
    return petition, await officials.draft(here.session, petition, DraftKind(kind), here.resident, here.now)


@router.callback_query(TapIs(DayTap), *_OFFICIAL)
async def choose_day(query: CallbackQuery, here: Here, tap: DayTap, officials: Officials) -> Answer:
    """The day, then the hour of the discussion."""
    try:
        petition, draft = await _announcing(here, officials, tap.petition, tap.version, DraftKind.DISCUSSION.value)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    try:
        day = date.fromisoformat(tap.day)
    except ValueError:
        return _ask_moment(here, officials, petition)
    if not tap.hour:
        here.resident.expecting = f"{WORDS}:{petition.id}:{petition.version}:{draft.kind.value}:moment {tap.day}"
        return here.show(views.hour_screen(here.t, petition, day))
    try:
        officials.set_moment(draft, petition, f"{tap.day} {tap.hour[:2]}:{tap.hour[2:]}", here.resident, here.now)
    except MomentWrong as error:
        return _ask_moment(here, officials, petition, str(error.args[0]))
    return await _announcement(here, officials, petition, draft)


@router.callback_query(TapIs(WriteTap), *_OFFICIAL)
async def write_again(query: CallbackQuery, here: Here, tap: WriteTap, officials: Officials) -> Answer:
    """A part of an announcement anew, or none of it."""
    try:
        petition, draft = await _announcing(here, officials, tap.petition, tap.version, tap.kind)
    except REFUSALS as error:
        return await refused(here, officials, tap.petition, error)
    if tap.what == "discard" and (draft.words or draft.held_at is not None):
        here.resident.expecting = None
        return here.show(views.discard_screen(here.t, petition, draft))
    if tap.what in {"discard", "sure"}:
        here.resident.expecting = None
        await officials.discard(here.session, draft, here.resident, here.now)
        await here.session.refresh(petition)
        return await case_answer(here, officials, petition, views.discarded_notice(here.t))
    if tap.what == "moment":
        return _ask_moment(here, officials, petition)
    return _ask_words(here, petition, draft)


@router.message(Expects(WORDS), Holds(Role.OFFICIAL))
async def typed_words(message: Message, here: Here, expected: str, officials: Officials) -> Answer:
    """Date and time, place or members."""
    number, version, kind, what = expected.split(":", 3)
    try:
        petition, draft = await _announcing(here, officials, int(number), int(version), kind)
    except REFUSALS as error:
        return await refused(here, officials, int(number), error)
    try:
        if what.startswith("moment"):
            written = views.moment_written(message.text or "", what.partition(" ")[2])
            officials.set_moment(draft, petition, written, here.resident, here.now)
        else:
            officials.set_words(draft, message.text or "", here.resident, here.now)
    except MomentWrong as error:
        return _ask_moment(here, officials, petition, str(error.args[0]))
    except WordsWrong as error:
        return _ask_words(here, petition, draft, _problem(here, error))
    return await _announcement(here, officials, petition, draft)


# --- the desk -------------------------------------------------------------------------------------------


async def desk(here: Here, note: Html | None = None) -> Answer:
    """The official's own desk."""
    here.resident.expecting = None
    absence = await queries.absence_of(here.session, here.resident.id)
    deputy = None
    if absence is not None:
        names = await queries.desk_names(here.session, [absence.deputy_id])
        deputy = views.who(here.t, absence.deputy_id, names)
    groups = await queries.groups_of_all(here.session, here.body_keys)
    name = await queries.desk_name(here.session, here.resident.id)
    return here.show(views.desk_screen(here.t, name, absence, deputy, len(groups), note))


@router.callback_query(TapIs(DeskTap), *_OFFICIAL)
async def at_desk(query: CallbackQuery, here: Here, tap: DeskTap, officials: Officials) -> Answer:
    """Something at the desk."""
    here.resident.expecting = None
    if tap.to == "name":
        here.resident.expecting = NAME
        return here.show(views.name_screen(here.t))
    if tap.to == "away":
        here.resident.expecting = AWAY
        return here.show(views.away_screen(here.t, officials.days_away(here.now)))
    if tap.to == "back":
        done = await officials.come_back(here.session, here.resident.id, here.resident.id, here.now)
        return await desk(here, views.back_notice(here.t) if done else None)
    if tap.to == "groups":
        groups = await queries.groups_of_all(here.session, here.body_keys)
        return here.show(views.groups_screen(here.t, officials.petitions.gazetteer, groups, here.bot_username))
    return await desk(here)


@router.message(Expects(NAME), Holds(Role.OFFICIAL))
async def typed_name(message: Message, here: Here, officials: Officials) -> Answer:
    """How somebody signs at work."""
    try:
        await officials.name_desk(here.session, here.resident, message.text or "")
    except WordsWrong as error:
        return here.show(views.name_screen(here.t, _problem(here, error)))
    return await desk(here)


@router.message(Expects(AWAY), Holds(Role.OFFICIAL))
async def typed_day(message: Message, here: Here, officials: Officials) -> Answer:
    """The last day away."""
    today = officials.petitions.today(here.now)
    try:
        until = read_day(message.text or "", today)
    except MomentUnread:
        return here.show(views.away_screen(here.t, officials.days_away(here.now), views.away_problem(here.t)))
    return await _deputy(here, officials, until)


async def _deputy(here: Here, officials: Officials, until: date) -> Answer:
    if not officials.can_be_away_until(until, here.now):
        return here.show(views.away_screen(here.t, officials.days_away(here.now), views.away_problem(here.t)))
    people = await officials.deputies(here.session, here.resident, here.body_keys)
    here.resident.expecting = None
    return here.show(views.deputy_screen(here.t, until, people))


@router.callback_query(TapIs(AwayTap), *_OFFICIAL)
async def go_away(query: CallbackQuery, here: Here, tap: AwayTap, officials: Officials) -> Answer:
    """The last day away is chosen, then the deputy."""
    try:
        until = date.fromisoformat(tap.day)
    except ValueError:
        return await desk(here)
    if not tap.deputy:
        return await _deputy(here, officials, until)
    try:
        await officials.go_away(here.session, here.resident, until, tap.deputy, here.body_keys, here.now)
    except (DeputyWrong, ValueError):
        return await _deputy(here, officials, until)
    return await desk(here, views.away_notice(here.t, until))

"""Writing a petition: what the author taps and types."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.i18n import Html
from bot.law.forbidden import points_on
from bot.petitions.models import Draft
from bot.petitions.rules import DraftStep, NotAllowed
from bot.petitions.service import DraftIncomplete, PetitionMissing
from bot.petitions.twins.show import draft_twins
from bot.petitions.writing import views
from bot.petitions.writing.queries import open_drafts
from bot.petitions.writing.rules import STEPS, TYPED_STEPS, Wanted
from bot.petitions.writing.service import (
    EXPECTS,
    Answered,
    DraftGone,
    DraftMoved,
    TooManyDrafts,
    Writing,
    chosen_language,
    is_empty,
)
from bot.petitions.writing.views import (
    CorrectTap,
    DraftBodyTap,
    DraftLanguageTap,
    DraftPlaceTap,
    EditTap,
    NewTap,
    ResumeTap,
    StepTap,
)
from bot.residents.service import Residents
from bot.residents.views import MenuTap, confirming_screen
from bot.screen import Screen, Tap
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, InPrivate, TapIs

router = Router(name="petitions.writing")


async def _screen(here: Here, writing: Writing, draft: Draft, answered: Answered | None = None) -> Screen:
    """The step at which the draft stands, with what there is to say about the answer just given."""
    page = writing.page(draft, here.resident, here.now)
    if not page.is_open:
        return views.already_screen(here.t, page.corrects or 0)
    notices: list[Html] = []
    if draft.petition_id is not None:
        corrected = await writing.petitions.get(here.session, draft.petition_id)
        if corrected.comment:
            notices.append(views.remark_notice(here.t, corrected.comment))
    if answered is not None and answered.was_split:
        notices.append(views.split_notice(here.t, why_over=answered.why_over))
    problem = answered.problem if answered is not None else None
    if draft.step is DraftStep.RULES and problem is not None and problem.mended:
        notices.append(views.left_out_notice(here.t, problem))
    if answered is not None and answered.shouting and draft.step is not DraftStep.REVIEW:
        notices.append(views.shouting_notice(here.t))
    return views.draft_screen(
        here.t,
        page,
        points=points_on(page.today) if draft.step is DraftStep.RULES else (),
        problem=problem,
        notice=views.join(*notices) if notices else None,
    )


async def _confirm_first(here: Here, residents: Residents, then: Tap) -> Answer | None:
    """The way to being confirmed, when the person is not yet; afterwards `then` goes on."""
    if await residents.is_confirmed(here.session, here.resident):
        return None
    confirming = await residents.begin_confirming(here.session, here.resident, then, here.now)
    return here.show(confirming_screen(here.t, confirming))


async def start(
    here: Here,
    writing: Writing,
    residents: Residents,
    *,
    text: str | None,
    fresh: bool,
    wanted: Wanted | None = None,
) -> Answer:
    """Begin a petition with whatever is written or settled of it already."""
    drafts = await open_drafts(here.session, here.resident.id)
    if text:
        # The words are kept before anything else is asked, so that they are not to be written twice.
        try:
            answered = await writing.begin(here.session, here.resident, text, here.now, wanted)
        except TooManyDrafts:
            return here.show(views.drafts_screen(here.t, drafts, full=True))
        first = await _confirm_first(here, residents, ResumeTap(answered.draft.id))
        return first or here.show(await _screen(here, writing, answered.draft, answered))
    first = await _confirm_first(here, residents, NewTap(fresh=int(fresh)))
    if first is not None:
        return first
    if not fresh and not all(is_empty(draft) for draft in drafts):
        return here.show(views.drafts_screen(here.t, drafts))
    try:
        answered = await writing.begin(here.session, here.resident, None, here.now)
    except TooManyDrafts:
        return here.show(views.drafts_screen(here.t, drafts, full=True))
    return here.show(await _screen(here, writing, answered.draft))


@router.message(Command("new"), InPrivate())
async def new_command(
    message: Message, here: Here, command: CommandObject, writing: Writing, residents: Residents
) -> Answer:
    """/new, with or without words after it."""
    return await start(here, writing, residents, text=command.args, fresh=False)


@router.message(Command("new"))
async def new_in_group(message: Message, here: Here) -> Answer:
    """/new in a group."""
    return here.send(views.private_screen(here.t, here.bot_username))


@router.callback_query(F.data == MenuTap(to="new").pack(), InPrivate())
async def new_from_menu(query: CallbackQuery, here: Here, writing: Writing, residents: Residents) -> Answer:
    """The main menu's button."""
    return await start(here, writing, residents, text=None, fresh=False)


@router.callback_query(TapIs(NewTap), InPrivate())
async def new_tap(query: CallbackQuery, here: Here, tap: NewTap, writing: Writing, residents: Residents) -> Answer:
    """Start a petition, from a button or after being confirmed."""
    return await start(here, writing, residents, text=None, fresh=bool(tap.fresh))


@router.callback_query(TapIs(ResumeTap), InPrivate())
async def resume(query: CallbackQuery, here: Here, tap: ResumeTap, writing: Writing, residents: Residents) -> Answer:
    """Go on with a draft."""
    first = await _confirm_first(here, residents, tap)
    if first is not None:
        return first
    try:
        draft = await writing.take(here.session, tap.draft, here.resident)
    except DraftGone:
        return here.show(views.gone_screen(here.t))
    writing.expect(draft, here.resident)
    return here.show(await _screen(here, writing, draft))


@router.callback_query(TapIs(CorrectTap), InPrivate())
async def correct(query: CallbackQuery, here: Here, tap: CorrectTap, writing: Writing) -> Answer:
    """Correct a returned petition."""
    try:
        draft = await writing.begin_correction(here.session, tap.petition, here.resident, here.now)
    except (NotAllowed, PetitionMissing):
        return here.show(views.not_returned_screen(here.t, tap.petition))
    return here.show(await _screen(here, writing, draft))


async def _draft_of(
    here: Here, writing: Writing, tap: StepTap | EditTap | DraftPlaceTap | DraftBodyTap | DraftLanguageTap
) -> Draft | Answer:
    """The draft a button was made for, or the answer to a button that is out of date."""
    try:
        return await writing.take(here.session, tap.draft, here.resident, tap.version)
    except DraftMoved as moved:
        writing.expect(moved.draft, here.resident)
        return here.show(await _screen(here, writing, moved.draft), toast=views.moved_toast(here.t))
    except DraftGone:
        return here.show(views.gone_screen(here.t))


@router.callback_query(TapIs(StepTap), InPrivate())
async def step(query: CallbackQuery, here: Here, tap: StepTap, writing: Writing, residents: Residents) -> Answer:
    """Next, Back, Cancel and what belongs to them."""
    draft = await _draft_of(here, writing, tap)
    if isinstance(draft, Answer):
        return draft
    author, now = here.resident, here.now
    if tap.go == "next":
        left = draft.step
        writing.forward(draft, author, now)
        if left is DraftStep.TITLE and (alike := await _alike(here, writing, draft)) is not None:
            return alike
    elif tap.go == "back":
        writing.back(draft, author, now)
    elif tap.go == "change":
        writing.edit_forbidden(draft, author, now)
    elif tap.go == "warned":
        writing.go_on_warned(draft, author, now)
    elif tap.go == "cancel":
        author.expecting = None
        return here.show(views.cancel_screen(here.t, writing.page(draft, author, now)))
    elif tap.go == "keep":
        author.expecting = None
        return here.show(views.kept_screen(here.t, draft.id))
    elif tap.go == "discard":
        writing.discard(draft, author, now)
        return here.show(views.discarded_screen(here.t))
    elif tap.go == "text":
        return here.show(views.why_screen(here.t, writing.page(draft, author, now)))
    elif tap.go in {"ask", "sure", "open"}:
        return await _open(here, writing, residents, draft, tap.go)
    writing.expect(draft, author)
    return here.show(await _screen(here, writing, draft))


async def _alike(here: Here, writing: Writing, draft: Draft, *, is_last: bool = False) -> Answer | None:
    """Petitions like the draft, when its title was just left or it is about to be opened, and there are any."""
    if not is_last and draft.step is not DraftStep.ASK:
        return None
    screen = await draft_twins(here.session, writing.twins, here.t, draft, here.resident, here.now, is_last=is_last)
    return here.show(screen) if screen is not None else None


async def _open(here: Here, writing: Writing, residents: Residents, draft: Draft, go: str) -> Answer:
    first = await _confirm_first(here, residents, ResumeTap(draft.id))
    if first is not None:
        return first
    page = writing.page(draft, here.resident, here.now)
    if page.warning or draft.step is not DraftStep.REVIEW or not writing.is_whole(draft):
        return here.show(await _screen(here, writing, draft))
    if go == "ask" and (alike := await _alike(here, writing, draft, is_last=True)) is not None:
        return alike
    if go != "open":
        return here.show(views.confirm_screen(here.t, page))
    corrects = draft.petition_id
    try:
        petition = await writing.hand_in(here.session, draft, here.resident, here.now)
    except DraftIncomplete:
        return here.show(await _screen(here, writing, draft))
    except NotAllowed:
        return here.show(views.not_returned_screen(here.t, corrects or 0))
    if corrects is not None:
        return here.show(views.corrected_screen(here.t, petition))
    link = here.link(f"p_{petition.id}_{petition.access_key}")
    return here.show(views.opened_screen(here.t, petition, link))


@router.callback_query(TapIs(EditTap), InPrivate())
async def edit(query: CallbackQuery, here: Here, tap: EditTap, writing: Writing) -> Answer:
    """Change one part."""
    draft = await _draft_of(here, writing, tap)
    if isinstance(draft, Answer):
        return draft
    wanted = next((step for step in STEPS[1:] if step.value == tap.step), None)
    if wanted is not None:
        writing.edit(draft, wanted, here.resident, here.now)
    return here.show(await _screen(here, writing, draft))


@router.callback_query(TapIs(DraftPlaceTap), InPrivate())
async def choose_place(query: CallbackQuery, here: Here, tap: DraftPlaceTap, writing: Writing) -> Answer:
    """The place the petition is about."""
    draft = await _draft_of(here, writing, tap)
    if isinstance(draft, Answer):
        return draft
    writing.choose_place(draft, tap.kato, here.resident, here.now)
    return here.show(await _screen(here, writing, draft))


@router.callback_query(TapIs(DraftBodyTap), InPrivate())
async def choose_body(query: CallbackQuery, here: Here, tap: DraftBodyTap, writing: Writing) -> Answer:
    """The body that decides."""
    draft = await _draft_of(here, writing, tap)
    if isinstance(draft, Answer):
        return draft
    writing.choose_body(draft, tap.kind, tap.kato, here.resident, here.now)
    return here.show(await _screen(here, writing, draft))


@router.callback_query(TapIs(DraftLanguageTap), InPrivate())
async def choose_language(query: CallbackQuery, here: Here, tap: DraftLanguageTap, writing: Writing) -> Answer:
    """The language of the text."""
    draft = await _draft_of(here, writing, tap)
    if isinstance(draft, Answer):
        return draft
    language = chosen_language(tap.language)
    if language is not None:
        writing.choose_language(draft, language, here.now)
    return here.show(await _screen(here, writing, draft))


@router.message(Expects(EXPECTS))
async def typed(message: Message, here: Here, expected: str, writing: Writing) -> Answer:
    """The answer to a step that is answered by writing."""
    try:
        draft = await writing.take(here.session, int(expected), here.resident)
    except DraftGone:
        here.resident.expecting = None
        return here.show(views.gone_screen(here.t))
    page = writing.page(draft, here.resident, here.now)
    if not page.is_open or page.warning:
        return here.show(await _screen(here, writing, draft))
    if draft.step is DraftStep.PLACE:
        found = writing.search_places(message.text or "", here.language)
        return here.show(views.draft_screen(here.t, page, found_places=found))
    if draft.step not in TYPED_STEPS:
        return here.show(await _screen(here, writing, draft))
    left = draft.step
    answered = writing.write(draft, message.text or message.caption, here.resident, here.now)
    if left in {DraftStep.RULES, DraftStep.TITLE} and (alike := await _alike(here, writing, draft)) is not None:
        return alike
    return here.show(await _screen(here, writing, draft, answered))

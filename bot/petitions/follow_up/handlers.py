"""After a decision: what signers tap, write and send, and what moderators do with photos."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.petitions.follow_up import views
from bot.petitions.follow_up.queries import answer_check, shown_photo, waiting_photo
from bot.petitions.follow_up.rules import Deed
from bot.petitions.follow_up.service import FollowUp, WhyRefused
from bot.petitions.follow_up.views import (
    AnswersTap,
    DeedPhotoTap,
    DeedTap,
    PhotoCheckTap,
    PhotoQueueTap,
    PhotosTap,
    WhyTap,
)
from bot.petitions.reading.handlers import show_card
from bot.petitions.reading.views import OpenPetitionTap
from bot.petitions.rules import NotAllowed
from bot.petitions.service import PetitionMissing, Petitions
from bot.residents.models import Role
from bot.residents.views import home_button
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, Holds, InPrivate, TapIs

router = Router(name="petitions.follow_up")

WHY_EXPECTED: Final = "why"
PHOTO_EXPECTED: Final = "deed_photo"
_NOT_A_COMMAND: Final = F.text & ~F.text.startswith("/")


def _number(expected: str) -> int:
    return int(expected) if expected.isdecimal() else 0


@router.callback_query(TapIs(AnswersTap), InPrivate())
async def say(query: CallbackQuery, here: Here, tap: AnswersTap, follow_up: FollowUp, petitions: Petitions) -> Answer:
    """Whether the decision answers the question."""
    try:
        await follow_up.say(here.session, tap.number, here.resident, here.now, answers=bool(tap.yes))
        if tap.yes:
            toast = here.t.plain("Thank you, it is counted. You can change it at any time.")
        else:
            # Who says that it does not usually writes why at once.
            here.resident.expecting = f"{WHY_EXPECTED}:{tap.number}"
            toast = here.t.plain("Thank you, it is counted. If you like, write in a line why.")
    except (NotAllowed, PetitionMissing):
        toast = here.t.plain("Only those who signed say whether the decision answers the question.")
    return await show_card(here, petitions, tap.number, toast=toast)


@router.callback_query(TapIs(WhyTap), InPrivate())
async def ask_why(query: CallbackQuery, here: Here, tap: WhyTap, petitions: Petitions) -> Answer:
    """Asks for a line why."""
    check = await answer_check(here.session, tap.number, here.resident.id, may_answer=True)
    if check.own is None:
        return await show_card(here, petitions, tap.number)
    here.resident.expecting = f"{WHY_EXPECTED}:{tap.number}"
    return here.show(views.ask_why_screen(here.t, OpenPetitionTap(tap.number), own=check.own))


@router.message(Expects(WHY_EXPECTED), _NOT_A_COMMAND)
async def why_typed(message: Message, here: Here, expected: str, follow_up: FollowUp, petitions: Petitions) -> Answer:
    """The line why."""
    number = _number(expected)
    try:
        await follow_up.explain(here.session, number, here.resident, message.text or "", here.now)
    except WhyRefused as refused:
        check = await answer_check(here.session, number, here.resident.id, may_answer=True)
        note = views.why_problem_note(here.t, refused.problem)
        back = OpenPetitionTap(number)
        return here.send(views.ask_why_screen(here.t, back, own=bool(check.own), note=note))
    except NotAllowed:
        here.resident.expecting = None
        return await show_card(here, petitions, number)
    here.resident.expecting = None
    return await show_card(here, petitions, number)


@router.callback_query(TapIs(DeedTap), InPrivate())
async def report(query: CallbackQuery, here: Here, tap: DeedTap, follow_up: FollowUp, petitions: Petitions) -> Answer:
    """Whether what was promised was done."""
    here.resident.expecting = None
    back = OpenPetitionTap(tap.number)
    try:
        deed = Deed(tap.deed)
    except ValueError:
        check = await answer_check(here.session, tap.number, here.resident.id, may_answer=False)
        if not check.may_tell_deed:
            return await show_card(here, petitions, tap.number)
        petition = await petitions.get(here.session, tap.number)
        return here.show(views.was_it_done_screen(here.t, tap.number, petition.title, check.own_deed, back))
    try:
        await follow_up.report(here.session, tap.number, here.resident, deed, here.now)
    except (NotAllowed, PetitionMissing):
        return await show_card(here, petitions, tap.number)
    return here.show(views.deed_thanks_screen(here.t, tap.number, deed, back))


@router.callback_query(TapIs(DeedPhotoTap), InPrivate())
async def ask_photo(query: CallbackQuery, here: Here, tap: DeedPhotoTap) -> Answer:
    """Asks for a photo."""
    here.resident.expecting = f"{PHOTO_EXPECTED}:{tap.number}"
    return here.show(views.ask_photo_screen(here.t, tap.number))


async def _photo_expected(message: Message, here: Here) -> bool | dict[str, str]:
    what, _, rest = (here.resident.expecting or "").partition(":")
    return {"expected": rest} if here.is_private and what == PHOTO_EXPECTED else False


@router.message(F.photo, _photo_expected)
async def photo_sent(message: Message, here: Here, expected: str, follow_up: FollowUp, petitions: Petitions) -> Answer:
    """The photo; its words are not kept."""
    number = _number(expected)
    here.resident.expecting = None
    if not message.photo:
        return await show_card(here, petitions, number)
    try:
        await follow_up.add_photo(here.session, number, here.resident, message.photo[-1].file_id, here.now)
    except NotAllowed:
        return await show_card(here, petitions, number)
    return here.send(views.photo_thanks_screen(here.t, OpenPetitionTap(number)))


@router.message(Expects(PHOTO_EXPECTED), _NOT_A_COMMAND)
async def words_for_a_photo(message: Message, here: Here, expected: str) -> Answer:
    """Words where a photo was asked for."""
    note = here.t("That is no photo. Press the paper clip and choose one.")
    return here.send(views.ask_photo_screen(here.t, _number(expected), note))


@router.callback_query(TapIs(PhotosTap), InPrivate())
async def photos(query: CallbackQuery, here: Here, tap: PhotosTap, petitions: Petitions) -> Answer:
    """One of the photos of a petition."""
    photo = await shown_photo(here.session, tap.number, tap.index)
    if photo is None:
        return await show_card(here, petitions, tap.number)
    return here.send(views.photo_screen(here.t, photo, OpenPetitionTap(tap.number)))


@router.callback_query(TapIs(PhotoQueueTap), InPrivate(), Holds(Role.MODERATOR, Role.ADMIN))
async def photo_queue(query: CallbackQuery, here: Here) -> Answer:
    """The photo that waits longest."""
    return await _next_photo(here)


@router.callback_query(TapIs(PhotoCheckTap), InPrivate(), Holds(Role.MODERATOR, Role.ADMIN))
async def check_photo(query: CallbackQuery, here: Here, tap: PhotoCheckTap, follow_up: FollowUp) -> Answer:
    """A moderator decides on a photo, and sees the next one."""
    done = await follow_up.check_photo(here.session, tap.report, here.resident, here.now, show=bool(tap.show))
    t = here.t
    if not done:
        toast = t.plain("This photo was checked already.")
    else:
        toast = t.plain("Everybody sees it now.") if tap.show else t.plain("Nobody sees it.")
    return here.toast(toast) + await _next_photo(replace(here, callback_id=None, tapped=None))


async def _next_photo(here: Here) -> Answer:
    photo = await waiting_photo(here.session)
    if photo is None:
        return here.show(views.no_photo_screen(here.t, home_button(here.t)))
    return here.show(views.photo_check_screen(here.t, photo))

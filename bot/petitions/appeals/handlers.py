"""The author appeals."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.petitions.appeals import views
from bot.petitions.appeals.service import Appeals, WhyWrong
from bot.petitions.appeals.views import AppealSendTap
from bot.petitions.reading.handlers import show_card
from bot.petitions.reading.views import AppealTap, missing_screen
from bot.petitions.rules import NotAllowed, State
from bot.petitions.service import PetitionMissing, Petitions
from bot.residents.views import HomeTap
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, InPrivate, TapIs

EXPECTED = "appeal"
"""`resident.expecting` while the author's line is awaited: "appeal:<petition>"."""

router = Router(name="petitions.appeals")


async def _refused(here: Here, petitions: Petitions, appeals: Appeals, number: int) -> Answer:
    """Where it stands now, when an appeal is not possible."""
    here.resident.expecting = None
    appeal = await appeals.of(here.session, number)
    try:
        petition = await petitions.get(here.session, number)
    except PetitionMissing:
        return here.show(missing_screen(here.t, HomeTap()))
    if appeal is not None and appeal.filed_at is not None and petition.author_id == here.resident.id:
        return here.show(views.standing_screen(here.t, petition, appeal))
    return await show_card(here, petitions, number)


@router.callback_query(TapIs(AppealTap), InPrivate())
async def appeal(query: CallbackQuery, here: Here, tap: AppealTap, petitions: Petitions, appeals: Appeals) -> Answer:
    """Appeal: ask why."""
    before = await appeals.of(here.session, tap.number)
    try:
        petition = await petitions.get(here.session, tap.number)
    except PetitionMissing:
        return here.show(missing_screen(here.t, HomeTap()))
    is_sent = before is not None and before.filed_at is not None
    if is_sent or petition.author_id != here.resident.id or petition.state is not State.REJECTED:
        return await _refused(here, petitions, appeals, tap.number)
    here.resident.expecting = f"{EXPECTED}:{tap.number}"
    return here.show(views.write_screen(here.t, petition))


@router.message(Expects(EXPECTED), InPrivate(), F.text)
async def typed_why(message: Message, here: Here, expected: str, petitions: Petitions, appeals: Appeals) -> Answer:
    """The author's line; written again, it replaces the one before."""
    number = int(expected)
    try:
        written = await appeals.write(here.session, number, here.resident, message.text or "", here.now)
        petition = await petitions.get(here.session, number)
    except WhyWrong as error:
        petition = await petitions.get(here.session, number)
        return here.show(views.write_screen(here.t, petition, over=int(error.args[0])))
    except (NotAllowed, PetitionMissing):
        return await _refused(here, petitions, appeals, number)
    return here.show(views.confirm_screen(here.t, petition, written))


@router.callback_query(TapIs(AppealSendTap), InPrivate())
async def send(query: CallbackQuery, here: Here, tap: AppealSendTap, petitions: Petitions, appeals: Appeals) -> Answer:
    """Send it."""
    here.resident.expecting = None
    try:
        filed = await appeals.file(here.session, tap.number, here.resident, here.now)
        petition = await petitions.get(here.session, tap.number)
    except (NotAllowed, PetitionMissing):
        return await _refused(here, petitions, appeals, tap.number)
    return here.show(views.standing_screen(here.t, petition, filed))

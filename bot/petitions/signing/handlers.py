"""Signing: one tap to ask, one to sign; taking the signature back."""

from __future__ import annotations

from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.petitions.reading.handlers import REFERENCE, show_card, viewer_of
from bot.petitions.reading.queries import card
from bot.petitions.reading.show import body_of
from bot.petitions.reading.views import SignTap, UnsignTap, missing_screen
from bot.petitions.rules import OPEN_FOR_WITHDRAWAL
from bot.petitions.service import Petitions, SignOutcome
from bot.petitions.signing import views
from bot.petitions.signing.views import SignNowTap
from bot.residents.service import Residents
from bot.residents.views import HomeTap, confirming_screen
from bot.telegram.answers import Answer
from bot.telegram.context import Here, InPrivate, TapIs

router = Router(name="petitions.signing")


async def ask_first(here: Here, petitions: Petitions, residents: Residents, number: int, key: str | None) -> Answer:
    """Ask whether to sign, or say why not; who is not confirmed is led there first."""
    found = await card(here.session, number, viewer_of(here, key))
    if found is None:
        return here.show(missing_screen(here.t, HomeTap()))
    if found.receipt is not None:
        return await show_card(
            here, petitions, number, key, toast=here.t.plain("You have already signed this petition.")
        )
    if found.annulled is not None:
        return await show_card(here, petitions, number, key, toast=views.annulled_toast(here.t), found=found)
    if not petitions.is_open(found.petition, here.now):
        return await show_card(here, petitions, number, key, toast=here.t.plain("Signing is not open at the moment."))
    if not await residents.is_confirmed(here.session, here.resident):
        confirming = await residents.begin_confirming(here.session, here.resident, SignTap(number, key), here.now)
        return here.show(confirming_screen(here.t, confirming))
    return here.show(views.ask_sign_screen(here.t, found, body_of(petitions, found.petition)))


@router.message(CommandStart(deep_link=True, magic=F.args.startswith("ps_")), InPrivate())
async def start_signing(
    message: Message, here: Here, command: CommandObject, petitions: Petitions, residents: Residents
) -> Answer:
    """The sign button of a card in a group."""
    found = REFERENCE.match((command.args or "").removeprefix("ps_"))
    if found is None:
        return here.show(missing_screen(here.t, HomeTap()))
    return await ask_first(here, petitions, residents, int(found[1]), found[2])


@router.callback_query(TapIs(SignTap), InPrivate())
async def ask_to_sign(
    query: CallbackQuery, here: Here, tap: SignTap, petitions: Petitions, residents: Residents
) -> Answer:
    """Sign: ask first, with what it means."""
    return await ask_first(here, petitions, residents, tap.number, tap.key)


@router.callback_query(TapIs(SignNowTap), InPrivate())
async def sign_now(
    query: CallbackQuery, here: Here, tap: SignNowTap, petitions: Petitions, residents: Residents
) -> Answer:
    """Sign, and show the receipt."""
    found = await card(here.session, tap.number, viewer_of(here, tap.key), lock=True)
    if found is None:
        return here.show(missing_screen(here.t, HomeTap()))
    if not await residents.is_confirmed(here.session, here.resident):
        return await ask_first(here, petitions, residents, tap.number, tap.key)
    t = here.t
    state = found.petition.state
    result = await petitions.sign_locked(here.session, found.petition, here.resident, here.now, standing=found.receipt)
    match result.outcome:
        case SignOutcome.SIGNED:
            toast = t.plain("✅ Signed. Receipt: {receipt}", receipt=result.receipt or "")
        case SignOutcome.ALREADY:
            toast = t.plain("You have already signed this petition.")
        case SignOutcome.ANNULLED:
            toast = views.annulled_toast(t)
        case _:
            toast = t.plain("Signing is not open at the moment.")
    if result.outcome is SignOutcome.SIGNED and found.petition.state is state:
        # The usual case by far: what the card shows is at hand, nothing need be read again.
        signed = replace(found, receipt=result.receipt)
        return await show_card(here, petitions, tap.number, tap.key, toast=toast, found=signed)
    # Signing opens the next state at times, in which the direct link no longer counts; the signer may read on.
    return await show_card(here, petitions, tap.number, tap.key, toast=toast)


@router.callback_query(TapIs(UnsignTap), InPrivate())
async def unsign(query: CallbackQuery, here: Here, tap: UnsignTap, petitions: Petitions) -> Answer:
    """Take the signature back, after being asked."""
    found = await card(here.session, tap.number, viewer_of(here, tap.key))
    if found is None:
        return here.show(missing_screen(here.t, HomeTap()))
    t = here.t
    if found.receipt is None:
        toast = t.plain("You have not signed it.")
    elif found.petition.state not in OPEN_FOR_WITHDRAWAL:
        toast = t.plain("Signing is over; a signature can no longer be taken back.")
    elif not tap.sure:
        return here.show(views.ask_unsign_screen(t, found))
    else:
        result = await petitions.withdraw_signature(here.session, tap.number, here.resident, here.now)
        toast = {
            SignOutcome.WITHDRAWN: t.plain("Your signature is withdrawn."),
            SignOutcome.NOT_SIGNED: t.plain("You have not signed it."),
        }.get(result.outcome, t.plain("Signing is over; a signature can no longer be taken back."))
    return await show_card(here, petitions, tap.number, found.key, toast=toast)

"""Moderators look at suspicious signing and annul signatures."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.i18n import Html
from bot.petitions.annulment import queries, views
from bot.petitions.annulment.rules import YOUNG_MINUTES, Ground
from bot.petitions.annulment.service import Annulments, FlagGone, NotPossible, NumbersMoved
from bot.petitions.annulment.views import AnnulDoTap, AnnulmentTap, AnnulTap, FlagDismissTap, FlagsTap, FlagTap
from bot.petitions.models import Annulment
from bot.petitions.service import Petitions
from bot.residents.models import Role
from bot.telegram.answers import Answer
from bot.telegram.context import Here, Holds, InPrivate, TapIs

SHOWN = 8
"""Flags, and annulments, on one screen."""

router = Router(name="petitions.annulment")
_STAFF = (InPrivate(), Holds(Role.MODERATOR, Role.ADMIN))


async def _flags(here: Here, notice: Html | None = None) -> Answer:
    here.resident.expecting = None
    flags = await queries.open_flags(here.session, SHOWN)
    last = await queries.last_annulments(here.session, SHOWN)
    return here.show(views.flags_screen(here.t, flags, last, notice))


def _minutes(value: int) -> int | None:
    return value if value in YOUNG_MINUTES else None


def _ground(value: str | None) -> Ground | None:
    return next((ground for ground in Ground if ground.value == value), None)


@router.callback_query(TapIs(FlagsTap), *_STAFF)
async def flags(query: CallbackQuery, here: Here) -> Answer:
    """All flags."""
    return await _flags(here)


@router.callback_query(TapIs(FlagTap), *_STAFF)
async def flag(query: CallbackQuery, here: Here, tap: FlagTap, annulments: Annulments) -> Answer:
    """The numbers of one."""
    try:
        return here.show(views.flag_screen(here.t, await annulments.seen(here.session, tap.flag)))
    except FlagGone:
        return await _flags(here, views.gone_notice(here.t))


@router.callback_query(TapIs(FlagDismissTap), *_STAFF)
async def dismiss(query: CallbackQuery, here: Here, tap: FlagDismissTap, annulments: Annulments) -> Answer:
    """Nothing is wrong."""
    try:
        await annulments.dismiss(here.session, tap.flag, here.resident, here.now)
    except FlagGone:
        return await _flags(here, views.gone_notice(here.t))
    return await _flags(here, views.dismissed_notice(here.t))


@router.callback_query(TapIs(AnnulTap), *_STAFF)
async def choose(query: CallbackQuery, here: Here, tap: AnnulTap, annulments: Annulments) -> Answer:
    """Which signatures, then why; then what it does."""
    try:
        choice = await annulments.choice(here.session, tap.flag, _minutes(tap.minutes))
    except FlagGone:
        return await _flags(here, views.gone_notice(here.t))
    if not choice.count:
        return here.show(views.flag_screen(here.t, choice.seen, views.moved_notice(here.t)))
    ground = _ground(tap.ground)
    if ground is None:
        return here.show(views.ground_screen(here.t, choice))
    return here.show(views.confirm_screen(here.t, choice, ground))


@router.callback_query(TapIs(AnnulDoTap), *_STAFF)
async def annul(query: CallbackQuery, here: Here, tap: AnnulDoTap, annulments: Annulments) -> Answer:
    """Annul what was confirmed."""
    ground = _ground(tap.ground) or Ground.FRESH
    minutes = _minutes(tap.minutes)
    try:
        done = await annulments.annul(here.session, tap.flag, minutes, ground, tap.expected, here.resident, here.now)
    except FlagGone:
        return await _flags(here, views.gone_notice(here.t))
    except NumbersMoved:
        choice = await annulments.choice(here.session, tap.flag, minutes)
        if not choice.count:
            return here.show(views.flag_screen(here.t, choice.seen, views.moved_notice(here.t)))
        return here.show(views.confirm_screen(here.t, choice, ground, views.moved_notice(here.t)))
    except NotPossible:
        return await _flags(here, views.not_possible_notice(here.t))
    return await _annulment(here, annulments.petitions, done, views.done_notice(here.t))


async def _annulment(here: Here, petitions: Petitions, row: Annulment, notice: Html | None = None) -> Answer:
    petition = await petitions.get(here.session, row.petition_id)
    return here.show(views.annulment_screen(here.t, row, petition.signature_count, here.now, notice))


@router.callback_query(TapIs(AnnulmentTap), *_STAFF)
async def annulment(query: CallbackQuery, here: Here, tap: AnnulmentTap, annulments: Annulments) -> Answer:
    """Look at an annulment, undo it, or let its people sign anew."""
    row = await here.session.get(Annulment, tap.annulment)
    if row is None:
        return await _flags(here)
    notice = None
    try:
        if tap.do == "undo":
            row = await annulments.undo(here.session, tap.annulment, here.resident, here.now)
            notice = views.undone_notice(here.t)
        elif tap.do == "clear":
            row = await annulments.clear(here.session, tap.annulment, here.resident, here.now)
            notice = views.cleared_notice(here.t)
    except NotPossible:
        notice = views.not_possible_notice(here.t)
    return await _annulment(here, annulments.petitions, row, notice)

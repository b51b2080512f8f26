"""Anybody reads how moderation works and what it decided."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.law.calendar import local_date
from bot.petitions.moderation import log, log_views
from bot.petitions.moderation.log_views import LogTap
from bot.petitions.service import Petitions
from bot.residents.models import Role
from bot.residents.views import MenuTap
from bot.telegram.answers import Answer
from bot.telegram.context import Here, InPrivate, TapIs

router = Router(name="petitions.moderation.log")


async def _show(here: Here, petitions: Petitions, packed: int) -> Answer:
    here.resident.expecting = None
    last = log.month_of(local_date(here.now, petitions.zone))
    first = min(await log.first_month(here.session, petitions.zone, here.now), last)
    month = await log.month_log(here.session, log_views.month_in(packed, first, last), petitions.zone)
    reasons = await log.reason_texts(here.session)
    is_moderator = Role.MODERATOR in here.roles
    return here.show(log_views.log_screen(here.t, month, reasons, first, last, is_moderator=is_moderator))


@router.callback_query(F.data == MenuTap(to="modlog").pack(), InPrivate())
async def from_menu(query: CallbackQuery, here: Here, petitions: Petitions) -> Answer:
    """The button in the help and in Find."""
    return await _show(here, petitions, 0)


@router.callback_query(TapIs(LogTap), InPrivate())
async def turn(query: CallbackQuery, here: Here, tap: LogTap, petitions: Petitions) -> Answer:
    """Another month."""
    return await _show(here, petitions, tap.month)

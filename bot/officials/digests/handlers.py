"""/digest: today's digest now, and when it comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.officials.digests import views
from bot.officials.digests.messages import todays_digest, weeks_overview
from bot.officials.digests.queries import judged, speakers
from bot.officials.digests.rules import Schedule, numbers
from bot.officials.digests.service import Digests
from bot.officials.digests.views import (
    HOURS,
    NO_DAYS,
    WORKING_WEEK,
    DayTap,
    DigestTap,
    EmptyTap,
    HourTap,
    JudgedTap,
    LastWeeksTap,
    ScheduleTap,
    SheetTap,
    WeekTap,
)
from bot.petitions.follow_up.queries import reasons_given
from bot.residents.views import group_screen
from bot.telegram.answers import Answer
from bot.telegram.context import Here, InPrivate, TapIs

router = Router(name="officials.digests")

REASONS: Final = 5
"""Lines of reasons shown for one decision, the newest."""


async def _digest(here: Here, digests: Digests) -> Answer:
    here.resident.expecting = None
    screen, _ = await todays_digest(here.session, digests, here.t, here.resident.id, here.now)
    return here.show(screen or views.not_official_screen(here.t))


@router.message(Command("digest"), InPrivate())
async def digest_command(message: Message, here: Here, digests: Digests) -> Answer:
    """/digest."""
    return await _digest(here, digests)


@router.message(Command("digest"))
async def digest_in_group(message: Message, here: Here) -> Answer:
    """/digest in a group is led to the private chat."""
    return here.show(group_screen(here.t, here.link("menu")))


@router.callback_query(TapIs(DigestTap), InPrivate())
async def digest_tap(query: CallbackQuery, here: Here, digests: Digests) -> Answer:
    """Back to the digest, as it is now."""
    return await _digest(here, digests)


@router.callback_query(TapIs(LastWeeksTap), InPrivate())
async def last_weeks(query: CallbackQuery, here: Here, digests: Digests) -> Answer:
    """The overview of the last weeks, now."""
    screen = await weeks_overview(here.session, digests, here.t, here.resident.id, here.now)
    return here.show(views.not_official_screen(here.t)) if screen is None else here.send(screen)


@router.callback_query(TapIs(SheetTap), InPrivate())
async def sheet(query: CallbackQuery, here: Here) -> Answer:
    """All petitions as a table."""
    if not here.body_keys:
        return here.show(views.not_official_screen(here.t))
    return here.send(views.sheet_screen(here.t, here.resident.id))


@router.callback_query(TapIs(JudgedTap), InPrivate())
async def what_signers_say(query: CallbackQuery, here: Here) -> Answer:
    """What signers say of the last answers."""
    if not here.body_keys:
        return here.show(views.not_official_screen(here.t))
    found = await judged(here.session, here.body_keys, numbers().decisions)
    reasons = {one.petition.id: await reasons_given(here.session, one.petition.id, REASONS) for one in found}
    return here.show(views.judged_screen(here.t, found, reasons))


async def _schedule(here: Here, digests: Digests, changed: Schedule | None = None) -> Answer:
    found = await speakers(here.session, here.resident.id)
    if not found:
        return here.show(views.not_official_screen(here.t))
    if changed is not None:
        await digests.set_schedule(here.session, here.resident.id, changed, here.now)
    schedule = await digests.schedule(here.session, here.resident.id)
    toast = here.t.plain("Saved.") if changed is not None else None
    return here.show(views.schedule_screen(here.t, schedule, is_head=found[0].is_head), toast)


@router.callback_query(TapIs(ScheduleTap), InPrivate())
async def schedule_tap(query: CallbackQuery, here: Here, digests: Digests) -> Answer:
    """When it comes."""
    return await _schedule(here, digests)


@router.callback_query(TapIs(HourTap), InPrivate())
async def hour(query: CallbackQuery, here: Here, tap: HourTap, digests: Digests) -> Answer:
    """Another hour."""
    schedule = await digests.schedule(here.session, here.resident.id)
    return await _schedule(here, digests, replace(schedule, hour=tap.hour if tap.hour in HOURS else schedule.hour))


@router.callback_query(TapIs(DayTap), InPrivate())
async def day(query: CallbackQuery, here: Here, tap: DayTap, digests: Digests) -> Answer:
    """Other days."""
    schedule = await digests.schedule(here.session, here.resident.id)
    days = schedule.weekdays
    if tap.weekday == WORKING_WEEK:
        days = frozenset(numbers().weekdays)
    elif tap.weekday == NO_DAYS:
        days = frozenset()
    elif 0 <= tap.weekday < WORKING_WEEK:
        days = days | {tap.weekday} if tap.on else days - {tap.weekday}
    return await _schedule(here, digests, replace(schedule, weekdays=days))


@router.callback_query(TapIs(EmptyTap), InPrivate())
async def empty(query: CallbackQuery, here: Here, tap: EmptyTap, digests: Digests) -> Answer:
    """Whether empty days are told of."""
    schedule = await digests.schedule(here.session, here.resident.id)
    return await _schedule(here, digests, replace(schedule, tells_empty=bool(tap.on)))


@router.callback_query(TapIs(WeekTap), InPrivate())
async def week(query: CallbackQuery, here: Here, tap: WeekTap, digests: Digests) -> Answer:
    """Whether the overview of the week comes."""
    schedule = await digests.schedule(here.session, here.resident.id)
    return await _schedule(here, digests, replace(schedule, weekly=bool(tap.on)))

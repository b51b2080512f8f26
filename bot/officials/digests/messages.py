"""An official's digest as it is sent, the overview of the week, the table and the chart."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Drawn, Painter, Painting, Renderer, Telling
from bot.i18n import Translator
from bot.officials.digests import views
from bot.officials.digests.pictures import draw_weeks, write_sheet
from bot.officials.digests.queries import contents, everything, speakers, weeks
from bot.officials.digests.rules import last_before, numbers
from bot.officials.digests.service import DIGEST, WEEKLY, Digests
from bot.petitions.follow_up.queries import opinions
from bot.places.bodies import Body, body_by_key
from bot.routing.knowledge import subject_names
from bot.screen import Screen


def subjects_in(t: Translator) -> dict[str, str]:
    """What residents read for each subject in one language."""
    return {slug: names[t.language] for slug, names in subject_names().items()}


async def todays_digest(
    session: AsyncSession, digests: Digests, t: Translator, resident_id: int, now: datetime
) -> tuple[Screen | None, bool]:
    """The digest of one official as it is now, and whether it is empty; None for somebody who speaks for no body."""
    found = await speakers(session, resident_id)
    if not found:
        return None, True
    petitions = digests.petitions
    bodies = _bodies(digests, found[0].body_keys)
    schedule = await digests.schedule(session, resident_id)
    today = petitions.today(now)
    said = await contents(
        session,
        found[0].body_keys,
        digests.places(found[0].body_keys),
        since=last_before(today, schedule, petitions.calendar, digests.zone),
        today=today,
        now=now,
    )
    keys = {petition.place_key for petition in said.new.petitions}
    places = {key: place for key in keys if (place := petitions.gazetteer.get(key)) is not None}
    is_head = found[0].is_head
    screen = views.digest_screen(t, said, bodies, subjects_in(t), places, today, petitions.calendar, is_head=is_head)
    return screen, said.is_empty


async def weeks_overview(
    session: AsyncSession, digests: Digests, t: Translator, resident_id: int, now: datetime
) -> Screen | None:
    """The overview of the last weeks of an official's bodies; None for somebody who speaks for no body."""
    found = await speakers(session, resident_id)
    if not found:
        return None
    keys, today = found[0].body_keys, digests.petitions.today(now)
    said = await contents(session, keys, digests.places(keys), since=now - timedelta(weeks=1), today=today, now=now)
    passed = await weeks(session, keys, _monday(today), numbers().chart_weeks, digests.zone)
    return views.week_screen(t, resident_id, said, passed, today)


def _bodies(digests: Digests, keys: tuple[str, ...]) -> list[Body]:
    return [body for key in keys if (body := body_by_key(digests.petitions.gazetteer, key)) is not None]


def digest_renderers(digests: Digests) -> dict[str, Renderer]:
    """The deliveries of this room, by kind."""

    async def digest(session: AsyncSession, telling: Telling) -> Screen | None:
        today = digests.petitions.today(telling.now)
        if today.isoformat() != telling.params["day"]:
            # It could not be sent on its day; the next one says it all.
            return None
        screen, is_empty = await todays_digest(session, digests, telling.t, telling.resident_id, telling.now)
        if screen is None or not is_empty:
            return screen
        schedule = await digests.schedule(session, telling.resident_id)
        return views.empty_line_screen(telling.t, today) if schedule.tells_empty else None

    async def week(session: AsyncSession, telling: Telling) -> Screen | None:
        today = digests.petitions.today(telling.now)
        if today - date.fromisoformat(telling.params["day"]) > timedelta(days=1):
            return None
        return await weeks_overview(session, digests, telling.t, telling.resident_id, telling.now)

    return {DIGEST: digest, WEEKLY: week}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def digest_painters(digests: Digests) -> dict[str, Painter]:
    """The table and the chart; the reference of both is the official's resident id."""

    async def sheet(session: AsyncSession, painting: Painting) -> Drawn:
        found = await speakers(session, painting.reference)
        keys = found[0].body_keys if found else ()
        t, gazetteer = painting.t, digests.petitions.gazetteer
        petitions = await everything(session, keys)
        today = digests.petitions.today(painting.now)
        places = {
            petition.place_key: place
            for petition in petitions
            if (place := gazetteer.get(petition.place_key)) is not None
        }
        table = views.sheet_rows(
            t,
            petitions,
            {body.key: body.name_cap(t.language) for body in _bodies(digests, keys)},
            places,
            subjects_in(t),
            await opinions(session, [petition.id for petition in petitions]),
            today,
            digests.petitions.calendar,
            painting.link,
        )
        content = await asyncio.to_thread(write_sheet, table, t.plain("Petitions"))
        return Drawn(content, f"halyq-uni-{today.isoformat()}.xlsx")

    async def chart(session: AsyncSession, painting: Painting) -> Drawn:
        found = await speakers(session, painting.reference)
        keys = found[0].body_keys if found else ()
        t = painting.t
        today = digests.petitions.today(painting.now)
        passed = await weeks(session, keys, _monday(today), numbers().chart_weeks, digests.zone)
        named = [body.name_cap(t.language) for body in _bodies(digests, keys)]
        title = named[0] if len(named) == 1 else t.plain("My bodies: {count}", count=len(named))
        content = await asyncio.to_thread(draw_weeks, passed, title, t)
        return Drawn(content, f"halyq-uni-{today.isoformat()}.png")

    return {views.SHEET: sheet, views.CHART: chart}

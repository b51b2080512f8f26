"""What `python -m bot doctor` looks at: is everything delivered, counted, set aside, up to date."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.bootstrap import App
from bot.db import Database
from bot.delivery.queries import outbox_pace, outbox_report
from bot.petitions.search import index
from bot.petitions.twins import index as traits
from bot.telegram.models import InboxState, InboxUpdate

SET_ASIDE_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it stands, whether somebody must act."""

    well: bool
    what: str
    how: str


class NeverMigrated(RuntimeError):
    """The database has no tables yet; the message says what makes them."""

    def __init__(self) -> None:
        super().__init__("The database that DATABASE_URL names was never set up; run: python -m bot migrate")


async def revision_of(database: Database) -> str:
    """The revision a database is at.

    Raises:
        NeverMigrated: it has none.
    """
    if database.is_sqlite and not Path(database.url.database or "").exists():
        # Opening it would make an empty file.
        raise NeverMigrated
    try:
        async with database.reading() as session:
            found = await session.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError) as error:
        if "alembic_version" not in str(error.orig):
            raise
        found = None
    if found is None:
        raise NeverMigrated
    return str(found)


async def examine(app: App, revision: str, now: datetime, *, mend: bool = False) -> AsyncIterator[Finding]:
    """Look at everything, one finding after another; the database is at the revision this release needs.

    `mend`: put right what can be without asking anybody: the search index.
    """
    yield Finding(well=True, what="database", how=f"revision {revision}")
    async with app.database.reading() as session:
        async for finding in _inbox(session):
            yield finding
        outbox = await outbox_report(session, now)
        pace = await outbox_pace(session, now)
        pause = f", paused until {outbox.paused_until:%H:%M:%S} UTC" if outbox.paused_until is not None else ""
        yield Finding(
            outbox.is_well,
            "outbox",
            f"{outbox.due} due (oldest {outbox.oldest_due_seconds:.0f} s), {outbox.later} later, "
            f"{outbox.in_hand} in hand, {outbox.abandoned} left by a dead worker, {outbox.failed} given up "
            f"({pace.failed_lately} within a day), {pace.per_minute:.0f} sent a minute{pause}",
        )
        for number, kind, error in outbox.last_failures:
            yield Finding(well=False, what=f"delivery {number} ({kind})", how=error)
        differing = await app.petitions.recount(session)
        yield Finding(
            not differing,
            "signature counts",
            "all right"
            if not differing
            else "; ".join(f"petition {n}: counter {c}, signatures {s}" for n, (c, s) in differing.items()),
        )
    yield await _search(app, mend=mend)
    yield await _traits(app, mend=mend)


async def _traits(app: App, *, mend: bool) -> Finding:
    if mend:
        drift = await traits.mend(app.database)
    else:
        async with app.database.reading() as session:
            drift = await traits.examine(session)
    if not drift.stale:
        return Finding(well=True, what="similar petitions", how=f"{drift.petitions} petitions, all as they are")
    found = f"of {drift.petitions} petitions {len(drift.stale)} out of date"
    return Finding(
        well=mend, what="similar petitions", how=f"{found}: {'mended' if mend else 'python -m bot doctor --mend'}"
    )


async def _search(app: App, *, mend: bool) -> Finding:
    work = index.mend if mend else index.examine
    drift = await work(app.database, app.gazetteer)
    if drift.is_well:
        return Finding(well=True, what="search index", how=f"{drift.petitions} petitions, all as they are")
    found = (
        f"of {drift.petitions} petitions {drift.missing} missing, {drift.stale} out of date; "
        f"{drift.terms} words counted wrongly" + ("; full text does not hold the rows" if drift.is_broken else "")
    )
    return Finding(
        well=mend, what="search index", how=f"{found}: {'mended' if mend else 'python -m bot doctor --mend'}"
    )


async def _inbox(session: AsyncSession) -> AsyncIterator[Finding]:
    counts = {
        state: int(count)
        for state, count in await session.execute(select(InboxUpdate.state, func.count()).group_by(InboxUpdate.state))
    }
    aside = counts.get(InboxState.SET_ASIDE, 0)
    waiting = counts.get(InboxState.WAITING, 0) + counts.get(InboxState.ANSWERING, 0)
    yield Finding(not aside, "inbox", f"{waiting} in hand, {aside} set aside")
    rows = await session.execute(
        select(InboxUpdate.update_id, InboxUpdate.error)
        .where(InboxUpdate.state == InboxState.SET_ASIDE)
        .order_by(InboxUpdate.update_id.desc())
        .limit(SET_ASIDE_SHOWN)
    )
    for update_id, error in rows:
        yield Finding(well=False, what=f"update {update_id}", how=last_line(error))


def last_line(words: str | None) -> str:
    """The last line of an error's description, which says where it arose."""
    return ((words or "").strip().splitlines() or ["no description"])[-1]

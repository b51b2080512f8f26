"""A petition of one's body as an answer, for every handler of officials."""

from __future__ import annotations

from typing import Final

from bot.i18n import Html
from bot.officials import queries, views
from bot.officials.service import BeingWritten, Moved, NotYours, Officials
from bot.petitions.models import Petition
from bot.telegram.answers import Answer
from bot.telegram.context import Here

REFUSALS: Final = (NotYours, Moved, BeingWritten)
"""Why an act on a petition is not done."""


async def case_answer(here: Here, officials: Officials, petition: Petition, notice: Html | None = None) -> Answer:
    """Answer with a petition of one's body."""
    case = await officials.case(here.session, petition, here.now)
    return here.show(
        views.case_screen(here.t, case, reader=here.resident.id, in_group=not here.is_private, notice=notice)
    )


async def refused(here: Here, officials: Officials, number: int, error: NotYours | Moved | BeingWritten) -> Answer:
    """Answer to an act that is not done: who was faster, and how things stand now."""
    if here.is_private:
        here.resident.expecting = None
    try:
        petition = await officials.petition(here.session, number, here.body_keys)
    except NotYours:
        return here.show(views.not_yours_screen(here.t, number), toast=views.stale_toast(here.t))
    if isinstance(error, BeingWritten):
        name = await queries.desk_name(here.session, error.colleague_id)
        names = {error.colleague_id: name}
        said = views.busy_notice(here.t, views.who(here.t, error.colleague_id, names), error.until)
        toast = here.t.plain("A colleague is writing about it.")
    else:
        event = await queries.last_event(here.session, number)
        actor = event.actor_id if event is not None else None
        names = {actor: await queries.desk_name(here.session, actor)} if actor is not None else {}
        said = views.stale_notice(here.t, event, names, here.resident.id)
        toast = views.stale_toast(here.t)
    case = await officials.case(here.session, petition, here.now)
    screen = views.case_screen(here.t, case, reader=here.resident.id, in_group=not here.is_private, notice=said)
    return here.show(screen, toast=toast)

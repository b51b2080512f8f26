"""Reporting a petition from its card."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.petitions.reading.handlers import show_card, viewer_of
from bot.petitions.reading.queries import card
from bot.petitions.reading.views import ReportTap, missing_screen
from bot.petitions.reports import views
from bot.petitions.reports.rules import ReportKind
from bot.petitions.reports.service import NoteWrong, ReportResult, Reports, is_reportable
from bot.petitions.reports.views import ReportKindTap, ReportSendTap
from bot.petitions.rules import NotAllowed
from bot.petitions.service import PetitionMissing, Petitions
from bot.residents.service import Residents
from bot.residents.views import HomeTap, confirming_screen
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, InPrivate, TapIs

EXPECTED = "report"
"""`resident.expecting` while a line is awaited: "report:<petition>:<kind>"."""

router = Router(name="petitions.reports")


def _kind(value: str) -> ReportKind:
    return next((kind for kind in ReportKind if kind.value == value), ReportKind.OTHER)


@router.callback_query(TapIs(ReportTap), InPrivate())
async def report(
    query: CallbackQuery, here: Here, tap: ReportTap, petitions: Petitions, residents: Residents, reports: Reports
) -> Answer:
    """Report: what is wrong with it? Only a confirmed person is heard, and only once."""
    here.resident.expecting = None
    found = await card(here.session, tap.number, viewer_of(here))
    if found is None or found.is_veiled:
        return here.show(missing_screen(here.t, HomeTap()))
    if found.is_author or not is_reportable(found.petition):
        return await show_card(
            here, petitions, tap.number, toast=views.result_toast(here.t, ReportResult.CLOSED), found=found
        )
    if not await residents.is_confirmed(here.session, here.resident):
        confirming = await residents.begin_confirming(here.session, here.resident, tap, here.now)
        return here.show(confirming_screen(here.t, confirming))
    before = await reports.earlier(here.session, tap.number, here.resident)
    if before is not None:
        return await show_card(here, petitions, tap.number, toast=views.result_toast(here.t, before), found=found)
    return here.show(views.kinds_screen(here.t, found.petition))


@router.callback_query(TapIs(ReportKindTap), InPrivate())
async def choose_kind(query: CallbackQuery, here: Here, tap: ReportKindTap) -> Answer:
    """What is wrong is chosen: one line more, or send."""
    found = await card(here.session, tap.number, viewer_of(here))
    if found is None or found.is_veiled:
        return here.show(missing_screen(here.t, HomeTap()))
    kind = _kind(tap.kind)
    here.resident.expecting = f"{EXPECTED}:{tap.number}:{kind.value}"
    return here.show(views.note_screen(here.t, found.petition, kind))


async def _file(
    here: Here, petitions: Petitions, reports: Reports, number: int, kind: ReportKind, note: str | None
) -> Answer:
    try:
        result = await reports.file(here.session, number, here.resident, kind, note, here.now)
    except NoteWrong as error:
        petition = await petitions.get(here.session, number)
        return here.show(views.note_screen(here.t, petition, kind, over=int(error.args[0])))
    except (NotAllowed, PetitionMissing):
        result = ReportResult.CLOSED
    here.resident.expecting = None
    toast = views.result_toast(here.t, result)
    if here.callback_id is not None:
        return await show_card(here, petitions, number, toast=toast)
    return here.show(views.done_screen(here.t, number, toast))


@router.callback_query(TapIs(ReportSendTap), InPrivate())
async def send(query: CallbackQuery, here: Here, tap: ReportSendTap, petitions: Petitions, reports: Reports) -> Answer:
    """Send the report without words."""
    return await _file(here, petitions, reports, tap.number, _kind(tap.kind), None)


@router.message(Expects(EXPECTED), InPrivate(), F.text)
async def typed_note(message: Message, here: Here, expected: str, petitions: Petitions, reports: Reports) -> Answer:
    """The line that goes with the report."""
    number, _, kind = expected.partition(":")
    return await _file(here, petitions, reports, int(number), _kind(kind), message.text)

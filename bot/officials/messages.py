"""What bodies, signers and admins are told while a body considers a petition; read from what is stored when sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import LiveRenderer, LiveShow, Renderer, Telling
from bot.i18n import Html, Translator, safe
from bot.law.rules import rules_on
from bot.officials import queries, views
from bot.officials.decisions.appeal import silence_words
from bot.officials.models import Absence, Announcement, GroupInbox
from bot.officials.rules import AWAITED, SEEN
from bot.officials.service import Officials
from bot.officials.views import CaseTap
from bot.petitions.models import Petition
from bot.petitions.reading.views import OpenPetitionTap, count_line, numbered
from bot.petitions.rules import State
from bot.petitions.writing.views import clip, join, lines
from bot.places.bodies import body_by_key
from bot.residents.models import Resident
from bot.residents.views import MenuTap
from bot.screen import Button, Screen, rows

Written = Callable[[Officials, AsyncSession, Telling, Petition], Awaitable[Screen | None]]


def _case_buttons(t: Translator, petition: Petition) -> list[Button]:
    return [Button(t.plain("Open"), tap=CaseTap(petition.id)), views.inbox_button(t)]


async def _group_card(
    officials: Officials, session: AsyncSession, telling: Telling, petition: Petition, notice: Html
) -> Screen:
    case = await officials.case(session, petition, telling.now)
    return views.case_screen(telling.t, case, reader=None, in_group=True, notice=notice)


async def _inbox_new(
    officials: Officials, session: AsyncSession, telling: Telling, petition: Petition
) -> Screen | None:
    """To officials of a body and its groups: a petition has come to them."""
    if petition.state is not State.SENT:
        return None
    t = telling.t
    head = t("📨 <b>A petition has come to your body</b>")
    if telling.in_group:
        return await _group_card(officials, session, telling, petition, head)
    return Screen(
        join(
            head,
            numbered(petition),
            safe(clip(petition.ask, 300)),
            lines(
                t("Responsible: {body}", body=officials.petitions.body(petition).name_cap(t.language)),
                count_line(t, petition.signature_count, petition.threshold_votes),
            ),
            t("By law it has to be registered; refusing to accept it is not allowed (art. 90-4(2))."),
        ),
        rows(_case_buttons(t, petition)),
    )


async def _inbox_assigned(
    officials: Officials, session: AsyncSession, telling: Telling, petition: Petition
) -> Screen | None:
    """To an official: a colleague gave them a petition."""
    if petition.state not in SEEN:
        return None
    t = telling.t
    by = int(telling.params.get("by", 0)) or None
    names = await queries.desk_names(session, [by])
    return Screen(
        join(
            t("👤 <b>A petition is assigned to you</b>"),
            numbered(petition),
            _clock(officials, telling, petition),
            t("Assigned by: {who}", who=views.who(t, by, names)) if by is not None else None,
        ),
        rows(_case_buttons(t, petition)),
    )


def _clock(officials: Officials, telling: Telling, petition: Petition) -> Html | None:
    t, today = telling.t, officials.petitions.today(telling.now)
    if petition.state is State.CONSIDERING and petition.due_on is not None:
        return views.due_words(t, officials.left(petition, today), petition.due_on)
    if petition.state is State.SENT and petition.sent_at is not None:
        since = officials.since(petition, today)
        said = t("📨 Sent on {date}, not registered yet", date=t.date(petition.sent_at))
        waits = t.plural("waits {count} working day", "waits {count} working days", since)
        return Html(f"{said}: {waits}") if since else said
    return None


async def _inbox_reminder(
    officials: Officials, session: AsyncSession, telling: Telling, petition: Petition
) -> Screen | None:
    """To whom a petition waits for; nothing when it was answered meanwhile."""
    clock = _clock(officials, telling, petition)
    if clock is None:
        return None
    t = telling.t
    head = t("⏰ <b>A petition waits for your body</b>")
    if telling.in_group:
        return await _group_card(officials, session, telling, petition, head)
    return Screen(
        join(
            head,
            numbered(petition),
            clock,
            t("Responsible: {body}", body=officials.petitions.body(petition).name_cap(t.language)),
        ),
        rows(_case_buttons(t, petition)),
    )


LISTED: Final = 8
"""Petitions of a list of reminders; the others are behind the button of the inbox."""


async def _inbox_reminders(
    officials: Officials, session: AsyncSession, telling: Telling, petition: Petition
) -> Screen | None:
    """To somebody for whom many petitions wait: one list of them, the most urgent first."""
    numbers = [int(number) for number in telling.params.get("petitions", [])]
    found = [one for number in numbers if (one := await session.get(Petition, number)) is not None]
    waiting = [one for one in found if one.state in AWAITED]
    if not waiting:
        return None
    t = telling.t
    # What is overdue or due first stands first; what is not registered has no day yet.
    waiting.sort(key=lambda one: (one.due_on is None, one.due_on, one.sent_at))
    shown = waiting[:LISTED]
    entries = [
        lines(Html(f"{index}. {numbered(one)}"), _clock(officials, telling, one))
        for index, one in enumerate(shown, start=1)
    ]
    more = len(waiting) - len(shown)
    buttons = [Button(str(index), tap=CaseTap(one.id)) for index, one in enumerate(shown, start=1)]
    return Screen(
        join(
            t.plural(
                "⏰ <b>{count} petition waits for your body</b>",
                "⏰ <b>{count} petitions wait for your body</b>",
                len(waiting),
            ),
            *entries,
            t.plural("and {count} more petition", "and {count} more petitions", more) if more else None,
        ),
        rows(buttons, None if telling.in_group else views.inbox_button(t)),
    )


async def _body_uncovered(
    officials: Officials, session: AsyncSession, telling: Telling, petition: Petition
) -> Screen | None:
    """To admins: a petition was sent to a body for which nobody speaks here."""
    if await queries.officials_of(session, petition.body_key):
        return None
    t = telling.t
    return Screen(
        join(
            t("⚠️ <b>A petition was sent to a body that has no official here</b>"),
            numbered(petition),
            t("Responsible: {body}", body=officials.petitions.body(petition).name_cap(t.language)),
            t("Invite an official, so that somebody registers and answers it."),
        ),
        rows(Button(t.plain("Bodies without an official"), tap=MenuTap("uncovered"))),
    )


async def _announcement(session: AsyncSession, telling: Telling) -> Announcement | None:
    return await queries.announcement(session, int(telling.params.get("announcement", 0)))


def _open(t: Translator, petition: Petition) -> Button:
    return Button(t.plain("Open the petition"), tap=OpenPetitionTap(petition.id))


async def _discussion(
    officials: Officials, session: AsyncSession, telling: Telling, petition: Petition
) -> Screen | None:
    """To signers and followers: the public discussion, with an invitation for those who live nearby.

    Nothing once it is over, or when another day was announced meanwhile: that is told by itself.
    """
    row = await _announcement(session, telling)
    newest = await queries.announced(session, petition.id, row.kind) if row is not None else None
    is_over = row is not None and row.held_at is not None and row.held_at <= telling.now
    if row is None or newest is None or newest.id != row.id or is_over:
        return None
    t = telling.t
    body = body_by_key(officials.petitions.gazetteer, row.body_key)
    if body is None:
        return None
    invitation = None
    if telling.kind == "discussion_invited":
        invitation = (
            t("You wrote the petition and are invited: come and speak before it is decided.")
            if telling.resident_id == petition.author_id
            else t("You live nearby and are invited: come and speak before it is decided.")
        )
    return Screen(
        join(
            views.discussion_words(t, body, row.held_at, row.words),
            numbered(petition),
            invitation,
        ),
        rows(_open(t, petition)),
    )


async def _working_group(
    officials: Officials, session: AsyncSession, telling: Telling, petition: Petition
) -> Screen | None:
    """To signers and followers: who considers the petition."""
    row = await _announcement(session, telling)
    body = body_by_key(officials.petitions.gazetteer, row.body_key) if row is not None else None
    if row is None or body is None:
        return None
    t = telling.t
    return Screen(join(views.group_words(t, body, row.words), numbered(petition)), rows(_open(t, petition)))


async def _overdue(officials: Officials, session: AsyncSession, telling: Telling, petition: Petition) -> Screen | None:
    """To signers and followers: the term is over without an answer, and what their right is."""
    if petition.state is not State.CONSIDERING or petition.due_on is None:
        return None
    t = telling.t
    law = rules_on(officials.petitions.today(telling.now))
    return Screen(
        join(
            t(
                "🔴 The term is over, and the body has not answered. It was due by {date}.",
                date=t.date(petition.due_on),
            ),
            numbered(petition),
            t("Responsible: {body}", body=officials.petitions.body(petition).name(t.language)),
            safe(silence_words(t, law)),
        ),
        rows(_open(t, petition)),
    )


_OF_PETITION: dict[str, Written] = {
    "inbox_new": _inbox_new,
    "inbox_assigned": _inbox_assigned,
    "inbox_reminder": _inbox_reminder,
    "inbox_reminders": _inbox_reminders,
    "body_uncovered": _body_uncovered,
    "discussion_invited": _discussion,
    "petition_discussion": _discussion,
    "petition_group": _working_group,
    "petition_overdue": _overdue,
}


def official_renderers(officials: Officials) -> dict[str, Renderer]:
    """The messages of the body's work, by kind of delivery."""

    def of_petition(written: Written) -> Renderer:
        async def render(session: AsyncSession, telling: Telling) -> Screen | None:
            petition = await session.get(Petition, telling.reference)
            return None if petition is None else await written(officials, session, telling, petition)

        return render

    async def stand_in(session: AsyncSession, telling: Telling) -> Screen | None:
        row = await session.get(Absence, telling.reference)
        if row is None or row.ended_at is not None:
            return None
        t = telling.t
        names = await queries.desk_names(session, [row.resident_id])
        return Screen(
            join(
                t("👤 <b>You stand in for a colleague</b>"),
                t(
                    "{who} is away until {date}. Their petitions are in your inbox, and reminders go to you.",
                    who=views.who(t, row.resident_id, names),
                    date=t.date(row.until),
                ),
            ),
            rows(views.inbox_button(t)),
        )

    async def group_bound(session: AsyncSession, telling: Telling) -> Screen | None:
        row = await session.get(GroupInbox, telling.reference)
        body = body_by_key(officials.petitions.gazetteer, row.body_key or "") if row is not None else None
        if row is None or row.unbound_at is not None or body is None:
            return None
        t = telling.t
        return Screen(
            t(
                "👥 This group is now the inbox of a body: {body}. New petitions and reminders appear here. "
                "The buttons work for its officials; /unbind ends it.",
                body=body.name(t.language),
            )
        )

    return {
        **{kind: of_petition(written) for kind, written in _OF_PETITION.items()},
        "stand_in": stand_in,
        "group_bound": group_bound,
    }


def case_live_renderer(officials: Officials) -> LiveRenderer:
    """A petition as its body's officials see it, in a private chat or in a group."""

    async def render(session: AsyncSession, show: LiveShow) -> Screen | None:
        petition = await session.get(Petition, show.reference)
        if petition is None or petition.state not in SEEN:
            return None
        if show.resident_id is not None:
            resident = await session.get(Resident, show.resident_id)
            keys = (await officials.staff.roles_of(session, resident))[1] if resident is not None else ()
            if petition.body_key not in keys:
                return views.not_yours_screen(show.t, petition.id)
        case = await officials.case(session, petition, show.now)
        return views.case_screen(show.t, case, reader=show.resident_id, in_group=show.resident_id is None)

    return render

"""/admin and invitation links."""

from __future__ import annotations

from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.delivery.queries import outbox_pace, outbox_report
from bot.i18n import Html, as_language, translator
from bot.places.bodies import GOVERNMENT, bodies_of, body_by_code
from bot.residents.dwelling.rules import units_meant
from bot.residents.models import Role
from bot.residents.service import Residents
from bot.residents.staff import queries, views
from bot.residents.staff.service import InvitationState, MadeInvitation
from bot.residents.staff.views import (
    INVITATION_PARAMETER,
    AcceptTap,
    CancelInvitationTap,
    InviteBodyTap,
    InvitePlaceTap,
    InviteRankTap,
    RevokeTap,
)
from bot.residents.views import StaffTap, home_button
from bot.screen import Screen, rows
from bot.telegram.answers import Answer
from bot.telegram.context import Expects, Here, Holds, InPrivate, TapIs
from bot.telegram.menu import menu_call

router = Router(name="staff")

EXPECTED = "invite"


# --- invitation links ---------------------------------------------------------------------------------------


@router.message(CommandStart(magic=F.args.startswith(INVITATION_PARAMETER)), InPrivate())
async def opened(message: Message, here: Here, residents: Residents, command: CommandObject) -> Answer:
    """An invitation link: explains the role and asks, or says why it does not work."""
    token = (command.args or "").removeprefix(INVITATION_PARAMETER)
    seen = await residents.staff.opened(here.session, token, here.resident, here.now)
    return here.send(views.opened_screen(here.t, residents.gazetteer, seen, token))


@router.callback_query(TapIs(AcceptTap), InPrivate())
async def accept(query: CallbackQuery, here: Here, residents: Residents, tap: AcceptTap) -> Answer:
    """The role is taken, and the command menu shows what it brings."""
    taken = await residents.staff.accept(here.session, tap.token, here.resident, here.now)
    if taken.state is not InvitationState.OPEN:
        return here.show(views.opened_screen(here.t, residents.gazetteer, taken, tap.token))
    roles, bodies = await residents.roles_of(here.session, here.resident)
    here = replace(here, roles=roles, body_keys=bodies)
    shown = here.show(views.accepted_screen(here.t, residents.gazetteer, taken))
    if here.chat_id is None:
        return shown
    return shown + Answer((menu_call(here.chat_id, roles, here.t),))


# --- administration -----------------------------------------------------------------------------------------


@router.message(Command("admin"), InPrivate(), Holds(Role.ADMIN))
async def admin(message: Message, here: Here) -> Answer:
    """/admin: the administration's menu."""
    here.resident.expecting = None
    return here.send(views.menu_screen(here.t))


@router.message(Command("admin"), InPrivate())
async def admin_refused(message: Message, here: Here) -> Answer:
    """/admin of somebody who is no admin."""
    return here.send(Screen(here.t("/admin is only for the admins of this bot."), rows(home_button(here.t))))


@router.callback_query(TapIs(StaffTap), InPrivate(), Holds(Role.ADMIN))
async def section(query: CallbackQuery, here: Here, residents: Residents, tap: StaffTap) -> Answer:
    """A screen of the administration."""
    here.resident.expecting = None
    if tap.to == "moderator":
        made = await residents.staff.invite(here.session, here.resident, Role.MODERATOR, None, here.now)
        return here.show(_made(here, residents, made))
    if tap.to == "official":
        here.resident.expecting = EXPECTED
        return here.show(views.which_place_screen(here.t))
    if tap.to == "ministries":
        return here.show(views.ministries_screen(here.t))
    if tap.to == "staff":
        return here.show(await _staff(here, residents, tap.page))
    if tap.to == "invitations":
        return here.show(await _invitations(here, residents, tap.page))
    if tap.to == "numbers":
        counted = await queries.people_counted(here.session)
        more = [line for ask in residents.statistics for line in await ask(here.session, here.t)]
        return here.show(views.numbers_screen(here.t, counted, more))
    if tap.to == "outbox":
        report = await outbox_report(here.session, here.now)
        return here.show(views.outbox_screen(here.t, report, await outbox_pace(here.session, here.now)))
    if tap.to == "audit":
        return here.show(views.audit_screen(here.t, await queries.audit_page(here.session, tap.page, views.PAGE)))
    return here.show(views.menu_screen(here.t))


def _made(here: Here, residents: Residents, made: MadeInvitation) -> Screen:
    link = here.link(f"{INVITATION_PARAMETER}{made.token}")
    return views.made_screen(here.t, residents.gazetteer, made, link)


async def _staff(here: Here, residents: Residents, page: int, note: Html | None = None) -> Screen:
    members = await queries.members(here.session, page, views.PAGE)
    return views.staff_screen(here.t, residents.gazetteer, members, len(residents.staff.admins), note)


async def _invitations(here: Here, residents: Residents, page: int, note: Html | None = None) -> Screen:
    found = await queries.open_invitations(here.session, page, views.PAGE, here.now)
    return views.invitations_screen(here.t, residents.gazetteer, found, note)


@router.message(Expects(EXPECTED), Holds(Role.ADMIN), F.text & ~F.text.startswith("/"))
async def typed_place(message: Message, here: Here, residents: Residents) -> Answer:
    """The place whose body an official is to speak for."""
    text, gazetteer = message.text or "", residents.gazetteer
    found = units_meant(gazetteer, text)
    if not found:
        return here.send(views.which_place_screen(here.t, views.no_such_place_note(here.t, text)))
    if len(found) > 1:
        return here.send(views.places_screen(here.t, gazetteer, found))
    return here.send(views.bodies_screen(here.t, gazetteer, found[0], bodies_of(gazetteer, found[0].key)))


@router.callback_query(TapIs(InvitePlaceTap), InPrivate(), Holds(Role.ADMIN))
async def invite_place(query: CallbackQuery, here: Here, residents: Residents, tap: InvitePlaceTap) -> Answer:
    """The bodies of a unit to choose from."""
    gazetteer = residents.gazetteer
    place = gazetteer.by_kato(tap.kato)
    if place is None:
        return here.show(views.which_place_screen(here.t))
    return here.show(views.bodies_screen(here.t, gazetteer, place, bodies_of(gazetteer, place.key)))


@router.callback_query(TapIs(InviteBodyTap), InPrivate(), Holds(Role.ADMIN))
async def invite_to_body(query: CallbackQuery, here: Here, residents: Residents, tap: InviteBodyTap) -> Answer:
    """Whether the official of a body leads it."""
    code = tap.kind if tap.kato is None or tap.kind == GOVERNMENT.key else f"{tap.kind}.{tap.kato}"
    body = body_by_code(residents.gazetteer, code)
    if body is None:
        return here.show(views.which_place_screen(here.t))
    here.resident.expecting = None
    return here.show(views.rank_screen(here.t, body))


@router.callback_query(TapIs(InviteRankTap), InPrivate(), Holds(Role.ADMIN))
async def invite_official(query: CallbackQuery, here: Here, residents: Residents, tap: InviteRankTap) -> Answer:
    """The link that makes somebody the official or the head of a body."""
    body = body_by_code(residents.gazetteer, tap.body)
    if body is None:
        return here.show(views.which_place_screen(here.t))
    here.resident.expecting = None
    made = await residents.staff.invite(
        here.session, here.resident, Role.OFFICIAL, body.key, here.now, is_head=bool(tap.head)
    )
    return here.show(_made(here, residents, made))


@router.callback_query(TapIs(CancelInvitationTap), InPrivate(), Holds(Role.ADMIN))
async def cancel_invitation(query: CallbackQuery, here: Here, residents: Residents, tap: CancelInvitationTap) -> Answer:
    """An invitation is made unusable; the list shows what is left."""
    done = await residents.staff.cancel_invitation(here.session, here.resident, tap.invitation, here.now)
    return here.show(await _invitations(here, residents, tap.page, views.invitation_cancelled_note(here.t, done=done)))


@router.callback_query(TapIs(RevokeTap), InPrivate(), Holds(Role.ADMIN))
async def revoke(query: CallbackQuery, here: Here, residents: Residents, tap: RevokeTap) -> Answer:
    """End a role, after asking; the person's command menu loses it too."""
    member = await queries.member(here.session, tap.grant)
    if member is None:
        return here.show(await _staff(here, residents, 0, views.ended_before_note(here.t)))
    if not tap.sure:
        return here.show(views.revoke_screen(here.t, residents.gazetteer, member))
    await residents.staff.revoke(here.session, here.resident, tap.grant, here.now)
    shown = here.show(await _staff(here, residents, 0, views.ended_note(here.t)))
    person = await residents.resident(here.session, member.resident_id)
    if person is None or person.telegram_id is None:
        return shown
    roles, _ = await residents.roles_of(here.session, person)
    t = translator(as_language(person.language), residents.zone)
    return shown + Answer((menu_call(person.telegram_id, roles, t),))

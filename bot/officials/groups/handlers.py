"""Binding group chats to the inbox of a body: /bind and /unbind in a group, the rest in private."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from bot.i18n import Html
from bot.officials import views
from bot.officials.groups.service import BoundAlready, Groups, NoSuchGroup
from bot.officials.handlers import desk
from bot.officials.queries import group_of_chat, groups_of_all
from bot.officials.service import Officials
from bot.officials.views import BindTap, UnbindTap
from bot.petitions.reading.queries import LAST_NUMBER
from bot.places.bodies import body_by_code, body_by_key
from bot.residents.models import Role
from bot.telegram.answers import Answer
from bot.telegram.context import Here, Holds, InPrivate, TapIs

router = Router(name="officials.groups")
_OFFICIAL = (InPrivate(), Holds(Role.OFFICIAL))
_GROUP = F.chat.type.in_({"group", "supergroup"})


@router.message(CommandStart(magic=F.args == "bind"), _GROUP)
@router.message(Command("bind"), _GROUP)
async def bind_here(message: Message, here: Here, groups: Groups, officials: Officials) -> Answer:
    """/bind in a group, or the bot added to it by the link from the desk."""
    if Role.OFFICIAL not in here.roles or here.chat_id is None:
        return here.show(views.only_officials_screen(here.t))
    try:
        row = await groups.propose(here.session, here.chat_id, message.chat.title or "", here.resident, here.now)
    except BoundAlready as error:
        body = body_by_key(officials.petitions.gazetteer, str(error.args[0]))
        return here.show(views.bound_already_screen(here.t, body))
    return here.show(views.propose_screen(here.t, row, here.bot_username))


@router.message(Command("unbind"), _GROUP)
async def unbind_here(message: Message, here: Here, groups: Groups) -> Answer:
    """/unbind in a group, by an official of its body."""
    row = await group_of_chat(here.session, here.chat_id or 0)
    if row is None or row.body_key is None:
        return Answer()
    if row.body_key not in here.body_keys:
        return here.show(views.only_officials_screen(here.t))
    await groups.unbind(here.session, row, here.resident.id, here.now)
    return here.show(views.unbound_screen(here.t, row))


@router.message(CommandStart(magic=F.args.regexp(r"^g_\d{1,18}$")), InPrivate())
async def confirm_binding(
    message: Message, here: Here, command: CommandObject, groups: Groups, officials: Officials
) -> Answer:
    """The link from the group: for which body."""
    if Role.OFFICIAL not in here.roles:
        return here.show(views.not_official_screen(here.t))
    here.resident.expecting = None
    number = min(int((command.args or "").removeprefix("g_")), LAST_NUMBER)
    try:
        row = await groups.proposed(here.session, number, here.resident)
    except NoSuchGroup:
        return await desk(here, views.no_group_notice(here.t))
    known = [body_by_key(officials.petitions.gazetteer, key) for key in here.body_keys]
    return here.show(views.bind_screen(here.t, row, [body for body in known if body is not None]))


async def _groups(here: Here, officials: Officials, note: Html | None = None) -> Answer:
    found = await groups_of_all(here.session, here.body_keys)
    return here.show(views.groups_screen(here.t, officials.petitions.gazetteer, found, here.bot_username, note))


@router.callback_query(TapIs(BindTap), *_OFFICIAL)
async def bind(query: CallbackQuery, here: Here, tap: BindTap, groups: Groups, officials: Officials) -> Answer:
    """The group becomes the inbox of a body."""
    body = body_by_code(officials.petitions.gazetteer, tap.body)
    if body is None or body.key not in here.body_keys:
        return await desk(here, views.no_group_notice(here.t))
    try:
        row = await groups.bind(here.session, tap.group, body.key, here.resident, here.now)
    except NoSuchGroup:
        return await desk(here, views.no_group_notice(here.t))
    return await _groups(here, officials, views.bound_notice(here.t, row))


@router.callback_query(TapIs(UnbindTap), *_OFFICIAL)
async def unbind(query: CallbackQuery, here: Here, tap: UnbindTap, groups: Groups, officials: Officials) -> Answer:
    """The group is an inbox no more, after asking."""
    try:
        row = await groups.group(here.session, tap.group, here.body_keys)
    except NoSuchGroup:
        return await _groups(here, officials)
    if not tap.sure:
        return here.show(views.unbind_screen(here.t, row))
    await groups.unbind(here.session, row, here.resident.id, here.now)
    return await _groups(here, officials, views.unbound_notice(here.t, row))


@router.message(F.migrate_to_chat_id)
async def migrated(message: Message, here: Here, groups: Groups) -> Answer:
    """The group became a supergroup: its cards go there."""
    if message.migrate_to_chat_id is not None:
        await groups.moved(here.session, message.chat.id, message.migrate_to_chat_id)
    return Answer()


@router.my_chat_member(_GROUP, F.new_chat_member.status.in_({"left", "kicked"}))
async def removed(event: ChatMemberUpdated, here: Here, groups: Groups) -> Answer:
    """The bot was taken out of a group, which is an inbox no more."""
    row = await group_of_chat(here.session, event.chat.id)
    if row is not None:
        await groups.unbind(here.session, row, None, here.now)
    return Answer()

"""The command menus Telegram shows: one for everybody in each language, longer ones for moderators and
admins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Database, insert_ignoring
from bot.delivery.api import ApiError, Blocked
from bot.delivery.models import JobRun
from bot.i18n import LANGUAGES, N_, Language, Translator, as_language
from bot.residents.models import Resident, Role, RoleGrant
from bot.telegram.answering import Api
from bot.telegram.answers import Call

log: Final = structlog.get_logger("bot.telegram.menu")

EVERYBODYS: Final = (
    ("new", N_("Start a petition")),
    ("find", N_("Find petitions")),
    ("my", N_("My petitions")),
    ("surveys", N_("Surveys")),
    ("notifications", N_("What to tell me, and when")),
    ("place", N_("My place")),
    ("language", N_("Language")),
    ("privacy", N_("What is stored about me")),
    ("help", N_("Help")),
    ("cancel", N_("Stop what I am doing")),
)
ROLES: Final = {
    Role.MODERATOR: (("queue", N_("Petitions waiting for a check")),),
    Role.OFFICIAL: (("inbox", N_("Petitions to my body")), ("digest", N_("Today's digest, and when it comes"))),
    Role.ADMIN: (("admin", N_("Administration")),),
}
REMEMBERED: Final = "commands"
"""Name under which `job_runs` keeps the hash of the menu that was set last; a staff member's has the chat
appended."""


def commands(roles: Collection[Role], t: Translator) -> list[dict[str, str]]:
    """The menu of somebody with these roles; what only they can do stands first."""
    lines = [line for role, own in ROLES.items() if role in roles for line in own]
    return [{"command": name, "description": t.plain(words)} for name, words in (*lines, *EVERYBODYS)]


def menu_call(chat_id: int, roles: Collection[Role], t: Translator) -> Call:
    """The call that gives one person's chat its menu: after roles changed, or after a language was chosen."""
    scope = {"type": "chat", "chat_id": chat_id}
    return Call("setMyCommands", {"scope": scope, "commands": commands(roles, t)})


async def refresh_menu_for(api: Api, telegram_id: int, roles: Collection[Role], t: Translator) -> None:
    """Set one person's menu at once. Raises ApiError."""
    call = menu_call(telegram_id, roles, t)
    await api.call(call.method, call.params)


async def refresh_menus(
    api: Api,
    database: Database,
    translate: Callable[[Language], Translator],
    default_language: Language,
    now: datetime,
) -> None:
    """Set everybody's menu and that of each person who has or had a role, where they differ from what was set last."""
    scope = {"type": "all_private_chats"}
    everybodys: list[dict[str, Any]] = [
        {"scope": scope, "language_code": language, "commands": commands((), translate(language))}
        for language in LANGUAGES
    ]
    everybodys.append({"scope": scope, "commands": commands((), translate(default_language))})
    await _set_once(api, database, REMEMBERED, everybodys, now)
    async with database.reading() as session:
        staff = (
            await session.execute(
                select(Resident.telegram_id, Resident.language, RoleGrant.role, RoleGrant.revoked_at).join(
                    RoleGrant, RoleGrant.resident_id == Resident.id
                )
            )
        ).all()
    # Who lost a role has no longer menu either, should Telegram not have heard of it then.
    menus: dict[int, tuple[str, set[Role]]] = {}
    for telegram_id, language, role, revoked_at in staff:
        if telegram_id is None:
            continue
        roles_held = menus.setdefault(telegram_id, (language, set()))[1]
        if revoked_at is None:
            roles_held.add(role)
    for telegram_id, (language, roles) in menus.items():
        call = menu_call(telegram_id, roles, translate(as_language(language, default_language)))
        await _set_once(api, database, f"{REMEMBERED}:{telegram_id}", [call.params], now)


async def _set_once(api: Api, database: Database, name: str, menus: list[dict[str, Any]], now: datetime) -> None:
    written = json.dumps(menus, ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(written.encode()).hexdigest()[:40]
    async with database.reading() as session:
        if await session.scalar(select(JobRun.key).where(JobRun.name == name)) == key:
            return
    try:
        for params in menus:
            await api.call("setMyCommands", params)
    except Blocked:
        # Somebody on the staff has not opened the bot yet, or has blocked it; /start sets the menu.
        return
    except ApiError as error:
        log.warning("command menu not set", error=type(error).__name__)
        return
    async with database.transaction() as session:
        await _remember(session, name, key, now)


async def _remember(session: AsyncSession, name: str, key: str, now: datetime) -> None:
    await session.execute(delete(JobRun).where(JobRun.name == name))
    await session.execute(insert_ignoring(session, JobRun, [{"name": name, "key": key, "ran_at": now}]))

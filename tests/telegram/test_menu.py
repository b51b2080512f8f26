"""Protects the command menus: three languages, roles, and no call where nothing changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.db import Database
from bot.residents.models import Resident, Role, RoleGrant
from bot.telegram.menu import commands, menu_call, refresh_menu_for, refresh_menus
from tests.telegram.counting_bot import english
from tests.telegram.in_memory import MemoryApi, refused


def names(call: dict[str, Any]) -> list[str]:
    """The commands of a menu."""
    return [line["command"] for line in call["commands"]]


async def test_menus_are_set_once_for_every_language_and_for_staff(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        person = Resident(telegram_id=77, language="ru", created_at=now, seen_at=now)
        session.add(person)
        await session.flush()
        session.add(RoleGrant(resident_id=person.id, role=Role.MODERATOR, granted_at=now))
    api = MemoryApi()
    await refresh_menus(api, database, english, "kk", now)
    menus = api.sent("setMyCommands")
    assert [menu.get("language_code") for menu in menus] == ["kk", "ru", "en", None, None]
    assert menus[-1]["scope"] == {"type": "chat", "chat_id": 77}
    assert names(menus[-1])[0] == "queue"
    assert "queue" not in names(menus[0])
    await refresh_menus(api, database, english, "kk", now)
    assert len(api.calls) == 5
    async with database.transaction() as session:
        (grant,) = (await session.scalars(select(RoleGrant))).all()
        grant.revoked_at = now
    await refresh_menus(api, database, english, "kk", now)
    assert "queue" not in names(api.sent("setMyCommands")[-1]), "who lost a role meanwhile loses its command"
    assert len(api.calls) == 6


async def test_a_refused_menu_is_tried_again_at_the_next_start(sqlite: Database, now: datetime) -> None:
    api = MemoryApi()
    api.fails["setMyCommands"] = [refused("nope")]
    await refresh_menus(api, sqlite, english, "kk", now)
    assert len(api.calls) == 1
    await refresh_menus(api, sqlite, english, "kk", now)
    assert len(api.calls) == 5


async def test_a_role_changes_the_menu_of_its_chat() -> None:
    api = MemoryApi()
    await refresh_menu_for(api, 5, {Role.ADMIN}, english("en"))
    call = menu_call(5, {Role.ADMIN}, english("en"))
    assert api.calls == [(call.method, call.params)]
    assert names(call.params)[0] == "admin"


def test_telegram_takes_every_command_and_description() -> None:
    for line in commands(set(Role), english("en")):
        assert line["command"].islower()
        assert 1 <= len(line["command"]) <= 32
        assert 1 <= len(line["description"]) <= 256

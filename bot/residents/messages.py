"""What the bot says about people on its own initiative, and the file with everything kept about one of them."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Drawn, Painter, Painting, Renderer, Telling
from bot.places.tree import Gazetteer
from bot.residents.models import Role
from bot.residents.service import Residents
from bot.residents.staff.views import role_ended_screen
from bot.residents.views import EXPORT, account_moved_screen
from bot.screen import Screen

_INDENT: Final = 2


async def account_moved(session: AsyncSession, telling: Telling) -> Screen | None:
    """To the account a number was moved away from."""
    return account_moved_screen(telling.t, telling.params["held"])


def role_ended(gazetteer: Gazetteer) -> Renderer:
    """To somebody whose role was ended."""

    async def render(session: AsyncSession, telling: Telling) -> Screen | None:
        return role_ended_screen(telling.t, gazetteer, Role(telling.params["role"]), telling.params["body"])

    return render


def renderers(gazetteer: Gazetteer) -> dict[str, Renderer]:
    """The deliveries of this capability, by kind."""
    return {"account_moved": account_moved, "role_ended": role_ended(gazetteer)}


def export_painter(residents: Residents) -> Painter:
    """The JSON file with everything kept about a person; the painting's reference is the resident's id."""

    async def paint(session: AsyncSession, painting: Painting) -> Drawn:
        exported = await residents.export(session, painting.reference, painting.now)
        written = json.dumps(exported, ensure_ascii=False, indent=_INDENT)
        return Drawn(written.encode(), f"halyq-uni-{painting.now:%Y-%m-%d}.json")

    return paint


def painters(residents: Residents) -> dict[str, Painter]:
    """The pictures and files of this capability, by kind."""
    return {EXPORT: export_painter(residents)}

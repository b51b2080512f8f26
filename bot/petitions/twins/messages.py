"""What signers, followers and moderators are told about twins, read from what is stored when it is sent."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Renderer, Telling
from bot.petitions.models import Petition, Signature
from bot.petitions.twins import views
from bot.petitions.twins.rules import LIVE
from bot.petitions.twins.service import Twins
from bot.screen import Screen


def twin_renderers(twins: Twins) -> dict[str, Renderer]:
    """The messages about twins, by kind of delivery."""

    async def petition_retired(session: AsyncSession, telling: Telling) -> Screen | None:
        petition = await session.get(Petition, telling.reference)
        twin = await session.get(Petition, petition.twin_id) if petition is not None and petition.twin_id else None
        if petition is None or twin is None or twin.state not in LIVE:
            return None
        signed = set(
            await session.scalars(
                select(Signature.petition_id).where(
                    Signature.petition_id.in_((petition.id, twin.id)),
                    Signature.resident_id == telling.resident_id,
                    Signature.withdrawn_at.is_(None),
                )
            )
        )
        can_sign = petition.id in signed and twin.id not in signed and twins.petitions.is_open(twin, telling.now)
        return views.asked_screen(telling.t, petition, twin, can_sign=can_sign, has_signed=twin.id in signed)

    async def twin_clusters(session: AsyncSession, telling: Telling) -> Screen | None:
        clusters = await twins.clusters(session)
        return views.told_clusters_screen(telling.t, len(clusters)) if clusters else None

    return {"petition_retired": petition_retired, "twin_clusters": twin_clusters}

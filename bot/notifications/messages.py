"""The digest of one person's news, new petitions nearby, and the one message that stands for many."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.gate import DIGEST_KIND
from bot.delivery.messages import LiveShow, Renderer, Telling
from bot.delivery.models import Delivery, DeliveryState
from bot.i18n import Html, Translator, safe
from bot.notifications.kinds import KINDS
from bot.notifications.service import NEW_NEAR, PINNED, Notifications
from bot.notifications.views import NotifyTap
from bot.petitions.models import Petition
from bot.petitions.reading.queries import Viewer, live_key
from bot.petitions.reading.show import petition_screen
from bot.petitions.reading.views import OpenPetitionTap, PinTap, numbered, shortened
from bot.petitions.rules import PUBLIC
from bot.petitions.service import Petitions
from bot.screen import Button, Live, Screen, rows

LONGEST: Final = 3400
"""Characters of a digest's news; the rest is counted, so that all fits one message."""

TITLE: Final = 90
BUTTONS: Final = 8
ASK: Final = 220


def news_digest(renderers: Mapping[str, Renderer]) -> Renderer:
    """The digest of one person: each event in the words in which it would have been told by itself."""

    async def render(session: AsyncSession, telling: Telling) -> Screen | None:
        gathered = await session.scalars(
            select(Delivery)
            .where(
                Delivery.resident_id == telling.resident_id,
                Delivery.state == DeliveryState.GATHERED,
                Delivery.not_before == datetime.fromisoformat(telling.params["at"]),
            )
            .order_by(Delivery.id)
        )
        told: dict[int, list[Html]] = {}
        others: list[Html] = []
        for row in gathered.all():
            renderer = renderers.get(row.kind)
            if renderer is None:
                continue
            screen = await renderer(
                session, replace(telling, kind=row.kind, reference=row.reference, params=row.params)
            )
            if screen is None:
                continue
            words = Html(screen.text.partition("\n\n")[0])
            kind = KINDS.get(row.kind)
            if kind is not None and kind.is_petitions:
                told.setdefault(row.reference, []).append(words)
            else:
                others.append(words)
        return await _digest_screen(session, telling.t, telling.now, told, others)

    return render


async def _digest_screen(
    session: AsyncSession, t: Translator, now: datetime, told: Mapping[int, list[Html]], others: list[Html]
) -> Screen | None:
    petitions = {
        petition.id: petition
        for petition in await session.scalars(select(Petition).where(Petition.id.in_(list(told) or [0])))
    }
    blocks: list[tuple[int | None, Html]] = [(None, words) for words in others]
    for number, lines in told.items():
        petition = petitions.get(number)
        if petition is not None:
            title = safe(shortened(petition.title, TITLE))
            blocks.append((number, Html("\n".join([f"№ {number} <b>{title}</b>", *lines]))))
    if not blocks:
        return None
    shown: list[Html] = []
    buttons: list[Button] = []
    length = 0
    for about, block in blocks:
        length += len(block) + 2
        if length > LONGEST:
            break
        shown.append(block)
        if about is not None and len(buttons) < BUTTONS:
            buttons.append(Button(f"№ {about}", tap=OpenPetitionTap(about)))
    if len(shown) < len(blocks):
        shown.append(t.plural("…and {count} more event", "…and {count} more events", len(blocks) - len(shown)))
    head = t("🗞 <b>Your news</b> · {date}", date=t.date(now))
    half = (len(buttons) + 1) // 2 if len(buttons) > 4 else len(buttons)
    return Screen(
        Html("\n\n".join([head, *shown])),
        rows(buttons[:half], buttons[half:], Button(t.plain("Notifications"), tap=NotifyTap("main"))),
    )


def new_near(petitions: Petitions) -> Renderer:
    """To those who follow a place or a topic: a petition about it has become public."""

    async def render(session: AsyncSession, telling: Telling) -> Screen | None:
        petition = await session.get(Petition, telling.reference)
        if petition is None or petition.state not in PUBLIC:
            return None
        t = telling.t
        place = petitions.gazetteer.get(petition.place_key)
        where = place.name(t.language) if place is not None else "—"
        parts = [t("🆕 New petition · {place}", place=where), numbered(petition), safe(shortened(petition.ask, ASK))]
        return Screen(
            Html("\n\n".join(parts)),
            rows(
                Button(t.plain("Open the petition"), tap=OpenPetitionTap(petition.id)),
                Button(t.plain("Places and topics"), tap=NotifyTap("interests")),
            ),
        )

    return render


async def pinned_screen(
    session: AsyncSession,
    petitions: Petitions,
    t: Translator,
    number: int,
    viewer: Viewer,
    now: datetime,
    *,
    bot_username: str,
) -> Screen | None:
    """The card of a petition as the one message about it: pinned, edited whenever something happens."""
    card = await petition_screen(session, petitions, t, number, viewer, now, bot_username=bot_username)
    if card is None:
        return None
    return replace(
        card,
        text=Html(f"{card.text}\n\n{t('📌 This message stays up to date.')}"),
        rows=rows(
            Button(t.plain("Open the petition"), tap=PinTap(number, viewer.key, 2)),
            Button(t.plain("Unpin"), tap=PinTap(number, viewer.key, 0)),
        ),
        live=Live(PINNED, number),
        pin=True,
    )


def pinned_renderer(petitions: Petitions) -> Callable[[AsyncSession, LiveShow], Awaitable[Screen | None]]:
    """Keeps pinned messages up to date."""

    async def render(session: AsyncSession, show: LiveShow) -> Screen | None:
        return await pinned_screen(
            session,
            petitions,
            show.t,
            show.reference,
            Viewer(show.resident_id, key=await live_key(session, show.reference)),
            show.now,
            bot_username=show.bot_username,
        )

    return render


def as_one_message(notifications: Notifications, petitions: Petitions, kind: str, renderer: Renderer) -> Renderer:
    """A renderer for people who want one message for each petition: the first event is told as the card that stays
    up to date, and later ones change it."""
    rule = KINDS.get(kind)
    if rule is None or not rule.is_petitions or rule.is_told_beside or rule.is_straight:
        return renderer

    async def render(session: AsyncSession, telling: Telling) -> Screen | None:
        wishes = await notifications.wishes(session, telling.resident_id)
        if not wishes.one_message:
            return await renderer(session, telling)
        viewer = Viewer(telling.resident_id, key=await live_key(session, telling.reference))
        pinned = await pinned_screen(
            session,
            petitions,
            telling.t,
            telling.reference,
            viewer,
            telling.now,
            bot_username=telling.bot_username,
        )
        return pinned or await renderer(session, telling)

    return render


def renderers(
    notifications: Notifications, petitions: Petitions, others: Mapping[str, Renderer]
) -> dict[str, Renderer]:
    """The deliveries of this capability, and everybody else's for people who want one message for each petition."""
    own: dict[str, Renderer] = {NEW_NEAR: new_near(petitions)}
    alone = {**others, **own}
    return {
        **{kind: as_one_message(notifications, petitions, kind, renderer) for kind, renderer in alone.items()},
        DIGEST_KIND: news_digest(alone),
    }

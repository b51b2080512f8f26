"""Pictures people would rather look at than read: how a petition grew, and a poster with a QR code."""

from __future__ import annotations

import asyncio
import io
import textwrap
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import segno
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Drawn, Painter, Painting
from bot.i18n import Translator
from bot.petitions import rules
from bot.petitions.models import Petition
from bot.petitions.reading.queries import growth
from bot.petitions.service import PetitionMissing, Petitions

_INK, _PAPER, _BLUE, _GREY = "#1c2733", "#ffffff", "#2481cc", "#8a97a3"


@dataclass(frozen=True, slots=True)
class _Poster:
    title: str
    number: str
    body: str
    count: str
    call: str
    note: str
    link: str


def _figure(width: float, height: float) -> Any:
    # Imported when the first picture is drawn: matplotlib takes a second and 40 MB, and most updates need none.
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=110, facecolor=_PAPER)


def _png(figure: Any) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def draw_growth(points: list[tuple[date, int]], needed: int | None, title: str, t: Translator) -> bytes:
    """A PNG of the count over days, with the threshold as a line once the count is within sight of it."""
    figure = _figure(8, 4.5)
    axes = figure.add_axes((0.1, 0.13, 0.86, 0.68))
    days = [day for day, _ in points]
    counts = [count for _, count in points]
    if days:
        days = [days[0] - timedelta(days=1), *days]
        counts = [0, *counts]
        axes.fill_between(days, counts, step="post", color=_BLUE, alpha=0.18, linewidth=0)
        axes.step(days, counts, where="post", color=_BLUE, linewidth=2.5)
        axes.annotate(
            t.number(counts[-1]),
            (days[-1], counts[-1]),
            textcoords="offset points",
            xytext=(-6, 6),
            ha="right",
            color=_BLUE,
            fontweight="bold",
        )
    if needed is not None:
        if counts and counts[-1] * 5 >= needed:
            axes.axhline(needed, color=_GREY, linewidth=1.2, linestyle="--")
        figure.text(0.96, 0.84, t.plain("threshold: {votes}", votes=needed), ha="right", color=_GREY, fontsize=10)
    axes.set_ylim(bottom=0)
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)
    axes.yaxis.set_major_formatter(lambda value, _: t.number(int(value)))
    if days:
        span = max((days[-1] - days[0]).days, 1)
        shown = [days[0] + timedelta(days=span * part // 4) for part in range(5)]
        shown = sorted(set(shown))
        axes.set_xticks(shown, [f"{day:%d.%m}" for day in shown])
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_GREY)
    axes.tick_params(colors=_GREY)
    axes.grid(axis="y", color=_GREY, alpha=0.2)
    figure.text(0.04, 0.9, textwrap.shorten(title, 70, placeholder="…"), color=_INK, fontsize=13, fontweight="bold")
    return _png(figure)


def draw_poster(poster: _Poster) -> bytes:
    """A PNG in the shape of a sheet of paper: title, a large QR code, the link in letters."""
    figure = _figure(7.0, 9.9)
    lines = textwrap.wrap(poster.title, 30)
    size = 25 if len(lines) <= 3 else 19
    if len(lines) > 4:
        lines, size = textwrap.wrap(poster.title, 40), 16
    figure.text(0.5, 0.955, poster.number, ha="center", va="top", color=_BLUE, fontsize=13, fontweight="bold")
    figure.text(
        0.5,
        0.915,
        "\n".join(lines),
        ha="center",
        va="top",
        color=_INK,
        fontsize=size,
        fontweight="bold",
        linespacing=1.25,
    )
    figure.text(0.5, 0.70, "\n".join(textwrap.wrap(poster.body, 52)), ha="center", va="top", color=_INK, fontsize=12)
    code = segno.make(poster.link, error="m", micro=False)
    matrix = [[0 if dark else 1 for dark in row] for row in code.matrix]
    axes = figure.add_axes((0.21, 0.20, 0.58, 0.41))
    axes.imshow(matrix, cmap="gray", interpolation="nearest", vmin=0, vmax=1)
    axes.set_axis_off()
    axes.set_aspect("equal")
    figure.text(0.5, 0.63, poster.call, ha="center", va="center", color=_BLUE, fontsize=15, fontweight="bold")
    figure.text(0.5, 0.155, poster.link, ha="center", color=_INK, fontsize=11)
    figure.text(0.5, 0.11, poster.count, ha="center", color=_INK, fontsize=12)
    figure.text(
        0.5,
        0.045,
        "\n".join(textwrap.wrap(poster.note, 80)),
        ha="center",
        va="center",
        color=_GREY,
        fontsize=8.5,
    )
    return _png(figure)


def petition_painters(petitions: Petitions) -> dict[str, Painter]:
    """Painters of petitions' pictures, by kind of `bot.screen.Picture`."""

    async def paint_growth(session: AsyncSession, painting: Painting) -> Drawn:
        petition = await _petition(session, painting.reference)
        points = await growth(session, petition.id, petitions.zone)
        needed = petition.threshold_votes if petition.state in rules.PUBLIC else petition.supporters_needed
        content = await asyncio.to_thread(draw_growth, points, needed, petition.title, painting.t)
        return Drawn(content, f"petition-{petition.id}-growth.png")

    async def paint_poster(session: AsyncSession, painting: Painting) -> Drawn:
        petition = await _petition(session, painting.reference)
        t = painting.t
        is_public = petition.state in rules.PUBLIC
        reference = str(petition.id) if is_public else f"{petition.id}_{petition.access_key}"
        poster = _Poster(
            title=petition.title,
            number=t.plain("Petition № {number}", number=str(petition.id)),
            body=t.plain("Responsible: {body}", body=petitions.body(petition).name(t.language)),
            count=t.plain_plural("{count} signature", "{count} signatures", petition.signature_count),
            call=t.plain("Scan, read, sign"),
            note=t.plain(
                "This signature counts in the bot only. A legally binding one is made with EDS on epetition.kz."
            ),
            link=painting.link(f"p_{reference}"),
        )
        content = await asyncio.to_thread(draw_poster, poster)
        return Drawn(content, f"petition-{petition.id}-poster.png")

    return {"growth": paint_growth, "poster": paint_poster}


async def _petition(session: AsyncSession, number: int) -> Petition:
    petition = await session.get(Petition, number)
    if petition is None:
        raise PetitionMissing(number)
    return petition

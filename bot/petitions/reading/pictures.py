"""Pictures people would rather look at than read: how a petition grew, and a poster with a QR code."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from typing import Any, Final

import segno
from babel.dates import format_date
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.messages import Drawn, Painter, Painting
from bot.i18n import Translator
from bot.petitions import rules
from bot.petitions.models import Petition
from bot.petitions.reading.queries import growth
from bot.petitions.reading.show import body_of
from bot.petitions.reading.views import GROWTH_PICTURE, POSTER_PICTURE, responsible_line, standing_line
from bot.petitions.rules import State
from bot.petitions.service import PetitionMissing, Petitions

_INK, _PAPER, _BLUE, _GREY = "#1c2733", "#ffffff", "#2481cc", "#6b7884"
_DPI: Final = 130
_IN_SIGHT: Final = 5
"""The line of the threshold is drawn once the count is a fifth of it; before, it would flatten the curve."""


@dataclass(frozen=True, slots=True)
class PosterWords:
    """What stands on a poster, in one language."""

    title: str
    number: str
    body: str
    deadline: str
    """Until when one can sign; empty when one cannot."""
    call: str
    note: str
    link: str


class _Sheet:
    """A picture being drawn. Positions are parts of its width and height, counted from the bottom left."""

    def __init__(self, width: float, height: float) -> None:
        # Imported when the first picture is drawn: matplotlib takes a second and 40 MB, and most updates need none.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.figure: Any = Figure(figsize=(width, height), dpi=_DPI, facecolor=_PAPER)
        self._canvas: Any = FigureCanvasAgg(self.figure)
        self._width, self._height = width * _DPI, height * _DPI

    def _measured(self, text: str, size: float, weight: str) -> float:
        from matplotlib.font_manager import FontProperties

        font = FontProperties(size=size, weight=weight)
        width, _, _ = self._canvas.get_renderer().get_text_width_height_descent(text, font, ismath=False)
        return float(width) / self._width

    def _wrapped(self, text: str, size: float, weight: str, width: float) -> list[str]:
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._measured(longer, size, weight) <= width:
                lines[-1] = longer
                continue
            lines.append("")
            for letter in word:
                # A word longer than a line goes on in the next one.
                if lines[-1] and self._measured(lines[-1] + letter, size, weight) > width:
                    lines.append("")
                lines[-1] += letter
        return lines

    def write(
        self,
        text: str,
        x: float,
        top: float,
        *,
        sizes: tuple[float, ...],
        width: float = 1.0,
        lines: int = 1,
        color: str = _INK,
        weight: str = "normal",
        align: str = "center",
    ) -> float:
        """Write a text below `top` in the largest size in which it takes at most so many lines; answers where
        it ends. In the smallest size it is cut when it still does not fit."""
        for size in sizes:
            wrapped = self._wrapped(text, size, weight, width)
            if len(wrapped) <= lines:
                break
        else:
            size = sizes[-1]
            cut = wrapped[lines - 1]
            while cut and self._measured(f"{cut}…", size, weight) > width:
                cut = cut[:-1]
            wrapped = [*wrapped[: lines - 1], cut.rstrip(" ,.;:–-") + "…"]
        spacing = 1.3
        self.figure.text(
            x,
            top,
            "\n".join(wrapped),
            ha=align,
            va="top",
            color=color,
            fontsize=size,
            fontweight=weight,
            linespacing=spacing,
            # People's own words may hold a dollar sign, which would begin a formula.
            parse_math=False,
        )
        return top - len(wrapped) * size * spacing / 72 * _DPI / self._height

    def band(self, bottom: float, color: str) -> None:
        """Fill everything above a height."""
        from matplotlib.patches import Rectangle

        self.figure.add_artist(Rectangle((0, bottom), 1, 1 - bottom, color=color, transform=self.figure.transFigure))

    def png(self) -> bytes:
        """The picture."""
        out = io.BytesIO()
        self.figure.savefig(out, format="png")
        return out.getvalue()


def _short_day(day: date, t: Translator) -> str:
    return format_date(day, "d MMM", locale="en") if t.language == "en" else f"{day:%d.%m}"


def draw_growth(
    points: list[tuple[date, int]], needed: int | None, title: str, standing: str, until: date, t: Translator
) -> bytes:
    """A PNG of the count over days up to `until`, with what is needed as a line once the count is in sight of it."""
    sheet = _Sheet(8, 5)
    below = sheet.write(title, 0.05, 0.95, sizes=(15, 13, 11.5), width=0.9, lines=2, weight="bold", align="left")
    sheet.write(standing, 0.05, below - 0.012, sizes=(12,), width=0.9, color=_BLUE, align="left")
    axes = sheet.figure.add_axes((0.09, 0.1, 0.86, 0.62))
    last = points[-1][1] if points else 0
    top = max([count for _, count in points], default=0) * 1.18
    if points:
        begin = points[0][0] - timedelta(days=1)
        end = max(until, points[-1][0])
        # The last day has its width too, or a petition of today would be a mere line upwards.
        edge = end + timedelta(days=1)
        days = [begin, *(day for day, _ in points), edge]
        counts = [0, *(count for _, count in points), last]
        axes.fill_between(days, counts, step="post", color=_BLUE, alpha=0.16, linewidth=0)
        axes.step(days, counts, where="post", color=_BLUE, linewidth=2.5)
        axes.plot([edge], [last], "o", color=_BLUE, markersize=7, clip_on=False, zorder=5)
        span = (end - begin).days
        ticks = sorted({begin + timedelta(days=span * part // 4) for part in range(5)})
        axes.set_xticks(ticks, [_short_day(day, t) for day in ticks])
        axes.set_xlim(begin, edge)
    if needed is not None and last * _IN_SIGHT >= needed:
        axes.axhline(needed, color=_GREY, linewidth=1.2, linestyle="--")
        axes.annotate(
            t.plain("needed: {votes}", votes=needed),
            (0.005, needed),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            xytext=(0, 4),
            color=_GREY,
            fontsize=10,
        )
        top = max(top, needed * 1.12)
    axes.set_ylim(0, max(top, 1.2))
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)
    axes.yaxis.set_major_formatter(lambda value, _: t.number(int(value)))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GREY)
    axes.tick_params(colors=_GREY, length=0, labelsize=10, pad=7)
    axes.grid(axis="y", color=_GREY, alpha=0.2)
    return sheet.png()


def draw_poster(poster: PosterWords) -> bytes:
    """A PNG in the shape of a sheet of paper: title, a large QR code, the link in letters."""
    sheet = _Sheet(7.0, 9.9)
    sheet.band(0.935, _BLUE)
    sheet.write("Halyq Úni", 0.07, 0.979, sizes=(18,), color=_PAPER, weight="bold", align="left")
    sheet.write(poster.number, 0.93, 0.976, sizes=(14,), color=_PAPER, align="right")
    below = sheet.write(poster.title, 0.5, 0.91, sizes=(28, 25, 22, 19, 17, 15.5), width=0.86, lines=4, weight="bold")
    sheet.write(poster.body, 0.5, below - 0.018, sizes=(13, 12), width=0.86, lines=2)
    sheet.write(poster.call, 0.5, 0.69, sizes=(19, 17), width=0.86, color=_BLUE, weight="bold")
    code = segno.make(poster.link, error="m", micro=False)
    # The white paper around it is the quiet zone that readers need.
    axes = sheet.figure.add_axes((0.22, 0.215, 0.56, 0.56 * 7.0 / 9.9))
    axes.imshow(
        [[0 if dark else 1 for dark in row] for row in code.matrix],
        cmap="gray",
        interpolation="nearest",
        vmin=0,
        vmax=1,
    )
    axes.set_axis_off()
    sheet.write(poster.link, 0.5, 0.165, sizes=(13, 11, 9), width=0.9)
    sheet.write(poster.deadline, 0.5, 0.128, sizes=(13, 12), width=0.86, weight="bold")
    sheet.write(poster.note, 0.5, 0.078, sizes=(9.5,), width=0.86, lines=3, color=_GREY)
    return sheet.png()


def petition_painters(petitions: Petitions) -> dict[str, Painter]:
    """Painters of petitions' pictures, by kind of `bot.screen.Picture`."""

    async def paint_growth(session: AsyncSession, painting: Painting) -> Drawn:
        petition = await _petition(session, painting.reference)
        points = await growth(session, petition.id, petitions.zone)
        is_gathering = petition.state is State.GATHERING
        content = await asyncio.to_thread(
            draw_growth,
            points,
            petition.supporters_needed if is_gathering else petition.threshold_votes,
            petition.title,
            str(standing_line(painting.t, petition)),
            petitions.today(petition.ended_at or painting.now),
            painting.t,
        )
        return Drawn(content, f"petition-{petition.id}-growth.png")

    async def paint_poster(session: AsyncSession, painting: Painting) -> Drawn:
        petition = await _petition(session, painting.reference)
        t = painting.t
        is_public = petition.state in rules.PUBLIC or petition.published_at is not None
        reference = str(petition.id) if is_public else f"{petition.id}_{petition.access_key}"
        last = petition.supporters_by if petition.state is State.GATHERING else petition.closes_on
        is_open = petitions.is_open(petition, painting.now)
        poster = PosterWords(
            title=petition.title,
            number=t.plain("Petition № {number}", number=str(petition.id)),
            body=unescape(responsible_line(t, body_of(petitions, petition))),
            deadline=t.plain("Sign by {date}", date=t.date(last)) if is_open and last is not None else "",
            call=t.plain("Scan, read, sign"),
            note=t.plain(
                "This signature counts in the bot only. A legally binding one is made with EDS on epetition.kz."
            ),
            link=painting.link(f"p_{reference}"),
        )
        content = await asyncio.to_thread(draw_poster, poster)
        return Drawn(content, f"petition-{petition.id}-poster.png")

    return {GROWTH_PICTURE: paint_growth, POSTER_PICTURE: paint_poster}


async def _petition(session: AsyncSession, number: int) -> Petition:
    petition = await session.get(Petition, number)
    if petition is None:
        raise PetitionMissing(number)
    return petition

"""The table of all petitions of a body, and the chart of its last weeks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from bot.i18n import Translator
from bot.officials.digests.queries import Week

_INK, _BLUE, _GREEN, _GREY = "#1c2733", "#2481cc", "#2f9e6e", "#6b7884"
_DPI: Final = 130
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS: Final = (8, 60, 22, 36, 24, 28, 12, 12, 8, 14, 14, 14, 16, 34)


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula; numbers and dates stay what they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_sheet(table: Sequence[Sequence[object]], title: str) -> bytes:
    """An XLSX file with a heading that stays in sight and a filter on each column."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Any = book.active
    sheet.title = title[:31]
    for row in table:
        sheet.append([harmless(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for index, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def draw_weeks(weeks: Sequence[Week], title: str, t: Translator) -> bytes:
    """A PNG: petitions that came and were decided, and new signatures, week by week."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=(8, 6), dpi=_DPI, facecolor="#ffffff")
    FigureCanvasAgg(figure)
    figure.text(0.05, 0.95, title, va="top", fontsize=14, fontweight="bold", color=_INK, parse_math=False)
    places = list(range(len(weeks)))
    names = [_day(week.monday, t) for week in weeks]
    above = figure.add_axes((0.08, 0.53, 0.88, 0.3))
    for shift, color, label, heights in (
        (-0.2, _BLUE, t.plain("came"), [week.came for week in weeks]),
        (0.2, _GREEN, t.plain("decided"), [week.decided for week in weeks]),
    ):
        bars = above.bar([place + shift for place in places], heights, width=0.36, color=color, label=label)
        above.bar_label(bars, labels=[str(height) if height else "" for height in heights], fontsize=9, color=_INK)
    above.legend(loc="upper left", bbox_to_anchor=(0, 1.24), ncols=2, frameon=False, fontsize=10)
    above.set_ylim(0, max([1, *(max(week.came, week.decided) for week in weeks)]) * 1.25)
    below = figure.add_axes((0.08, 0.1, 0.88, 0.28))
    below.set_title(t.plain("New signatures"), loc="left", fontsize=10, color=_INK)
    bars = below.bar(places, [week.signatures for week in weeks], width=0.6, color=_BLUE, alpha=0.55)
    below.bar_label(
        bars,
        labels=[t.number(week.signatures) if week.signatures else "" for week in weeks],
        fontsize=9,
        color=_INK,
    )
    below.set_ylim(0, max([1, *(week.signatures for week in weeks)]) * 1.2)
    for axes in (above, below):
        axes.set_xticks(places, names)
        axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
        axes.yaxis.set_major_formatter(lambda value, _: t.number(int(value)))
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(colors=_GREY, length=0, labelsize=9)
        axes.grid(axis="y", color=_GREY, alpha=0.2)
        axes.set_axisbelow(True)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _day(day: date, t: Translator) -> str:
    return f"{day.day} {day:%b}" if t.language == "en" else f"{day:%d.%m}"

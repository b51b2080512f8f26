"""One picture per question: bars with their margins, in colours that everybody can tell apart; and a tracker's line."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bot.i18n import Language, Translator
from bot.surveys.results.rules import QuestionResult
from bot.surveys.rules import OTHER, QuestionKind, words_in

_INK, _PAPER, _BAR, _HIDDEN, _GREY = "#1c2733", "#ffffff", "#0072b2", "#d9dee3", "#6b7884"
"""The blue is Okabe and Ito's, distinguishable with any kind of colour blindness."""
_DPI: Final = 130
_WIDTH: Final = 7.0
_LABEL: Final = 26
_TITLE: Final = 52
_CAPTION: Final = 78


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: from 0 to 1, with the ends of its margin; None: too few people to be shown."""

    label: str
    value: float | None
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture shows."""

    title: str
    bars: tuple[Bar, ...]
    caption: str
    hidden: str
    """What stands at a bar that is not shown."""


def option_name(result: QuestionResult, code: str, language: Language, t: Translator) -> str:
    """An option in words."""
    if code == OTHER:
        return t.plain("Other")
    option = next((one for one in result.question.options if one.code == code), None)
    if option is not None:
        return words_in(option.words, language)
    question = result.question
    if question.kind is QuestionKind.SCALE:
        ends = {question.least: question.least_words, question.most: question.most_words}
        label = words_in(ends.get(float(code), {}), language)
        return f"{code}: {label}" if label else code
    return _span_name(code, t) if question.kind is QuestionKind.NUMBER else code


def _span_name(code: str, t: Translator) -> str:
    """The numbers counted together in words of signs: `bot.surveys.results.rules.NumberBar`."""
    low, is_span, high = code.partition(":")
    first, last = (t.number(float(one)) if one else "" for one in (low, high))
    if not is_span:
        return first
    if not last:
        return f"≥ {first}"
    return f"{first}–{last}" if first else f"< {last}"


def chart_of(t: Translator, result: QuestionResult, caption: str) -> Chart | None:
    """The chart of a question; None when its answers are no numbers, or too few."""
    if result.is_hidden or not result.cells:
        return None
    bars = tuple(
        Bar(option_name(result, cell.code, t.language, t), None)
        if cell.weighted is None
        else Bar(
            option_name(result, cell.code, t.language, t), cell.weighted.value, cell.weighted.low, cell.weighted.high
        )
        for cell in result.cells
    )
    if result.first_places:
        caption = f"{t.plain('Bars: the share of people who put it in the first place.')} {caption}"
    return Chart(
        words_in(result.question.words, t.language),
        bars,
        caption,
        t.plain("not shown"),
    )


def _figure(height: float) -> tuple[Any, Any]:
    # matplotlib takes a second and 40 MB; most updates need no picture.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=_PAPER)
    FigureCanvasAgg(figure)
    return figure, figure.add_axes((0.36, 0.0, 0.56, 1.0))


def draw_bars(chart: Chart, t: Translator) -> Any:
    """The figure of a chart."""
    title = textwrap.wrap(chart.title, _TITLE) or [""]
    caption = textwrap.wrap(chart.caption, _CAPTION)
    labels = ["\n".join(textwrap.wrap(bar.label, _LABEL)[:3]) or "—" for bar in chart.bars]
    rows = sum(0.34 + 0.2 * label.count("\n") for label in labels) + 0.12 * len(labels)
    top, bottom = 0.35 + 0.27 * len(title), 0.35 + 0.2 * len(caption)
    height = top + rows + bottom + 0.2
    figure, axes = _figure(height)
    axes.set_position((0.36, bottom / height, 0.56, rows / height))
    places = np.arange(len(chart.bars))[::-1]
    longest = max([bar.high for bar in chart.bars if bar.value is not None] or [1.0])
    axes.set_xlim(0, min(1.0, max(longest * 1.28, 0.1)))
    axes.set_ylim(-0.6, len(chart.bars) - 0.4)
    for place, bar in zip(places, chart.bars, strict=True):
        if bar.value is None:
            axes.text(
                0.01, place, chart.hidden, va="center", color=_GREY, fontsize=10, style="italic", parse_math=False
            )
            continue
        axes.barh(place, bar.value, height=0.62, color=_BAR, alpha=0.85)
        axes.errorbar(
            bar.value,
            place,
            xerr=[[bar.value - bar.low], [bar.high - bar.value]],
            color=_INK,
            capsize=4,
            linewidth=1.4,
        )
        at = bar.high + 0.012 * axes.get_xlim()[1]
        axes.text(at, place, t.percent(bar.value), va="center", color=_INK, fontsize=11, parse_math=False)
    axes.set_yticks(places, labels, fontsize=11, color=_INK)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(_GREY)
    _write(figure, height, title, caption)
    return figure


def _write(figure: Any, height: float, title: Sequence[str], caption: Sequence[str]) -> None:
    figure.text(
        0.03,
        1 - 0.2 / height,
        "\n".join(title),
        ha="left",
        va="top",
        fontsize=13,
        fontweight="bold",
        color=_INK,
        parse_math=False,
    )
    figure.text(
        0.03, 0.14 / height, "\n".join(caption), ha="left", va="bottom", fontsize=9, color=_GREY, parse_math=False
    )


@dataclass(frozen=True, slots=True)
class Point:
    """One survey of a tracker: when, and the share with its margin."""

    when: str
    value: float
    low: float
    high: float


def draw_tracker(
    title: str, lines: Sequence[tuple[str, Sequence[Point]]], caption: str, t: Translator, *, are_shares: bool = True
) -> Any:
    """Shares, or means, over time, each with its margin as a band and its last number in the legend; the lines differ
    in colour, dash and mark."""
    wrapped, notes = textwrap.wrap(title, _TITLE) or [""], textwrap.wrap(caption, _CAPTION)
    top, bottom = 0.35 + 0.27 * len(wrapped), 0.8 + 0.2 * len(notes)
    height = top + 3.4 + bottom
    figure, axes = _figure(height)
    axes.set_position((0.09, bottom / height, 0.87, 3.4 / height))

    def said(value: float) -> str:
        return t.percent(value) if are_shares else t.number(round(value, 1))

    colors = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
    dashes, marks = ("-", "--", "-.", ":"), ("o", "s", "^", "D", "v", "P", "X")
    for index, (label, points) in enumerate(lines):
        xs = np.arange(len(points))
        color = colors[index % len(colors)]
        axes.fill_between(xs, [one.low for one in points], [one.high for one in points], color=color, alpha=0.13)
        axes.plot(
            xs,
            [one.value for one in points],
            dashes[index % len(dashes)],
            marker=marks[index % len(marks)],
            color=color,
            label=f"{textwrap.shorten(label, _LABEL, placeholder='…')}: {said(points[-1].value)}",
        )
    longest = max((points for _, points in lines), key=len, default=())
    axes.set_xticks(range(len(longest)), [one.when for one in longest], fontsize=9)
    if are_shares:
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"], fontsize=9, color=_GREY)
    else:
        axes.set_ylim(0, 1.15 * max((one.high for _, points in lines for one in points), default=1.0))
        axes.tick_params(axis="y", labelsize=9, labelcolor=_GREY)
    axes.grid(axis="y", color=_HIDDEN)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3, fontsize=9, frameon=False)
    _write(figure, height, wrapped, notes)
    return figure


def draw_words(title: str, lines: Sequence[str], caption: str) -> Any:
    """A page of words, for what has no bars."""
    wrapped, notes = textwrap.wrap(title, _TITLE) or [""], textwrap.wrap(caption, _CAPTION)
    said = [part for line in lines for part in (textwrap.wrap(line, _CAPTION) or [""])]
    top, bottom = 0.45 + 0.27 * len(wrapped), 0.45 + 0.2 * len(notes)
    height = top + 0.24 * len(said) + bottom
    figure, axes = _figure(height)
    axes.set_axis_off()
    figure.text(
        0.03,
        1 - top / height,
        "\n".join(said),
        ha="left",
        va="top",
        fontsize=11,
        color=_INK,
        linespacing=1.5,
        parse_math=False,
    )
    _write(figure, height, wrapped, notes)
    return figure


def png(figure: Any) -> bytes:
    """A figure as a picture for the chat."""
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=_PAPER)
    return out.getvalue()


def pdf(figures: Sequence[Any], title: str) -> bytes:
    """Figures as a document of one page each."""
    from matplotlib.backends.backend_pdf import PdfPages

    out = io.BytesIO()
    with PdfPages(out, metadata={"Title": title}) as pages:
        for figure in figures:
            pages.savefig(figure, facecolor=_PAPER)
    return out.getvalue()

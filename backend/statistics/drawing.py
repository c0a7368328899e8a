"""Figures as plots, drawn by matplotlib as SVG: in colours that colour-blind people tell apart, on whatever ground lies below.

A plot is drawn for a ground (light or dark) and a width; the page chooses. Letters are drawn as shapes, so that a reader's
machine needs no Chinese font, and this one does: the one that papers are printed with.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from backend.errors import GuituError

FONT = "Noto Sans CJK SC"
#: Wong's palette (Nature Methods 8, 441, 2011): two hues that every kind of colour vision parts, for each ground.
_COLOURS = {False: ("#0072B2", "#D55E00", "#515d56"), True: ("#56B4E9", "#E69F00", "#a5b1aa")}
_INK = {False: ("#1b241f", "#515d56", "#dce2dd"), True: ("#e4eae6", "#a5b1aa", "#2b3430")}
#: Told apart without any colour too.
_HATCHES = ("", "///", "...")
_KEPT = 256
_REMARKS = re.compile(r"<!--.*?-->|<metadata>.*?</metadata>|<!DOCTYPE[^>]*>| id=\"(?:[a-z_.]+_\d+)\"", re.DOTALL)
#: A scale is left as it is: it counts thousandths.
_DECIMALS = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_BLANKS = re.compile(r"\s+(?=([\"<MLCQZz/]))|\s+")
#: matplotlib is not made for several threads at once; one of our own draws, and the event loop goes on.
_drawer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="plots")


class NoFont(GuituError):
    """Without a Chinese font a plot would be full of empty boxes."""

    status = 503
    code = "no_fonts"


@dataclass(frozen=True)
class Series:
    """One row of values, None where there is nothing."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Plot:
    """What is drawn.

    labels   of the values, in order · lying: bars lie, one under the other, for labels that are names
    percent  values are shares, 0 to 1 · most: the end of the scale; None: what the values need
    line     points on a line instead of bars · stacked: series on top of each other, else beside
    """

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    lying: bool = False
    percent: bool = False
    most: float | None = None
    line: bool = False
    stacked: bool = False


async def draw(plot: Plot, *, dark: bool, narrow: bool) -> bytes:
    """The SVG of a plot for a ground and a width, packed by gzip. The same plot is drawn once and kept. Raises NoFont."""
    return await asyncio.get_running_loop().run_in_executor(_drawer, _drawn, plot, dark, narrow)


@cache
def _matplotlib() -> tuple[Any, Any]:
    """matplotlib, which takes a second to load, for those who draw alone. Raises NoFont."""
    import matplotlib
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    if FONT not in {each.name for each in font_manager.fontManager.ttflist}:
        raise NoFont("这台机器缺中文字体，画不出图，数字看旁边的表。请管理员安装 fonts-noto-cjk。")
    return matplotlib, Figure


@lru_cache(maxsize=_KEPT)
def _drawn(plot: Plot, dark: bool, narrow: bool) -> bytes:
    matplotlib, figure_class = _matplotlib()
    ink, quiet, rule = _INK[dark]
    settings = {
        "font.family": FONT,
        "font.size": 10,
        "svg.fonttype": "path",
        # The same plot gives the same bytes.
        "svg.hashsalt": "guitu",
        "text.color": ink,
        "axes.edgecolor": rule,
        "xtick.color": quiet,
        "ytick.color": quiet,
        "hatch.linewidth": 0.8,
    }
    with matplotlib.rc_context(settings):
        figure = figure_class(figsize=_size(plot, narrow), layout="constrained")
        axes = figure.add_subplot()
        (_lines if plot.line else _bars)(axes, plot, _COLOURS[dark])
        _finish(axes, plot, ink, rule, narrow)
        written = io.BytesIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return gzip.compress(_pressed(written.getvalue().decode()).encode(), mtime=0)


def _pressed(svg: str) -> str:
    """The same picture in two thirds of the bytes: without remarks, names that nothing points at, and needless decimals."""
    svg = _REMARKS.sub("", svg)
    svg = _DECIMALS.sub(lambda found: found[0] if found[0][0] == "s" else f"{float(found[0]):.2f}".rstrip("0").rstrip("."), svg)
    return _BLANKS.sub(lambda found: "" if found[1] else " ", svg).replace("> <", "><")


def _size(plot: Plot, narrow: bool) -> tuple[float, float]:
    """In inches, of 72 points each."""
    width = 4.4 if narrow else 6.2
    each = 0.3 if plot.stacked or len(plot.series) == 1 else 0.42
    return width, (0.9 + each * max(len(plot.labels), 2) if plot.lying else 2.9)


def _bars(axes: Any, plot: Plot, colours: Sequence[str]) -> None:
    places, below = range(len(plot.labels)), [0.0] * len(plot.labels)
    thick = 0.7 if plot.stacked or len(plot.series) == 1 else 0.7 / len(plot.series)
    for number, series in enumerate(plot.series):
        values = [value or 0.0 for value in series.values]
        shift = 0.0 if plot.stacked else (number - (len(plot.series) - 1) / 2) * thick
        at = [place + shift for place in places]
        look = {"color": colours[number], "hatch": _HATCHES[number], "edgecolor": "none" if not number else "#ffffff99"}
        if plot.lying:
            drawn = axes.barh(at, values, thick, left=below if plot.stacked else 0, label=series.name, linewidth=0, **look)
        else:
            drawn = axes.bar(at, values, thick, bottom=below if plot.stacked else 0, label=series.name, linewidth=0, **look)
        if plot.stacked:
            below = [one + other for one, other in zip(below, values, strict=True)]
        if not plot.stacked and len(plot.labels) * len(plot.series) <= 24:
            words = [_written(plot, value) for value in series.values]
            axes.bar_label(drawn, labels=words, padding=3, fontsize=9)
    if plot.stacked:
        for place, whole in zip(places, below, strict=True):
            spot, align = ((whole, place), {"va": "center"}) if plot.lying else ((place, whole), {"ha": "center"})
            away = (4, 0) if plot.lying else (0, 4)
            axes.annotate(_written(plot, whole), spot, away, textcoords="offset points", fontsize=9, **align)


def _lines(axes: Any, plot: Plot, colours: Sequence[str]) -> None:
    for number, series in enumerate(plot.series):
        points = [(place, value) for place, value in enumerate(series.values) if value is not None]
        axes.plot(
            *zip(*points, strict=True) if points else ([], []), color=colours[number], marker="os^"[number], label=series.name
        )
        for place, value in points:
            axes.annotate(_written(plot, value), (place, value), (0, 7), textcoords="offset points", ha="center", fontsize=9)
    axes.set_xlim(-0.5, max(len(plot.labels), 1) - 0.5)


def _finish(axes: Any, plot: Plot, ink: str, rule: str, narrow: bool) -> None:
    """Scale, labels and legend."""
    places = range(len(plot.labels))
    value_axis, name_axis = (axes.xaxis, axes.yaxis) if plot.lying else (axes.yaxis, axes.xaxis)
    every = 2 if narrow and not plot.lying and len(plot.labels) > 7 else 1
    name_axis.set_ticks(list(places)[::every], list(plot.labels)[::every])
    name_axis.set_tick_params(length=0, labelcolor=ink)
    value_axis.set_tick_params(length=0)
    axes.set_axisbelow(True)
    value_axis.grid(visible=True, color=rule, linewidth=0.8)
    for side in ("top", "right", "left" if not plot.lying else "bottom"):
        axes.spines[side].set_visible(False)
    values = [value for series in plot.series for value in series.values if value is not None]
    room = plot.most if plot.most is not None else max([*values, 1.0])
    if plot.stacked:
        room = max([1.0, *(sum(each or 0.0 for each in row) for row in zip(*(s.values for s in plot.series), strict=True))])
    # A line may begin higher up than bars, which are read by their length.
    low = 0.5 if plot.line and plot.percent and min(values, default=0) >= 0.6 else 0.0
    (axes.set_xlim if plot.lying else axes.set_ylim)(low, low + (room - low) * 1.12)
    if plot.percent:
        ticks = [tick for tick in (0, 0.25, 0.5, 0.75, 1) if tick >= low]
        value_axis.set_ticks(ticks, [share(tick) for tick in ticks])
    elif plot.most is None:
        value_axis.get_major_locator().set_params(integer=True)
    else:
        value_axis.set_ticks(list(range(int(plot.most) + 1)))
    if plot.lying:
        axes.invert_yaxis()
        axes.margins(y=0.02)
    if len(plot.series) > 1:
        axes.figure.legend(loc="outside upper left", ncols=3, frameon=False)


def _written(plot: Plot, value: float | None) -> str:
    if value is None:
        return "—"
    if plot.percent:
        return f"{share(value)}"
    return f"{value:.2f}" if plot.most is not None else f"{value:.0f}"


def share(value: float) -> str:
    """A share as people read it: 100% only when it is all, 0% only when it is none."""
    percent = value * 100
    if 0 < percent < 0.1:
        return "<0.1%"
    if 99.9 < percent < 100:
        return ">99.9%"
    return f"{percent:.1f}%".replace(".0%", "%")

"""Plots: small, the same for the same figures, readable on both grounds, and never drawn on the event loop's time."""

from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree

import pytest

from backend.statistics import drawing
from backend.statistics.drawing import FONT, NoFont, Plot, Series, draw, share

MOST_BYTES = 60_000
NAMES = tuple(
    f"{first}{second}区" for first, second in zip("鼓台仓马晋长闽连罗永平福", "楼江山尾安乐侯江源泰潭清", strict=True)
)
LATE = Series("超时办结", tuple(float(number) for number in range(12)))
EXEMPT = Series("豁免", (3.0,) * 12)
PLOTS = (
    Plot(("6月", "7月", "8月"), (Series("按时办结率", (0.9, None, 1.0)),), percent=True, most=1.0, line=True),
    Plot(NAMES, (LATE, EXEMPT), lying=True, stacked=True),
    Plot(NAMES, (LATE, EXEMPT), lying=True),
    Plot(NAMES, (LATE, EXEMPT)),
    Plot(("6月",), (Series("平均分", (4.5,)),), most=5.0, line=True),
    Plot((), (Series("平均分", ()),)),
)


@pytest.mark.parametrize("plot", PLOTS)
async def test_a_plot_is_a_small_picture_for_either_ground_and_width(plot: Plot) -> None:
    drawn = {}
    for dark in (False, True):
        for narrow in (False, True):
            svg = gzip.decompress(await draw(plot, dark=dark, narrow=narrow))
            assert len(svg) < MOST_BYTES
            assert ElementTree.fromstring(svg).tag.endswith("svg")
            drawn[dark, narrow] = svg
    assert len(set(drawn.values())) == 4


async def test_the_same_figures_give_the_same_bytes_again() -> None:
    first = await draw(PLOTS[1], dark=False, narrow=False)
    drawing._drawn.cache_clear()
    assert await draw(PLOTS[1], dark=False, narrow=False) == first


async def test_it_lies_on_whatever_is_below_and_carries_its_own_letters() -> None:
    svg = gzip.decompress(await draw(PLOTS[1], dark=True, narrow=False)).decode()
    assert "<text" not in svg and "NotoSansCJK" in svg
    without_hatches = re.sub(r"<pattern.*?</pattern>", "", svg, flags=re.DOTALL)
    fills = set(re.findall(r"fill: ?(#\w{6})", without_hatches))
    assert fills <= {each.lower() for each in (*drawing._INK[True], *drawing._COLOURS[True])}


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("dark", "card"), [(False, "#ffffff"), (True, "#181e1b")])
def test_words_and_shapes_stand_out_from_the_card(dark: bool, card: str) -> None:
    ink, quiet, _ = drawing._INK[dark]
    assert min(contrast(ink, card), contrast(quiet, card)) >= 4.5
    assert all(contrast(colour, card) >= 3 for colour in drawing._COLOURS[dark])


async def test_a_machine_without_the_font_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing._matplotlib.cache_clear()
    monkeypatch.setattr(drawing, "FONT", "No such font")
    with pytest.raises(NoFont, match="fonts-noto-cjk"):
        await draw(Plot(("x",), (Series("y", (1.0,)),)), dark=False, narrow=False)
    assert FONT != "No such font"


@pytest.mark.parametrize(
    ("value", "written"), [(1, "100%"), (0, "0%"), (0.9999, ">99.9%"), (0.0001, "<0.1%"), (0.5, "50%"), (0.986, "98.6%")]
)
def test_a_share_is_all_or_nothing_only_when_it_is(value: float, written: str) -> None:
    assert share(value) == written

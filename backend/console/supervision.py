"""How the limits are kept: on-time rate, load and lateness as plots, each beside its table. # notice 四(八)"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sanic.response import HTTPResponse, raw

from backend.console import supervising
from backend.console.desk import Desk
from backend.console.paging import Listing
from backend.console.routes import page
from backend.console.supervising import BASE, BY_WORDS, HEADS, ROLES, Asked, named
from backend.locale.text import T, Text
from backend.statistics import figures, service
from backend.statistics.drawing import Plot, Series, draw, share
from backend.statistics.rules import BY, MONTH, Sums

#: More names than these are too many to read in a plot; the table has them all.
MOST_BARS = 12
WORDS: Mapping[str, Text] = {
    "on_time_rate": T("按时办结率"),
    "received": T("接收"),
    "ended": T("办结"),
    "on_time": T("按时办结"),
    "late": T("超时办结"),
    "exempted": T("豁免"),
    "open": T("在办"),
    "overdue": T("在办已超时"),
}
ORDERS = tuple(WORDS)


@dataclass(frozen=True)
class Measure:
    """One plot: what it is called, which counts are drawn, which stand in the table beside it."""

    title: Text
    hint: Text
    drawn: tuple[str, ...]
    columns: tuple[str, ...]
    draw: Callable[[tuple[str, ...], tuple[Series, ...], bool], Plot]


MEASURES: Mapping[str, Measure] = {
    "rate": Measure(
        T("按时办结率"),
        T("有时限、有了结果的事项里按时的占多少；豁免的不算。"),
        ("on_time_rate",),
        ("on_time_rate", "on_time", "late"),
        lambda labels, series, lying: Plot(labels, series, lying, percent=True, most=1.0, line=not lying),
    ),
    "load": Measure(
        T("工作量"),
        T("部门接收了多少事项，办结了多少；在办是现在的数。"),
        ("received", "ended"),
        ("received", "ended", "open"),
        lambda labels, series, lying: Plot(labels, series, lying),
    ),
    "late": Measure(
        T("超时"),
        T("超时才有结果的事项；豁免的是停机期间，不算部门的。"),
        ("late", "exempted"),
        ("late", "exempted", "overdue"),
        lambda labels, series, lying: Plot(labels, series, lying, stacked=True),
    ),
}


@page("/supervision", *ROLES)
async def overview(desk: Desk) -> HTTPResponse:
    """The three plots with their tables; as a file, the table of them all, or every line."""
    asked, form = supervising.read_asked(desk), supervising.form_of(desk)
    since = await figures.asked_for(desk.house, asked.wanted.months)
    if form and desk.asked("table") == "lines":
        return await _every_line(desk, asked, form)
    order, descending = _order(desk, asked)
    rows = await _rows(desk, asked, order, descending)
    if form:
        head = [desk.say(HEADS[asked.by]), *(desk.say(each) for each in WORDS.values())]
        table = [[named(desk, asked.by, row.key), *(shown(row, name) for name in WORDS)] for row in rows]
        return supervising.file_of(form, f"timeliness-by-{asked.by}-{asked.first}-{asked.last}", "时效", head, table)
    listing = Listing(BASE, asked.query(), order, descending)
    return desk.page(
        "supervision/figures.html",
        **supervising.choices(desk, asked),
        by_links=[(by, desk.say(BY_WORDS[by]), asked.address(by=by if by != MONTH else "")) for by in _offered(desk)],
        since=since,
        total=_total(rows),
        rows=rows,
        cards=[(name, each, _columns(each, asked), _alternative(desk, asked, each, rows)) for name, each in MEASURES.items()],
        names={row.key: named(desk, asked.by, row.key) for row in rows},
        labels={name: desk.say(text) for name, text in WORDS.items()},
        listing=listing,
        most_bars=MOST_BARS,
        shown=shown,
        behind=lambda kind, key: _behind(asked, kind, key),
        sorted_by=lambda order: _sorted(asked, listing, order),
        plots={name: partial(asked.address, f"{BASE}/plot.svg", measure=name, **_placed(listing)) for name in MEASURES},
        words_by=desk.say(HEADS[asked.by]),
    )


@page("/supervision/plot.svg", *ROLES)
async def plot(desk: Desk) -> HTTPResponse:
    """One plot, of what its page shows, for a ground and a width."""
    asked = supervising.read_asked(desk)
    measure = MEASURES.get(desk.asked("measure"), MEASURES["rate"])
    order, descending = _order(desk, asked)
    await figures.asked_for(desk.house, asked.wanted.months)
    rows = (await _rows(desk, asked, order, descending))[:MOST_BARS]
    labels = tuple(named(desk, asked.by, row.key, short=True) for row in rows)
    series = tuple(Series(desk.say(WORDS[name]), tuple(getattr(row, name) for row in rows)) for name in measure.drawn)
    return await drawn(desk, measure.draw(labels, series, asked.by != MONTH))


async def drawn(desk: Desk, wanted: Plot) -> HTTPResponse:
    """A plot for the ground and the width that the address names. Every browser unpacks gzip."""
    svg = await draw(wanted, dark=desk.asked("dark") == "1", narrow=desk.asked("narrow") == "1")
    return raw(svg, content_type="image/svg+xml", headers={"Content-Encoding": "gzip"})


async def _rows(desk: Desk, asked: Asked, order: str, descending: bool) -> list[Sums]:
    async with desk.house.db.reading() as session:
        return await figures.sums(session, asked.wanted, asked.by, order, descending)


async def _every_line(desk: Desk, asked: Asked, form: str) -> HTTPResponse:
    async with desk.house.db.reading(long=True) as session:
        found = await figures.lines(session, asked.wanted)
    rows = [row for month, line in found for row in service.table(desk.house, month, [line])]
    return supervising.file_of(form, f"timeliness-{asked.first}-{asked.last}", "时效明细", service.HEAD, rows)


def shown(row: Sums, name: str) -> str:
    """A figure as it stands in a table."""
    value = getattr(row, name)
    if value is None:
        return "—"
    return share(value) if name == "on_time_rate" else str(value)


def _order(desk: Desk, asked: Asked) -> tuple[str, bool]:
    """Months in their order; names with the most lateness first, until another order is asked for."""
    wanted = desk.asked("order")
    if wanted in (*ORDERS, asked.by):
        return wanted, desk.asked("descending") == "1"
    return (MONTH, False) if asked.by == MONTH else ("late", True)


def _sorted(asked: Asked, listing: Listing, order: str) -> str:
    """The same by another column; counts begin with the most, by the same column it is the other way round."""
    descending = not listing.descending if order == listing.by else order in ORDERS
    return asked.address(order=order, descending="1" if descending else "")


def _placed(listing: Listing) -> dict[str, str]:
    return {"order": listing.by, "descending": "1" if listing.descending else ""}


def _offered(desk: Desk) -> Sequence[str]:
    """Who has one county compares none."""
    one = desk.staff.counties is not None and len(desk.staff.counties) == 1
    return [by for by in BY if not (one and by == "county")]


def _columns(measure: Measure, asked: Asked) -> list[str]:
    """What is open now has no month."""
    return [name for name in measure.columns if asked.by != MONTH or name not in ("open", "overdue")]


def _behind(asked: Asked, kind: str, key: str) -> str:
    """Where the tasks behind a figure are: of its month, or of the newest of several."""
    chosen = {asked.by: key} if asked.by != MONTH else {"month": key}
    return asked.address(f"{BASE}/cases", by="", kind=kind, **chosen)


def _total(rows: Sequence[Sums]) -> Sums:
    counts = {name: sum(getattr(row, name) for row in rows) for name in WORDS if name != "on_time_rate"}
    return Sums("", **counts)


def _alternative(desk: Desk, asked: Asked, measure: Measure, rows: Sequence[Sums]) -> str:
    """What a plot says, for whoever does not see it."""
    name = measure.drawn[0]
    valued: list[Any] = [row for row in rows[:MOST_BARS] if getattr(row, name) is not None]
    what = T("{title}，{by}", title=measure.title, by=BY_WORDS[asked.by])
    if not valued:
        return desk.say(T("{what}：还没有数。", what=what))
    high, low = max(valued, key=lambda row: getattr(row, name)), min(valued, key=lambda row: getattr(row, name))
    return desk.say(
        T(
            "{what}：{count}个数，最高是{high}，{most}；最低是{low}，{least}。每个数都在旁边的表里。",
            what=what,
            count=len(valued),
            high=named(desk, asked.by, high.key),
            most=shown(high, name),
            low=named(desk, asked.by, low.key),
            least=shown(low, name),
        )
    )

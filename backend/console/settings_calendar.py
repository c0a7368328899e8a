"""The country's working days: what is published, from when on limits are provisional (暂定), and a new year put in after a look
at what it would change. # notice 四(八), our reading"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from sanic.response import HTTPResponse

from backend.calendars import repository
from backend.calendars import service as calendars
from backend.catalogue.reading import CatalogueError
from backend.console.desk import Desk
from backend.console.forms import LONGEST
from backend.console.routes import action, page
from backend.console.settings import ADMINISTRATOR, HOME
from backend.deadlines.foreseen import Foreseen, foresee
from backend.errors import Forbidden, GuituError
from backend.locale.text import T
from backend.time_limits.calendar import PublishedYear, parse_year

PLACE = f"{HOME}/calendar"


@dataclass(frozen=True)
class Year:
    """A published year as it is shown. spans: days off in a row, first and last."""

    year: int
    source: str
    spans: Sequence[tuple[date, date]]
    working: Sequence[date]
    put_in: Any


@dataclass(frozen=True)
class Coming:
    """What would be put in. added, gone: working days that would be off, and the other way round; None for a year that is new."""

    source: str
    year: Year
    new: bool
    off: Sequence[date]
    worked: Sequence[date]
    foreseen: Foreseen


@page("/settings/calendar", *ADMINISTRATOR)
async def show(desk: Desk) -> HTTPResponse:
    """The page."""
    return await _show(desk)


@action("/settings/calendar/preview", *ADMINISTRATOR)
async def preview(desk: Desk) -> HTTPResponse:
    """What a file would change. Nothing is kept."""
    try:
        source = _source(desk)
        year = _read(source)
        return await _show(desk, coming=await _coming(desk, source, year))
    except GuituError as error:
        return await _show(desk, error=error)


@action("/settings/calendar", *ADMINISTRATOR)
async def put_in(desk: Desk) -> HTTPResponse:
    """Put it in: the worker counts every open limit anew, and veterans whose day changes are told."""
    # As it was in the file but for the ends of its lines, which a browser rewrites.
    source = f"{desk.form.one('source')}\n".replace("\r\n", "\n")
    try:
        year = _read(source)
        done = await calendars.publish_text(desk.house, year.year, source, desk.staff.actor)
    except GuituError as error:
        return await _show(desk, error=error)
    said = T("{year}年的放假安排已换上，在走的时限正在重新计算。") if done.changed else T("{year}年原来就是这样，没有改动。")
    return desk.go(PLACE, said, year=str(year.year))


def _source(desk: Desk) -> str:
    """What was pasted, or what is in the file that was chosen."""
    files: Any = desk.request.files or {}
    chosen = files.get("file")
    if chosen is not None and chosen.body:
        try:
            source = str(chosen.body.decode("utf-8-sig"))
            if len(source) > LONGEST:
                raise GuituError(f"这个文件太大：放假安排最多{LONGEST}个字，注释可以删掉。", code="too_large")
            return source
        except UnicodeDecodeError:
            raise GuituError("这个文件不是 UTF-8 文字，请另存为 UTF-8 再传。", code="bad_calendar") from None
    raise GuituError("请选一个文件，例如 2027.yml。", code="bad_calendar")


def _read(source: str) -> PublishedYear:
    # The file's own year says which one it is; its name on somebody's desk does not matter.
    first = next((line for line in source.splitlines() if line.startswith("year:")), "")
    number = first.partition(":")[2].partition("#")[0].strip()
    if not (number.isascii() and number.isdigit() and len(number) == 4):
        raise GuituError("文件里要有一行 year: 2027 这样的年份。", code="bad_calendar")
    try:
        return parse_year(source, Path(f"{number}.yml"))
    except (CatalogueError, RecursionError) as error:
        why = str(error) if isinstance(error, CatalogueError) else "nested too deeply"
        raise GuituError(f"放假安排有问题，请改好再传：{why}", code="bad_calendar") from None


async def _coming(desk: Desk, source: str, year: PublishedYear) -> Coming:
    if desk.staff.counties is not None:
        raise Forbidden("放假安排全省都用，只有全省的管理员能改。", code="wrong_county")
    now, then = desk.house.calendar, desk.house.calendar.with_years({year.year: year})
    days = [date(year.year, 1, 1) + timedelta(days=number) for number in range(366)]
    changed = [day for day in days if day.year == year.year and now.is_working(day) != then.is_working(day)]
    return Coming(
        source,
        _year(year, None),
        year.year not in now.years,
        [day for day in changed if now.is_working(day)],
        [day for day in changed if then.is_working(day)],
        await foresee(desk.house, year),
    )


def _year(found: PublishedYear, put_in: Any) -> Year:
    days = sorted(found.days_off)
    starts = [days[0], *(later for earlier, later in pairwise(days) if later - earlier > timedelta(days=1))] if days else []
    ends = [*(earlier for earlier, later in pairwise(days) if later - earlier > timedelta(days=1)), days[-1]] if days else []
    return Year(found.year, found.source, list(zip(starts, ends, strict=True)), sorted(found.working_weekends), put_in)


async def _show(desk: Desk, *, coming: Coming | None = None, error: GuituError | None = None) -> HTTPResponse:
    house = desk.house
    await house.days.read()
    async with house.db.reading() as session:
        put_in = {row.year: row for row in await repository.years(session)}
        changes = await calendars.changes(session, house, desk.staff.actor)
    years = [_year(house.calendar.years[year], put_in.get(year)) for year in sorted(house.calendar.years, reverse=True)]
    return desk.page(
        "settings/calendar.html",
        status=error.status if error is not None else 200,
        years=years,
        provisional_from=date(max(house.calendar.years) + 1, 1, 1),
        coming=coming,
        changes=changes[:20],
        place=PLACE,
        wrong=str(error) if error is not None else None,
    )

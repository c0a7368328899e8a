"""What the pages of supervision share: what was asked for, within the asker's counties; names; a table as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from sanic.response import HTTPResponse, raw

from backend.clock import local
from backend.console.desk import Desk
from backend.errors import GuituError, NotFound
from backend.locale.text import SOURCE_LANGUAGE, Month, T, Text
from backend.spreadsheets.writing import CONTENT_TYPES, write
from backend.statistics import figures
from backend.statistics.rules import BY, COUNTY, DEPARTMENT, MATTER, MONTH, Slice, months_between

BASE = "/console/supervision"
#: Who looks on; what is theirs to see follows from their counties.
ROLES = ("county_supervisor", "provincial_supervisor", "administrator")
#: These may read what veterans wrote of a case, and open it.
NEAR = ("county_supervisor",)
DEFAULT_MONTHS = 6
#: What an export holds at most; a page says so where there is more.
MOST_ROWS = 5000
TABS: Sequence[tuple[str, Text]] = (
    (BASE, T("时效")),
    (f"{BASE}/cases", T("个案")),
    (f"{BASE}/satisfaction", T("满意度")),
    (f"{BASE}/problems", T("问题与处理")),
    (f"{BASE}/stuck", T("卡住的投递")),
)
BY_WORDS: Mapping[str, Text] = {MONTH: T("按月"), DEPARTMENT: T("按部门"), COUNTY: T("按县（市、区）"), MATTER: T("按事项")}
HEADS: Mapping[str, Text] = {MONTH: T("月份"), DEPARTMENT: T("部门"), COUNTY: T("县（市、区）"), MATTER: T("事项")}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see. county, department, matter: empty for all of what is theirs; `by`: put together by what."""

    wanted: Slice
    by: str
    county: str = ""
    department: str = ""
    matter: str = ""

    @property
    def first(self) -> str:
        """The first month."""
        return self.wanted.months[0]

    @property
    def last(self) -> str:
        """The last month."""
        return self.wanted.months[-1]

    def query(self, **other: str) -> dict[str, str]:
        """This as the query of an address, with something else in place of a part of it."""
        own = {"by": self.by if self.by != MONTH else "", "from": self.first, "to": self.last}
        own |= {"county": self.county, "department": self.department, "matter": self.matter}
        return {name: value for name, value in {**own, **other}.items() if value}

    def address(self, path: str = BASE, **other: str) -> str:
        """An address with this query."""
        return f"{path}?{urlencode(self.query(**other))}"


def near(desk: Desk) -> bool:
    """Whether they may know more of a case than where it stands."""
    return bool(set(NEAR) & set(desk.staff.roles))


def read_asked(desk: Desk) -> Asked:
    """What the address asks for. Raises NotFound for a county that is not theirs; anything else that is none is left out."""
    months = figures.choices()
    last = desk.asked("to") if desk.asked("to") in months else months[0]
    first = desk.asked("from") if desk.asked("from") in months else ""
    if first:
        first, last = min(first, last), max(first, last)
    span = months_between(first, last)[-figures.MOST_MONTHS :] if first else months_between(months[-1], last)[-DEFAULT_MONTHS:]
    county = desk.asked("county")
    mine = desk.staff.counties
    if county and (county not in desk.house.catalogue.counties or (mine is not None and county not in mine)):
        raise NotFound(f"没有编号为 {county[:20]} 的县（市、区），或者它不归你看。", code="unknown_county")
    department = desk.asked("department") if desk.asked("department") in desk.house.editions.departments else ""
    matter = desk.asked("matter") if desk.asked("matter") in desk.house.editions.matters else ""
    by = desk.asked("by") if desk.asked("by") in BY else MONTH
    counties = (county,) if county else mine
    return Asked(Slice(span, counties, department or None, matter or None), by, county, department, matter)


def of_month(asked: Asked, month: str) -> Asked:
    """The same of one month alone."""
    return replace(asked, wanted=replace(asked.wanted, months=(month,)))


def choices(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What the filters offer."""
    mine, counties, every = desk.staff.counties, desk.house.catalogue.counties, ("", desk.say(T("全部")))
    return {
        "asked": asked,
        "tabs": [(path, label, path == desk.request.path) for path, label in TABS],
        "months": [(month, named(desk, MONTH, month)) for month in figures.choices()],
        "counties": [every, *((code, desk.say(each.label)) for code, each in counties.items() if mine is None or code in mine)],
        "departments": [every, *((code, desk.say(each.short)) for code, each in desk.house.catalogue.departments.items())],
        "matters": [every, *((code, desk.say(each.short)) for code, each in desk.house.catalogue.matters.items())],
    }


def named(desk: Desk, by: str, key: str, *, short: bool = False) -> str:
    """What a month, county, department or matter is called; one that is no more has its code."""
    if by == MONTH:
        if short:
            return f"{int(key[5:])}月" if desk.language == SOURCE_LANGUAGE else f"{key[2:4]}/{key[5:]}"
        return desk.say(Month(date.fromisoformat(f"{key}-01")))
    if by == COUNTY:
        county = desk.house.catalogue.counties.get(key)
        return desk.say(county.own_label if short else county.label) if county else key
    known: Mapping[str, Any] = desk.house.editions.departments if by == DEPARTMENT else desk.house.editions.matters
    return desk.say(known[key].short) if key in known else key


def matter_of(desk: Desk, matter: str | None, path: str | None) -> str:
    """A task's matter, by its path where it has one; a dash for what is about a whole case."""
    every = desk.house.editions.matters
    if matter is None or matter not in every:
        return matter or "—"
    return desk.say(every[matter].paths[path].name if path and path in every[matter].paths else every[matter].short)


def form_of(desk: Desk) -> str | None:
    """The kind of file that a table is wanted as; None for the page. Raises GuituError for a kind that there is not."""
    form = desk.asked("form")
    if form and form not in CONTENT_TYPES:
        raise GuituError(f"表格可以存成：{'、'.join(CONTENT_TYPES)}。", code="form")
    return form or None


def file_of(form: str, name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HTTPResponse:
    """The table as a file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return raw(write(form, title, head, rows), content_type=CONTENT_TYPES[form], headers=headers)


def moment(value: datetime | None) -> str:
    """A moment in a file, in Asia/Shanghai, as spreadsheets read it."""
    return f"{local(value):%Y-%m-%d %H:%M}" if value is not None else ""


def write_cursor(at: datetime, last: str) -> str:
    """Where the next page begins: after what has this time and id."""
    return f"{at.isoformat()}~{last}"


def read_cursor(given: str) -> tuple[datetime, str] | None:
    """What `write_cursor` wrote. Raises GuituError for anything else."""
    if not given:
        return None
    at, tilde, last = given.replace(" ", "+").partition("~")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        tilde = ""
    if not tilde or instant.tzinfo is None or not 2000 <= instant.year <= 2200 or len(last) > 40:
        raise GuituError("这一页的地址不完整，请回到第一页。", code="bad_cursor")
    return instant, last

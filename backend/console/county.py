"""Pages that are one county's: which one is shown, which others somebody may choose, and files that come and go."""

from __future__ import annotations

from sanic.response import HTTPResponse, raw

from backend.clock import today
from backend.console.desk import Desk
from backend.errors import GuituError, NotFound
from backend.spreadsheets.reading import MOST_BYTES
from backend.spreadsheets.writing import CONTENT_TYPE

#: The notice is of 2022: no list is older. # notice
EARLIEST_YEAR = 2022


def county_of(desk: Desk) -> str:
    """The county of a page: the one that was asked for, else the first that is theirs. Raises NotFound for another's."""
    known = desk.house.catalogue.counties
    given = desk.form.one("county") or desk.asked("county")
    mine = desk.staff.counties if desk.staff.counties is not None else tuple(known)
    county = given or next((each for each in mine if each in known), "")
    if county not in known or county not in mine:
        raise NotFound("没有这个县（市、区），或者它不归你办。", code="unknown_county")
    return county


def choices(desk: Desk) -> list[tuple[str, str]]:
    """Counties to choose among; empty for who has one only."""
    known = desk.house.catalogue.counties
    mine = [each for each in known if desk.staff.counties is None or each in desk.staff.counties]
    return [(each, desk.say(known[each].name)) for each in mine] if len(mine) > 1 else []


def year_of(desk: Desk) -> int:
    """The year of a page: the one that was asked for, else this one."""
    given = desk.form.one("year") or desk.asked("year")
    year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else today().year
    return year if EARLIEST_YEAR <= year <= today().year + 1 else today().year


def years() -> list[tuple[str, str]]:
    """Years to choose among, the newest first."""
    return [(str(year), str(year)) for year in range(today().year, EARLIEST_YEAR - 1, -1)]


def uploaded(desk: Desk) -> bytes:
    """The file of a form. Raises GuituError when none was chosen or it is too large."""
    given = desk.request.files.get("file") if desk.request.files else None
    if given is None or not given.body:
        raise GuituError("请先选一个 .xlsx 文件，再上传。", code="no_file")
    if len(given.body) > MOST_BYTES:
        raise GuituError("文件超过5MB。请分成几份再传。", code="too_large")
    return bytes(given.body)


def download(name: str, content: bytes) -> HTTPResponse:
    """A spreadsheet to be kept. `name` is plain letters."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return raw(content, content_type=CONTENT_TYPE, headers=headers)

"""The roster for the armed-forces department: rows collected, two columns typed, the encrypted file and its two hand-overs.

# notice 三(二), 附表
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from sanic.response import HTTPResponse

from backend.applications import service as applications
from backend.applications.model import Application
from backend.clock import local
from backend.console import county as place
from backend.console.desk import Desk
from backend.console.paging import Listing, read_page
from backend.console.routes import action, page
from backend.errors import GuituError
from backend.locale.text import T, Text
from backend.roster import desk as roster
from backend.roster import rules, service
from backend.roster.rules import Units
from backend.roster.service import Exported
from backend.security.masking import mask_id_number, mask_name

LIST = "/console/roster"
EXPORTS = f"{LIST}/exports"
LIMIT = 20
EXPORTS_ON_A_PAGE = 10
VIEWS: Mapping[str, Text] = {
    roster.ALL: T("已报到的人"),
    roster.TO_TYPE: T("还没录部队"),
    roster.READY: T("可以移交"),
    roster.HANDED_OVER: T("已移交"),
}
WAYS: Mapping[str, Text] = {
    "in_person": T("当面交接"),
    "confidential_post": T("机要邮寄"),
    "internal_network": T("政务内网"),
    "phone": T("电话"),
}


@page("/roster", "window", "reviewer")
async def listing(desk: Desk) -> HTTPResponse:
    """Whose rows are collected, and how far each is."""
    return await _show(desk)


@action("/roster/export", "reviewer")
async def export(desk: Desk) -> HTTPResponse:
    """Write what was not handed over yet, encrypted. The password is shown on the page that answers, and never again."""
    county, year = place.county_of(desk), _year(desk)
    if not desk.staff.proved:
        return desk.go(f"/console/prove?next={quote(f'{LIST}?county={county}&view={roster.READY}', safe='')}")
    try:
        made = await service.export(desk.house, desk.staff.actor, county, year, after=desk.form.one("after"))
    except GuituError as error:
        return await _show(desk, error)
    return _password(desk, made)


@page("/roster/exports", "reviewer", "armed_forces", "auditor")
async def exports(desk: Desk) -> HTTPResponse:
    """What was exported and handed over, the newest first."""
    return await _show_exports(desk)


@action("/roster/exports/<export_id:str>/file", "reviewer")
async def fetch(desk: Desk, export_id: str) -> HTTPResponse:
    """The encrypted file: it leaves the house, so after a proof, and on record."""
    if not desk.staff.proved:
        return desk.go(f"/console/prove?next={quote(f'{EXPORTS}?county={place.county_of(desk)}', safe='')}")
    try:
        found, content = await service.fetch(desk.house, export_id, desk.staff.actor)
    except GuituError as error:
        return await _refused(desk, error)
    return place.download(f"roster-{found.county}-{local(found.made_at):%Y%m%d-%H%M}.xlsx", content)


@action("/roster/exports/<export_id:str>/handed-over", "reviewer")
async def handed_over(desk: Desk, export_id: str) -> HTTPResponse:
    """The file went: to whom, how."""
    try:
        await service.hand_over(desk.house, export_id, desk.staff.actor, _taker(desk), desk.form.one("way"))
    except GuituError as error:
        return await _refused(desk, error)
    return desk.go(f"{EXPORTS}?county={place.county_of(desk)}", T("已登记文件移交。这份文件不再保留。"))


@action("/roster/exports/<export_id:str>/password", "reviewer")
async def password_handed_over(desk: Desk, export_id: str) -> HTTPResponse:
    """The password went, by another way: to whom, how."""
    try:
        await service.hand_over_password(desk.house, export_id, desk.staff.actor, desk.form.one("way"), _taker(desk))
    except GuituError as error:
        return await _refused(desk, error)
    return desk.go(f"{EXPORTS}?county={place.county_of(desk)}", T("已登记口令移交。"))


@page("/roster/<number:str>", "window")
async def one(desk: Desk, number: str) -> HTTPResponse:
    """The two columns of one veteran, to be typed from the certificate. What stands there is shown when it is asked for."""
    return await _show_units(desk, number)


@action("/roster/<number:str>", "window")
async def type_units(desk: Desk, number: str) -> HTTPResponse:
    """Keep what was typed."""
    form = desk.form
    large, brigade = form.one("large"), form.one("brigade")
    try:
        if not (1 <= len(large) <= 80 and 1 <= len(brigade) <= 80):
            raise GuituError("两格都要照退出现役证件填，每格最多80个字。", code="lacking")
        version, seen = form.number("version"), form.one("seen")
        await service.type_units(desk.house, number, desk.staff.actor, Units(large, brigade), version, seen=seen)
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show_units(desk, number, error=error)
    return desk.go(f"{LIST}?{urlencode({'view': roster.TO_TYPE})}", T("{number}的部队已录入。"), number=number)


@action("/roster/<number:str>/reveal", "window")
async def reveal(desk: Desk, number: str) -> HTTPResponse:
    """What was typed, after a proof; the look stands in the record of the case."""
    if not desk.staff.proved:
        return desk.go(f"/console/prove?next={quote(f'{LIST}/{number}', safe='')}")
    return await _show_units(desk, number, shown=await service.show_units(desk.house, number, desk.staff.actor))


def _year(desk: Desk) -> int | None:
    """The year of the rows; every year unless one is asked for."""
    return place.year_of(desk) if (desk.form.one("year") or desk.asked("year")) else None


def _taker(desk: Desk) -> str:
    to = desk.form.one("to")
    if not 2 <= len(to) <= 80:
        raise GuituError("请写明交给了谁：单位和姓名，2到80个字。", code="lacking")
    return to


async def _refused(desk: Desk, error: GuituError) -> HTTPResponse:
    if error.status == 404:
        raise error
    return await _show_exports(desk, error)


async def _show(desk: Desk, error: GuituError | None = None) -> HTTPResponse:
    county, year = place.county_of(desk), _year(desk)
    view = desk.asked("view") if desk.asked("view") in VIEWS else roster.ALL
    newest, page_of = desk.asked("descending") == "1", read_page(desk.asked("page"))
    actor = desk.staff.actor
    async with desk.house.db.reading() as session:
        counts = await roster.counts(session, actor, county, year)
        found = await roster.rows(session, actor, roster.Wanted(county, year, view, newest, page_of, LIMIT))
        after = await roster.newest(session, actor, county)
    query = {"county": county, "year": str(year or ""), "view": view if view != roster.ALL else ""}
    of_view = {"county": county, **({"year": str(year)} if year else {})}
    return desk.page(
        "roster/list.html",
        status=error.status if error is not None else 200,
        wrong=str(error) if error is not None else None,
        rows=[_row(each.application) | {"row": each, "reported_at": at} for each, at in found],
        listing=Listing(LIST, query, by="reported", descending=newest, page=page_of, count=counts[view], limit=LIMIT),
        view=view,
        views=[(each, name, counts[each], f"{LIST}?{urlencode({**of_view, 'view': each})}") for each, name in VIEWS.items()],
        ready=counts[roster.READY],
        to_type=counts[roster.TO_TYPE],
        after=after,
        year=str(year or ""),
        years=[("", desk.say(T("全部"))), *place.years()],
        may_type="window" in desk.staff.roles,
        may_export="reviewer" in desk.staff.roles,
        county=county,
        counties=place.choices(desk),
    )


def _row(case: Application) -> dict[str, Any]:
    name, number = mask_name(str(case.answers["name"])), mask_id_number(str(case.answers["id_number"]))
    return {"number": case.number, "name": name, "id_number": number}


def _password(desk: Desk, made: Exported) -> HTTPResponse:
    return desk.page("roster/password.html", made=made, county=made.export.county)


async def _show_exports(desk: Desk, error: GuituError | None = None) -> HTTPResponse:
    county, page_of = place.county_of(desk), read_page(desk.asked("page"))
    async with desk.house.db.reading() as session:
        found, count = await roster.exports(session, desk.staff.actor, county, page_of, EXPORTS_ON_A_PAGE)
    return desk.page(
        "roster/exports.html",
        status=error.status if error is not None else 200,
        wrong=str(error) if error is not None else None,
        exports=found,
        listing=Listing(EXPORTS, {"county": county}, page=page_of, count=count, limit=EXPORTS_ON_A_PAGE),
        ways=WAYS,
        file_ways=[(each, desk.say(WAYS[each])) for each in rules.FILE_WAYS],
        password_ways=[(each, desk.say(WAYS[each])) for each in rules.PASSWORD_WAYS],
        may_export="reviewer" in desk.staff.roles,
        county=county,
        counties=place.choices(desk),
    )


async def _show_units(desk: Desk, number: str, *, shown: Units | None = None, error: GuituError | None = None) -> HTTPResponse:
    async with desk.house.db.reading() as session:
        case = await applications.by_number(session, desk.staff.actor, number)
        typed = await roster.typed(session, case)
    return desk.page(
        "roster/one.html",
        status=error.status if error is not None else 200,
        wrong=str(error) if error is not None else None,
        case=case,
        person=_row(case),
        typed=typed,
        shown=shown,
        form=desk.form,
        # What was typed on an older state is not put over what somebody else has typed since.
        keep=error is not None and error.code != "stale",
        may_type=case.state in service.MAY_TYPE,
    )

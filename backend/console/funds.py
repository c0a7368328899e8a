"""The subsidy's money: funds that arrive, lists for the bank, what the bank wrote back, and who still waits. # notice 三(四), 四(二)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from sanic.response import HTTPResponse

from backend.clock import today
from backend.console import county as place
from backend.console.desk import Desk
from backend.console.navigation import LOOKERS
from backend.console.paging import Listing, read_page
from backend.console.routes import action, page
from backend.errors import GuituError
from backend.locale.text import T, Text
from backend.security.masking import mask_bank_card, mask_id_number, mask_name
from backend.spreadsheets.reading import BadSheet
from backend.subsidies import desk as subsidies
from backend.subsidies import rules, service
from backend.subsidies.service import Outcomes

LIST = "/console/funds"
PAYERS = ("finance", "reviewer")
LIMIT = 20
BATCHES = 5
WHY: Mapping[str, Text] = {
    subsidies.NO_FUNDS: T("资金没到"),
    subsidies.READY: T("可以发放，还没出名单"),
    subsidies.AT_BANK: T("名单在银行"),
    subsidies.VETERAN: T("等本人换卡"),
    subsidies.NOT_YET: T("还没办到这一步"),
}


@page("/funds", *PAYERS, "county_supervisor")
async def overview(desk: Desk) -> HTTPResponse:
    """Who waits and why, and the batches that have arrived."""
    return await _show(desk)


@action("/funds/arrived", *PAYERS)
async def arrived(desk: Desk) -> HTTPResponse:
    """The funds of a batch are here."""
    county, form = place.county_of(desk), desk.form
    try:
        try:
            day = date.fromisoformat(form.one("arrived_on"))
        except ValueError:
            raise GuituError("到账日期要写成 2026-09-15 这样。", code="bad_day") from None
        batch, note = form.one("batch"), form.one("note") or None
        if len(batch) > 40 or len(note or "") > 300:
            raise GuituError("批次最多40个字，备注最多300个字。", code="too_large")
        _, reached = await service.record_arrival(desk.house, desk.staff.actor, county, batch, day, note)
    except GuituError as error:
        return await _refused(desk, error)
    return desk.go(_address(county), T("已登记“{batch}”到账，{count}人可以发放了。"), batch=batch, count=reached)


@action("/funds/list", *PAYERS)
async def make_list(desk: Desk) -> HTTPResponse:
    """Everybody who can be paid now, on one list for the bank."""
    county = place.county_of(desk)
    try:
        made = await service.make_list(desk.house, desk.staff.actor, county, desk.form.one("batch"))
    except GuituError as error:
        return await _refused(desk, error)
    return desk.go(f"{LIST}/{made.id}?county={county}", T("名单出好了，共{count}人。下一步：导出，交给银行。"), count=made.rows)


@page("/funds/<list_id:str>", *PAYERS, "county_supervisor")
async def one(desk: Desk, list_id: str) -> HTTPResponse:
    """One list and what became of each payment; masked."""
    return await _show_list(desk, list_id)


@action("/funds/<list_id:str>/export", *PAYERS)
async def export(desk: Desk, list_id: str) -> HTTPResponse:
    """The list as the bank gets it: names and cards in full leave the house, so after a proof, and on record."""
    county = place.county_of(desk)
    if not desk.staff.proved:
        return desk.go(f"/console/prove?next={quote(f'{LIST}/{list_id}?county={county}', safe='')}")
    content = await service.list_sheet(desk.house, desk.staff.actor, county, list_id)
    return place.download(f"{list_id}.xlsx", content)


@action("/funds/<list_id:str>/outcomes", *PAYERS)
async def outcomes(desk: Desk, list_id: str) -> HTTPResponse:
    """What the bank wrote back, whole or not at all, and what it did."""
    county = place.county_of(desk)
    try:
        done = await service.import_outcomes(desk.house, desk.staff.actor, county, list_id, place.uploaded(desk))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show_list(desk, list_id, error)
    if done.without_effect:
        return await _show_list(desk, list_id, done=done)
    said = T("收下{taken}笔结果，以前收过的{known}笔没有变。")
    return desk.go(f"{LIST}/{list_id}?county={county}", said, taken=done.taken, known=done.known)


def _address(county: str, **more: str) -> str:
    return f"{LIST}?{urlencode({'county': county, **more})}"


async def _refused(desk: Desk, error: GuituError) -> HTTPResponse:
    if error.status == 404 and error.code == "unknown_county":
        raise error
    return await _show(desk, error)


async def _show(desk: Desk, error: GuituError | None = None) -> HTTPResponse:
    county = place.county_of(desk)
    house, actor = desk.house, desk.staff.actor
    async with house.db.reading() as session:
        counts = await subsidies.counts(session, house, actor, county)
        why = (
            desk.asked("why") if desk.asked("why") in WHY else next((each for each in WHY if counts[each]), subsidies.NO_FUNDS)
        )
        page_of, newest = read_page(desk.asked("page")), desk.asked("descending") == "1"
        found = await subsidies.waits(session, house, actor, county, why, page_of, LIMIT, newest_first=newest)
        batch_page = read_page(desk.asked("batches"))
        batches, known = await subsidies.batches(session, house, actor, county, batch_page, BATCHES)
    shown = Listing(
        LIST, {"county": county, "why": why}, by="since", descending=newest, page=page_of, count=counts[why], limit=LIMIT
    )
    return desk.page(
        "funds/list.html",
        status=error.status if error is not None else 200,
        wrong=str(error) if error is not None else None,
        rows=[{"task": task, "case": case, "name": mask_name(str(case.answers["name"]))} for task, case in found],
        listing=shown,
        why=why,
        whys=[(each, name, counts[each], _address(county, why=each)) for each, name in WHY.items()],
        ready=counts[subsidies.READY],
        batches=batches,
        older=_address(county, batches=str(batch_page + 2)) if (batch_page + 1) * BATCHES < known else None,
        newer=_address(county, batches=str(batch_page)) if batch_page else None,
        typed=desk.form,
        today=today().isoformat(),
        **_common(desk, county),
    )


async def _show_list(desk: Desk, list_id: str, error: GuituError | None = None, done: Outcomes | None = None) -> HTTPResponse:
    county = place.county_of(desk)
    state = desk.asked("state") if desk.asked("state") in (rules.LISTED, *rules.OUTCOMES) else ""
    page_of = read_page(desk.asked("page"))
    async with desk.house.db.reading() as session:
        opened = await subsidies.one(session, desk.house, desk.staff.actor, county, list_id, state or None, page_of, LIMIT)
    here = f"{LIST}/{list_id}"
    return desk.page(
        "funds/one.html",
        status=error.status if error is not None else 200,
        wrong=str(error) if error is not None else None,
        problems=error.problems if isinstance(error, BadSheet) else [],
        done=done,
        opened=opened,
        rows=[_payment(each) for each in opened.rows],
        listing=Listing(here, {"county": county, "state": state}, page=page_of, count=opened.count, limit=LIMIT),
        state=state,
        states=[each for each in (rules.LISTED, *rules.OUTCOMES) if opened.states.get(each)],
        words_for_bank="、".join(rules.WORDS),
        **_common(desk, county),
    )


def _common(desk: Desk, county: str) -> dict[str, Any]:
    return {
        "county": county,
        "counties": place.choices(desk),
        "may_pay": bool(set(PAYERS) & set(desk.staff.roles)),
        # Who works for finance alone has no page of a case.
        "opens_cases": bool(set(LOOKERS) & set(desk.staff.roles)),
    }


def _payment(row: Any) -> dict[str, Any]:
    payment, task, case = row
    return {
        "payment": payment,
        "task": task,
        "number": case.number,
        "name": mask_name(str(payment.payee["name"])),
        "id_number": mask_id_number(str(payment.payee["id_number"])),
        "card": mask_bank_card(str(payment.payee["bank_card"])),
    }

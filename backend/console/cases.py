"""Cases: found by number, name, identity number or mobile; and one case with all that happened to it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from sanic.response import HTTPResponse

from backend.applications import service, views
from backend.applications.model import Application
from backend.applications.repository import Search
from backend.applications.revealing import MASKED, reveal
from backend.applications.states import STATES
from backend.clock import now
from backend.console import words
from backend.console.casefile import LOOKS, open_file
from backend.console.desk import Desk
from backend.console.navigation import LOOKERS
from backend.console.paging import Listing
from backend.console.routes import action, not_there, page
from backend.console.shown import left_of
from backend.departments import repository as units_and_tasks
from backend.departments import service as departments
from backend.departments.states import RETURNED
from backend.documents import service as documents
from backend.edge.reading import read_seq
from backend.errors import GuituError
from backend.locale.text import T
from backend.takeover import reading
from backend.vouchers import casework

LIST = "/console/cases"
#: Who may see in full what is masked, with a reason.
OPENERS = ("window", "reviewer")
#: Who may read what was said.
ATTENDING = ("window", "reviewer", "county_supervisor")
#: An application's number, wherever it stands: typed, scanned from a QR code, or in a link.
NUMBER = re.compile(r"TY-\d{4}-\d{2}-\d{6}", re.IGNORECASE)
LIMIT = 20


def search_for(desk: Desk, asked: str, state: str | None = None, cursor: str | None = None) -> Search:
    """What somebody typed or scanned, as a search: a number anywhere in it, else digits, else a full name."""
    typed = "".join(asked.split())
    house = desk.house
    found: dict[str, Any] = {}
    if number := NUMBER.search(typed):
        found["number"] = number.group().upper()
    elif re.fullmatch(r"1\d{10}", typed):
        found["mobile_index"] = service.mobile_index(house, typed)
    elif re.fullmatch(r"\d{17}[\dXx]", typed):
        found["identity_index"] = service.identity_index(house, typed.upper())
    elif typed:
        found["name_index"] = service.name_index(house, asked.strip()[:40])
    return Search(state=state, before=views.read_cursor(cursor), limit=LIMIT, **found)


def number_in(words: str) -> str:
    """The number of an application in what an address says. Nothing else of it: names and numbers of people are kept in logs."""
    found = NUMBER.search("".join(words[:200].split()))
    return found.group().upper() if found else ""


@page("/cases", *LOOKERS)
async def listing(desk: Desk) -> HTTPResponse:
    """The newest first."""
    return await _list(desk, number_in(desk.asked("words")), desk.asked("state"), desk.asked("after"))


@action("/cases", *LOOKERS)
async def find(desk: Desk) -> HTTPResponse:
    """The same by what somebody typed, which does not go into an address unless it is an application's number."""
    form = desk.form
    asked, state = form.one("words")[:200], form.one("state")
    if not asked or NUMBER.search("".join(asked.split())):
        given = {"words": number_in(asked), "state": state if state in STATES else ""}
        return desk.go(Listing(LIST, given).address)
    return await _list(desk, asked, state, form.one("after"))


async def _list(desk: Desk, asked: str, state: str, cursor: str) -> HTTPResponse:
    state = state if state in STATES else ""
    async with desk.house.db.reading() as session:
        found = await service.search(session, desk.staff.actor, search_for(desk, asked, state or None, cursor or None))
    after = views.write_cursor(found[-1]) if len(found) == LIMIT else None
    shown = Listing(LIST, {"words": number_in(asked), "state": state}, cursor=cursor or None, after=after)
    rows = [views.row(desk.house, each) | {"application": each} for each in found]
    states = [("", desk.say(T("全部"))), *((each, desk.say(words.CASE_STATES[each])) for each in STATES)]
    by_person = bool(asked) and not number_in(asked)
    return desk.page("cases/list.html", rows=rows, listing=shown, asked=asked, state=state, states=states, by_person=by_person)


@page("/cases/<number:str>", *LOOKERS)
async def one(desk: Desk, number: str) -> HTTPResponse:
    """One case. The look is on record."""
    return await _show(desk, number)


@page("/cases/<number:str>/talk", *ATTENDING)
async def talk(desk: Desk, number: str) -> HTTPResponse:
    """What was said in the chat, masked, the newest first to be seen. A look of its own, on record."""
    before = read_seq(desk.request, "before") or None
    shown = await reading.of_case(desk.house, desk.staff.actor, number, before=before)
    template = "cases/talk-piece.html" if desk.partial else "cases/talk.html"
    return desk.page(template, number=number, messages=shown["messages"], older=shown["before"], before=before)


@page("/cases/<number:str>/vouchers/<voucher:str>", *OPENERS)
async def voucher(desk: Desk, number: str, voucher: str) -> HTTPResponse:
    """One voucher, page by page, under the mark of who looks; each page that is shown is on record."""
    async with desk.house.db.reading() as session:
        case, found = await casework.of_case(session, desk.staff.actor, number)
    one = next((each for each in found if each.id == voucher), None)
    if one is None:
        raise not_there()
    return desk.page("cases/voucher.html", case=case, voucher=one, paper=desk.house.catalogue_of(case).materials[one.material])


@action("/cases/<number:str>/reveal", *OPENERS)
async def open_masked(desk: Desk, number: str) -> HTTPResponse:
    """What is masked, in full: after a proof, with a reason, on record."""
    if not desk.staff.proved:
        return desk.go(f"/console/prove?next={quote(f'{LIST}/{number}', safe='')}")
    try:
        shown = await reveal(desk.house, number, desk.staff.actor, desk.form.all("fields"), desk.form.one("reason"))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, number, error=error)
    return await _show(desk, number, revealed=shown)


@action("/cases/<number:str>/redirect", *OPENERS)
async def redirect(desk: Desk, number: str) -> HTTPResponse:
    """What came back as not theirs goes to the unit that was chosen. # notice 四(二)"""
    department, _, chosen = desk.form.one("unit").partition(":")
    try:
        if not chosen:
            raise GuituError(T("请选一个单位。"), code="invalid")
        version = desk.form.number("version")
        await departments.redirect(desk.house, desk.form.one("task"), desk.staff.actor, department, version, chosen)
    except GuituError as error:
        return await _show(desk, number, error=error)
    return desk.go(f"{LIST}/{number}", T("已经改派。"))


async def _returned(desk: Desk, case: Application) -> list[dict[str, Any]]:
    """Tasks of a case that came back, with the units that they can go to."""
    async with desk.house.db.reading() as session:
        tasks = [each for each in await units_and_tasks.tasks_of(session, case.id) if each.state == RETURNED]
        found = await units_and_tasks.units(session, [case.county]) if tasks else []
        units = [each for each in found if each.retired_at is None]
    catalogue = desk.house.catalogue_of(case)
    return [
        {
            "task": task,
            "matter": catalogue.matters[task.matter].short,
            "units": [(f"{each.department}:{each.id}", each.name) for each in units if each.id != task.unit_id],
        }
        for task in tasks
    ]


async def _show(
    desk: Desk, number: str, *, revealed: dict[str, Any] | None = None, error: GuituError | None = None
) -> HTTPResponse:
    file = await open_file(desk, number)
    case = file.application
    may_open = bool(set(OPENERS) & set(desk.staff.roles))
    papers = await documents.overview(desk.house, number, desk.staff.actor) if may_open else []
    moment = now()
    lines = [(line, *left_of(desk.house, line.due, case.county, moment)) for line in file.progress.lines]
    return desk.page(
        "cases/one.html",
        status=error.status if error is not None else 200,
        file=file,
        case=case,
        lines=lines,
        events=[each for each in reversed(file.events) if each.command not in LOOKS],
        maskable=[each for each in file.answers if each.name in MASKED and case.answers.get(each.name)] if may_open else [],
        revealed=revealed or {},
        papers=papers,
        sent=[each for each in file.papers if each.vouchers] if may_open else [],
        may_read=bool(set(ATTENDING) & set(desk.staff.roles)),
        assisted=next((each for each in file.events if each.command == "assist"), None),
        returned=await _returned(desk, case) if may_open else [],
        typed=desk.form,
        wrong=desk.refusal(error) if error is not None else None,
    )

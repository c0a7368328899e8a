"""The window: find who has come, receive the originals, tick the checklist, confirm, and see what went where. # notice 三(二)"""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.applications import lists, service, states, views
from backend.applications.lists import Waiting
from backend.applications.papers import held_up, missing_for_report_in
from backend.clock import now
from backend.console.casefile import CaseFile, news_since, open_file
from backend.console.cases import number_in, search_for
from backend.console.desk import Desk
from backend.console.routes import action, page
from backend.console.shown import left_of
from backend.documents import service as documents
from backend.errors import GuituError
from backend.locale.text import T, Text

LIST = "/console/intake"
EXPECTED = ("receiving", "accepted")


@page("/intake", "window")
async def search(desk: Desk) -> HTTPResponse:
    """Who is expected. A scanned number leads straight to the case."""
    return await _list(desk, number_in(desk.asked("words")))


@action("/intake", "window")
async def find(desk: Desk) -> HTTPResponse:
    """Who was searched for, by what does not go into an address."""
    return await _list(desk, desk.form.one("words")[:200])


async def _list(desk: Desk, asked: str) -> HTTPResponse:
    async with desk.house.db.reading() as session:
        if asked:
            found = await service.search(session, desk.staff.actor, search_for(desk, asked))
        else:
            found = await lists.waiting(session, desk.staff.actor, Waiting(EXPECTED, limit=20))
    if len(found) == 1 and number_in(asked):
        return desk.go(f"{LIST}/{found[0].number}")
    rows = [views.row(desk.house, each) | {"application": each} for each in found]
    return desk.page("intake/list.html", rows=rows, asked=asked)


@page("/intake/<number:str>", "window")
async def one(desk: Desk, number: str) -> HTTPResponse:
    """One case at the window."""
    return await show(desk, number)


@action("/intake/<number:str>/originals", "window")
async def originals(desk: Desk, number: str) -> HTTPResponse:
    """The originals are here: the clock of reporting in starts. # notice 四(一)"""
    try:
        await service.receive_originals(desk.house, number, desk.staff.actor, desk.form.number("version"))
    except GuituError as error:
        return await _refused(desk, number, error)
    return desk.go(f"{LIST}/{number}", T("已登记收到原件，报到的时限从现在起算。"))


@action("/intake/<number:str>/stopped", "window")
async def stopped(desk: Desk, number: str) -> HTTPResponse:
    """Which matters would stop with the papers that are ticked now. Nothing is kept."""
    if not desk.partial:
        return await show(desk, number)
    async with desk.house.db.reading() as session:
        case = await service.by_number(session, desk.staff.actor, number)
    catalogue = desk.house.catalogue_of(case)
    listed = desk.form.numbers("listed")
    lacking = [paper for paper in listed if paper not in desk.form.numbers("handed_in")]
    return desk.page("intake/stopped.html", stops=_stops(desk, case, [n for n in lacking if n in catalogue.materials]))


@action("/intake/<number:str>/check-in", "window")
async def check_in(desk: Desk, number: str) -> HTTPResponse:
    """Confirm: reporting in is done, and every matter goes to its department or waits for its papers."""
    form = desk.form
    handed_in = form.numbers("handed_in")
    lacking = [paper for paper in form.numbers("listed") if paper not in handed_in]
    identity = "discharge_certificate" if form.one("identity") == "discharge_certificate" else "id_card"
    seen = service.Seen(lacking, handed_in if form.one("copied") else [], identity, None, form.numbers("instead"))
    try:
        await service.check_in(desk.house, number, desk.staff.actor, seen, form.number("version"))
    except GuituError as error:
        return await _refused(desk, number, error)
    return desk.go(f"{LIST}/{number}", T("报到已办好，事项已派出。"))


@action("/intake/<number:str>/papers", "window")
async def papers(desk: Desk, number: str) -> HTTPResponse:
    """Papers that were lacking have come."""
    brought = desk.form.numbers("brought")
    try:
        if not brought:
            raise GuituError(T("请勾选带来的材料。"), code="no_papers")
        await service.bring_papers(desk.house, number, desk.staff.actor, brought, desk.form.number("version"))
    except GuituError as error:
        return await _refused(desk, number, error)
    return desk.go(f"{LIST}/{number}", T("材料已收，等它的事项已派出。"))


def _stops(desk: Desk, case: service.Application, lacking: list[int]) -> list[tuple[Text, list[Text]]]:
    """matter → the papers it waits for; reporting in itself first."""
    catalogue = desk.house.catalogue_of(case)
    stops: list[tuple[Text, list[Text]]] = []
    if missing := missing_for_report_in(catalogue, lacking):
        stops.append((catalogue.matters["report_in"].short, [catalogue.materials[each].short for each in missing]))
    for code, numbers in held_up(catalogue, case.answers, lacking).items():
        stops.append((catalogue.matters[code].short, [catalogue.materials[each].short for each in numbers]))
    return stops


async def _refused(desk: Desk, number: str, error: GuituError) -> HTTPResponse:
    if error.status == 404:
        raise error
    return await show(desk, number, error)


async def show(desk: Desk, number: str, error: GuituError | None = None) -> HTTPResponse:
    """One case at the window; after a refusal with what was typed, and what others did since."""
    file: CaseFile = await open_file(desk, number)
    case = file.application
    listed = [paper.line for paper in file.papers]
    typed = "listed" in desk.form.fields
    handed_in = desk.form.numbers("handed_in") if typed else [line.material.number for line in listed]
    lacking = [line.material.number for line in listed if line.material.number not in handed_in]
    moment = now()
    return desk.page(
        "intake/one.html",
        status=error.status if error is not None else 200,
        file=file,
        case=case,
        listed=listed,
        handed_in=handed_in,
        stops=_stops(desk, case, lacking),
        typed=desk.form,
        lines=[(line, *left_of(desk.house, line.due, case.county, moment)) for line in file.progress.lines],
        documents=await documents.overview(desk.house, number, desk.staff.actor),
        wrong=desk.refusal(error) if error is not None else None,
        news=news_since(file, desk) if error is not None and error.status == 409 else [],
        may=states.allowed(case.state),
        counties=_counties(desk, case),
        points=[(str(paper.line.material.number), paper.line.short) for paper in file.papers]
        + [(each.name, each.label) for each in file.answers if each.correctable],
    )


def _counties(desk: Desk, case: service.Application) -> list[tuple[str, str]]:
    others = [each for each in desk.house.catalogue.counties.values() if each.code != case.county]
    return [("", desk.say(T("请选"))), *((each.code, desk.say(each.label)) for each in others)]

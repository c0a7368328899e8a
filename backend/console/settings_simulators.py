"""The demonstration's simulators, on and off: a county's departments, and outside systems of a county or the province."""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.console.desk import Desk
from backend.console.routes import action, page
from backend.console.settings import ADMINISTRATOR, HOME, counties_of
from backend.departments import repository as departments
from backend.departments import simulating as units
from backend.errors import Forbidden, GuituError
from backend.locale.text import T
from backend.systems import repository as systems
from backend.systems import simulating as links
from backend.systems.registry import OFF, PROVINCE

PLACE = f"{HOME}/simulators"


@page("/settings/simulators", *ADMINISTRATOR)
async def show(desk: Desk) -> HTTPResponse:
    """Which counties have units or links, and how many of them are played."""
    mine = dict(counties_of(desk))
    async with desk.house.db.reading() as session:
        of_units = await departments.simulated_by_county(session, desk.staff.counties)
        of_links = await systems.simulated_by_county(session, OFF)
    known = [code for code in mine if code in of_units or code in of_links]
    if desk.staff.counties is None:
        known = [PROVINCE, *known]
    rows = [
        (code, mine.get(code) or desk.say(T("全省")), of_units.get(code, (0, 0)), of_links.get(code, (0, 0))) for code in known
    ]
    return desk.page("settings/simulators.html", rows=rows, demonstration=desk.house.settings.demo, place=PLACE)


@action("/settings/simulators", *ADMINISTRATOR)
async def switch(desk: Desk) -> HTTPResponse:
    """On or off for one county, or for what is the province's."""
    county, on, by = desk.form.one("county"), desk.form.one("on") == "1", desk.staff.actor.name
    if county not in (PROVINCE, *desk.house.catalogue.counties):
        raise GuituError("请选县（市、区）。", code="unknown_county")
    if not desk.staff.actor.reaches(county):
        raise Forbidden("这个县（市、区）不归你管。", code="wrong_county")
    changed = 0 if county == PROVINCE else await units.simulate(desk.house, county, on, by)
    changed += await links.simulate(desk.house, county, on, by)
    said = T("模拟已打开，换了{count}处。") if on else T("模拟已关掉，换了{count}处。")
    return desk.go(PLACE, said, count=str(changed))

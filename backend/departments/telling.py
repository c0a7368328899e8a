"""What a veteran is told of a task, and with which words filled in (notice 三, 五)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.applications.model import Application
from backend.catalogue.entries import Matter
from backend.clock import local, now
from backend.db.engine import Unit
from backend.departments import repository
from backend.departments.model import Task
from backend.departments.schemas import ResultIn
from backend.departments.states import FORM_DELIVERED, WAITING_APPROVAL, WAITING_FUNDS
from backend.departments.tasks import HOUSEHOLD
from backend.house import House
from backend.locale.text import Joined, T, Text
from backend.notices.service import tell
from backend.time_limits.rules import working_day_after

#: The tax office knows of an enrolment after five working days. # notice 三(六)
PAY_AFTER_DAYS = 5
PRODUCTS: Mapping[str, Text] = {"booklet": T("户口簿"), "card": T("社保卡")}
#: An event of departments.states → the notice's name; what is not here is seen in the progress only.
TOLD_AS = {
    "done": "done",
    "moved_offline": "moved_offline",
    "declined": "declined",
    "waiting_veteran": "waiting_veteran",
    "paper_needed": "paper_needed",
    "ready": "ready_for_collection",
    "mailed": "mailed",
    "collected": "collected",
    "delivered": "delivered",
    "came_back": "came_back",
    FORM_DELIVERED: "party_form_delivered",
}
LEFT_TO_COUNTY = "county"


async def tell_result(unit: Unit, house: House, application: Application, task: Task, result: ResultIn, event_id: str) -> None:
    """Tell of a report that was applied."""
    await tell_waiting(unit, house, application, task)
    event = TOLD_AS.get(result.event)
    if event is None:
        return
    params = await places(unit, house, application, task)
    params |= {
        "reason": result.reason or T("请到窗口询问"),
        "outcome": _outcome(result),
        "carrier": result.carrier or "",
        "tracking": result.tracking_number or "",
        "date": working_day_after(local(result.at).date(), PAY_AFTER_DAYS, house.calendar, house.office(application.county)),
        "paper": house.catalogue_of(task).materials[result.material].short if result.material else result.reason or "",
    }
    if result.place:
        params["place"] = result.place
    if event == "moved_offline" and task.matter == HOUSEHOLD and result.reason is None:
        # What the notice foresees; any other reason the department says. # notice 三(五)
        params["reason"] = T("公安人口信息库里没有查到你的户口登记")
    await tell(
        unit,
        house,
        application,
        event,
        params,
        # A form arrives once, however often it is reported.
        key=f"{task.id}:{FORM_DELIVERED if result.event == FORM_DELIVERED else event_id}",
        matter=task.matter,
        variant=_variant(application, task),
    )


async def tell_waiting(unit: Unit, house: House, application: Application, task: Task) -> None:
    """Say once that a task waits for money or for an approval, so that the wait is not a silence. # notice 四(四), 四(七)"""
    if task.state in (WAITING_FUNDS, WAITING_APPROVAL):
        params = await places(unit, house, application, task)
        key = f"{task.id}:{task.state}"
        await tell(unit, house, application, task.state, params, key, matter=task.matter, variant=task.path)


async def tell_registering(unit: Unit, house: House, application: Application, task: Task) -> None:
    """Say that 智慧团建 comes first. # notice 三(十)"""
    params = await places(unit, house, application, task)
    await tell(
        unit,
        house,
        application,
        "waiting_veteran",
        params,
        key=f"{task.id}:register",
        matter=task.matter,
        variant=task.path,
    )


async def tell_papers(unit: Unit, house: House, application: Application, held: Mapping[str, Sequence[int]]) -> None:
    """Say which matters wait for which papers, in one notice for each set of papers. # notice 三(一)"""
    catalogue = house.catalogue_of(application)
    by_papers: dict[tuple[int, ...], list[Matter]] = {}
    for code, numbers in held.items():
        by_papers.setdefault(tuple(sorted(numbers)), []).append(catalogue.matters[code])
    for numbers, matters in by_papers.items():
        params = {
            "matter": Joined([matter.short for matter in matters]),
            "papers": Joined([catalogue.materials[number].short_for([each.code for each in matters]) for number in numbers]),
        }
        key = f"waiting_papers:{'-'.join(map(str, numbers))}:{now():%Y%m%d%H%M%S}"
        await tell(unit, house, application, "waiting_papers", params, key)


async def places(unit: Unit, house: House, application: Application, task: Task) -> dict[str, Any]:
    """What a notice about a task may speak of: matter, days, holder, place, product, bank, organisation."""
    catalogue = house.catalogue_of(task)
    matter = catalogue.matters[task.matter]
    holder = await repository.unit_by_id(unit.session, task.unit_id) if task.unit_id else None
    department = catalogue.departments[task.department].short
    bank = catalogue.banks.get(str(application.answers.get("card_bank")))
    # A unit of an area is the station itself; a county's default leaves it to the window's entry.
    station = {"police_station": holder.name} if holder and holder.areas and task.matter == HOUSEHOLD else {}
    return station | {
        "matter": matter.short,
        "days": matter.limit_days or "",
        "holder": department,
        "place": holder.name if holder else department,
        "product": PRODUCTS.get(matter.product or "", ""),
        "bank": bank.name if bank else T("发卡银行"),
        "organisation": _organisation(house, application, task),
    }


def _organisation(house: House, application: Application, task: Task) -> Any:
    """What the veteran wrote, or the department where it was left to the county."""
    path = house.catalogue_of(task).matters[task.matter].paths.get(task.path or "")
    named = application.answers.get(path.organisation_field) if path else None
    if named and named != LEFT_TO_COUNTY:
        return named
    return house.catalogue_of(task).departments[task.department].name


def _outcome(result: ResultIn) -> Any:
    if not result.outcome:
        return T("已办结")
    return Joined([T("{what}：{how}", what=what, how=how) for what, how in result.outcome.items()], separator="；")


def _variant(application: Application, task: Task) -> str | None:
    """Where the words differ within a matter: the way of party_league; whether a new identity card is wanted."""
    if task.path:
        return task.path
    if task.matter == HOUSEHOLD and application.answers.get("new_id_card"):
        return "id_card"
    return None

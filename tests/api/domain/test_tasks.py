"""The way of a task at its department, and of booklet and card on their way home (notice 三, 四, 五)."""

from __future__ import annotations

from typing import Any

import pytest

from backend.applications.model import Application
from backend.departments import signing
from backend.departments.model import Task
from tests.support.county import County
from tests.support.people import in_progress, unit_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

MATTER = "household_restoration"
WAITING = {"waiting_funds": "funds", "waiting_approval": "approval", "waiting_veteran": "veteran"}
#: What a department reports, and what it has to say with it.
REPORTS: dict[str, dict[str, Any]] = {
    "received": {},
    "waiting_funds": {"waiting_for": "funds"},
    "waiting_approval": {"waiting_for": "approval"},
    "waiting_veteran": {"waiting_for": "veteran", "reason": "请补一样资料"},
    "paper_needed": {"reason": "户口簿缺页", "material": 7},
    "funds_verified": {},
    "approved": {},
    "done": {"outcome": {"结果": "已登记"}},
    "moved_offline": {"reason": "系统里查不到"},
    "declined": {"reason": "不符合条件"},
    "returned": {"reason": "不归本单位办"},
    "ready": {"place": "示例窗口"},
    "mailed": {"carrier": "示例快递", "tracking_number": "示例1"},
    "collected": {},
    "delivered": {},
    "came_back": {},
}
AT_DEPARTMENT = ("dispatched", "received", "waiting_funds", "waiting_approval", "waiting_veteran")
TERMINAL = ("done", "moved_offline", "declined")
#: What a department reports → the state that the task comes into, from wherever at the department it is.
LEADS_TO = {
    "waiting_funds": "waiting_funds",
    "waiting_approval": "waiting_approval",
    "waiting_veteran": "waiting_veteran",
    "paper_needed": "waiting_veteran",
    "funds_verified": "received",
    "approved": "received",
    "done": "done",
    "moved_offline": "moved_offline",
    "declined": "declined",
    "returned": "returned",
}
#: Acknowledging moves nothing but what waited for the veteran. # notice 四(八), our reading
ACKNOWLEDGED = {
    "dispatched": "received",
    "received": "received",
    "waiting_funds": "waiting_funds",
    "waiting_approval": "waiting_approval",
    "waiting_veteran": "received",
}
#: Money or an approval that comes meanwhile is no answer to what the veteran was asked. # notice 四(八)
WAITS_ON = ("funds_verified", "approved")
ARROWS = [
    (before, event, before if before == "waiting_veteran" and event in WAITS_ON else after)
    for event, after in LEADS_TO.items()
    for before in AT_DEPARTMENT
] + [(before, "received", after) for before, after in ACKNOWLEDGED.items()]


async def report(county: County, task: Task, event: str) -> dict[str, Any]:
    return await county.reported(task, "waiting" if event in WAITING else event, **REPORTS[event])


async def made(county: County, state: str) -> tuple[Application, Task]:
    """A case with one matter at a department, in that state."""
    application = await in_progress(county.house, matters=["report_in", MATTER], new_id_card=False)
    task = await county.task(application, MATTER)
    assert task.state == "dispatched"
    if state != "dispatched":
        assert (await report(county, task, state))["state"] == state
    return application, task


@pytest.mark.parametrize(("before", "event", "after"), ARROWS, ids=[f"{a}-{e}-{b}" for a, e, b in ARROWS])
async def test_what_a_department_reports_moves_its_task(county: County, before: str, event: str, after: str) -> None:
    application, task = await made(county, before)
    assert await report(county, task, event) == {"applied": True, "state": after, "reason": None}
    case = await county.case(application.number)
    assert next(line["state"] for line in case["lines"] if line["matter"] == MATTER) == after
    last = next(each for each in reversed(case["events"]) if each["task"] == task.id)
    assert (last["command"], last["to"]) == (event, after) and last["actor"].startswith("unit:")


@pytest.mark.parametrize("state", TERMINAL, ids=TERMINAL)
async def test_a_result_never_changes_back_whatever_is_reported(county: County, state: str) -> None:
    application, task = await made(county, state)
    for event in (*LEADS_TO, "received"):
        answer = await report(county, task, event)
        assert (answer["applied"], answer["state"]) == (False, state) and answer["reason"], event
    assert (await county.line(application, MATTER))["state"] == state


async def test_what_waits_for_its_papers_is_dispatched_when_they_come_and_reported_on_only_then(county: County) -> None:
    # waiting_papers → dispatched # notice 三(一)
    application = await in_progress(county.house, lacking=(7,), matters=["report_in", MATTER])
    task = await county.task(application, MATTER)
    assert task.state == "waiting_papers"
    unit = await unit_of(county.house, await county.task(await in_progress(county.house), MATTER))
    task.unit_id = unit.id
    assert (await county.report(task, "done")).status_code in (404, 409)
    assert (await county.line(application, MATTER))["state"] == "waiting_papers"
    await county.do(application.number, "papers", brought=[7])
    assert (await county.line(application, MATTER))["state"] == "dispatched"


async def test_what_lies_in_the_pull_list_is_received(county: County) -> None:  # dispatched → received # notice 四(八)
    application, task = await made(county, "dispatched")
    unit = await unit_of(county.house, task)
    desk = await county.desk()
    pulled, after = [], ""
    while after is not None:
        asked = {"after": after} if after else {}
        headers = signing.sign([unit.secret], "pull_1", "")
        page = (await desk.http.get(f"/api/departments/{unit.id}/tasks", params=asked, headers=headers)).json()
        pulled += [each["task"] for each in page["tasks"]]
        after = page["next"]
    assert task.id in pulled
    assert (await county.line(application, MATTER))["state"] == "received"


async def test_what_was_asked_for_and_comes_lets_the_task_go_on_from_the_start(county: County) -> None:
    # waiting_veteran → received # notice 四(八)
    application, task = await made(county, "dispatched")
    await report(county, task, "paper_needed")
    assert (await county.line(application, MATTER))["due_at"] is None
    await county.do(application.number, "papers", brought=[7])
    line = await county.line(application, MATTER)
    assert line["state"] == "received" and line["due_at"]


async def test_what_is_returned_goes_to_the_right_unit(county: County) -> None:  # returned → dispatched
    application, task = await made(county, "dispatched")
    await report(county, task, "returned")
    clerk = await county.clerk()
    answer = await clerk.post(f"/api/tasks/{task.id}/redirect", department="human_resources")
    assert (answer.status_code, answer.json()["task"]["state"]) == (200, "dispatched")
    assert "人社" in (await county.line(application, MATTER))["unit"]


# --- delivery: a record of its own, after done and outside the task's clock (notice 五) --------------------------------

#: Reports one after the other → the veteran reads; the case is completed.
DELIVERIES = {
    "to_prepare": ([], "", False),
    "to_collect": (["ready"], "户口簿可以来取了", False),
    "collected": (["ready", "collected"], "已经领走", True),
    "mailed": (["mailed"], "示例快递，单号示例1", False),
    "delivered": (["mailed", "delivered"], "已经签收", True),
    "came_back": (["mailed", "came_back"], "要重寄就回“寄到”加上完整地址", False),
    "came_back-mailed-delivered": (["mailed", "came_back", "mailed", "delivered"], "已经签收", True),
    "came_back-collected": (["mailed", "came_back", "ready", "collected"], "已经领走", True),
}


@pytest.mark.parametrize("way", DELIVERIES, ids=DELIVERIES)
async def test_a_booklet_on_its_way_home(county: County, way: str) -> None:
    reports, read, closed = DELIVERIES[way]
    application, task = await made(county, "dispatched")
    await report(county, task, "done")
    ended = (await county.line(application, MATTER))["done_at"]
    for event in reports:
        assert (await report(county, task, event)) == {"applied": True, "state": "done", "reason": None}
    assert read in await county.said(application)
    line = await county.line(application, MATTER)
    # Whatever becomes of the booklet, the task had its result when it had it.
    assert (line["state"], line["done_at"]) == ("done", ended)
    assert (await county.case(application.number))["state"] == ("completed" if closed else "in_progress")


async def test_what_is_home_is_not_sent_again(county: County) -> None:
    application, task = await made(county, "dispatched")
    await report(county, task, "done")
    await report(county, task, "collected")
    for event in ("ready", "mailed", "delivered", "came_back", "collected"):
        assert not (await report(county, task, event))["applied"], event
    assert (await county.case(application.number))["state"] == "completed"

"""党员e家: the county puts its party members in by file, and the veteran is told how it stands (notice 三(十))."""

from __future__ import annotations

from collections.abc import Mapping

from backend.applications.case import record
from backend.applications.model import Application
from backend.db.engine import Unit
from backend.departments.model import Task
from backend.house import House
from backend.locale.text import T, Text
from backend.notices.service import tell
from backend.systems.adapters.interface import Adapter
from backend.systems.registry import SYSTEMS
from backend.systems.schemas import PartyResult

STANDS: Mapping[str, Text] = {
    "entered": T("资料已经录进去，等基层党组织审核"),
    "under_review": T("基层党组织正在审核"),
    "transferred": T("组织关系已经转到新的党组织"),
}


async def reported(unit: Unit, house: House, application: Application, task: Task, report: PartyResult, key: str) -> str | None:
    """Tell the veteran how it stands. The task itself moves by what the party organisation reports."""
    if task.path != "party":
        return "这项任务不是党组织关系转接，不归党员e家。"
    record(
        unit,
        application,
        "system:party_members",
        "party_stands",
        task_id=task.id,
        reason=report.note,
        data={"status": report.status, "at": report.at.isoformat()},
    )
    status = STANDS.get(report.status) or T("资料被退回：{note}", note=report.note or "")
    # The same standing again is no news; being sent back is, each time.
    told = f"{task.id}:{report.status}" + (f":{key}" if report.status == "sent_back" else "")
    await tell(unit, house, application, "party_stands", {"status": status}, told)
    return None


ADAPTER = Adapter(SYSTEMS["party_members"], reported=reported)

"""What a department is told of a task: only what its matter needs (notice 三(五) to 三(十))."""

from __future__ import annotations

from typing import Any

from backend.applications.model import Application
from backend.applications.papers import instead_of
from backend.catalogue.conditions import holds
from backend.clock import local
from backend.departments.model import DepartmentUnit, Task
from backend.house import House

#: Who it is, and how the department reaches them; what a matter needs besides is `tells` of matters.yml.
ALWAYS = ("name", "id_number", "mobile")


def told_of(house: House, task: Task) -> list[str]:
    """The fields of the interview that the department of a task is told."""
    matter = house.catalogue_of(task).matters[task.matter]
    return [*ALWAYS, *matter.tells, *([matter.paths[task.path].organisation_field] if task.path else [])]


def task_payload(
    house: House, application: Application, task: Task, unit: DepartmentUnit, event: str = "task.dispatched"
) -> dict[str, Any]:
    """The JSON that is pushed for a task; `docs` of the results endpoint describes the way back.

    `event` is task.dispatched, or task.supplied when what the department asked the veteran for has come.
    """
    not_there = {*application.lacking, *instead_of(application.intake)}
    papers = [
        material.number
        for material in house.catalogue_of(task).materials.values()
        if task.matter in material.used_by
        and material.number not in not_there
        and holds(material.condition, application.answers) is not False
    ]
    return {
        "event": event,
        "task": task.id,
        "application": application.number,
        "matter": task.matter,
        "path": task.path,
        "county": application.county,
        "department": task.department,
        "dispatched_at": local(task.dispatched_at).isoformat() if task.dispatched_at else None,
        "limit_working_days": house.catalogue_of(task).matters[task.matter].limit_days,
        "materials": papers,
        "applicant": {
            name: application.answers[name] for name in told_of(house, task) if application.answers.get(name) is not None
        },
        "results_url": f"{house.settings.public_url}/api/departments/{unit.id}/results",
    }

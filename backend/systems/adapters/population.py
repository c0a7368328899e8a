"""公安人口信息库: is this person there? The answer is laid beside the task; the police decide (notice 三(五))."""

from __future__ import annotations

from backend.applications.case import record
from backend.applications.model import Application
from backend.db.engine import Unit
from backend.house import House
from backend.systems.adapters.interface import Adapter
from backend.systems.model import SystemExchange
from backend.systems.registry import SYSTEMS
from backend.systems.schemas import PopulationAnswer


async def answered(
    unit: Unit, house: House, application: Application, exchange: SystemExchange, answer: PopulationAnswer
) -> None:
    """Write down what the database said, for the officer who decides."""
    record(
        unit,
        application,
        "system:population",
        "population_found" if answer.found else "population_not_found",
        task_id=exchange.task_id,
    )


ADAPTER = Adapter(SYSTEMS["population"], answered)

"""福建省网上办事大厅: what is submitted here is filed there, and its number kept. What was begun there: applications.py."""

from __future__ import annotations

from backend.applications import repository as applications
from backend.applications.case import record
from backend.applications.model import Application
from backend.db.engine import Unit
from backend.house import House
from backend.systems.adapters.interface import Adapter
from backend.systems.model import SystemExchange
from backend.systems.registry import SYSTEMS
from backend.systems.schemas import HallAnswer


async def answered(unit: Unit, house: House, application: Application, exchange: SystemExchange, answer: HallAnswer) -> None:
    """Keep the hall's number. Nobody's decision becomes stale by it."""
    if application.hall_number is None:
        await applications.keep_hall_number(unit.session, application.id, answer.hall_number)
        record(unit, application, "system:hall", "hall_filed", data={"hall_number": answer.hall_number})


ADAPTER = Adapter(SYSTEMS["hall"], answered)

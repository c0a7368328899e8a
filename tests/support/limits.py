"""Tasks whose limits run, for tests of clocks: received at a given moment, on working days that are made up and visibly so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import time_machine

from backend.applications.model import Application
from backend.applications.service import history
from backend.clock import SHANGHAI
from backend.house import House
from tests.support.people import in_progress, send, tasks_of

MATTER = "medical_transfer"
#: A year that is not published when these tests are written. Nobody's arrangement: an example, as its source says.
EXAMPLE_2027 = """\
year: 2027
source: 示例，不是国务院办公厅的安排
days_off:
  - {{from: 2027-01-01, to: {new_year_until}, name: 元旦}}
  - {{from: 2027-05-01, to: 2027-05-05, name: 劳动节}}
  - {{from: 2027-10-01, to: 2027-10-07, name: 国庆节}}
working_weekends: [{working_weekends}]
"""


def at(text: str) -> datetime:
    """A moment in Shanghai, such as 2026-11-23 10:00."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def year_file(folder: Path, working_weekends: str = "", new_year_until: str = "2027-01-01") -> Path:
    """A made-up 2027.yml."""
    file = folder / "2027.yml"
    file.write_text(EXAMPLE_2027.format(working_weekends=working_weekends, new_year_until=new_year_until), "utf-8")
    return file


async def received(house: House, moment: str, matter: str = MATTER, **changes: object) -> Application:
    """An application with one matter at a department, received at that moment."""
    with time_machine.travel(at(moment), tick=False):
        application = await in_progress(house, matters=["report_in", matter], **changes)
        await send(house, (await tasks_of(house, application))[matter], "received")
    return application


async def due_of(house: House, application: Application, matter: str = MATTER) -> datetime | None:
    """The end of its limit."""
    return (await tasks_of(house, application))[matter].due_at


async def events_of(house: House, application: Application, command: str) -> list[dict[str, object]]:
    """What is on record under a command, with who and why."""
    async with house.db.reading() as session:
        return [
            {"by": event.actor, "why": event.reason, **(event.data or {})}
            for event in await history(session, application)
            if event.command == command
        ]

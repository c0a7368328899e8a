"""What is asked all day is answered by an index that fits it: on tables of millions nothing else is quick enough."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository as applications
from backend.applications.actor import Actor
from backend.applications.repository import Search
from backend.clock import now
from backend.house import House
from backend.outbox import repository as outbox
from backend.requests import repository as requests
from backend.statistics import repository as statistics
from tests.support.people import COUNTY

CLERK, PROVINCE = Actor("staff:clerk", counties=(COUNTY,)), Actor("staff:auditor")

type Ask = Callable[[AsyncSession], Awaitable[object]]

ASKED: list[tuple[str, Ask]] = [
    ("ix_applications_county", lambda session: applications.search(session, CLERK, Search())),
    ("ix_applications_newest", lambda session: applications.search(session, PROVINCE, Search())),
    ("ix_applications_state", lambda session: applications.search(session, PROVINCE, Search(state="receiving"))),
    ("ix_applications_identity", lambda session: applications.search(session, PROVINCE, Search(identity_index="0" * 64))),
    # A county's clerk too: walking through the county in its order takes the longer the more cases it has.
    ("ix_applications_identity", lambda session: applications.search(session, CLERK, Search(identity_index="0" * 64))),
    ("ix_applications_mobile", lambda session: applications.search(session, CLERK, Search(mobile_index="0" * 64))),
    ("ix_applications_name", lambda session: applications.search(session, CLERK, Search(name_index="0" * 64))),
    ("ix_outbox_lease", lambda session: outbox.leased(session, "w_1")),
    ("ix_case_requests_waiting", lambda session: requests.waiting(session, PROVINCE, None, 20)),
    ("ix_tasks_ended_month", lambda session: statistics.ended(session, "2026-11", [COUNTY])),
    (
        "ix_tasks_ended_month",
        lambda session: statistics.medians(session, "2026-11", {(COUNTY, "medical", "medical_transfer"): 3}),
    ),
    ("ix_tasks_received_month", lambda session: statistics.received(session, "2026-11", [COUNTY])),
    ("ix_alerts_kind", lambda session: statistics.stuck(session, now(), now(), [COUNTY])),
    ("ix_case_requests_kind", lambda session: statistics.urged(session, now(), now(), [COUNTY])),
]


async def plan(house: House, ask: Ask) -> str:
    """How the database answers exactly what the repository sends."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        # Once a second a process also looks for new editions of the rules, whatever it reads.
        if statement.lstrip().startswith("SELECT") and "catalogue_editions" not in statement:
            sent.append((statement, parameters))

    async with house.db.reading() as session:
        # What the house itself asks before a reading is over by now.
        event.listen(house.db.engine.sync_engine, "before_cursor_execute", keep)
        try:
            await ask(session)
        finally:
            event.remove(house.db.engine.sync_engine, "before_cursor_execute", keep)
    ((statement, parameters),) = sent
    async with house.db.engine.connect() as connection:
        if not house.db.is_sqlite:
            # On empty tables everything else is as cheap: what could be taken is what is asked here.
            for other in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"):
                await connection.execute(text(f"SET {other} = off"))
        explain = "EXPLAIN QUERY PLAN" if house.db.is_sqlite else "EXPLAIN"
        rows = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
        found = "\n".join(str(row[-1]) for row in rows)
        await connection.invalidate()
        return found


async def test_lists_statistics_and_the_worker_are_answered_by_an_index_of_their_own(house: House) -> None:
    missed = []
    for index, ask in ASKED:
        found = await plan(house, ask)
        if index not in found:
            missed.append(f"{index} is not taken:\n{found}")
    assert not missed, "\n\n".join(missed)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_counts_what_is_open_without_reading_what_was_ever_received(house: House) -> None:
    found = await plan(house, lambda session: statistics.open_now(session, now(), [COUNTY]))
    assert "ix_tasks_county_due (county=? AND state=?)" in found, found

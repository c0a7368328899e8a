"""The due list is one query that an index answers, however many tasks have ended long ago. On PostgreSQL, with statistics."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from backend.deadlines import repository
from backend.house import House
from tests.support.people import COUNTY, submitted

MANY = 30_000
#: Ended tasks of three counties and, of every hundred, one that is open: as a county's table looks after some years.
FILL = """
INSERT INTO tasks (id, application_id, catalogue_edition, county, matter, department, state, state_since, version, due_at, done_at, provisional,
                   calendar_version, next_alert_at)
SELECT 't_' || n, :application, '', (ARRAY['350102', '350582', '350128'])[1 + n % 3], 'medical_transfer', 'medical_insurance',
       CASE WHEN n % 100 = 0 THEN 'received' ELSE 'done' END, now(), 1, now() + n * interval '1 minute',
       CASE WHEN n % 100 = 0 THEN NULL ELSE now() END, false, 0,
       CASE WHEN n % 100 = 0 THEN now() + n * interval '1 minute' END
FROM generate_series(1, :many) AS n
"""


ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def filled(house: House) -> House:
    application = await submitted(house)
    async with house.db.unit() as unit:
        await unit.session.execute(text(FILL), {"application": application.id, "many": MANY})
        await unit.commit()
    async with house.db.engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    return house


async def plan(house: House, **asked: Any) -> str:
    """How the database answers exactly what the repository sends, and that it is one query."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM tasks" in statement:
            sent.append((statement, parameters))

    event.listen(house.db.engine.sync_engine, "before_cursor_execute", keep)
    try:
        async with house.db.reading() as session:
            wanted = {"counties": None, "department": None, "before": None, "after": None, "limit": 50, **asked}
            await repository.due_list(session, **wanted)
    finally:
        event.remove(house.db.engine.sync_engine, "before_cursor_execute", keep)
    ((statement, parameters),) = sent
    explain = "EXPLAIN QUERY PLAN" if house.db.is_sqlite else "EXPLAIN"
    async with house.db.engine.connect() as connection:
        rows = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return "\n".join(str(row[-1]) for row in rows)


LATER = datetime(2030, 1, 1, tzinfo=UTC)


@ON_POSTGRES
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"counties": [COUNTY]}, "ix_tasks_open_due_county"),
        ({"counties": [COUNTY], "department": "medical_insurance", "before": LATER}, "ix_tasks_open_due_county"),
        ({"counties": [COUNTY], "after": (LATER, "t_1")}, "ix_tasks_open_due_county"),
        ({}, "ix_tasks_open_due"),
    ],
)
async def test_the_planner_takes_the_index_of_running_limits_by_itself(
    filled: House, asked: dict[str, Any], index: str
) -> None:
    found = await plan(filled, **asked)
    assert f"using {index} on tasks" in found, found
    assert "Seq Scan on tasks" not in found and "Sort" not in found, found


@ON_POSTGRES
async def test_several_counties_are_found_by_an_index_of_running_limits(filled: House) -> None:
    found = await plan(filled, counties=[COUNTY, "350582"])
    assert "ix_tasks_open_due" in found and "Seq Scan on tasks" not in found, found


@ON_SQLITE
async def test_sqlite_takes_the_index_too(house: House) -> None:
    found = await plan(house, counties=[COUNTY])
    assert "USING INDEX ix_tasks_open_due_county" in found and "TEMP B-TREE" not in found, found


@ON_POSTGRES
async def test_the_reminders_chore_reads_its_index_only(filled: House) -> None:
    async with filled.db.engine.connect() as connection:
        statement = "EXPLAIN SELECT id FROM tasks WHERE next_alert_at < now() ORDER BY next_alert_at LIMIT 100"
        found = "\n".join(str(row[0]) for row in await connection.execute(text(statement)))
    assert "using ix_tasks_next_alert on tasks" in found, found

"""Seeding by bulk copy: COPY on PostgreSQL, executemany on a SQLite file that need not survive; indexes are made afterwards."""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
from sqlalchemy.schema import CreateIndex, DropIndex

from backend.db.models import all_tables
from backend.departments import repository as departments
from backend.departments.seed import seed_examples
from backend.house import House
from bench.casework.cases import COLUMNS, Cases, Row

BATCH = 50_000

type Write = Callable[[str, list[Row]], Awaitable[None]]


async def seed(house: House, size: int, counties: tuple[str, ...]) -> float:
    """Fill a migrated database with `size` cases of these counties, the first the largest. Returns the seconds it took."""
    began = time.perf_counter()
    await seed_examples(house, house.catalogue.counties)
    async with house.db.reading() as session:
        units = {(unit.county, unit.department): unit.id for unit in await departments.units(session)}
    cases = Cases(house, size, counties, units)
    if house.db.is_sqlite:
        # Nobody else may have the file open.
        await house.db.dispose()
        await _into_sqlite(house, cases)
    else:
        await _into_postgres(house, cases)
    return time.perf_counter() - began


async def megabytes(house: House) -> float:
    """What the database takes on disk."""
    if house.db.is_sqlite:
        return Path(house.settings.database_url.partition("///")[2]).stat().st_size / 1e6  # noqa: ASYNC240
    connection = await asyncpg.connect(_plain_address(house))
    try:
        return float(await connection.fetchval("SELECT pg_database_size(current_database())")) / 1e6
    finally:
        await connection.close()


def _on_indexes(house: House, change: type[CreateIndex | DropIndex]) -> list[str]:
    """The statements that make, or take away, the indexes of what is seeded."""
    indexes = [index for name in COLUMNS for index in all_tables().tables[name].indexes]
    return [str(change(index).compile(dialect=house.db.engine.dialect)) for index in indexes]


async def _write_all(cases: Cases, write: Write) -> None:
    waiting: dict[str, list[Row]] = defaultdict(list)
    for table, row in cases.rows():
        rows = waiting[table]
        rows.append(row)
        if len(rows) >= BATCH:
            await write(table, rows)
            rows.clear()
    for table in COLUMNS:
        if waiting[table]:
            await write(table, waiting[table])


def _plain_address(house: House) -> str:
    return house.settings.database_url.replace("+asyncpg", "")


async def _into_postgres(house: House, cases: Cases) -> None:
    connection = await asyncpg.connect(_plain_address(house))

    async def write(table: str, rows: list[Row]) -> None:
        await connection.copy_records_to_table(table, records=rows, columns=COLUMNS[table])

    try:
        # Rows come in the order in which they are dealt: who points at whom is looked at by nobody meanwhile.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("SET maintenance_work_mem = '512MB'")
        for statement in _on_indexes(house, DropIndex):
            await connection.execute(statement)
        await _write_all(cases, write)
        for statement in _on_indexes(house, CreateIndex):
            await connection.execute(statement)
        # What autovacuum does in an installation that runs; SQLite has nothing that would analyse by itself.
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _into_sqlite(house: House, cases: Cases) -> None:
    sqlite3.register_adapter(
        datetime, lambda moment: moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    )
    sqlite3.register_adapter(date, date.isoformat)
    connection = sqlite3.connect(house.settings.database_url.partition("///")[2], isolation_level=None)
    # Nobody else has it open, and a seeding that was cut short is thrown away: no journal, and no second copy of it all.
    for pragma in ("journal_mode=off", "locking_mode=exclusive", "synchronous=off", "foreign_keys=off", "cache_size=-1500000"):
        connection.execute(f"PRAGMA {pragma}")

    async def write(table: str, rows: list[Row]) -> None:
        columns = COLUMNS[table]
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
        connection.execute("BEGIN")
        connection.executemany(statement, rows)
        connection.execute("COMMIT")

    try:
        for statement in _on_indexes(house, DropIndex):
            connection.execute(statement)
        await _write_all(cases, write)
        for statement in _on_indexes(house, CreateIndex):
            connection.execute(statement)
        connection.execute("PRAGMA journal_mode=wal")
    finally:
        connection.close()

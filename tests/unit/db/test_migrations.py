"""Migrations and models agree, on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Connection, DateTime, Integer, MetaData, Table, inspect, text

from backend.db import migrate
from backend.db.engine import Database
from backend.db.models import all_tables
from backend.db.types import key_ring, use_key_ring
from backend.security.encryption import generate_key_file, load_key_file


async def test_migrations_make_exactly_the_tables_of_the_models(empty_database_url: str) -> None:
    db = Database(empty_database_url)
    before, after = await migrate.upgrade(db)
    async with db.engine.connect() as connection:
        assert await connection.run_sync(migrate.differences) == []
    await db.dispose()
    assert before is None
    assert after == migrate.newest_revision()


async def test_migrating_a_second_time_changes_nothing(database_url: str) -> None:
    db = Database(database_url)
    before, after = await migrate.upgrade(db)
    await db.dispose()
    assert before == after == migrate.newest_revision()


async def test_every_migration_can_be_undone(database_url: str) -> None:
    db = Database(database_url)

    def downgrade_all(connection: Connection) -> list[str]:
        migrate.command.downgrade(migrate.make_config(connection), "base")
        return inspect(connection).get_table_names()

    async with db.engine.begin() as connection:
        left = await connection.run_sync(downgrade_all)
    await db.dispose()
    assert left == ["alembic_version"]


async def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def upgrade_then_fail(config: object, revision: str) -> None:
        original(config, revision)
        raise RuntimeError("half way")

    original = migrate.command.upgrade
    monkeypatch.setattr(migrate.command, "upgrade", upgrade_then_fail)
    db = Database(empty_database_url)
    with pytest.raises(RuntimeError, match="half way"):
        await migrate.upgrade(db)
    async with db.engine.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []
    await db.dispose()


async def test_sqlite_minds_foreign_keys_again_after_a_migration(tmp_path: Path) -> None:
    db = Database(f"sqlite+aiosqlite:///{tmp_path / 'guitu.db'}")
    await migrate.upgrade(db)
    async with db.engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar() == 1
    await db.dispose()


def test_every_table_has_a_model_file_that_is_found() -> None:
    found = set(all_tables().tables)
    backend = Path(migrate.__file__).parent.parent
    named = {
        name for file in backend.rglob("model*.py") for name in re.findall(r'__tablename__ = "(\w+)"', file.read_text("utf-8"))
    }
    assert named <= found


def put(connection: Connection, table: str, **values: Any) -> None:
    """A row of a table as it stands in the database: `values`, and something in every other column that needs it."""
    found = Table(table, MetaData(), autoload_with=connection)
    fill = {DateTime: datetime(2026, 11, 1, tzinfo=UTC), Integer: 1, Boolean: False, JSON: []}
    for column in found.columns:
        if not column.nullable and column.name not in values:
            values[column.name] = next((value for kind, value in fill.items() if isinstance(column.type, kind)), "x")
    connection.execute(found.insert().values(values))


async def test_what_staff_wrote_in_clear_is_encrypted(empty_database_url: str, tmp_path: Path) -> None:
    words = "13800138000打不通"
    keys = tmp_path / "keys.json"
    generate_key_file(keys)
    use_key_ring(load_key_file(keys))
    db = Database(empty_database_url)
    await migrate.upgrade(db, "0001")
    async with db.engine.begin() as connection:
        await connection.run_sync(partial(put, table="applications", id="a_1"))
        await connection.run_sync(partial(put, table="corrections", application_id="a_1", reason=words))
    await migrate.upgrade(db)
    async with db.engine.connect() as connection:
        kept = str((await connection.execute(text("SELECT reason FROM corrections"))).scalar())
    await db.dispose()
    assert words not in kept
    assert key_ring().decrypt(kept, "corrections.reason") == words


async def test_limits_that_ran_before_reminders_existed_are_looked_at_by_the_first_round(empty_database_url: str) -> None:
    db, began = Database(empty_database_url), datetime(2026, 11, 23, tzinfo=UTC)
    await migrate.upgrade(db, "0002")
    async with db.engine.begin() as connection:
        await connection.run_sync(partial(put, table="applications", id="a_1"))
        for task, values in {
            "t_runs": {"due_at": began, "clock_started_at": began},
            "t_ended": {"due_at": began, "clock_started_at": began, "done_at": began},
            "t_stands": {},
        }.items():
            await connection.run_sync(partial(put, table="tasks", id=task, application_id="a_1", path=task[:8], **values))
    await migrate.upgrade(db)
    async with db.engine.connect() as connection:
        rows = await connection.execute(text("SELECT id, calendar_version FROM tasks WHERE next_alert_at = clock_started_at"))
        assert rows.all() == [("t_runs", 0)]
    await db.dispose()


async def test_tasks_that_were_received_before_months_were_kept_get_theirs(empty_database_url: str) -> None:
    moments = {
        "t_october": datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC),
        "t_november": datetime(2026, 10, 31, 16, 0, tzinfo=UTC),  # midnight in Shanghai
        "t_never": None,
    }
    db = Database(empty_database_url)
    await migrate.upgrade(db, "0014")
    async with db.engine.begin() as connection:
        await connection.run_sync(partial(put, table="applications", id="a_1"))
        for task, moment in moments.items():
            row = {"id": task, "path": task[:8], "received_at": moment}
            await connection.run_sync(partial(put, table="tasks", application_id="a_1", **row))
    await migrate.upgrade(db)
    async with db.engine.connect() as connection:
        rows = await connection.execute(text("SELECT id, received_month FROM tasks"))
        assert dict(rows.all()) == {"t_october": "2026-10", "t_november": "2026-11", "t_never": None}
    await db.dispose()

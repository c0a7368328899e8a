"""Migrations by alembic, run from code: the same on SQLite and PostgreSQL, each in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.types import TypeEngine

from backend.db.engine import Database
from backend.db.models import all_tables

MIGRATIONS = Path(__file__).parent / "migrations"
#: Any number, as long as it is the same everywhere: two processes that migrate one database take turns.
ADVISORY_LOCK = 7_262_054


def make_config(connection: Connection) -> Config:
    """Alembic's configuration, for an open connection; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def upgrade(db: Database, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the database to `revision`, all or nothing. Returns the revision before and after (None: no tables yet)."""

    def work(connection: Connection) -> tuple[str | None, str | None]:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        before = current_revision(connection)
        command.upgrade(make_config(connection), revision)
        if connection.dialect.name == "sqlite":
            _check_foreign_keys(connection)
        return before, current_revision(connection)

    async with db.engine.connect() as connection:
        if not db.is_sqlite:
            async with connection.begin():
                return await connection.run_sync(work)
        # SQLite changes a table by copying it and dropping the old one, which would take the rows that point at it along.
        # The pragma only works outside a transaction, so it goes to the driver; the check inside makes up for it.
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("PRAGMA foreign_keys=off")
        try:
            async with connection.begin():
                return await connection.run_sync(work)
        finally:
            await driver.execute("PRAGMA foreign_keys=on")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"the migration leaves rows that point at nothing: {broken[:5]}")


def current_revision(connection: Connection) -> str | None:
    """The revision of the database, None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that the code brings."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config).get_current_head()


def differences(connection: Connection) -> list[Any]:
    """What autogenerate would change so that the database agrees with the models: empty when they agree."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, all_tables()))


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types into a revision as what they are in the database, so that old revisions need no later code."""
    if kind == "type" and type(item).__module__.startswith("backend."):
        impl: TypeEngine[Any] = item.impl_instance
        return f"sa.{impl!r}"
    return False

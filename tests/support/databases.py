"""Fresh, migrated databases for tests: migrated once, then copied."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg

from backend.db import migrate
from backend.db.engine import Database
from tests.support.postgres import Cluster

TEMPLATE = "guitu_template"


def apart[Result](coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in a loop of its own, whatever loop the test has."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def _migrate(url: str) -> None:
    db = Database(url)
    try:
        await migrate.upgrade(db)
    finally:
        await db.dispose()


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file, to be copied."""
    file = folder / "template.db"
    apart(_migrate(f"sqlite+aiosqlite:///{file}"))
    return file


def copy_sqlite(template: Path, folder: Path) -> str:
    """The address of a copy in `folder`."""
    shutil.copy(template, folder / "guitu.db")
    return f"sqlite+aiosqlite:///{folder / 'guitu.db'}"


async def _execute(cluster: Cluster, statement: str) -> None:
    connection = await asyncpg.connect(cluster.url("postgres").replace("+asyncpg", ""))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def postgres_template(cluster: Cluster) -> None:
    """Make the migrated database that others are copied from."""
    apart(_execute(cluster, f"CREATE DATABASE {TEMPLATE}"))
    apart(_migrate(cluster.url(TEMPLATE)))


def copy_postgres(cluster: Cluster, template: str = TEMPLATE) -> str:
    """The name of a new database; `template0` gives an empty one."""
    name = f"guitu_{secrets.token_hex(6)}"
    apart(_execute(cluster, f"CREATE DATABASE {name} TEMPLATE {template}"))
    return name


def drop_postgres(cluster: Cluster, name: str) -> None:
    """Remove a database, with whoever is still connected to it."""
    apart(_execute(cluster, f"DROP DATABASE {name} WITH (FORCE)"))

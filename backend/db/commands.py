"""`guitu migrate` and `guitu seed`."""

from __future__ import annotations

import argparse
import asyncio
import errno
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from backend.db import migrate
from backend.db.engine import Database
from backend.db.types import use_key_ring
from backend.errors import GuituError
from backend.security.encryption import load_key_file
from backend.settings import Settings, load


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    to_head = subparsers.add_parser("migrate", help="bring the database to the newest revision")
    to_head.set_defaults(run=lambda args: asyncio.run(_migrate(args)))
    seed = subparsers.add_parser("seed", help="write the demonstration's examples (示例); what exists stays")
    seed.set_defaults(run=lambda args: asyncio.run(_seed(args)))


def make_folder(settings: Settings) -> None:
    """The folder of an SQLite file, which the driver does not make."""
    name = make_url(settings.database_url).database
    if settings.is_sqlite and name and name != ":memory:":
        Path(name).parent.mkdir(parents=True, exist_ok=True)


async def _migrate(_args: argparse.Namespace) -> int:
    settings = load()
    make_folder(settings)
    # A revision may have to encrypt what an older one kept in clear.
    use_key_ring(load_key_file(settings.keys_file))
    db = Database(settings.database_url)
    try:
        before, after = await migrate.upgrade(db)
    except (DBAPIError, OSError, sqlite3.Error) as error:
        raise _refusal(settings, error) from error
    finally:
        await db.dispose()
    print(f"database: {after}" if before == after else f"database: {before or 'empty'} -> {after}")
    return 0


def _refusal(settings: Settings, error: Exception) -> GuituError:
    where = make_url(settings.database_url).render_as_string(hide_password=True)
    if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error):
        return GuituError(f"the disk is full: no room for {where}. Free some space and run it again.")
    cause = getattr(error, "orig", None) or error
    return GuituError(f"cannot migrate {where}: {cause}. Is DATABASE_URL right, and the server up?")


async def _seed(_args: argparse.Namespace) -> int:
    from backend.db.seed import seed_examples
    from backend.house import open_house

    house = open_house(load())
    try:
        for line in await seed_examples(house):
            print(line)
    finally:
        await house.close()
    return 0

"""The house behind a browser's test of the console."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend.db import migrate
from backend.db.engine import Database
from backend.house import House, open_house
from scripts.console import ROOT
from tests.support.houses import settings_for


async def new_house(folders: pytest.TempPathFactory, name: str, **settings: Any) -> House:
    """A house on a new SQLite database, which the server that it is given to closes; or a skip that says what to install."""
    if not (ROOT / "node_modules" / "htmx.org").exists():
        pytest.skip("the pages' npm packages are not installed: npm ci")
    folder = folders.mktemp(name)
    given = replace(settings_for(f"sqlite+aiosqlite:///{folder / 'house.db'}", folder), **settings)
    database = Database(given.database_url)
    await migrate.upgrade(database)
    await database.dispose()
    return open_house(given)

"""One served backend for this folder and each kind of database: its rows share it, each with cases of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from backend.house import House, open_house
from tests.conftest import DATABASES
from tests.support import databases
from tests.support.county import County, at_work
from tests.support.houses import settings_for
from tests.support.postgres import Cluster


@pytest.fixture(scope="package", params=DATABASES)
def shared_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database of each kind, for the folder."""
    if request.param == "sqlite":
        yield databases.copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path_factory.mktemp("domain"))
        return
    cluster: Cluster = request.getfixturevalue("postgres_template")
    name = databases.copy_postgres(cluster)
    yield cluster.url(name)
    databases.drop_postgres(cluster, name)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def county(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[County]:
    """The county at work. The server closes the house when it stops."""
    house = open_house(settings_for(shared_database_url, tmp_path_factory.mktemp("keys")))
    async with at_work(house) as running:
        yield running


@pytest.fixture
def house(county: County) -> House:
    """The house behind the served backend."""
    return county.house

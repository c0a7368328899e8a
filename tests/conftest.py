"""What every test can ask for: databases of both kinds, an opened house, and the whole service running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import argon2
import pytest

from backend.house import House, open_house
from backend.settings import Settings
from backend.staff import service as staff
from tests.support import databases
from tests.support.houses import settings_for
from tests.support.postgres import Cluster, find_binaries, start_cluster
from tests.support.stack import Stack, missing_for_stack

DATABASES = ("sqlite", "postgres")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Nearly every test of staff signs somebody in: Argon2id at its least here, at full cost in tests/unit/staff."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "_hasher", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private PostgreSQL server, or a skip that says what to install."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    cluster = start_cluster(binaries)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied by each test."""
    return databases.sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> Cluster:
    """The server, with a migrated database to be copied by each test."""
    databases.postgres_template(postgres)
    return postgres


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield databases.copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("postgres_template")
    name = databases.copy_postgres(cluster)
    yield cluster.url(name)
    databases.drop_postgres(cluster, name)


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, of both kinds."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = databases.copy_postgres(cluster, "template0")
    yield cluster.url(name)
    databases.drop_postgres(cluster, name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a test."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """An opened house on a fresh database."""
    opened = open_house(settings)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole service, as `make run` starts it, on free ports with a temporary folder of its own (SQLite)."""
    missing = missing_for_stack()
    if missing:
        pytest.fail(missing, pytrace=False)
    running = Stack(tmp_path_factory.mktemp("stack"))
    try:
        running.start_all()
        yield running
    finally:
        running.stop_all()

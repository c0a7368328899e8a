"""Houses to measure in: a database, keys and settings of their own, gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.db import migrate
from backend.edge.serving import free_port
from backend.house import House, open_house
from backend.security.encryption import generate_key_file
from backend.settings import load
from scripts.console import SetupError
from tests.support.databases import copy_postgres, drop_postgres
from tests.support.postgres import Cluster, find_binaries, start_cluster

SQLITE, POSTGRES = "sqlite", "postgres"


@dataclass
class Ground:
    """Where databases of one kind are made. The houses of one process share its keys."""

    kind: str
    folder: Path
    cluster: Cluster | None

    @asynccontextmanager
    async def house(self, name: str) -> AsyncIterator[tuple[House, dict[str, str]]]:
        """An opened house on a migrated database, and the environment in which a backend of it is started."""
        database = copy_postgres(self.cluster, "template0") if self.cluster else ""
        url = self.cluster.url(database) if self.cluster else f"sqlite+aiosqlite:///{self.folder / name}.db"
        environ = {
            "DATABASE_URL": url,
            "GUITU_KEYS_FILE": str(self.folder / "keys.json"),
            "GUITU_RASA_TOKEN": "rasa-token-of-a-benchmark",
            "GUITU_INTERNAL_TOKEN": "internal-token-of-a-benchmark",
            "GUITU_PORT": (port := str(free_port())),
            "GUITU_PUBLIC_URL": f"http://127.0.0.1:{port}",
            # Port 9 (discard) is closed: nothing is delivered while it is measured.
            "GUITU_RASA_URL": "http://127.0.0.1:9",
            "GUITU_SIMULATOR_URL": "http://127.0.0.1:9",
        }
        house = open_house(load(environ))
        try:
            await migrate.upgrade(house.db)
            yield house, environ
        finally:
            await house.close()
            if self.cluster:
                drop_postgres(self.cluster, database)


@asynccontextmanager
async def ground(kind: str, folder: Path) -> AsyncIterator[Ground]:
    """Make ready for databases of a kind, in an empty folder. Raises SetupError when PostgreSQL is not there."""
    generate_key_file(folder / "keys.json")
    cluster = None
    if kind == POSTGRES:
        binaries = find_binaries()
        if binaries is None:
            raise SetupError("PostgreSQL is not installed: apt-get install postgresql, or --database sqlite")
        cluster = start_cluster(binaries)
    try:
        yield Ground(kind, folder, cluster)
    finally:
        if cluster:
            cluster.stop()

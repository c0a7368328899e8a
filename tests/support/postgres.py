"""A private PostgreSQL for the tests: a cluster in a temporary folder, on the loopback address, ended by its process id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from backend.edge.serving import free_port

START_SECONDS = 30.0
SYSTEM_USER = "postgres"


def find_binaries() -> Path | None:
    """The folder of initdb and postgres: Debian's newest, or what is on the PATH; None when there is none."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@dataclass
class Cluster:
    """A running server."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql+asyncpg://guitu@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """End the server and remove its files."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


def start_cluster(binaries: Path) -> Cluster:
    """A new cluster without durability: it lives for one test run. PostgreSQL refuses to run as root, so root lends it a user."""
    folder = Path(tempfile.mkdtemp(prefix="guitu-pg-"))
    user = SYSTEM_USER if os.geteuid() == 0 else None
    if user:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, port = folder / "data", free_port()
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "guitu", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run(initdb, check=True, user=user, cwd=folder, capture_output=True)
    options = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
    command = [str(binaries / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
    cluster = Cluster(folder, port, process)
    _wait(cluster, binaries)
    return cluster


def _wait(cluster: Cluster, binaries: Path) -> None:
    probe = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(cluster.port)]
    began = time.monotonic()
    while subprocess.run(probe, check=False).returncode != 0:
        if cluster.process.poll() is not None or time.monotonic() - began > START_SECONDS:
            raise RuntimeError(f"PostgreSQL did not start:\n{(cluster.folder / 'server.log').read_text()}")
        time.sleep(0.1)

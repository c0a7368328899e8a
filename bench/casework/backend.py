"""One backend process, as `guitu serve` starts it, and members of staff who are signed in there."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from backend.house import House
from backend.staff import service
from backend.staff.sessions import sign_in
from scripts.console import ROOT

READY_SECONDS, STOP_SECONDS, POLL_SECONDS = 60.0, 15.0, 0.1


class Backend:
    """`url` answers while the process lives."""

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url, self.process = url, process

    def cpu_seconds(self) -> float:
        """What the process has used of a core so far. Linux only; 0 elsewhere."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def backend(environ: dict[str, str]) -> AsyncIterator[Backend]:
    """Serve the database of `environ` while the context lasts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUITU_", "DATABASE_URL"))}
    inherited = os.environ.get("PYTHONPATH", "")
    process = subprocess.Popen(  # noqa: ASYNC220 - started once, before anything is measured
        [sys.executable, "-m", "backend.cli", "serve"],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": inherited or str(ROOT), **environ},
        stdout=subprocess.DEVNULL,
    )
    serving = Backend(environ["GUITU_PUBLIC_URL"], process)
    try:
        async with httpx.AsyncClient(base_url=serving.url, trust_env=False) as client:
            await _ready(client, process)
        yield serving
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


async def _ready(client: httpx.AsyncClient, process: subprocess.Popen[bytes]) -> None:
    for _ in range(round(READY_SECONDS / POLL_SECONDS)):
        if process.poll() is not None:
            break
        try:
            if (await client.get("/health")).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(POLL_SECONDS)
    raise RuntimeError("the backend did not start: what it said stands above")


@asynccontextmanager
async def desk(
    house: House, serving: Backend, *roles: str, counties: Collection[str] = (), department: str | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A member of staff with a session of their own."""
    name, password = f"user{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    await service.create(house, name, f"示例·{roles[0]}", password, roles, counties or None, department, program=True)
    token, _ = await sign_in(house, name, password)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=serving.url, headers=headers, trust_env=False, timeout=30) as client:
        yield client

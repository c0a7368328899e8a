"""A real browser (Debian's Chromium) and the page in it, against the fake backend."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from backend.edge.serving import free_port
from scripts.console import ROOT
from tests.browser.veteran import Veteran

#: Without the background flags Chromium looks for hosts outside this machine at every start.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 30.0
# Long enough for a busy machine: what is waited for is an event, and how fast it comes is measured in bench/.
expect.set_options(timeout=20_000)
PHONE = {"width": 390, "height": 780}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window, or a skip that says what to install."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium fonts-noto-cjk")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
def fake_process() -> Iterator[str]:
    """The fake backend as a process of its own; yields its address."""
    if not (ROOT / "node_modules" / "weui").exists():
        pytest.skip("the pages' npm packages are not installed: npm ci")
    port = free_port()
    command = [sys.executable, "-m", "tests.browser.fake_backend", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        base_url = f"http://127.0.0.1:{port}"
        _wait(process, base_url)
        yield base_url
        process.terminate()


def _wait(process: subprocess.Popen[bytes], base_url: str) -> None:
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS and process.poll() is None:
        try:
            httpx.get(f"{base_url}/_test/received", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the fake backend did not start")


@pytest.fixture
def fake(fake_process: str) -> Iterator[httpx.Client]:
    """The fake backend, empty and well; a client to tell it what to do."""
    with httpx.Client(base_url=fake_process, trust_env=False) as client:
        client.post("/_test/reset", json={})
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def veteran(browser: Browser, fake: httpx.Client) -> AsyncIterator[Veteran]:
    """A veteran who has just opened the page on a phone. What the page complains about fails the test."""
    context = await browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Europe/Berlin", has_touch=True)
    async with Veteran.on(context, fake) as someone:
        await someone.open()
        yield someone

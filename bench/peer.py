"""The stock peer of `make bench`: the project that `rasa init` writes, with Jieba, trained on the same phrasings.

It learns for long, so it is kept under var/ by the content of what it learnt from, and used again.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from backend.edge.serving import free_port
from scripts.console import ROOT, VAR, run_logged
from scripts.environments import BOT_ENVIRONMENT, find_uv, uv_environ

HERE = ROOT / "bench" / "stock"
#: Jieba, which only the peer needs.
PACKAGES = VAR / "bench" / "packages"
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(PACKAGES),
    "PYTHONWARNINGS": "ignore",
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
RASA = [str(BOT_ENVIRONMENT.interpreter), "-m", "rasa"]
START_SECONDS = 300.0


def trained() -> Path:
    """The folder of the peer that learnt from what this checkout holds; made and trained if there is none yet."""
    sources = [*sorted((ROOT / "data" / "nlu").glob("*.yml")), *sorted(HERE.iterdir())]
    content = hashlib.sha256(b"".join(source.read_bytes() for source in sources if source.is_file())).hexdigest()
    folder = VAR / "bench" / f"stock-{content[:12]}"
    if not PACKAGES.exists():
        install = [find_uv(), "pip", "install", "--python", BOT_ENVIRONMENT.interpreter, "--target", PACKAGES]
        lock = HERE / "requirements.txt"
        run_logged("Installing the peer", [*install, "--require-hashes", "--compile-bytecode", "-r", lock], env=uv_environ())
    if not list((folder / "models").glob("*.tar.gz")):
        folder.mkdir(parents=True, exist_ok=True)
        run_logged("Preparing the peer", [BOT_ENVIRONMENT.interpreter, HERE / "prepare.py", folder], fetches=False)
        train = [*RASA, "train", "--quiet"]
        run_logged("Training the peer (an hour or two)", train, env=ENVIRONMENT, cwd=folder, fetches=False)
    return folder


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The peer's server: its address once it answers, and its process, which leads a group of its own. Ended after."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [*RASA, "run", "-i", "127.0.0.1", "-p", str(port), "--quiet"]
    with (folder / "run.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(url, server)
        yield url, server
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers. Raises RuntimeError when it ends instead, TimeoutError when it takes too long."""
    began = time.perf_counter()
    while time.perf_counter() - began < START_SECONDS:
        if server.poll() is not None:
            raise RuntimeError("the stock peer ended while starting; its run.log says why")
        try:
            httpx.get(url, timeout=5, trust_env=False).raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"the stock peer did not answer within {START_SECONDS} s")

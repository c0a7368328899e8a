"""`make bench`: a turn through the whole chain, and beside it, in the same run, a stock Rasa without actions.

Measured from the veteran's side: for Guitu from the POST of a message to the arrival of its answer over the page's long poll
(page endpoint, store, Rasa, action server, backend, database, transcript); for the peer from the POST to its REST webhook to
the answer. Both run on this machine, one after the other, with bytecode compiled. Prints a table and writes
bench/results.json: milliseconds, and the ratio of ours to the peer's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import httpx

from bench.script import APPLICATION, long_talk
from tests.support.ports import free_port
from tests.support.stack import Stack

ROOT = Path(__file__).resolve().parent.parent
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
LONG_TURNS = 300
EDGE = 30
ANSWER_SECONDS = 60.0
START_SECONDS = 300.0
TRAIN_SECONDS = 3600.0

Say = Callable[[str], float]


def guitu_talk(base_url: str) -> tuple[Say, httpx.Client]:
    """A new conversation on the page's API; saying something returns the seconds until its answer was there."""
    client = httpx.Client(base_url=base_url, timeout=ANSWER_SECONDS, trust_env=False, headers={"origin": base_url})
    client.post("/api/chat", json={"language": "zh_Hans_CN"}).raise_for_status()

    def say(text: str) -> float:
        began = time.perf_counter()
        message = {"key": secrets.token_hex(8), "text": text}
        posted = client.post("/api/chat/messages", json=message)
        while posted.status_code == httpx.codes.TOO_MANY_REQUESTS:
            # The limit is for people; a turn is timed from the moment it was let in.
            time.sleep(posted.json()["retry_after"])
            began = time.perf_counter()
            posted = client.post("/api/chat/messages", json=message)
        posted.raise_for_status()
        seq = posted.json()["seq"]
        while True:
            answer = client.get("/api/chat/messages", params={"after": seq, "wait": 20})
            answer.raise_for_status()
            if any(message["author"] == "bot" for message in answer.json()["messages"]):
                return time.perf_counter() - began
            if time.perf_counter() - began > ANSWER_SECONDS:
                raise TimeoutError(f"no answer to {text!r} within {ANSWER_SECONDS} s")

    return say, client


def stock_talk(base_url: str) -> tuple[Say, httpx.Client]:
    """A new conversation with the peer."""
    client = httpx.Client(base_url=base_url, timeout=ANSWER_SECONDS, trust_env=False)
    sender = secrets.token_hex(8)

    def say(text: str) -> float:
        began = time.perf_counter()
        client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text}).raise_for_status()
        return time.perf_counter() - began

    return say, client


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies, in milliseconds."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1] * 1000


def timed(say: Say, texts: Iterable[str]) -> list[float]:
    """Seconds for each message."""
    return [say(text) for text in texts]


def measure(talk: Callable[[str], tuple[Say, httpx.Client]], base_url: str, applications: int) -> dict[str, float]:
    """p50 and p95 of the scripted application (repeated), and of the first and last turns of one long conversation."""
    warm, client = talk(base_url)
    timed(warm, APPLICATION[:4])
    client.close()
    turns: list[float] = []
    for _ in range(applications):
        say, client = talk(base_url)
        turns += timed(say, APPLICATION)
        client.close()
    say, client = talk(base_url)
    timed(say, APPLICATION)
    long = timed(say, long_talk(LONG_TURNS))
    client.close()
    first, last = long[:EDGE], long[-EDGE:]
    return {
        "application p50 ms": percentile(turns, 0.5),
        "application p95 ms": percentile(turns, 0.95),
        f"turns 1-{EDGE} p50 ms": percentile(first, 0.5),
        f"turns {LONG_TURNS - EDGE + 1}-{LONG_TURNS} p50 ms": percentile(last, 0.5),
        f"turns {LONG_TURNS - EDGE + 1}-{LONG_TURNS} p95 ms": percentile(last, 0.95),
        "last / first": percentile(last, 0.5) / percentile(first, 0.5),
    }


def measure_guitu(applications: int) -> dict[str, float]:
    """Our whole chain, started for this and ended after."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        try:
            stack.start_all()
            return measure(guitu_talk, stack.base_url, applications)
        finally:
            stack.stop_all()


def measure_stock(applications: int, folder: Path) -> dict[str, float]:
    """The peer: prepared, trained (unless `folder` holds its model), started, measured, ended."""
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    rasa = [str(BOT_PYTHON), "-m", "rasa"]
    seconds = 0.0
    if not list((folder / "models").glob("*.tar.gz")):
        subprocess.run([str(BOT_PYTHON), str(ROOT / "bench" / "stock" / "prepare.py"), str(folder)], check=True)
        print(f"Training the stock peer in {folder} (several minutes; log: {folder / 'train.log'}) …", flush=True)
        began = time.perf_counter()
        with (folder / "train.log").open("w") as log:
            subprocess.run(
                [*rasa, "train", "--quiet"],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                check=True,
                timeout=TRAIN_SECONDS,
            )
        seconds = time.perf_counter() - began
    port = free_port()
    with (folder / "run.log").open("w") as log:
        command = [*rasa, "run", "-i", "127.0.0.1", "-p", str(port), "--quiet"]
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        start = wait_for(url, server)
        figures = measure(stock_talk, url, applications)
    finally:
        server.terminate()
        server.wait(timeout=30)
    return figures | {"start s": start} | ({"training s": seconds} if seconds else {})


def wait_for(url: str, server: subprocess.Popen[bytes]) -> float:
    """Seconds until the server answers."""
    began = time.perf_counter()
    while time.perf_counter() - began < START_SECONDS:
        if server.poll() is not None:
            raise RuntimeError("the stock peer ended while starting; its run.log says why")
        try:
            httpx.get(url, timeout=5, trust_env=False).raise_for_status()
            return time.perf_counter() - began
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(f"the stock peer did not answer within {START_SECONDS} s")


def machine() -> str:
    """What the figures were measured on."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    return f"{os.cpu_count()} cores, {model}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def main() -> None:
    """Measure both, print the table, write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=5, help="how often the scripted application is said")
    parser.add_argument("--stock-dir", type=Path, help="keep the trained peer here and use it again")
    args = parser.parse_args()
    ours = measure_guitu(args.applications)
    with tempfile.TemporaryDirectory() as scratch:
        stock = measure_stock(args.applications, args.stock_dir or Path(scratch))
    ratios = {name: ours[name] / stock[name] for name in ours if name in stock and name != "last / first"}
    print(f"\n{machine()}\n\n{'':28}{'Guitu':>10}{'stock':>10}{'ratio':>8}")
    for name in {**ours, **stock}:
        cells = [f"{side[name]:10.1f}" if name in side else f"{'':10}" for side in (ours, stock)]
        print(f"{name:28}{''.join(cells)}{ratios[name]:8.2f}" if name in ratios else f"{name:28}{''.join(cells)}")
    results = {"machine": machine(), "guitu": ours, "stock": stock, "ratio": ratios}
    (ROOT / "bench" / "results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

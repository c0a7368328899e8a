"""`make bench`: a turn through the whole chain, and beside it, in the same run, a stock Rasa without actions.

Measured from the veteran's side: for Guitu from the POST of a message to the arrival of its answer over the page's long poll
(page endpoint, store, Rasa, action server, backend, database, transcript); for the peer from the POST to its REST webhook to
the answer. Start: from launching Rasa to its first answer; memory: what Rasa's processes hold resident after the talk. Both
run on this machine, one after the other, with bytecode compiled. Prints a table and writes bench/results.json: figures, and
the ratio of ours to the peer's.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import httpx

from bench import peer
from bench.machine import machine, resident_megabytes
from bench.results import keep
from bench.script import APPLICATION, long_talk
from scripts.console import SetupError
from tests.support.stack import Stack

LONG_TURNS = 300
EDGE = 30
ANSWER_SECONDS = 60.0
GREETING = "你好"
GROWTH, START, MEMORY = "last / first", "start to first answer s", "memory of Rasa MB"

Say = Callable[[str], float]
Talk = Callable[[str], tuple[Say, httpx.Client]]


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
    """A new conversation with the peer.."""
    client = httpx.Client(base_url=base_url, timeout=ANSWER_SECONDS, trust_env=False)
    sender = secrets.token_hex(8)

    def say(text: str) -> float:
        began = time.perf_counter()
        answer = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        seconds = time.perf_counter() - began
        answer.raise_for_status()
        return seconds

    return say, client


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies, in milliseconds."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1] * 1000


def timed(say: Say, texts: Iterable[str]) -> list[float]:
    """Seconds for each message."""
    return [say(text) for text in texts]


def measure(talk: Talk, base_url: str, applications: int) -> dict[str, float]:
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
        GROWTH: percentile(last, 0.5) / percentile(first, 0.5),
    }


def measure_guitu(applications: int) -> dict[str, float]:
    """Our whole chain, started for this and ended after."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        try:
            stack.start_all()
            figures = measure(guitu_talk, stack.base_url, applications)
            memory = resident_megabytes(stack.running["rasa"].pid)
            say, client = guitu_talk(stack.base_url)
            stack.stop("rasa")
            began = time.perf_counter()
            stack.start("rasa")
            say(GREETING)
            start = time.perf_counter() - began
            client.close()
        finally:
            stack.stop_all()
    return figures | {START: start, MEMORY: memory}


def measure_peer(applications: int, folder: Path) -> dict[str, float]:
    """The trained peer in `folder`."""
    began = time.perf_counter()
    with peer.running(folder) as (url, server):
        say, client = stock_talk(url)
        say(GREETING)
        start = time.perf_counter() - began
        client.close()
        figures = measure(stock_talk, url, applications)
        memory = resident_megabytes(server.pid)
    return figures | {START: start, MEMORY: memory}


def main() -> int:
    """Measure both, print the table, write the results. Exit status 1, with one line, when the peer cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=5, help="how often the scripted application is said")
    parser.add_argument(
        "--peer", type=Path, metavar="FOLDER", help="a peer trained before, on earlier phrasings: its speed is the same"
    )
    args = parser.parse_args()
    try:
        folder = args.peer or peer.trained()
    except SetupError as stop:
        print(f"make bench: {stop}", file=sys.stderr)
        return 1
    ours = measure_guitu(args.applications)
    stock = measure_peer(args.applications, folder)
    ratios = {name: ours[name] / stock[name] for name in ours if name != GROWTH}
    print(f"\n{machine()}\n\n{'':28}{'Guitu':>10}{'stock':>10}{'ratio':>8}")
    for name, figure in ours.items():
        ratio = f"{ratios[name]:8.2f}" if name in ratios else ""
        print(f"{name:28}{figure:10.1f}{stock[name]:10.1f}{ratio}")
    keep({"machine": machine(), "guitu": ours, "stock": stock, "ratio": ratios})
    return 0


if __name__ == "__main__":
    sys.exit(main())

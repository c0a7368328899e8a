"""`python -m bench.talk`: five hundred chat pages open at once, and fifty messages a second to conversations that staff attend to.

Measured over HTTP on loopback, at a fixed rate whatever the answers take: from the moment a veteran sends a message to the
moment it stands on the page of whoever of staff answers, and on the veteran's own. That is longer than from storing it. Prints a
table and puts it under "talk" and the database's name into bench/results.json. A figure, not a test.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from backend.channels.web import service as web
from backend.channels.web.visitor import COOKIE
from backend.clock import now
from backend.conversations import service as hub
from backend.db.ids import new_id
from backend.dialogue.model import HandoverRequest
from backend.house import House
from backend.staff import service as staff
from backend.staff.sessions import sign_in
from bench.casework.backend import backend
from bench.casework.houses import POSTGRES, SQLITE, Ground, ground
from bench.casework.samples import percentile
from bench.machine import machine
from bench.results import keep
from bench.talk.streams import MARK, Pages
from scripts.console import SetupError

AIM_MS = 300.0
#: A page may send one message a second; each conversation that staff attend to sends one every two.
ATTENDED_PER_MESSAGE = 2
WARM_SECONDS, LAST_LOOKS = 3, 100
#: Who sends waits for no free connection: the rate is fixed.
CLIENT: dict[str, Any] = {"trust_env": False, "timeout": 30, "limits": httpx.Limits(max_connections=None)}
COUNTY, CLERK = "350102", "bench"


async def _opened(house: House, count: int, attended: int) -> list[tuple[str, str]]:
    """Conversations, the first `attended` of them in the hands of staff: id and cookie."""
    found = []
    for number in range(count):
        opened = await web.open_chat(house, None, "zh_Hans_CN")
        found.append((opened.conversation.id, opened.token))
        if number >= attended:
            continue
        async with house.db.unit() as unit:
            request = HandoverRequest(
                id=new_id("h"),
                conversation_id=opened.conversation.id,
                county=COUNTY,
                priority=0,
                reason="asked",
                last_words="",
                asked_at=now(),
                queued_at=now(),
                claimed_by=f"staff:{CLERK}",
                active_at=now(),
            )
            unit.session.add(request)
            await hub.change_owner(unit, opened.conversation.id, opened.conversation.owner_version, hub.STAFF, CLERK)
            await unit.commit()
    return found


async def _talk(url: str, talks: list[tuple[str, str]], rate: int, seconds: int, mark: str) -> tuple[dict[str, float], int]:
    """Say something, so many times a second: words → when they were sent; and how many were refused."""
    sent: dict[str, float] = {}
    refused = 0
    async with httpx.AsyncClient(base_url=url, **CLIENT, headers={"origin": url}) as http:

        async def say(cookie: str, text: str) -> None:
            nonlocal refused
            sent[text] = time.perf_counter()
            body = {"key": secrets.token_hex(8), "text": text}
            try:
                answer = await http.post("/api/chat/messages", json=body, headers={"cookie": f"{COOKIE}={cookie}"})
                refused += answer.status_code != httpx.codes.ACCEPTED
            except httpx.HTTPError:
                # Too slow, or cut off: it counts as refused, and the others are still timed.
                refused += 1

        begin, tasks = time.perf_counter(), []
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(say(talks[number % len(talks)][1], f"{mark}{number}")))
        await asyncio.gather(*tasks)
    return sent, refused


async def _measure(here: Ground, streams: int, rate: int, seconds: int) -> dict[str, float]:
    attended, load = rate * ATTENDED_PER_MESSAGE, os.getloadavg()[0]
    async with here.house("talk") as (house, environ):
        await staff.create(house, CLERK, "示例·窗口", "correct-horse-battery", ["window"], [COUNTY], program=True)
        token = (await sign_in(house, CLERK, "correct-horse-battery"))[0]
        talks = await _opened(house, streams, attended)
        async with backend(environ) as serving:
            own, desk = Pages(serving.url), Pages(serving.url)
            await own.watch([("/api/chat/events", f"Cookie: {COOKIE}={cookie}") for _, cookie in talks])
            bearer = f"Authorization: Bearer {token}"
            await desk.watch([(f"/api/conversations/{each}/events", bearer) for each, _ in talks[:attended]])
            await _talk(serving.url, talks[:attended], rate, WARM_SECONDS, f"{MARK}热")
            before = serving.cpu_seconds()
            began = time.perf_counter()
            sent, refused = await _talk(serving.url, talks[:attended], rate, seconds, MARK)
            core = (serving.cpu_seconds() - before) / (time.perf_counter() - began)
            for _ in range(LAST_LOOKS):
                if sent.keys() <= own.arrived.keys() & desk.arrived.keys():
                    break
                await asyncio.sleep(0.1)
            await own.close()
            await desk.close()
    figures = {"streams": own.open + desk.open, "messages a second": rate, "seconds": seconds, "refused": refused}
    for name, pages in (("staff's page", desk), ("veteran's page", own)):
        took = [pages.arrived[text] - moment for text, moment in sent.items() if text in pages.arrived]
        figures |= {f"{name} lost": len(sent) - len(took)}
        if len(took) > 1:
            figures |= {f"{name} p50 ms": percentile(took, 0.5), f"{name} p95 ms": percentile(took, 0.95)}
    return {**figures, "backend's core": round(core, 2), "load average before": round(load, 1)}


async def _run(kinds: list[str], streams: int, rate: int, seconds: int) -> None:
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            async with ground(kind, Path(folder)) as here:
                figures = await _measure(here, streams, rate, seconds)
        met = figures.get("staff's page p95 ms", AIM_MS + 1) < AIM_MS and not figures["staff's page lost"]
        print(f"\n{machine()}\n\ntalk on {kind}: staff's page p95 under {AIM_MS:.0f} ms: {'yes' if met else 'NO'}")
        for name, figure in figures.items():
            print(f"{name:28}{figure:10.1f}")
        keep(
            {
                f"talk {kind}": {
                    "machine": machine(),
                    "figures": figures,
                    "aim": f"staff's page p95 < {AIM_MS:.0f} ms",
                    "met": met,
                }
            }
        )


def main() -> int:
    """Measure, print, keep. Exit status 1, with one line, when PostgreSQL is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=500, help="chat pages open at once")
    parser.add_argument("--rate", type=int, default=50, help="messages a second")
    parser.add_argument("--seconds", type=int, default=60, help="how long")
    parser.add_argument("--database", choices=(SQLITE, POSTGRES), help="one kind only")
    args = parser.parse_args()
    try:
        asyncio.run(_run([args.database] if args.database else [SQLITE, POSTGRES], args.streams, args.rate, args.seconds))
    except SetupError as stop:
        print(f"make bench: {stop}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

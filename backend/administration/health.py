"""How the parts of the service do: what a look at each says now, and what their traces in the database say."""

from __future__ import annotations

import asyncio
import time as clocks
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from backend.catalogue.load import DATA_FILES, Catalogue, CatalogueError, load_catalogue
from backend.clock import now
from backend.departments import repository as departments
from backend.house import House
from backend.outbox import repository as outbox
from backend.systems import repository as systems
from backend.systems.registry import OFF, SYSTEMS

GOOD, WAIT, BAD, QUIET = "good", "wait", "bad", "quiet"
#: Who is asked answers within this time, or is said not to.
SECONDS = 1.0
#: A worker takes what is due at once; what is due for longer says that none does, or not enough.
LATE = timedelta(minutes=2)
IN_VAIN = timedelta(hours=1)
MOST = 1000


@dataclass(frozen=True)
class Ask:
    """A part that answers over HTTP on this machine. ok: it did, in `milliseconds`."""

    ok: bool
    milliseconds: int = 0


@dataclass(frozen=True)
class Lag:
    """One topic of the outbox: how many are due, since when the oldest, how many are stuck, when the last was delivered."""

    topic: str
    due: int
    oldest: datetime | None
    stuck: int
    last_done: datetime | None

    @property
    def tone(self) -> str:
        """How it looks."""
        if self.stuck or (self.oldest is not None and now() - self.oldest > LATE):
            return BAD
        return WAIT if self.due else GOOD


@dataclass(frozen=True)
class Link:
    """One way to an outside system. last: when it last answered."""

    system: str
    county: str
    kind: str
    simulated: bool
    last: datetime | None


@dataclass(frozen=True)
class Health:
    """Everything. in_vain: tasks that are pushed for an hour and that no department has taken (up to MOST)."""

    database_ms: int
    asked: dict[str, Ask]
    lags: Sequence[Lag]
    links: Sequence[Link]
    units: dict[str, int]
    in_vain: int

    @property
    def late(self) -> bool:
        """Whether something due is not taken up: no worker, or not enough of them."""
        return any(lag.oldest is not None and now() - lag.oldest > LATE for lag in self.lags)


async def look(house: House) -> Health:
    """Look at every part now."""
    settings = house.settings
    places = {
        "rasa": f"{settings.rasa_url}/",
        "actions": f"http://127.0.0.1:{settings.actions_port}/health",
        "worker": f"http://127.0.0.1:{settings.worker_port}/",
        "simulator": f"{settings.simulator_url}/health",
    }
    asked = dict(zip(places, await asyncio.gather(*(_ask(house, place) for place in places.values())), strict=True))
    began = clocks.monotonic()
    async with house.db.reading() as session:
        await outbox.exists(session, "", "")
        took = clocks.monotonic() - began
        lags = [Lag(*row) for row in await outbox.lags(session, now(), now() - timedelta(days=1))]
        links = [Link(*row) for row in await systems.last_answers(session, OFF)]
        units = await departments.count_ways(session)
        in_vain = len(await departments.pushed_in_vain(session, now() - IN_VAIN, MOST))
    return Health(round(took * 1000), asked, lags, links, units, in_vain)


async def _ask(house: House, place: str) -> Ask:
    began = clocks.monotonic()
    try:
        answer = await house.http.get(place, timeout=SECONDS)
    except httpx.HTTPError:
        return Ask(False)
    return Ask(answer.is_success, round((clocks.monotonic() - began) * 1000))


def system_name(code: str) -> str:
    """What the notice calls an outside system."""
    return SYSTEMS[code].name if code in SYSTEMS else code


@dataclass(frozen=True)
class DataFile:
    """One file of the catalogue, as this process read it. own: how many of its entries administrators wrote over."""

    name: str
    lines: int
    own: int


def data_files(house: House) -> list[DataFile]:
    """The data files by name."""
    directory = house.settings.catalogue_dir
    own: dict[str, int] = {}
    for (kind, _code), row in house.overrides.rows.items():
        own[f"{kind}.yml"] = own.get(f"{kind}.yml", 0) + (row.content is not None)
    paths = sorted(path for pattern in DATA_FILES for path in directory.glob(pattern))
    return [DataFile(path.name, path.read_bytes().count(b"\n"), own.get(path.name, 0)) for path in paths]


async def check_files(house: House) -> tuple[Catalogue | None, str]:
    """Read the data files anew as a start would: what they are, or what is wrong with file and line. Nothing changes by it."""
    try:
        return await asyncio.to_thread(load_catalogue, house.settings.catalogue_dir), ""
    except CatalogueError as error:
        return None, str(error)

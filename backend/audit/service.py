"""Pages of the list of who saw and did what, and all of what was asked for, to be taken out of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backend.administration import service as administration
from backend.applications.actor import Actor
from backend.audit import repository
from backend.audit.rules import Asked, Entry
from backend.errors import Conflict
from backend.house import House

#: More than this nobody reads in one file, and a server that writes it does nothing else for long.
MOST_EXPORTED = 10_000
STEP = 1000
AUDIT = "audit"


@dataclass(frozen=True)
class Found:
    """Entries, and what those who act in them are called: user → name, unit → name."""

    entries: Sequence[Entry]
    staff: Mapping[str, str]
    units: Mapping[str, str]


async def page(house: House, actor: Actor, asked: Asked) -> Found:
    """The newest `asked.limit` entries after the last one seen."""
    async with house.db.reading() as session:
        entries = await repository.entries(session, actor, asked)
        kinds = [each.actor.partition(":") for each in entries]
        staff = await repository.names(session, {name for kind, _, name in kinds if kind in ("staff", "cli")})
        units = await repository.unit_names(session, {name.rstrip("?") for kind, _, name in kinds if kind == "unit"})
    return Found(entries, staff, units)


async def export(house: House, actor: Actor, asked: Asked, described: str) -> Found:
    """All that was asked for, for a file; that it was taken out is on record, with what was asked. Raises Conflict for too much."""
    entries: list[Entry] = []
    staff: dict[str, str] = {}
    units: dict[str, str] = {}
    step = replace(asked, after=None, limit=STEP)
    while True:
        found = await page(house, actor, step)
        entries += found.entries
        staff |= found.staff
        units |= found.units
        if len(entries) > MOST_EXPORTED:
            raise Conflict(f"超过{MOST_EXPORTED}条，请把时间写短些，分几次导出。", code="too_many")
        if len(found.entries) < STEP:
            break
        last = found.entries[-1]
        step = replace(step, after=(*last.place, last.id))
    async with house.db.unit() as unit:
        # Whoever reads this list can be read in it.
        administration.note(
            unit, actor.name, AUDIT, "export", described or "全部", "export_audit", data={"rows": [None, len(entries)]}
        )
        await unit.commit()
    return Found(entries, staff, units)

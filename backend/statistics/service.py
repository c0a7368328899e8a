"""A month's lines, put together from the counts, and as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import now
from backend.house import House
from backend.statistics import repository
from backend.statistics.rules import Line, bounds, hours

HEAD = (
    "月份",
    "县（市、区）代码",
    "县（市、区）",
    "承办部门",
    "事项",
    "接收数",
    "办结数",
    "按时办结数",
    "超时办结数",
    "豁免数",
    "办理用时中位数（工作小时）",
    "在办数",
    "在办超时数",
    "投递受阻数",
    "催办数",
)


async def month(session: AsyncSession, name: str, counties: Sequence[str] | None) -> list[Line]:
    """The lines of a month (`2026-11`) for `counties` (None: all), in the order of their keys. Raises GuituError."""
    begin, end = bounds(name)
    ended = await repository.ended(session, name, counties)
    medians = await repository.medians(session, name, {key: counts[-1] for key, counts in ended.items()})
    received = await repository.received(session, name, counties)
    open_now = await repository.open_now(session, now(), counties)
    stuck = await repository.stuck(session, begin, end, counties)
    urged = await repository.urged(session, begin, end, counties)
    keys = sorted({*ended, *received, *open_now, *stuck, *urged})
    lines = []
    for key in keys:
        results = ended.get(key, (0, 0, 0, 0, 0, 0))
        still = open_now.get(key, (0, 0))
        lines.append(
            Line(
                *key,
                received=received.get(key, (0,))[0],
                ended=results[0],
                done=results[1],
                on_time=results[2],
                late=results[3],
                exempted=results[4],
                median_hours=hours(medians[key]) if key in medians else None,
                open=still[0],
                overdue=still[1],
                stuck=stuck.get(key, (0,))[0],
                urged=urged.get(key, (0,))[0],
            )
        )
    return lines


def as_json(line: Line) -> dict[str, Any]:
    """A line with its rate."""
    return {**asdict(line), "on_time_rate": line.on_time_rate}


def table(house: House, name: str, lines: Sequence[Line]) -> list[tuple[object, ...]]:
    """The rows under HEAD, in words."""
    catalogue, ever = house.catalogue, house.editions
    return [
        (
            name,
            line.county,
            catalogue.counties[line.county].name,
            ever.departments[line.department].name.source,
            ever.matters[line.matter].name.source,
            line.received,
            line.ended,
            line.on_time,
            line.late,
            line.exempted,
            line.median_hours,
            line.open,
            line.overdue,
            line.stuck,
            line.urged,
        )
        for line in lines
    ]

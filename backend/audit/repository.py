"""Every query of the list: each record is asked for its next entries by time, and what the asker may not reach is not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from backend.administration.model import AdministrationEvent, CatalogueOverride
from backend.applications.actor import Actor
from backend.applications.model import EXPORTS, Application, CaseEvent
from backend.audit.rules import (
    ACCOUNT,
    CALENDAR,
    CASE,
    EXPORT,
    EXPORTS_OF_SETTINGS,
    FILE,
    LOOK,
    REFUSAL,
    SETTING,
    SOURCES,
    TALK,
    TEXT,
    Asked,
    Entry,
)
from backend.calendars.model import CalendarChange
from backend.departments.model import DepartmentUnit
from backend.dialogue.model import HandoverRequest
from backend.security.model import AccessRecord, Refusal
from backend.staff.model import Staff, StaffEvent
from backend.systems.model import SystemFile
from backend.takeover.model import HandoverEvent


def _next(statement: Any, source: str, asked: Asked, at: Any, key: Any, actor: Any) -> Any:
    """The next entries of one record after the last one seen, narrowed by who and when."""
    if asked.who is not None:
        statement = statement.where(actor == asked.who)
    if asked.since is not None:
        statement = statement.where(at >= asked.since)
    if asked.until is not None:
        statement = statement.where(at < asked.until)
    if asked.after is not None:
        moment, rank, last = asked.after
        mine = SOURCES.index(source)
        if mine < rank:
            statement = statement.where(at <= moment)
        elif mine > rank:
            statement = statement.where(at < moment)
        else:
            statement = statement.where(or_(at < moment, and_(at == moment, key < last)))
    # Of one instant the earlier records come last, so that a page ends where the next begins.
    return statement.order_by(at.desc(), key.desc()).limit(asked.limit)


def _of_counties(statement: Any, column: Any, actor: Actor, asked: Asked, *, everywhere: bool = False) -> Any:
    """Only what is of the asker's counties, and of the one asked for; `everywhere`: what is of no county concerns all."""
    if actor.counties is not None:
        mine = column.in_(actor.counties)
        statement = statement.where(or_(column.is_(None), mine) if everywhere else mine)
    if asked.county is not None:
        statement = statement.where(column == asked.county)
    return statement


#: Up to here a county's entries are looked for case by case, beyond by time: either way few rows are read in vain.
FEW_CASES = 2000


async def _of_cases(session: AsyncSession, statement: Any, case: Any, actor: Actor, asked: Asked) -> Any:
    """Only what is about cases of the asker's counties, and of the one asked for. `case`: how its case is found."""
    wanted: Collection[str] | None = actor.counties
    if asked.county is not None:
        wanted = [asked.county] if wanted is None or asked.county in wanted else []
    if wanted is None:
        return statement
    counted = select(Application.id).where(Application.county.in_(wanted)).limit(FEW_CASES + 1).subquery()
    if (await session.scalar(select(func.count()).select_from(counted)) or 0) <= FEW_CASES:
        return statement.where(Application.county.in_(wanted))
    other = aliased(Application)
    return statement.where(select(other.county).where(case(other)).scalar_subquery().in_(wanted))


async def _all(session: AsyncSession, statement: Any) -> Sequence[Any]:
    return (await session.execute(statement)).all()


async def _each(session: AsyncSession, statement: Any) -> Sequence[Any]:
    return (await session.scalars(statement)).all()


async def _looks(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    table = AccessRecord
    statement = select(table, Application.county).outerjoin(Application, Application.number == table.case_number)
    statement = await _of_cases(session, statement, lambda other: other.number == table.case_number, actor, asked)
    if asked.case_number is not None:
        statement = statement.where(table.case_number == asked.case_number)
    rows = await _all(session, _next(statement, LOOK, asked, table.at, table.id, table.actor))
    return [Entry(LOOK, row.id, row.at, row.actor, row.what, row.case_number, county) for row, county in rows]


async def _refusals(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    table = Refusal
    statement = _of_counties(select(table), table.county, actor, asked)
    if asked.case_number is not None:
        statement = statement.where(table.case_number == asked.case_number)
    rows = await _each(session, _next(statement, REFUSAL, asked, table.at, table.id, table.actor))
    return [
        Entry(REFUSAL, row.id, row.at, row.actor, row.code, row.case_number, row.county, f"{row.method} {row.route}")
        for row in rows
    ]


async def _cases(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    table = CaseEvent
    statement = select(table, Application.number, Application.county).join(Application, Application.id == table.application_id)
    statement = await _of_cases(session, statement, lambda other: other.id == table.application_id, actor, asked)
    if asked.case_number is not None:
        statement = statement.where(Application.number == asked.case_number)
    if asked.kind == EXPORT:
        statement = statement.where(EXPORTS)
    rows = await _all(session, _next(statement, CASE, asked, table.at, table.id, table.actor))
    return [_of_case(*row) for row in rows]


def _of_case(event: CaseEvent, number: str, county: str) -> Entry:
    data = {"from": event.from_state, "to": event.to_state, "task": event.task_id, "reason": event.reason}
    fields = (event.data or {}).get("fields")
    return Entry(CASE, event.id, event.at, event.actor, event.command, number, county, data=data | {"fields": fields})


async def _accounts(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    if actor.counties is not None or asked.county is not None:
        # Accounts are the province's.
        return []
    table = StaffEvent
    statement = select(table, Staff.username, Staff.display_name).join(Staff, Staff.id == table.staff_id)
    rows = await _all(session, _next(statement, ACCOUNT, asked, table.at, table.id, table.actor))
    return [
        Entry(ACCOUNT, event.id, event.at, event.actor, event.command, about=f"{shown}（{name}）", data=event.data or {})
        for event, name, shown in rows
    ]


async def _settings(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    table = AdministrationEvent
    statement = _of_counties(select(table), table.county, actor, asked)
    if asked.kind == EXPORT:
        statement = statement.where(table.command.in_(EXPORTS_OF_SETTINGS))
    rows = await _each(session, _next(statement, SETTING, asked, table.at, table.id, table.actor))
    return [Entry(SETTING, row.id, row.at, row.actor, row.command, None, row.county, row.about, row.data or {}) for row in rows]


async def _texts(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    table = CatalogueOverride
    statement = _of_counties(select(table), table.county, actor, asked)
    rows = await _each(session, _next(statement, TEXT, asked, table.at, table.id, table.actor))
    return [
        Entry(
            TEXT,
            row.id,
            row.at,
            row.actor,
            "set_text" if row.content is not None else "use_file",
            None,
            row.county,
            f"{row.kind}.yml · {row.code}",
            {"number": row.number, "reason": row.why},
        )
        for row in rows
    ]


async def _calendar(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    table = CalendarChange
    statement = _of_counties(select(table), table.county, actor, asked, everywhere=True)
    rows = await _each(session, _next(statement, CALENDAR, asked, table.at, table.id, table.by))
    return [Entry(CALENDAR, row.id, row.at, row.by, row.kind, None, row.county, row.about) for row in rows]


async def _talks(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    table = HandoverEvent
    statement = select(table, HandoverRequest.county).join(HandoverRequest, HandoverRequest.id == table.request_id)
    statement = _of_counties(statement, HandoverRequest.county, actor, asked)
    rows = await _all(session, _next(statement, TALK, asked, table.at, table.id, table.actor))
    return [Entry(TALK, event.id, event.at, event.actor, event.command, None, county) for event, county in rows]


async def _files(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    table = SystemFile
    statement = _of_counties(select(table), table.county, actor, asked)
    if asked.kind == EXPORT:
        statement = statement.where(table.direction == "out")
    rows = await _each(session, _next(statement, FILE, asked, table.at, table.id, table.by))
    return [
        Entry(FILE, row.id, row.at, row.by, f"file_{row.direction}", None, row.county, row.system, {"rows": row.rows})
        for row in rows
    ]


_ASK: Mapping[str, Callable[[AsyncSession, Actor, Asked], Awaitable[list[Entry]]]] = {
    LOOK: _looks,
    REFUSAL: _refusals,
    CASE: _cases,
    ACCOUNT: _accounts,
    SETTING: _settings,
    TEXT: _texts,
    CALENDAR: _calendar,
    TALK: _talks,
    FILE: _files,
}


async def entries(session: AsyncSession, actor: Actor, asked: Asked) -> list[Entry]:
    """The newest `asked.limit` of all records together. Each record gives no more than that many."""
    # A name at a time: each walks its index by time, and reads no more than it gives.
    ones = [replace(asked, who=name) for name in asked.actors]
    found = [entry for one in ones for source in one.sources for entry in await _ASK[source](session, actor, one)]
    # Each record's own are in order already; of one instant the records follow each other from the last to the first.
    found.sort(key=lambda entry: entry.place, reverse=True)
    return found[: asked.limit]


async def names(session: AsyncSession, usernames: Collection[str]) -> dict[str, str]:
    """What these users are called."""
    rows = await session.execute(select(Staff.username, Staff.display_name).where(Staff.username.in_(usernames)))
    return {row[0]: row[1] for row in rows}


async def unit_names(session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
    """What these units are called."""
    rows = await session.execute(select(DepartmentUnit.id, DepartmentUnit.name).where(DepartmentUnit.id.in_(ids)))
    return {row[0]: row[1] for row in rows}

"""Taking a county's list, and matching it with applications on the identity number. Each command is one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import states
from backend.applications.actor import Actor, actor_of
from backend.applications.case import move
from backend.applications.indexes import identity_index
from backend.applications.model import Application
from backend.archives import repository, rules
from backend.archives.model import ArchiveImport, ExpectedSoldier
from backend.clock import now, today
from backend.db.engine import Unit, hold
from backend.db.ids import new_id
from backend.errors import NotFound
from backend.house import House
from backend.security.masking import mask_id_number, mask_name
from backend.spreadsheets.reading import BadSheet, Column, read_apart

COLUMNS = (
    Column("name", "姓名", required=True),
    Column("id_number", "公民身份号码", required=True),
    Column("discharge_month", "退役时间", month=True),
    Column("soldier_kind", "士兵类别"),
    Column("self_employed", "自主就业"),
    Column("mobile", "联系方式"),
    Column("archive", "档案收到日期"),
)


@dataclass(frozen=True)
class Imported:
    """What came of a list: its rows, how many were new, matched with an application, and archives recorded by it."""

    rows: int
    new: int
    matched: int
    archives: int
    again: bool = False


async def import_list(house: House, actor: Actor | str, county: str, content: bytes) -> Imported:
    """Take a list (.xlsx) whole or not at all. The same file again changes nothing.

    Raises NotFound for a county that is not the actor's, BadSheet naming every cell that is wrong.
    """
    own_county(house, actor, county)
    listed = await _read(content)
    file_hash = hashlib.sha256(content).hexdigest()
    async with house.db.unit() as unit:
        # One at a time in a county: who is on the list is not seen by the next import before it is committed.
        await hold(unit.session, f"archives:{county}")
        known = await repository.import_of(unit.session, county, file_hash)
        if known is not None:
            return Imported(known.rows, 0, 0, 0, again=True)
        taken = ArchiveImport(
            id=new_id("i"),
            county=county,
            file_hash=file_hash,
            rows=len(listed),
            imported_by=actor_of(actor).name,
            at=now(),
        )
        unit.session.add(taken)
        await unit.session.flush()
        imported = await _keep(unit, house, actor_of(actor), taken, listed)
        await unit.commit()
        return imported


def own_county(house: House, actor: Actor | str, county: str) -> None:
    """Raises NotFound for a county that is not the actor's."""
    counties = actor_of(actor).counties
    if county not in house.catalogue.counties or (counties is not None and county not in counties):
        raise NotFound(f"没有编号为 {county} 的县（市、区），或者它不归你办。", code="unknown_county")


async def _read(content: bytes) -> list[rules.Listed]:
    listed: list[rules.Listed] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for row in await read_apart(content, COLUMNS):
        person, wrong = rules.read_row(row.cells, today())
        problems += [f"第{row.number}行：{each}" for each in wrong]
        if person is None:
            continue
        first = seen.setdefault(person.facts["id_number"], row.number)
        if first != row.number:
            problems.append(f"第{row.number}行：和第{first}行是同一个身份证号")
        listed.append(person)
    if problems:
        raise BadSheet(f"有{len(problems)}处要改，改好再传，这次一行也没有收。", problems)
    return listed


async def _keep(unit: Unit, house: House, actor: Actor, taken: ArchiveImport, listed: list[rules.Listed]) -> Imported:
    this_year = today().year
    # An archive may come in January for who applied in December.
    years = (this_year, this_year - 1)
    by_index = {identity_index(house, person.facts["id_number"]): person for person in listed}
    known = await repository.expected_among(unit.session, taken.county, years, by_index)
    applications = await repository.live_among(unit.session, years, by_index)
    archives = matched = new = 0
    for index, person in by_index.items():
        year = _year_of(person, index, years, {*known, *applications})
        row = known.get((year, index))
        if row is None:
            new += 1
            row = ExpectedSoldier(county=taken.county, year=year, identity_index=index)
            unit.session.add(row)
        row.facts, row.import_id = person.facts, taken.id
        # A later list that says nothing of the archive does not take it back.
        if person.archive_received_on is not None:
            row.archive_received_on, row.archive_recorded_by = person.archive_received_on, actor.name
        application = applications.get((year, index))
        if application is not None and application.county == taken.county:
            matched += 1
            _join(row, application)
            archives += _record(unit, application, actor, row)
    await unit.session.flush()
    return Imported(len(listed), new, matched, archives)


def _year_of(person: rules.Listed, index: str, years: tuple[int, int], there: Collection[tuple[int, str]]) -> int:
    """Whose list a row belongs to: that of the year of discharge, where it says so; else of the year in which the person is
    known already, as applicant or from a list; else of this year.
    """
    discharged = int(str(person.facts.get("discharge_month", "0")).partition("-")[0])
    if discharged in years:
        return discharged
    return next((year for year in years if (year, index) in there), years[0])


def _join(row: ExpectedSoldier, application: Application) -> None:
    row.application_id = application.id
    row.differs = bool(rules.differences(row.facts, application.answers))


def _record(unit: Unit, application: Application, actor: Actor | str, row: ExpectedSoldier) -> bool:
    """The archive has come: recorded for the case, if that is still awaited. # notice 四(一)"""
    awaited = application.archive_received_at is None and "record_archive" in states.allowed(application.state)
    if row.archive_received_on is None or not awaited:
        return False
    move(unit, application, actor, "record_archive", data={"received_on": row.archive_received_on.isoformat()})
    application.archive_received_at = now()
    return True


def record_for(unit: Unit, application: Application | None, actor: Actor | str, row: ExpectedSoldier) -> None:
    """What the list says of an archive, for the case that was matched with it and is held."""
    if application is not None:
        _record(unit, application, actor, row)


async def match(unit: Unit, application: Application, actor: Actor | str) -> None:
    """Find the applicant on the county's list, in the transaction that files or transfers the case."""
    for row in await repository.expected(unit.session, application.identity_index, application.year):
        if row.county == application.county:
            _join(row, application)
            _record(unit, application, actor, row)


async def match_anew(unit: Unit, application: Application, actor: Actor | str) -> None:
    """The applicant has another identity number: what the list said of the number before was about somebody else."""
    for row in await repository.matched(unit.session, application.id):
        if row.identity_index == application.identity_index:
            continue
        row.application_id, row.differs = None, None
        if row.archive_received_on is not None and "record_archive" in states.allowed(application.state):
            application.archive_received_at = None
    await match(unit, application, actor)


async def compare_anew(unit: Unit, application: Application) -> None:
    """The applicant says something else now: whether the list still agrees is kept in step."""
    for row in await repository.matched(unit.session, application.id):
        _join(row, application)


async def note_arrival(unit: Unit, application: Application, actor: Actor | str) -> None:
    """The archive of a case has come, in the transaction that records it there: the county's list says so too."""
    for row in await repository.matched(unit.session, application.id):
        if row.archive_received_on is None:
            row.archive_received_on, row.archive_recorded_by = today(), actor_of(actor).name


async def differences(session: AsyncSession, application: Application) -> list[str] | None:
    """Fields in which a case says otherwise than the county's list; None when the applicant is not on it."""
    for row in await repository.expected(session, application.identity_index, application.year):
        if row.county == application.county:
            return rules.differences(row.facts, application.answers)
    return None


async def listing(
    session: AsyncSession, house: House, actor: Actor | str, county: str, year: int, after: int, limit: int
) -> dict[str, Any]:
    """A page of a county's list, masked: who has applied, whose archive has come, what does not agree."""
    own_county(house, actor, county)
    found = await repository.page(session, county, year, after, limit)
    return {
        "counts": await repository.counts(session, county, year),
        "rows": [
            {
                "id": row.id,
                "name": mask_name(row.facts["name"]),
                "id_number": mask_id_number(row.facts["id_number"]),
                "archive_received_on": row.archive_received_on.isoformat() if row.archive_received_on else None,
                "application": application.number if application else None,
                "state": application.state if application else None,
                "differences": rules.differences(row.facts, application.answers) if application else [],
            }
            for row, application in found
        ],
        "next": found[-1][0].id if len(found) == limit else None,
    }

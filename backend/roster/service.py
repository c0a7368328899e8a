"""The roster: what the window types, the export for the armed-forces department, and its two hand-overs (notice 三(二), 附表)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from backend.applications.actor import Actor, actor_of
from backend.applications.case import record, take
from backend.applications.model import Application
from backend.applications.states import COMPLETED, IN_PROGRESS, RECEIVING
from backend.clock import local, now
from backend.db.engine import hold
from backend.db.ids import new_id
from backend.errors import Conflict, Forbidden, GuituError, NotFound
from backend.house import House
from backend.roster import repository
from backend.roster.model import RosterExport, RosterRow, RosterUnits
from backend.roster.repository import Collected
from backend.roster.rules import FILE_WAYS, PASSWORD_WAYS, WAYS, Units, problem_of, row_of
from backend.roster.sheet import encrypt, generate_password, write_sheet

#: The certificate lies on the window's desk from the originals' receipt on.
MAY_TYPE = (RECEIVING, IN_PROGRESS, COMPLETED)
MOST_EXPORTS = 100


@dataclass(frozen=True)
class Exported:
    """A new export of these cases, its password (told now and never again), the file, and whose rows are still to come."""

    export: RosterExport
    cases: list[str]
    password: str
    file: bytes
    waiting: list[str]


async def type_units(
    house: House, number: str, actor: Actor | str, units: Units, version: int | None = None, *, seen: str | None = None
) -> None:
    """Type the two columns from the certificate. The record of the case says that it was done, never what was typed.

    seen   when they had been typed as far as the typist saw (ISO 8601, empty: not yet); Conflict when somebody has typed since
    """
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        if application.state not in MAY_TYPE:
            raise Conflict(
                f"申请现在是“{application.state}”，收到原件以后才能照退出现役证件录入部队。",
                code="not_allowed",
                state=application.state,
                allowed=list(MAY_TYPE),
            )
        found = await repository.units_of(unit.session, application.id, lock=True)
        if seen is not None and seen != (found.typed_at.isoformat() if found else ""):
            by, at = (_name(found.typed_by), f"{local(found.typed_at):%m-%d %H:%M}") if found else ("", "")
            raise Conflict(f"{by}在{at}刚录入过部队，没有改动。请先看他录的，再决定要不要改。", code="stale", allowed=[])
        if found is None:
            found = RosterUnits(application_id=application.id)
            unit.session.add(found)
        found.large, found.brigade = units.large, units.brigade
        found.typed_by, found.typed_at = actor_of(actor).name, now()
        record(unit, application, actor, "type_units")
        await unit.commit()


async def show_units(house: House, number: str, actor: Actor | str) -> Units | None:
    """What was typed; None when nothing was. Each look stands in the record of the case."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor)
        found = await repository.units_of(unit.session, application.id)
        if found is None:
            return None
        record(unit, application, actor, "show_units")
        await unit.commit()
        return Units(found.large, found.brigade)


async def collected(house: House, actor: Actor | str, county: str, year: int | None = None) -> list[Collected]:
    """Everybody whose reporting in is done, with how far their row is; of every year unless one is given."""
    who = _of_county(house, actor, county)
    async with house.db.reading() as session:
        return await repository.collected(session, who, county, year)


async def export(
    house: House, actor: Actor | str, county: str, year: int | None = None, *, after: str | None = None
) -> Exported:
    """Write the rows that were not handed over yet, encrypted; of every year unless one is given, for who applied in December
    may report in in January. Whoever's units are not typed is named and left for the next.

    Raises Conflict `no_rows` when there is nothing to hand over, `bad_rows` for an identity number that is none: a roster
    with a wrong person in it is worse than none; `stale` when there is a newer export than `after`, the newest that was seen
    (empty: none).
    """
    who = _of_county(house, actor, county)
    async with house.db.reading() as session:
        open_rows = await repository.collected(session, who, county, year, still_open=True)
    waiting = [each.application.number for each in open_rows if each.units is None]
    ready = [(each.application, Units(each.units.large, each.units.brigade)) for each in open_rows if each.units is not None]
    if not ready:
        raise Conflict(
            f"没有可以移交的：还有 {len(waiting)} 人要先由窗口录入部队。" if waiting else "现在没有要移交的人。",
            code="no_rows",
            waiting=waiting,
        )
    bad = {application.number: problem_of(application.answers) for application, _units in ready}
    bad = {number: problem for number, problem in bad.items() if problem is not None}
    if bad:
        raise Conflict(f"这几份的身份证号不对，先更正再导出：{'、'.join(bad)}。", code="bad_rows", problems=bad)
    rows = [row_of(house.catalogue, line, application.answers, units) for line, (application, units) in enumerate(ready, 1)]
    password = generate_password()
    file = await asyncio.to_thread(lambda: encrypt(write_sheet(rows), password))
    cases = [application for application, _units in ready]
    made = await _keep(house, who, county, cases, file, after)
    return Exported(made, [application.number for application in cases], password, file, waiting)


async def _keep(
    house: House, who: Actor, county: str, cases: Sequence[Application], file: bytes, after: str | None
) -> RosterExport:
    moment = now()
    made = RosterExport(
        id=new_id("x"),
        county=county,
        made_by=who.name,
        made_at=moment,
        row_count=len(cases),
        sha256=hashlib.sha256(file).hexdigest(),
        file=file,
        fetched=[],
    )
    async with house.db.unit() as unit:
        await hold(unit.session, f"roster:{county}")
        newest = next(iter(await repository.exports(unit.session, who, county, 1)), None)
        if after is not None and newest is not None and newest.id != after:
            by, at = _name(newest.made_by), f"{local(newest.made_at):%m-%d %H:%M}"
            raise Conflict(
                f"{by}在{at}刚导出过{newest.row_count}人的名册，没有再导出。请先看那一份。", code="stale", allowed=[]
            )
        unit.session.add(made)
        await unit.session.flush()
        for application in cases:
            unit.session.add(RosterRow(export_id=made.id, application_id=application.id))
            record(unit, application, who, "export_roster", data={"export": made.id}, at=moment)
        await unit.commit()
    return made


async def exports(house: House, actor: Actor | str, county: str | None = None) -> list[tuple[RosterExport, list[str]]]:
    """Exports that `actor` may know of, the newest first, each with the numbers of its cases."""
    async with house.db.reading() as session:
        found = await repository.exports(session, actor_of(actor), county, MOST_EXPORTS)
        cases = await repository.cases_of(session, [each.id for each in found])
    return [(each, [application.number for application in cases[each.id]]) for each in found]


async def fetch(house: House, export_id: str, actor: Actor | str) -> tuple[RosterExport, bytes]:
    """The encrypted file, until it is handed over. Each fetching is recorded."""
    who = actor_of(actor)
    async with house.db.unit() as unit:
        found = await repository.export_of(unit.session, who, export_id, with_file=True)
        if found is None:
            raise _unknown(export_id)
        if found.file is None:
            raise Conflict("这份名册已经移交，文件不再保留。还要的话请重新导出。", code="handed_over")
        file = found.file
        found.fetched = [*found.fetched, {"by": who.name, "at": now().isoformat()}]
        await unit.commit()
    return found, file


async def hand_over(house: House, export_id: str, actor: Actor | str, to: str, way: str) -> RosterExport:
    """The file went to the armed-forces department: to whom and how. Its rows count as handed over, the file goes. # notice 三(二)"""
    _known_way(way, FILE_WAYS)
    who = actor_of(actor)
    async with house.db.unit() as unit:
        found = await repository.export_of(unit.session, who, export_id, with_file=True)
        if found is None:
            raise _unknown(export_id)
        if found.handed_over_at is not None:
            raise Conflict(f"这份名册已经由{_name(found.handed_over_by)}登记过移交。", code="handed_over")
        _another_way(way, found.password_way)
        moment = now()
        found.handed_over_at, found.handed_over_by = moment, who.name
        found.handed_over_to, found.handed_over_way = to, way
        found.file = None
        for application in (await repository.cases_of(unit.session, [found.id]))[found.id]:
            record(unit, application, who, "hand_over_roster", data={"export": found.id, "way": way}, at=moment)
        await unit.commit()
    return found


async def hand_over_password(house: House, export_id: str, actor: Actor | str, way: str, to: str | None = None) -> RosterExport:
    """The password went, by another way than the file, `to` somebody. # notice 三(二): 按信息保密要求"""
    _known_way(way, PASSWORD_WAYS)
    who = actor_of(actor)
    async with house.db.unit() as unit:
        found = await repository.export_of(unit.session, who, export_id)
        if found is None:
            raise _unknown(export_id)
        if found.password_at is not None:
            raise Conflict(f"这份名册的口令已经由{_name(found.password_by)}登记过移交。", code="password_handed_over")
        _another_way(way, found.handed_over_way)
        found.password_at, found.password_by, found.password_way = now(), who.name, way
        found.password_to = to
        await unit.commit()
    return found


def _of_county(house: House, actor: Actor | str, county: str) -> Actor:
    """Who asks, if the county is theirs."""
    who = actor_of(actor)
    if county not in house.catalogue.counties:
        raise NotFound(f"没有这个县（市、区）：{county}。请写六位编号，例如 350102。", code="unknown_county")
    if who.counties is not None and county not in who.counties:
        raise Forbidden("这个县（市、区）的名册不归你管。", code="other_county")
    return who


def _name(actor: str | None) -> str:
    return (actor or "").partition(":")[2] or (actor or "")


def _known_way(way: str, ways: Sequence[str]) -> None:
    if way not in ways:
        raise GuituError(f"没有这种方式。可以是：{'、'.join(ways)}。", code="unknown_way", allowed=list(ways))


def _another_way(way: str, other: str | None) -> None:
    if way == other:
        raise Conflict(
            f"文件和口令不能走同一条路（{WAYS[way]}）。请换一种方式。",
            code="same_way",
            allowed=[each for each in WAYS if each != way],
        )


def _unknown(export_id: str) -> NotFound:
    return NotFound(f"没有编号为 {export_id} 的名册，或者它不归你管。", code="no_export")

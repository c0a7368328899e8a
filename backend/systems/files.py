"""The exchange by file: what waits is written into one, and a result file is read back, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from backend.clock import SHANGHAI, now
from backend.db.ids import new_id
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.spreadsheets.writing import write
from backend.systems import repository, sheets
from backend.systems.incoming import apply_in, check_time
from backend.systems.links import system_of
from backend.systems.model import SystemExchange, SystemFile

MOST = sheets.MOST_ROWS
#: Codes in words, as they stand in a file. A result file may have either.
WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("party_members", "political_status"): {
        "party": "中共党员",
        "probationary": "中共预备党员",
        "party_and_league": "中共党员、共青团员",
    },
    ("party_members", "status"): {
        "entered": "已录入",
        "under_review": "审核中",
        "transferred": "已转入",
        "sent_back": "退回",
    },
    ("league", "status"): {"confirmed": "已报到"},
    ("bank", "delivery"): {"collect": "自取", "mail": "邮寄"},
    ("post", "product"): {"booklet": "户口簿", "card": "社保卡"},
    ("post", "status"): {"mailed": "已寄出", "delivered": "已签收", "came_back": "退回"},
}


@dataclass(frozen=True)
class Written:
    """A file that was written: its record's id, its bytes, and how many rows it has."""

    id: str
    content: bytes
    rows: int


def titles_of(form: type[BaseModel]) -> dict[str, str]:
    """field → column, in the order of the file."""
    return {name: field.title or name for name, field in form.model_fields.items()}


async def write_file(house: House, system: str, county: str, form: str, by: str) -> Written:
    """Write what waits for a county (`350000`: all) into a new file. Raises Conflict when nothing does."""
    known = system_of(system)
    if known.sends is None:
        raise GuituError(f"{known.name}没有这种文件。", code="no_such_way", allowed=list(known.ways))
    async with house.db.unit() as unit:
        links = await repository.file_links(unit.session, system, county)
        waiting = await repository.for_file(unit.session, [link.id for link in links], county, MOST)
        if not waiting:
            raise Conflict(f"{known.name}现在没有要导出的。", code="nothing_to_file", allowed=[])
        content = _sheet(house, known.sends, waiting, form)
        record = _record(system, county, "out", len(waiting), content, by)
        unit.session.add(record)
        await unit.session.flush()
        for exchange in waiting:
            exchange.state, exchange.file_id = "in_file", record.id
        await unit.commit()
        return Written(record.id, content, len(waiting))


async def write_again(house: House, system: str, county: str, file_id: str, form: str) -> Written:
    """The rows of a file that was written before. Raises NotFound when there is none for that county."""
    async with house.db.reading() as session:
        record = await repository.file_by_id(session, file_id)
        if record is None or (record.system, record.county, record.direction) != (system, county, "out"):
            raise NotFound("没有这个文件，或者它不归你管。", code="no_file")
        rows = await repository.of_file(session, file_id)
    if any(each.body is None for each in rows):
        raise Conflict("这个文件里的个人信息过了保存期，已经清除，不能再导出。", code="ended", allowed=[])
    sends = system_of(system).sends
    assert sends is not None  # it was written once
    return Written(file_id, _sheet(house, sends, rows, form), len(rows))


def _sheet(house: House, sends: type[BaseModel], exchanges: Any, form: str) -> bytes:
    titles = titles_of(sends)
    rows = [[_shown(house, each, name) for name in titles] for each in exchanges]
    return write(form, "往来数据", list(titles.values()), rows)


def _shown(house: House, exchange: SystemExchange, name: str) -> Any:
    value = (exchange.body or {}).get(name)
    if name == "bank" and isinstance(value, str) and value in house.catalogue.banks:
        return house.catalogue.banks[value].name.source
    return WORDS.get((exchange.system, name), {}).get(str(value), value)


async def read_file(house: House, system: str, county: str, content: bytes, by: str) -> dict[str, int]:
    """Take a result file: {rows, applied}. All of it or, with a refusal that names the row, nothing; both are on record.

    The same file again changes nothing, and is answered as the first time but for `applied`, which is 0.
    """
    known = system_of(system)
    if known.reports is None or "file" not in known.ways:
        raise GuituError(f"{known.name}没有结果文件。", code="no_such_way", allowed=list(known.ways))
    async with house.db.reading() as session:
        linked = await repository.file_links(session, system, county)
        before = await repository.taken_before(session, system, county, hashlib.sha256(content).hexdigest())
    if not linked:
        raise NotFound(f"{county} 没有登记用文件交换的{known.name}。", code="no_link")
    if before is not None:
        return {"rows": before.rows, "applied": 0}
    try:
        return await _take(house, system, county, known.reports, content, by)
    except GuituError as refusal:
        record = _record(system, county, "in", 0, content, by)
        record.taken, record.problem = False, str(refusal)
        async with house.db.unit() as unit:
            unit.session.add(record)
            await unit.commit()
        raise


async def _take(house: House, system: str, county: str, form: type[BaseModel], content: bytes, by: str) -> dict[str, int]:
    needed = [form.model_fields[name].title or name for name in form.model_fields if form.model_fields[name].is_required()]
    reports = [(number, _parse(system, form, number, row)) for number, row in sheets.read(content, needed)]
    record = _record(system, county, "in", len(reports), content, by)
    applied = 0
    async with house.db.unit() as unit:
        unit.session.add(record)
        # Cases are held in one order, so that two files never wait for each other.
        for number, report in sorted(reports, key=lambda each: str(getattr(each[1], "task", ""))):
            try:
                answer = await apply_in(unit, house, system, county, report, f"{record.digest[:16]}:{number}")
            except GuituError as refusal:
                raise _at(number, str(refusal)) from None
            applied += bool(answer["applied"])
        await unit.commit()
    return {"rows": len(reports), "applied": applied}


def _parse(system: str, form: type[BaseModel], number: int, row: Mapping[str, Any]) -> BaseModel:
    values: dict[str, Any] = {}
    for name, title in titles_of(form).items():
        value = row.get(title, "")
        if value == "":
            continue
        codes = {word: code for code, word in WORDS.get((system, name), {}).items()}
        values[name] = _moment(value) if name == "at" else codes.get(value, value)
    try:
        report = form.model_validate(values)
        check_time(report)
    except ValidationError as error:
        titles = titles_of(form)
        points = [f"{titles.get(str(each['loc'][0]), '') if each['loc'] else ''} {each['msg']}" for each in error.errors()]
        raise _at(number, "；".join(points)) from None
    except GuituError:
        raise _at(number, "时间在以后，请核对。") from None
    return report


def _moment(value: Any) -> Any:
    """A time without a zone is Shanghai's."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace("/", "-"))
        except ValueError:
            return value
    return value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value


def _at(number: int, problem: str) -> GuituError:
    refusal = GuituError(f"第{number}行：{problem} 整个文件都没有导入，改好再导。", code="bad_row", row=number)
    refusal.status = 422
    return refusal


def _record(system: str, county: str, direction: str, rows: int, content: bytes, by: str) -> SystemFile:
    return SystemFile(
        id=new_id("f"),
        system=system,
        county=county,
        direction=direction,
        rows=rows,
        taken=True,
        digest=hashlib.sha256(content).hexdigest(),
        by=by,
        at=now(),
    )

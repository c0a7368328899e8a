"""What 省效能办 and 审改办 are shown: how the limits were kept in a month, without anybody's data (notice 四(八))."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from backend.clock import SHANGHAI, now
from backend.db.ids import new_id
from backend.errors import GuituError
from backend.house import House
from backend.systems import repository, sheets
from backend.systems.files import Written
from backend.systems.links import system_of
from backend.systems.model import SystemFile
from backend.systems.registry import PROVINCE, TIMELINESS

TITLES = (
    "月份",
    "县（市、区）代码",
    "县（市、区）",
    "承办部门",
    "事项",
    "接收数",
    "办结数",
    "按时办结数",
    "超时办结数",
    "在办数",
    "在办超时数",
)


async def write_month(house: House, system: str, month: str, form: str, by: str, county: str = PROVINCE) -> Written:
    """The file of a month (`2026-11`, in Asia/Shanghai). Writing it is on record. Raises GuituError for what is no month."""
    known = system_of(system)
    if system not in TIMELINESS:
        raise GuituError(f"{known.name}没有时效表。", code="no_such_way", allowed=list(TIMELINESS))
    begin, end = _bounds(month)
    async with house.db.reading() as session:
        counted = await repository.timeliness(session, begin, end, county, now())
    catalogue = house.catalogue
    rows = [
        (
            month,
            each.county,
            catalogue.counties[each.county].name,
            catalogue.departments[each.department].name.source,
            catalogue.matters[each.matter].name.source,
            each.received,
            each.ended,
            each.on_time,
            each.late,
            each.open,
            each.overdue,
        )
        for each in counted
    ]
    content = sheets.write(form, TITLES, rows)
    record = SystemFile(
        id=new_id("f"),
        system=system,
        county=county,
        direction="out",
        rows=len(rows),
        taken=True,
        digest=hashlib.sha256(content).hexdigest(),
        by=by,
        at=now(),
    )
    async with house.db.unit() as unit:
        unit.session.add(record)
        await unit.commit()
    return Written(record.id, content, len(rows))


def _bounds(month: str) -> tuple[datetime, datetime]:
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month)
    if found is None:
        raise GuituError("月份要写成 2026-11 这样。", code="month")
    year, number = int(found[1]), int(found[2])
    after = (year, number + 1) if number < 12 else (year + 1, 1)
    return datetime(year, number, 1, tzinfo=SHANGHAI), datetime(*after, 1, tzinfo=SHANGHAI)

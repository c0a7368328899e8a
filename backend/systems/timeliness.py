"""What 省效能办 and 审改办 are shown: how the limits were kept in a month, without anybody's data (notice 四(八))."""

from __future__ import annotations

import hashlib

from backend.clock import now
from backend.db.ids import new_id
from backend.errors import GuituError
from backend.house import House
from backend.spreadsheets.writing import write
from backend.statistics import service as statistics
from backend.systems.files import Written
from backend.systems.links import system_of
from backend.systems.model import SystemFile
from backend.systems.registry import PROVINCE, TIMELINESS


async def write_month(house: House, system: str, month: str, form: str, by: str, county: str = PROVINCE) -> Written:
    """The file of a month (`2026-11`, in Asia/Shanghai). Writing it is on record. Raises GuituError for what is no month."""
    known = system_of(system)
    if system not in TIMELINESS:
        raise GuituError(f"{known.name}没有时效表。", code="no_such_way", allowed=list(TIMELINESS))
    async with house.db.reading() as session:
        lines = await statistics.month(session, month, None if county == PROVINCE else [county])
    rows = statistics.table(house, month, lines)
    content = write(form, "时效统计", statistics.HEAD, rows)
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

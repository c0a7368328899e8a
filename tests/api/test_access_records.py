"""Auditors read who looked at whose data, over real HTTP; a county's auditor only what is that county's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from backend.applications.endpoints import blueprint as cases
from backend.applications.model import Application
from backend.db.ids import new_id
from backend.house import House
from backend.security.endpoints import blueprint
from backend.security.model import AccessRecord
from backend.security.service import CASE, note_access
from tests.support.people import COUNTY, submitted
from tests.support.staff import Desk, desk, served

OTHER_COUNTY = "350582"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint, cases) as url:
        yield url


@pytest.fixture
async def both(house: House) -> list[Application]:
    """A case here that two looked at on three days, and one in another county."""
    here, there = await submitted(house), await submitted(house, county=OTHER_COUNTY)
    for day, (actor, application) in enumerate(
        [("staff:chen", here), ("staff:lin", here), ("cli:chen", here), ("staff:chen", there)]
    ):
        with time_machine.travel(START + timedelta(days=day), tick=False):
            async with house.db.unit() as unit:
                note_access(unit, actor, CASE, application.number)
                await unit.commit()
    return [here, there]


async def seen(someone: Desk, **wanted: str) -> list[str]:
    answer = await someone.get("/api/access", **wanted)
    assert answer.status_code == 200, answer.text
    return [each["by"] for each in answer.json()["looks"]]


async def test_a_look_over_http_is_listed_and_looking_at_the_list_is_no_look(house: House, address: str) -> None:
    application = await submitted(house)
    async with desk(house, address, "window") as clerk, desk(house, address, "auditor", county=None) as auditor:
        assert (await clerk.get(f"/api/cases/{application.number}")).status_code == 200
        for _ in range(2):
            (look,) = (await auditor.get("/api/access")).json()["looks"]
    assert look["case"] == application.number and look["what"] == "case" and look["by"].startswith("staff:user")
    async with house.db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(AccessRecord)) == 1


async def test_it_is_narrowed_by_case_person_and_time(house: House, address: str, both: list[Application]) -> None:
    here, there = both
    async with desk(house, address, "auditor", county=None) as auditor:
        assert await seen(auditor) == ["staff:chen", "cli:chen", "staff:lin", "staff:chen"]
        assert await seen(auditor, case=here.number) == ["cli:chen", "staff:lin", "staff:chen"]
        assert await seen(auditor, by="chen") == ["staff:chen", "cli:chen", "staff:chen"]
        assert await seen(auditor, by="staff:chen") == ["staff:chen", "staff:chen"]
        assert await seen(auditor, id_number=there.answers["id_number"]) == ["staff:chen"]
        assert await seen(auditor, since="2026-11-24", until="2026-11-25") == ["cli:chen", "staff:lin"]
        assert await seen(auditor, until="2026-11-24T09:00:00+08:00") == ["staff:chen"]
        assert await seen(auditor, case=here.number, by="lin", since="2026-11-25") == []


async def test_pages_follow_one_another_without_a_gap(house: House, address: str, both: list[Application]) -> None:
    async with house.db.unit() as unit, desk(house, address, "auditor", county=None) as auditor:
        moment = START + timedelta(days=9)
        for number in range(5):  # all at the same moment
            unit.session.add(AccessRecord(at=moment, actor=f"staff:{number}", what=CASE, case_number=both[0].number))
        await unit.commit()
        found, before = [], ""
        while True:
            answer = (await auditor.get("/api/access", limit="2", before=before)).json()
            found += [each["by"] for each in answer["looks"]]
            before = answer["next"]
            if before is None:
                break
    assert found[:5] == [f"staff:{number}" for number in (4, 3, 2, 1, 0)] and len(found) == 9


async def test_a_countys_auditor_sees_the_looks_at_that_countys_cases(
    house: House, address: str, both: list[Application]
) -> None:
    here, there = both
    async with desk(house, address, "auditor") as auditor, desk(house, address, "auditor", county=OTHER_COUNTY) as other:
        assert await seen(auditor) == ["cli:chen", "staff:lin", "staff:chen"]
        assert await seen(other) == ["staff:chen"]
        assert await seen(other, case=here.number) == await seen(auditor, case=there.number) == []
    assert here.county == COUNTY


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("window",), 403), (("administrator",), 403)])
async def test_nobody_else_reads_them(house: House, address: str, roles: tuple[str, ...], status: int) -> None:
    async with desk(house, address, *roles) as someone:
        assert (await someone.get("/api/access")).status_code == status


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "soon"),
        ("since", "2026-02-30"),
        ("until", "9999-12-31"),
        ("until", "2026-11-25T09:00:00"),
        ("before", "x"),
        ("before", "2026-11-25T09:00:00+08:00~x"),
        ("limit", "-1"),
    ],
)
async def test_what_cannot_be_meant_is_refused(house: House, address: str, name: str, value: str) -> None:
    async with desk(house, address, "auditor", county=None) as auditor:
        assert (await auditor.get("/api/access", **{name: value})).status_code == 400
        assert await seen(auditor, case=new_id("x"), by="nobody:nowhere", limit="9999999") == []

"""The roster over real HTTP: typed by the window, exported by the county, handed over in two steps (notice 三(二), 附表)."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
import time_machine
from sqlalchemy import text as sql

from backend.applications import service as applications
from backend.applications.endpoints import blueprint as cases
from backend.applications.model import Application
from backend.departments.seed import seed_examples
from backend.errors import Conflict
from backend.house import House
from backend.roster import commands, service
from backend.roster.endpoints import blueprint
from backend.roster.rules import COLUMNS, Units
from tests.support.people import CLERK, COUNTY, accepted, in_progress, said
from tests.support.staff import Desk, desk, served

OTHER_COUNTY = "350582"
UNITS = {"large": "陆军", "brigade": "第示例旅示例营"}


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint, cases) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window", "reviewer") as someone:
        yield someone


async def type_units(clerk: Desk, application: Application, **units: str) -> None:
    version = (await clerk.get(f"/api/cases/{application.number}")).json()["case"]["version"]
    answer = await clerk.post(f"/api/roster/{application.number}/units", version=version, **{**UNITS, **units})
    assert (answer.status_code, answer.text) == (204, "")


def read(file: bytes, password: str) -> list[tuple[object, ...]]:
    locked, plain = msoffcrypto.OfficeFile(io.BytesIO(file)), io.BytesIO()
    locked.load_key(password=password, verify_password=True)
    locked.decrypt(plain, verify_integrity=True)
    sheet = openpyxl.load_workbook(plain).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


async def commands_of(house: House, application: Application) -> list[str]:
    async with house.db.reading() as session:
        return [event.command for event in await applications.history(session, application)]


async def test_a_roster_goes_from_the_certificate_to_the_armed_forces_department(house: House, clerk: Desk) -> None:
    first, second = await in_progress(house, name="林小明"), await in_progress(house, name="陈归来")
    await type_units(clerk, first)
    await type_units(clerk, second, brigade="示例支队")
    made = await clerk.post("/api/roster/exports", county=COUNTY)
    assert made.status_code == 201 and made.headers["cache-control"] == "no-store"
    told = made.json()
    assert (told["export"]["rows"], told["waiting"]) == (2, [])
    assert told["export"]["cases"] == [first.number, second.number]
    path = f"/api/roster/exports/{told['export']['id']}"
    file = await clerk.get(f"{path}/file")
    assert file.status_code == 200 and "attachment" in file.headers["content-disposition"]
    assert hashlib.sha256(file.content).hexdigest() == told["export"]["sha256"]
    rows = read(file.content, told["password"])
    assert rows[0] == COLUMNS
    assert [(row[0], row[1], row[8], row[9]) for row in rows[1:]] == [
        ("1", "林小明", "陆军", "第示例旅示例营"),
        ("2", "陈归来", "陆军", "示例支队"),
    ]
    handed = await clerk.post(f"{path}/handed-over", to="示例武装部 王某", way="in_person")
    assert handed.json()["export"]["handed_over"]["to"] == "示例武装部 王某"
    password = await clerk.post(f"{path}/password-handed-over", way="phone")
    assert password.json()["export"]["password_handed_over"]["way"] == "phone"
    (listed,) = (await clerk.get("/api/roster/exports")).json()["exports"]
    assert listed["made_by"].startswith("staff:") and listed["handed_over"]["at"] and len(listed["fetched"]) == 1
    # What is handed over is not kept, and each step stands in the case.
    assert (await clerk.get(f"{path}/file")).json()["error"] == "handed_over"
    assert (await commands_of(house, first))[-3:] == ["type_units", "export_roster", "hand_over_roster"]
    rows_now = (await clerk.get("/api/roster", county=COUNTY)).json()["rows"]
    assert {row["handed_over"] for row in rows_now} == {True} and "林小明" not in str(rows_now)


async def test_the_password_is_told_once_and_kept_nowhere(house: House, clerk: Desk) -> None:
    await type_units(clerk, await in_progress(house))
    told = (await clerk.post("/api/roster/exports", county=COUNTY)).json()
    assert told["password"] not in (await clerk.get("/api/roster/exports")).text
    async with house.db.reading() as session:
        for table in ("roster_exports", "roster_rows", "case_events", "outbox"):
            for row in await session.execute(sql(f"SELECT * FROM {table}")):
                assert told["password"] not in str(tuple(row)), table


async def test_only_who_has_reported_in_is_on_the_roster(house: House, clerk: Desk) -> None:
    waiting = await accepted(house)
    reported = await in_progress(house)
    await type_units(clerk, reported)
    rows = (await clerk.get("/api/roster", county=COUNTY)).json()["rows"]
    assert [row["number"] for row in rows] == [reported.number]
    # The certificate is not at the window yet. # notice 四(一)
    refused = await clerk.post(f"/api/roster/{waiting.number}/units", version=waiting.version, **UNITS)
    assert (refused.status_code, refused.json()["error"]) == (409, "not_allowed")


async def test_whose_units_are_not_typed_is_named_and_left_for_the_next(house: House, clerk: Desk) -> None:
    ready, late = await in_progress(house), await in_progress(house)
    nothing = await clerk.post("/api/roster/exports", county=COUNTY)
    assert (nothing.status_code, nothing.json()["error"]) == (409, "no_rows")
    assert set(nothing.json()["waiting"]) == {ready.number, late.number}
    await type_units(clerk, ready)
    told = (await clerk.post("/api/roster/exports", county=COUNTY)).json()
    assert (told["export"]["cases"], told["waiting"]) == ([ready.number], [late.number])


async def test_a_row_goes_once_and_again_only_when_it_was_typed_anew(house: House, clerk: Desk) -> None:
    application = await in_progress(house)
    await type_units(clerk, application)
    first = (await clerk.post("/api/roster/exports", county=COUNTY)).json()["export"]
    # Lost on the way: what was not handed over is written again.
    second = (await clerk.post("/api/roster/exports", county=COUNTY)).json()["export"]
    assert second["cases"] == first["cases"]
    await clerk.post(f"/api/roster/exports/{second['id']}/handed-over", to="示例武装部", way="internal_network")
    over = await clerk.post("/api/roster/exports", county=COUNTY)
    assert (over.status_code, over.json()["error"]) == (409, "no_rows")
    await type_units(clerk, application, brigade="改正的示例营")
    assert (await clerk.post("/api/roster/exports", county=COUNTY)).json()["export"]["cases"] == [application.number]


async def test_file_and_password_never_go_the_same_way_nor_twice(house: House, clerk: Desk) -> None:
    await type_units(clerk, await in_progress(house))
    export = (await clerk.post("/api/roster/exports", county=COUNTY)).json()["export"]
    path = f"/api/roster/exports/{export['id']}"
    assert (await clerk.post(f"{path}/password-handed-over", way="in_person")).status_code == 200
    same = await clerk.post(f"{path}/handed-over", to="示例武装部", way="in_person")
    assert (same.status_code, same.json()["error"]) == (409, "same_way")
    assert (await clerk.post(f"{path}/handed-over", to="示例武装部", way="confidential_post")).status_code == 200
    for step, body in (
        ("handed-over", {"to": "示例武装部", "way": "internal_network"}),
        ("password-handed-over", {"way": "phone"}),
    ):
        assert (await clerk.post(f"{path}/{step}", **body)).status_code == 409, step
    assert (await clerk.post(f"{path}/handed-over", to="示例武装部", way="phone")).status_code == 400
    assert (await clerk.post(f"{path}/handed-over", way="in_person")).status_code == 400


async def test_two_who_hand_over_at_the_same_moment_record_it_once(house: House, clerk: Desk) -> None:
    application = await in_progress(house)
    await type_units(clerk, application)
    export = (await clerk.post("/api/roster/exports", county=COUNTY)).json()["export"]
    path = f"/api/roster/exports/{export['id']}/handed-over"
    answers = await asyncio.gather(*(clerk.post(path, to="示例武装部", way="in_person") for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (await commands_of(house, application)).count("hand_over_roster") == 1


async def test_who_applied_last_year_is_on_the_roster_of_this_one(house: House, clerk: Desk) -> None:
    await seed_examples(house)
    with time_machine.travel(datetime(2025, 12, 30, 2, 0, tzinfo=UTC), tick=False):
        application = await accepted(house)
    with time_machine.travel(datetime(2026, 1, 5, 2, 0, tzinfo=UTC), tick=False):
        await applications.intake(house, application.number, CLERK)
    await type_units(clerk, application)
    assert (await clerk.get("/api/roster", county=COUNTY, year="2026")).json()["rows"] == []
    assert (await clerk.post("/api/roster/exports", county=COUNTY, year=2026)).json()["error"] == "no_rows"
    assert (await clerk.post("/api/roster/exports", county=COUNTY)).json()["export"]["cases"] == [application.number]


async def test_the_typed_units_are_encrypted_and_shown_to_the_window_alone(house: House, address: str, clerk: Desk) -> None:
    application = await in_progress(house)
    await type_units(clerk, application)
    path = f"/api/roster/{application.number}/units"
    assert (await clerk.get(path)).json() == UNITS
    async with house.db.reading() as session:
        for table in ("roster_units", "case_events", "messages", "outbox", "applications"):
            for row in await session.execute(sql(f"SELECT * FROM {table}")):
                assert UNITS["brigade"] not in str(tuple(row)), table
    assert UNITS["brigade"] not in (await clerk.get(f"/api/cases/{application.number}")).text
    assert UNITS["brigade"] not in (await clerk.get("/api/roster", county=COUNTY)).text
    assert UNITS["brigade"] not in str(await said(house, application))
    # Who looked stands in the record.
    assert (await commands_of(house, application))[-1] == "show_units"
    for role in ("reviewer", "officer", "county_supervisor", "armed_forces"):
        async with desk(house, address, role) as someone:
            assert (await someone.get(path)).status_code == 403, role
            assert (await someone.post(path, version=1, **UNITS)).status_code == 403, role


async def test_units_are_typed_on_the_newest_version_and_not_empty(house: House, clerk: Desk) -> None:
    application = await in_progress(house)
    path = f"/api/roster/{application.number}/units"
    assert (await clerk.get(path)).json() == {"large": None, "brigade": None}
    assert (await clerk.post(path, version=1, **UNITS)).json()["error"] == "stale"
    for bad in ({"large": " "}, {"brigade": ""}, {"brigade": "营" * 81}):
        assert (await clerk.post(path, version=application.version, **{**UNITS, **bad})).status_code == 400


async def test_another_countys_roster_is_not_there(house: House, address: str, clerk: Desk) -> None:
    application = await in_progress(house)
    await type_units(clerk, application)
    export: dict[str, Any] = (await clerk.post("/api/roster/exports", county=COUNTY)).json()["export"]
    path = f"/api/roster/exports/{export['id']}"
    async with desk(house, address, "window", "reviewer", county=OTHER_COUNTY) as theirs:
        assert (await theirs.get("/api/roster/exports")).json()["exports"] == []
        assert (await theirs.get(f"{path}/file")).status_code == 404
        assert (await theirs.post(f"{path}/handed-over", to="示例武装部", way="in_person")).status_code == 404
        assert (await theirs.post(f"{path}/password-handed-over", way="phone")).status_code == 404
        assert (await theirs.post("/api/roster/exports", county=COUNTY)).json()["error"] == "other_county"
        assert (await theirs.get("/api/roster", county=COUNTY)).status_code == 403
        assert (await theirs.get(f"/api/roster/{application.number}/units")).status_code == 404
    assert (await clerk.post("/api/roster/exports", county="350000")).status_code == 404
    assert (await clerk.get("/api/roster")).status_code == 400


async def test_the_armed_forces_see_what_was_exported_for_their_county_and_no_more(
    house: House, address: str, clerk: Desk
) -> None:
    application = await in_progress(house)
    await type_units(clerk, application)
    export = (await clerk.post("/api/roster/exports", county=COUNTY)).json()["export"]
    async with desk(house, address, "armed_forces") as them:
        listed = await them.get("/api/roster/exports")
        assert [each["id"] for each in listed.json()["exports"]] == [export["id"]]
        assert application.answers["name"] not in listed.text
        for path in (f"/api/roster/exports/{export['id']}/file", f"/api/roster?county={COUNTY}"):
            assert (await them.get(path)).status_code == 403
        assert (await them.post("/api/roster/exports", county=COUNTY)).status_code == 403
    async with desk(house, address, "window") as window:
        assert (await window.post("/api/roster/exports", county=COUNTY)).status_code == 403
    async with desk(house, address) as nobody:
        assert (await nobody.get("/api/roster/exports")).status_code == 401


async def test_a_wrong_identity_number_stops_the_export_and_is_named(house: House) -> None:
    application = await in_progress(house)
    await service.type_units(house, application.number, CLERK, Units("陆军", "示例营"))
    async with house.db.unit() as unit:
        wrong = await applications.by_number(unit.session, CLERK, application.number)
        # The sample row's: no case can have it, but a table can be written by others. # notice 附表
        wrong.answers = {**wrong.answers, "id_number": "381421199903212588"}
        await unit.commit()
    with pytest.raises(Conflict) as refusal:
        await service.export(house, CLERK, COUNTY)
    assert refusal.value.code == "bad_rows" and application.number in refusal.value.details["problems"]  # type: ignore[operator]
    assert await service.exports(house, CLERK) == []


async def test_the_sample_rows_identity_number_cannot_be_filed_at_all(house: House) -> None:
    from backend.errors import GuituError

    await seed_examples(house)
    with pytest.raises(GuituError) as refusal:
        await in_progress(house, id_number="381421199903212588")
    assert refusal.value.code == "invalid_answers"


async def test_the_command_writes_an_encrypted_file_for_its_owner_alone(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready, late = await in_progress(house), await in_progress(house)
    await service.type_units(house, ready.number, CLERK, Units("陆军", "示例营"))
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))
    file = tmp_path / "roster.xlsx"
    await commands._export(house, parser.parse_args(["roster", "export", COUNTY, "-o", str(file), "--as", "chen"]))
    printed = capsys.readouterr().out
    password = next(line.rpartition(" ")[2] for line in printed.splitlines() if line.startswith("password"))
    assert read(file.read_bytes(), password)[1][9] == "示例营"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert late.number in printed
    ((export, numbers),) = await service.exports(house, CLERK)
    assert export.made_by == "cli:chen" and numbers == [ready.number]

"""The exchange by file: written once, read back whole or not at all (notice 三(十), 五)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from backend.applications.model import Application
from backend.clock import local, now
from backend.errors import GuituError
from backend.house import House
from backend.outbox.service import deliver_due
from backend.spreadsheets.writing import write
from backend.systems import endpoints, files
from backend.systems.links import set_link
from backend.systems.model import SystemFile
from backend.systems.registry import PROVINCE
from tests.support.outside import HANDLERS, exchanges_of
from tests.support.people import COUNTY, in_progress, said, tasks_of
from tests.support.staff import desk, served

BY = "cli:tester"
COLUMNS = ("任务编号", "办理情况", "说明", "时间")


def sheet(*rows: tuple[Any, ...], columns: tuple[str, ...] = COLUMNS) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (columns, *rows):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def read(content: bytes) -> list[list[Any]]:
    worksheet = load_workbook(io.BytesIO(content)).active
    assert worksheet is not None
    return [[cell.value for cell in row] for row in worksheet.iter_rows()]


async def party_member(house: House, **changes: Any) -> tuple[Application, str]:
    """A case with a party transfer, and its task."""
    application = await in_progress(house, matters=["report_in", "party_league"], political_status="party", **changes)
    return application, (await tasks_of(house, application))["party"].id


async def test_party_members_are_written_into_one_file_of_their_county(house: House) -> None:
    await set_link(house, "party_members", PROVINCE, "file")
    application, task = await party_member(house, name="林小明")
    written = await files.write_file(house, "party_members", COUNTY, "xlsx", BY)
    titles, row = read(written.content)
    values = dict(zip(titles, row, strict=True))
    assert values == {
        "任务编号": task,
        "申请编号": application.number,
        "县（市、区）代码": COUNTY,
        "姓名": "林小明",
        "公民身份号码": application.answers["id_number"],
        "联系方式": application.answers["mobile"],
        "政治面貌": "中共党员",
        "拟转入基层党组织": "由县里安排",
    }
    with pytest.raises(GuituError) as refusal:
        await files.write_file(house, "party_members", COUNTY, "xlsx", BY)
    assert refusal.value.code == "nothing_to_file"
    again = await files.write_again(house, "party_members", COUNTY, written.id, "csv")
    assert again.content.decode("utf-8-sig").splitlines()[1].startswith(task)
    with pytest.raises(GuituError):
        await files.write_again(house, "party_members", "350582", written.id, "csv")
    with pytest.raises(GuituError):
        await files.write_file(house, "party_members", "350582", "xlsx", BY)


async def test_the_result_file_tells_the_veteran_how_it_stands(house: House) -> None:
    await set_link(house, "party_members", COUNTY, "file")
    application, task = await party_member(house)
    content = sheet((task, "已录入", None, local(now()).replace(tzinfo=None)))
    assert await files.read_file(house, "party_members", COUNTY, content, BY) == {"rows": 1, "applied": 1}
    told = [text for text in await said(house, application) if "党员e家" in text]
    assert len(told) == 1 and "等基层党组织审核" in told[0]
    # The same file again, and the same standing in another file, are no news.
    assert await files.read_file(house, "party_members", COUNTY, content, BY) == {"rows": 1, "applied": 0}
    csv = f"任务编号,办理情况,说明,时间\n{task},entered,,{now().isoformat()}\n".encode()
    assert (await files.read_file(house, "party_members", COUNTY, csv, BY))["rows"] == 1
    assert len([text for text in await said(house, application) if "党员e家" in text]) == 1
    back = sheet((task, "退回", "介绍信抬头不对", f"{local(now()):%Y-%m-%d %H:%M}"))
    await files.read_file(house, "party_members", COUNTY, back, BY)
    assert any("介绍信抬头不对" in text for text in await said(house, application))
    assert (await tasks_of(house, application))["party"].state != "done"  # the party organisation decides


async def test_a_bad_row_leaves_the_whole_file_undone_and_on_record(house: House) -> None:
    await set_link(house, "party_members", COUNTY, "file")
    application, task = await party_member(house)
    good = (task, "已录入", None, "2026-01-01 10:00")
    later = f"{local(now()) + timedelta(days=1):%Y-%m-%d %H:%M}"
    bad = [
        ("第3行", (good, ("t_unknown", "已录入", None, "2026-01-01 10:00"))),
        ("第3行", (good, (task, "吃掉了", None, "2026-01-01 10:00"))),
        ("第3行", (good, (task, "退回", None, "2026-01-01 10:00"))),
        ("第3行", (good, (task, "已录入", None, "昨天"))),
        ("第3行", (good, (task, "已录入", None, later))),
        ("公式", (good, (task, "=1+1", None, "2026-01-01 10:00"))),
    ]
    for why, rows in bad:
        with pytest.raises(GuituError, match=why):
            await files.read_file(house, "party_members", COUNTY, sheet(*rows), BY)
    with pytest.raises(GuituError, match="缺少列：时间"):
        await files.read_file(house, "party_members", COUNTY, sheet(good[:3], columns=COLUMNS[:3]), BY)
    for content in (b"", b"\xff\xfe\x00", b"PK\x03\x04broken", '任务编号,"办理情况'.encode()):
        with pytest.raises(GuituError):
            await files.read_file(house, "party_members", COUNTY, content, BY)
    assert not any("党员e家" in text for text in await said(house, application))
    async with house.db.reading() as session:
        records = (await session.scalars(select(SystemFile))).all()
    assert len(records) == len(bad) + 5
    assert all(not record.taken and record.problem for record in records)


async def test_another_countys_task_is_not_in_this_countys_file(house: House) -> None:
    await set_link(house, "party_members", PROVINCE, "file")
    _, task = await party_member(house)
    with pytest.raises(GuituError, match="第2行"):
        await files.read_file(house, "party_members", "350582", sheet((task, "已录入", None, "2026-01-01")), BY)


async def test_what_waited_for_a_push_goes_into_the_file_once_the_link_is_a_file(house: House) -> None:
    await set_link(house, "bank", COUNTY, "http", "http://127.0.0.1:9/")
    await in_progress(house, matters=["report_in", "social_card"])
    await set_link(house, "bank", COUNTY, "file")
    await deliver_due(house, HANDLERS)
    (order,) = await exchanges_of(house, "bank")
    assert order.state == "to_file"
    written = await files.write_file(house, "bank", COUNTY, "csv", BY)
    assert "中国工商银行" in written.content.decode("utf-8-sig")


async def test_a_banks_own_link_comes_before_that_of_all_banks(house: House) -> None:
    await set_link(house, "bank", PROVINCE, "http", "http://127.0.0.1:9/")
    own = await set_link(house, "bank", COUNTY, "file", partner="icbc")
    await in_progress(house, matters=["report_in", "social_card"])
    await in_progress(house, matters=["report_in", "social_card"], card_bank="ccb")
    first, second = await exchanges_of(house, "bank")
    assert (first.link_id == own.id, first.state, second.state) == (True, "to_file", "waiting")


def test_no_cell_that_we_write_is_a_formula() -> None:
    rows = [["=1+1", "+86", "林小明", "0123456789012345678"]]
    assert (
        write("csv", "往来数据", ["甲", "乙", "丙", "丁"], rows).decode("utf-8-sig").splitlines()[1]
        == "'=1+1,'+86,林小明,0123456789012345678"
    )
    worksheet = load_workbook(io.BytesIO(write("xlsx", "往来数据", ["甲", "乙", "丙", "丁"], rows))).active
    assert worksheet is not None
    assert [cell.data_type for cell in worksheet[2]] == ["s"] * 4


async def test_the_countys_reviewer_fetches_and_brings_files(house: House) -> None:
    await set_link(house, "party_members", COUNTY, "file")
    _, task = await party_member(house)
    async with (
        served(house, endpoints.blueprint) as address,
        desk(house, address, "reviewer") as reviewer,
        desk(house, address, "reviewer", county="350582") as other,
        desk(house, address, "window") as clerk,
    ):
        path = "/api/systems/party_members/files"
        assert (await clerk.post(f"{path}/out")).status_code == 403
        assert (await other.post(f"{path}/out?county={COUNTY}")).status_code == 403
        assert (await other.post(f"{path}/out")).status_code == 409
        assert (await reviewer.post(f"{path}/out?form=doc")).status_code == 400
        got = await reviewer.post(f"{path}/out")
        assert got.headers["content-disposition"] == 'attachment; filename="party_members.xlsx"'
        assert read(got.content)[1][0] == task
        again = await reviewer.post(f"{path}/out?again={got.headers['x-file-id']}")
        assert read(again.content) == read(got.content)
        for unknown in ("f_nothing", "%00"):
            assert (await reviewer.post(f"{path}/out?again={unknown}")).status_code == 404
        content = sheet((task, "已转入", None, "2026-01-01 10:00"))
        assert (await reviewer.http.post(f"{path}/in", content=content)).json() == {"rows": 1, "applied": 1}
        broken = await reviewer.http.post(f"{path}/in", content=sheet((task, "", None, "")))
        assert (broken.status_code, broken.json()["error"]) == (422, "bad_row")

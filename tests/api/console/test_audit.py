"""An auditor's day: who saw and did what, in one list over all records, over real HTTP and without a script."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from backend.applications import service as applications
from backend.applications.actor import SYSTEM, Actor
from backend.audit import service
from backend.audit.rules import KINDS, Asked
from backend.calendars import service as calendars
from backend.clock import today
from backend.house import House
from tests.support.console import Seat, hidden, new_account, seat
from tests.support.people import CLERK, COUNTY, in_progress, submitted

OTHER = "350582"
ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)


@pytest.fixture
async def auditor(house: House, address: str) -> AsyncIterator[Seat]:
    async with seat(house, address, "auditor", county=None) as someone:
        yield someone


async def rows(someone: Seat, **asked: str) -> list[str]:
    page = await someone.get("/audit", **asked)
    assert page.status_code == 200, page.text
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in ROW.findall(page.text.partition("<tbody>")[2])]


async def test_what_people_looked_at_did_and_were_refused_is_read_in_plain_words(
    house: House, address: str, auditor: Seat
) -> None:
    case = await submitted(house)
    async with seat(house, address, "reviewer") as reviewer:
        page = await reviewer.get(f"/review/{case.number}")
        await reviewer.post(f"/review/{case.number}/archive", version=hidden(page, "version"))
        await reviewer.get(f"/cases/{case.number}")
        await reviewer.post(f"/cases/{case.number}/reveal", fields="mobile", reason="电话核实")
        assert (await reviewer.get("/accounts")).status_code == 403
    found = await rows(auditor, case=case.number)
    assert any("查阅 看了申请" in row and "示例·reviewer" in row and "鼓楼区" in row for row in found)
    assert any("办件 登记档案收到" in row for row in found)
    assert any("办件 查看完整信息" in row and "手机号" in row and "原因：电话核实" in row for row in found)
    refused = await rows(auditor, kind="refusal")
    assert any("没有让做：角色不对" in row and "GET /console/accounts" in row for row in refused)


async def test_accounts_settings_texts_calendar_and_talks_are_in_the_list(house: House, address: str, auditor: Seat) -> None:
    async with seat(house, address, "administrator", county=None) as administrator:
        name, _ = await new_account(house, "window")
        page = await administrator.get(f"/accounts/{name}")
        await administrator.post(f"/accounts/{name}/active", version=hidden(page, "version"), active="0")
        await administrator.get("/settings/replies/new")
        await administrator.post("/settings/replies/new", county=COUNTY, title="停车", text="门口可以停车（示例）。")
        page = await administrator.get("/settings/notices/submitted")
        given = {"chat": "提交好了，{number}。", "sms": "【{window}】已提交，{number}。", "version": hidden(page, "version")}
        await administrator.post("/settings/notices/submitted", why="说得更短", **given)
    await calendars.close_days(house, COUNTY, [today() + timedelta(days=2)], "台风", SYSTEM, wait=False)
    found = await rows(auditor)
    assert any("停用账号：" in row and name in row for row in found)
    settings = await rows(auditor, kind="setting")
    assert any("新增常用语：停车" in row for row in settings)
    assert any("换了文字：notices.yml · submitted" in row and "原因：说得更短" in row for row in settings)
    assert any("不办公：台风" in row for row in settings)


async def test_the_list_is_narrowed_by_person_county_and_day(house: House, auditor: Seat) -> None:
    case = await submitted(house)
    await submitted(house, county=OTHER)
    await applications.record_archive(house, case.number, Actor("staff:chen", (COUNTY,)))
    assert len(await rows(auditor, who="chen")) == 1
    assert {"鼓楼区" in row for row in await rows(auditor, county=COUNTY, kind="case")} == {True}
    assert await rows(auditor, county=OTHER, who="chen") == []
    assert await rows(auditor, since=str(today() + timedelta(days=1))) == []
    assert len(await rows(auditor, since=str(today()), until=str(today()), who="chen")) == 1
    assert (await auditor.get("/audit", since="昨天")).status_code == 400
    assert (await auditor.get("/audit", after="x~y~z")).status_code == 400


async def test_an_auditor_of_a_county_reads_of_that_county_alone(house: House, address: str) -> None:
    here, there = await submitted(house), await submitted(house, county=OTHER)
    async with seat(house, address, "auditor") as local:
        page = await local.get("/audit")
        assert here.number in page.text and there.number not in page.text
        assert await rows(local, kind="account") == []
        # Asking for another county's does not open it.
        assert await rows(local, county=OTHER) == []


async def test_pages_follow_each_other_without_a_gap_or_a_repeat_over_all_records(house: House) -> None:
    case = await in_progress(house)
    for number in range(7):
        await calendars.close_days(house, COUNTY, [today() + timedelta(days=number)], "示例", SYSTEM, wait=False)
    auditor = Actor("staff:auditor")
    everything = (await service.page(house, auditor, Asked(limit=500))).entries
    seen, after = [], None
    while True:
        page = (await service.page(house, auditor, Asked(limit=3, after=after))).entries
        seen += page
        if len(page) < 3:
            break
        after = (*page[-1].place, page[-1].id)
    assert [(each.source, each.id) for each in seen] == [(each.source, each.id) for each in everything]
    assert len(seen) > 15 and any(each.case_number == case.number for each in seen)


@pytest.mark.parametrize("kind", [*KINDS, ""])
async def test_every_kind_can_be_asked_for(house: House, auditor: Seat, kind: str) -> None:
    await in_progress(house)
    assert (await auditor.get("/audit", kind=kind, county=COUNTY, who="system")).status_code == 200


async def test_what_is_exported_is_a_table_without_formulas_and_stands_in_the_list_itself(house: House, auditor: Seat) -> None:
    case = await submitted(house)
    await applications.record_archive(house, case.number, CLERK)
    await auditor.get("/audit")
    answer = await auditor.post("/audit/export", case=case.number)
    assert answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    head, *table = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[0] == "时间" and all(row[5] == case.number for row in table) and len(table) >= 2
    assert any("导出审计记录：case=" in row for row in await rows(auditor, kind="export"))


async def test_more_than_a_file_should_hold_is_not_exported(
    house: House, auditor: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_EXPORTED", 1)
    await submitted(house)
    await submitted(house)
    await auditor.get("/audit")
    answer = await auditor.post("/audit/export")
    assert answer.status_code == 409 and "写短些" in answer.text

"""A county's list at the console, over real HTTP and without a script: taken, matched, missing, recorded. # notice 四(一)"""

from __future__ import annotations

import httpx

from backend.applications import service as applications
from backend.clock import today
from backend.house import House
from backend.security.masking import mask_name
from tests.support.console import Seat, hidden, seat
from tests.support.people import CLERK, COUNTY, id_number, submitted
from tests.unit.spreadsheets.test_spreadsheets import book

HEAD = ("姓名", "公民身份号码", "退役时间", "士兵类别", "自主就业", "档案收到日期")


async def upload(someone: Seat, *rows: tuple[object, ...]) -> httpx.Response:
    await someone.get("/archives")
    files = {"file": ("list.xlsx", book(HEAD, *rows))}
    data = {"form_token": someone.form_token, "county": COUNTY}
    return await someone.http.post("/console/archives/import", data=data, files=files)


def row(id_number: str, name: str = "林小明", **more: object) -> tuple[object, ...]:
    given = {"month": f"{today().year}.01", "kind": "义务兵", "own": "是", "archive": None, **more}
    return (name, id_number, given["month"], given["kind"], given["own"], given["archive"])


async def test_a_list_is_matched_and_what_does_not_agree_stands_beside_the_application(house: House, reviewer: Seat) -> None:
    case = await submitted(house)
    answer = await upload(reviewer, row(case.answers["id_number"], kind="军士", archive=today()), row(id_number(), "陈示例"))
    assert answer.status_code == 303, answer.text
    page = await reviewer.get("/archives")
    assert "收下2行：新的2人，1人对上了申请，其中1份申请登记了档案收到" in page.text
    assert "陈示例" not in page.text and case.answers["id_number"] not in page.text
    differing = await reviewer.get("/archives", view="differs")
    assert case.number in differing.text and "军士" in differing.text and "<mark>义务兵</mark>" in differing.text
    assert mask_name("陈示例") not in differing.text
    awaited = await reviewer.get("/archives", view="missing")
    assert case.number not in awaited.text and mask_name("陈示例") in awaited.text


async def test_a_list_with_one_bad_cell_is_refused_by_row_and_column_and_nothing_is_taken(reviewer: Seat) -> None:
    answer = await upload(reviewer, row(id_number()), row("350102199001011234"), row(id_number(), kind="将军"))
    assert answer.status_code == 422 and "这次一行也没有收" in answer.text
    assert "第3行：" in answer.text and "第4行：士兵类别“将军”看不懂" in answer.text
    answer = await upload(reviewer, row(id_number()), (None, id_number(), None, None, None, None))
    assert answer.status_code == 422 and "第3行“姓名”：没有填" in answer.text
    assert "还没有收过名单" in (await reviewer.get("/archives")).text


async def test_what_is_no_spreadsheet_or_nothing_at_all_is_refused_in_words(reviewer: Seat) -> None:
    await reviewer.get("/archives")
    data = {"form_token": reviewer.form_token, "county": COUNTY}
    files = {"file": ("list.xlsx", b"no spreadsheet")}
    answer = await reviewer.http.post("/console/archives/import", data=data, files=files)
    assert answer.status_code == 422 and "这不是 .xlsx 表格" in answer.text
    answer = await reviewer.post("/archives/import", county=COUNTY)
    assert answer.status_code == 400 and "请先选一个 .xlsx 文件" in answer.text


async def test_an_arrival_is_recorded_once_and_the_second_to_save_is_told_who_did_it(
    house: House, address: str, reviewer: Seat
) -> None:
    case = await submitted(house)
    await upload(reviewer, row(case.answers["id_number"]))
    page = await reviewer.get("/archives", view="missing")
    soldier = hidden(page, "soldier")
    async with seat(house, address, "reviewer") as other:
        await other.get("/archives")
        done = await other.post("/archives/arrived", county=COUNTY, soldier=soldier, day=today().isoformat())
        assert done.status_code == 303
        refused = await reviewer.post("/archives/arrived", county=COUNTY, soldier=soldier, day=f"{today().year}-01-01")
        assert refused.status_code == 409 and other.username in refused.text and "没有改动它" in refused.text
    async with house.db.reading() as session:
        case = await applications.by_number(session, CLERK, case.number)
    assert case.archive_received_at is not None


async def test_an_applicant_on_no_list_is_shown_until_the_archive_has_come(house: House, reviewer: Seat) -> None:
    case = await submitted(house)
    page = await reviewer.get("/archives", view="applicants")
    assert case.number in page.text and "不在名单上" in page.text
    stale = await reviewer.post("/archives/arrived", county=COUNTY, number=case.number, version=99)
    assert stale.status_code == 409
    await reviewer.post("/archives/arrived", county=COUNTY, number=case.number, version=hidden(page, "version"))
    assert case.number not in (await reviewer.get("/archives", view="applicants")).text


async def test_an_archive_recorded_at_the_pre_review_is_no_longer_awaited_on_the_list(house: House, reviewer: Seat) -> None:
    case = await submitted(house)
    await upload(reviewer, row(case.answers["id_number"]))
    await applications.record_archive(house, case.number, CLERK)
    assert case.number not in (await reviewer.get("/archives", view="missing")).text


async def test_a_correction_that_brings_agreement_leaves_the_list_of_what_differs(house: House, reviewer: Seat) -> None:
    case = await submitted(house, self_employed=True)
    await upload(reviewer, row(case.answers["id_number"], "林晓明"))
    assert case.number in (await reviewer.get("/archives", view="differs")).text
    await applications.request_correction(house, case.number, CLERK, [("name", "和名单不一样，请核对")])
    await applications.correct(house, case.number, f"veteran:{case.conversation_id}", {"name": "林晓明"})
    assert case.number not in (await reviewer.get("/archives", view="differs")).text


async def test_a_long_list_is_paged_and_sorted_by_the_database(reviewer: Seat) -> None:
    people = [row(id_number(), f"示例{'甲乙丙丁戊己庚辛壬癸'[n % 10]}") for n in range(25)]
    await upload(reviewer, *people, row(id_number(), "陈最后", archive=today()))
    first = await reviewer.get("/archives")
    assert "第 1 页，共 2 页" in first.text and mask_name("陈最后") not in first.text
    assert mask_name("陈最后") in (await reviewer.get("/archives", page="2")).text
    assert mask_name("陈最后") in (await reviewer.get("/archives", by="archive")).text


async def test_another_countys_list_is_not_there(house: House, reviewer: Seat) -> None:
    for answer in (await reviewer.get("/archives", county="350582"), await reviewer.post("/archives/arrived", county="350582")):
        assert answer.status_code == 404

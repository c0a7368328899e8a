"""A department's officer at the console, over real HTTP and without a script. # notice 四, 五"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import time_machine

from backend.applications import repository as applications
from backend.applications.model import Application, Delivery
from backend.departments.model import Task
from backend.house import House
from backend.security import repository as looks
from tests.support.console import Seat, hidden, seat
from tests.support.people import in_progress, said, send, tasks_of

MEDICAL, CARD = "medical_transfer", "social_card"


@pytest.fixture
async def case(house: House) -> Application:
    return await in_progress(house, matters=["report_in", MEDICAL, CARD])


@pytest.fixture
async def task(house: House, case: Application) -> Task:
    return (await tasks_of(house, case))[MEDICAL]


@pytest.fixture
async def officer(house: House, address: str, task: Task) -> AsyncIterator[Seat]:
    async with seat(house, address, "officer", department=task.department) as someone:
        yield someone


async def again(house: House, case: Application, matter: str = MEDICAL) -> Task:
    """The task as it stands now."""
    return (await tasks_of(house, case))[matter]


async def do(officer: Seat, task: Task, result: str, **fields: object) -> str:
    """Open the task and report; returns what the page says then."""
    page = await officer.get(f"/inbox/{task.id}")
    answer = await officer.post(f"/inbox/{task.id}/report", version=hidden(page, "version"), result=result, **fields)
    assert answer.status_code == 303, answer.text
    return (await officer.get(f"/inbox/{task.id}")).text


def offered(page: str) -> set[str]:
    return set(re.findall(r'name="result" value="([a-z_]+)"', page))


async def delivery_of(house: House, case: Application) -> Delivery:
    async with house.db.reading() as session:
        return (await applications.deliveries(session, case.id))[0]


async def test_what_is_received_runs_and_what_is_done_is_told_as_by_interface(
    house: House, officer: Seat, case: Application, task: Task
) -> None:
    assert "已记下：收下" in await do(officer, task, "received")
    received = await again(house, case)
    assert received.state == "received" and received.received_at and received.due_at
    page = await do(officer, task, "done", **{"done-what-0": "转移结果", "done-how-0": "示例已转入"})
    done = await again(house, case)
    assert done.state == "done" and done.outcome == {"转移结果": "示例已转入"} and done.done_at and done.ended_month
    assert "示例已转入" in (await said(house, case))[-1]
    assert "没有要办的了" in page and not offered(page)
    async with house.db.reading() as session:
        events = [each for each in await applications.events(session, case.id) if each.task_id == task.id]
    assert [each.command for each in events][-2:] == ["received", "done"]
    assert all(each.actor.startswith("staff:") for each in events[-2:])


async def test_the_same_report_by_hand_and_by_interface_leaves_the_same(
    house: House, officer: Seat, case: Application, task: Task
) -> None:
    other = await in_progress(house, matters=["report_in", MEDICAL])
    await do(officer, task, "paper_needed", **{"paper_needed-reason": "参保凭证要原件", "paper_needed-material": "9"})
    await send(house, (await tasks_of(house, other))[MEDICAL], "paper_needed", reason="参保凭证要原件", material=9)
    columns = ("state", "waiting_for", "awaited_material", "due_at", "clock_started_at", "next_alert_at", "version")
    by_hand, by_interface = await again(house, case), await again(house, other)
    assert [getattr(by_hand, each) for each in columns] == [getattr(by_interface, each) for each in columns]
    assert (await said(house, case))[-1] == (await said(house, other))[-1]


@pytest.mark.parametrize(
    ("result", "fields", "state"),
    [
        ("waiting", {"waiting-waiting_for": "funds"}, "waiting_funds"),
        ("waiting", {"waiting-waiting_for": "approval", "waiting-reason": "等领导签字"}, "waiting_approval"),
        ("waiting", {"waiting-waiting_for": "veteran", "waiting-reason": "请补签名"}, "waiting_veteran"),
        ("paper_needed", {"paper_needed-reason": "参保凭证", "paper_needed-material": "9"}, "waiting_veteran"),
        ("moved_offline", {"moved_offline-reason": "系统里查不到"}, "moved_offline"),
        ("declined", {"declined-reason": "已在外省参保"}, "declined"),
        ("returned", {"returned-reason": "归税务办"}, "returned"),
    ],
)
async def test_each_report_puts_the_task_where_the_table_says(
    house: House, officer: Seat, case: Application, task: Task, result: str, fields: dict[str, str], state: str
) -> None:
    await do(officer, task, result, **fields)
    found = await again(house, case)
    assert found.state == state
    assert found.waiting_for == fields.get(f"{result}-reason")


async def test_only_what_the_state_takes_is_offered(house: House, officer: Seat, case: Application, task: Task) -> None:
    first = offered((await officer.get(f"/inbox/{task.id}")).text)
    assert first == {"received", "done", "waiting", "paper_needed", "moved_offline", "declined", "returned"}
    assert "received" not in offered(await do(officer, task, "received"))
    page = await do(officer, task, "waiting", **{"waiting-waiting_for": "veteran", "waiting-reason": "请补签名"})
    assert "received" in offered(page)
    page = await do(officer, task, "waiting", **{"waiting-waiting_for": "funds"})
    assert "funds_verified" in offered(page) and "approved" not in offered(page)
    version = hidden(await officer.get(f"/inbox/{task.id}"), "version")
    refused = await officer.post(f"/inbox/{task.id}/report", version=version, result="ready")
    assert refused.status_code == 409 and "不能这样办" in refused.text
    assert (await again(house, case)).state == "waiting_funds"


async def test_funds_and_approval_start_the_limits_that_wait_for_them(house: House, address: str) -> None:
    case = await in_progress(house)
    tasks = await tasks_of(house, case)
    for matter, result, waiting in (
        ("pension_transfer", "funds_verified", "waiting_funds"),
        ("party", "approved", "waiting_approval"),
    ):
        async with seat(house, address, "officer", department=tasks[matter].department) as someone:
            page = await do(someone, tasks[matter], "received")
            assert (await again(house, case, matter)).state == waiting and "还没有起算" in page
            await do(someone, tasks[matter], result)
        found = await again(house, case, matter)
        assert found.state == "received" and found.due_at is not None


@pytest.mark.parametrize(
    ("result", "fields", "word"),
    [
        ("declined", {}, "请写明原因"),
        ("declined", {"declined-reason": "太" * 501}, "太长"),
        ("waiting", {}, "请选要等什么"),
        ("waiting", {"waiting-waiting_for": "veteran"}, "请写明原因"),
        ("waiting", {"waiting-waiting_for": "rain"}, "太长，或有不能用的字符"),
        ("paper_needed", {"paper_needed-reason": "少一份", "paper_needed-material": "99"}, "改短些"),
        ("done", {"done-what-0": "金额"}, "两格"),
        ("dispatch", {}, "不完整"),
        ("", {}, "不完整"),
    ],
)
async def test_what_is_lacking_is_said_and_what_was_typed_stays(
    house: House, officer: Seat, case: Application, task: Task, result: str, fields: dict[str, str], word: str
) -> None:
    version = hidden(await officer.get(f"/inbox/{task.id}"), "version")
    answer = await officer.post(f"/inbox/{task.id}/report", version=version, result=result, **fields)
    assert answer.status_code == 400 and word in answer.text
    assert all(value in answer.text for name, value in fields.items() if name.endswith("reason"))
    assert (await again(house, case)).state == "dispatched"


async def test_of_two_officers_the_second_is_told_what_the_first_has_done_and_overwrites_nothing(
    house: House, address: str, officer: Seat, case: Application, task: Task
) -> None:
    async with seat(house, address, "officer", department=task.department) as colleague:
        versions = [hidden(await each.get(f"/inbox/{task.id}"), "version") for each in (officer, colleague)]
        form = {"result": "paper_needed", "paper_needed-reason": "参保凭证要原件"}
        assert (await officer.post(f"/inbox/{task.id}/report", version=versions[0], **form)).status_code == 303
        form = {"result": "declined", "declined-reason": "已在外省参保"}
        second = await colleague.post(f"/inbox/{task.id}/report", version=versions[1], **form)
    assert second.status_code == 409
    assert "你打开这一页之后" in second.text and "参保凭证要原件" in second.text and "已在外省参保" in second.text
    assert (await again(house, case)).state == "waiting_veteran"


async def test_a_card_is_posted_comes_back_and_is_fetched(house: House, address: str, case: Application) -> None:
    card = (await tasks_of(house, case))[CARD]
    async with seat(house, address, "officer", department=card.department) as someone:
        await do(someone, card, "received")
        page = await do(someone, card, "done")
        assert offered(page) == {"ready", "mailed", "collected", "delivered"} and "要邮寄" in page
        assert (await someone.get("/inbox", state="undelivered")).text.count(card.id) == 1
        assert "寄出时本人会收到消息" in await do(someone, card, "ready")
        assert (await delivery_of(house, case)).state == "to_prepare"
        page = await do(someone, card, "mailed", **{"mailed-carrier": "示例快递", "mailed-tracking_number": "SL0001"})
        assert "SL0001" in page and "SL0001" in (await said(house, case))[-1]
        page = await do(someone, card, "came_back", **{"came_back-place": "示例网点"})
        assert "示例网点" in (await said(house, case))[-1]
        assert "没有要办的了" in (page := await do(someone, card, "collected")) and not offered(page)
        assert card.id not in (await someone.get("/inbox", state="undelivered")).text
    assert (await delivery_of(house, case)).state == "collected"


async def test_several_are_received_at_once_and_what_has_moved_on_stays(
    house: House, officer: Seat, case: Application, task: Task
) -> None:
    other = await in_progress(house, matters=["report_in", MEDICAL])
    second = (await tasks_of(house, other))[MEDICAL]
    await send(house, second, "waiting", waiting_for="veteran", reason="请补签名")
    page = await officer.get("/inbox")
    assert f'value="{task.id}"' in page.text and f'value="{second.id}"' not in page.text
    await officer.post("/inbox/received", tasks=[task.id, second.id])
    assert "收下了1项。其余的" in (await officer.get("/inbox")).text
    assert (await again(house, case)).state == "received"
    assert (await again(house, other)).state == "waiting_veteran"
    await officer.post("/inbox/received")
    assert "请先勾选" in (await officer.get("/inbox")).text


async def test_another_departments_and_another_countys_task_is_not_there(
    house: House, address: str, case: Application, task: Task
) -> None:
    elsewhere = "police" if task.department != "police" else "medical_insurance"
    for county, department in (("350102", elsewhere), ("350582", task.department)):
        async with seat(house, address, "officer", county=county, department=department) as stranger:
            assert task.id not in (await stranger.get("/inbox")).text
            assert (await stranger.get(f"/inbox/{task.id}")).status_code == 404
            for path in ("report", "reveal"):
                form = {"version": "1", "result": "received", "fields": "mobile", "reason": "要打电话"}
                answer = await stranger.post(f"/inbox/{task.id}/{path}", **form)
                assert answer.status_code in (303, 404) and "138" not in answer.text
            assert (await stranger.post("/inbox/received", tasks=task.id)).status_code == 404
    assert (await again(house, case)).state == "dispatched"


async def test_an_officer_without_a_department_is_told_so(house: House, address: str) -> None:
    async with seat(house, address, "officer") as someone:
        answer = await someone.get("/inbox")
    assert answer.status_code == 403 and "没有写明部门" in answer.text


async def test_the_list_is_by_due_time_paged_and_narrowed_by_the_database(house: House, address: str) -> None:
    tasks = []
    for minutes in range(23):
        with time_machine.travel(datetime.fromisoformat("2026-11-24T09:00:00+08:00") + timedelta(minutes=minutes)):
            case = await in_progress(house, matters=["report_in", MEDICAL])
            tasks.append((await tasks_of(house, case))[MEDICAL])
            if minutes not in (3, 22):
                await send(house, tasks[-1], "received")
    with time_machine.travel(datetime.fromisoformat("2026-11-24T09:40:00+08:00")):
        async with seat(house, address, "officer", department=tasks[0].department) as someone:
            first = (await someone.get("/inbox")).text
            link = first.split('rel="next" href="/console')[1].split('"')[0].replace("&amp;", "&")
            second = (await someone.get(link)).text
            waiting = (await someone.get("/inbox", state="dispatched")).text
            nothing = (await someone.get("/inbox", matter="medical_enrolment", state="ended")).text
            assert (await someone.get("/inbox", after="rubbish")).status_code == 400
    seen = re.findall(r'href="/console/inbox/(t_[\w-]+)"', first + second)
    assert first.count('class="rows__first"') == 20
    # All end at the same noon.
    running = sorted(task.id for n, task in enumerate(tasks) if n not in (3, 22))
    assert seen == [*running, *sorted(tasks[n].id for n in (3, 22))]
    assert waiting.count('class="rows__first"') == 2
    assert "这里没有事项" in nothing


async def test_the_time_left_counts_working_hours_and_what_is_over_shows(
    house: House, address: str, case: Application, task: Task
) -> None:
    await send(house, task, "received")
    due = (await again(house, case)).due_at
    assert due is not None
    for moment, word in ((due - timedelta(minutes=30, seconds=55), "还剩30分钟"), (due + timedelta(days=30), "超时")):
        with time_machine.travel(moment):
            async with seat(house, address, "officer", department=task.department) as someone:
                assert word in (await someone.get("/inbox")).text
                assert word in (await someone.get(f"/inbox/{task.id}")).text
                assert word in (await someone.get("")).text


async def test_what_the_department_needs_is_masked_until_a_reason_is_given(house: House, officer: Seat) -> None:
    case = await in_progress(house, matters=["report_in", "local_subsidy", MEDICAL])
    task = (await tasks_of(house, case))[MEDICAL]
    mobile, card = str(case.answers["mobile"]), str(case.answers["bank_card"])
    page = await officer.get(f"/inbox/{task.id}")
    assert mobile not in page.text and "银行卡" not in page.text
    answer = await officer.post(f"/inbox/{task.id}/reveal", fields="mobile", reason="要打电话核对")
    assert mobile in answer.text
    refused = await officer.post(f"/inbox/{task.id}/reveal", fields="bank_card", reason="想看看")
    assert refused.status_code == 400 and card not in refused.text
    assert (await officer.post(f"/inbox/{task.id}/reveal", fields="mobile", reason="")).status_code == 400
    async with house.db.reading() as session:
        assert [look.what for look in await looks.of_case(session, case.number)].count("reveal") == 1

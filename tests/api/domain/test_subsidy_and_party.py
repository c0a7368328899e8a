"""What is special to the subsidy and to party and league: money, forms, and what comes first (notice 三(四), 三(十))."""

from __future__ import annotations

import pytest

from backend.applications.model import Application
from backend.clock import today
from backend.departments.service import add_unit
from tests.support.county import County
from tests.support.people import COUNTY, bank_card, in_progress
from tests.unit.spreadsheets.test_spreadsheets import book

pytestmark = pytest.mark.asyncio(loop_scope="package")


# --- local_subsidy (notice 三(四), 四(二)) --------------------------------------------------------------------------------


async def listed(county: County, application: Application) -> str:
    """The next list for the bank, with whoever can be paid now."""
    finance = await county.desk("finance")
    made = await finance.post(f"/api/subsidies/{COUNTY}/lists", batch=f"示例批次{application.number}")
    assert made.status_code == 201, made.text
    return str(made.json()["list"])


async def answered(county: County, application: Application, word: str) -> None:
    """The bank's answer to a list of its own."""
    finance = await county.desk("finance")
    path = f"/api/subsidies/{COUNTY}/lists/{await listed(county, application)}/outcomes"
    answer = await finance.http.post(path, content=book(("编号", "结果"), (application.number, word)))
    assert (answer.status_code, answer.json()) == (200, {"taken": 1, "known": 0, "without_effect": []})


async def paying(county: County, application: Application, word: str) -> None:
    """The funds arrive, a list is made, and the bank answers."""
    finance = await county.desk("finance")
    arrival = {"batch": f"示例批次{application.number}", "arrived_on": today().isoformat()}
    assert (await finance.post(f"/api/subsidies/{COUNTY}/funds", **arrival)).status_code == 201
    await answered(county, application, word)


async def waiting_for_funds(county: County) -> Application:
    application = await in_progress(county.house, matters=["report_in", "local_subsidy"])
    await county.reported(await county.task(application, "local_subsidy"), "received")
    return application


async def test_the_subsidy_is_paid_when_the_funds_arrive_and_the_wait_before_is_shown_honestly(county: County) -> None:
    application = await waiting_for_funds(county)
    assert "通知没有规定天数，资金到位就发" in await county.said(application)
    assert (await county.line(application, "local_subsidy"))["due_at"] is None
    await paying(county, application, "已付")
    tail = str(application.answers["bank_card"])[-4:]
    assert f"已经发到你尾号{tail}的卡上" in await county.said(application)
    assert "地方经济补助已发放" in await county.texts(application)
    assert (await county.case(application.number))["state"] == "completed"


@pytest.mark.parametrize(
    ("word", "reason"),
    [("账户已销户", "已经销户"), ("户名不符", "户名和你的姓名不一样"), ("失败", "没有收到")],
    ids=["account_closed", "name_mismatch", "failed"],
)
async def test_a_card_that_cannot_be_paid_to_is_asked_for_anew_and_paid_then(county: County, word: str, reason: str) -> None:
    application = await waiting_for_funds(county)
    await paying(county, application, word)
    # A payment that failed is not the end of the matter. # our reading of 三(四)
    assert (await county.line(application, "local_subsidy"))["state"] == "waiting_veteran"
    assert reason in await county.said(application)
    await county.correct(application, bank_card=bank_card("622200000000000001"))
    await answered(county, application, "成功")
    assert (await county.line(application, "local_subsidy"))["state"] == "done"


# --- party_league (notice 三(十)) -----------------------------------------------------------------------------------------


async def test_when_the_form_has_arrived_by_report_or_on_the_page_the_veteran_is_told_once_who_will_call(
    county: County,
) -> None:
    application = await in_progress(county.house, party_organisation="示例村党支部")
    task = await county.task(application, "party")
    clerk = await county.clerk()
    await county.reported(task, "form_delivered")
    for _ in range(2):
        answer = await clerk.post(f"/api/tasks/{task.id}/party-form")
        assert (answer.status_code, answer.json()["task"]["id"]) == (200, task.id)
    assert (await county.said(application)).count("《中国共产党入党志愿书》复印件已经转到示例村党支部") == 1
    assert "《入党志愿书》复印件已转到示例村党支部" in await county.texts(application)
    assert (await county.commands(application)).count("form_delivered") == 1
    # The limit waits for the organisation's approval all the same. # notice 四(七)
    assert (await county.line(application, "party_league", "party"))["due_at"] is None


@pytest.mark.parametrize("before", ["received", "done"], ids=["received-form_delivered", "done-form_delivered"])
async def test_that_the_form_has_arrived_moves_neither_the_task_nor_its_clock(county: County, before: str) -> None:
    application = await in_progress(county.house)
    task = await county.task(application, "party")
    await county.reported(task, before)
    was = await county.line(application, "party_league", "party")
    assert (await county.reported(task, "form_delivered"))["applied"] is True
    line = await county.line(application, "party_league", "party")
    assert (line["state"], line["due_at"], line["done_at"]) == (was["state"], was["due_at"], was["done_at"])


async def test_the_form_is_recorded_for_a_party_transfer_at_work_and_by_its_own_county_alone(county: County) -> None:
    application = await in_progress(county.house)
    party, league = await county.task(application, "party"), await county.task(application, "league")
    clerk, stranger = await county.clerk(), await county.desk("window", county="350582")
    officer = await county.desk("officer", department="party_organisation")
    assert (await stranger.post(f"/api/tasks/{party.id}/party-form")).status_code == 404
    assert (await clerk.post("/api/tasks/t_nothing/party-form")).status_code == 404
    assert (await officer.post(f"/api/tasks/{party.id}/party-form")).status_code == 403
    assert (await clerk.post(f"/api/tasks/{league.id}/party-form")).json()["error"] == "not_party"
    await county.reported(party, "declined", reason="示例原因")
    assert (await clerk.post(f"/api/tasks/{party.id}/party-form")).json()["error"] == "not_allowed"
    assert "form_delivered" not in await county.commands(application)


async def test_the_league_member_registers_first_and_the_task_waits_for_it(county: County) -> None:
    # Where the committee has no system of its own that asks for it, 智慧团建 linked or not.
    house = county.house
    await add_unit(house, "350104", "league_committee", "示例团委")
    application = await in_progress(
        house,
        matters=["report_in", "party_league"],
        political_status="league",
        county="350104",
        league_organisation="示例镇团委",
    )
    task = await county.task(application, "league")
    assert (task.state, task.due_at) == ("waiting_veteran", None)
    said, sent = await county.said(application), await county.texts(application)
    assert "福建“智慧团建”里填好资料" in said and "按示例镇团委的要求完成“团员报到”" in said
    assert "请先在福建“智慧团建”里填好资料" in sent
    # The committee says that 团员报到 is done: from then on it looks, and its approval starts the clock. # notice 四(七)
    assert (await county.reported(task, "received"))["state"] == "waiting_approval"
    assert (await county.reported(task, "approved"))["state"] == "received"
    assert (await county.task(application, "league")).due_at is not None


@pytest.mark.parametrize(
    ("status", "ways"),
    [
        ("party", ["party"]),
        ("probationary", ["party"]),
        ("league", ["league"]),
        ("party_and_league", ["party", "league"]),
    ],
    ids=["party", "probationary", "league", "party_and_league"],
)
async def test_who_is_both_has_both_ways(county: County, status: str, ways: list[str]) -> None:
    application = await in_progress(county.house, matters=["report_in", "party_league"], political_status=status)
    assert [line["path"] for line in (await county.case(application.number))["lines"] if line["path"]] == ways

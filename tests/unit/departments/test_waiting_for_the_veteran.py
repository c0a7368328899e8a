"""A task that waits for the veteran waits until what was asked for has come (notice 四(八))."""

from __future__ import annotations

from backend.applications import service
from backend.house import House
from tests.support.people import CLERK, in_progress, send, tasks_of


async def test_money_that_comes_meanwhile_is_no_answer_to_what_the_veteran_was_asked(house: House) -> None:  # notice 四(八)
    application = await in_progress(house)
    task = (await tasks_of(house, application))["pension_transfer"]
    await send(house, task, "paper_needed", material=8, reason="接续信息表缺一页")
    await send(house, task, "funds_verified")
    task = (await tasks_of(house, application))["pension_transfer"]
    assert (task.state, task.awaited_material, task.waiting_for) == ("waiting_veteran", 8, "接续信息表缺一页")
    assert task.due_at is None
    await service.bring_papers(house, application.number, CLERK, [8])
    task = (await tasks_of(house, application))["pension_transfer"]
    # The money is there, and what was asked for: now the limit runs.
    assert task.state == "received" and task.due_at is not None


async def test_a_closed_card_is_on_no_list_until_another_was_given(house: House) -> None:  # notice 三(四)
    application = await in_progress(house)
    task = (await tasks_of(house, application))["local_subsidy"]
    await send(house, task, "waiting", waiting_for="veteran", reason="账户已销户")
    status, answer = await send(house, task, "received")
    assert (status, answer["applied"], answer["state"]) == (200, False, "waiting_veteran")


async def test_a_limit_without_a_condition_runs_again_when_what_was_asked_has_come(house: House) -> None:  # notice 四(八)
    application = await in_progress(house)
    task = (await tasks_of(house, application))["household_restoration"]
    await send(house, task, "waiting", waiting_for="veteran", reason="请补签名")
    await send(house, task, "waiting", waiting_for="approval")
    await send(house, task, "approved")
    task = (await tasks_of(house, application))["household_restoration"]
    assert task.state == "received" and task.due_at is not None

"""What a department gives back as not theirs waits at the window until it is given to whose it is (notice 四(二))."""

from __future__ import annotations

from backend.departments.model import Task
from backend.departments.service import add_unit
from backend.house import House
from tests.support.console import Seat, hidden, seat
from tests.support.people import COUNTY, in_progress, send, tasks_of

MATTER = "household_restoration"


async def given_back(house: House) -> tuple[str, Task]:
    case = await in_progress(house)
    await send(house, (await tasks_of(house, case))[MATTER], "returned", reason="归东街道派出所")
    return case.number, (await tasks_of(house, case))[MATTER]


async def test_the_window_sees_it_and_gives_it_to_another_unit(house: House, window: Seat) -> None:
    assert "没有退回的事项" in (await window.get()).text
    number, task = await given_back(house)
    assert f"/console/cases/{number}#returned" in (await window.get()).text
    other = await add_unit(house, COUNTY, "police", "示例·东街道派出所", areas=["示例东街道"])
    page = await window.get(f"/cases/{number}")
    assert "被退回，等改派" in page.text and "归东街道派出所" in page.text and other.name in page.text
    sent = {"task": task.id, "version": hidden(page, "version")}
    nothing = await window.post(f"/cases/{number}/redirect", **sent)
    assert nothing.status_code == 400 and "请选一个单位" in nothing.text
    answer = await window.post(f"/cases/{number}/redirect", **sent, unit=f"police:{other.id}")
    assert answer.headers["location"] == f"/console/cases/{number}"
    again = await window.post(f"/cases/{number}/redirect", **sent, unit=f"police:{other.id}")
    assert again.status_code == 409
    assert "没有退回的事项" in (await window.get()).text
    async with house.db.reading() as session:
        moved = await session.get(Task, task.id)
    assert moved is not None and (moved.unit_id, moved.state) == (other.id, "received")


async def test_another_countys_is_not_there(house: House, address: str) -> None:
    number, task = await given_back(house)
    async with seat(house, address, "window", county="350203") as elsewhere:
        assert "没有退回的事项" in (await elsewhere.get()).text
        assert (
            await elsewhere.post(f"/cases/{number}/redirect", task=task.id, version="1", unit="police:u_x")
        ).status_code == 404

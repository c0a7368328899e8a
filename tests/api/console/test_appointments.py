"""The window's week at the console, over real HTTP and without a script: made, moved, given up, closed."""

from __future__ import annotations

import re
from datetime import timedelta

from backend.applications.model import Application
from backend.appointments import service
from backend.calendars import service as calendars
from backend.clock import local, now
from backend.house import House
from tests.support.console import Seat, hidden, seat
from tests.support.people import CLERK, COUNTY, accepted, said, submitted


async def times(someone: Seat, case: Application) -> list[str]:
    return re.findall(r'<option value="([^"]+)"', (await someone.get(f"/appointments/{case.number}")).text)


async def test_a_time_is_made_moved_and_given_up_and_the_week_shows_who_comes_masked(house: House, window: Seat) -> None:
    case = await accepted(house, name="林小明")
    first, *_, last = await times(window, case)
    assert (await window.post(f"/appointments/{case.number}/book", starts_at=first, seen="")).status_code == 303
    week = await window.get("/appointments", week=first[:10])
    assert "林**" in week.text and "林小明" not in week.text and case.number in week.text and first[11:16] in week.text
    page = await window.get(f"/appointments/{case.number}")
    moved = await window.post(f"/appointments/{case.number}/book", starts_at=last, seen=hidden(page, "seen"))
    assert f"week={last[:10]}" in moved.headers["location"]
    page = await window.get(f"/appointments/{case.number}")
    await window.post(f"/appointments/{case.number}/cancel", seen=hidden(page, "seen"))
    assert case.number not in (await window.get("/appointments", week=last[:10])).text
    lines = " ".join(await said(house, case))
    assert "约好了" in lines and "改好了" in lines and "预约取消了" in lines


async def test_the_second_to_move_is_told_who_moved_it_to_when(house: House, address: str, window: Seat) -> None:
    case = await accepted(house)
    first, second, *_ = await times(window, case)
    seen = hidden(await window.get(f"/appointments/{case.number}"), "seen")
    async with seat(house, address, "window") as other:
        await other.get(f"/appointments/{case.number}")
        await other.post(f"/appointments/{case.number}/book", starts_at=first, seen="")
    refused = await window.post(f"/appointments/{case.number}/book", starts_at=second, seen=seen)
    assert refused.status_code == 409 and f"刚刚约到了{first[5:7]}月{first[8:10]}日 {first[11:16]}" in refused.text
    refused = await window.post(f"/appointments/{case.number}/cancel", seen=seen)
    assert refused.status_code == 409
    # What the refusal shows is what stands, and can be decided on.
    assert (await window.post(f"/appointments/{case.number}/cancel", seen=hidden(refused, "seen"))).status_code == 303


async def test_a_free_place_leads_by_a_name_to_the_applicant_with_that_time_chosen(house: House, window: Seat) -> None:
    case = await accepted(house, name="欧阳归来")
    start = (await times(window, case))[3]
    week = await window.get("/appointments", week=start[:10])
    assert "/appointments/find?county=" in week.text
    found = await window.get("/appointments/find", words="欧阳归来", at=start)
    assert found.status_code == 303 and found.headers["location"].startswith(f"/console/appointments/{case.number}?at=")
    page = await window.get(found.headers["location"].removeprefix("/console"))
    assert f'<option value="{start}" selected>' in page.text


async def test_a_closure_is_shown_and_who_was_coming_then_has_to_be_moved(house: House, window: Seat) -> None:
    case = await accepted(house)
    start = (await times(window, case))[-1]
    await window.post(f"/appointments/{case.number}/book", starts_at=start, seen="")
    async with house.db.reading() as session:
        made = await service.of_application(session, case)
    assert made is not None
    await calendars.close_days(house, COUNTY, [local(made.starts_at).date()], "示例台风", CLERK)
    week = await window.get("/appointments", week=start[:10])
    assert "示例台风" in week.text and "窗口不办公，请改期" in week.text


async def test_who_has_nothing_to_bring_yet_gets_no_time(house: House, window: Seat) -> None:
    case = await submitted(house)
    assert "不能约" in (await window.get(f"/appointments/{case.number}")).text
    other = await accepted(house)
    start = (await times(window, other))[0]
    refused = await window.post(f"/appointments/{case.number}/book", starts_at=start, seen="")
    assert refused.status_code == 409 and "审核通过后才能预约" in refused.text
    nonsense = await window.post(f"/appointments/{other.number}/book", starts_at="tomorrow", seen="")
    assert nonsense.status_code == 400 and "请选一个时间" in nonsense.text


async def test_weeks_are_turned_and_anything_that_is_no_day_is_this_week(window: Seat) -> None:
    page = await window.get("/appointments")
    before, after = re.findall(r'rel="(?:prev|next)" href="[^"]*week=([^"]+)"', page.text)
    monday = now() - timedelta(days=local(now()).weekday())
    assert (before, after) == (
        local(monday - timedelta(days=7)).date().isoformat(),
        local(monday + timedelta(days=7)).date().isoformat(),
    )
    for nonsense in ("never", "0001-01-01", "9999-12-31"):
        again = await window.get("/appointments", week=nonsense)
        assert again.status_code == 200 and f"week={after}" in again.text


async def test_another_countys_week_is_not_there(house: House, address: str, window: Seat) -> None:
    case = await accepted(house)
    assert (await window.get("/appointments", county="350582")).status_code == 404
    async with seat(house, address, "window", county="350582") as other:
        assert (await other.get(f"/appointments/{case.number}")).status_code == 404

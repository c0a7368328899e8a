"""Deliveries that were given up, shown to whoever supervises and set going again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from backend.channels.sms.model import SmsMessage
from backend.deadlines.stuck import tell_of_stuck
from backend.house import House
from backend.outbox import endpoints
from backend.outbox.commands import CHORES
from backend.outbox.service import Delivery, DeliveryFailed, deliver_due, put
from backend.staff.model import Staff
from tests.support.people import COUNTY
from tests.support.staff import account, desk, served

FOUR_DAYS = timedelta(days=4)


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, endpoints.blueprint) as url:
        yield url


async def refuse(_house: House, _delivery: Delivery) -> None:
    raise DeliveryFailed("示例：13800138000 没有人接")


async def take(_house: House, _delivery: Delivery) -> None:
    return


async def given_up(house: House) -> None:
    """One delivery of the county and one of nobody's, both tried for three days in vain."""
    async with house.db.unit() as unit:
        await put(unit.session, "example", "of-county", {"secret": "林小明"}, county=COUNTY)
        await put(unit.session, "example", "of-nobody", {})
        await unit.commit()
    await deliver_due(house, {"example": refuse})
    with time_machine.travel(datetime.now(UTC) + FOUR_DAYS):
        await deliver_due(house, {"example": refuse})


async def test_the_supervisor_sees_the_countys_and_the_administrator_all(house: House, address: str) -> None:
    await given_up(house)
    async with (
        desk(house, address, "county_supervisor") as supervisor,
        desk(house, address, "county_supervisor", county="350582") as other,
        desk(house, address, "administrator", county=None) as administrator,
        desk(house, address, "window") as clerk,
    ):
        (stuck,) = (await supervisor.get("/api/deliveries/stuck")).json()["deliveries"]
        assert (stuck["key"], stuck["state"], len(stuck["attempts"])) == ("of-county", "stuck", 2)
        assert "没有人接" in stuck["attempts"][0]["error"] and "13800138000" not in stuck["attempts"][0]["error"]
        assert "林小明" not in str(stuck)
        assert (await other.get("/api/deliveries/stuck")).json()["deliveries"] == []
        keys = [each["key"] for each in (await administrator.get("/api/deliveries/stuck")).json()["deliveries"]]
        assert keys == ["of-county", "of-nobody"]
        assert (await clerk.get("/api/deliveries/stuck")).status_code == 403
        assert (await other.post(f"/api/deliveries/{stuck['id']}/retry")).status_code == 404
        assert (await other.post("/api/deliveries/99999999999999999999/retry")).status_code == 404
        assert (await other.get("/api/deliveries/stuck", after="9007199254740991")).status_code == 200


async def test_a_stuck_delivery_set_going_again_is_tried_for_three_days_more(house: House, address: str) -> None:
    await given_up(house)
    with time_machine.travel(datetime.now(UTC) + FOUR_DAYS):
        async with desk(house, address, "county_supervisor") as supervisor:
            (stuck,) = (await supervisor.get("/api/deliveries/stuck")).json()["deliveries"]
            retried = await supervisor.post(f"/api/deliveries/{stuck['id']}/retry")
            assert (retried.status_code, retried.json()["delivery"]["state"]) == (202, "waiting")
            assert retried.json()["delivery"]["retried_by"].startswith("staff:")
            again = await supervisor.post(f"/api/deliveries/{stuck['id']}/retry")
            assert (again.status_code, again.json()["error"]) == (409, "not_stuck")
            assert await deliver_due(house, {"example": refuse}) == 1
            assert (await supervisor.get("/api/deliveries/stuck")).json()["deliveries"] == []
    with time_machine.travel(datetime.now(UTC) + FOUR_DAYS + timedelta(hours=1)):
        assert await deliver_due(house, {"example": take}) == 1


async def test_a_supervisor_is_told_once_a_day_that_something_of_the_county_is_stuck(house: House) -> None:
    assert CHORES["tell of what is stuck"] is tell_of_stuck
    for county, mobile in ((COUNTY, "13800138001"), ("350582", "13800138002")):
        name = await account(house, "county_supervisor", county=county)
        await set_mobile(house, name, mobile)
    assert await tell_of_stuck(house) == 0
    await given_up(house)
    assert (await tell_of_stuck(house), await tell_of_stuck(house)) == (1, 0)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        assert await tell_of_stuck(house) == 1
    async with house.db.reading() as session:
        texts = (await session.scalars(select(SmsMessage))).all()
    assert {text.mobile for text in texts} == {"13800138001"} and len(texts) == 2
    assert all("1次投递卡住" in text.text and "林小明" not in text.text for text in texts)


async def set_mobile(house: House, name: str, mobile: str) -> None:
    async with house.db.unit() as unit:
        staff = await unit.session.scalar(select(Staff).where(Staff.username == name))
        assert staff is not None
        staff.contact_mobile = mobile
        await unit.commit()

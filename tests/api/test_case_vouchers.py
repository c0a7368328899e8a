"""What window and reviewer do with the pictures of a case (notice 三(二), 四(一)): look, and be on record; add; find right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import httpx
import pytest
from PIL import Image

from backend.applications import service as applications
from backend.applications.model import Application
from backend.house import House
from backend.vouchers import service
from backend.vouchers.endpoints import blueprint
from backend.vouchers.model import Voucher
from backend.vouchers.workshop import Workshop
from tests.support import files
from tests.support.people import CLERK, answers, conversation
from tests.support.pictures import conversation_of, open_draft, send_file, vouchers_of
from tests.support.staff import Desk, desk, served

OTHER_COUNTY = "350582"


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window", "reviewer") as someone:
        yield someone


async def filed(house: House, *materials: int) -> Application:
    """An application with a picture of each material, sent before it was filed."""
    talk = await conversation(house)
    draft = await open_draft(house, talk)
    for material in materials:
        sent = service.Sent(material, f"k{material}", files.photograph())
        await service.upload(house, Workshop(), await conversation_of(house, talk), sent)
    return (await applications.submit(house, draft, talk, answers(), "zh_Hans_CN")).application


async def only(house: House) -> Voucher:
    (voucher,) = await vouchers_of(house)
    return voucher


async def events(house: House, application: Application) -> list[tuple[str, str]]:
    async with house.db.reading() as session:
        return [(event.command, event.actor) for event in await applications.history(session, application)]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


async def test_who_looks_at_a_picture_is_on_record_each_time(house: House, clerk: Desk) -> None:
    application = await filed(house, 1)
    path = f"/api/cases/{application.number}/vouchers"
    (listed,) = (await clerk.get(path)).json()["vouchers"]
    assert (listed["material"], listed["state"], listed["uploaded_by"]) == (
        1,
        "uploaded",
        f"veteran:{application.conversation_id}",
    )
    assert not [each for each in await events(house, application) if each[0] == "look_at_voucher"], "a list is no look"
    for _ in range(2):
        shown = await clerk.get(f"{path}/{listed['id']}/pages/1")
        assert shown.status_code == 200 and shown.headers["content-type"] == "image/jpeg"
        assert shown.headers["cache-control"] == "no-store"
        assert Image.open(BytesIO(shown.content)).size == (600, 400)
    looks = [actor for command, actor in await events(house, application) if command == "look_at_voucher"]
    assert len(looks) == 2 and looks[0].startswith("staff:user")
    async with house.db.reading() as session:
        (event, _) = [e for e in await applications.history(session, application) if e.command == "look_at_voucher"]
    assert event.data == {"voucher": listed["id"], "material": 1, "page": 1}


async def test_what_is_not_there_is_not_looked_at(house: House, clerk: Desk) -> None:
    application, other = await filed(house, 1), await filed(house)
    voucher = (await only(house)).id
    for path in (
        f"{application.number}/vouchers/{voucher}/pages/2",
        f"{application.number}/vouchers/v_none/pages/1",
        f"{other.number}/vouchers/{voucher}/pages/1",
    ):
        assert code(await clerk.get(f"/api/cases/{path}")) == (404, "no_voucher"), path
    assert not [each for each in await events(house, application) if each[0] == "look_at_voucher"]


async def test_another_county_and_other_roles_see_no_picture(house: House, address: str) -> None:
    application = await filed(house, 1)
    path = f"/api/cases/{application.number}/vouchers"
    page = f"{path}/{(await only(house)).id}/pages/1"
    async with desk(house, address, "window", "reviewer", county=OTHER_COUNTY) as stranger:
        for answer in (await stranger.get(path), await stranger.get(page), await send_file(stranger.http, 1, path=path)):
            assert code(answer) == (404, "no_application")
    async with desk(house, address, "county_supervisor") as supervisor:
        assert code(await supervisor.get(path)) == (403, "wrong_role")
        assert code(await supervisor.get(page)) == (403, "wrong_role")
    async with desk(house, address) as nobody:
        assert (await nobody.get(page)).status_code == 401
        assert (await send_file(nobody.http, 1, path=path)).status_code == 401


async def test_the_window_sends_a_picture_for_a_veteran_who_is_there(house: House, clerk: Desk) -> None:
    application = await filed(house)
    path = f"/api/cases/{application.number}/vouchers"
    first = await send_file(clerk.http, 3, files.pdf(pages=2), "k1", path)
    again = await send_file(clerk.http, 3, files.pdf(pages=2), "k1", path)
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    assert first.json()["voucher"]["pages"] == 2 and first.json()["voucher"]["uploaded_by"].startswith("staff:")
    assert (await events(house, application))[-1][0] == "upload_voucher"
    assert code(await send_file(clerk.http, 5, path=path)) == (400, "not_on_list")
    assert code(await send_file(clerk.http, 1, files.bomb(), path=path)) == (413, "too_many_pixels")


async def test_the_windows_picture_answers_the_correction_too(house: House, clerk: Desk) -> None:
    application = await filed(house, 2)
    await applications.request_correction(house, application.number, CLERK, [("2", "看不清楚")])
    assert (await send_file(clerk.http, 2, path=f"/api/cases/{application.number}/vouchers")).status_code == 201
    async with house.db.reading() as session:
        assert (await applications.by_number(session, CLERK, application.number)).state == "submitted"
    assert [voucher.state for voucher in await vouchers_of(house)] == ["refused", "uploaded"]


async def test_the_reviewer_finds_one_picture_right_and_asks_for_another(house: House, clerk: Desk, address: str) -> None:
    application = await filed(house, 1, 2)
    first, second = await vouchers_of(house)
    path = f"/api/cases/{application.number}/vouchers"
    accepted = await clerk.post(f"{path}/{first.id}/acceptance", version=application.version)
    assert accepted.json()["voucher"]["state"] == "accepted" and accepted.json()["voucher"]["decided_by"].startswith("staff:")
    assert (await clerk.post(f"{path}/{first.id}/acceptance", version=application.version)).status_code == 200
    assert [command for command, _ in await events(house, application)].count("accept_voucher") == 1
    async with desk(house, address, "window") as window:
        assert code(await window.post(f"{path}/{second.id}/acceptance", version=1)) == (403, "wrong_role")
    assert code(await clerk.post(f"{path}/{second.id}/acceptance", version=99)) == (409, "stale")
    assert code(await clerk.post(f"{path}/{second.id}/acceptance")) == (400, "invalid")
    asked = await applications.request_correction(house, application.number, CLERK, [("2", "缺了一角")])
    states = {each["material"]: (each["state"], each["reason"]) for each in (await clerk.get(path)).json()["vouchers"]}
    assert states == {1: ("accepted", None), 2: ("refused", "缺了一角")}
    refused = await clerk.post(f"{path}/{second.id}/acceptance", version=asked.version)
    assert code(refused) == (409, "not_allowed")
    async with house.db.reading() as session:
        (point,) = await applications.open_corrections(session, application.id)
    assert [voucher.correction_id for voucher in await vouchers_of(house)] == [None, point.id]


async def test_passing_pre_review_accepts_what_lay_before_it_and_closes_the_door(house: House, clerk: Desk) -> None:
    application = await filed(house, 1, 2)
    await applications.record_archive(house, application.number, CLERK)
    done = await applications.accept(house, application.number, CLERK)
    vouchers = await vouchers_of(house)
    assert {(voucher.state, voucher.decided_by) for voucher in vouchers} == {("accepted", CLERK)}
    path = f"/api/cases/{application.number}/vouchers"
    assert code(await send_file(clerk.http, 3, path=path)) == (409, "not_asked")
    assert code(await clerk.post(f"{path}/{vouchers[0].id}/acceptance", version=done.version)) == (409, "not_allowed")


async def test_an_original_that_differs_refuses_the_accepted_picture(house: House) -> None:
    application = await filed(house, 1, 2)
    await applications.record_archive(house, application.number, CLERK)
    await applications.accept(house, application.number, CLERK)
    await applications.receive_originals(house, application.number, CLERK)
    await applications.differ(house, application.number, CLERK, [("1", "原件上的日期不同")])
    assert [voucher.state for voucher in await vouchers_of(house)] == ["refused", "accepted"]


async def test_another_county_looks_for_itself(house: House) -> None:
    application = await filed(house, 1)
    await applications.record_archive(house, application.number, CLERK)
    await applications.accept(house, application.number, CLERK)
    await applications.transfer(house, application.number, CLERK, OTHER_COUNTY, "实际落户地不同")
    assert (await only(house)).state == "uploaded"

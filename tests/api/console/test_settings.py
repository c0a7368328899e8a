"""An administrator's and a county supervisor's work on how the service is set up, over real HTTP and without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from backend.administration import service as administration
from backend.clock import now
from backend.departments import repository as departments
from backend.departments.model import DepartmentUnit
from backend.departments.seed import seed_examples
from backend.departments.signing import good_secrets
from backend.house import House
from backend.staff.sessions import who_is
from backend.takeover.service import add_default_canned
from tests.support.console import Seat, hidden, seat
from tests.support.people import COUNTY

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
OTHER = "350582"


async def police(house: House) -> DepartmentUnit:
    async with house.db.reading() as session:
        found = await departments.unit_of(session, COUNTY, "police")
    assert found is not None
    return found


async def test_a_unit_is_registered_and_its_secret_is_shown_this_once(house: House, administrator: Seat) -> None:
    form = {"county": COUNTY, "department": "police", "name": "示例·新派出所", "endpoint": "https://example.org/tasks"}
    await administrator.get("/settings/units/new")
    made = await administrator.post("/settings/units/new", **form)
    (secret,) = set(SECRET.findall(made.text))
    unit = await police(house)
    assert (unit.name, unit.secret, unit.is_default) == ("示例·新派出所", secret, True)
    assert secret not in (await administrator.get(f"/settings/units/{unit.id}")).text
    async with house.db.reading() as session:
        (event,) = await administration.history(session, administration.UNIT, unit.id)
    assert (event.command, event.actor, event.county) == ("add_unit", f"staff:{await _name(house, administrator)}", COUNTY)
    assert secret not in str(event.data)


async def _name(house: House, someone: Seat) -> str:
    return (await who_is(house, someone.http.cookies["guitu_staff"])).username


async def test_a_new_secret_and_the_old_one_are_good_together(house: House, administrator: Seat) -> None:
    await seed_examples(house, [COUNTY])
    unit = await police(house)
    before = unit.secret
    await administrator.get(f"/settings/units/{unit.id}")
    given = await administrator.post(f"/settings/units/{unit.id}/secret", grace="24")
    changed = await police(house)
    assert SECRET.findall(given.text) == [changed.secret] and good_secrets(changed) == [changed.secret, before]
    assert "旧密钥用到" in given.text
    await administrator.get(f"/settings/units/{unit.id}")
    await administrator.post(f"/settings/units/{unit.id}/secret", grace="0")
    ended = await police(house)
    assert good_secrets(ended) == [ended.secret]


async def test_who_has_not_proved_it_is_them_lately_gets_no_secret(house: House, administrator: Seat) -> None:
    await seed_examples(house, [COUNTY])
    unit = await police(house)
    await administrator.get(f"/settings/units/{unit.id}")
    with time_machine.travel(now() + timedelta(minutes=6), tick=True):
        answer = await administrator.post(f"/settings/units/{unit.id}/secret", grace="24")
        made = await administrator.post("/settings/units/new", county=OTHER, department="police", name="示例·派出所")
    assert answer.headers["location"].startswith("/console/prove?next=%2Fconsole%2Fsettings%2Funits%2F")
    assert made.headers["location"].startswith("/console/prove?next=")
    assert (await police(house)).secret == unit.secret


@pytest.mark.parametrize(
    "endpoint",
    ["http://example.org/tasks", "ftp://example.org", "https://", "example.org", "https://a:b@example.org/", "https://e x.org"],
)
async def test_an_address_that_would_let_personal_data_go_in_clear_is_refused(
    house: House, administrator: Seat, endpoint: str
) -> None:
    await seed_examples(house, [COUNTY])
    unit = await police(house)
    page = await administrator.get(f"/settings/units/{unit.id}")
    answer = await administrator.post(
        f"/settings/units/{unit.id}", version=hidden(page, "version"), name=unit.name, endpoint=endpoint, areas=""
    )
    assert answer.status_code == 400 and "推送地址" in answer.text
    assert (await police(house)).endpoint == unit.endpoint


async def test_of_two_who_change_a_unit_the_second_sees_what_the_first_did(house: House, administrator: Seat) -> None:
    await seed_examples(house, [COUNTY])
    unit = await police(house)
    page = await administrator.get(f"/settings/units/{unit.id}")
    form = {"version": hidden(page, "version"), "endpoint": "https://example.org/a", "areas": ""}
    first = await administrator.post(f"/settings/units/{unit.id}", name="示例·甲所", **form)
    second = await administrator.post(f"/settings/units/{unit.id}", name="示例·乙所", **form)
    assert first.status_code == 303
    assert second.status_code == 409 and "刚刚被别人改过" in second.text and "示例·甲所" in second.text
    changed = await police(house)
    # Who says where it works takes it out of the simulation.
    assert (changed.name, changed.simulated) == ("示例·甲所", False)


async def test_the_list_is_narrowed_in_the_database_and_shows_the_counties_of_the_administrator_only(
    house: House, address: str, administrator: Seat
) -> None:
    await seed_examples(house)
    page = await administrator.get("/settings/units", county=OTHER, department="police")
    assert "晋江" in page.text and "示例·鼓楼" not in page.text
    async with seat(house, address, "administrator") as local:
        assert "示例·晋江" not in (await local.get("/settings/units")).text
        async with house.db.reading() as session:
            elsewhere = await departments.unit_of(session, OTHER, "police")
        assert elsewhere is not None
        assert (await local.get(f"/settings/units/{elsewhere.id}")).status_code == 404
        assert (await local.post(f"/settings/units/{elsewhere.id}/secret", grace="24")).status_code == 404


async def test_a_unit_beside_the_default_becomes_it_and_the_other_is_retired(house: House, administrator: Seat) -> None:
    await seed_examples(house, [COUNTY])
    before = await police(house)
    async with house.db.reading() as session:
        other = next(each for each in await departments.units_of(session, COUNTY, "police") if not each.is_default)
    page = await administrator.get(f"/settings/units/{other.id}")
    await administrator.post(f"/settings/units/{other.id}/default", version=hidden(page, "version"))
    assert (await police(house)).id == other.id
    page = await administrator.get(f"/settings/units/{before.id}")
    done = await administrator.post(f"/settings/units/{before.id}/retire", version=hidden(page, "version"))
    assert done.status_code == 303
    assert "已撤" in (await administrator.get(f"/settings/units/{before.id}")).text


async def test_reminders_go_where_the_administrator_says_and_the_page_masks_the_mobile(
    house: House, administrator: Seat
) -> None:
    await seed_examples(house, [COUNTY])
    unit = await police(house)
    await administrator.get(f"/settings/units/{unit.id}")
    bad = await administrator.post(f"/settings/units/{unit.id}/contact", mobile="123")
    assert bad.status_code == 400
    await administrator.post(f"/settings/units/{unit.id}/contact", mobile="13900000002", mail="office@example.org")
    page = await administrator.get(f"/settings/units/{unit.id}")
    assert "13900000002" not in page.text and "*******0002" in page.text
    await administrator.post(f"/settings/units/{unit.id}/contact", no_mobile="1")
    kept = await police(house)
    assert (kept.contact_mobile, kept.contact_mail) == (None, "office@example.org")


async def test_a_supervisor_keeps_replies_for_the_own_county_and_leaves_everybodys_alone(
    house: House, supervisor: Seat, address: str
) -> None:
    assert await add_default_canned(house, "system") == 6
    assert await add_default_canned(house, "system") == 0
    page = await supervisor.get("/settings/replies")
    assert "请本人来窗口" in page.text and "全省共用" in page.text
    await supervisor.get("/settings/replies/new")
    elsewhere = await supervisor.post("/settings/replies/new", county=OTHER, title="问好", text="示例")
    assert elsewhere.status_code == 403
    made = await supervisor.post("/settings/replies/new", county=COUNTY, title="停车", text="窗口门口可以停车（示例）。")
    assert made.status_code == 303
    own = await supervisor.get("/settings/replies", county=COUNTY)
    (reply,) = re.findall(r'href="/console/settings/replies/(y_[^"]+)"', own.text)
    async with seat(house, address, "county_supervisor", county=OTHER) as stranger:
        assert (await stranger.get(f"/settings/replies/{reply}")).status_code == 404
    page = await supervisor.get(f"/settings/replies/{reply}")
    version = hidden(page, "version")
    assert (await supervisor.post(f"/settings/replies/{reply}", version=version, title="停车", text="甲")).status_code == 303
    stale = await supervisor.post(f"/settings/replies/{reply}", version=version, title="停车", text="乙")
    assert stale.status_code == 409 and "甲" in stale.text and "乙" in stale.text
    page = await supervisor.get(f"/settings/replies/{reply}")
    assert "窗口门口可以停车（示例）。 → 甲" in page.text
    gone = await supervisor.post(f"/settings/replies/{reply}/delete", version=hidden(page, "version"))
    assert gone.status_code == 303
    async with house.db.reading() as session:
        events = await administration.history(session, administration.REPLY, reply)
    assert [each.command for each in events] == ["delete_reply", "change_reply", "add_reply"]
    assert events[0].data == {"title": ["停车", None], "text": ["甲", None]}

"""A draft that the window helps with moves to the veteran's phone by a link, and is found at the window again. # notice 六(一)"""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine

from backend.assisting import rules
from backend.clock import now
from backend.conversations import service as hub
from backend.db.ids import new_id
from backend.dialogue import repository as drafts
from backend.dialogue.model import OPEN, DraftRow
from backend.house import House
from backend.interview.draft import Draft
from tests.support.assisting import begun, form, link_of, phone, row_of
from tests.support.console import Seat
from tests.support.people import COUNTY, id_number


async def test_a_link_brings_the_draft_to_the_phone_once_and_the_code_brings_it_back(
    house: House, address: str, window: Seat
) -> None:
    path = await begun(window)
    page = await window.get(path)
    await window.post(f"{path}/answers", **form(page, {"name": "林小明", "county": COUNTY}))
    way = await link_of(window, path)
    async with phone(address) as theirs, phone(address) as others:
        for _ in range(2):  # a preview looks, too, and uses nothing up
            assert "接着填" in (await theirs.get(way)).text
        came = await theirs.post(way)
        assert came.status_code == 303 and came.headers["location"] == "/"
        said = (await theirs.get("/api/chat/messages")).json()["messages"]
        texts = [each["body"]["text"] if "body" in each else each["text"] for each in said]
        code = next(found[1] for text in texts if (found := re.search(r"代码：([A-Z0-9-]{9})", text)))
        assert any("窗口帮你填到这里" in text for text in texts)
        again = await others.post(way)
        assert again.status_code == 404 and "窗口的工作人员再出一个" in again.text
        assert (await others.get(way)).status_code == 404
    row = await row_of(house, path)
    async with house.db.reading() as session:
        there = await hub.get_conversation(session, row.conversation_id)
    assert there.channel == "web" and row.content["pending"] == "discharge_month"
    found = await window.get("/assist", words=code)
    assert f"{path}/open" in found.text
    assert (await window.get(path)).status_code == 200


async def test_a_link_that_is_old_or_was_replaced_leads_nowhere(house: House, address: str, window: Seat) -> None:
    path = await begun(window)
    first, second = await link_of(window, path), await link_of(window, path)
    before = (await row_of(house, path)).conversation_id
    async with phone(address) as theirs:
        assert (await theirs.post(first)).status_code == 404
        with time_machine.travel(now() + rules.LINK_LIFE + timedelta(seconds=1), tick=True):
            assert (await theirs.post(second)).status_code == 404
            assert "用不了了" in (await theirs.get(second)).text
    assert (await row_of(house, path)).conversation_id == before


async def test_a_phone_that_holds_somebody_elses_draft_is_refused_and_the_link_holds_on(
    house: House, address: str, window: Seat
) -> None:
    path = await begun(window)
    page = await window.get(path)
    await window.post(f"{path}/answers", **form(page, {"name": "林小明", "id_number": id_number()}))
    way = await link_of(window, path)
    async with phone(address) as theirs:
        opened = await theirs.post("/api/chat", json={"language": "zh_Hans_CN"})
        async with house.db.unit() as unit:
            own = Draft(answers={"consent": True, "consent_sensitive": True, "name": "别人名"})
            unit.session.add(
                DraftRow(
                    id=new_id("d"),
                    conversation_id=opened.json()["conversation"],
                    state=OPEN,
                    content=own.to_json(),
                    created_at=now(),
                    updated_at=now(),
                )
            )
            await unit.commit()
        refused = await theirs.post(way)
        assert refused.status_code == 409 and "别人的资料" in refused.text
    async with phone(address) as another:
        assert (await another.post(way)).status_code == 303


async def test_a_phones_own_beginnings_are_joined_and_one_draft_is_left(house: House, address: str, window: Seat) -> None:
    path = await begun(window)
    page = await window.get(path)
    await window.post(f"{path}/answers", **form(page, {"name": "林小明", "soldier_kind": "conscript"}))
    way = await link_of(window, path)
    async with phone(address) as theirs:
        there = (await theirs.post("/api/chat", json={"language": "zh_Hans_CN"})).json()["conversation"]
        async with house.db.unit() as unit:
            own = Draft(answers={"consent": True, "consent_sensitive": True, "soldier_kind": "sergeant", "handed_over": True})
            unit.session.add(
                DraftRow(
                    id=new_id("d"), conversation_id=there, state=OPEN, content=own.to_json(), created_at=now(), updated_at=now()
                )
            )
            await unit.commit()
        assert (await theirs.post(way)).status_code == 303
    async with house.db.reading() as session:
        row = await drafts.open_draft(session, there)
    assert row is not None and row.id == path.rpartition("/")[2]
    assert row.content["answers"]["handed_over"] is True and row.content["answers"]["soldier_kind"] == "conscript"

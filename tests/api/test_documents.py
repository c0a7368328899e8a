"""A case's papers over real HTTP: what there is, who may print, and that it is recorded (notice 三)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import time_machine

from backend.applications import service as applications
from backend.applications.model import Application
from backend.channels.web import endpoints as web
from backend.clock import now
from backend.conversations import service as hub
from backend.dialogue.model import OPEN, DraftRow
from backend.documents import service
from backend.documents.endpoints import blueprint
from backend.errors import NotFound
from backend.house import House
from backend.interview.draft import Draft
from tests.support import hub_server
from tests.support.pdf import text
from tests.support.people import CLERK, accepted, conversation, in_progress, submitted
from tests.support.staff import Desk, desk, served

OTHER_COUNTY = "350582"


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window") as someone:
        yield someone


async def prints(house: House, application: Application) -> list[tuple[str, str]]:
    async with house.db.reading() as session:
        events = await applications.history(session, application)
    return [(event.actor, event.data["document"]) for event in events if event.command == "print" and event.data]


async def test_the_list_says_which_papers_there_are_and_why_not_the_others(house: House, clerk: Desk) -> None:
    number = (await submitted(house, matters=["report_in", "household_restoration"])).number
    listed = (await clerk.get(f"/api/cases/{number}/documents")).json()["documents"]
    reasons = {each["name"]: each["reason"] for each in listed}
    assert {name for name, reason in reasons.items() if reason is None} == {
        "joint_form",
        "household_register",
        "household_letter",
        "checklist",
    }
    assert "没有办“养老参保登记”" in reasons["pension_declaration"]
    assert all(each["available"] == (each["reason"] is None) for each in listed)
    assert all(each["printed"] == [] for each in listed)


async def test_a_paper_is_printed_in_full_and_stands_in_the_record(house: House, clerk: Desk) -> None:
    application = await in_progress(house, (8,))
    answer = await clerk.get(f"/api/cases/{application.number}/documents/joint_form.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store" and answer.headers["x-guitu-template"] == "house"
    read = text(answer.content)
    assert application.number in read and application.answers["id_number"] in read
    ((by, name),) = await prints(house, application)
    assert by.startswith("staff:") and name == "joint_form"
    receipt = text((await clerk.get(f"/api/cases/{application.number}/documents/receipt.pdf")).content)
    assert "收到的材料（共11样）" in receipt and "军人退役基本养老保险关系接续信息表" in receipt
    listed = (await clerk.get(f"/api/cases/{application.number}/documents")).json()["documents"]
    (printed,) = next(each for each in listed if each["name"] == "joint_form")["printed"]
    assert printed["by"] == by and printed["at"].endswith("+08:00")


async def test_the_record_tells_whether_two_prints_said_the_same(house: House, clerk: Desk) -> None:
    application = await submitted(house)
    path = f"/api/cases/{application.number}/documents/joint_form.pdf"
    with time_machine.travel(now(), tick=False):
        assert (await clerk.get(path)).content == (await clerk.get(path)).content
    await clerk.get(path)
    veteran = f"veteran:{application.conversation_id}"
    await applications.request_correction(house, application.number, CLERK, [("home_address", "门牌不对")])
    changed = {"home_address": "福州市鼓楼区示例街道示例路2号"}
    await applications.correct(house, application.number, veteran, changed)
    assert "示例路2号" in text((await clerk.get(path)).content)
    async with house.db.reading() as session:
        events = await applications.history(session, application)
    hashes = [event.data["content"] for event in events if event.command == "print" and event.data]
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]


async def test_a_paper_that_the_case_does_not_have_is_refused_with_the_reason(house: House, clerk: Desk) -> None:
    application = await submitted(house, matters=["report_in"])
    for name, words in (("household_letter", "没有办“恢复户口”"), ("receipt", "还没有收原件")):
        answer = await clerk.get(f"/api/cases/{application.number}/documents/{name}.pdf")
        assert (answer.status_code, answer.json()["error"]) == (409, "not_applicable")
        assert words in answer.json()["message"]
    for file in ("nothing.pdf", "joint_form", "joint_form.docx", "../joint_form.pdf"):
        assert (await clerk.get(f"/api/cases/{application.number}/documents/{file}")).status_code == 404
    assert await prints(house, application) == []


async def test_the_correction_note_gives_points_and_reasons(house: House, clerk: Desk) -> None:
    application = await submitted(house)
    await applications.request_correction(house, application.number, CLERK, [("mobile", "少一位"), ("3", "看不清")])
    read = text((await clerk.get(f"/api/cases/{application.number}/documents/correction_note.pdf")).content)
    for words in ("下面2处", "手机号", "少一位", "接收安置通知书", "看不清"):
        assert words in read


async def test_only_window_and_review_of_the_county_print(house: House, address: str) -> None:
    application = await submitted(house)
    path = f"/api/cases/{application.number}/documents"
    for roles, county, status in (
        (("reviewer",), "350102", 200),
        (("window",), OTHER_COUNTY, 404),
        (("officer",), "350102", 403),
        (("county_supervisor",), "350102", 403),
        (("auditor",), None, 403),
        ((), None, 401),
    ):
        async with desk(house, address, *roles, county=county) as someone:
            assert (await someone.get(path)).status_code == status, roles
            assert (await someone.get(f"{path}/joint_form.pdf")).status_code == status, roles


async def test_a_machine_without_fonts_is_told_what_to_install_and_nothing_is_recorded(
    house: House, clerk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.documents import printing

    application = await submitted(house)
    printing.fonts.cache_clear()
    monkeypatch.setattr(printing, "FONTS", ("A Font That Nobody Has",))
    answer = await clerk.get(f"/api/cases/{application.number}/documents/joint_form.pdf")
    printing.fonts.cache_clear()
    assert (answer.status_code, answer.json()["error"]) == (503, "no_fonts")
    assert await prints(house, application) == []


async def test_the_veteran_prints_the_own_checklist_by_the_cookie(house: House) -> None:
    async with hub_server.serve(house) as base:
        import httpx

        async with httpx.AsyncClient(base_url=base, timeout=10, trust_env=False) as page:
            assert (await page.get("/api/chat/checklist.pdf")).status_code == 401
            opened = (await page.post("/api/chat", json={"language": "en"})).json()["conversation"]
            nothing = await page.get("/api/chat/checklist.pdf")
            assert (nothing.status_code, nothing.json()["error"]) == (404, "no_checklist")
            assert nothing.json()["message"].isascii()
            draft = Draft(answers={"county": "350102", "soldier_kind": "conscript", "matters": ["report_in", "social_card"]})
            async with house.db.unit() as unit:
                unit.session.add(
                    DraftRow(
                        id="d_1",
                        conversation_id=opened,
                        state=OPEN,
                        content=draft.to_json(),
                        created_at=now(),
                        updated_at=now(),
                    )
                )
                await unit.commit()
            answer = await page.get("/api/chat/checklist.pdf")
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
            read = text(answer.content)
            assert "退役报到、社保卡" in read and "一寸白底免冠照片" in read and "户主身份证" not in read
            for _ in range(web.PRINTING.burst):
                last = await page.get("/api/chat/checklist.pdf")
            assert last.status_code == 429


async def test_the_checklist_of_a_filed_application_is_recorded_as_the_veterans(house: House) -> None:
    application = await accepted(house)
    another = await conversation(house)
    async with house.db.reading() as session:
        own = await hub.get_conversation(session, application.conversation_id)
        strangers = await hub.get_conversation(session, another)
    assert application.number in text((await service.own_checklist(house, own)).pdf)
    assert await prints(house, application) == [(f"veteran:{application.conversation_id}", "checklist")]
    with pytest.raises(NotFound):
        await service.own_checklist(house, strangers)

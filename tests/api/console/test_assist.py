"""Help at the window: a veteran's draft filled in at the console, over real HTTP and without a script. # notice 六(一), 六(三)"""

from __future__ import annotations

import re
from html import unescape

from sqlalchemy import select

from backend.applications import service as applications
from backend.assisting import repository
from backend.clock import now
from backend.conversations import service as hub
from backend.dialogue import repository as drafts
from backend.house import House
from backend.security.model import AccessRecord
from tests.support.assisting import CONSENT, begun, filled, form, row_of, talk
from tests.support.console import Seat, hidden, seat
from tests.support.people import COUNTY, answers, bank_card, mobile


async def test_a_veteran_without_a_phone_is_helped_from_nothing_to_submitted(house: House, window: Seat) -> None:
    given = {name: value for name, value in answers().items() if not name.startswith("consent")}
    path = await begun(window)
    await filled(window, path, given)
    check = await window.get(f"{path}/check")
    assert given["id_number"] not in check.text and given["mobile"][-4:] in check.text
    form_of_it = {"version": hidden(check, "version"), "seen": hidden(check, "seen")}
    assert (await window.post(f"{path}/submit", **form_of_it)).status_code == 400
    done = await window.post(f"{path}/submit", checked="read_out", **form_of_it)
    assert done.status_code == 303
    async with house.db.reading() as session:
        filed = await applications.latest_for_mobile(session, house, given["mobile"])
        assert filed is not None
        events = await applications.history(session, filed)
    assert filed.answers["name"] == given["name"] and set(filed.matters) == set(given["matters"])
    assisted = next(each for each in events if each.command == "assist")
    assert assisted.actor.startswith("staff:") and assisted.data is not None
    assert assisted.data["consented"] == "said" and assisted.data["checked"] == "read_out"
    assert "窗口帮忙填写" in (await window.get(f"/cases/{filed.number}")).text
    assert (await row_of(house, path)).content["answers"] == {}
    assert (await window.get(path)).status_code == 409


async def test_nothing_is_kept_before_both_consents_and_who_took_them_down_how_is_on_record(house: House, window: Seat) -> None:
    page = await window.get("/assist")
    made = await window.post("/assist/new", key=hidden(page, "key"))
    path = made.headers["location"].removeprefix("/console")
    page = await window.get(path)
    assert "q-name" not in page.text
    version = hidden(page, "version")
    tried = await window.post(f"{path}/answers", version=version, seen="", listed="name", **{"q-name": "林小明"})
    assert tried.status_code == 400
    half = await window.post(f"{path}/consent", version=version, consents="consent", how="said")
    assert half.status_code == 400 and (await row_of(house, path)).content["answers"] == {}
    assert (await window.post(f"{path}/consent", version=version, consents=CONSENT["consents"], how="wink")).status_code == 400
    assert (await window.post(f"{path}/consent", version=version, **CONSENT)).status_code == 303
    row = await row_of(house, path)
    async with house.db.reading() as session:
        steps = await repository.steps(session, row.id)
        there = await hub.get_conversation(session, row.conversation_id)
    assert steps[-1].what == "consent" and steps[-1].data == {"how": "said"} and steps[-1].actor.startswith("staff:")
    assert there.consent_at is not None and there.consent_sensitive_at is not None


async def test_wrong_values_are_told_beside_their_fields_and_what_was_right_is_kept(house: House, window: Seat) -> None:
    path = await begun(window)
    page = await window.get(path)
    wrong = {"name": "林小明", "id_number": "350102200601150019", "mobile": "138", "county": COUNTY}
    answer = await window.post(f"{path}/answers", **form(page, wrong))
    assert answer.status_code == 400
    assert "这个身份证号校验没通过" in answer.text and 'value="350102200601150019"' in answer.text
    held = (await row_of(house, path)).content["answers"]
    assert held["name"] == "林小明" and held["county"] == COUNTY and "id_number" not in held and "mobile" not in held


async def test_pressed_twice_a_new_draft_is_one(house: House, window: Seat) -> None:
    key = hidden(await window.get("/assist"), "key")
    places = {(await window.post("/assist/new", key=key)).headers["location"] for _ in range(2)}
    assert len(places) == 1


async def test_who_has_a_draft_open_gets_no_second_one(house: House, window: Seat) -> None:
    number = mobile()
    draft, _ = await talk(house, mobile=number, name="陈示例", county=COUNTY)
    page = await window.get("/assist")
    refused = await window.post("/assist/new", key=hidden(page, "key"), mobile=number)
    assert refused.status_code == 409 and f"/console/assist/{draft}/open" in refused.text and "陈示例" not in refused.text
    path = await begun(window)
    page = await window.get(path)
    answer = await window.post(f"{path}/answers", **form(page, {"mobile": number, "name": "陈示例"}))
    assert answer.status_code == 400 and "一个人只填一份" in answer.text
    held = (await row_of(house, path)).content["answers"]
    assert "mobile" not in held and held["name"] == "陈示例"


async def test_a_draft_of_a_talk_is_gone_on_with_after_proof_and_goes_on_there_by_what_is_missing(
    house: House, window: Seat
) -> None:
    number = mobile()
    draft, there = await talk(house, mobile=number, name="陈示例", county=COUNTY)
    assert (await window.get(f"/assist/{draft}")).status_code == 404
    page = await window.get("/assist", words=number)
    assert "陈*" in page.text and "陈示例" not in page.text
    assert (await window.post(f"/assist/{draft}/open", proof="")).status_code == 400
    assert (await window.post(f"/assist/{draft}/open", proof="id_card")).status_code == 303
    page = await window.get(f"/assist/{draft}")
    saved = await window.post(
        f"/assist/{draft}/answers", **form(page, {"soldier_kind": "conscript", "discharge_month": f"{now():%Y}-01"})
    )
    assert saved.status_code == 303
    assert (await window.post(f"/assist/{draft}/back")).status_code == 303
    async with house.db.reading() as session:
        said = [each.body["text"] for each in await hub.transcript(session, there)]
        row = await drafts.open_draft(session, there)
        assert row is not None and row.id == draft
        looked = [each.what for each in await session.scalars(select(AccessRecord)) if each.case_number == draft]
    assert looked and set(looked) == {"draft"}
    assert any("窗口帮你填到这里" in each for each in said) and "自主就业" in said[-1]
    assert row.content["pending"] == "self_employed" and row.content["answers"]["soldier_kind"] == "conscript"


async def test_of_two_who_fill_in_the_second_is_told_what_changed_and_overwrites_nothing(
    house: House, address: str, window: Seat
) -> None:
    path = await begun(window)
    async with seat(house, address, "window") as colleague:
        first, second = await window.get(path), await colleague.get(path)
        assert (await window.post(f"{path}/answers", **form(first, {"name": "林小明", "county": COUNTY}))).status_code == 303
        refused = await colleague.post(f"{path}/answers", **form(second, {"name": "林小民"}))
    assert refused.status_code == 409 and "你打开这一页之后改过" in refused.text
    told = unescape(refused.text.split("你打开这一页之后改过")[1].split("</p>")[0])
    assert "姓名" in told and "安置地" in told and "手机" not in told
    assert (await row_of(house, path)).content["answers"]["name"] == "林小明"


async def test_another_countys_window_finds_nothing_of_it(house: House, address: str, window: Seat) -> None:
    number = mobile()
    path = await begun(window)
    page = await window.get(path)
    await window.post(f"{path}/answers", **form(page, {"mobile": number, "county": COUNTY}))
    code = re.search(r'assist-code">([A-Z0-9-]{9})<', page.text)
    assert code
    async with seat(house, address, "window", county="350582") as stranger:
        for words in (number, code[1]):
            assert "没有在填的资料" in (await stranger.get("/assist", words=words)).text
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.get(f"{path}/check")).status_code == 404
        for what in ("consent", "answers", "submit", "link", "back", "discard", "open"):
            answer = await stranger.post(
                f"{path}/{what}", version="1", proof="id_card", checked="seen", how="said", **{"consents": CONSENT["consents"]}
            )
            assert answer.status_code == 404, what
    async with seat(house, address, "window") as colleague:
        assert path in (await colleague.get("/assist", words=f"码 {code[1].lower()}")).text


async def test_who_does_not_want_it_leaves_nothing_behind_but_not_what_is_on_their_phone(house: House, window: Seat) -> None:
    path = await begun(window)
    there = (await row_of(house, path)).conversation_id
    page = await window.get(path)
    assert (await window.post(f"{path}/discard", version=hidden(page, "version"))).status_code == 303
    async with house.db.reading() as session:
        assert await drafts.draft(session, path.rpartition("/")[2]) is None
        assert await drafts.open_draft(session, there) is None
    draft, _ = await talk(house, mobile=mobile(), county=COUNTY)
    await window.post(f"/assist/{draft}/open", proof="id_card")
    page = await window.get(f"/assist/{draft}")
    assert (await window.post(f"/assist/{draft}/discard", version=hidden(page, "version"))).status_code == 409


async def test_a_scanned_case_leads_to_the_case(house: House, window: Seat) -> None:
    answer = await window.get("/assist", words="https://example.org/p?n=ty-3501-26-000001")
    assert answer.headers["location"] == "/console/intake/TY-3501-26-000001"


async def test_a_mistaken_submission_is_refused_whole(house: House, window: Seat) -> None:
    path = await begun(window)
    page = await window.get(path)
    fields = {"version": hidden(page, "version"), "seen": hidden(page, "seen")}
    answer = await window.post(f"{path}/submit", checked="seen", **fields)
    assert answer.status_code == 303 and answer.headers["location"].startswith(f"/console{path}")
    given = {name: value for name, value in answers(bank_card=bank_card()).items() if not name.startswith("consent")}
    await filled(window, path, given)
    check = await window.get(f"{path}/check")
    stale = await window.post(f"{path}/submit", checked="seen", version="1", seen=hidden(check, "seen"))
    assert stale.status_code == 409
    async with house.db.reading() as session:
        assert await applications.latest_for_mobile(session, house, given["mobile"]) is None

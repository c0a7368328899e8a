"""What changes at the window besides the papers, over real HTTP and without a script. # notice 三(一), 三(二)"""

from __future__ import annotations

from backend.applications import service as applications
from backend.house import House
from tests.support.console import Seat, hidden, seat
from tests.support.people import ALL_MATTERS, CLERK, accepted, bank_card, in_progress, mobile, said, submitted


async def now_of(house: House, number: str) -> applications.Application:
    async with house.db.reading() as session:
        return await applications.by_number(session, CLERK, number)


async def test_a_lost_mobile_is_changed_after_proof_and_never_without(house: House, window: Seat) -> None:
    case, new = await accepted(house), mobile()
    version = hidden(await window.get(f"/intake/{case.number}"), "version")
    for wrong in ({"mobile": new}, {"mobile": "138", "proof": "id_card"}):
        refused = await window.post(f"/intake/{case.number}/mobile", version=version, **wrong)
        assert refused.status_code == 400 and "said_bad" in refused.text and wrong["mobile"] in refused.text
    assert (await window.post(f"/intake/{case.number}/mobile", version=version, mobile=new, proof="id_card")).status_code == 303
    assert (await now_of(house, case.number)).answers["mobile"] == new


async def test_matters_are_dropped_and_added_until_check_in_and_what_an_added_one_needs_is_asked_first(
    house: House, window: Seat
) -> None:
    case = await accepted(house, matters=["report_in", "household_restoration"], bank_card=None, card_bank=None)
    path = f"/intake/{case.number}/matters"
    page = await window.get(path)
    form = {"version": hidden(page, "version"), "opened": hidden(page, "opened")}
    same = await window.post(path, matters="household_restoration", **form)
    assert same.status_code == 400 and "没有改动" in same.text
    asked = await window.post(path, matters=["local_subsidy"], **form)
    assert asked.status_code == 400 and 'name="q-bank_card"' in asked.text
    assert "household_restoration" in (await now_of(house, case.number)).matters
    more = {"listed": "bank_card", "matters": ["local_subsidy"]}
    wrong = await window.post(path, **more, **form, **{"q-bank_card": "6222000000000000001"})
    assert wrong.status_code == 400 and "said_bad" in wrong.text
    done = await window.post(path, **more, **form, **{"q-bank_card": bank_card()})
    assert done.status_code == 303
    assert set((await now_of(house, case.number)).matters) == {"report_in", "local_subsidy"}


async def test_after_check_in_matters_stand_and_nothing_is_offered(house: House, window: Seat) -> None:
    case = await in_progress(house)
    page = await window.get(f"/intake/{case.number}")
    assert "增减事项" not in page.text and "换手机号" in page.text and "转到别的县" not in page.text
    refused = await window.post(f"/intake/{case.number}/matters", version=hidden(page, "version"), matters="report_in")
    assert refused.status_code == 409 and set((await now_of(house, case.number)).matters) == set(ALL_MATTERS)


async def test_a_case_of_another_county_is_handed_there_with_a_reason_and_is_gone_from_here(
    house: House, address: str, window: Seat
) -> None:
    case = await accepted(house)
    version = hidden(await window.get(f"/intake/{case.number}"), "version")
    path = f"/intake/{case.number}/county"
    assert (await window.post(path, version=version, county="350582")).status_code == 400
    assert (await window.post(path, version=version, county="999999", why_county="落户地不对")).status_code == 400
    moved = await window.post(path, version=version, county="350582", why_county="落户地其实是晋江")
    assert moved.status_code == 303 and moved.headers["location"] == "/console/intake"
    assert (await window.get(f"/intake/{case.number}")).status_code == 404
    async with seat(house, address, "window", "reviewer", county="350582") as there:
        assert "落户地其实是晋江" in (await there.get(f"/cases/{case.number}")).text


async def test_originals_that_differ_send_the_case_back_with_what_and_why(house: House, window: Seat) -> None:
    case = await accepted(house)
    page = await window.get(f"/intake/{case.number}")
    assert "/differences" not in page.text
    await window.post(f"/intake/{case.number}/originals", version=hidden(page, "version"))
    version = hidden(await window.get(f"/intake/{case.number}"), "version")
    path = f"/intake/{case.number}/differences"
    assert (await window.post(path, version=version)).status_code == 400
    points = {"points": ["id_number", "2"], "why-id_number": "和身份证上的不一样", "why-2": "不是本人的"}
    assert (await window.post(path, version=version, **points)).status_code == 303
    assert (await now_of(house, case.number)).state == "correction_requested"
    assert any("和身份证上的不一样" in each for each in await said(house, case))


async def test_of_two_the_second_is_told_what_the_first_did(house: House, address: str, window: Seat) -> None:
    case = await accepted(house)
    async with seat(house, address, "window") as colleague:
        pages = [await each.get(f"/intake/{case.number}") for each in (window, colleague)]
        forms = [{"version": hidden(page, "version"), "opened": hidden(page, "opened")} for page in pages]
        new = mobile()
        assert (await window.post(f"/intake/{case.number}/mobile", mobile=new, proof="id_card", **forms[0])).status_code == 303
        late = await colleague.post(f"/intake/{case.number}/county", county="350582", why_county="不在这里", **forms[1])
    assert late.status_code == 409 and "更换手机号" in late.text and "不在这里" in late.text
    assert (await now_of(house, case.number)).county == case.county


async def test_another_countys_window_changes_nothing(house: House, address: str) -> None:
    case = await submitted(house)
    async with seat(house, address, "window", county="350582") as stranger:
        assert (await stranger.get(f"/intake/{case.number}/matters")).status_code == 404
        for what in ("mobile", "county", "differences", "matters"):
            form = {
                "version": "1",
                "mobile": mobile(),
                "proof": "id_card",
                "county": "350582",
                "why_county": "x",
                "points": "2",
                "why-2": "x",
            }
            assert (await stranger.post(f"/intake/{case.number}/{what}", **form)).status_code == 404, what

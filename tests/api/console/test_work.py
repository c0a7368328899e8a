"""A reviewer's and a window's work at the console, over real HTTP and without a script. # notice 三(一), 三(二)"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from backend.applications import service as applications
from backend.clock import now
from backend.departments.seed import seed_examples
from backend.house import House
from backend.security import repository as looks
from tests.support.console import Seat, hidden, seat
from tests.support.people import CLERK, accepted, said, submitted, tasks_of

ALL_PAPERS = [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13]


async def test_the_archive_is_recorded_and_the_application_passes_and_the_next_one_opens(house: House, reviewer: Seat) -> None:
    first, second = await submitted(house), await submitted(house)
    await applications.record_archive(house, second.number, CLERK)
    page = await reviewer.get(f"/review/{first.number}")
    assert "还没有收到档案" in page.text
    refused = await reviewer.post(f"/review/{first.number}/accept", version=hidden(page, "version"))
    assert refused.status_code == 409 and "不能通过预审" in refused.text
    await reviewer.post(f"/review/{first.number}/archive", version=hidden(page, "version"))
    page = await reviewer.get(f"/review/{first.number}")
    answer = await reviewer.post(f"/review/{first.number}/accept", version=hidden(page, "version"))
    following = await reviewer.get("/review/next", after=first.number)
    assert answer.headers["location"] == f"/console/review/next?after={first.number}"
    assert following.headers["location"] == f"/console/review/{second.number}"
    assert "已通过预审" in (await reviewer.get(f"/review/{second.number}")).text


async def test_what_is_previewed_is_what_the_veteran_reads(house: House, reviewer: Seat) -> None:
    case = await submitted(house)
    page = await reviewer.get(f"/review/{case.number}")
    form = {
        "version": hidden(page, "version"),
        "points": ["2", "home_address"],
        "why-2": "照片太暗，请重拍",
        "why-home_address": "请写到门牌号",
    }
    preview = await reviewer.post(f"/review/{case.number}/preview", **form)
    assert not [text for text in await said(house, case) if "请重拍" in text]
    assert (await reviewer.post(f"/review/{case.number}/correct", **form)).status_code == 303
    told = (await said(house, case))[-1]
    assert "照片太暗，请重拍" in told and told.splitlines()[0] in preview.text


async def test_a_point_without_a_reason_is_refused_and_what_was_ticked_stays(house: House, reviewer: Seat) -> None:
    case = await submitted(house)
    page = await reviewer.get(f"/review/{case.number}")
    form = {"version": hidden(page, "version"), "points": ["2", "mobile"], "why-2": "照片太暗"}
    answer = await reviewer.post(f"/review/{case.number}/correct", **form)
    assert answer.status_code == 400 and "请写明原因" in answer.text
    assert 'value="照片太暗"' in answer.text and 'value="mobile" checked' in answer.text


async def test_of_two_reviewers_the_second_is_told_what_the_first_has_done_and_overwrites_nothing(
    house: House, address: str, reviewer: Seat
) -> None:
    case = await submitted(house)
    await applications.record_archive(house, case.number, CLERK)
    async with seat(house, address, "reviewer") as colleague:
        pages = [await each.get(f"/review/{case.number}") for each in (reviewer, colleague)]
        forms = [{"version": hidden(page, "version"), "opened": hidden(page, "opened")} for page in pages]
        assert (await reviewer.post(f"/review/{case.number}/accept", **forms[0])).status_code == 303
        second = await colleague.post(f"/review/{case.number}/reject", **forms[1], reason="看错了人")
    assert second.status_code == 409
    assert "你打开这一页之后" in second.text and "通过预审" in second.text
    async with house.db.reading() as session:
        assert (await applications.by_number(session, CLERK, case.number)).state == "accepted"


async def test_the_list_of_what_waits_is_paged_sorted_and_narrowed_by_the_database(house: House, reviewer: Seat) -> None:
    cases = [await submitted(house, name=f"林示例{'甲乙丙丁'[n % 4]}") for n in range(23)]
    for case in cases[:22]:
        await applications.record_archive(house, case.number, CLERK)
    first = await reviewer.get("/review")
    assert first.text.count('class="rows__first"') == 20 and cases[0].number in first.text
    link = first.text.split('rel="next" href="/console')[1].split('"')[0].replace("&amp;", "&")
    second = await reviewer.get(link)
    assert second.text.count('class="rows__first"') == 2 and cases[21].number in second.text
    newest = await reviewer.get("/review", by="submitted", descending="1")
    assert newest.text.index(cases[21].number) < newest.text.index(cases[20].number)
    assert cases[22].number in (await reviewer.get("/review", archive="no")).text
    named = await reviewer.get("/review", name="林示例甲")
    assert cases[0].number in named.text and cases[1].number not in named.text
    assert (await reviewer.get("/review", after="rubbish")).status_code == 400


async def test_another_countys_case_is_not_there(house: House, address: str) -> None:
    case = await accepted(house)
    async with seat(house, address, "reviewer", "window", county="350582") as stranger:
        for path in ("review", "cases", "intake"):
            assert (await stranger.get(f"/{path}/{case.number}")).status_code == 404
            assert case.number not in (await stranger.get(f"/{path}")).text
        for path in ("review/{}/accept", "intake/{}/originals", "cases/{}/reveal"):
            answer = await stranger.post("/" + path.format(case.number), version="1", fields="mobile", reason="要打电话")
            assert answer.status_code == 404


async def test_the_window_receives_checks_and_dispatches(house: House, window: Seat) -> None:
    await seed_examples(house)
    case = await accepted(house)
    link = f"https://example.org/p?n={case.number.lower()}"
    assert (await window.get("/intake", words=link)).headers["location"] == f"/console/intake/{case.number}"
    page = await window.get(f"/intake/{case.number}")
    await window.post(f"/intake/{case.number}/originals", version=hidden(page, "version"))
    page = await window.get(f"/intake/{case.number}")
    handed_in = [paper for paper in ALL_PAPERS if paper != 8]
    form = {"version": hidden(page, "version"), "listed": ALL_PAPERS, "handed_in": handed_in, "identity": "id_card"}
    stops = await window.http.post(
        f"/console/intake/{case.number}/stopped",
        data={"form_token": window.form_token, **form},
        headers={"hx-request": "true"},
    )
    assert "养老关系转移" in stops.text and "<html" not in stops.text
    refused = await window.post(f"/intake/{case.number}/check-in", **form)
    assert refused.status_code == 400 and "复印" in refused.text
    assert (await window.post(f"/intake/{case.number}/check-in", **form, copied="1")).status_code == 303
    tasks = await tasks_of(house, case)
    assert tasks["pension_transfer"].state == "waiting_papers" and tasks["social_card"].state == "dispatched"
    page = await window.get(f"/intake/{case.number}")
    assert "补交材料" in page.text and "示例·" in page.text
    await window.post(f"/intake/{case.number}/papers", version=hidden(page, "version"), brought="8")
    assert (await tasks_of(house, case))["pension_transfer"].state == "dispatched"


async def test_reporting_in_does_not_go_without_its_two_papers(house: House, window: Seat) -> None:
    case = await accepted(house)
    await applications.receive_originals(house, case.number, CLERK)
    page = await window.get(f"/intake/{case.number}")
    form = {"version": hidden(page, "version"), "listed": ALL_PAPERS, "handed_in": ALL_PAPERS[1:], "copied": "1"}
    answer = await window.post(f"/intake/{case.number}/check-in", **form)
    assert answer.status_code == 409 and "不能办理退役报到" in answer.text
    assert (await tasks_of(house, case))["report_in"].done_at is None


async def test_what_is_masked_is_opened_with_a_reason_and_it_is_on_record(house: House, window: Seat) -> None:
    case = await submitted(house)
    number, mobile = case.number, case.answers["mobile"]
    assert mobile not in (await window.get(f"/cases/{number}")).text
    refused = await window.post(f"/cases/{number}/reveal", fields="mobile", reason="")
    assert refused.status_code == 400 and mobile not in refused.text
    shown = await window.post(f"/cases/{number}/reveal", fields="mobile", reason="要打电话核对地址")
    assert mobile in shown.text and case.answers["id_number"] not in shown.text
    again = await window.get(f"/cases/{number}")
    assert mobile not in again.text and "要打电话核对地址" in again.text
    async with house.db.reading() as session:
        assert "reveal" in [look.what for look in await looks.of_case(session, number)]


async def test_who_has_been_here_for_a_while_shows_again_that_it_is_them_before_anything_opens(
    house: House, address: str
) -> None:
    from tests.support.staff import PASSWORD

    case = await submitted(house)
    with time_machine.travel(now(), tick=False) as clock:
        async with seat(house, address, "window") as window:
            clock.shift(timedelta(minutes=6))
            answer = await window.post(f"/cases/{case.number}/reveal", fields="mobile", reason="要打电话")
            assert answer.headers["location"].startswith("/console/prove?next=")
            page = await window.get("/prove", next=f"/console/cases/{case.number}")
            assert "确认是你本人" in page.text
            wrong = await window.post("/prove", proof="a wrong password", next=f"/console/cases/{case.number}")
            assert wrong.status_code == 401
            right = await window.post("/prove", proof=PASSWORD, next=f"/console/cases/{case.number}")
            assert right.headers["location"] == f"/console/cases/{case.number}"
            shown = await window.post(f"/cases/{case.number}/reveal", fields="mobile", reason="要打电话")
            assert case.answers["mobile"] in shown.text


async def test_the_page_of_the_day_counts_what_waits_for_these_roles_alone(house: House, address: str) -> None:
    case = await submitted(house)
    await applications.record_archive(house, case.number, CLERK)
    async with seat(house, address, "reviewer") as reviewer, seat(house, address, "auditor", county=None) as auditor:
        assert case.number in (await reviewer.get()).text
        assert case.number not in (await auditor.get()).text


async def test_the_page_of_the_day_is_told_when_something_changes(
    house: House, reviewer: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.console import today

    monkeypatch.setattr(today, "LOOK_EVERY", 0.05)
    async with reviewer.http.stream("GET", "/console/today/live") as events:
        lines = events.aiter_lines()
        case = None
        async for line in lines:
            if line == "event: boards" and case is None:
                case = await submitted(house)
            elif case is not None and case.number in line:
                break
    assert case is not None


@pytest.mark.parametrize("path", ["/cases", "/intake"])
async def test_who_is_looked_for_by_name_or_number_stands_in_no_address(house: House, window: Seat, path: str) -> None:
    wanted, other = await accepted(house, name="陈归来"), await accepted(house, name="林小明")
    page = await window.get(path)
    assert f'method="post" action="/console{path}"' in page.text
    for personal in ("陈归来", wanted.answers["mobile"], wanted.answers["id_number"]):
        found = await window.post(path, words=personal)
        assert (found.status_code, wanted.number in found.text, other.number in found.text) == (200, True, False)
        # An address that names somebody all the same is not followed, nor written into further addresses.
        named = await window.get(path, words=personal)
        assert other.number in named.text and f'href="/console{path}?words=' not in named.text


async def test_the_next_page_of_a_search_by_name_is_a_form_too(
    house: House, window: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.console.cases.LIMIT", 2)
    first, second, third = [await submitted(house, name="陈归来") for _ in range(3)]
    page = await window.post("/cases", words="陈归来")
    assert third.number in page.text and second.number in page.text and first.number not in page.text
    assert "words=" not in page.text
    rest = await window.post("/cases", words="陈归来", after=hidden(page, "after"))
    assert first.number in rest.text and third.number not in rest.text


async def test_an_application_s_number_or_a_state_leads_to_an_address_that_can_be_kept(house: House, window: Seat) -> None:
    case = await submitted(house)
    answer = await window.post("/cases", words=f" {case.number.lower()} ", state="submitted")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/cases?words={case.number}&state=submitted")
    assert case.number in (await window.get("/cases", words=case.number, state="submitted")).text
    assert (await window.post("/cases", state="accepted")).headers["location"] == "/console/cases?state=accepted"

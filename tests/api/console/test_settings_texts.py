"""An administrator's own texts over the data files': notices and windows, previewed, checked, versioned, known to every process."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from backend.applications import service as applications
from backend.catalogue.overlay import OWN_VERSIONS
from backend.clock import today
from backend.house import House, open_house
from backend.locale.text import render
from backend.notices import repository as notices
from tests.support.console import Seat, hidden, seat
from tests.support.people import CLERK, COUNTY, accepted, said, submitted

OTHER, NO_WINDOW = "350582", "350104"
CHAT = "{surname}同志，提交好了！编号{number}，请记下来。"
SMS = "【{window}】{surname}同志：已提交，编号{number}。"


async def put(someone: Seat, **changed: str) -> None:
    page = await someone.get("/settings/notices/submitted")
    given = {"chat": CHAT, "sms": SMS, "why": "说得更短", "version": hidden(page, "version"), **changed}
    answer = await someone.post("/settings/notices/submitted", **given)
    assert answer.status_code == 303, answer.text


async def test_other_words_are_what_the_next_veteran_reads_and_the_record_says_which(house: House, administrator: Seat) -> None:
    before = await accepted(house)
    page = await administrator.get("/settings/notices/accepted")
    given = {
        "chat": "{surname}同志，通过了！请带{count}样材料来。",
        "sms": "【{window}】{surname}同志：通过了，请带{count}样材料来。",
        "chat_en": "Accepted. Please bring {count} papers.",
        "why": "说得更短",
        "version": hidden(page, "version"),
    }
    assert (await administrator.post("/settings/notices/accepted", **given)).status_code == 303
    case = await accepted(house)
    assert (await said(house, case))[-1].startswith("林同志，通过了！请带")
    assert (await said(house, before))[-1].startswith("审核通过了！请带上材料到")
    async with house.db.reading() as session:
        told = await notices.of_application(session, case.id)
    assert {row.version for row in told if row.event == "accepted"} == {OWN_VERSIONS + 1}
    assert {row.version for row in told if row.event == "submitted"} == {1}
    english = house.catalogue.notices["accepted"].chat_text({"count": 9, "surname": "林"})
    assert render(english, "en") == "Accepted. Please bring 9 papers."


async def test_another_process_picks_the_words_up_without_a_restart_and_older_cases_get_them_too(
    house: House, administrator: Seat
) -> None:
    case = await submitted(house)
    other = open_house(house.settings)
    async with other.db.reading():
        assert other.catalogue.notices["submitted"].version < OWN_VERSIONS
    await put(administrator)
    other.overrides._looked_at = float("-inf")
    async with other.db.reading():
        assert other.catalogue.notices["submitted"].chat == CHAT
    # Rules are those that the case began with; words are those of the day.
    assert other.catalogue_of(case).notices["submitted"].chat == CHAT
    assert other.catalogue_of(case).edition == case.catalogue_edition
    await other.close()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"chat": "{mobile}"}, "用了没有的内容"),
        ({"chat": "{"}, "花括号没有配好对"),
        ({"chat": "{number.__class__}"}, "用了没有的内容"),
        ({"chat": "{number:>99999999}"}, "花括号没有配好对"),
        ({"chat": ""}, "不能留空"),
        ({"sms": "{surname}同志：已提交。"}, "短信要用【{window}】开头"),
        ({"sms": "【{window}】看 https://example.org"}, "网址"),
        ({"sms": "【{window}】银行卡已登记。"}, "会被运营商拦下"),
        ({"sms": ""}, "短信不能留空"),
        ({"why": ""}, "请写明为什么改"),
    ],
)
async def test_words_that_the_files_checks_refuse_are_refused_with_what_is_wrong(
    house: House, administrator: Seat, changed: dict[str, str], told: str
) -> None:
    page = await administrator.get("/settings/notices/submitted")
    given = {"chat": CHAT, "sms": SMS, "why": "说得更短", "version": hidden(page, "version"), **changed}
    answer = await administrator.post("/settings/notices/submitted", **given)
    assert answer.status_code == 400 and told in answer.text
    assert house.catalogue.notices["submitted"].version < OWN_VERSIONS


async def test_the_preview_shows_each_channel_with_sample_values_and_keeps_nothing(house: House, administrator: Seat) -> None:
    await administrator.get("/settings/notices/submitted")
    shown = await administrator.post("/settings/notices/submitted/preview", chat=CHAT, sms=SMS, chat_en="Filed: {number}")
    assert "林同志，提交好了！编号TY-3501-26-000123" in shown.text
    assert "【鼓楼退役军人示例窗口】林同志：已提交" in shown.text and "按 1 条计费" in shown.text
    assert "Filed: TY-3501-26-000123" in shown.text
    assert house.overrides.rows == {}


async def test_one_goes_back_to_an_earlier_version_and_to_the_files(house: House, administrator: Seat) -> None:
    await put(administrator)
    await put(administrator, chat="第二版{number}")
    page = await administrator.get("/settings/notices/submitted")
    assert "自己写的第 2 版" in page.text
    (earlier,) = re.findall(r'name="to" value="([1-9]\d*)"', page.text)
    back = {"why": "第一版更清楚", "version": hidden(page, "version")}
    assert (await administrator.post("/settings/notices/submitted/back", to=earlier, **back)).status_code == 303
    # A version's number names its words for good.
    assert (house.catalogue.notices["submitted"].chat, house.catalogue.notices["submitted"].version) == (CHAT, OWN_VERSIONS + 1)
    stale = await administrator.post("/settings/notices/submitted/back", to="0", **back)
    assert stale.status_code == 409
    page = await administrator.get("/settings/notices/submitted")
    back["version"] = hidden(page, "version")
    assert (await administrator.post("/settings/notices/submitted/back", to="0", **back)).status_code == 303
    assert house.catalogue.notices["submitted"] == house.overrides.files.notices["submitted"]
    assert (await administrator.post("/settings/notices/submitted/back", to="999", **back)).status_code == 404


async def test_of_two_who_change_the_words_the_second_is_told(house: House, administrator: Seat) -> None:
    page = await administrator.get("/settings/notices/submitted")
    version = hidden(page, "version")
    await put(administrator)
    late = await administrator.post("/settings/notices/submitted", chat="另一种{number}", sms=SMS, why="试试", version=version)
    assert late.status_code == 409 and "刚刚被别人改过" in late.text and CHAT in late.text


async def test_words_are_the_whole_provinces_to_set(house: House, address: str) -> None:
    async with seat(house, address, "administrator") as local:
        page = await local.get("/settings/notices/submitted")
        given = {"chat": CHAT, "sms": SMS, "why": "说得更短", "version": hidden(page, "version")}
        assert (await local.post("/settings/notices/submitted", **given)).status_code == 403


WINDOW = {
    "name": "示例窗口",
    "address": "示例路9号（示例地址）",
    "phone": "示例电话9",
    "sessions": "09:00-12:00、14:00-17:00",
    "tax_office": "示例税务窗口",
    "police_station": "示例派出所",
    "minutes": "20",
    "places": "1",
    "days_ahead": "7",
    "why": "搬了地方",
}


async def test_a_supervisor_says_where_the_window_is_and_the_next_veteran_is_sent_there(house: House, supervisor: Seat) -> None:
    page = await supervisor.get(f"/settings/windows/{COUNTY}")
    signature = house.catalogue.signature_of(COUNTY)
    given = {**WINDOW, "signature": "冒名签名", "version": hidden(page, "version")}
    assert (await supervisor.post(f"/settings/windows/{COUNTY}", **given)).status_code == 303
    window = house.catalogue.window_of(COUNTY)
    assert window is not None and (window.code, window.hours) == ("gulou", "09:00–12:00、14:00–17:00")
    # How an SMS is signed is not the county's to say.
    assert window.signature == signature
    case = await submitted(house)
    await applications.record_archive(house, case.number, CLERK)
    await applications.accept(house, case.number, CLERK)
    assert "示例路9号" in (await said(house, case))[-1]
    assert (await supervisor.get(f"/settings/windows/{OTHER}")).status_code == 403
    assert (await supervisor.post(f"/settings/windows/{OTHER}", **given)).status_code == 403
    assert (await supervisor.get("/settings/windows/999999")).status_code == 404


async def test_a_county_without_a_window_gets_one_and_it_is_taken_down_again(house: House, administrator: Seat) -> None:
    page = await administrator.get(f"/settings/windows/{NO_WINDOW}")
    given = {
        **WINDOW,
        "minutes": "",
        "places": "",
        "days_ahead": "",
        "signature": "示例窗口",
        "version": hidden(page, "version"),
    }
    assert (await administrator.post(f"/settings/windows/{NO_WINDOW}", **given)).status_code == 303
    window = house.catalogue.window_of(NO_WINDOW)
    assert window is not None and window.appointments is None
    page = await administrator.get(f"/settings/windows/{NO_WINDOW}")
    back = {"to": "0", "why": "登记错了", "version": hidden(page, "version")}
    assert (await administrator.post(f"/settings/windows/{NO_WINDOW}/back", **back)).status_code == 303
    assert house.catalogue.window_of(NO_WINDOW) is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"sessions": "全天"}, "不是办公时段"),
        ({"sessions": "12:00-09:00"}, "一段比一段晚"),
        ({"signature": "一二三四五六七八九十一二三四五六七"}, "短信签名最多16个字"),
        ({"signature": "【示例】"}, "不要带【】"),
        ({"places": ""}, "预约三项"),
        ({"address": "{address}"}, "不能用花括号"),
        ({"phone": ""}, "不能留空"),
    ],
)
async def test_a_window_that_the_files_checks_refuse_is_refused(
    house: House, administrator: Seat, changed: dict[str, str], told: str
) -> None:
    page = await administrator.get(f"/settings/windows/{COUNTY}")
    given = {**WINDOW, "signature": "示例窗口", "version": hidden(page, "version"), **changed}
    answer = await administrator.post(f"/settings/windows/{COUNTY}", **given)
    assert answer.status_code == 400 and told in answer.text, answer.text
    assert house.overrides.rows == {}


async def test_a_county_closes_earlier_and_for_a_typhoon_and_reopens(house: House, supervisor: Seat) -> None:
    place = f"/settings/windows/{COUNTY}"
    await supervisor.get(place)
    day = today() + timedelta(days=3)
    assert (await supervisor.post(f"{place}/hours", close="17:30", since=str(today()), hours_why="示例作息")).status_code == 303
    assert f"{house.office(COUNTY).close_on(today()):%H:%M}" == "17:30"
    assert (await supervisor.post(f"{place}/hours", close="25:00", since=str(day), hours_why="示例")).status_code == 400
    given = {"from": str(day), "to": str(day + timedelta(days=1)), "close_why": "台风"}
    assert (await supervisor.post(f"{place}/closures", **given)).status_code == 303
    assert house.office(COUNTY).closures == {day, day + timedelta(days=1)}
    page = await supervisor.get(place)
    assert page.text.count("台风") >= 2
    reopened = await supervisor.post(f"{place}/reopen", closure=hidden(page, "closure"), reopen_why="没有来")
    assert reopened.status_code == 303 and len(house.office(COUNTY).closures) == 1
    backwards = await supervisor.post(f"{place}/closures", **{**given, "to": str(day - timedelta(days=1))})
    assert backwards.status_code == 400 and "请核对" in backwards.text
    long = await supervisor.post(f"{place}/closures", **{**given, "to": str(day + timedelta(days=300))})
    assert long.status_code == 400

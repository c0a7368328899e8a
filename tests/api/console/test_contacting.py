"""Writing first, files in a conversation, and how long veterans waited, at the console and without a script."""

from __future__ import annotations

import httpx

from backend.channels.sms.incoming import receive_sms
from backend.conversations import service as hub
from backend.house import House
from tests.support import files
from tests.support.console import Seat, hidden, seat
from tests.support.people import in_progress, submitted
from tests.support.turns import Person

ALL = "/conversations"


async def said_in(house: House, conversation: str) -> list[str]:
    async with house.db.reading() as session:
        return [f"{each.author}: {each.body['text']}" for each in await hub.transcript(session, conversation)]


async def send_file(someone: Seat, conversation: str, content: bytes, **fields: str) -> httpx.Response:
    """The form of a file, as the page has it."""
    page = await someone.get(f"{ALL}/{conversation}")
    data = {"form_token": someone.form_token, "version": hidden(page, "version"), "key": "k1", **fields}
    place = f"/console{ALL}/{conversation}/files"
    return await someone.http.post(place, data=data, files={"file": ("x.exe", content, "text/html")})


async def test_staff_write_first_from_the_case_and_it_is_theirs_then(house: House, window: Seat) -> None:
    case = await submitted(house)
    assert f"{ALL}/start?case={case.number}" in (await window.get(f"/cases/{case.number}")).text
    page = await window.get(f"{ALL}/start", case=case.number)
    assert "林*" in page.text and "用网页" in page.text
    key = hidden(page, "key")
    for _ in range(2):
        done = await window.post(f"{ALL}/start", case=case.number, text="周三来窗口行吗", key=key)
        assert done.status_code == 303 and done.headers["location"].endswith(case.conversation_id)
    assert (await said_in(house, case.conversation_id)).count("staff: 周三来窗口行吗") == 1
    assert "回复本人" in (await window.get(f"{ALL}/{case.conversation_id}")).text


async def test_who_texted_last_is_written_to_by_sms(house: House, window: Seat) -> None:
    case = await submitted(house)
    texting = await receive_sms(house, case.answers["mobile"], "进度", "SM1")
    assert texting is not None
    assert "用短信" in (await window.get(f"{ALL}/start", case=case.number)).text
    done = await window.post(f"{ALL}/start", case=case.number, text="周三来窗口行吗", key="k1")
    assert done.headers["location"].endswith(texting)
    assert "staff: 周三来窗口行吗" in await said_in(house, texting)


async def test_a_case_of_another_county_or_no_words_send_nothing(house: House, address: str, window: Seat) -> None:
    case = await submitted(house)
    before = await said_in(house, case.conversation_id)
    async with seat(house, address, "window", county="350582") as other:
        await other.get(f"{ALL}/start")
        refused = await other.post(f"{ALL}/start", case=case.number, text="在吗", key="k1")
        assert refused.status_code == 404 and "不归你办" in refused.text and "在吗" in refused.text
    await window.get(f"{ALL}/start")
    for number, text in ((case.number, ""), ("TY-1", "在吗"), ("", "在吗")):
        assert (await window.post(f"{ALL}/start", case=number, text=text, key="k1")).status_code == 400
    assert await said_in(house, case.conversation_id) == before


async def test_a_file_goes_out_once_and_is_looked_at_on_its_page(house: House, window: Seat) -> None:
    case = await submitted(house)
    await window.get(f"{ALL}/start")
    await window.post(f"{ALL}/start", case=case.number, text="发你一份样表", key="k1")
    talk = case.conversation_id
    for _ in range(2):
        answer = await send_file(window, talk, files.photograph(), text="样表")
        assert answer.status_code == 303, answer.text[answer.text.find("said_bad") :][:300]
    assert (await said_in(house, talk)).count("staff: 样表") == 1
    page = (await window.get(f"{ALL}/{talk}")).text
    place = page.split(f'href="/console{ALL}/{talk}/files/')[1].split('"')[0]
    shown = await window.get(f"{ALL}/{talk}/files/{place}")
    assert shown.status_code == 200 and "发给本人的文件" in shown.text
    picture = await window.http.get(f"/api/conversations/{talk}/attachments/{place}/pages/1")
    assert picture.headers["content-type"] == "image/jpeg"
    assert (await send_file(window, talk, b"", key="k2")).status_code == 400
    wrong = await send_file(window, talk, b"MZ no picture", key="k3")
    assert wrong.status_code == 415 and "staff: 样表" in await said_in(house, talk)


async def test_an_address_is_sent_with_a_reply_and_a_bad_one_is_given_back(house: House, window: Seat) -> None:
    case = await submitted(house)
    await window.get(f"{ALL}/start")
    await window.post(f"{ALL}/start", case=case.number, text="看看这里", key="k1")
    place = f"{ALL}/{case.conversation_id}"
    version = hidden(await window.get(place), "version")
    reply = {"version": version, "text": "在这里办", "key": "k2", "label": "示例大厅"}
    refused = await window.post(f"{place}/reply", **reply, url="http://hall.example/")
    assert refused.status_code == 400 and "https://" in refused.text and "在这里办" in refused.text
    assert (await window.post(f"{place}/reply", **reply, url="https://hall.example/")).status_code == 303
    assert 'href="https://hall.example/"' in (await window.get(place)).text


async def test_how_long_veterans_waited_is_shown_by_county(house: House, window: Seat) -> None:
    waiting = Person(house, (await in_progress(house)).conversation_id)
    await waiting.say("转人工", "handoff", "handoff")
    page = await window.get(f"{ALL}/measures")
    assert page.status_code == 200 and "鼓楼区" in page.text
    assert "这个月没有人找人工" in (await window.get(f"{ALL}/measures", month="2024-01")).text
    assert (await window.get(f"{ALL}/measures", month="nonsense")).status_code == 200

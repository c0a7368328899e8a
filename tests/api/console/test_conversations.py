"""Conversations at the console over real HTTP and without a script: claimed by one, answered, noted, handed over, closed."""

from __future__ import annotations

import pytest

from backend.conversations import service as hub
from backend.house import House
from tests.support.console import Seat, hidden, seat
from tests.support.people import in_progress
from tests.support.turns import Person

ALL = "/conversations"


@pytest.fixture
async def waiting(house: House) -> Person:
    """An applicant of the county who asked for a person."""
    person = Person(house, (await in_progress(house)).conversation_id)
    await person.say("转人工，我的手机13800138000", "handoff", "handoff")
    return person


async def lines(house: House, person: Person) -> list[str]:
    async with house.db.reading() as session:
        return [f"{each.author}: {each.body['text']}" for each in await hub.transcript(session, person.conversation)]


async def act(someone: Seat, person: Person, what: str, **fields: object) -> tuple[int, str]:
    """Open the page and send one of its forms."""
    page = await someone.get(f"{ALL}/{person.conversation}")
    answer = await someone.post(f"{ALL}/{person.conversation}/{what}", version=hidden(page, "version"), **fields)
    return answer.status_code, answer.text


async def test_distress_stands_first_in_the_queue_and_on_the_day_s_page(house: House, window: Seat, waiting: Person) -> None:
    worst = Person(house)
    await worst.open()
    await worst.say("感觉活着没啥意思", "inform", "form")
    for path in (ALL, ""):
        page = (await window.get(path)).text
        assert page.index(worst.conversation) < page.index(waiting.conversation)
        assert "情绪不好，请先接" in page and "13800138000" not in page


async def test_who_presses_second_is_told_who_has_it(house: House, address: str, window: Seat, waiting: Person) -> None:
    async with seat(house, address, "window") as other:
        page = await other.get(f"{ALL}/{waiting.conversation}")
        assert (await act(window, waiting, "claim"))[0] == 303
        late = await other.post(f"{ALL}/{waiting.conversation}/claim", version=hidden(page, "version"))
    assert late.status_code == 409 and "示例·window 已经接手" in late.text
    assert f"{waiting.conversation}/reply" not in late.text


async def test_an_answer_goes_out_once_and_a_note_never(house: House, window: Seat, waiting: Person) -> None:
    await act(window, waiting, "claim")
    for _ in range(2):
        assert (await act(window, waiting, "reply", text="先去派出所补办", key="k1"))[0] == 303
    assert (await act(window, waiting, "note", note="要回访"))[0] == 303
    page = (await window.get(f"{ALL}/{waiting.conversation}")).text
    assert "要回访" in page and "先去派出所补办" in page
    said = await lines(house, waiting)
    assert said.count("staff: 先去派出所补办") == 1 and not any("要回访" in each for each in said)


async def test_a_reply_without_words_is_refused_and_nothing_is_said(house: House, window: Seat, waiting: Person) -> None:
    await act(window, waiting, "claim")
    before = await lines(house, waiting)
    status, page = await act(window, waiting, "reply", text="", key="k1")
    assert status == 400 and "请写要回的话" in page
    assert await lines(house, waiting) == before


async def test_it_is_handed_to_another_county_and_is_gone_from_here(house: House, window: Seat, waiting: Person) -> None:
    await act(window, waiting, "claim")
    assert (await act(window, waiting, "transfer", target="nobody"))[0] == 400
    assert (await act(window, waiting, "transfer", target="county:350582"))[0] == 303
    assert (await window.get(f"{ALL}/{waiting.conversation}")).status_code == 404


async def test_it_is_given_back_to_the_bot(house: House, window: Seat, waiting: Person) -> None:
    await act(window, waiting, "claim")
    assert (await act(window, waiting, "release"))[0] == 303
    assert any("我是机器人助手，接着帮你" in each for each in await lines(house, waiting))


async def test_it_is_closed_with_a_result_and_found_again(house: House, window: Seat, waiting: Person) -> None:
    await act(window, waiting, "claim")
    assert (await act(window, waiting, "close", outcome="nonsense"))[0] == 400
    assert (await act(window, waiting, "close", outcome="referred"))[0] == 303
    assert waiting.conversation in (await window.get(f"{ALL}/closed")).text
    assert "转到别处办" in (await window.get(f"{ALL}/{waiting.conversation}")).text
    assert waiting.conversation in (await window.get(f"{ALL}/search", text="转人工")).text
    assert "没有找到" in (await window.get(f"{ALL}/search", text="没说过的话")).text

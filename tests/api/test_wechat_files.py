"""While one of staff answers somebody on WeChat: pictures and links are for them, and their files leave as pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from backend.attachments.model import Attachment
from backend.channels.wechat import repository
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.house import House
from tests.support import files
from tests.support.console import console
from tests.support.fake_rasa import FakeRasa
from tests.support.fake_wechat import CheckedPlatform, Someone, work
from tests.support.pictures import code
from tests.support.staff import Desk, desk
from tests.support.turns import Person

ALL = "/api/conversations"


class Attended:
    """Somebody on WeChat, and the one of staff who answers them."""

    def __init__(self, someone: Someone, clerk: Desk) -> None:
        self.someone, self.clerk, self.house = someone, clerk, someone.house
        self.conversation, self.version = "", 0

    async def begin(self) -> Attended:
        await self.someone.type("转人工")
        (row,) = [each for each in await self._received() if each.kind == "text"]
        self.conversation = row.conversation_id
        async with self.house.db.reading() as session:
            said = [each for each in await conversations.latest(session, self.conversation, 9) if each.author == "veteran"]
        await Person(self.house, self.conversation).send(said[0].id, "handoff", "handoff")
        shown = (await self.clerk.get(f"{ALL}/{self.conversation}")).json()["conversation"]
        claimed = await self.clerk.post(f"{ALL}/{self.conversation}/claim", version=shown["version"])
        self.version = claimed.json()["conversation"]["version"]
        await work(self.house)
        return self

    async def _received(self) -> Any:
        async with self.house.db.reading() as session:
            return await repository.received(session, self.someone.index)

    async def transcript(self) -> list[dict[str, Any]]:
        return list((await self.clerk.get(f"{ALL}/{self.conversation}")).json()["messages"])

    async def send(self, content: bytes, key: str = "k1") -> httpx.Response:
        fields = {"key": key, "text": "样表", "version": str(self.version)}
        place = f"{ALL}/{self.conversation}/attachments"
        return await self.clerk.http.post(place, data=fields, files={"file": ("x", content)})


@pytest.fixture
async def attended(house: House, rasa: FakeRasa, someone: Someone) -> AsyncIterator[Attended]:
    async with console(house) as address, desk(house, address, "window", "reviewer") as clerk:
        yield await Attended(someone, clerk).begin()


async def test_a_picture_is_for_staff_and_kept_once(house: House, attended: Attended) -> None:
    said = len(attended.someone.custom)
    await attended.someone.send_picture(files.photograph())
    await work(house)
    message = (await attended.transcript())[-1]
    assert (message["author"], message["text"], message["attachment"]["pages"]) == ("veteran", "〔照片〕", 1)
    place = f"{ALL}/{attended.conversation}/attachments/{message['attachment']['id']}/pages/1"
    assert (await attended.clerk.get(place)).status_code == 200
    assert len(attended.someone.custom) == said, "nobody asks which paper it is"


async def test_a_picture_that_is_none_is_said_to_be_none(house: House, attended: Attended) -> None:
    await attended.someone.send_picture(b"MZ no picture")
    await work(house)
    assert "照片" in attended.someone.custom[-1]["text"]["content"]
    assert not [each for each in await attended.transcript() if each["attachment"]]


async def test_a_file_of_staff_leaves_page_by_page_after_its_words(
    house: House, wechat: CheckedPlatform, attended: Attended
) -> None:
    before = len(attended.someone.custom)
    assert (await attended.send(files.pdf(pages=2))).status_code == 201
    assert (await attended.send(files.pdf(pages=2))).status_code == 201
    await work(house)
    sent = attended.someone.custom[before:]
    assert [each["msgtype"] for each in sent] == ["text", "image", "image"]
    assert sent[0]["text"]["content"] == "样表"
    pictures = [wechat.media[each["image"]["media_id"]] for each in sent[1:]]
    assert all(each.startswith(b"\xff\xd8\xff") for each in pictures) and pictures[0] != b""
    assert code(await attended.send(files.pdf(pages=4), key="k2")) == (400, "too_many_pages")


async def test_a_picture_that_cannot_be_left_with_wechat_now_is_left_later(
    house: House, wechat: CheckedPlatform, attended: Attended
) -> None:
    before = len(attended.someone.custom)
    wechat.codes["upload"] = [-1]
    await attended.send(files.photograph())
    await work(house)
    assert [each["msgtype"] for each in attended.someone.custom[before:]] == ["text"]
    waiting = [each for each in await attended.someone.sent() if each.state == "queued"]
    assert len(waiting) == 1 and waiting[0].piece and waiting[0].piece["media"]["page"] == 1


async def test_a_picture_that_waits_is_not_swallowed_by_the_answer_to_a_request(
    house: House, wechat: CheckedPlatform, attended: Attended
) -> None:
    wechat.phones[attended.someone.who].left = 1
    await attended.send(files.photograph())
    await work(house)
    held = [each for each in await attended.someone.sent() if each.state == "held"]
    assert len(held) == 1 and held[0].piece and held[0].piece["media"]
    before = len(attended.someone.custom)
    await attended.someone.type("收到了吗")
    await work(house)
    assert [each["msgtype"] for each in attended.someone.custom[before:]] == ["image"]


async def test_a_link_is_shown_to_staff_and_to_nobody_else(house: House, rasa: FakeRasa, attended: Attended) -> None:
    asked = len(rasa.seen)
    link = {"MsgType": "link", "Title": "示例文章", "Description": "", "Url": "https://news.example/1"}
    await attended.someone.bring(**link)
    message = (await attended.transcript())[-1]
    assert (message["text"], message["link"]["url"]) == ("示例文章", "https://news.example/1")
    await attended.someone.bring(**{**link, "Url": "javascript:alert(1)"})
    assert (await attended.transcript())[-1]["link"] is None
    assert len(rasa.seen) == asked


async def test_what_is_erased_leaves_no_file_behind(house: House, attended: Attended) -> None:
    await attended.send(files.photograph())
    async with house.db.unit() as unit:
        await hub.clear_now(unit, attended.conversation)
        await unit.commit()
    await work(house)
    async with house.db.reading() as session:
        assert await session.scalar(select(Attachment.id)) is None

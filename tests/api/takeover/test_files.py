"""Files in a talk over HTTP, both ways: what is taken, who can open it, how each channel brings it, and papers made of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select

from backend.applications.model import Application
from backend.attachments.model import Attachment, AttachmentPage
from backend.channels.sms.incoming import receive_sms
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.dialogue import repository as drafts
from backend.house import House
from backend.security.model import AccessRecord
from backend.vouchers.model import Voucher
from tests.support import files
from tests.support.console import console
from tests.support.people import submitted
from tests.support.pictures import code, open_draft, visitor
from tests.support.staff import Desk, desk
from tests.support.turns import Person

CHAT, ALL = "/api/chat/attachments", "/api/conversations"
NAME = "../../身份证.exe"


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with console(house) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window", "reviewer") as someone:
        yield someone


class Talk:
    """A veteran on the page and the one of staff who answers them."""

    def __init__(self, house: House, http: httpx.AsyncClient, conversation: str, clerk: Desk) -> None:
        self.house, self.http, self.conversation, self.clerk = house, http, conversation, clerk
        self.version = 0

    async def claimed(self) -> Talk:
        person = Person(self.house, self.conversation)
        async with self.house.db.reading() as session:
            last = (await conversations.latest(session, self.conversation, 1))[0]
        # By SMS it was said before.
        message = last.id if last.author == "veteran" else await person.store("转人工")
        await person.send(message, "handoff", "handoff")
        shown = (await self.clerk.get(f"{ALL}/{self.conversation}")).json()["conversation"]
        claimed = await self.clerk.post(f"{ALL}/{self.conversation}/claim", version=shown["version"])
        self.version = claimed.json()["conversation"]["version"]
        return self

    async def sends(self, content: bytes | None = None, key: str = "k1") -> httpx.Response:
        sent = files.photograph() if content is None else content
        return await self.http.post(CHAT, data={"key": key}, files={"file": (NAME, sent, "text/html")})

    async def gets(self, content: bytes | None = None, key: str = "k1", text: str = "", version: int = 0) -> httpx.Response:
        sent = files.photograph() if content is None else content
        fields = {"key": key, "text": text, "version": str(version or self.version)}
        return await self.clerk.http.post(
            f"{ALL}/{self.conversation}/attachments", data=fields, files={"file": (NAME, sent, "text/html")}
        )

    async def transcript(self) -> list[dict[str, Any]]:
        """As staff see it."""
        found: list[dict[str, Any]] = (await self.clerk.get(f"{ALL}/{self.conversation}")).json()["messages"]
        return found

    async def shown(self) -> list[dict[str, Any]]:
        """As the veteran's page shows it."""
        return list((await self.http.get("/api/chat/messages")).json()["messages"])


@pytest.fixture
async def talk(house: House, address: str, clerk: Desk) -> AsyncIterator[Talk]:
    async with visitor(address) as (http, conversation):
        yield await Talk(house, http, conversation, clerk).claimed()


async def test_a_picture_for_staff_is_a_message_that_they_open_under_a_mark_and_on_record(house: House, talk: Talk) -> None:
    sent = await talk.sends()
    assert sent.status_code == 201 and sent.json()["attachment"]["pages"] == 1
    message = (await talk.transcript())[-1]
    assert (message["seq"], message["author"], message["text"]) == (sent.json()["seq"], "veteran", "〔照片〕")
    file = message["attachment"]
    place = f"{ALL}/{talk.conversation}/attachments/{file['id']}/pages/1"
    looked = await talk.clerk.get(place)
    assert looked.status_code == 200 and looked.headers["content-type"] == "image/jpeg"
    assert looked.headers["cache-control"] == "no-store"
    assert files.SECRET.encode() not in looked.content, "nothing that came with the file is kept"
    own = await talk.http.get(f"{CHAT}/{file['id']}/pages/1")
    assert own.status_code == 200 and own.content != looked.content, "the mark names who looks"
    async with house.db.reading() as session:
        looks = (await session.scalars(select(AccessRecord).where(AccessRecord.what == "attachment"))).all()
        stored = await session.scalar(select(AttachmentPage.picture))
    assert [each.case_number for each in looks] == [talk.conversation]
    assert stored is not None and stored not in (looked.content, own.content)


async def test_a_pdf_has_its_pages_and_the_same_delivery_again_is_one_message(house: House, talk: Talk) -> None:
    first, again = await talk.sends(files.pdf(pages=2)), await talk.sends(files.pdf(pages=2))
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    said = [each["text"] for each in await talk.transcript() if each["attachment"]]
    assert said == ["〔文件，2页〕"]
    file = first.json()["attachment"]["id"]
    statuses = [(await talk.http.get(f"{CHAT}/{file}/pages/{page}")).status_code for page in (1, 2, 3, 0)]
    assert statuses == [200, 200, 404, 404]


async def test_a_file_is_refused_while_the_bot_answers_and_when_it_is_no_picture(
    house: House, address: str, clerk: Desk
) -> None:
    async with visitor(address) as (http, conversation):
        talk = Talk(house, http, conversation, clerk)
        assert code(await talk.sends()) == (409, "not_attended")
        await talk.claimed()
        assert (await talk.sends(b"MZ no picture")).status_code == 415
        assert (await talk.sends(bytes(11 * 1024 * 1024))).status_code == 413
        assert code(await http.post(CHAT, data={"key": ""}, files={"file": ("x", files.photograph())})) == (400, "invalid")
        assert code(await http.post(CHAT, data={"key": "k"})) == (415, "content_type")
        assert not [each for each in await talk.transcript() if each["attachment"]]


async def test_another_conversation_and_another_county_open_nothing_of_it(
    house: House, address: str, talk: Talk, clerk: Desk
) -> None:
    file = (await talk.sends()).json()["attachment"]["id"]
    async with visitor(address) as (stranger, other):
        assert code(await stranger.get(f"{CHAT}/{file}/pages/1")) == (404, "no_attachment")
        assert (await clerk.get(f"{ALL}/{other}/attachments/{file}/pages/1")).status_code == 404
    async with httpx.AsyncClient(base_url=address, trust_env=False) as nobody:
        assert (await nobody.get(f"{CHAT}/{file}/pages/1")).status_code == 401
    async with desk(house, address, "officer", department="police") as officer:
        assert (await officer.get(f"{ALL}/{talk.conversation}/attachments/{file}/pages/1")).status_code == 403


async def test_staff_send_a_file_once_and_only_that_conversation_opens_it(house: House, address: str, talk: Talk) -> None:
    first, again = await talk.gets(text="照这个样子填"), await talk.gets(text="照这个样子填")
    assert (first.status_code, again.status_code) == (201, 201) and first.json()["seq"] == again.json()["seq"]
    (message,) = [each for each in await talk.shown() if each["body"].get("attachment")]
    assert (message["author"], message["body"]["text"]) == ("staff", "照这个样子填")
    file = message["body"]["attachment"]["id"]
    shown = await talk.http.get(f"{CHAT}/{file}/pages/1")
    assert Image.open(BytesIO(shown.content)).size == (600, 400)
    async with visitor(address) as (stranger, _):
        assert (await stranger.get(f"{CHAT}/{file}/pages/1")).status_code == 404
    assert code(await talk.gets(key="k2", version=talk.version + 1)) == (409, "stale")
    assert code(await talk.gets(b"MZ no picture", key="k3"))[0] == 415
    assert len([each for each in await talk.shown() if each["body"].get("attachment")]) == 1


async def test_who_has_not_claimed_it_sends_nothing(house: House, address: str, talk: Talk) -> None:
    async with desk(house, address, "window") as other:
        talk.clerk = other
        assert code(await talk.gets()) == (409, "taken")


async def test_what_is_erased_takes_its_files_along(house: House, talk: Talk) -> None:
    await talk.sends()
    await talk.gets(key="k2")
    assert (await talk.http.delete("/api/chat")).status_code == 200
    async with house.db.reading() as session:
        for table in (Attachment, AttachmentPage):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_a_file_becomes_the_voucher_of_a_paper_once(house: House, address: str, clerk: Desk) -> None:
    application = await submitted(house)
    async with visitor(address) as (http, conversation):
        await _belongs_to(house, application, conversation)
        talk = await Talk(house, http, conversation, clerk).claimed()
        file = (await talk.sends()).json()["attachment"]["id"]
        place = f"{ALL}/{conversation}/attachments/{file}"
        papers = {each["number"] for each in (await clerk.get(place)).json()["attachment"]["papers"]}
        assert 1 in papers and 5 not in papers
        assert code(await clerk.post(f"{place}/material", material=5)) == (400, "not_on_list")
        first, again = [await clerk.post(f"{place}/material", material=1) for _ in range(2)]
        assert first.status_code == 200 and first.json() == again.json()
        assert code(await clerk.post(f"{place}/material", material=2)) == (409, "attached")
        assert (await talk.transcript())[-1]["attachment"]["material"] == 1
        (voucher,) = (await clerk.get(f"/api/cases/{application.number}/vouchers")).json()["vouchers"]
        assert (voucher["id"], voucher["material"]) == (first.json()["voucher"], 1)
        assert voucher["uploaded_by"].startswith("staff:")
        theirs = (await talk.gets(key="k9")).json()["seq"]
        sent = next(each for each in await talk.transcript() if each["seq"] == theirs)["attachment"]["id"]
        refused = await clerk.post(f"{ALL}/{conversation}/attachments/{sent}/material", material=1)
        assert code(refused) == (400, "not_the_veterans")
    async with desk(house, address, "county_supervisor") as supervisor:
        assert code(await supervisor.post(f"{place}/material", material=1)) == (403, "wrong_role")


async def test_before_filing_a_file_is_put_to_the_draft_s_list(house: House, talk: Talk) -> None:
    await open_draft(house, talk.conversation)
    file = (await talk.sends()).json()["attachment"]["id"]
    done = await talk.clerk.post(f"{ALL}/{talk.conversation}/attachments/{file}/material", material=1)
    assert done.status_code == 200, done.text
    async with house.db.reading() as session:
        assert await drafts.open_draft(session, talk.conversation) is not None
        voucher = await session.scalar(select(Voucher))
    assert voucher is not None and voucher.conversation_id == talk.conversation


async def test_by_sms_a_text_says_that_the_file_waits_on_the_page_and_it_does(house: House, address: str, clerk: Desk) -> None:
    application = await submitted(house)
    mobile = application.answers["mobile"]
    async with visitor(address) as (http, page):
        await _belongs_to(house, application, page)
        texting = await receive_sms(house, mobile, "转人工", "SM1")
        assert texting is not None
        by_sms = await Talk(house, http, texting, clerk).claimed()
        sent = await by_sms.gets(text="样表")
        assert sent.status_code == 201, sent.text

        async def told() -> str:
            return str((await clerk.get("/demo/phone/messages", number=mobile)).json()["messages"][-1]["text"])

        assert await told() == "样表\n文件在聊天网页里，打开就能看。"
        (message,) = [each for each in await by_sms.shown() if each["body"].get("attachment")]
        file = message["body"]["attachment"]["id"]
        assert (await http.get(f"{CHAT}/{file}/pages/1")).status_code == 200
        link = {"label": "示例网上办事大厅", "url": "https://hall.example/list"}
        version = by_sms.version
        said = await clerk.post(f"{ALL}/{texting}/replies", version=version, text="看这里", key="k2", link=link)
        assert said.status_code == 200
        words = await told()
        assert "hall.example" not in words and "示例网上办事大厅" in words, "no text of ours holds an address"
        assert (await by_sms.shown())[-1]["body"]["link"] == link


async def test_who_has_no_page_is_sent_no_file_by_sms(house: House, clerk: Desk) -> None:
    application = await submitted(house)
    async with house.db.unit() as unit:
        await hub.erase(unit, application.conversation_id)
        await unit.commit()
    texting = await receive_sms(house, application.answers["mobile"], "转人工", "SM1")
    assert texting is not None
    talk = await Talk(house, clerk.http, texting, clerk).claimed()
    assert code(await talk.gets()) == (409, "no_page")


@pytest.mark.parametrize(
    "url", ["http://hall.example/", "javascript:alert(1)", "https://me@hall.example/", "https://大厅.example/", "https://", "x"]
)
async def test_an_address_that_hides_where_it_leads_is_not_sent(house: House, talk: Talk, url: str) -> None:
    reply = {"version": talk.version, "text": "看这里", "key": "k1", "link": {"label": "大厅", "url": url}}
    assert code(await talk.clerk.post(f"{ALL}/{talk.conversation}/replies", **reply)) == (400, "address")


async def _belongs_to(house: House, application: Application, conversation: str) -> None:
    async with house.db.unit() as unit:
        held = await unit.session.get_one(Application, application.id)
        held.conversation_id = conversation
        await unit.commit()

"""WeChat for tests: the demonstration's platform on a server of its own, which signs, encrypts and reads by wechatpy."""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner, check_signature

from backend.channels.demo import wechat as demo
from backend.channels.demo.platform import ACCOUNT, Platform
from backend.channels.wechat import pictures, repository, service
from backend.channels.wechat.api import WeChatApi
from backend.channels.wechat.model import WeChatMessage
from backend.edge.application import new_app
from backend.edge.serving import serve as serve_app
from backend.error_answers import install_error_handlers
from backend.house import House
from backend.outbox.service import deliver_due
from backend.settings import WECHAT_PLAIN, WeChatSettings

APPID, SECRET, TOKEN = "wx-test", "secret-of-a-test", "token-of-a-test"
ENCODED = base64.b64encode(bytes(range(32))).decode().rstrip("=")
HANDLERS = {service.TOPIC: service.deliver, pictures.TOPIC: pictures.deliver}
PATIENCE = 10.0


class CheckedPlatform(Platform):
    """The other implementation does what the service checks, and checks what the service does."""

    def seal(self, xml: bytes) -> tuple[dict[str, str], bytes]:
        timestamp, nonce = str(int(time.time())), secrets.token_hex(5)
        signer = WeChatSigner()
        signer.add_data(TOKEN, timestamp, nonce)
        query = {"timestamp": timestamp, "nonce": nonce, "signature": signer.signature}
        check_signature(TOKEN, signer.signature, timestamp, nonce)
        if self.settings.mode == WECHAT_PLAIN:
            return query, xml
        sealed = self._crypto.encrypt_message(xml.decode(), nonce, timestamp)
        encrypted, signed = (sealed.split(f"<{name}><![CDATA[")[1].split("]]>")[0] for name in ("Encrypt", "MsgSignature"))
        clear = xml.decode().removeprefix("<xml>").removesuffix("</xml>") if self.settings.mode == "compatible" else ""
        body = f"<xml>{clear or f'<ToUserName>{ACCOUNT}</ToUserName>'}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return {**query, "encrypt_type": "aes", "msg_signature": signed}, body.encode()

    def open(self, body: bytes) -> bytes:
        if self.settings.mode == WECHAT_PLAIN:
            return body
        import xmltodict

        fields = xmltodict.parse(body)["xml"]
        opened: str = self._crypto.decrypt_message(body.decode(), fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
        return opened.encode()

    @property
    def _crypto(self) -> Any:
        return WeChatCrypto(TOKEN, ENCODED, APPID)


@dataclass
class Someone:
    """A veteran on WeChat."""

    platform: Platform
    http: httpx.AsyncClient
    house: House
    who: str = "o-someone"

    @property
    def index(self) -> str:
        return service.openid_index(self.who)

    async def bring(self, **fields: str) -> str:
        """Send a message or an event; returns what was answered within the request."""
        phone, event = self.platform.phones[self.who], fields["MsgType"] == "event"
        if event and fields["Event"] in ("subscribe", "unsubscribe"):
            phone.subscribed = fields["Event"] == "subscribe"
        elif not event:
            phone.subscribed = True
        if fields.get("Event") != "unsubscribe":
            self.platform.did(self.who, event=event or "bizmsgmenuid" in fields)
        return await self.platform.post(self.http, "/webhooks/wechat", self.who, fields)

    async def type(self, text: str, **more: str) -> str:
        return await self.bring(MsgType="text", Content=text, **more)

    async def event(self, name: str, key: str = "") -> str:
        return await self.bring(MsgType="event", Event=name, EventKey=key)

    async def send_picture(self, content: bytes) -> str:
        return await self.bring(MsgType="image", PicUrl="http://127.0.0.1/", MediaId=self.platform.keep(content))

    async def sent(self) -> Sequence[WeChatMessage]:
        """What was said to this veteran, as it is kept."""
        async with self.house.db.reading() as session:
            return await repository.sent_to(session, self.index)

    async def until(self, fits: Callable[[Sequence[WeChatMessage]], bool]) -> Sequence[WeChatMessage]:
        """What was said, once it fits."""
        return await eventually(self.sent, fits)

    @property
    def custom(self) -> list[dict[str, Any]]:
        """The customer service messages that reached this veteran."""
        return [each for each in self.platform.sent if each["touser"] == self.who]


def custom_texts(someone: Someone) -> list[str]:
    """The customer service messages of text that reached somebody."""
    return [each["text"]["content"] for each in someone.custom]


async def ask(someone: Someone, said: str = "你好") -> None:
    """A message whose answer waits for the worker."""
    before = len(await someone.sent())
    await someone.type(said)
    await someone.until(lambda rows: len(rows) > before)


async def eventually[T](look: Callable[[], Awaitable[T]], fits: Callable[[T], bool]) -> T:
    """What `look` gives once it fits."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if fits(found := await look()):
                return found
            await asyncio.sleep(0.02)


def settings(mode: str = "aes", api: str = "http://127.0.0.1:9", wait: float = 3.0) -> WeChatSettings:
    """Of a test's account; nothing listens at its API."""
    key = None if mode == WECHAT_PLAIN else bytes(range(32))
    return WeChatSettings(APPID, SECRET, TOKEN, mode, key, api, wait_seconds=wait, demonstration=True)


@asynccontextmanager
async def platform(house: House, mode: str = "aes", wait: float = 3.0) -> AsyncIterator[CheckedPlatform]:
    """WeChat, to which `house` is connected."""
    app = new_app(f"wechat-{secrets.token_hex(4)}")
    install_error_handlers(app)
    app.blueprint(demo.api)
    app.ctx.house = house
    made = app.ctx.wechat_platform = CheckedPlatform(settings(mode))
    async with serve_app(app) as url:
        house.wechat = WeChatApi(settings(mode, f"{url}/demo/wechat/api", wait), house.http)
        yield made
    assert made.failed == [], "WeChat got no good answer in time"


async def work(house: House) -> None:
    """Deliver what is due, as the worker does."""
    while await deliver_due(house, HANDLERS):
        continue

"""The demonstration's WeChat: telephones that speak the real XML to the real endpoint, and the interface that answers it.

Written from the public interface: cgi-bin/stable_token, message/custom/send and typing, media/get and upload; how many messages
may follow what a veteran does; three attempts of five seconds. It holds all in memory and calls nobody but our own endpoint.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import httpx

from backend.channels.wechat import crypto, parsing
from backend.clock import local, now
from backend.settings import WECHAT_PLAIN, WeChatSettings

ACCOUNT = "gh_demo"
ATTEMPTS, SECONDS = 3, 5.0
TOKEN_SECONDS = 7200
#: What may follow: how many messages, for how many seconds.
AFTER_MESSAGE, AFTER_EVENT = (5, 48 * 3600.0), (3, 60.0)
MOST_CONTENT = 2048


@dataclass
class Phone:
    """One telephone's talk with the account. `left`, `until`: how many messages may still be sent to it, and until when."""

    shown: list[dict[str, Any]] = field(default_factory=list)
    subscribed: bool = False
    left: int = 0
    until: float = 0.0
    typing: bool = False

    def show(self, author: str, kind: str, text: str, **more: Any) -> None:
        """Put something on the screen. `author`: me, or them."""
        at = local(now()).isoformat(timespec="seconds")
        self.typing = False
        self.shown.append({"seq": len(self.shown) + 1, "author": author, "kind": kind, "text": text, "at": at, **more})


class Platform:
    """WeChat for one account. `codes`: return codes for the next calls, by path; `failed`: requests without a good answer."""

    def __init__(self, settings: WeChatSettings) -> None:
        self.settings = settings
        self.phones: dict[str, Phone] = defaultdict(Phone)
        self.media: dict[str, bytes] = {}
        self.tokens: list[str] = []
        self.valid: set[str] = set()
        self.sent: list[dict[str, Any]] = []
        self.failed: list[str] = []
        self.codes: dict[str, list[int]] = defaultdict(list)

    # The veteran's side.

    async def post(self, http: httpx.AsyncClient, url: str, who: str, fields: Mapping[str, str]) -> str:
        """Bring a message or an event to the endpoint, as often as WeChat would; returns what its answer said, "" if nothing."""
        sender = {"ToUserName": ACCOUNT, "FromUserName": who, "CreateTime": str(int(now().timestamp()))}
        message = {**sender, **fields}
        if fields["MsgType"] != "event":
            message.setdefault("MsgId", str(secrets.randbelow(10**16)))
        for _ in range(ATTEMPTS):
            query, body = self.seal(_xml(message))
            try:
                answer = await http.post(url, params=query, content=body, headers={"Content-Type": "text/xml"}, timeout=SECONDS)
            except httpx.HTTPError as error:
                self.failed.append(type(error).__name__)
                continue
            if answer.status_code == httpx.codes.OK:
                return self._heard(who, answer.content)
            self.failed.append(f"status {answer.status_code}")
        self.phones[who].show("system", "note", "该公众号暂时无法提供服务，请稍后再试")
        return ""

    def _heard(self, who: str, body: bytes) -> str:
        if body in (b"", b"success"):
            return ""
        said = parsing.fields_of(self.open(body))["Content"]
        self.phones[who].show("them", "text", said, how="passive")
        return said

    def did(self, who: str, *, event: bool) -> None:
        """The veteran did something after which they may be written to."""
        phone, (count, seconds) = self.phones[who], AFTER_EVENT if event else AFTER_MESSAGE
        phone.left, phone.until = (
            max(count, phone.left if event else 0),
            max(time.time() + seconds, phone.until if event else 0),
        )

    def seal(self, xml: bytes) -> tuple[dict[str, str], bytes]:
        """A message as WeChat posts it: its query and its body."""
        timestamp, nonce, token = str(int(now().timestamp())), secrets.token_hex(5), self.settings.token
        query = {"timestamp": timestamp, "nonce": nonce, "signature": crypto.signature(token, timestamp, nonce)}
        if self.settings.mode == WECHAT_PLAIN or self.settings.key is None:
            return query, xml
        sealed = crypto.seal(self.settings.key, self.settings.appid, xml)
        query |= {"encrypt_type": "aes", "msg_signature": crypto.signature(token, timestamp, nonce, sealed)}
        return query, _xml({"ToUserName": ACCOUNT, "Encrypt": sealed})

    def open(self, body: bytes) -> bytes:
        """The XML of an answer."""
        if self.settings.mode == WECHAT_PLAIN or self.settings.key is None:
            return body
        fields = parsing.fields_of(body)
        token, sealed = self.settings.token, fields["Encrypt"]
        assert crypto.is_signed(fields["MsgSignature"], token, fields["TimeStamp"], fields["Nonce"], sealed)
        return crypto.unseal(self.settings.key, self.settings.appid, sealed)

    def keep(self, content: bytes) -> str:
        """Keep a picture; returns its media id."""
        media_id = secrets.token_urlsafe(32)
        self.media[media_id] = content
        return media_id

    # The interface's side.

    def stable_token(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """cgi-bin/stable_token."""
        if code := self._code("stable_token"):
            return _refusal(code)
        if asked.get("appid") != self.settings.appid:
            return _refusal(40013)
        if asked.get("secret") != self.settings.secret:
            return _refusal(40125)
        if asked.get("force_refresh") or not self.tokens:
            self.tokens.append(secrets.token_urlsafe(48))
            self.valid = {self.tokens[-1]}
        return {"access_token": self.tokens[-1], "expires_in": TOKEN_SECONDS}

    def send(self, token: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """cgi-bin/message/custom/send."""
        if code := self._code("send") or self._refused(token) or self._out_of_reach(str(body.get("touser"))):
            return _refusal(code)
        kind = body.get("msgtype")
        content = body.get(kind) if isinstance(kind, str) else None
        if not isinstance(content, dict) or kind not in ("text", "msgmenu", "image"):
            return _refusal(40008)
        if kind == "image" and content.get("media_id") not in self.media:
            return _refusal(40007)
        words = str(content.get("content", content.get("head_content", "")))
        if len(words.encode()) > MOST_CONTENT:
            return _refusal(45002)
        self.sent.append(dict(body))
        phone = self.phones[str(body["touser"])]
        phone.left -= 1
        phone.show("them", str(kind), words, how="custom", menu=content.get("list", []))
        return _refusal(0)

    def type(self, token: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """cgi-bin/message/custom/typing."""
        if code := self._code("typing") or self._refused(token):
            return _refusal(code)
        self.phones[str(body.get("touser"))].typing = True
        return _refusal(0)

    def get_media(self, token: str, media_id: str) -> bytes | dict[str, Any]:
        """cgi-bin/media/get."""
        if code := self._code("media") or self._refused(token):
            return _refusal(code)
        return self.media.get(media_id) or _refusal(40007)

    def leave_media(self, token: str, content: bytes) -> dict[str, Any]:
        """cgi-bin/media/upload."""
        if code := self._code("upload") or self._refused(token):
            return _refusal(code)
        return {"type": "image", "media_id": self.keep(content), "created_at": int(time.time())}

    def _code(self, path: str) -> int:
        return self.codes[path].pop(0) if self.codes[path] else 0

    def _refused(self, token: str) -> int:
        return 0 if token in self.valid else 40001

    def _out_of_reach(self, who: str) -> int:
        if who not in self.phones:
            return 40003
        phone = self.phones[who]
        if not phone.subscribed or time.time() > phone.until:
            return 45015
        return 0 if phone.left > 0 else 45047


def _refusal(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": "ok" if code == 0 else "示例"}


def _xml(fields: Mapping[str, str]) -> bytes:
    return ("<xml>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items()) + "</xml>").encode()

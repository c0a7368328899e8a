"""A veteran on the demonstration's WeChat of a running stack: each step goes as XML to the real endpoint."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import httpx
from sqlalchemy import select

from backend.channels.wechat.service import openid_index
from backend.conversations.model import ChannelAddress
from tests.support.conversing import Conversation, as_list
from tests.support.stack import Stack

ANSWER_SECONDS = 30.0


class WeChatVeteran:
    """One telephone. Every call returns what was said in answer, as bodies with a text."""

    def __init__(self, stack: Stack, who: str) -> None:
        self.stack, self.who, self.after = stack, who, 0
        self.http = httpx.AsyncClient(base_url=stack.base_url, timeout=ANSWER_SECONDS, trust_env=False)
        self.conversation = ""
        self.messages: list[dict[str, Any]] = []

    async def do(self, kind: str, text: str = "", menu: str = "") -> list[dict[str, Any]]:
        """Do something on the telephone; returns what was answered."""
        sent = await self.http.post("/demo/wechat/messages", json={"who": self.who, "kind": kind, "text": text, "menu": menu})
        assert sent.status_code == 202, sent.text
        began = time.monotonic()
        while time.monotonic() - began < ANSWER_SECONDS:
            if said := await self.hear():
                return said
            await asyncio.sleep(0.05)
        raise AssertionError(f"no answer to {text!r}")

    async def hear(self, wait: int = 0) -> list[dict[str, Any]]:
        """What has arrived since the last look."""
        await asyncio.sleep(wait)
        answer = await self.http.get("/demo/wechat/messages", params={"who": self.who, "after": self.after})
        new = [message for message in answer.json()["messages"] if message["seq"] > self.after]
        self.after = new[-1]["seq"] if new else self.after
        said = [
            {"text": each["text"], "menu": each.get("menu", []), "how": each["how"]} for each in new if each["author"] == "them"
        ]
        self.messages += [{"body": body, "author": "bot"} for body in said]
        return said

    async def press(self, label: str) -> list[dict[str, Any]]:
        """Answer the newest menu: press its entry, or send its number."""
        newest = self.messages[-1]["body"]
        for entry in newest["menu"]:
            if entry["content"].startswith(label):
                return await self.do("text", entry["content"], entry["id"])
        numbered = re.findall(rf"^(\w+)\. {re.escape(label)}", newest["text"], re.MULTILINE)
        assert numbered, f"{label!r} is not offered in {newest['text']!r}"
        return await self.do("text", numbered[-1])

    async def find_conversation(self) -> None:
        """The conversation that the service made for this telephone, which the outside never learns."""
        async with self.stack.database() as db, db.reading() as session:
            own = ChannelAddress.channel == "wechat", ChannelAddress.address_index == openid_index(f"o-{self.who}")
            self.conversation = await session.scalar(select(ChannelAddress.conversation_id).where(*own)) or ""
        assert self.conversation


class WeChatConversation(Conversation):
    """The steps of conversing.py, and those that only WeChat has: event, voice, location."""

    def __init__(self, stack: Stack, veteran: WeChatVeteran) -> None:
        super().__init__(stack, veteran)  # type: ignore[arg-type]
        self.phone = veteran

    async def take_event(self, event: Any) -> None:
        kind, text = next(iter(event.items())) if isinstance(event, dict) else (event, event)
        self.answer = await self.phone.do(kind.lower(), str(text))
        await self.phone.find_conversation()

    async def take_user(self, text: str) -> None:
        self.answer = await self.phone.do("text", self.named(str(text)))

    async def take_voice(self, text: str) -> None:
        self.answer = await self.phone.do("voice", text)

    async def take_location(self, text: str) -> None:
        self.answer = await self.phone.do("location", text)

    async def take_press(self, labels: Any) -> None:
        for label in as_list(labels):
            self.answer = await self.phone.press(label)

"""The web channel's contract without what lies behind it: a real Sanic application with the real pages and scripted answers.

The browser tests drive the page against it, because it can be told to fail in ways that a sound backend does not:

    python -m tests.browser.fake_backend --port 8123 [--locale FOLDER]

    POST /_test/say {author, body, …}   put a message into every conversation
    POST /_test/mode {sending, events}  sending: "" | "refuse" | "away" (503) | "lost" (stored, but the
                                        acknowledgement is lost) | "overtaken" (events come before the acknowledgement)
                                        events: "" | "away" (503) | "held" (open, but nothing comes through)
    POST /_test/event {event, data}     send an event to every open page (uploading: fake_vouchers.py)
    POST /_test/text {number, text}     a text arrives on the handset · /_test/reset {}: forget everything
    GET  /_test/received                what was stored, in order: [{key, text | press}…] · /_test/mentioned: fake_attended.py
"""

from __future__ import annotations

import argparse
import asyncio
import json as jsonlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sanic import Blueprint, Request, Sanic, json
from sanic.response import BaseHTTPResponse, HTTPResponse

from backend.channels.web import pages
from backend.clock import SHANGHAI
from backend.edge.application import new_app
from backend.edge.guard import secure
from backend.error_answers import install_error_handlers
from backend.errors import GuituError, Unauthorised
from tests.browser import fake_attended, fake_vouchers, fake_wechat
from tests.browser.script import ANSWERS, OPENING, Body

COOKIE = "guitu_chat"
LATE_SECONDS = 0.6
blueprint = Blueprint("fake")


@dataclass
class Chat:
    """One conversation."""

    language: str
    messages: list[Body] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)


@dataclass
class World:
    """Everything that the fake backend knows; one for each application."""

    chats: dict[str, Chat] = field(default_factory=dict)
    received: list[Body] = field(default_factory=list)
    mentioned: list[Body] = field(default_factory=list)
    mode: dict[str, str] = field(default_factory=lambda: {"sending": "", "events": "", "uploading": ""})
    pages: set[asyncio.Queue[str]] = field(default_factory=set)
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    texts: list[Body] = field(default_factory=list)
    vouchers: list[Body] = field(default_factory=list)
    telephones: dict[str, Any] = field(default_factory=dict)
    seq: int = 0

    def say(self, chat: Chat, author: str, body: Body, **more: Any) -> int:
        """Put a message into a conversation; every open page is told."""
        self.seq += 1
        at = datetime.now(SHANGHAI).isoformat(timespec="seconds")
        shown = {"seq": self.seq, "author": author, "author_name": None, "at": at, "body": body, "state": "stored", **more}
        chat.messages.append(shown)
        self.tell("message", shown, self.seq)
        return self.seq

    def tell(self, event: str, data: Any, seq: int | None = None) -> None:
        """Send an event to every open page."""
        if self.mode["events"] == "held":
            return
        number = f"id: {seq}\n" if seq else ""
        for page in self.pages:
            page.put_nowait(f"{number}event: {event}\ndata: {jsonlib.dumps(data, ensure_ascii=False)}\n\n")


def _world(request: Request) -> World:
    world: World = request.app.ctx.world
    return world


def _chat(request: Request) -> Chat:
    chat = _world(request).chats.get(request.cookies.get(COOKIE) or "")
    if chat is None:
        raise Unauthorised("对话还没开始，或者已经删除了。请刷新页面。", code="no_conversation")
    return chat


@blueprint.middleware("response")  # type: ignore[untyped-decorator]
async def headers(_request: Request, response: BaseHTTPResponse) -> None:
    """The same headers as the real backend's."""
    secure(response)


@blueprint.get("/")
async def chat_page(request: Request) -> HTTPResponse:
    chat = _world(request).chats.get(request.cookies.get(COOKIE) or "")
    return pages.page("chat.html", pages.wanted_language(request, chat.language if chat else None), demo=True)


@blueprint.get("/static/<path:path>")
async def static(request: Request, path: str) -> HTTPResponse:
    return await pages.static_file(path, request.headers)


@blueprint.get("/vendor/<path:path>")
async def vendor(request: Request, path: str) -> HTTPResponse:
    return await pages.vendor_file(path, request.headers)


@blueprint.post("/api/chat")
async def open_chat(request: Request) -> HTTPResponse:
    world, token = _world(request), request.cookies.get(COOKIE) or ""
    new = token not in world.chats
    if new:
        token = secrets.token_urlsafe(32)
        world.chats[token] = Chat(request.json["language"])
        world.say(world.chats[token], "bot", OPENING)
    response = json({"conversation": "c_fake", "language": world.chats[token].language}, status=201 if new else 200)
    response.add_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=False, path="/")
    return response


@blueprint.get("/api/chat/messages")
async def messages(request: Request) -> HTTPResponse:
    chat, after = _chat(request), int(request.args.get("after", "0"))
    for _ in range(int(request.args.get("wait", "0")) * 10):
        if chat.messages and chat.messages[-1]["seq"] > after:
            break
        await asyncio.sleep(0.1)
    return json({"messages": [message for message in chat.messages if message["seq"] > after]})


@blueprint.post("/api/chat/messages")
async def receive(request: Request) -> HTTPResponse:
    world, chat, sent = _world(request), _chat(request), request.json
    mode = world.mode["sending"]
    if mode == "away":
        return json({"error": "away", "message": "…"}, status=503)
    if mode == "refuse":
        raise GuituError("这样的内容收不了。")
    if sent["key"] not in chat.keys:
        world.received.append(sent)
        chat.keys[sent["key"]] = world.say(chat, "veteran", {"text": _shown(chat, sent)})
        request.app.add_task(_answer(world, chat, _shown(chat, sent)))
    if mode == "lost":
        world.mode["sending"] = ""
        return json({"error": "away", "message": "…"}, status=503)
    if mode == "overtaken":
        await asyncio.sleep(LATE_SECONDS)
    return json({"seq": chat.keys[sent["key"]]}, status=202)


def _shown(chat: Chat, sent: Body) -> str:
    if "text" in sent:
        return str(sent["text"]).replace("350104200309181234", "3501**********1234")
    offered = next(m for m in chat.messages if m["seq"] == sent["press"]["message"])["body"]["choices"]
    return "、".join(choice["label"] for choice in offered if choice["id"] in sent["press"]["choices"])


async def _answer(world: World, chat: Chat, text: str) -> None:
    if text == "别回":
        return
    world.tell("typing", {"on": True})
    await asyncio.sleep(0.15)
    for body in ANSWERS.get(text, [{"text": f"收到：{text}"}]):
        world.say(chat, "bot", body)


@blueprint.get("/api/chat/events")
async def events(request: Request) -> None:
    world, chat = _world(request), _chat(request)
    if world.mode["events"] == "away":
        raise GuituError("away", code="away")
    after = int(request.headers.get("last-event-id") or request.args.get("after", "0"))
    response = await request.respond(content_type="text/event-stream; charset=utf-8", headers={"Cache-Control": "no-store"})
    async for event in _events(world, chat, after):
        await response.send(event)


async def _events(world: World, chat: Chat, after: int) -> AsyncIterator[str]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    world.pages.add(queue)
    world.listening.set()
    try:
        yield "retry: 300\n\n"
        for message in [m for m in chat.messages if m["seq"] > after and world.mode["events"] != "held"]:
            yield f"id: {message['seq']}\nevent: message\ndata: {jsonlib.dumps(message, ensure_ascii=False)}\n\n"
        while True:
            yield await queue.get()
    finally:
        world.pages.discard(queue)
        if not world.pages:
            world.listening.clear()


@blueprint.post("/api/chat/language")
async def language(request: Request) -> HTTPResponse:
    _chat(request).language = request.json["language"]
    return json({"language": request.json["language"]})


@blueprint.delete("/api/chat")
async def erase(request: Request) -> HTTPResponse:
    chats = _world(request).chats
    _world(request).chats = {token: chat for token, chat in chats.items() if chat is not _chat(request)}
    response = json({"erased": True, "message": "都删掉了：聊天记录和没提交的资料都没有留下。想办随时再来。"})
    response.delete_cookie(COOKIE, path="/")
    return response


@blueprint.get("/demo/phone")
async def phone(request: Request) -> HTTPResponse:
    return pages.page("demo/phone.html", pages.wanted_language(request))


@blueprint.get("/demo/phone/numbers")
async def numbers(request: Request) -> HTTPResponse:
    return json({"numbers": list(dict.fromkeys(text["number"] for text in _world(request).texts))})


@blueprint.get("/demo/phone/messages")
async def texts(request: Request) -> HTTPResponse:
    number, after = request.args.get("number"), int(request.args.get("after", "0"))
    return json({"messages": [t for t in _world(request).texts if t["number"] == number and t["seq"] > after]})


@blueprint.post("/demo/phone/messages")
async def text(request: Request) -> HTTPResponse:
    _put_text(_world(request), request.json["number"], "in", request.json["text"])
    _put_text(
        _world(request), request.json["number"], "out", "编号…0123，5项里办好1项。恢复户口：派出所在办，最晚11月25日12:00。"
    )
    return json({"accepted": True}, status=202)


def _put_text(world: World, number: str, direction: str, words: str) -> None:
    at = datetime.now(SHANGHAI).isoformat(timespec="seconds")
    seq, state = len(world.texts) + 1, "delivered" if direction == "out" else "received"
    world.texts.append(
        {"seq": seq, "number": number, "direction": direction, "text": words, "at": at, "state": state, "segments": 1}
    )


@blueprint.post("/_test/<what:str>")
async def control(request: Request, what: str) -> HTTPResponse:
    world, order = _world(request), request.json
    if what == "mode":
        world.mode.update(order)
    elif what == "reset":
        request.app.ctx.world = World()
    elif what == "event":
        # An event is for pages that listen; the page shows its first bubble before it does.
        await world.listening.wait()
        world.tell(order["event"], order["data"])
    elif what == "text":
        _put_text(world, order["number"], "out", order["text"])
    else:
        for chat in world.chats.values():
            world.say(chat, order.pop("author"), order.pop("body"), **order)
    return json({"done": True})


@blueprint.get("/_test/received")
async def received(request: Request) -> HTTPResponse:
    return json(_world(request).received)


def create_app() -> Sanic[Any, Any]:
    """A fake backend with an empty world."""
    app = new_app("fake_backend")
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT, app.ctx.world = 0.1, World()
    install_error_handlers(app)
    app.blueprint([blueprint, fake_attended.blueprint, fake_vouchers.blueprint, fake_wechat.blueprint])
    return app


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--locale", type=Path, help="folder of compiled translations, instead of the project's")
    arguments = parser.parse_args()
    if arguments.locale:
        pages.LOCALE = arguments.locale
    create_app().run(host="127.0.0.1", port=arguments.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()

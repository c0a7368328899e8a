"""The demonstration's WeChat without what lies behind it: what is done on the telephone is answered from a script."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.channels.demo.wechat import MENU
from backend.channels.web import pages
from backend.clock import SHANGHAI
from backend.errors import GuituError

blueprint = Blueprint("fake_wechat", url_prefix="/demo/wechat")
ENTRIES = [{"id": "7-1", "content": "自取"}, {"id": "7-2", "content": "邮寄"}]


def _phone(request: Request) -> dict[str, Any]:
    phones: dict[str, dict[str, Any]] = request.app.ctx.world.telephones
    who = request.args.get("who") or (request.json or {}).get("who", "")
    return phones.setdefault(who, {"messages": [], "typing": False, "subscribed": False})


def _show(phone: dict[str, Any], author: str, kind: str, text: str, **more: Any) -> None:
    at = datetime.now(SHANGHAI).isoformat(timespec="seconds")
    phone["messages"].append(
        {"seq": len(phone["messages"]) + 1, "author": author, "kind": kind, "text": text, "at": at, **more}
    )


@blueprint.get("/")
async def page(request: Request) -> HTTPResponse:
    return pages.page("demo/wechat.html", pages.wanted_language(request), menu=MENU)


@blueprint.get("/messages")
async def messages(request: Request) -> HTTPResponse:
    phone = _phone(request)
    return json({**phone, "messages": phone["messages"][int(request.args.get("after", "0")) :]})


@blueprint.post("/messages")
async def act(request: Request) -> HTTPResponse:
    phone, done = _phone(request), request.json
    kind, text = done["kind"], done["text"]
    if kind in ("subscribe", "unsubscribe"):
        phone["subscribed"] = kind == "subscribe"
    elif not phone["subscribed"]:
        raise GuituError("先关注公众号，再发消息。", code="not_subscribed")
    event = kind in ("click", "subscribe", "unsubscribe")
    _show(phone, "system" if event else "me", "note" if event else kind, text)
    if done.get("menu"):
        _show(phone, "them", "text", f"记下了：{done['menu']}", how="passive")
    elif text == "户口簿":
        _show(phone, "them", "msgmenu", "<b>自取还是邮寄？</b>", how="custom", menu=ENTRIES)
    elif kind != "unsubscribe":
        _show(phone, "them", "text", f"收到：{text}", how="passive")
    return json({"accepted": True}, status=202)


@blueprint.post("/pictures")
async def picture(request: Request) -> HTTPResponse:
    phone = _phone(request)
    _show(phone, "me", "image", "")
    _show(phone, "them", "text", f"照片{len(request.body)}字节", how="passive")
    return json({"accepted": True}, status=202)

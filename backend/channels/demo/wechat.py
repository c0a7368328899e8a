"""The demonstration's WeChat over HTTP: a telephone to look at, and under /api the interface that the service calls.

GET  /demo/wechat                             page
GET  /demo/wechat/messages?who=&after=        {messages: [{seq, author, kind, text, at, how, menu}…], typing, subscribed}
POST /demo/wechat/messages {who, kind, …}     202 {accepted}: brought to /webhooks/wechat as WeChat would
POST /demo/wechat/pictures?who=               202: the body is the picture
"""

from __future__ import annotations

import json as jsonlib
from typing import Annotated, Any, Literal

from pydantic import Field
from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.channels.demo.platform import Platform
from backend.channels.web import pages
from backend.edge.guard import check_origin, secure_answers
from backend.edge.reading import Strict, read_json, read_seq
from backend.errors import GuituError, NotFound
from backend.house import House

blueprint = Blueprint("demo_wechat", url_prefix="/demo/wechat")
api = Blueprint("demo_wechat_api", url_prefix="/demo/wechat/api/cgi-bin")
WHO = r"^[A-Za-z0-9_-]{1,28}$"
#: The custom menu under the talk: what a press of it says.
MENU = ("进度", "材料", "转人工")


class SaidIn(Strict):
    """What was done on the telephone. `menu`: the entry's id where one was pressed; `text`: what was typed, said, or pressed."""

    who: Annotated[str, Field(pattern=WHO)]
    kind: Literal["text", "voice", "location", "link", "video", "click", "subscribe", "unsubscribe"]
    text: Annotated[str, Field(max_length=2000)] = ""
    menu: Annotated[str, Field(max_length=64)] = ""


@blueprint.middleware("request")  # type: ignore[untyped-decorator]
async def same_origin(request: Request) -> None:
    """Only our own page may write from the telephone."""
    check_origin(request, _house(request).settings.public_url)


secure_answers(blueprint)
secure_answers(api)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


def _platform(request: Request) -> Platform:
    house = _house(request)
    if house.wechat is None or not house.wechat.settings.demonstration:
        raise NotFound("这里接的是真的微信，没有演示手机。")
    if not hasattr(request.app.ctx, "wechat_platform"):
        request.app.ctx.wechat_platform = Platform(house.wechat.settings)
    platform: Platform = request.app.ctx.wechat_platform
    return platform


@blueprint.get("/")
async def phone(request: Request) -> HTTPResponse:
    """The telephone."""
    _platform(request)
    return pages.page("demo/wechat.html", pages.wanted_language(request), menu=MENU)


@blueprint.get("/messages")
async def messages(request: Request) -> HTTPResponse:
    """What stands on a telephone's screen after a seq."""
    platform, who, after = _platform(request), request.args.get("who", ""), read_seq(request, "after")
    shown = platform.phones.get(f"o-{who}")
    if shown is None:
        return json({"messages": [], "typing": False, "subscribed": False})
    return json({"messages": shown.shown[after:], "typing": shown.typing, "subscribed": shown.subscribed})


@blueprint.post("/messages")
async def send(request: Request) -> HTTPResponse:
    """Something is done on the telephone."""
    said = read_json(request, SaidIn, cleaned_later=True)
    platform, who = _platform(request), f"o-{said.who}"
    person = platform.phones[who]
    event = said.kind in ("click", "subscribe", "unsubscribe")
    if said.kind in ("subscribe", "unsubscribe"):
        person.subscribed = said.kind == "subscribe"
    elif not person.subscribed:
        raise GuituError("先关注公众号，再发消息。", code="not_subscribed")
    if said.kind != "unsubscribe":
        platform.did(who, event=event or bool(said.menu))
    person.show("system" if event else "me", "note" if event else said.kind, said.text)
    await _bring(request, platform, who, _fields(said))
    return json({"accepted": True}, status=202)


def _fields(said: SaidIn) -> dict[str, str]:
    """The fields of the message that WeChat makes of it."""
    if said.kind in ("subscribe", "unsubscribe"):
        return {"MsgType": "event", "Event": said.kind, "EventKey": ""}
    if said.kind == "click":
        return {"MsgType": "event", "Event": "CLICK", "EventKey": said.text}
    more: dict[str, dict[str, str]] = {
        "text": {"Content": said.text, **({"bizmsgmenuid": said.menu} if said.menu else {})},
        "voice": {"MediaId": "demo-voice", "Format": "amr", "Recognition": said.text},
        "location": {"Location_X": "26.1", "Location_Y": "119.3", "Scale": "20", "Label": said.text},
        "link": {"Title": said.text, "Description": "", "Url": "http://127.0.0.1/"},
        "video": {"MediaId": "demo-video", "ThumbMediaId": "demo-thumb"},
    }
    return {"MsgType": said.kind, **more[said.kind]}


@blueprint.post("/pictures")
async def picture(request: Request) -> HTTPResponse:
    """A picture is sent from the telephone."""
    platform, who = _platform(request), f"o-{request.args.get('who', '')}"
    if who not in platform.phones or not platform.phones[who].subscribed:
        raise GuituError("先关注公众号，再发消息。", code="not_subscribed")
    media_id = platform.keep(request.body)
    platform.did(who, event=False)
    platform.phones[who].show("me", "image", "")
    await _bring(request, platform, who, {"MsgType": "image", "PicUrl": "http://127.0.0.1/", "MediaId": media_id})
    return json({"accepted": True}, status=202)


async def _bring(request: Request, platform: Platform, who: str, fields: dict[str, str]) -> None:
    connection: Any = request.conn_info
    url = f"http://127.0.0.1:{connection.sockname[1]}/webhooks/wechat"
    await platform.post(_house(request).http, url, who, fields)


@api.post("/stable_token")
async def stable_token(request: Request) -> HTTPResponse:
    """An access token."""
    return json(_platform(request).stable_token(_object(request)))


@api.post("/message/custom/send")
async def custom_send(request: Request) -> HTTPResponse:
    """A customer service message."""
    return json(_platform(request).send(request.args.get("access_token", ""), _object(request)))


@api.post("/message/custom/typing")
async def custom_typing(request: Request) -> HTTPResponse:
    """That an answer is being written."""
    return json(_platform(request).type(request.args.get("access_token", ""), _object(request)))


@api.get("/media/get")
async def media_get(request: Request) -> HTTPResponse:
    """A picture that was sent from a telephone."""
    found = _platform(request).get_media(request.args.get("access_token", ""), request.args.get("media_id", ""))
    return json(found) if isinstance(found, dict) else raw(found, content_type="image/jpeg")


@api.post("/media/upload")
async def media_upload(request: Request) -> HTTPResponse:
    """Keep a picture that the service will send."""
    platform, files = _platform(request), dict(request.files or {})
    if "media" not in files:
        return json({"errcode": 41005, "errmsg": "示例"})
    return json(platform.leave_media(request.args.get("access_token", ""), bytes(files["media"][0].body)))


def _object(request: Request) -> dict[str, Any]:
    try:
        value = jsonlib.loads(request.body)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {}

"""Who asks on the web: the conversation of a request's cookie."""

from __future__ import annotations

from sanic import Request
from sanic.response import HTTPResponse

from backend.channels.web import service
from backend.conversations.model import Conversation
from backend.errors import Unauthorised
from backend.house import House

COOKIE = "guitu_chat"
COOKIE_SECONDS = 180 * 86_400


def keep_cookie(response: HTTPResponse, house: House, token: str) -> None:
    """Let the browser keep the token of its conversation: out of scripts' reach, and by https only where we are on https."""
    response.add_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="Lax",
        secure=house.settings.public_url.startswith("https://"),
        max_age=COOKIE_SECONDS,
        path="/",
    )


async def conversation_of(request: Request) -> Conversation:
    """The conversation of the request's cookie. Raises Unauthorised: the page then opens one with POST /api/chat."""
    house: House = request.app.ctx.house
    async with house.db.reading() as session:
        conversation = await service.find(session, request.cookies.get(COOKIE))
    if conversation is None:
        raise Unauthorised("对话还没开始，或者已经删除了。请刷新页面。", code="no_conversation")
    return conversation

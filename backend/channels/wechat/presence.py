"""Showing that an answer is being written. Nobody waits for it, so it is tried once and not kept."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Sanic

from backend.channels.wechat import tokens
from backend.channels.wechat.api import NotKnown, NotReached, Refused
from backend.house import House

MOST_AT_ONCE = 50


def show_typing(app: Sanic[Any, Any], openid: str) -> None:
    """Let WeChat show to somebody that an answer is being written. Returns at once."""
    if not hasattr(app.ctx, "typing"):
        app.ctx.typing = set()
    if len(app.ctx.typing) < MOST_AT_ONCE:
        task = asyncio.create_task(_show(app.ctx.house, openid))
        app.ctx.typing.add(task)
        task.add_done_callback(app.ctx.typing.discard)


async def _show(house: House, openid: str) -> None:
    api = house.wechat
    if api is not None:
        try:
            await tokens.with_token(house, api, lambda token: api.typing(token, openid))
        except (Refused, NotReached, NotKnown):
            # The answer itself comes all the same.
            return

"""The web's conversations: found by a cookie of which the database holds only the SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.conversations import repository
from backend.conversations import service as hub
from backend.conversations.model import Conversation
from backend.dialogue import repository as dialogue
from backend.dialogue.opening import greeting
from backend.house import House
from backend.locale.text import T, Text
from backend.satisfaction import service as satisfaction
from backend.vouchers import owning as vouchers

CHANNEL = "web"
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Opened:
    """A conversation of the web, its cookie's value, and whether it was made just now."""

    conversation: Conversation
    token: str
    new: bool


def _index(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def find(session: AsyncSession, token: str | None) -> Conversation | None:
    """The conversation of a cookie, if there is one."""
    if not token or len(token) > 4 * TOKEN_BYTES:
        return None
    return await repository.conversation_of(session, CHANNEL, _index(token))


async def open_chat(house: House, token: str | None, language: str) -> Opened:
    """Find the conversation of a cookie, or make one with the first bubble in it and a new cookie.

    A cookie that finds nothing is never adopted: its value may have been planted by somebody else.
    """
    async with house.db.reading() as session:
        known = await find(session, token)
    if known is not None and token is not None:
        return Opened(known, token, new=False)
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    async with house.db.unit() as unit:
        conversation = await hub.open_conversation(
            unit, CHANNEL, _index(fresh), language, greeting(house.script, house.catalogue)
        )
        await unit.commit()
    return Opened(conversation, fresh, new=True)


async def erase(house: House, conversation_id: str) -> tuple[bool, Text]:
    """Delete what may be deleted. True: all of it. False: the conversation stays, empty, because news will come to it: of
    what was filed, or of a member of staff who looks after somebody in distress."""
    async with house.db.unit() as unit:
        filed = await applications.latest_for_conversation(unit.session, conversation_id)
        looked_after = await dialogue.open_distress(unit.session, conversation_id)
        if filed is None and not looked_after:
            await hub.erase(unit, conversation_id)
            text = T("都删掉了：聊天记录和没提交的资料都没有留下。想办随时再来。")
        else:
            await hub.clear_now(unit, conversation_id)
            await dialogue.forget(unit.session, conversation_id)
            await vouchers.forget(unit.session, conversation_id)
            await satisfaction.forget_words(unit.session, conversation_id)
            text = T("聊天记录和没提交的资料删掉了。工作人员还会联系你，这里先给你留着。")
            if filed is not None:
                text = T(
                    "聊天记录和没提交的资料删掉了。已提交的申请（编号{number}）按规定要留存，进度照常通知你。",
                    number=filed.number,
                )
        await unit.commit()
    return filed is None and not looked_after, text

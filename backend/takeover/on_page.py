"""What no text message can bring (a file, an address, free words where a provider sends templates only) is shown on the page of
whoever it is meant for: in the conversation on the web that their application belongs to."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.channels.sms import service as sms
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.model import Conversation, TranscriptMessage
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.errors import Conflict
from backend.house import House


async def page_of(session: AsyncSession, house: House, conversation_id: str) -> str | None:
    """The conversation on the web of an SMS conversation's applicant; None without one."""
    mobile = await hub.mobile_of(session, conversation_id)
    filed = await applications.latest_for_mobile(session, house, mobile) if mobile else None
    found = await session.get(Conversation, filed.conversation_id) if filed is not None else None
    return found.id if found is not None and found.channel == "web" else None


async def page_for(unit: Unit, house: House, conversation: Conversation) -> str | None:
    """As `page_of`; None where the channel shows everything itself. Raises Conflict `no_page`."""
    if conversation.channel != sms.CHANNEL:
        return None
    page = await page_of(unit.session, house, conversation.id)
    if page is None:
        raise Conflict(
            "本人只用短信，没有能看文件和网址的网页对话。请用文字说明，或者请本人到窗口取。", code="no_page", allowed=["reply"]
        )
    return page


async def say_on_page(
    unit: Unit, page: str, author: str, author_name: str | None, body: dict[str, Any], key: str
) -> tuple[Conversation, TranscriptMessage]:
    """Say it there too; nothing is sent. Returns the conversation, held, and the message. The same `key` says nothing again."""
    conversation = await hold(unit, page)
    (seq,) = await hub.say(
        unit, page, [body], author=author, author_name=author_name, key=key, deliver=False, held=conversation
    )
    message = await conversations.message_at(unit.session, page, seq)
    assert message is not None, "said just now"
    return conversation, message

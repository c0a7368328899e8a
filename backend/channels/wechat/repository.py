"""Every query of the WeChat channel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.channels.wechat.model import INCOMING, OUTGOING, WeChatMessage, WeChatPicture, WeChatToken, WeChatUser
from backend.channels.wechat.states import HELD, PASSIVE, QUEUED, SENDING

_COLUMNS: Any = WeChatMessage.__table__.c


async def by_key(session: AsyncSession, key: str) -> WeChatMessage | None:
    """What is kept under a key."""
    return await session.scalar(select(WeChatMessage).where(WeChatMessage.key == key))


async def user(session: AsyncSession, openid_index: str) -> WeChatUser | None:
    """Whether somebody can be reached."""
    return await session.get(WeChatUser, openid_index)


async def users_of(session: AsyncSession, conversations: Collection[str], now: datetime) -> dict[str, WeChatUser]:
    """Those of these conversations whose veteran can be written to now, each with who it is."""
    found = await session.scalars(
        select(WeChatUser).where(
            WeChatUser.conversation_id.in_(conversations), WeChatUser.subscribed, WeChatUser.reachable_until > now
        )
    )
    return {each.conversation_id: each for each in found}


async def answers(session: AsyncSession, key: str) -> Sequence[WeChatMessage]:
    """The pieces that answer what came under a key, in order."""
    found = await session.scalars(
        select(WeChatMessage)
        .where(WeChatMessage.answers == key)
        .order_by(WeChatMessage.seq)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def left_for(session: AsyncSession, key: str, since: datetime) -> Sequence[WeChatMessage]:
    """The pieces that left in the answer to a request since then, in order."""
    found = await session.scalars(
        select(WeChatMessage)
        .where(WeChatMessage.passive_for == key, WeChatMessage.state == PASSIVE, WeChatMessage.updated_at >= since)
        .order_by(WeChatMessage.seq)
    )
    return found.all()


async def waiting(session: AsyncSession, openid_index: str, up_to: int) -> Sequence[WeChatMessage]:
    """The pieces that wait to leave to somebody, up to a seq, in order."""
    found = await session.scalars(
        select(WeChatMessage)
        .where(WeChatMessage.openid_index == openid_index, WeChatMessage.state == QUEUED, WeChatMessage.seq <= up_to)
        .order_by(WeChatMessage.seq)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def claim(
    session: AsyncSession, seqs: Collection[int], state: str, now: datetime, passive_for: str | None = None
) -> list[int]:
    """queued → `state` for these, by compare-and-set: of two who want a piece one gets it. Returns those that were got."""
    statement = (
        update(WeChatMessage)
        .where(WeChatMessage.seq.in_(seqs), WeChatMessage.state == QUEUED)
        .values(state=state, passive_for=passive_for, updated_at=now)
        .returning(_COLUMNS.seq)
        .execution_options(synchronize_session=False)
    )
    return sorted(await session.scalars(statement))


async def settle(
    session: AsyncSession, seqs: Collection[int], present: str, state: str, now: datetime, error: str | None = None
) -> None:
    """Put pieces that are in `present` into `state`."""
    await session.execute(
        update(WeChatMessage)
        .where(WeChatMessage.seq.in_(seqs), WeChatMessage.state == present)
        .values(state=state, error=error, updated_at=now)
        .execution_options(synchronize_session=False)
    )


async def left_in_sending(session: AsyncSession, openid_index: str, up_to: int) -> Sequence[WeChatMessage]:
    """Pieces to somebody that are marked as being sent."""
    found = await session.scalars(
        select(WeChatMessage)
        .where(WeChatMessage.openid_index == openid_index, WeChatMessage.state == SENDING, WeChatMessage.seq <= up_to)
        .order_by(WeChatMessage.seq)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def take_up_held(session: AsyncSession, openid_index: str, now: datetime) -> int | None:
    """held → queued for somebody who has written again. Returns the newest seq of those, None without any."""
    statement = (
        update(WeChatMessage)
        .where(WeChatMessage.openid_index == openid_index, WeChatMessage.state == HELD)
        .values(state=QUEUED, updated_at=now)
        .returning(_COLUMNS.seq)
        .execution_options(synchronize_session=False)
    )
    return max(await session.scalars(statement), default=None)


async def delete_said(session: AsyncSession, conversation_id: str) -> None:
    """Delete what was said in a conversation; that something came stays, without its content, so that a repeat is known."""
    outgoing = WeChatMessage.conversation_id == conversation_id, WeChatMessage.direction == OUTGOING
    await session.execute(delete(WeChatMessage).where(*outgoing))
    await session.execute(delete(WeChatPicture).where(WeChatPicture.conversation_id == conversation_id))


async def received(session: AsyncSession, openid_index: str) -> Sequence[WeChatMessage]:
    """What came from somebody, in order."""
    found = await session.scalars(
        select(WeChatMessage)
        .where(WeChatMessage.openid_index == openid_index, WeChatMessage.direction == INCOMING)
        .order_by(WeChatMessage.seq)
    )
    return found.all()


async def sent_to(session: AsyncSession, openid_index: str) -> Sequence[WeChatMessage]:
    """What was said to somebody, in order."""
    found = await session.scalars(
        select(WeChatMessage)
        .where(WeChatMessage.openid_index == openid_index, WeChatMessage.direction == OUTGOING)
        .order_by(WeChatMessage.seq)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def picture(session: AsyncSession, conversation_id: str, picture_id: str) -> WeChatPicture | None:
    """A picture of a conversation."""
    return await session.scalar(
        select(WeChatPicture).where(WeChatPicture.id == picture_id, WeChatPicture.conversation_id == conversation_id)
    )


async def token(session: AsyncSession, appid: str) -> WeChatToken | None:
    """The access token of an account as it is now."""
    return await session.get(WeChatToken, appid, populate_existing=True)


async def lease_token(session: AsyncSession, appid: str, serial: int, lease: str, now: datetime, until: datetime) -> bool:
    """Take the lease to renew the token that was the `serial`th: one process gets it."""
    statement = (
        update(WeChatToken)
        .where(
            WeChatToken.appid == appid,
            WeChatToken.serial == serial,
            or_(WeChatToken.lease.is_(None), WeChatToken.leased_until < now),
        )
        .values(lease=lease, leased_until=until)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], await session.execute(statement)).rowcount == 1


async def newest_seq(session: AsyncSession) -> int:
    """The highest seq of all, 0 without any."""
    return await session.scalar(select(func.max(WeChatMessage.seq))) or 0

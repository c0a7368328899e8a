"""Every query about coming back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from backend.resuming.model import ProofCode, ProofNumber, Resuming


async def of_conversation(session: AsyncSession, conversation_id: str) -> Resuming | None:
    """Where the talk about coming back stands."""
    return await session.get(Resuming, conversation_id, populate_existing=True)


async def hold_number(session: AsyncSession, mobile_index: str, at: datetime) -> None:
    """Let nobody else ask for a code to this number until the transaction ends."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if postgres else sqlite.insert
    statement = insert(ProofNumber).values(mobile_index=mobile_index, at=at)
    await session.execute(statement.on_conflict_do_update(index_elements=["mobile_index"], set_={"at": at}))


async def asked_for(session: AsyncSession, mobile_index: str, since: datetime) -> Sequence[datetime]:
    """When codes to a number were asked for."""
    codes = select(ProofCode.sent_at).where(ProofCode.mobile_index == mobile_index, ProofCode.sent_at > since)
    return (await session.scalars(codes)).all()


async def asked_here(session: AsyncSession, conversation_id: str, since: datetime) -> Sequence[datetime]:
    """When codes were asked for in a conversation."""
    codes = select(ProofCode.sent_at).where(ProofCode.conversation_id == conversation_id, ProofCode.sent_at > since)
    return (await session.scalars(codes)).all()


async def end_codes(session: AsyncSession, conversation_id: str, at: datetime) -> None:
    """No code of a conversation can be used any more."""
    codes = update(ProofCode).where(ProofCode.conversation_id == conversation_id, ProofCode.ended_at.is_(None))
    await session.execute(codes.values(ended_at=at).execution_options(synchronize_session=False))


async def take_try(session: AsyncSession, conversation_id: str, most: int) -> ProofCode | None:
    """The code that a conversation awaits, one more try counted, by compare-and-set; None without one, or when its tries
    are used up."""
    own = ProofCode.conversation_id == conversation_id
    statement = (
        update(ProofCode)
        .where(own, ProofCode.ended_at.is_(None), ProofCode.tries < most)
        .values(tries=ProofCode.tries + 1)
        .returning(ProofCode)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return await session.scalar(statement)


async def expired_texts(session: AsyncSession, before: datetime) -> Sequence[int]:
    """The texts in which codes left that were sent before; named once."""
    old = update(ProofCode).where(ProofCode.sms.is_not(None), ProofCode.sent_at < before)
    seqs = (await session.scalars(_texts(before))).all()
    await session.execute(old.values(sms=None).execution_options(synchronize_session=False))
    return [seq for seq in seqs if seq is not None]


def _texts(before: datetime) -> Select[int | None]:
    return select(ProofCode.sms).where(ProofCode.sms.is_not(None), ProofCode.sent_at < before)


async def forget(session: AsyncSession, before: datetime, left: datetime) -> None:
    """Delete what counts no more: codes and numbers asked for before, talks that were left before."""
    await session.execute(delete(ProofCode).where(ProofCode.sent_at < before))
    await session.execute(delete(ProofNumber).where(ProofNumber.at < before))
    await session.execute(delete(Resuming).where(Resuming.since < left))


async def any_to_end(session: AsyncSession, expired: datetime, before: datetime, left: datetime) -> bool:
    """True when there is a text whose words are to end, or something to forget."""
    found = (
        _texts(expired),
        select(ProofCode.id).where(ProofCode.sent_at < before),
        select(ProofNumber.mobile_index).where(ProofNumber.at < before),
        select(Resuming.conversation_id).where(Resuming.since < left),
    )
    return any([await session.scalar(each.limit(1)) is not None for each in found])

"""Every query of what is sent in a talk. A file is reached by its conversation only."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.attachments.model import Attachment, AttachmentPage
from backend.vouchers.rules import MOST_PAGES


async def by_key(session: AsyncSession, key: str) -> Attachment | None:
    """The attachment of a delivery."""
    return await session.scalar(select(Attachment).where(Attachment.key == key))


async def one(session: AsyncSession, conversation_id: str, attachment_id: str, *, lock: bool = False) -> Attachment | None:
    """One attachment, if it is this conversation's; held until the transaction ends with `lock`."""
    statement = select(Attachment).where(Attachment.id == attachment_id, Attachment.conversation_id == conversation_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(statement)


async def some(session: AsyncSession, ids: Collection[str]) -> dict[str, Attachment]:
    """id → attachment."""
    found = await session.scalars(select(Attachment).where(Attachment.id.in_(ids)))
    return {each.id: each for each in found}


async def count(session: AsyncSession, conversation_id: str) -> int:
    """How many files a conversation holds."""
    statement = select(func.count()).select_from(Attachment).where(Attachment.conversation_id == conversation_id)
    return int(await session.scalar(statement) or 0)


async def page(session: AsyncSession, attachment_id: str, number: int) -> bytes | None:
    """One page as JPEG; None when there is no such page."""
    if not 1 <= number <= MOST_PAGES:
        return None
    return await session.scalar(
        select(AttachmentPage.picture).where(AttachmentPage.attachment_id == attachment_id, AttachmentPage.number == number)
    )


async def pages(session: AsyncSession, attachment_id: str) -> Sequence[AttachmentPage]:
    """Every page, in order."""
    statement = select(AttachmentPage).where(AttachmentPage.attachment_id == attachment_id).order_by(AttachmentPage.number)
    return (await session.scalars(statement)).all()

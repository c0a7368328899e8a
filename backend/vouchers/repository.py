"""Every query of vouchers. A veteran reaches those of their own conversation, staff those of a case that they reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.vouchers.model import Voucher, VoucherPage
from backend.vouchers.rules import MOST_PAGES


async def by_key(session: AsyncSession, key: str) -> Voucher | None:
    """The voucher of a delivery."""
    return await session.scalar(select(Voucher).where(Voucher.key == key))


def _of_conversation(conversation_id: str) -> Select[Voucher]:
    theirs = select(Application.id).where(Application.conversation_id == conversation_id)
    return select(Voucher).where(or_(Voucher.conversation_id == conversation_id, Voucher.application_id.in_(theirs)))


async def one_of_conversation(
    session: AsyncSession, conversation_id: str, voucher_id: str, *, lock: bool = False
) -> Voucher | None:
    """One voucher, if it is this conversation's or its applications'; held until the transaction ends with `lock`."""
    statement = _of_conversation(conversation_id).where(Voucher.id == voucher_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(statement)


async def unfiled(session: AsyncSession, conversation_id: str) -> Sequence[Voucher]:
    """The vouchers of what is not filed yet, the oldest first."""
    return await _in_order(session, select(Voucher).where(Voucher.conversation_id == conversation_id))


async def of_application(session: AsyncSession, application_id: str) -> Sequence[Voucher]:
    """The vouchers of a filed application, the oldest first."""
    return await _in_order(session, select(Voucher).where(Voucher.application_id == application_id))


async def _in_order(session: AsyncSession, statement: Select[Voucher]) -> Sequence[Voucher]:
    return (await session.scalars(statement.order_by(Voucher.uploaded_at, Voucher.id))).all()


async def one_of_application(
    session: AsyncSession, application_id: str, voucher_id: str, *, lock: bool = False
) -> Voucher | None:
    """One voucher of a filed application."""
    statement = select(Voucher).where(Voucher.application_id == application_id, Voucher.id == voucher_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(statement)


async def in_states(
    session: AsyncSession, application_id: str, states: Collection[str], material: int | None = None
) -> Sequence[Voucher]:
    """The vouchers of an application in these states, of one material if it is given; held until the transaction ends."""
    statement = select(Voucher).where(Voucher.application_id == application_id, Voucher.state.in_(states))
    if material is not None:
        statement = statement.where(Voucher.material == material)
    return (await session.scalars(statement.order_by(Voucher.id).with_for_update())).all()


async def count(session: AsyncSession, owner: Application | str, material: int) -> int:
    """How many files there are for a material of an application, or of a conversation's draft, refused ones aside."""
    mine = Voucher.conversation_id == owner if isinstance(owner, str) else Voucher.application_id == owner.id
    statement = select(func.count()).select_from(Voucher).where(mine, Voucher.material == material, Voucher.state != "refused")
    return int(await session.scalar(statement) or 0)


async def refusing(session: AsyncSession, corrections: Collection[int]) -> set[int]:
    """Those of the corrections by which a voucher was refused."""
    found = await session.scalars(select(Voucher.correction_id).where(Voucher.correction_id.in_(corrections)))
    return {each for each in found if each is not None}


async def page(session: AsyncSession, voucher_id: str, number: int) -> bytes | None:
    """One page as JPEG; None when the voucher has no such page."""
    if not 1 <= number <= MOST_PAGES:
        return None
    return await session.scalar(
        select(VoucherPage.picture).where(VoucherPage.voucher_id == voucher_id, VoucherPage.number == number)
    )


async def give_to_application(
    session: AsyncSession, conversation_id: str, application_id: str, materials: Collection[int]
) -> None:
    """The vouchers of a conversation for these materials become the application's; the others are needed no more."""
    theirs = Voucher.conversation_id == conversation_id
    await session.execute(delete(Voucher).where(theirs, Voucher.material.not_in(materials)))
    await session.execute(update(Voucher).where(theirs).values(conversation_id=None, application_id=application_id))


async def forget(session: AsyncSession, conversation_id: str) -> None:
    """Delete the vouchers of what is not filed."""
    await session.execute(delete(Voucher).where(Voucher.conversation_id == conversation_id))


async def move(session: AsyncSession, left: str, conversation_id: str) -> None:
    """Give the vouchers of what is not filed to another conversation."""
    await session.execute(update(Voucher).where(Voucher.conversation_id == left).values(conversation_id=conversation_id))

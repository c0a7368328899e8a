"""Every query of subsidies."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.departments.model import Task
from backend.departments.states import RECEIVED, WAITING_FUNDS
from backend.subsidies.model import FundsArrival, Payment, PaymentList
from backend.subsidies.rules import LISTED

SUBSIDY = "local_subsidy"


async def arrival(session: AsyncSession, county: str, batch: str) -> FundsArrival | None:
    """The batch of a county, if it has arrived."""
    return await session.scalar(select(FundsArrival).where(FundsArrival.county == county, FundsArrival.batch == batch))


async def arrivals(session: AsyncSession, county: str) -> Sequence[FundsArrival]:
    """What has arrived in a county, the newest first."""
    found = await session.scalars(select(FundsArrival).where(FundsArrival.county == county).order_by(FundsArrival.at.desc()))
    return found.all()


async def lists_of(session: AsyncSession, funds_id: str) -> Sequence[PaymentList]:
    """The lists that were made of a batch."""
    found = await session.scalars(select(PaymentList).where(PaymentList.funds_id == funds_id).order_by(PaymentList.number))
    return found.all()


async def list_by_id(session: AsyncSession, county: str, list_id: str) -> PaymentList | None:
    """One list of a county."""
    return await session.scalar(select(PaymentList).where(PaymentList.id == list_id, PaymentList.county == county))


async def payments_of(session: AsyncSession, list_id: str) -> Sequence[tuple[Payment, str]]:
    """The payments of a list with the numbers of their applications, in the list's order."""
    found = await session.execute(
        select(Payment, Application.number)
        .join(Application, Application.id == Payment.application_id)
        .where(Payment.list_id == list_id)
        .order_by(Payment.id)
    )
    return [(row[0], row[1]) for row in found]


async def states_of(session: AsyncSession, list_id: str) -> dict[str, int]:
    """How many payments of a list are in which state."""
    found = await session.execute(select(Payment.state, func.count()).where(Payment.list_id == list_id).group_by(Payment.state))
    return {row[0]: row[1] for row in found}


async def waiting_for_funds(session: AsyncSession, county: str) -> Sequence[tuple[Task, Application]]:
    """Subsidies of a county that wait for the money; the cases are held until the transaction ends."""
    return await _tasks(session, select(Task, Application).where(Task.state == WAITING_FUNDS, Task.county == county))


async def ready_to_pay(session: AsyncSession, county: str) -> Sequence[tuple[Task, Application]]:
    """Subsidies whose money is there and that stand on no list whose outcome is awaited; the cases are held."""
    listed = exists().where(Payment.task_id == Task.id, Payment.state == LISTED)
    return await _tasks(
        session,
        select(Task, Application).where(
            Task.state == RECEIVED, Task.county == county, Task.clock_condition_at.is_not(None), ~listed
        ),
    )


async def _tasks(session: AsyncSession, statement: object) -> Sequence[tuple[Task, Application]]:
    narrowed = (
        statement.join(Application, Application.id == Task.application_id)  # type: ignore[attr-defined]
        .where(Task.matter == SUBSIDY)
        .order_by(Application.number)
        .with_for_update()
    )
    return [(row[0], row[1]) for row in await session.execute(narrowed)]


async def case_of(session: AsyncSession, payment: Payment) -> tuple[Task, Application]:
    """The task and case of a payment, held until the transaction ends."""
    row = (
        await session.execute(
            select(Task, Application)
            .join(Application, Application.id == Task.application_id)
            .where(Task.id == payment.task_id)
            .with_for_update()
        )
    ).one()
    return row[0], row[1]

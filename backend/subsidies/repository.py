"""Every query of subsidies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.departments.model import Task
from backend.departments.states import RECEIVED, TERMINAL, WAITING_FUNDS, WAITING_VETERAN
from backend.subsidies.model import FundsArrival, Payment, PaymentList
from backend.subsidies.rules import LISTED

SUBSIDY = "local_subsidy"
#: Why a subsidy is not paid yet: no money · money there, on no list · with the bank · the veteran has to do something · the
#: matter itself is not that far.
NO_FUNDS, READY, AT_BANK, VETERAN, NOT_YET = "no_funds", "ready", "at_bank", "veteran", "not_yet"
_AT_BANK = exists().where(Payment.task_id == Task.id, Payment.state == LISTED)
_PAYABLE = and_(Task.state == RECEIVED, Task.clock_condition_at.is_not(None))
_WHY: Mapping[str, ColumnElement[bool]] = {
    NO_FUNDS: Task.state == WAITING_FUNDS,
    READY: and_(_PAYABLE, ~_AT_BANK),
    AT_BANK: and_(_PAYABLE, _AT_BANK),
    VETERAN: Task.state == WAITING_VETERAN,
    NOT_YET: and_(Task.state.not_in((*TERMINAL, WAITING_FUNDS, WAITING_VETERAN)), ~_PAYABLE),
}
WAITS = tuple(_WHY)


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


async def list_by_id(session: AsyncSession, county: str, list_id: str, *, lock: bool = False) -> PaymentList | None:
    """One list of a county; `lock`: held until the transaction ends."""
    statement = select(PaymentList).where(PaymentList.id == list_id, PaymentList.county == county)
    return await session.scalar(statement.with_for_update() if lock else statement)


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
    return await _tasks(session, select(Task, Application).where(Task.county == county, _WHY[READY]))


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


async def waits(
    session: AsyncSession, county: str, why: str, page: int, limit: int, *, newest_first: bool = False
) -> Sequence[tuple[Task, Application]]:
    """A page of those who wait for a reason of WAITS, the longest waiting first."""
    place = (Task.state_since.desc(), Task.id.desc()) if newest_first else (Task.state_since, Task.id)
    statement = (
        select(Task, Application)
        .join(Application, Application.id == Task.application_id)
        .where(Task.matter == SUBSIDY, Task.county == county, _WHY[why])
        .order_by(*place)
        .offset(page * limit)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def counts_of_waits(session: AsyncSession, county: str) -> dict[str, int]:
    """How many wait for which reason."""
    each = [func.count().filter(_WHY[why]) for why in WAITS]
    found = await session.execute(
        select(*each).select_from(Task).where(Task.matter == SUBSIDY, Task.county == county, Task.state.not_in(TERMINAL))
    )
    return dict(zip(WAITS, found.one(), strict=True))


async def arrivals_page(session: AsyncSession, county: str, page: int, limit: int) -> tuple[Sequence[FundsArrival], int]:
    """A page of what has arrived in a county, the newest first, and how many batches there are."""
    of_county = FundsArrival.county == county
    statement = select(FundsArrival).where(of_county).order_by(FundsArrival.at.desc(), FundsArrival.id.desc())
    found = await session.scalars(statement.offset(page * limit).limit(limit))
    count = await session.scalar(select(func.count()).select_from(FundsArrival).where(of_county))
    return found.all(), int(count or 0)


async def payments_page(
    session: AsyncSession, list_id: str, state: str | None, page: int, limit: int
) -> tuple[Sequence[tuple[Payment, Task, Application]], int]:
    """A page of a list's payments with what became of the matter, and how many there are."""
    narrowed = [Payment.list_id == list_id, *([Payment.state == state] if state else [])]
    statement = (
        select(Payment, Task, Application)
        .join(Task, Task.id == Payment.task_id)
        .join(Application, Application.id == Payment.application_id)
        .where(*narrowed)
        .order_by(Payment.id)
        .offset(page * limit)
        .limit(limit)
    )
    count = await session.scalar(select(func.count()).select_from(Payment).where(*narrowed))
    return [(row[0], row[1], row[2]) for row in await session.execute(statement)], int(count or 0)


async def arrival_of(session: AsyncSession, made: PaymentList) -> FundsArrival:
    """The batch that a list pays from."""
    return (await session.scalars(select(FundsArrival).where(FundsArrival.id == made.funds_id))).one()

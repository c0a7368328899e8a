"""The subsidy's money at the desk: who waits and why, the batches, and a list with what became of each payment. # notice 四(二)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.departments.model import Task
from backend.house import House
from backend.subsidies import repository, service
from backend.subsidies.model import FundsArrival, Payment, PaymentList
from backend.subsidies.repository import AT_BANK, NO_FUNDS, NOT_YET, READY, VETERAN, WAITS

__all__ = [
    "AT_BANK",
    "NOT_YET",
    "NO_FUNDS",
    "READY",
    "VETERAN",
    "WAITS",
    "Batch",
    "Opened",
    "batches",
    "counts",
    "one",
    "waits",
]


@dataclass(frozen=True)
class Batch:
    """Funds that arrived, and the lists that were made of them, each with how many payments are in which state."""

    arrived: FundsArrival
    lists: Sequence[tuple[PaymentList, Mapping[str, int]]]


@dataclass(frozen=True)
class Opened:
    """One list: a page of its payments with their matters, how many are on the page's view, and how many in which state."""

    made: PaymentList
    arrived: FundsArrival
    rows: Sequence[tuple[Payment, Task, Application]]
    count: int
    states: Mapping[str, int]


async def waits(
    session: AsyncSession, house: House, actor: Actor, county: str, why: str, page: int, limit: int, *, newest_first: bool
) -> Sequence[tuple[Task, Application]]:
    """A page of those who wait for a reason of WAITS. Raises NotFound for a county that is not the actor's."""
    service.own_county(house, actor, county)
    return await repository.waits(session, county, why, page, limit, newest_first=newest_first)


async def counts(session: AsyncSession, house: House, actor: Actor, county: str) -> Mapping[str, int]:
    """How many wait for which reason."""
    service.own_county(house, actor, county)
    return await repository.counts_of_waits(session, county)


async def batches(
    session: AsyncSession, house: House, actor: Actor, county: str, page: int, limit: int
) -> tuple[list[Batch], int]:
    """A page of the batches of a county, the newest first, and how many there are."""
    service.own_county(house, actor, county)
    found, count = await repository.arrivals_page(session, county, page, limit)
    shown = []
    for arrived in found:
        made = await repository.lists_of(session, arrived.id)
        shown.append(Batch(arrived, [(each, await repository.states_of(session, each.id)) for each in made]))
    return shown, count


async def one(
    session: AsyncSession, house: House, actor: Actor, county: str, list_id: str, state: str | None, page: int, limit: int
) -> Opened:
    """One list, narrowed to payments of one state. Raises NotFound."""
    service.own_county(house, actor, county)
    made = await service.find_list(session, county, list_id)
    rows, count = await repository.payments_page(session, made.id, state, page, limit)
    states = await repository.states_of(session, made.id)
    return Opened(made, await repository.arrival_of(session, made), rows, count, states)

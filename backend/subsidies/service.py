"""Funds arrived, lists for the bank, and their outcomes (notice 三(四), 四(二)). Each command is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor, actor_of
from backend.applications.ending import complete_if_ended
from backend.clock import SHANGHAI, local, now, today
from backend.db.engine import Unit, hold
from backend.db.ids import new_id
from backend.departments import outcomes
from backend.departments.model import Task
from backend.departments.schemas import ResultIn
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.security.service import note_access
from backend.spreadsheets.reading import BadSheet, Column, Row, read_apart
from backend.spreadsheets.writing import write_sheet
from backend.subsidies import repository, rules
from backend.subsidies.model import FundsArrival, Payment, PaymentList
from backend.subsidies.rules import LISTED, PAID

#: The amount is the county's to fill in: the notice names none.
LIST_HEAD = ("序号", "编号", "姓名", "公民身份号码", "银行卡号", "金额（元）", "结果", "付款日期")
OUTCOME_COLUMNS = (
    Column("number", "编号", required=True),
    Column("outcome", "结果", required=True),
    Column("day", "付款日期"),
)
NOON = time(12)
#: What is seen in a list for the bank, for the record of looks.
PAYMENT_LIST = "payment_list"


@dataclass(frozen=True)
class Outcomes:
    """What an imported list of outcomes did: payments that were new, and those that were known already.

    without_effect  a line for each that was taken and changed no matter, which had ended meanwhile: staff look after it
    """

    taken: int
    known: int
    without_effect: list[str]


async def record_arrival(
    house: House, actor: Actor | str, county: str, batch: str, arrived_on: date, note: str | None = None
) -> tuple[FundsArrival, int]:
    """The funds of a batch have arrived. Returns it and how many subsidies had waited for it.

    Raises NotFound for a county that is not the actor's, GuituError for a day to come, Conflict when it is recorded already.
    """
    own_county(house, actor, county)
    batch = batch.strip()
    if not batch:
        raise GuituError("请写明是哪一批资金，例如“2026年第一批”。", code="no_batch")
    if arrived_on > today():
        raise GuituError("到账日期还没到，请核对。", code="day_ahead")
    async with house.db.unit() as unit:
        await _alone(unit, county)
        known = await repository.arrival(unit.session, county, batch)
        if known is not None:
            by = known.recorded_by.partition(":")[2] or known.recorded_by
            raise Conflict(f"“{batch}”已经由{by}登记过：{known.arrived_on}到账。不用再登记。", code="batch_known", allowed=[])
        arrived = FundsArrival(
            id=new_id("f"),
            county=county,
            batch=batch,
            arrived_on=arrived_on,
            note=note,
            recorded_by=actor_of(actor).name,
            at=now(),
        )
        unit.session.add(arrived)
        await unit.session.flush()
        reached = 0
        for task, application in await repository.waiting_for_funds(unit.session, county):
            result = ResultIn.model_validate({"task": task.id, "result": "funds_verified", "at": _not_before_the_last(task)})
            why_not = await outcomes.apply(unit, house, application, task, result, actor_of(actor).name, arrived.id)
            reached += why_not is None
        await unit.commit()
        return arrived, reached


async def make_list(house: House, actor: Actor | str, county: str, batch: str) -> PaymentList:
    """Everyone whose subsidy can be paid now and is on no list yet. Raises NotFound, or Conflict when there is nobody."""
    own_county(house, actor, county)
    async with house.db.unit() as unit:
        await _alone(unit, county)
        arrived = await repository.arrival(unit.session, county, batch.strip())
        if arrived is None:
            raise NotFound(f"还没有登记“{batch}”的资金到账。先登记到账，再出名单。", code="no_batch")
        ready = await repository.ready_to_pay(unit.session, county)
        if not ready:
            raise Conflict("现在没有可以发放的人：要么都在之前的名单里，要么还没到账。", code="nobody_to_pay", allowed=[])
        made = PaymentList(
            id=new_id("l"),
            funds_id=arrived.id,
            county=county,
            number=len(await repository.lists_of(unit.session, arrived.id)) + 1,
            rows=len(ready),
            made_by=actor_of(actor).name,
            at=now(),
            fetched=[],
        )
        unit.session.add(made)
        await unit.session.flush()
        for task, application in ready:
            payee = {name: application.answers[name] for name in ("name", "id_number", "bank_card")}
            unit.session.add(
                Payment(list_id=made.id, application_id=application.id, task_id=task.id, payee=payee, state=LISTED)
            )
        await unit.commit()
        return made


async def list_sheet(house: House, actor: Actor | str, county: str, list_id: str) -> bytes:
    """The list as the bank gets it (.xlsx), always the same; a look at everybody on it, and on record. Raises NotFound."""
    own_county(house, actor, county)
    async with house.db.unit() as unit:
        made = await find_list(unit.session, county, list_id, lock=True)
        made.fetched = [*made.fetched, {"by": actor_of(actor).name, "at": now().isoformat()}]
        payments = await repository.payments_of(unit.session, made.id)
        for _, number in payments:
            note_access(unit, actor_of(actor).name, PAYMENT_LIST, number)
        await unit.commit()
    rows = [
        (place, number, payment.payee["name"], payment.payee["id_number"], payment.payee["bank_card"], None, None, None)
        for place, (payment, number) in enumerate(payments, 1)
    ]
    return write_sheet("地方经济补助发放名单", LIST_HEAD, rows)


async def import_outcomes(house: House, actor: Actor | str, county: str, list_id: str, content: bytes) -> Outcomes:
    """What the bank wrote back (.xlsx), taken whole or not at all; what was taken before is passed over.

    Paid ends the matter; any other outcome asks the veteran for another card. # notice 三(四)
    """
    own_county(house, actor, county)
    rows = await read_apart(content, OUTCOME_COLUMNS)
    async with house.db.unit() as unit:
        await _alone(unit, county)
        made = await find_list(unit.session, county, list_id)
        payments = {number: payment for payment, number in await repository.payments_of(unit.session, made.id)}
        read = _read(rows, payments, made.at)
        new = [each for each in read if each[0].state == LISTED]
        without_effect: list[str] = []
        for payment, outcome, at in new:
            if line := await _take(unit, house, actor_of(actor), payment, outcome, at):
                without_effect.append(line)
        await unit.commit()
        return Outcomes(len(new), len(read) - len(new), without_effect)


def _read(rows: Sequence[Row], payments: dict[str, Payment], made_at: datetime) -> list[tuple[Payment, str, datetime]]:
    """Each row's payment, its outcome and when. Raises BadSheet naming every row that is wrong."""
    read: list[tuple[Payment, str, datetime]] = []
    problems: list[str] = []
    seen: set[str] = set()
    for row in rows:
        number, word = row.cells.get("number", ""), row.cells.get("outcome", "")
        payment, outcome = payments.get(number), rules.read_outcome(word)
        day = rules.read_day(row.cells["day"], local(made_at).date(), today()) if "day" in row.cells else None
        if payment is None:
            problems.append(f"第{row.number}行：{number} 不在这张名单里")
        elif number in seen:
            problems.append(f"第{row.number}行：{number} 前面已经有一行")
        elif outcome is None:
            problems.append(f"第{row.number}行：结果“{word}”看不懂，请写{'、'.join(rules.WORDS)}")
        elif "day" in row.cells and day is None:
            problems.append(
                f"第{row.number}行：付款日期“{row.cells['day']}”不对，请写成 2026-11-20，不早于出名单那天，不晚于今天"
            )
        elif payment.state not in (LISTED, outcome):
            problems.append(f"第{row.number}行：{number} 之前登记的结果不一样")
        else:
            at = max(datetime.combine(day, NOON, SHANGHAI), made_at) if day and day < today() else now()
            read.append((payment, outcome, at))
        seen.add(number)
    if problems:
        raise BadSheet(f"有{len(problems)}处要改，改好再传，这次一行也没有收。", problems)
    return read


async def _take(unit: Unit, house: House, actor: Actor, payment: Payment, outcome: str, at: datetime) -> str | None:
    """Write an outcome down. Returns a line for staff when the matter had ended and is left as it was."""
    payment.state, payment.outcome_at = outcome, at
    task, application = await repository.case_of(unit.session, payment)
    if outcome == PAID:
        report: dict[str, Any] = {"result": "done", "at": at}
    else:
        reason = rules.REASONS[outcome]
        report = {"result": "waiting", "waiting_for": "veteran", "reason": reason, "at": _not_before_the_last(task)}
    result = ResultIn.model_validate({"task": task.id, **report})
    why_not = await outcomes.apply(unit, house, application, task, result, actor.name, f"payment:{payment.id}")
    if why_not is not None:
        return f"{application.number} 的付款结果记下了，但这一项没有变，请核对：{why_not}"
    await complete_if_ended(unit, house, application, actor)
    return None


def _not_before_the_last(task: Task) -> datetime:
    """Now; or the last report's time, which may be a little ahead: what is told now comes after it."""
    return max(now(), task.last_result_at or now())


async def overview(session: AsyncSession, house: House, actor: Actor | str, county: str) -> list[dict[str, Any]]:
    """The batches of a county with their lists and how many payments are in which state."""
    own_county(house, actor, county)
    return [
        {
            "batch": arrived.batch,
            "arrived_on": arrived.arrived_on.isoformat(),
            "recorded_by": arrived.recorded_by,
            "lists": [
                {
                    "id": made.id,
                    "number": made.number,
                    "rows": made.rows,
                    "made_by": made.made_by,
                    "at": made.at.isoformat(),
                    "states": await repository.states_of(session, made.id),
                }
                for made in await repository.lists_of(session, arrived.id)
            ],
        }
        for arrived in await repository.arrivals(session, county)
    ]


async def _alone(unit: Unit, county: str) -> None:
    """One at a time in a county: who is on a list is not seen by the next before it is committed, and would be paid twice."""
    await hold(unit.session, f"subsidies:{county}")


async def find_list(session: AsyncSession, county: str, list_id: str, *, lock: bool = False) -> PaymentList:
    """One list of a county. Raises NotFound."""
    made = await repository.list_by_id(session, county, list_id, lock=lock)
    if made is None:
        raise NotFound("没有这张名单，或者它不归你办。", code="no_list")
    return made


def own_county(house: House, actor: Actor | str, county: str) -> None:
    """Raises NotFound for a county that is not the actor's."""
    counties = actor_of(actor).counties
    if county not in house.catalogue.counties or (counties is not None and county not in counties):
        raise NotFound(f"没有编号为 {county} 的县（市、区），或者它不归你办。", code="unknown_county")

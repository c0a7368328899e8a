"""Some months of several counties' work, made up and visibly so: tasks in every state, answers, problems, a stuck delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.clock import local, now
from backend.db.ids import new_id
from backend.deadlines.model import Exemption
from backend.departments.model import Task
from backend.departments.states import DECLINED, DONE, RECEIVED
from backend.house import House
from backend.outbox.model import STUCK, OutboxAttempt, OutboxRow
from backend.requests.model import COMPLAINT, URGE, CaseRequest
from backend.satisfaction.model import Satisfaction
from backend.statistics import figures
from tests.support.people import COUNTY, submitted

OTHERS = (
    "350103",
    "350104",
    "350105",
    "350111",
    "350122",
    "350128",
    "350203",
    "350211",
    "350303",
    "350404",
    "350502",
    "350582",
    "350602",
    "350702",
)
#: matter → days of its limit, how often it is late.
WORK = {
    "household_restoration": (1, 0.03),
    "pension_enrolment": (1, 0.06),
    "pension_transfer": (5, 0.12),
    "medical_enrolment": (1, 0.04),
    "medical_transfer": (1, 0.05),
    "social_card": (3, 0.08),
}
WORDS = ("窗口服务很热心，一次就办好了", "户口簿等了好几天", "林示例说让我再跑一趟派出所", "谢谢", "短信提醒很及时，点赞")
STATION = "示例：对方系统没有应答"


@dataclass
class Months:
    """What was made. application: one of COUNTY · stuck: the delivery of COUNTY that was given up."""

    application: Application
    stuck: int


async def some_months(house: House, count: int = 6, each: int = 12, others: tuple[str, ...] = OTHERS, seed: int = 4) -> Months:
    """`count` months until now with about `each` tasks a month, county and matter; counted and kept."""
    random, moment = Random(seed), now()
    cases = {county: await submitted(house, county=county, name="林示例") for county in (COUNTY, *others)}
    departments = {code: matter.department for code, matter in house.catalogue.matters.items()}
    async with house.db.unit() as unit:
        outage = Exemption(county=None, department=None, began_at=moment, ended_at=moment, reason="示例", by="cli:x", at=moment)
        unit.session.add(outage)
        await unit.session.flush()
        for number, case in enumerate(cases.values()):
            for back in range(count):
                for matter, (days, late) in WORK.items():
                    for _ in range(random.randint(each // 2, each)):
                        received = moment - timedelta(days=30 * back + random.randint(0, 25), hours=random.randint(1, 9))
                        task = _task(random, case, departments[matter], matter, received, days, late * (1 + number % 4))
                        if task.done_at and task.due_at and task.done_at > task.due_at and random.random() < 0.15:
                            task.exemption_id = outage.id
                        unit.session.add(task)
        _voices(unit.session, random, cases, count, moment)
        rows = [_given_up(county, moment) for county in (COUNTY, *others[:2])]
        unit.session.add_all(rows)
        await unit.session.flush()
        unit.session.add_all(OutboxAttempt(outbox_id=row.id, at=moment, error=STATION) for row in rows)
        await unit.commit()
        stuck = rows[0].id
    for month in figures.choices()[: count + 1]:
        await figures.count(house, month)
    return Months(cases[COUNTY], stuck)


def _task(random: Random, case: Application, department: str, matter: str, received: datetime, days: int, late: float) -> Task:
    due = received + timedelta(days=days)
    took = timedelta(days=days * random.uniform(1.1, 2.5)) if random.random() < late else timedelta(days=days) * random.random()
    done = received + took if received + took < now() else None
    return Task(
        id=new_id("t"),
        application_id=case.id,
        county=case.county,
        matter=matter,
        catalogue_edition=case.catalogue_edition,
        department=department,
        state=(DECLINED if random.random() < 0.02 else DONE) if done else RECEIVED,
        state_since=done or received,
        dispatched_at=received,
        received_at=received,
        clock_started_at=received,
        due_at=due,
        done_at=done,
        ended_month=f"{local(done):%Y-%m}" if done else None,
        worked_minutes=int(took.total_seconds() // 180) if done else None,
    )


def _voices(session: AsyncSession, random: Random, cases: dict[str, Application], count: int, moment: datetime) -> None:
    """One answer for each county (a case is rated once), and problems in every month."""
    for number, (county, case) in enumerate(cases.items()):
        at = moment - timedelta(days=30 * (number % count))
        score = random.choice((5, 5, 4, 3, 1, None))
        words = WORDS[2] if county == COUNTY else WORDS[number % len(WORDS)]
        session.add_all(
            [
                Satisfaction(
                    application_id=case.id,
                    county=county,
                    month=f"{local(at):%Y-%m}",
                    asked_at=at,
                    score=5 if county == COUNTY else score,
                    words=words if score or county == COUNTY else None,
                    answered_at=at if score or county == COUNTY else None,
                    changes=0,
                )
            ]
        )
        for back in range(count):
            asked = moment - timedelta(days=30 * back, hours=random.randint(1, 90))
            answered = asked + timedelta(hours=5) if back or number % 2 else None
            kind = COMPLAINT if random.random() < 0.3 else URGE
            session.add_all(
                [
                    CaseRequest(
                        id=new_id("q"),
                        application_id=case.id,
                        kind=kind,
                        county=county,
                        department="police",
                        words="都过了两天了，能快一点吗？" if kind == URGE else "派出所让我跑了三趟",
                        asked_at=asked,
                        answer="已联系派出所，明天上午办好。" if answered else None,
                        answered_by="staff:example" if answered else None,
                        answered_at=answered,
                    )
                ]
            )


def _given_up(county: str, moment: datetime) -> OutboxRow:
    return OutboxRow(
        topic="task.push",
        key=new_id("e"),
        payload={},
        state=STUCK,
        attempts=37,
        available_at=moment,
        created_at=moment - timedelta(days=3),
        county=county,
    )

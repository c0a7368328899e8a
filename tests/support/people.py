"""Veterans and their cases, made up and visibly so, for tests of what follows the interview."""

from __future__ import annotations

import itertools
import json
import secrets
from datetime import datetime
from typing import Any

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from backend.applications import service as applications
from backend.applications.model import Application
from backend.clock import now
from backend.conversations import service as hub
from backend.departments import repository as departments
from backend.departments import signing
from backend.departments.model import DepartmentUnit, Task
from backend.departments.results import receive_result
from backend.departments.seed import seed_examples
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE

COUNTY = "350102"
ALL_MATTERS = (
    "report_in",
    "training_survey",
    "local_subsidy",
    "household_restoration",
    "pension_enrolment",
    "pension_transfer",
    "annuity_transfer",
    "medical_enrolment",
    "medical_transfer",
    "social_card",
    "party_league",
)
CLERK = "cli:tester"
_numbers = itertools.count(secrets.randbelow(400))


def id_number() -> str:
    """A valid identity number that no other call gave."""
    stem = f"350102{1990 + next(_numbers) % 15}0{1 + next(_numbers) % 9}1{next(_numbers) % 10}{1 + next(_numbers) % 999:03d}"
    return stem + str(mod_11_2.calc_check_digit(stem))


def bank_card(stem: str = "622200000000000000") -> str:
    """A number of 19 digits that passes Luhn and is nobody's."""
    return stem + str(luhn.calc_check_digit(stem))


def mobile() -> str:
    """A mobile number."""
    return f"138{secrets.randbelow(10**8):08d}"


def answers(**changes: Any) -> dict[str, Any]:
    """Everything a conscript who wants all eleven matters has to say."""
    own = mobile()
    return {
        "consent": True,
        "consent_sensitive": True,
        "discharge_month": f"{now():%Y}-01",
        "county": COUNTY,
        "soldier_kind": "conscript",
        "self_employed": True,
        "handed_over": True,
        "local_household": True,
        "political_status": "party_and_league",
        "matters": list(ALL_MATTERS),
        "medical_kind": "flexible",
        "papers_lacking": [],
        "name": "林小明",
        "id_number": id_number(),
        "enlist_month": "2020-09",
        "enlist_place": "福建省福州市鼓楼区",
        "certificate_number": "退字第2026001号",
        "education": "bachelor",
        "current_place": "福州市鼓楼区",
        "home_address": "福州市鼓楼区示例街道示例路1号",
        "mobile": own,
        "bank_card": bank_card(),
        "card_bank": "icbc",
        "new_id_card": True,
        "booklet_delivery": "collect",
        "card_delivery": "mail",
        "card_address": "福州市鼓楼区示例街道示例路1号",
        "card_recipient": "林小明",
        "card_mobile": own,
        "party_organisation": "county",
        "league_organisation": "county",
        **changes,
    }


async def conversation(house: House) -> str:
    """A conversation on the web page; returns its id."""
    async with house.db.unit() as unit:
        opened = await hub.open_conversation(unit, "web", secrets.token_hex(32), SOURCE_LANGUAGE)
        await unit.commit()
    return opened.id


async def submitted(house: House, **changes: Any) -> Application:
    """An application that was filed in a conversation of its own."""
    filed = await applications.submit(
        house, f"d_{secrets.token_hex(8)}", await conversation(house), answers(**changes), SOURCE_LANGUAGE
    )
    return filed.application


async def accepted(house: House, **changes: Any) -> Application:
    """An application whose pre-review passed."""
    application = await submitted(house, **changes)
    await applications.record_archive(house, application.number, CLERK)
    return await applications.accept(house, application.number, CLERK)


async def in_progress(house: House, lacking: tuple[int, ...] = (), **changes: Any) -> Application:
    """An application whose matters are with the (example) departments."""
    application = await accepted(house, **changes)
    await seed_examples(house)
    return await applications.intake(house, application.number, CLERK, lacking)


async def tasks_of(house: House, application: Application) -> dict[str, Task]:
    """The tasks by matter; those of party_league by `party` and `league`."""
    async with house.db.reading() as session:
        return {task.path or task.matter: task for task in await departments.tasks_of(session, application.id)}


async def unit_of(house: House, task: Task) -> DepartmentUnit:
    """The unit that a task was given to."""
    async with house.db.reading() as session:
        unit = await departments.unit_by_id(session, task.unit_id or "")
    assert unit is not None
    return unit


def report(task: Task, result: str, at: datetime | None = None, **more: Any) -> str:
    """The JSON of a report."""
    return json.dumps({"task": task.id, "result": result, "at": (at or now()).isoformat(), **more}, ensure_ascii=False)


async def send(
    house: House, task: Task, result: str, at: datetime | None = None, event_id: str | None = None, **more: Any
) -> tuple[int, dict[str, Any]]:
    """Report a result as the task's unit does, signed. Returns status and answer."""
    unit = await unit_of(house, task)
    body = report(task, result, at, **more)
    headers = signing.sign([unit.secret], event_id or f"evt_{secrets.token_hex(8)}", body)
    return await receive_result(house, unit.id, headers, body.encode())


async def said(house: House, application: Application) -> list[str]:
    """Everything that was said in the application's conversation."""
    async with house.db.reading() as session:
        return [message.body["text"] for message in await hub.transcript(session, application.conversation_id)]

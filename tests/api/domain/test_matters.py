"""The eleven matters: who does each, its limit, when its clock starts, and to whom it is open (notice 一, 三, 四)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
import time_machine

from tests.support.county import ALL_PAPERS, County
from tests.support.limits import at
from tests.support.people import in_progress, submitted
from tests.support.staff import Desk, token

pytestmark = pytest.mark.asyncio(loop_scope="package")

#: A Monday. What is received then is due at noon of the n-th working day after. # notice 四(八)
MONDAY_10 = at("2026-11-23 10:00")
TUESDAY_16 = at("2026-11-24 16:00")
NOON = {1: "2026-11-24T12:00:00+08:00", 3: "2026-11-26T12:00:00+08:00"}
#: Received after noon on Tuesday: as if before eight on Wednesday, to the close of business of the n-th day.
CLOSE = {1: "2026-11-25T18:00:00+08:00", 5: "2026-12-01T18:00:00+08:00"}


@dataclass(frozen=True)
class Row:
    """A line of the table. `start`: the event that starts the clock; what is reported before it starts none."""

    matter: str
    department: str
    days: int | None
    start: str
    due: str | None
    path: str | None = None

    @property
    def id(self) -> str:
        return f"{self.matter}-{self.path or self.start}-{self.department}"


PUSHED = [
    Row("household_restoration", "police", 1, "push", NOON[1]),  # notice 四(三)
    Row("pension_enrolment", "human_resources", 1, "push", NOON[1]),  # notice 四(四)
    Row("medical_enrolment", "medical_insurance", 1, "push", NOON[1]),  # notice 四(五)
    Row("medical_transfer", "medical_insurance", 1, "push", NOON[1]),  # notice 四(五)
    # The bank was chosen before the application could be filed: the push is the later of the two. # notice 四(六)
    Row("social_card", "social_card_service", 3, "bank_chosen", NOON[3]),
]
AWAITED = [
    Row("local_subsidy", "veterans_affairs", None, "funds_arrived", None),  # notice 四(二)
    Row("pension_transfer", "human_resources", 5, "funds_verified", CLOSE[5]),  # notice 四(四)
    Row("annuity_transfer", "human_resources", 5, "funds_verified", CLOSE[5]),  # notice 四(四)
    Row("party_league", "party_organisation", 1, "approved", CLOSE[1], "party"),  # notice 四(七)
    Row("party_league", "league_committee", 1, "approved", CLOSE[1], "league"),  # notice 四(七)
]
AT_WINDOW = [
    Row("report_in", "veterans_affairs", 1, "originals", NOON[1]),  # notice 四(一)
    Row("training_survey", "veterans_affairs", 1, "originals", NOON[1]),  # notice 四(一)
]
AWAITED_AS = {"funds_arrived": "waiting_funds", "funds_verified": "waiting_funds", "approved": "waiting_approval"}


def travel(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


async def the_catalogue_says_so(county: County, row: Row) -> None:
    matter = county.house.catalogue.matters[row.matter]
    department = matter.paths[row.path].department if row.path else matter.department
    assert (department, matter.limit_days, matter.clock_start) == (row.department, row.days, row.start)


@pytest.mark.parametrize("row", PUSHED, ids=lambda row: row.id)
async def test_a_matter_whose_clock_starts_with_the_push(county: County, row: Row) -> None:
    await the_catalogue_says_so(county, row)
    with travel(MONDAY_10):
        application = await in_progress(county.house)
        task = await county.task(application, row.path or row.matter)
        assert (task.department, task.state, task.due_at) == (row.department, "dispatched", None)
        await county.reported(task, "received")
    line = await county.line(application, row.matter)
    assert (line["state"], line["due_at"], line["provisional"]) == ("received", row.due, False)


@pytest.mark.parametrize("row", AWAITED, ids=lambda row: row.id)
async def test_a_matter_whose_clock_starts_with_what_is_waited_for(county: County, row: Row) -> None:
    await the_catalogue_says_so(county, row)
    with travel(MONDAY_10):
        application = await in_progress(county.house)
        task = await county.task(application, row.path or row.matter)
        assert task.department == row.department
        await county.reported(task, "received")
    line = await county.line(application, row.matter, row.path)
    # The push is no start: the wait is shown as what it is. # domain.md, the clock
    assert (line["state"], line["due_at"]) == (AWAITED_AS[row.start], None)
    with travel(TUESDAY_16):
        await county.reported(task, "approved" if row.start == "approved" else "funds_verified")
    line = await county.line(application, row.matter, row.path)
    assert (line["state"], line["due_at"]) == ("received", row.due)


@pytest.mark.parametrize("row", AT_WINDOW, ids=lambda row: row.id)
async def test_a_matter_that_the_window_does_itself(county: County, row: Row) -> None:
    await the_catalogue_says_so(county, row)
    application = await submitted(county.house)
    await county.accept(application.number)
    version = (await county.case(application.number))["version"]
    with travel(MONDAY_10):
        # Somebody who signs in on that day: a session does not last over days.
        bearer = await token(county.house, "window")
        then = Desk(county.url, bearer)
        answer = await then.post(f"/api/cases/{application.number}/originals", version=version)
        await then.close()
    assert answer.status_code == 200, answer.text
    line = await county.line(application, row.matter)
    assert (line["state"], line["due_at"]) == ("received", row.due)
    done = await county.do(application.number, "check-in", copied=list(ALL_PAPERS), identity="id_card")
    assert next(each["state"] for each in done["lines"] if each["matter"] == row.matter) == "done"

"""The county's work on a case over real HTTP: every command of the state picture (notice 三, 四)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.applications import service as applications
from backend.applications.endpoints import blueprint
from backend.applications.model import Application
from backend.departments.seed import seed_examples
from backend.house import House
from backend.security import repository as accesses
from tests.support.people import COUNTY, in_progress, mobile, said, submitted
from tests.support.staff import Desk, desk, served

OTHER_COUNTY = "350582"
ALL_PAPERS = [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13]


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window", "reviewer") as someone:
        yield someone


async def case(clerk: Desk, number: str) -> dict[str, Any]:
    answer = await clerk.get(f"/api/cases/{number}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["case"]
    return found


async def do(clerk: Desk, number: str, command: str, **body: object) -> dict[str, Any]:
    """One command on the newest version; returns the case afterwards."""
    version = (await case(clerk, number))["version"]
    answer = await clerk.post(f"/api/cases/{number}/{command}", version=version, **body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["case"]
    return found


async def test_a_case_goes_from_submission_to_the_departments(house: House, clerk: Desk) -> None:
    await seed_examples(house)
    number = (await submitted(house)).number
    await do(clerk, number, "archive")
    assert (await do(clerk, number, "review", outcome="accept"))["state"] == "accepted"
    received = await do(clerk, number, "originals")
    assert received["state"] == "receiving"
    report_in = next(line for line in received["lines"] if line["matter"] == "report_in")
    assert report_in["due_at"]
    done = await do(clerk, number, "check-in", lacking=[8], copied=[n for n in ALL_PAPERS if n != 8], identity="id_card")
    assert done["state"] == "in_progress"
    assert done["intake"]["identity"] == "id_card" and 8 not in done["intake"]["handed_in"]
    states = {line["matter"]: line["state"] for line in done["lines"]}
    # The papers of 三(七) hold the two transfers, and nothing else.
    assert {matter for matter, state in states.items() if state == "waiting_papers"} == {"pension_transfer", "annuity_transfer"}
    brought = await do(clerk, number, "papers", brought=[8])
    assert brought["intake"]["copied"] == ALL_PAPERS
    assert not [line for line in brought["lines"] if line["state"] == "waiting_papers"]


async def test_each_look_at_a_case_is_on_record_and_one_that_was_refused_is_none(house: House, address: str) -> None:
    number = (await submitted(house)).number
    async with desk(house, address, "auditor") as auditor, desk(house, address, "window", county=OTHER_COUNTY) as stranger:
        name = (await auditor.get("/api/staff/me")).json()["staff"]["username"]
        await case(auditor, number)
        await case(auditor, number)
        assert (await stranger.get(f"/api/cases/{number}")).status_code == 404
    async with house.db.reading() as session:
        looks = await accesses.of_case(session, number)
    assert [(look.actor, look.what) for look in looks] == [(f"staff:{name}", "case")] * 2


async def test_papers_that_were_not_copied_stop_the_check_in(house: House, clerk: Desk) -> None:
    number = await accepted_and_received(house, clerk)
    version = (await case(clerk, number))["version"]
    copied = [n for n in ALL_PAPERS if n != 9]
    answer = await clerk.post(f"/api/cases/{number}/check-in", version=version, copied=copied, identity="id_card")
    assert (answer.status_code, answer.json()["error"], answer.json()["missing"]) == (400, "not_copied", [9])
    assert (await case(clerk, number))["state"] == "receiving"


async def test_without_an_identity_card_the_certificate_proves_who_it_is(house: House, clerk: Desk) -> None:
    number = await accepted_and_received(house, clerk)
    copied = [n for n in ALL_PAPERS if n != 4]
    version = (await case(clerk, number))["version"]
    refused = await clerk.post(f"/api/cases/{number}/check-in", version=version, lacking=[4], copied=copied, identity="id_card")
    assert (refused.status_code, refused.json()["error"]) == (400, "no_identity_card")
    done = await do(clerk, number, "check-in", lacking=[4], copied=copied, identity="discharge_certificate")
    states = {line["matter"]: line["state"] for line in done["lines"]}
    # Reporting in and the household go on, the others wait for the card. # notice 二(二)4, our reading
    assert states["report_in"] == "done" and states["household_restoration"] != "waiting_papers"
    assert {states[matter] for matter in ("social_card", "pension_enrolment", "medical_transfer")} == {"waiting_papers"}


async def accepted_and_received(house: House, clerk: Desk) -> str:
    await seed_examples(house)
    number = (await submitted(house)).number
    await do(clerk, number, "archive")
    await do(clerk, number, "review", outcome="accept")
    await do(clerk, number, "originals")
    return number


async def test_corrections_are_asked_for_and_a_rejection_says_why(house: House, clerk: Desk) -> None:
    number = (await submitted(house)).number
    points = [{"name": "mobile", "reason": "少一位"}, {"name": "3", "reason": "看不清"}]
    asked = await do(clerk, number, "review", outcome="correct", points=points)
    assert asked["state"] == "correction_requested"
    assert [(point["kind"], point["name"]) for point in asked["corrections"]] == [("field", "mobile"), ("material", "3")]
    other = (await submitted(house)).number
    assert (await do(clerk, other, "review", outcome="reject", reason="不是今年退役"))["state"] == "rejected"


async def test_originals_that_differ_go_back_to_the_veteran(house: House, clerk: Desk) -> None:
    number = await accepted_and_received(house, clerk)
    asked = await do(clerk, number, "differences", points=[{"name": "1", "reason": "证号和电子材料不同"}])
    assert asked["state"] == "correction_requested"
    assert next(line for line in asked["lines"] if line["matter"] == "report_in")["due_at"] is None


async def test_a_decision_on_an_old_version_is_refused_and_changes_nothing(house: House, clerk: Desk) -> None:
    number = (await submitted(house)).number
    version = (await case(clerk, number))["version"]
    await do(clerk, number, "archive")
    late = await clerk.post(f"/api/cases/{number}/review", version=version, outcome="accept")
    assert (late.status_code, late.json()["error"]) == (409, "stale")
    assert (await case(clerk, number))["state"] == "submitted"


async def test_what_is_not_allowed_is_refused_with_what_is(house: House, clerk: Desk) -> None:
    number = (await submitted(house)).number
    version = (await case(clerk, number))["version"]
    answer = await clerk.post(f"/api/cases/{number}/check-in", version=version, copied=ALL_PAPERS, identity="id_card")
    assert answer.status_code == 409
    assert answer.json()["allowed"] == (await case(clerk, number))["allowed"]


async def test_another_countys_case_is_not_there(house: House, address: str) -> None:
    number = (await submitted(house)).number
    async with desk(house, address, "window", "reviewer", county=OTHER_COUNTY) as stranger:
        assert (await stranger.get(f"/api/cases/{number}")).status_code == 404
        assert (await stranger.get("/api/cases")).json()["cases"] == []
        for command in ("archive", "originals"):
            assert (await stranger.post(f"/api/cases/{number}/{command}", version=1)).status_code == 404


async def test_a_transfer_takes_the_case_with_its_history_to_the_other_county(house: House, address: str, clerk: Desk) -> None:
    number = (await submitted(house)).number
    version = (await case(clerk, number))["version"]
    body = {"county": OTHER_COUNTY, "reason": "落户在晋江"}
    assert (await clerk.post(f"/api/cases/{number}/county", version=version, **body)).status_code == 200
    assert (await clerk.get(f"/api/cases/{number}")).status_code == 404
    async with desk(house, address, "reviewer", county=OTHER_COUNTY) as theirs:
        commands = [event["command"] for event in (await case(theirs, number))["events"]]
    assert commands == ["submit", "transfer"]


async def test_matters_change_until_check_in(house: House, clerk: Desk) -> None:
    number = (await submitted(house)).number
    fewer = ["report_in", "household_restoration"]
    assert (await do(clerk, number, "matters", matters=fewer))["matters"] == fewer
    gone = await in_progress(house)
    answer = await clerk.post(f"/api/cases/{gone.number}/matters", version=gone.version, matters=fewer)
    assert answer.status_code == 409


async def test_a_new_mobile_after_proof_is_where_everything_goes(house: House, clerk: Desk) -> None:
    application = await submitted(house)
    new = mobile()
    changed = await do(clerk, application.number, "mobile", mobile=new, proof="id_card")
    assert changed["answers"]["mobile"] == changed["answers"]["card_mobile"] == f"{new[:3]}****{new[-4:]}"
    assert new not in str(changed)
    async with house.db.reading() as session:
        assert await applications.latest_for_mobile(session, house, application.answers["mobile"]) is None
        found = await applications.latest_for_mobile(session, house, new)
    assert found is not None and found.number == application.number


@pytest.mark.parametrize("value", ["12345", "", "abc"])
async def test_a_mobile_that_is_none_is_refused(house: House, clerk: Desk, value: str) -> None:
    application = await submitted(house)
    body = {"version": application.version, "mobile": value, "proof": "id_card"}
    answer = await clerk.post(f"/api/cases/{application.number}/mobile", **body)
    assert answer.status_code == 400


async def test_the_window_withdraws_for_the_veteran_and_the_chat_says_so(house: House, clerk: Desk) -> None:
    application = await submitted(house)
    assert (await do(clerk, application.number, "withdrawal", reason="本人要求"))["state"] == "withdrawn"
    assert any("撤回" in line for line in await said(house, application))


async def test_cases_are_found_by_number_name_and_the_numbers_of_a_person(house: House, clerk: Desk) -> None:
    wanted = await submitted(house, name="陈归来")
    await submitted(house)
    looked_for = {
        "number": wanted.number,
        "name": "陈归来",
        "id_number": wanted.answers["id_number"],
        "mobile": wanted.answers["mobile"],
    }
    for name, value in looked_for.items():
        found = (await clerk.post("/api/cases/search", **{name: value})).json()["cases"]
        assert [each["number"] for each in found] == [wanted.number], name
    assert wanted.answers["id_number"] not in (await clerk.get("/api/cases")).text


@pytest.mark.parametrize("personal", ["name", "id_number", "mobile"])
async def test_what_tells_who_somebody_is_is_refused_in_an_address(clerk: Desk, personal: str) -> None:
    answer = await clerk.get("/api/cases", **{personal: "示例"})
    assert (answer.status_code, answer.json()["error"]) == (400, "personal_in_address")
    assert (await clerk.post("/api/cases/search", **{personal: "示例"})).json() == {"cases": [], "next": None}


async def test_a_search_by_a_person_is_narrowed_and_paged_as_the_list_is(house: House, address: str, clerk: Desk) -> None:
    made = [await submitted(house, name="陈归来") for _ in range(3)]
    first = (await clerk.post("/api/cases/search", name="陈归来", state="submitted", limit=2)).json()
    rest = (await clerk.post("/api/cases/search", name="陈归来", limit=2, before=first["next"])).json()
    assert [each["number"] for each in first["cases"] + rest["cases"]] == [each.number for each in reversed(made)]
    assert (await clerk.post("/api/cases/search", name="陈归来", state="accepted")).json()["cases"] == []
    async with desk(house, address, "window", county=OTHER_COUNTY) as stranger:
        assert (await stranger.post("/api/cases/search", name="陈归来")).json()["cases"] == []
    for body in ({"limit": 101}, {"who": "示例"}, {"name": ["示例"]}):
        assert (await clerk.post("/api/cases/search", **body)).status_code == 400


async def test_a_state_that_is_none_is_refused_with_those_there_are(clerk: Desk) -> None:
    for answer in (await clerk.get("/api/cases", state="示例"), await clerk.post("/api/cases/search", state="示例")):
        assert (answer.status_code, answer.json()["error"]) == (400, "unknown_state")
        assert "accepted" in answer.json()["allowed"]


async def test_papers_that_nobody_lacks_are_refused_and_not_noted_as_taken(house: House, clerk: Desk) -> None:
    # notice 三(二): what is brought later is what was lacking
    await seed_examples(house)
    application = await in_progress(house, (8,))
    before = await case(clerk, application.number)
    answer = await clerk.post(f"/api/cases/{application.number}/papers", version=before["version"], brought=[8, 9])
    assert (answer.status_code, answer.json()["error"]) == (409, "not_lacking")
    assert (answer.json()["materials"], answer.json()["lacking"]) == ([9], [8])
    assert await case(clerk, application.number) == before


async def test_a_list_comes_in_pages_the_newest_first(house: House, clerk: Desk) -> None:
    made: list[Application] = [await submitted(house) for _ in range(5)]
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await clerk.get("/api/cases", limit="2", **({"before": after} if after else {}))).json()
        seen += [each["number"] for each in page["cases"]]
        after = page["next"]
    assert seen == [each.number for each in reversed(made)]
    assert (await clerk.get("/api/cases", before="yesterday")).status_code == 400


async def test_a_body_that_does_not_fit_is_refused_with_the_reason(house: House, clerk: Desk) -> None:
    number = (await submitted(house)).number
    for command, body in (
        ("review", {"version": 1, "outcome": "perhaps"}),
        ("review", {"version": 1, "outcome": "reject"}),
        ("archive", {"version": 1, "county": COUNTY}),
        ("archive", {}),
    ):
        answer = await clerk.http.post(f"/api/cases/{number}/{command}", json=body)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid"), command
        assert answer.json()["reasons"]

"""The outside systems of the demonstration, over real HTTP and signed both ways (domain.md, Outside systems)."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from sanic import Request, raw
from sanic.response import HTTPResponse
from stdnum.iso7064 import mod_11_2

from backend.applications import service as applications
from backend.departments import signing
from backend.edge.application import new_app
from backend.edge.serving import serve
from backend.house import House
from backend.outbox.service import DeliveryFailed
from backend.systems import push
from backend.systems.links import set_link
from backend.systems.registry import PROVINCE, SYSTEMS
from backend.systems.seed import seed_links
from backend.systems.simulator import NOT_FOUND_ORDER, is_found
from tests.support.outside import deliver_until, exchanges_of, link_of, simulated
from tests.support.people import CLERK, accepted, id_number, said, tasks_of

STEM = f"35010219990110{NOT_FOUND_ORDER}"
NOT_IN_THE_DATABASE = STEM + mod_11_2.calc_check_digit(STEM)


async def test_a_case_with_all_matters_ends_and_every_system_had_its_part(house: House, tmp_path: Path) -> None:
    async with simulated(house, tmp_path):
        application = await accepted(house)
        await applications.intake(house, application.number, CLERK)

        async def completed() -> bool:
            async with house.db.reading() as session:
                found = await applications.by_number(session, CLERK, application.number)
            sent = [each for system in SYSTEMS for each in await exchanges_of(house, system)]
            return found.state == "completed" and all(each.state != "waiting" for each in sent)

        await deliver_until(house, completed)
    tasks = await tasks_of(house, application)
    assert {task.state for task in tasks.values()} == {"done"}
    async with house.db.reading() as session:
        found = await applications.by_number(session, CLERK, application.number)
    # notice 三(一): filed in the province's hall, and its number kept
    assert found.hall_number == f"示例{application.number}"
    # notice 三: every result, also those of the window itself, goes to the online system
    results = {
        (each.body["path"] or each.body["matter"], each.body["result"]) for each in await exchanges_of(house, "online_system")
    }
    assert {(name, "done") for name in tasks} <= results
    assert ("social_card", "mailed") in results and ("social_card", "delivered") in results
    # notice 三(九): the bank that the veteran chose has the order
    (order,) = await exchanges_of(house, "bank")
    assert (order.body["bank"], order.state, order.body["task"]) == ("icbc", "answered", tasks["social_card"].id)
    # notice 五: the post has the card, and the veteran its number
    (mailing,) = await exchanges_of(house, "post")
    assert mailing.body["product"] == "card" and mailing.answer is not None
    texts = await said(house, application)
    assert any(mailing.answer["tracking_number"] in text for text in texts)
    # notice 三(十): one by file to 党员e家, one to 智慧团建
    (party,) = await exchanges_of(house, "party_members")
    assert party.state == "to_file"
    (league,) = await exchanges_of(house, "league")
    assert league.state == "answered"
    assert ("league", "waiting_veteran") in results
    async with house.db.reading() as session:
        history = await applications.history(session, application)
    assert "league_confirmed" in {event.command for event in history}


async def test_who_is_not_in_the_population_database_is_moved_offline(house: House, tmp_path: Path) -> None:
    async with simulated(house, tmp_path):
        application = await accepted(house, matters=["report_in", "household_restoration"], id_number=NOT_IN_THE_DATABASE)
        await applications.intake(house, application.number, CLERK)

        async def moved() -> bool:
            return (await tasks_of(house, application))["household_restoration"].state == "moved_offline"

        await deliver_until(house, moved)
    # notice 三(五)
    assert any("线下" in text for text in await said(house, application))


def test_nobody_real_is_missing_from_the_demonstrations_population_database() -> None:
    assert is_found(id_number(), "林小明")
    assert not is_found(NOT_IN_THE_DATABASE, "林小明")


@pytest.mark.parametrize(
    ("why", "status", "body", "answers"),
    [
        ("did not sign", 200, '{"found": true}', None),
        ("answered another message", 200, '{"found": true}', "e_0"),
        ("in another form", 200, '{"found": "perhaps"}', "e_1"),
        ("in another form", 200, "", "e_1"),
        ("answered 503", 503, '{"found": true}', "e_1"),
    ],
)
async def test_an_answer_that_cannot_be_trusted_is_an_attempt_that_failed(
    house: House, why: str, status: int, body: str, answers: str | None
) -> None:
    system = new_app(f"system-{secrets.token_hex(4)}")

    @system.post("/")
    async def answer(_request: Request) -> HTTPResponse:
        return raw(body, status=status, headers=signing.sign([link.secret], answers, body) if answers else {})

    async with serve(system) as url:
        link = await set_link(house, "population", PROVINCE, "http", f"{url}/")
        with pytest.raises(DeliveryFailed, match=why):
            await push.ask(house, link, "e_1", {"task": "t_1"})


async def test_the_simulator_refuses_what_is_unsigned_foreign_or_not_simulated(house: House, tmp_path: Path) -> None:
    async with simulated(house, tmp_path):
        link = await link_of(house, "hall")
        body = json.dumps({"message": "hall"})
        assert (await house.http.post(link.endpoint or "", content=body)).status_code == 401
        foreign = signing.sign([signing.new_secret()], "e_1", body)
        assert (await house.http.post(link.endpoint or "", content=body, headers=foreign)).status_code == 401
        await set_link(house, "hall", PROVINCE, "http", link.endpoint)
        own = signing.sign([link.secret], "e_1", body)
        assert (await house.http.post(link.endpoint or "", content=body, headers=own)).status_code == 401


async def test_seeding_twice_adds_nothing_and_leaves_a_real_link_alone(house: House) -> None:
    counties = len(house.catalogue.windows)
    assert await seed_links(house) == 5 + 4 * counties
    await set_link(house, "hall", PROVINCE, "off")
    assert await seed_links(house) == 0
    assert (await link_of(house, "hall")).kind == "off"

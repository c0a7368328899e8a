"""The units of a department in one county: areas, the default, one that is retired (notice 三(五), our reading)."""

from __future__ import annotations

import pytest

from backend.applications.model import Application
from backend.departments import repository, service
from backend.departments.model import DepartmentUnit, Task
from backend.departments.seed import EXAMPLE_AREA, seed_examples
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.locale.text import render
from tests.support.people import CLERK, COUNTY, in_progress, said, send, tasks_of, unit_of

POLICE, MATTER = "police", "household_restoration"
HERE = "福州市鼓楼区示例东街道示例路1号"


async def default_of(house: House, county: str = COUNTY) -> DepartmentUnit:
    async with house.db.reading() as session:
        found = await repository.unit_of(session, county, POLICE)
    assert found is not None
    return found


async def restored(house: House, address: str) -> tuple[Application, Task]:
    """A case whose veteran settles at the address, and its task at the police."""
    case = await in_progress(house, matters=["report_in", MATTER], home_address=address)
    return case, (await tasks_of(house, case))[MATTER]


async def test_the_police_station_follows_from_the_settlement_address(house: House) -> None:
    await seed_examples(house)
    east = await service.add_unit(house, COUNTY, POLICE, "示例·东街道派出所", areas=["示例东街道"])
    _, task = await restored(house, HERE)
    assert task.unit_id == east.id
    _, task = await restored(house, f"福州市鼓楼区{EXAMPLE_AREA}示例路1号")
    assert (await unit_of(house, task)).areas == [EXAMPLE_AREA]
    _, task = await restored(house, "福州市鼓楼区示例西街道示例路1号")
    assert task.unit_id == (await default_of(house)).id


async def test_the_station_of_the_address_is_the_one_that_papers_and_notices_name(house: House) -> None:
    await seed_examples(house)
    await service.add_unit(house, COUNTY, POLICE, "示例·东街道派出所", areas=["示例东街道"])
    here, task = await restored(house, HERE)
    elsewhere, other = await restored(house, "福州市鼓楼区示例西街道示例路1号")
    window = house.catalogue.window_of(COUNTY)
    assert window is not None
    for case, its, station in ((here, task, "示例·东街道派出所"), (elsewhere, other, render(window.police_station))):
        await send(house, its, "moved_offline")
        assert any(f"请到{station}问" in line for line in await said(house, case))
        async with house.db.reading() as session:
            assert (await service.police_station(session, house, case) or render(window.police_station)) == station


async def test_other_departments_have_their_one_unit_whatever_the_address(house: House) -> None:
    await seed_examples(house)
    await service.add_unit(house, COUNTY, POLICE, "示例·东街道派出所", areas=["示例东街道"])
    case = await in_progress(house, home_address=HERE)
    tasks = await tasks_of(house, case)
    for matter in set(tasks) - {MATTER}:
        assert (await unit_of(house, tasks[matter])).is_default


async def test_where_two_areas_are_named_the_longest_name_counts(house: House) -> None:
    await seed_examples(house)
    await service.add_unit(house, COUNTY, POLICE, "示例·东街道派出所", areas=["示例东街道"])
    village = await service.add_unit(house, COUNTY, POLICE, "示例·警务站", areas=["示例东街道示例社区村"])
    _, task = await restored(house, "福州市鼓楼区示例东街道示例社区村1号")
    assert task.unit_id == village.id


async def test_areas_that_are_changed_count_from_the_next_dispatch_on(house: House) -> None:
    await seed_examples(house)
    east = await service.add_unit(house, COUNTY, POLICE, "示例·东街道派出所", areas=["示例东街道"])
    assert await service.set_areas(house, east.id, [" 示例西街道", "示例西街道", "示例乡"]) == ["示例西街道", "示例乡"]
    _, task = await restored(house, HERE)
    assert task.unit_id == (await default_of(house)).id
    _, task = await restored(house, "鼓楼区示例乡1号")
    assert task.unit_id == east.id


async def test_a_unit_that_is_retired_gets_nothing_new_and_still_reports(house: House) -> None:
    await seed_examples(house)
    east = await service.add_unit(house, COUNTY, POLICE, "示例·东街道派出所", areas=["示例东街道"])
    _, lying = await restored(house, HERE)
    await service.retire(house, east.id)
    _, task = await restored(house, HERE)
    assert task.unit_id == (await default_of(house)).id
    assert (await send(house, lying, "done"))[1]["applied"] is True
    for change in (service.retire(house, east.id), service.set_areas(house, east.id, []), service.make_default(house, east.id)):
        with pytest.raises(Conflict, match="已经撤了"):
            await change
    # Its area is free for another.
    await service.add_unit(house, COUNTY, POLICE, "示例·新派出所", areas=["示例东街道"])


async def test_the_default_is_retired_only_after_another_has_taken_its_place(house: House) -> None:
    await seed_examples(house)
    east = await service.add_unit(house, COUNTY, POLICE, "示例·东街道派出所", areas=["示例东街道"])
    before = await default_of(house)
    with pytest.raises(Conflict) as refused:
        await service.retire(house, before.id)
    assert refused.value.code == "default_unit"
    await service.make_default(house, east.id)
    await service.retire(house, before.id)
    _, task = await restored(house, "福州市鼓楼区示例西街道示例路1号")
    assert task.unit_id == east.id


async def test_a_returned_task_goes_to_another_station(house: House) -> None:
    await seed_examples(house)
    east = await service.add_unit(house, COUNTY, POLICE, "示例·东街道派出所", areas=["示例东街道"])
    _, task = await restored(house, "福州市鼓楼区示例西街道示例路1号")
    await send(house, task, "returned", reason="归示例东街道派出所管")
    elsewhere = await default_of(house, "350582")
    for wrong in (elsewhere.id, "u_unknown", ""):
        with pytest.raises(NotFound) as refused:
            await service.redirect(house, task.id, CLERK, unit_id=wrong)
        assert refused.value.code == "no_unit" and east.id in str(refused.value)
    sent = await service.redirect(house, task.id, CLERK, unit_id=east.id)
    assert (sent.unit_id, sent.department, sent.state) == (east.id, POLICE, "received")


@pytest.mark.parametrize("area", ["示例", "示例镇1号", "", "鼓楼区"])
async def test_what_is_no_area_is_refused(house: House, area: str) -> None:
    await seed_examples(house)
    unit = await default_of(house)
    with pytest.raises(GuituError) as refused:
        await service.set_areas(house, unit.id, ["示例东街道", area])
    assert refused.value.code == "areas"
    assert (await default_of(house)).areas == []


async def test_an_area_belongs_to_one_unit(house: House) -> None:
    await seed_examples(house)
    with pytest.raises(Conflict) as refused:
        await service.add_unit(house, COUNTY, POLICE, "示例·二所", areas=[EXAMPLE_AREA])
    assert refused.value.code == "area_taken"
    with pytest.raises(Conflict) as refused:
        await service.add_unit(house, COUNTY, POLICE, "示例·二所")
    assert refused.value.code == "unit_exists"
    # In another county the same name is another place.
    assert await service.set_areas(house, (await default_of(house, "350582")).id, ["示例东街道"])
    assert await service.set_areas(house, (await default_of(house)).id, ["示例东街道"])

"""A case keeps the rules that it began with, whatever the data files say later; what begins later goes by the new ones."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.applications import service as applications
from backend.applications import views
from backend.catalogue.load import DATA, edition_of, load_catalogue
from backend.clock import now
from backend.departments.payload import task_payload
from backend.departments.seed import seed_examples
from backend.editions import current, repository
from backend.errors import TryAgain
from backend.house import House, open_house
from backend.locale.text import render
from backend.settings import Settings
from tests.support.people import CLERK, accepted, send, submitted, tasks_of, unit_of
from tests.support.turns import Person

MATTERS = ["report_in", "pension_enrolment", "social_card"]


def change(data: Path, file: str, entry: str, old: str, new: str) -> None:
    """Change one line below an entry of a rule file."""
    source = (data / file).read_text("utf-8")
    begin = source.index(f"\n  {entry}:")
    place = source.index(old, begin)
    (data / file).write_text(source[:place] + new + source[place + len(old) :], "utf-8")


@pytest.fixture(autouse=True)
def looking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of a test begin and file within the same second."""
    monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", 0.0)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The catalogue after a reform: a card takes 7 days and needs no photograph, and pensions went to another department."""
    copy = tmp_path / "reform"
    shutil.copytree(DATA, copy)
    change(copy, "matters.yml", "social_card", "limit_days: 3", "limit_days: 7")
    change(copy, "matters.yml", "pension_enrolment", "department: human_resources", "department: medical_insurance")
    change(copy, "materials.yml", '"12"', "used_by: [report_in, social_card]", "used_by: [report_in]")
    change(copy, "materials.yml", '"12"', "blocks: [social_card]", "blocks: []")
    change(copy, "materials.yml", '"12"', "kept_for: [report_in, social_card]", "kept_for: [report_in]")
    return copy


@pytest.fixture
async def reformed(settings: Settings, data: Path) -> AsyncIterator[House]:
    """A process that was started after the reform, on the same database."""
    opened = open_house(replace(settings, catalogue_dir=data))
    await seed_examples(opened)
    yield opened
    await opened.close()


async def test_a_case_of_before_keeps_limit_department_and_papers(house: House, reformed: House) -> None:
    before = await accepted(house, matters=MATTERS)
    after = await accepted(reformed, matters=MATTERS)
    assert before.catalogue_edition == edition_of(DATA) != after.catalogue_edition
    held = {}
    for case in (before, after):
        # Without a photograph (material 12).
        await applications.intake(reformed, case.number, CLERK, (12,))
        held[case.id] = await tasks_of(reformed, case)
    assert (held[before.id]["social_card"].state, held[after.id]["social_card"].state) == ("waiting_papers", "dispatched")
    old, new = held[before.id]["pension_enrolment"], held[after.id]["pension_enrolment"]
    assert (old.department, new.department) == ("human_resources", "medical_insurance")
    await applications.bring_papers(reformed, before.number, CLERK, [12])
    days = {}
    for case in (before, after):
        task = (await tasks_of(reformed, case))["social_card"]
        days[case.id] = task_payload(reformed, case, task, await unit_of(reformed, task))["limit_working_days"]
    assert days == {before.id: 3, after.id: 7}


async def test_the_limit_of_a_task_is_counted_by_the_rules_of_its_case(house: House, reformed: House) -> None:
    ends = []
    for begun_in in (house, reformed):
        case = await accepted(begun_in, matters=MATTERS)
        await applications.intake(reformed, case.number, CLERK)
        await send(reformed, (await tasks_of(reformed, case))["social_card"], "received")
        ends.append((await tasks_of(reformed, case))["social_card"].due_at)
    assert None not in ends and ends[0] < ends[1]


async def test_the_county_and_the_veteran_see_the_papers_of_the_cases_own_rules(house: House, reformed: House) -> None:
    for begun_in, uses in ((house, ["report_in", "social_card"]), (reformed, ["report_in"])):
        case = await submitted(begun_in)
        async with reformed.db.reading() as session:
            seen = await views.case(session, reformed, case)
        [photograph] = [paper for paper in seen["papers"] if paper["number"] == 12]
        assert photograph["matters"] == uses


async def test_a_correction_in_the_chat_goes_by_the_rules_of_the_case(house: House, reformed: House) -> None:
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    filed = await person.application()
    await applications.request_correction(house, filed.number, CLERK, [("name", "与档案不一致")])
    later = Person(reformed, conversation=person.conversation)
    await later.say("继续", "resume")
    await later.say("林大明")
    await later.press("review=submit")
    corrected = await later.application()
    assert (corrected.state, corrected.answers["name"]) == ("submitted", "林大明")
    assert corrected.catalogue_edition == edition_of(DATA)


async def test_a_matter_that_was_taken_out_of_the_data_goes_on_to_its_end(
    settings: Settings, house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "with_more"
    shutil.copytree(DATA, copy)
    matters = (copy / "matters.yml").read_text("utf-8")
    model = re.search(r"\n  medical_transfer:\n(.*?)(?=\n  \w+:\n)", matters, re.S)
    assert model is not None
    added = re.sub(r"number: \d+", "number: 12", model[1]).replace("医保关系转移接续", "示例事项")
    (copy / "matters.yml").write_text(f"{matters.rstrip()}\n  example_matter:\n{added.rstrip()}\n", "utf-8")
    once = open_house(replace(settings, catalogue_dir=copy))
    try:
        case = await accepted(once, matters=["report_in", "example_matter"])
        await house.editions.read()
        await seed_examples(house)
        await applications.intake(house, case.number, CLERK)
        for result in ("received", "done"):
            await send(house, (await tasks_of(house, case))["example_matter"], result)
        async with house.db.reading() as session:
            view = await applications.progress(session, house, case)
        assert [(line.matter.code, line.state) for line in view.lines][1] == ("example_matter", "done")
        assert "示例事项" in render(house.editions.matters["example_matter"].name)
    finally:
        await once.close()


async def test_a_case_under_rules_of_the_last_second_is_put_off_and_known_at_the_next_look(
    house: House, settings: Settings, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seed_examples(house)
    monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", float("inf"))
    reformed = open_house(replace(settings, catalogue_dir=data))
    try:
        case = await accepted(reformed, matters=MATTERS)
    finally:
        await reformed.close()
    with pytest.raises(TryAgain):
        await applications.intake(house, case.number, CLERK)
    # Having met it, the process looks at once, however lately it did.
    assert (await applications.intake(house, case.number, CLERK)).state == "in_progress"


async def test_an_edition_is_kept_once_however_many_processes_start(house: House, settings: Settings) -> None:
    second = open_house(settings)
    try:
        for each in (house, second, house):
            async with each.db.unit() as unit:
                kept = await repository.ids(unit.session)
        assert list(kept) == [house.catalogue.edition]
    finally:
        await second.close()


async def test_old_rules_that_todays_questions_no_longer_fit_go_with_the_questions_of_then(
    house: House, settings: Settings, tmp_path: Path
) -> None:
    case = await accepted(house, matters=MATTERS)
    copy = tmp_path / "fewer_questions"
    shutil.copytree(DATA, copy)
    change(copy, "matters.yml", "social_card", "asks: [card_bank]", "asks: [bank_of_card]")
    change(copy, "matters.yml", "social_card", "tells: [card_bank,", "tells: [bank_of_card,")
    for name in ("interview.yml", "faq.yml"):
        text = (copy / name).read_text("utf-8")
        (copy / name).write_text(re.sub(r"\bcard_bank\b(?!\.)", "bank_of_card", text), "utf-8")
    later = open_house(replace(settings, catalogue_dir=copy))
    try:
        await later.editions.read()
        old = later.catalogue_of(case)
        assert (old.edition, old.matters["social_card"].asks) == (edition_of(DATA), ("card_bank",))
        assert later.catalogue.matters["social_card"].asks == ("bank_of_card",)
    finally:
        await later.close()


async def test_rules_that_are_not_kept_stop_no_case(house: House) -> None:
    case = await accepted(house, matters=MATTERS)
    case.catalogue_edition = "lost"
    with pytest.raises(TryAgain):
        house.catalogue_of(case)
    await house.editions.refresh()
    assert house.catalogue_of(case) is house.catalogue


async def test_rules_that_can_no_longer_be_read_stop_no_case(house: House) -> None:
    case = await accepted(house, matters=MATTERS)
    async with house.db.unit() as unit:
        unit.session.add(current.CatalogueEdition(id="spoilt", files={"matters.yml": "matters: 1"}, kept_at=now()))
        await unit.commit()
    await house.editions.read()
    case.catalogue_edition = "spoilt"
    assert house.catalogue_of(case) is house.catalogue


def test_words_alone_make_no_new_edition_and_a_limit_does(data: Path) -> None:
    windows = data / "windows.yml"
    windows.write_text(windows.read_text("utf-8") + "\n", "utf-8")
    reform = edition_of(data)
    assert load_catalogue(data).edition == reform
    change(data, "matters.yml", "social_card", "limit_days: 7", "limit_days: 8")
    assert edition_of(data) != reform


def test_the_rules_of_one_edition_go_with_the_texts_of_the_other(data: Path) -> None:
    windows = data / "windows.yml"
    windows.write_text(windows.read_text("utf-8") + "\n", "utf-8")
    mixed = load_catalogue(data, rules=DATA)
    assert mixed.matters["social_card"].limit_days == 3
    assert mixed.edition == load_catalogue(DATA).edition
    assert len({mixed.version, load_catalogue(DATA).version, load_catalogue(data).version}) == 3

"""What CONTRIBUTING.md promises of questions, matters, papers and notices: they are added in the data alone, and go all the way."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from backend.applications import service as applications
from backend.applications.validation import check_answers
from backend.catalogue.load import DATA, CatalogueError, load_catalogue
from backend.clock import today
from backend.departments.payload import task_payload
from backend.departments.seed import seed_examples
from backend.departments.simulator.scripts import reports
from backend.documents.contents import content_of
from backend.documents.examples import examples
from backend.documents.rules import PAPERS
from backend.errors import GuituError
from backend.house import House, open_house
from backend.interview.display import show_value
from backend.interview.questions import ScriptError, load_script
from backend.interview.reading.fields import read_field
from backend.locale.text import render
from backend.rehearsal.people import plan
from backend.settings import Settings
from tests.support.people import CLERK, answers, said, send, tasks_of, unit_of
from tests.support.turns import Person

WORDINGS = "    ask: 示例问题？\n    ask_again: 再问一次示例问题？\n    explain: 示例说明。\n    example: 回“示例”。\n"
LICENCE = f"""  has_licence:
    step: situation
    label: 驾驶证
    kind: yes_no
    asked: always
{WORDINGS}    choices:
      - {{value: "yes", label: 有驾驶证, said: 有驾驶证}}
      - {{value: "no", label: 没有驾驶证, said: 没有驾驶证}}
"""
SKILL = f"""  skill:
    step: matters
    label: 技能类别
    kind: choice
{WORDINGS}    choices:
      - {{value: driving, label: 驾驶, said: 驾驶, words: [开车]}}
      - {{value: cooking, label: 烹饪, said: 烹饪}}
"""
GUARANTOR = f"""  guarantor:
    step: person
    label: 联系人姓名
    kind: text
    check: name
    asked: self_employed
{WORDINGS}"""
REMARK = f"""  remark:
    step: delivery
    label: 备注
    kind: text
    optional: true
    asked: always
{WORDINGS}"""
MATTER = """  skill_register:
    number: 12
    name: 技能人才登记（示例）
    short: 技能登记
    aliases: [技能人才]
    department: skill_office
    limit_days: 2
    clock_start: push
    section: 本县
    limit_section: 本县
    open_to: anyone
    recommended: always
    why: 示例理由。
    what_it_is: 示例说明。
    after: 示例后续。
    holder: 技能办（示例）
    asks: [skill]
    tells: [skill, has_licence]
"""
PAPER = """  "14":
    name: 技能证书（示例）
    short: 技能证书
    aliases: [技能证]
    original: true
    condition: matters
    used_by: [skill_register]
    blocks: [skill_register]
    issuer: 示例机构
    why: 示例理由。
    why_lacking: 示例说明。
    in_pre_review: false
    group: have
    section: 本县
"""
NOTICE = """  done_skill_register:
    kind: result
    version: 1
    params: [window, surname]
    chat: 技能登记办好了（示例）。
    sms: 【{window}】{surname}同志：技能登记已办好（示例）。
"""


def add(data: Path, file: str, entry: str, before: str | None = None) -> None:
    """An entry at the end of a file, or before another entry."""
    path = data / file
    source = path.read_text("utf-8")
    if before is not None:
        assert f"\n  {before}:\n" in source
        path.write_text(source.replace(f"\n  {before}:\n", f"\n{entry}  {before}:\n", 1), "utf-8")
    else:
        path.write_text(source.rstrip("\n") + "\n" + entry, "utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The catalogue of a county that added four questions, a matter, its paper, its department and its notice."""
    copy = tmp_path / "county"
    shutil.copytree(DATA, copy)
    add(copy, "interview.yml", LICENCE, before="political_status")
    add(copy, "interview.yml", SKILL, before="medical_kind")
    add(copy, "interview.yml", GUARANTOR, before="home_address")
    add(copy, "interview.yml", REMARK, before="review")
    add(copy, "departments.yml", "  skill_office: {name: 技能办（示例）, short: 技能办, aliases: [技能办]}\n")
    add(copy, "matters.yml", MATTER)
    add(copy, "materials.yml", PAPER)
    add(copy, "notices.yml", NOTICE)
    return copy


@pytest.fixture
async def county(settings: Settings, data: Path) -> AsyncIterator[House]:
    """A house with that catalogue."""
    opened = open_house(replace(settings, catalogue_dir=data))
    yield opened
    await opened.close()


async def test_what_a_county_adds_goes_from_the_interview_to_the_result(county: House) -> None:
    person = Person(county)
    await person.fill(matters=["report_in", "skill_register"])
    assert "示例问题" in await person.press("review=submit")  # not before everything is answered
    await person.say("有的", "affirm")  # has_licence
    await person.say("我会开车")  # skill, by one of its other words
    await person.say("林小红")  # guarantor
    await person.say("跳过", "skip")  # remark
    assert "核对" in (review := await person.say("继续", "resume")), review
    card = person.last.replies[-1]["card"]
    shown = {row["title"]: row["detail"] for row in card["rows"]}
    assert "⑫技能登记" in shown["办理事项"]
    assert (shown["驾驶证"], shown["技能类别"], shown["联系人姓名"]) == ("有驾驶证", "驾驶", "林**")
    await person.say("改技能类别", "correct")
    await person.say("烹饪")
    assert "TY-3501-26-" in await person.press("review=submit")

    filed = await person.application()
    assert filed.matters == ["report_in", "skill_register"]
    kept = {name: filed.answers.get(name) for name in ("has_licence", "skill", "guarantor", "remark")}
    assert kept == {"has_licence": True, "skill": "cooking", "guarantor": "林小红", "remark": None}

    await seed_examples(county)
    await applications.record_archive(county, filed.number, CLERK)
    await applications.accept(county, filed.number, CLERK)
    case = await applications.intake(county, filed.number, CLERK, (14,))
    task = (await tasks_of(county, case))["skill_register"]
    assert task.state == "waiting_papers"
    await applications.bring_papers(county, filed.number, CLERK, [14])
    task = (await tasks_of(county, case))["skill_register"]
    assert (task.state, task.department) == ("dispatched", "skill_office")

    async with county.db.reading() as session:
        case = await applications.by_number(session, CLERK, filed.number)
    push = task_payload(county, case, task, await unit_of(county, task))
    assert set(push["applicant"]) == {"name", "id_number", "mobile", "skill", "has_licence"}
    assert push["limit_working_days"] == 2 and 14 in push["materials"]

    await send(county, task, "received")
    progress = await person.say("进度", "progress", "progress")
    assert "技能登记" in progress + str(person.last.replies)
    for report in reports(push)[1:]:
        assert (await send(county, task, **report))[0] == 200
    assert any("技能登记办好了（示例）" in text for text in await said(county, case))
    async with county.db.reading() as session:
        assert (await applications.by_number(session, CLERK, filed.number)).state == "completed"


def test_every_paper_is_filled_with_what_a_county_added(data: Path) -> None:
    catalogue = load_catalogue(data)
    for case in examples(catalogue, "350102"):
        for name in PAPERS:
            content_of(catalogue, name, case)
    full = examples(catalogue, "350102")[0]
    assert [each["number"] for each in content_of(catalogue, "joint_form", full)["matters"]][-1] == "12"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("has_licence", "有", "应为是或不是"),
        ("skill", "flying", "没有“flying”这一项"),
        ("guarantor", "John", "中文姓名"),
        ("skill", None, "还没有填"),
    ],
)
def test_a_wrong_answer_to_an_added_question_is_not_filed(data: Path, name: str, value: object, said: str) -> None:
    catalogue = load_catalogue(data)
    added = {"has_licence": True, "skill": "driving", "guarantor": "林小红"}
    given = answers(**added, matters=["report_in", "skill_register"])
    assert check_answers(catalogue, given, today())["skill"] == "driving"
    with pytest.raises(GuituError) as refused:
        check_answers(catalogue, given | {name: value}, today())
    assert list(refused.value.details["fields"]) == [name] and said in refused.value.details["fields"][name]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("has_licence", "没有驾驶证", False),
        ("has_licence", "嗯", True),
        ("has_licence", "不知道", None),
        ("skill", "不是开车，是烹饪", "cooking"),
        ("skill", "什么意思", None),
        ("remark", "周末联系", "周末联系"),
        ("remark", "这要写什么？", None),
    ],
)
def test_an_answer_without_a_reader_of_its_own_is_read_by_its_kind(data: Path, field: str, text: str, value: object) -> None:
    catalogue = load_catalogue(data)
    assert read_field(field, text, catalogue, today(), {}).value == value


def test_numbers_beyond_the_circled_ones_are_plain(data: Path) -> None:
    add(data, "matters.yml", MATTER.replace("skill_register", "other").replace("number: 12", "number: 21"))
    catalogue = load_catalogue(data)
    shown = show_value(load_script(catalogue.questions), catalogue, "matters", ["skill_register", "other"])
    assert render(shown) == "⑫技能登记、21 技能登记"


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("number: 12", "number: 11", "number 11 is that of party_league in the notice"),
        ("  skill_register:", "  SkillRegister:", "expected a code of at most 32 small letters"),
        ("clock_start: push", "clock_start: originals", "originals is for what is done at check-in"),
        ("asks: [skill]", "asks: [skil]", "asks: 'skil' has no question in interview.yml"),
        ("tells: [skill, has_licence]", "tells: [unit]", "tells: 'unit' has no question in interview.yml"),
        ("    asks: [skill]\n", "", "question skill: nobody is asked it"),
        ("limit_days: 2", "limit_days: 2\n    product: card", "product card is delivered by social_card already"),
    ],
)
def test_a_mistake_in_what_a_county_adds_is_named_at_the_start(data: Path, old: str, new: str, wrong: str) -> None:
    path = data / "matters.yml"
    source = path.read_text("utf-8")
    ours = source.index("  skill_register:")
    path.write_text(source[:ours] + source[ours:].replace(old, new), "utf-8")
    if "SkillRegister" in new:
        (data / "materials.yml").write_text((DATA / "materials.yml").read_text("utf-8"), "utf-8")
    with pytest.raises(CatalogueError, match=r"\.yml:\d+: ") as error:
        load_catalogue(data)
    assert wrong in str(error.value)


def test_two_matters_do_not_share_a_number(data: Path) -> None:
    add(data, "matters.yml", MATTER.replace("skill_register", "other"))
    with pytest.raises(CatalogueError, match="number 12 is that of skill_register already"):
        load_catalogue(data)


async def test_a_check_that_there_is_not_stops_the_start(settings: Settings, data: Path) -> None:
    path = data / "interview.yml"
    path.write_text(path.read_text("utf-8").replace("check: name", "check: nam", 1), "utf-8")
    with pytest.raises(ScriptError, match="question name has check 'nam'; expected one of name, mobile"):
        open_house(replace(settings, catalogue_dir=data))


def test_a_rehearsed_season_answers_what_a_county_added(data: Path) -> None:
    catalogue, random = load_catalogue(data), Random(7)
    for number in range(60):
        check_answers(catalogue, plan(catalogue, number, ("350102",), today(), random).answers, today())

"""Papers that are filled and printed, the copies that are kept, and the roster's columns (notice 三, 附表)."""

from __future__ import annotations

import io
from typing import Any

import msoffcrypto
import openpyxl
import pytest

from backend.applications.model import Application
from tests.support.county import ALL_PAPERS, County
from tests.support.pdf import text
from tests.support.people import COUNTY, id_number, in_progress, submitted

pytestmark = pytest.mark.asyncio(loop_scope="package")

#: name → official title, a matter without which a case does not have it, where the notice speaks of it.
PAPERS: dict[str, tuple[str, str | None]] = {
    "joint_form": ("“士兵退役一件事”联合办理登记表", None),  # 三(一)
    "household_register": ("常住人口登记表", "household_restoration"),  # 三(五)
    "household_letter": ("户籍介绍信", "household_restoration"),  # 三(五)
    "pension_declaration": ("灵活就业人员养老保险申报表", "pension_enrolment"),  # 三(六)
    "training_survey": ("福建省退役军人教育培训问卷调查", "training_survey"),  # 三(三)
    "receipt": ("材料原件收存回执", None),  # 三(二)
    "checklist": ("材料清单", None),  # 二(二)
    "correction_note": ("更正告知单", None),  # 三(二)
}


async def printed(county: County, application: Application, name: str) -> str:
    answer = await (await county.clerk()).get(f"/api/cases/{application.number}/documents/{name}.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return text(answer.content)


@pytest.mark.parametrize("name", PAPERS, ids=PAPERS)
async def test_a_paper_is_filled_and_printed_and_its_printing_on_record(county: County, name: str) -> None:
    title, matter = PAPERS[name]
    if name == "correction_note":
        application = await submitted(county.house)
        points = [{"name": "1", "reason": "看不清"}]
        await county.do(application.number, "review", outcome="correct", points=points)
    else:
        application = await in_progress(county.house)
    read = await printed(county, application, name)
    assert title in read
    assert read.startswith("样式")  # the notice gives no layouts: ours say that they are a sample
    assert application.answers["name"] in read
    assert (await county.commands(application))[-1] == "print"
    if matter is not None:
        other = await submitted(county.house, matters=["report_in", "social_card"])
        clerk = await county.clerk()
        refused = await clerk.get(f"/api/cases/{other.number}/documents/{name}.pdf")
        assert (refused.status_code, refused.json()["error"]) == (409, "not_applicable")


async def test_the_receipt_says_what_was_taken_given_back_and_what_stays(county: County) -> None:  # notice 三(二)
    application = await submitted(county.house)
    await county.through_intake(application, lacking=(8,))
    read = await printed(county, application, "receipt")
    assert "收到的材料（共11样）" in read and "军人退役基本养老保险关系接续信息表" in read
    # The letter of introduction stays for reporting in, the identity card is given back at once. # our reading of 三(二)
    assert "2退出现役行政介绍信退役报到" in read and "4申请人身份证6户主身份证" in read


async def test_the_office_keeps_a_paper_copy_of_everything_handed_in(county: County) -> None:  # notice 三(二)
    application = await submitted(county.house)
    await county.accept(application.number)
    await county.do(application.number, "originals")
    body: dict[str, Any] = {"copied": [number for number in ALL_PAPERS if number != 9], "identity": "id_card"}
    refused = await county.ask(application.number, "check-in", **body)
    assert (refused.status_code, refused.json()["error"], refused.json()["missing"]) == (400, "not_copied", [9])
    done = await county.do(application.number, "check-in", **{**body, "copied": list(ALL_PAPERS)})
    assert done["intake"]["copied"] == done["intake"]["handed_in"] == list(ALL_PAPERS)


# --- the roster (notice 附表) -----------------------------------------------------------------------------------------------

#: The columns in their order, with what stands there of this person.
ROSTER = {
    "序号": "1",
    "姓名": "陈归来",
    "性别": "男",
    "公民身份号码": None,
    "入伍时间": "2018.09",
    "入伍所在省市县": "福建省福州市鼓楼区",
    "文化程度": "本科",
    "政治面貌": "中共党员",
    "服现役大单位": "陆军",
    "服现役旅营级单位": "第示例旅示例营",
    "退出现役证号": "退字第2026001号",
    "退役时间": None,
    "退役安置地所属省份": "福建",
    "现所在市县": "福州市鼓楼区",
    "家庭住址": "福州市鼓楼区示例街道示例路1号",
    "联系方式": None,
}


async def roster(county: County) -> tuple[Application, list[tuple[Any, ...]]]:
    identity = id_number()
    while int(identity[16]) % 2 == 0:
        identity = id_number()
    application = await in_progress(
        county.house, name="陈归来", id_number=identity, enlist_month="2018-09", political_status="party", matters=["report_in"]
    )
    clerk = await county.clerk()
    units = {"large": "陆军", "brigade": "第示例旅示例营"}
    version = (await county.case(application.number))["version"]
    assert (await clerk.post(f"/api/roster/{application.number}/units", version=version, **units)).status_code == 204
    made = (await clerk.post("/api/roster/exports", county=COUNTY)).json()
    file = await clerk.get(f"/api/roster/exports/{made['export']['id']}/file")
    locked, plain = msoffcrypto.OfficeFile(io.BytesIO(file.content)), io.BytesIO()
    locked.load_key(password=made["password"], verify_password=True)
    locked.decrypt(plain)
    sheet = openpyxl.load_workbook(plain).active
    assert sheet is not None
    handed = await clerk.post(f"/api/roster/exports/{made['export']['id']}/handed-over", to="示例武装部", way="in_person")
    assert handed.json()["export"]["handed_over"]["by"].startswith("staff:")
    return application, list(sheet.iter_rows(values_only=True))


async def test_the_roster_has_exactly_its_columns_in_their_order(county: County) -> None:
    application, (head, row) = await roster(county)
    assert head == tuple(ROSTER)
    given = application.answers
    own = {
        "公民身份号码": given["id_number"],
        "退役时间": given["discharge_month"].replace("-", "."),
        "联系方式": given["mobile"],
    }
    assert dict(zip(head, row, strict=True)) == {name: value or own[name] for name, value in ROSTER.items()}
    # The two columns of units are shown to nobody but the window. # domain.md, the roster
    assert "第示例旅" not in str(await county.case(application.number))
    for role in ("reviewer", "officer", "county_supervisor", "armed_forces"):
        assert (await (await county.desk(role)).get(f"/api/roster/{application.number}/units")).status_code == 403


async def test_a_units_designation_typed_in_the_chat_is_not_kept(county: County) -> None:
    chat = await county.chat()
    await chat.fill(id_number=id_number())
    assert "没有保存" in await chat.say("我在31军示例旅二营当过兵", "inform")
    assert "31军" not in str(await chat.answers())

"""The roster's columns and what stands in them (notice 附表). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.catalogue.counties import PROVINCE
from backend.catalogue.entries import Catalogue
from backend.interview.checks import check_id_number, sex_of
from backend.locale.text import render

#: In exactly this order. # notice 附表
COLUMNS = (
    "序号",
    "姓名",
    "性别",
    "公民身份号码",
    "入伍时间",
    "入伍所在省市县",
    "文化程度",
    "政治面貌",
    "服现役大单位",
    "服现役旅营级单位",
    "退出现役证号",
    "退役时间",
    "退役安置地所属省份",
    "现所在市县",
    "家庭住址",
    "联系方式",
)
SEXES = {"male": "男", "female": "女"}
POLITICAL = {
    "party": "中共党员",
    "probationary": "中共预备党员",
    "league": "共青团员",
    "party_and_league": "中共党员、共青团员",
    "none": "群众",
}
#: Ways a file goes, and ways its password goes: never the same. # notice 三(二): 按信息保密要求
WAYS = {"in_person": "当面交接", "confidential_post": "机要邮寄", "internal_network": "政务内网", "phone": "电话"}
FILE_WAYS = ("in_person", "confidential_post", "internal_network")
PASSWORD_WAYS = tuple(WAYS)


@dataclass(frozen=True)
class Units:
    """The two columns that the window types from the certificate: 服现役大单位, 服现役旅营级单位."""

    large: str
    brigade: str


def month(value: Any) -> str:
    """2018.09 for "2018-09"; a year alone stays one."""
    return str(value or "").replace("-", ".")


def problem_of(answers: Mapping[str, Any]) -> str | None:
    """What keeps a person out of the roster, in words; None when their row is good. # notice 附表"""
    checked = check_id_number(str(answers.get("id_number") or ""))
    return render(checked.problem) if checked.problem is not None else None


def row_of(catalogue: Catalogue, number: int, answers: Mapping[str, Any], units: Units) -> tuple[str, ...]:
    """One row, every cell as text. Raises ValueError for an identity number that is none: such a row is never written."""
    problem = problem_of(answers)
    if problem is not None:
        raise ValueError(problem)
    education = catalogue.education.get(str(answers.get("education")))
    return (
        str(number),
        str(answers["name"]),
        SEXES[sex_of(str(answers["id_number"]))],
        str(answers["id_number"]),
        month(answers.get("enlist_month")),
        str(answers.get("enlist_place") or ""),
        render(education.name) if education else "",
        POLITICAL.get(str(answers.get("political_status")), ""),
        units.large,
        units.brigade,
        str(answers.get("certificate_number") or ""),
        month(answers.get("discharge_month")),
        PROVINCE.removesuffix("省"),
        str(answers.get("current_place") or ""),
        str(answers.get("home_address") or ""),
        str(answers.get("mobile") or ""),
    )

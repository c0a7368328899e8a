"""Reading a county's list, and what an application says otherwise than the list. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.interview.checks import check_id_number, check_mobile, check_name
from backend.locale.text import render

SOLDIER_KINDS = {"义务兵": "conscript", "军士": "sergeant", "士官": "sergeant"}
YES_OR_NO = {"是": True, "否": False, "不是": False}
_MONTH = re.compile(r"(20\d\d)[.\-/年](\d{1,2})(?:[.\-/月].*)?")
_DAY = re.compile(r"(20\d\d)[.\-/年](\d{1,2})[.\-/月](\d{1,2})日?")
UNREADABLE = {
    "discharge_month": "退役时间“{text}”看不懂，请写成 2026.09",
    "soldier_kind": "士兵类别“{text}”看不懂，请写义务兵或者军士",
    "self_employed": "自主就业“{text}”看不懂，请写是或者否",
}
#: What is compared with the application.
COMPARED = ("name", "discharge_month", "soldier_kind", "self_employed")


@dataclass(frozen=True)
class Listed:
    """One row of the list, checked. `archive_received_on` is None while the archive is awaited."""

    facts: dict[str, Any]
    archive_received_on: date | None


def read_row(cells: Mapping[str, str], today: date) -> tuple[Listed | None, list[str]]:
    """A row (keys name, id_number, discharge_month, soldier_kind, self_employed, mobile, archive) or what is wrong with it."""
    wrong: list[str] = []
    facts: dict[str, Any] = {}
    for key, check in (
        ("name", check_name),
        ("id_number", lambda text: check_id_number(text, today)),
        ("mobile", check_mobile),
    ):
        if cells.get(key):
            found = check(cells[key])
            if found.problem is not None:
                wrong.append(render(found.problem))
            else:
                facts[key] = found.value
    for key, read in (("discharge_month", _month), ("soldier_kind", SOLDIER_KINDS.get), ("self_employed", YES_OR_NO.get)):
        if text := cells.get(key):
            value = read(text)
            if value is None:
                wrong.append(UNREADABLE[key].format(text=text))
            else:
                facts[key] = value
    received = None
    if day := cells.get("archive"):
        received = _day(day)
        if received is None or received > today:
            wrong.append(f"档案收到日期“{day}”不对，请写成 2026-09-15 这样的日期，不晚于今天")
    return (None, wrong) if wrong else (Listed(facts, received), [])


def differences(facts: Mapping[str, Any], answers: Mapping[str, Any]) -> list[str]:
    """Fields in which an application says otherwise than the list; what the list does not say is no difference."""
    return [name for name in COMPARED if facts.get(name) is not None and facts[name] != answers.get(name)]


def _month(text: str) -> str | None:
    found = _MONTH.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02d}" if found and 1 <= int(found[2]) <= 12 else None


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None

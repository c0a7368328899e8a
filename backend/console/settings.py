"""How the service is set up: the way to each part of it, for administrators; supervisors find their county's parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sanic.response import HTTPResponse

from backend.administration.model import AdministrationEvent
from backend.console import words
from backend.console.desk import Desk
from backend.console.routes import page
from backend.errors import GuituError
from backend.locale.text import T, Text

HOME = "/console/settings"
ADMINISTRATOR = ("administrator",)
#: Whoever looks after a county's own parts.
KEEPERS = ("administrator", "county_supervisor")


@dataclass(frozen=True)
class Part:
    """One part, where it is, and what is done there."""

    path: str
    title: Text
    about: Text
    roles: tuple[str, ...] = ADMINISTRATOR


PARTS = (
    Part("units", T("部门单位"), T("哪个单位办哪个部门的事，任务推送到哪里，签名用的密钥。")),
    Part("windows", T("窗口、办公时间和停办公"), T("综合窗口的地址、电话、开门时间，几点下班，哪天不办公。"), KEEPERS),
    Part("notices", T("通知文字"), T("退役士兵会读到什么：先看样子再换，随时能换回以前的。")),
    Part("calendar", T("放假安排"), T("已经公布的年份，哪些日子是暂定的；公布了新的一年就在这里换上。")),
    Part("banks", T("合作银行"), T("办社会保障卡可以选的银行。")),
    Part("simulators", T("模拟器"), T("演示时由程序扮演的部门和外部系统，一个县一个县地开关。")),
    Part("health", T("运行情况"), T("数据库、投递、机器人、短信、微信、外部系统，现在好不好。")),
    Part("replies", T("常用语"), T("窗口接待时一点就能填进去的话，各县可以有自己的。"), KEEPERS),
)


def parts_of(desk: Desk) -> list[Part]:
    """The parts that are open to whoever is there."""
    return [part for part in PARTS if set(part.roles) & set(desk.staff.roles)]


@page("/settings", *KEEPERS)
async def home(desk: Desk) -> HTTPResponse:
    """The way to each part."""
    return desk.page("settings/home.html", parts=parts_of(desk), home=HOME)


def counties_of(desk: Desk) -> list[tuple[str, str]]:
    """Code and name of each county that is theirs, in the catalogue's order."""
    mine = desk.staff.counties
    return [
        (code, desk.say(county.label)) for code, county in desk.house.catalogue.counties.items() if mine is None or code in mine
    ]


def version_seen(desk: Desk) -> int:
    """Which row a form of an entry over the files was decided on; 0 where there was none. Raises GuituError."""
    given = desk.form.one("version")
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        raise GuituError("这一页不完整，请刷新后再试。", code="invalid")
    return int(given)


def changes_of(desk: Desk, event: AdministrationEvent) -> list[tuple[str, str, str]]:
    """What a change on record was from and to: field, before, after, as people read them."""
    data: Mapping[str, Any] = event.data or {}
    return [
        (desk.say(words.named(words.SETTING_FIELDS, name)), _value(pair[0]), _value(pair[1])) for name, pair in data.items()
    ]


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value)) or "—"
    return str(value) if value not in (None, "") else "—"

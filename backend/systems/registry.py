"""The outside systems that the notice names: what each is called, how it can be reached, and what is exchanged. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from backend.systems import schemas

PROVINCE = "350000"
HTTP, FILE, OFF = "http", "file", "off"


@dataclass(frozen=True)
class System:
    """One outside system.

    code, name   ours, and the notice's · section: where the notice speaks of it
    ways         how it can be reached; `off` always is one · per_bank: a bank can have a link of its own
    sends        the message that goes there · answers: what it answers at once · reports: what it tells later, if anything
    """

    code: str
    name: str
    section: str
    ways: tuple[str, ...]
    sends: type[BaseModel] | None = None
    answers: type[BaseModel] = schemas.Accepted
    reports: type[BaseModel] | None = None
    per_bank: bool = False


SYSTEMS: Mapping[str, System] = {
    system.code: system
    for system in (
        System("population", "公安人口信息库", "三（五）", (HTTP,), schemas.PopulationQuery, schemas.PopulationAnswer),
        System(
            "party_members",
            "党员e家",
            "三（十）",
            (FILE, HTTP),
            schemas.PartyTransfer,
            reports=schemas.PartyResult,
        ),
        System("league", "智慧团建", "三（十）", (HTTP, FILE), schemas.LeagueTransfer, reports=schemas.LeagueResult),
        # Nothing is sent to the tax office: the veteran goes there, from a date that is told. The window's `tax_office` in
        # windows.yml says which.
        System("tax", "税务部门", "三（六）", ()),
        System("bank", "社会保障卡合作银行", "三（九）", (HTTP, FILE), schemas.CardOrder, per_bank=True),
        System("post", "邮政寄递", "五", (HTTP, FILE), schemas.MailOrder, schemas.MailAnswer, schemas.MailResult),
        System("efficiency", "省效能办", "四（八）", (FILE,)),
        System("reform", "省审改办", "四（八）", (FILE,)),
        System("online_system", "福建省士兵退役一件事线上办理系统", "三", (HTTP,), schemas.ResultNotice),
        System(
            "hall",
            "福建省网上办事大厅",
            "三（一）",
            (HTTP,),
            schemas.HallFiling,
            schemas.HallAnswer,
            schemas.HallApplication,
        ),
    )
}
#: Told by file, a month at a time, without personal data.
TIMELINESS = ("efficiency", "reform")

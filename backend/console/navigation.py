"""The console's menu: what stands in it, for which roles, in which order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from backend.locale.text import T, Text

#: Who may look at cases.
LOOKERS = ("window", "reviewer", "county_supervisor", "auditor")


@dataclass(frozen=True)
class Entry:
    """One line of the menu. roles: empty for everybody. `current` is set for the page that is shown."""

    path: str
    label: Text
    roles: tuple[str, ...] = ()
    current: bool = False


ENTRIES: Sequence[Entry] = (
    Entry("/console", T("今日")),
    Entry("/console/conversations", T("对话"), ("window", "reviewer", "county_supervisor")),
    Entry("/console/review", T("预审"), ("reviewer",)),
    Entry("/console/intake", T("窗口收件"), ("window",)),
    Entry("/console/appointments", T("预约"), ("window", "reviewer", "county_supervisor")),
    Entry("/console/assist", T("帮忙填写"), ("window",)),
    Entry("/console/inbox", T("部门待办"), ("officer",)),
    Entry("/console/cases", T("申请"), LOOKERS),
    Entry("/console/supervision", T("督办"), ("county_supervisor", "provincial_supervisor", "administrator")),
    Entry("/console/archives", T("档案"), ("window", "reviewer", "county_supervisor")),
    Entry("/console/roster", T("名册"), ("window", "reviewer")),
    Entry("/console/roster/exports", T("名册移交"), ("armed_forces", "auditor")),
    Entry("/console/funds", T("补助资金"), ("finance", "reviewer", "county_supervisor")),
    Entry("/console/accounts", T("账号"), ("administrator",)),
    Entry("/console/audit", T("审计记录"), ("auditor",)),
    Entry("/console/settings", T("管理"), ("administrator", "county_supervisor")),
)


def for_roles(roles: Collection[str], here: str) -> list[Entry]:
    """The menu of somebody with these roles, on this page."""
    open_to = [entry for entry in ENTRIES if roles and (not entry.roles or set(entry.roles) & set(roles))]
    fitting = [entry.path for entry in open_to if here == entry.path or here.startswith(f"{entry.path}/")]
    longest = max(fitting, key=len, default="")
    return [Entry(entry.path, entry.label, entry.roles, entry.path == longest) for entry in open_to]

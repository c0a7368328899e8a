"""Who saw and did what, for auditors: one list over all records, narrowed and paged in the database, each line in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sanic.response import HTTPResponse, raw

from backend.audit import service
from backend.audit.rules import (
    ACCOUNT,
    CALENDAR,
    CASE,
    FILE,
    KINDS,
    LOOK,
    REFUSAL,
    SETTING,
    TALK,
    TEXT,
    Asked,
    Entry,
    read_cursor,
    write_cursor,
)
from backend.audit.service import Found
from backend.clock import SHANGHAI, local
from backend.console import words
from backend.console.accounts import value_of
from backend.console.desk import Desk
from backend.console.paging import Listing
from backend.console.routes import action, page
from backend.console.settings import counties_of
from backend.errors import GuituError
from backend.locale.text import T, Text
from backend.spreadsheets.writing import CONTENT_TYPES, CSV, write
from backend.systems.registry import SYSTEMS

LIST = "/console/audit"
NAMES = ("who", "kind", "case", "county", "since", "until")
HEAD = ("时间", "谁", "账号", "类别", "做了什么", "编号", "县（市、区）", "原因和细节")
KIND_NAMES: Mapping[str, Text] = {
    "look": T("查阅"),
    "refusal": T("被拒绝"),
    "case": T("办件"),
    "talk": T("对话"),
    "account": T("账号"),
    "setting": T("管理"),
    "export": T("导出和打印"),
}
#: The list's own grouping of records → the kind that is shown.
KIND_OF = {LOOK: "look", REFUSAL: "refusal", CASE: "case", ACCOUNT: "account", SETTING: "setting", TEXT: "setting"} | {
    CALENDAR: "setting",
    TALK: "talk",
    FILE: "export",
}
TONES = {
    "look": "busy",
    "refusal": "bad",
    "case": "quiet",
    "account": "wait",
    "setting": "wait",
    "talk": "quiet",
    "export": "wait",
}


@dataclass(frozen=True)
class Line:
    """One entry as it is read."""

    entry: Entry
    who: str
    kind: str
    what: str
    county: str
    details: tuple[str, ...]


@page("/audit", "auditor")
async def listing(desk: Desk) -> HTTPResponse:
    """The newest first. Looking at this list is no look at a case, and leaves none."""
    given = {name: desk.asked(name)[:80] for name in NAMES}
    cursor = desk.asked("after")
    wrong, lines, after = None, list[Line](), None
    try:
        asked = _asked(desk, given, cursor)
        found = await service.page(desk.house, desk.staff.actor, asked)
        lines = [_line(desk, found, each) for each in found.entries]
        after = write_cursor(found.entries[-1]) if len(found.entries) == asked.limit else None
    except GuituError as error:
        wrong = error
    return _page(desk, given, lines, Listing(LIST, given, cursor=cursor or None, after=after), wrong)


@action("/audit/export", "auditor")
async def export(desk: Desk) -> HTTPResponse:
    """All of it as a table; that it was taken is in the list too."""
    given = {name: desk.form.one(name)[:80] for name in NAMES}
    try:
        described = "，".join(f"{name}={value}" for name, value in given.items() if value)
        found = await service.export(desk.house, desk.staff.actor, _asked(desk, given, ""), described)
    except GuituError as error:
        return _page(desk, given, [], Listing(LIST, given), error)
    rows = []
    for each in found.entries:
        line = _line(desk, found, each)
        at = f"{local(each.at):%Y-%m-%d %H:%M:%S}"
        kind = desk.say(KIND_NAMES[line.kind])
        rows.append((at, line.who, each.actor, kind, line.what, each.case_number, line.county, "；".join(line.details)))
    content = write(CSV, "", HEAD, rows)
    name = f"audit-{local(datetime.now(SHANGHAI)):%Y%m%d-%H%M}.csv"
    return raw(content, content_type=CONTENT_TYPES[CSV], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(desk: Desk, given: Mapping[str, str], lines: list[Line], shown: Listing, error: GuituError | None) -> HTTPResponse:
    every = ("", desk.say(T("全部")))
    return desk.page(
        "audit/list.html",
        status=error.status if error is not None else 200,
        lines=lines,
        listing=shown,
        given=given,
        kinds=[every, *((kind, desk.say(name)) for kind, name in KIND_NAMES.items())],
        kind_names=KIND_NAMES,
        tones=TONES,
        counties=[every, *counties_of(desk)],
        narrowed=any(given.values()),
        wrong=str(error) if error is not None else None,
    )


def _asked(desk: Desk, given: Mapping[str, str], cursor: str) -> Asked:
    kind = given["kind"] if given["kind"] in KINDS else None
    county = given["county"] if given["county"] in desk.house.catalogue.counties else None
    until = _day(given["until"])
    return Asked(
        who=given["who"].strip() or None,
        kind=kind,
        case_number=given["case"].strip().upper() or None,
        county=county,
        since=_day(given["since"]),
        until=until + timedelta(days=1) if until else None,
        after=read_cursor(cursor),
    )


def _day(given: str) -> datetime | None:
    if not given:
        return None
    try:
        return datetime.combine(date.fromisoformat(given), time(), SHANGHAI)
    except (ValueError, OverflowError):
        raise GuituError("日期要写成 2026-11-25 这样。", code="bad_day") from None


def _line(desk: Desk, found: Found, entry: Entry) -> Line:
    county = desk.house.catalogue.counties.get(entry.county or "")
    kind = KIND_OF[entry.source]
    return Line(
        entry,
        _who(desk, found, entry.actor),
        kind,
        desk.say(_what(desk, entry)),
        desk.say(county.own_label) if county is not None else "",
        tuple(_details(desk, entry)),
    )


def _who(desk: Desk, found: Found, actor: str) -> str:
    kind, _, name = actor.partition(":")
    if kind == "staff":
        return found.staff.get(name, name)
    if kind == "cli":
        return desk.say(T("在服务器上（{name}）", name=name) if name else T("在服务器上"))
    if kind == "unit":
        unproved = name.endswith("?")
        called = found.units.get(name.rstrip("?"), name.rstrip("?") or "—")
        return desk.say(T("自称{name}，签名不对", name=called)) if unproved else called
    return desk.say(words.actor(actor))


def _what(desk: Desk, entry: Entry) -> Text:
    command = entry.command
    if entry.source == LOOK:
        return words.named(words.LOOKS, command)
    if entry.source == REFUSAL:
        return T("没有让做：{why}", why=words.named(words.REFUSALS, command))
    if entry.source == CASE:
        return words.named(words.COMMANDS, command)
    if entry.source == ACCOUNT:
        return T("{done}：{whom}", done=words.named(words.ACCOUNT_COMMANDS, command), whom=entry.about)
    if entry.source == TALK:
        return T("对话：{done}", done=words.named(words.TALK_COMMANDS, command))
    if entry.source == CALENDAR:
        return Text("{about}", {"about": entry.about})
    if entry.source == FILE:
        system = SYSTEMS.get(entry.about)
        name = system.name if system else entry.about
        return T("导出给{name}的文件", name=name) if command == "file_out" else T("收进{name}的文件", name=name)
    return T("{done}：{whom}", done=words.named(words.SETTING_COMMANDS, command), whom=entry.about)


def _details(desk: Desk, entry: Entry) -> list[str]:
    data: Mapping[str, Any] = entry.data
    found = []
    if entry.source == REFUSAL:
        found.append(entry.about)
    if entry.source == CASE:
        if data.get("to") and data["from"] != data["to"]:
            names = words.TASK_STATES if data.get("task") else words.CASE_STATES
            found.append(desk.say(T("到“{state}”", state=words.named(names, data["to"]))))
        if data.get("fields"):
            labels = desk.house.script.questions
            shown = [desk.say(labels[name].label) if name in labels else name for name in data["fields"]]
            found.append("、".join(shown))
    if entry.source == ACCOUNT and entry.command == "change":
        value = value_of(desk)
        for name, pair in data.items():
            label = desk.say(words.named(words.ACCOUNT_FIELDS, name))
            found.append(f"{label} {value(name, pair[0])} → {value(name, pair[1])}")
    if entry.source == SETTING:
        for name, pair in data.items():
            before = f"{_plain(pair[0])} → " if pair[0] not in (None, []) else ""
            found.append(f"{desk.say(words.named(words.SETTING_FIELDS, name))} {before}{_plain(pair[1])}")
    if entry.source == FILE:
        found.append(desk.say(T("{count}行", count=data["rows"])))
    if data.get("reason"):
        found.append(desk.say(T("原因：{reason}", reason=str(data["reason"]))))
    return found


def _plain(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value) if value is not None else "—"

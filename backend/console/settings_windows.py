"""A county's window (综合窗口) as veterans find it, its close of business that limits end with, and the days on which it is closed."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from sanic.response import HTTPResponse

from backend.administration import texts
from backend.calendars import service as calendars
from backend.catalogue.entries import Window
from backend.catalogue.overlay import ENGLISH, WINDOW_TEXTS, WINDOWS
from backend.clock import today
from backend.console.desk import Desk
from backend.console.routes import action, not_there, page
from backend.console.settings import HOME, KEEPERS, counties_of, version_seen
from backend.errors import Conflict, Forbidden, GuituError
from backend.locale.text import T, source_in
from backend.time_limits.rules import DEFAULT_OFFICE

LIST = f"{HOME}/windows"
PLAIN = ("name", "address", "phone", "sessions", "tax_office", "police_station", "minutes", "places", "days_ahead", "signature")
FIELDS = (*PLAIN, *(f"{name}_en" for name in WINDOW_TEXTS))


@page("/settings/windows", *KEEPERS)
async def listing(desk: Desk) -> HTTPResponse:
    """The counties that are theirs, those with a window first."""
    if (wanted := desk.asked("county")) and wanted in dict(counties_of(desk)):
        return desk.go(f"{LIST}/{wanted}")
    windows = {window.county: window for window in desk.house.catalogue.windows.values()}
    rows = [(code, name, windows[code], desk.house.office(code)) for code, name in counties_of(desk) if code in windows]
    without = [(code, name) for code, name in counties_of(desk) if code not in windows]
    return desk.page("settings/windows.html", rows=rows, without=without, day=today(), place=LIST)


@page("/settings/windows/<county:str>", *KEEPERS)
async def one(desk: Desk, county: str) -> HTTPResponse:
    """One county."""
    return await _show(desk, county)


@action("/settings/windows/<county:str>", *KEEPERS)
async def change(desk: Desk, county: str) -> HTTPResponse:
    """What veterans are told of the window, from now on."""
    _mine(desk, county)
    try:
        code, content = _content(desk, county)
        seen = version_seen(desk)
        await texts.put(desk.house, desk.staff.actor, WINDOWS, code, content, seen, desk.form.one("why"), county)
    except GuituError as error:
        return await _show(desk, county, error)
    return desk.go(f"{LIST}/{county}", T("窗口已保存，马上生效。"))


@action("/settings/windows/<county:str>/back", *KEEPERS)
async def go_back(desk: Desk, county: str) -> HTTPResponse:
    """An earlier version holds again; 0 is the file's."""
    _mine(desk, county)
    try:
        wanted = desk.form.one("to")
        row = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= 9 else -1
        code, seen = _code(desk, county), version_seen(desk)
        await texts.go_back(desk.house, desk.staff.actor, WINDOWS, code, row, seen, desk.form.one("why"), county)
    except GuituError as error:
        return await _show(desk, county, error)
    return desk.go(f"{LIST}/{county}", T("已换回，马上生效。"))


@action("/settings/windows/<county:str>/hours", *KEEPERS)
async def hours(desk: Desk, county: str) -> HTTPResponse:
    """When the county closes, which its limits end with. # notice 四(八), our reading"""
    _mine(desk, county)
    form = desk.form
    try:
        close, since = _time(form.one("close")), _day(form.one("since"))
        done = await calendars.set_hours(desk.house, county, close, form.one("hours_why"), desk.staff.actor, since, wait=False)
    except GuituError as error:
        return await _show(desk, county, error)
    return desk.go(f"{LIST}/{county}", _counted(done.changed))


@action("/settings/windows/<county:str>/closures", *KEEPERS)
async def close_days(desk: Desk, county: str) -> HTTPResponse:
    """The county does not work on these days. # notice 四(八), our reading"""
    _mine(desk, county)
    form = desk.form
    try:
        first, last = _day(form.one("from")), _day(form.one("to") or form.one("from"))
        if last < first:
            raise GuituError("结束的日子在开始之前，请核对。", code="bad_days")
        if (last - first).days >= calendars.MOST_DAYS:
            raise GuituError(f"一次写1到{calendars.MOST_DAYS}天。", code="too_many_days")
        days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
        done = await calendars.close_days(desk.house, county, days, form.one("close_why"), desk.staff.actor, wait=False)
    except GuituError as error:
        return await _show(desk, county, error)
    return desk.go(f"{LIST}/{county}", _counted(done.changed))


@action("/settings/windows/<county:str>/reopen", *KEEPERS)
async def reopen(desk: Desk, county: str) -> HTTPResponse:
    """A closure does not hold after all; it stays on record."""
    _mine(desk, county)
    try:
        done = await calendars.reopen(
            desk.house, desk.form.number("closure"), desk.form.one("reopen_why"), desk.staff.actor, wait=False
        )
    except GuituError as error:
        return await _show(desk, county, error)
    return desk.go(f"{LIST}/{county}", _counted(done.changed))


def _counted(changed: bool) -> Any:
    return T("已记下，在走的时限正在重新计算；日子变了的会告诉本人。") if changed else T("原来就是这样，没有改动。")


def _mine(desk: Desk, county: str) -> None:
    if county not in desk.house.catalogue.counties:
        raise not_there()
    if not desk.staff.actor.reaches(county):
        raise Forbidden("这个县（市、区）不归你管。", code="wrong_county")


def _code(desk: Desk, county: str) -> str:
    """The window's code: the file's; of a window that no file has, the county's."""
    window = desk.house.overrides.files.window_of(county)
    return window.code if window is not None else f"c{county}"


def _content(desk: Desk, county: str) -> tuple[str, dict[str, Any]]:
    form = desk.form
    given = {name: form.one(name) for name in FIELDS}
    window = desk.house.catalogue.window_of(county)
    signature = given["signature"] if _signs(desk) else desk.house.catalogue.signature_of(county)
    if "【" in signature or "】" in signature or not signature:
        raise GuituError("短信签名写括号里面的字就行，不要带【】。", code="bad_signature")
    content: dict[str, Any] = {
        "county": county,
        "signature": signature,
        **{name: given[name] for name in WINDOW_TEXTS},
        "sessions": [
            each for each in re.split(r"[\s、,，;；]+", given["sessions"].replace("–", "-").replace("—", "-")) if each
        ],
        ENGLISH: {name: given[f"{name}_en"] for name in WINDOW_TEXTS if given[f"{name}_en"]},
    }
    if given["minutes"] or given["places"] or given["days_ahead"]:
        content["appointments"] = {name: _number(given[name]) for name in ("minutes", "places", "days_ahead")}
    return window.code if window is not None else _code(desk, county), content


def _signs(desk: Desk) -> bool:
    """Whether they may say how an SMS is signed: the provider has to know a signature first."""
    return "administrator" in desk.staff.roles


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:5]) <= 999):
        raise GuituError("预约三项要么都写成 1 到 999 的整数，要么都留空。", code="bad_appointments")
    return int(given)


def _time(given: str) -> time:
    try:
        return time.fromisoformat(given).replace(tzinfo=None)
    except ValueError:
        raise GuituError("时刻要写成 17:30 这样。", code="bad_time") from None


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise GuituError("日期要写成 2026-11-25 这样。", code="bad_day") from None


def _shown(desk: Desk, county: str, window: Window | None) -> dict[str, str]:
    if window is None:
        return {**dict.fromkeys(FIELDS, ""), "signature": desk.house.catalogue.signature_of(county)}
    taken = window.appointments
    english = {f"{name}_en": source_in(getattr(window, name), "en") for name in WINDOW_TEXTS}
    return {
        **{name: getattr(window, name).source for name in WINDOW_TEXTS},
        **english,
        "signature": window.signature,
        "sessions": "、".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in window.sessions),
        "minutes": str(taken.minutes) if taken else "",
        "places": str(taken.places) if taken else "",
        "days_ahead": str(taken.days_ahead) if taken else "",
    }


async def _show(desk: Desk, county: str, error: GuituError | None = None) -> HTTPResponse:
    _mine(desk, county)
    house = desk.house
    window, code = house.catalogue.window_of(county), _code(desk, county)
    async with house.db.reading() as session:
        rows = await texts.versions(session, WINDOWS, code)
        closures = await calendars.closures(session, house, desk.staff.actor, county)
        set_hours = await calendars.hours(session, house, desk.staff.actor, county)
    typed = desk.request.method == "POST" and "address" in desk.form.fields and not isinstance(error, Conflict)
    return desk.page(
        "settings/window.html",
        status=error.status if error is not None else 200,
        county=house.catalogue.counties[county],
        window=window,
        in_file=house.overrides.files.window_of(county) is not None,
        shown={name: desk.form.one(name) for name in FIELDS} if typed else _shown(desk, county, window),
        form=desk.form,
        rows=rows,
        version=rows[0].id if rows else 0,
        own=bool(rows and rows[0].content is not None),
        closures=[each for each in reversed(closures) if each.reopened_at is None and each.day >= today()],
        past=[each for each in reversed(closures) if each.reopened_at is not None or each.day < today()][:20],
        hours=list(reversed(set_hours))[:10],
        closing=house.office(county).close_on(today()),
        default_closing=DEFAULT_OFFICE.close_on(today()),
        today=today().isoformat(),
        signs=_signs(desk),
        place=f"{LIST}/{county}",
        back=LIST,
        wrong=str(error) if error is not None else None,
    )

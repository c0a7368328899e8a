"""Who may open which page of the console: every route, as every role and as nobody, against this table."""

from __future__ import annotations

import re
import secrets

import pytest

from backend.app import create_app
from backend.console.navigation import ENTRIES
from backend.house import House
from backend.staff.model import ROLES
from tests.support.console import console, seat
from tests.support.people import submitted
from tests.support.staff import account

EVERYBODY, SIGNED_IN = "everybody", ROLES
REVIEWER, WINDOW, OFFICER, ADMINISTRATOR = ("reviewer",), ("window",), ("officer",), ("administrator",)
LOOKERS = ("window", "reviewer", "county_supervisor", "auditor")
ATTENDING = ("window", "reviewer", "county_supervisor")
OPENERS = ("window", "reviewer")
SUPERVISING = ("county_supervisor", "provincial_supervisor", "administrator")
KEEPERS = ("administrator", "county_supervisor")
PAYERS = ("finance", "reviewer")
#: method and path → roles that may.
TABLE: dict[tuple[str, str], object] = {
    ("GET", "/console"): SIGNED_IN,
    ("GET", "/console/today/live"): SIGNED_IN,
    ("POST", "/console/language"): EVERYBODY,
    ("GET", "/console/sign-in"): EVERYBODY,
    ("POST", "/console/sign-in"): EVERYBODY,
    ("GET", "/console/sign-in/code"): EVERYBODY,
    ("POST", "/console/sign-in/code"): EVERYBODY,
    ("GET", "/console/sign-in/password"): EVERYBODY,
    ("POST", "/console/sign-in/password"): EVERYBODY,
    ("GET", "/console/sign-in/second-factor"): EVERYBODY,
    ("POST", "/console/sign-in/second-factor"): EVERYBODY,
    ("GET", "/console/<address:path>"): EVERYBODY,
    ("GET", "/console/prove"): SIGNED_IN,
    ("POST", "/console/prove"): SIGNED_IN,
    ("GET", "/console/me"): SIGNED_IN,
    ("POST", "/console/me/password"): SIGNED_IN,
    ("POST", "/console/me/recovery-codes"): SIGNED_IN,
    ("GET", "/console/accounts"): ADMINISTRATOR,
    ("GET", "/console/accounts/new"): ADMINISTRATOR,
    ("POST", "/console/accounts/new"): ADMINISTRATOR,
    ("GET", "/console/accounts/<username:str>"): ADMINISTRATOR,
    ("POST", "/console/accounts/<username:str>"): ADMINISTRATOR,
    ("POST", "/console/accounts/<username:str>/active"): ADMINISTRATOR,
    ("POST", "/console/accounts/<username:str>/password"): ADMINISTRATOR,
    ("POST", "/console/accounts/<username:str>/second-factor"): ADMINISTRATOR,
    ("POST", "/console/accounts/<username:str>/sign-out"): ADMINISTRATOR,
    ("GET", "/console/conversations"): ATTENDING,
    ("GET", "/console/conversations/live"): ATTENDING,
    ("GET", "/console/conversations/tasks"): ATTENDING,
    ("POST", "/console/conversations/tasks/<task:str>/done"): ATTENDING,
    ("GET", "/console/conversations/closed"): ATTENDING,
    ("GET", "/console/conversations/search"): ATTENDING,
    ("GET", "/console/conversations/start"): ATTENDING,
    ("POST", "/console/conversations/start"): ATTENDING,
    ("GET", "/console/conversations/measures"): ATTENDING,
    ("GET", "/console/conversations/<conversation:str>"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/files"): ATTENDING,
    ("GET", "/console/conversations/<conversation:str>/files/<file:str>"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/files/<file:str>/paper"): OPENERS,
    ("GET", "/console/conversations/<conversation:str>/live"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/claim"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/take"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/reply"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/note"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/transfer"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/release"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/close"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/seen"): ATTENDING,
    ("POST", "/console/conversations/<conversation:str>/typing"): ATTENDING,
    ("GET", "/console/review"): REVIEWER,
    ("GET", "/console/review/next"): REVIEWER,
    ("GET", "/console/review/<number:str>"): REVIEWER,
    ("POST", "/console/review/<number:str>/archive"): REVIEWER,
    ("POST", "/console/review/<number:str>/preview"): REVIEWER,
    ("POST", "/console/review/<number:str>/accept"): REVIEWER,
    ("POST", "/console/review/<number:str>/correct"): REVIEWER,
    ("POST", "/console/review/<number:str>/reject"): REVIEWER,
    ("GET", "/console/cases"): LOOKERS,
    ("POST", "/console/cases"): LOOKERS,
    ("GET", "/console/cases/<number:str>"): LOOKERS,
    ("GET", "/console/cases/<number:str>/talk"): ATTENDING,
    ("GET", "/console/cases/<number:str>/vouchers/<voucher:str>"): OPENERS,
    ("POST", "/console/cases/<number:str>/redirect"): OPENERS,
    ("POST", "/console/cases/<number:str>/reveal"): OPENERS,
    ("GET", "/console/intake"): WINDOW,
    ("POST", "/console/intake"): WINDOW,
    ("GET", "/console/intake/<number:str>"): WINDOW,
    ("POST", "/console/intake/<number:str>/originals"): WINDOW,
    ("POST", "/console/intake/<number:str>/stopped"): WINDOW,
    ("POST", "/console/intake/<number:str>/check-in"): WINDOW,
    ("POST", "/console/intake/<number:str>/papers"): WINDOW,
    ("POST", "/console/intake/<number:str>/mobile"): WINDOW,
    ("POST", "/console/intake/<number:str>/county"): WINDOW,
    ("POST", "/console/intake/<number:str>/differences"): WINDOW,
    ("GET", "/console/intake/<number:str>/matters"): WINDOW,
    ("POST", "/console/intake/<number:str>/matters"): WINDOW,
    ("GET", "/console/assist"): WINDOW,
    ("POST", "/console/assist/new"): WINDOW,
    ("GET", "/console/assist/<draft:str>"): WINDOW,
    ("GET", "/console/assist/<draft:str>/check"): WINDOW,
    ("POST", "/console/assist/<draft:str>/open"): WINDOW,
    ("POST", "/console/assist/<draft:str>/consent"): WINDOW,
    ("POST", "/console/assist/<draft:str>/answers"): WINDOW,
    ("POST", "/console/assist/<draft:str>/submit"): WINDOW,
    ("POST", "/console/assist/<draft:str>/link"): WINDOW,
    ("POST", "/console/assist/<draft:str>/back"): WINDOW,
    ("POST", "/console/assist/<draft:str>/discard"): WINDOW,
    ("GET", "/console/inbox"): OFFICER,
    ("POST", "/console/inbox/received"): OFFICER,
    ("GET", "/console/inbox/<task:str>"): OFFICER,
    ("POST", "/console/inbox/<task:str>/report"): OFFICER,
    ("POST", "/console/inbox/<task:str>/reveal"): OFFICER,
    ("GET", "/console/supervision"): SUPERVISING,
    ("GET", "/console/supervision/plot.svg"): SUPERVISING,
    ("GET", "/console/supervision/cases"): SUPERVISING,
    ("GET", "/console/supervision/satisfaction"): SUPERVISING,
    ("GET", "/console/supervision/satisfaction/plot.svg"): SUPERVISING,
    ("GET", "/console/supervision/problems"): SUPERVISING,
    ("GET", "/console/supervision/stuck"): SUPERVISING,
    ("POST", "/console/supervision/stuck/<row:int>/retry"): ("county_supervisor", "administrator"),
    ("GET", "/console/audit"): ("auditor",),
    ("POST", "/console/audit/export"): ("auditor",),
    ("GET", "/console/settings"): KEEPERS,
    ("GET", "/console/settings/units"): ADMINISTRATOR,
    ("GET", "/console/settings/units/new"): ADMINISTRATOR,
    ("POST", "/console/settings/units/new"): ADMINISTRATOR,
    ("GET", "/console/settings/units/<unit:str>"): ADMINISTRATOR,
    ("POST", "/console/settings/units/<unit:str>"): ADMINISTRATOR,
    ("POST", "/console/settings/units/<unit:str>/contact"): ADMINISTRATOR,
    ("POST", "/console/settings/units/<unit:str>/default"): ADMINISTRATOR,
    ("POST", "/console/settings/units/<unit:str>/retire"): ADMINISTRATOR,
    ("POST", "/console/settings/units/<unit:str>/secret"): ADMINISTRATOR,
    ("GET", "/console/settings/banks"): ADMINISTRATOR,
    ("GET", "/console/settings/banks/<code:str>"): ADMINISTRATOR,
    ("POST", "/console/settings/banks/<code:str>"): ADMINISTRATOR,
    ("GET", "/console/settings/simulators"): ADMINISTRATOR,
    ("POST", "/console/settings/simulators"): ADMINISTRATOR,
    ("GET", "/console/settings/health"): ADMINISTRATOR,
    ("GET", "/console/settings/calendar"): ADMINISTRATOR,
    ("POST", "/console/settings/calendar/preview"): ADMINISTRATOR,
    ("POST", "/console/settings/calendar"): ADMINISTRATOR,
    ("GET", "/console/settings/notices"): ADMINISTRATOR,
    ("GET", "/console/settings/notices/<code:str>"): ADMINISTRATOR,
    ("POST", "/console/settings/notices/<code:str>"): ADMINISTRATOR,
    ("POST", "/console/settings/notices/<code:str>/preview"): ADMINISTRATOR,
    ("POST", "/console/settings/notices/<code:str>/back"): ADMINISTRATOR,
    ("GET", "/console/settings/windows"): KEEPERS,
    ("GET", "/console/settings/windows/<county:str>"): KEEPERS,
    ("POST", "/console/settings/windows/<county:str>"): KEEPERS,
    ("POST", "/console/settings/windows/<county:str>/back"): KEEPERS,
    ("POST", "/console/settings/windows/<county:str>/hours"): KEEPERS,
    ("POST", "/console/settings/windows/<county:str>/closures"): KEEPERS,
    ("POST", "/console/settings/windows/<county:str>/reopen"): KEEPERS,
    ("GET", "/console/settings/replies"): KEEPERS,
    ("GET", "/console/settings/replies/new"): KEEPERS,
    ("POST", "/console/settings/replies/new"): KEEPERS,
    ("GET", "/console/settings/replies/<reply:str>"): KEEPERS,
    ("POST", "/console/settings/replies/<reply:str>"): KEEPERS,
    ("POST", "/console/settings/replies/<reply:str>/delete"): KEEPERS,
    ("GET", "/console/archives"): ATTENDING,
    ("GET", "/console/archives/template.xlsx"): REVIEWER,
    ("POST", "/console/archives/import"): REVIEWER,
    ("POST", "/console/archives/arrived"): REVIEWER,
    ("GET", "/console/funds"): (*PAYERS, "county_supervisor"),
    ("POST", "/console/funds/arrived"): PAYERS,
    ("POST", "/console/funds/list"): PAYERS,
    ("GET", "/console/funds/<list_id:str>"): (*PAYERS, "county_supervisor"),
    ("POST", "/console/funds/<list_id:str>/export"): PAYERS,
    ("POST", "/console/funds/<list_id:str>/outcomes"): PAYERS,
    ("GET", "/console/roster"): OPENERS,
    ("POST", "/console/roster/export"): REVIEWER,
    ("GET", "/console/roster/exports"): ("reviewer", "armed_forces", "auditor"),
    ("POST", "/console/roster/exports/<export_id:str>/file"): REVIEWER,
    ("POST", "/console/roster/exports/<export_id:str>/handed-over"): REVIEWER,
    ("POST", "/console/roster/exports/<export_id:str>/password"): REVIEWER,
    ("GET", "/console/roster/<number:str>"): WINDOW,
    ("POST", "/console/roster/<number:str>"): WINDOW,
    ("POST", "/console/roster/<number:str>/reveal"): WINDOW,
    ("GET", "/console/appointments"): ATTENDING,
    ("GET", "/console/appointments/find"): WINDOW,
    ("GET", "/console/appointments/<number:str>"): WINDOW,
    ("POST", "/console/appointments/<number:str>/book"): WINDOW,
    ("POST", "/console/appointments/<number:str>/cancel"): WINDOW,
    # Last: they end the session that the others need.
    ("POST", "/console/sign-out/everywhere"): SIGNED_IN,
    ("POST", "/console/sign-out"): SIGNED_IN,
}
#: What goes on until the browser leaves is only opened where it is refused.
ENDLESS = {"/console/today/live", "/console/conversations/live"}
ENDS_THE_SESSION = {"/console/sign-out/everywhere", "/console/sign-out"}


def test_every_route_of_the_console_stands_in_the_table(house: House) -> None:
    app = create_app(house, f"console-{secrets.token_hex(4)}")
    routes = {
        (method, "/" + route.path)
        for route in app.router.routes
        for method in route.methods
        if ("/" + route.path).startswith("/console")
    }
    assert routes == TABLE.keys(), "say in TABLE who may open it"


def test_the_menu_shows_nobody_a_page_that_is_closed_to_them() -> None:
    for entry in ENTRIES:
        may = TABLE[("GET", entry.path)]
        assert set(entry.roles or ROLES) <= set(SIGNED_IN if may == EVERYBODY else may), entry.path  # type: ignore[call-overload]


@pytest.mark.parametrize("role", ROLES)
async def test_every_route_opens_for_who_may_and_for_nobody_else(house: House, role: str) -> None:
    case = await submitted(house)
    other = await account(house, "window")
    provincial = role in ("provincial_supervisor", "auditor", "administrator")
    wrong = []
    async with (
        console(house) as address,
        seat(house, address, role, county=None if provincial else "350102") as someone,
    ):
        for (method, path), may in TABLE.items():
            allowed = may == EVERYBODY or role in may  # type: ignore[operator]
            if path in ENDLESS and allowed:
                continue
            if path in ENDS_THE_SESSION:
                await someone.http.aclose()
                async with seat(house, address, role, county=None if provincial else "350102") as last:
                    answer = await last.post(path.removeprefix("/console"))
                if answer.status_code != 303:
                    wrong.append(f"{method} {path}: {answer.status_code}")
                continue
            place = (
                path.replace("<number:str>", case.number).replace("<username:str>", other).replace("<address:path>", "nowhere")
            )
            place = re.sub("<[a-z_]+:str>", "t_nowhere", place).replace("<row:int>", "1").removeprefix("/console")
            answer = await (someone.get(place) if method == "GET" else someone.post(place))
            refused = answer.headers.get("x-guitu-error") == "wrong_role"
            if refused == allowed or answer.status_code >= 500 or (refused and answer.status_code != 403):
                wrong.append(f"{method} {path}: {answer.status_code} {answer.headers.get('x-guitu-error')}")
    assert not wrong, "\n".join(wrong)


async def test_nobody_is_sent_to_the_door_and_changes_nothing(house: House) -> None:
    case = await submitted(house)
    wrong = []
    async with console(house) as address, seat(house, address) as stranger:
        for (method, path), may in TABLE.items():
            if may == EVERYBODY:
                continue
            place = path.replace("<number:str>", case.number).replace("<username:str>", "chen").replace("<row:int>", "1")
            place = place.removeprefix("/console")
            answer = await (stranger.get(place) if method == "GET" else stranger.post(place))
            if answer.status_code != 303 or not answer.headers["location"].startswith("/console/sign-in"):
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)

"""Partner banks for the social card: added, renamed, offered or no more. A case keeps the bank that it chose, with its name."""

from __future__ import annotations

import re
from typing import Any

from sanic.response import HTTPResponse

from backend.administration import texts
from backend.catalogue.entries import Bank
from backend.catalogue.overlay import BANKS, ENGLISH
from backend.console.desk import Desk
from backend.console.routes import action, not_there, page
from backend.console.settings import ADMINISTRATOR, HOME, version_seen
from backend.errors import Conflict, Forbidden, GuituError
from backend.locale.text import T, source_in

LIST = f"{HOME}/banks"
FIELDS = ("name", "name_en", "short", "aliases", "prefixes")
NEW = "new"


@page("/settings/banks", *ADMINISTRATOR)
async def listing(desk: Desk) -> HTTPResponse:
    """The list: a dozen at the most, in memory."""
    house = desk.house
    own = {code for (kind, code), row in house.overrides.rows.items() if kind == BANKS and row.content is not None}
    return desk.page("settings/banks.html", banks=list(house.catalogue.banks.values()), own=own, place=LIST)


@page("/settings/banks/<code:str>", *ADMINISTRATOR)
async def one(desk: Desk, code: str) -> HTTPResponse:
    """One bank, or with `new` the form of another."""
    return await _show(desk, code)


@action("/settings/banks/<code:str>", *ADMINISTRATOR)
async def change(desk: Desk, code: str) -> HTTPResponse:
    """As it is from now on."""
    try:
        if desk.staff.counties is not None:
            raise Forbidden("合作银行全省都用，只有全省的管理员能改。", code="wrong_county")
        known = desk.house.catalogue.banks.get(code)
        if known is None and code != NEW:
            raise not_there()
        wanted = code if known is not None else desk.form.one("code")
        if known is None and (wanted in desk.house.catalogue.banks or wanted == NEW):
            raise Conflict("这个代号已经有了，请换一个。", code="code_taken")
        content = _content(desk, known)
        others = [each for each in desk.house.catalogue.partner_banks if each != wanted]
        if not content["offered"] and not others:
            raise Conflict("这是最后一家可以选的，不能停。", code="last_bank")
        await texts.put(desk.house, desk.staff.actor, BANKS, wanted, content, version_seen(desk), desk.form.one("why"))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, code, error)
    return desk.go(LIST, T("已保存，从下一位选银行的人起用。"))


def _content(desk: Desk, known: Bank | None) -> dict[str, Any]:
    form = desk.form
    return {
        "name": form.one("name"),
        "short": form.one("short"),
        "aliases": _words(form.one("aliases")),
        "bare": list(known.bare) if known is not None else [],
        "prefixes": _words(form.one("prefixes")),
        "offered": form.one("offered") == "1",
        ENGLISH: form.one("name_en"),
    }


def _words(given: str) -> list[str]:
    return list(dict.fromkeys(word for word in re.split(r"[、，,;；\n]+", given) if word.strip()))


async def _show(desk: Desk, code: str, error: GuituError | None = None) -> HTTPResponse:
    bank = desk.house.catalogue.banks.get(code)
    if bank is None and code != NEW:
        raise not_there()
    async with desk.house.db.reading() as session:
        rows = await texts.versions(session, BANKS, code) if bank is not None else []
    shown = dict.fromkeys(FIELDS, "")
    if bank is not None:
        english = source_in(bank.name, "en")
        shown = {
            "name": bank.name.source,
            "name_en": english if english != bank.name.source else "",
            "short": bank.short,
            "aliases": "、".join(bank.aliases),
            "prefixes": "、".join(bank.prefixes),
        }
    typed = desk.request.method == "POST" and not (error is not None and error.code == "stale")
    return desk.page(
        "settings/bank.html",
        status=error.status if error is not None else 200,
        bank=bank,
        shown={name: desk.form.one(name) for name in FIELDS} if typed else shown,
        offered=desk.form.one("offered") == "1" if typed else bank is None or bank.offered,
        code=desk.form.one("code"),
        version=rows[0].id if rows else 0,
        rows=rows,
        place=LIST,
        wrong=str(error) if error is not None else None,
    )

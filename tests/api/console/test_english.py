"""Who reads the console in English is refused in English, too."""

from __future__ import annotations

import re

from backend.house import House
from tests.support.console import console, hidden, seat
from tests.support.people import accepted

HAN = re.compile(r"[\u4e00-\u9fff]")


async def test_what_is_refused_is_said_in_the_readers_language(house: House) -> None:
    case = await accepted(house)
    async with console(house) as address, seat(house, address, "window", "reviewer") as someone:
        someone.http.headers["accept-language"] = "en-GB"
        page = await someone.get(f"/intake/{case.number}")
        version = hidden(page, "version")
        refusals = [
            await someone.post(f"/intake/{case.number}/originals", version="99"),
            await someone.post(
                f"/intake/{case.number}/mobile", version=version, mobile=case.answers["mobile"], proof="id_card"
            ),
            await someone.post(f"/intake/{case.number}/mobile", version=version, mobile="13900139000"),
            await someone.post(f"/intake/{case.number}/county", version=version, county="350582"),
            await someone.post(f"/intake/{case.number}/county", version=version, county="1", why_county="wrong"),
            await someone.post(f"/review/{case.number}/correct", version=version),
            await someone.post(f"/assist/{case.number}/open", proof=""),
            await someone.post("/assist/new", key="no"),
            await someone.post(f"/cases/{case.number}/reveal"),
            await someone.get("/cases/TY-3501-26-999999"),
            await someone.get("/accounts"),
        ]
    for answer in refusals:
        if answer.status_code == 303:
            continue
        told = re.findall(r'role="alert">(.*?)</(?:p|div)>', answer.text, re.DOTALL)
        assert told and not HAN.search(told[0]), (answer.request.url, told)

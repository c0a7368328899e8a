"""`guitu handovers`: who waits for a person."""

from __future__ import annotations

import asyncio
from typing import Any

from backend.applications.actor import SYSTEM
from backend.dialogue.handovers import waiting
from backend.house import House, open_house
from backend.settings import load


def register(subparsers: Any) -> None:
    """Add this room's sub-command."""
    handovers = subparsers.add_parser("handovers", help="list who waits for a person, the most urgent first, masked")
    handovers.set_defaults(run=lambda _args: asyncio.run(_with_house()))


async def _with_house() -> int:
    house = open_house(load())
    try:
        await print_waiting(house)
    finally:
        await house.close()
    return 0


async def print_waiting(house: House) -> None:
    """A line each: reason, minutes waited, county, conversation, last words."""
    async with house.db.reading() as session:
        for each in await waiting(session, house.catalogue, SYSTEM):
            words = str(each["last_words"]).replace("\n", " ")
            place = each["county_name"] or "-"
            print(f"{each['reason']}\t{each['waiting_minutes']} min\t{place}\t{each['conversation']}\t{words}")

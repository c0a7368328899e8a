"""What staff ask for: the queue, a conversation, its transcript, a word in it; how long veterans waited. Looks are on record."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.clock import SHANGHAI
from backend.db.engine import Unit
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import T
from backend.security.service import note_access
from backend.staff.sessions import SignedIn
from backend.statistics.rules import bounds
from backend.takeover import repository, showing
from backend.takeover.desk import ROLES, nothing_there
from backend.takeover.repository import Waiting
from backend.takeover.rules import percentile

LOOK = "conversation"
MOST, PAGE = 200, 100
#: On the page of a case.
OF_CASE = 30
#: So many messages are decrypted for one answer to a search; it says how many, and where to go on.
BATCH, BATCHES = 500, 4
LATEST = 2**53 - 1


async def queue(house: House, staff: SignedIn) -> dict[str, Any]:
    """Who waits and who is attended to, the most urgent and then the longest waiting first."""
    async with house.db.reading() as session:
        lines = await showing.items(session, house, staff, await repository.in_hand(session, staff.actor, MOST))
        tasks = await repository.count_left(session, staff.actor)
    return {
        "waiting": [each for each in lines if each["state"] == showing.WAITING],
        "attended": [each for each in lines if each["state"] == showing.ATTENDED],
        "tasks": tasks,
    }


async def waiting_lines(session: AsyncSession, house: House, staff: SignedIn, limit: int) -> list[dict[str, Any]]:
    """Who waits, as in `queue`, for a page that reads more in the same session."""
    lines = await showing.items(session, house, staff, await repository.in_hand(session, staff.actor, limit))
    return [each for each in lines if each["state"] == showing.WAITING]


async def closed(house: House, staff: SignedIn, before: str | None = None) -> dict[str, Any]:
    """What was closed, the newest first; `before`: `next` of the page before."""
    async with house.db.reading() as session:
        found = await repository.closed(session, staff.actor, _cursor(before), PAGE)
        lines = await showing.items(session, house, staff, found)
    last = found[-1][0] if len(found) == PAGE else None
    return {"conversations": lines, "next": f"{last.closed_at.isoformat()}~{last.id}" if last and last.closed_at else None}


def _cursor(given: str | None) -> tuple[datetime, str] | None:
    if not given:
        return None
    moment, _, last_id = given.partition("~")
    try:
        instant = datetime.fromisoformat(moment.replace(" ", "+"))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not last_id:
        raise GuituError(T("before 要用上一页给的 next。"), code="bad_cursor")
    return instant, last_id


async def one(unit: Unit, staff: SignedIn, conversation_id: str, *, look: bool = True) -> Waiting:
    """A conversation that the asker may see; the look is written down in this unit. Raises NotFound."""
    found = await repository.some(unit.session, staff.actor, [conversation_id])
    if not found:
        raise nothing_there()
    if look:
        await _note(unit, staff, [conversation_id])
    return found[0]


async def _note(unit: Unit, staff: SignedIn, conversation_ids: list[str]) -> None:
    """By the case where there is one, so that it stands among the looks at that case; else by the conversation."""
    filed = await repository.applications(unit.session, conversation_ids)
    for each in conversation_ids:
        note_access(unit, staff.actor.name, LOOK, filed[each].number if each in filed else each)


async def show(house: House, staff: SignedIn, conversation_id: str) -> dict[str, Any]:
    """A conversation with its summary, notes and last messages."""
    async with house.db.unit() as unit:
        found = await one(unit, staff, conversation_id)
        shown = await showing.detail(unit.session, house, staff, found)
        page = await repository.page_before(unit.session, conversation_id, LATEST, PAGE)
        messages = await showing.messages(unit.session, page)
        await unit.commit()
    return {"conversation": shown, "messages": messages, "more": len(page) == PAGE}


async def transcript(
    house: House, staff: SignedIn, conversation_id: str, *, before: int | None = None, after: int = 0, limit: int = PAGE
) -> dict[str, Any]:
    """Messages before a seq (the newest of them), or after one, in order."""
    async with house.db.unit() as unit:
        await one(unit, staff, conversation_id)
        if before is not None:
            messages = await showing.messages(
                unit.session, await repository.page_before(unit.session, conversation_id, before, limit)
            )
        else:
            messages = await showing.after(unit.session, conversation_id, after, limit)
        await unit.commit()
    return {"messages": messages, "more": len(messages) == limit}


async def of_case(house: House, actor: Actor, number: str, *, before: int | None = None) -> dict[str, Any]:
    """What was said in the conversation of a case, the newest of it or before a seq. The look is on record. Raises NotFound."""
    async with house.db.unit() as unit:
        case = await applications.by_number(unit.session, actor, number)
        page = await repository.page_before(unit.session, case.conversation_id, before or LATEST, OF_CASE)
        shown = await showing.messages(unit.session, page)
        note_access(unit, actor.name, LOOK, case.number)
        await unit.commit()
    return {"messages": shown, "before": page[0].seq if len(page) == OF_CASE else None}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _wanted(text: str) -> str:
    wanted = _plain(text.strip())
    if not wanted:
        raise GuituError(T("请写要找的字。"), code="no_text")
    return wanted


async def search_in(
    house: House, staff: SignedIn, conversation_id: str, text: str, *, before: int | None = None
) -> dict[str, Any]:
    """Messages of a conversation that hold a text, numbers masked, the newest first; `next`: where to look on."""
    wanted = _wanted(text)
    async with house.db.unit() as unit:
        await one(unit, staff, conversation_id)
        page = await repository.page_before(unit.session, conversation_id, before or LATEST, BATCH)
        messages = await showing.messages(unit.session, page)
        await unit.commit()
    hits = [each for each in reversed(messages) if wanted in _plain(each["text"])]
    return {"hits": hits, "looked_at": len(page), "next": page[0].seq if len(page) == BATCH else None}


async def search(house: House, staff: SignedIn, text: str, *, before: int | None = None) -> dict[str, Any]:
    """As `search_in`, over every conversation that the asker may see. What is encrypted is looked at in bounded batches."""
    wanted, at_seq, looked, hits = _wanted(text), before or LATEST, 0, []
    async with house.db.reading(long=True) as session:
        for _ in range(BATCHES):
            page = await repository.of_all_before(session, staff.actor, at_seq, BATCH)
            looked += len(page)
            hits += [each for each in await showing.messages(session, page) if wanted in _plain(each["text"])]
            at_seq = page[-1].seq if len(page) == BATCH else 0
            if not at_seq:
                break
        found = await repository.some(session, staff.actor, {each["conversation"] for each in hits})
        lines = {each["conversation"]: each for each in await showing.items(session, house, staff, found)}
    async with house.db.unit() as unit:
        await _note(unit, staff, list(lines))
        await unit.commit()
    shown = [
        {
            "conversation": each["conversation"],
            "message": each,
            "who": lines[each["conversation"]]["who"],
            "county_name": lines[each["conversation"]]["county_name"],
        }
        for each in hits
        if each["conversation"] in lines
    ]
    return {"hits": shown, "looked_at": looked, "next": at_seq or None}


async def colleagues(house: House, staff: SignedIn, conversation_id: str) -> dict[str, Any]:
    """To whom a conversation can be handed: colleagues who may see it, and the other counties."""
    async with house.db.unit() as unit:
        request, _ = await one(unit, staff, conversation_id, look=False)
        found = await repository.colleagues(unit.session, ROLES, request.county)
    return {
        "colleagues": [
            {"username": each.username, "display_name": each.display_name} for each in found if each.username != staff.username
        ],
        "counties": [
            {"code": county.code, "name": county.name}
            for county in house.catalogue.counties.values()
            if county.code != request.county
        ],
    }


async def measures(house: House, staff: SignedIn, month: str) -> dict[str, Any]:
    """How long veterans who asked in a month waited, by county: median and nine tenths, in minutes of office hours."""
    begin, end = bounds(month)
    async with house.db.reading() as session:
        found = await repository.asked_between(session, staff.actor, begin.astimezone(SHANGHAI), end.astimezone(SHANGHAI))
    by_county: dict[str | None, list[Any]] = {}
    for row in found:
        by_county.setdefault(row.county, []).append(row)
    lines = []
    for code, rows in sorted(by_county.items(), key=lambda pair: pair[0] or ""):
        county = house.catalogue.counties.get(code or "")
        answered = [row.first_answer_minutes for row in rows if row.first_answer_minutes is not None]
        resolved = [row.resolution_minutes for row in rows if row.resolution_minutes is not None]
        lines.append(
            {
                "county": code,
                "county_name": county.name if county else None,
                "asked": len(rows),
                "answered": len(answered),
                "closed": sum(row.closed_at is not None for row in rows),
                "first_answer_p50": percentile(answered, 0.5),
                "first_answer_p90": percentile(answered, 0.9),
                "resolution_p50": percentile(resolved, 0.5),
                "resolution_p90": percentile(resolved, 0.9),
            }
        )
    return {"month": month, "lines": lines}

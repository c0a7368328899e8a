"""What happens at the desk, live, as server-sent events that can be taken up where they broke off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.clock import now
from backend.conversations.live import LiveFeed, for_staff
from backend.conversations.subscriptions import EVERYTHING
from backend.house import House
from backend.staff.sessions import SignedIn
from backend.takeover import repository, showing

HEARTBEAT_SECONDS = 15.0
PAGE = 100
#: What changed shortly before the last event is told again: a transaction that began earlier may have committed later.
OVERLAP = timedelta(seconds=60)
_MOST_MILLISECONDS = 8_640_000_000_000


def _event(name: str, data: Any, number: int | None = None) -> str:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


async def queue_events(
    house: House, live: LiveFeed, staff: SignedIn, last_event_id: int = 0, heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncIterator[str]:
    """Changes of what the asker may see: `open` at first, `changed` (a line of the queue), `gone` ({conversation}).

    Ids are milliseconds. With one, what changed since then comes first; a line may come twice, none is missed.
    """
    with live.subscribe_desk() as desk:
        looked = datetime.fromtimestamp(min(last_event_id, _MOST_MILLISECONDS) / 1000, UTC) if last_event_id else now()
        yield f"retry: 2000\n\n{_event('open', {}, _stamp(now()))}"
        changed: frozenset[str] = frozenset({EVERYTHING}) if last_event_id else frozenset()
        sent: dict[str, Any] = {}
        while not desk.closed:
            moment = now()
            if changed:
                async with house.db.reading() as session:
                    wanted = set(changed - {EVERYTHING})
                    if EVERYTHING in changed:
                        wanted |= set(await repository.changed_since(session, looked - OVERLAP))
                    found = await repository.some(session, staff.actor, wanted) if wanted else []
                    lines = await showing.items(session, house, staff, found)
                for line in lines:
                    if line["state"] == showing.CLOSED:
                        sent.pop(line["conversation"], None)
                        yield _event("gone", {"conversation": line["conversation"]}, _stamp(moment))
                    elif sent.get(line["conversation"]) != line:
                        sent[line["conversation"]] = line
                        yield _event("changed", line, _stamp(moment))
                for lost in wanted - {line["conversation"] for line in lines}:
                    # Erased, or another county's now; of what was never the asker's nothing is said.
                    if sent.pop(lost, None) is not None:
                        yield _event("gone", {"conversation": lost}, _stamp(moment))
                looked = moment
            changed = await desk.wait(heartbeat)
            if not changed and not desk.closed:
                yield ": still here\n\n"
                changed = frozenset({EVERYTHING})


async def conversation_events(
    house: House, live: LiveFeed, staff: SignedIn, conversation_id: str, after: int, heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncIterator[str]:
    """One conversation: `message` (its seq as id), `owner`, `note`, `seen` and `typing` of the veteran, `gone` when it is lost."""
    with live.subscribe(conversation_id) as mine, live.subscribe(for_staff(conversation_id)) as typing:
        yield "retry: 2000\n\n"
        known: dict[str, Any] = {}
        notes: int | None = None
        while not mine.closed:
            async with house.db.reading() as session:
                found = await repository.some(session, staff.actor, [conversation_id])
                if not found:
                    yield _event("gone", {})
                    return
                request, conversation = found[0]
                (line,) = await showing.items(session, house, staff, found)
                fresh = await showing.after(session, conversation_id, after, PAGE)
                every = [each for each in await repository.events(session, [request.id]) if each.command == "note"]
            for message in fresh:
                after = message["seq"]
                yield _event("message", message, after)
            owner = {name: line[name] for name in ("version", "state", "owner", "mine", "allowed")}
            for name, value in (("owner", owner), ("seen", {"seq": conversation.seen_by_veteran})):
                if known.get(name) != value:
                    known[name] = value
                    yield _event(name, value)
            for each in every if notes is not None else ():
                if each.id > (notes or 0):
                    yield _event("note", showing.note_shown(each))
            notes = max((each.id for each in every), default=0)
            if len(fresh) == PAGE:
                continue
            async for event in _quiet(mine, typing, heartbeat):
                yield event


async def _quiet(mine: Any, typing: Any, heartbeat: float) -> AsyncIterator[str]:
    """Until there is news: who types, and that the line still stands."""
    waits = {asyncio.create_task(each.wait(heartbeat)): each for each in (mine, typing)}
    try:
        while True:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                source, wake = waits.pop(task), task.result()
                if source is typing and wake is not None and wake.typing is not None:
                    yield _event("typing", {"on": wake.typing})
                elif source is mine and (wake is None or wake.news):
                    if wake is None and not mine.closed:
                        yield ": still here\n\n"
                    return
                if source.closed:
                    return
                waits[asyncio.create_task(source.wait(heartbeat))] = source
    finally:
        for task in waits:
            task.cancel()

"""A conversation as it happens, for one page: server-sent events that can be taken up where they broke off, and a long poll."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from backend import clock
from backend.conversations import repository, service
from backend.conversations.live import LiveFeed
from backend.conversations.service import Shown
from backend.db.engine import Database

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2000
PAGE = 200
#: How many of the veteran's last messages are watched for a new state.
WATCHED = 20
STAFF = "staff"


def as_json(message: Shown) -> dict[str, Any]:
    """A message as the page gets it: instants as ISO 8601 in Asia/Shanghai."""
    return {
        "seq": message.seq,
        "author": message.author,
        "author_name": message.author_name,
        "at": clock.local(message.at).isoformat(timespec="seconds"),
        "body": message.body,
        "state": message.state,
    }


def _event(name: str, data: dict[str, Any], seq: int | None = None) -> str:
    number = f"id: {seq}\n" if seq is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


async def events(
    db: Database, live: LiveFeed, conversation_id: str, after: int, heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncIterator[str]:
    """Server-sent events of a conversation from `after` on, until the feed stops or the conversation is erased (`gone`).

    `message` (with its seq as id), `changed` when a message of the veteran has a new state, `attended` ({on}: one of
    staff answers; at first not) when that changes, `typing`; a comment when quiet.
    """
    with live.subscribe(conversation_id) as subscription:
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        # The page that resumes last saw these as stored: whatever differs is told again.
        states: dict[int, str] = {}
        attended = False
        typing: bool | None = None
        while True:
            async with db.reading() as session:
                owner = await repository.owner_of(session, conversation_id)
                if owner is None:
                    yield _event("gone", {})
                    return
                current = await repository.veteran_states(session, conversation_id, after, WATCHED)
                fresh = await service.transcript(session, conversation_id, after, PAGE)
            if attended != (owner == STAFF):
                attended = owner == STAFF
                yield _event("attended", {"on": attended})
            for seq, state in sorted(current.items()):
                if states.get(seq, "stored") != state:
                    yield _event("changed", {"seq": seq, "state": state})
            states = current
            for message in fresh:
                yield _event("message", as_json(message), message.seq)
                after = message.seq
                if message.author == "veteran":
                    states[message.seq] = message.state
            if typing is not None:
                yield _event("typing", {"on": typing})
                typing = None
            if len(fresh) == PAGE:
                continue
            while (wake := await subscription.wait(heartbeat)) and not wake.news:
                yield _event("typing", {"on": bool(wake.typing)})
            if subscription.closed:
                return
            if wake is None:
                # A comment keeps proxies from closing; and one look at the transcript, should a wake-up have been lost.
                yield ": still here\n\n"
            else:
                typing = wake.typing


async def wait_for_messages(db: Database, live: LiveFeed, conversation_id: str, after: int, seconds: float) -> list[Shown]:
    """What came after a seq; when there is nothing yet, waits for it up to `seconds`."""
    with live.subscribe(conversation_id) as subscription:
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            async with db.reading() as session:
                fresh = await service.transcript(session, conversation_id, after, PAGE)
            left = deadline - asyncio.get_running_loop().time()
            if fresh or left <= 0 or subscription.closed:
                return fresh
            # That somebody types, or stops, is nothing to read.
            while (wake := await subscription.wait(left)) and not wake.news:
                left = deadline - asyncio.get_running_loop().time()

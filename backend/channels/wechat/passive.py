"""The answer to a message within the very request that brought it, where it is ready in time. Otherwise service.py sends it.

WeChat ends a request after five seconds and sends it anew, three times in all. So the wait is three; and what left in the
answer to a request is given again to its repeat, within the seconds in which WeChat repeats.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from backend import clock
from backend.channels.wechat import repository
from backend.channels.wechat.incoming import Arrival
from backend.channels.wechat.model import WeChatMessage
from backend.channels.wechat.service import send_later
from backend.channels.wechat.states import PASSIVE
from backend.channels.wechat.text import as_text, pack
from backend.conversations.live import LiveFeed
from backend.conversations.service import get_conversation
from backend.house import House

#: Within which WeChat repeats a request whose answer it did not get.
REPEATS_WITHIN = timedelta(seconds=20)
#: What follows an answer comes after it.
AFTERWARDS = timedelta(seconds=1)


async def answer(house: House, live: LiveFeed, arrival: Arrival) -> str | None:
    """The text that answers what arrived, claimed for this request; None when it is not ready in time, or there is none."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + (arrival.wait_until - clock.now()).total_seconds()
    with live.subscribe(arrival.conversation_id) as subscription:
        while True:
            async with house.db.reading() as session:
                ready = await repository.answers(session, arrival.key)
            left = deadline - loop.time()
            if ready or left <= 0 or not arrival.expects_answer or subscription.closed:
                break
            await subscription.wait(left)
    return await _claim(house, arrival, ready[-1].seq) if ready else None


async def _claim(house: House, arrival: Arrival, up_to: int) -> str | None:
    async with house.db.unit() as unit:
        session, instant = unit.session, clock.now()
        language = (await get_conversation(session, arrival.conversation_id)).language
        # What was said before and waits still comes first, as far as it fits.
        waiting = [row for row in await repository.waiting(session, arrival.openid_index, up_to) if row.sms is None]
        pieces = [row.piece or {"text": ""} for row in waiting]
        # An answer to a request is a text: a picture that comes first lets the worker send all of it, in order.
        together = 0 if pieces and pieces[0].get("media") else pack(pieces)
        wanted = [row.seq for row in waiting[:together]]
        got = set(await repository.claim(session, wanted, PASSIVE, instant, arrival.key)) if wanted else set()
        rows: Sequence[WeChatMessage] = [row for row in waiting if row.seq in got]
        if rows and len(waiting) > len(wanted):
            await send_later(unit, up_to, f"rest:{arrival.key}", instant + AFTERWARDS)
        if not rows:
            rows = await repository.left_for(session, arrival.key, instant - REPEATS_WITHIN)
        await unit.commit()
    return as_text([row.piece or {"text": ""} for row in rows], language) if rows else None

"""A process that answers a request of WeChat's and is killed at one boundary of that: it gets no chance to tidy up.

`python -m tests.support.dying_wechat BOUNDARY OPENID`; the house's settings stand in the environment.
"""

from __future__ import annotations

import asyncio
import sys

from backend.channels.wechat import passive
from backend.channels.wechat.incoming import receive
from backend.channels.wechat.parsing import Incoming
from backend.conversations import service as hub
from backend.conversations.live import LiveFeed
from backend.db.engine import Unit
from backend.house import open_house
from backend.settings import load
from tests.support.dying import die

#: In the order in which an answer meets them. After the last it is on record as given, and has not left.
BOUNDARIES = ("before the answer is claimed", "before the claim commits", "before the answer leaves")
WAIT_SECONDS = 3.0


def came(openid: str) -> Incoming:
    """The message that is answered; a repeat of it is the same."""
    return Incoming(sender=openid, account="gh_demo", key="7001", kind="text", text="你好")


async def main(boundary: str, openid: str) -> None:
    """Until death."""
    house = open_house(load())
    arrival = await receive(house, came(openid), WAIT_SECONDS)
    assert arrival is not None
    await hub.handle_pending(house, arrival.conversation_id)
    if boundary == BOUNDARIES[0]:
        die()

    commit = Unit.commit

    async def committing(unit: Unit) -> None:
        await unit.session.flush()
        if boundary == BOUNDARIES[1]:
            die()
        await commit(unit)

    Unit.commit = committing  # type: ignore[method-assign]
    said = await passive.answer(house, LiveFeed(house.db), arrival)
    assert said, "there was an answer to give"
    die()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))

"""A process of the hub that is killed at one boundary of a message's way: it gets no chance to tidy up.

`python -m tests.support.dying BOUNDARY CONVERSATION`; the house's settings stand in the environment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any, NoReturn

from backend.channels.sms import service as sms
from backend.channels.sms.outgoing import Outgoing
from backend.conversations import rasa, service
from backend.db.engine import Unit
from backend.house import House, open_house
from backend.outbox.service import deliver_due
from backend.settings import load

#: In the order in which a message meets them.
BOUNDARIES = ("after store", "before Rasa", "after Rasa", "before commit", "after commit", "before send", "while sending")


def die() -> NoReturn:
    """As `kill -9`."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("killed")


async def live(house: House, boundary: str, conversation: str) -> None:
    """Go the message's way up to the boundary."""
    ask, commit = rasa.ask, Unit.commit

    async def asking(*given: Any) -> Any:
        if boundary == "before Rasa":
            die()
        bodies = await ask(*given)
        if boundary == "after Rasa":
            die()
        if boundary in ("before commit", "after commit"):
            Unit.commit = committing  # type: ignore[method-assign]
        return bodies

    async def committing(unit: Unit) -> None:
        if boundary == "before commit":
            await unit.session.flush()
            die()
        await commit(unit)
        die()

    async def sending(_text: Outgoing) -> Any:
        die()

    rasa.ask = asking
    if boundary == "after store":
        await service.receive(house, conversation, "sms", "k1", text="你好")
        die()
    if boundary == "before send":
        # What was said lies in the outbox; whoever would send it does not come to it.
        await service.handle_pending(house, conversation)
        die()
    if boundary == "while sending":
        house.sms.send = sending  # type: ignore[method-assign]
        await service.handle_pending(house, conversation)
        await deliver_due(house, {sms.TOPIC: sms.deliver})
    await service.handle_pending(house, conversation)


async def main(boundary: str, conversation: str) -> None:
    """Until death."""
    await live(open_house(load()), boundary, conversation)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))

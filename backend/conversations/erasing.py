"""Deleting: what was said in a conversation, or the conversation itself; and what Rasa keeps of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend import clock
from backend.conversations import rasa, repository
from backend.conversations.live import announce
from backend.conversations.outbound import clear, hold
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.house import House
from backend.outbox import service as outbox
from backend.outbox.service import Delivery, DeliveryFailed

FORGET_TOPIC = "rasa.forget"
LONGEST_TURN = timedelta(minutes=1)
FORGETTING = timedelta(seconds=30)  # longer than house.RASA_SECONDS


async def clear_after_answer(unit: Unit, conversation_id: str) -> None:
    """Delete what was said, and every secret, when the message in hand is answered: only that answer is left to read."""
    (await hold(unit, conversation_id)).clear_on_answer = True


async def clear_now(unit: Unit, conversation_id: str) -> None:
    """Delete what was said and every secret, at once; the conversation stays, so that it can be written to."""
    conversation = await hold(unit, conversation_id)
    await clear(unit, conversation, await repository.newest_seq(unit.session))
    await _let_rasa_forget(unit, conversation_id, clock.now())
    await announce(unit, conversation_id)


async def erase(unit: Unit, conversation_id: str) -> bool:
    """Delete a conversation with all that was said, its secrets and addresses. False: there is none. Commit the unit."""
    await announce(unit, conversation_id)
    # An answer that Rasa was making at this moment would bring its thread back: it is over by then.
    await _let_rasa_forget(unit, conversation_id, clock.now() + LONGEST_TURN)
    return await repository.erase_conversation(unit.session, conversation_id)


async def forget_thread_soon(unit: Unit, conversation_id: str) -> None:
    """Let Rasa delete its thread of a conversation when the message in hand is answered: names and addresses lie in it."""
    await _let_rasa_forget(unit, conversation_id, clock.now() + LONGEST_TURN)


async def _let_rasa_forget(unit: Unit, conversation_id: str, at: datetime) -> None:
    await outbox.put(unit.session, FORGET_TOPIC, new_id("f"), {"conversation": conversation_id}, available_at=at)


async def forget_thread(house: House, delivery: Delivery) -> None:
    """The outbox's handler of `rasa.forget`: Rasa deletes what it keeps of a conversation, while it answers nothing in it.

    Raises DeliveryFailed while a message is in flight (its answer would bring the thread back), or Rasa is away.
    """
    conversation_id = delivery.payload["conversation"]
    lease, instant = new_id("l"), clock.now()
    async with house.db.unit() as unit:
        held = await repository.take_lease(unit.session, conversation_id, lease, instant, instant + FORGETTING)
        if not held and await repository.conversation_exists(unit.session, conversation_id):
            raise DeliveryFailed("a message of this conversation is being answered")
        await unit.commit()
    try:
        await rasa.forget(house, conversation_id)
    except rasa.RasaUnavailable as error:
        raise DeliveryFailed(str(error)) from error
    finally:
        async with house.db.unit() as unit:
            await repository.release_lease(unit.session, conversation_id, lease)
            await unit.commit()

"""What staff wrote and the veteran has not seen: an SMS says that it waits, once for as long as they are away."""

from __future__ import annotations

from datetime import timedelta

from backend.applications import service as applications
from backend.channels.sms import service as sms
from backend.channels.wechat import service as wechat
from backend.clock import now
from backend.conversations import repository as conversations
from backend.conversations.model import Conversation
from backend.db.engine import Unit
from backend.house import House
from backend.notices.service import common_params
from backend.outbox import service as outbox
from backend.outbox.service import Delivery

TOPIC = "takeover.unread"
NOTICE = "staff_reply_waits"
#: Our own measure: who looks at the page has seen it by then, and WeChat has said whether it takes it.
LOOK_AFTER = timedelta(minutes=2)


async def look_later(unit: Unit, conversation: Conversation, seq: int) -> None:
    """Look, a little later, whether what staff said was seen. What is said by SMS needs no SMS to say so."""
    if conversation.channel != sms.CHANNEL:
        what = {"conversation": conversation.id, "seq": seq}
        key, at = f"{conversation.id}:{seq}", now() + LOOK_AFTER
        await outbox.put(unit.session, TOPIC, key, what, available_at=at, county=conversation.county)


async def tell(house: House, delivery: Delivery) -> None:
    """The outbox's handler: an SMS to the applicant's mobile, unless it was seen, answered or deleted meanwhile."""
    conversation_id, seq = delivery.payload["conversation"], int(delivery.payload["seq"])
    async with house.db.unit() as unit:
        if await conversations.message_at(unit.session, conversation_id, seq) is None:
            return
        # Since when the veteran is away: the same until they look or write again, and so one SMS.
        here = await conversations.last_sign(unit.session, conversation_id)
        if here >= seq or (house.wechat is not None and await wechat.reachable(unit, [conversation_id])):
            return
        application = await applications.latest_for_conversation(unit.session, conversation_id)
        if application is None:
            return  # no mobile that was ever confirmed
        await sms.queue(
            unit,
            house,
            application.answers["mobile"],
            NOTICE,
            common_params(house, application),
            f"{NOTICE}:{conversation_id}:{here}",
            language=application.language,
            county=application.county,
        )
        await unit.commit()

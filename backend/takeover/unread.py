"""What staff wrote and the veteran has not seen, or no text may bring: an SMS says that it waits, once while they are away."""

from __future__ import annotations

from datetime import timedelta

from backend.applications import service as applications
from backend.channels.sms import service as sms
from backend.channels.wechat import service as wechat
from backend.clock import now
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.model import Conversation
from backend.db.engine import Unit
from backend.house import House
from backend.notices.service import common_params
from backend.outbox import service as outbox
from backend.outbox.service import Delivery
from backend.takeover.on_page import page_of, say_on_page

TOPIC = "takeover.unread"
NOTICE = "staff_reply_waits"
#: By fixed id, for providers that send approved templates only.
ANSWER_WAITS = "answer_waits"
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


async def tell_by_template(house: House, delivery: Delivery) -> None:
    """The outbox's handler of `sms.not_taken`: a template says that an answer waits, and the page shows it."""
    conversation_id, message_id = delivery.payload["conversation"], delivery.payload["message"]
    async with house.db.unit() as unit:
        said = await conversations.message_by_id(unit.session, message_id)
        mobile = await hub.mobile_of(unit.session, conversation_id)
        application = await applications.latest_for_mobile(unit.session, house, mobile) if mobile else None
        if said is None or application is None or mobile is None:
            # Erased meanwhile; or a mobile that is nobody's here, of which no template can speak.
            return
        if (page := await page_of(unit.session, house, conversation_id)) is not None:
            await say_on_page(unit, page, said.author, said.author_name, said.body, f"on_page:{said.id}")
        here = await conversations.last_sign(unit.session, conversation_id)
        params = common_params(house, application)
        key = f"{ANSWER_WAITS}:{conversation_id}:{here}"
        await sms.queue(
            unit, house, mobile, ANSWER_WAITS, params, key, language=application.language, county=application.county
        )
        await unit.commit()

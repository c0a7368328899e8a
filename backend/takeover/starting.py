"""Staff write first: a conversation with an applicant of their county, where the veteran talked with us before."""

from __future__ import annotations

from typing import Any

from backend.applications import service as applications
from backend.clock import now
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.outbound import hold
from backend.db.ids import new_id
from backend.dialogue import repository as dialogue
from backend.dialogue.model import STARTED, HandoverRequest
from backend.errors import Conflict
from backend.house import House
from backend.staff.sessions import SignedIn
from backend.takeover import repository, states, words
from backend.takeover.attending import finished, say
from backend.takeover.desk import Held, give_to, record


async def start(house: House, staff: SignedIn, case_number: str, text: str, key: str) -> dict[str, Any]:
    """Write to the applicant of a case, on the channel that they used last. Raises NotFound, Conflict `taken` or `no_chat`."""
    async with house.db.unit() as unit:
        application = await applications.by_number(unit.session, staff.actor, case_number)
        conversation_id = application.conversation_id
        if not await conversations.conversation_exists(unit.session, conversation_id):
            raise Conflict("这位退役士兵已经删除了聊天，请打电话联系。", code="no_chat", allowed=[])
        conversation = await hold(unit, conversation_id)
        if conversation.owner_kind == states.STAFF and conversation.owner_id != staff.username:
            who = conversation.owner_id or ""
            name = (await repository.names(unit.session, [who])).get(who, who)
            owner = {"username": who, "display_name": name}
            raise Conflict(f"{name} 正在和他聊。", code="taken", owner=owner, version=conversation.owner_version, allowed=[])
        request = await dialogue.open_handover(unit.session, conversation_id)
        if request is None:
            request = HandoverRequest(
                id=new_id("h"),
                conversation_id=conversation_id,
                county=application.county,
                priority=0,
                reason=STARTED,
                last_words=text,
                asked_at=now(),
                queued_at=now(),
            )
            unit.session.add(request)
            await unit.session.flush()
        held = Held(unit, house, conversation, request)
        if conversation.owner_kind != states.STAFF:
            conversation.county = request.county
            await give_to(held, staff.username)
            record(unit, request, staff.actor, staff.display_name, "start")
            said = [words.came(staff.display_name)]
            await hub.say(unit, conversation_id, said, author="system", deliver=True, held=conversation)
        (seq,) = await say(held, staff, {"text": text}, key)
        return await finished(held, staff, seq=seq)

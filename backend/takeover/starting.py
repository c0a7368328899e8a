"""Staff write first: a conversation with an applicant of their county, where the veteran talked with us last and can be reached."""

from __future__ import annotations

from typing import Any

from backend.applications import service as applications
from backend.applications.model import Application
from backend.channels.sms import service as sms
from backend.channels.wechat import service as wechat
from backend.clock import now
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.model import Conversation
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.dialogue import repository as dialogue
from backend.dialogue.model import STARTED, HandoverRequest
from backend.errors import Conflict
from backend.house import House
from backend.locale.text import T
from backend.notices.service import common_params
from backend.security.masking import mask_name
from backend.staff.sessions import SignedIn
from backend.takeover import repository, states, words
from backend.takeover.attending import finished, say
from backend.takeover.desk import Held, give_to, record


async def start(house: House, staff: SignedIn, case_number: str, text: str, key: str) -> dict[str, Any]:
    """Write to the applicant of a case, where they talked with us last. Who deleted that talk, or can be written to there no
    more, gets it by SMS.

    Raises NotFound, Conflict `taken`.
    """
    async with house.db.unit() as unit:
        application = await applications.by_number(unit.session, staff.actor, case_number)
        place = await _place(unit, house, application)
        by_sms = place is None
        conversation_id = place or await _by_sms(unit, application)
        conversation = await hold(unit, conversation_id)
        if conversation.owner_kind == states.STAFF and conversation.owner_id != staff.username:
            who = conversation.owner_id or ""
            name = (await repository.names(unit.session, [who])).get(who, who)
            owner = {"username": who, "display_name": name}
            raise Conflict(
                T("{name} 正在和他聊。", name=name), code="taken", owner=owner, version=conversation.owner_version, allowed=[]
            )
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
            if by_sms:
                # Who gets a text out of the blue has to read first from whom it is.
                await _announce(held, application)
            await hub.say(unit, conversation_id, said, author="system", deliver=not by_sms, held=conversation)
        (seq,) = await say(held, staff, {"text": text}, key)
        return await finished(held, staff, seq=seq)


async def where(house: House, staff: SignedIn, case_number: str) -> dict[str, Any]:
    """Whom `start` would write to, and by which channel. Nothing is written. Raises NotFound."""
    async with house.db.unit() as unit:
        application = await applications.by_number(unit.session, staff.actor, case_number)
        place = await _place(unit, house, application)
        found = await hub.get_conversation(unit.session, place) if place is not None else None
    return {
        "case": application.number,
        "name": mask_name(str(application.answers["name"])),
        "channel": found.channel if found is not None else sms.CHANNEL,
    }


async def _place(unit: Unit, house: House, application: Application) -> str | None:
    """The conversation that they used last, if they can be reached there; None: by SMS."""
    own = await unit.session.get(Conversation, application.conversation_id)
    if own is None or own.channel == sms.CHANNEL:
        return None
    if own.channel == wechat.CHANNEL and not await wechat.reachable(unit, [own.id]):
        return None
    texting = await conversations.conversation_of(unit.session, sms.CHANNEL, sms.mobile_index(application.answers["mobile"]))
    if texting is not None:
        said = await conversations.last_said(unit.session, [own.id, texting.id])
        if said.get(texting.id, 0) > said.get(own.id, 0):
            return None
    return own.id


async def _by_sms(unit: Unit, application: Application) -> str:
    """The conversation of the applicant's mobile, made if there is none: an answer by SMS comes to whoever wrote."""
    mobile = application.answers["mobile"]
    index = sms.mobile_index(mobile)
    found = await conversations.conversation_of(unit.session, sms.CHANNEL, index)
    if found is None:
        found = await hub.open_conversation(unit, sms.CHANNEL, index, application.language, address=mobile)
    return found.id


async def _announce(held: Held, application: Application) -> None:
    params = common_params(held.house, application)
    await sms.queue(
        held.unit,
        held.house,
        application.answers["mobile"],
        "staff_writes",
        params,
        f"staff_writes:{held.request.id}",
        language=application.language,
        county=application.county,
    )

"""Taking a conversation in hand for a command: who asks, whether they may, and what is written down of it."""

from __future__ import annotations

from dataclasses import dataclass

from backend.applications.actor import Actor
from backend.clock import now
from backend.conversations import service as hub
from backend.conversations.live import announce
from backend.conversations.model import Conversation
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.dialogue.model import HandoverRequest
from backend.errors import Conflict, Forbidden, NotFound
from backend.house import House
from backend.locale.text import T
from backend.staff.sessions import SignedIn
from backend.takeover import repository, states
from backend.takeover.model import HandoverEvent
from backend.time_limits.rules import DEFAULT_OFFICE, OfficeHours, working_minutes_between

ROLES = ("window", "reviewer", "county_supervisor")
SYSTEM_NAME = "系统"


@dataclass
class Held:
    """A conversation and its request, held until the unit ends."""

    unit: Unit
    house: House
    conversation: Conversation
    request: HandoverRequest


def is_supervisor(staff: SignedIn) -> bool:
    """Who may take a conversation from anyone."""
    return "county_supervisor" in staff.roles


def office_of(house: House, county: str | None) -> OfficeHours:
    """The office hours that a request goes by; of no county, the ordinary ones."""
    return house.office(county) if county else DEFAULT_OFFICE


def nothing_there() -> NotFound:
    """There is no such conversation, or it is not the asker's to see."""
    return NotFound(T("没有这段对话，或者它不归你办。"), code="no_conversation")


async def take_in_hand(
    unit: Unit, house: House, staff: SignedIn, conversation_id: str, command: str, version: int | None
) -> Held:
    """The conversation for `command`, if the asker may see it and the table allows it. Raises NotFound, Forbidden, Conflict.

    `version` is the one that the asker has read: of two who press at once one gets it, the other is told who has it.
    """
    if await repository.latest(unit.session, staff.actor, conversation_id) is None:
        raise nothing_there()
    conversation = await hold(unit, conversation_id)
    request = await repository.latest(unit.session, staff.actor, conversation_id, lock=True)
    if request is None:
        raise nothing_there()
    await _check(unit, staff, conversation, command, version)
    return Held(unit, house, conversation, request)


async def _check(unit: Unit, staff: SignedIn, conversation: Conversation, command: str, version: int | None) -> None:
    owner, mine = conversation.owner_kind, conversation.owner_id == staff.username
    may = states.allowed(owner, mine=mine, supervisor=is_supervisor(staff))
    if command == "take" and not is_supervisor(staff):
        raise Forbidden(T("只有县级督办可以从别人手里接过来。"), code="wrong_role", roles=["county_supervisor"])
    told = {"allowed": may, "version": conversation.owner_version, "state": owner}
    if owner == states.STAFF and not mine and command not in may:
        name = (await repository.names(unit.session, [conversation.owner_id or ""])).get(conversation.owner_id or "", "同事")
        who = {"username": conversation.owner_id, "display_name": name}
        raise Conflict(T("{name} 已经接手了。", name=name), code="taken", owner=who, **told)
    if command not in may:
        reason = "这段对话你已经接手了。" if owner == states.STAFF else "这段对话现在不在人工手里，先接手再回复。"
        raise Conflict(reason, code="not_allowed", **told)
    if version is not None and version != conversation.owner_version:
        raise Conflict(T("这段对话刚刚有变动，请看看最新的再处理。"), code="stale", **told)


def record(
    unit: Unit, request: HandoverRequest, actor: Actor, name: str, command: str, text: str | None = None
) -> HandoverEvent:
    """Write down what was done, in the unit that does it."""
    event = HandoverEvent(request_id=request.id, command=command, actor=actor.name, actor_name=name, text=text, at=now())
    unit.session.add(event)
    request.changed_at = event.at
    return event


async def give_to(held: Held, staff_name: str | None) -> None:
    """Hand the conversation to one of staff (`staff_name`: the username), or back into the queue."""
    kind, moment = (states.STAFF if staff_name else states.QUEUE), now()
    await hub.change_owner(held.unit, held.conversation.id, held.conversation.owner_version, kind, staff_name)
    request = held.request
    request.changed_at = moment
    if staff_name is None:
        request.claimed_by, request.claimed_at, request.active_at, request.queued_at = None, None, None, moment
    else:
        request.claimed_by, request.claimed_at, request.active_at = f"staff:{staff_name}", moment, moment
    await held.unit.session.flush()


async def end(held: Held, actor: Actor, outcome: str, text: str | None, cause: str | None = None) -> None:
    """Close the request, count how long it took, and give the conversation back to the bot."""
    request, moment = held.request, now()
    request.closed_at, request.closed_by, request.outcome, request.note = moment, actor.name, outcome, text
    request.changed_at, request.active_at = moment, None
    request.resolution_minutes = minutes(held.house, request, moment)
    await hub.change_owner(held.unit, held.conversation.id, held.conversation.owner_version, states.BOT, cause=cause)
    await held.unit.session.flush()


def minutes(house: House, request: HandoverRequest, until: object) -> int:
    """Minutes of the county's office hours from the asking on."""
    return working_minutes_between(request.asked_at, until, house.calendar, office_of(house, request.county))  # type: ignore[arg-type]


async def wake(held: Held) -> None:
    """Let every desk look again, after the commit."""
    await announce(held.unit, held.conversation.id, people=True)

"""What staff do with a conversation. Each command is one transaction; of two who press at once one gets it."""

from __future__ import annotations

from typing import Any

from backend.clock import now
from backend.conversations import service as hub
from backend.conversations.live import announce, for_staff, tell_typing
from backend.conversations.messages import Link, Message, is_address, to_body
from backend.dialogue.model import HELPED
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import T
from backend.staff.sessions import SignedIn
from backend.takeover import reading, repository, showing, states, unread, words
from backend.takeover.desk import ROLES, Held, end, give_to, minutes, record, take_in_hand, wake
from backend.takeover.on_page import page_for, say_on_page
from backend.takeover.waiting import place_of, say_released

#: Looking and typing count as doing something, but need not be written more often.
NOTE_EVERY_SECONDS = 60


async def finished(held: Held, staff: SignedIn, **more: Any) -> dict[str, Any]:
    """What the conversation is afterwards; the unit is committed."""
    await wake(held)
    await held.unit.session.flush()
    shown = await showing.detail(held.unit.session, held.house, staff, (held.request, held.conversation))
    await held.unit.commit()
    return {"conversation": shown, **more}


async def claim(house: House, staff: SignedIn, conversation_id: str, version: int) -> dict[str, Any]:
    """Take on who waits. Raises NotFound, Conflict `taken` with who has it, `stale`."""
    return await _get(house, staff, conversation_id, version, "claim")


async def take(house: House, staff: SignedIn, conversation_id: str, version: int) -> dict[str, Any]:
    """A supervisor takes a conversation from whoever has it. Raises Forbidden for others."""
    return await _get(house, staff, conversation_id, version, "take")


async def _get(house: House, staff: SignedIn, conversation_id: str, version: int, command: str) -> dict[str, Any]:
    async with house.db.unit() as unit:
        held = await take_in_hand(unit, house, staff, conversation_id, command, version)
        await give_to(held, staff.username)
        record(unit, held.request, staff.actor, staff.display_name, command)
        said = [words.came(staff.display_name)]
        await hub.say(unit, conversation_id, said, author="system", deliver=True, held=held.conversation)
        return await finished(held, staff)


async def reply(
    house: House, staff: SignedIn, conversation_id: str, version: int, text: str, key: str, link: Link | None = None
) -> dict[str, Any]:
    """Answer the veteran, under one's own name, with an address if there is one. The same `key` again says nothing again; `seq`
    is where it stands. Raises GuituError `address` for what is no address to send somebody to."""
    if link is not None and not is_address(link.url):
        raise GuituError("网址要以 https:// 开头，不能有空格和中文。", code="address")
    async with house.db.unit() as unit:
        held = await take_in_hand(unit, house, staff, conversation_id, "reply", version)
        page = await page_for(unit, house, held.conversation) if link is not None else None
        body = to_body(Message(text, link=link), held.conversation.language)
        (seq,) = await say(held, staff, body, key)
        if page is not None:
            await say_on_page(unit, page, "staff", staff.display_name, body, f"staff:{conversation_id}:{key}:page")
        return await finished(held, staff, seq=seq)


async def say(held: Held, staff: SignedIn, body: dict[str, Any], key: str) -> list[int]:
    """Say something in the name of staff, in a conversation that is theirs."""
    full_key = f"staff:{held.conversation.id}:{key}"
    seqs = await hub.say(
        held.unit,
        held.conversation.id,
        [body],
        author="staff",
        author_name=staff.display_name,
        key=full_key,
        deliver=True,
        held=held.conversation,
    )
    request = held.request
    request.active_at = request.changed_at = now()
    if request.first_answer_minutes is None:
        request.first_answer_minutes = minutes(held.house, request, now())
    await unread.look_later(held.unit, held.conversation, seqs[-1])
    return seqs


async def note(house: House, staff: SignedIn, conversation_id: str, text: str) -> dict[str, Any]:
    """An internal note, which no veteran ever reads."""
    async with house.db.unit() as unit:
        held = await take_in_hand(unit, house, staff, conversation_id, "note", None)
        record(unit, held.request, staff.actor, staff.display_name, "note", text)
        if held.conversation.owner_id == staff.username:
            held.request.active_at = now()
        return await finished(held, staff)


async def transfer(
    house: House,
    staff: SignedIn,
    conversation_id: str,
    version: int,
    *,
    to: str | None = None,
    county: str | None = None,
    text: str | None = None,
) -> dict[str, Any]:
    """Hand it to a colleague (`to`: the username) or into another county's queue. Raises GuituError for neither, or unknown ones."""
    if (to is None) == (county is None):
        raise GuituError(T("请选一位同事，或者一个县（市、区）。"), code="one_target")
    async with house.db.unit() as unit:
        held = await take_in_hand(unit, house, staff, conversation_id, "transfer", version)
        if to is not None:
            await _to_colleague(held, staff, to, text)
        else:
            await _to_county(held, staff, str(county), text)
        return await finished(held, staff)


async def _to_colleague(held: Held, staff: SignedIn, to: str, text: str | None) -> None:
    found = await repository.colleagues(held.unit.session, ROLES, held.request.county)
    colleague = next((each for each in found if each.username == to), None)
    if colleague is None:
        raise GuituError(
            T("没有这位同事，或者这段对话不归他办。"), code="unknown_colleague", allowed=[each.username for each in found]
        )
    await give_to(held, to)
    record(held.unit, held.request, staff.actor, staff.display_name, "transfer", text)
    said = [words.came(colleague.display_name)]
    await hub.say(held.unit, held.conversation.id, said, author="system", deliver=True, held=held.conversation)


async def _to_county(held: Held, staff: SignedIn, code: str, text: str | None) -> None:
    county = held.house.catalogue.counties.get(code)
    if county is None:
        raise GuituError(T("没有这个县（市、区），请核对代码。"), code="unknown_county")
    held.request.county = held.conversation.county = code
    await give_to(held, None)
    record(held.unit, held.request, staff.actor, staff.display_name, "transfer", text)
    where = await place_of(held.unit, held.house, held.request)
    said = [words.moved(county.name, where.ahead, where.opens)]
    await hub.say(held.unit, held.conversation.id, said, author="system", deliver=True, held=held.conversation)


async def give_back(
    house: House, staff: SignedIn, conversation_id: str, version: int, *, step: str | None = None
) -> dict[str, Any]:
    """Give it back to the bot, which says so and takes up where the interview stood, or at `step`."""
    return await _release(house, staff, conversation_id, version, "give_back", HELPED, None, step)


async def close(
    house: House, staff: SignedIn, conversation_id: str, version: int, outcome: str, text: str | None = None
) -> dict[str, Any]:
    """Close it with a result; the bot is back."""
    return await _release(house, staff, conversation_id, version, "close", outcome, text, None)


async def _release(
    house: House,
    staff: SignedIn,
    conversation_id: str,
    version: int,
    command: str,
    outcome: str,
    text: str | None,
    step: str | None,
) -> dict[str, Any]:
    async with house.db.unit() as unit:
        held = await take_in_hand(unit, house, staff, conversation_id, command, version)
        attended = held.conversation.owner_kind == states.STAFF
        await end(held, staff.actor, outcome, text)
        record(unit, held.request, staff.actor, staff.display_name, command, text)
        if attended:
            await say_released(held, step)
        return await finished(held, staff)


async def seen(house: House, staff: SignedIn, conversation_id: str, seq: int) -> None:
    """Staff have read up to a message; for who has the conversation it counts as doing something."""
    async with house.db.unit() as unit:
        request, conversation = await reading.one(unit, staff, conversation_id, look=False)
        changed = await repository.note_seen(unit.session, conversation_id, "seen_by_staff", seq)
        active = request.active_at
        if conversation.owner_id == staff.username and active and (now() - active).total_seconds() > NOTE_EVERY_SECONDS:
            request.active_at, changed = now(), True
        if changed:
            await announce(unit, conversation_id, people=True)
            await unit.commit()


async def typing(house: House, staff: SignedIn, conversation_id: str, on: bool) -> None:
    """Show the veteran that somebody types. Only who has the conversation."""
    async with house.db.reading() as session:
        found = await repository.some(session, staff.actor, [conversation_id])
    if found and found[0][1].owner_id == staff.username:
        await tell_typing(house.db, conversation_id, on)


async def veteran_typing(house: House, conversation_id: str, on: bool) -> None:
    """Show staff that the veteran types."""
    await tell_typing(house.db, for_staff(conversation_id), on)


async def veteran_seen(house: House, conversation_id: str, seq: int) -> None:
    """The veteran has read up to a message."""
    async with house.db.unit() as unit:
        if await repository.note_seen(unit.session, conversation_id, "seen_by_veteran", seq):
            await announce(unit, conversation_id, people=True)
            await unit.commit()

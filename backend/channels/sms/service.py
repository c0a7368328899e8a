"""Texts out by the outbox, one attempt each; texts in through the hub; reminders stopped and resumed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.catalogue.build import places
from backend.catalogue.entries import Notice
from backend.channels.sms import repository
from backend.channels.sms.model import OUTGOING, SmsMessage, SmsStop
from backend.channels.sms.outcome import NO_TEMPLATE, NotSent
from backend.channels.sms.outgoing import Outgoing, Template, template
from backend.channels.sms.states import QUEUED, SENDING, UNKNOWN, forward
from backend.channels.sms.text import as_texts
from backend.conversations import service as hub
from backend.conversations.model import Conversation, TranscriptMessage
from backend.conversations.outbound import deliver_by
from backend.db.engine import Unit
from backend.db.keys import fitted
from backend.db.types import key_ring
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE, render
from backend.outbox import service as outbox
from backend.outbox.service import Delivery, DeliveryFailed

TOPIC = "sms.send"
#: A text in free words that the provider does not take: what becomes of it is for whoever wrote it. See takeover/unread.py.
NOT_TAKEN_TOPIC = "sms.not_taken"
_REPLY = "reply:"
CHANNEL = "sms"
REMINDER = "reminder"
# One attempt at a time to each mobile, so that a worker's texts to one person leave in their order.
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


def mobile_index(mobile: str) -> str:
    """The blind index under which a mobile is found."""
    return key_ring().blind_index(mobile, "sms.mobile")


async def queue(
    unit: Unit,
    house: House,
    to: str,
    template_id: str,
    params: Mapping[str, Any],
    key: str,
    language: str = SOURCE_LANGUAGE,
    county: str | None = None,
) -> int | None:
    """Queue the SMS of a notice in the causing unit; it leaves after the commit. Returns its seq, None when none is sent:
    the notice has no SMS, this `key` was queued before, or it is a reminder and the mobile's owner stopped those.

    `to`: a mobile, 11 digits. Raises KeyError for an unknown notice or a place that `params` does not fill.
    """
    row = await text_of(unit, house.catalogue.notices[template_id], to, params, key, language, county)
    if row is None or await repository.by_key(unit.session, row.key) is not None:
        return None
    await queue_new(unit, [row])
    return row.seq


async def text_of(
    unit: Unit,
    notice: Notice,
    to: str,
    params: Mapping[str, Any],
    key: str,
    language: str = SOURCE_LANGUAGE,
    county: str | None = None,
) -> SmsMessage | None:
    """The SMS of a notice, not yet queued; None when none is to be sent, as with `queue`."""
    text = notice.sms_text(params)
    if text is None or (notice.kind == REMINDER and await repository.is_stopped(unit.session, mobile_index(to))):
        return None
    made_from = template(notice.id, notice.version, {name: params[name] for name in places(notice.sms or "")}, language)
    return _outgoing(to, render(text, language), f"notice:{key}", made_from, county)


async def queue_text(
    unit: Unit,
    to: str,
    text: str,
    key: str,
    template: Template | None = None,
    county: str | None = None,
    conversation_id: str | None = None,
) -> int | None:
    """Queue one text in the causing unit, with the template that it was made from, if any. Returns its seq, or None when this key was queued before."""
    row = _outgoing(to, text, key, template, county, conversation_id)
    if await repository.by_key(unit.session, row.key) is not None:
        return None
    await queue_new(unit, [row])
    return row.seq


async def unknown_key(unit: Unit, key: str) -> bool:
    """True when no text has this row's key yet."""
    return await repository.by_key(unit.session, key) is None


async def queue_new(unit: Unit, rows: Sequence[SmsMessage]) -> None:
    """Queue texts whose keys nobody has used, in their order."""
    if not rows:
        return
    unit.session.add_all(rows)
    # A worker sends what waits for a mobile up to the text's seq, which the database gives.
    await unit.session.flush()
    for row in rows:
        await outbox.put(unit.session, TOPIC, row.key, {"sms": row.seq}, county=row.county, new_key=True)


def _outgoing(
    to: str, text: str, key: str, template: Template | None, county: str | None, conversation_id: str | None = None
) -> SmsMessage:
    instant = clock.now()
    return SmsMessage(
        direction=OUTGOING,
        mobile=to,
        mobile_index=mobile_index(to),
        template_id=template.id if template else None,
        template=template.to_json() if template else None,
        text=text,
        key=fitted(f"{OUTGOING}:{key}"),
        state=QUEUED,
        county=county,
        conversation_id=conversation_id,
        at=instant,
        updated_at=instant,
    )


async def stop_reminders(unit: Unit, mobile: str) -> None:
    """No more reminders to a mobile (11 digits); results are sent all the same. A second time changes nothing."""
    index = mobile_index(mobile)
    if not await repository.is_stopped(unit.session, index):
        unit.session.add(SmsStop(mobile_index=index, at=clock.now()))


async def resume_reminders(unit: Unit, mobile: str) -> None:
    """Reminders again."""
    await repository.resume(unit.session, mobile_index(mobile))


async def reminders_stopped(session: AsyncSession, mobile: str) -> bool:
    """True when the owner of a mobile (11 digits) wants no reminders."""
    return await repository.is_stopped(session, mobile_index(mobile))


async def deliver(house: House, delivery: Delivery) -> None:
    """The outbox's handler of `sms.send`: send what waits for this mobile, in order, up to the row of the delivery.

    Raises DeliveryFailed when nothing could leave; the outbox tries again.
    """
    seq = int(delivery.payload["sms"])
    async with house.db.reading() as session:
        row = await session.get(SmsMessage, seq)
    if row is None:
        return  # erased meanwhile
    turn = _turns.setdefault(row.mobile_index, asyncio.Lock())
    async with turn:
        async with house.db.reading() as session:
            waiting = await repository.queued_up_to(session, row.mobile_index, seq)
        for each in waiting:
            await _send(house, each)
        await _settle(house, seq)


async def _send(house: House, seq: int) -> None:
    async with house.db.unit() as unit:
        if not await repository.take(unit.session, seq, clock.now()):
            return
        row = await unit.session.get_one(SmsMessage, seq, populate_existing=True)
        await unit.commit()
    try:
        made_from = Template(**row.template) if row.template else None
        outcome = await house.sms.send(Outgoing(row.mobile, row.text, str(seq), made_from))
    except NotSent as error:
        async with house.db.unit() as unit:
            again = await repository.held(unit.session, seq)
            if again is not None and again.state == SENDING:
                again.state, again.updated_at = QUEUED, clock.now()
            await unit.commit()
        raise DeliveryFailed(str(error)) from error
    await note_outcome(house, seq, outcome.state, outcome.provider_id, outcome.error)


async def _settle(house: House, seq: int) -> None:
    """A text still marked as being sent was in the hands of a process that died: whether it left cannot be told."""
    async with house.db.unit() as unit:
        row = await repository.held(unit.session, seq)
        if row is not None and row.state == SENDING:
            row.state, row.error, row.updated_at = UNKNOWN, "interrupted", clock.now()
            await unit.commit()


async def note_outcome(house: House, seq: int, state: str, provider_id: str | None, error: str | None) -> None:
    """Keep how the attempt went; a receipt that was quicker is not undone."""
    async with house.db.unit() as unit:
        row = await repository.held(unit.session, seq)
        if row is not None:
            row.provider_id = provider_id or row.provider_id
            row.error = error or row.error
            row.state, row.updated_at = forward(row.state, state), clock.now()
            if error == NO_TEMPLATE and row.conversation_id is not None:
                said = row.key.removeprefix(f"{OUTGOING}:{_REPLY}").partition(":")[0]
                what = {"conversation": row.conversation_id, "message": said}
                # One for each message, of however many texts it is.
                await outbox.put(unit.session, NOT_TAKEN_TOPIC, said, what, county=row.county)
            await unit.commit()


async def note_receipt(house: House, provider_id: str, state: str, seq: int | None = None, error: str | None = None) -> bool:
    """Keep a provider's delivery receipt, forward only. False: it speaks of no text of ours."""
    async with house.db.unit() as unit:
        row = await repository.for_receipt(unit.session, provider_id, seq)
        if row is None:
            return False
        row.provider_id = provider_id
        row.error = error or row.error
        row.state, row.updated_at = forward(row.state, state), clock.now()
        await unit.commit()
        return True


async def send_reply(unit: Unit, conversation: Conversation, message: TranscriptMessage) -> None:
    """Send what was said in an SMS conversation as texts: the hub calls it in the saying unit."""
    mobile = await hub.mobile_of(unit.session, conversation.id)
    if mobile is None:
        raise RuntimeError(f"an SMS conversation without its mobile: {conversation.id}")
    for number, text in enumerate(as_texts(message.body, conversation.language), 1):
        await queue_text(unit, mobile, text, f"{_REPLY}{message.id}:{number}", conversation_id=conversation.id)


async def forget(unit: Unit, conversation_id: str) -> None:
    """Delete the texts of a conversation: the hub calls it when what was said is cleared."""
    await repository.delete_of_conversation(unit.session, conversation_id)


deliver_by(CHANNEL, send_reply, forget)


async def end_words(unit: Unit, seqs: Sequence[int]) -> None:
    """End the words of texts: that they were sent stays. What has not left by now never does."""
    await repository.end_words(unit.session, seqs)

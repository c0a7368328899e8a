"""What a veteran sends, taken in: stored and committed before anyone acknowledges it, once whatever is delivered twice.

Numbers that must not lie in clear are replaced by tokens first (backend.security.redaction).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.conversations import repository
from backend.conversations.attended import heard_by_staff
from backend.conversations.codes import awaits_code
from backend.conversations.handling import Work, take_next
from backend.conversations.incoming import Press, Refused, chosen, clean, press_body
from backend.conversations.model import Conversation, Inbound, Secret
from backend.conversations.outbound import append, hold
from backend.conversations.owning import STAFF
from backend.db.keys import fitted
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import T, render
from backend.security.redaction import redact, redacted_if_plain

#: The backend that stored a message hands it to Rasa at once; the worker's sweep takes it up if that did not happen.
GRACE_SECONDS = 3


@dataclass(frozen=True)
class Receipt:
    """What was received: its place in the transcript, its id (`m_…`), whether it is new (False: a repeat).

    work   what is to be handled now under the lease that was asked for; None: no lease was asked for or free, or nothing is due
    """

    seq: int
    message_id: str
    new: bool
    work: Work | None = None


async def receive(
    house: House,
    conversation_id: str,
    channel: str,
    key: str,
    *,
    text: str | None = None,
    press: Press | None = None,
    link: str | None = None,
    lease: str | None = None,
) -> Receipt:
    """Store what a veteran sent: a text or a press. When this returns it is committed and may be acknowledged.

    `key` is the channel's own id of the delivery: the same again returns the same receipt. `link`: the address that the text is
    the title of; staff see it, Rasa never. Who handles at once what it receives gives a `lease` of its own, and goes on with the
    receipt's work. Raises NotFound, or GuituError (400; 413 over 2,000 characters) whose message tells the veteran, in the conversation's language, what to do.
    """
    async with house.db.unit() as unit:
        conversation = await hold(unit, conversation_id, lease)
        full_key = fitted(f"{channel}:{conversation_id}:{key}")
        known = await repository.message_by_key(unit.session, full_key)
        if known is not None:
            return Receipt(known.seq, known.id, new=False)
        try:
            body = await _body(unit.session, conversation, text, press)
        except Refused as refusal:
            error = GuituError(render(refusal.text, conversation.language), code=refusal.code)
            error.status = 413 if refusal.code == "too_long" else 400
            raise error from None
        if link is not None:
            body["link"] = {"label": body["text"], "url": link}
        conversation.channel = channel
        message = await append(unit, conversation, author="veteran", body=body, key=full_key)
        unit.session.add(
            Inbound(
                message_id=message.id,
                conversation_id=conversation_id,
                seq=message.seq,
                state="passed" if conversation.owner_kind == STAFF else "stored",
                attempts=0,
                strikes=0,
                told_delayed=False,
                received_at=message.at,
                next_attempt_at=message.at + timedelta(seconds=GRACE_SECONDS),
            )
        )
        if conversation.owner_kind == STAFF:
            await heard_by_staff(unit, house, conversation, message)
        work = await take_next(unit, conversation, lease) if lease and conversation.lease_owner == lease else None
        await unit.commit()
        return Receipt(message.seq, message.id, True, work)


async def _body(session: AsyncSession, conversation: Conversation, text: str | None, press: Press | None) -> dict[str, Any]:
    if press is not None:
        offer = await repository.message_at(session, conversation.id, press.message)
        if offer is None or offer.author == "veteran":
            raise Refused("not_offered", T("这个选项现在用不了，麻烦看看最新的消息，再选一次。"))
        return press_body(press, chosen(offer.body, press))
    cleaned = clean(text or "")
    codes = awaits_code(conversation)
    if (plain := redacted_if_plain(cleaned, codes)) is not None:
        return {"text": plain}
    secrets = await repository.secrets_of(session, conversation.id)
    numbers = {(secret.kind, secret.value): k for k, secret in secrets.items()}

    def take(kind: str, value: str) -> int:
        # Above every number that is or was in use here: some may have been cleared between those that are left.
        k = numbers.setdefault((kind, value), max(secrets, default=0) + 1)
        if k not in secrets:
            secrets[k] = Secret(conversation_id=conversation.id, k=k, kind=kind, value=value)
            session.add(secrets[k])
        return k

    return {"text": redact(cleaned, take, codes)}

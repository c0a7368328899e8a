"""A text that came in: kept, recognised as a stop word or as a menu's answer, and given to the hub."""

from __future__ import annotations

import re
import unicodedata

from backend import clock
from backend.channels.sms import repository
from backend.channels.sms.model import INCOMING, SmsMessage
from backend.channels.sms.service import CHANNEL, mobile_index, queue_text, resume_reminders, stop_reminders
from backend.channels.sms.states import RECEIVED
from backend.channels.sms.text import read_back
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.db.keys import fitted
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE, T, Text, render

STOP_WORDS = frozenset({"退订", "td", "t", "取消订阅", "拒收", "stop", "stopall", "unsubscribe"})
RESUME_WORDS = frozenset({"订阅", "恢复订阅", "start", "unstop", "subscribe"})
MOBILE = re.compile(r"(?:\+?86)?(1\d{10})")
ABROAD = re.compile(r"\+\d{6,15}")


def normalise_mobile(given: str) -> str:
    """Eleven digits of a mainland mobile, or E.164 of one from abroad. Raises GuituError (400) for anything else."""
    plain = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", given))
    if mainland := MOBILE.fullmatch(plain):
        return mainland[1]
    if ABROAD.fullmatch(plain):
        return plain
    raise GuituError("这不是手机号。", code="not_a_mobile")


async def receive_sms(house: House, mobile: str, text: str, provider_key: str) -> str | None:
    """Keep a text and give it to the conversation of its mobile, made if there is none. When this returns it is committed.

    `provider_key` is the provider's id of the text: the same again does nothing twice. Returns the conversation that now
    waits for its answer; None when the text was answered here (a stop word, or one that cannot be read). Raises GuituError
    (400) when `mobile` is none.
    """
    mobile = normalise_mobile(mobile)
    conversation_id = await _keep(house, mobile, text, provider_key)
    word = unicodedata.normalize("NFKC", text).strip().rstrip("。.!").casefold()
    if word in STOP_WORDS or word in RESUME_WORDS:
        await _stop_or_resume(house, mobile, conversation_id, provider_key, stop=word in STOP_WORDS)
        return None
    said, press = await _said(house, conversation_id, text)
    try:
        await hub.receive(house, conversation_id, CHANNEL, provider_key, text=said, press=press)
    except NotFound:
        raise
    except GuituError as refusal:
        # Not a fault of the provider's: the person is told, the provider gets its acknowledgement.
        async with house.db.unit() as unit:
            await queue_text(unit, mobile, str(refusal), f"refused:{provider_key}", conversation_id=conversation_id)
            await unit.commit()
        return None
    return conversation_id


async def _keep(house: House, mobile: str, text: str, provider_key: str) -> str:
    index, key = mobile_index(mobile), fitted(f"{INCOMING}:{provider_key}")
    async with house.db.unit() as unit:
        conversation = await conversations.conversation_of(unit.session, CHANNEL, index)
        if conversation is None:
            # No greeting: who texts wants an answer, and the dialogue explains itself when it begins an application.
            conversation = await hub.open_conversation(unit, CHANNEL, index, SOURCE_LANGUAGE, address=mobile)
        if await repository.by_key(unit.session, key) is None:
            instant = clock.now()
            unit.session.add(
                SmsMessage(
                    direction=INCOMING,
                    mobile=mobile,
                    mobile_index=index,
                    text=_storable(text),
                    key=key,
                    state=RECEIVED,
                    conversation_id=conversation.id,
                    at=instant,
                    updated_at=instant,
                )
            )
        await unit.commit()
        return conversation.id


def _storable(text: str) -> str:
    """At most what the hub reads, and nothing that cannot be encoded."""
    return text[:2000].encode("utf-8", "replace").decode()


async def _said(house: House, conversation_id: str, text: str) -> tuple[str | None, hub.Press | None]:
    """The text, or the press that it stands for as an answer to the last menu."""
    async with house.db.reading() as session:
        offer = await hub.last_offer(session, conversation_id)
    chosen = read_back(offer[1], text) if offer else ()
    return (None, hub.Press(offer[0], chosen)) if offer and chosen else (text, None)


async def _stop_or_resume(house: House, mobile: str, conversation_id: str, provider_key: str, stop: bool) -> None:
    async with house.db.unit() as unit:
        await (stop_reminders if stop else resume_reminders)(unit, mobile)
        said: Text = (
            T("提醒短信停了，办理结果还会通知你。想恢复回复“订阅”。") if stop else T("好，提醒短信恢复了。不想收回复“退订”。")
        )
        await queue_text(unit, mobile, render(said, SOURCE_LANGUAGE), f"stop:{provider_key}", conversation_id=conversation_id)
        await unit.commit()

"""Pictures that come by WeChat: asked of which paper they are, fetched by the worker, kept as e-vouchers (电子凭证)."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from backend import clock
from backend.attachments import service as attachments
from backend.channels.wechat import repository, tokens
from backend.channels.wechat.api import NotKnown, NotReached, Refused, TooLarge, WeChatApi
from backend.channels.wechat.model import WeChatMessage, WeChatPicture
from backend.channels.wechat.service import CHANNEL, answer_at_once, openid_index
from backend.channels.wechat.states import LATER, TOKEN_OVER
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.messages import Choice, Message
from backend.conversations.model import Conversation
from backend.conversations.outbound import append, hold
from backend.conversations.owning import STAFF
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.locale.text import T, Text, render
from backend.outbox import service as outbox
from backend.outbox.service import Delivery, DeliveryFailed
from backend.vouchers import service as vouchers
from backend.vouchers.rules import MOST_BYTES, too_large
from backend.vouchers.service import Sent, Wanted
from backend.vouchers.workshop import Workshop

TOPIC = "wechat.picture"
#: The intent of a choice that this channel reads itself: Rasa never sees a press of it.
INTENT = "wechat_picture"
#: The decoders of a process, started when the first picture comes.
_workshops: WeakKeyDictionary[WeChatApi, Workshop] = WeakKeyDictionary()


async def receive(unit: Unit, house: House, conversation: Conversation, row: WeChatMessage, media_id: str) -> None:
    """A picture came: let the worker fetch it, or ask of which paper it is, or say why it is not taken.

    While one of staff answers it is for them, whatever it shows.
    """
    if conversation.owner_kind == STAFF:
        await outbox.put(unit.session, TOPIC, row.key, {"conversation": conversation.id, "media": media_id, "to_staff": True})
        return
    await _note_said(unit, conversation.id, render(T("〔照片〕"), conversation.language), f"picture:{row.key}")
    known = await vouchers.wanted(unit.session, house, conversation.id)
    if not known.materials:
        await answer_at_once(unit, conversation, row, Message(_why_not(known)), "picture")
    elif len(known.materials) == 1:
        await _fetch_later(unit, conversation.id, row.key, media_id, known.materials[0])
    else:
        picture = WeChatPicture(id=new_id("p"), conversation_id=conversation.id, media_id=media_id, at=clock.now())
        unit.session.add(picture)
        await answer_at_once(unit, conversation, row, _question(house, known, picture.id), "picture")


async def _note_said(unit: Unit, conversation_id: str, text: str, key: str) -> None:
    """Put what the veteran did into the transcript: it answers what was offered, and needs no answer of Rasa's."""
    conversation = await hold(unit, conversation_id)
    if await conversations.message_by_key(unit.session, key) is None:
        (await append(unit, conversation, author="veteran", body={"text": text}, key=key)).state = "answered"


def _why_not(known: Wanted) -> Text:
    if not known.consented:
        return T("照片先不用发。里面有敏感信息，要先说“开始”，同意处理之后再发。")
    if known.application is not None:
        return T("照片看到了，不过县里现在没有要你补材料，我就没有存。有疑问可以说“转人工”。")
    return T("照片看到了，不过还没到交材料这一步，我就没有存。到时候会告诉你要拍哪几样。")


def _question(house: House, known: Wanted, picture_id: str) -> Message:
    catalogue = house.catalogue_of(known.application) if known.application is not None else house.catalogue
    return Message(
        T("照片收到了。这是哪一份材料？"),
        [
            Choice(catalogue.materials[number].short, INTENT, f"{picture_id}={number}", key=str(number))
            for number in known.materials
        ],
    )


async def is_choice(house: House, conversation_id: str, press: hub.Press) -> bool:
    """True when a press answers of which paper a picture is."""
    return await _chosen(house, conversation_id, press) is not None


async def _chosen(house: House, conversation_id: str, press: hub.Press) -> tuple[str, int] | None:
    async with house.db.reading() as session:
        offer = await conversations.message_at(session, conversation_id, press.message)
    for choice in (offer.body.get("choices") or ()) if offer is not None and offer.author != "veteran" else ():
        if choice["intent"] == INTENT and (choice["id"],) == press.choices:
            picture_id, _, number = choice["value"].partition("=")
            return picture_id, int(number)
    return None


async def choose(house: House, conversation: Conversation, row_key: str, press: hub.Press) -> None:
    """The veteran has said of which paper a picture is: let the worker fetch it. The same again does nothing twice."""
    chosen = await _chosen(house, conversation.id, press)
    assert chosen is not None, "is_choice said so"
    picture_id, material = chosen
    async with house.db.unit() as unit:
        row = await repository.by_key(unit.session, row_key)
        assert row is not None, "kept before"
        name = render(house.catalogue.materials[material].short, conversation.language)
        await _note_said(unit, conversation.id, name, f"picture:{row_key}")
        picture = await repository.picture(unit.session, conversation.id, picture_id)
        if picture is not None:
            await _fetch_later(unit, conversation.id, row_key, picture.media_id, material)
            await unit.session.delete(picture)
            await answer_at_once(unit, conversation, row, Message(T("好，正在收，稍等。")), "picture")
        else:
            again = T("这张照片已经处理过了。要换一张，直接再发一张就行。")
            await answer_at_once(unit, conversation, row, Message(again), "picture")
        await unit.commit()


async def _fetch_later(unit: Unit, conversation_id: str, key: str, media_id: str, material: int) -> None:
    payload = {"conversation": conversation_id, "media": media_id, "material": material}
    await outbox.put(unit.session, TOPIC, key, payload)


async def deliver(house: House, delivery: Delivery) -> None:
    """The outbox's handler of `wechat.picture`: fetch a picture, keep it as a voucher, say how that went.

    Raises DeliveryFailed when WeChat cannot be reached now.
    """
    payload = delivery.payload
    async with house.db.reading() as session:
        try:
            conversation = await hub.get_conversation(session, payload["conversation"])
        except NotFound:
            return  # erased meanwhile
    said = await _kept(house, conversation, delivery.key, payload)
    if said is None:
        return
    async with house.db.unit() as unit:
        await hub.say(unit, conversation.id, [Message(said)], key=f"wechat.picture:{delivery.key}", deliver=True)
        await unit.commit()


async def _kept(house: House, conversation: Conversation, key: str, payload: dict[str, Any]) -> Text | str | None:
    """Fetch and keep a picture; what to say of it, if anything: what staff get they answer themselves."""
    assert house.wechat is not None, "without WeChat nothing of its lies in the outbox"
    api, language = house.wechat, conversation.language
    try:
        content = await tokens.with_token(house, api, lambda token: api.picture(token, payload["media"], MOST_BYTES))
    except TooLarge:
        return render(too_large(MOST_BYTES + 1).text, language)
    except (NotReached, NotKnown) as error:
        raise DeliveryFailed(f"WeChat: {error}") from error
    except Refused as error:
        if error.code in LATER or error.code in TOKEN_OVER:
            raise DeliveryFailed(f"WeChat: {error}") from error
        return T("这张照片没取到，可能放得太久了。麻烦再发一次。")
    try:
        if payload.get("to_staff"):
            talk_key = f"{CHANNEL}:{_short(key)}"
            await attachments.receive(house, _workshop(api), conversation, talk_key, content, was_attended=True)
            return None
        await vouchers.upload(house, _workshop(api), conversation, Sent(payload["material"], _short(key), content))
    except GuituError as refusal:
        if refusal.code == "busy":
            raise DeliveryFailed("too many pictures at once") from refusal
        return str(refusal)
    return T(
        "照片收下了：{paper}。还有一面或还有几页，接着发就行。", paper=house.catalogue.materials[payload["material"]].short
    )


def _workshop(api: WeChatApi) -> Workshop:
    if api not in _workshops:
        _workshops[api] = Workshop()
    return _workshops[api]


def _short(key: str) -> str:
    """A delivery's key as a voucher's: of at most 64 characters."""
    return openid_index(f"{CHANNEL}:{key}")

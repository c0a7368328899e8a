"""Files in a talk, as staff handle them: sent to the veteran, looked at (which is recorded), put to a paper of the checklist."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.model import Application
from backend.attachments import repository as attachments
from backend.attachments.model import Attachment
from backend.attachments.service import keep, missing, pictures_of
from backend.channels.wechat import service as wechat
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.messages import File, Message, to_body
from backend.conversations.model import Conversation
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.db.keys import fitted
from backend.errors import Conflict, GuituError
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE, T, render
from backend.security.service import note_access
from backend.staff.sessions import SignedIn
from backend.takeover import reading
from backend.takeover.attending import finished, say
from backend.takeover.desk import Held, take_in_hand
from backend.takeover.on_page import page_for, say_on_page
from backend.vouchers import casework
from backend.vouchers import service as vouchers
from backend.vouchers.pictures import Picture
from backend.vouchers.workshop import Workshop

LOOK = "attachment"
VETERAN = "veteran:"
#: Each page is a message of its own there, and five may follow what a veteran wrote. # WeChat, 客服消息下发规则
MOST_ON_WECHAT = 3


async def send_file(
    house: House,
    workshop: Workshop,
    staff: SignedIn,
    conversation_id: str,
    version: int,
    key: str,
    content: bytes,
    text: str = "",
) -> dict[str, Any]:
    """Send a picture or a PDF to the veteran, under one's own name; `text` goes with it. The same `key` again sends nothing again.

    Raises Conflict, GuituError with what is wrong with the file, `too_many_pages`, or `no_page` where they have no page to see it.
    """
    key = f"file-{key}"
    full_key = fitted(f"staff:{conversation_id}:{key}")
    async with house.db.reading() as session:
        known = await attachments.by_key(session, full_key)
    pictures = [] if known is not None else await vouchers.develop(workshop, content, SOURCE_LANGUAGE)
    async with house.db.unit() as unit:
        held = await take_in_hand(unit, house, staff, conversation_id, "reply", version)
        known = await attachments.by_key(unit.session, full_key)
        page = await _page_for(unit, house, held.conversation, len(pictures)) if known is None else None
        attachment_id = known.id if known is not None else new_id("a")
        body = _body(held.conversation, text, attachment_id, known.pages if known is not None else len(pictures))
        (seq,) = await say(held, staff, body, key)
        if known is None:
            message = await conversations.message_at(unit.session, conversation_id, seq)
            assert message is not None, "said just now"
            await keep(unit, held.conversation, message, attachment_id, full_key, pictures, staff.actor.name)
            if page is not None:
                await _show_on_page(held, staff, page, text, f"{full_key}:page", pictures)
        return await finished(held, staff, seq=seq)


def _body(conversation: Conversation, text: str, attachment_id: str, pages: int) -> dict[str, Any]:
    words = text or T("给你发了一个文件。")
    return to_body(Message(words, attachment=File(attachment_id, pages)), conversation.language)


async def _page_for(unit: Unit, house: House, conversation: Conversation, pages: int) -> str | None:
    """The conversation on whose page a file is shown that an SMS cannot bring; None where the channel shows it itself."""
    if conversation.channel == wechat.CHANNEL and pages > MOST_ON_WECHAT:
        raise GuituError(f"本人在微信上，一次最多收{MOST_ON_WECHAT}页，请分开发。", code="too_many_pages")
    return await page_for(unit, house, conversation)


async def _show_on_page(held: Held, staff: SignedIn, page: str, text: str, key: str, pictures: list[Picture]) -> None:
    attachment_id, there = new_id("a"), await hub.get_conversation(held.unit.session, page)
    body = _body(there, text, attachment_id, len(pictures))
    conversation, message = await say_on_page(held.unit, page, "staff", staff.display_name, body, key)
    await keep(held.unit, conversation, message, attachment_id, fitted(key), pictures, staff.actor.name)


async def look_at_file(
    house: House, workshop: Workshop, staff: SignedIn, conversation_id: str, attachment_id: str, page: int
) -> bytes:
    """One page as JPEG, marked with who looks. The look is on record first. Raises NotFound."""
    async with house.db.unit() as unit:
        attachment = await _one(unit, staff, conversation_id, attachment_id)
        picture = await attachments.page(unit.session, attachment.id, page)
        if picture is None:
            raise missing(SOURCE_LANGUAGE)
        filed = await case_of(unit.session, house, staff, conversation_id)
        number = filed.number if filed is not None else ""
        note_access(unit, staff.actor.name, LOOK, number or conversation_id)
        await unit.commit()
    account = staff.actor.name.partition(":")[2]
    return await vouchers.mark(workshop, picture, number, f"{staff.display_name}（{account}）", account, SOURCE_LANGUAGE)


async def show_file(house: House, staff: SignedIn, conversation_id: str, attachment_id: str) -> dict[str, Any]:
    """What is known of a file, and to which papers it can be put now: [{number, name}]."""
    async with house.db.unit() as unit:
        attachment = await _one(unit, staff, conversation_id, attachment_id)
        filed = await case_of(unit.session, house, staff, conversation_id)
        if filed is not None:
            numbers: tuple[int, ...] = casework.may_be_added(house, filed)
        else:
            numbers = (await vouchers.wanted(unit.session, house, conversation_id)).materials
    materials = (house.catalogue_of(filed) if filed is not None else house.catalogue).materials
    from_veteran = attachment.sent_by.startswith(VETERAN)
    papers = [{"number": each, "name": render(materials[each].short)} for each in numbers]
    return {
        "id": attachment.id,
        "conversation": conversation_id,
        "pages": attachment.pages,
        "sent_by": attachment.sent_by,
        "from_veteran": from_veteran,
        "sent_at": attachment.sent_at,
        "paper": render(materials[attachment.material].short) if attachment.material and attachment.voucher_id else None,
        "case": filed.number if filed is not None else None,
        "papers": papers if from_veteran and attachment.voucher_id is None else [],
    }


async def file_to_paper(
    house: House, staff: SignedIn, conversation_id: str, attachment_id: str, material: int
) -> dict[str, Any]:
    """Put what the veteran sent to a paper of the checklist, as an e-voucher. A second time changes nothing.

    Raises Conflict `attached` when it is another paper's, `not_asked` after pre-review, or why that paper takes none.
    """
    async with house.db.unit() as unit:
        attachment = await _one(unit, staff, conversation_id, attachment_id, lock=True)
        if not attachment.sent_by.startswith(VETERAN):
            raise GuituError("这个文件是工作人员发的，不是本人的材料。", code="not_the_veterans")
        if attachment.voucher_id is not None and attachment.material != material:
            raise Conflict("这个文件已经放进另一项材料了。", code="attached", material=attachment.material, allowed=[])
        if attachment.voucher_id is None:
            pictures = await pictures_of(unit.session, attachment)
            filed = await case_of(unit.session, house, staff, conversation_id)
            key = f"talk:{attachment.id}:{material}:{new_id('k')}"
            if filed is not None:
                voucher = await casework.add_clean(unit, house, staff.actor, filed.number, material, key, pictures)
            else:
                voucher = await casework.add_clean_to_draft(unit, house, staff.actor, conversation_id, material, key, pictures)
            attachment.material, attachment.voucher_id = material, voucher.id
            await unit.commit()
    return {"attachment": attachment.id, "material": material, "voucher": attachment.voucher_id}


async def case_of(session: AsyncSession, house: House, staff: SignedIn, conversation_id: str) -> Application | None:
    """The newest application of who talks, if the asker may see it."""
    filed = await applications.latest_for_conversation(session, conversation_id)
    mobile = await hub.mobile_of(session, conversation_id) if filed is None else None
    if mobile:
        filed = await applications.latest_for_mobile(session, house, mobile)
    counties = staff.actor.counties
    return filed if filed is not None and (counties is None or filed.county in counties) else None


async def _one(unit: Unit, staff: SignedIn, conversation_id: str, attachment_id: str, *, lock: bool = False) -> Attachment:
    await reading.one(unit, staff, conversation_id, look=False)
    attachment = await attachments.one(unit.session, conversation_id, attachment_id, lock=lock)
    if attachment is None:
        raise missing(SOURCE_LANGUAGE)
    return attachment

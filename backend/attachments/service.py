"""A veteran sends a file to whoever of staff answers, and looks at what lies in the own conversation; keeping one for both sides.

What staff do with files stands in takeover/files.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import VETERAN
from backend.attachments import repository
from backend.attachments.model import Attachment, AttachmentPage
from backend.clock import now
from backend.conversations import repository as conversations
from backend.conversations.attended import heard_by_staff
from backend.conversations.messages import File, Message, to_body
from backend.conversations.model import Conversation, TranscriptMessage
from backend.conversations.outbound import append, hold
from backend.conversations.owning import STAFF
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.db.keys import fitted
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.locale.text import T, Text, render
from backend.vouchers import service as vouchers
from backend.vouchers.pictures import Picture
from backend.vouchers.rules import kind_of
from backend.vouchers.workshop import Workshop

#: A talk is no archive: who has more to send brings it to the window.
MOST_IN_A_TALK = 60


@dataclass(frozen=True)
class Received:
    """Where the file stands in the transcript, and whether it is new (False: the same delivery again)."""

    seq: int
    attachment: Attachment
    new: bool


async def receive(
    house: House, workshop: Workshop, conversation: Conversation, key: str, content: bytes, *, was_attended: bool = False
) -> Received:
    """Keep a file that a veteran sends to staff, as a message of the talk. The same delivery again gives the same message.

    `was_attended`: one of staff answered when it was sent, whoever answers now. Raises Conflict `not_attended` while the bot
    answers, `too_many_files`, or GuituError with what is wrong with the file.
    """
    language, full_key = conversation.language, fitted(f"chat:{conversation.id}:{key}")
    async with house.db.reading() as session:
        if (known := await _known(session, full_key)) is not None:
            return known
        current = await session.get(Conversation, conversation.id, populate_existing=True)
        _refuse_unless_attended(current or conversation, was_attended)
    pictures = await vouchers.develop(workshop, content, language)
    try:
        async with house.db.unit() as unit:
            held = await hold(unit, conversation.id)
            if (known := await _known(unit.session, full_key)) is not None:
                return known
            _refuse_unless_attended(held, was_attended)
            attachment_id = new_id("a")
            said = Message(_called(content, len(pictures)), attachment=File(attachment_id, len(pictures)))
            message = await append(unit, held, author="veteran", body=to_body(said, language), key=fitted(f"file:{full_key}"))
            by = VETERAN + conversation.id
            attachment = await keep(unit, held, message, attachment_id, full_key, pictures, by)
            if held.owner_kind == STAFF:
                await heard_by_staff(unit, house, held, message)
            await unit.commit()
    except IntegrityError:
        # Sent twice at the same moment: the other one is kept.
        async with house.db.reading() as session:
            known = await _known(session, full_key)
        if known is None:
            raise
        return known
    return Received(message.seq, attachment, new=True)


async def _known(session: AsyncSession, key: str) -> Received | None:
    attachment = await repository.by_key(session, key)
    message = await conversations.message_by_id(session, attachment.message_id) if attachment is not None else None
    return Received(message.seq, attachment, new=False) if attachment is not None and message is not None else None


def _refuse_unless_attended(conversation: Conversation, was_attended: bool) -> None:
    if conversation.owner_kind != STAFF and not was_attended:
        text = T("现在没有工作人员在接待，文件没有发出去。要给工作人员看，先说“转人工”；交材料请在材料清单里传。")
        raise Conflict(render(text, conversation.language), code="not_attended", allowed=[])


def _called(content: bytes, pages: int) -> Text:
    return T("〔文件，{pages}页〕", pages=pages) if kind_of(content) == "PDF" else T("〔照片〕")


async def keep(
    unit: Unit,
    conversation: Conversation,
    message: TranscriptMessage,
    attachment_id: str,
    key: str,
    pictures: Sequence[Picture],
    sent_by: str,
) -> Attachment:
    """Write a file of a message in a conversation that is held. Raises Conflict `too_many_files`."""
    if await repository.count(unit.session, conversation.id) >= MOST_IN_A_TALK:
        text = T("这段对话里的文件太多了（{most}个），发不了了。请带到窗口。", most=MOST_IN_A_TALK)
        raise Conflict(render(text, conversation.language), code="too_many_files", allowed=[])
    attachment = Attachment(
        id=attachment_id,
        conversation_id=conversation.id,
        message_id=message.id,
        key=key,
        pages=len(pictures),
        sent_by=sent_by,
        sent_at=now(),
    )
    unit.session.add(attachment)
    await unit.session.flush()
    for number, each in enumerate(pictures, 1):
        page = AttachmentPage(
            attachment_id=attachment_id, number=number, width=each.width, height=each.height, picture=each.jpeg
        )
        unit.session.add(page)
    await unit.session.flush()
    return attachment


async def pictures_of(session: AsyncSession, attachment: Attachment) -> list[Picture]:
    """The pages of a file, clean as they are kept."""
    found = await repository.pages(session, attachment.id)
    return [Picture(each.picture, each.width, each.height) for each in found]


async def show(house: House, workshop: Workshop, conversation: Conversation, attachment_id: str, page: int) -> bytes:
    """One page as JPEG, for the conversation's own veteran: theirs under a mark, what staff sent as it is, to be used.

    Raises NotFound for another's.
    """
    async with house.db.reading() as session:
        attachment = await repository.one(session, conversation.id, attachment_id)
        picture = await repository.page(session, attachment_id, page) if attachment else None
        filed = await applications.latest_for_conversation(session, conversation.id)
    if attachment is None or picture is None:
        raise missing(conversation.language)
    if not attachment.sent_by.startswith(VETERAN):
        return picture
    number = filed.number if filed else ""
    return await vouchers.mark(workshop, picture, number, "本人查看", "veteran", conversation.language)


def missing(language: str) -> NotFound:
    """There is no such file, or it is another's."""
    return NotFound(render(T("没有这个文件，可能已经删了。"), language), code="no_attachment")

"""A veteran sends pictures of their papers, looks at them, takes them back. What staff do stands in casework.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import VETERAN, Actor, actor_of
from backend.applications.case import record, take
from backend.applications.model import Application
from backend.applications.review import see_to_material
from backend.catalogue.rules import checklist
from backend.clock import local, now
from backend.conversations.model import Conversation
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.dialogue import repository as dialogue
from backend.errors import Conflict, Forbidden, GuituError, NotFound
from backend.house import House
from backend.interview.draft import Draft
from backend.locale.text import T, render
from backend.vouchers import repository, states
from backend.vouchers.model import Voucher, VoucherPage
from backend.vouchers.pictures import Picture
from backend.vouchers.rules import MOST_FOR_MATERIAL, Refused, too_many_files
from backend.vouchers.watermark import Mark
from backend.vouchers.workshop import Workshop


@dataclass(frozen=True)
class Sent:
    """A file as it came: the material's number, the delivery's key, the bytes."""

    material: int
    key: str
    content: bytes


@dataclass(frozen=True)
class Wanted:
    """What may be sent now: for which application (None: the draft), which materials; and whether there is consent."""

    application: Application | None
    materials: tuple[int, ...]
    consented: bool


@dataclass(frozen=True)
class Received:
    """The voucher, and whether it is new (False: the same delivery again)."""

    voucher: Voucher
    new: bool


async def wanted(session: AsyncSession, house: House, conversation_id: str) -> Wanted:
    """What the veteran may send: before filing what is on their list; afterwards what the county asks for."""
    application = await applications.live_for_conversation(session, conversation_id)
    if application is not None:
        return Wanted(application, await _asked_for(session, application), consented=True)
    row = await dialogue.open_draft(session, conversation_id)
    answers = Draft.from_json(row.content).answers if row else {}
    if answers.get("consent_sensitive") is not True:
        return Wanted(None, (), consented=False)
    lines = checklist(house.catalogue, answers, with_uncertain=True)
    return Wanted(None, tuple(line.material.number for line in lines), consented=True)


async def _asked_for(session: AsyncSession, application: Application) -> tuple[int, ...]:
    if application.state not in states.STAFF_MAY_ADD:
        return ()
    points = await applications.open_corrections(session, application.id)
    asked = {int(point.name) for point in points if point.kind == "material"}
    # The second side of a card follows the first, until the county has looked.
    sent = await repository.of_application(session, application.id)
    return tuple(sorted(asked | {each.material for each in sent if each.answers_correction and each.state == states.UPLOADED}))


async def upload(house: House, workshop: Workshop, conversation: Conversation, sent: Sent) -> Received:
    """Keep a file for one material. The same delivery again gives the same voucher.

    Raises Forbidden `no_consent`, Conflict `not_asked` or `too_many_files`, or GuituError with what is wrong with the file.
    """
    key = f"chat:{conversation.id}:{sent.key}"
    async with house.db.reading() as session:
        if (known := await repository.by_key(session, key)) is not None:
            return Received(known, new=False)
        at_first = await wanted(session, house, conversation.id)
        refuse_unwanted(house, at_first, sent.material, conversation.language)
    pictures = await develop(workshop, sent.content, conversation.language)
    actor = actor_of(VETERAN + conversation.id)
    try:
        async with house.db.unit() as unit:
            application = None
            if at_first.application is None:
                await hold(unit, conversation.id)
            else:
                application = await take(unit, at_first.application.number, actor)
            # From here on nobody files, cancels or decides at the same moment.
            known_now = await wanted(unit.session, house, conversation.id)
            if application is None and known_now.application is not None:
                known_now = replace(known_now, materials=())
            refuse_unwanted(house, known_now, sent.material, conversation.language)
            voucher = await keep(unit, house, application or conversation.id, actor, sent, key, pictures, conversation.language)
            await unit.commit()
    except IntegrityError:
        # Sent twice at the same moment: the other one is kept.
        async with house.db.reading() as session:
            known = await repository.by_key(session, key)
        if known is None:
            raise
        return Received(known, new=False)
    return Received(voucher, new=True)


def refuse_unwanted(house: House, known: Wanted, material: int, language: str) -> None:
    """Raise the reason why a picture of this material is not taken now, if there is one."""
    catalogue = house.catalogue_of(known.application) if known.application is not None else house.catalogue
    if material not in catalogue.materials:
        text = T("没有第{number}号材料，编号是1到{most}。", number=material, most=len(catalogue.materials))
        raise GuituError(render(text, language), code="unknown_material")
    if not known.consented:
        text = T("照片里有敏感信息，要先在对话里同意处理，再传照片。")
        raise Forbidden(render(text, language), code="no_consent")
    if material in known.materials:
        return
    if known.application is None:
        raise GuituError(render(T("这份材料不在你的清单里，不用传。"), language), code="not_on_list")
    text = T("申请已经提交，县里没有要你再传这份材料。要补的话，带到窗口，或者说“转人工”。")
    raise Conflict(render(text, language), code="not_asked", allowed=list(known.materials))


async def develop(workshop: Workshop, content: bytes, language: str) -> list[Picture]:
    """The pages of a file as clean pictures. Raises GuituError with the reason, in the sender's language."""
    try:
        return await workshop.read(content, language)
    except Refused as refused:
        raise told(refused, language) from None


def told(refused: Refused, language: str) -> GuituError:
    """A refusal as it is answered."""
    error = GuituError(render(refused.text, language), code=refused.code)
    error.status = refused.status
    return error


async def keep(
    unit: Unit,
    house: House,
    owner: Application | str,
    actor: Actor,
    sent: Sent,
    key: str,
    pictures: Sequence[Picture],
    language: str,
) -> Voucher:
    """Write a voucher and its pages; `owner`: the application (held), or the conversation's id before filing."""
    material = sent.material
    if await repository.count(unit.session, owner, material) >= MOST_FOR_MATERIAL:
        raise told(too_many_files(), language)
    filed = owner if isinstance(owner, Application) else None
    voucher = Voucher(
        id=new_id("v"),
        conversation_id=None if filed else owner,
        application_id=filed.id if filed else None,
        material=material,
        key=key,
        state=states.UPLOADED,
        answers_correction=False,
        pages=len(pictures),
        uploaded_by=actor.name,
        uploaded_at=now(),
    )
    unit.session.add(voucher)
    await unit.session.flush()
    for number, picture in enumerate(pictures, 1):
        unit.session.add(
            VoucherPage(voucher_id=voucher.id, number=number, width=picture.width, height=picture.height, picture=picture.jpeg)
        )
    if filed is not None:
        record(unit, filed, actor, "upload_voucher", data={"voucher": voucher.id, "material": material, "pages": len(pictures)})
        sent_before = await repository.of_application(unit.session, filed.id)
        follows = any(
            each.answers_correction and each.state == states.UPLOADED and each.material == material for each in sent_before
        )
        voucher.answers_correction = await see_to_material(unit, house, filed, actor, material) or follows
    await unit.session.flush()
    return voucher


async def own(session: AsyncSession, conversation_id: str, known: Wanted) -> Sequence[Voucher]:
    """The veteran's vouchers: of the draft, or of the application that lives."""
    if known.application is not None:
        return await repository.of_application(session, known.application.id)
    return await repository.unfiled(session, conversation_id)


async def delete(house: House, conversation: Conversation, voucher_id: str) -> None:
    """Take back a voucher. Raises NotFound for another's, Conflict when it has become part of the case."""
    actor = actor_of(VETERAN + conversation.id)
    async with house.db.unit() as unit:
        voucher = await repository.one_of_conversation(unit.session, conversation.id, voucher_id, lock=True)
        if voucher is None:
            raise missing(conversation.language)
        if not deletable(voucher):
            text = T("这张已经交到县里了，不能删。要换一张，等县里请你重传，或者说“转人工”。")
            raise Conflict(render(text, conversation.language), code="not_deletable", state=voucher.state)
        if voucher.application_id is not None:
            application = await applications.latest_for_conversation(unit.session, conversation.id)
            if application is not None and application.id == voucher.application_id:
                record(unit, application, actor, "delete_voucher", data={"voucher": voucher.id, "material": voucher.material})
        await unit.session.delete(voucher)
        await unit.commit()


def deletable(voucher: Voucher) -> bool:
    """True while its veteran may take it back."""
    return states.may_delete(
        voucher.state, filed=voucher.application_id is not None, answers_correction=voucher.answers_correction
    )


async def show(house: House, workshop: Workshop, conversation: Conversation, voucher_id: str, page: int) -> bytes:
    """One page of a veteran's own voucher as JPEG, marked. Raises NotFound for another's."""
    async with house.db.reading() as session:
        voucher = await repository.one_of_conversation(session, conversation.id, voucher_id)
        picture = await repository.page(session, voucher_id, page) if voucher else None
        application = await applications.latest_for_conversation(session, conversation.id)
    if voucher is None or picture is None:
        raise missing(conversation.language)
    number = application.number if application and application.id == voucher.application_id else ""
    return await mark(workshop, picture, number, "本人查看", "veteran", conversation.language)


async def mark(workshop: Workshop, picture: bytes, number: str, who: str, account: str, language: str) -> bytes:
    """A page with what it is for, whose case it is and who looks written over it."""
    words = Mark(number, who, account, at=f"{local(now()):%Y-%m-%d %H:%M}")
    try:
        return await workshop.mark(picture, words, language)
    except Refused as refused:
        raise told(refused, language) from None


def missing(language: str) -> NotFound:
    """There is no such voucher, or it is another's."""
    return NotFound(render(T("没有这张照片，可能已经删了。"), language), code="no_voucher")

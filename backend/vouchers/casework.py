"""What window and reviewer do with the vouchers of a case: add, look (which is recorded), find one right. # notice 三(二)"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.applications.case import record, take
from backend.applications.model import Application
from backend.catalogue.rules import checklist
from backend.clock import now
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.errors import Conflict
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE, T
from backend.vouchers import repository, states
from backend.vouchers.model import Voucher
from backend.vouchers.pictures import Picture
from backend.vouchers.service import Received, Sent, Wanted, develop, keep, mark, missing, refuse_unwanted, wanted
from backend.vouchers.workshop import Workshop


async def of_case(session: AsyncSession, actor: Actor, number: str) -> tuple[Application, Sequence[Voucher]]:
    """A case and its vouchers, the oldest first. Raises NotFound when the case is not the asker's."""
    application = await applications.by_number(session, actor, number)
    return application, await repository.of_application(session, application.id)


async def add(house: House, workshop: Workshop, actor: Actor, number: str, sent: Sent) -> Received:
    """Keep a picture for a veteran who is at the window. The same delivery again gives the same voucher."""
    key = f"{actor.name}:{number}:{sent.key}"
    async with house.db.reading() as session:
        if (known := await repository.by_key(session, key)) is not None:
            return Received(known, new=False)
        _refuse(house, await applications.by_number(session, actor, number), sent.material)
    pictures = await develop(workshop, sent.content, SOURCE_LANGUAGE)
    try:
        async with house.db.unit() as unit:
            application = await take(unit, number, actor)
            _refuse(house, application, sent.material)
            voucher = await keep(unit, house, application, actor, sent, key, pictures, SOURCE_LANGUAGE)
            await unit.commit()
    except IntegrityError:
        async with house.db.reading() as session:
            known = await repository.by_key(session, key)
        if known is None:
            raise
        return Received(known, new=False)
    return Received(voucher, new=True)


async def add_clean(
    unit: Unit, house: House, actor: Actor, number: str, material: int, key: str, pictures: Sequence[Picture]
) -> Voucher:
    """Keep pictures that are clean already for a paper of a case, in the caller's unit: what was sent in a talk."""
    application = await take(unit, number, actor)
    _refuse(house, application, material)
    return await keep(unit, house, application, actor, Sent(material, key, b""), key, pictures, SOURCE_LANGUAGE)


async def add_clean_to_draft(
    unit: Unit, house: House, actor: Actor, conversation_id: str, material: int, key: str, pictures: Sequence[Picture]
) -> Voucher:
    """As `add_clean`, for what is not filed yet."""
    await hold(unit, conversation_id)
    refuse_unwanted(house, await wanted(unit.session, house, conversation_id), material, SOURCE_LANGUAGE)
    return await keep(unit, house, conversation_id, actor, Sent(material, key, b""), key, pictures, SOURCE_LANGUAGE)


def may_be_added(house: House, application: Application) -> tuple[int, ...]:
    """The papers that staff may add a picture of now; none once pre-review has passed."""
    if application.state not in states.STAFF_MAY_ADD:
        return ()
    lines = checklist(house.catalogue_of(application), dict(application.answers))
    return tuple(line.material.number for line in lines)


def _refuse(house: House, application: Application, material: int) -> None:
    if application.state not in states.STAFF_MAY_ADD:
        raise Conflict(
            T("预审已经过了，不用再传电子凭证，请直接核对原件。"), code="not_asked", state=application.state, allowed=[]
        )
    known = Wanted(None, may_be_added(house, application), consented=True)
    refuse_unwanted(house, known, material, SOURCE_LANGUAGE)


async def look(house: House, workshop: Workshop, actor: Actor, name: str, number: str, voucher_id: str, page: int) -> bytes:
    """One page of a voucher as JPEG, marked with who looks; `name`: as colleagues know them. The look is on record first."""
    async with house.db.unit() as unit:
        application = await applications.by_number(unit.session, actor, number)
        voucher = await _one(unit, application, voucher_id)
        picture = await repository.page(unit.session, voucher.id, page)
        if picture is None:
            raise missing(SOURCE_LANGUAGE)
        seen = {"voucher": voucher.id, "material": voucher.material, "page": page}
        record(unit, application, actor, "look_at_voucher", data=seen)
        await unit.commit()
    account = actor.name.partition(":")[2]
    return await mark(workshop, picture, application.number, f"{name}（{account}）", account, SOURCE_LANGUAGE)


async def accept(house: House, actor: Actor, number: str, voucher_id: str, version: int) -> Voucher:
    """This one agrees with the archive. A second time changes nothing. # notice 四(一)"""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        if application.state not in states.STAFF_MAY_ADD:
            raise Conflict(T("这份申请不在预审中，凭证不能再改。"), code="not_allowed", state=application.state, allowed=[])
        voucher = await _one(unit, application, voucher_id)
        before, voucher.state = voucher.state, states.after(voucher.state, "accept")
        if before != voucher.state:
            voucher.decided_by, voucher.decided_at = actor.name, now()
            found = {"voucher": voucher.id, "material": voucher.material}
            record(unit, application, actor, "accept_voucher", from_state=before, to_state=voucher.state, data=found)
        await unit.commit()
        return voucher


async def _one(unit: Unit, application: Application, voucher_id: str) -> Voucher:
    voucher = await repository.one_of_application(unit.session, application.id, voucher_id, lock=True)
    if voucher is None:
        raise missing(SOURCE_LANGUAGE)
    return voucher

"""A lost or new mobile, changed at the window after proof of who it is. The old number learns nothing any more."""

from __future__ import annotations

from backend.applications import repository
from backend.applications.actor import VETERAN, Actor
from backend.applications.case import move, record, take
from backend.applications.indexes import mobile_index
from backend.applications.model import Application
from backend.db.engine import Unit
from backend.errors import GuituError
from backend.house import House
from backend.interview.checks import check_mobile
from backend.locale.text import T, render
from backend.notices.service import SMS, tell
from backend.security.masking import mask_mobile

#: What the window may take as proof; the card of someone who lost everything is replaced first.
PROOFS = ("id_card", "discharge_certificate")


async def change_mobile(
    house: House, number: str, actor: Actor | str, mobile: str, proof: str, version: int | None = None
) -> Application:
    """Bind the case to another mobile. Raises GuituError for a number that is none, or without a proof."""
    if proof not in PROOFS:
        raise GuituError(T("请写明核对了什么证件：{proofs}。", proofs="、".join(PROOFS)), code="no_proof", allowed=list(PROOFS))
    checked = check_mobile(mobile)
    if checked.problem is not None:
        raise GuituError(render(checked.problem), code="invalid_mobile")
    new = str(checked.value)
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        before = str(application.answers["mobile"])
        if new == before:
            raise GuituError(T("这就是现在登记的手机号，不用改。"), code="same_mobile")
        shown = {"before": mask_mobile(before), "after": mask_mobile(new), "proof": proof}
        move(unit, application, actor, "change_mobile", data=shown)
        # What is to be posted to the applicant's own number goes to the new one.
        application.answers = {name: new if value == before else value for name, value in application.answers.items()}
        application.mobile_index = mobile_index(house, new)
        await tell(
            unit, house, application, "mobile_changed", {"tail": new[-4:]}, key=f"mobile:{application.version}", channels=(SMS,)
        )
        await unit.commit()
        return application


async def join_conversation(unit: Unit, application: Application, conversation_id: str) -> None:
    """Let a case be spoken of in another conversation, whose owner has proven the mobile; in the caller's unit."""
    record(unit, application, VETERAN + conversation_id, "join_conversation", data={"left": application.conversation_id})
    await repository.join_conversation(unit.session, application.id, conversation_id)

"""Filing a draft: checked again, numbered, once only (notice 二(一), 三(一))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from backend.applications import repository
from backend.applications.actor import SYSTEM, VETERAN
from backend.applications.case import Assisted, record, record_assisted
from backend.applications.indexes import identity_index, mobile_index, name_index
from backend.applications.model import Application
from backend.applications.states import NOTHING, after
from backend.applications.validation import check_answers
from backend.archives import service as archives
from backend.catalogue.rules import checklist
from backend.clock import now, today
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.errors import Conflict
from backend.house import House
from backend.notices.service import SMS, tell
from backend.systems import service as systems
from backend.vouchers import owning as vouchers


@dataclass(frozen=True)
class Submitted:
    """The application, and whether this call created it (False: the draft had been filed before)."""

    application: Application
    created: bool


async def submit(
    house: House,
    draft_id: str,
    conversation_id: str,
    answers: Mapping[str, Any],
    language: str,
    *,
    hall_number: str | None = None,
    assisted: Assisted | None = None,
) -> Submitted:
    """File a draft. The same draft again gives the same application. `hall_number`: of one begun in the province's hall.
    `assisted`: who of staff filled it in for the veteran.

    Raises GuituError `not_eligible` or `invalid_answers` (with `fields`), and Conflict `one_live_application` when this
    person has a live application this year; only its own conversation or mobile is told its number.
    """
    async with house.db.unit() as unit:
        filed = await repository.by_draft(unit.session, draft_id)
        if filed is not None:
            return Submitted(filed, created=False)
    checked = check_answers(house.catalogue, answers, today())
    try:
        async with house.db.unit() as unit:
            await refuse_second(unit, house, checked, conversation_id)
            application = await _create(unit, house, draft_id, conversation_id, checked, language, hall_number)
            record_assisted(unit, application, assisted)
            await unit.commit()
    except (IntegrityError, Conflict):
        # Two presses at the same moment: the other one created it (before or after we looked), or another draft did.
        async with house.db.unit() as unit:
            filed = await repository.by_draft(unit.session, draft_id)
            if filed is None:
                await refuse_second(unit, house, checked, conversation_id)
                raise
        return Submitted(filed, created=False)
    return Submitted(application, created=True)


async def refuse_second(
    unit: Unit, house: House, answers: Mapping[str, Any], conversation_id: str, own: Application | None = None
) -> None:
    """Raise Conflict when the person of `answers` has a live application this year other than `own`."""
    year = own.year if own else today().year
    other = await repository.live_of_identity(unit.session, identity_index(house, answers["id_number"]), year)
    if other is None or (own is not None and other.id == own.id):
        return
    # Whoever types another's identity number must not learn that person's case by it.
    theirs = other.conversation_id == conversation_id or other.mobile_index == mobile_index(house, answers["mobile"])
    if theirs:
        raise Conflict(
            f"今年已经有一份申请了，编号 {other.number}。问“进度”就能看到办到哪里。",
            code="one_live_application",
            number=other.number,
        )
    raise Conflict(
        "这个身份证号今年已经有一份申请。是你本人办的，请用当时的手机号发短信“进度”，或者带身份证到安置地的综合窗口查。",
        code="one_live_application",
    )


async def _create(
    unit: Unit,
    house: House,
    draft_id: str,
    conversation_id: str,
    answers: dict[str, Any],
    language: str,
    hall_number: str | None,
) -> Application:
    moment, year = now(), today().year
    city = answers["county"][:4]
    count = await repository.next_number(unit.session, city, year)
    application = Application(
        id=new_id("a"),
        number=f"TY-{city}-{year % 100:02d}-{count:06d}",
        draft_id=draft_id,
        conversation_id=conversation_id,
        county=answers["county"],
        year=year,
        state=after(NOTHING, "submit"),
        identity_index=identity_index(house, answers["id_number"]),
        mobile_index=mobile_index(house, answers["mobile"]),
        name_index=name_index(house, answers["name"]),
        hall_number=hall_number,
        answers=answers,
        matters=list(answers["matters"]),
        lacking=[],
        catalogue_edition=house.catalogue.edition,
        language=language,
        submitted_at=moment,
        state_since=moment,
    )
    unit.session.add(application)
    await unit.session.flush()
    by = "system:hall" if hall_number else VETERAN + conversation_id
    record(unit, application, by, "submit", to_state=application.state, at=moment)
    await archives.match(unit, application, SYSTEM)
    await vouchers.adopt(unit, application, [line.material.number for line in checklist(house.catalogue, answers)])
    # The chat answers the submission itself; the SMS is for when the page is closed.
    await tell(unit, house, application, "submitted", {}, key="submitted", channels=(SMS,))
    await systems.submitted(unit, house, application)
    return application

"""A window helps with a draft: finds or begins one, takes down the consent, fills it in, submits it. Each command one transaction.

The draft is the veteran's own row, by the same engine as in the talk. (Moving it to a phone and back: moving.py.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.assisting import repository, rules
from backend.assisting.model import CONSENT, FILL, GO_ON, SUBMIT, Assist, AssistStep
from backend.assisting.model import OPEN as OPENED
from backend.channels.web.service import CHANNEL
from backend.clock import now, today
from backend.conversations import service as hub
from backend.conversations.messages import Shown
from backend.db.engine import Unit, hold
from backend.dialogue import filing, keeping
from backend.dialogue import repository as drafts
from backend.dialogue.model import OPEN, DraftRow
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.interview import whole
from backend.interview.checks import check_mobile
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.flow import CONSENTS, has_consented
from backend.interview.outcome import Outcome
from backend.locale.text import SOURCE_LANGUAGE, T
from backend.security.service import note_access

LOOK = "draft"
MOST_OF_MOBILE = 5


@dataclass(frozen=True)
class Held:
    """A draft that a window helps with. steps: what staff did with it, in order."""

    assist: Assist
    row: DraftRow
    draft: Draft
    interview: Interview
    steps: Sequence[AssistStep]

    @property
    def on_phone(self) -> bool:
        """True when the veteran has the talk that it belongs to."""
        return self.row.conversation_id != self.assist.conversation

    @property
    def consented(self) -> bool:
        """Whether both consents were given."""
        return has_consented(self.draft)


@dataclass(frozen=True)
class Found:
    """An open draft in a list. helped: this window is at it already."""

    row: DraftRow
    draft: Draft
    helped: Assist | None


def interview_of(house: House, draft: Draft) -> Interview:
    """The interview as of today, by the rules that the draft goes by."""
    return Interview(house.script, house.catalogue_of(draft), today())


async def find(
    session: AsyncSession, house: House, actor: Actor, *, mobile: str | None = None, code: str | None = None
) -> list[Found]:
    """Open drafts by the mobile (11 digits) or by the draft's code. One that belongs to another county's window is not there."""
    if code is not None:
        assist = await repository.by_code(session, actor, code)
        row = await drafts.draft(session, assist.draft_id) if assist else None
        return [Found(row, Draft.from_json(row.content), assist)] if row is not None and row.state == OPEN else []
    if mobile is None:
        return []
    rows = await drafts.open_drafts_of_mobile(session, applications.mobile_index(house, mobile), MOST_OF_MOBILE)
    found = []
    for row in rows:
        draft = Draft.from_json(row.content)
        if (helped := await repository.one(session, actor, row.id)) or _reaches(actor, draft):
            found.append(Found(row, draft, helped))
    return found


def _reaches(actor: Actor, draft: Draft) -> bool:
    """One whose county is not known yet is everybody's."""
    county = draft.answers.get("county")
    return county is None or actor.reaches(str(county))


async def begin(house: House, actor: Actor, key: str, mobile: str | None = None) -> str:
    """A new draft for somebody at the window; the same key again gives the same one. Returns the draft's id.

    `mobile`: theirs, if they have one. Raises Conflict `draft_open` when a draft with it is open: that one is gone on with.
    """
    draft_id = "d_" + hashlib.sha256(f"{actor.name}:{key}".encode()).hexdigest()[:22]
    async with house.db.unit() as unit:
        if await drafts.draft(unit.session, draft_id) is not None:
            return draft_id
        if mobile is not None and await find(unit.session, house, actor, mobile=mobile):
            raise Conflict("这个手机号有一份在填的资料。请接着填那一份，不用另开。", code="draft_open")
        # Nobody's cookie: it is reached once a link has moved the draft to a phone.
        address = hashlib.sha256(f"window:{draft_id}".encode()).hexdigest()
        conversation = await hub.open_conversation(unit, CHANNEL, address, SOURCE_LANGUAGE)
        unit.session.add(keeping.new_row(conversation.id, Draft(), draft_id))
        await unit.session.flush()
        _open(unit, actor, draft_id, None, conversation.id)
        step(unit, draft_id, actor, OPENED)
        await unit.commit()
    return draft_id


async def go_on(house: House, actor: Actor, draft_id: str, proof: str) -> None:
    """Help with a draft that was begun elsewhere, after proof of who it is. Raises NotFound for one that is not theirs."""
    if proof not in rules.PROOFS:
        raise GuituError("先核对本人证件，再选核对了哪一种。", code="no_proof", allowed=list(rules.PROOFS))
    async with house.db.unit() as unit:
        row = await drafts.draft(unit.session, draft_id, lock=True)
        if row is None or row.state != OPEN:
            raise nothing_there()
        draft = Draft.from_json(row.content)
        assist = await repository.of_draft(unit.session, draft_id)
        if not (await repository.one(unit.session, actor, draft_id) or _reaches(actor, draft)):
            raise nothing_there()
        if assist is None:
            _open(unit, actor, draft_id, str(draft.answers.get("county") or "") or None, None)
        elif actor.counties is not None and assist.county not in actor.counties:
            # It settled here after another window had begun it.
            assist.county = actor.counties[0]
        await unit.session.flush()
        step(unit, draft_id, actor, GO_ON, {"proof": proof})
        await unit.commit()


def _open(unit: Unit, actor: Actor, draft_id: str, county: str | None, conversation: str | None) -> None:
    where = county if county and actor.reaches(county) else (actor.counties or (None,))[0]
    unit.session.add(
        Assist(
            draft_id=draft_id,
            code=rules.new_code(),
            county=where,
            conversation=conversation,
            opened_by=actor.name,
            opened_at=now(),
        )
    )


def step(unit: Unit, draft_id: str, actor: Actor, what: str, data: dict[str, Any] | None = None) -> None:
    """Write down what staff did with a draft, in the transaction that does it."""
    unit.session.add(AssistStep(draft_id=draft_id, actor=actor.name, what=what, data=data, at=now()))


async def held(session: AsyncSession, house: House, actor: Actor, draft_id: str, *, lock: bool = False) -> Held:
    """A draft that this window helps with. Raises NotFound; Conflict `filed` with the number once it is filed."""
    assist = await repository.one(session, actor, draft_id)
    row = await drafts.draft(session, draft_id, lock=lock) if assist else None
    if assist is None or row is None:
        raise nothing_there()
    if row.state != OPEN:
        raise Conflict("这份资料已经提交了。请到“申请”里查看。", code="filed")
    draft = Draft.from_json(row.content)
    return Held(assist, row, draft, interview_of(house, draft), await repository.steps(session, draft_id))


def nothing_there() -> NotFound:
    """For a draft that is not there, or not theirs."""
    return NotFound("没有这份在填的资料，或者它不归你的窗口。请用手机号或代码再查一次。", code="no_draft")


async def show(house: House, actor: Actor, draft_id: str) -> Held:
    """A draft to look at. The look is on record before it is shown."""
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id)
        note_access(unit, actor.name, LOOK, draft_id)
        await unit.commit()
    return found


def seen_of(house: House, draft: Draft) -> str:
    """What a page has shown of the answers, as a word of its own: by it is told what changed meanwhile."""
    return " ".join(f"{name}:{_mark(house, name, value)}" for name, value in sorted(draft.answers.items()))


def _mark(house: House, name: str, value: Any) -> str:
    return house.keys.blind_index(f"{name}={value!r}", "assisting.seen")[:6]


def changed_since(house: House, draft: Draft, seen: str) -> list[str]:
    """The fields that were answered, or answered otherwise, since a page was shown."""
    before = dict(each.partition(":")[::2] for each in seen.split())
    present = {name: _mark(house, name, value) for name, value in draft.answers.items()}
    return [name for name in {**present, **before} if before.get(name) != present.get(name)]


def _refuse_stale(house: House, found: Held, version: int, seen: str) -> None:
    if found.row.version != version:
        raise Conflict(
            "这份资料刚刚有变动，你这次填的没有存。请看看下面标出的，再存一次。",
            code="stale",
            fields=changed_since(house, found.draft, seen),
        )


async def consent(house: House, actor: Actor, draft_id: str, version: int, given: Sequence[str], how: str) -> None:
    """Both consents, as the veteran gave them before `actor`. `how`: of rules.CONSENTED. Nothing else is kept before."""
    if set(given) != set(CONSENTS):
        raise GuituError("要本人两项都同意，才能往下填。不同意就不填，什么都不留。", code="no_consent")
    if how not in rules.CONSENTED:
        raise GuituError("请选本人是怎样同意的。", code="invalid", allowed=list(rules.CONSENTED))
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id, lock=True)
        if not found.consented:
            _refuse_stale(house, found, version, "")
            answers = {**found.draft.answers, **dict.fromkeys(CONSENTS, True)}
            keeping.write(house, found.row, whole.rested(replace(found.draft, answers=answers)))
            await hub.note_consent(unit.session, found.row.conversation_id, now())
            step(unit, draft_id, actor, CONSENT, {"how": how})
        await unit.commit()


async def fill(
    house: House,
    actor: Actor,
    draft_id: str,
    version: int,
    seen: str,
    given: Mapping[str, Sequence[str]],
    listed: Sequence[str],
) -> whole.Filled:
    """Take a form. What is right of it is kept, the rest is told; on stale data nothing is, and Conflict `stale` names the fields."""
    async with house.db.unit() as unit:
        if mobile := check_mobile(next(iter(given.get("mobile", ())), "")).value:
            # Of two who type one mobile at the same moment, the second sees the first's draft.
            await hold(unit.session, f"draft:{applications.mobile_index(house, mobile)}")
        found = await held(unit.session, house, actor, draft_id, lock=True)
        if not found.consented:
            raise GuituError("要先有本人的同意，才能往下填。", code="no_consent")
        _refuse_stale(house, found, version, seen)
        filled = whole.fill(found.interview, found.draft, given, listed)
        if "mobile" in filled.changed and await _open_elsewhere(unit, house, filled.draft, draft_id):
            taken = T("这个手机号有另一份在填的资料。请用手机号查出那一份接着填，一个人只填一份。")
            rest = {name: words for name, words in given.items() if name != "mobile"}
            without = whole.fill(found.interview, found.draft, rest, [name for name in listed if name != "mobile"])
            filled = whole.Filled(without.draft, {**without.wrong, "mobile": taken}, without.notes, without.changed)
        if filled.changed:
            keeping.write(house, found.row, filled.draft)
            step(unit, draft_id, actor, FILL, {"fields": list(filled.changed)})
        await unit.commit()
    return filled


async def _open_elsewhere(unit: Unit, house: House, draft: Draft, draft_id: str) -> bool:
    index = applications.mobile_index(house, str(draft.answers["mobile"]))
    return any(row.id != draft_id for row in await drafts.open_drafts_of_mobile(unit.session, index, MOST_OF_MOBILE))


async def discard(house: House, actor: Actor, draft_id: str, version: int) -> None:
    """The veteran does not want it, and had none elsewhere: nothing of it is left."""
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id, lock=True)
        if found.on_phone:
            raise Conflict("本人在手机上也在填这份资料，只能由本人删除。", code="on_phone")
        _refuse_stale(house, found, version, "")
        await hub.erase(unit, found.row.conversation_id)
        await unit.commit()


async def submit(house: House, actor: Actor, draft_id: str, version: int, seen: str, checked: str) -> filing.Filed:
    """Submit it as in the talk, once it was gone through with the veteran. `checked`: of rules.CHECKED.

    Raises GuituError while something is missing; what the check of the applications refuses stands in the answer.
    """
    if checked not in rules.CHECKED:
        raise GuituError("请先和本人核对一遍，再选怎样核对的。", code="not_checked", allowed=list(rules.CHECKED))
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id, lock=True)
        _refuse_stale(house, found, version, seen)
        outcome: Outcome = found.interview.reviewing.chose(found.draft, "submit")
        if outcome.act not in ("file", "correct", "change"):
            raise GuituError("还有几项没有填，填完再提交。", code="not_complete")
        conversation = await hub.get_conversation(unit.session, found.row.conversation_id)
        language, conversation_id = conversation.language, conversation.id
    assisted = applications.Assisted(actor, _consented(found), checked, found.assist.opened_at)
    filed = await filing.file(house, house.script, conversation_id, draft_id, outcome, language, assisted)
    if not filed.closed:
        return filed
    async with house.db.unit() as unit:
        row = await drafts.draft(unit.session, draft_id, lock=True)
        if row is not None and row.state == OPEN:
            await keeping.close(unit, row, row.conversation_id)
            await repository.end_links(unit.session, draft_id)
            step(unit, draft_id, actor, SUBMIT, {"checked": checked})
            await hub.say(unit, row.conversation_id, filed.say, key=f"assisted:{draft_id}:{version}", deliver=True)
        await unit.commit()
    return filed


def _consented(found: Held) -> str:
    """How the consent was given: before staff, or by the veteran in the talk."""
    taken = next((each for each in found.steps if each.what == CONSENT), None)
    return str((taken.data or {}).get("how")) if taken else "chat"


def since(found: Held) -> datetime:
    """Since when the window helps with it."""
    return found.assist.opened_at


def problems_of(house: House, filed: filing.Filed) -> dict[str, Shown]:
    """What the applications' own check did not take, by question."""
    return {name: house.script.questions[name].ask_again for name in filed.wrong if name in house.script.questions}

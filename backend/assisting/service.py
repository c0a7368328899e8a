"""A window helps with a draft: finds or begins one, takes down the consent, fills it in, submits it. Each command one transaction.

The draft is the veteran's own row, by the same engine as in the talk. (Moving it to a phone and back: moving.py.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.assisting import repository, rules
from backend.assisting.model import CONSENT, FILL, GO_ON, SUBMIT, Assist, AssistStep
from backend.assisting.model import OPEN as OPENED
from backend.assisting.reading import MOST_OF_MOBILE, Held, find, held, nothing_there, reaches, refuse_stale, seen_of, show
from backend.channels.web.service import CHANNEL
from backend.clock import now
from backend.conversations import service as hub
from backend.conversations.messages import Shown
from backend.db.engine import Unit, hold
from backend.dialogue import filing, keeping
from backend.dialogue import repository as drafts
from backend.dialogue.model import OPEN
from backend.errors import Conflict, GuituError
from backend.house import House
from backend.interview import whole
from backend.interview.checks import check_mobile
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS
from backend.interview.outcome import Outcome
from backend.locale.text import SOURCE_LANGUAGE, T

__all__ = [
    "Held",
    "begin",
    "consent",
    "discard",
    "fill",
    "find",
    "go_on",
    "held",
    "problems_of",
    "seen_of",
    "show",
    "step",
    "submit",
]


async def begin(house: House, actor: Actor, key: str, mobile: str | None = None) -> str:
    """A new draft for somebody at the window; the same key again gives the same one. Returns the draft's id.

    `mobile`: theirs, if they have one. Raises Conflict `draft_open` when a draft with it is open: that one is gone on with.
    """
    draft_id = "d_" + hashlib.sha256(f"{actor.name}:{key}".encode()).hexdigest()[:22]
    async with house.db.unit() as unit:
        if await drafts.draft(unit.session, draft_id) is not None:
            return draft_id
        if mobile is not None and await find(unit.session, house, actor, mobile=mobile):
            raise Conflict(T("这个手机号有一份在填的资料。请接着填那一份，不用另开。"), code="draft_open")
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
        raise GuituError(T("先核对本人证件，再选核对了哪一种。"), code="no_proof", allowed=list(rules.PROOFS))
    async with house.db.unit() as unit:
        row = await drafts.draft(unit.session, draft_id, lock=True)
        if row is None or row.state != OPEN:
            raise nothing_there()
        draft = Draft.from_json(row.content)
        assist = await repository.of_draft(unit.session, draft_id)
        if not (await repository.one(unit.session, actor, draft_id) or reaches(actor, draft)):
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


async def consent(house: House, actor: Actor, draft_id: str, version: int, given: Sequence[str], how: str) -> None:
    """Both consents, as the veteran gave them before `actor`. `how`: of rules.CONSENTED. Nothing else is kept before."""
    if set(given) != set(CONSENTS):
        raise GuituError(T("要本人两项都同意，才能往下填。不同意就不填，什么都不留。"), code="no_consent")
    if how not in rules.CONSENTED:
        raise GuituError(T("请选本人是怎样同意的。"), code="invalid", allowed=list(rules.CONSENTED))
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id, lock=True)
        if not found.consented:
            refuse_stale(house, found, version, "")
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
            raise GuituError(T("要先有本人的同意，才能往下填。"), code="no_consent")
        refuse_stale(house, found, version, seen)
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
            raise Conflict(T("本人在手机上也在填这份资料，只能由本人删除。"), code="on_phone")
        refuse_stale(house, found, version, "")
        await hub.erase(unit, found.row.conversation_id)
        await unit.commit()


async def submit(house: House, actor: Actor, draft_id: str, version: int, seen: str, checked: str) -> filing.Filed:
    """Submit it as in the talk, once it was gone through with the veteran. `checked`: of rules.CHECKED.

    Raises GuituError while something is missing; what the check of the applications refuses stands in the answer.
    """
    if checked not in rules.CHECKED:
        raise GuituError(T("请先和本人核对一遍，再选怎样核对的。"), code="not_checked", allowed=list(rules.CHECKED))
    async with house.db.unit() as unit:
        found = await held(unit.session, house, actor, draft_id, lock=True)
        refuse_stale(house, found, version, seen)
        outcome: Outcome = found.interview.reviewing.chose(found.draft, "submit")
        if outcome.act not in ("file", "correct", "change"):
            raise GuituError(T("还有几项没有填，填完再提交。"), code="not_complete")
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


def problems_of(house: House, filed: filing.Filed) -> dict[str, Shown]:
    """What the applications' own check did not take, by question."""
    return {name: house.script.questions[name].ask_again for name in filed.wrong if name in house.script.questions}

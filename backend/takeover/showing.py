"""What staff are shown of conversations that people attend to: lines of the queue, one in full, its transcript. Numbers masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.model import Application
from backend.attachments import repository as attachments
from backend.attachments.model import Attachment
from backend.clock import local, now
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.model import TranscriptMessage
from backend.dialogue import repository as dialogue
from backend.dialogue.model import OUTCOMES, HandoverRequest
from backend.dialogue.taking_up import steps
from backend.house import House
from backend.interview.draft import Draft
from backend.locale.text import render
from backend.security.masking import mask_mobile, mask_name
from backend.security.redaction import has_token, mask_numbers, mask_text
from backend.staff.sessions import SignedIn
from backend.takeover import repository, states
from backend.takeover.desk import is_supervisor, minutes
from backend.takeover.repository import Waiting
from backend.takeover.rules import IDLE

WAITING, ATTENDED, CLOSED = "waiting", "attended", "closed"


def at(moment: datetime | None) -> str | None:
    """An instant as ISO 8601 in Asia/Shanghai."""
    return local(moment).isoformat(timespec="seconds") if moment else None


async def items(session: AsyncSession, house: House, staff: SignedIn, found: Sequence[Waiting]) -> list[dict[str, Any]]:
    """A line for each request, in their order."""
    ids = [conversation.id for _, conversation in found]
    owners = await repository.names(session, {each.owner_id for _, each in found if each.owner_id})
    last = await repository.last_messages(session, ids)
    unseen = await repository.unseen(session, ids)
    tokens = [each.conversation_id for each in last.values() if has_token(each.body["text"])]
    secrets = await repository.secrets(session, tokens) if tokens else {}
    filed = await repository.applications(session, ids)
    lines = []
    for request, conversation in found:
        owner = conversation.owner_id if conversation.owner_kind == states.STAFF and request.closed_at is None else None
        mine = owner == staff.username
        message = last.get(conversation.id)
        county = house.catalogue.counties.get(request.county or "")
        state = CLOSED if request.closed_at else ATTENDED if owner else WAITING
        since = request.queued_at or request.asked_at
        moment = now()
        lines.append(
            {
                "conversation": conversation.id,
                "request": request.id,
                "version": conversation.owner_version,
                "state": state,
                "county": request.county,
                "county_name": county.name if county else None,
                "channel": conversation.channel,
                "reason": request.reason,
                "priority": request.priority,
                "asked_at": at(request.asked_at),
                "since": at(since),
                "waiting_minutes": int(((request.closed_at or moment) - since).total_seconds() // 60),
                "office_minutes": minutes(house, request, request.closed_at or moment),
                "owner": {"username": owner, "display_name": owners.get(owner, owner)} if owner else None,
                "mine": mine,
                "idle_minutes": int((moment - request.active_at).total_seconds() // 60) if request.active_at else None,
                "expires_at": at(request.active_at + IDLE) if request.active_at else None,
                "who": await _who(session, house, conversation.id, filed.get(conversation.id)),
                "last_words": _text(message, secrets.get(conversation.id, {})) if message else mask_numbers(request.last_words),
                "last_at": at(message.at) if message else None,
                "last_author": message.author if message else None,
                "unseen": unseen.get(conversation.id, 0),
                "allowed": []
                if state == CLOSED
                else states.allowed(conversation.owner_kind, mine=mine, supervisor=is_supervisor(staff)),
            }
        )
    return lines


async def _who(session: AsyncSession, house: House, conversation_id: str, filed: Application | None) -> dict[str, Any]:
    answers: dict[str, Any] = dict(filed.answers) if filed else {}
    mobile = await hub.mobile_of(session, conversation_id)
    if filed is None and mobile:
        filed = await applications.latest_for_mobile(session, house, mobile)
        answers = dict(filed.answers) if filed else {}
    if not answers and (row := await dialogue.open_draft(session, conversation_id)) is not None:
        answers = Draft.from_json(row.content).answers
    mobile = answers.get("mobile") or mobile
    return {
        "name": mask_name(str(answers["name"])) if answers.get("name") else None,
        "mobile": mask_mobile(str(mobile)) if mobile else None,
        "case": filed.number if filed else None,
    }


async def detail(session: AsyncSession, house: House, staff: SignedIn, found: Waiting) -> dict[str, Any]:
    """One conversation in full, without its transcript."""
    request, conversation = found
    (line,) = await items(session, house, staff, [found])
    every = await repository.events(session, [request.id])
    return {
        **line,
        "summary": await _summary(session, house, request, line["who"]["case"]),
        "steps": [{"name": name, "label": render(label)} for name, label in await steps(session, house, conversation.id)],
        "notes": [note_shown(each) for each in every if each.command == "note"],
        "events": [
            {"at": at(each.at), "command": each.command, "by": each.actor, "by_name": each.actor_name, "text": each.text}
            for each in every
            if each.command != "note"
        ],
        "seen_by_veteran": conversation.seen_by_veteran,
        "seen_by_staff": conversation.seen_by_staff,
        "first_answer_minutes": request.first_answer_minutes,
        "resolution_minutes": request.resolution_minutes,
        "outcome": request.outcome,
        "closed_at": at(request.closed_at),
        "outcomes": list(OUTCOMES),
    }


def note_shown(event: Any) -> dict[str, Any]:
    """An internal note, for staff."""
    return {"id": event.id, "by": event.actor, "by_name": event.actor_name, "at": at(event.at), "text": event.text}


async def _summary(session: AsyncSession, house: House, request: HandoverRequest, number: str | None) -> dict[str, Any]:
    row = await dialogue.open_draft(session, request.conversation_id)
    draft = Draft.from_json(row.content) if row else None
    missed = await repository.misunderstood(session, request.conversation_id)
    filed = await applications.by_number(session, applications.SYSTEM, number) if number else None
    secrets = (await repository.secrets(session, [request.conversation_id])).get(request.conversation_id, {})
    return {
        "wants": mask_numbers(request.last_words),
        "reason": request.reason,
        "draft": _draft(house, draft) if draft else None,
        "case": {"number": filed.number, "state": filed.state} if filed else None,
        "misunderstood": {"text": _text(missed[0], secrets), "at": at(missed[1])} if missed else None,
    }


def _draft(house: House, draft: Draft) -> dict[str, Any]:
    matters = house.catalogue_of(draft).matters
    question = house.script.questions.get(draft.pending or "")
    return {
        "matters": [render(matters[code].name) for code in draft.answers.get("matters") or () if code in matters],
        "filled": len(draft.answers),
        "pending": render(question.label) if question else None,
        "correcting": draft.application,
    }


def _text(message: TranscriptMessage, secrets: dict[int, str]) -> str:
    text = message.body["text"]
    return mask_text(text, lambda k: secrets.get(k, "")) if message.author == "veteran" else mask_numbers(text)


async def messages(session: AsyncSession, found: Sequence[TranscriptMessage]) -> list[dict[str, Any]]:
    """Messages as staff see them: of one conversation or of several."""
    ids = {each.conversation_id for each in found if has_token(each.body["text"])}
    secrets = await repository.secrets(session, ids) if ids else {}
    files = [each.body["attachment"]["id"] for each in found if "attachment" in each.body]
    put_to = await attachments.some(session, files) if files else {}
    return [
        {
            "seq": each.seq,
            "conversation": each.conversation_id,
            "author": each.author,
            "author_name": each.author_name,
            "at": at(each.at),
            "channel": each.channel,
            "state": each.state,
            "text": _text(each, secrets.get(each.conversation_id, {})),
            "choices": [choice["label"] for choice in each.body.get("choices", ())],
            "card": each.body.get("card"),
            "attachment": _file(each, put_to),
            "link": each.body.get("link"),
        }
        for each in found
    ]


def _file(message: TranscriptMessage, known: dict[str, Attachment]) -> dict[str, Any] | None:
    shown = message.body.get("attachment")
    if shown is None:
        return None
    kept = known.get(shown["id"])
    return {**shown, "material": kept.material if kept is not None and kept.voucher_id is not None else None}


async def after(session: AsyncSession, conversation_id: str, seq: int, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` messages after a seq, in order."""
    return await messages(session, await conversations.messages_after(session, conversation_id, seq, limit))

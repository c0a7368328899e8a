"""A case as staff see it over HTTP: plain JSON, numbers masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository, states
from backend.applications.model import Application, Correction
from backend.applications.progress import ProgressLine, progress
from backend.archives import service as archives
from backend.catalogue.rules import checklist
from backend.clock import local
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import Text, render
from backend.notices import repository as notices
from backend.security.masking import mask_bank_card, mask_id_number, mask_mobile, mask_name

#: Fields that are masked wherever they are shown.
MASKS = {
    "name": mask_name,
    "id_number": mask_id_number,
    "mobile": mask_mobile,
    "booklet_mobile": mask_mobile,
    "card_mobile": mask_mobile,
    "booklet_recipient": mask_name,
    "card_recipient": mask_name,
    "bank_card": mask_bank_card,
}
#: Shown to nobody in full who has not given a reason: of an address only what stands before the first number.
HIDDEN = ("home_address", "booklet_address", "card_address", "certificate_number")


def row(house: House, application: Application) -> dict[str, Any]:
    """One line of a list."""
    return {
        "number": application.number,
        "state": application.state,
        "version": application.version,
        "county": application.county,
        "county_name": house.catalogue.counties[application.county].name,
        "name": mask_name(application.answers["name"]),
        "id_number": mask_id_number(application.answers["id_number"]),
        "matters": list(application.matters),
        "submitted_at": _at(application.submitted_at),
        "since": _at(application.state_since),
    }


async def case(session: AsyncSession, house: House, application: Application) -> dict[str, Any]:
    """Everything about one case."""
    view = await progress(session, house, application)
    return {
        **row(house, application),
        "allowed": states.allowed(application.state),
        "archive_received_at": _at(application.archive_received_at),
        "originals_received_at": _at(application.originals_received_at),
        "checked_in_at": _at(application.checked_in_at),
        "answers": {name: masked(name, value) for name, value in application.answers.items()},
        "papers": [
            {
                "number": line.material.number,
                "name": render(line.name),
                "form": line.form,
                "matters": list(line.matters),
                "why": render(line.why),
                "issuer": render(line.issuer),
                "in_pre_review": line.in_pre_review,
                "lacking": line.material.number in application.lacking,
            }
            for line in checklist(house.catalogue_of(application), dict(application.answers))
        ],
        "intake": application.intake,
        # Where the county's own list says otherwise; null when the applicant is not on it.
        "differs_from_list": await archives.differences(session, application),
        "lines": [_line(line) for line in view.lines],
        "corrections": [_correction(point) for point in await repository.corrections(session, application.id)],
        "events": [
            {
                "at": _at(event.at),
                "actor": event.actor,
                "command": event.command,
                "from": event.from_state,
                "to": event.to_state,
                "task": event.task_id,
                "reason": event.reason,
            }
            for event in await repository.history(session, application.id)
        ],
        "notices": [
            {"event": notice.event, "channel": notice.channel, "state": notice.state, "at": _at(notice.at)}
            for notice in await notices.history(session, application.id)
        ],
    }


def masked(name: str, value: Any) -> Any:
    """An answer as it may be shown without a reason."""
    if value is None or value == "":
        return None
    if name in HIDDEN:
        return "***"
    if name in MASKS:
        shown = MASKS[name](str(value))
        return render(shown) if isinstance(shown, Text) else shown
    return value


def _line(line: ProgressLine) -> dict[str, Any]:
    return {
        "matter": line.matter.code,
        "path": line.path,
        "state": line.state,
        "unit": line.unit,
        "since": _at(line.since),
        "due_at": _at(line.due),
        "provisional": line.provisional,
        "overdue": line.overdue,
        "exempted": line.exempted,
        "next": render(line.next) if line.next else None,
        "done_at": _at(line.done_at),
    }


def _correction(point: Correction) -> dict[str, Any]:
    return {
        "kind": point.kind,
        "name": point.name,
        "reason": point.reason,
        "requested_by": point.requested_by,
        "requested_at": _at(point.requested_at),
        "resolved_at": _at(point.resolved_at),
    }


def _at(moment: datetime | None) -> str | None:
    return local(moment).isoformat(timespec="seconds") if moment else None


def write_cursor(last: Application) -> str:
    """Where the next page of a list begins: after this case."""
    return f"{last.submitted_at.isoformat()}~{last.id}"


def read_cursor(given: str | None) -> tuple[datetime, str] | None:
    """What `write_cursor` wrote. Raises GuituError for anything else."""
    if not given:
        return None
    moment, tilde, last_id = given.partition("~")
    try:
        # A plus sign in an address is a blank.
        instant = datetime.fromisoformat(moment.replace(" ", "+"))
    except ValueError:
        instant = None
    if not tilde or instant is None or instant.tzinfo is None:
        raise GuituError("before 要用上一页给的 next。", code="bad_cursor")
    return instant, last_id

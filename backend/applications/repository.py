"""Every query of applications. Who asks is part of the query: another county's case is not there for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Row, Select, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application, ApplicationNumber, CaseEvent, Correction, Delivery
from backend.applications.states import MAY_APPLY_AGAIN

#: What is true of one case or of a few.
FOUND_BY = ("number", "name_index", "identity_index", "mobile_index")


@dataclass(frozen=True)
class Search:
    """What to look for: whatever is given has to agree. `before`: submitted_at and id of the last case seen."""

    state: str | None = None
    number: str | None = None
    name_index: str | None = None
    identity_index: str | None = None
    mobile_index: str | None = None
    before: tuple[datetime, str] | None = None
    limit: int = 20


@dataclass(frozen=True)
class Waiting:
    """Cases of these states. archive: whether the archive has come (None: either); after: submitted_at and id of the last one seen."""

    states: tuple[str, ...]
    archive: bool | None = None
    newest_first: bool = False
    name_index: str | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 20

    def from_(self, after: tuple[datetime, str] | None, limit: int) -> Waiting:
        """The same from another place on."""
        return replace(self, after=after, limit=limit)


def _waiting(actor: Actor, wanted: Waiting) -> Select[Application]:
    statement = _seen_by(actor).where(Application.state.in_(wanted.states))
    if wanted.archive is not None:
        has = Application.archive_received_at.is_not(None)
        statement = statement.where(has if wanted.archive else ~has)
    if wanted.name_index is not None:
        statement = statement.where(Application.name_index == wanted.name_index)
    return statement


async def waiting(session: AsyncSession, actor: Actor, wanted: Waiting) -> Sequence[Application]:
    """A page of them, in the order of their submission."""
    statement, place = _waiting(actor, wanted), tuple_(Application.submitted_at, Application.id)
    if wanted.after is not None:
        statement = statement.where(place < wanted.after if wanted.newest_first else place > wanted.after)
    order = (Application.submitted_at, Application.id)
    if wanted.newest_first:
        statement = statement.order_by(*(column.desc() for column in order))
    else:
        statement = statement.order_by(*order)
    return (await session.scalars(statement.limit(wanted.limit))).all()


async def count_waiting(session: AsyncSession, actor: Actor, wanted: Waiting, most: int) -> int:
    """How many, counted up to `most`."""
    some = _waiting(actor, wanted).with_only_columns(Application.id).limit(most).subquery()
    return int(await session.scalar(select(func.count()).select_from(some)) or 0)


async def search(session: AsyncSession, actor: Actor, wanted: Search) -> Sequence[Application]:
    """Cases that `actor` may reach, the newest first."""
    given = {name: value for name in FOUND_BY if (value := getattr(wanted, name)) is not None}
    statement = _seen_by(actor, by_few=bool(given))
    if wanted.state is not None:
        given["state"] = wanted.state
    for name, value in given.items():
        statement = statement.where(getattr(Application, name) == value)
    if wanted.before is not None:
        statement = statement.where(tuple_(Application.submitted_at, Application.id) < wanted.before)
    newest_first = (Application.submitted_at.desc(), Application.id.desc())
    return (await session.scalars(statement.order_by(*newest_first).limit(wanted.limit))).all()


def _seen_by(actor: Actor, by_few: bool = False) -> Select[Application]:
    """What `actor` may reach. `by_few`: something else in the question is true of a few cases only.

    SQLite knows no figures about the tables and would then walk through the whole county, whose index is in the wanted order:
    an expression in place of the column keeps it from that.
    """
    statement = select(Application)
    if actor.counties is not None:
        county = func.coalesce(Application.county, "") if by_few else Application.county
        statement = statement.where(county.in_(actor.counties))
    if actor.conversation is not None:
        statement = statement.where(Application.conversation_id == actor.conversation)
    return statement


async def by_number(session: AsyncSession, actor: Actor, number: str, *, lock: bool = False) -> Application | None:
    """The application of that number, if `actor` may reach it; held until the transaction ends with `lock`."""
    statement = _seen_by(actor, by_few=True).where(Application.number == number)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(statement)


async def by_id(session: AsyncSession, application_id: str, *, lock: bool = False) -> Application | None:
    """One application by its id."""
    statement = select(Application).where(Application.id == application_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(statement)


async def by_draft(session: AsyncSession, draft_id: str) -> Application | None:
    """The application that a draft became."""
    return await session.scalar(select(Application).where(Application.draft_id == draft_id))


async def keep_hall_number(session: AsyncSession, application_id: str, hall_number: str) -> None:
    """Write down the number that an application has in the province's hall. Its version stays: no decision is touched."""
    statement = update(Application).where(Application.id == application_id, Application.hall_number.is_(None))
    await session.execute(statement.values(hall_number=hall_number).execution_options(synchronize_session=False))


async def join_conversation(session: AsyncSession, application_id: str, conversation_id: str) -> None:
    """Let an application be spoken of in another conversation. Its version stays: no decision is touched."""
    statement = update(Application).where(Application.id == application_id).values(conversation_id=conversation_id)
    await session.execute(statement.execution_options(synchronize_session="evaluate"))


async def live_of_identity(session: AsyncSession, identity_index: str, year: int) -> Application | None:
    """The one live application of a person in a year."""
    return await session.scalar(
        select(Application).where(
            Application.identity_index == identity_index,
            Application.year == year,
            Application.state.not_in(MAY_APPLY_AGAIN),
        )
    )


async def latest_of_conversation(session: AsyncSession, conversation_id: str, *, live: bool) -> Application | None:
    """The newest application of a conversation; with `live`, one that was neither rejected nor withdrawn."""
    statement = select(Application).where(Application.conversation_id == conversation_id)
    return await session.scalar(_newest(statement, live))


async def latest_of_mobile(session: AsyncSession, mobile_index: str) -> Application | None:
    """The newest application bound to a mobile."""
    return await session.scalar(_newest(select(Application).where(Application.mobile_index == mobile_index), live=False))


def _newest(statement: Select[Application], live: bool) -> Select[Application]:
    if live:
        statement = statement.where(Application.state.not_in(MAY_APPLY_AGAIN))
    return statement.order_by(Application.submitted_at.desc()).limit(1)


async def next_number(session: AsyncSession, city: str, year: int) -> int:
    """The next number of a city and year, counted in this transaction: a rollback gives it back."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if postgres else sqlite.insert
    statement: Insert = (
        insert(ApplicationNumber)
        .values(city=city, year=year, last=1)
        .on_conflict_do_update(index_elements=["city", "year"], set_={"last": ApplicationNumber.last + 1})
    )
    return int((await session.execute(statement.returning(ApplicationNumber.last))).scalar_one())


async def open_corrections(session: AsyncSession, application_id: str) -> Sequence[Correction]:
    """The points that are still to be corrected, in the order in which they were asked for."""
    found = await session.scalars(
        select(Correction)
        .where(Correction.application_id == application_id, Correction.resolved_at.is_(None))
        .order_by(Correction.id)
    )
    return found.all()


async def corrections(session: AsyncSession, application_id: str) -> Sequence[Correction]:
    """Every point that was ever asked for."""
    found = await session.scalars(select(Correction).where(Correction.application_id == application_id).order_by(Correction.id))
    return found.all()


async def deliveries(session: AsyncSession, application_id: str) -> Sequence[Delivery]:
    """Booklet and card, as far as they are made."""
    found = await session.scalars(select(Delivery).where(Delivery.application_id == application_id).order_by(Delivery.id))
    return found.all()


async def history(session: AsyncSession, application_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """As `events`, without what is encrypted at length: what a page shows of them."""
    event = CaseEvent
    columns = event.at, event.actor, event.command, event.from_state, event.to_state, event.task_id, event.reason
    found = await session.execute(select(*columns).where(event.application_id == application_id).order_by(event.id))
    return found.all()


async def events(session: AsyncSession, application_id: str) -> Sequence[CaseEvent]:
    """All that was done to a case, in order."""
    found = await session.scalars(select(CaseEvent).where(CaseEvent.application_id == application_id).order_by(CaseEvent.id))
    return found.all()

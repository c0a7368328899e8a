"""Rasa's memory of the thread of a talk: short, encrypted, and never in doubt about who wrote last.

- A row is one event, encrypted under the service's key ring with its conversation as associated data. In clear are only
  ids, the kind of event and its time.
- Reading begins at the latest session start, by row number and not by the clock.
- When a session has grown, `save` writes a new session start with what still counts (slots, active loop) and removes the
  rows before it: a turn costs the same after three hundred turns, and words are not kept longer than they are needed.
- `save` refuses to write behind a row that the tracker has not seen (another server, a crash between two turns).

The database is GUITU_TRACKER_URL: `sqlite:///var/tracker.db` if unset, or a `postgresql://` address.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot import fast
from bot.key_ring import KeyRing, key_file

fast.apply()

ROOT = Path(__file__).resolve().parent.parent
URL = "GUITU_TRACKER_URL"
SESSION_EVENTS = 40
BUSY_MILLISECONDS = 15_000

events = sa.Table(
    "rasa_events",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("sender_id", sa.String(64), nullable=False),
    sa.Column("type_name", sa.String(64), nullable=False),
    sa.Column("timestamp", sa.Float, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("ix_rasa_events_sender_id_id", "sender_id", "id"),
    # Numbers of removed rows must never come back: the number of the last row is what a writer has seen.
    sqlite_autoincrement=True,
)

# Made once: putting a statement together and finding its compiled form costs more than running it.
_OF_SENDER = events.c.sender_id == sa.bindparam("sender")
_HEAD = sa.select(sa.func.max(events.c.id)).where(_OF_SENDER)
_LATEST_SESSION = sa.select(sa.func.max(events.c.id)).where(_OF_SENDER, events.c.type_name == SessionStarted.type_name)
_TOLD = (
    sa.select(events.c.id, events.c.data)
    .where(_OF_SENDER, events.c.id >= sa.func.coalesce(_LATEST_SESSION.scalar_subquery(), 0))
    .order_by(events.c.id)
)
_ERASE = events.delete().where(_OF_SENDER)


class Conflict(Exception):
    """Somebody else wrote to this conversation since its tracker was read."""


def _purpose(sender_id: str) -> str:
    return f"rasa_events.data/{sender_id}"


def _engine(url: str) -> sa.engine.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    database = sa.engine.make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    # Kept open: closing the last connection to a file writes its log back, which costs more than all of a turn's statements.
    engine = sa.create_engine(url, connect_args={"check_same_thread": False}, poolclass=sa.pool.QueuePool)

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late: we say it ourselves, below
        for pragma in ("journal_mode=wal", "synchronous=normal", f"busy_timeout={BUSY_MILLISECONDS}", "secure_delete=on"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


class HubTrackerStore(TrackerStore):
    """endpoints.yml: `type: bot.tracker_store.HubTrackerStore`."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        session_events: int = SESSION_EVENTS,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.ring = KeyRing(key_file())
        self.session_events = int(session_events)
        self.engine = _engine(os.environ.get(URL) or f"sqlite:///{ROOT / 'var' / 'tracker.db'}")
        events.metadata.create_all(self.engine)

    # -- reading ---------------------------------------------------------------------------------------------------

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the latest session, or None for a conversation that was never heard of."""
        with self.engine.begin() as connection:
            rows = connection.execute(_TOLD, {"sender": sender_id}).all()
        if not rows:
            return None
        told = [json.loads(self.ring.decrypt(row.data, _purpose(sender_id))) for row in rows]
        tracker = DialogueStateTracker.from_dict(sender_id, told, self.domain.slots)
        _mark(tracker, rows[-1].id)
        return tracker

    async def keys(self) -> Iterable[str]:
        """Ids of all conversations."""
        with self.engine.begin() as connection:
            return list(connection.execute(sa.select(events.c.sender_id).distinct()).scalars())

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.engine.begin() as connection:
            connection.execute(sa.select(events.c.id).limit(1)).all()

    # -- writing ---------------------------------------------------------------------------------------------------

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append what is new. Raises Conflict when the conversation has rows that this tracker has not seen."""
        await self.stream_events(tracker)
        new: list[Event] = list(tracker.events)[tracker.__dict__.get("_saved", 0) :]
        snapshot = self._snapshot(tracker)
        sender = {"sender": tracker.sender_id}
        with self._writing(tracker.sender_id) as connection:
            head = connection.execute(_HEAD, sender).scalar()
            if head != tracker.__dict__.get("_head"):
                raise Conflict(f"conversation {tracker.sender_id} was written by another turn")
            if snapshot:
                # What came before counts no more, what is new included: it is the snapshot that is read from now on.
                connection.execute(_ERASE, sender)
            rows = [self._row(tracker.sender_id, event) for event in snapshot or new]
            if rows:
                connection.execute(events.insert(), rows)
                head = connection.execute(_HEAD, sender).scalar()
        _mark(tracker, head)

    def erase(self, sender_id: str) -> int:
        """Remove everything of a conversation. Returns the number of rows removed."""
        with self._writing(sender_id) as connection:
            return int(connection.execute(_ERASE, {"sender": sender_id}).rowcount)

    @contextmanager
    def _writing(self, sender_id: str) -> Iterator[Any]:
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                # One writer a conversation, over all servers; the lock goes with the transaction.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sender_id, 0))))
            yield connection

    def _row(self, sender_id: str, event: Event) -> dict[str, Any]:
        return {
            "sender_id": sender_id,
            "type_name": event.type_name,
            "timestamp": event.timestamp,
            "data": self.ring.encrypt(json.dumps(event.as_dict(), ensure_ascii=False), _purpose(sender_id)),
        }

    def _snapshot(self, tracker: DialogueStateTracker) -> list[Event]:
        """The events that begin a new session with what still counts, once the old one is long and its turn is over."""
        over = (
            len(tracker.events) > self.session_events
            and tracker.latest_action_name == ACTION_LISTEN_NAME
            and not tracker.is_paused()
            and tracker.followup_action is None
        )
        if not over:
            return []
        slots = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value != slot.initial_value]
        loop = [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
        return [SessionStarted(), *slots, *loop, ActionExecuted(ACTION_LISTEN_NAME)]


def _mark(tracker: DialogueStateTracker, head: int | None) -> None:
    # On the object itself, because Rasa hands the very same object back to `save`; copies are not saved.
    tracker.__dict__["_head"] = head
    tracker.__dict__["_saved"] = len(tracker.events)

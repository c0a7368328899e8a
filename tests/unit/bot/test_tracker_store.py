"""The tracker store on SQLite and PostgreSQL: what it keeps, what it forgets, and who may write."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.key_ring import KeyRingError
from bot.tracker_store import Conflict, HubTrackerStore, events

DOMAIN = Domain.from_dict(
    {
        "slots": {"answer": {"type": "any", "mappings": [{"type": "custom"}]}},
        "forms": {"case_form": {"required_slots": ["answer"]}},
        "intents": ["inform"],
    }
)
SECRET_WORDS = "福州市鼓楼区示例路1号"


@pytest.fixture
def store(tracker_url: str, keys_file: Path, monkeypatch: pytest.MonkeyPatch) -> HubTrackerStore:
    monkeypatch.setenv("GUITU_TRACKER_URL", tracker_url)
    monkeypatch.setenv("GUITU_KEYS_FILE", str(keys_file))
    return HubTrackerStore(DOMAIN)


@pytest.fixture
def sender() -> str:
    return f"c_{uuid.uuid4().hex[:22]}"


def load(store: HubTrackerStore, sender: str) -> DialogueStateTracker:
    return asyncio.run(store.get_or_create_tracker(sender, append_action_listen=False))


def turn(store: HubTrackerStore, sender: str, text: str = "义务兵") -> DialogueStateTracker:
    """One turn inside the form, as Rasa would write it."""
    tracker = load(store, sender)
    if not tracker.events:
        tracker.update_with_events(
            [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], DOMAIN
        )
    tracker.update_with_events([UserUttered(text, {"name": "inform", "confidence": 1.0})], DOMAIN)
    tracker.update_with_events([ActionExecuted("case_form"), ActiveLoop("case_form")], DOMAIN)
    tracker.update_with_events(
        [SlotSet("answer", None), SlotSet("requested_slot", "answer"), ActionExecuted("action_listen")], DOMAIN
    )
    asyncio.run(store.save(tracker))
    return tracker


def rows(store: HubTrackerStore, sender: str) -> list[sa.engine.Row]:
    with store.engine.begin() as connection:
        return list(connection.execute(sa.select(events).where(events.c.sender_id == sender).order_by(events.c.id)))


def test_what_was_saved_is_read_again_from_the_start_of_the_session(store: HubTrackerStore, sender: str) -> None:
    written = [event.as_dict() for event in turn(store, sender).events]
    start = [event["event"] for event in written].index("session_started")
    assert [event.as_dict() for event in load(store, sender).events] == written[start:]


def test_a_conversation_never_heard_of_has_no_tracker(store: HubTrackerStore, sender: str) -> None:
    assert asyncio.run(store.retrieve(sender)) is None


def test_rows_hold_nothing_that_was_said_in_clear(store: HubTrackerStore, sender: str) -> None:
    turn(store, sender, SECRET_WORDS)
    kept = repr([tuple(row) for row in rows(store, sender)])
    assert SECRET_WORDS not in kept
    assert "inform" not in kept
    assert load(store, sender).latest_message.text == SECRET_WORDS


def test_a_row_moved_to_another_conversation_does_not_open(store: HubTrackerStore, sender: str) -> None:
    turn(store, sender)
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(events.update().where(events.c.sender_id == sender).values(sender_id=sender + "x"))
    with pytest.raises(KeyRingError):
        asyncio.run(store.retrieve(sender + "x"))


def test_three_hundred_turns_keep_the_form_open_and_the_session_short(store: HubTrackerStore, sender: str) -> None:
    for _ in range(300):
        turn(store, sender)
    tracker = load(store, sender)
    assert tracker.active_loop_name == "case_form"
    assert tracker.get_slot("requested_slot") == "answer"
    assert tracker.latest_action_name == "action_listen"
    assert len(tracker.events) <= store.session_events + 10
    assert len(rows(store, sender)) == len(tracker.events)


def test_a_session_is_not_cut_in_the_middle_of_a_turn(store: HubTrackerStore, sender: str) -> None:
    tracker = load(store, sender)
    tracker.update_with_events([SessionStarted()] + [SlotSet("answer", number) for number in range(60)], DOMAIN)
    asyncio.run(store.save(tracker))
    assert len(load(store, sender).events) == 61


def test_saving_the_same_tracker_again_writes_only_what_is_new(store: HubTrackerStore, sender: str) -> None:
    tracker = turn(store, sender)
    before = len(rows(store, sender))
    asyncio.run(store.save(tracker))
    assert len(rows(store, sender)) == before


def test_the_slower_of_two_servers_is_refused_and_changes_nothing(
    store: HubTrackerStore, sender: str, tracker_url: str, keys_file: Path
) -> None:
    turn(store, sender)
    other = HubTrackerStore(DOMAIN)
    stale = load(other, sender)
    turn(store, sender)
    before = len(rows(store, sender))
    stale.update_with_events([ActionExecuted("action_listen")], DOMAIN)
    with pytest.raises(Conflict):
        asyncio.run(other.save(stale))
    assert len(rows(store, sender)) == before


def test_two_servers_may_take_turns(store: HubTrackerStore, sender: str) -> None:
    other = HubTrackerStore(DOMAIN)
    for _ in range(20):
        turn(store, sender)
        turn(other, sender)
    assert load(store, sender).active_loop_name == "case_form"


def test_a_turn_that_ended_half_way_leaves_no_trace(store: HubTrackerStore, sender: str) -> None:
    turn(store, sender)
    before = [event.as_dict() for event in load(store, sender).events]
    half = load(store, sender)
    half.update_with_events([UserUttered("半句", {"name": "inform"})], DOMAIN)
    assert [event.as_dict() for event in load(store, sender).events] == before


def test_erasing_leaves_no_row_and_refuses_what_was_under_way(store: HubTrackerStore, sender: str) -> None:
    turn(store, sender)
    under_way = load(store, sender)
    assert store.erase(sender) > 0
    assert rows(store, sender) == []
    under_way.update_with_events([ActionExecuted("action_listen")], DOMAIN)
    with pytest.raises(Conflict):
        asyncio.run(store.save(under_way))


def test_rows_written_under_an_older_key_are_still_read(store: HubTrackerStore, sender: str, keys_file: Path) -> None:
    turn(store, sender)
    ring = json.loads(keys_file.read_text("utf-8"))
    ring["keys"]["k2"], ring["current"] = base64.b64encode(secrets.token_bytes(32)).decode(), "k2"
    keys_file.write_text(json.dumps(ring), "utf-8")
    renewed = HubTrackerStore(DOMAIN)
    turn(renewed, sender)
    assert {row.data.partition(".")[0] for row in rows(renewed, sender)} == {"k1", "k2"}
    assert load(renewed, sender).active_loop_name == "case_form"

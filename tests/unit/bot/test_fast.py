"""Each patch of Rasa: that it is still needed, that it holds, and that another version is refused."""

from __future__ import annotations

import asyncio

import pytest
import rasa
import rasa.core.actions.action
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet

from bot import fast


def test_the_patches_were_written_for_the_rasa_that_is_installed() -> None:
    assert rasa.__version__ == fast.WRITTEN_FOR


def test_another_version_is_refused_by_name() -> None:
    with pytest.raises(fast.WrongRasa, match=r"3\.6\.22"):
        fast.apply("3.6.22")


def test_applying_twice_changes_nothing_more() -> None:
    fast.apply()
    before = (Event.resolve_by_type, RemoteAction._validate_action_result)
    fast.apply()
    assert before == (Event.resolve_by_type, RemoteAction._validate_action_result)


def test_a_lost_database_is_raised_and_not_hidden() -> None:
    fast.apply()

    class Lost(InMemoryTrackerStore):
        async def retrieve(self, sender_id: str) -> None:
            raise ConnectionError("the database is gone")

        async def save(self, tracker: object) -> None:
            raise ConnectionError("the database is gone")

    store = FailSafeTrackerStore(Lost(Domain.empty()))
    with pytest.raises(ConnectionError):
        asyncio.run(store.retrieve("c_1"))
    with pytest.raises(ConnectionError):
        asyncio.run(store.save(store.init_tracker("c_1")))


def test_answers_of_actions_are_still_checked() -> None:
    fast.apply()
    action = RemoteAction("action_answer", None)
    assert action._validate_action_result({"events": [{"event": "slot", "name": "a", "value": 1}], "responses": []})
    with pytest.raises(ValidationError):
        action._validate_action_result({"events": [{"event": "slot"}], "responses": []})


def test_events_are_found_by_name_and_misses_are_as_before() -> None:
    fast.apply()
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type("no_such_event", SlotSet) is SlotSet
    with pytest.raises(ValueError, match="no_such_event"):
        Event.resolve_by_type("no_such_event")


def test_an_action_has_seconds_and_not_minutes() -> None:
    fast.apply()
    assert rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT == fast.ACTION_SECONDS < 10

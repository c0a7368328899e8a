"""Every patch of Rasa, in one place: written against one version of it, refused by any other.

1. Failures of the tracker store are raised. Rasa answers a lost database by treating the veteran as a stranger and by
   saving into memory that nobody reads (core/tracker_store.py, FailSafeTrackerStore).
2. The schema for answers of the action server is compiled once. Rasa compiles it at every call, which is most of a turn
   in the form (core/actions/action.py, RemoteAction).
3. Event classes are found in a table. Rasa walks all subclasses for each event that it reads (shared/core/events.py).
4. The action server has seconds to answer, not the five minutes of a constant (core/constants.py).

`apply` may be called any number of times. It is called when bot.tracker_store is imported, so in a server only.
"""

from __future__ import annotations

from typing import Any, NoReturn

import rasa
import rasa.core.actions.action
from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import Event

WRITTEN_FOR = "3.6.21"
# More than the action's own limit for the backend, so that its answer, good or bad, is the one that counts.
ACTION_SECONDS = 6
_applied = False


class WrongRasa(Exception):
    """Rasa is of another version than the patches were written and tested for."""


def apply(version: str = rasa.__version__) -> None:
    """Patch Rasa, once. Raises WrongRasa for another version."""
    global _applied
    if version != WRITTEN_FOR:
        raise WrongRasa(
            f"bot/fast.py was written for Rasa {WRITTEN_FOR}, this is {version}: check each patch, then change the number."
        )
    if _applied:
        return
    _applied = True
    _raise_store_failures()
    _compile_answer_schema()
    _find_events_in_a_table()
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS


def _raise_store_failures() -> None:
    def raise_it(_store: FailSafeTrackerStore, error: Exception) -> NoReturn:
        raise error

    FailSafeTrackerStore.on_tracker_store_error = raise_it
    FailSafeTrackerStore.on_tracker_store_retrieve_error = raise_it


def _compile_answer_schema() -> None:
    schema = Draft7Validator(RemoteAction.action_response_format_spec())

    def is_valid(_action: RemoteAction, result: dict[str, Any]) -> bool:
        schema.validate(result)
        return True

    RemoteAction._validate_action_result = is_valid


def _find_events_in_a_table() -> None:
    walk = Event.resolve_by_type
    known: dict[str, type[Event]] = {}

    def find(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        found = known.get(type_name)
        if found is None:
            found = walk(type_name, default)
            # Only what the name itself leads to: a default belongs to its caller, and a miss may be defined later.
            if found is not None and found is not default:
                known[type_name] = found
        return found

    Event.resolve_by_type = staticmethod(find)

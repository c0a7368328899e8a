"""Every patch of Rasa, in one place: written against one version of it, refused by any other.

1. Failures of the tracker store are raised. Rasa answers a lost database by treating the veteran as a stranger and by
   saving into memory that nobody reads (core/tracker_store.py, FailSafeTrackerStore).
2. The schema for answers of the action server is compiled once. Rasa compiles it at every call, which is most of a turn
   in the form (core/actions/action.py, RemoteAction).
3. Event classes are found in a table. Rasa walks all subclasses for each event that it reads (shared/core/events.py).
4. The action server has seconds to answer, not the five minutes of a constant (core/constants.py).
5. The graph of a turn is walked node by node in an order found once. Dask's scheduler, made for clusters, costs more than
   the nodes of a small pipeline do (engine/runner/dask.py).
6. The connection to the action server is kept. Rasa opens a new session, and with it a connection, for each call
   (utils/endpoints.py).

`apply` may be called any number of times. It is called when bot.tracker_store is imported, so in a server only.
"""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

import aiohttp
import rasa
import rasa.core.actions.action
from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event
from rasa.utils.endpoints import EndpointConfig

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
    _walk_the_graph_plainly()
    _keep_the_connection()
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


def _walk_the_graph_plainly() -> None:
    def steps(runner: DaskGraphRunner, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """The nodes that the targets need, each after what it needs itself."""
        nodes = runner._graph_schema.minimal_graph_schema(list(targets)).nodes
        found: dict[str, tuple[str, ...]] = {}

        def visit(name: str) -> None:
            if name in nodes and name not in found:
                needs = tuple(nodes[name].needs.values())
                for need in needs:
                    visit(need)
                found[name] = needs

        for target in targets:
            visit(target)
        return list(found.items())

    def run(self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = tuple(targets or self._graph_schema.target_names)
        kept = self.__dict__.setdefault("_steps", {})
        if wanted not in kept:
            kept[wanted] = steps(self, wanted)
        done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        clashing = done.keys() & self._instantiated_nodes.keys()
        if clashing:
            raise GraphRunError(f"inputs with the names of nodes: {', '.join(sorted(clashing))}")
        try:
            for name, needs in kept[wanted]:
                # A need that nothing gives is handed on by its name, as Dask does: the node says what it misses.
                done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(done[target] for target in wanted)

    DaskGraphRunner.run = run


class _Kept:
    """A session that stays open after `async with`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self.session

    async def __aexit__(self, *_: object) -> None:
        return None


def _keep_the_connection() -> None:
    make = EndpointConfig.session

    def session(endpoint: EndpointConfig) -> _Kept:
        loop = asyncio.get_running_loop()
        of, kept = endpoint.__dict__.get("_kept_session", (None, None))
        if of is not loop or kept is None or kept.closed:
            kept = make(endpoint)
            endpoint.__dict__["_kept_session"] = (loop, kept)
        return _Kept(kept)

    EndpointConfig.session = session

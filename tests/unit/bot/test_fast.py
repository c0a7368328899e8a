"""Each patch of Rasa: that it is still needed, that it holds, and that another version is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import rasa
import rasa.core.actions.action
from aiohttp import web
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.utils.endpoints import EndpointConfig

from backend.edge.serving import free_port
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


class Schema:
    """A graph of three nodes: the last needs the first two, the second the input."""

    target_names = ("last",)

    def __init__(self) -> None:
        needs = {"first": {}, "second": {"given": "__message__"}, "last": {"a": "first", "b": "second"}, "unused": {}}
        self.nodes = {name: SimpleNamespace(needs=each) for name, each in needs.items()}

    def minimal_graph_schema(self, targets: list[str]) -> SimpleNamespace:
        """What the targets need, as Rasa's own schema finds it."""
        wanted = {"last": ("last", "second", "first"), "first": ("first",)}[targets[0]]
        return SimpleNamespace(nodes={name: self.nodes[name] for name in wanted})


def runner(walked: list[str], *, fails: Exception | None = None) -> DaskGraphRunner:
    def node(name: str) -> Callable[..., tuple[str, str]]:
        def run(*given: tuple[str, str]) -> tuple[str, str]:
            walked.append(name)
            if fails is not None and name == "last":
                raise fails
            return name, f"{name}({','.join(value for _, value in given)})"

        return run

    made = object.__new__(DaskGraphRunner)
    made._graph_schema = Schema()
    made._instantiated_nodes = {name: node(name) for name in made._graph_schema.nodes}
    made._execution_context = None
    return made


def test_the_graph_gives_what_dask_gives_and_runs_only_what_is_needed() -> None:
    fast.apply()
    walked: list[str] = []
    assert runner(walked).run({"__message__": "hello"}) == {"last": "last(first(),second(hello))"}
    assert sorted(walked) == ["first", "last", "second"] and walked[-1] == "last"
    assert runner([]).run(targets=["first"]) == {"first": "first()"}


def test_what_goes_wrong_in_the_graph_is_told_as_before() -> None:
    fast.apply()
    with pytest.raises(GraphRunError):
        runner([], fails=RuntimeError("no")).run({"__message__": "hello"})
    with pytest.raises(GraphRunError, match="first"):
        runner([]).run({"__message__": "hello", "first": "mine"})


def test_the_connection_to_the_action_server_is_kept_and_made_anew_after_a_loss() -> None:
    fast.apply()
    peers: set[tuple[str, int]] = set()

    async def answer(request: web.Request) -> web.Response:
        peers.add(request.transport.get_extra_info("peername"))
        return web.json_response({"ok": True})

    async def serve(port: int) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/", answer)
        server = web.AppRunner(app)
        await server.setup()
        await web.TCPSite(server, "127.0.0.1", port).start()
        return server

    async def talk() -> None:
        port = free_port()
        endpoint = EndpointConfig(url=f"http://127.0.0.1:{port}/")
        server = await serve(port)
        for _ in range(3):
            assert await endpoint.request(json={}) == {"ok": True}
        assert len(peers) == 1
        await server.cleanup()
        server = await serve(port)
        assert await endpoint.request(json={}) == {"ok": True}
        assert len(peers) == 2
        await server.cleanup()
        await endpoint.session().session.close()

    asyncio.run(talk())

"""The action server: every action of the package, for whoever has the token, and errors that tell nothing of the talk."""

from __future__ import annotations

from typing import Any

import pytest
from sanic_testing.testing import SanicASGITestClient

from actions.serve import build_app
from scripts.console import ROOT

TOKEN = "internal-token-of-the-tests"
HEADERS = {"authorization": f"Bearer {TOKEN}"}
WORDS = "福州市鼓楼区示例路1号"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> SanicASGITestClient:
    from sanic import Sanic

    monkeypatch.setattr(Sanic, "test_mode", True)
    monkeypatch.setenv("GUITU_INTERNAL_TOKEN", TOKEN)
    # Nobody listens there: an action that is run fails.
    monkeypatch.setenv("GUITU_BACKEND_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("actions.backend._backend", None)
    Sanic._app_registry.pop("guitu_actions", None)
    return SanicASGITestClient(build_app())


def call(action: str) -> dict[str, Any]:
    tracker = {
        "sender_id": "c_1",
        "slots": {},
        "latest_message": {"text": WORDS},
        "events": [],
        "paused": False,
        "followup_action": None,
    }
    tracker |= {"active_loop": {}, "latest_action_name": "action_listen"}
    return {"next_action": action, "sender_id": "c_1", "tracker": tracker, "domain": {"actions": []}, "version": "3.6.21"}


async def test_health_needs_no_token(client: SanicASGITestClient) -> None:
    _, answer = await client.get("/health")
    assert answer.status == 200


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}])
async def test_without_the_token_no_action_is_run(client: SanicASGITestClient, headers: dict[str, str]) -> None:
    _, answer = await client.post("/webhook", json=call("action_answer"), headers=headers)
    assert answer.status == 401


async def test_an_action_nobody_wrote_is_not_found(client: SanicASGITestClient) -> None:
    _, answer = await client.post("/webhook", json=call("action_nothing"), headers=HEADERS)
    assert answer.status == 404


async def test_a_failed_action_is_told_without_what_was_said(client: SanicASGITestClient) -> None:
    _, answer = await client.post("/webhook", json=call("action_answer"), headers=HEADERS)
    assert answer.status == 500
    assert answer.json == {"error": "BackendError", "action_name": "action_answer"}


async def test_what_is_no_call_is_refused(client: SanicASGITestClient) -> None:
    _, answer = await client.post("/webhook", json=[1], headers=HEADERS)
    assert answer.status == 400


async def test_every_action_of_the_domain_is_registered(client: SanicASGITestClient) -> None:
    named = [line[2:] for line in (ROOT / "domain/actions.yml").read_text("utf-8").splitlines() if line.startswith("- ")]
    for action in named:
        _, answer = await client.post("/webhook", json=call(action), headers=HEADERS)
        assert answer.status == 500, f"{action}: {answer.status}"

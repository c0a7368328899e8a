"""Each action asks the backend once, with its own step, ids and intent, and says what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions.backend
from actions.answer import Answer
from actions.backend import Backend, BackendError
from actions.fallback import Fallback
from actions.form import ValidateCaseForm
from actions.handoff import Handoff
from actions.progress import Progress
from actions.turn import turn_request
from actions.withdraw import Withdraw
from tests.unit.bot.fake_backend import FakeBackend

TOKEN = "internal-token-of-the-tests"
STEPS = [(Progress, "progress"), (Answer, "answer"), (Handoff, "handoff"), (Withdraw, "withdraw"), (Fallback, "fallback")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBackend]:
    backend = FakeBackend(TOKEN)
    monkeypatch.setattr(actions.backend, "_backend", Backend(backend.url, TOKEN))
    yield backend
    backend.close()


def heard(message: dict[str, Any] | None = None, **slots: Any) -> Tracker:
    """A tracker whose latest message is `message` over that of a plain answer."""
    latest = {
        "text": "福州市鼓楼区示例路1号",
        "intent": {"name": "inform", "confidence": 0.9},
        "intent_ranking": [{"name": name, "confidence": 0.25} for name in ("inform", "correct", "where", "apply")],
        "entities": [],
        "metadata": {"message": "m_1", "model_id": "x"},
        **(message or {}),
    }
    return Tracker("c_1", slots, latest, [], False, None, {}, "action_listen")


def said(dispatcher: CollectingDispatcher) -> list[str]:
    return [message["custom"]["text"] for message in dispatcher.messages]


def event_values(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events}


@pytest.mark.parametrize(("action", "step"), STEPS)
async def test_a_step_outside_the_form_is_one_turn_without_events(server: FakeBackend, action: type[Any], step: str) -> None:
    dispatcher = CollectingDispatcher()
    assert await action().run(dispatcher, heard(), {}) == []
    assert said(dispatcher) == [f"{step} inform"]
    assert [asked["step"] for asked in server.asked] == [step]


async def test_the_form_stays_open_while_the_backend_says_so(server: FakeBackend) -> None:
    dispatcher = CollectingDispatcher()
    events = await ValidateCaseForm().run(dispatcher, heard(requested_slot="answer"), {})
    assert said(dispatcher) == ["form inform"]
    assert event_values(events) == {"answer": None, "requested_slot": "answer"}
    assert server.asked[0]["in_form"] is True


async def test_the_form_closes_when_the_backend_says_so_and_is_not_rejected(server: FakeBackend) -> None:
    server.closes = True
    events = await ValidateCaseForm().run(CollectingDispatcher(), heard(requested_slot="answer"), {})
    # Rasa takes a form that sets nothing but requested_slot for one that declined, and drops what it said.
    assert event_values(events) == {"answer": None, "requested_slot": None}


async def test_a_failing_backend_fails_the_action(server: FakeBackend) -> None:
    server.failing = True
    dispatcher = CollectingDispatcher()
    with pytest.raises(BackendError):
        await ValidateCaseForm().run(dispatcher, heard(), {})
    assert dispatcher.messages == []


def test_a_request_carries_ids_and_intents_and_no_text() -> None:
    request = turn_request(heard(), "form")
    assert request == {
        "conversation": "c_1",
        "message": "m_1",
        "intent": {"name": "inform", "confidence": 0.9},
        "ranking": [{"name": name, "confidence": 0.25} for name in ("inform", "correct", "where")],
        "value": None,
        "step": "form",
        "in_form": False,
    }


def test_a_question_goes_by_its_full_name() -> None:
    intent = {"name": "faq", "full_retrieval_intent_name": "faq/postage", "confidence": 0.8}
    assert turn_request(heard({"intent": intent}), "answer")["intent"]["name"] == "faq/postage"


def test_a_pressed_choice_gives_its_value() -> None:
    pressed = {
        "intent": {"name": "choose", "confidence": 1.0},
        "entities": [{"entity": "value", "value": "card_delivery=mail"}],
    }
    assert turn_request(heard(pressed), "form")["value"] == "card_delivery=mail"


@pytest.mark.parametrize("metadata", [None, {}])
def test_without_metadata_the_message_goes_by_rasas_id(metadata: Any) -> None:
    assert turn_request(heard({"metadata": metadata, "message_id": "m_9"}), "answer")["message"] == "m_9"


def test_a_message_without_an_intent_is_one_that_was_not_understood() -> None:
    request = turn_request(heard({"intent": {}, "intent_ranking": None, "entities": None}), "fallback")
    assert request["intent"] == {"name": "nlu_fallback", "confidence": 0.0}
    assert request["ranking"] == []

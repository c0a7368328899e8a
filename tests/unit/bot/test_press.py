"""A pressed choice is read before Rasa can act on its slash; what only looks like one is text."""

from __future__ import annotations

import pytest

from bot.press import defuse, read_press

INTENTS = ["choose", "faq", "resume", "restart", "back", "session_start"]


def test_a_press_carries_its_value() -> None:
    press = read_press('/choose{"value": "booklet_delivery=collect"}', INTENTS)
    assert press is not None
    assert press["intent"] == {"name": "choose", "confidence": 1.0}
    assert press["entities"] == [{"entity": "value", "value": "booklet_delivery=collect"}]


def test_a_pressed_question_has_its_full_name() -> None:
    press = read_press("/faq/postage", INTENTS)
    assert press is not None
    assert press["intent"]["name"] == "faq"
    assert press["intent"]["full_retrieval_intent_name"] == "faq/postage"


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/back",
        "/session_start",
        "/unknown",
        "/choose{broken",
        '/choose["x"]',
        "/",
        "choose",
        "/choose hello",
        "／choose",
        "/faq/a/b",
    ],
)
def test_what_was_not_offered_is_no_press(text: str) -> None:
    assert read_press(text, INTENTS) is None


@pytest.mark.parametrize("text", ["/restart", "  /restart", "/"])
def test_a_typed_slash_is_made_harmless(text: str) -> None:
    assert not defuse(text).strip().startswith("/")


def test_text_without_a_slash_at_its_beginning_stays() -> None:
    assert defuse("1/3 的材料") == "1/3 的材料"

"""A part of the service is down: the message is kept, the veteran is told, and the answer comes when the part is back."""

from __future__ import annotations

import time

import pytest

from tests.support.stack import Stack
from tests.support.veteran import Veteran

ANSWER_SECONDS = 60


async def wait_for_state(veteran: Veteran, seq: int, state: str) -> None:
    """Wait until the veteran's message has a state, by the page's own long poll where there is something to wait for."""
    began = time.monotonic()
    while time.monotonic() - began < ANSWER_SECONDS:
        answer = await veteran.http.get("/api/chat/messages", params={"after": seq - 1})
        own = next(message for message in answer.json()["messages"] if message["seq"] == seq)
        if own["state"] == state:
            return
        await veteran.hear(wait=2)
    raise AssertionError(f"message {seq} is {own['state']}, not {state}, after {ANSWER_SECONDS} s")


@pytest.mark.parametrize("part", ["rasa", "actions"])
async def test_a_message_sent_while_a_part_is_down_is_answered_when_it_is_back(stack: Stack, part: str) -> None:
    async with Veteran(stack.base_url) as veteran:
        await veteran.open()
        await veteran.press("同意，开始")
        await veteran.press("同意")
        stack.stop(part)
        try:
            said = await veteran.say("今年9月退的")
            assert said, "nothing was said while the part was down"
            seq = next(m["seq"] for m in veteran.messages if m["author"] == "veteran" and m["body"]["text"] == "今年9月退的")
            await wait_for_state(veteran, seq, "delayed")
        finally:
            stack.start(part)
        await wait_for_state(veteran, seq, "answered")
        held = await stack.draft_answers(veteran.conversation)
        assert held["discharge_month"].endswith("-09")

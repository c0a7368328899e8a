"""The main job, whole: a veteran applies in the chat, the departments get their work, the veteran asks how it stands."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from backend.security.encryption import load_key_file
from tests.conversations.test_conversations import SHARED, all_words, expanded
from tests.support.stack import Stack
from tests.support.veteran import Veteran

PATIENCE = 90.0
MOBILE = "13600136000"
IDENTITY = "350102199905050010"


async def fill(veteran: Veteran, steps: str) -> list[dict[str, Any]]:
    """Say and press what shared.yml has under a name."""
    answer: list[dict[str, Any]] = []
    for step in expanded(SHARED[steps]):
        ((kind, value),) = step.items()
        answer = await (veteran.say(value) if kind == "user" else veteran.press(value))
    return answer


async def hear_until(veteran: Veteran, words: str) -> None:
    """Wait for a bubble with these words, as the open page does."""
    began = time.monotonic()
    while not any(words in all_words([message["body"]]) for message in veteran.messages):
        assert time.monotonic() - began < PATIENCE, (
            f"never heard {words!r}; heard {all_words([m['body'] for m in veteran.messages])}"
        )
        await veteran.hear(wait=10)


async def texts_of(phone: httpx.AsyncClient, number: str) -> list[dict[str, Any]]:
    answer = await phone.get("/demo/phone/messages", params={"number": number, "after": 0})
    answer.raise_for_status()
    return list(answer.json()["messages"])


async def text_with(phone: httpx.AsyncClient, number: str, words: str) -> str:
    """The first text to the number with these words, waited for."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        for text in await texts_of(phone, number):
            if text["direction"] == "out" and words in text["text"]:
                return str(text["text"])
        await asyncio.sleep(0.2)
    raise AssertionError(f"no text with {words!r}; there were {await texts_of(phone, number)}")


async def test_a_veteran_applies_the_departments_work_and_progress_is_told(stack: Stack) -> None:
    async with (
        Veteran(stack.base_url) as veteran,
        httpx.AsyncClient(base_url=stack.base_url, trust_env=False, timeout=30) as phone,
    ):
        await veteran.open()
        await fill(veteran, "at_review")
        # A person of their own: other conversations of this run apply too.
        assert "改好了" in all_words(await veteran.say(f"身份证号改成{IDENTITY}"))
        assert "改好了" in all_words(await veteran.say(f"手机号改成{MOBILE}"))
        answer = await veteran.press("提交")
        application = await stack.newest_application(veteran.conversation)
        number = application.number
        assert number in all_words(answer)
        assert number in await text_with(phone, MOBILE, "申请已提交")

        stack.guitu("archive", number)
        stack.guitu("review", number, "--accept")
        await hear_until(veteran, "审核通过了")
        # The text that says so also says: 回复“材料”看清单.
        await phone.post("/demo/phone/messages", json={"number": MOBILE, "text": "材料", "key": secrets.token_hex(8)})
        assert "行政介绍信" in await text_with(phone, MOBILE, "要带")
        stack.guitu("intake", number)
        for outcome in ("退役报到办好了", "恢复户口办好了", "社保卡办好了", "地方经济补助已经发到", "这次的退役手续办完了"):
            await hear_until(veteran, outcome)
        await text_with(phone, MOBILE, "社保卡已办好")

        # The last question, pressed, with words after it; then typed, as its one change. # notice 六(三)
        await hear_until(veteran, "还满意吗")
        assert "记下了" in all_words(await veteran.press("满意"))
        assert "也记下了" in all_words(await veteran.say("窗口的同志很热心，就是排队久了点"))
        assert "改好了" in all_words(await veteran.say("很满意"))

        progress = all_words(await veteran.say("进度"))
        assert "4项都有结果" in progress
        assert "办好了" in progress

        sent = await phone.post("/demo/phone/messages", json={"number": MOBILE, "text": "进度", "key": secrets.token_hex(8)})
        sent.raise_for_status()
        assert number in await text_with(phone, MOBILE, "都有结果")


async def test_a_text_from_an_unknown_number_is_told_nothing(stack: Stack) -> None:
    async with httpx.AsyncClient(base_url=stack.base_url, trust_env=False, timeout=30) as phone:
        await phone.post("/demo/phone/messages", json={"number": "13700137000", "text": "进度", "key": secrets.token_hex(8)})
        answer = await text_with(phone, "13700137000", "没有查到")
        assert "TY-" not in answer


def remembered(stack: Stack) -> list[str]:
    """All that Rasa keeps, opened: the events of its tracker as JSON, what the veteran sent and what was answered."""
    ring = load_key_file(Path(stack.environ["GUITU_KEYS_FILE"]))
    with closing(sqlite3.connect(stack.folder / "tracker.db")) as tracker:
        rows = tracker.execute("SELECT sender_id, data FROM rasa_events").fetchall()
    return [ring.decrypt(data, f"rasa_events.data/{sender}") for sender, data in rows]


async def test_rasa_and_its_tracker_never_hold_a_number(stack: Stack) -> None:
    secrets_typed = ("350102200601150018", "13800138000", "林小明")
    async with Veteran(stack.base_url) as veteran:
        await veteran.open()
        await fill(veteran, "person_known")
        assert "改好了" in all_words(await veteran.say("手机号改成幺三八洞洞幺三八洞洞洞"))
        own = remembered(stack)
        assert any(json.loads(event)["event"] == "bot" for event in own)
        assert any("«mobile:" in event for event in own)
        for event in own:
            # Names lie in the tracker encrypted, for as long as the draft; numbers never do.
            assert [secret for secret in secrets_typed[:2] if secret in event] == [], event
    files = [*stack.folder.glob("*.db*"), *stack.folder.glob("*.log")]
    assert files
    for file in files:
        content = file.read_bytes()
        for secret in secrets_typed:
            assert secret.encode() not in content, f"{file.name} holds {secret}"

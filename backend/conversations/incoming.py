"""What a veteran sends, before it is kept: made clean, refused kindly, defused for Rasa; which presses were offered. Pure."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.locale.text import T, Text

MAX_CHARACTERS = 2000
MAX_JUNK_SHARE = 0.5
# Control, surrogate and invisible formatting characters; a line break, a tab and the joiner inside an emoji stay.
JUNK_CATEGORIES = {"Cc", "Cs", "Cf"}
KEPT = {"\n", "\t", "\u200d"}
REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class Press:
    """Choices pressed: the `seq` of the message that offered them, and their ids."""

    message: int
    choices: tuple[str, ...]


class Refused(Exception):
    """What was sent cannot be taken. `code` is for programs; `text` says to the veteran what to do instead."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


def clean(text: str) -> str:
    """`text` without what no person types (control, invisible and broken characters), stripped.

    Raises Refused: `too_long` (over 2,000 characters), `binary` (mostly such characters), `empty`.
    """
    if len(text) > MAX_CHARACTERS:
        raise Refused(
            "too_long",
            T("这条有{count}个字，太长了，我一次最多读{limit}个字。麻烦分几条发。", count=len(text), limit=MAX_CHARACTERS),
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    junk = sum(_is_junk(character) for character in text)
    kept = "".join(character for character in text if not _is_junk(character)).strip()
    if junk and (not kept or junk > len(text) * MAX_JUNK_SHARE):
        raise Refused("binary", T("这条像是文件或乱码，我读不了。麻烦直接打字发给我。"))
    if not kept:
        raise Refused("empty", T("这条是空的，想说什么直接打字就行。"))
    return kept


def _is_junk(character: str) -> bool:
    return character not in KEPT and (character == REPLACEMENT or unicodedata.category(character) in JUNK_CATEGORIES)


def defuse(text: str) -> str:
    """`text` as Rasa may see it: after NFKC and stripping it never starts with a slash, which Rasa would obey."""
    while True:
        text = text.strip().lstrip("\u200d")
        if not unicodedata.normalize("NFKC", text).lstrip().startswith("/"):
            break
        text = text[1:]
    # Rasa answers nothing at all to an empty message.
    return text or "？"


def chosen(body: dict[str, Any], press: Press) -> list[dict[str, Any]]:
    """The choices of `body` that `press` names, each once, in the order in which they were offered.

    Raises Refused `not_offered` when one was not offered or several were pressed where one is asked for.
    """
    offered: list[dict[str, Any]] = body.get("choices") or []
    wanted = set(press.choices)
    found = [choice for choice in offered if choice["id"] in wanted]
    alike = len({choice["intent"] for choice in found}) == 1
    if not found or len(found) != len(wanted) or not alike or (len(found) > 1 and not body.get("several")):
        raise Refused("not_offered", T("这个选项现在用不了，麻烦看看最新的消息，再选一次。"))
    return found


def press_body(press: Press, choices: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is kept of a press: the labels as text, and what Rasa and the interview are told."""
    return {
        "text": "、".join(choice["label"] for choice in choices),
        "press": {
            "message": press.message,
            "choices": [choice["id"] for choice in choices],
            "intent": choices[0]["intent"],
            "value": ",".join(choice["value"] for choice in choices if choice["value"]),
        },
    }


def for_rasa(body: dict[str, Any]) -> str:
    """The message Rasa gets for a veteran's `body`: `/intent{"value": …}` for a press, else the defused text."""
    press = body.get("press")
    if not press:
        return defuse(body["text"])
    if not press["value"]:
        return f"/{press['intent']}"
    return f"/{press['intent']}{json.dumps({'value': press['value']}, ensure_ascii=False)}"

"""Real conversations over real HTTP: page API, Rasa, action server, backend, database.

Each file of data/ is one conversation. Steps:

    - include: consented            the steps of that name in shared.yml
    - user: 我是义务兵              typed · press: 自取 (or a list, for several): the choice of that label, of the latest message
    - bot: 记下了                   said in answer to the last step, anywhere in its bubbles and cards (a list: all of them)
    - silent: 邮费                  not said in answer to the last step
    - state: {county: "350102"}     what the open draft holds (null: not answered)
    - application: {state: submitted}   what the newest application of the conversation holds
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.stack import Stack
from tests.support.veteran import Veteran

DATA = Path(__file__).parent / "data"
SHARED: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / "shared.yml").read_text("utf-8"))


def expanded(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Steps with what they include put in place."""
    for step in steps:
        if "include" in step:
            yield from expanded(SHARED[step["include"]])
        else:
            yield step


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def all_words(bodies: list[dict[str, Any]]) -> str:
    """Every word of the bubbles and cards, as one string."""
    return json.dumps(bodies, ensure_ascii=False).replace("\\n", "\n")


@pytest.mark.parametrize("file", sorted(DATA.glob("*.yml")), ids=lambda file: file.stem)
async def test_the_conversation_goes_as_written(file: Path, stack: Stack) -> None:
    script = yaml.safe_load(file.read_text("utf-8"))
    async with Veteran(stack.base_url) as veteran:
        answer = await veteran.open(script.get("language", "zh_Hans_CN"))
        for step in expanded(script["steps"]):
            ((kind, value),) = step.items()
            if kind == "user":
                answer = await veteran.say(value)
            elif kind == "press":
                answer = await veteran.press(*as_list(value))
            elif kind == "bot":
                for words in as_list(value):
                    assert words in all_words(answer), f"expected {words!r} in the answer:\n{all_words(answer)}"
            elif kind == "silent":
                for words in as_list(value):
                    assert words not in all_words(answer), f"did not expect {words!r} in the answer:\n{all_words(answer)}"
            elif kind == "state":
                held = await stack.draft_answers(veteran.conversation)
                assert {name: held.get(name) for name in value} == value
            elif kind == "application":
                filed = await stack.newest_application(veteran.conversation)
                assert {name: getattr(filed, name) for name in value} == value
            else:
                raise AssertionError(f"{file.name}: no such step: {kind}")

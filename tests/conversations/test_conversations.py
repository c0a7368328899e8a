"""Real conversations over real HTTP: page API, Rasa, action server, backend, database.

Each file of data/ holds one conversation, or several under `cases`, each of its own; the steps are those of
tests/support/conversing.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.support.conversing import FOLDER, SHARED, Conversation, all_words, expanded
from tests.support.stack import Stack
from tests.support.veteran import Veteran

__all__ = ["SHARED", "all_words", "expanded"]


def conversations() -> Iterator[Any]:
    """Every conversation of the data, by file and title."""
    for file in sorted((FOLDER / "data").glob("*.yml")):
        script = yaml.safe_load(file.read_text("utf-8"))
        for case in script.get("cases", [script]):
            yield pytest.param({"language": script.get("language"), **case}, id=f"{file.stem}: {case['title']}")


ALL = list(conversations())


@pytest.mark.parametrize("script", ALL)
async def test_the_conversation_goes_as_written(script: dict[str, Any], stack: Stack) -> None:
    async with Veteran(stack.base_url) as veteran:
        conversation = Conversation(stack, veteran)
        conversation.answer = await veteran.open(script.get("language") or "zh_Hans_CN")
        for step in expanded(script["steps"]):
            await conversation.take(step)


def test_the_data_is_as_broad_as_the_talk() -> None:
    assert len(ALL) >= 60

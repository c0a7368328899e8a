"""`python -m bot.parse --model models`: what the trained model makes of texts, by the code of the conversation itself.

One JSON string a line on stdin; for each, in the same order, one JSON object a line on stdout:
{"intent": "faq/postage", "confidence": 0.97, "ranking": [{"name", "confidence"}, … at most 3]}. A text of which the model
is not sure has the intent nlu_fallback, as in the conversation.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.launcher import ROOT, ModelMissing, find_model, prepare, quiet


def answer(parsed: dict[str, Any]) -> dict[str, Any]:
    """The line for Rasa's parse data."""
    intent = parsed["intent"]
    return {
        "intent": intent.get("full_retrieval_intent_name") or intent["name"],
        "confidence": intent["confidence"],
        "ranking": parsed["intent_ranking"],
    }


async def parse_lines(model: Path) -> None:
    """Read stdin to its end, answering each line as it comes."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from bot.press import defuse

    quiet()
    agent = Agent.load(str(model))
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            text = json.loads(line)
        except ValueError:
            text = None
        if not isinstance(text, str):
            sys.exit(f"bot.parse: expected one JSON string a line, not {line.strip()[:60]!r}.")
        parsed = await agent.processor.parse_message(UserMessage(defuse(text)))
        print(json.dumps(answer(parsed), ensure_ascii=False), flush=True)


def main() -> None:
    """Exit status 1 with one line on stderr when there is no model or a line is no JSON string."""
    parser = argparse.ArgumentParser(prog="python -m bot.parse", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=ROOT / "models")
    args = parser.parse_args()
    try:
        model = find_model(args.model)
        prepare(model)
    except ModelMissing as error:
        sys.exit(f"bot.parse: {error}")
    asyncio.run(parse_lines(model))


if __name__ == "__main__":
    main()

"""The stock peer's model, asked a JSON string a line: python stock_parse.py MODEL. Run by the environment of bot/, with Jieba."""

from __future__ import annotations

import asyncio
import json
import sys

from rasa.core.agent import Agent


async def main(model: str) -> None:
    """Answer stdin to its end."""
    agent = Agent.load(model)
    for line in sys.stdin:
        parsed = await agent.parse_message(json.loads(line))
        intent = parsed["intent"]
        print(json.dumps({"intent": intent["name"], "confidence": intent["confidence"]}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

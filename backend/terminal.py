"""What the rooms' commands share: a house for one command, opened before and closed after."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from collections.abc import Awaitable, Callable

from backend.house import House, open_house
from backend.settings import load

Step = Callable[[House, argparse.Namespace], Awaitable[None]]


def in_house(step: Step) -> Callable[[argparse.Namespace], int]:
    """`step` as a sub-command's `run`. Its refusals (backend/cli.py) go through; the house is closed either way."""

    async def run(args: argparse.Namespace) -> int:
        house = open_house(load())
        try:
            await step(house, args)
        finally:
            await house.close()
        return 0

    return lambda args: asyncio.run(run(args))


def who(args: argparse.Namespace) -> str:
    """Who works at this terminal, as the record names them: `--as USER` where a command has it, else the login name."""
    return f"cli:{getattr(args, 'user', None) or getpass.getuser()}"

"""Readers of what is live: of one conversation, or of all that people attend to. Wake-ups that come meanwhile melt into one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

#: Of which conversation there is news is not known: a connection was lost, or another process has written to the file.
EVERYTHING = "*"


class Feed(Protocol):
    """What lets its readers go."""

    def forget(self, conversation_id: str, subscription: Subscription) -> None:
        """A reader of one conversation closes."""

    def forget_desk(self, subscription: DeskSubscription) -> None:
        """A reader of all closes."""


@dataclass(frozen=True)
class Wake:
    """Why a subscriber wakes: `news`, there may be something new to read; `typing`, on or off, None when it did not change."""

    news: bool
    typing: bool | None


class Subscription:
    """One reader of one conversation. Wake-ups that come while it is busy melt into one. Use it as a context manager."""

    def __init__(self, feed: Feed, conversation_id: str) -> None:
        self._feed = feed
        self._conversation_id = conversation_id
        self._event = asyncio.Event()
        self._news = False
        self._typing: bool | None = None
        self.closed = False

    def wake(self, typing: bool | None = None) -> None:
        """Wake the reader, on the feed's own loop."""
        if typing is None:
            self._news = True
        else:
            self._typing = typing
        self._event.set()

    async def wait(self, seconds: float | None = None) -> Wake | None:
        """The next wake-up, or None after `seconds` or when the feed has stopped (then `closed` is True)."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        if self.closed or not self._event.is_set():
            return None
        self._event.clear()
        wake = Wake(self._news, self._typing)
        self._news, self._typing = False, None
        return wake

    async def __aiter__(self) -> AsyncIterator[Wake]:
        while wake := await self.wait():
            yield wake

    def close(self) -> None:
        """Stop waiting and be forgotten by the feed."""
        self.closed = True
        self._event.set()
        self._feed.forget(self._conversation_id, self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class DeskSubscription:
    """One reader of all that people attend to: which conversations there is news of. Use it as a context manager."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._event = asyncio.Event()
        self._changed: set[str] = set()
        self.closed = False

    def wake(self, conversation_id: str) -> None:
        """News of a conversation; EVERYTHING: of which is not known."""
        self._changed.add(conversation_id)
        self._event.set()

    async def wait(self, seconds: float | None = None) -> frozenset[str]:
        """The ids of conversations with news, EVERYTHING among them when any may have some; empty after `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()
        changed, self._changed = frozenset(self._changed), set()
        return changed

    def close(self) -> None:
        """Stop waiting and be forgotten by the feed."""
        self.closed = True
        self._event.set()
        self._feed.forget_desk(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

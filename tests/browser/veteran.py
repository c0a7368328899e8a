"""A veteran at the page: what they do and what they see, in the page's own terms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

#: What the browser itself writes when the network or the fake backend fails, as some tests want it to.
EXPECTED_COMPLAINTS = ("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED", "Failed to fetch")


class Veteran:
    """One browser context with the page open in it."""

    def __init__(self, context: BrowserContext, page: Page, fake: httpx.Client) -> None:
        self.context = context
        self.page = page
        self.fake = fake
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # The browser hands choosers over only while someone listens, and is told so beside the next key press: listened to
        # from the start, no press can come first.
        page.on("filechooser", lambda _: None)

    @classmethod
    @asynccontextmanager
    async def on(cls, context: BrowserContext, fake: httpx.Client) -> AsyncIterator[Self]:
        """A veteran whose page closes at the end; an error in its console is an AssertionError then."""
        someone = cls(context, await context.new_page(), fake)
        yield someone
        await context.close()
        assert not someone.complaints, someone.complaints

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(known in message.text for known in EXPECTED_COMPLAINTS):
            self.complaints.append(message.text)

    async def open(self, path: str = "/") -> None:
        """Open the page and wait for the first bubble."""
        await self.page.goto(f"{self.fake.base_url}{path}")
        await expect(self.bubbles.first).to_be_visible()
        await expect(self.page.locator("#log")).to_have_attribute("aria-live", "polite")

    @property
    def bubbles(self) -> Locator:
        """What the other side said."""
        return self.page.locator("#log .message_in .bubble")

    @property
    def own(self) -> Locator:
        """What the veteran said."""
        return self.page.locator("#log .message_out .bubble")

    @property
    def words(self) -> Locator:
        """The box to write in."""
        return self.page.locator("#words")

    async def say(self, text: str) -> None:
        """Type something and press Enter."""
        await self.words.fill(text)
        await self.words.press("Enter")

    async def ask(self, text: str, *, shows: str = "") -> None:
        """Say something and wait for an answer; with `shows`, until that selector is there."""
        before = await self.bubbles.count()
        await self.say(text)
        await expect(self.bubbles.nth(before)).to_be_visible()
        if shows:
            await expect(self.page.locator(shows).last).to_be_visible()

    def choice(self, label: str) -> Locator:
        """A button that can be pressed now."""
        return self.page.get_by_role("button", name=label, exact=True)

    def order(self, what: str, **order: Any) -> None:
        """Tell the fake backend what to do; see its docstring."""
        self.fake.post(f"/_test/{what}", json=order).raise_for_status()

    def received(self) -> list[dict[str, Any]]:
        """What the fake backend has stored, in order."""
        stored: list[dict[str, Any]] = self.fake.get("/_test/received").json()
        return stored

    def received_texts(self) -> list[str]:
        """The texts among it."""
        return [sent["text"] for sent in self.received() if "text" in sent]

    def mentioned(self) -> list[dict[str, Any]]:
        """What the fake backend was told of typing and reading, in order."""
        told: list[dict[str, Any]] = self.fake.get("/_test/mentioned").json()
        return told
